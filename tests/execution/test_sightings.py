"""What an account was seen to hold besides our trades: the look before a moment counts, and no look from long ago."""

from __future__ import annotations

from datetime import timedelta

import pytest

from engine.execution.sightings import Sightings
from engine.types import Holding
from tests.clocks import NOON
from tests.execution.fake_venue import D
from tests.positions.test_rules import held

TRADE = held(quantity=D(2))
case = pytest.param


def seen(*looks: tuple[int, str]) -> Sightings:
    """At so many minutes after noon, this much in all."""
    sightings = Sightings()
    for minute, quantity in looks:
        shown = (Holding(symbol=TRADE.symbol, quantity=D(quantity), entry_price=D(1)),)
        sightings.note(1, (TRADE,), shown, NOON + timedelta(minutes=minute))
    return sightings


@pytest.mark.parametrize(
    ("looks", "minute", "besides"),
    [
        case([(0, "5")], 0, "3", id="at that moment"),
        case([(0, "5"), (1, "5"), (2, "5")], 1, "3", id="seen alike before and after"),
        case([(0, "5"), (1, "2")], 0.5, "3", id="the look before counts"),
        case([(0, "5"), (1, "2")], 1.5, "0", id="the last of them"),
        case([(1, "5")], 0, "3", id="the first one soon after"),
        case([(0, "5")], 5, "3", id="a look of five minutes ago"),
        case([(0, "5")], 6, None, id="too long ago"),
        case([(6, "5")], 0, None, id="too late"),
        case([(0, "5"), (60, "5")], 30, None, id="nobody looked for an hour"),
        case([(0, "5"), (1600, "6")], 0, None, id="forgotten after a day"),
    ],
)
def test_F42_what_was_seen_besides_ours(looks: list[tuple[int, str]], minute: float, besides: str | None) -> None:
    note = seen(*looks).at(1, TRADE.symbol, NOON + timedelta(minutes=minute))
    assert (note and note.quantity) == (None if besides is None else D(besides))


def test_F42_one_account_says_nothing_of_another() -> None:
    assert seen((0, "5")).at(2, TRADE.symbol, NOON) is None
    assert seen((0, "5")).at(1, "ETH/USDT", NOON) is None
