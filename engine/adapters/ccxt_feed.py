"""Prices of a real exchange for paper accounts: its public tickers, polled through ccxt. No key is needed."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Mapping
from typing import Any

import structlog

from engine.adapters.ccxt_client import open_client
from engine.adapters.ccxt_markets import instruments_from_markets, is_trading
from engine.adapters.convert import optional_price, to_price, to_time
from engine.errors import Code, VenueRefused
from engine.market.fan import Fan
from engine.market.instruments import named
from engine.market.sanity import Belief, is_stale, weigh
from engine.ports import Clock
from engine.types import Instrument, Quote

TICK_STEPS = 4
"""ccxt's precisionMode in which a precision is the step itself; 102 of its 104 exchanges use it."""

SILENCES = 2
"""So many symbols that fail one after the other, and none that is answered, are an exchange that does not answer."""

log = structlog.get_logger(__name__)


class CcxtPrices:
    """Live quotes of one public market (engine.ports.Prices). Open it with ``await CcxtPrices.open(...)``.

    ``run`` asks for the watched symbols every ``interval`` seconds; after a failure it waits twice as long each
    time, up to a minute. A quote that cannot be believed is dropped (engine.market.sanity).
    """

    LONGEST_WAIT = 60.0
    TRIES = 3

    def __init__(self, client: Any, clock: Clock, *, interval: float = 1.0, max_age: float = 10.0) -> None:
        self.instruments: dict[str, Instrument] = {}
        self._client = client
        self._clock = clock
        self._interval = interval
        self._max_age = max_age
        self._watched: dict[str, None] = {}
        self._kept_apart: set[str] = set()
        self._beliefs: dict[str, Belief] = {}
        self._latest: dict[str, Quote] = {}
        self._fan: Fan[Quote] = Fan(lambda quote: quote.symbol)
        self._closed = False

    @classmethod
    async def open(
        cls, exchange_id: str, clock: Clock, *, base_url: str | None = None, interval: float = 1.0
    ) -> CcxtPrices:
        """The feed with its instruments loaded. ValueError for an exchange that cannot serve; ccxt's own errors
        when it does not answer."""
        client = await open_client(exchange_id, base_url=base_url)
        feed = cls(client, clock, interval=interval)
        try:
            if client.precisionMode != TICK_STEPS or not client.has.get("fetchTickers"):
                raise ValueError(f"{exchange_id} has no price steps or no tickers to poll")
            feed.instruments.update(instruments_from_markets(_trading(await client.load_markets())))
        except BaseException:
            await client.close()
            raise
        return feed

    async def quote(self, symbol: str) -> Quote:
        """The latest quote, fetched if the one at hand is old; VenueRefused(NO_PRICE) after three failures."""
        named(symbol, self.instruments)
        for attempt in range(self.TRIES):
            quote = self._fresh(symbol)
            if quote is not None:
                return quote
            if attempt:
                await self._clock.sleep(self._interval)
            await self._try_poll([symbol])
        quote = self._fresh(symbol)
        if quote is None:
            raise VenueRefused(f"no price for {symbol}", code=Code.NO_PRICE, symbol=symbol)
        return quote

    def latest(self, symbol: str) -> Quote | None:
        return self._latest.get(symbol)

    def ticks(self) -> AsyncIterator[Quote]:
        return self._fan.reader()

    async def watch(self, symbol: str) -> None:
        """VenueRefused(SYMBOL_UNKNOWN) for a symbol that the exchange does not list."""
        named(symbol, self.instruments)
        self._watched[symbol] = None

    async def run(self) -> None:
        """Poll until closed."""
        failures = 0
        while not self._closed:
            done = not self._watched or await self._try_poll(list(self._watched))
            failures = 0 if done else failures + 1
            await self._clock.sleep(min(self.LONGEST_WAIT, self._interval * 2 ** min(failures, 16)))

    async def close(self) -> None:
        self._closed = True
        self._fan.close()
        await self._client.close()

    def _fresh(self, symbol: str) -> Quote | None:
        quote = self._latest.get(symbol)
        return None if quote is None or is_stale(quote.at, self._clock.now(), self._max_age) else quote

    def _listed(self, symbols: Iterable[str]) -> list[str]:
        """Those that ccxt can ask for: it asks for none when one of them is not listed any more."""
        return [symbol for symbol in symbols if symbol in (self._client.markets or {})]

    async def _try_poll(self, symbols: list[str]) -> bool:
        """One round; False when the exchange did not answer. Whatever it did wrong, the next round asks anew.

        An exchange may refuse a question about many because of one of them. Then each is asked for alone, and those
        that fail while others are answered are kept apart until they do not.
        """
        wanted = self._listed(symbols)
        together = [symbol for symbol in wanted if symbol not in self._kept_apart]
        answered = not wanted or (bool(together) and await self._answers(together))
        apart = wanted if len(together) != 1 and not answered else sorted(self._kept_apart.intersection(wanted))
        failed: list[str] = []
        for symbol in apart:
            if await self._answers([symbol]):
                answered = True
                self._kept_apart.discard(symbol)
            else:
                failed.append(symbol)
            if not answered and len(failed) == SILENCES:
                break
        if answered:
            self._kept_apart.update(failed)
        for symbol in failed:  # the next time another begins
            self._watched.update({symbol: self._watched.pop(symbol)} if symbol in self._watched else {})
        return answered

    async def _answers(self, symbols: list[str]) -> bool:
        try:
            await self._ask(symbols)
        except Exception as failure:  # ccxt's errors, and those of a body that is not what it should be
            log.warning("feed.poll_failed", exchange=self._client.id, symbols=symbols[:5], error=str(failure)[:200])
            return False
        return True

    async def _ask(self, symbols: list[str]) -> None:
        tickers = await self._client.fetch_tickers(symbols)
        for symbol in symbols:
            self._take(symbol, tickers.get(symbol) or {})

    def _take(self, symbol: str, ticker: Mapping[str, Any]) -> None:
        """Believe a ticker and pass it on, or drop it."""
        try:
            quote = self._quote(symbol, ticker)
        except ValueError as odd:
            log.warning("feed.odd_ticker", symbol=symbol, error=str(odd)[:200])
            return
        self._beliefs[symbol], believed = weigh(self._beliefs.get(symbol, Belief()), quote.mid)
        if believed:
            self._latest[symbol] = quote
            self._fan.publish(quote)

    def _quote(self, symbol: str, ticker: Mapping[str, Any]) -> Quote:
        """Bid and ask of a ticker; an exchange that sends neither is taken at its last price.

        The time is the venue's, but never later than ours: a fast clock must not make a quote look fresh for longer.
        """
        bid, ask = optional_price(ticker.get("bid")), optional_price(ticker.get("ask"))
        if bid is None or ask is None:
            bid = ask = to_price(ticker.get("last"))
        now = self._clock.now()
        at = now if ticker.get("timestamp") is None else min(now, to_time(ticker["timestamp"]))
        return Quote(symbol=symbol, bid=bid, ask=ask, at=at)


def _trading(markets: Mapping[str, Mapping[str, Any]]) -> dict[str, Mapping[str, Any]]:
    return {symbol: market for symbol, market in markets.items() if is_trading(market)}
