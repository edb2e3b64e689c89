"""What things cost at a place, asked for once by however many of its customers want to know it at the same time."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Hashable, Iterable, Mapping
from functools import partial
from typing import Any

from engine.adapters.ccxt_wire import Wire
from engine.adapters.convert import to_price
from engine.errors import Code, VenueRefused
from engine.ports import Clock
from engine.types import Instrument, Quote

Ask = Callable[[], Awaitable[Any]]


class Flights:
    """Questions of many who want the same answer.

    Nobody is given an answer to a question that left before they asked: whoever comes while one is under way waits
    for the next, together with all who come until then. So a crowd costs two questions, not a thousand.
    """

    def __init__(self) -> None:
        self._gathering: dict[Hashable, asyncio.Task[Any]] = {}
        self._under_way: dict[Hashable, asyncio.Task[Any]] = {}

    async def join(self, key: Hashable, ask: Ask) -> Any:
        """The answer to ``ask``, or what it raised; ``key`` names the question."""
        flight = self._gathering.get(key)
        if flight is None:
            # It lives as long as the question: everybody who joined awaits it, and nobody's end may be the others'.
            flight = asyncio.create_task(self._fly(key, ask))  # noqa: TID251
            self._gathering[key] = flight
            flight.add_done_callback(_heard)
        return await asyncio.shield(flight)

    async def _fly(self, key: Hashable, ask: Ask) -> Any:
        while key in self._under_way:
            await asyncio.wait([self._under_way[key]])
        self._under_way[key] = self._gathering.pop(key)
        try:
            return await ask()
        finally:
            del self._under_way[key]


class Quotes:
    """Prices over the client that the customers of a place share."""

    def __init__(self, wire: Wire, clock: Clock) -> None:
        self._wire = wire
        self._clock = clock
        self._flights = Flights()
        self._wanted: set[str] = set()

    async def quote(self, instrument: Instrument) -> Quote:
        """Best bid and ask now. VenueRefused(NO_PRICE) when the venue has none."""
        quote: Quote = await self._flights.join(instrument.symbol, lambda: self._ask_quote(instrument.symbol))
        return quote

    async def tickers(self, symbols: Iterable[str]) -> Mapping[str, Any]:
        """ccxt's tickers of at least these symbols. One that the venue refuses spoils nobody else's answer."""
        mine = sorted(symbols)
        self._wanted.update(mine)
        try:
            found: Mapping[str, Any] = await self._flights.join("tickers of all", self._ask_all)
        except VenueRefused:
            found = await self._flights.join(tuple(mine), partial(self._ask_tickers, mine))
        return found

    async def _ask_quote(self, symbol: str) -> Quote:
        client = self._wire.client
        try:
            if client.has.get("fetchBidsAsks") is True:
                best = (await self._wire.guard(client.fetch_bids_asks, [symbol]))[symbol]
                return self._quote(symbol, best["bid"], best["ask"])
            book = await self._wire.guard(client.fetch_order_book, symbol)
            return self._quote(symbol, book["bids"][0][0], book["asks"][0][0])
        except (ValueError, KeyError, IndexError, TypeError, AttributeError):
            raise VenueRefused(f"no price for {symbol}", code=Code.NO_PRICE, symbol=symbol) from None

    def _quote(self, symbol: str, bid: object, ask: object) -> Quote:
        return Quote(symbol=symbol, bid=to_price(bid), ask=to_price(ask), at=self._clock.now())

    async def _ask_all(self) -> Mapping[str, Any]:
        symbols, self._wanted = sorted(self._wanted), set()
        return await self._ask_tickers(symbols)

    async def _ask_tickers(self, symbols: list[str]) -> Mapping[str, Any]:
        found: Mapping[str, Any] = await self._wire.read(self._wire.client.fetch_tickers, symbols)
        return found


def _heard(flight: asyncio.Task[Any]) -> None:
    """A fault is told to whoever waits; that nobody does any more is no fault of its own."""
    if not flight.cancelled():
        flight.exception()
