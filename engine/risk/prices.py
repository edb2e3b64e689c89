"""Where to get in and out: from what the signal says to prices on the venue's grid, checked against the market.

Prices round to the careful side: an entry never worse than written, a stop and a target never farther away.
"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from engine.errors import Code
from engine.risk.draft import Draft
from engine.risk.ladder import shares
from engine.risk.steps import EXACT, plain, towards
from engine.types import (
    ZERO,
    Direction,
    EntryPoint,
    Level,
    LevelKind,
    OrderType,
    PlannedOrder,
    Refusal,
    Rung,
)

# So little past the entry is the way between reading and sending; a resting order there would mostly be left behind.
NEAR = Decimal("0.003")
# A price farther off is a slip of the pen or another symbol (PEPE for 1000PEPE).
BAND = Decimal("0.20")
# Targets of a real runner lie far away and a wrong one loses nothing but its hope; ten times is no longer a price.
TARGET_FACTOR = Decimal(10)

_BREAKOUTS = (OrderType.STOP, OrderType.STOP_LIMIT)


# --- entry orders ----------------------------------------------------------------------------------


def resolve_entries(draft: Draft) -> Draft | Refusal:
    """One order an entry, E1 the first the market would reach. A zone rests at its midpoint.

    An order type in the text is obeyed. Without one the order goes to the market when the live price is inside the
    zone, better than the entry or ``NEAR`` it, and rests as a limit otherwise. No entry at all means the market.
    """
    if draft.entry.direction is Direction.SELL and not draft.instrument.margin:
        return Refusal(code=Code.SHORT_NOT_POSSIBLE, details={"symbol": draft.instrument.symbol})
    if draft.entry.order_type is OrderType.MARKET or not draft.entry.entries:
        return replace(draft, orders=(PlannedOrder(leg="E1", order_type=OrderType.MARKET, quantity=ZERO),))
    orders = (_order(draft, f"E{n}", point) for n, point in enumerate(_in_reach_order(draft), 1))
    return replace(draft, orders=tuple(orders))


def _in_reach_order(draft: Draft) -> list[EntryPoint]:
    """A falling market reaches the highest buy limit first; a rising one the lowest buy stop."""
    falling = (draft.sign > 0) is (draft.entry.order_type not in _BREAKOUTS)
    return sorted(draft.entry.entries, key=lambda point: point.low + point.high, reverse=falling)


def _order(draft: Draft, leg: str, point: EntryPoint) -> PlannedOrder:
    kind = _kind(draft, point)
    middle, tick = (point.low + point.high) / 2, draft.instrument.tick_size
    limit, trigger = towards(-draft.sign, middle, tick), towards(draft.sign, middle, tick)
    match kind:
        case OrderType.LIMIT:
            return PlannedOrder(leg=leg, order_type=kind, quantity=ZERO, price=limit)
        case OrderType.STOP:
            return PlannedOrder(leg=leg, order_type=kind, quantity=ZERO, trigger=trigger)
        case OrderType.STOP_LIMIT:
            return PlannedOrder(leg=leg, order_type=kind, quantity=ZERO, price=trigger, trigger=trigger)
        case _:
            return PlannedOrder(leg=leg, order_type=kind, quantity=ZERO)


def _kind(draft: Draft, point: EntryPoint) -> OrderType:
    asked = draft.entry.order_type
    if asked is OrderType.LIMIT:
        return asked
    if asked in _BREAKOUTS and not _broken_out(draft, point):
        return asked
    return OrderType.MARKET if _near_or_better(draft, point) else asked or OrderType.LIMIT


def _broken_out(draft: Draft, point: EntryPoint) -> bool:
    """The market is already at or past the trigger: a stop order there would be refused or fill at any price."""
    return (draft.quote.entry_price(draft.direction) - (point.low + point.high) / 2) * draft.sign >= 0


def _near_or_better(draft: Draft, point: EntryPoint) -> bool:
    edge = point.high if draft.sign > 0 else point.low
    return (draft.quote.entry_price(draft.direction) - edge) * draft.sign <= edge * NEAR


# --- stop and targets ------------------------------------------------------------------------------


def resolve_stop(draft: Draft) -> Draft | Refusal:
    """The stop of the signal, else the preset's default distance; no trade without one."""
    level, default = draft.entry.stop_loss, draft.preset.default_sl_pips
    if level is None and default is not None:
        level = Level(kind=LevelKind.PIPS, value=default)
    if level is None:
        return Refusal(code=Code.NO_STOP, details={"symbol": draft.instrument.symbol})
    price = _price_of(draft, level, -draft.sign)
    return replace(draft, stop=towards(draft.sign, price, draft.instrument.tick_size))


