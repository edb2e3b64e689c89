"""Every kind of fault at Bybit, as the real ccxt class sees it, and what the exchange did meanwhile."""

from __future__ import annotations

import asyncio
import signal
from pathlib import Path
from typing import Any

import ccxt
import pytest

from tests.clocks import ManualClock
from tests.exchange.bybit import Bybit
from tests.exchange.bybit_bench import SWAP, buy, code, orders, passes
from tests.exchange.bybit_catalog import bybit_exchange
from tests.exchange.catalog import ALICE
from tests.exchange.clients import client
from tests.exchange.faults import Call, Fault, FaultKind
from tests.exchange.server import Server
from tests.exchange.test_process import process

CREATE = "POST /v5/order/create"
CANCEL = "POST /v5/order/cancel"


@pytest.mark.parametrize(
    ("fault", "error", "processed"),
    [
        (Fault(kind=FaultKind.LOST), ccxt.NetworkError, 0),
        (Fault(kind=FaultKind.ANSWER_LOST), ccxt.NetworkError, 1),
        (Fault(kind=FaultKind.TRUNCATED), ccxt.ExchangeError, 1),
        (Fault(kind=FaultKind.ERROR_BEFORE), ccxt.NetworkError, 0),
        (Fault(kind=FaultKind.ERROR_BEFORE, status=500), ccxt.ExchangeError, 0),
        (Fault(kind=FaultKind.ERROR_AFTER), ccxt.NetworkError, 1),
        (Fault(kind=FaultKind.ERROR_AFTER, status=504), ccxt.RequestTimeout, 1),
        (Fault(kind=FaultKind.ERROR_AFTER, status=408), ccxt.ExchangeError, 1),
        (Fault(kind=FaultKind.HTML), ccxt.OperationFailed, 0),
        (Fault(kind=FaultKind.HTML, after=True, status=504), ccxt.RequestTimeout, 1),
        (Fault(kind=FaultKind.THROTTLED, seconds=1), ccxt.RateLimitExceeded, 0),
        (Fault(kind=FaultKind.SKEW, seconds=90), ccxt.InvalidNonce, 0),
        (Fault(kind=FaultKind.SKEW, seconds=-90), ccxt.InvalidNonce, 0),
        (Fault(kind=FaultKind.REJECT, code=10016, message="Request timeout"), ccxt.RequestTimeout, 0),
        (Fault(kind=FaultKind.REJECT, code=10000, message="Server Timeout", after=True), ccxt.ExchangeError, 1),
        (Fault(kind=FaultKind.REJECT, code=170007, message="Timeout", after=True), ccxt.RequestTimeout, 1),
        (Fault(kind=FaultKind.WRONG_JSON, body="{}"), ccxt.ExchangeError, 1),
        (Fault(kind=FaultKind.WRONG_JSON, body="[]"), ccxt.ExchangeError, 1),
    ],
    ids=lambda value: f"{value.kind}-{value.answered}-{value.code}" if isinstance(value, Fault) else "",
)
async def test_what_a_fault_shows_and_what_it_hides(
    bybit: Server, trader: Any, fault: Fault, error: type[Exception], processed: int
) -> None:
    await trader.is_unified_enabled()
    bybit.faults.add(CREATE, fault)
    with pytest.raises(error):
        await buy(trader)
    assert orders(bybit) == processed
    (call,) = bybit.calls(CREATE)
    assert (call.fault, call.account, call.params["orderLinkId"]) == (fault.kind, "alice", "one")


@pytest.mark.parametrize("body", ['{"unexpected": [1e400, null]}', "pong", '{"retCode": 0, "result": {}}'])
async def test_an_answer_ccxt_cannot_read_looks_like_an_order_without_an_id(
    bybit: Server, trader: Any, body: str
) -> None:
    await trader.is_unified_enabled()
    bybit.faults.add(CREATE, Fault(kind=FaultKind.WRONG_JSON, body=body))
    assert (await buy(trader))["id"] is None
    assert orders(bybit) == 1


async def test_an_order_whose_answer_was_lost_is_found_by_its_name(bybit: Server, trader: Any) -> None:
    await trader.is_unified_enabled()
    bybit.faults.add(CREATE, FaultKind.ANSWER_LOST)
    with pytest.raises(ccxt.NetworkError):
        await buy(trader)
    (found,) = await trader.fetch_open_orders(SWAP, params={"orderLinkId": "one"})
    assert found["filled"] == 0.01
    assert await code(buy(trader)) == 110072, "sent again, it is not placed again"


