"""What a key may do, asked of the emulated exchanges through the real ccxt classes; and nothing of it in any fault."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from bot.clock import SystemClock
from engine.adapters import key_report
from engine.adapters.ccxt_client import open_client
from engine.errors import Code, EngineFault, VenueBusy, VenueLocked, VenueRefused, VenueSilent
from engine.types import KeyReport
from tests.adapters.exchange_bench import desk
from tests.exchange.binance import Binance
from tests.exchange.bybit import Bybit
from tests.exchange.bybit_catalog import bybit_exchange
from tests.exchange.catalog import ALICE, furnish
from tests.exchange.core import Exchange
from tests.exchange.faults import Fault, FaultKind
from tests.exchange.model import Account
from tests.exchange.server import Server, serve

PLACES = [("binance", "spot"), ("binance", "swap"), ("bybit", "spot"), ("bybit", "swap")]
SECRET = "never-shown-to-anybody"


@asynccontextmanager
async def exchange(name: str, account: Account = ALICE) -> AsyncIterator[Server]:
    clock = SystemClock()
    if name == "bybit":
        core = bybit_exchange(clock, ":memory:", account)
        dialect: Any = Bybit(core)
    else:
        core = furnish(Exchange(clock), account)
        dialect = Binance(core)
    async with serve(core, dialect) as server:
        yield server


async def asked(server: Server, name: str, market: str, key: str = ALICE.key, secret: str = ALICE.secret) -> KeyReport:
    urls = {name: server.base_url}
    keys = {"apiKey": key, "secret": secret}
    return await key_report(name, keys, market=market, testnet=False, urls=urls, clock=SystemClock())


@pytest.mark.parametrize(("name", "market"), PLACES)
async def test_a_good_key_reads_trades_and_cannot_withdraw(name: str, market: str) -> None:
    async with exchange(name) as server:
        report = await asked(server, name, market)
    assert (report.can_read, report.can_trade, report.can_withdraw) == (True, True, False)
    assert report.account is not None
    assert (report.account.currency, report.account.equity) == ("USDT", Decimal(10_000))
    assert 0 <= report.latency_ms < 5_000


@pytest.mark.parametrize(("name", "market"), PLACES)
async def test_F37_a_key_that_may_withdraw_says_so(name: str, market: str) -> None:
    async with exchange(name, replace(ALICE, can_withdraw=True)) as server:
        assert (await asked(server, name, market)).can_withdraw is True


@pytest.mark.parametrize(("name", "market"), PLACES)
async def test_a_key_that_may_not_trade_says_so(name: str, market: str) -> None:
    async with exchange(name, replace(ALICE, can_trade=False)) as server:
        assert (await asked(server, name, market)).can_trade is False


@pytest.mark.parametrize(("name", "market"), PLACES)
async def test_a_bad_key_is_locked_out_and_not_repeated(name: str, market: str) -> None:
    async with exchange(name) as server:
        for key, secret in (("no-such-key", ALICE.secret), (ALICE.key, SECRET)):
            with pytest.raises(VenueLocked) as locked:
                await asked(server, name, market, key, secret)
            assert locked.value.code is Code.KEY_LOST
            assert SECRET not in str(locked.value)
            assert key not in str(locked.value)


async def test_rights_that_are_not_told_are_not_known() -> None:
    async with exchange("binance") as server:
        server.faults.add("GET /sapi/*", Fault(kind=FaultKind.ERROR_BEFORE), times=-1)
        report = await asked(server, "binance", "spot")
    assert (report.can_read, report.can_trade, report.can_withdraw, report.ip_bound) == (True, None, None, None)


async def test_without_an_answer_nothing_is_said_of_the_key() -> None:
    async with exchange("binance") as server:
        url = server.base_url
        server.faults.add("GET /api/v3/account", Fault(kind=FaultKind.LOST), times=-1)
        with pytest.raises(VenueSilent):
            await asked(server, "binance", "spot")
        server.faults.clear()
        server.faults.add("GET /api/v3/account", Fault(kind=FaultKind.THROTTLED, seconds=30))
        with pytest.raises(VenueBusy):
            await asked(server, "binance", "spot")
    with pytest.raises(EngineFault):
        await key_report(
            "binance", {"apiKey": "k", "secret": SECRET}, market="spot", testnet=False, urls={"binance": url},
            clock=SystemClock(),
        )  # fmt: skip


async def test_an_exchange_or_market_that_is_not_there_is_refused() -> None:
    for name, market, testnet in (("nowhere", "spot", False), ("kraken", "swap", False), ("mexc", "spot", True)):
        with pytest.raises(VenueRefused) as refused:
            await key_report(name, {}, market=market, testnet=testnet, urls={}, clock=SystemClock())
        assert refused.value.code is Code.NOT_FOUND


async def test_an_address_in_a_fault_is_cut_before_its_query() -> None:
    """A venue that wants key and signature in the address must not bring them into a message."""
    async with desk("binance", "spot", stream=False) as bench:
        wire = bench.venue._wire
        wire.client.urls["api"]["private"] = f"http://127.0.0.1:1/{ALICE.key}/v3"
        with pytest.raises(VenueSilent) as silent:
            await bench.venue.account()
        assert ALICE.key not in silent.value.reason
        assert "signature" not in silent.value.reason
        assert "timestamp" not in silent.value.reason
        assert "127.0.0.1" in silent.value.reason


@pytest.mark.parametrize(
    ("name", "market", "address", "host"),
    [
        ("binance", "spot", "private", "testnet.binance.vision"),
        ("binance", "swap", "fapiPrivate", "demo-fapi.binance.com"),
        ("binanceusdm", "swap", "fapiPrivate", "demo-fapi.binance.com"),
    ],
)
async def test_the_test_systems_of_binance_are_where_the_chat_says(
    name: str, market: str, address: str, host: str
) -> None:
    """``key-testnet-binance-…`` in locales/ and the README send people there to make a key."""
    client = await open_client(name, market=market, testnet=True)
    try:
        assert client.urls["api"][address].split("/")[2] == host
    finally:
        await client.close()
