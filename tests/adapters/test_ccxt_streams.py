"""What comes without asking, over real sockets: our orders' reports, live prices, and streams that fall silent."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from decimal import Decimal
from typing import Any

import pytest

from engine.adapters import ccxt_prices, ccxt_stream
from engine.adapters.ccxt_prices import LivePrices
from engine.adapters.ccxt_shared import Place
from engine.errors import Code, VenueRefused
from engine.types import ExecutionReport, OrderState
from tests.adapters.contract import BUY, SELL, limit, mine, oid, order, stop
from tests.adapters.exchange_bench import SYMBOL, ExchangeBench, desk
from tests.clocks import ManualClock
from tests.exchange.faults import Fault, FaultKind
from tests.exchange.streams import Mode

D = Decimal
VENUES = {"binance-spot": ("binance", "spot"), "binance-usdm": ("binance", "swap"), "bybit-linear": ("bybit", "swap")}


@pytest.fixture(params=VENUES, ids=VENUES)
async def bench(request: pytest.FixtureRequest) -> AsyncIterator[ExchangeBench]:
    async with desk(*VENUES[request.param], clock=ManualClock()) as opened:
        yield opened


async def until(holds: Callable[[], object]) -> None:
    async with asyncio.timeout(5):
        while not holds():
            await asyncio.sleep(0.005)


class Ear:
    """Hears everything that a venue tells of its orders."""

    def __init__(self, bench: ExchangeBench) -> None:
        self.heard: list[ExecutionReport] = []
        self._reports = bench.venue.reports()

    async def listen(self) -> None:
        async for report in self._reports:
            self.heard.append(report)

    def of(self, number: int) -> list[ExecutionReport]:
        return [report for report in self.heard if report.client_order_id == oid(number)]


@asynccontextmanager
async def listening(bench: ExchangeBench) -> AsyncIterator[Ear]:
    ear = Ear(bench)
    async with asyncio.TaskGroup() as tasks:
        task = tasks.create_task(ear.listen())
        yield ear
        task.cancel()


def at(bench: ExchangeBench, bid: str, ask: str | None = None) -> None:
    bench.core.price(bench.side, SYMBOL, bid, ask)


async def advanced(bench: ExchangeBench, seconds: float) -> None:
    assert isinstance(bench.clock, ManualClock)
    await bench.clock.advance(seconds)


# --- reports of our orders -------------------------------------------------------------------------


async def test_F15_a_fill_by_parts_and_a_cancel_by_the_venue_are_told_with_every_fill(bench: ExchangeBench) -> None:
    async with listening(bench) as ear:
        resting = await bench.venue.place(mine(bench, limit(1, BUY, "0.03", "60000")))
        bench.core.fill(int(bench.core.store.orders.all()[-1].id), D("0.01"), D(60_000))
        await until(lambda: ear.of(1) and ear.of(1)[-1].filled == D("0.01"))
        assert ear.of(1)[-1].state is OrderState.PARTIAL
        bench.core.fill(int(bench.core.store.orders.all()[-1].id), D("0.01"), D(60_000))
        bench.core.expire(int(bench.core.store.orders.all()[-1].id))
        await until(lambda: ear.of(1)[-1].state not in (OrderState.PARTIAL, OrderState.ACKED))
        last = ear.of(1)[-1]
        assert (last.filled, len(last.fills), last.quantity) == (D("0.02"), 2, resting.quantity)
        assert last.state in (OrderState.EXPIRED, OrderState.CANCELLED)
        assert len({fill.trade_id for fill in last.fills}) == 2


async def test_a_stream_of_orders_asks_for_nothing_besides(bench: ExchangeBench) -> None:
    """ccxt would read every position first, and fail over the first one, for its numbers are text here."""
    async with listening(bench) as ear:
        await bench.venue.place(mine(bench, limit(1, BUY, "0.03", "60000")))
        at(bench, "59900")
        await until(lambda: ear.of(1))
        assert not bench.server.calls("*leverageBracket*") and not bench.server.calls("GET *positionRisk*")


async def test_F31_F32_a_stream_that_is_open_and_silent_is_found_out_and_opened_anew(bench: ExchangeBench) -> None:
    async with listening(bench) as ear:
        await bench.venue.place(mine(bench, order(1, BUY, "0.02")))
        await bench.venue.place(mine(bench, stop(2, SELL, "0.02", "63000", reduce_only=True)))
        hub = bench.server.hub
        await asyncio.sleep(0.05)
        for kind in {stream.kind for stream in hub.streams}:
            hub.modes[kind] = Mode.ZOMBIE
        before = len(hub.streams)
        at(bench, "62000")
        await asyncio.sleep(0.1)
        assert [report.state for report in ear.of(2) if report.filled] == []
        await advanced(bench, ccxt_stream.LOOK)
        await until(lambda: any(report.state is OrderState.FILLED for report in ear.of(2)))
        hub.modes.update(dict.fromkeys(hub.modes, Mode.LIVE))
        await advanced(bench, 2 * ccxt_stream.FIRST_PAUSE)
        await until(lambda: len(hub.streams) >= before)
        await asyncio.sleep(0.05)
        await bench.venue.place(mine(bench, limit(3, BUY, "0.02", "60000")))
        at(bench, "59900")
        await until(lambda: any(report.state is OrderState.FILLED for report in ear.of(3)))


async def test_F32_what_happened_while_the_line_was_cut_is_told_once(bench: ExchangeBench) -> None:
    async with listening(bench) as ear:
        await bench.venue.place(mine(bench, limit(1, BUY, "0.02", "60000")))
        await asyncio.sleep(0.05)
        bench.server.hub.cut()
        at(bench, "59900")
        for _ in range(4):
            await advanced(bench, ccxt_stream.LOOK)
            await asyncio.sleep(0.1)
        await until(lambda: any(report.filled for report in ear.of(1)))
        await advanced(bench, ccxt_stream.LOOK)
        await asyncio.sleep(0.05)
        assert [report.state for report in ear.of(1) if report.filled] == [OrderState.FILLED]


async def test_without_a_stream_of_orders_they_are_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ccxt_stream.Stream, "streams", False)
    async with desk("binance", "spot", clock=ManualClock(), stream=False) as bench:
        await bench.venue.place(mine(bench, limit(1, BUY, "0.02", "60000")))
        async with listening(bench) as ear:
            at(bench, "59900")
            await advanced(bench, ccxt_stream.POLL)
            await until(lambda: ear.of(1))
            assert ear.of(1)[-1].state is OrderState.FILLED


# --- prices ----------------------------------------------------------------------------------------


@asynccontextmanager
async def prices_of(bench: ExchangeBench) -> AsyncIterator[LivePrices]:
    place = Place(bench.exchange, bench.market, False)
    shared = await bench.commons.enter(place)
    shared.wire.client.timeout_on_exit = 0
    shared.wire._key._rate = shared.wire._key._most = shared.wire._key._level = 1e9
    prices = LivePrices(shared, bench.clock)
    async with asyncio.TaskGroup() as tasks:
        running = tasks.create_task(prices.run())
        try:
            yield prices
        finally:
            await prices.close()
            await running
            await bench.commons.leave(place)


async def test_prices_come_by_stream(bench: ExchangeBench) -> None:
    async with prices_of(bench) as prices:
        ticks = prices.ticks()
        await prices.watch(bench.symbol)
        assert (await asyncio.wait_for(anext(ticks), 5)).bid == D("63999.9")
        streams = len(bench.server.hub.streams)
        await until(lambda: len(bench.server.hub.streams) >= max(streams, 2))
        await asyncio.sleep(0.05)
        asked = len(bench.server.calls("GET *icker*"))
        at(bench, "64100", "64100.5")
        quote = await asyncio.wait_for(anext(ticks), 5)
        while quote.bid != D(64_100):
            quote = await asyncio.wait_for(anext(ticks), 5)
        assert quote.ask == D("64100.5")
        assert prices.latest(bench.symbol) == quote
        assert len(bench.server.calls("GET *icker*")) == asked


async def test_F30_F31_a_silent_stream_of_prices_is_helped_by_asking_within_seconds(bench: ExchangeBench) -> None:
    async with prices_of(bench) as prices:
        await prices.watch(bench.symbol)
        await until(lambda: prices.latest(bench.symbol))
        await fall_silent(bench)
        at(bench, "62000", "62000.5")
        for _ in range(5):
            await advanced(bench, 1)
            await asyncio.sleep(0.03)
        await until(lambda: prices.latest(bench.symbol).bid == 62_000)  # type: ignore[union-attr]


async def test_prices_that_cannot_be_had_grow_old_and_are_refused(bench: ExchangeBench) -> None:
    async with prices_of(bench) as prices:
        with pytest.raises(VenueRefused) as refused:
            await prices.watch("NOSUCHCOIN/USDT")
        assert refused.value.code is Code.SYMBOL_UNKNOWN
        await prices.watch(bench.symbol)
        await until(lambda: prices.latest(bench.symbol))
        first = prices.latest(bench.symbol)
        bench.server.hub.cut()
        bench.server.faults.add("GET *", Fault(kind=FaultKind.ERROR_BEFORE), times=-1)
        asking = asyncio.ensure_future(prices.quote(bench.symbol))
        await asyncio.sleep(0.01)
        assert await asking == first
        await advanced(bench, 20)
        asking = asyncio.ensure_future(prices.quote(bench.symbol))
        while not asking.done():
            await advanced(bench, 1)
            await asyncio.sleep(0.005)
        with pytest.raises(VenueRefused) as refused:
            await asking
        assert refused.value.code is Code.NO_PRICE


async def test_F28_a_symbol_that_is_listed_no_more_takes_nobody_elses_prices(bench: ExchangeBench) -> None:
    other = bench.symbol.replace("BTC", "ETH")
    async with prices_of(bench) as prices:
        for symbol in (other, bench.symbol):
            await prices.watch(symbol)
        await until(lambda: prices.latest(bench.symbol) and prices.latest(other))
        await fall_silent(bench)
        store = bench.core.store
        store.execute(f'DELETE FROM "{store.instruments.name}" WHERE symbol = ?', ("ETHUSDT",))
        store.instruments.forget()
        await bench.venue._shared.refresh(-1)
        assert other not in bench.venue._shared.wire.client.markets
        await priced_within_seconds(bench, prices)


async def test_one_symbol_that_is_refused_takes_nobody_elses_prices(
    bench: ExchangeBench, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = bench.symbol.replace("BTC", "ETH")
    async with prices_of(bench) as prices:
        read, asked = prices._shared.wire.guard, []

        async def refusing(call: Any, *args: Any) -> Any:
            asked.append(args)
            if args and other in args[0]:
                raise VenueRefused("Invalid symbol", code=Code.SYMBOL_UNKNOWN)
            return await read(call, *args)

        for symbol in (other, bench.symbol):
            await prices.watch(symbol)
        await until(lambda: prices.latest(bench.symbol) and prices.latest(other))
        await fall_silent(bench)
        monkeypatch.setattr(prices._shared.wire, "guard", refusing)
        await priced_within_seconds(bench, prices)
        assert len(asked) < 30
        monkeypatch.undo()
        bench.core.price(bench.side, "ETHUSDT", "3100", "3100.01")
        await priced_within_seconds(bench, prices, other, "3100")


async def fall_silent(bench: ExchangeBench) -> None:
    """From now on prices come only to those who ask."""
    hub = bench.server.hub
    await until(lambda: len(hub.streams) >= 2)
    await asyncio.sleep(0.05)
    for kind in {stream.kind for stream in hub.streams}:
        hub.modes[kind] = Mode.ZOMBIE


async def priced_within_seconds(
    bench: ExchangeBench, prices: LivePrices, symbol: str = "", price: str = "62000"
) -> None:
    if not symbol:
        at(bench, price, "62000.5")
    for _ in range(8):
        await advanced(bench, 1)
        await asyncio.sleep(0.03)
    await until(lambda: prices.latest(symbol or bench.symbol).bid == D(price))  # type: ignore[union-attr]


def test_a_price_is_asked_for_before_it_is_too_old_to_act_on() -> None:
    assert ccxt_prices.OLD < 10
    assert ccxt_stream.LOOK <= 30
