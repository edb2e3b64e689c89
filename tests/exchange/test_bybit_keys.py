"""Who may ask Bybit, until when, and how often."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import aiohttp
import ccxt
import pytest

from tests.clocks import ManualClock
from tests.exchange.bybit import Bybit
from tests.exchange.bybit_bench import buy, code, orders, passes
from tests.exchange.bybit_catalog import bybit_exchange
from tests.exchange.catalog import ALICE
from tests.exchange.clients import client
from tests.exchange.faults import Fault, FaultKind
from tests.exchange.model import Account
from tests.exchange.server import Server, serve

CREATE = "POST /v5/order/create"
TIME = "GET /v5/market/time"


# --- who asks ----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("who", "expected"),
    [
        (replace(ALICE, secret="wrong"), 10004),
        (replace(ALICE, key="nobody"), 10003),
        (replace(ALICE, key="bob-key"), 10004),
    ],
)
async def test_keys_and_signatures(bybit: Server, who: Account, expected: int) -> None:
    async with client("bybit", bybit, who) as made:
        made.milliseconds = bybit.exchange.now
        assert await code(made.privateGetV5PositionList({"category": "linear", "symbol": "BTCUSDT"})) == expected
        assert await code(made.privatePostV5OrderCreate({"category": "linear"})) == expected
        with pytest.raises(ccxt.AuthenticationError):
            await made.load_markets()


async def test_the_body_that_was_signed_is_the_body_that_counts(bybit: Server, trader: Any) -> None:
    signed = trader.sign(
        "v5/order/create", ["private"], "POST", {"category": "linear", "symbol": "BTCUSDT", "qty": "1"}
    )
    body = signed["body"].replace('"1"', '"9"')
    async with (
        aiohttp.ClientSession() as session,
        session.post(signed["url"], data=body, headers=signed["headers"]) as answer,
    ):
        assert (answer.status, (await answer.json())["retCode"]) == (200, 10004)


async def test_a_request_without_a_key(bybit: Server) -> None:
    async with (
        aiohttp.ClientSession() as session,
        session.get(f"{bybit.base_url}/v5/account/info") as answer,
    ):
        assert (await answer.json())["retCode"] == 10001


async def test_revoked_expired_and_readonly_keys(bybit: Server, trader: Any) -> None:
    bybit.exchange.open_account(replace(ALICE, can_trade=False))
    assert await code(buy(trader)) == 10005
    assert await trader.fetch_positions() == [], "it may still look"
    bybit.exchange.open_account(replace(ALICE, enabled=False))
    assert await code(buy(trader)) == 10003
    bybit.exchange.open_account(ALICE)
    (dialect,) = bybit.dialects
    assert isinstance(dialect, Bybit)
    dialect.expire_key("alice")
    assert await code(trader.fetch_positions()) == 33004
    assert orders(bybit) == 0


async def test_a_key_lives_ninety_days(bybit: Server, trader: Any) -> None:
    await trader.fetch_positions()
    await passes(bybit, 90 * 86_400 - 1)
    await trader.fetch_positions()
    await passes(bybit, 1)
    assert await code(trader.fetch_positions()) == 33004


@pytest.mark.parametrize(("early", "fine"), [(5000, True), (5001, False), (-999, True), (-1000, False)])
async def test_the_request_window_to_the_millisecond(bybit: Server, trader: Any, early: int, fine: bool) -> None:
    await trader.is_unified_enabled()
    trader.milliseconds = lambda: bybit.exchange.now() - early
    if fine:
        await buy(trader)
    else:
        with pytest.raises(ccxt.InvalidNonce):
            await buy(trader)
        assert await code(buy(trader)) == 10002
    assert orders(bybit) == int(fine)


async def test_an_unknown_route(trader: Any) -> None:
    assert await code(trader.privateGetV5PreUpgradeOrderHistory()) == 10017


# --- limits ------------------------------------------------------------------------------------------------------
@asynccontextmanager
async def strict() -> AsyncIterator[tuple[Server, Any]]:
    exchange = bybit_exchange(ManualClock())
    async with serve(exchange, Bybit(exchange, enforce_limits=True)) as server, client("bybit", server, ALICE) as made:
        made.milliseconds = exchange.now
        await made.load_markets()
        yield server, made


async def test_ten_orders_a_second_and_what_the_headers_say() -> None:
    async with strict() as (server, made):
        left = []
        for number in range(10):
            await buy(made, f"order-{number}")
            left.append(made.last_response_headers["X-Bapi-Limit-Status"])
        assert left == [str(number) for number in range(9, -1, -1)]
        with pytest.raises(ccxt.RateLimitExceeded):
            await buy(made, "too-many")
        reset = int(made.last_response_headers["X-Bapi-Limit-Reset-Timestamp"])
        assert reset == server.exchange.now() + 1000
        await made.fetch_positions()
        await passes(server, 1)
        await buy(made, "again")
        assert orders(server) == 11


async def test_a_scripted_limit_lasts_as_long_as_it_says(bybit: Server, trader: Any) -> None:
    await trader.is_unified_enabled()
    bybit.faults.add(CREATE, Fault(kind=FaultKind.THROTTLED, seconds=2))
    for _ in range(2):
        with pytest.raises(ccxt.RateLimitExceeded, match="10006"):
            await buy(trader)
    assert int(trader.last_response_headers["X-Bapi-Limit-Reset-Timestamp"]) == bybit.exchange.now() + 2000
    assert [call.banned for call in bybit.calls(CREATE)] == [False, True]
    await passes(bybit, 2)
    await buy(trader)
    assert orders(bybit) == 1


async def test_an_address_that_asks_too_often_is_shut_out(bybit: Server, trader: Any) -> None:
    bybit.faults.add(TIME, Fault(kind=FaultKind.THROTTLED, seconds=600, status=403))
    for _ in range(2):
        with pytest.raises(ccxt.RateLimitExceeded, match="10018"):
            await trader.fetch_time()
    async with aiohttp.ClientSession() as session, session.get(f"{bybit.base_url}/v5/market/time") as answer:
        assert answer.status == 403
