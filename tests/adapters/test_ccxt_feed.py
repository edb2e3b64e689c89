"""The public price feed through the real ccxt class, against a local peer that imitates Binance spot."""

from __future__ import annotations

import asyncio
import itertools
import json
import math
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from engine.adapters.ccxt_client import open_client, redirected
from engine.adapters.ccxt_feed import CcxtPrices
from engine.adapters.ccxt_markets import instrument_from_market, instruments_from_markets, is_trading
from engine.errors import Code, VenueRefused
from engine.types import Instrument
from tests.adapters.binance_peer import BinancePeer, binance_peer
from tests.clocks import ManualClock

D = Decimal
BTC = "BTC/USDT"
AT = 1_795_176_000_000
START = datetime.fromtimestamp(AT / 1000, UTC)


@pytest.fixture
async def peer() -> AsyncIterator[BinancePeer]:
    async with binance_peer() as running:
        running.price("BTCUSDT", "64000.01000000", "64000.02000000")
        running.price("PEPEUSDT", "0.00001250", "0.00001251")
        yield running


@pytest.fixture
async def clock() -> ManualClock:
    return ManualClock(START)


@pytest.fixture
async def feed(peer: BinancePeer, clock: ManualClock) -> AsyncIterator[CcxtPrices]:
    opened = await CcxtPrices.open("binance", clock, base_url=peer.base_url)
    opened._client.enableRateLimit = False  # neither the pace of a real exchange nor its TLS farewell is under test
    opened._client.timeout_on_exit = 0
    yield opened
    await opened.close()


async def no_price(feed: CcxtPrices, clock: ManualClock, symbol: str = BTC) -> None:
    async with asyncio.TaskGroup() as tasks:
        asking = tasks.create_task(_refusal(feed, symbol))
        while not asking.done():
            await asyncio.sleep(0.001)
            if clock.sleepers:
                await clock.advance(1)
    assert asking.result() is Code.NO_PRICE


async def _refusal(feed: CcxtPrices, symbol: str) -> Code | None:
    with pytest.raises(VenueRefused) as refused:
        await feed.quote(symbol)
    return refused.value.code


async def test_instruments_come_from_the_markets(feed: CcxtPrices) -> None:
    assert feed.instruments[BTC] == Instrument(
        symbol=BTC,
        base="BTC",
        quote="USDT",
        tick_size=D("0.01"),
        lot_step=D("0.00001"),
        min_qty=D("0.00001"),
        min_notional=D(5),
        max_qty=D(9000),
        pip_size=D("0.01"),
        margin=False,
    )
    assert feed.instruments["PEPE/USDT"].tick_size == D("0.00000001")


async def test_a_quote_is_exact_and_carries_the_time_of_the_venue(feed: CcxtPrices) -> None:
    quote = await feed.quote(BTC)
    assert (quote.bid, quote.ask, quote.at) == (D("64000.01"), D("64000.02"), START)
    assert feed.latest(BTC) == quote
    assert feed.latest("PEPE/USDT") is None


async def test_a_young_quote_is_not_asked_for_again_and_an_old_one_is(
    feed: CcxtPrices, peer: BinancePeer, clock: ManualClock
) -> None:
    await feed.quote(BTC)
    await clock.advance(10)
    await feed.quote(BTC)
    assert peer.asked == 1
    await clock.advance(1)
    peer.price("BTCUSDT", "64001", "64002", at=AT + 11_000)
    assert (await feed.quote(BTC)).bid == 64_001
    assert peer.asked == 2


async def test_a_quote_that_stays_old_is_no_price(feed: CcxtPrices, peer: BinancePeer, clock: ManualClock) -> None:
    await clock.advance(60)
    await no_price(feed, clock)
    assert peer.asked == feed.TRIES


async def test_a_clock_ahead_of_ours_does_not_make_a_quote_younger(feed: CcxtPrices, peer: BinancePeer) -> None:
    peer.price("BTCUSDT", "64001", "64002", at=AT + 3_600_000)
    assert (await feed.quote(BTC)).at == START


@pytest.mark.parametrize("fault", ["html", "throttled", "[", "{}", "[1, null]", '{"code": -1, "msg": "odd"}'])
async def test_a_fault_is_asked_again_and_then_there_is_a_price(
    feed: CcxtPrices, peer: BinancePeer, clock: ManualClock, fault: str
) -> None:
    peer.faults = [fault]
    async with asyncio.TaskGroup() as tasks:
        asking = tasks.create_task(feed.quote(BTC))
        while not asking.done():
            await asyncio.sleep(0.001)
            if clock.sleepers:
                await clock.advance(1)
    assert asking.result().bid == D("64000.01")
    assert peer.asked == 2


