"""An exchange on a port, its clock, and clients of it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from bot.clock import SystemClock
from tests.clocks import ManualClock
from tests.exchange.binance import Binance
from tests.exchange.bybit import Bybit
from tests.exchange.bybit_catalog import bybit_exchange
from tests.exchange.catalog import ALICE, furnish
from tests.exchange.clients import client
from tests.exchange.core import Exchange
from tests.exchange.server import Server, serve

BYBIT_MARKETS: dict[str, Any] = {}
"""As ccxt read them for the first test: reading them is the dearest part of a client."""


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    """Binance with two customers, on the machine's clock."""
    exchange = furnish(Exchange(SystemClock()))
    async with serve(exchange, Binance(exchange)) as running:
        yield running
    exchange.store.close()


@pytest.fixture
async def bybit() -> AsyncIterator[Server]:
    """Bybit with two customers, on a clock the test moves."""
    exchange = bybit_exchange(ManualClock())
    async with serve(exchange, Bybit(exchange)) as running:
        yield running
    exchange.store.close()


@pytest.fixture
async def trader(bybit: Server) -> AsyncIterator[Any]:
    """Alice's client of Bybit, by the exchange's clock, with the markets loaded."""
    async with client("bybit", bybit, ALICE) as made:
        made.milliseconds = bybit.exchange.now
        if BYBIT_MARKETS:
            made.set_markets(BYBIT_MARKETS)
        else:
            BYBIT_MARKETS.update(await made.load_markets())
        yield made
