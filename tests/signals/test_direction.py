"""Which way a signal goes, and where prices of well-known instruments live."""

from __future__ import annotations

from decimal import Decimal

import pytest

from engine.signals import bands
from engine.signals.direction import choose, from_prices
from engine.signals.draft import Side
from engine.signals.symbols import Symbol
from engine.types import Direction


@pytest.mark.parametrize(
    ("entries", "stop", "targets", "shown"),
    [
        ([100], 90, [110], Direction.BUY),
        ([100], 110, [90], Direction.SELL),
        ([], 90, [110], Direction.BUY),
        ([100], None, [110], Direction.BUY),
        ([100], 110, [120], None),
        ([], None, [110], None),
    ],
)
def test_prices_show_a_direction(
    entries: list[int], stop: int | None, targets: list[int], shown: Direction | None
) -> None:
    stop_price = None if stop is None else Decimal(stop)
    assert from_prices(list(map(Decimal, entries)), stop_price, list(map(Decimal, targets))) is shown


def _side(buy: bool, weight: int) -> Side:
    return Side(buy, weight, 0, 0)


@pytest.mark.parametrize(
    ("sides", "shown", "direction", "inferred"),
    [
        ([_side(True, 3)], None, Direction.BUY, False),
        ([_side(True, 3)], Direction.SELL, Direction.BUY, False),  # the contradiction is told by consistency
        ([_side(True, 3), _side(False, 1)], None, Direction.BUY, False),
        ([_side(True, 3), _side(False, 3)], Direction.SELL, Direction.SELL, False),
        ([_side(True, 2)], Direction.SELL, Direction.SELL, True),
        ([_side(False, 1)], None, Direction.SELL, True),
        ([], Direction.BUY, Direction.BUY, True),
    ],
)
def test_words_and_prices_choose_the_direction(
    sides: list[Side], shown: Direction | None, direction: Direction, inferred: bool
) -> None:
    course = choose(sides, shown)
    assert course is not None
    assert (course.direction, course.inferred) == (direction, inferred)


def test_two_orders_without_prices_are_no_direction() -> None:
    assert choose([_side(True, 3), _side(False, 3)], None) is None


def test_bands_know_that_gold_is_not_a_rate() -> None:
    band = bands.usual(Symbol("XAU", "USD"))
    assert band is not None
    assert bands.contains(band, Decimal(2345))
    assert not bands.contains(band, Decimal("2.345"))
    assert bands.usual(Symbol("PEPE", "USDT")) is None
