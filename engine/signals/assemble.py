"""Draft → Entry: the fields of one signal get their values, and a signal that contradicts itself is Unclear."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from engine.errors import Code
from engine.signals import bands, confidence
from engine.signals.consistency import contradiction
from engine.signals.direction import Course, choose, from_prices
from engine.signals.draft import Draft, Number
from engine.signals.satoshi import in_bitcoin
from engine.signals.symbols import Symbol
from engine.signals.timeframes import standard
from engine.signals.values import WIDEST_ZONE, Ambiguous, PriceOf, Scale, level, prices, scale_of, unglued
from engine.types import Entry, EntryPoint, Level, LevelKind, MarginMode, OrderType, Target, Unclear

NARROW = Decimal("0.01")
_MAX_LEVERAGE = 1000
_HUNDRED = Decimal(100)


def assemble(draft: Draft, symbol: Symbol, price_of: PriceOf | None) -> Entry | Unclear | None:
    """The trade that ``draft`` describes; Unclear when it contradicts itself, None when it has no direction."""
    in_bitcoin(draft, symbol)
    live = price_of(symbol.base, symbol.quote) if price_of else None
    try:
        return _assembled(draft, symbol, scale_of(draft, bands.usual(symbol), live), live)
    except Ambiguous as doubt:
        return Unclear(code=Code.UNCLEAR, found={"symbol": symbol.base, "number": doubt.raw})


def _assembled(draft: Draft, symbol: Symbol, scale: Scale, live: Decimal | None) -> Entry | Unclear | None:
    targets = _targets(draft, scale)
    stop = _stop(draft, scale)
    if draft.bad or _has_negative(draft) or _has_nothing_positive(stop, targets):
        return Unclear(code=Code.INCONSISTENT, found={"symbol": symbol.base, "number": "not a price"})
    points = _entries(draft, scale, stop, targets)
    course = _course(draft, points, stop, targets)
    if course is None:
        return None
    low, high = _leverage(draft)
    entry = Entry(
        symbol_base=symbol.base,
        symbol_quote=symbol.quote,
        direction=course.direction,
        direction_inferred=course.inferred,
        order_type=_order_type(draft, points),
        entries=points,
        stop_loss=stop,
        stop_on_close="on_close" in draft.seen and stop is not None,
        take_profits=targets,
        margin_mode=MarginMode(draft.margin) if draft.margin else None,
        amount_percent=_percent(draft.amounts, scale),
        risk_percent=_percent(draft.risks, scale),
        time_frame=standard(draft.timeframe),
        leverage=low,
        leverage_max=high,
    )
    return contradiction(entry, live) or replace(entry, confidence=confidence.score(entry))


def _has_negative(draft: Draft) -> bool:
    """A dash in front of every price is a channel's separator; in front of some it is a sign, and no price has one."""
    return 0 < draft.signed < draft.labelled


def _has_nothing_positive(stop: Level | None, targets: Sequence[Target]) -> bool:
    return any(each.value <= 0 for each in [*(target.level for target in targets), *([stop] if stop else [])])


def _targets(draft: Draft, scale: Scale) -> tuple[Target, ...]:
    """Prices if there are any; distances count only when no price stands beside them."""
    written = [n._replace(raw=unglued(n.raw, scale.sure)) if n.glued else n for n in draft.targets]
    priced = [number for number in written if number.unit == "price"]
    if priced and not _are_steps(written):
        values = dict.fromkeys(prices(priced, scale))
        return _shared([Level(kind=LevelKind.PRICE, value=value) for value in values], written, scale)
    return tuple(Target(level=level(number, scale)) for number in _same_unit(written))


def _are_steps(written: Sequence[Number]) -> bool:
    """``20-50-100 pips``: the unit at the end of a list of whole numbers is the unit of all of them."""
    tied = all("-" in n.joined or "/" in n.joined for n in written[1:])
    return len(written) > 1 and written[-1].unit != "price" and tied and all(n.raw.isdigit() for n in written)


def _same_unit(written: Sequence[Number]) -> list[Number]:
    return [number._replace(unit=written[-1].unit) for number in written]


def _shared(levels: list[Level], written: Sequence[Number], scale: Scale) -> tuple[Target, ...]:
    """Percentages beside the prices are shares of the position when they add up to all of it."""
    shares = [level(number, scale).value for number in written if number.unit == "percent"]
    if len(shares) == len(levels) and abs(sum(shares) - _HUNDRED) <= 1:
        return tuple(Target(level=one, share=share) for one, share in zip(levels, shares, strict=True))
    return tuple(Target(level=one) for one in levels)


