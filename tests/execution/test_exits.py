"""Exits, stops and what others do at the venue: a position is never naked, never closed twice, never forgotten."""

from __future__ import annotations

from typing import Any

import pytest

from engine.errors import Code
from engine.types import (
    ClosedReason,
    ClosePart,
    ExecutionReport,
    Fill,
    Instrument,
    MoveStop,
    OrderState,
    OrderType,
    Position,
    Protection,
    Quote,
    Refusal,
    Track,
)
from storage.faults import StoreBusy
from tests.execution.bench import Bench, check
from tests.execution.fake_venue import D, Fault, answer_lost, broken, busy, late, lost, refused

S = OrderState


@pytest.fixture
async def opened(bench: Bench) -> Position:
    """Long 10 BTC at 100 with the stop at 90 resting."""
    return await bench.enter()


async def close(bench: Bench, quantity: str = "10", key: str = "") -> None:
    position = await bench.position()
    bench.spawn("wish", _act(bench, position, quantity, key))
    await bench.quiet()


async def _act(bench: Bench, position: Position, quantity: str, key: str) -> None:
    await bench.trader.act(position, (ClosePart(quantity=D(quantity), reason=ClosedReason.MANUAL, key=key),))


@pytest.mark.parametrize("fault", [answer_lost(), broken(), lost(), late(3)], ids=["F03", "F06", "F02", "F04"])
async def test_a_close_is_done_once_whatever_becomes_of_its_answer(
    bench: Bench, opened: Position, fault: Fault
) -> None:
    bench.venue.script("place", fault)
    await close(bench)
    await bench.run(40)
    assert not (await bench.position()).is_open
    assert sum(o.filled for o in bench.venue.orders(OrderType.MARKET) if o.request.reduce_only) == D(10)
    await check(bench)


async def test_a_silent_close_does_not_keep_the_next_one_waiting(bench: Bench, opened: Position) -> None:
    """Half is closed without an answer; the other half goes out at once, and both are booked."""
    bench.venue.script("place", lost())
    bench.venue.script("find", *[lost()] * 4)
    await close(bench, "5", key="first")
    await close(bench, "5", key="second")
    assert (await bench.position()).quantity == D(5)
    await bench.run(40)
    assert not (await bench.position()).is_open
    await check(bench)


async def test_the_same_wish_twice_closes_once(bench: Bench, opened: Position) -> None:
    await close(bench, "5", key="press")
    await close(bench, "5", key="press")
    assert (await bench.position()).quantity == D(5)
    await check(bench)


async def test_a_moved_stop_is_placed_before_the_old_one_goes(bench: Bench, opened: Position) -> None:
    bench.venue.calls.clear()
    await bench.trader.act(opened, (MoveStop(price=D(95), reason=ClosedReason.SL),))
    assert [call for call, _ in bench.venue.calls] == ["place", "cancel"]
    assert [o.request.trigger for o in bench.venue.resting()] == [D(95)]
    await check(bench)


async def test_a_stop_that_locks_the_holding_goes_first(bench: Bench) -> None:
    bench.venue.stops_lock = True
    opened = await bench.enter()
    bench.venue.calls.clear()
    await bench.trader.act(opened, (MoveStop(price=D(95), reason=ClosedReason.SL),))
    assert [call for call, _ in bench.venue.calls] == ["cancel", "place"]
    assert [o.request.trigger for o in bench.venue.resting()] == [D(95)]
    await close(bench, "4", key="part")
    (stop,) = bench.venue.resting()
    assert stop.request.quantity == (await bench.position()).quantity == D(6)
    await check(bench)


