"""The simulated market and the fan that carries its ticks."""

from __future__ import annotations

import asyncio
import gc
import itertools
from decimal import Decimal

import pytest

from engine.errors import Code, VenueRefused
from engine.market.fan import Fan
from engine.market.instruments import INSTRUMENTS, on_step
from engine.market.simulated import START_PRICES, SimulatedPrices
from tests.clocks import ManualClock

D = Decimal


async def walk(seed: int, steps: int, *symbols: str) -> list[Decimal]:
    prices = SimulatedPrices(ManualClock(), seed)
    for symbol in symbols:
        await prices.watch(symbol)
    path = []
    for _ in range(steps):
        prices.step()
        path.append((await prices.quote(symbols[0])).mid)
    return path


async def test_the_same_seed_gives_the_same_prices_whatever_else_is_watched() -> None:
    alone = await walk(7, 300, "BTC/USDT")
    assert alone == await walk(7, 300, "BTC/USDT", "EUR/USD", "XAU/USD")
    assert alone != await walk(8, 300, "BTC/USDT")
    assert len(set(alone)) > 100


async def test_steps_are_small_and_on_the_tick() -> None:
    path = await walk(1, 500, "BTC/USDT")
    for before, after in itertools.pairwise(path):
        assert abs(after - before) <= before / 5_000
        assert on_step(after, D("0.1"))


def test_every_instrument_has_a_starting_price_on_its_tick() -> None:
    assert START_PRICES.keys() == INSTRUMENTS.keys()
    for symbol, price in START_PRICES.items():
        assert on_step(price, INSTRUMENTS[symbol].tick_size), symbol


async def test_a_step_moves_only_what_is_watched() -> None:
    prices = SimulatedPrices(ManualClock(), 1)
    await prices.watch("ETH/USDT")
    ticks = prices.ticks()
    prices.step()
    assert (await anext(ticks)).symbol == "ETH/USDT"
    prices.step()
    prices.close()
    assert [quote.symbol async for quote in ticks] == ["ETH/USDT"]
    assert (await prices.quote("BTC/USDT")).mid == START_PRICES["BTC/USDT"]
    assert prices.latest("SOL/USDT") is None


async def test_a_script_is_played_before_the_walk_goes_on() -> None:
    prices = SimulatedPrices(ManualClock(), 1)
    await prices.watch("EUR/USD")
    prices.script("EUR/USD", [D("1.1"), D("1.0512345")])
    seen = []
    for _ in range(3):
        prices.step()
        latest = prices.latest("EUR/USD")
        assert latest is not None
        seen.append(latest.mid)
    assert seen[:2] == [D("1.1"), D("1.05123")]
    assert 0 < abs(seen[2] - seen[1]) < D("0.001")


async def test_a_set_price_is_told_at_once_with_the_time_of_the_clock() -> None:
    clock = ManualClock()
    prices = SimulatedPrices(clock, 1)
    ticks = prices.ticks()
    told = prices.set_price("BTC/USDT", D(50_000))
    assert told == await anext(ticks) == prices.latest("BTC/USDT")
    assert (told.mid, told.at) == (D(50_000), clock.now())
    assert told.bid < told.mid < told.ask


@pytest.mark.parametrize("bad", ["0", "-5", "NaN", "Infinity"])
async def test_a_price_that_is_none_cannot_be_set(bad: str) -> None:
    prices = SimulatedPrices(ManualClock(), 1)
    with pytest.raises(ValueError, match="positive"):
        prices.set_price("BTC/USDT", D(bad))


async def test_a_symbol_can_be_listed_while_the_market_runs() -> None:
    prices = SimulatedPrices(ManualClock(), 1, {})
    with pytest.raises(VenueRefused) as refused:
        await prices.quote("ICNT/USDT")
    assert refused.value.code is Code.NO_PRICE
    with pytest.raises(VenueRefused):
        await prices.watch("ICNT/USDT")
    made = prices.list_symbol("ICNT", "USDT", D("0.25"), half_spread=0)
    assert prices.instruments["ICNT/USDT"] == made
    assert (await prices.quote("ICNT/USDT")).ask == D("0.25")
    assert prices.list_symbol("BTC", "USDT", D(64_000)) == INSTRUMENTS["BTC/USDT"]


async def test_a_price_near_nothing_stays_a_price() -> None:
    prices = SimulatedPrices(ManualClock(), 1, {})
    tick = prices.list_symbol("ABC", "USDT", D(1), half_spread=3).tick_size
    await prices.watch("ABC/USDT")
    assert prices.set_price("ABC/USDT", tick * 2).bid == tick
    for _ in range(200):
        prices.step()
    assert prices.set_price("ABC/USDT", D(1)).ask == D(1) + 3 * tick


async def test_the_market_steps_by_the_clock_until_it_closes() -> None:
    clock = ManualClock()
    prices = SimulatedPrices(clock, 1)
    await prices.watch("BTC/USDT")
    ticks = prices.ticks()
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(prices.run(2.0))
        first = await anext(ticks)
        await clock.advance(2.0)
        second = await anext(ticks)
        assert (second.at - first.at).total_seconds() == 2
        prices.close()
        await clock.advance(2.0)


async def test_a_slow_reader_gets_the_newest_of_each_symbol_and_holds_no_more() -> None:
    fan = Fan[int](lambda number: str(number % 3))
    slow = fan.reader()
    for number in range(10_000):
        fan.publish(number)
    assert slow.waiting == 3
    fan.close()
    assert [number async for number in slow] == [9_999, 9_997, 9_998]


async def test_readers_are_independent_and_a_late_one_sees_only_what_comes() -> None:
    fan = Fan[int](str)
    early = fan.reader()
    fan.publish(1)
    late = fan.reader()
    fan.publish(2)
    fan.close()
    assert [n async for n in early] == [1, 2]
    assert [n async for n in late] == [2]
    assert [n async for n in fan.reader()] == []


async def test_a_reader_nobody_holds_is_forgotten() -> None:
    fan = Fan[int](str)
    kept, dropped = fan.reader(), fan.reader()
    del dropped
    gc.collect()
    fan.publish(1)
    assert len(fan._readers) == 1
    assert await anext(kept) == 1


async def test_a_reader_wakes_when_something_comes() -> None:
    fan = Fan[int](str)
    reader = fan.reader()
    async with asyncio.TaskGroup() as tasks:
        waiting = tasks.create_task(anext(reader))
        await asyncio.sleep(0)
        fan.publish(5)
    assert waiting.result() == 5
