"""A close and the stop at the venue may come together: what is not this trade's stays untouched."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from decimal import Decimal

import pytest
from sqlalchemy import update

from engine.types import ZERO, ClosedReason, ClosePart, ExecutionReport, OrderState, OrderType, Position
from storage.tables import trading_presets
from storage.unit_of_work import UnitOfWork
from tests.execution.bench import Bench, check
from tests.execution.fake_venue import Accepted, D, answer_lost, lost
from tests.storage.worlds import entry, post, price

ALL = ClosePart(quantity=D(10), reason=ClosedReason.MANUAL)


async def stop_filled_unheard(bench: Bench, quantity: Decimal | None = None) -> Accepted:
    """Ten are held beside ten of the owner's own; the stop at the venue fills and nobody tells."""
    await bench.enter()
    bench.venue.foreign("BTC/USDT", D(10))
    (stop,) = bench.venue.resting()
    bench.venue.fill(stop, quantity, price=D(90))
    return stop


async def second_trade(bench: Bench, risk: str = "0.5") -> tuple[Position, Position]:
    """Two trades of one symbol: the stop of the first at 90, of the second at 95."""
    await bench.database.write(lambda tx: allow_two(tx, "0.5"))
    await bench.enter()
    return await trade_beside(bench, risk)


async def trade_beside(bench: Bench, risk: str = "0.5") -> tuple[Position, Position]:
    """Another trade of the symbol that is traded already, with its stop at 95."""
    await bench.database.write(lambda tx: allow_two(tx, risk))
    world, now = bench.world, bench.clock.now()

    def publish(tx: UnitOfWork):
        signal = tx.signals.publish(world.ann_channel, post(2), entry(stop_loss=price("95")), "1" * 64, now)
        return tx.executions.open(signal, world.ann_account, now)

    bench.trader.start((await bench.database.write(publish),))
    await bench.quiet()
    one, other = await bench.database.read(lambda tx: tx.positions.open())
    return one, other


def allow_two(tx: UnitOfWork, risk: str) -> None:
    columns = trading_presets.c
    values = {columns.max_positions: 9, columns.max_positions_per_symbol: 9, columns.risk_per_trade_pct: D(risk)}
    tx.connection.execute(update(trading_presets).values(values))


