"""Venues by name: the paper account, and every exchange that was measured (docs/exchanges.md).

A venue of another kind is one file beside this one and one line in ADAPTERS. The exchanges need no line: their rows
in the table of abilities are theirs. ccxt itself is imported when the first of them is opened.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache, partial
from typing import TYPE_CHECKING, Any

from engine.adapters import ccxt_abilities
from engine.adapters.ccxt_rights import rights_reader
from engine.adapters.paper import PaperVenue
from engine.adapters.paper_book import Terms
from engine.adapters.paper_market import PaperMarket
from engine.errors import Code, VenueLocked
from engine.ports import Clock, Prices, Secrets, Store, Venue
from engine.types import Connection, KeyReport

if TYPE_CHECKING:
    from engine.adapters.ccxt_prices import LivePrices
    from engine.adapters.ccxt_shared import Commons, Place

MARKETS = ("spot", "swap")
Spawn = Callable[[str, Coroutine[Any, Any, None]], None]


class Halls:
    """What the venues of one house share, made when the first of them needs it."""

    def __init__(self) -> None:
        self._commons: Commons | None = None
        self._prices: dict[Place, LivePrices] = {}
        self._opening: defaultdict[Place, asyncio.Lock] = defaultdict(asyncio.Lock)

    def commons(self, clock: Clock, urls: Mapping[str, str]) -> Commons:
        if self._commons is None:
            from engine.adapters.ccxt_shared import Commons

            self._commons = Commons(clock, urls)
        return self._commons

    async def prices(self, place: Place, around: Surroundings) -> Prices:
        """The live prices of a place, started once and kept until the house closes."""
        from engine.adapters.ccxt_prices import LivePrices

        async with self._opening[place]:
            if place not in self._prices:
                shared = await self.commons(around.clock, around.urls).enter(place)
                prices = self._prices[place] = LivePrices(shared, around.clock)
                around.spawn(f"prices of {place.exchange} {place.market}", prices.run())
            return self._prices[place]

    async def close(self) -> None:
        while self._prices:
            place, prices = self._prices.popitem()
            await prices.close()
            if self._commons is not None:
                await self._commons.leave(place)


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What an opener may need besides the connection.

    ``secrets`` is None in a house that can keep no keys. ``urls`` lead the clients of some exchanges elsewhere, as the
    operator wishes; ``spawn`` takes the tasks that a venue keeps running. ``unwanted`` says of a connection's entry, by
    its id, why it is to stay although it was let out: it may have waited for its turn.
    """

    store: Store
    paper: PaperMarket
    clock: Clock
    spawn: Spawn
    secrets: Secrets | None = None
    urls: Mapping[str, str] = field(default_factory=dict)
    unwanted: Callable[[int, str], Awaitable[Code | None]] | None = None
    halls: Halls = field(default_factory=Halls)


@dataclass(frozen=True, slots=True, kw_only=True)
class AdapterSpec:
    """One kind of venue: its name in the database, its title for people, what /connect asks, and how it opens.

    ``fields`` are the credentials it needs, ``markets`` those of "spot" and "swap" that it offers; ``testnet``: it has
    a system for tests. ``key_report`` says what a key may do; ``tells_rights``: the exchange can be asked for that.
    """

    name: str
    title: str
    fields: tuple[str, ...]
    open: Callable[[Connection, Surroundings], Awaitable[Venue]]
    markets: tuple[str, ...] = ()
    testnet: bool = False
    tells_rights: bool = False
    key_report: Callable[..., Awaitable[KeyReport]] | None = None


# --- paper -------------------------------------------------------------------------------------------


async def open_paper(connection: Connection, around: Surroundings) -> Venue:
    """The paper account of a connection; its settings name ``starting_balance`` and ``currency`` of a new one."""
    usual = Terms()
    terms = Terms(
        currency=str(connection.settings.get("currency", usual.currency)),
        balance=Decimal(str(connection.settings.get("starting_balance", usual.balance))),
    )
    return await PaperVenue.open(connection.id, around.store, around.paper, terms)


# --- exchanges ---------------------------------------------------------------------------------------


