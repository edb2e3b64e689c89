"""What an account was seen to hold besides our trades, and when: each comparison with its venue leaves a note here.

A funding payment is shown some time after it was paid, for what was held then. Kept in memory: after a start the
venue is asked for what is held now.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from engine.positions.funding import besides
from engine.types import Holding, Position

NEAR = timedelta(minutes=5)
"""A note this far from a moment still speaks of it."""
KEPT = timedelta(hours=26)


@dataclass(slots=True)
class Note:
    """Seen alike from the first look until the last, with none missing; None: long and short at once."""

    quantity: Decimal | None
    since: datetime
    until: datetime


class Sightings:
    """By connection and symbol."""

    def __init__(self) -> None:
        self._notes: defaultdict[tuple[int, str], list[Note]] = defaultdict(list)

    def note(
        self, connection_id: int, positions: Collection[Position], holdings: Collection[Holding], now: datetime
    ) -> None:  # fmt: skip
        for symbol, quantity in besides(positions, holdings).items():
            notes = self._notes[connection_id, symbol]
            if notes and notes[-1].quantity == quantity and now - notes[-1].until <= NEAR:
                notes[-1].until = now
            else:
                notes.append(Note(quantity, now, now))
            while notes[0].until < now - KEPT:
                del notes[0]

    def at(self, connection_id: int, symbol: str, moment: datetime) -> Note | None:
        """What was there besides ours at that moment, by the last look before it, or the first one soon after."""
        notes = self._notes.get((connection_id, symbol), [])
        before = [note for note in notes if note.since <= moment <= note.until + NEAR]
        after = [note for note in notes if moment < note.since <= moment + NEAR]
        return next(iter(before[-1:] or after[:1]), None)