@pytest.mark.parametrize(("seconds", "placed"), [(4, 1), (6, 0)])
async def test_a_late_request_counts_only_inside_its_window(
    bybit: Server, trader: Any, seconds: float, placed: int
) -> None:
    await trader.is_unified_enabled()
    bybit.faults.add(CREATE, Fault(kind=FaultKind.LATE, seconds=seconds))
    with pytest.raises(ccxt.NetworkError):
        await buy(trader)
    assert orders(bybit) == 0
    await passes(bybit, seconds)
    async with asyncio.timeout(2):
        while not bybit.calls(CREATE)[0].processed:
            await asyncio.sleep(0)
    assert orders(bybit) == placed


async def test_an_order_that_is_not_seen_yet(bybit: Server, trader: Any) -> None:
    await trader.is_unified_enabled()
    bybit.faults.add(CREATE, Fault(kind=FaultKind.LAG, seconds=3))
    await buy(trader)
    for fetch in (trader.fetch_open_orders, trader.fetch_canceled_and_closed_orders, trader.fetch_my_trades):
        assert await fetch(SWAP, params={"orderLinkId": "one"}) == []
    assert await code(trader.cancel_order(None, SWAP, {"orderLinkId": "one"})) == 110001
    await passes(bybit, 3)
    for fetch in (trader.fetch_open_orders, trader.fetch_canceled_and_closed_orders, trader.fetch_my_trades):
        assert len(await fetch(SWAP, params={"orderLinkId": "one"})) == 1


async def test_a_slow_cancel_and_a_lost_one(bybit: Server, trader: Any) -> None:
    await trader.create_order(SWAP, "limit", "buy", 0.01, 59_000, {"clientOrderId": "rest"})
    bybit.faults.add(CANCEL, FaultKind.LOST)
    bybit.faults.add(CANCEL, Fault(kind=FaultKind.SLOW, seconds=1))
    with pytest.raises(ccxt.NetworkError):
        await trader.cancel_order(None, SWAP, {"orderLinkId": "rest"})
    slow = asyncio.ensure_future(trader.cancel_order(None, SWAP, {"orderLinkId": "rest"}))
    async with asyncio.timeout(2):
        while len(bybit.calls(CANCEL)) < 2:
            await asyncio.sleep(0.005)
    assert len(await trader.fetch_open_orders(SWAP)) == 1, "neither has been processed yet"
    await passes(bybit, 1)
    await asyncio.wait_for(slow, 2)
    assert await trader.fetch_open_orders(SWAP) == []


async def test_a_fault_may_pick_its_call_by_what_the_order_says(bybit: Server, trader: Any) -> None:
    await trader.is_unified_enabled()
    bybit.faults.add(CREATE, FaultKind.LOST, params={"side": "Sell", "reduceOnly": "*rue"})
    await buy(trader)
    with pytest.raises(ccxt.NetworkError):
        await trader.create_order(SWAP, "market", "sell", 0.01, None, {"reduceOnly": True})
    assert orders(bybit) == 1


async def test_the_log_holds_no_signature_and_no_key(bybit: Server, trader: Any) -> None:
    await buy(trader)
    told = repr(bybit.calls())
    assert "alice-secret" not in told
    assert "alice-key" not in told
    assert bybit.calls(CREATE)[0].account == "alice"


def test_a_call_without_a_key_has_no_owner() -> None:
    exchange = bybit_exchange(ManualClock())
    assert Bybit(exchange).key(Call(method="GET", path="/v5/market/time")) == ""


# --- as a process ------------------------------------------------------------------------------------------------
async def test_a_killed_exchange_goes_on_where_it_was(tmp_path: Path) -> None:
    options = ("--venue", "bybit", "--db", str(tmp_path / "venue.sqlite"))
    for life in range(2):
        async with process(*options) as (running, url):
            at = Server.__new__(Server)
            at.base_url = url
            async with client("bybit", at, ALICE) as made:
                if life:
                    assert await code(buy(made, "kept")) == 110072
                    (found,) = await made.fetch_open_orders(SWAP, params={"orderLinkId": "kept"})
                    assert found["filled"] == 0.01
                else:
                    await buy(made, "kept")
            running.send_signal(signal.SIGKILL)
            await running.wait()
