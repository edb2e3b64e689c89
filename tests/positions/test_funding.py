"""Whose a funding payment is: by what was held at that moment, and never more than that."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.positions.funding import CENT, besides, held_at, parts, told_apart
from engine.types import Direction, FundingPayment, Holding, Move, PositionStatus
from tests.positions.test_rules import held as position
from tests.risk.build import NOW, D

case = pytest.param
BTC = "BTC/USDT:USDT"

amounts = st.decimals(min_value=-1000, max_value=1000, places=8, allow_nan=False, allow_infinity=False)
sizes = st.decimals(min_value=0, max_value=1000, places=3, allow_nan=False, allow_infinity=False)
stakes = st.dictionaries(st.integers(1, 9), sizes, max_size=5)


@given(amounts, stakes, sizes)
def test_F42_never_more_than_our_part_and_never_the_other_way(
    amount: Decimal, held: dict[int, Decimal], besides: Decimal
) -> None:
    ours = sum(held.values(), D(0))
    found = parts(amount, held, ours + besides)
    assert found.keys() == {one for one, quantity in held.items() if quantity}
    assert all(part * amount >= 0 for part in found.values())
    total = sum(found.values(), D(0))
    if ours and not besides:
        assert total == amount, "nothing is lost among ours"
    else:
        assert abs(total) <= abs(amount)
    for one, part in found.items():
        fair = abs(amount) * held[one] / (ours + besides)
        assert abs(abs(part) - fair) < CENT * (len(found) + 1)


@given(amounts, stakes, sizes)
def test_F42_the_order_of_trades_changes_nothing(amount: Decimal, held: dict[int, Decimal], whole: Decimal) -> None:
    assert parts(amount, held, whole) == parts(amount, dict(reversed(held.items())), whole)


def moves(*given: tuple[int, str]) -> list[Move]:
    """Minutes after the beginning, and how much more or less of it."""
    return [Move(at=NOW + timedelta(minutes=minute), quantity=D(quantity)) for minute, quantity in given]


@pytest.mark.parametrize(
    ("minute", "quantity", "closed", "fills", "held"),
    [
        case(5, "2", None, [(0, "2")], "2", id="held"),
        case(5, "3", None, [(0, "2"), (9, "1")], "2", id="it grew later"),
        case(5, "1", None, [(0, "2"), (3, "-1")], "1", id="half of it was gone"),
        case(5, "1", None, [(0, "2"), (8, "-1")], "2", id="half of it went later"),
        case(-1, "2", None, [(0, "2")], "0", id="not bought yet"),
        case(0, "2", None, [(0, "2")], "2", id="bought at that moment"),
        case(5, "0", 9, [(0, "2"), (9, "-2")], "2", id="closed later"),
        case(9, "0", 9, [(0, "2"), (9, "-2")], "0", id="closed at that moment"),
        case(5, "0", 4, [(0, "2")], "0", id="somebody closed it before"),
        case(5, "0", 6, [(0, "2")], "2", id="somebody closed it later"),
        case(5, "0.5", None, [(0, "2")], "0.5", id="somebody closed a part, nobody knows when"),
    ],
)
def test_F42_what_a_trade_held(
    minute: int, quantity: str, closed: int | None, fills: list[tuple[int, str]], held: str
) -> None:
    trade = position(quantity=D(quantity))
    if closed is not None:
        trade = replace(trade, status=PositionStatus.CLOSED, closed_at=NOW + timedelta(minutes=closed))
    assert held_at(trade, moves(*fills), NOW + timedelta(minutes=minute)) == D(held)


def payment(funding_id: str, seconds: int = 0, symbol: str = BTC) -> FundingPayment:
    at = NOW + timedelta(seconds=seconds)
    return FundingPayment(funding_id=funding_id, symbol=symbol, amount=D(1), currency="USDT", at=at)


def test_F42_two_payments_of_one_symbol_at_one_moment_cannot_be_told_apart() -> None:
    later, other = payment("c", 3600), payment("d", 0, "ETH/USDT:USDT")
    assert told_apart([later, payment("a"), payment("b", 1), other]) == (other, later)
    assert told_apart([payment("a"), payment("a")]) == (payment("a"),), "the same one shown twice is one"


@pytest.mark.parametrize(
    ("direction", "held", "left"),
    [
        case(Direction.BUY, ["2"], {"COIN/USDT": D(0)}, id="ours"),
        case(Direction.BUY, ["5"], {"COIN/USDT": D(3)}, id="more than ours"),
        case(Direction.BUY, ["2", "-4"], {"COIN/USDT": None}, id="both sides"),
        case(Direction.BUY, ["-4"], {"COIN/USDT": D(0)}, id="the other side is another's"),
        case(Direction.SELL, ["-5"], {"COIN/USDT": D(3)}, id="short"),
        case(Direction.BUY, ["1"], {"COIN/USDT": D(0)}, id="less than ours"),
        case(Direction.BUY, [], {}, id="not read"),
    ],
)
def test_F42_what_is_held_besides(direction: Direction, held: list[str], left: dict[str, Decimal | None]) -> None:
    trade = position(quantity=D(2), direction=direction)
    shown = [Holding(symbol=trade.symbol, quantity=D(quantity), entry_price=D(1)) for quantity in held]
    assert besides([trade], shown) == left
