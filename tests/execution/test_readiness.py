"""After a start nothing new begins on an account before its past is known; exits wait for nothing."""

from __future__ import annotations

import pytest

from engine.errors import Code, VenueLocked, VenueRefused
from engine.execution.readiness import PATIENCE
from engine.types import ClosedReason, ClosePart, Execution, OrderState, Position
from tests.execution.bench import Bench, check
from tests.execution.fake_venue import D, Fault, answer_lost, broken, lost
from tests.execution.test_sides import BTC, published

LONG = 40  # readings without an answer, more than anybody makes here


@pytest.fixture
async def opened(bench: Bench) -> Position:
    return await bench.enter()


async def started(bench: Bench) -> Bench:
    """A new start that knows what it has to read, and has read nothing yet."""
    await bench.close()
    new = Bench(bench.database, bench.clock, bench.venue, bench.world)
    await new.monitor.load()
    await new.recovery.prepare()
    return new


async def signal(bench: Bench, number: int = 2) -> Execution:
    execution = await published(bench, number)
    bench.trader.start((execution,))
    await bench.quiet()
    return execution


async def ordered(bench: Bench, execution: Execution) -> bool:
    return bool(await bench.database.read(lambda tx: tx.orders.of_execution(execution.id)))


async def refusals(bench: Bench) -> list[str]:
    return [said["code"] for kind, said in await bench.told() if kind == "signal_refused"]


async def test_an_account_without_a_past_is_ready_at_once(bench: Bench) -> None:
    new = await started(bench)
    assert (await new.enter()).is_open
    await new.close()


async def test_an_entry_waits_until_what_is_held_was_read(bench: Bench, opened: Position) -> None:
    new = await started(bench)
    execution = await signal(new)
    await new.run(5)
    assert not await ordered(new, execution)
    await new.recovery.compare()
    await new.run(1)
    assert await ordered(new, execution)
    assert not await refusals(new)
    await new.close()


async def test_an_entry_waits_until_orders_in_doubt_were_taken_up(bench: Bench) -> None:
    bench.venue.script("place", answer_lost())
    bench.venue.script("find", *[lost()] * LONG)
    bench.trader.start((bench.execution,))
    await bench.run(3)
    assert await bench.states("E") == [OrderState.UNKNOWN]
    bench.venue.heal()
    new = await started(bench)
    execution = await signal(new)
    await new.run(5)
    assert not await ordered(new, execution)
    await new.recovery.take_up()
    await new.run(1)
    assert await new.states("E") == [OrderState.FILLED]
    assert await ordered(new, execution)
    await new.close()


async def test_what_was_closed_meanwhile_is_booked_out_before_anything_new_begins(
    bench: Bench, opened: Position
) -> None:
    bench.venue.foreign(BTC, D(-10))
    new = await started(bench)
    execution = await signal(new)
    await new.recovery.compare()
    await new.run(5)
    assert not await ordered(new, execution)
    await new.run(3)
    assert (await new.position()).closed_reason is ClosedReason.EXTERNAL
    assert await ordered(new, execution)
    await new.close()


@pytest.mark.parametrize("fault", [lost(), broken()])
async def test_a_silent_venue_refuses_entries_in_time_and_at_once_later_on(
    bench: Bench, opened: Position, fault: Fault
) -> None:
    bench.venue.script("holdings", *[fault] * LONG)
    new = await started(bench)
    first = await signal(new)
    await new.recovery.compare()
    await new.run(PATIENCE - 1)
    assert not await refusals(new)
    await new.run(2)
    assert await refusals(new) == [Code.RECOVERING]
    second = await signal(new, 3)
    assert await refusals(new) == [Code.RECOVERING] * 2
    assert not await ordered(new, first) and not await ordered(new, second)
    new.venue.heal()
    await new.recovery.compare()
    await new.quiet()
    assert await ordered(new, await signal(new, 4))
    await new.close()


@pytest.mark.parametrize("fault", [VenueRefused("not here"), VenueLocked("no key")])
async def test_a_venue_that_will_never_say_keeps_nothing_back(bench: Bench, opened: Position, fault: Exception) -> None:
    bench.venue.script("holdings", *[Fault(fault)] * LONG)
    new = await started(bench)
    await new.recovery.compare()
    await new.quiet()
    assert await ordered(new, await signal(new))
    await new.close()


async def test_exits_wait_for_nothing(bench: Bench, opened: Position) -> None:
    bench.venue.script("holdings", *[lost()] * LONG)
    new = await started(bench)
    await new.recovery.compare()
    part = ClosePart(quantity=opened.quantity, reason=ClosedReason.MANUAL)
    new.spawn("close", _closed(new, opened, part))
    await new.run(1)
    assert not (await new.position()).is_open
    await check(new)
    await new.recovery.compare()
    await new.quiet()
    assert await ordered(new, await signal(new)), "nothing is left there that could be read"
    await new.close()


async def _closed(bench: Bench, position: Position, part: ClosePart) -> None:
    await bench.trader.act(position, (part,))


async def test_a_silent_venue_holds_up_its_own_accounts_only(bench: Bench, opened: Position) -> None:
    bench.venue.script("holdings", *[lost()] * LONG)
    new = await started(bench)
    other = await new.database.write(
        lambda tx: tx.executions.open(new.world.signal, new.world.bob_account, new.clock.now())
    )
    assert other is not None
    new.trader.start((other,))
    await new.quiet()
    assert await ordered(new, other)
    await new.close()


async def test_a_start_reads_by_itself_what_entries_wait_for(bench: Bench, opened: Position) -> None:
    new = await started(bench)
    execution = await signal(new)
    new.spawn("recovery", new.recovery.run())
    await new.run(2)
    assert await ordered(new, execution)
    await new.close()
