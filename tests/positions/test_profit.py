"""What fills do to a position: average, result, fees, targets, the end; and the sums over any sequence of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.positions.profit import apply_entry_fill, apply_exit_fill, mark, open_from_plan, unrealised
from engine.types import (
    ClosedReason,
    Connection,
    Direction,
    Entry,
    Execution,
    ExecutionStatus,
    Fill,
    Instrument,
    Plan,
    Position,
    PositionStatus,
    Preset,
    Signal,
)
from tests.risk.build import NOW, D, instrument, long, planned, quote, rungs, short, targets

case = pytest.param
TP, SL, MANUAL = ClosedReason.TP, ClosedReason.SL, ClosedReason.MANUAL
LATER = NOW + timedelta(minutes=5)
MARKET = instrument()


def fill(quantity: str | Decimal, price: str | Decimal, fee: str = "0", currency: str = "USDT") -> Fill:
    return Fill(trade_id="t", quantity=D(quantity), price=D(price), fee=D(fee), fee_currency=currency, at=LATER)


def execution(entry: Entry, preset: Preset) -> Execution:
    signal = Signal(id=11, source_id=12, chat_id=None, message_id=None, entry=entry, published_at=NOW)
    connection = Connection(
        id=13,
        user_id=14,
        admin_id=None,
        name="paper",
        exchange_name="paper",
        status="active",
        is_active=True,
        is_admin_owned=False,
        trade_execution_enabled=True,
        is_paper=True,
        preset=preset,
    )
    return Execution(id=15, signal=signal, connection=connection, status=ExecutionStatus.PENDING)


def opened(first: Fill, entry: Entry | None = None, market: Instrument = MARKET, **preset: Any) -> Position:
    """The position that this first fill opens; a long from 100 with its stop at 95 unless told otherwise."""
    wish, rules = entry or long(), Preset(**preset)
    plan = planned(wish, preset=rules, instrument=market)
    return open_from_plan(plan, execution(wish, rules), first, NOW)


def bought(quantity: str = "10", price: str = "100", **changes: Any) -> Position:
    return replace(opened(fill(quantity, price)), **changes)


def sell(position: Position, quantity: str | Decimal, price: str | Decimal, fee: str = "0", **how: Any) -> Position:
    given: dict[str, Any] = {"reason": MANUAL} | how
    return apply_exit_fill(position, fill(quantity, price, fee), MARKET, **given)


# --- opening ---------------------------------------------------------------------------------------


def test_the_first_fill_opens_the_position() -> None:
    position = opened(fill("4", "101", "0.2"), long(take_profits=targets("110:40", "120:60")))
    assert position.id == 0  # the store gives it one
    assert (position.signal_id, position.connection_id, position.execution_id, position.user_id) == (11, 13, 15, 14)
    assert (position.symbol, position.direction) == ("COIN/USDT", Direction.BUY)
    assert (position.quantity, position.original_quantity, position.entry_price) == (4, 4, 101)
    assert (position.sl_price, position.initial_risk, position.stop_reason) == (95, 6, SL)
    assert [(r.price, r.share) for r in position.rungs] == [(110, 40), (120, 60)]
    assert (position.fees, position.realised_pnl, position.pnl) == (D("0.2"), D("-0.2"), D("-0.2"))
    assert position.opened_at == NOW
    assert position.is_open


@pytest.mark.parametrize(
    ("entry", "prices"),
    [case(long(), ("107.5", "110"), id="long"), case(short(), ("92.5", "90"), id="short")],
)
def test_triggers_in_r_are_prices_from_the_fill(entry: Entry, prices: tuple[str, str]) -> None:
    position = opened(fill("1", "100"), entry, be_trigger_rr=D("1.5"), ts_trigger_rr=D(2), ts_enabled=True)
    assert (position.breakeven_trigger_price, position.trailing_trigger_price) == tuple(D(p) for p in prices)


def test_the_preset_s_exits_go_with_the_position() -> None:
    position = opened(
        fill("1", "100"),
        be_enabled=True,
        be_trigger_tp=2,
        be_offset_pips=D(30),
        ts_enabled=True,
        ts_distance=D(4),
        ts_percentage=D(2),
    )
    assert (position.breakeven_enabled, position.breakeven_trigger_tp) == (True, 2)
    assert position.breakeven_offset == D("0.30")  # 30 pips of 0.01
    assert (position.breakeven_trigger_price, position.trailing_trigger_price) == (None, None)
    assert position.trailing_stop_enabled
    assert (position.trailing_stop_distance, position.trailing_stop_percentage) == (4, 2)


def test_more_fills_average_the_entry() -> None:
    position = apply_entry_fill(bought("4", "100"), fill("1", "110", "0.5"), MARKET)
    assert (position.quantity, position.original_quantity, position.entry_price) == (5, 5, 102)
    assert position.initial_risk == 5
    assert position.fees == D("0.5")


def test_a_fill_after_a_part_was_sold_averages_what_is_held() -> None:
    position = apply_entry_fill(sell(bought("4", "100"), "2", "104"), fill("2", "110"), MARKET)
    assert (position.quantity, position.original_quantity, position.entry_price) == (4, 6, 105)
    assert position.realised_pnl == 8


# --- fees ------------------------------------------------------------------------------------------


def test_f19_a_fee_taken_in_base_was_bought_and_never_held() -> None:
    position = opened(fill("4.981", "100", "0.005", "COIN"))
    assert (position.quantity, position.original_quantity) == (D("4.976"), D("4.976"))
    assert (position.fees, position.realised_pnl) == (D("0.5"), D("-0.5"))
    flat = sell(position, "4.976", "100")
    assert flat.pnl == D("-0.5")  # spent 498.10, got 497.60


def test_a_fee_in_base_at_the_exit_lowers_what_is_left() -> None:
    smaller = apply_exit_fill(bought(), fill("4", "110", "0.5", "COIN"), MARKET, reason=MANUAL)
    assert smaller.quantity == D("5.5")
    assert smaller.realised_pnl == 40 - 50


def test_a_fee_in_base_never_takes_more_than_is_held() -> None:
    flat = apply_exit_fill(bought(), fill("10", "110", "0.5", "COIN"), MARKET, reason=MANUAL)
    assert (flat.quantity, flat.pnl) == (0, 100)


def test_a_fee_in_a_third_currency_stays_with_its_fill() -> None:
    position = opened(fill("4", "100", "3", "BNB"))
    assert (position.quantity, position.fees, position.pnl) == (4, 0, 0)


def test_money_is_in_account_currency() -> None:
    position = apply_exit_fill(bought(rate=D("0.5")), fill("10", "110", "4"), MARKET, reason=MANUAL)
    assert (position.realised_pnl, position.fees) == (48, 2)


# --- leaving ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("entry", "price", "result"),
    [
        case(long(), "104", "8", id="long won"),
        case(long(), "97", "-6", id="long lost"),
        case(short(), "97", "6", id="short won"),
        case(short(), "104", "-8", id="short lost"),
    ],
)
def test_a_part_is_booked_at_the_fill(entry: Entry, price: str, result: str) -> None:
    position = sell(opened(fill("10", "100"), entry), "2", price)
    assert (position.quantity, position.realised_pnl) == (8, D(result))
    assert position.pnl == D(result) * 5  # all ten at this price
    assert position.current_price == D(price)
    assert position.is_open


@pytest.mark.parametrize(
    ("quantity", "status", "left"),
    [
        case("10", PositionStatus.CLOSED, "0", id="flat"),
        case("9.9991", PositionStatus.CLOSED, "0.0009", id="dust under one step"),
        case("9.999", PositionStatus.OPEN, "0.001", id="one step left"),
        case("12", PositionStatus.CLOSED, "0", id="more than is held never turns it around"),
    ],
)
def test_the_end(quantity: str, status: PositionStatus, left: str) -> None:
    position = sell(bought(), quantity, "110", reason=SL)
    assert (position.status, position.quantity) == (status, D(left))
    ended = status is PositionStatus.CLOSED
    assert (position.closed_reason, position.closed_at) == ((SL, LATER) if ended else (None, None))


def test_what_was_sold_too_much_earns_nothing() -> None:
    assert sell(bought(), "12", "110").pnl == 100


def test_dust_counts_for_nothing_in_the_result() -> None:
    position = sell(bought(), "9.9991", "110")
    assert position.pnl == position.realised_pnl == D("99.991")


def test_a_liquidation_is_its_own_status() -> None:
    position = sell(bought(), "10", "90", reason=ClosedReason.LIQUIDATION)
    assert (position.status, position.closed_reason) == (PositionStatus.LIQUIDATED, ClosedReason.LIQUIDATION)


def test_a_closed_position_stays_as_it_is() -> None:
    flat = sell(bought(), "10", "110")
    assert sell(flat, "1", "50") == flat
    assert mark(flat, quote("1")) == flat


# --- targets ---------------------------------------------------------------------------------------

THREE = rungs("110:30", "120:40", "130:30")


def test_a_rung_is_done_when_its_slice_is_sold() -> None:
    half = sell(bought(rungs=THREE), "1.5", "110", reason=TP, level=1)
    assert [(r.closed_qty, r.closed_at) for r in half.rungs] == [(D("1.5"), None), (0, None), (0, None)]
    full = sell(half, "1.5", "110", reason=TP, level=1)
    assert [(r.closed_qty, r.closed_at) for r in full.rungs] == [(3, LATER), (0, None), (0, None)]


def test_a_rung_is_done_when_the_rest_of_its_slice_cannot_be_sold() -> None:
    position = apply_exit_fill(bought(rungs=THREE), fill("2.5", "110"), instrument(min_qty=D(1)), reason=TP, level=1)
    assert position.rungs[0].closed_at == LATER


def test_a_rung_keeps_the_time_it_was_done() -> None:
    before = sell(bought(rungs=THREE), "3", "110", reason=TP, level=1)
    after = apply_exit_fill(before, replace(fill("1", "110"), at=NOW), MARKET, reason=TP, level=1)
    assert after.rungs[0].closed_at == LATER


def test_other_exits_touch_no_rung() -> None:
    assert sell(bought(rungs=THREE), "3", "110").rungs == THREE


def test_the_whole_ladder_closes_the_position() -> None:
    position = bought(rungs=THREE)
    for level, (quantity, price) in enumerate((("3", "110"), ("4", "120"), ("3", "130")), 1):
        position = sell(position, quantity, price, reason=TP, level=level)
    assert (position.status, position.closed_reason) == (PositionStatus.CLOSED, TP)
    assert position.pnl == 30 + 80 + 90
    assert position.pnl_percentage == 20
    assert all(not r.is_open for r in position.rungs)


# --- marking ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("entry", "price", "pnl", "percent"),
    [
        case(long(), "104", "40", "4", id="long, on the bid"),
        case(short(), "106", "-60", "-6", id="short, on the ask"),
    ],
)
def test_mark(entry: Entry, price: str, pnl: str, percent: str) -> None:
    position = mark(opened(fill("10", "100"), entry), quote("104", "106"))
    assert position.current_price == D(price)
    assert (position.pnl, position.pnl_percentage) == (D(pnl), D(percent))
    assert position.realised_pnl == 0


def test_a_mark_counts_what_was_already_earned() -> None:
    position = mark(sell(bought(), "5", "110", "1"), quote("104"))
    assert position.pnl == 50 - 1 + 20
    assert position.pnl_percentage == D("6.9")


def test_percent_has_four_decimals() -> None:
    assert str(mark(bought("3", "97"), quote("98")).pnl_percentage) == "1.0309"


def test_nothing_is_unrealised_before_a_price_is_known() -> None:
    assert unrealised(bought(current_price=None)) == 0


def test_nothing_bought_has_no_percentage() -> None:
    everything_taken = opened(fill("1", "100", "1", "COIN"))
    assert (everything_taken.quantity, everything_taken.pnl_percentage) == (0, 0)
    assert everything_taken.entry_price == 100


# --- sums over any sequence ------------------------------------------------------------------------

amounts = st.integers(1, 50000).map(lambda n: D(n) / 1000)
levels = st.integers(1, 200000).map(lambda n: D(n) / 100)
fees = st.integers(0, 500).map(lambda n: D(n) / 100)
currencies = st.sampled_from(["USDT", "BNB"])
trades = st.lists(st.tuples(st.booleans(), amounts, levels, fees, currencies), max_size=25)


def near(a: Decimal, b: Decimal) -> bool:
    return abs(a - b) <= D("1e-12") * max(1, abs(a), abs(b))


@settings(max_examples=200)
@given(side=st.sampled_from([long(), short()]), first=st.tuples(amounts, levels), rest=trades, last=levels)
def test_the_result_is_the_cash_of_all_fills(
    side: Entry, first: tuple[Decimal, Decimal], rest: list[Any], last: Decimal
) -> None:
    """Whatever the order of buying and selling: the result is money out less money in less fees."""
    position = opened(fill(*first), side)
    sign = position.direction.sign
    cash = -sign * first[0] * first[1]
    for enters, amount, price, fee, currency in rest:
        trade = fill(amount, price, str(fee), currency)
        if not position.is_open:
            break
        booked = amount if enters else min(amount, position.quantity)
        cash += (-sign if enters else sign) * booked * price - (fee if currency == "USDT" else 0)
        before = position
        if enters:
            position = apply_entry_fill(position, trade, MARKET)
        else:
            position = apply_exit_fill(position, trade, MARKET, reason=MANUAL)
            assert position.quantity <= before.quantity
        assert position.quantity >= 0
        assert near(position.pnl, cash + sign * position.quantity * price)
    if position.is_open:
        cash += sign * position.quantity * last
        position = sell(position, position.quantity, last)
    assert position.status is PositionStatus.CLOSED
    assert near(position.pnl, cash)
    assert position.pnl == position.realised_pnl


def test_a_plan_s_rate_goes_with_the_position() -> None:
    plan = planned(long(), rate=D("0.25"))
    assert isinstance(plan, Plan)
    position = open_from_plan(plan, execution(long(), Preset()), fill("2", "100", "1"), NOW)
    assert (position.rate, position.fees) == (D("0.25"), D("0.25"))
