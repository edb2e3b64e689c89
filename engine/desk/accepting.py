"""A person takes a signal they were asked about: as it was shown to them, in time, on accounts of their own."""

from __future__ import annotations

from datetime import datetime

from engine.desk.release import Person, mode_of, usable
from engine.errors import Code
from engine.ports import Tx
from engine.types import Execution, Refusal, Signal, Source, SourceMode


def accept(tx: Tx, signal_id: int, user_id: int, version: int, now: datetime) -> tuple[Execution, ...] | Refusal:
    """Executions of this person's accounts, or why not. Pressing twice takes once."""
    signal = tx.signals.get(signal_id)
    source = tx.sources.get(signal.source_id) if signal is not None and signal.source_id is not None else None
    if signal is None or source is None:
        return Refusal(code=Code.NOT_FOUND)
    person = _person(tx, source, signal, user_id, now)
    if user_id != source.user_id and not person.connections:
        return Refusal(code=Code.NOT_FOUND)
    return _closed(source, signal, version, now) or _opened(tx, signal, person, now)


def _person(tx: Tx, source: Source, signal: Signal, user_id: int, now: datetime) -> Person:
    mine = tuple(c for c in tx.connections.eligible(signal, source, now) if c.owner_id == user_id)
    choices = tx.sources.choices(source.id) if source.is_admin_owned else {}
    return Person(user_id=user_id, mode=mode_of(source, user_id, choices), connections=mine)


def _closed(source: Source, signal: Signal, version: int, now: datetime) -> Refusal | None:
    if signal.withdrawn or version != signal.version:
        return Refusal(code=Code.SIGNAL_CHANGED)
    age, limit = int((now - signal.published_at).total_seconds()), source.patience_seconds
    return Refusal(code=Code.TOO_OLD, details={"age": str(age), "limit": str(limit)}) if age > limit else None


def _opened(tx: Tx, signal: Signal, person: Person, now: datetime) -> tuple[Execution, ...] | Refusal:
    if person.mode is SourceMode.OFF:
        return Refusal(code=Code.SOURCE_OFF)
    connections = usable(person)
    if not connections:
        return Refusal(code=Code.NO_PAPER if person.connections else Code.NO_CONNECTION)
    opened = (tx.executions.open(signal, connection, now) for connection in connections)
    fresh = tuple(execution for execution in opened if execution is not None)
    if fresh:
        tx.signals.taken(signal.id)
    return fresh or Refusal(code=Code.DUPLICATE)
