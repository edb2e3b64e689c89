"""A close that cannot leave, a stop that does not come to rest: the trade is guarded on, and its owner hears."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from engine.execution import pursuit
from engine.execution.overdue import AGAIN, HARD, SOFT
from engine.types import (
    ActionKind,
    Amendment,
    ClosedReason,
    ClosePart,
    MoveStop,
    OrderState,
    OrderType,
    Position,
    Protection,
)
from tests.execution.bench import Bench, check
from tests.execution.fake_venue import D, Fault, busy, late, lost, refused
from tests.execution.test_close_and_stop import second_trade

S = OrderState
HALF = Amendment(action=ActionKind.CLOSE_PARTIAL, value=D(50))
WHOLE = Amendment(action=ActionKind.CLOSE)


async def codes(bench: Bench) -> list[str]:
    return [words["code"] for kind, words in await bench.told() if kind == "trouble"]


def close(bench: Bench, position: Position, quantity: str = "10", key: str = "") -> None:
    part = ClosePart(quantity=D(quantity), reason=ClosedReason.MANUAL, key=key)
    bench.spawn("wish", _quietly(bench.trader.act(position, (part,))))


async def _quietly(work: Any) -> None:
    await work


def silent(bench: Bench, *calls: str) -> None:
    for call in calls:
        bench.venue.script(call, *[lost()] * 500)


# --- F13: the venue keeps silent about the cancel of the stop ----------------------------------------


async def test_F13_a_close_that_waits_for_the_cancel_of_its_stop_is_told(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On spot nothing bounds a sale: the waiting is right, and its owner can do by hand what we may not."""
    monkeypatch.setattr(pursuit, "LONGEST_PAUSE", 60.0)
    bench.venue.stops_lock = True
    await bench.enter()
    silent(bench, "cancel", "find")
    await bench.tick("89")
    await bench.run(SOFT - 0.1)
    assert await bench.states("C") == [S.PLANNED] and await codes(bench) == []
    await bench.run(0.2)
    assert await codes(bench) == ["close_waits"]
    await bench.run(AGAIN / 2)
    assert await codes(bench) == ["close_waits"]
    await bench.run(AGAIN)
    assert await codes(bench) == ["close_waits"] * 2
    assert sum(o.filled for o in bench.venue.orders(OrderType.MARKET) if o.request.reduce_only) == 0
    bench.venue.heal()
    await bench.run(60)
    assert not (await bench.position()).is_open
    await check(bench)


async def test_F13_a_close_whose_stop_is_answered_for_in_time_is_no_trouble(bench: Bench) -> None:
    bench.venue.stops_lock = True
    await bench.enter()
    bench.venue.script("cancel", lost())
    await bench.tick("89")
    await bench.run(60)
    assert not (await bench.position()).is_open and await codes(bench) == []


async def test_F13_a_close_that_waits_is_told_after_a_restart_too(bench: Bench) -> None:
    bench.venue.stops_lock = True
    await bench.enter()
    silent(bench, "cancel", "find")
    await bench.tick("89")
    again = await bench.reborn()
    await again.run(SOFT + 1)
    assert await codes(again) == ["close_waits"]
    again.venue.heal()
    await again.run(10)
    assert not (await again.position()).is_open
    await again.close()


async def test_F47_a_stop_that_is_moved_on_spot_and_does_not_come_to_rest_is_told(bench: Bench) -> None:
    bench.venue.stops_lock = True
    opened = await bench.enter()
    silent(bench, "cancel", "find")
    bench.spawn("move", _quietly(bench.trader.act(opened, (MoveStop(price=D(95), reason=ClosedReason.SL),))))
    await bench.run(HARD - 1)
    assert await codes(bench) == []
    await bench.run(2)
    assert await codes(bench) == ["stop_late"]
    bench.venue.heal()
    await bench.run(10)
    assert [o.request.trigger for o in bench.venue.resting()] == [D(95)]
    await check(bench)


