"""Digits and marks → exact decimals: which mark is the decimal point, and what a shortened price stands for.

Channels write 27,400 and 108,70 with the same comma. A number that can be read in one way only decides for the
message; one that cannot is decided by the instrument's usual band or by the live price, or is left ambiguous.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal

_GROUPED = re.compile(r"[0-9]{1,3}(?:,[0-9]{3}){1,4}(?:\.[0-9]{1,18})?|[0-9]{1,3}(?:\.[0-9]{3}){1,4}(?:,[0-9]{1,18})?")
_SHORTEST = 2
_RATE = re.compile(r"([0-9])\.[0-9]{4,5}")
_LISTED = re.compile(r"[0-9]{4,7},[0-9]{4,7}")
_THREE = re.compile(r"[1-9][0-9]{0,2}[.,][0-9]{3}")


def parts(raw: str) -> list[str]:
    """Numbers in one run of digits and marks.

    ``132.650,133.000`` and ``4350,4360`` are two prices each, ``1.1.96600`` is a list number and a price.
    """
    marks = [each for each in raw if each in ".,"]
    if _LISTED.fullmatch(raw) and raw.index(",") == len(raw) // 2:
        return raw.split(",")
    if len(marks) < 2 or _is_grouped(raw, marks):
        return [raw]
    if "," in marks:
        return [part for each in raw.split(",") for part in parts(each)]
    index, _, rest = raw.partition(".")
    return [index, *parts(rest)]


def _is_grouped(raw: str, marks: list[str]) -> bool:
    return bool(_GROUPED.fullmatch(raw)) and (len(set(marks)) == 1 or raw.count(marks[-1]) == 1)


def decimal_mark(raws: list[str]) -> str | None:
    """The decimal mark that the unambiguous numbers of a message agree on; None when they do not say."""
    found = {mark for mark in map(_certain_mark, raws) if mark}
    return found.pop() if len(found) == 1 else None


def _certain_mark(raw: str) -> str | None:
    marks = [each for each in raw if each in ".,"]
    if not marks:
        return None
    if len(set(marks)) == 2:
        return marks[-1]
    if len(marks) > 1:
        return "." if marks[0] == "," else ","
    return None if _THREE.fullmatch(raw) else marks[0]


def readings(raw: str, mark: str | None) -> list[Decimal]:
    """Every value ``raw`` may have, likeliest first. ``mark`` is what the message uses for decimals, if it is known.

    >>> readings("27,400", None)
    [Decimal('27400'), Decimal('27.400')]
    """
    certain = _certain_mark(raw)
    if certain or not _THREE.fullmatch(raw):
        return [_value(raw, certain or ".")]
    own = "." if "." in raw else ","
    other = "," if own == "." else "."
    if mark == own:
        return [_value(raw, own), _value(raw, other)]
    if mark == other:
        return [_value(raw, other), _value(raw, own)]
    return [_value(raw, "."), _value(raw, ",")]


def _value(raw: str, mark: str) -> Decimal:
    grouping = "," if mark == "." else "."
    return Decimal(raw.replace(grouping, "").replace(mark, "."))


def completed(first: Decimal, raw: str, widest: Decimal) -> Decimal | None:
    """Price that a shortened second one stands for: 134.30/35 → 134.35, 1250-55 → 1255; None when it is whole.

    A number within a factor of ``widest`` of the first is believed as it stands.

    >>> completed(Decimal("134.30"), "35", Decimal(2)), completed(Decimal("21.28"), "20", Decimal(2))
    (Decimal('134.35'), None)
    """
    digits = str(first)
    whole, _, fraction = digits.partition(".")
    if not raw.isdigit() or len(raw) < _SHORTEST or (first <= Decimal(raw) * widest and Decimal(raw) <= first * widest):
        return None
    if len(raw) > len(fraction) if fraction else len(raw) >= len(whole):
        return None
    return Decimal(digits[: -len(raw)] + raw)


def rate_digit(raws: Iterable[str]) -> str:
    """The digit before the decimal mark when every rate like 1.2191 in a message has the same one, else empty."""
    digits = {match.group(1) for match in map(_RATE.fullmatch, raws) if match}
    return digits.pop() if len(digits) == 1 else ""
