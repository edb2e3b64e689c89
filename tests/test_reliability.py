"""docs/reliability.md is true: every fault it promises a test for has that test, and none is passed over in silence."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "docs" / "reliability.md").read_text(encoding="utf-8")
ROWS = dict(re.findall(r"^\| ([FKD]\d\d) \| (.+) \|$", PAGE, flags=re.MULTILINE))
PROMISED = [f"F{n:02}" for n in range(1, 53)] + [f"K{n:02}" for n in range(1, 26)]
PROMISED += ["D01", "D02", "D06", *(f"D{n:02}" for n in range(7, 13))]
NAMED = re.compile(r"`([\w/]+\.py)::(\w+)`")


def names_in(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {n.name for n in ast.walk(tree) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)}


def test_no_fault_is_passed_over() -> None:
    assert set(PROMISED) <= ROWS.keys()


@pytest.mark.parametrize("fault", [fault for fault in PROMISED if NAMED.search(ROWS.get(fault, ""))])
def test_the_tests_that_are_named_exist(fault: str) -> None:
    for path, name in NAMED.findall(ROWS[fault]):
        assert name in names_in(ROOT / "tests" / path)


def test_what_has_no_test_is_named_as_such() -> None:
    missing = PAGE.partition("## Not yet")[2]
    for fault in PROMISED:
        assert bool(NAMED.search(ROWS[fault])) != (f"| {fault} |" in missing)


def test_a_test_named_after_a_fault_is_in_its_row() -> None:
    for path in (ROOT / "tests").rglob("test_*.py"):
        for name in names_in(path):
            for fault in re.findall(r"_([fkd]\d\d)(?=_|$)", name, re.IGNORECASE):
                if fault.upper() in PROMISED:
                    assert f"{path.relative_to(ROOT / 'tests')}::{name}`" in ROWS[fault.upper()], (fault, name)
