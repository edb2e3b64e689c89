"""Limits: what shrinks, with its note, and what refuses, with its figures."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from engine.errors import Code
from engine.types import Direction, Exposure, OrderType, Preset
from tests.risk.build import NOW, D, account, asked, at, instrument, long, notes, planned, points, refused, targets

case = pytest.param
FIXED = {"position_size_mode": "fixed"}


@pytest.mark.parametrize(
    ("exposure", "preset", "code"),
    [
        case({"open_positions": 4}, {"max_positions": 5}, None, id="room for one more"),
        case({"open_positions": 5}, {"max_positions": 5}, Code.MAX_POSITIONS, id="full"),
        case({"open_on_symbol": 1}, {"max_positions_per_symbol": 2}, None, id="room on the symbol"),
        case({"open_on_symbol": 2}, {"max_positions_per_symbol": 2}, Code.MAX_POSITIONS_PER_SYMBOL, id="symbol full"),
        case({"sides": frozenset({Direction.BUY})}, {"max_positions_per_symbol": 2}, None, id="the same side"),
        case({"sides": frozenset({Direction.SELL})}, {}, Code.OPPOSITE_OPEN, id="the other side"),
        case({"sides": frozenset(Direction)}, {}, Code.OPPOSITE_OPEN, id="both sides"),
        case({"realised_today": D("-299.99")}, {"max_daily_loss_pct": D(3)}, None, id="not lost enough"),
        case({"realised_today": D(-300)}, {"max_daily_loss_pct": D(3)}, Code.DAILY_LOSS, id="the day is lost"),
        case({"realised_today": D(-9000)}, {"max_daily_loss_pct": None}, None, id="no daily limit"),
        case({"realised_today": D(9000)}, {"max_daily_loss_pct": D(3)}, None, id="a good day"),
    ],
)
def test_gates(exposure: dict[str, Any], preset: dict[str, Any], code: Code | None) -> None:
    answer = asked(long(), exposure=Exposure(**exposure), preset=Preset(**preset))
    assert getattr(answer, "code", None) == code


def test_gates_tell_their_figures() -> None:
    full = refused(long(), exposure=Exposure(open_positions=7))
    assert full.details == {"have": "7", "limit": "5", "symbol": "COIN/USDT"}
    lost = refused(long(), exposure=Exposure(realised_today=D("-250.50")), preset=Preset(max_daily_loss_pct=D(1)))
    assert lost.details == {"lost": "250.5", "limit": "100", "currency": "USDT"}


@pytest.mark.parametrize(
    ("lots", "units", "note"),
    [
        case("100", "100", set(), id="exactly the limit"),
        case("100.001", "100", {"reduced_to_max_risk"}, id="over it"),
        case("4000", "100", {"reduced_to_max_risk"}, id="far over it"),
    ],
)
def test_risk_is_reduced_to_the_maximum(lots: str, units: str, note: set[str]) -> None:
    """5 % of 10,000 is 500: a hundred units that can each lose five."""
    answer = planned(long(), preset=Preset(**FIXED, fixed_lot=D(lots)))
    assert [o.quantity for o in answer.orders] == [D(units)]
    assert set(notes(answer)) == note
    assert answer.risk == 500


def test_the_maximum_counts_in_account_currency() -> None:
    answer = planned(long(), preset=Preset(**FIXED, fixed_lot=D(1000)), rate=D(2))
    assert answer.orders[0].quantity == 50
    assert answer.risk == 500


@pytest.mark.parametrize(
    ("free", "leverage", "units"),
    [
        case("1000", 1, "9.980", id="no leverage: the value and the fees"),
        case("1000", 10, "20.000", id="leverage carries it"),
        case("204", 10, "20.000", id="exactly enough"),
        case("203.9", 10, "19.990", id="just not enough"),
    ],
)
def test_the_free_balance_carries_the_margin(free: str, leverage: int, units: str) -> None:
    answer = planned(long(leverage=leverage), account=account("10000", free))
    assert answer.orders[0].quantity == D(units)
    assert set(notes(answer)) == (set() if units == "20.000" else {"reduced_to_free_margin"})


def test_a_spot_market_takes_the_whole_value() -> None:
    answer = planned(long(leverage=10), account=account("10000", "1000"), instrument=instrument(margin=False))
    assert answer.orders[0].quantity == D("9.980")


@pytest.mark.parametrize(
    ("free", "have"), [case("0.5", "0.5", id="not enough for the smallest"), case("-20", "-20", id="less than nothing")]
)
def test_too_little_margin_for_anything(free: str, have: str) -> None:
    """The smallest order is worth 5; at 10x it takes 0.51 with the fees."""
    refusal = refused(long(), account=account("10000", free))
    assert refusal.code == Code.NO_MARGIN
    assert refusal.details == {"need": "0.51", "have": have, "currency": "USDT"}
    assert planned(long(), account=account("10000", "0.51")).orders[0].quantity == D("0.05")


def test_the_smallest_order_by_quantity() -> None:
    market = instrument(min_qty=D(3), lot_step=D(2))
    refusal = refused(long(), account=account("10000", "40"), instrument=market)
    assert refusal.details["need"] == "40.8"  # four units: three are not on the step


def test_margin_counts_in_account_currency() -> None:
    assert planned(long(), account=account("10000", "102"), rate=D(2)).orders[0].quantity == D(5)


def test_the_venue_s_largest_order_bounds_the_whole_trade() -> None:
    entry = long(order_type=OrderType.LIMIT, entries=points("100", "98"))
    answer = planned(entry, instrument=instrument(max_qty=D(8)))
    assert [o.quantity for o in answer.orders] == [4, 4]
    assert notes(answer) == {"reduced_to_max_qty": {"before": "25", "after": "8"}}


@pytest.mark.parametrize(
    ("venue", "lots", "code", "details"),
    [
        case({"min_qty": D("0.5")}, "0.499", Code.MIN_QTY, {"need": "0.5", "have": "0.499"}, id="quantity"),
        case({"lot_step": D(1)}, "0.75", Code.MIN_QTY, {"need": "1", "have": "0.75"}, id="under one step"),
        case(
            {"min_notional": D(50)},
            "0.499",
            Code.MIN_NOTIONAL,
            {"need": "50", "have": "49.9", "currency": "USDT"},
            id="value",
        ),
        case({"min_qty": D("0.5"), "min_notional": D(50)}, "0.5", None, {}, id="exactly both"),
    ],
)
def test_under_the_venue_s_minimum(
    venue: dict[str, Any], lots: str, code: Code | None, details: dict[str, str]
) -> None:  # fmt: skip
    answer = asked(long(), instrument=instrument(**venue), preset=Preset(**FIXED, fixed_lot=D(lots)))
    assert getattr(answer, "code", None) == code
    assert getattr(answer, "details", {}) == details


def test_reduced_under_the_minimum_is_refused() -> None:
    preset = Preset(**FIXED, fixed_lot=D(1000), max_risk_pct=D("0.1"))
    assert refused(long(), preset=preset, instrument=instrument(min_qty=D(3))).code == Code.MIN_QTY


@pytest.mark.parametrize(
    ("least", "sizes"),
    [
        case("5", ["5.555", "5.555", "5.555"], id="three fit"),
        case("6", ["7.142", "7.142"], id="two fit, and lose no more"),
        case("7.5", ["10"], id="one fits"),
    ],
)
def test_entries_too_small_to_send_merge(least: str, sizes: list[str]) -> None:
    """100 of risk over entries 10, 4 and 4 above the stop: the dearer ones alone carry less in all."""
    entry = long(
        order_type=OrderType.LIMIT, entries=points("100", "94", "94"), stop_loss=at("90"), take_profits=targets("120")
    )
    answer = planned(entry, instrument=instrument(min_qty=D(least)))
    assert [o.quantity for o in answer.orders] == [D(s) for s in sizes]
    assert answer.risk <= 100
    expected = {} if len(sizes) == 3 else {"entries_merged": {"before": "3", "after": str(len(sizes))}}
    assert notes(answer) == expected


def test_entries_that_never_fit_say_why() -> None:
    entry = long(order_type=OrderType.LIMIT, entries=points("100", "98"))
    refusal = refused(entry, instrument=instrument(min_qty=D(21)))
    assert refusal.details == {"need": "21", "have": "20"}


def test_an_entry_waits_as_long_as_the_preset_says() -> None:
    assert planned(long(), preset=Preset(entry_timeout_minutes=90)).expires_at == NOW + timedelta(minutes=90)
