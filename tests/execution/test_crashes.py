"""The process ends after every single commit, and in place of every single one, whatever the venue does meanwhile."""

from __future__ import annotations

import contextlib
import itertools
import os
from functools import partial
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from engine.analytics.daily import DayEnd
from engine.events import DayClosed
from engine.execution.orders import is_entry
from engine.ports import Tx
from engine.types import ClosedReason, ClosePart, Execution, Order, OrderState, OrderType, Position
from storage import tables
from storage.unit_of_work import UnitOfWork
from tests.clocks import NOON, ManualClock
from tests.execution.bench import Bench, Crash, check
from tests.execution.fake_venue import D, FakeVenue, Fault, answer_lost, broken, busy, late, lost
from tests.stores import fresh_database

FAULTS: dict[str, list[Fault | None]] = {
    "quiet": [],
    "lost": [lost(), None, lost()],
    "answers lost": [answer_lost(), answer_lost(), answer_lost()],
    "late": [late(2), late(4)],
    "broken": [broken(), None, broken()],
    "busy": [busy(3), busy(1)],
}


CASES = [(faults, mid_air, spot) for faults in FAULTS for mid_air in (False, True) for spot in (False, True)]
# Every fault once, both ways to end and both kinds of account in turn; KILL_MATRIX=1 runs every combination.
SOME = [CASES[n] for n in (0, 3, 6, 9, 12, 19, 21)]
ALL = bool(os.environ.get("KILL_MATRIX"))


async def story(bench: Bench) -> None:
    """In at 100; the first target takes half and puts the stop to the entry; the rest is closed by hand."""
    bench.trader.start((bench.execution,))
    await bench.run(20)
    await bench.tick("112")
    await bench.run(20)
    position = await bench.maybe()
    if position is not None and position.is_open:
        bench.spawn("wish", _close(bench, position))
    await bench.run(20)


async def _close(bench: Bench, position: Position) -> None:
    wish = ClosePart(quantity=position.quantity, reason=ClosedReason.MANUAL, key="press")
    await bench.trader.act(position, (wish,))


async def settled(bench: Bench) -> None:
    """Enough time and rounds for whatever was left behind."""
    for _ in range(3):
        await bench.run(20)
        await bench.recovery.take_up()
        await bench.quiet()


async def whole(tmp_path: Path, stops_lock: bool = False) -> Bench:
    clock = ManualClock()
    venue = FakeVenue(clock)
    venue.stops_lock = stops_lock
    return await Bench.open(await fresh_database(tmp_path, clock), clock, venue)


@pytest.mark.parametrize(("faults", "mid_air", "stops_lock"), CASES if ALL else SOME)
async def test_K_a_crash_at_every_commit(tmp_path: Path, faults: str, mid_air: bool, stops_lock: bool) -> None:
    commits = 1
    while True:
        bench = await whole(tmp_path, stops_lock)
        bench.venue.script("place", *FAULTS[faults])
        bench.venue.script("cancel", *FAULTS[faults])
        bench.books.dies_after, bench.books.mid_air = commits, mid_air
        await story(bench)
        died = bench.books.dies_after == 0
        new = await bench.reborn()
        await settled(new)
        await check(new)
        entries = [o for o in new.venue.orders(OrderType.MARKET) if not o.request.reduce_only]
        assert len(entries) == 1 or (not entries and (await new.kinds())), "lost without a word"
        await new.close()
        await bench.database.close()
        if not died:
            return
        commits += 1


steps = st.one_of(
    st.tuples(st.just("tick"), st.sampled_from(["89", "95", "101", "112", "121", "130"])),
    st.tuples(st.just("wait"), st.sampled_from([1, 6, 30])),
    st.tuples(st.just("close"), st.sampled_from(["1", "5", "10"])),
    st.tuples(st.just("place"), st.sampled_from([lost(), answer_lost(), late(3), broken(), busy(2)])),
    st.tuples(st.just("cancel"), st.sampled_from([lost(), answer_lost(), broken()])),
    st.tuples(st.just("find"), st.sampled_from([lost(), broken()])),
    st.tuples(st.just("part"), st.sampled_from(["0.4", "3"])),
    st.tuples(st.just("crash"), st.integers(1, 6)),
    st.tuples(st.just("cancel entries"), st.just("")),
    st.tuples(st.just("round"), st.just("")),
)


