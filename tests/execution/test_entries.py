"""Entries that meet every fault of the way to the venue: one signal makes one order, or none and a word about it."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from engine.errors import Code, StaleVersion
from engine.execution.wishes import Wishes
from engine.types import (
    ClosedReason,
    ClosePart,
    EntryPoint,
    ExecutionReport,
    Order,
    OrderRequest,
    OrderState,
    OrderType,
    Protection,
    Refusal,
    TradingState,
)
from storage.faults import StoreBusy
from storage.tables import execution_logs
from tests.execution.bench import Bench, check
from tests.execution.fake_venue import D, Fault, answer_lost, broken, busy, late, locked, lost, refused
from tests.stores import fresh_database

S = OrderState


async def test_a_signal_becomes_a_position_with_its_stop_at_the_venue(bench: Bench) -> None:
    position = await bench.enter()
    (stop,) = bench.venue.resting()
    assert (stop.request.trigger, stop.request.quantity) == (D(90), position.quantity)
    assert position.protection is Protection.EXCHANGE and await bench.kinds() == ["execution"]
    await check(bench)


@pytest.mark.parametrize("fault", [answer_lost(), broken()], ids=["F03", "F06"])
async def test_F03_F06_an_order_whose_answer_was_lost_is_found_and_not_sent_again(bench: Bench, fault: Fault) -> None:
    bench.venue.script("place", fault)
    assert (await bench.enter()).is_open
    assert len(bench.venue.orders(OrderType.MARKET)) == 1 and await bench.states("E") == [S.FILLED]
    await check(bench)


async def test_F02_a_lost_order_goes_out_again_once_it_can_no_longer_arrive(bench: Bench) -> None:
    bench.venue.script("place", lost())
    bench.trader.start((bench.execution,))
    await bench.run(9.5)
    assert bench.venue.count("place") == 1 and await bench.states("E") == [S.UNKNOWN]
    await bench.run(6)
    (entry,) = await bench.orders("E")
    assert (entry.state, entry.resends, entry.attempt) == (S.FILLED, 1, 1)
    assert (
        len({what for call, what in bench.venue.calls if call == "place" and what == entry.request.client_order_id})
        == 1
    )
    await check(bench)


@pytest.mark.parametrize("seconds", [1, 3, 8])
async def test_F04_an_order_that_arrives_late_is_adopted(bench: Bench, seconds: int) -> None:
    bench.venue.script("place", late(seconds))
    bench.trader.start((bench.execution,))
    await bench.run(30)
    assert len(bench.venue.orders(OrderType.MARKET)) == 1 and (await bench.position()).is_open
    await check(bench)


async def test_F04_the_wait_starts_when_the_silence_is_known(bench: Bench) -> None:
    """Bytes may leave long after the intent: what counts is the moment at which nobody waits for them any more."""
    bench.venue.script("place", lost())

    async def slow(request, place=bench.venue.place):
        await bench.clock.sleep(8)
        return await place(request)

    bench.venue.place = slow  # type: ignore[method-assign]
    bench.trader.start((bench.execution,))
    await bench.run(9)
    (entry,) = await bench.orders("E")
    assert entry.dead_at is not None and entry.request_ts is not None
    assert (entry.dead_at - entry.request_ts).total_seconds() == 18


async def test_F05_a_venue_that_cannot_say_is_never_sent_the_same_again(bench: Bench) -> None:
    bench.venue._expires_after = None
    bench.venue.script("place", lost())
    bench.trader.start((bench.execution,))
    await bench.run(58)
    assert await bench.states("E") == [S.UNKNOWN] and await bench.kinds() == []
    await bench.run(10)
    assert await bench.states("E") == [S.QUARANTINED] and bench.venue.count("place") == 1
    assert [(kind, words["code"]) for kind, words in await bench.told()] == [("trouble", "order_unknown")]


async def test_F05_one_that_turns_up_after_all_is_adopted(bench: Bench) -> None:
    bench.venue._expires_after = None
    bench.venue.script("place", late(100))
    bench.trader.start((bench.execution,))
    await bench.run(101)
    assert await bench.states("E") == [S.QUARANTINED]
    await bench.recovery.take_up()
    await bench.quiet()
    assert (await bench.position()).is_open
    await check(bench)


async def in_quarantine(bench: Bench, *faults: Fault) -> tuple[Wishes, int]:
    bench.venue._expires_after = None
    bench.venue.script("place", *faults)
    bench.trader.start((bench.execution,))
    await bench.run(70)
    ((_, words),) = await bench.told()
    return bench.wishes, words["order_id"]


async def test_F05_its_owner_says_that_it_is_not_there(bench: Bench) -> None:
    wishes, order_id = await in_quarantine(bench, lost())
    stranger = await wishes.not_there(bench.world.bob.id, order_id)
    assert isinstance(stranger, Refusal) and await bench.states("E") == [S.QUARANTINED]
    order = await wishes.not_there(bench.world.ann.id, order_id)
    assert isinstance(order, Order) and order.state is S.ABSENT and bench.venue.count("place") == 1
    assert (await bench.kinds())[-1] == "signal_refused"
    again = await wishes.not_there(bench.world.ann.id, order_id)
    assert isinstance(again, Order) and (await bench.kinds()).count("signal_refused") == 1


async def test_F05_one_that_is_there_is_not_declared_gone(bench: Bench) -> None:
    wishes, order_id = await in_quarantine(bench, late(69))
    order = await wishes.not_there(bench.world.ann.id, order_id)
    assert isinstance(order, Order) and order.state is S.FILLED
    await check(bench)


async def test_F01_an_order_that_never_left_is_tried_three_times(bench: Bench) -> None:
    bench.venue.script("place", busy(), busy(), busy())
    bench.trader.start((bench.execution,))
    await bench.run(10)
    assert bench.venue.count("place") == 3 and bench.venue.book == []
    assert await bench.states("E") == [S.REJECTED]
    assert [(kind, words["code"]) for kind, words in await bench.told()] == [("signal_refused", "venue_unreachable")]


async def test_F33_a_busy_venue_is_left_alone_as_long_as_it_asks(bench: Bench) -> None:
    bench.venue.script("place", busy(35))
    bench.trader.start((bench.execution,))
    await bench.run(34)
    assert bench.venue.count("place") == 1
    await bench.run(2)
    assert (await bench.position()).is_open
    await check(bench)


async def test_F34_a_ban_of_an_hour_is_a_no(bench: Bench) -> None:
    bench.venue.script("place", busy(3600))
    bench.trader.start((bench.execution,))
    await bench.quiet()
    assert await bench.states("E") == [S.REJECTED] and await bench.kinds() == ["signal_refused"]


@pytest.mark.parametrize(
    ("waits", "told"), [(busy(50), "too_old"), (lost(), "venue_unreachable")], ids=["never left", "never arrived"]
)
async def test_K06_an_entry_that_waited_too_long_is_not_sent_late(bench: Bench, waits: Fault, told: str) -> None:
    bench.venue.script("place", waits)
    bench.trader.start((bench.execution,))
    await bench.quiet()
    await bench.close()
    await bench.clock.leap(130)
    new = await bench.reborn()
    await new.run(15)
    assert bench.venue.book == [] and bench.venue.count("place") == 1
    assert [(kind, words["code"]) for kind, words in await new.told()] == [("signal_refused", told)]


async def test_an_entry_is_not_sent_after_its_owner_paused(bench: Bench) -> None:
    bench.venue.script("place", busy(20))
    bench.trader.start((bench.execution,))
    await bench.quiet()
    await bench.change(lambda tx: tx.people.set_trading_state(bench.world.ann.id, TradingState.REDUCE_ONLY))  # type: ignore[attr-defined]
    await bench.run(25)
    assert bench.venue.book == [] and await bench.states("E") == [S.VOID]
    assert (await bench.told())[-1][1]["code"] == "paused"


async def test_F10_a_no_to_the_second_sending_is_checked(bench: Bench) -> None:
    """The first one had arrived after all and used up the money."""
    bench.venue.script("place", late(9), refused(Code.INSUFFICIENT_FUNDS))
    bench.venue._expires_after, expires_after = 20.0, bench.venue.expires_after
    bench.venue.expires_after = lambda: 2.0  # type: ignore[method-assign]
    bench.trader.start((bench.execution,))
    bench.venue.script("find", None, None, None, None)
    await bench.run(8)
    assert bench.venue.count("place") == 2 and expires_after() == 20.0
    assert await bench.states("E") == [S.REJECTED]
    bench.venue.say(*(o.report() for o in bench.venue.book))
    await bench.run(3)
    bench.venue.orders()
    bench.venue.say(*(o.report() for o in bench.venue.book))
    await bench.run(1)
    assert (await bench.position()).is_open
    await check(bench)


async def test_F10_a_refused_resend_that_is_found_is_adopted(bench: Bench) -> None:
    """The first sending shows up at the very moment at which the second is refused."""
    bench.venue.expires_after = lambda: 1.0  # type: ignore[method-assign]
    bench.venue.script("place", late(3), refused(Code.INSUFFICIENT_FUNDS))
    place = bench.venue.place

    async def seen_by_the_second(request: OrderRequest) -> ExecutionReport:
        bench.venue.lag = -10.0 * bench.venue.count("place")
        return await place(request)

    bench.venue.place = seen_by_the_second  # type: ignore[method-assign]
    bench.trader.start((bench.execution,))
    await bench.run(20)
    assert bench.venue.count("place") == 3 and await bench.states("E") == [S.FILLED]  # the third is the stop
    assert "signal_refused" not in await bench.kinds()
    await check(bench)


async def test_an_entry_taken_back_in_doubt_is_not_sent_again(bench: Bench) -> None:
    bench.venue.script("place", lost())
    bench.trader.start((bench.execution,))
    await bench.quiet()
    assert await bench.trader.cancel_entries(bench.execution.id, "manual") == 1
    await bench.run(30)
    assert (bench.venue.count("place") == 1 and await bench.states("E") == [S.VOID]) or S.ABSENT in await bench.states(
        "E"
    )
    assert [(kind, words["code"]) for kind, words in await bench.told()] == [("entry_cancelled", "manual")]


async def test_an_entry_taken_back_in_doubt_is_cancelled_when_it_turns_out_to_rest(bench: Bench) -> None:
    bench.venue.slices.append(D(0))
    bench.venue.script("place", answer_lost())
    bench.venue.script("find", lost())
    bench.trader.start((bench.execution,))
    await bench.quiet()
    assert await bench.trader.cancel_entries(bench.execution.id, "manual") == 1
    assert bench.venue.resting() != []
    await bench.run(5)
    assert bench.venue.resting() == [] and await bench.states("E") == [S.CANCELLED]
    await check(bench)


async def test_somebody_else_was_first_and_the_answer_is_written_all_the_same(bench: Bench) -> None:
    bench.books.faults = [None, StaleVersion(), StaleVersion()]
    position = await bench.enter()
    assert position.is_open and bench.failures == []
    await check(bench)


@pytest.mark.parametrize(
    ("fault", "code"),
    [(refused(Code.INSUFFICIENT_FUNDS), "insufficient_funds"), (refused(), "venue_refused"), (locked(), "key_lost")],
    ids=["funds", "other", "F36"],
)
async def test_a_definite_no_is_told_with_its_reason(bench: Bench, fault: Fault, code: str) -> None:
    bench.venue.script("place", fault)
    bench.trader.start((bench.execution,))
    await bench.quiet()
    assert [(kind, words["code"]) for kind, words in await bench.told()] == [("signal_refused", code)]
    connection = await bench.database.read(lambda tx: tx.connections.get(bench.execution.connection.id))
    assert connection is not None and connection.can_execute == (code != "key_lost")


@pytest.mark.parametrize("call", ["instrument", "account", "quote"])
async def test_a_venue_that_cannot_be_read_is_told_whatever_it_throws(bench: Bench, call: str) -> None:
    bench.venue.script(call, broken())
    bench.trader.start((bench.execution,))
    await bench.quiet()
    assert [(kind, words["code"]) for kind, words in await bench.told()] == [("signal_refused", "venue_unreachable")]


async def test_F16_fifty_fills_out_of_order_and_repeated_make_one_position_and_one_stop(bench: Bench) -> None:
    bench.venue.slices.append(D("0.2"))
    await bench.enter()
    (order,) = bench.venue.orders(OrderType.MARKET)
    reports = [bench.venue.fill(order, D("0.2")) for _ in range(49)]
    bench.venue.say(*reversed(reports), *reports[::7])
    await bench.quiet()
    position = await bench.position()
    (stop,) = bench.venue.resting()
    assert position.quantity == position.original_quantity == stop.request.quantity == D(10)
    await check(bench)


async def test_F11_nobody_is_told_that_an_order_at_market_waits_for_its_price(bench: Bench) -> None:
    """The venue has taken it, and does not show its trades yet."""
    bench.venue.slices.append(D(0))
    bench.trader.start((bench.execution,))
    await bench.quiet()
    assert await bench.states("E") == [S.ACKED] and await bench.kinds() == []
    (entry,) = bench.venue.book
    bench.venue.fill(entry)
    await bench.run(5)
    assert await bench.kinds() == ["execution"]
    await check(bench)


async def test_F11_an_order_at_market_that_is_not_shown_any_more_is_asked_about(bench: Bench) -> None:
    bench.venue.slices.append(D(0))
    bench.trader.start((bench.execution,))
    await bench.quiet()
    (entry,) = bench.venue.book
    bench.venue.book.clear()
    await bench.run(70)
    assert await bench.states("E") == [S.QUARANTINED]
    assert [(kind, words["code"]) for kind, words in await bench.told()] == [("trouble", "order_unknown")]
    bench.venue.book.append(entry)
    bench.venue.fill(entry)
    await bench.recovery.take_up()
    await bench.quiet()
    assert (await bench.position()).is_open
    await check(bench)


async def test_F16_an_entry_that_fills_while_the_stop_of_another_is_on_its_way_is_guarded_too(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two entries fill at once, the second one between the sending of the stop and its answer."""
    place = bench.venue.place

    async def at_once(request: OrderRequest) -> ExecutionReport:
        report = await place(request)
        if request.order_type is OrderType.STOP:
            await bench.clock.sleep(0.1)
            return report
        await bench.clock.sleep(0.0 if request.price == D(95) else 0.05)
        return bench.venue.fill(bench.venue.book[int(report.venue_order_id[1:]) - 1], None, request.price)

    monkeypatch.setattr(bench.venue, "place", at_once)
    points = tuple(EntryPoint(low=D(price), high=D(price)) for price in (95, 94))
    reading = replace(bench.execution.signal.entry, entries=points)
    await bench.change(lambda tx: tx.signals.revise(bench.execution.signal.id, reading, bench.clock.now()))
    bench.trader.start((bench.execution,))
    await bench.run(5)
    assert [o.state for o in await bench.orders("E")] == [OrderState.FILLED] * 2
    assert [o.left for o in bench.venue.resting()] == [(await bench.position()).quantity]
    await check(bench)