def _stop(draft: Draft, scale: Scale) -> Level | None:
    if _is_distance_range(draft.stops, scale):
        near, far = sorted(level(number, scale).value for number in _same_unit([draft.stops[0], draft.stops[-1]]))
        return Level(kind=level(draft.stops[-1], scale).kind, value=far, nearest=near)
    priced = [number for number in draft.stops if number.unit == "price"]
    if priced:
        return Level(kind=LevelKind.PRICE, value=prices(priced, scale)[0])
    return level(draft.stops[0], scale) if draft.stops else None


def _is_distance_range(stops: Sequence[Number], scale: Scale) -> bool:
    """``25-30%``: two distances; in ``0.3995 - 100%`` the first is a price and the second its share."""
    if len(stops) != 2 or stops[-1].unit == "price":
        return False
    return scale.sure is None or not scale.is_near_sure(stops[0])


def _entries(draft: Draft, scale: Scale, stop: Level | None, targets: Sequence[Target]) -> tuple[EntryPoint, ...]:
    written = draft.entries or _near_levels(draft.head, scale, stop, targets)
    values = prices(written, scale, WIDEST_ZONE)
    written = written[-len(values) :] if values else []
    points: list[EntryPoint] = []
    for value, number in zip(values, written, strict=True):
        if points and _is_zone(points[-1], value, number, "zone" in draft.seen, len(values)):
            low, high = sorted((points[-1].low, value))
            points[-1] = EntryPoint(low=low, high=high)
        elif not any(point.low == value == point.high for point in points):
            points.append(EntryPoint(low=value, high=value))
    return tuple(points)


def _near_levels(
    head: Sequence[Number], scale: Scale, stop: Level | None, targets: Sequence[Target]
) -> Sequence[Number]:
    """Numbers beside the symbol or side; one far from every level is a count, unless nothing else could be meant."""
    levels = [
        each.value for each in [*(t.level for t in targets), *([stop] if stop else [])] if each.kind is LevelKind.PRICE
    ]
    if not levels or len(head) < 2:
        return head
    near = [n for n in head if _is_near(scale.price(n), levels) or any(m in n.joined for m in "-/")]
    return near or head


def _is_near(price: Decimal, levels: Sequence[Decimal]) -> bool:
    return min(levels) / 2 <= price <= max(levels) * 2


def _is_zone(point: EntryPoint, value: Decimal, number: Number, said: bool, count: int) -> bool:
    """Two prices with a range mark: a zone if the text says zone or they are close, else two entries."""
    ranged = any(mark in number.joined for mark in "-→:•_") or (said and count == 2)
    if not ranged or point.is_zone or "#" in number.joined:
        return False
    return said or abs(point.low - value) <= max(point.low, value) * NARROW


def _course(draft: Draft, points: Sequence[EntryPoint], stop: Level | None, targets: Sequence[Target]) -> Course | None:
    starts = [price for point in points for price in (point.low, point.high)]
    stop_price = stop.value if stop and stop.kind is LevelKind.PRICE else None
    ahead = [target.level.value for target in targets if target.level.kind is LevelKind.PRICE]
    shown = from_prices(starts, stop_price, ahead)
    course = choose(draft.sides, shown)
    if course and course.inferred and not draft.sides and not (starts and ahead and stop):
        return None
    return course


def _order_type(draft: Draft, points: Sequence[EntryPoint]) -> OrderType | None:
    said = {concept for concept, _ in draft.orders}
    if not points:
        return None if said & {"limit", "stop_order", "breakout"} else OrderType.MARKET
    if "market" in said:
        return None if "limit" in said else OrderType.MARKET
    if "limit" in said:
        return None if "stop_order" in said else OrderType.LIMIT
    return OrderType.STOP if said & {"stop_order", "breakout"} else None


def _leverage(draft: Draft) -> tuple[int | None, int | None]:
    values = [int(raw) for raw in draft.leverages if raw.isdigit() and 0 < int(raw) <= _MAX_LEVERAGE][:2]
    if not values:
        return None, None
    low, high = min(values), max(values)
    return low, high if high != low else None


def _percent(numbers: Sequence[Number], scale: Scale) -> Decimal | None:
    """Of several values the first one counts."""
    value = level(numbers[0], scale).value if numbers else None
    return value if value is not None and 0 < value <= _HUNDRED else None
