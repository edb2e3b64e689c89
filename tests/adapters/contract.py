"""What the contract tests need of an adapter: an account on a market whose price the test moves.

A new adapter adds its factory to FACTORIES; every test of ``test_contract.py`` then runs over it. Each bench trades
BTC/USDT, starts flat with 10 000 USDT at a price of 64 000, and takes any size at once.
"""

from __future__ import annotations

import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any, Protocol

from engine.adapters.paper import PaperVenue
from engine.adapters.paper_book import Terms
from engine.adapters.paper_market import PaperMarket
from engine.execution.ids import client_order_id
from engine.market.simulated import SimulatedPrices
from engine.ports import Venue
from engine.types import Direction, OrderRequest, OrderType, Role
from storage.unit_of_work import UnitOfWork
from tests.adapters.exchange_bench import binance_spot, binance_usdm, bybit_linear, bybit_spot
from tests.adapters.fakes import FakeStore
from tests.clocks import NOON, ManualClock
from tests.stores import fresh_database

BTC = "BTC/USDT"
BUY, SELL = Direction.BUY, Direction.SELL


class Bench(Protocol):
    """One account under test."""

    venue: Venue
    symbol: str  # BTC/USDT as this venue writes it
    coins: bool  # what is bought is owned: no shorts, no leverage, no entry price

    async def move(self, price: str) -> None:
        """Bring BTC/USDT to this middle price, and let the venue do what it does about it."""

    async def reopen(self) -> None:
        """Close the venue and open a new one over the same account, as after a crash."""


class PaperBench:
    """A paper account over a store."""

    symbol, coins = BTC, False

    def __init__(self, store: Any, terms: Terms | None = None, connection_id: int = 1) -> None:
        self.clock = ManualClock()
        self.prices = SimulatedPrices(self.clock, 1)
        self.market = PaperMarket(self.prices, self.prices.instruments, self.clock)
        self.store = store
        self.terms = terms
        self.connection_id = connection_id
        self.venue: PaperVenue

    async def open(self) -> PaperBench:
        self.venue = await PaperVenue.open(self.connection_id, self.store, self.market, self.terms)
        return self

    async def move(self, price: str, symbol: str = BTC) -> None:
        await self.clock.advance(1)
        await self.market.hand_round(self.prices.set_price(symbol, Decimal(price)))

    async def reopen(self) -> None:
        await self.venue.close()
        await self.open()


@asynccontextmanager
async def paper_in_memory() -> AsyncIterator[Bench]:
    bench = await PaperBench(FakeStore()).open()
    yield bench
    await bench.venue.close()


@asynccontextmanager
async def paper_on_disk() -> AsyncIterator[Bench]:
    with tempfile.TemporaryDirectory() as folder:
        database = await fresh_database(Path(folder), ManualClock())
        connection_id = await database.write(_paper_account)
        bench = await PaperBench(database, connection_id=connection_id).open()
        yield bench
        await bench.venue.close()
        await database.close()


def _paper_account(tx: UnitOfWork) -> int:
    person = tx.people.enroll(42, "ann", "en", Role.USER, NOON)
    return tx.accounts.add_paper(person, "Paper", NOON).id


FACTORIES: dict[str, Callable[[], AbstractAsyncContextManager[Bench]]] = {
    "paper-in-memory": paper_in_memory,
    "paper-on-disk": paper_on_disk,
    "binance-spot": binance_spot,
    "binance-usdm": binance_usdm,
    "bybit-linear": bybit_linear,
    "bybit-spot": bybit_spot,
}


def oid(number: object) -> str:
    """An id as the engine makes them."""
    return client_order_id("contract", 1, f"o{number}", "E", 1)


def mine(bench: Bench, request: OrderRequest) -> OrderRequest:
    """The same order under an id of the engine's, in the words of this bench's venue."""
    symbol = bench.symbol if request.symbol == BTC else request.symbol
    return replace(request, client_order_id=oid(request.client_order_id.removeprefix("o")), symbol=symbol)


def order(number: object, direction: Direction, quantity: str, **changes: Any) -> OrderRequest:
    """A market order in BTC/USDT, unless changed."""
    fields: dict[str, Any] = {"symbol": BTC, "order_type": OrderType.MARKET, **changes}
    for price in ("price", "trigger"):
        if fields.get(price) is not None:
            fields[price] = Decimal(fields[price])
    return OrderRequest(client_order_id=f"o{number}", direction=direction, quantity=Decimal(quantity), **fields)


def limit(number: object, direction: Direction, quantity: str, price: str, **changes: Any) -> OrderRequest:
    return order(number, direction, quantity, order_type=OrderType.LIMIT, price=price, **changes)


def stop(number: object, direction: Direction, quantity: str, trigger: str, **changes: Any) -> OrderRequest:
    return order(number, direction, quantity, **{"order_type": OrderType.STOP, "trigger": trigger, **changes})