async def test_F17_a_fill_that_is_told_before_the_answer_counts_once(bench: Bench) -> None:
    place = bench.venue.place

    async def told_first(request: OrderRequest) -> ExecutionReport:
        report = await place(request)
        bench.venue.say(report, report)
        await bench.clock.sleep(1)
        return report

    bench.venue.place = told_first  # type: ignore[method-assign]
    bench.trader.start((bench.execution,))
    await bench.run(5)
    assert (await bench.position()).quantity == D(10) and len(bench.venue.resting()) == 1
    assert await bench.kinds() == ["execution"]
    await check(bench)


async def test_F15_a_part_that_filled_is_a_position_and_the_rest_is_told(bench: Bench) -> None:
    bench.venue.slices.append(D("3.7"))
    await bench.enter()
    (order,) = bench.venue.orders(OrderType.MARKET)
    bench.venue.say(bench.venue.end(order))
    await bench.quiet()
    assert (await bench.position()).quantity == D("3.7")
    kind, words = (await bench.told())[-1]
    assert (kind, words["code"], words["filled"]) == ("entry_cancelled", "cancelled", "3.7")
    await check(bench)


async def test_F19_a_fee_in_coins_makes_the_stop_smaller_not_impossible(bench: Bench) -> None:
    bench.venue.fee, bench.venue.fee_currency = D("0.00123"), "BTC"
    position = await bench.enter()
    (stop,) = bench.venue.resting()
    assert position.quantity == D("9.98770") and stop.request.quantity == D("9.987")


