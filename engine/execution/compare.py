"""What the venue holds against what we believe it holds. Pure.

An account has one net holding a symbol, and all our positions on a symbol point the same way; so what is missing is
taken from the oldest of them first. More than ours may be the owner's own and is left alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from engine.types import ZERO, Holding, Instrument, Position


@dataclass(frozen=True, slots=True)
class Gap:
    """This much of a position is not held (any more)."""

    position: Position
    quantity: Decimal


def gaps(
    positions: Iterable[Position], instruments: Mapping[int, Instrument], holdings: Iterable[Holding]
) -> dict[int, Gap]:
    """Gaps by position id, for the open positions of one connection. Less than a lot step is dust, not a gap."""
    held: dict[str, Decimal] = {}
    for holding in holdings:
        held[holding.symbol] = held.get(holding.symbol, ZERO) + holding.quantity
    found: dict[int, Gap] = {}
    for position in sorted(positions, key=lambda p: p.id, reverse=True):  # the newest are covered first
        sign = position.direction.sign
        left = max(held.get(position.symbol, ZERO) * sign, ZERO)
        covered = min(position.quantity, left)
        held[position.symbol] = (left - covered) * sign
        missing = position.quantity - covered
        if missing >= instruments[position.id].lot_step:
            found[position.id] = Gap(position, missing)
    return found


def confirmed(first: Mapping[int, Gap], second: Mapping[int, Gap]) -> tuple[Gap, ...]:
    """Gaps that two readings show alike, of positions that nothing happened to in between."""
    both = (second[position_id] for position_id in first.keys() & second.keys())
    return tuple(
        gap
        for gap in both
        if (first[gap.position.id].quantity, first[gap.position.id].position.version)
        == (gap.quantity, gap.position.version)
    )