async def test_F46_a_stop_without_an_answer_is_told_when_it_takes_long(bench: Bench) -> None:
    """The stop here is armed meanwhile, and says so."""
    bench.venue.script("place", None, *[lost()] * 20)
    silent(bench, "find")
    await bench.enter()
    await bench.run(HARD + 1)
    assert await codes(bench) == ["stop_late"]
    assert (await bench.position()).protection is Protection.ENGINE
    bench.venue.heal()
    await bench.run(20)
    assert (await bench.position()).protection is Protection.EXCHANGE
    await check(bench)


async def test_F46_a_stop_that_is_late_behind_another_one_is_no_trouble(bench: Bench) -> None:
    opened = await bench.enter()
    silent(bench, "place", "find")
    bench.spawn("move", _quietly(bench.trader.act(opened, (MoveStop(price=D(95), reason=ClosedReason.SL),))))
    await bench.run(HARD * 2)
    assert await codes(bench) == []


async def test_F02_a_close_that_the_venue_does_not_answer_for_is_told_when_it_takes_long(bench: Bench) -> None:
    opened = await bench.enter()
    silent(bench, "place", "find")
    close(bench, opened)
    await bench.run(HARD - 1)
    assert await codes(bench) == []
    await bench.run(2)
    assert await codes(bench) == ["close_late"]
    bench.venue.heal()
    await bench.run(20)
    assert not (await bench.position()).is_open
    await check(bench)


# --- F33: a part is closed on spot, and the venue is busy --------------------------------------------


async def test_F33_a_part_that_a_busy_venue_does_not_take_keeps_no_stop_away(bench: Bench) -> None:
    """Its stop had to go first. The venue wants a minute between two tries: that is given up, and the stop is back."""
    bench.venue.stops_lock = True
    opened = await bench.enter()
    bench.venue.script("place", busy(60))
    close(bench, opened, "5", key="half")
    await bench.run(1)
    assert [(o.request.trigger, o.left) for o in bench.venue.resting()] == [(D(90), D(10))]
    assert await codes(bench) == ["venue_unreachable"]
    assert (await bench.position()).quantity == D(10)
    await check(bench)


async def test_F33_a_part_whose_tries_are_used_up_gives_the_stop_back_at_once(bench: Bench) -> None:
    bench.venue.stops_lock = True
    opened = await bench.enter()
    bench.venue.script("place", *[busy(1)] * 10)
    close(bench, opened, "5", key="half")
    await bench.run(29)
    assert [(o.request.trigger, o.left) for o in bench.venue.resting()] == [(D(90), D(10))]
    assert await codes(bench) == ["venue_unreachable"]
    await check(bench)


@pytest.mark.parametrize("wait, most", [(60, 60), (10, 40)])
async def test_F33_a_busy_venue_gets_the_stop_as_soon_as_it_takes_orders(
    bench: Bench, wait: float, most: float
) -> None:
    bench.venue.stops_lock = True
    opened = await bench.enter()
    bench.venue.script("place", *[busy(wait)] * 4)
    close(bench, opened, "5", key="half")
    await bench.run(most + 1)
    assert "venue_unreachable" in await codes(bench)
    await bench.run(150)
    assert [o.left for o in bench.venue.resting()] == [D(10)]
    await check(bench)


async def test_F33_a_close_of_the_whole_waits_for_a_busy_venue_and_is_told(bench: Bench) -> None:
    """Nothing of it has to be guarded on, and closing it a minute later is what its owner wants."""
    bench.venue.stops_lock = True
    opened = await bench.enter()
    bench.venue.script("place", *[busy(60)] * 2)
    close(bench, opened)
    await bench.run(HARD + 1)
    assert await codes(bench) == ["close_late"]
    await bench.run(100)
    assert not (await bench.position()).is_open
    await check(bench)


# --- the venue refuses what the channel wants closed -------------------------------------------------