@settings(max_examples=500 if ALL else 25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(happenings=st.lists(steps, max_size=14), stops_lock=st.booleans())
async def test_whatever_happens_in_whatever_order(
    tmp_path_factory: pytest.TempPathFactory, happenings: list[tuple[str, object]], stops_lock: bool
) -> None:
    bench = await whole(tmp_path_factory.mktemp("any"), stops_lock)
    bench.trader.start((bench.execution,))
    for number, (what, value) in enumerate(happenings):
        bench = await happen(bench, what, value, number)
    bench.venue.heal()
    bench = await bench.reborn()
    await settled(bench)
    await bench.run(60)
    await check(bench)
    await bench.close()
    await bench.database.close()


async def happen(bench: Bench, what: str, value: object, number: int) -> Bench:
    if what == "tick":
        await bench.tick(str(value))
    elif what == "wait":
        await bench.run(float(str(value)))
    elif what == "close":
        position = await bench.maybe()
        if position is not None and position.is_open:
            wish = ClosePart(quantity=D(str(value)), reason=ClosedReason.MANUAL, key=f"press {number}")
            bench.spawn("wish", _act(bench, position, wish))
    elif what == "part":
        bench.venue.slices.append(D(str(value)))
    elif what == "crash":
        bench.books.dies_after = int(str(value))
        await bench.run(5)
        return await bench.reborn()
    elif what == "cancel entries":
        bench.spawn("take back", _take_back(bench))
    elif what == "round":
        bench.spawn("round", bench.recovery.take_up())
    else:
        bench.venue.script(what, value)  # type: ignore[arg-type]
    return bench


async def _act(bench: Bench, position: Position, wish: ClosePart) -> None:
    await bench.trader.act(position, (wish,))


async def _take_back(bench: Bench) -> None:
    await bench.trader.cancel_entries(bench.execution.id, ClosedReason.MANUAL)


# --- many at once ------------------------------------------------------------------------------------

FOLLOWERS = 5


async def followed(bench: Bench) -> tuple[Execution, ...]:
    """The same signal on several accounts more, recorded and not yet begun."""

    def more(tx: UnitOfWork) -> tuple[Execution, ...]:
        accounts = [tx.accounts.add_paper(bench.world.ann, f"Paper {n}", NOON) for n in range(FOLLOWERS)]
        opened = (tx.executions.open(bench.world.signal, account, NOON) for account in accounts)
        return (bench.execution, *(execution for execution in opened if execution is not None))

    return await bench.database.write(more)


@pytest.mark.parametrize("mid_air", [False, True])
async def test_K05_killed_with_half_of_the_followers_planned_each_trades_once(tmp_path: Path, mid_air: bool) -> None:
    for commits in itertools.count(1, 1 if ALL else 4):
        bench = await whole(tmp_path)
        executions = await followed(bench)
        bench.books.dies_after, bench.books.mid_air = commits, mid_air
        bench.trader.start(executions)
        await bench.run(5)
        died = bench.books.dies_after == 0
        new = await bench.reborn()
        await settled(new)
        by_id = {one.request.client_order_id: one for one in new.venue.orders()}
        assert len(by_id) == len(new.venue.book), "the same id went out twice"
        for execution in executions:
            mine = await new.database.read(partial(_trade_of, execution_id=execution.id))
            entries = [order for order in mine[0] if is_entry(order)]
            bought = [by_id[o.request.client_order_id] for o in entries if o.request.client_order_id in by_id]
            assert len(bought) == 1 and bought[0].state is OrderState.FILLED, "not once"
            assert mine[1] is not None and mine[1].is_open and mine[1].quantity == bought[0].filled
        await new.close()
        await bench.database.close()
        if not died:
            return


def _trade_of(tx: Tx, *, execution_id: int) -> tuple[tuple[Order, ...], Position | None]:
    return tx.orders.of_execution(execution_id), tx.positions.of_execution(execution_id)


@pytest.mark.parametrize("mid_air", [False, True])
async def test_K20_killed_while_days_are_closed_each_account_gets_one_report(tmp_path: Path, mid_air: bool) -> None:
    for commits in itertools.count(1):
        bench = await whole(tmp_path)
        accounts = len(await bench.database.read(lambda tx: tx.connections.active()))
        await bench.clock.advance(86_400)
        bench.books.dies_after, bench.books.mid_air = commits, mid_air
        with contextlib.suppress(Crash):
            await _day_end(bench).run()
        died = bench.books.dies_after == 0
        new = await bench.reborn()
        for _ in range(2):
            await _day_end(new).run()
        told = [payload for kind, payload in await new.told() if kind == DayClosed.kind]
        assert accounts > 2
        assert len(told) == accounts
        saved = await new.database.read(_reports)
        assert len(saved) == len(set(saved)) == accounts
        await new.close()
        await bench.database.close()
        if not died:
            return


def _day_end(bench: Bench) -> DayEnd:
    return DayEnd(store=bench.books, clock=bench.clock, trader=bench.trader, on_change=lambda: None)


def _reports(tx: UnitOfWork) -> list[tuple[int, object]]:
    c = tables.execution_analytics.c
    return [(row.connection_id, row.date) for row in tx.connection.execute(select(c.connection_id, c.date))]
