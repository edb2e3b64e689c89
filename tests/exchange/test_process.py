"""The exchange as its own process: controlled over HTTP, killed, started again with the same file."""

from __future__ import annotations

import asyncio
import json
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import ccxt
import pytest

from tests.exchange.catalog import ALICE
from tests.exchange.clients import client
from tests.exchange.server import Server

ROOT = Path(__file__).parents[2]


@asynccontextmanager
async def process(*options: str) -> AsyncIterator[tuple[asyncio.subprocess.Process, str]]:
    """A running exchange and its address; killed at the end."""
    running = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.exchange", *options, cwd=ROOT, stdout=asyncio.subprocess.PIPE
    )
    assert running.stdout is not None
    try:
        line = await asyncio.wait_for(running.stdout.readline(), 30)
        yield running, json.loads(line)["base_url"]
    finally:
        if running.returncode is None:
            running.kill()
        await running.wait()


async def control(url: str, verb: str, **given: object) -> Any:
    async with aiohttp.ClientSession() as session, session.post(f"{url}/_control/{verb}", json=given) as answer:
        return await answer.json()


async def shown(url: str, table: str, **where: str) -> Any:
    async with aiohttp.ClientSession() as session, session.get(f"{url}/_control/{table}", params=where) as answer:
        return await answer.json()


async def test_a_killed_exchange_goes_on_where_it_was(tmp_path: Path) -> None:
    script = tmp_path / "faults.json"
    script.write_text(json.dumps([{"endpoint": "POST /api/v3/order", "kind": "answer_lost"}]))
    options = ("--db", str(tmp_path / "venue.sqlite"))
    async with process(*options, "--fault-script", str(script)) as (running, url):
        async with client("binance", _at(url), ALICE) as made:
            with pytest.raises(ccxt.NetworkError):
                await made.create_order("BTC/USDT", "market", "buy", 0.01, None, {"clientOrderId": "kept"})
        running.send_signal(signal.SIGKILL)
        await running.wait()
    async with process(*options) as (_, url), client("binance", _at(url), ALICE) as made:
        assert (await made.fetch_order(None, "BTC/USDT", {"origClientOrderId": "kept"}))["filled"] == 0.01
        (call,) = await shown(url, "calls", endpoint="POST *")
        assert (call["fault"], call["processed"], call["account"]) == ("answer_lost", 1, "alice")


def _at(url: str) -> Server:
    """As much of a server as a client needs to know of one in another process."""
    server = object.__new__(Server)
    server.base_url = url
    return server


async def test_the_control_api(server: Server) -> None:
    url = server.base_url
    assert (await control(url, "price", market="linear", symbol="BTCUSDT", bid="50000", ask="50001"))["last"] == "50000"
    order = await control(
        url, "place", account="alice", market="linear", symbol="BTCUSDT", side="BUY", kind="LIMIT",
        quantity="0.1", price="49000",
    )  # fmt: skip
    assert order["client_id"] == f"web_{order['id']}"
    assert (await control(url, "fill", order=order["id"], quantity="0.04", price="49000"))["quantity"] == "0.04"
    assert (await control(url, "expire", order=order["id"]))["status"] == "EXPIRED"
    assert (await control(url, "fund", symbol="BTCUSDT", rate="0.001"))[0]["amount"].startswith("-2")
    assert (await control(url, "close", account="alice", symbol="BTCUSDT"))["status"] == "FILLED"
    assert (await shown(url, "trades", account="alice"))[-1]["side"] == "SELL"
    again = await control(
        url, "place", account="alice", market="spot", symbol="BTCUSDT", side="BUY", kind="LIMIT", quantity="0.1",
        price="49000",
    )  # fmt: skip
    assert (await control(url, "cancel", order=again["id"]))["status"] == "CANCELED"
    refused = await control(url, "close", account="alice", symbol="BTCUSDT")
    assert refused == {"error": "reduce_only", "detail": "BTCUSDT"}
    levels = await control(url, "ladder", symbol="BTCUSDT", bids=[["1", None]], asks=[["2", "3"], ["3", None]])
    assert json.loads(levels["asks"]) == [["2", "3"], ["3", None]]
    assert await control(url, "walk", symbol="SOLUSDT", bids=["151", "152"]) == {"steps": 2}
    settings = await control(url, "settings", lag=1.5, skew=-2, duplicates={"spot": "always"})
    assert settings == {"lag": 1.5, "skew": -2.0, "duplicates": {"spot": "always", "linear": "open_only"}}
    assert await control(url, "faults", add=[{"endpoint": "*", "kind": "lost", "times": 3}]) == {"rules": 1}
    assert await control(url, "faults", clear=True) == {"rules": 0}
    assert await control(url, "streams", mode={"user": "zombie"}, cut="") == {"open": 0, "released": 0, "cut": 0}
    changed = await control(url, "account", name="alice", can_trade=False, taker="0.5")
    assert (changed["can_trade"], changed["taker"], "secret" in changed) == (False, "0.5", False)
    added = await control(url, "account", name="carol", key="carol-key", secret="carol-secret")
    assert added["name"] == "carol"
    assert (await control(url, "deposit", account="carol", asset="USDT", amount="5"))["free"] == "5"
    delisted = await control(url, "instrument", symbol="BTCUSDT", trading=False, tick="0.5")
    assert (delisted["trading"], delisted["tick"]) == (False, "0.5")
    assert "error" in await control(url, "no-such-verb")
    assert "error" in await shown(url, "secrets")