@pytest.mark.parametrize("trailed, said", [("100", "stop_looser"), ("94", None)])
async def test_a_stop_that_has_moved_on_meanwhile_is_not_put_back(
    bench: Bench, opened: Position, trailed: str, said: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The channel wants it at 95; while the price is asked for, the stop trails."""
    bench.venue.price(D(105))
    quote, told = bench.venue.quote, []

    async def slow(instrument: Instrument) -> Quote:
        await bench.clock.sleep(0.5)
        return await quote(instrument)

    async def channel() -> None:
        told.append(await bench.trader.move_stop(opened, D(95), ClosedReason.SL))

    monkeypatch.setattr(bench.venue, "quote", slow)
    bench.spawn("channel", channel())
    await bench.quiet()
    await bench.trader.act(opened, (MoveStop(price=D(trailed), reason=ClosedReason.TRAILING_SL),))
    await bench.run(1)
    assert [getattr(answer, "code", None) for answer in told] == [said]
    assert (await bench.position()).sl_price == max(D(95), D(trailed))
    await check(bench)


async def test_a_stop_is_loosened_when_its_owner_says_so(bench: Bench, opened: Position) -> None:
    assert isinstance(await bench.trader.move_stop(opened, D(80), ClosedReason.SL), Refusal)
    await bench.trader.move_stop(opened, D(80), ClosedReason.SL, loosen_ok=True)
    assert [o.request.trigger for o in bench.venue.resting()] == [(await bench.position()).sl_price] == [D(80)]
    await check(bench)


async def test_F47_a_refused_new_stop_leaves_the_old_one(bench: Bench, opened: Position) -> None:
    bench.venue.script("place", refused())
    await bench.trader.act(opened, (MoveStop(price=D(95), reason=ClosedReason.SL),))
    assert [o.request.trigger for o in bench.venue.resting()] == [D(90)]
    assert (await bench.told())[-1][0] == "trouble"
    await check(bench)


async def test_F47_the_stop_here_acts_at_once_where_the_venue_refused_the_new_one(
    bench: Bench, opened: Position
) -> None:
    """The old one rests at 90, and says nothing of a price between."""
    bench.venue.script("place", refused())
    await bench.trader.act(opened, (MoveStop(price=D(95), reason=ClosedReason.SL),))
    assert (await bench.position()).protection is Protection.ENGINE
    await bench.tick("94.9")
    assert not (await bench.position()).is_open and not bench.venue.resting()
    await check(bench)


async def test_F47_a_stop_of_another_size_that_was_refused_is_held_there_all_the_same(
    bench: Bench, opened: Position
) -> None:
    bench.venue.script("place", None, refused())
    await close(bench, "4")
    assert [(o.request.trigger, o.request.quantity) for o in bench.venue.resting()] == [(D(90), D(10))]
    assert (await bench.position()).protection is Protection.EXCHANGE


async def test_F45_a_venue_that_takes_no_stops_is_not_asked_in_a_storm(bench: Bench) -> None:
    bench.venue.script("place", None, *[refused(Code.VENUE_REFUSED)] * 50)
    position = await bench.enter()
    assert position.protection is Protection.ENGINE
    for _ in range(20):
        await bench.recovery.take_up()
        await bench.quiet()
    assert bench.venue.count("place") == 2
    for _ in range(10):
        await bench.run(30)
        await bench.recovery.take_up()
        await bench.quiet()
    assert bench.venue.count("place") < 12  # it is asked again, ever more slowly
    assert [kind for kind in await bench.kinds() if kind == "trouble"] == ["trouble"]
    bench.venue.heal()
    await bench.tick("89")
    assert not (await bench.position()).is_open  # the software stop was armed all the time
    await check(bench)


async def test_F43_a_stop_the_market_has_passed_closes_at_once(bench: Bench) -> None:
    bench.venue.script("place", None, refused(Code.STOP_PASSED))
    position = await bench.enter()
    assert not position.is_open and position.closed_reason is ClosedReason.SL
    assert "trouble" not in await bench.kinds()
    await check(bench)


@pytest.mark.parametrize("fault", [answer_lost(), lost(), busy()], ids=["F03", "F02", "F33"])
async def test_F46_a_stop_without_an_answer_is_found_or_placed(bench: Bench, fault: Fault) -> None:
    bench.venue.script("place", None, fault)
    bench.trader.start((bench.execution,))
    await bench.run(30)
    assert (await bench.position()).protection is Protection.EXCHANGE and len(bench.venue.resting()) == 1
    await check(bench)


async def test_a_lost_stop_goes_out_again_the_moment_it_can_no_longer_arrive(bench: Bench) -> None:
    bench.venue.script("place", None, lost())
    bench.trader.start((bench.execution,))
    window = bench.venue.expires_after()
    assert window is not None
    await bench.run(window - 0.1)
    assert bench.venue.resting() == []
    await bench.run(0.1)
    assert len(bench.venue.resting()) == 1
    await check(bench)


async def test_F33_a_stop_is_not_given_up_while_the_venue_is_busy(bench: Bench) -> None:
    bench.venue.script("place", None, *[busy()] * 6)
    bench.trader.start((bench.execution,))
    await bench.run(20)
    assert len(bench.venue.resting()) == 1 and "trouble" not in await bench.kinds()
    await check(bench)


async def test_F33_the_owner_is_told_of_a_stop_that_a_busy_venue_does_not_take(bench: Bench) -> None:
    bench.venue.script("place", None, *[busy()] * 20)
    bench.trader.start((bench.execution,))
    await bench.run(50)
    assert bench.venue.resting() == [] and (await bench.position()).protection is Protection.ENGINE
    assert (await bench.kinds()).count("trouble") == 1


async def test_F13_a_stop_that_filled_while_it_was_cancelled_is_a_close(bench: Bench, opened: Position) -> None:
    (stop,) = bench.venue.resting()
    bench.venue.script("place", None)
    bench.venue.script("cancel", lost())
    bench.spawn("move", _move(bench, opened, "95"))
    await bench.quiet()
    bench.venue.say(bench.venue.fill(stop, price=D(90)))
    await bench.run(20)
    position = await bench.position()
    assert not position.is_open and position.closed_reason is ClosedReason.SL
    await check(bench)


async def _move(bench: Bench, position: Position, price: str) -> None:
    await bench.trader.act(position, (MoveStop(price=D(price), reason=ClosedReason.SL),))


async def test_D02_a_report_that_comes_while_the_store_is_locked_is_taken_up_and_the_next_ones_too(
    bench: Bench, opened: Position, monkeypatch: pytest.MonkeyPatch
) -> None:
    (stop,) = bench.venue.resting()
    read, faults = bench.books.read, [StoreBusy("locked"), StoreBusy("locked")]

    async def locked(work: Any) -> Any:
        if faults:
            raise faults.pop()
        return await read(work)

    monkeypatch.setattr(bench.books, "read", locked)
    bench.venue.say(bench.venue.fill(stop, D(4), price=D(90)))
    await bench.run(2)
    assert (await bench.position()).quantity == D(6)
    bench.venue.say(bench.venue.fill(stop, D(6), price=D(90)))
    await bench.quiet()
    assert not (await bench.position()).is_open
    await check(bench)


async def test_F14_a_cancel_of_what_is_gone_ends(bench: Bench, opened: Position) -> None:
    (stop,) = bench.venue.resting()
    bench.venue.book.remove(stop)
    await bench.trader.act(opened, (MoveStop(price=D(95), reason=ClosedReason.SL),))
    await bench.run(30)
    assert (await bench.states("S")) == [S.CANCELLED, S.ACKED]


async def test_F40_a_stop_cancelled_by_hand_is_put_back_once(bench: Bench, opened: Position) -> None:
    (stop,) = bench.venue.resting()
    bench.venue.say(bench.venue.end(stop))
    await bench.quiet()
    (again,) = bench.venue.resting()
    assert (again.request.trigger, (await bench.position()).protection) == (D(90), Protection.EXCHANGE)
    bench.venue.say(bench.venue.end(again))
    await bench.quiet()
    assert bench.venue.resting() == [] and (await bench.position()).protection is Protection.ENGINE
    codes = [words["code"] for kind, words in await bench.told() if kind == "trouble"]
    assert codes == ["stop_cancelled", "stop_left_out"]
    await check(bench)
    await bench.tick("89.5")
    assert not (await bench.position()).is_open
    await check(bench)


@pytest.mark.parametrize("state", [S.EXPIRED, S.REJECTED])
async def test_F46_a_stop_that_the_venue_itself_ended_is_not_called_cancelled_by_hand(
    bench: Bench, opened: Position, state: OrderState
) -> None:
    (stop,) = bench.venue.resting()
    bench.venue.say(bench.venue.end(stop, state))
    await bench.quiet()
    (again,) = bench.venue.resting()
    assert (again.request.trigger, (await bench.position()).protection) == (D(90), Protection.EXCHANGE)
    bench.venue.say(bench.venue.end(again, state))
    await bench.quiet()
    assert bench.venue.resting() == [] and (await bench.position()).protection is Protection.ENGINE
    codes = [words["code"] for kind, words in await bench.told() if kind == "trouble"]
    assert codes == ["stop_ended", "stop_left_out"]
    await check(bench)
    await bench.tick("89.9")
    assert not (await bench.position()).is_open
    await check(bench)


async def test_F46_a_stop_that_was_rejected_at_its_trigger_closes_at_once(bench: Bench, opened: Position) -> None:
    """The price is beyond it: what is offered again would sell at once, and is closed instead."""
    (stop,) = bench.venue.resting()
    bench.venue.price(D("89.9"))
    bench.venue.script("place", refused(Code.STOP_PASSED))
    bench.venue.say(bench.venue.end(stop, S.REJECTED))
    await bench.quiet()
    position = await bench.position()
    assert (position.is_open, position.closed_reason) == (False, ClosedReason.SL)
    await check(bench)


async def test_F46_a_stop_that_the_venue_has_forgotten_is_put_back(bench: Bench, opened: Position) -> None:
    """Cancelled by hand while we were away for long: exchanges forget such an order after a day, or after three."""
    (stop,) = bench.venue.resting()
    bench.venue.book.remove(stop)
    await bench.run(86_400)
    for _ in range(3):
        assert bench.venue.resting() == []
        await bench.recovery.take_up()
        await bench.run(60)
    assert [o.request.trigger for o in bench.venue.resting()] == [D(90)]
    assert [words["code"] for kind, words in await bench.told() if kind == "trouble"] == ["stop_cancelled"]


async def test_F11_a_stop_that_is_not_shown_for_a_while_rests_on(bench: Bench, opened: Position) -> None:
    await bench.run(600)
    for hidden in (True, True, False, True, True, False):
        bench.venue.lag = 86_400 if hidden else 0
        await bench.recovery.take_up()
        await bench.run(60)
    assert await bench.states("S") == [S.ACKED] and len(bench.venue.resting()) == 1
    await check(bench)


async def test_F14_nobody_is_told_that_a_stop_rests_which_the_venue_does_not_know(bench: Bench) -> None:
    """It is to be moved and has gone, and the new one is refused."""
    bench.venue.stops_lock = True
    opened = await bench.enter()
    (stop,) = bench.venue.resting()
    bench.venue.book.remove(stop)
    bench.venue.script("place", refused())
    await bench.trader.act(opened, (MoveStop(price=D(95), reason=ClosedReason.SL),))
    await bench.run(30)
    assert await bench.states("S") == [S.CANCELLED, S.REJECTED]
    assert (await bench.position()).protection is Protection.ENGINE


async def test_F40_a_stop_that_our_own_close_ended_is_no_strangers_doing(bench: Bench, opened: Position) -> None:
    (stop,) = bench.venue.resting()
    bench.venue.script("place", answer_lost())
    bench.venue.script("find", *[lost()] * 3)
    await close(bench)
    bench.venue.say(bench.venue.end(stop))
    await bench.run(20)
    position = await bench.position()
    assert (position.is_open, position.closed_reason) == (False, ClosedReason.MANUAL)
    assert "trouble" not in await bench.kinds()
    await check(bench)


async def test_F39_a_position_closed_by_hand_is_booked_out_after_two_readings(bench: Bench, opened: Position) -> None:
    bench.venue.foreign("BTC/USDT", D(-10))
    await bench.tick("104")
    bench.spawn("compare", bench.recovery.compare())
    await bench.quiet()
    assert (await bench.position()).is_open
    await bench.run(7)
    position = await bench.position()
    assert (position.is_open, position.closed_reason) == (False, ClosedReason.EXTERNAL)
    assert bench.venue.resting() == [] and position.pnl == D(40)


async def test_F39_a_position_closed_by_hand_is_booked_out_while_its_stop_trails(
    bench: Bench, opened: Position
) -> None:
    """Each new best price is written down with the position; nothing has happened to what is held of it."""
    bench.venue.foreign("BTC/USDT", D(-10))
    bench.spawn("compare", bench.recovery.compare())
    for price in range(101, 108):
        await bench.trader.act(opened, (Track(highest=D(price), lowest=D(100)),))
        await bench.run(1)
    position = await bench.position()
    assert (position.is_open, position.closed_reason) == (False, ClosedReason.EXTERNAL)


async def test_F39_a_part_closed_by_hand_makes_position_and_stop_smaller(bench: Bench, opened: Position) -> None:
    bench.venue.foreign("BTC/USDT", D(-4))
    bench.spawn("compare", bench.recovery.compare())
    await bench.run(7)
    position = await bench.position()
    assert (position.is_open, position.quantity) == (True, D(6))
    assert [o.request.quantity for o in bench.venue.resting()] == [D(6)]
    assert (await bench.told())[-1][1]["reason"] == "external"


async def test_F32_a_stop_whose_fill_nobody_reported_is_the_reason_not_a_stranger(
    bench: Bench, opened: Position
) -> None:
    (stop,) = bench.venue.resting()
    bench.venue.fill(stop, price=D(90))
    bench.spawn("compare", bench.recovery.compare())
    await bench.run(7)
    position = await bench.position()
    assert (position.is_open, position.closed_reason) == (False, ClosedReason.SL)
    await check(bench)


async def test_more_than_ours_is_the_owners_own(bench: Bench, opened: Position) -> None:
    bench.venue.foreign("BTC/USDT", D(5))
    bench.spawn("compare", bench.recovery.compare())
    await bench.run(7)
    assert await bench.position() == opened


async def test_F49_no_answer_about_holdings_is_no_evidence(bench: Bench, opened: Position) -> None:
    bench.venue.foreign("BTC/USDT", D(-10))
    bench.venue.script("holdings", None, lost())
    bench.spawn("compare", bench.recovery.compare())
    await bench.run(7)
    assert (await bench.position()).is_open


async def test_F41_a_liquidation_that_nobody_reported_is_not_called_a_close_by_hand(
    bench: Bench, opened: Position
) -> None:
    bench.venue.foreign("BTC/USDT", -opened.quantity)
    bench.venue.liquidations["BTC/USDT"] = D(85)
    bench.spawn("compare", bench.recovery.compare())
    await bench.run(7)
    position = await bench.position()
    assert (position.is_open, position.closed_reason, position.pnl) == (False, ClosedReason.LIQUIDATION, D(-150))
    assert bench.venue.resting() == []


async def test_F49_an_answer_that_leaves_our_symbol_out_ends_no_trade(bench: Bench, opened: Position) -> None:
    bench.venue.unread.add("BTC/USDT")
    bench.spawn("compare", bench.recovery.compare())
    await bench.run(7)
    assert await bench.position() == opened
    assert len(bench.venue.resting()) == 1


async def test_F48_a_target_and_the_stop_that_both_go_close_once(bench: Bench, opened: Position) -> None:
    (stop,) = bench.venue.resting()
    bench.venue.fill(stop, price=D(90))
    await close(bench)
    await bench.run(5)
    bench.venue.say(stop.report())
    await bench.run(5)
    assert bench.venue.net("BTC/USDT") == 0 and not (await bench.position()).is_open
    await check(bench)


async def test_F18_more_than_was_ordered_is_held_and_protected(bench: Bench) -> None:
    bench.venue.slices.append(D(9))
    await bench.enter()
    (order,) = bench.venue.orders(OrderType.MARKET)
    bench.venue.say(bench.venue.fill(order, D("1.5")))
    await bench.quiet()
    (stop,) = bench.venue.resting()
    assert (await bench.position()).quantity == stop.request.quantity == D("10.5")


async def test_F24_dust_that_cannot_be_sold_ends_the_trade(bench: Bench) -> None:
    bench.venue.fee, bench.venue.fee_currency = D("0.00005"), "BTC"
    position = await bench.enter()
    assert position.quantity == D("9.9995")
    await close(bench, "9.9995")
    position = await bench.position()
    assert not position.is_open and position.quantity < D("0.001")
    assert bench.venue.count("place") == 3 and bench.venue.resting() == []


async def test_the_venue_gets_a_moment_to_trigger_its_own_stop(bench: Bench, opened: Position) -> None:
    await bench.tick("89.8")
    assert (await bench.position()).is_open
    await bench.run(6)
    await bench.tick("89.8")
    assert not (await bench.position()).is_open  # it did not: ours did
    await check(bench)


async def test_a_stop_left_far_behind_is_not_waited_for(bench: Bench, opened: Position) -> None:
    await bench.tick("89")
    assert not (await bench.position()).is_open
    await check(bench)


async def test_what_is_on_its_way_out_is_not_sent_out_again(bench: Bench, opened: Position) -> None:
    bench.venue.script("place", lost())
    await close(bench, "10", key="first")
    sent = bench.venue.count("place")
    await close(bench, "10", key="second")
    assert bench.venue.count("place") == sent
    await bench.run(40)
    assert not (await bench.position()).is_open
    await check(bench)


async def test_a_refused_close_is_tried_again_ever_more_slowly(bench: Bench, opened: Position) -> None:
    bench.venue.script("place", *[refused()] * 100)
    for _ in range(50):
        await bench.tick("80")
    sent = sum(o.leg == "C" for o in await bench.orders())
    assert sent == 1
    for _ in range(10):
        await bench.run(6)
        await bench.tick("80")
    assert 3 <= sum(o.leg == "C" for o in await bench.orders()) <= 5
    bench.venue.heal()
    await bench.run(300)
    await bench.tick("80")
    assert not (await bench.position()).is_open


async def test_F11_a_close_that_was_taken_and_is_not_shown_any_more_is_asked_about(
    bench: Bench, opened: Position, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The venue said yes and dropped it. It is not sent again by itself, and not waited for in silence for ever."""
    monkeypatch.setattr(bench.venue, "_trade", lambda order: None)
    await close(bench)
    bench.venue.book.pop()
    await bench.run(59)
    assert await bench.states("C") == [S.ACKED] and (await bench.told())[-1][1]["code"] == "close_late"
    await bench.run(10)
    (order,) = await bench.orders("C")
    assert order.state is S.QUARANTINED
    told = [words for kind, words in await bench.told() if kind == "trouble"]
    assert [(words["code"], words["order_id"]) for words in told[1:]] == [("order_unknown", order.id)]
    monkeypatch.undo()
    await bench.wishes.not_there(bench.world.ann.id, order.id)
    await close(bench)
    assert not (await bench.position()).is_open
    await check(bench)


async def test_F39_a_close_without_an_answer_is_ours_and_not_a_strangers(bench: Bench, opened: Position) -> None:
    bench.venue.script("place", answer_lost())
    bench.venue.script("find", *[lost()] * 7)  # one of them is the look at the stop
    await close(bench)
    bench.spawn("compare", bench.recovery.compare())
    await bench.run(7)
    assert (await bench.position()).is_open
    await bench.run(20)
    position = await bench.position()
    assert (position.is_open, position.closed_reason) == (False, ClosedReason.MANUAL)
    await check(bench)


async def test_a_close_that_has_to_wait_leaves_the_stop_alone(bench: Bench) -> None:
    """With nothing to send, nothing is cancelled for it: or stop and close would chase each other for ever."""
    bench.venue.stops_lock = True
    await bench.enter()
    bench.venue.script("place", refused())
    await bench.tick("112")
    assert [o.state for o in await bench.orders("T")] == [S.REJECTED]
    before = len(bench.venue.calls)
    for _ in range(5):
        await bench.tick("112")
    assert bench.venue.calls[before:] == [] and len(bench.venue.resting()) == 1
    await bench.run(6)
    await bench.tick("112")
    assert (await bench.position()).quantity == D(5)
    await check(bench)


async def test_F41_a_liquidation_ends_the_trade_at_the_venues_price(bench: Bench, opened: Position) -> None:
    fill = Fill(
        trade_id="liq", quantity=D(10), price=D(82), fee=D(0), fee_currency="USDT", at=bench.clock.now()
    )  # fmt: skip
    bench.venue.foreign("BTC/USDT", D(-10))
    bench.venue.say(
        ExecutionReport(
            client_order_id="not ours", venue_order_id="v99", symbol="BTC/USDT", state=S.FILLED, quantity=D(10),
            filled=D(10), fills=(fill,), reason=ClosedReason.LIQUIDATION.value,
        )
    )  # fmt: skip
    await bench.quiet()
    position = await bench.position()
    assert (position.is_open, position.closed_reason, position.pnl) == (False, ClosedReason.LIQUIDATION, D(-180))
    assert bench.venue.resting() == [] and (await bench.told())[-1][1]["reason"] == "liquidation"


async def test_F44_a_stop_refused_for_its_price_is_held_here_told_once_and_asked_for_again(bench: Bench) -> None:
    """It is never moved closer by itself: a stop that sells sooner than its owner said is another trade."""
    bench.venue.script("place", None, *[refused(Code.PRICE_BAND)] * 2)
    position = await bench.enter()
    assert (position.protection, position.sl_price) == (Protection.ENGINE, D(90))
    for _ in range(3):
        await bench.run(4)
        await bench.recovery.take_up()
        await bench.quiet()
    assert [payload["code"] for kind, payload in await bench.told() if kind == "trouble"] == ["price_band"]
    await bench.run(30)
    await bench.recovery.take_up()
    await bench.quiet()
    after = await bench.position()
    assert (after.protection, after.sl_price) == (Protection.EXCHANGE, D(90))
    (stop,) = bench.venue.resting()
    assert stop.request.trigger == D(90)
    await check(bench)


async def test_F44_meanwhile_the_stop_here_acts(bench: Bench) -> None:
    bench.venue.script("place", None, refused(Code.PRICE_BAND))
    await bench.enter()
    await bench.tick("89")
    assert not (await bench.position()).is_open
    await check(bench)


@pytest.mark.parametrize("part, sold", [("9.5", "9.5"), ("9.97", "10")])
async def test_a_rest_that_nobody_could_sell_goes_along(bench: Bench, opened: Position, part: str, sold: str) -> None:
    await close(bench, part)
    await bench.run(10)
    assert D(10) - (await bench.position()).quantity == D(sold)


# --- a stop that has filled and was not heard of ----------------------------------------------------


async def test_a_close_in_place_of_the_stop_leaves_the_owners_own_alone(bench: Bench, opened: Position) -> None:
    """Its owner holds as much again; the stop fills at the venue, and the price is heard before the report."""
    bench.venue.foreign("BTC/USDT", D(10))
    (stop,) = bench.venue.resting()
    bench.venue.fill(stop, price=D(90))
    await bench.tick("89.5")
    await bench.run(120)
    assert bench.venue.net("BTC/USDT") == D(10)
    position = await bench.position()
    assert (position.is_open, position.closed_reason) == (False, ClosedReason.SL)


@pytest.mark.parametrize("filled", [None, D(6)])
async def test_a_close_that_takes_the_stop_away_first_sells_what_is_left(bench: Bench, filled: D | None) -> None:
    bench.venue.stops_lock = True
    await bench.enter()
    bench.venue.foreign("BTC/USDT", D(10))
    (stop,) = bench.venue.resting()
    bench.venue.fill(stop, filled, price=D(90))
    await close(bench, "10")
    await bench.run(60)
    assert not (await bench.position()).is_open
    assert bench.venue.net("BTC/USDT") == D(10)


async def test_a_close_waits_for_a_stop_in_doubt_where_it_reserves_what_is_sold(bench: Bench) -> None:
    bench.venue.stops_lock = True
    await bench.enter()
    bench.venue.script("cancel", lost())
    await close(bench, "10", key="first")
    assert await bench.states("C") == [OrderState.PLANNED]
    await bench.run(60)
    assert not (await bench.position()).is_open


async def test_a_moved_stop_is_not_placed_for_what_the_old_one_has_sold(bench: Bench) -> None:
    bench.venue.stops_lock = True
    await bench.enter()
    bench.venue.foreign("BTC/USDT", D(10))
    (stop,) = bench.venue.resting()
    bench.venue.fill(stop, price=D(90))
    await bench.trader.act(await bench.position(), (MoveStop(price=D(95), reason=ClosedReason.SL),))
    await bench.run(60)
    assert not (await bench.position()).is_open and not bench.venue.resting()
    assert bench.venue.net("BTC/USDT") == D(10)


async def test_refusals_of_long_ago_do_not_hold_up_the_stop(bench: Bench) -> None:
    """Seven closes were refused this morning; one more refusal in the evening costs seconds."""
    bench.venue.stops_rest_here = False
    await bench.enter()
    bench.venue.script("place", *[refused()] * 7)
    for _ in range(7):
        await bench.tick("89")
        await bench.run(20)
    assert (await bench.position()).is_open
    await bench.run(8 * 3600)
    bench.venue.script("place", refused())
    await bench.tick("89")
    await bench.run(6)
    await bench.tick("89")
    await bench.run(6)
    assert not (await bench.position()).is_open


async def test_that_the_stop_fails_is_told_although_a_close_failed_before(bench: Bench) -> None:
    bench.venue.stops_rest_here = False
    await bench.enter()
    bench.venue.script("place", refused())
    await close(bench, "10")
    assert (await bench.kinds()).count("trouble") == 1
    await bench.run(2 * 86_400)
    bench.venue.script("place", *[refused()] * 50)
    for _ in range(5):
        await bench.tick("89")
        await bench.run(120)
    assert (await bench.kinds()).count("trouble") == 2
