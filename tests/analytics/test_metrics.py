"""The day in figures: worked examples, and what cannot be otherwise."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from statistics import pstdev
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.analytics.metrics import day_report, max_drawdown, profit_factor, sharpe
from engine.types import Account, DayReport, Direction, Position, PositionStatus
from tests.risk.build import NOW, D

case = pytest.param
DAY = date(2026, 3, 2)


def closed(pnl: str, percent: str = "0") -> Position:
    return Position(
        id=1, signal_id=None, connection_id=1, execution_id=1, user_id=1, symbol="COIN/USDT", direction=Direction.BUY,
        quantity=D(0), original_quantity=D(1), entry_price=D(100), opened_at=NOW, closed_at=NOW,
        status=PositionStatus.CLOSED, pnl=D(pnl), pnl_percentage=D(percent),
    )  # fmt: skip


def report(*positions: Position, equity: str = "1000", **changes: Any) -> DayReport:
    given: dict[str, Any] = {
        "connection_id": 7,
        "user_id": 8,
        "admin_id": None,
        "day": DAY,
        "closed": positions,
        "recent": positions,
        "history": (),
        "account": Account(currency="USDT", balance=D(900), equity=D(equity), free=D(0)),
    }
    return day_report(**given | changes)


def test_a_day() -> None:
    day = report(closed("30", "3"), closed("-10", "-1"), closed("0"), closed("20", "2"))
    assert (day.connection_id, day.user_id, day.admin_id, day.date) == (7, 8, None, DAY)
    assert (day.total_trades, day.winning_trades, day.losing_trades) == (4, 2, 1)
    assert (day.total_pnl, day.win_rate, day.profit_factor) == (40, 50, 5)
    assert (day.balance, day.equity, day.max_drawdown) == (900, 1000, 0)
    assert day.additional_metrics == {
        "sharpe": "0.6325",  # mean 1, population deviation √2.5
        "expectancy": "10",
        "average_win": "25",
        "average_loss": "10",
        "funding": "0",
    }


def test_F42_funding_is_in_the_result_of_the_day_it_was_paid_and_of_no_other() -> None:
    """A trade that won 12 by its price paid 5 yesterday and 1 today; another, open still, paid 2 today."""
    trade = replace(closed("6"), funding=D(-6))
    day = report(trade, funding=D(-3))
    assert (day.total_pnl, day.total_trades, day.winning_trades) == (9, 1, 1)
    assert (day.additional_metrics["funding"], day.additional_metrics["expectancy"]) == ("-3", "6")
    yesterday = report(funding=D(-5))
    assert (yesterday.total_pnl, yesterday.total_trades) == (-5, 0)
    loser = report(replace(closed("-1"), funding=D(-3)), funding=D(-3))
    assert (loser.total_pnl, loser.losing_trades) == (-1, 1), "a trade is won or lost with its funding"


def test_a_day_without_trades() -> None:
    day = report()
    assert (day.total_trades, day.total_pnl, day.win_rate, day.profit_factor) == (0, 0, 0, 0)
    assert set(day.additional_metrics.values()) == {"0"}


def test_an_admin_s_connection() -> None:
    assert report(user_id=None, admin_id=3).admin_id == 3


def test_the_sharpe_ratio_looks_at_recent_trades_not_only_today() -> None:
    day = report(closed("5", "5"), recent=[closed("5", "5"), closed("1", "1")])
    assert day.additional_metrics["sharpe"] == "1.5"  # mean 3, deviation 2


def test_precision() -> None:
    day = report(closed("1"), closed("1"), closed("-0.3333333333"), equity="1000")
    assert (str(day.win_rate), str(day.profit_factor), str(day.total_pnl)) == ("66.6667", "6.0000", "1.66666667")
    assert day.additional_metrics["expectancy"] == "0.55555556"


def test_the_drawdown_runs_over_all_history_up_to_today() -> None:
    days = [
        replace(report(equity=equity), date=date(2026, 2, n)) for n, equity in ((3, "800"), (1, "1000"), (2, "1200"))
    ]
    assert report(equity="900", history=days).max_drawdown == D("33.3333")
    assert report(equity="600", history=days).max_drawdown == 50


def test_reporting_a_day_again_ignores_its_first_report() -> None:
    spoiled = replace(report(equity="9999"), date=DAY)
    later = replace(report(equity="9999"), date=date(2026, 3, 3))
    assert report(equity="1000", history=[spoiled, later]) == report(equity="1000")


@pytest.mark.parametrize(
    ("results", "factor"),
    [
        case([], "0", id="no trades"),
        case(["0", "0"], "0", id="nothing won or lost"),
        case(["0.5"], "999", id="no losses"),
        case(["-10"], "0", id="no wins"),
        case(["30", "-20", "15"], "2.25", id="both"),
        case(["100000", "-1"], "999", id="never above what no losses is worth"),
    ],
)
def test_profit_factor(results: list[str], factor: str) -> None:
    assert profit_factor([D(r) for r in results]) == D(factor)


@pytest.mark.parametrize(
    ("curve", "percent"),
    [
        case([], "0", id="no history"),
        case(["100", "110", "120"], "0", id="only up"),
        case(["100", "80", "120", "90"], "25", id="the deepest, from its own peak"),
        case(["100", "75", "120", "91"], "25", id="not the last"),
        case(["0", "-50"], "0", id="no positive peak"),
        case(["0.5", "0.25"], "50", id="a small account"),
        case(["-5", "100", "-20"], "120", id="below zero"),
        case(["100", "60"], "40", id="a loser from the start"),
    ],
)
def test_max_drawdown(curve: list[str], percent: str) -> None:
    assert max_drawdown([D(v) for v in curve]) == D(percent)


@pytest.mark.parametrize(
    ("returns", "ratio"),
    [
        case([], "0", id="none"),
        case(["5"], "0", id="one"),
        case(["1.1", "1.1", "1.1"], "0", id="no spread"),
        case(["1", "3"], "2", id="won"),
        case(["-1", "-3"], "-2", id="lost"),
    ],
)
def test_sharpe(returns: list[str], ratio: str) -> None:
    assert sharpe([D(r) for r in returns]) == D(ratio)


percents = st.lists(st.integers(-10000, 10000).map(lambda n: D(n) / 100), min_size=2, max_size=30)


@given(percents)
def test_sharpe_agrees_with_the_standard_library(returns: list[Decimal]) -> None:
    spread = pstdev(returns)
    expected = sum(returns) / len(returns) / spread if spread else D(0)
    assert abs(sharpe(returns) - expected) < D("1e-15")


@given(percents)
def test_expectancy_is_what_the_average_trade_earned(results: list[Decimal]) -> None:
    day = report(*(closed(str(r)) for r in results))
    wins, losses = day.winning_trades, day.losing_trades
    made = {name: D(text) for name, text in day.additional_metrics.items()}
    total = wins * made["average_win"] - losses * made["average_loss"]
    assert abs(made["expectancy"] * len(results) - total) < D("0.00001")
    assert 0 <= day.win_rate <= 100
    assert 0 <= day.profit_factor <= 999


def test_the_first_day_falls_from_what_there_was_before_it() -> None:
    assert report(closed("-250"), equity="750").max_drawdown == 25  # from 1,000


def test_later_days_fall_from_the_best_day_before_them() -> None:
    first = replace(report(closed("200"), equity="1200"), date=date(2026, 3, 1))
    assert report(closed("-300"), equity="900", history=(first,)).max_drawdown == 25  # from 1,200
