"""Rounding to the venue's grid, and figures as plain text."""

from __future__ import annotations

from decimal import Context, Decimal

from engine.types import ZERO

# The default context holds 28 digits: 10^12 units in steps of 10^-18 already need more, and would raise.
EXACT = Context(prec=80)
_TEXT = Context(prec=16)


def floor_to(value: Decimal, step: Decimal) -> Decimal:
    """The greatest multiple of ``step`` that is not above ``value``, written with the decimals of ``step``."""
    rest = EXACT.remainder(value, step)
    floor = EXACT.subtract(value, rest if rest >= 0 else EXACT.add(rest, step))
    return floor.quantize(step, context=EXACT)


def ceil_to(value: Decimal, step: Decimal) -> Decimal:
    """The least multiple of ``step`` that is not below ``value``."""
    return -floor_to(-value, step)


def nearest_to(value: Decimal, step: Decimal) -> Decimal:
    """The multiple of ``step`` closest to ``value``; halfway goes up."""
    return floor_to(EXACT.add(value, step / 2), step)


def towards(sign: int, value: Decimal, step: Decimal) -> Decimal:
    """Round up when ``sign`` is positive, down when it is negative."""
    return ceil_to(value, step) if sign > 0 else floor_to(value, step)


def plain(value: Decimal) -> str:
    """At most sixteen significant digits, without exponent or trailing zeros."""
    text = format(_TEXT.plus(value), "f")
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return text if value != ZERO else "0"