def fills_when_cancelled(
    bench: Bench, order: Accepted, quantity: Decimal | None, at: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The venue is faster: this much of the order trades at the moment at which we take it back."""
    cancel = bench.venue.cancel

    async def late(client_order_id: str, symbol: str) -> ExecutionReport:
        if client_order_id == order.request.client_order_id and not order.fills:
            bench.venue.fill(order, quantity, price=D(at))
        return await cancel(client_order_id, symbol)

    monkeypatch.setattr(bench.venue, "cancel", late)


@pytest.mark.parametrize("spot", [False, True])
async def test_a_stop_that_filled_unheard_is_not_carried_out_again_here(bench: Bench, spot: bool) -> None:
    bench.venue.stops_lock = spot
    await stop_filled_unheard(bench)
    await bench.tick("89.5")
    await bench.run(120)
    position = await bench.position()
    assert bench.venue.net("BTC/USDT") == D(10)
    assert (position.is_open, position.closed_reason) == (False, ClosedReason.SL)
    assert await bench.states("C") == [OrderState.VOID]


@pytest.mark.parametrize("spot", [False, True])
async def test_a_close_leaves_out_what_the_stop_has_sold_meanwhile(bench: Bench, spot: bool) -> None:
    bench.venue.stops_lock = spot
    await stop_filled_unheard(bench, D(6))
    await bench.trader.act(await bench.position(), (ALL,))
    await bench.run(60)
    assert bench.venue.net("BTC/USDT") == D(10)
    (order,) = await bench.orders("C")
    assert (order.request.quantity, order.state) == (D(4), OrderState.FILLED)
    assert not bench.venue.resting()


async def test_a_stop_on_spot_is_replaced_by_no_larger_one_than_is_left(bench: Bench) -> None:
    bench.venue.stops_lock = True
    await stop_filled_unheard(bench, D(6))
    await bench.trader.move_stop(await bench.position(), D(95), ClosedReason.SL)
    await bench.quiet()
    assert [o.left for o in bench.venue.resting()] == [D(4)]


@pytest.mark.parametrize("filled, left", [(None, []), (D(6), [D(4)])])
async def test_F13_a_stop_that_fills_while_it_is_replaced_leaves_no_larger_one(
    bench: Bench, filled: Decimal | None, left: list[Decimal], monkeypatch: pytest.MonkeyPatch
) -> None:
    await bench.enter()
    (stop,) = bench.venue.resting()
    fills_when_cancelled(bench, stop, filled, "90", monkeypatch)
    await bench.trader.move_stop(await bench.position(), D(95), ClosedReason.SL)
    await bench.quiet()
    assert [o.left for o in bench.venue.resting()] == left
    await check(bench)


async def test_F13_an_entry_that_fills_while_a_closed_trade_takes_it_back_has_its_stop(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.venue.slices.append(D(4))
    await bench.enter()
    (entry,) = (o for o in bench.venue.resting() if not o.request.reduce_only)
    (stop,) = (o for o in bench.venue.resting() if o.request.reduce_only)
    cancel = bench.venue.cancel

    async def late(client_order_id: str, symbol: str) -> ExecutionReport:
        if client_order_id == entry.request.client_order_id and entry.filled == D(4):
            bench.venue.fill(entry, D(2))
        return await cancel(client_order_id, symbol)

    monkeypatch.setattr(bench.venue, "cancel", late)
    bench.venue.say(bench.venue.fill(stop, price=D(90)))
    await bench.quiet()
    assert [o.left for o in bench.venue.resting()] == [(await bench.position()).quantity] == [D(2)]
    await check(bench)


async def test_the_stop_of_one_trade_does_not_eat_the_other(bench: Bench) -> None:
    one, _ = await second_trade(bench)
    stop = next(o for o in bench.venue.resting() if o.request.trigger == D(95))
    bench.venue.fill(stop, price=D(95))
    await bench.tick("94.5")
    await bench.run(70)
    assert bench.venue.net("BTC/USDT") == one.quantity


async def test_a_stop_that_is_not_answered_for_holds_a_close_up_no_longer_than_that(bench: Bench) -> None:
    await bench.enter()
    bench.venue.script("find", lost())
    await bench.trader.act(await bench.position(), (ALL,))
    assert not (await bench.position()).is_open
    await check(bench)


async def test_a_venue_that_keeps_silent_about_the_stop_delays_the_close_by_two_seconds(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    await bench.enter()

    async def silence(client_order_id: str, symbol: str) -> None:
        await asyncio.Event().wait()

    monkeypatch.setattr(bench.venue, "find", silence)
    bench.spawn("close", bench.trader.act(await bench.position(), (ALL,)))
    await bench.run(1)
    assert (await bench.position()).is_open
    await bench.run(2)
    assert not (await bench.position()).is_open


async def test_a_close_waits_for_the_stop_where_another_trade_could_be_closed_instead(bench: Bench) -> None:
    one, other = await second_trade(bench)
    stop = next(o for o in bench.venue.resting() if o.request.trigger == D(95))
    bench.venue.fill(stop, price=D(95))
    bench.venue.script("find", lost())
    await bench.trader.act(other, (ALL,))
    assert bench.venue.net("BTC/USDT") == one.quantity
    await bench.run(10)
    assert bench.venue.net("BTC/USDT") == one.quantity
    found = await bench.database.read(lambda tx: tx.positions.get(other.id))
    assert found is not None
    assert found.closed_reason is ClosedReason.SL


@pytest.mark.parametrize("spot", [False, True])
async def test_F48_a_stop_that_nobody_has_seen_yet_holds_a_close_up_where_another_trade_could_be_closed_instead(
    bench: Bench, spot: bool
) -> None:
    """It was taken without an answer, and has filled."""
    bench.venue.stops_lock = spot
    bench.venue.script("place", None, None, None, answer_lost())
    bench.venue.script("find", *[lost()] * 4)
    one, other = await second_trade(bench)
    stop = next(o for o in bench.venue.resting() if o.request.trigger == D(95))
    bench.venue.fill(stop, price=D(95))
    bench.spawn("close", bench.trader.act(other, (ALL,)))
    await bench.run(2)
    assert bench.venue.net("BTC/USDT") == one.quantity
    await bench.run(30)
    found = await bench.database.read(lambda tx: tx.positions.get(other.id))
    assert found is not None and found.closed_reason is ClosedReason.SL
    assert bench.venue.net("BTC/USDT") == one.quantity


async def test_F48_a_stop_that_never_arrived_holds_a_close_up_until_that_is_certain(bench: Bench) -> None:
    bench.venue.script("place", None, None, None, lost())
    one, other = await second_trade(bench)
    bench.spawn("close", bench.trader.act(other, (ALL,)))
    await bench.run(5)
    assert bench.venue.net("BTC/USDT") == one.quantity + other.quantity
    await bench.run(15)
    found = await bench.database.read(lambda tx: tx.positions.get(other.id))
    assert found is not None and found.closed_reason is ClosedReason.MANUAL
    assert bench.venue.net("BTC/USDT") == one.quantity
    assert [o.request.trigger for o in bench.venue.resting()] == [D(90)]


async def test_F48_a_stop_that_nobody_has_seen_yet_holds_up_no_close_of_a_trade_that_is_alone(bench: Bench) -> None:
    bench.venue.script("place", None, lost())
    opened = await bench.enter()
    await bench.trader.act(opened, (ALL,))
    assert not (await bench.position()).is_open
    await bench.run(30)
    await check(bench)


async def test_a_stop_that_filled_unheard_is_not_booked_on_the_other_trade(bench: Bench) -> None:
    one, other = await second_trade(bench, risk="0.1")
    stop = next(o for o in bench.venue.resting() if o.request.trigger == D(95))
    bench.venue.fill(stop, price=D(95))
    bench.spawn("compare", bench.recovery.compare())
    await bench.run(10)
    first, second = await bench.database.read(lambda tx: (tx.positions.get(one.id), tx.positions.get(other.id)))
    assert first is not None and second is not None
    assert first.quantity == one.quantity == bench.venue.net("BTC/USDT")
    assert (second.is_open, second.closed_reason) == (False, ClosedReason.SL)


async def test_a_close_whose_trades_are_not_shown_yet_is_ours(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """The venue has carried it out, and shows it as open until it shows its trades."""
    await bench.enter()
    shown = Accepted.report
    hidden = True

    def report(order: Accepted) -> ExecutionReport:
        told = shown(order)
        is_close = order.request.reduce_only and order.request.order_type is OrderType.MARKET
        return replace(told, state=OrderState.ACKED, filled=ZERO, fills=()) if hidden and is_close else told

    monkeypatch.setattr(Accepted, "report", report)
    await bench.trader.act(await bench.position(), (ALL,))
    bench.spawn("compare", bench.recovery.compare())
    await bench.run(8)
    hidden = False
    await bench.run(10)
    position = await bench.position()
    assert (position.is_open, position.closed_reason) == (False, ClosedReason.MANUAL)
