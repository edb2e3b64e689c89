"""How sure the reader is, 0 to 100.

The weights of the signal parsers: pair 15, direction 15, entry 20 (a market order is an entry), stop 15, targets 15,
time frame 10; and 10 when words and prices said the direction both, so that nothing had to be inferred.
"""

from __future__ import annotations

from engine.types import Entry, OrderType

PAIR, DIRECTION, ENTRY, STOP, TARGETS, TIME_FRAME, AGREEMENT = 15, 15, 20, 15, 15, 10, 10


def score(entry: Entry) -> int:
    """Sum of the weights of what the entry has."""
    has_entry = bool(entry.entries) or entry.order_type is OrderType.MARKET
    confirmed = not entry.direction_inferred and (entry.stop_loss is not None or bool(entry.take_profits))
    return (
        PAIR
        + DIRECTION
        + ENTRY * has_entry
        + STOP * (entry.stop_loss is not None)
        + TARGETS * bool(entry.take_profits)
        + TIME_FRAME * (entry.time_frame is not None)
        + AGREEMENT * confirmed
    )
