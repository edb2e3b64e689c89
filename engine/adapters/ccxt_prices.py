"""Live prices of one exchange and market: a stream where there is one, and polling whenever it brings nothing.

The age of the data decides, not the state of a connection: a stream that is open and silent is helped by polling
within seconds, and opened anew when polling goes on to see what it does not.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from typing import Any

import structlog

from engine.adapters.ccxt_feed import CcxtPrices
from engine.adapters.ccxt_shared import Shared
from engine.adapters.ccxt_wire import heard
from engine.market.sanity import is_stale
from engine.ports import Clock

OLD = 3.0
"""Seconds after which a price is asked for."""
SILENT = 20.0
"""Seconds without a word of a stream, while prices are wanted, after which it is opened anew."""
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 30.0

log = structlog.get_logger(__name__)


class LivePrices(CcxtPrices):
    """engine.ports.Prices over the client that the customers of a place share. ``run`` it in a task."""

    def __init__(self, shared: Shared, clock: Clock) -> None:
        super().__init__(shared.wire.client, clock)
        self.instruments = dict(shared.instruments)
        self._shared = shared
        self._symbols_changed = asyncio.Event()
        self._ended = asyncio.Event()
        self._heard_at = clock.monotonic()

    async def watch(self, symbol: str) -> None:
        if symbol not in self._watched:
            self.instruments = dict(self._shared.instruments)
            await super().watch(symbol)
            self._symbols_changed.set()

    async def run(self) -> None:
        """Keep the watched prices coming until closed."""
        async with asyncio.TaskGroup() as group:
            loops = [group.create_task(self._poll_always())]
            if self._call("watchBidsAsks", "watchTickers") is not None:
                loops.append(group.create_task(self._listen_always()))
            await self._ended.wait()
            for loop in loops:
                loop.cancel()

    async def close(self) -> None:
        """The client is not ours to close."""
        self._closed = True
        self._ended.set()
        self._fan.close()

    # --- polling -----------------------------------------------------------------------------------

    async def _poll_always(self) -> None:
        pause = self._interval
        while True:
            old = self._older_than(OLD)
            answered = not old or await self._try_poll(old)
            others_come = len(old) < len(self._listed(self._watched))
            pause = self._interval if answered or others_come else min(pause * 2, LONGEST_PAUSE)
            if old and answered and self._clock.monotonic() - self._heard_at > SILENT:
                await self._reopen()
            await self._clock.sleep(pause)

    def _older_than(self, seconds: float) -> list[str]:
        now = self._clock.now()
        quotes = {symbol: self._latest.get(symbol) for symbol in self._listed(self._watched)}
        return [symbol for symbol, quote in quotes.items() if quote is None or is_stale(quote.at, now, seconds)]

    async def _ask(self, symbols: list[str]) -> None:
        """Best bids and asks; where none are listed for many, each symbol's book."""
        call = self._call("fetchBidsAsks", "fetchTickers")
        if call is not None:
            answer = await self._shared.wire.guard(call, symbols)
        else:
            books = [await self._shared.wire.guard(self._client.fetch_order_book, symbol) for symbol in symbols]
            answer = {symbol: _best(book) for symbol, book in zip(symbols, books, strict=True)}
        self._take_all(answer, symbols)

    def _take_all(self, answer: object, symbols: Iterable[str]) -> None:
        """A symbol that is missing in the answer keeps its old quote, and so grows stale."""
        for symbol in symbols:
            ticker = answer.get(symbol) if isinstance(answer, Mapping) else None
            if isinstance(ticker, Mapping):
                self._take(symbol, {**ticker, "timestamp": None})  # it is the best price of this very moment

    def _call(self, *names: str) -> Any:
        """The first of ccxt's methods that the exchange itself has."""
        for name in names:
            if self._client.has.get(name) is True:
                return getattr(self._client, "".join(f"_{c.lower()}" if c.isupper() else c for c in name))
        return None

    # --- listening ---------------------------------------------------------------------------------

    async def _listen_always(self) -> None:
        pause, call = FIRST_PAUSE, self._call("watchBidsAsks", "watchTickers")
        while True:
            while not (symbols := self._listed(self._watched)):
                self._symbols_changed.clear()
                await self._symbols_changed.wait()
            try:
                answer = await heard(call(symbols))
            except Exception as fault:  # polling goes on meanwhile
                log.warning("feed.stream_broken", exchange=self._client.id, fault=type(fault).__name__)
                await self._clock.sleep(pause)
                pause = min(pause * 2, LONGEST_PAUSE)
                continue
            pause, self._heard_at = FIRST_PAUSE, self._clock.monotonic()
            self._take_all(answer, symbols)

    async def _reopen(self) -> None:
        self._heard_at = self._clock.monotonic()
        if not getattr(self._client, "clients", None):
            return
        log.warning("feed.stream_silent", exchange=self._client.id)
        try:
            await self._client.close_ws_clients()
        except Exception as fault:
            log.warning("feed.stream_not_closed", exchange=self._client.id, fault=type(fault).__name__)


def _best(book: object) -> dict[str, object]:
    """Bid and ask of an order book; an empty side is no price."""
    sides: dict[str, object] = {}
    for name, side in (("bid", "bids"), ("ask", "asks")):
        rows = book.get(side) if isinstance(book, Mapping) else None
        sides[name] = rows[0][0] if rows else None
    return sides
