"""What the venue holds against what we believe it holds. Pure.

All our positions on a symbol point the same way, so what is missing is taken from the oldest of them first; pairs of
one coin draw on the same coins. More than ours may be the owner's own and is left alone, and so is a position of
theirs on the other side beside ours; one in its place is noted with what is missing. What the venue's answer does not
speak of was not read, and is no gap.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from engine.types import ZERO, Holding, Instrument, Position


@dataclass(frozen=True, slots=True)
class Gap:
    """This much of a position is not held (any more). ``other``: so much of the other side is, and nothing of ours."""

    position: Position
    quantity: Decimal
    other: Decimal = ZERO


def gaps(
    positions: Iterable[Position], instruments: Mapping[int, Instrument], holdings: Iterable[Holding]
) -> dict[int, Gap]:
    """Gaps by position id, for the open positions of one connection. Less than a lot step is dust, not a gap."""
    held = _sides(holdings)
    read = {symbol for symbol, _ in held}
    shown = dict(held)
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
            other = shown.get((name, -position.direction.sign), ZERO)
            found[position.id] = Gap(position, missing, ZERO if shown.get(side) else other)
    return found


def _sides(holdings: Iterable[Holding]) -> defaultdict[tuple[str, int], Decimal]:
    """What is held by symbol and side; of a symbol that was read, there is a side of nothing at least."""
    held: defaultdict[tuple[str, int], Decimal] = defaultdict(Decimal)
    for holding in holdings:
        held[holding.symbol, 1 if holding.quantity > 0 else -1] += abs(holding.quantity)
    return held


def both_sides(holdings: Iterable[Holding]) -> frozenset[str]:
    """Symbols held long and short at once: this account keeps the two apart, and one says nothing of the other."""
    held = _sides(holdings)
    return frozenset(symbol for symbol, side in held if held[symbol, side] and held.get((symbol, -side)))


def uncrossed(positions: Iterable[Position], holdings: Iterable[Holding]) -> frozenset[int]:
    """Those of whose symbol the other side is not held any more, or only beside ours, by what was read."""
    held = _sides(holdings)
    read = {symbol for symbol, _ in held}
    return frozenset(
        one.id
        for one in positions
        if one.symbol in read
        and (held.get((one.symbol, one.direction.sign)) or not held.get((one.symbol, -one.direction.sign)))
    )


def confirmed(first: Mapping[int, Gap], second: Mapping[int, Gap]) -> tuple[Gap, ...]:
    """Gaps that two readings show alike, of positions of which nothing was filled in between."""
    both = ((first[position_id], second[position_id]) for position_id in first.keys() & second.keys())
    return tuple(
        after if before.other else replace(after, other=ZERO)
        for before, after in both
        if before.quantity == after.quantity and is_as_large(before.position, after.position)
    )


def is_as_large(before: Position, after: Position) -> bool:
    """Whether nothing of it was filled meanwhile. Its stop may have moved, or the best price that it trails."""
    return (before.quantity, before.original_quantity) == (after.quantity, after.original_quantity)
