"""Signals that came while nobody listened. None is traded late by itself: the newest are offered, all are told of."""

from __future__ import annotations

from datetime import datetime

from engine.desk.release import audience
from engine.events import BackFromOutage
from engine.figures import symbol_of
from engine.ports import Tx
from engine.types import Signal, Source

OFFERED = 8  # buttons under the summary
NAMED = 20  # symbols in it


def offer(tx: Tx, source_id: int, now: datetime) -> None:
    """Tell the channel's people of its late signals in one message. From now on they have ten minutes to decide."""
    signals, source = tx.signals.unoffered(source_id), tx.sources.get(source_id)
    if not signals or source is None:
        return
    tx.signals.offer([signal.id for signal in signals], now)
    event = BackFromOutage(
        source=source.name,
        count=len(signals),
        symbols=[signal.entry.symbol_base for signal in signals[-NAMED:]],
        offers=[_offer(signal) for signal in signals[-OFFERED:]],
    )
    for person in audience(tx, source, signals[-1], now):
        tx.outbox.tell(person.user_id, event, key=f"outage:{source.id}:{signals[-1].id}:{person.user_id}", now=now)


def waiting(tx: Tx) -> frozenset[int]:
    """Channels whose late signals nobody was told of before a crash."""
    return frozenset(signal.source_id for signal in tx.signals.unoffered() if signal.source_id is not None)


def _offer(signal: Signal) -> dict[str, int | str]:
    entry = signal.entry
    return {
        "signal_id": signal.id, "version": signal.version, "symbol": symbol_of(entry),
        "direction": entry.direction.value,
    }  # fmt: skip


def is_late(source: Source, posted_at: datetime, now: datetime) -> bool:
    return (now - posted_at).total_seconds() > source.max_age_seconds