async def test_D02_an_answer_is_written_down_however_long_the_store_takes(bench: Bench) -> None:
    bench.books.faults = [None, StoreBusy("locked"), StoreBusy("locked")]
    bench.trader.start((bench.execution,))
    await bench.run(3)
    assert (await bench.position()).is_open and bench.failures == []
    assert bench.venue.count("place") == 2  # the entry and its stop
    await check(bench)


async def test_D01_without_a_committed_intent_nothing_leaves(bench: Bench) -> None:
    bench.books.faults = [StoreBusy("locked")]
    bench.trader.start((bench.execution,))
    await bench.quiet()
    assert bench.venue.count("place") == 0
    await bench.recovery.take_up()
    await bench.quiet()
    assert (await bench.position()).is_open
    await check(bench)


async def test_D09_the_same_execution_started_twice_is_one_trade(bench: Bench) -> None:
    bench.trader.start((bench.execution, bench.execution, bench.execution))
    await bench.quiet()
    assert len(bench.venue.orders(OrderType.MARKET)) == 1
    await check(bench)


async def test_a_price_of_long_ago_does_not_stop_a_new_trade_out(bench: Bench) -> None:
    """The feed was silent while the market came back; the next price judges."""
    await bench.tick("85")
    await bench.run(100)
    bench.venue.price(D(100))
    bench.venue.stops_rest_here = False
    await bench.enter()
    await bench.run(5)
    assert (await bench.position()).is_open
    await bench.tick("85")
    await bench.run(5)
    assert not (await bench.position()).is_open