def resolve_targets(draft: Draft) -> Draft:
    """Rungs 1, 2, … nearest first; none given is a trade that lives by its stop alone."""
    targets = draft.entry.take_profits
    rungs = [
        (towards(-draft.sign, _price_of(draft, target.level, draft.sign), draft.instrument.tick_size), share)
        for target, share in zip(targets, shares(targets), strict=True)
    ]
    rungs.sort(key=lambda rung: rung[0] * draft.sign)
    return replace(
        draft, rungs=tuple(Rung(level=n, price=price, share=share) for n, (price, share) in enumerate(rungs, 1))
    )


def _price_of(draft: Draft, level: Level, side: int) -> Decimal:
    """Pips and percent are distances from the average entry, upwards when ``side`` is +1."""
    entry = draft.entry_price
    match level.kind:
        case LevelKind.PIPS:
            return EXACT.fma(level.value * side, draft.instrument.pip_size, entry)
        case LevelKind.PERCENT:
            return EXACT.fma(level.value * side / 100, entry, entry)
        case _:
            return level.value


# --- against each other and the market -------------------------------------------------------------


def check_band(draft: Draft) -> Draft | Refusal:
    """Entries and stop within ``BAND`` of the market, targets within ``TARGET_FACTOR`` of it either way."""
    market = draft.quote.mid
    stated = [edge for point in draft.entry.entries for edge in (point.low, point.high)]
    for price in (*stated, draft.stop):
        if abs(price - market) > market * BAND:
            return _out_of_band(price, market)
    for rung in draft.rungs:
        if not market / TARGET_FACTOR <= rung.price <= market * TARGET_FACTOR:
            return _out_of_band(rung.price, market)
    return draft


def check_sides(draft: Draft) -> Draft | Refusal:
    """The stop on the losing side of every entry as written, every target on the winning side."""
    edges = [edge for point in draft.entry.entries for edge in (point.low, point.high)]
    return _contradiction(draft, edges) or draft


def check_not_passed(draft: Draft) -> Draft | Refusal:
    """The trade must still lie ahead: neither its stop nor its first target behind the market.

    A breakout that is waited for may have its stop there: the market crosses that on the way to the entry.
    """
    market = draft.quote.exit_price(draft.direction)
    waits = all(order.trigger is not None for order in draft.orders)
    if not waits and (market - draft.stop) * draft.sign <= 0:
        return Refusal(code=Code.STOP_PASSED, details={"stop": plain(draft.stop), "market": plain(market)})
    if draft.rungs and (market - draft.rungs[0].price) * draft.sign >= 0:
        target = plain(draft.rungs[0].price)
        return Refusal(code=Code.TARGET_PASSED, details={"target": target, "market": plain(market)})
    return draft


def check_fills(draft: Draft) -> Draft | Refusal:
    """The same sides for the prices the orders will fill at, and no breakout that already happened far away."""
    market = draft.quote.entry_price(draft.direction)
    for order in draft.orders:
        if order.trigger is not None and (market - order.trigger) * draft.sign >= 0:
            return _inconsistent(entry=order.trigger, market=market)
    return _contradiction(draft, list(draft.prices)) or draft


def _contradiction(draft: Draft, entries: list[Decimal]) -> Refusal | None:
    for entry in entries:
        if (entry - draft.stop) * draft.sign <= 0:
            return _inconsistent(entry=entry, stop=draft.stop)
        for rung in draft.rungs:
            if (rung.price - entry) * draft.sign <= 0:
                return _inconsistent(entry=entry, target=rung.price)
    return None


def _inconsistent(**prices: Decimal) -> Refusal:
    return Refusal(code=Code.INCONSISTENT, details={name: plain(price) for name, price in prices.items()})


def _out_of_band(price: Decimal, market: Decimal) -> Refusal:
    return Refusal(code=Code.PRICE_BAND, details={"price": plain(price), "market": plain(market)})
