"""The market that paper accounts trade on: prices, conversion of currencies, and one task that hands ticks round."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Protocol
from weakref import WeakSet

import structlog

from engine.adapters.paper_book import View
from engine.errors import Code, VenueRefused
from engine.market.instruments import named
from engine.ports import Clock, Prices
from engine.types import Instrument, Quote

DOLLARS = ("USD", "USDT", "USDC")
"""Taken as worth the same: a paper account converts between them one to one."""

log = structlog.get_logger(__name__)


class Account(Protocol):
    """What the market needs to know of a venue."""

    def cares(self, symbol: str) -> bool: ...
    async def on_tick(self, quote: Quote) -> None: ...


class PaperMarket:
    """Shared by all paper accounts. ``instruments`` may grow while it runs.

    Accounts are held weakly: one that nobody uses any more gets no ticks.
    """

    def __init__(self, prices: Prices, instruments: Mapping[str, Instrument], clock: Clock) -> None:
        self.prices = prices
        self.instruments = instruments
        self.clock = clock
        self._accounts: WeakSet[Account] = WeakSet()

    def join(self, account: Account) -> None:
        self._accounts.add(account)

    def leave(self, account: Account) -> None:
        self._accounts.discard(account)

    async def run(self) -> None:
        """Hand every tick to the accounts that it concerns, until the prices end.

        Accounts work side by side, so that their commits can share one write to disk. One that fails is logged
        and tried again with the next tick; the others do not notice.
        """
        async for quote in self.prices.ticks():
            await self.hand_round(quote)

    async def hand_round(self, quote: Quote) -> None:
        concerned = [account for account in self._accounts if account.cares(quote.symbol)]
        results = await asyncio.gather(*(a.on_tick(quote) for a in concerned), return_exceptions=True)
        for failure in (r for r in results if isinstance(r, BaseException)):
            log.error("paper.tick_failed", symbol=quote.symbol, exc_info=failure)

    async def view(self, symbols: Iterable[str], currency: str, *known: Quote) -> View:
        """Prices and rates for these symbols. ``known`` quotes are taken as they are, the others are asked for."""
        quotes = {quote.symbol: quote for quote in known}
        for symbol in sorted(set(symbols) - set(quotes)):
            quotes[symbol] = await self.prices.quote(symbol)
        units = sorted({named(symbol, self.instruments).quote for symbol in quotes})
        rates = {unit: await self.rate(unit, currency) for unit in units}
        return View(quotes=quotes, instruments=self.instruments, rates=rates, now=self.clock.now())

    async def rate(self, unit: str, currency: str) -> Decimal:
        """``currency`` per one ``unit``: through their own pair, else through the dollar."""
        direct = await self._direct(unit, currency)
        if direct is not None:
            return direct
        through = await self._direct(unit, DOLLARS[0]), await self._direct(DOLLARS[0], currency)
        if through[0] is None or through[1] is None:
            raise VenueRefused(f"no rate for {unit} in {currency}", code=Code.NO_PRICE, currency=unit)
        return through[0] * through[1]

    async def _direct(self, unit: str, currency: str) -> Decimal | None:
        if unit in _same(currency):
            return Decimal(1)
        for ours in _same(currency):
            for theirs in _same(unit):
                if f"{theirs}/{ours}" in self.instruments:
                    return (await self.prices.quote(f"{theirs}/{ours}")).mid
                if f"{ours}/{theirs}" in self.instruments:
                    return 1 / (await self.prices.quote(f"{ours}/{theirs}")).mid
        return None


def _same(currency: str) -> tuple[str, ...]:
    return DOLLARS if currency in DOLLARS else (currency,)
