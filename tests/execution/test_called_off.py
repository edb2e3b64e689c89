"""A channel that closes its trade while the entry is still on its way is out of it; so are those who follow."""

from __future__ import annotations

from dataclasses import replace

import pytest

from engine.desk import Desk
from engine.errors import VenueSilent
from engine.execution import exits, stops
from engine.types import (
    ActionKind,
    Amendment,
    ClosedReason,
    EntryPoint,
    Execution,
    ExecutionStatus,
    OrderRequest,
    OrderState,
    Refusal,
)
from storage.faults import StoreBusy
from tests.execution.bench import Bench
from tests.execution.fake_venue import D, answer_lost, late, lost
from tests.execution.test_close_and_stop import fills_when_cancelled
from tests.storage.worlds import post

CLOSE = (Amendment(action=ActionKind.CLOSE),)


async def resting(bench: Bench) -> OrderRequest:
    """The signal's entry as a limit order below the market."""
    reading = replace(bench.execution.signal.entry, entries=(EntryPoint(low=D(95), high=D(95)),))
    await bench.change(lambda tx: tx.signals.revise(bench.execution.signal.id, reading, bench.clock.now()))
    bench.trader.start((await again(bench),))
    await bench.quiet()
    (entry,) = bench.venue.resting()
    return entry


async def again(bench: Bench) -> Execution:
    execution = await bench.database.read(lambda tx: tx.executions.get(bench.execution.id))
    assert execution is not None
    return execution


async def test_closed_while_the_entry_is_in_doubt(bench: Bench) -> None:
    bench.venue.script("place", answer_lost())
    bench.venue.script("find", lost(), lost())
    bench.trader.start((bench.execution,))
    await bench.quiet()
    assert await bench.states("E") == [OrderState.UNKNOWN]
    await bench.follower.follow(bench.execution, CLOSE, "m1")
    await bench.run(60)
    position = await bench.position()
    assert (position.is_open, position.closed_reason) == (False, ClosedReason.SIGNAL)


async def test_more_was_filled_than_we_knew(bench: Bench) -> None:
    entry = await resting(bench)
    bench.venue.say(bench.venue.fill(entry, D(2), D(95)))
    await bench.quiet()
    assert (await bench.position()).quantity == D(2)
    bench.venue.fill(entry, D(2), D(95))  # its report comes after the post
    await bench.follower.follow(bench.execution, CLOSE, "m1")
    await bench.run(60)
    assert not (await bench.position()).is_open


async def test_all_was_filled_before_it_could_be_taken_back(bench: Bench) -> None:
    entry = await resting(bench)
    bench.venue.fill(entry, None, D(95))
    await bench.follower.follow(bench.execution, CLOSE, "m1")
    await bench.run(60)
    assert not (await bench.position()).is_open


