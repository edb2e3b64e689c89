"""The health of connections: tested every few minutes, their keys' rights read once a day, their owners told.

No answer proves nothing: a connection that is silent stays as it is and becomes stale with time. A key that is refused,
or that may do more than it should, disables its connection at once.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from enum import StrEnum
from functools import partial

import structlog

from engine.errors import Code, EngineFault, VenueLocked
from engine.events import ConnectionLost, ConnectionSilent
from engine.keys import fault_of
from engine.ports import Clock, Store, Tx, Venue, Venues
from engine.types import Checkup, Connection, KeyReport, Refusal

STALE_AFTER = timedelta(hours=24)
TEST_EVERY = timedelta(minutes=5)
RIGHTS_EVERY = timedelta(days=1)
ALERT_EVERY = timedelta(minutes=15)
TOLD_AFTER = timedelta(minutes=10)  # of silence, while trades are open
AT_ONCE = 8  # connections tested side by side
log = structlog.get_logger()

Inspect = Callable[[Connection], Awaitable[KeyReport | Refusal]]


class Health(StrEnum):
    """In the order in which they count: the first that holds is what the owner is shown."""

    ERROR = "error"
    STALE = "stale"
    HEALTHY = "healthy"
    INACTIVE = "inactive"


def health(found: Checkup, now: datetime) -> Health:
    if found.status == "error":
        return Health.ERROR
    if is_stale(found, now):
        return Health.STALE
    return Health.HEALTHY if found.is_active and found.status == "active" else Health.INACTIVE


def is_stale(found: Checkup, now: datetime) -> bool:
    """Not tested for a day, or never."""
    return found.last_tested_at is None or now - found.last_tested_at > STALE_AFTER


def is_alert_due(found: Checkup, positions: int, now: datetime) -> bool:
    """Once for every connection; again and again while trades are open that nobody manages and nobody knows of."""
    if found.alerted_at is None:
        return True
    return positions > 0 and found.acknowledged_at is None and now - found.alerted_at >= ALERT_EVERY


def are_rights_due(connection: Connection, found: Checkup, now: datetime) -> bool:
    """A paper account has no key."""
    if connection.is_paper:
        return False
    return found.key_checked_at is None or now - found.key_checked_at >= RIGHTS_EVERY


class Care:
    """``venue_of`` opens the venue of a connection, ``inspect`` reads the rights of its key.

    ``withdrawal_ok``: the operator takes keys that may withdraw.
    """

    def __init__(
        self, *, store: Store, clock: Clock, venues: Venues, venue_of: Callable[[int], Awaitable[Venue]],
        inspect: Inspect, withdrawal_ok: bool, on_change: Callable[[], None],
    ) -> None:  # fmt: skip
        self._store = store
        self._clock = clock
        self._venues = venues
        self._venue_of = venue_of
        self._inspect = inspect
        self._withdrawal_ok = withdrawal_ok
        self._on_change = on_change
        self._gate = asyncio.Semaphore(AT_ONCE)

    async def run(self) -> None:
        """One round: test what was not tested for five minutes, then tell what is broken."""
        before = self._clock.now() - TEST_EVERY
        due = await self._store.read(lambda tx: tx.connections.untested(before))
        await asyncio.gather(*map(self._tend, due))
        await self.alarm()

    async def alarm(self) -> None:
        """Tell of every connection that is broken, whoever found out; it waits for no test of another one."""
        now = self._clock.now()
        if await self._store.write(partial(alert, now=now)):
            self._on_change()

    async def _tend(self, connection: Connection) -> None:
        async with self._gate:
            if await self._test(connection):
                await self._check_rights(connection)

    async def _test(self, connection: Connection) -> bool:
        started = self._clock.monotonic()
        try:
            await (await self._venue_of(connection.id)).account()
        except VenueLocked as fault:
            await self._lock_out(connection, fault.code or Code.KEY_LOST, fault.reason)
            return False
        except Exception as fault:
            reason = fault.reason if isinstance(fault, EngineFault) else type(fault).__name__
            log.warning("connection silent", connection=connection.id, fault=reason)
            now = self._clock.now()
            if await self._store.write(partial(_silent, connection=connection, reason=reason, now=now)):
                self._on_change()
            return False
        latency, now = round((self._clock.monotonic() - started) * 1000), self._clock.now()
        if await self._store.write(partial(_answered, connection=connection, latency_ms=latency, now=now)):
            self._on_change()
        return True

    async def _check_rights(self, connection: Connection) -> None:
        now = self._clock.now()
        found = await self._store.read(lambda tx: tx.connections.checkup(connection.id))
        if found is None or not are_rights_due(connection, found, now):
            return
        report = await self._inspect(connection)
        if isinstance(report, Refusal):
            if report.code == Code.KEY_LOST:
                await self._lock_out(connection, Code.KEY_LOST, report.details.get("venue", ""))
            return  # no answer: asked again in five minutes
        fault = fault_of(report, withdrawal_ok=self._withdrawal_ok)
        if fault is not None:
            await self._lock_out(connection, Code(fault.code), "")
            return
        await self._store.write(lambda tx: tx.connections.note_rights(connection.id, now))

    async def _lock_out(self, connection: Connection, code: Code, reason: str) -> None:
        now = self._clock.now()
        await self._store.write(lambda tx: tx.connections.mark_error(connection.id, reason, now, code=code))
        await self.alarm()
        await self._venues.discard(connection.id)


def _silent(tx: Tx, *, connection: Connection, reason: str, now: datetime) -> bool:
    """Note it; whether its owner is told, which is once for every silence."""
    tx.connections.note_silence(connection.id, reason, now)
    return _tell_silence(tx, connection, now, back=False)


def _answered(tx: Tx, *, connection: Connection, latency_ms: int, now: datetime) -> bool:
    """Note it, and tell of the end of a silence. It may have been switched off, or refused, while we waited for the
    answer: then it stays so."""
    found = tx.connections.checkup(connection.id)
    if found is None or not found.is_active or found.status != "active":
        return False
    told = found.last_error is not None and _tell_silence(tx, connection, now, back=True)
    tx.connections.mark_tested(connection.id, latency_ms, now)
    return told


def _tell_silence(tx: Tx, connection: Connection, now: datetime, *, back: bool) -> bool:
    """A silence is named by the last answer before it: each is told once at its beginning and once at its end."""
    found, positions = tx.connections.checkup(connection.id), len(tx.positions.open(connection.id))
    if found is None or found.last_tested_at is None or not positions or now - found.last_tested_at < TOLD_AFTER:
        return False
    event = ConnectionSilent(
        connection=connection.name,
        paper=connection.is_paper,
        positions=positions,
        minutes=int((now - found.last_tested_at).total_seconds() // 60),
        back=back,
    )
    key = f"silence:{connection.id}:{found.last_tested_at.isoformat()}:{back}"
    tx.outbox.tell(connection.owner_id, event, key=key, now=now, connection_id=connection.id)
    return True


def alert(tx: Tx, now: datetime) -> int:
    """Tell the owners of broken connections, whoever found out that they are; returns how many are told."""
    told = 0
    for connection in tx.connections.broken():
        found = tx.connections.checkup(connection.id)
        positions = len(tx.positions.open(connection.id))
        if found is None or not is_alert_due(found, positions, now):
            continue
        event = ConnectionLost(
            connection=connection.name,
            paper=connection.is_paper,
            connection_id=connection.id,
            code=found.error_code or Code.KEY_LOST,
            positions=positions,
            details={"venue": found.last_error} if found.last_error else {},
        )
        key = f"lost:{connection.id}:{now.isoformat()}"
        tx.outbox.tell(connection.owner_id, event, key=key, now=now, connection_id=connection.id)
        tx.connections.note_alert(connection.id, now)
        told += 1
    return told
