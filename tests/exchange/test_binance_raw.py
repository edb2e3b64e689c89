"""What ccxt never does: requests by hand, malformed, unsigned, or in forms that it does not use."""

from __future__ import annotations

import hashlib
import hmac
from typing import Any
from urllib.parse import urlencode

import aiohttp
import pytest

from tests.exchange.bench import BTC, linear, now, spot, status
from tests.exchange.bench import exchange as standing
from tests.exchange.binance import Binance
from tests.exchange.catalog import ALICE, BOB
from tests.exchange.faults import Fault, FaultKind
from tests.exchange.model import Market, Refusal, Status, Trigger
from tests.exchange.server import Server, serve

SELL = {"symbol": BTC, "side": "SELL", "quantity": "0.01"}


async def ask(server: Server, method: str, path: str, *, key: str = ALICE.key, sign: bool = True, **params: Any) -> Any:
    """One request by hand, everything in the query; the answer's JSON."""
    if sign:
        params = {"timestamp": server.exchange.now(), **params}
        text = urlencode(params)
        params["signature"] = hmac.new(ALICE.secret.encode(), text.encode(), hashlib.sha256).hexdigest()
    headers = {"X-MBX-APIKEY": key} if key else {}
    where = f"{server.base_url}{path}?{urlencode(params)}"
    async with aiohttp.ClientSession() as session, session.request(method, where, headers=headers) as answer:
        return await answer.json()


@pytest.mark.parametrize(
    ("method", "path", "params", "code"),
    [
        ("GET", "/api/v3/account", {"key": ""}, -2014),
        ("GET", "/api/v3/account", {"timestamp": ""}, -1102),
        ("GET", "/api/v3/account", {"timestamp": "soon"}, -1102),
        ("GET", "/api/v3/order", {"symbol": BTC}, -1102),
        ("GET", "/api/v3/nothing", {}, -1000),
        ("POST", "/api/v3/order", {**SELL, "type": "STOP_LOSS"}, -1102),
        ("GET", "/fapi/v1/order", {"symbol": BTC}, -1102),
        ("GET", "/fapi/v1/algoOrder", {"symbol": BTC}, -1102),
        ("POST", "/fapi/v1/order", {**SELL, "type": "LIMIT", "timeInForce": "GTC"}, -1102),
        ("POST", "/fapi/v1/order", {**SELL, "type": "MARKET", "positionSide": "UP"}, -1130),
        ("DELETE", "/fapi/v1/order", {"symbol": BTC, "orderId": "7"}, -2011),
        ("GET", "/fapi/v1/order", {"symbol": BTC, "orderId": "seven"}, -1102),
    ],
)
async def test_malformed_requests(server: Server, method: str, path: str, params: dict[str, Any], code: int) -> None:
    assert (await ask(server, method, path, **params))["code"] == code


async def test_a_path_of_no_venue(server: Server) -> None:
    assert "error" in await ask(server, "GET", "/v5/market/time", sign=False)
    assert await ask(server, "GET", "/api/v3/ping", sign=False) == {}


async def test_a_tampered_request_is_not_processed(server: Server) -> None:
    stamp = str(server.exchange.now())
    good = urlencode({**SELL, "type": "MARKET", "timestamp": stamp})
    seal = hmac.new(ALICE.secret.encode(), good.encode(), hashlib.sha256).hexdigest()
    bad = {**SELL, "quantity": "0.1", "type": "MARKET", "timestamp": stamp, "signature": seal}
    answer = await ask(server, "POST", "/fapi/v1/order", sign=False, **bad)
    assert answer["code"] == -1022
    assert server.exchange.store.orders.all() == []


async def test_a_short_answer_tells_no_fills(server: Server) -> None:
    short = await ask(server, "POST", "/api/v3/order", symbol=BTC, side="BUY", type="MARKET", quantity="0.01",
                      newOrderRespType="ACK")  # fmt: skip
    assert set(short) == {"symbol", "orderId", "orderListId", "clientOrderId", "transactTime"}
    new = await ask(server, "POST", "/fapi/v1/order", **SELL, type="MARKET")
    assert (new["status"], new["executedQty"]) == ("NEW", "0")
    done = await ask(server, "POST", "/fapi/v1/order", **SELL, type="MARKET", newOrderRespType="RESULT")
    assert (done["status"], done["executedQty"]) == ("FILLED", "0.01")


async def test_a_body_that_is_no_form_is_no_parameter(server: Server) -> None:
    async with aiohttp.ClientSession() as session:
        for body in (b'{"symbol": "ETHUSDT"}', b"[1]", b"\xff\xfe"):
            headers = {"Content-Type": "application/json"}
            async with session.get(server.base_url + "/api/v3/time", data=body, headers=headers) as answer:
                assert answer.status == 200


async def test_a_ban_of_one_customer_leaves_the_others_alone(server: Server) -> None:
    server.faults.add("*", Fault(kind=FaultKind.THROTTLED, seconds=30, by_key=True))
    assert (await ask(server, "GET", "/api/v3/account"))["code"] == -1003
    assert (await ask(server, "GET", "/api/v3/account"))["code"] == -1003
    assert (await ask(server, "GET", "/api/v3/account", key=BOB.key))["code"] == -1022, "past the ban, to his signature"


async def test_the_control_api_moves_a_clock_that_can_be_moved() -> None:
    exchange = standing()
    async with serve(exchange, Binance(exchange)) as server:
        before = exchange.now()
        async with aiohttp.ClientSession() as session:
            async with session.post(server.base_url + "/_control/advance", json={"seconds": 90}) as answer:
                assert (await answer.json())["now"] == before + 90_000
            async with session.get(server.base_url + "/_control/calls") as answer:
                assert await answer.json() == []
            async with session.post(server.base_url + "/_control/cancel", json={"order": 1}) as answer:
                assert answer.status == 404
    exchange.store.close()


def test_a_spot_stop_that_cannot_be_paid_when_it_fires_is_rejected() -> None:
    venue = standing()
    stop = spot(venue, "BUY", "0.16", trigger=Trigger.STOP, trigger_price="61000")
    venue.price(Market.SPOT, BTC, "70000")
    assert (status(venue, stop), now(venue, stop).why) == (Status.REJECTED, "funds")
    assert venue.wallets.balance("alice", Market.SPOT, "USDT").locked == 0


def test_a_spot_stop_limit_that_fires_rests_with_what_it_locked() -> None:
    venue = standing()
    spot(venue, "BUY", "0.01")
    stop = spot(venue, "SELL", "0.00999", price="58900", trigger=Trigger.STOP, trigger_price="59000")
    venue.price(Market.SPOT, BTC, "58000")
    assert (status(venue, stop), now(venue, stop).reserved) == (Status.NEW, now(venue, stop).quantity)
    venue.price(Market.SPOT, BTC, "58950")
    assert now(venue, stop).average == 58_900


def test_whoever_waits_for_more_than_there_is_is_refused() -> None:
    venue = standing()
    with pytest.raises(Refusal, match="funds"):
        spot(venue, "BUY", "0.17", trigger=Trigger.STOP, trigger_price="61000")
    linear(venue, "BUY", "0.01")
    with pytest.raises(Refusal, match="no_price"):
        venue.quote(Market.SPOT, "ADAUSDT")
    with pytest.raises(LookupError):
        venue.account("carol")