async def open_exchange(connection: Connection, around: Surroundings) -> Venue:
    """The account of a connection at an exchange; VenueLocked when there is no key for it, or no such market."""
    from engine.adapters.ccxt_venue import CcxtVenue

    able = ccxt_abilities.abilities(connection.exchange_name, connection.market)
    if able is None or not offered(able):
        raise VenueLocked(f"{connection.exchange_name} has no {connection.market} market here", code=Code.NOT_FOUND)
    if around.secrets is None:
        raise VenueLocked("this house keeps no keys", code=Code.KEY_LOST)
    secrets = await around.secrets.read(connection.owner_id, connection.id)
    if missing := [name for name in able.fields if name not in secrets]:
        raise VenueLocked(f"no {', '.join(missing)} is stored: enter the key again", code=Code.KEY_LOST)
    return await CcxtVenue.open(
        able,
        {name: secrets[name].reveal() for name in able.fields},
        testnet=connection.is_testnet,
        commons=around.halls.commons(around.clock, around.urls),
        clock=around.clock,
        spawn=around.spawn,
        unwanted=None if around.unwanted is None else partial(around.unwanted, connection.id),
    )


def offered(able: ccxt_abilities.Abilities) -> bool:
    """Our id is found again, and an order that only reduces cannot open anything."""
    return able.proven and (able.market == "spot" or able.reduce_only)


async def key_report(
    exchange: str, credentials: Mapping[str, str], *, market: str, testnet: bool, urls: Mapping[str, str], clock: Clock
) -> KeyReport:
    """What an exchange says of a key.

    Raises VenueLocked for a bad one, VenueBusy or VenueSilent when there is no answer, VenueRefused otherwise.
    """
    from engine.adapters.ccxt_key import ask_key

    return await ask_key(exchange, credentials, market=market, testnet=testnet, urls=urls, clock=clock)


@cache
def _exchange(name: str) -> AdapterSpec | None:
    rows = [able for market in MARKETS if (able := ccxt_abilities.abilities(name, market)) and offered(able)]
    if not rows:
        return None
    return AdapterSpec(
        name=name,
        title=rows[0].title,
        fields=rows[0].fields,
        open=open_exchange,
        markets=tuple(able.market for able in rows),
        testnet=all(able.testnet for able in rows),
        tells_rights=rights_reader(name) is not None,
        key_report=partial(key_report, name),
    )


# --- the registry ------------------------------------------------------------------------------------

ADAPTERS: dict[str, AdapterSpec] = {
    spec.name: spec for spec in (AdapterSpec(name="paper", title="Paper account", fields=(), open=open_paper),)
}


def adapter(name: str) -> AdapterSpec | None:
    """The venue of this name, an exchange included."""
    return ADAPTERS.get(name) or _exchange(name)


@cache
def exchanges() -> tuple[AdapterSpec, ...]:
    """Every exchange that can be connected, popular ones first."""
    return tuple(spec for name in ccxt_abilities.exchanges() if (spec := _exchange(name)) is not None)


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
                spec = adapter("paper" if connection.is_paper else connection.exchange_name)
                if spec is None:
                    raise VenueLocked(f"no adapter called {connection.exchange_name}", code=Code.NOT_FOUND)
                self._venues[connection.id] = await spec.open(connection, self._around)
            return self._venues[connection.id]

    async def prices(self, connection: Connection) -> Prices:
        """The prices that this connection trades at. Raises EngineFault when its exchange does not answer."""
        if connection.is_paper:
            return self._around.paper.prices
        from engine.adapters.ccxt_shared import Place

        place = Place(connection.exchange_name, connection.market, connection.is_testnet)
        return await self._around.halls.prices(place, self._around)

    async def discard(self, connection_id: int) -> None:
        """Close and forget the venue of a connection, if it is open."""
        async with self._locks[connection_id]:
            venue = self._venues.pop(connection_id, None)
            if venue is not None:
                await venue.close()

    async def close(self) -> None:
        """Close every venue, and what they share."""
        for connection_id in tuple(self._venues):
            await self.discard(connection_id)
        await self._around.halls.close()
