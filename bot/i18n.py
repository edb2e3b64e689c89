"""The words of every language: Fluent files in ``locales/<language>/*.ftl``, numbers and dates by Babel.

``python -m bot.i18n [folder]`` compares every language with English and says what is missing.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_EVEN, Decimal, localcontext
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date
from babel.numbers import format_decimal
from fluent.runtime import FluentBundle, FluentResource
from fluent.runtime.types import fluent_number
from fluent.syntax import FluentParser, ast
from fluent.syntax.visitor import Visitor

from bot.markup import Html, escaped

DEFAULT = "en"
_DIGITS = 80  # more than any amount has; the usual context would cut it to 28
LOCALES = Path(__file__).resolve().parent.parent / "locales"


class Catalogue:
    """Every language there is. A language is read when it is first spoken; English at once."""

    def __init__(self, folders: Mapping[str, Path]) -> None:
        if DEFAULT not in folders:
            raise ValueError(f"the default language {DEFAULT!r} has no texts")
        self._folders = folders
        self._spoken: dict[str, Words] = {}
        self._default = _bundle(folders[DEFAULT])

    @classmethod
    def load(cls, path: Path = LOCALES) -> Catalogue:
        """The languages of ``path/<language>/*.ftl``. Raises ValueError when the default language is not there."""
        return cls({folder.name: folder for folder in _folders(path)})

    def languages(self) -> tuple[str, ...]:
        return tuple(sorted(self._folders))

    def texts(self, language: str) -> Words:
        """The words of this language ("es-MX" reads "es"), of the default one when there are none."""
        short = language.replace("_", "-").split("-")[0].lower()
        known = next((name for name in (language, short) if name in self._folders), DEFAULT)
        if known not in self._spoken:
            bundles = (self._default,) if known == DEFAULT else (_bundle(self._folders[known]), self._default)
            self._spoken[known] = Words(language=known, bundles=bundles)
        return self._spoken[known]


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """``bot.replies.Texts`` over Fluent: what a language lacks is said in the default one."""

    language: str
    bundles: tuple[FluentBundle, ...]

    def __call__(self, key: str, /, **args: object) -> Html:
        """The text of ``key``, or of its attribute ("key.attribute"). Raises KeyError, also for a missing argument.

        Whole numbers are written without a thousands mark, so an id stays an id.
        """
        for bundle in self.bundles:
            if (pattern := _pattern(bundle, key)) is not None:
                text, errors = bundle.format_pattern(pattern, {k: self._argument(v) for k, v in args.items()})
                if errors:
                    raise KeyError(f"{key}: {errors[0]}")
                return Html(text)
        raise KeyError(key)

    def has(self, key: str) -> bool:
        return any(_pattern(bundle, key) is not None for bundle in self.bundles)

    def money(self, amount: Decimal, currency: str, *, signed: bool = False) -> str:
        digits = 2 if not amount or abs(amount) >= Decimal("0.01") else 1 - amount.adjusted()
        shown = _rounded(amount, digits)
        return f"{_sign(shown, signed)}{self._decimal(shown, '#,##0.00' + '#' * (digits - 2))} {currency}"

    def number(self, value: Decimal) -> str:
        return self._decimal(value, "#,##0.#")

    def percent(self, value: Decimal, *, signed: bool = False) -> str:
        shown = _rounded(value, 2)
        return f"{_sign(shown, signed)}{self._decimal(shown, '#,##0.##')}%"

    def when(self, at: datetime, timezone: str) -> str:
        local = at.astimezone(ZoneInfo(timezone))
        return f"{self.day(local.date())} {local:%H:%M}"

    def day(self, day: date) -> str:
        return str(format_date(day, format="medium", locale=self._locale))

    @property
    def _locale(self) -> Locale:
        return Locale.parse(self.language.replace("-", "_"))

    def _decimal(self, value: Decimal, pattern: str) -> str:
        with localcontext(prec=_DIGITS):
            return str(format_decimal(value, format=pattern, locale=self._locale, decimal_quantization=False))

    def _argument(self, value: object) -> Any:
        if isinstance(value, bool):
            return str(value).lower()
        if isinstance(value, int):
            return fluent_number(value, useGrouping=False)
        if isinstance(value, Decimal):
            return self.number(value)
        return escaped("" if value is None else value)


def _rounded(value: Decimal, digits: int) -> Decimal:
    """To this many decimal places, half to even whatever the shared context says; never a negative zero."""
    with localcontext(prec=_DIGITS):
        return value.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_EVEN) or Decimal(0)


def _sign(value: Decimal, signed: bool) -> str:
    return "+" if signed and value > 0 else ""


def _folders(path: Path) -> list[Path]:
    return sorted(folder for folder in path.iterdir() if any(folder.glob("*.ftl")))


def _bundle(folder: Path) -> FluentBundle:
    bundle = FluentBundle([folder.name], use_isolating=False)
    for file in sorted(folder.glob("*.ftl")):
        bundle.add_resource(FluentResource(file.read_text(encoding="utf-8")))
    return bundle


def _pattern(bundle: FluentBundle, key: str) -> Any:
    name, _, attribute = key.partition(".")
    if not bundle.has_message(name):
        return None
    message = bundle.get_message(name)
    return message.attributes.get(attribute) if attribute else message.value


# --- the check ---------------------------------------------------------------------------------------


class _Variables(Visitor):
    """Collects the ``$names`` that a message uses."""

    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()

    def visit_VariableReference(self, node: ast.VariableReference) -> None:  # noqa: N802 - the visitor's protocol
        self.names.add(node.id.name)


def check(path: Path = LOCALES) -> list[str]:
    """What is wrong with the locales, one sentence each: broken files, missing or extra texts and variables."""
    problems: list[str] = []
    found = {folder.name: dict(_messages(folder, problems)) for folder in _folders(path)}
    reference = found.get(DEFAULT, {})
    for language, messages in found.items():
        problems += [f"{language}: {key} is missing" for key in reference.keys() - messages.keys()]
        problems += [f"{language}: {key} is not in {DEFAULT}" for key in messages.keys() - reference.keys()]
        for key in messages.keys() & reference.keys():
            if wrong := messages[key] ^ reference[key]:
                problems.append(f"{language}: {key} differs from {DEFAULT} in ${', $'.join(sorted(wrong))}")
    return sorted(problems)


def _messages(folder: Path, problems: list[str]) -> Iterator[tuple[str, frozenset[str]]]:
    """Every text of a language (attributes as "key.attribute") with its variables; faults go to ``problems``."""
    seen: set[str] = set()
    for file in sorted(folder.glob("*.ftl")):
        for entry in FluentParser().parse(file.read_text(encoding="utf-8")).body:
            if isinstance(entry, ast.Junk):
                problems.append(
                    f"{folder.name}/{file.name}: cannot be read near {(entry.content or '').strip()[:40]!r}"
                )
            elif isinstance(entry, ast.Message):
                if entry.id.name in seen:  # the first one is the one that is spoken
                    problems.append(f"{folder.name}/{file.name}: {entry.id.name} is there twice")
                else:
                    seen.add(entry.id.name)
                    yield from _texts_of(entry)


def _texts_of(message: ast.Message) -> Iterator[tuple[str, frozenset[str]]]:
    named = [(message.id.name, message.value)]
    named += [(f"{message.id.name}.{attribute.id.name}", attribute.value) for attribute in message.attributes]
    for key, pattern in named:
        if pattern is not None:
            variables = _Variables()
            variables.visit(pattern)
            yield key, frozenset(variables.names)


def main(arguments: list[str]) -> int:
    problems = check(Path(arguments[0]) if arguments else LOCALES)
    sys.stdout.writelines(f"{problem}\n" for problem in problems)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
