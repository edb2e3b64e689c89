"""Which prices to believe: never zero, never absent, and no jump on the word of a single tick."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

MAX_JUMP = Decimal("0.40")
"""Largest change between two ticks, as a share of the earlier one, that is believed at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Belief:
    """The last price believed, and one that jumped too far and waits for a second tick near it."""

    price: Decimal | None = None
    suspect: Decimal | None = None


def is_price(value: Decimal | None) -> bool:
    """True for a finite number above zero."""
    return value is not None and value.is_finite() and value > 0


def jumped(new: Decimal, last: Decimal) -> bool:
    """True when ``new`` is more than MAX_JUMP away from ``last``."""
    return abs(new - last) > last * MAX_JUMP


def weigh(belief: Belief, new: Decimal | None) -> tuple[Belief, bool]:
    """The belief after one tick, and whether that tick may be acted on.

    A tick that jumped becomes the suspect; the next one confirms it by lying near it, or clears it.
    """
    if new is None or not is_price(new):
        return belief, False
    if belief.price is None or not jumped(new, belief.price):
        return Belief(price=new), True
    if belief.suspect is not None and not jumped(new, belief.suspect):
        return Belief(price=new), True
    return Belief(price=belief.price, suspect=new), False


def is_stale(at: datetime, now: datetime, seconds: float) -> bool:
    """True when a quote of time ``at`` is older than ``seconds``."""
    return (now - at).total_seconds() > seconds