async def test_after_three_faults_there_is_no_price(feed: CcxtPrices, peer: BinancePeer, clock: ManualClock) -> None:
    peer.faults = ["html"] * 3
    await no_price(feed, clock)
    assert peer.asked == 3


@pytest.mark.parametrize(
    ("bid", "ask"),
    [("0", "64000"), ("64000", "0.0"), (None, None), ("-1", "1"), ("64002", "64001"), ("NaN", "64000"), ("1e400", "1")],
)
async def test_a_ticker_that_is_no_price_is_dropped(
    feed: CcxtPrices, peer: BinancePeer, clock: ManualClock, bid: str | None, ask: str | None
) -> None:
    peer.price("BTCUSDT", bid, ask)
    await no_price(feed, clock)
    assert feed.latest(BTC) is None


async def test_bare_numbers_that_json_should_not_have_are_dropped(
    feed: CcxtPrices, peer: BinancePeer, clock: ManualClock
) -> None:
    body = json.dumps([{"symbol": "BTCUSDT", "bidPrice": math.nan, "askPrice": math.inf, "closeTime": AT}])
    peer.faults = [body] * 3
    await no_price(feed, clock)


async def test_the_last_price_stands_in_for_missing_sides(feed: CcxtPrices, peer: BinancePeer) -> None:
    peer.tickers["BTCUSDT"] = {"symbol": "BTCUSDT", "lastPrice": "64000.50", "closeTime": AT}
    quote = await feed.quote(BTC)
    assert quote.bid == quote.ask == D("64000.5")


async def test_a_symbol_that_is_not_listed_is_refused(feed: CcxtPrices) -> None:
    for ask in (feed.quote, feed.watch):
        with pytest.raises(VenueRefused) as refused:
            await ask("NOSUCHCOIN/USDT")
        assert refused.value.code is Code.SYMBOL_UNKNOWN


async def rounds(peer: BinancePeer, clock: ManualClock, seconds: float, count: int) -> None:
    """Turn the clock by steps, and wait each time until the peer was asked and the feed sleeps again."""
    for _ in range(count):
        asked = peer.asked
        await clock.advance(seconds)
        while peer.asked == asked or not clock.sleepers:
            await asyncio.sleep(0.001)


async def test_watched_symbols_keep_coming_until_the_feed_closes(
    feed: CcxtPrices, peer: BinancePeer, clock: ManualClock
) -> None:
    await feed.watch(BTC)
    ticks = feed.ticks()
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(feed.run())
        assert (await anext(ticks)).bid == D("64000.01")
        peer.price("BTCUSDT", "64005", "64006", at=AT + 1000)
        await rounds(peer, clock, 1, 1)
        assert (await anext(ticks)).bid == 64_005
        await feed.close()
        await clock.advance(1)
    assert [quote async for quote in ticks] == []


async def test_a_jump_is_believed_at_its_second_tick(feed: CcxtPrices, peer: BinancePeer, clock: ManualClock) -> None:
    await feed.watch(BTC)
    ticks = feed.ticks()
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(feed.run())
        await anext(ticks)
        peer.price("BTCUSDT", "30000", "30001", at=AT + 1000)
        await rounds(peer, clock, 1, 1)
        latest = feed.latest(BTC)
        assert latest is not None
        assert latest.bid == D("64000.01")
        await rounds(peer, clock, 1, 1)
        assert (await anext(ticks)).bid == 30_000
        await feed.close()
        await clock.advance(1)


async def test_failures_are_waited_out_longer_each_time_up_to_a_minute(
    feed: CcxtPrices, peer: BinancePeer, clock: ManualClock
) -> None:
    await feed.watch(BTC)
    peer.faults = ["html"] * 8
    times: list[datetime] = []
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(feed.run())
        seen = 0
        while len(times) < 10:
            await asyncio.sleep(0.001)
            if peer.asked > seen:
                seen = peer.asked
                times.append(clock.now())
            if clock.sleepers:
                await clock.advance(1)
        await feed.close()
        await clock.advance(60)
    waits = [(after - before).total_seconds() for before, after in itertools.pairwise(times)]
    assert waits == [2, 4, 8, 16, 32, 60, 60, 60, 1]