async def test_a_price_of_this_moment_does(bench: Bench) -> None:
    await bench.tick("85")
    bench.venue.price(D(100))
    bench.venue.stops_rest_here = False
    await bench.enter()
    await bench.run(5)
    assert not (await bench.position()).is_open


async def test_a_trade_that_begins_while_the_stops_are_armed_anew_is_armed_too(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The rows were read before it was there; what is watched is compared with them after."""
    read, go_on = bench.books.read, asyncio.Event()

    async def slow(work: Any) -> Any:
        answer = await read(work)
        if getattr(getattr(work, "func", None), "__name__", "") == "_load":
            await go_on.wait()
        return answer

    monkeypatch.setattr(bench.books, "read", slow)
    bench.spawn("sweep", bench.monitor.load())
    await bench.quiet()
    await bench.enter()
    go_on.set()
    await bench.quiet()
    await check(bench)


async def test_a_database_that_begins_anew_takes_no_old_order_for_its_own(bench: Bench, tmp_path: Path) -> None:
    """The same bot, account and number of the signal as a month ago; the order of today is lost on its way."""
    await bench.enter()
    await bench.run(30 * 86_400)
    database = await fresh_database(tmp_path, bench.clock)
    anew = await Bench.open(database, bench.clock, bench.venue)
    today = update(execution_logs).values(created_at=bench.clock.now())
    await database.write(lambda tx: tx.connection.execute(today))
    bench.venue.script("place", *[lost()] * 20)
    anew.trader.start((anew.execution,))
    await anew.run(60)
    assert await database.read(lambda tx: tx.positions.open()) == ()
    await anew.close()
    await database.close()


@pytest.mark.parametrize(("ahead", "refused"), [(30.0, False), (-30.0, False), (31.0, True), (-90.4, True)])
async def test_F50_nothing_new_begins_where_the_clocks_are_far_apart(bench: Bench, ahead: float, refused: bool) -> None:
    bench.venue.ahead = ahead
    bench.trader.start((bench.execution,))
    await bench.quiet()
    said = [(words["code"], words["details"]) for kind, words in await bench.told() if kind == "signal_refused"]
    assert said == ([("clock_off", {"clock": f"{abs(ahead):.0f}"})] if refused else [])
    assert bench.venue.count("place") == (0 if refused else 2)


async def test_F50_what_is_open_is_closed_whatever_the_clocks_say(bench: Bench) -> None:
    opened = await bench.enter()
    bench.venue.ahead = 90
    part = ClosePart(quantity=opened.quantity, reason=ClosedReason.MANUAL)
    assert not (await bench.trader.act(opened, (part,))).is_open
