"""Bybit's WebSockets through the real ccxt.pro class and a raw socket."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from decimal import Decimal
from typing import Any

import aiohttp
import ccxt
import pytest

from tests.exchange.bench import BTC, linear, spot
from tests.exchange.bybit_bench import COINS, SWAP
from tests.exchange.catalog import ALICE
from tests.exchange.clients import client
from tests.exchange.model import Market, Trigger
from tests.exchange.server import Server
from tests.exchange.streams import Mode

SPOT, LINEAR = Market.SPOT, Market.LINEAR
both = pytest.mark.parametrize(("symbol", "market"), [(COINS, SPOT), (SWAP, LINEAR)])


@pytest.fixture
async def watcher(bybit: Server) -> AsyncIterator[Any]:
    """Alice's client of ccxt.pro."""
    async with client("bybit", bybit, ALICE, pro=True) as made:
        made.milliseconds = bybit.exchange.now
        await made.load_markets()
        yield made


async def watched(server: Server, topic: str, watching: Awaitable[Any], act: Callable[[], object]) -> Any:
    """What a watch call answers to an act that happens once its topic is subscribed."""
    task = asyncio.ensure_future(watching)
    async with asyncio.timeout(3):
        while not any(topic in stream.topics for stream in server.hub.streams) and not task.done():
            await asyncio.sleep(0.002)
        act()
        return await task


