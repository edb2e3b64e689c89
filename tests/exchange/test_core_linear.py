"""Derivatives: positions, margin, conditional orders, liquidation, funding, hedge mode."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.exchange.bench import BTC, exchange, free, held, linear, now, request, status
from tests.exchange.core import Exchange
from tests.exchange.model import Market, PositionSide, Reason, Refusal, Side, Status, Trigger

LINEAR = Market.LINEAR


@pytest.fixture
def venue() -> Exchange:
    running = exchange()
    running.price(LINEAR, BTC, "60000", "60000")
    return running


def stop(venue: Exchange, price: str, quantity: str = "0.1", side: str = "SELL", **more: object) -> int:
    placed = linear(venue, side, quantity, trigger=Trigger.STOP, trigger_price=price, **more)
    return placed.id


def test_a_position_is_averaged_reduced_and_turned(venue: Exchange) -> None:
    linear(venue, "BUY", "0.1")
    venue.price(LINEAR, BTC, "62000", "62000")
    linear(venue, "BUY", "0.1")
    position = venue.positions("alice")[0]
    assert (position.quantity, position.entry) == (Decimal("0.2"), Decimal(61000))
    linear(venue, "SELL", "0.1")
    assert venue.trades("alice", LINEAR)[-1].profit == 100
    assert venue.positions("alice")[0].entry == 61000
    linear(venue, "SELL", "0.3")
    assert (held(venue), venue.positions("alice")[0].entry) == (Decimal("-0.2"), Decimal(62000))
    fees = sum(trade.fee for trade in venue.trades("alice", LINEAR))
    assert free(venue, LINEAR) == 10_000 + 200 - fees


def test_margin_limits_what_can_be_opened_and_leverage_widens_it(venue: Exchange) -> None:
    venue.set_leverage("alice", BTC, 1)
    with pytest.raises(Refusal, match="margin"):
        linear(venue, "BUY", "0.2")
    linear(venue, "BUY", "0.1", price="59000")
    with pytest.raises(Refusal, match="margin"):
        linear(venue, "BUY", "0.1")
    venue.set_leverage("alice", BTC, 10)
    assert linear(venue, "BUY", "0.1").status is Status.FILLED
    with pytest.raises(Refusal, match="unchanged"):
        venue.set_leverage("alice", BTC, 10)
    with pytest.raises(Refusal, match="leverage_range"):
        venue.set_leverage("alice", BTC, 126)


def test_what_takes_a_position_off_needs_no_margin(venue: Exchange) -> None:
    venue.set_leverage("alice", BTC, 1)
    linear(venue, "BUY", "0.16")
    assert linear(venue, "SELL", "0.16").status is Status.FILLED


def test_a_loss_is_no_margin_for_more(venue: Exchange) -> None:
    venue.set_leverage("alice", BTC, 2)
    linear(venue, "BUY", "0.16")
    venue.price(LINEAR, BTC, "40000")
    with pytest.raises(Refusal, match="margin"):
        linear(venue, "BUY", "0.11")
    assert linear(venue, "BUY", "0.09").status is Status.FILLED


def test_what_reduces_may_be_as_small_as_a_step(venue: Exchange) -> None:
    linear(venue, "BUY", "0.01")
    assert linear(venue, "SELL", "0.001", reduce_only=True).status is Status.FILLED
    with pytest.raises(Refusal, match="min_notional"):
        linear(venue, "SELL", "0.001")


def test_whether_a_stop_fires_at_once_is_judged_by_the_price_it_watches(venue: Exchange) -> None:
    venue.price(LINEAR, BTC, "60000", mark="58000")
    assert stop(venue, "59000")
    with pytest.raises(Refusal, match="would_trigger"):
        stop(venue, "59000", trigger_mark=True)


def test_a_fired_order_keeps_its_id_though_another_has_it_too(venue: Exchange) -> None:
    algo = stop(venue, "59000", client_id="x", algo=True)
    linear(venue, "BUY", "0.01", price="50000", client_id="x")
    venue.price(LINEAR, BTC, "58000")
    assert venue.find("alice", LINEAR, id=algo).status is Status.TRIGGERED


def test_an_algo_order_and_a_plain_one_may_share_a_client_id(venue: Exchange) -> None:
    stop(venue, "59000", client_id="x", algo=True)
    assert linear(venue, "BUY", "0.01", price="59500", client_id="x").status is Status.NEW
    for again in ({"algo": True, "trigger": Trigger.STOP, "trigger_price": "58000"}, {"price": "59400"}):
        with pytest.raises(Refusal, match="duplicate"):
            linear(venue, "SELL" if "algo" in again else "BUY", "0.01", client_id="x", **again)


@pytest.mark.parametrize(
    ("side", "trigger", "price", "quiet", "firing"),
    [
        ("SELL", Trigger.STOP, "59000", "59000.1", "59000"),
        ("SELL", Trigger.TAKE_PROFIT, "61000", "60999.9", "61000"),
        ("BUY", Trigger.STOP, "61000", "60999.9", "61000"),
        ("BUY", Trigger.TAKE_PROFIT, "59000", "59000.1", "59000"),
    ],
)
def test_a_conditional_order_fires_at_its_price(
    venue: Exchange, side: str, trigger: Trigger, price: str, quiet: str, firing: str
) -> None:
    order = linear(venue, side, "0.1", trigger=trigger, trigger_price=price)
    venue.price(LINEAR, BTC, quiet)
    assert status(venue, order) is Status.WAITING
    venue.price(LINEAR, BTC, firing)
    assert status(venue, order) is Status.FILLED
    assert held(venue) == Side(side).sign * Decimal("0.1")


def test_a_trigger_watches_the_price_it_was_told_to(venue: Exchange) -> None:
    linear(venue, "BUY", "0.2")
    by_last, by_mark = stop(venue, "59000"), stop(venue, "59000", trigger_mark=True)
    venue.price(LINEAR, BTC, "58900", mark="59500")
    assert venue.find("alice", LINEAR, id=by_last).status is Status.FILLED
    assert venue.find("alice", LINEAR, id=by_mark).status is Status.WAITING
    venue.price(LINEAR, BTC, "59500", mark="58900")
    assert venue.find("alice", LINEAR, id=by_mark).status is Status.FILLED


def test_an_algo_order_becomes_another_order_with_the_same_client_id(venue: Exchange) -> None:
    linear(venue, "BUY", "0.1")
    waiting = stop(venue, "59000", client_id="guard", algo=True, reduce_only=True)
    venue.price(LINEAR, BTC, "58000")
    algo = venue.find("alice", LINEAR, client_id="guard", algo=True)
    child = venue.find("alice", LINEAR, client_id="guard", algo=False)
    assert (algo.id, algo.status, algo.child) == (waiting, Status.TRIGGERED, child.id)
    assert (child.status, child.parent, child.spent) == (Status.FILLED, waiting, Decimal(5800))
    assert held(venue) == 0


def test_a_stop_limit_rests_where_the_price_ran_through_it(venue: Exchange) -> None:
    linear(venue, "BUY", "0.1")
    order = linear(venue, "SELL", "0.1", price="58900", trigger=Trigger.STOP, trigger_price="59000", reduce_only=True)
    venue.price(LINEAR, BTC, "58000")
    assert (status(venue, order), held(venue)) == (Status.NEW, Decimal("0.1"))
    venue.price(LINEAR, BTC, "58950")
    assert (now(venue, order).spent, held(venue)) == (Decimal(5890), 0)


def test_reduce_only_never_turns_a_position(venue: Exchange) -> None:
    linear(venue, "BUY", "0.1")
    order = linear(venue, "SELL", "0.3", reduce_only=True)
    assert (order.status, order.filled, held(venue)) == (Status.EXPIRED, Decimal("0.1"), 0)


def test_stop_and_target_in_one_gap_close_once(venue: Exchange) -> None:
    linear(venue, "BUY", "0.1")
    guard = linear(venue, "SELL", "0.1", trigger=Trigger.STOP, trigger_price="59000", reduce_only=True)
    target = linear(venue, "SELL", "0.1", trigger=Trigger.TAKE_PROFIT, trigger_price="61000", reduce_only=True)
    venue.price(LINEAR, BTC, "58000")
    venue.price(LINEAR, BTC, "62000")
    assert (status(venue, guard), status(venue, target)) == (Status.FILLED, Status.REJECTED)
    assert (now(venue, target).why, held(venue)) == ("reduce_only", 0)


def test_with_the_position_gone_resting_reducers_and_closers_expire_but_waiting_ones_stay(venue: Exchange) -> None:
    linear(venue, "BUY", "0.1")
    target = linear(venue, "SELL", "0.1", price="61000", reduce_only=True)
    closer = linear(venue, "SELL", trigger=Trigger.STOP, trigger_price="59000", close_position=True)
    orphan = linear(venue, "SELL", "0.1", trigger=Trigger.STOP, trigger_price="58000", reduce_only=True)
    other = linear(venue, "SELL", "0.1", price="63000")
    venue.close_by_hand("alice", BTC)
    assert [status(venue, order) for order in (target, closer, orphan, other)] == [
        Status.EXPIRED, Status.EXPIRED, Status.WAITING, Status.NEW,
    ]  # fmt: skip


def test_close_position_closes_whatever_there_is_and_stands_alone(venue: Exchange) -> None:
    linear(venue, "BUY", "0.1")
    linear(venue, "SELL", trigger=Trigger.STOP, trigger_price="59000", close_position=True, algo=True)
    with pytest.raises(Refusal) as refused:
        linear(venue, "SELL", trigger=Trigger.STOP, trigger_price="58000", close_position=True, algo=True)
    assert refused.value.reason is Reason.CLOSE_POSITION_EXISTS
    linear(venue, "BUY", "0.05")
    venue.price(LINEAR, BTC, "59000")
    assert held(venue) == 0
    assert venue.orders("alice", LINEAR)[-1].filled == Decimal("0.15")


def test_hedge_mode_keeps_two_positions(venue: Exchange) -> None:
    venue.set_hedge("alice", True)
    with pytest.raises(Refusal, match="position_mode"):
        linear(venue, "BUY", "0.1")
    linear(venue, "BUY", "0.1", position_side=PositionSide.LONG)
    linear(venue, "SELL", "0.2", position_side=PositionSide.SHORT)
    assert {one.side: one.quantity for one in venue.positions("alice")} == {
        PositionSide.LONG: Decimal("0.1"), PositionSide.SHORT: Decimal("-0.2"),
    }  # fmt: skip
    over = linear(venue, "SELL", "0.5", position_side=PositionSide.LONG)
    assert (over.filled, over.status) == (Decimal("0.1"), Status.EXPIRED)
    with pytest.raises(Refusal, match="reduce_only"):
        linear(venue, "SELL", "0.1", position_side=PositionSide.LONG)
    with pytest.raises(Refusal, match="position_open"):
        venue.set_hedge("alice", False)


def test_modes_change_only_without_orders_and_positions(venue: Exchange) -> None:
    order = linear(venue, "BUY", "0.1", price="59000")
    for change in (lambda: venue.set_isolated("alice", BTC, True), lambda: venue.set_hedge("alice", True)):
        with pytest.raises(Refusal, match="orders_open"):
            change()
    venue.cancel("alice", order)
    venue.set_isolated("alice", BTC, True)
    assert venue.terms("alice", BTC).isolated


def test_a_fired_order_that_finds_no_margin_is_rejected(venue: Exchange) -> None:
    order = linear(venue, "BUY", "3", trigger=Trigger.STOP, trigger_price="61000")
    linear(venue, "BUY", "2")
    venue.price(LINEAR, BTC, "61000")
    assert (status(venue, order), now(venue, order).why) == (Status.REJECTED, "margin")


def test_an_external_order_is_nobodys_business(venue: Exchange) -> None:
    order = venue.place("alice", request(LINEAR, "BUY", "0.1", price="59000"))
    assert order.client_id == f"web_{order.id}"
