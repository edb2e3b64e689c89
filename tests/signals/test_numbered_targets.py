"""``change TP2 to 1.1``: one rung is changed, the rest of the ladder stays."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from engine.errors import Code
from engine.execution.instructions import SetTargets, meaning
from engine.signals import read
from engine.types import Amendments, Direction, Position, Refusal, Rung

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)


def position(direction: Direction, *prices: int, reached: int = 0) -> Position:
    rungs = tuple(
        Rung(level=n, price=Decimal(price), share=Decimal(25), closed_at=NOON if n <= reached else None)
        for n, price in enumerate(prices, 1)
    )
    return Position(
        id=1,
        signal_id=1,
        connection_id=1,
        execution_id=1,
        user_id=1,
        symbol="XAUUSD",
        direction=direction,
        quantity=Decimal(1),
        original_quantity=Decimal(1),
        entry_price=Decimal(4100),
        opened_at=NOON,
        rungs=rungs,
    )


def targets(text: str, trade: Position) -> tuple[Decimal, ...] | Code:
    reading = read(text)
    assert isinstance(reading, Amendments)
    deeds = meaning(reading.steps[0], trade)
    if isinstance(deeds, Refusal):
        return Code(deeds.code)
    (deed,) = deeds
    assert isinstance(deed, SetTargets)
    return deed.prices


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("change TP2 to 4125", (4110, 4125, 4130)),
        ("move second target to 4125", (4110, 4125, 4130)),
        ("第二目标改到4125", (4110, 4125, 4130)),
        ("止盈二改4125", (4110, 4125, 4130)),
        ("الهدف الثاني تعديل الى 4125", (4110, 4125, 4130)),
        ("new TP1 4140", (4120, 4130, 4140)),
        ("change TP to 4125", (4125,)),
    ],
)
def test_one_target_is_changed_and_the_others_stay(text: str, expected: tuple[int, ...]) -> None:
    assert targets(text, position(Direction.BUY, 4110, 4120, 4130)) == tuple(map(Decimal, expected))


def test_targets_of_a_short_run_downwards() -> None:
    assert targets("change TP1 to 4075", position(Direction.SELL, 4090, 4080, 4070)) == (4080, 4075, 4070)


@pytest.mark.parametrize("text", ["change TP1 to 4125", "change TP4 to 4150"], ids=["reached", "not there"])
def test_a_target_that_does_not_wait_cannot_be_changed(text: str) -> None:
    assert targets(text, position(Direction.BUY, 4110, 4120, 4130, reached=1)) is Code.UNCLEAR


def test_a_reached_target_is_not_put_back() -> None:
    assert targets("change TP3 to 4150", position(Direction.BUY, 4110, 4120, 4130, reached=1)) == (4120, 4150)