class Line:
    """A raw socket: ask, and hear what comes, in order."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._socket = socket

    async def ask(self, op: str, *args: str) -> Any:
        await self._socket.send_json({"op": op, "req_id": "7", "args": list(args)})
        return await self.hear()

    async def hear(self) -> Any:
        return json.loads((await self._socket.receive(timeout=2)).data)


@asynccontextmanager
async def line(server: Server, path: str) -> AsyncIterator[Line]:
    async with aiohttp.ClientSession() as session, session.ws_connect(server.base_url + path) as socket:
        yield Line(socket)


def signature(expires: int, secret: str = "alice-secret") -> str:
    return hmac.new(secret.encode(), f"GET/realtime{expires}".encode(), hashlib.sha256).hexdigest()


# --- private -----------------------------------------------------------------------------------------------------
@both
async def test_the_users_orders_and_trades(bybit: Server, watcher: Any, symbol: str, market: Market) -> None:
    place = spot if market is SPOT else linear

    def act() -> None:
        place(bybit.exchange, "BUY", "0.03", who="bob", client_id="not-hers")
        place(bybit.exchange, "BUY", "0.02", client_id="hers")

    found = await watched(bybit, "order", watcher.watch_orders(symbol), act)
    assert {(order["clientOrderId"], order["symbol"]) for order in found} == {("hers", symbol)}
    await asyncio.sleep(0.05)
    assert [order["status"] for order in watcher.orders] == ["closed"]
    trades = await watched(
        bybit, "execution", watcher.watch_my_trades(), lambda: place(bybit.exchange, "BUY", "0.01", client_id="next")
    )
    assert [(trade["amount"], trade["symbol"], trade["info"]["orderLinkId"]) for trade in trades] == [
        (0.01, symbol, "next")
    ]


async def test_a_stop_tells_when_it_is_placed_and_when_it_fires(bybit: Server) -> None:
    expires = bybit.exchange.now() + 10_000
    linear(bybit.exchange, "BUY", "0.01")
    async with line(bybit, "/v5/private") as private:
        await private.ask("auth", "alice-key", str(expires), signature(expires))
        await private.ask("subscribe", "order")
        linear(bybit.exchange, "SELL", "0.01", trigger=Trigger.STOP, trigger_price="58000", reduce_only=True)
        bybit.exchange.price(LINEAR, BTC, "57000")
        heard = [(await private.hear())["data"][0] for _ in range(3)]
    assert [event["orderStatus"] for event in heard] == ["Untriggered", "New", "Filled"]
    assert len({event["orderId"] for event in heard}) == 1


async def test_positions_and_the_wallet(bybit: Server, watcher: Any) -> None:
    watcher.options["watchPositions"] = {"fetchPositionsSnapshot": False}
    (position, *_) = await watched(
        bybit, "position", watcher.watch_positions(), lambda: linear(bybit.exchange, "SELL", "0.01")
    )
    assert (position["side"], position["contracts"], position["symbol"]) == ("short", 0.01, SWAP)
    balance = await watched(
        bybit, "wallet", watcher.watch_balance(), lambda: bybit.exchange.deposit("alice", SPOT, "USDT", Decimal(100))
    )
    assert balance["USDT"]["total"] == pytest.approx(10_100 - 0.6)


async def test_funding_is_told_as_an_execution(bybit: Server) -> None:
    linear(bybit.exchange, "BUY", "0.1")
    expires = bybit.exchange.now() + 10_000
    async with line(bybit, "/v5/private") as private:
        await private.ask("auth", "alice-key", str(expires), signature(expires))
        await private.ask("subscribe", "execution.linear")
        bybit.exchange.fund(BTC, Decimal("0.0001"))
        event = await private.hear()
    assert (event["topic"], event["data"][0]["execType"], event["data"][0]["execFee"]) == (
        "execution.linear", "Funding", "0.6",
    )  # fmt: skip


async def test_signing_in(bybit: Server) -> None:
    now = bybit.exchange.now()
    good, past = now + 10_000, now
    async with line(bybit, "/v5/private") as private:
        assert (await private.ask("subscribe", "order"))["ret_msg"] == "Request not authorized"
        for args, words in (
            (("nobody", str(good), signature(good)), "API key is invalid."),
            (("alice-key", str(past), signature(past)), "Params Error"),
            (("alice-key", str(good), signature(good, "wrong")), "error:USVC1111"),
            (("alice-key",), "Params Error"),
        ):
            answer = await private.ask("auth", *args)
            assert (answer["success"], answer["ret_msg"], answer["op"]) == (False, words, "auth")
        linear(bybit.exchange, "BUY", "0.01")
        assert (await private.ask("auth", "alice-key", str(good), signature(good)))["success"], "and nothing before it"
        assert (await private.ask("subscribe", "order", "nonsense"))["ret_msg"].endswith("topic:nonsense")
        assert (await private.ask("subscribe", "order", "wallet"))["success"]
        pong = await private.ask("ping")
        assert (pong["op"], pong["args"], pong["req_id"]) == ("pong", [str(now)], "7")


async def test_ccxt_hears_that_its_key_is_wrong(bybit: Server) -> None:
    async with client("bybit", bybit, ALICE, pro=True) as made:
        made.milliseconds = bybit.exchange.now
        await made.load_markets()
        await made.is_unified_enabled()
        made.secret = "wrong"
        with pytest.raises(ccxt.ExchangeError, match="USVC1111"):
            await asyncio.wait_for(made.watch_orders(), 2)


# --- public ------------------------------------------------------------------------------------------------------
@both
async def test_tickers(bybit: Server, watcher: Any, symbol: str, market: Market) -> None:
    first = await asyncio.wait_for(watcher.watch_ticker(symbol), 2)
    assert (first["last"], first["symbol"]) == (60_000, symbol)
    bybit.exchange.price(market, BTC, "61000")
    assert (await asyncio.wait_for(watcher.watch_ticker(symbol), 2))["last"] == 61_000


@both
async def test_order_books_follow_snapshots_and_changes(
    bybit: Server, watcher: Any, symbol: str, market: Market
) -> None:
    levels = [(Decimal(100), Decimal(1)), (Decimal(99), Decimal(2)), (Decimal(98), Decimal(3))]
    bybit.exchange.ladder(market, BTC, levels, [(Decimal(101), None)])
    book = await asyncio.wait_for(watcher.watch_order_book(symbol), 2)
    assert book["bids"] == [[100, 1], [99, 2], [98, 3]]
    changed = [(Decimal(100), Decimal(5)), (Decimal("98.5"), Decimal(4)), (Decimal(98), Decimal(3))]
    bybit.exchange.ladder(market, BTC, changed, [(Decimal(102), Decimal(7))])
    book = await asyncio.wait_for(watcher.watch_order_book(symbol), 2)
    assert (book["bids"], book["asks"]) == ([[100, 5], [98.5, 4], [98, 3]], [[102, 7]])
    best = await asyncio.wait_for(watcher.watch_bids_asks([symbol]), 2)
    assert (best[symbol]["bid"], best[symbol]["ask"]) == (100, 102)


async def test_what_is_sent_is_whole_first_and_then_the_difference(bybit: Server) -> None:
    async with line(bybit, "/v5/public/linear") as public:
        assert (await public.ask("subscribe", f"tickers.{BTC}", f"orderbook.50.{BTC}"))["success"]
        whole = [await public.hear(), await public.hear()]
        assert [event["type"] for event in whole] == ["snapshot", "snapshot"]
        bybit.exchange.price(LINEAR, BTC, "61000", "61001", mark="60000")
        ticker, book = await public.hear(), await public.hear()
        assert (ticker["type"], book["type"]) == ("delta", "delta")
        assert (ticker["data"]["lastPrice"], "markPrice" in ticker["data"]) == ("61000", False)
        assert book["data"]["b"] == [["61000", "1000"], ["60000", "0"]]
        assert (await public.ask("unsubscribe", f"tickers.{BTC}"))["success"]
        bybit.exchange.price(LINEAR, BTC, "62000")
        assert (await public.hear())["topic"] == f"orderbook.50.{BTC}"
        bybit.exchange.price(SPOT, BTC, "1000")
        assert (await public.ask("ping"))["ret_msg"] == "pong", "and no word of the other market"


@pytest.mark.parametrize("topic", ["tickers.NOPE", f"orderbook.3.{BTC}", "wallet", f"kline.1.{BTC}"])
async def test_topics_that_there_are_not(bybit: Server, topic: str) -> None:
    async with line(bybit, "/v5/public/spot") as public:
        answer = await public.ask("subscribe", topic)
        assert (answer["success"], answer["ret_msg"]) == (False, f"error:handler not found,topic:{topic}")
        assert (await public.ask("dance"))["success"] is False


# --- ways to go wrong --------------------------------------------------------------------------------------------
async def test_a_zombie_answers_pings_and_says_nothing(bybit: Server) -> None:
    expires = bybit.exchange.now() + 10_000
    async with line(bybit, "/v5/private") as private:
        await private.ask("auth", "alice-key", str(expires), signature(expires))
        await private.ask("subscribe", "order")
        bybit.hub.modes["user"] = Mode.ZOMBIE
        linear(bybit.exchange, "BUY", "0.01")
        assert (await private.ask("ping"))["op"] == "pong"
        bybit.hub.modes["user"] = Mode.HELD
        linear(bybit.exchange, "BUY", "0.01", client_id="held")
        assert bybit.hub.release(duplicate=True) == 4, "new and filled, each twice"
        names = [(await private.hear())["data"][0]["orderLinkId"] for _ in range(4)]
        assert set(names) == {"held"}


async def test_a_cut_socket_is_opened_again(bybit: Server, watcher: Any) -> None:
    await asyncio.wait_for(watcher.watch_ticker(SWAP), 2)
    assert bybit.hub.cut("public") == 1
    with pytest.raises(ccxt.NetworkError):
        await asyncio.wait_for(watcher.watch_ticker(SWAP), 2)
    bybit.exchange.price(LINEAR, BTC, "61000")
    assert (await asyncio.wait_for(watcher.watch_ticker(SWAP), 2))["last"] == 61_000
