"""A channel that posts more signals than anybody can trade is a flood, not a trader."""

from __future__ import annotations

from datetime import datetime, timedelta

from engine.ports import Tx
from engine.types import Source

SIGNALS_A_MINUTE = 7
A_MINUTE = timedelta(minutes=1)


def room(tx: Tx, source: Source, now: datetime) -> int:
    """How many more signals of this channel fit into the minute that ends now."""
    return max(0, SIGNALS_A_MINUTE - tx.signals.count_since(source.id, now - A_MINUTE))
