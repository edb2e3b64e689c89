"""The ccxt venue over the emulated exchange: benches for the contract, and a desk for the tests of faults."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from decimal import Decimal
from typing import Any

from bot.clock import SystemClock
from bot.nursery import Nursery
from engine.adapters.ccxt_abilities import abilities
from engine.adapters.ccxt_shared import Commons
from engine.adapters.ccxt_venue import CcxtVenue
from engine.ports import Clock
from tests.exchange.binance import Binance
from tests.exchange.bybit import Bybit
from tests.exchange.bybit_catalog import bybit_exchange
from tests.exchange.catalog import ALICE, furnish
from tests.exchange.core import Exchange
from tests.exchange.model import Account, FeeMode, Market
from tests.exchange.server import Server, serve
from tests.exchange.streams import Stream

SYMBOL = "BTCUSDT"
PRICE = "64000"
RICH_BUDGET = 1e9
"""Neither the pace of a real exchange nor its TLS farewell is under test."""


class ExchangeBench:
    """Alice's account at an emulated exchange, through the real ccxt classes."""

    def __init__(self, server: Server, exchange: str, market: str, clock: Clock, nursery: Nursery) -> None:
        self.server, self.exchange, self.market = server, exchange, market
        self.clock, self.nursery = clock, nursery
        self.coins = market == "spot"
        self.symbol = "BTC/USDT" if self.coins else "BTC/USDT:USDT"
        self.commons = Commons(clock, {exchange: server.base_url})
        self.venue: CcxtVenue

    @property
    def core(self) -> Exchange:
        return self.server.exchange

    @property
    def side(self) -> Market:
        return Market.SPOT if self.coins else Market.LINEAR

    async def open(self, *, stream: bool = True) -> ExchangeBench:
        able = abilities(self.exchange, self.market)
        assert able is not None
        keys = {"apiKey": ALICE.key, "secret": ALICE.secret}
        before = set(self.server.hub.streams)
        self.venue = await CcxtVenue.open(
            able, keys, testnet=False, commons=self.commons, clock=self.clock, spawn=self.nursery.spawn
        )
        self.hasten()
        while stream and not any(self.is_heard(one) for one in self.server.hub.streams if one not in before):
            await asyncio.sleep(0.005)
        return self

    def is_heard(self, one: Stream) -> bool:
        """Bybit's socket has to be told what is wanted; Binance's knows."""
        return one.kind == "user" and bool(one.topics or self.exchange == "binance")

    def hasten(self) -> None:
        wire = self.venue._wire
        wire.client.timeout_on_exit = 0
        for budget in (wire._key, wire._address):
            budget._rate = budget._most = budget._level = RICH_BUDGET

    async def move(self, price: str) -> None:
        """Bring BTC to this middle price, and wait until the venue has told of what that did."""
        half = self.core.instrument(self.side, SYMBOL).tick / 2
        self.core.price(self.side, SYMBOL, Decimal(price) - half, Decimal(price) + half)
        async with asyncio.timeout(5):
            while any(self.has_ended(ours) for ours in self.venue._lookup.live):
                await asyncio.sleep(0.005)

    def has_ended(self, ours: str) -> bool:
        orders = self.core.store.orders.all(account=ALICE.name, client_id=self.venue._lookup.name(ours))
        return not any(order.status.live for order in orders)

    async def reopen(self) -> None:
        await self.venue.close()
        await self.open()


@asynccontextmanager
async def desk(
    exchange: str, market: str, *, clock: Clock | None = None, account: Account | None = None, stream: bool = True,
    **options: Any,
) -> AsyncIterator[ExchangeBench]:  # fmt: skip
    """An open venue at a price of 64 000, with the steps of the paper market, and fees in the quote currency."""
    time = clock or SystemClock()
    alice = account or replace(ALICE, fee_mode=FeeMode.QUOTE)
    if exchange == "bybit":
        core = bybit_exchange(time, ":memory:", alice)
        dialect: Any = Bybit(core, **options)
    else:
        core = furnish(Exchange(time), alice)
        dialect = Binance(core, **options)
    for side in Market:
        listed = core.instrument(side, SYMBOL)
        core.list_instrument(
            replace(listed, tick=Decimal("0.1"), step=Decimal("0.001"), min_quantity=Decimal("0.001"),
                    max_quantity=Decimal(1000), min_notional=Decimal(5))
        )  # fmt: skip
    async with serve(core, dialect) as server, asyncio.TaskGroup() as tasks:
        nursery = Nursery()
        running = tasks.create_task(nursery.run())
        bench = ExchangeBench(server, exchange, market, time, nursery)
        core.price(bench.side, SYMBOL, "63999.9", "64000.1")
        await bench.open(stream=stream)
        try:
            yield bench
        finally:
            await bench.venue.close()
            running.cancel()


@asynccontextmanager
async def binance_spot() -> AsyncIterator[ExchangeBench]:
    async with desk("binance", "spot") as bench:
        yield bench


@asynccontextmanager
async def binance_usdm() -> AsyncIterator[ExchangeBench]:
    async with desk("binance", "swap") as bench:
        yield bench


@asynccontextmanager
async def bybit_spot() -> AsyncIterator[ExchangeBench]:
    async with desk("bybit", "spot") as bench:
        yield bench


@asynccontextmanager
async def bybit_linear() -> AsyncIterator[ExchangeBench]:
    async with desk("bybit", "swap") as bench:
        yield bench
