"""What the venue holds against what we believe it holds. Pure.

All our positions on a symbol point the same way, so what is missing is taken from the oldest of them first; pairs of
one coin draw on the same coins. More than ours may be the owner's own and is left alone, and so is a position of
theirs on the other side. What the venue's answer does not speak of was not read, and is no gap.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from engine.types import Holding, Instrument, Position


@dataclass(frozen=True, slots=True)
class Gap:
    """This much of a position is not held (any more)."""

    position: Position
    quantity: Decimal


def gaps(
    positions: Iterable[Position], instruments: Mapping[int, Instrument], holdings: Iterable[Holding]
) -> dict[int, Gap]:
    """Gaps by position id, for the open positions of one connection. Less than a lot step is dust, not a gap."""
    held: defaultdict[tuple[str, int], Decimal] = defaultdict(Decimal)
    read: set[str] = set()
    for holding in holdings:
        held[holding.symbol, 1 if holding.quantity > 0 else -1] += abs(holding.quantity)
        read.add(holding.symbol)
    found: dict[int, Gap] = {}
    for position in sorted(positions, key=lambda p: p.id, reverse=True):  # the newest are covered first
        name = position.symbol if position.symbol in read else instruments[position.id].base
        if name not in read:
            continue
        side = (name, position.direction.sign)
        covered = min(position.quantity, held[side])
        held[side] -= covered
        missing = position.quantity - covered
        if missing >= instruments[position.id].lot_step:
            found[position.id] = Gap(position, missing)
    return found


def confirmed(first: Mapping[int, Gap], second: Mapping[int, Gap]) -> tuple[Gap, ...]:
    """Gaps that two readings show alike, of positions of which nothing was filled in between."""
    both = ((first[position_id], second[position_id]) for position_id in first.keys() & second.keys())
    return tuple(
        after
        for before, after in both
        if before.quantity == after.quantity and is_as_large(before.position, after.position)
    )


def is_as_large(before: Position, after: Position) -> bool:
    """Whether nothing of it was filled meanwhile. Its stop may have moved, or the best price that it trails."""
    return (before.quantity, before.original_quantity) == (after.quantity, after.original_quantity)
