"""Column types that are exact on both databases: money, moments, choices, JSON, and words from outside.

SQLite has no decimal and no time type of its own (``Numeric`` would pass through a float there), so both are kept as
text; PostgreSQL keeps them natively. What goes in comes out equal on either.
"""

# ruff: noqa: ARG002 - the signatures are SQLAlchemy's

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from decimal import ROUND_HALF_EVEN, Context, Decimal
from enum import StrEnum
from functools import lru_cache
from typing import Any

from sqlalchemy import Dialect, Numeric, String, Text, TypeDecorator
from sqlalchemy.dialects import postgresql
from sqlalchemy.types import TypeEngine

from storage.encoding import decode

PLACES = 18
LIMIT = Decimal(10) ** 20
STEP = Decimal(1).scaleb(-PLACES)
_WIDE = Context(prec=60, rounding=ROUND_HALF_EVEN)


def plain(value: Decimal) -> str:
    """The number without exponent or trailing zeros: ``Decimal("1.50E+2")`` is ``"150"``."""
    text = format(value, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


class Money(TypeDecorator[Decimal]):
    """An exact price, quantity or amount below 1e20 with 18 decimal places; finer digits are rounded half even.

    Refuses anything that is not a ``Decimal``, NaN and infinity (ValueError), a value of 1e20 or more, and a
    value so small that it would silently become zero. Read back it is always plain: no exponent, no spare zeros.
    """

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        if dialect.name == "postgresql":
            return dialect.type_descriptor(Numeric(38, PLACES))
        return dialect.type_descriptor(Text())

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> Any:
        if value is None:
            return None
        if not isinstance(value, Decimal):
            raise TypeError(f"money is a Decimal, not {type(value).__name__}")
        text = plain(value)
        if len(text) > PLACES or not text[-1].isdigit():  # a shorter number is within every bound
            text = plain(self._kept(value))
        return Decimal(text) if dialect.name == "postgresql" else text

    def process_result_value(self, value: Any, dialect: Dialect) -> Decimal | None:
        if value is None:
            return None
        return Decimal(plain(value)) if dialect.name == "postgresql" else Decimal(value)

    def _kept(self, value: Decimal) -> Decimal:
        if not value.is_finite() or value.copy_abs() >= LIMIT:
            raise ValueError(f"money out of bounds: {value}")
        if value and value.copy_abs() < STEP:
            return self._tiny(value)
        return _WIDE.quantize(value, STEP)

    def _tiny(self, value: Decimal) -> Decimal:
        raise ValueError(f"money finer than {STEP}: {value}")


class Figure(Money):
    """A computed figure (a result, a fee, a ratio): as Money, but one too small to keep becomes zero."""

    cache_ok = True

    def _tiny(self, value: Decimal) -> Decimal:
        return Decimal(0)


class Utc(TypeDecorator[datetime]):
    """An aware moment in UTC, to the microsecond; text of fixed width on SQLite, so that it sorts. Refuses naive."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        if dialect.name == "postgresql":
            return dialect.type_descriptor(postgresql.TIMESTAMP(timezone=True))
        return dialect.type_descriptor(Text())

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a moment must be aware: {value}")
        at = value if value.tzinfo is UTC else value.astimezone(UTC)
        return at if dialect.name == "postgresql" else at.isoformat(timespec="microseconds")

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        at = value if isinstance(value, datetime) else datetime.fromisoformat(value)
        return at if at.tzinfo is UTC else at.astimezone(UTC)


class Choice(TypeDecorator[StrEnum]):
    """A member of an enum, kept as its value. KeyError for a text that is not one of them."""

    impl = String(24)
    cache_ok = True

    def __init__(self, kind: type[StrEnum]) -> None:
        super().__init__()
        self.kind = kind
        self._values = {member: member.value for member in kind}

    def process_bind_param(self, value: StrEnum | None, dialect: Dialect) -> str | None:
        return None if value is None else str(self._values[value])

    def process_result_value(self, value: Any, dialect: Dialect) -> StrEnum | None:
        return None if value is None else self.kind(value)


def _json_default(value: Any) -> str:
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, datetime | date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no JSON form")


class Json(TypeDecorator[Any]):
    """A JSON value as ASCII text. Decimals and times become strings; NaN is refused."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        if value is None:
            return None
        return json.dumps(value, default=_json_default, separators=(",", ":"), allow_nan=False)

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        return None if value is None else json.loads(value)


class Decoded(TypeDecorator[Any]):
    """A frozen dataclass out of a JSON column, read once for the same text: what does not change may be shared."""

    impl = Text
    cache_ok = True

    def __init__(self, kind: Any) -> None:
        super().__init__()
        self.kind = kind

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        return None if value is None else _decoded(self.kind, value)


@lru_cache(maxsize=1024)
def _decoded(kind: Any, text: str) -> Any:
    return decode(kind, json.loads(text))


def clean(text: str) -> str:
    """The text as a database can keep it: NUL and lone surrogates become U+FFFD."""
    if text.isascii() and "\x00" not in text:
        return text
    return text.replace("\x00", "\ufffd").encode("utf-16", "surrogatepass").decode("utf-16", "replace")


class Words(TypeDecorator[str]):
    """Text from outside, cleaned of what no database can keep."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else clean(value)