@pytest.mark.parametrize("step, left", [(WHOLE, D(0)), (HALF, D(5))], ids=["whole", "half"])
async def test_a_close_of_the_channel_that_is_refused_is_tried_again(
    bench: Bench, step: Amendment, left: Decimal
) -> None:
    await bench.enter()
    bench.venue.script("place", refused(), refused())
    bench.spawn("follow", bench.follower.follow(bench.execution, (step,), "m1"))
    await bench.run(1)
    assert (await bench.position()).quantity == D(10) and await codes(bench) == ["venue_refused"]
    await bench.run(60)
    assert (await bench.position()).quantity == left
    sold = sum(o.filled for o in bench.venue.orders(OrderType.MARKET) if o.request.reduce_only)
    assert sold == D(10) - left
    await check(bench)


async def test_a_refused_close_of_a_part_keeps_the_rest_of_the_post_waiting_for_nothing(bench: Bench) -> None:
    await bench.enter()
    bench.venue.price(D(110))
    bench.venue.script("place", refused())
    steps = (HALF, Amendment(action=ActionKind.MOVE_SL_TO_ENTRY))
    bench.spawn("follow", bench.follower.follow(bench.execution, steps, "m1"))
    await bench.run(1)
    assert ((await bench.position()).quantity, (await bench.position()).sl_price) == (D(10), D(100))
    await bench.run(10)
    assert (await bench.position()).quantity == D(5)
    await check(bench)


async def test_a_refused_close_of_a_part_is_not_done_beside_its_owners_own(bench: Bench) -> None:
    opened = await bench.enter()
    bench.venue.script("place", refused())
    bench.spawn("follow", bench.follower.follow(bench.execution, (HALF,), "m1"))
    await bench.run(1)
    close(bench, opened, "5", key="press")
    await bench.run(120)
    assert (await bench.position()).quantity == D(5)
    await check(bench)


async def test_a_close_of_the_channel_that_is_refused_on_and_on_is_left_to_its_owner(bench: Bench) -> None:
    """The message with the refusal has the button to close it."""
    await bench.enter()
    bench.venue.script("place", *[refused()] * 100)
    bench.spawn("follow", bench.follower.follow(bench.execution, (WHOLE,), "m1"))
    await bench.run(600)
    assert await bench.states("C") == [S.REJECTED] * 5
    assert await codes(bench) == ["venue_refused"]
    bench.venue.heal()
    close(bench, await bench.position(), key="press")
    await bench.run(1)
    assert not (await bench.position()).is_open
    await check(bench)


# --- F05: nobody can say whether a close arrived ------------------------------------------------------


async def unanswerable(bench: Bench, fault: Fault, quantity: str = "10") -> None:
    bench.venue._expires_after = None
    opened = await bench.enter()
    bench.venue.script("place", fault)
    close(bench, opened, quantity, key="press")
    await bench.run(59)
    assert await bench.states("C") == [S.UNKNOWN]
    await bench.run(6)


@pytest.mark.parametrize("quantity", ["10", "5"])
async def test_F05_a_close_that_can_only_reduce_goes_out_once_more(bench: Bench, quantity: str) -> None:
    await unanswerable(bench, lost(), quantity)
    assert (await bench.position()).quantity == D(10) - D(quantity)
    first, second = await bench.orders("C")
    assert (first.state, second.state) == (S.QUARANTINED, S.FILLED)
    assert first.request.client_order_id != second.request.client_order_id
    assert await codes(bench) == ["close_late", "close_again"]
    for _ in range(5):
        await bench.recovery.take_up()
        await bench.run(60)
    assert len(await bench.orders("C")) == 2  # once
    await check(bench)


@pytest.mark.parametrize("after", [70, 100])
async def test_F05_F48_a_close_that_arrives_after_the_one_beside_it_turns_nothing_round(
    bench: Bench, after: float
) -> None:
    await unanswerable(bench, late(after))
    assert not (await bench.position()).is_open
    await bench.run(60)
    await bench.recovery.take_up()
    await bench.run(10)
    assert await bench.states("C") == [S.CANCELLED, S.FILLED]
    assert bench.venue.net("BTC/USDT") == 0
    await check(bench)


