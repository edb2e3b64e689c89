"""Venues by name. A new exchange or broker is one file beside this one and one line in ADAPTERS."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from decimal import Decimal

from engine.adapters.paper import PaperVenue
from engine.adapters.paper_book import Terms
from engine.adapters.paper_market import PaperMarket
from engine.errors import Code, VenueLocked
from engine.ports import Store, Venue
from engine.types import Connection


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What an opener may need besides the connection."""

    store: Store
    paper: PaperMarket


@dataclass(frozen=True, slots=True, kw_only=True)
class AdapterSpec:
    """One kind of venue: its name in the database, its title for people, what /connect asks, and how it opens."""

    name: str
    title: str
    fields: tuple[str, ...]
    open: Callable[[Connection, Surroundings], Awaitable[Venue]]


async def open_paper(connection: Connection, around: Surroundings) -> Venue:
    """The paper account of a connection; its settings name ``starting_balance`` and ``currency`` of a new one."""
    usual = Terms()
    terms = Terms(
        currency=str(connection.settings.get("currency", usual.currency)),
        balance=Decimal(str(connection.settings.get("starting_balance", usual.balance))),
    )
    return await PaperVenue.open(connection.id, around.store, around.paper, terms)


ADAPTERS: dict[str, AdapterSpec] = {
    spec.name: spec for spec in (AdapterSpec(name="paper", title="Paper account", fields=(), open=open_paper),)
}


class OpenVenues:
    """The live venue of each connection, opened once and kept (engine.ports.Venues)."""

    def __init__(self, around: Surroundings) -> None:
        self._around = around
        self._venues: dict[int, Venue] = {}
        self._locks: defaultdict[int, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def open(self, connection: Connection) -> Venue:
        """VenueLocked when there is no adapter of that name: nothing can be done until the connection is mended."""
        async with self._locks[connection.id]:
            if connection.id not in self._venues:
                spec = ADAPTERS.get("paper" if connection.is_paper else connection.exchange_name)
                if spec is None:
                    raise VenueLocked(f"no adapter called {connection.exchange_name}", code=Code.NOT_FOUND)
                self._venues[connection.id] = await spec.open(connection, self._around)
            return self._venues[connection.id]

    async def discard(self, connection_id: int) -> None:
        """Close and forget the venue of a connection, if it is open."""
        async with self._locks[connection_id]:
            venue = self._venues.pop(connection_id, None)
            if venue is not None:
                await venue.close()

    async def close(self) -> None:
        """Close every venue."""
        for connection_id in tuple(self._venues):
            await self.discard(connection_id)
