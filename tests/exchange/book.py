"""The prices of one instrument: a ladder of bids and asks with scripted depth, and who may take from it. Pure.

Orders of accounts never meet each other: they trade against this ladder, so a test decides who fills, when and how
much. A level without a size takes any quantity; a level with one is used up by the fills until a new price is set.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_DOWN, Decimal

from tests.exchange.model import ZERO, Market, Side

Level = tuple[Decimal, Decimal | None]
"""Price and size; None is endless."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """``bids`` best (highest) first, ``asks`` best (lowest) first, both as JSON text; ``at`` in milliseconds."""

    market: Market
    symbol: str
    bids: str
    asks: str
    last: Decimal
    mark: Decimal
    at: int

    def levels(self, side: Side) -> list[Level]:
        """What an order of this side can take: asks for a buyer, bids for a seller."""
        text = self.asks if side is Side.BUY else self.bids
        return [(Decimal(price), None if size is None else Decimal(size)) for price, size in json.loads(text)]

    def best(self, side: Side) -> Decimal | None:
        """The price an order of this side would meet first."""
        levels = [price for price, size in self.levels(side) if size is None or size > 0]
        return levels[0] if levels else None

    def taken(self, side: Side, quantity: Decimal) -> Quote:
        """The quote after ``quantity`` left the front of the levels an order of this side takes."""
        left: list[Level] = []
        for price, size in self.levels(side):
            gone = ZERO if size is None else min(size, quantity)
            quantity -= gone
            left.append((price, None if size is None else size - gone))
        return replace(self, asks=ladder(left)) if side is Side.BUY else replace(self, bids=ladder(left))


def ladder(levels: Sequence[Level]) -> str:
    """Levels as the text a quote keeps."""
    return json.dumps([[str(price), None if size is None else str(size)] for price, size in levels])


@dataclass(frozen=True, slots=True)
class Slice:
    """One piece of an order: ``quantity`` at ``price``."""

    price: Decimal
    quantity: Decimal


def take(quote: Quote, side: Side, quantity: Decimal, limit: Decimal | None = None) -> list[Slice]:
    """What an order gets at once: level after level, no worse than ``limit``."""
    slices = []
    for price, size in quote.levels(side):
        if quantity <= 0 or (limit is not None and not reaches(side, limit, price)):
            break
        piece = quantity if size is None else min(size, quantity)
        if piece > 0:
            slices.append(Slice(price, piece))
            quantity -= piece
    return slices


def budget(quote: Quote, side: Side, amount: Decimal, step: Decimal) -> Decimal:
    """How much base an ``amount`` of quote currency moves, in whole steps."""
    quantity = ZERO
    for price, size in quote.levels(side):
        whole = (amount / price / step).to_integral_value(ROUND_DOWN) * step
        piece = whole if size is None else min(size, whole)
        quantity += piece
        amount -= piece * price
        if size is None or piece < size:
            break
    return quantity


def reaches(side: Side, limit: Decimal, price: Decimal) -> bool:
    """Whether an order with this limit accepts this price."""
    return price <= limit if side is Side.BUY else price >= limit


def fires(*, rising: bool, trigger: Decimal, price: Decimal) -> bool:
    """Whether a conditional order that waits for a rise (or a fall) to ``trigger`` fires at ``price``."""
    return price >= trigger if rising else price <= trigger
