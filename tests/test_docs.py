"""What the documents say is so: variables, commands, files, names, links, and the examples of CONTRIBUTING."""

from __future__ import annotations

import importlib
import json
import re
import tomllib
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

import engine.types
from bot.settings import Settings
from engine.risk import sizing
from engine.risk.steps import EXACT
from engine.signals import symbols
from engine.signals.label import to_label
from engine.signals.message import Message
from engine.types import Preset
from handlers import menu
from run import app
from tests.risk.build import long, planned

ROOT = Path(__file__).parents[1]
DECISIONS = sorted((ROOT / "docs/decisions").glob("*.md"))
PAGES = [*sorted(ROOT.glob("*.md")), ROOT / "docs/architecture.md", *DECISIONS]
ROOMS = ("engine", "bot", "handlers", "storage", "tests", "locales", "docs")
LARGEST_PICTURE = 200_000
"""Bytes: what a phone loads without being asked to wait."""


def text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def table(name: str, heading: str) -> list[str]:
    """The first column of the table under this heading."""
    part = text(name).split(f"## {heading}\n", 1)[1].split("\n## ", 1)[0]
    return [row.split("|")[1] for row in part.splitlines() if row.startswith("| `")]


def test_the_configuration_table_lists_every_variable_and_no_other() -> None:
    named = [name for cell in table("README.md", "Configuration") for name in re.findall(r"`([A-Z_]+)`", cell)]
    assert sorted(named) == sorted(name.upper() for name in Settings.model_fields)


@pytest.mark.parametrize("variable", sorted(Settings.model_fields))
def test_the_defaults_are_those_of_the_program(variable: str) -> None:
    row = next(
        row for row in text("README.md").splitlines() if row.startswith("| `") and f"`{variable.upper()}`" in row
    )
    default = Settings.model_fields[variable].default
    if variable == "database_url":
        default = default.get_secret_value()
    assert not default or f"`{default}`" in row


def test_the_commands_are_those_of_the_menu() -> None:
    named = [name for cell in table("README.md", "In the chat") for name in re.findall(r"/(\w+)", cell)]
    assert sorted(named) == sorted(name for _, names in menu.groups(admin=True) for name in names)


def test_the_command_line_is_that_of_the_program() -> None:
    named = {cell.split("`")[1].split()[0] for cell in table("README.md", "On the command line")}
    known = {str(command.name or command.callback.__name__) for command in app.registered_commands if command.callback}
    assert named - {"python"} == known | {str(group.name) for group in app.registered_groups}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+)[^)]*\)", page.read_text(encoding="utf-8")):
        assert target.startswith("https://") or (page.parent / target).exists(), target


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_files_and_names_that_are_mentioned_exist(page: Path) -> None:
    """In CONTRIBUTING the examples, which a reader is to make, stand in blocks of their own."""
    prose = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    for said in re.findall(r"`([^`\n]+)`", prose):
        if re.fullmatch(rf"({'|'.join(ROOMS)})(/[\w.-]+)+/?", said):
            assert (ROOT / said).exists(), said
        elif re.fullmatch(r"engine(\.\w+)+", said):
            assert _found(said), said


def _found(dotted: str) -> Any:
    module, _, name = dotted.rpartition(".")
    try:
        return importlib.import_module(dotted)
    except ModuleNotFoundError:
        return getattr(importlib.import_module(module), name)


def test_the_two_files_about_stops_hold_the_functions_named_for_them() -> None:
    page = text("docs/architecture.md")
    pairs = re.findall(r"`(\w+)`(?:, the [^`]*?)? in `(engine/[\w/]+\.py)`", page)
    assert ("resolve_stop", "engine/risk/prices.py") in pairs
    for name, file in pairs:
        assert re.search(rf"^(async )?(def )?{name}\b", text(file), re.MULTILINE), (name, file)


def test_pictures_are_small_and_shown() -> None:
    pictures = list((ROOT / "docs/images").iterdir())
    shown = "".join(page.read_text(encoding="utf-8") for page in PAGES)
    assert pictures
    assert all(picture.stat().st_size < LARGEST_PICTURE and picture.name in shown for picture in pictures)


def test_decisions_are_numbered_in_a_row() -> None:
    assert [int(page.name[:4]) for page in DECISIONS] == list(range(1, len(DECISIONS) + 1))
    for number, page in enumerate(DECISIONS, 1):
        assert page.read_text(encoding="utf-8").startswith(f"# {number}. ")


def test_the_changelog_knows_this_version() -> None:
    version = tomllib.loads(text("pyproject.toml"))["project"]["version"]
    assert f"## [{version}] - " in text("CHANGELOG.md")


# --- the examples of CONTRIBUTING ------------------------------------------------------------------


def example(heading: str) -> str:
    """The first Python block under this heading, up to the next file."""
    part = text("CONTRIBUTING.md").split(f"### {heading}\n", 1)[1]
    return re.split(r"\n# \S+\.py", part.split("```python\n", 1)[1].split("```", 1)[0])[0]


def run(code: str, **given: Any) -> dict[str, Any]:
    known: dict[str, Any] = {**vars(engine.types), "Decimal": Decimal, "annotations": None, **given}
    exec(compile("from __future__ import annotations\n" + code, "CONTRIBUTING.md", "exec"), known)
    return known


def test_the_signal_format_reads_its_golden_post() -> None:
    from decimal import InvalidOperation

    read = run(example("A signal format"), symbols=symbols, InvalidOperation=InvalidOperation)["read"]
    golden = json.loads(text("CONTRIBUTING.md").split("```json\n", 1)[1].split("```", 1)[0])
    read_label = to_label(read(Message(golden["text"])))
    assert {key: read_label[key] for key in golden["label"]} == golden["label"]
    assert read(Message("BUY|EURUSD|a|b|c")) is None
    assert read(Message("Good morning")) is None


def test_the_sizing_rule_gives_its_worked_figure(monkeypatch: pytest.MonkeyPatch) -> None:
    rule = run(example("A sizing rule"), EXACT=EXACT)["equal_parts"]
    monkeypatch.setitem(sizing.SIZING, "equal_parts", rule)
    answer = planned(long(), preset=Preset(position_size_mode="equal_parts", max_positions=4))
    assert (sum(order.quantity for order in answer.orders), answer.risk) == (25, 125)
