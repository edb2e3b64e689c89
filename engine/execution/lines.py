"""The lines to the venues: each connection's venue, opened once, with somebody listening to what it says by itself."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import structlog

from engine.errors import Code, EngineFault, VenueLocked
from engine.execution.reserve import Look
from engine.ports import CLOCK_FAR, Clock, Store, Venue, Venues
from engine.types import Account, Connection, Entry, ExecutionReport, Refusal

log = structlog.get_logger()

PAUSE = 0.5  # seconds until a report that the store had no ear for is taken up again

Spawn = Callable[[str, Coroutine[Any, Any, None]], None]
Hear = Callable[[int, Venue, ExecutionReport], Coroutine[Any, Any, None]]


class Lines:
    """``hear`` is given every report that a venue makes without being asked, with the connection it is for."""

    def __init__(self, *, store: Store, venues: Venues, clock: Clock, spawn: Spawn, hear: Hear) -> None:
        self._store = store
        self._venues = venues
        self._clock = clock
        self._spawn = spawn
        self._hear = hear
        self._listening: dict[int, Venue] = {}

    async def open(self, connection: Connection) -> Venue:
        """The venue of this connection. Raises VenueLocked when its credentials are unusable."""
        venue = await self._venues.open(connection)
        if self._listening.get(connection.id) is not venue:
            self._listening[connection.id] = venue
            self._spawn(f"reports of connection {connection.id}", self._listen(connection.id, venue))
        return venue

    async def of(self, connection_id: int) -> Venue:
        connection = await self._store.read(lambda tx: tx.connections.get(connection_id))
        if connection is None:
            raise LookupError(f"no connection {connection_id}")
        return await self.open(connection)

    async def _listen(self, connection_id: int, venue: Venue) -> None:
        """A store that does not answer just now ends no listening: the report is taken up when it does."""
        async for report in venue.reports():
            while not await self._taken_up(connection_id, venue, report):
                await self._clock.sleep(PAUSE)

    async def _taken_up(self, connection_id: int, venue: Venue, report: ExecutionReport) -> bool:
        try:
            await self._hear(connection_id, venue, report)
        except EngineFault as fault:
            log.error("report not taken up yet", connection=connection_id, fault=type(fault).__name__)
            return False
        return True

    async def look(self, connection: Connection, entry: Entry) -> tuple[Look | Refusal, Venue | None]:
        """What the venue shows now; a fault becomes the refusal that the owner is told."""
        try:
            venue = await self.open(connection)
            apart = abs(await venue.clock_off())
            if apart > CLOCK_FAR:
                return Refusal(code=Code.CLOCK_OFF, details={"clock": f"{apart:.0f}"}), None
            instrument = await venue.instrument(entry.symbol_base, entry.symbol_quote)
            account, quote, rate = await asyncio.gather(
                venue.account(as_told=True), venue.quote(instrument), venue.rate(instrument.quote)
            )
        except VenueLocked as fault:
            await self.lock_out(connection, fault)
            return as_refusal(fault, Code.KEY_LOST), None
        except EngineFault as fault:
            return as_refusal(fault, Code.VENUE_UNREACHABLE), None
        except Exception as fault:  # an answer that nobody foresaw: the owner hears of it all the same
            log.exception("venue not readable", connection=connection.id)
            return Refusal(code=Code.VENUE_UNREACHABLE, details={"venue": type(fault).__name__}), None
        return Look(instrument=instrument, account=account, quote=quote, rate=rate), venue

    async def account(self, connection: Connection) -> Account | Refusal:
        """Balance and equity as the venue says now."""
        try:
            return await (await self.open(connection)).account()
        except EngineFault as fault:
            return as_refusal(fault, Code.VENUE_UNREACHABLE)

    async def lock_out(self, connection: Connection, fault: VenueLocked) -> None:
        """The key is refused: nothing more is tried with this connection until somebody mends it."""
        now = self._clock.now()
        await self._store.write(lambda tx: tx.connections.mark_error(connection.id, fault.reason, now))
        await self._venues.discard(connection.id)


def as_refusal(fault: EngineFault, otherwise: Code) -> Refusal:
    return Refusal(code=fault.code or otherwise, details={**fault.details, "venue": fault.reason})
