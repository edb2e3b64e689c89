"""Which way a signal goes: what its words say, and what the side of its stop and targets says.

Words may mislead ("long term", "🔴" on a buy), prices hardly ever do. When both speak they must agree.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from engine.signals.draft import Side
from engine.types import Direction

_ORDER, _HINT, _OPINION = 3, 2, 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """A direction and whether it was only inferred."""

    direction: Direction
    inferred: bool


def from_prices(entries: Sequence[Decimal], stop: Decimal | None, targets: Sequence[Decimal]) -> Direction | None:
    """Direction in which the stop lies behind and the targets ahead; None when the prices do not show one.

    >>> from_prices([], Decimal(90), [Decimal(110)])
    <Direction.BUY: 'buy'>
    """
    ahead = {_towards(start, target) for target in targets for start in ([*entries] or ([stop] if stop else []))}
    behind = {_towards(stop, start) for start in entries} if stop else set()
    found = ahead | behind
    return found.pop() if len(found) == 1 else None


def _towards(start: Decimal, end: Decimal) -> Direction | None:
    if start == end:
        return None
    return Direction.BUY if end > start else Direction.SELL


def choose(sides: Sequence[Side], shown: Direction | None) -> Course | None:
    """Direction from the ``sides`` named and what the prices have ``shown``; None when a reader would hesitate."""
    for weight in (_ORDER, _HINT, _OPINION):
        said = {Direction.BUY if side.buy else Direction.SELL for side in sides if side.weight == weight}
        if len(said) == 1:
            return _agreed(said.pop(), weight, shown)
        if said:
            return Course(direction=shown, inferred=weight == _OPINION) if shown else None
    return Course(direction=shown, inferred=True) if shown else None


def _agreed(said: Direction, weight: int, shown: Direction | None) -> Course:
    if weight < _ORDER and shown is not None:
        return Course(direction=shown, inferred=True)
    return Course(direction=said, inferred=weight == _OPINION)
