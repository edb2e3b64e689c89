"""How much each take profit closes: shares of the original quantity, on the lot step, each one tradable.

A slice under the venue's minimum joins the next target; what the last targets cannot trade joins the one before
them. A remainder too small to be sold alone goes with the last target, so no unsellable crumb is left behind.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import ROUND_DOWN, Decimal

from engine.risk.steps import EXACT, floor_to
from engine.types import ZERO, Instrument, Rung, Target

ALL = Decimal(100)
_CENT = Decimal("0.01")


def shares(targets: Sequence[Target]) -> tuple[Decimal, ...]:
    """The shares as written when they are complete and possible, else equal parts of 100, the last with the rest."""
    written = [t.share for t in targets if t.share is not None and t.share > 0]
    if written and len(written) == len(targets) and sum(written) <= ALL:
        return tuple(written)
    return equal_shares(ALL, len(targets))


def equal_shares(whole: Decimal, count: int) -> tuple[Decimal, ...]:
    """``whole`` percent in equal parts of two decimals; the last part takes the rest, so the sum is exact."""
    if not count:
        return ()
    each = (whole / count).quantize(_CENT, ROUND_DOWN)
    return (*[each] * (count - 1), whole - each * (count - 1))


def ladder(original: Decimal, rungs: Sequence[Rung], instrument: Instrument) -> tuple[tuple[Rung, Decimal], ...]:
    """The rungs that can be traded, nearest first, each with its merged share and the quantity it closes.

    The last of a ladder that covers everything closes all that is left, so the slices add up to the position.
    """
    total = floor_to(original, instrument.lot_step)
    merged = _merged(total, rungs, instrument)
    left, slices = total, []
    for rung in merged[:-1]:
        slices.append((rung, min(left, _part(total, rung.share, instrument))))
        left -= slices[-1][1]
    for rung in merged[-1:]:
        covered = sum(r.share for r in merged) >= ALL
        slices.append((rung, left if covered else min(left, _part(total, rung.share, instrument))))
    return tuple(slices)


def rung_quantities(original: Decimal, rungs: Sequence[Rung], instrument: Instrument) -> tuple[Decimal, ...]:
    """What each rung closes of the original quantity; zero for a rung that merged into another."""
    slices = {rung.level: quantity for rung, quantity in ladder(original, rungs, instrument)}
    return tuple(slices.get(rung.level, ZERO) for rung in rungs)


def is_tradable(quantity: Decimal, price: Decimal, instrument: Instrument) -> bool:
    """Whether the venue takes an order of this size at this price."""
    return quantity > 0 and quantity >= instrument.min_qty and quantity * price >= instrument.min_notional


def _merged(total: Decimal, rungs: Sequence[Rung], instrument: Instrument) -> list[Rung]:
    kept: list[Rung] = []
    waiting = ZERO
    for rung in rungs:
        waiting += rung.share
        if is_tradable(_part(total, waiting, instrument), rung.price, instrument):
            kept.append(replace(rung, share=waiting))
            waiting = ZERO
    if not kept:
        return [replace(rung, share=ALL) for rung in rungs[-1:]]
    return _with_rest(total, kept, waiting, instrument)


def _with_rest(total: Decimal, kept: list[Rung], waiting: Decimal, instrument: Instrument) -> list[Rung]:
    """The last rung takes the share that found no later target, and a remainder that could not be sold alone."""
    *before, last = kept
    share = last.share + waiting
    runner = total - sum((_part(total, s, instrument) for s in (*(r.share for r in before), share)), ZERO)
    if not is_tradable(runner, last.price, instrument):
        share = max(ZERO, ALL - sum((r.share for r in before), ZERO))
    return [*before, replace(last, share=share)]


def _part(total: Decimal, share: Decimal, instrument: Instrument) -> Decimal:
    return floor_to(EXACT.divide(EXACT.multiply(total, share), ALL), instrument.lot_step)