async def test_F13_heard_of_at_rest_and_filled_before_it_could_be_taken_back(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The venue answers no question about the entry that is in doubt, but its stream tells of it."""
    bench.venue.slices.append(D(0))
    bench.venue.script("place", answer_lost())
    bench.venue.script("find", *[lost()] * 30)
    bench.trader.start((bench.execution,))
    await bench.quiet()
    await bench.follower.follow(bench.execution, CLOSE, "m1")
    (entry,) = bench.venue.resting()
    fills_when_cancelled(bench, entry, None, "100", monkeypatch)
    bench.venue.say(entry.report())
    await bench.run(5)
    assert not (await bench.position()).is_open


async def test_F05_closed_while_nobody_can_say_whether_the_entry_is_there(bench: Bench) -> None:
    """It waits for its owner's word, the channel closes the trade, and then it turns up."""
    await quarantined(bench)
    await bench.follower.follow(bench.execution, CLOSE, "m1")
    await bench.run(40)
    await bench.recovery.take_up()
    await bench.run(10)
    position = await bench.position()
    assert (position.is_open, position.closed_reason) == (False, ClosedReason.SIGNAL)


async def test_F05_one_that_is_not_wanted_any_more_is_taken_back_when_it_turns_up(bench: Bench) -> None:
    bench.venue.slices.append(D(0))
    await quarantined(bench)
    await bench.trader.cancel_entries(bench.execution.id, "tired")
    await bench.run(40)
    await bench.recovery.take_up()
    await bench.run(10)
    assert not bench.venue.resting() and await bench.states("E") == [OrderState.CANCELLED]


async def quarantined(bench: Bench) -> None:
    """The venue cannot say when an order is dead; this one arrives after a hundred seconds."""
    bench.venue._expires_after = None
    bench.venue.script("place", late(100))
    bench.trader.start((bench.execution,))
    await bench.run(70)
    assert await bench.states("E") == [OrderState.QUARANTINED]


async def test_found_filled_after_a_crash(bench: Bench) -> None:
    entry = await resting(bench)
    await marked(bench)
    bench.venue.fill(entry, None, D(95))
    bench = await bench.reborn()
    await bench.run(60)
    assert not (await bench.position()).is_open


async def test_a_crash_between_the_fill_and_the_close(bench: Bench) -> None:
    await bench.enter()
    await marked(bench)
    bench = await bench.reborn()
    await bench.run(60)
    assert not (await bench.position()).is_open


async def marked(bench: Bench) -> None:
    """The channel's close is written on the entry; what follows from it did not happen yet."""
    (entry,) = await bench.orders("E")
    await bench.change(lambda tx: tx.orders.save(replace(entry, purpose=exits.CALLED_OFF)))


async def test_an_execution_without_orders_is_called_off_at_once(bench: Bench) -> None:
    await bench.follower.follow(bench.execution, CLOSE, "m1")
    assert (await again(bench)).status is ExecutionStatus.SKIPPED
    bench.trader.start((bench.execution,))
    await bench.quiet()
    assert bench.venue.orders() == []


async def test_a_withdrawn_signal_is_not_traded(bench: Bench) -> None:
    await bench.change(lambda tx: tx.signals.withdraw(bench.execution.signal.id, bench.clock.now()))
    bench.trader.start((await again(bench),))
    await bench.quiet()
    assert bench.venue.orders() == []


@pytest.mark.parametrize(
    "stop, done", [("92", True), ("90", True), ("89", "stop_looser"), ("95", "inconsistent"), ("96", "inconsistent")]
)
async def test_a_stop_moved_before_the_fill_is_the_stop_of_the_position(
    bench: Bench, stop: str, done: bool | str
) -> None:
    entry = await resting(bench)
    before = (await bench.database.read(lambda tx: tx.executions.plan_of(bench.execution.id))).stop  # type: ignore[union-attr]
    assert before == D(90)
    said = await bench.change(lambda tx: stops.plan_stop(tx, bench.execution.id, D(stop)))
    assert (said.code if isinstance(said, Refusal) else said) == done
    bench.venue.say(bench.venue.fill(entry, None, D(95)))
    await bench.quiet()
    assert (await bench.position()).sl_price == (D(stop) if done is True else before)


async def test_a_stop_moved_when_the_position_is_open_is_moved_there(bench: Bench) -> None:
    bench.trader.start((bench.execution,))
    await bench.quiet()
    assert await bench.change(lambda tx: stops.plan_stop(tx, bench.execution.id, D(92))) is False
    await bench.follower.follow(bench.execution, (Amendment(action=ActionKind.MOVE_SL, value=D(92)),), "m1")
    assert (await bench.position()).sl_price == D(92)


@pytest.mark.parametrize("fault", [VenueSilent("down"), StoreBusy("locked")], ids=["venue", "store"])
async def test_a_word_of_the_channel_that_meets_a_fault_is_carried_out_when_that_is_over(
    bench: Bench, fault: Exception
) -> None:
    """Not at the next start only: a close would come days late."""
    await bench.enter()
    desk = Desk(
        store=bench.books, clock=bench.clock, trader=bench.trader, follower=bench.follower, spawn=bench.spawn,
        on_change=lambda: None,
    )  # fmt: skip
    bench.venues.fault = fault
    await desk.take(post(2, "Close BTC now"))
    await bench.run(20)
    assert (await bench.position()).is_open
    bench.venues.fault = None
    await bench.run(20)
    assert not (await bench.position()).is_open
    assert await bench.database.read(lambda tx: tx.messages.owed()) == ()
