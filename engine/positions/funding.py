"""Whose a funding payment is: what each trade held when it was paid, and its part of it. Pure.

Several of our trades may share a symbol with each other, and with what the owner holds there besides. A trade is never
booked more than its part, and what cannot be told apart is not booked at all.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import ROUND_DOWN, Decimal

from engine.risk.steps import EXACT
from engine.types import ZERO, FundingPayment, Holding, Move, Position

CENT = Decimal("0.00000001")
"""Parts are rounded to this, towards nothing."""


def told_apart(payments: Iterable[FundingPayment]) -> tuple[FundingPayment, ...]:
    """Each payment once, oldest first.

    Two of one symbol in one minute are those of a long and of a short side: nothing says which is which.
    """
    each = sorted(set(payments), key=lambda payment: (payment.at, payment.funding_id))
    minutes = Counter(map(_minute, each))
    return tuple(payment for payment in each if minutes[_minute(payment)] == 1)


def _minute(payment: FundingPayment) -> tuple[str, datetime]:
    return payment.symbol, payment.at.replace(second=0, microsecond=0)


def held_at(position: Position, moves: Iterable[Move], at: datetime) -> Decimal:
    """What the trade held at that moment, by its fills: an order may have filled before we heard of it.

    What somebody else closed has no fill; of an open trade it counts as gone from the beginning.
    """
    if position.closed_at is not None and at > position.closed_at:
        return ZERO
    before, after = ZERO, ZERO
    for move in moves:
        if move.at <= at:
            before += move.quantity
        else:
            after += move.quantity
    held = min(before, position.quantity - after) if position.is_open else before
    return max(held, ZERO)


def parts(amount: Decimal, held: Mapping[int, Decimal], whole: Decimal) -> dict[int, Decimal]:
    """Position id → its part of a payment that was made for ``whole``. Without anybody else's all of it is ours."""
    stakes = {one: quantity for one, quantity in held.items() if quantity > 0}
    ours = sum(stakes.values(), ZERO)
    if not stakes:
        return {}
    of = max(ours, whole)
    if len(stakes) == 1 and of == ours:
        return dict.fromkeys(stakes, amount)
    each = {one: _share(amount, quantity, of) for one, quantity in stakes.items()}
    if of == ours:  # what the rounding left over is ours too
        largest = max(stakes, key=lambda one: (stakes[one], -one))
        each[largest] += amount - sum(each.values(), ZERO)
    return each


def _share(amount: Decimal, quantity: Decimal, of: Decimal) -> Decimal:
    return EXACT.divide(EXACT.multiply(amount, quantity), of).quantize(CENT, ROUND_DOWN, EXACT)


def besides(positions: Iterable[Position], holdings: Iterable[Holding]) -> dict[str, Decimal | None]:
    """Symbol → what is held there on the side of our open trades, and is not theirs; only of symbols that were read.

    None where long and short are held at once: what is paid for the one may be shown together with the other.
    """
    held: defaultdict[tuple[str, int], Decimal] = defaultdict(Decimal)
    read: set[str] = set()
    for holding in holdings:
        held[holding.symbol, 1 if holding.quantity > 0 else -1] += abs(holding.quantity)
        read.add(holding.symbol)
    ours: defaultdict[tuple[str, int], Decimal] = defaultdict(Decimal)
    for position in positions:
        ours[position.symbol, position.direction.sign] += position.quantity if position.is_open else ZERO
    found: dict[str, Decimal | None] = {}
    for (symbol, sign), quantity in ours.items():
        if held[symbol, 1] and held[symbol, -1]:
            found[symbol] = None
        elif symbol in read:
            found[symbol] = max(found.get(symbol) or ZERO, held[symbol, sign] - quantity, ZERO)
    return found
