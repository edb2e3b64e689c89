"""Prices of coin pairs quoted in satoshi, a hundred-millionth of a bitcoin, which channels write as whole numbers."""

from __future__ import annotations

from decimal import Decimal

from engine.signals.draft import Draft, Number
from engine.signals.symbols import Symbol

SATOSHI = Decimal("0.00000001")


def in_bitcoin(draft: Draft, symbol: Symbol) -> None:
    """Give the prices of a pair against bitcoin in bitcoin; nothing is worth whole bitcoins, so whole means satoshi."""
    fields = (draft.entries, draft.head, draft.stops, draft.targets)
    priced = [number for field in fields for number in field if number.unit == "price"]
    if symbol.quote != "BTC" or not priced or not all(_is_whole(number) for number in priced):
        return
    for field in fields:
        field[:] = [_converted(number) if number.unit == "price" else number for number in field]


def quoted(symbol: Symbol, draft: Draft) -> Symbol:
    """A price said to be in satoshi makes bitcoin the quote."""
    return symbol._replace(quote="BTC") if symbol.quote is None and "satoshi" in draft.seen else symbol


def _is_whole(number: Number) -> bool:
    return number.raw.replace(",", "").isdigit()


def _converted(number: Number) -> Number:
    value = Decimal(number.raw.replace(",", "")) * number.times * SATOSHI
    return number._replace(raw=f"{value:f}", times=1)
