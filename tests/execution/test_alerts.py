"""An open trade that nobody trades any more, or that has no price: its owner hears of it, once a day."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from engine.errors import Code, VenueRefused, VenueSilent
from engine.positions.alerts import QUIET, Alerts
from engine.types import OrderState
from tests.execution.bench import Bench
from tests.execution.fake_venue import Fault
from tests.execution.test_crowd import crowd

NO_SYMBOL = Fault(VenueRefused("not listed", code=Code.SYMBOL_UNKNOWN))
NO_PRICE = Fault(VenueRefused("no price", code=Code.NO_PRICE))
SILENT = Fault(VenueSilent("timeout"))


def alerts(bench: Bench) -> Alerts:
    return Alerts(
        store=bench.books, clock=bench.clock, venue_of=bench.trader.venue_by_id,
        silence=lambda position_id: bench.monitor.silence(position_id) or 0.0, on_change=bench.changes.append,
    )  # fmt: skip


async def troubles(bench: Bench) -> list[str]:
    return [payload["code"] for kind, payload in await bench.told() if kind == "trouble"]


async def test_F28_a_symbol_that_is_not_traded_any_more_is_told_once_a_day(bench: Bench) -> None:
    await bench.enter()
    told = alerts(bench)
    await told.run()
    assert await troubles(bench) == []
    bench.venue.script("instrument", *[NO_SYMBOL] * 3)
    await told.run()
    await told.run()
    assert await troubles(bench) == ["symbol_halted"]
    await bench.clock.advance(86_400)
    await told.run()
    assert await troubles(bench) == ["symbol_halted"] * 2
    position = await bench.position()
    assert position.is_open and position.sl_price is not None
    assert all(order.state is not OrderState.REJECTED for order in await bench.orders())


async def test_F28_a_venue_that_cannot_be_asked_has_halted_nothing(bench: Bench) -> None:
    await bench.enter()
    bench.venue.script("instrument", SILENT)
    await alerts(bench).run()
    assert await troubles(bench) == []


@pytest.mark.parametrize("trouble", ["silent", "strange"])
async def test_F28_what_is_wrong_at_one_exchange_keeps_no_word_from_the_others(
    bench: Bench, trouble: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    await crowd(bench)
    await bench.enter()
    by_id = bench.trader.venue_by_id

    async def venue_of(connection_id: int) -> Any:
        if connection_id != bench.world.ann_account.id:
            if trouble == "strange":
                raise KeyError("symbols")
            await bench.clock.sleep(600)
        return await by_id(connection_id)

    bench.venue.script("instrument", *[NO_SYMBOL] * 4)
    monkeypatch.setattr(bench.trader, "venue_by_id", venue_of)
    bench.spawn("alerts", alerts(bench).run())
    await bench.run(1)
    assert await troubles(bench) == ["symbol_halted"]
    assert not bench.failures


async def test_F28_a_trade_that_ended_meanwhile_is_not_told(bench: Bench) -> None:
    position = await bench.enter()
    told = alerts(bench)
    await bench.tick("80")
    assert not (await bench.position()).is_open
    await told._tell(position, Code.SYMBOL_HALTED)
    assert await troubles(bench) == []


@pytest.mark.parametrize("fault", [NO_PRICE, SILENT])
async def test_F30_a_stop_of_ours_that_waits_without_a_price_is_told(bench: Bench, fault: Fault) -> None:
    bench.venue.stops_rest_here = False
    await bench.enter()
    await bench.tick("100")
    told = alerts(bench)
    bench.venue.script("quote", *[fault] * 4)
    await bench.clock.advance(QUIET)
    await told.run()
    assert await troubles(bench) == []
    await bench.clock.advance(1)
    await told.run()
    await told.run()
    assert await troubles(bench) == ["prices_stand"]
    assert (await bench.position()).is_open


async def test_F30_a_stream_that_is_only_late_is_no_news(bench: Bench) -> None:
    bench.venue.stops_rest_here = False
    await bench.enter()
    await bench.clock.advance(QUIET + 1)
    await alerts(bench).run()
    assert await troubles(bench) == []


async def test_F30_a_stop_that_rests_at_the_exchange_needs_no_price_of_ours(bench: Bench) -> None:
    await bench.enter()
    bench.venue.script("quote", *[NO_PRICE] * 4)
    await bench.clock.advance(QUIET + 1)
    await alerts(bench).run()
    assert await troubles(bench) == []


async def test_F30_without_a_stream_there_is_no_price_from_the_start(bench: Bench) -> None:
    bench.venue.stops_rest_here = False
    position = await bench.enter()
    assert bench.monitor.silence(position.id) == 0
    assert bench.monitor.silence(position.id + 1) is None
    await bench.clock.advance(7)
    assert bench.monitor.silence(position.id) == 7
    bench.prices.known.clear()
    await bench.tick("100")
    assert bench.monitor.silence(position.id) == 0
    assert bench.venue.bid == Decimal(100)