async def test_F05_F18_a_close_that_had_filled_is_adopted_and_nothing_is_sold_twice(bench: Bench) -> None:
    """It was filled all the while and only not shown: the one beside it finds nothing to reduce."""
    bench.venue.lag = 90
    bench.venue._expires_after = None
    opened = await bench.enter()
    await bench.run(100)
    bench.venue.script("place", Fault(lost().raises, arrives=True))
    close(bench, opened, key="press")
    await bench.run(65)
    assert await bench.states("C") == [S.QUARANTINED, S.REJECTED]
    await bench.run(60)
    await bench.recovery.take_up()
    await bench.run(10)
    position = await bench.position()
    assert (position.is_open, position.closed_reason) == (False, ClosedReason.MANUAL)
    assert bench.venue.net("BTC/USDT") == 0 and (await bench.states("C"))[0] is S.FILLED


async def test_F05_the_stop_here_acts_beside_a_part_that_nobody_can_answer_for(bench: Bench) -> None:
    bench.venue.stops_rest_here = False
    await unanswerable(bench, late(200), "5")
    await bench.tick("89")
    await bench.run(10)
    assert not (await bench.position()).is_open
    await bench.run(200)
    await bench.recovery.take_up()
    await bench.run(10)
    assert bench.venue.net("BTC/USDT") == 0
    await check(bench)


async def test_F05_a_second_close_that_is_lost_too_has_a_third(bench: Bench) -> None:
    bench.venue._expires_after = None
    opened = await bench.enter()
    bench.venue.script("place", lost(), lost())
    close(bench, opened)
    await bench.run(140)
    assert await bench.states("C") == [S.QUARANTINED, S.QUARANTINED, S.FILLED]
    await check(bench)


async def test_F05_a_close_beside_a_lost_one_that_is_refused_is_its_owners(bench: Bench) -> None:
    """They are told, and may close a part themselves: it is not closed twice over."""
    bench.venue._expires_after = None
    opened = await bench.enter()
    bench.venue.script("place", lost(), refused())
    close(bench, opened, "5", key="press")
    await bench.run(70)
    assert await codes(bench) == ["close_late", "close_again", "venue_refused"]
    close(bench, opened, "5", key="another")
    for _ in range(3):
        await bench.recovery.take_up()
        await bench.run(60)
    assert (await bench.position()).quantity == D(5)
    await check(bench)


async def test_F05_on_spot_nothing_goes_out_beside_a_lost_close(bench: Bench) -> None:
    bench.venue.stops_lock = True
    await unanswerable(bench, lost())
    await bench.tick("80")
    await bench.run(300)
    assert await bench.states("C") == [S.QUARANTINED]
    assert "order_unknown" in await codes(bench) and "close_again" not in await codes(bench)


async def test_F05_nothing_goes_out_beside_a_lost_close_where_another_trade_is_held(bench: Bench) -> None:
    one, other = await second_trade(bench)
    bench.venue._expires_after = None
    bench.venue.script("place", lost())
    close(bench, other, str(other.quantity), key="press")
    await bench.run(300)
    assert bench.venue.net("BTC/USDT") == one.quantity + other.quantity
    assert "order_unknown" in await codes(bench)
    close(bench, one, str(one.quantity), key="press")
    await bench.run(5)
    await bench.recovery.take_up()
    await bench.run(5)
    assert bench.venue.net("BTC/USDT") == other.quantity  # its owner was told that nothing is sent again


async def test_F05_a_close_beside_a_lost_one_survives_a_crash_before_it(bench: Bench) -> None:
    bench.venue._expires_after = None
    opened = await bench.enter()
    bench.venue.script("place", lost())
    close(bench, opened)
    await bench.run(55)
    (order,) = await bench.orders("C")
    await bench.close()
    await bench.clock.advance(10)
    await bench.sender.probe(bench.venue, order)  # found out, and the process ends
    assert await bench.states("C") == [S.QUARANTINED]
    again = await bench.reborn()
    await again.run(5)
    assert not (await again.position()).is_open
    await again.close()
