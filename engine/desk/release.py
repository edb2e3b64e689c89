"""From a published signal to the people it is for: each has it executed, is asked, or is told why not.

An admin's channel that is shared goes by each person's own switch; any other goes by its owner's mode.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from engine.desk import telling
from engine.desk.echo import had_already
from engine.errors import Code
from engine.ports import Tx
from engine.types import Connection, Execution, Signal, Source, SourceMode


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody a signal is for: what they want of this channel, and which of their accounts may trade it."""

    user_id: int
    mode: SourceMode
    connections: tuple[Connection, ...]


def audience(tx: Tx, source: Source, signal: Signal, now: datetime) -> tuple[Person, ...]:
    """Everybody whose switch is not off; the owner of the channel first, even without an account."""
    accounts: dict[int, list[Connection]] = {source.user_id: []}
    for connection in tx.connections.eligible(signal, source, now):
        accounts.setdefault(connection.owner_id, []).append(connection)
    choices = tx.sources.choices(source.id) if source.is_admin_owned else {}
    people = (
        Person(user_id=user, mode=mode_of(source, user, choices), connections=tuple(mine))
        for user, mine in accounts.items()
    )
    return tuple(person for person in people if person.mode is not SourceMode.OFF)


def mode_of(source: Source, user_id: int, choices: Mapping[int, SourceMode]) -> SourceMode:
    """The owner's switch is the channel's mode itself. Nobody else's money moves unasked until they chose that."""
    return source.mode if user_id == source.user_id else choices.get(user_id, SourceMode.ASK)


def usable(person: Person) -> tuple[Connection, ...]:
    """The accounts that the mode lets trade."""
    if person.mode is SourceMode.PAPER:
        return tuple(connection for connection in person.connections if connection.is_paper)
    return person.connections


def release(
    tx: Tx, source: Source, signal: Signal, digest: str, now: datetime, *, row_id: int, why: str = ""
) -> list[Execution]:  # fmt: skip
    """Give the signal to its people. With ``why`` everybody is asked, whatever their mode."""
    opened: list[Execution] = []
    had = had_already(tx, source, signal, digest, now)
    for person in audience(tx, source, signal, now):
        if person.user_id in had:
            _tell(tx, source, signal, person, Code.SAME_SIGNAL, now, channel=had[person.user_id])
        elif why or asks(source, signal, person):
            ask(tx, source, signal, person, now, why=why, row_id=row_id)
        else:
            opened.extend(_opened(tx, source, signal, person, now))
    return opened


def asks(source: Source, signal: Signal, person: Person) -> bool:
    """Whether this person decides themselves: they want to, or the reading is not sure enough for them not to."""
    return person.mode is SourceMode.ASK or _is_doubtful(source, signal)


def ask(tx: Tx, source: Source, signal: Signal, person: Person, now: datetime, *, row_id: int, why: str = "") -> None:
    """The card with what was read, and why it asks if that is not the person's own wish."""
    details = {}
    if not why and person.mode is not SourceMode.ASK:
        why = Code.LOW_CONFIDENCE
        details = {"sure": str(signal.entry.confidence), "limit": str(source.auto_publish_confidence_threshold)}
    telling.propose(tx, source, signal, now, to=person.user_id, why=why, details=details, row_id=row_id)


def _is_doubtful(source: Source, signal: Signal) -> bool:
    return signal.entry.confidence < source.auto_publish_confidence_threshold


def _opened(tx: Tx, source: Source, signal: Signal, person: Person, now: datetime) -> list[Execution]:
    """One execution for every account that may trade it; the person hears if there is none."""
    connections = usable(person)
    if not connections:
        code = Code.NO_PAPER if person.connections else Code.NO_CONNECTION
        _tell(tx, source, signal, person, code, now)
    opened = (tx.executions.open(signal, connection, now) for connection in connections)
    return [execution for execution in opened if execution is not None]


def _tell(
    tx: Tx, source: Source, signal: Signal, person: Person, code: Code, now: datetime, **details: str
) -> None:  # fmt: skip
    key = f"{code}:{signal.id}:{person.user_id}"
    telling.skipped(tx, source, signal.entry, code, key, now, to=person.user_id, details=details)
