"""How much: the worked figures, and a signal that can only lower them."""

from __future__ import annotations

from typing import Any

import pytest

from engine.errors import Code
from engine.risk.sizing import SIZING
from engine.types import Entry, MarginMode, OrderType, Plan, Preset
from tests.risk.build import EURUSD, D, account, at, instrument, long, notes, planned, points, quote, refused, short

case = pytest.param


def quantity(answer: Plan) -> Any:
    return sum(o.quantity for o in answer.orders)


def test_the_worked_example() -> None:
    """10,000 at 1 % from 1.0850 to 1.0800: 20,000 units, 0.20 lot."""
    answer = planned(long(stop_loss=at("1.0800")), instrument=EURUSD, quote=quote("1.0850"))
    assert quantity(answer) == 20000
    assert answer.risk == 100
    assert answer.notes == ()


def test_the_smallest_lot_is_counted_in_lots() -> None:
    answer = planned(
        long(stop_loss=at("1.0800")), instrument=EURUSD, quote=quote("1.0850"), preset=Preset(min_lot=D("0.3"))
    )
    assert quantity(answer) == 30000


@pytest.mark.parametrize(
    ("preset", "units", "risk"),
    [
        case({"position_size_mode": "fixed", "fixed_lot": D("12.5")}, "12.500", "62.5", id="fixed"),
        case({"position_size_mode": "percentage", "percentage": D(5)}, "5", "25", id="percentage of equity"),
        case({"position_size_mode": "fixed_amount", "amount": D(250)}, "2.5", "12.5", id="fixed amount"),
        case({"position_size_mode": "risk_percent", "risk_per_trade_pct": D(2)}, "40", "200", id="risk percent"),
    ],
)
def test_every_rule(preset: dict[str, Any], units: str, risk: str) -> None:
    answer = planned(long(), preset=Preset(**preset))
    assert quantity(answer) == D(units)
    assert answer.risk == D(risk)


def test_every_rule_is_in_the_table() -> None:
    assert set(SIZING) == {"fixed", "percentage", "fixed_amount", "risk_percent"}


@pytest.mark.parametrize(
    ("mode", "units"), [("risk_percent", "40"), ("percentage", "2"), ("fixed_amount", "2"), ("fixed", "0.01")]
)
def test_another_account_currency(mode: str, units: str) -> None:
    """Half a unit of account currency buys one of the quote: money goes twice as far, lots stay lots."""
    answer = planned(
        long(), preset=Preset(position_size_mode=mode), rate=D("0.5"), instrument=instrument(min_notional=D(0))
    )
    assert quantity(answer) == D(units)
    assert answer.rate == D("0.5")
    assert answer.risk == D(units) * 5 * D("0.5")


def test_a_lot_is_one_contract() -> None:
    preset = Preset(position_size_mode="fixed", fixed_lot=D("0.03"))
    answer = planned(long(stop_loss=at("1.08")), preset=preset, instrument=EURUSD, quote=quote("1.0850"))
    assert quantity(answer) == 3000


def test_the_quantity_rounds_down() -> None:
    answer = planned(long(stop_loss=at("93")), instrument=instrument(lot_step=D("0.1")))
    assert quantity(answer) == D("14.2")  # 100 / 7 = 14.28…


@pytest.mark.parametrize(
    ("entry", "risk"),
    [
        case(long(entries=points("97-98")), "97.5", id="the midpoint of a zone that is waited for"),
        case(long(entries=points("98-101")), "100", id="the live price inside a zone"),
    ],
)
def test_risk_is_measured_from_the_price_it_fills_at(entry: Entry, risk: str) -> None:
    answer = planned(entry)
    assert answer.entry_price == D(risk)
    assert 0 <= 100 - answer.risk <= D("0.01")


def test_several_entries_are_sized_on_their_average() -> None:
    entry = long(order_type=OrderType.LIMIT, entries=points("100", "98"))
    answer = planned(entry)
    assert [o.quantity for o in answer.orders] == [D("12.5"), D("12.5")]  # 100 / (99 - 95)
    assert answer.entry_price == 99
    assert answer.risk == 100


@pytest.mark.parametrize(
    ("signal", "preset", "units", "note"),
    [
        case({"risk_percent": D("0.5")}, {}, "10", "reduced_to_signal_risk", id="less risk"),
        case({"risk_percent": D(3)}, {}, "20", None, id="more risk is not taken"),
        case({"amount_percent": D(1), "leverage": 1}, {}, "1", "reduced_to_signal_amount", id="less money"),
        case({"amount_percent": D(1), "leverage": 5}, {}, "5", "reduced_to_signal_amount", id="money with leverage"),
        case({"amount_percent": D(90)}, {}, "20", None, id="more money is not taken"),
        case({"risk_percent": D("0.5")}, {"min_lot": D(15)}, "10", "reduced_to_signal_risk", id="below the user's lot"),
        case({}, {"min_lot": D(25)}, "25", None, id="the user's smallest lot"),
        case({}, {"max_lot": D(12)}, "12", "reduced_to_max_lot", id="the user's largest lot"),
    ],
)
def test_what_changes_a_size(signal: dict[str, Any], preset: dict[str, Any], units: str, note: str | None) -> None:
    answer = planned(long(**signal), preset=Preset(**preset))
    assert quantity(answer) == D(units)
    assert set(notes(answer)) == ({note} if note else set())


def test_a_note_tells_both_figures() -> None:
    answer = planned(long(risk_percent=D("0.5")))
    assert answer.notes == (("reduced_to_signal_risk", {"before": "20", "after": "10"}),)


@pytest.mark.parametrize(
    ("signal", "preset", "venue", "leverage"),
    [
        case(5, 10, 20, 5, id="the signal's"),
        case(50, 10, 20, 10, id="the preset's"),
        case(50, 40, 20, 20, id="the instrument's"),
        case(None, 10, 20, 10, id="none asked"),
        case(0, 10, 20, 1, id="never under one"),
    ],
)
def test_leverage_is_the_lowest(signal: int | None, preset: int, venue: int, leverage: int) -> None:
    market = instrument(max_leverage=venue)
    answer = planned(long(leverage=signal), preset=Preset(max_leverage=preset), instrument=market)
    assert answer.leverage == leverage


def test_no_leverage_without_margin() -> None:
    entry = long(leverage=5, margin_mode=MarginMode.ISOLATED)
    assert planned(entry).margin_mode is MarginMode.ISOLATED
    spot = planned(entry, instrument=instrument(margin=False))
    assert (spot.leverage, spot.margin_mode) == (None, None)


@pytest.mark.parametrize("equity", ["0", "-3"])
def test_nothing_to_trade_with(equity: str) -> None:
    refusal = refused(short(), account=account(equity))
    assert (refusal.code, refusal.details) == (Code.NO_BALANCE, {"equity": equity, "currency": "USDT"})


def test_little_is_not_nothing() -> None:
    assert refused(long(), account=account("0.5")).code == Code.NO_MARGIN


def test_the_signal_s_amount_on_a_spot_market() -> None:
    answer = planned(long(amount_percent=D(1), leverage=5), instrument=instrument(margin=False))
    assert quantity(answer) == 1


@pytest.mark.parametrize("rate", ["0", "-1"])
def test_a_rate_is_positive(rate: str) -> None:
    with pytest.raises(ValueError, match="rate"):
        planned(long(), rate=D(rate))