async def test_with_nothing_watched_nothing_is_asked(feed: CcxtPrices, peer: BinancePeer, clock: ManualClock) -> None:
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(feed.run())
        for _ in range(5):
            await clock.advance(1)
        await feed.close()
        await clock.advance(1)
    assert peer.asked == 0


@pytest.mark.parametrize("exchange", ["nosuchexchange", "bitfinex"])
async def test_an_exchange_that_cannot_serve_is_refused(exchange: str, peer: BinancePeer, clock: ManualClock) -> None:
    with pytest.raises(ValueError, match=exchange):
        await CcxtPrices.open(exchange, clock, base_url=peer.base_url)


async def test_clients_share_one_tls_context() -> None:
    first, second = await open_client("binance"), await open_client("kraken")
    assert first.ssl_context is second.ssl_context
    assert first.options["maxRetriesOnFailure"] == 0
    await first.close()
    await second.close()


def test_addresses_are_redirected_as_deep_as_they_are_nested() -> None:
    urls = {
        "public": "https://api.x.com/api/v3",
        "ws": {"spot": "wss://x.com"},
        "v1": {"a": "http://{hostname}/q"},
        "n": None,
    }
    assert redirected(urls, "http://127.0.0.1:9/") == {
        "public": "http://127.0.0.1:9/api/v3",
        "ws": {"spot": "ws://127.0.0.1:9"},
        "v1": {"a": "http://127.0.0.1:9/q"},
        "n": None,
    }


def market(**changes: Any) -> dict[str, Any]:
    return {
        "symbol": "ETH/USDT:USDT", "base": "ETH", "quote": "USDT", "active": True, "contract": True, "inverse": False,
        "contractSize": "0.1", "precision": {"price": "0.01", "amount": "1"},
        "limits": {
            "amount": {"min": "2", "max": "5000"}, "price": {}, "cost": {"min": None}, "leverage": {"max": "50.5"},
        },
        **changes,
    }  # fmt: skip


def test_contracts_are_counted_in_base_units() -> None:
    made = instrument_from_market(market())
    assert (made.lot_step, made.min_qty, made.max_qty, made.contract_size) == (D("0.1"), D("0.2"), D(500), D("0.1"))
    assert (made.margin, made.max_leverage, made.min_notional, made.tick_size) == (True, 50, 0, D("0.01"))


def test_the_largest_size_is_one_that_a_market_order_may_have() -> None:
    """A stop and a close are market orders."""
    limits = {"amount": {"max": "5000"}, "market": {"max": "120"}, "cost": {}}
    assert instrument_from_market(market(limits=limits)).max_qty == D(12)
    assert instrument_from_market(market(limits={**limits, "market": {"max": "0"}})).max_qty == D(500)


def test_a_market_without_limits_has_its_step_as_minimum() -> None:
    made = instrument_from_market(
        market(contract=False, contractSize=None, limits={"amount": {"min": "0", "max": None}, "cost": None})
    )
    assert (made.lot_step, made.min_qty, made.max_qty, made.margin, made.max_leverage) == (1, 1, None, False, 1)


@pytest.mark.parametrize(
    "changes",
    [
        {"inverse": True},
        {"contractSize": None},
        {"precision": {"price": None, "amount": "1"}},
        {"precision": {"price": "0.01", "amount": "0"}},
        {"limits": {"amount": {"min": "-1"}}},
    ],
    ids=["inverse", "no-contract-size", "no-tick", "zero-step", "negative-limit"],
)
def test_a_market_that_cannot_be_read_is_left_out(changes: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"traded|number|price|amount"):
        instrument_from_market(market(**changes))
    assert list(instruments_from_markets({"bad": market(**changes), "good": market()})) == ["good"]


@pytest.mark.parametrize(("active", "trades"), [(True, True), (None, True), (False, False)])
def test_a_market_that_is_halted_is_read_but_not_offered(active: bool | None, trades: bool) -> None:
    assert list(instruments_from_markets({"one": market(active=active)})) == ["one"]
    assert is_trading(market(active=active)) is trades


def test_a_broken_listing_is_left_out_whatever_is_missing() -> None:
    assert instruments_from_markets({"odd": {"symbol": "A/B"}, "none": {"precision": None}}) == {}
