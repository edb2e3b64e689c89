"""Signals, executions, orders, fills and positions come back as they were, and their rules hold."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from engine.errors import StaleVersion
from engine.ports import Head
from engine.types import (
    ClosedReason,
    Direction,
    EntryPoint,
    ExecutionStatus,
    Exposure,
    Fill,
    Level,
    LevelKind,
    Order,
    OrderState,
    Position,
    PositionStatus,
    Target,
    TradingState,
)
from storage.database import Database
from storage.repositories.positions import Positions
from storage.tables import execution_logs, execution_positions, signal_take_profits, signals
from storage.unit_of_work import UnitOfWork
from tests.clocks import NOON, ManualClock
from tests.storage import worlds
from tests.storage.worlds import World, entry, fill, plan, post, rungs

LATER = NOON + timedelta(hours=1)


@pytest.fixture
async def world(database: Database) -> World:
    return await worlds.world(database)


def row_of(table: Any, row_id: int) -> Callable[[UnitOfWork], Any]:
    return lambda unit: unit.connection.execute(select(table).where(table.c.id == row_id)).one()


# --- signals ---------------------------------------------------------------------------------------


async def test_a_signal_comes_back_whole(database: Database, world: World) -> None:
    assert await database.read(lambda unit: unit.signals.get(world.signal.id)) == world.signal
    assert await database.read(lambda unit: unit.signals.get(world.signal.id + 999)) is None
    second = await database.write(
        lambda unit: unit.signals.publish(world.ann_channel, post(), entry(symbol_base="ETH"), "1" * 64, NOON)
    )
    found = await database.read(lambda unit: unit.signals.of_message(world.ann_channel.id, 1))
    assert found == (world.signal, second)
    assert await database.read(lambda unit: unit.signals.of_message(world.bob_channel.id, 1)) == ()


async def test_a_signals_figures_are_columns_too(database: Database, world: World) -> None:
    zone = EntryPoint(low=Decimal(99), high=Decimal(101))
    levels = (
        Target(level=worlds.price("110"), share=Decimal(40)),
        Target(level=Level(kind=LevelKind.PERCENT, value=Decimal(3))),
        Target(level=Level(kind=LevelKind.PIPS, value=Decimal(50))),
    )
    read = entry(entries=(zone,), take_profits=levels)
    signal = await database.write(
        lambda unit: unit.signals.publish(world.ann_channel, post(7, text="a\x00b"), read, "2" * 64, NOON)
    )
    row = await database.read(row_of(signals, signal.id))
    assert (row.title, row.currency_pair, row.open_price, row.sl, row.tp) == ("BUY BTC/USDT", "BTC/USDT", 100, 90, 110)
    assert (row.is_published, row.published_date, row.description) == (True, NOON, "a\ufffdb")
    targets = select(signal_take_profits).where(signal_take_profits.c.signal_id == signal.id).order_by("tp_level")
    rows = await database.read(lambda unit: unit.connection.execute(targets).all())
    assert [tuple(one)[1:] for one in rows] == [(1, 110, None, 40), (2, None, 3, None), (3, None, None, None)]


async def test_a_signal_at_the_market_without_stop_or_quote(database: Database, world: World) -> None:
    bare = entry(symbol_quote=None, stop_loss=None, take_profits=())
    signal = await database.write(lambda unit: unit.signals.publish(world.ann_channel, post(8), bare, "3" * 64, NOON))
    row = await database.read(row_of(signals, signal.id))
    assert (row.currency_pair, row.open_price, row.sl, row.tp) == ("BTC", None, None, None)


# --- executions ------------------------------------------------------------------------------------


async def test_one_execution_for_a_signal_on_a_connection(database: Database, world: World) -> None:
    assert await database.read(lambda unit: unit.executions.get(world.execution.id)) == world.execution
    assert await database.read(lambda unit: unit.executions.get(world.execution.id + 999)) is None
    again = await database.write(lambda unit: unit.executions.open(world.signal, world.ann_account, NOON))
    assert again is None
    elsewhere = await database.write(lambda unit: unit.executions.open(world.signal, world.bob_account, NOON))
    assert elsewhere is not None
    assert elsewhere.connection == world.bob_account


async def test_a_plan_comes_back_whole(database: Database, world: World) -> None:
    assert await database.read(lambda unit: unit.executions.plan_of(world.execution.id)) is None
    await database.write(lambda unit: unit.executions.reserve(world.execution.id, plan()))
    assert await database.read(lambda unit: unit.executions.plan_of(world.execution.id)) == plan()
    row = await database.read(row_of(execution_logs, world.execution.id))
    assert (row.symbol, row.execution_type, row.quantity, row.entry_price) == ("BTC/USDT", "limit", 2, Decimal("100.5"))
    assert (row.sl_price, row.tp_price) == (90, 110)


async def test_unplanned_until_it_has_an_order(database: Database, world: World) -> None:
    assert await database.read(lambda unit: unit.executions.unplanned()) == (world.execution,)
    await database.write(lambda unit: unit.orders.add(world.order()))
    assert await database.read(lambda unit: unit.executions.unplanned()) == ()


async def test_settled_is_not_unplanned(database: Database, world: World) -> None:
    await database.write(
        lambda unit: unit.executions.settle(
            world.execution.id, ExecutionStatus.SKIPPED, LATER, code="no_stop", details={"stop": "none"}
        )
    )
    assert await database.read(lambda unit: unit.executions.unplanned()) == ()
    seen = await database.read(lambda unit: unit.executions.get(world.execution.id))
    assert seen == replace(world.execution, status=ExecutionStatus.SKIPPED, reason_code="no_stop")
    row = await database.read(row_of(execution_logs, world.execution.id))
    assert (row.details, row.error_message, row.executed_at) == ({"stop": "none"}, "stop: none", None)


async def test_settling_adds_and_does_not_forget(database: Database, world: World) -> None:
    def settle(unit: UnitOfWork) -> None:
        unit.orders.add(world.order(venue_order_id="v77"))
        unit.executions.settle(world.execution.id, ExecutionStatus.PARTIAL, NOON, code="x", response={"raw": 1})
        unit.executions.settle(world.execution.id, ExecutionStatus.FILLED, LATER)

    await database.write(settle)
    row = await database.read(row_of(execution_logs, world.execution.id))
    assert (row.status, row.reason_code, row.response_data) == (ExecutionStatus.FILLED, "x", {"raw": 1})
    assert (row.order_id, row.executed_at) == ("v77", LATER)


async def test_alive_while_an_entry_waits_or_a_position_follows(database: Database, world: World) -> None:
    async def alive() -> bool:
        found = await database.read(lambda unit: unit.executions.alive_of_source(world.ann_channel.id))
        return found == (world.execution,)

    assert await alive()  # nothing is ordered yet: it can still be called off
    order = await database.write(lambda unit: unit.orders.add(world.order(state=OrderState.ACKED)))
    assert await alive()
    assert await database.read(lambda unit: unit.executions.alive_of_source(world.bob_channel.id)) == ()
    await database.write(lambda unit: unit.orders.save(replace(order, state=OrderState.FILLED)))
    assert not await alive()
    position = await database.write(lambda unit: unit.positions.add(world.position()))
    assert await alive()
    position = await database.write(lambda unit: unit.positions.save(replace(position, detached=True)))
    assert not await alive()
    stop = world.order("S", client_order_id="s2", request=worlds.request("s2", reduce_only=True))
    await database.write(lambda unit: unit.orders.add(replace(stop, state=OrderState.ACKED)))
    assert not await alive()


# --- orders ----------------------------------------------------------------------------------------


async def test_an_order_comes_back_whole(database: Database, world: World) -> None:
    full = world.order(
        state=OrderState.PARTIAL,
        purpose="tp",
        venue_order_id="v1",
        filled=Decimal("0.7"),
        request_ts=NOON,
        dead_at=LATER,
        probes=2,
        resends=1,
        reason="slow",
        request=worlds.request(reduce_only=True, leverage=3, trigger=Decimal("99.99")),
    )
    added = await database.write(lambda unit: unit.orders.add(full))
    assert added == replace(full, id=added.id)
    assert await database.read(lambda unit: unit.orders.get(added.id)) == added
    by_client = await database.read(lambda unit: unit.orders.by_client_id(world.ann_account.id, "s1"))
    assert by_client == added
    assert await database.read(lambda unit: unit.orders.by_client_id(world.bob_account.id, "s1")) is None
    assert await database.read(lambda unit: unit.orders.of_execution(world.execution.id)) == (added,)


@pytest.mark.parametrize(
    ("leg", "attempt", "client"),
    [pytest.param("E1", 1, "other", id="same-leg"), pytest.param("E2", 1, "s1", id="same-client-id")],
)
async def test_an_attempt_exists_once(database: Database, world: World, leg: str, attempt: int, client: str) -> None:
    await database.write(lambda unit: unit.orders.add(world.order()))
    with pytest.raises(IntegrityError):
        await database.write(lambda unit: unit.orders.add(world.order(leg, attempt, client)))
    await database.write(lambda unit: unit.orders.add(world.order("E1", 2, "other")))


async def test_a_stale_order_is_not_saved(database: Database, world: World) -> None:
    order = await database.write(lambda unit: unit.orders.add(world.order()))
    saved = await database.write(lambda unit: unit.orders.save(replace(order, state=OrderState.SUBMITTING)))
    assert saved.version == 2
    with pytest.raises(StaleVersion, match="version 1"):
        await database.write(lambda unit: unit.orders.save(replace(order, state=OrderState.VOID)))
    assert await database.read(lambda unit: unit.orders.get(order.id)) == saved


def live_of(connection_id: int | None) -> Callable[[UnitOfWork], tuple[Order, ...]]:
    return lambda unit: unit.orders.live(connection_id)


@pytest.mark.parametrize("state", OrderState)
async def test_live_is_what_may_still_change(sqlite_database: Database, state: OrderState) -> None:
    world = await worlds.world(sqlite_database)
    order = await sqlite_database.write(lambda unit: unit.orders.add(world.order(state=state)))
    live = state in {
        OrderState.PLANNED, OrderState.SUBMITTING, OrderState.ACKED, OrderState.PARTIAL, OrderState.CANCELLING,
        OrderState.UNKNOWN, OrderState.QUARANTINED,
    }  # fmt: skip
    for connection_id in (None, world.ann_account.id):
        found = await sqlite_database.read(live_of(connection_id))
        assert found == ((order,) if live else ())
    assert await sqlite_database.read(lambda unit: unit.orders.live(world.bob_account.id)) == ()


async def test_a_fill_counts_once(database: Database, world: World) -> None:
    order = await database.write(lambda unit: unit.orders.add(world.order()))

    async def add(*fills: Fill) -> tuple[Fill, ...]:
        return await database.write(lambda unit: unit.orders.add_fills(order, fills))

    assert await add(fill("a"), fill("b")) == (fill("a"), fill("b"))
    assert await add(fill("b"), fill("c"), fill("c")) == (fill("c"),)
    assert await add() == ()


async def test_the_same_trade_id_on_another_account_is_another_trade(database: Database, world: World) -> None:
    theirs = await database.write(lambda unit: unit.executions.open(world.signal, world.bob_account, NOON))
    assert theirs is not None

    def both(unit: UnitOfWork) -> int:
        mine = unit.orders.add(world.order())
        other = unit.orders.add(replace(world.order(), execution_id=theirs.id, connection_id=world.bob_account.id))
        return len(unit.orders.add_fills(mine, (fill(),))) + len(unit.orders.add_fills(other, (fill(),)))

    assert await database.write(both) == 2


# --- positions -------------------------------------------------------------------------------------


def full_position(world: World) -> Position:
    return world.position(
        current_price=Decimal("101.1"),
        stop_reason=ClosedReason.TRAILING_SL,
        closed_reason=ClosedReason.TP,
        closed_at=LATER,
        status=PositionStatus.CLOSED,
        realised_pnl=Decimal("1.25"),
        fees=Decimal("0.003"),
        pnl=Decimal("-2.5"),
        pnl_percentage=Decimal("-1.66"),
        rate=Decimal("1.0001"),
        highest_price=Decimal(105),
        lowest_price=Decimal(95),
        trailing_stop_enabled=True,
        trailing_stop_distance=Decimal(2),
        trailing_stop_percentage=Decimal("1.5"),
        trailing_trigger_price=Decimal(104),
        breakeven_enabled=True,
        breakeven_trigger_price=Decimal(103),
        breakeven_trigger_tp=1,
        breakeven_offset=Decimal("-0.1"),
        sl_moved_to_breakeven=True,
        detached=True,
        seq=9,
        rungs=(replace(rungs()[0], closed_qty=Decimal("0.75"), closed_at=LATER), *rungs(5)[1:]),
    )


async def test_a_position_comes_back_whole(database: Database, world: World) -> None:
    position = full_position(world)
    added = await database.write(lambda unit: unit.positions.add(position))
    assert added == replace(position, id=added.id)
    assert await database.read(lambda unit: unit.positions.get(added.id)) == added
    assert await database.read(lambda unit: unit.positions.of_execution(world.execution.id)) == added
    assert await database.read(lambda unit: unit.positions.get(added.id + 999)) is None


async def test_the_first_rungs_are_columns_too(database: Database, world: World) -> None:
    await database.write(lambda unit: unit.orders.add(world.order(venue_order_id="v5")))
    position = await database.write(lambda unit: unit.positions.add(world.position(rungs=rungs(2))))
    row = await database.read(row_of(execution_positions, position.id))
    assert (row.tp_price, row.tp1_price, row.tp2_price, row.tp3_price) == (110, 110, 120, None)
    assert (row.tp1_close_pct, row.tp1_closed_at, row.tp1_closed_qty, row.order_id) == (50, None, 0, "v5")
    reached = replace(position.rungs[0], closed_qty=Decimal("0.75"), closed_at=LATER)
    await database.write(lambda unit: unit.positions.save(replace(position, rungs=(reached, *rungs(5)[1:]))))
    row = await database.read(row_of(execution_positions, position.id))
    assert (row.tp1_closed_at, row.tp1_closed_qty, row.tp3_price) == (LATER, Decimal("0.75"), 130)
    after = await database.read(lambda unit: unit.positions.get(position.id))
    assert after is not None
    assert [rung.level for rung in after.rungs] == [1, 2, 3, 4, 5]


async def test_an_execution_has_one_open_position(database: Database, world: World) -> None:
    first = await database.write(lambda unit: unit.positions.add(world.position()))
    with pytest.raises(IntegrityError):
        await database.write(lambda unit: unit.positions.add(world.position()))
    await database.write(lambda unit: unit.positions.save(replace(first, status=PositionStatus.CLOSED)))
    second = await database.write(lambda unit: unit.positions.add(world.position()))
    assert await database.read(lambda unit: unit.positions.of_execution(world.execution.id)) == second


async def test_a_stale_position_is_not_saved(database: Database, world: World) -> None:
    position = await database.write(lambda unit: unit.positions.add(world.position()))
    saved = await database.write(lambda unit: unit.positions.save(replace(position, sl_price=Decimal(95))))
    with pytest.raises(StaleVersion):
        await database.write(lambda unit: unit.positions.save(replace(position, sl_price=Decimal(80), rungs=())))
    assert await database.read(lambda unit: unit.positions.get(position.id)) == saved


async def test_lists_of_positions(database: Database, world: World) -> None:
    closed = await database.write(
        lambda unit: unit.positions.add(world.position(status=PositionStatus.CLOSED, closed_at=LATER))
    )
    opened = await database.write(lambda unit: unit.positions.add(world.position()))

    async def ask(work: Callable[[Positions], tuple[Position, ...]]) -> tuple[Position, ...]:
        return await database.read(lambda unit: work(unit.positions))

    ann, account = world.ann.id, world.ann_account.id
    assert await ask(lambda positions: positions.open()) == (opened,)
    assert await ask(lambda positions: positions.open(account)) == (opened,)
    heads = await database.read(lambda unit: unit.positions.heads())
    assert heads == (Head(opened.id, opened.version, account),)
    assert await ask(lambda positions: positions.open(world.bob_account.id)) == ()
    assert await ask(lambda positions: positions.of_user(ann)) == (opened,)
    assert await ask(lambda positions: positions.of_user(ann, only_open=False)) == (opened, closed)
    assert await ask(lambda positions: positions.of_user(ann, only_open=False, limit=1)) == (opened,)
    assert await ask(lambda positions: positions.of_user(world.bob.id, only_open=False)) == ()
    assert await ask(lambda positions: positions.closed_between(account, NOON, LATER)) == ()
    after = LATER + timedelta(seconds=1)
    assert await ask(lambda positions: positions.closed_between(account, LATER, after)) == (closed,)


async def test_prices_are_painted_without_a_new_version_and_only_on_open_ones(database: Database, world: World) -> None:
    closed = await database.write(lambda unit: unit.positions.add(world.position(status=PositionStatus.CLOSED)))
    opened = await database.write(lambda unit: unit.positions.add(world.position()))
    figures = (Decimal(111), Decimal("15.75"), Decimal("10.4477611940298507462686567"))

    def paint(unit: UnitOfWork) -> None:
        unit.positions.prices({}, LATER)
        unit.positions.prices({opened.id: figures, closed.id: figures}, LATER)

    await database.write(paint)
    painted = await database.read(lambda unit: unit.positions.get(opened.id))
    assert painted == replace(
        opened, current_price=figures[0], pnl=figures[1], pnl_percentage=Decimal("10.447761194029850746")
    )
    assert await database.read(lambda unit: unit.positions.get(closed.id)) == closed
    await database.write(lambda unit: unit.positions.save(replace(opened, sl_price=Decimal(99))))


def adding(order: Order) -> Callable[[UnitOfWork], Order]:
    return lambda unit: unit.orders.add(order)


async def test_exposure_counts_positions_and_entries_that_may_become_one(database: Database, world: World) -> None:
    account = world.ann_account.id

    async def exposure(symbol: str = "BTC/USDT") -> Exposure:
        return await database.read(lambda unit: unit.positions.exposure(account, symbol, NOON))

    assert await exposure() == Exposure()
    for order in (world.order("E1", client_order_id="one"), world.order("E2", client_order_id="two")):
        await database.write(adding(order))
    one = Exposure(open_positions=1, open_on_symbol=1, sides=frozenset({Direction.BUY}))
    assert await exposure() == one
    assert await exposure("ETH/USDT") == Exposure(open_positions=1)
    position = await database.write(lambda unit: unit.positions.add(world.position()))
    assert await exposure() == one  # the same trade, filled in part

    def end(unit: UnitOfWork) -> None:
        for order in unit.orders.live(account):
            unit.orders.save(replace(order, state=OrderState.CANCELLED))
        unit.orders.add(world.order("C", client_order_id="c", request=worlds.request("c", reduce_only=True)))
        loss: dict[str, Any] = {
            "status": PositionStatus.CLOSED,
            "closed_at": NOON,
            "realised_pnl": Decimal(-4),
            "pnl": Decimal(-5),
        }
        unit.positions.save(replace(position, **loss))

    await database.write(end)
    assert await exposure() == Exposure(realised_today=Decimal(-5))
    since = NOON + timedelta(microseconds=1)
    later = await database.read(lambda unit: unit.positions.exposure(account, "BTC/USDT", since))
    assert later == Exposure()


# --- the rest the engine asks ----------------------------------------------------------------------


async def test_who_is_trading(database: Database, world: World) -> None:
    """Whose price matters: an open position, or an entry that rests. Not one on its way, nor a resting exit."""

    async def trading() -> list[int]:
        return [one.id for one in await database.read(lambda unit: unit.connections.trading())]

    entry = await database.write(lambda unit: unit.orders.add(world.order(state=OrderState.SUBMITTING)))
    assert await trading() == []
    entry = await database.write(lambda unit: unit.orders.save(replace(entry, state=OrderState.ACKED)))
    assert await trading() == [world.ann_account.id]
    await database.write(lambda unit: unit.orders.save(replace(entry, state=OrderState.FILLED)))
    opened = await database.write(lambda unit: unit.positions.add(world.position()))
    assert await trading() == [world.ann_account.id]
    await database.write(lambda unit: unit.positions.save(replace(opened, status=PositionStatus.CLOSED)))
    stop = world.order("S", client_order_id="s2", state=OrderState.ACKED)
    stop = replace(stop, request=replace(stop.request, reduce_only=True))
    await database.write(lambda unit: unit.orders.add(stop))
    assert await trading() == []


async def test_states_of_people_and_connections(database: Database, world: World, clock: ManualClock) -> None:
    ann, account = world.ann.id, world.ann_account.id
    assert await database.read(lambda unit: unit.users.trading_state(ann)) is TradingState.ACTIVE
    assert await database.read(lambda unit: unit.users.trading_state(ann + 999)) is TradingState.HALTED
    assert await database.read(lambda unit: unit.users.timezone(ann)) == "UTC"
    assert await database.read(lambda unit: unit.users.timezone(ann + 999)) == "UTC"
    assert len(await database.read(lambda unit: unit.connections.active())) == 3

    def fail(unit: UnitOfWork) -> None:
        unit.connections.mark_used(account, LATER)
        unit.connections.mark_error(account, "key refused", LATER)

    await database.write(fail)
    assert len(await database.read(lambda unit: unit.connections.active())) == 2
    seen = await database.read(lambda unit: unit.connections.get(account))
    assert seen is not None
    assert (seen.status, seen.can_execute) == ("error", False)
    assert await database.read(lambda unit: unit.connections.get(account + 999)) is None


async def test_positions_whose_account_holds_the_other_side_are_found_by_account(
    database: Database, world: World
) -> None:
    kept = await database.write(lambda unit: unit.positions.add(world.position(crossed=True)))
    mine, other = world.ann_account.id, world.bob_account.id
    assert await database.read(lambda unit: unit.positions.crossed()) == (kept,)
    assert await database.read(lambda unit: unit.positions.crossed(mine)) == (kept,)
    assert await database.read(lambda unit: unit.positions.crossed(other)) == ()
    await database.write(lambda unit: unit.positions.save(replace(kept, crossed=False)))
    assert await database.read(lambda unit: unit.positions.crossed()) == ()
