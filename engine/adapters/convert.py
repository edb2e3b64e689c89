"""Raw JSON values into ours: the only place where a venue's words become Decimal and time.

Everything here raises ValueError for what it cannot trust. An adapter that meets it in the answer to a write
says VenueSilent (the order may exist); in the answer to a read it refuses the value.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from decimal import Decimal

LARGEST_EXPONENT = 30
"""Numbers of 10^31 and above, or below 10^-30, are no prices and no quantities."""

_NUMBER = re.compile(r"[+-]?(?:[0-9]{1,40}(?:\.[0-9]{0,40})?|\.[0-9]{1,40})(?:[eE][+-]?[0-9]{1,3})?")


def to_decimal(raw: object) -> Decimal:
    """The exact number in ``raw``: text, int, Decimal, or a float by its shortest text form.

    Raises ValueError for anything else: None, bool, NaN, infinities, digit groups, non-ASCII digits, 1e400.
    """
    if isinstance(raw, bool) or not isinstance(raw, str | int | float | Decimal):
        raise ValueError(f"not a number: {_shown(raw)}")
    if isinstance(raw, int) and raw.bit_length() > 128:
        raise ValueError("a number out of range")
    text = repr(raw) if isinstance(raw, float) else str(raw)
    if not _NUMBER.fullmatch(text):
        raise ValueError(f"not a number: {_shown(raw)}")
    value = Decimal(text)
    if value and abs(value.adjusted()) > LARGEST_EXPONENT:
        raise ValueError(f"a number out of range: {_shown(raw)}")
    return value if value else Decimal(0)


def to_amount(raw: object) -> Decimal:
    """A quantity, balance or fee: zero or more."""
    value = to_decimal(raw)
    if value < 0:
        raise ValueError(f"a negative amount: {_shown(raw)}")
    return value


def to_price(raw: object) -> Decimal:
    """A price or step: more than zero."""
    value = to_decimal(raw)
    if value <= 0:
        raise ValueError(f"not a price: {_shown(raw)}")
    return value


def optional_amount(raw: object) -> Decimal | None:
    """``to_amount``, with None for an absent value."""
    return None if raw is None else to_amount(raw)


def optional_price(raw: object) -> Decimal | None:
    """``to_price``, with None for an absent value. A zero is a ValueError: it is a venue's way of being wrong."""
    return None if raw is None else to_price(raw)


def to_time(milliseconds: object) -> datetime:
    """Aware UTC from milliseconds since 1970."""
    value = to_amount(milliseconds)
    if not 0 < value < 10**14:
        raise ValueError(f"not a time: {_shown(milliseconds)}")
    return datetime.fromtimestamp(float(value / 1000), UTC)


def _shown(raw: object) -> str:
    return repr(raw)[:60] if isinstance(raw, str | float | int | bool) or raw is None else type(raw).__name__
