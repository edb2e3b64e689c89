"""A signal must not contradict itself: sides, sizes and order of its prices, and its distance from the live price."""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise
from operator import gt, lt

from engine.errors import Code
from engine.types import Direction, Entry, LevelKind, Unclear

WIDEST_RATIO = Decimal(10)
LIVE_BAND = Decimal("0.20")
_PRICE, _BUY = LevelKind.PRICE, Direction.BUY


def contradiction(entry: Entry, live: Decimal | None) -> Unclear | None:
    """The first pair of prices that cannot both be right, or None when the signal holds together."""
    if _is_ladder(entry):
        return _off_market(entry, live)
    for rule in (_unbelievable, _stop_side, _target_side, _target_order):
        clash = rule(entry)
        if clash:
            return Unclear(code=Code.INCONSISTENT, found=_found(entry) | clash)
    return _off_market(entry, live)


def _is_ladder(entry: Entry) -> bool:
    """Stop, one entry and targets, each beyond the one before: most signals are, and nothing in a ladder clashes."""
    stop, points = entry.stop_loss, entry.entries
    if stop is None or stop.kind is not _PRICE or len(points) != 1:
        return False
    buys = entry.direction is _BUY
    step = lt if buys else gt
    near, far = (points[0].low, points[0].high) if buys else (points[0].high, points[0].low)
    rungs = [far, *_targets(entry)]
    low, high = (stop.value, rungs[-1]) if buys else (rungs[-1], stop.value)
    return low > 0 and high <= low * WIDEST_RATIO and step(stop.value, near) and all(map(step, rungs, rungs[1:]))


def _found(entry: Entry) -> dict[str, str]:
    return {"symbol": entry.symbol_base + (entry.symbol_quote or ""), "direction": entry.direction.value}


def _prices(entry: Entry) -> list[tuple[str, Decimal]]:
    """Every price of the signal with its name."""
    named = [("entry", price) for point in entry.entries for price in (point.low, point.high)]
    if entry.stop_loss and entry.stop_loss.kind is _PRICE:
        named.append(("stop", entry.stop_loss.value))
    return named + [("target", price) for price in _targets(entry)]


def _targets(entry: Entry) -> list[Decimal]:
    return [target.level.value for target in entry.take_profits if target.level.kind is _PRICE]


def _unbelievable(entry: Entry) -> dict[str, str] | None:
    """Prices of one signal lie within a factor of ten of each other, and all are above zero."""
    named = sorted(_prices(entry), key=lambda pair: pair[1])
    if not named:
        return None
    (low_name, low), (high_name, high) = named[0], named[-1]
    if low > 0 and high <= low * WIDEST_RATIO:
        return None
    return {low_name: str(low), high_name if high_name != low_name else "other": str(high)}


def _stop_side(entry: Entry) -> dict[str, str] | None:
    stop = entry.stop_loss
    if stop is None or stop.kind is not _PRICE:
        return None
    for name, price in _prices(entry):
        if name != "stop" and (price - stop.value) * entry.direction.sign <= 0:
            return {"stop": str(stop.value), name: str(price)}
    return None


def _target_side(entry: Entry) -> dict[str, str] | None:
    for point in entry.entries:
        start = point.high if entry.direction.sign > 0 else point.low
        for target in _targets(entry):
            if (target - start) * entry.direction.sign <= 0:
                return {"entry": str(start), "target": str(target)}
    return None


def _target_order(entry: Entry) -> dict[str, str] | None:
    """Targets run one way; a channel may list the farthest first."""
    steps = [(one, other) for one, other in pairwise(_targets(entry)) if one != other]
    along = [step for step in steps if (step[1] - step[0]) * entry.direction.sign > 0]
    against = [step for step in steps if step not in along]
    if not along or not against:
        return None
    odd = min(against, along, key=len)[0]
    return {"target": str(odd[0]), "next_target": str(odd[1])}


def _off_market(entry: Entry, live: Decimal | None) -> Unclear | None:
    if live is None:
        return None
    for name, price in _prices(entry):
        if name != "target" and abs(price - live) > live * LIVE_BAND:
            return Unclear(code=Code.PRICE_BAND, found=_found(entry) | {name: str(price), "live": str(live)})
    return None
