"""The WebSockets through the real ccxt.pro classes, and the ways a stream goes wrong."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from decimal import Decimal
from typing import Any

import aiohttp
import ccxt
import pytest

from tests.exchange.bench import BTC, free, linear, spot
from tests.exchange.catalog import ALICE, BOB
from tests.exchange.clients import client
from tests.exchange.model import Market, Trigger
from tests.exchange.server import Server
from tests.exchange.streams import Mode

SYMBOLS = {"binance": "BTC/USDT", "binanceusdm": "BTC/USDT:USDT"}
PLACE: dict[str, Callable[..., Any]] = {"binance": spot, "binanceusdm": linear}
MARKETS = {"binance": Market.SPOT, "binanceusdm": Market.LINEAR}
both = pytest.mark.parametrize("venue", list(SYMBOLS))


async def soon(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(3):
        while not condition():
            await asyncio.sleep(0.005)


async def watched(watching: Awaitable[Any], act: Callable[[], object]) -> Any:
    """What a watch call answers to an act, which is repeated until its socket is there to tell of it."""
    task = asyncio.ensure_future(watching)
    for _ in range(60):
        act()
        if (await asyncio.wait({task}, timeout=0.05))[0]:
            break
    return await asyncio.wait_for(task, 0)


@both
async def test_the_users_orders_and_trades(server: Server, venue: str) -> None:
    def act() -> None:
        PLACE[venue](server.exchange, "BUY", "0.003", who="bob")
        PLACE[venue](server.exchange, "BUY", "0.002", client_id="x")

    async with client(venue, server, ALICE, pro=True) as made:
        await made.load_markets()
        for watch in (made.watch_orders, made.watch_my_trades):
            found = await watched(watch(SYMBOLS[venue]), act)
            assert {one["amount"] for one in found} == {0.002}, "nothing of Bob's"
            assert {one["symbol"] for one in found} == {SYMBOLS[venue]}
        assert found[0]["info"]["c"] == "x"


async def test_positions_and_balance(server: Server) -> None:
    async with client("binanceusdm", server, ALICE, pro=True) as made:
        await made.load_markets()
        (position, *_) = await watched(made.watch_positions(), lambda: linear(server.exchange, "SELL", "0.01"))
        assert (position["side"], position["symbol"]) == ("short", "BTC/USDT:USDT")
        balance = await watched(made.watch_balance(), lambda: server.exchange.fund(BTC, Decimal("0.001")))
        assert balance["USDT"]["total"] == pytest.approx(float(free(server.exchange, Market.LINEAR)))


@both
async def test_prices(server: Server, venue: str) -> None:
    async with client(venue, server, pro=True) as made:
        symbol = SYMBOLS[venue]
        best = await made.watch_bids_asks([symbol])
        assert best[symbol]["bid"] == 60_000
        server.exchange.price(MARKETS[venue], BTC, "61000", "61001")
        assert (await asyncio.wait_for(made.watch_bids_asks([symbol]), 3))[symbol]["ask"] == 61_001
        assert (await made.watch_ticker(symbol))["last"] == 61_000
        if venue == "binanceusdm":
            assert (await made.watch_mark_price(symbol))["markPrice"] == 61_000


@both
async def test_a_zombie_stream_is_open_and_silent(server: Server, venue: str) -> None:
    async with client(venue, server, pro=True) as made:
        symbol = SYMBOLS[venue]
        await made.watch_bids_asks([symbol])
        server.hub.modes["public"] = Mode.ZOMBIE
        waiting = asyncio.ensure_future(made.watch_bids_asks([symbol]))
        server.exchange.price(MARKETS[venue], BTC, "61000")
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(asyncio.shield(waiting), 0.1)
        assert len(server.hub.streams) == 1, "the socket is open"
        assert server.hub.release() == 0, "nothing was kept"
        server.exchange.price(MARKETS[venue], BTC, "62000")
        assert (await asyncio.wait_for(waiting, 3))[symbol]["bid"] == 62_000


@both
async def test_a_cut_stream_is_an_error_and_can_be_opened_again(server: Server, venue: str) -> None:
    async with client(venue, server, pro=True) as made:
        symbol = SYMBOLS[venue]
        await made.watch_bids_asks([symbol])
        waiting = asyncio.ensure_future(made.watch_bids_asks([symbol]))
        await asyncio.sleep(0)
        assert server.hub.cut("public") == 1
        with pytest.raises(ccxt.NetworkError):
            await asyncio.wait_for(waiting, 3)
        await soon(lambda: not server.hub.streams)
        assert (await asyncio.wait_for(made.watch_bids_asks([symbol]), 3))[symbol]["bid"] == 60_000


@asynccontextmanager
async def user_socket(server: Server, *, market: str = "linear", key: str = ALICE.key) -> AsyncIterator[Any]:
    """A raw user stream by listen key."""
    path = "/fapi/v1/listenKey" if market == "linear" else "/api/v3/userDataStream"
    async with aiohttp.ClientSession(headers={"X-MBX-APIKEY": key}) as session:
        async with session.post(server.base_url + path) as answer:
            listen = (await answer.json())["listenKey"]
        where = f"/private/ws?listenKey={listen}" if market == "linear" else f"/ws/{listen}"
        async with session.ws_connect(server.base_url + where) as socket:
            yield socket


async def heard(socket: Any, count: int) -> list[dict[str, Any]]:
    return [json.loads((await asyncio.wait_for(socket.receive(), 3)).data) for _ in range(count)]


async def test_held_events_arrive_reversed_and_twice(server: Server) -> None:
    order = linear(server.exchange, "BUY", "0.3", price="59000")
    async with user_socket(server) as socket:
        server.hub.modes["user"] = Mode.HELD
        for _ in range(3):
            server.exchange.fill(order.id, Decimal("0.1"), Decimal(59_000))
        sent = server.hub.release(reverse=True, duplicate=True)
        events = await heard(socket, sent)
    fills = [event["o"]["z"] for event in events if event["e"] == "ORDER_TRADE_UPDATE"]
    assert fills == ["0.3", "0.3", "0.2", "0.2", "0.1", "0.1"]


async def test_a_fired_algo_order_tells_its_whole_life(server: Server) -> None:
    async with user_socket(server) as socket:
        linear(server.exchange, "BUY", "0.1")
        linear(server.exchange, "SELL", "0.1", trigger=Trigger.STOP, trigger_price="59000", algo=True, client_id="g")
        server.exchange.price(Market.LINEAR, BTC, "58000")
        events = await heard(socket, 12)
    told = [event["o"].get("X") for event in events if event["e"] == "ALGO_UPDATE"]
    assert told == ["NEW", "TRIGGERED", "FINISHED"]
    trades = [event["o"] for event in events if event["e"] == "ORDER_TRADE_UPDATE" and event["o"]["x"] == "TRADE"]
    assert (trades[-1]["c"], trades[-1]["ot"], trades[-1]["sp"]) == ("g", "STOP_MARKET", "59000")


async def test_a_limit_child_finishes_its_algo_order_later(server: Server) -> None:
    async with user_socket(server) as socket:
        linear(server.exchange, "BUY", "0.1", trigger=Trigger.STOP, trigger_price="61000", price="60500", algo=True)
        server.exchange.price(Market.LINEAR, BTC, "61000")
        first = await heard(socket, 3)
        server.exchange.price(Market.LINEAR, BTC, "60400")
        later = await heard(socket, 4)
    told = [event["o"]["X"] for event in (*first, *later) if event["e"] == "ALGO_UPDATE"]
    assert told == ["NEW", "TRIGGERED", "FINISHED"]
    assert not [event for event in first if event["e"] == "ALGO_UPDATE" and event["o"]["X"] == "FINISHED"]


async def test_spot_events_by_listen_key(server: Server) -> None:
    async with user_socket(server, market="spot") as socket:
        linear(server.exchange, "BUY", "0.01")
        order = spot(server.exchange, "BUY", "0.01", price="59000", client_id="r")
        server.exchange.cancel("alice", order)
        events = await heard(socket, 4)
    reports = [event for event in events if event["e"] == "executionReport"]
    assert [(event["x"], event["X"], event["i"]) for event in reports] == [
        ("NEW", "NEW", order.id), ("CANCELED", "CANCELED", order.id),
    ]  # fmt: skip
    assert [event["B"][0]["l"] for event in events if event["e"] == "outboundAccountPosition"] == [
        "590.00000000", "0.00000000",
    ]  # fmt: skip


async def test_listen_keys_expire_and_are_kept_alive(server: Server) -> None:
    async with aiohttp.ClientSession(headers={"X-MBX-APIKEY": BOB.key}) as session:
        path = server.base_url + "/fapi/v1/listenKey"
        assert (await (await session.put(path)).json())["code"] == -1125
        assert (await session.post(path)).status == 200
        assert (await session.put(path)).status == 200
        assert (await session.delete(path)).status == 200
        assert (await (await session.put(path)).json())["code"] == -1125
        with pytest.raises(aiohttp.WSServerHandshakeError):
            await session.ws_connect(server.base_url + "/private/ws?listenKey=listen-linear-bob")
    async with user_socket(server) as socket:
        server.exchange.skew = 3601
        linear(server.exchange, "BUY", "0.01")
        assert (await heard(socket, 1))[0]["e"] == "listenKeyExpired"


async def test_a_user_stream_needs_the_right_signature(server: Server) -> None:
    params = {"apiKey": ALICE.key, "timestamp": server.exchange.now(), "signature": "0" * 64}
    async with aiohttp.ClientSession() as session, session.ws_connect(server.base_url + "/ws-api/v3") as socket:
        await socket.send_json({"id": 1, "method": "userDataStream.subscribe.signature", "params": params})
        (refused,) = await heard(socket, 1)
        assert (refused["status"], refused["error"]["code"]) == (400, -1022)
        spot(server.exchange, "BUY", "0.01")
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(socket.receive(), 0.1)


async def test_combined_streams_name_their_topic(server: Server) -> None:
    async with aiohttp.ClientSession() as session:
        where = server.base_url + "/stream?streams=btcusdt@bookTicker/ethusdt@miniTicker"
        async with session.ws_connect(where) as socket:
            first = await heard(socket, 2)
            assert {one["stream"] for one in first} == {"btcusdt@bookTicker", "ethusdt@miniTicker"}
            await socket.send_json({"method": "UNSUBSCRIBE", "params": ["btcusdt@bookTicker"], "id": 1})
            assert await heard(socket, 1) == [{"result": None, "id": 1}]
            server.exchange.price(Market.SPOT, BTC, "61000")
            server.exchange.price(Market.SPOT, "ETHUSDT", "3100")
            assert [(one["data"]["s"], one["data"]["c"]) for one in await heard(socket, 1)] == [
                ("ETHUSDT", "3100.00000000")
            ]
