"""Every kind of fault, as the real ccxt class and a raw client see it, and what the exchange did meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import ccxt
import pytest

from tests.clocks import ManualClock
from tests.exchange.bench import exchange as standing
from tests.exchange.binance import Binance
from tests.exchange.catalog import ALICE
from tests.exchange.clients import client
from tests.exchange.faults import Fault, FaultKind
from tests.exchange.model import Market
from tests.exchange.server import Server, serve

BTC = "BTC/USDT"
CREATE = "POST /api/v3/order"


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    """An exchange whose clock a test moves; clients share it."""
    exchange = standing()
    async with serve(exchange, Binance(exchange)) as running:
        yield running
    exchange.store.close()


@pytest.fixture
async def alice(server: Server) -> AsyncIterator[Any]:
    async with client("binance", server, ALICE) as made:
        made.milliseconds = server.exchange.now
        await made.load_markets()
        yield made


async def buy(alice: Any, name: str = "one") -> Any:
    return await alice.create_order(BTC, "market", "buy", 0.01, None, {"clientOrderId": name})


def orders(server: Server) -> int:
    return len(server.exchange.store.orders.all())


async def passes(server: Server, seconds: float) -> None:
    assert isinstance(server.exchange.clock, ManualClock)
    await server.exchange.clock.advance(seconds)


@pytest.mark.parametrize(
    ("fault", "error", "processed"),
    [
        (Fault(kind=FaultKind.LOST), ccxt.NetworkError, 0),
        (Fault(kind=FaultKind.ANSWER_LOST), ccxt.NetworkError, 1),
        (Fault(kind=FaultKind.TRUNCATED), ccxt.ExchangeError, 1),
        (Fault(kind=FaultKind.ERROR_BEFORE), ccxt.OperationFailed, 0),
        (Fault(kind=FaultKind.ERROR_AFTER), ccxt.OperationFailed, 1),
        (Fault(kind=FaultKind.ERROR_AFTER, status=504), ccxt.OperationFailed, 1),
        (Fault(kind=FaultKind.ERROR_AFTER, status=502), ccxt.BaseError, 1),
        (Fault(kind=FaultKind.HTML), ccxt.OperationFailed, 0),
        (Fault(kind=FaultKind.HTML, after=True, status=504), ccxt.OperationFailed, 1),
        (Fault(kind=FaultKind.THROTTLED, seconds=1), ccxt.DDoSProtection, 0),
        (Fault(kind=FaultKind.THROTTLED, seconds=1, status=418), ccxt.DDoSProtection, 0),
        (Fault(kind=FaultKind.SKEW, seconds=90), ccxt.InvalidNonce, 0),
        (Fault(kind=FaultKind.SKEW, seconds=-90), ccxt.InvalidNonce, 0),
        (Fault(kind=FaultKind.REJECT, code=-2015, status=401), ccxt.BaseError, 0),
        (Fault(kind=FaultKind.REJECT, code=-1007, status=408, after=True), ccxt.BaseError, 1),
    ],
    ids=lambda value: f"{value.kind}-{value.answered}" if isinstance(value, Fault) else "",
)
async def test_what_a_fault_shows_and_what_it_hides(
    server: Server, alice: Any, fault: Fault, error: type[Exception], processed: int
) -> None:
    server.faults.add(CREATE, fault)
    with pytest.raises(error):
        await buy(alice)
    assert orders(server) == processed
    (call,) = server.calls(CREATE)
    assert (call.fault, call.account, call.params["newClientOrderId"]) == (fault.kind, "alice", "one")
    assert server.faults.rules == []


@pytest.mark.parametrize("body", ["[1, 2]", '{"orderId": ', '{"unexpected": [1e400, null]}', "", "null"])
async def test_a_nonsense_answer_becomes_an_order_that_knows_nothing(server: Server, alice: Any, body: str) -> None:
    """ccxt raises nothing: only the missing id tells that the outcome is unknown."""
    server.faults.add(CREATE, Fault(kind=FaultKind.WRONG_JSON, body=body))
    order = await buy(alice)
    assert (order["id"], order["status"]) == (None, None)
    assert orders(server) == 1


async def test_a_lost_answer_is_found_by_the_client_order_id(server: Server, alice: Any) -> None:
    server.faults.add(CREATE, FaultKind.ANSWER_LOST)
    with pytest.raises(ccxt.NetworkError):
        await buy(alice)
    assert (await alice.fetch_order(None, BTC, {"origClientOrderId": "one"}))["filled"] == 0.01


@pytest.mark.parametrize(("seconds", "orders_then"), [(3, 1), (11, 0)])
async def test_a_late_request_is_processed_unless_it_has_expired(
    server: Server, alice: Any, seconds: float, orders_then: int
) -> None:
    server.faults.add(CREATE, Fault(kind=FaultKind.LATE, seconds=seconds))
    alice.options["recvWindow"] = 10_000
    with pytest.raises(ccxt.NetworkError):
        await buy(alice)
    with pytest.raises(ccxt.OrderNotFound):
        await alice.fetch_order(None, BTC, {"origClientOrderId": "one"})
    await passes(server, seconds)
    assert orders(server) == orders_then
    (call,) = server.calls(CREATE)
    assert (call.processed, call.status) == (1, 200 if orders_then else 400)


async def test_a_late_request_after_a_blind_resend_buys_twice(server: Server, alice: Any) -> None:
    """The trap that the exchange is there to show: on a venue that forgets ids of filled orders."""
    server.faults.add(CREATE, Fault(kind=FaultKind.LATE, seconds=3))
    with pytest.raises(ccxt.NetworkError):
        await buy(alice)
    await buy(alice)
    await passes(server, 3)
    assert [order.client_id for order in server.exchange.store.orders.all()] == ["one", "one"]


@pytest.mark.parametrize("after", [False, True])
async def test_a_slow_answer_and_when_it_takes_effect(server: Server, alice: Any, after: bool) -> None:
    server.faults.add(CREATE, Fault(kind=FaultKind.SLOW, seconds=2, after=after))
    sending = asyncio.create_task(buy(alice))
    while not server.calls(CREATE) or not server.exchange.clock.sleepers:  # type: ignore[attr-defined]
        await asyncio.sleep(0.005)
    assert orders(server) == (1 if after else 0)
    await passes(server, 2)
    assert (await sending)["filled"] == 0.01
    assert orders(server) == 1


async def test_a_connection_that_hangs_until_the_client_gives_up(server: Server, alice: Any) -> None:
    server.faults.add(CREATE, Fault(kind=FaultKind.LOST, hang=True))
    alice.timeout = 150
    with pytest.raises(ccxt.RequestTimeout):
        await buy(alice)
    assert orders(server) == 0


async def test_an_order_that_lags_is_there_and_not_found(server: Server, alice: Any) -> None:
    server.faults.add(CREATE, Fault(kind=FaultKind.LAG, seconds=3))
    await buy(alice)
    with pytest.raises(ccxt.OrderNotFound):
        await alice.fetch_order(None, BTC, {"origClientOrderId": "one"})
    assert await alice.fetch_my_trades(BTC) == []
    await passes(server, 3)
    assert (await alice.fetch_order(None, BTC, {"origClientOrderId": "one"}))["status"] == "closed"
    assert len(await alice.fetch_my_trades(BTC)) == 1
    await buy(alice, "two")
    await alice.fetch_order(None, BTC, {"origClientOrderId": "two"})


async def test_who_asks_during_a_ban_is_noted_and_banned(server: Server, alice: Any) -> None:
    server.faults.add(CREATE, Fault(kind=FaultKind.THROTTLED, seconds=35))
    with pytest.raises(ccxt.DDoSProtection, match="429"):
        await buy(alice)
    assert alice.last_response_headers["Retry-After"] == "35"
    await passes(server, 34.5)
    with pytest.raises(ccxt.DDoSProtection, match="418"):
        await alice.fetch_balance()
    assert alice.last_response_headers["Retry-After"] == "1"
    assert [call.endpoint for call in server.calls() if call.banned] == ["GET /api/v3/account"]
    await passes(server, 1)
    await alice.fetch_balance()


async def test_a_clock_that_runs_away_is_cured_by_asking_the_time(server: Server, alice: Any) -> None:
    server.exchange.skew = 90
    alice.milliseconds = lambda: server.exchange.now() - 90_000
    with pytest.raises(ccxt.InvalidNonce, match="outside of the recvWindow"):
        await alice.fetch_balance()
    await alice.load_time_difference()
    await alice.fetch_balance()
    alice.options["timeDifference"] = 0
    alice.milliseconds = lambda: server.exchange.now() + 2_000
    with pytest.raises(ccxt.InvalidNonce, match="1000ms ahead"):
        await alice.fetch_balance()


async def test_an_expired_request_is_never_processed(server: Server, alice: Any) -> None:
    alice.options["recvWindow"] = 5_000
    for age, error in ((5_000, None), (5_001, ccxt.InvalidNonce)):
        alice.milliseconds = lambda age=age: server.exchange.now() - age
        if error is None:
            await buy(alice)
        else:
            with pytest.raises(error):
                await buy(alice, "two")
    assert [order.client_id for order in server.exchange.store.orders.all()] == ["one"]


async def test_half_an_answer(server: Server) -> None:
    server.faults.add("*", FaultKind.TRUNCATED)
    async with aiohttp.ClientSession() as session:
        with pytest.raises(aiohttp.ClientPayloadError):
            async with session.get(server.base_url + "/api/v3/exchangeInfo") as answer:
                await answer.read()


async def test_refused_before_a_byte_is_sent(server: Server, alice: Any) -> None:
    await server.close()
    alice.urls["api"]["private"] = "http://127.0.0.1:1/api/v3"
    with pytest.raises(ccxt.ExchangeNotAvailable):
        await buy(alice)


async def test_a_mistake_of_the_emulator_is_not_passed_off_as_a_fault() -> None:
    exchange = standing()
    dialect = Binance(exchange)
    dialect.answer = lambda call: 1 / 0  # type: ignore[assignment, method-assign]
    with pytest.raises(ExceptionGroup, match="the emulator made a mistake"):
        async with (
            serve(exchange, dialect) as running,
            aiohttp.ClientSession() as session,
            session.get(running.base_url + "/api/v3/time") as answer,
        ):
            assert answer.status == 500
    exchange.store.close()


async def test_the_log_keeps_no_secret(server: Server, alice: Any) -> None:
    await buy(alice)
    await alice.publicGetTime()
    kept = str(server.exchange.store.execute("SELECT * FROM calls"))
    assert ALICE.key not in kept and ALICE.secret not in kept
    assert "signature" not in kept
    assert server.exchange.orders("alice", Market.SPOT)


async def test_the_http_client_itself_repeats_a_cancel_whose_connection_broke(server: Server, alice: Any) -> None:
    """aiohttp sends GET, PUT and DELETE again when a kept-alive connection breaks: a lost cancel is not lost, and
    one whose answer was lost comes back as an unknown order. A POST is never repeated."""
    order = await alice.create_order(BTC, "limit", "buy", 0.01, 50_000)
    server.faults.add("DELETE *", FaultKind.ANSWER_LOST)
    with pytest.raises(ccxt.OrderNotFound, match="-2011"):
        await alice.cancel_order(order["id"], BTC)
    assert [one.status for one in server.calls("DELETE *")] == [200, 400]
    server.faults.add("DELETE *", FaultKind.LOST, times=2)
    with pytest.raises(ccxt.NetworkError):
        await alice.cancel_order(order["id"], BTC)
    server.faults.add(CREATE, FaultKind.LOST)
    with pytest.raises(ccxt.NetworkError):
        await buy(alice)
    assert len(server.calls(CREATE)) == 2
