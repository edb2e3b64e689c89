"""The languages: equal in keys and variables, nothing missing, nothing unused, nothing too long."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import bot
import engine
import handlers
from bot.i18n import DEFAULT, LOCALES, Catalogue, check
from bot.markup import LIMIT, units
from engine.errors import Code
from engine.types import ActionKind, ClosedReason, Direction, OrderType, Protection, Role, SourceMode

LANGUAGES = sorted(folder.name for folder in LOCALES.iterdir())
KEY = re.compile(r"^([a-zA-Z][\w-]*) *=", re.MULTILINE)

DYNAMIC = {
    "side-": Direction, "mode-": SourceMode, "source-mode-": SourceMode, "order-": OrderType, "reason-": ClosedReason,
    "holder-": [*Protection, "placing"], "role-": Role, "instruction-": ActionKind, "refusal-": Code, "mend-": Code,
    "direction-": Direction, "state-": ["active", "paused", "testing", "error"],
}  # fmt: skip
"""Beginning of a key → every end it is asked for with."""

IN_THE_TITLE = {"symbol", "instruction"}


def keys(language: str) -> dict[str, str]:
    """Key → the text of its message in the file, comments and all."""
    found: dict[str, str] = {}
    for file in sorted((LOCALES / language).glob("*.ftl")):
        parts = KEY.split(file.read_text(encoding="utf-8"))
        found |= dict(zip(parts[1::2], parts[2::2], strict=True))
    return found


def trees(*packages: object) -> Iterator[ast.Module]:
    for package in packages:
        for file in Path(package.__path__[0]).rglob("*.py"):
            if "simulator" not in file.parts:
                yield ast.parse(file.read_text(encoding="utf-8"))


def literals() -> tuple[set[str], set[str]]:
    """Every plain string of the program, and the beginning of every f-string."""
    plain: set[str] = set()
    begun: set[str] = set()
    for node in (node for tree in trees(bot, handlers) for node in ast.walk(tree)):
        if isinstance(node, ast.JoinedStr) and node.values and isinstance(node.values[0], ast.Constant):
            begun.add(str(node.values[0].value))
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            plain.add(node.value)
    return plain, {beginning for beginning in begun if re.fullmatch(r"[a-z]+(-[a-z]+)*-", beginning)}


def test_the_languages_say_the_same_things() -> None:
    assert check() == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_names_itself(language: str) -> None:
    names = {code: keys(code)["language-name"].strip() for code in LANGUAGES}
    assert Catalogue.load().texts(language)("language-name") == names[language]
    assert len(set(names.values())) == len(LANGUAGES)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_message_is_longer_than_telegram_takes(language: str) -> None:
    long = {key for key, text in keys(language).items() if units(text) > LIMIT // 4}
    assert not long, "leave room for the arguments"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_menu_fits_telegram(language: str) -> None:
    texts = {key: text.strip() for key, text in keys(language).items() if key.startswith("command-")}
    assert texts
    assert all(3 <= len(text) <= 40 and "{" not in text for text in texts.values())


@pytest.mark.parametrize("language", LANGUAGES)
def test_buttons_are_short_and_plain(language: str) -> None:
    endings = ("-yes", "close-yes", "half-yes")
    texts = {
        k: v.strip() for k, v in keys(language).items() if k.startswith(("button-", "yes-")) or k.endswith(endings)
    }
    assert texts
    assert {k: v for k, v in texts.items() if len(v) > 30 or re.search(r"[<&]", v)} == {}


def test_no_text_is_unused() -> None:
    plain, begun = literals()
    words = {f"{key.removeprefix('detail-')}-" for key in keys(DEFAULT) if key.startswith("detail-")}
    prefixes = tuple(begun | words)
    assert {key for key in keys(DEFAULT) if key not in plain and not key.startswith(prefixes)} == set()


def test_every_key_that_is_begun_has_an_end() -> None:
    _, begun = literals()
    known = keys(DEFAULT)
    assert {beginning for beginning in begun if not any(key.startswith(beginning) for key in known)} == set()


@pytest.mark.parametrize("beginning", DYNAMIC)
def test_every_value_of_a_choice_has_words(beginning: str) -> None:
    known = keys(DEFAULT)
    assert {f"{beginning}{value}" for value in DYNAMIC[beginning]} <= known.keys()


def test_no_words_for_choices_that_do_not_exist() -> None:
    known = keys(DEFAULT)
    for beginning in ("refusal-", "mend-", "instruction-"):
        ends = {key.removeprefix(beginning) for key in known if key.startswith(beginning)}
        assert ends <= {str(value) for value in DYNAMIC[beginning]}


def test_every_figure_of_a_refusal_has_words() -> None:
    """What the engine puts into ``details`` or ``found`` in so many words is shown, or stands in the title already."""
    named = {name for tree in trees(engine) for node in ast.walk(tree) for name in _figures(node)}
    known = {key.removeprefix("detail-") for key in keys(DEFAULT) if key.startswith("detail-")}
    assert named, "the scan finds nothing"
    assert named - known - IN_THE_TITLE - {"leg"} == set()


def _figures(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.keyword) and node.arg in ("details", "found") and isinstance(node.value, ast.Dict):
        for key in node.value.keys:
            if isinstance(key, ast.Constant):
                yield str(key.value)


def test_every_note_of_a_plan_has_words() -> None:
    """Codes given to ``noted`` and ``reduced_to`` in the risk plan."""
    codes = {code for tree in trees(engine) for node in ast.walk(tree) for code in _notes(node)}
    assert {f"note-{code}" for code in codes} == {key for key in keys(DEFAULT) if key.startswith("note-")}


def _notes(node: ast.AST) -> Iterator[str]:
    if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
        return
    where = {"noted": 0, "reduced_to": 1}.get(node.func.attr)
    if where is not None and isinstance(node.args[where], ast.Constant):
        yield str(node.args[where].value)
