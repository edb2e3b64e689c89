"""What an open position does at this price: stop, take profits, trailing, break-even. Pure and total.

The stop is looked at before the targets, on the price the position would really close at: bid for a long, ask for a
short. A stop only ever moves towards profit, and ``Position.stop_reason`` remembers what put it where it is.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from engine.errors import Code
from engine.risk.ladder import ALL, is_tradable, ladder
from engine.risk.steps import floor_to, plain, towards
from engine.types import (
    Action,
    ClosedReason,
    ClosePart,
    Direction,
    Instrument,
    MoveStop,
    Position,
    Protection,
    Quote,
    Refusal,
    Rung,
    Track,
)

# How far the price must be beyond a stop that rests at the venue before we close in its place.
BACKSTOP = Decimal("0.003")


def decide(position: Position, quote: Quote, instrument: Instrument) -> tuple[Action, ...]:
    """Everything to do now, in order. Nothing for a position that is closed or too small to sell."""
    if not position.is_open or position.quantity < instrument.lot_step:
        return ()
    price = quote.exit_price(position.direction)
    if position.sl_price is not None and _reached(position, price, position.sl_price):
        return _stopped(position, position.sl_price, price, instrument)
    best = _best_prices(position, price)
    move = _best_move(position, best, price, instrument)
    if move is not None and _reached(position, price, move.price):
        return (_close_all(position, instrument, move.reason),)
    closes = tuple(_target_closes(position, price, instrument))
    if move is None or sum(c.quantity for c in closes) > position.quantity - instrument.lot_step:
        return (*_news(position, best), *closes)  # no stop for a position that is about to be flat
    return (*_news(position, best), *closes, move)


def may_move_stop(position: Position, new: Decimal, quote: Quote, loosen_ok: bool = False) -> Refusal | None:
    """Why this stop may not be set by hand or by the channel; None when it may.

    STOP_PASSED when the market is already there, STOP_LOOSER when it would give more room than the stop in place:
    only the owner, asked, may say ``loosen_ok``.
    """
    if not position.is_open:
        return Refusal(code=Code.ALREADY_CLOSED, details={"symbol": position.symbol})
    if not (new.is_finite() and new > 0):
        return Refusal(code=Code.BAD_INPUT, details={"stop": str(new)})
    market = quote.exit_price(position.direction)
    if _reached(position, market, new):
        return Refusal(code=Code.STOP_PASSED, details={"stop": plain(new), "market": plain(market)})
    current = position.sl_price
    if current is not None and not loosen_ok and is_looser(position, new):
        return Refusal(code=Code.STOP_LOOSER, details={"stop": plain(new), "current": plain(current)})
    return None


def is_looser(position: Position, new: Decimal) -> bool:
    """Whether this stop would give more room than the one in place."""
    return position.sl_price is not None and _gain(position, position.sl_price, new) < 0


# --- stop ------------------------------------------------------------------------------------------


def _stopped(position: Position, stop: Decimal, price: Decimal, instrument: Instrument) -> tuple[Action, ...]:
    """Close; but a stop that rests at the venue is the venue's to fill until the price is well beyond it."""
    late = stop * (1 - BACKSTOP * position.direction.sign)
    if position.protection is Protection.EXCHANGE and _gain(position, late, price) >= 0:
        return ()
    return (_close_all(position, instrument, position.stop_reason),)


def _best_move(
    position: Position, best: Track | None, price: Decimal, instrument: Instrument
) -> MoveStop | None:  # fmt: skip
    """The tightest stop that break-even and trailing ask for, if it is tighter than the one in place."""
    asked = [*_breakeven(position, price, instrument), *_trailing(position, best, instrument)]
    tightest = max(asked, key=lambda move: move.price * position.direction.sign, default=None)
    if tightest is None or (position.sl_price is not None and _gain(position, position.sl_price, tightest.price) <= 0):
        return None
    return tightest


def _breakeven(position: Position, price: Decimal, instrument: Instrument) -> Iterator[MoveStop]:
    """Entry plus the offset towards profit, once: at the trigger price, or after its take profit has closed."""
    if not position.breakeven_enabled or position.sl_moved_to_breakeven:
        return
    trigger, rung = position.breakeven_trigger_price, position.breakeven_trigger_tp
    by_price = trigger is not None and _gain(position, trigger, price) >= 0
    # A rung may have merged into a later one: that one closing means its price was reached too.
    by_rung = rung is not None and any(not r.is_open and r.level >= rung for r in position.rungs)
    if by_price or by_rung:
        sign = position.direction.sign
        stop = towards(sign, position.entry_price + sign * position.breakeven_offset, instrument.tick_size)
        yield from _valid(stop, ClosedReason.BREAKEVEN)


def _trailing(position: Position, best: Track | None, instrument: Instrument) -> Iterator[MoveStop]:
    """The best price so far, less the percentage or the distance."""
    if best is None:
        return
    sign, percent = position.direction.sign, position.trailing_stop_percentage
    peak = best.highest if position.direction is Direction.BUY else best.lowest
    distance = position.trailing_stop_distance if percent is None else peak * percent / 100
    if distance is not None and distance > 0:
        yield from _valid(towards(-sign, peak - sign * distance, instrument.tick_size), ClosedReason.TRAILING_SL)


def _valid(stop: Decimal, reason: ClosedReason) -> Iterator[MoveStop]:
    if stop > 0:
        yield MoveStop(price=stop, reason=reason)


# --- the best price --------------------------------------------------------------------------------


def _best_prices(position: Position, price: Decimal) -> Track | None:
    """The highest and lowest with this price counted; None while trailing is off or waits for its trigger."""
    high, low = position.highest_price, position.lowest_price
    known = high if position.direction is Direction.BUY else low
    if not position.trailing_stop_enabled or not any(_is_past_trigger(position, p) for p in (price, known)):
        return None
    return Track(
        highest=price if high is None else max(high, price), lowest=price if low is None else min(low, price)
    )  # fmt: skip


def _is_past_trigger(position: Position, price: Decimal | None) -> bool:
    trigger = position.trailing_trigger_price
    return price is not None and (trigger is None or _gain(position, trigger, price) >= 0)


def _news(position: Position, best: Track | None) -> tuple[Track, ...]:
    """The best prices, when they have changed."""
    known = (position.highest_price, position.lowest_price)
    return () if best is None or (best.highest, best.lowest) == known else (best,)


# --- targets ---------------------------------------------------------------------------------------


def _target_closes(position: Position, price: Decimal, instrument: Instrument) -> Iterator[ClosePart]:
    """Every open rung the price has reached, nearest first, each with its slice of the original quantity.

    One that is too small to be sold by itself at this price waits, or goes with the rest.
    """
    if not any(_is_due(position, rung, price) for rung in position.rungs):
        return  # nearly every tick: nothing to work out
    left = floor_to(position.quantity, instrument.lot_step)
    steps = ladder(position.original_quantity, position.rungs, instrument)
    covers = sum(rung.share for rung, _ in steps) >= ALL
    waiting = [(n, rung, whole) for n, (rung, whole) in enumerate(steps, 1) if _is_due(position, rung, price)]
    closes: list[ClosePart] = []
    moved = True
    while moved:  # what one rung closes may make another one's rest unsellable, and so part of it
        moved = False
        for step in tuple(waiting):
            n, rung, whole = step
            due = left if covers and n == len(steps) else min(left, whole - rung.closed_qty)
            if not is_tradable(left - due, price, instrument):
                due = left  # what would stay behind could never be sold
            if due > 0 and (due == left or is_tradable(due, price, instrument)):
                left -= due
                closes.append(ClosePart(quantity=due, reason=ClosedReason.TP, level=rung.level))
                waiting.remove(step)
                moved = True
    yield from sorted(closes, key=lambda part: part.level or 0)


def _is_due(position: Position, rung: Rung, price: Decimal) -> bool:
    return rung.is_open and _gain(position, rung.price, price) >= 0


# --- on the way to profit --------------------------------------------------------------------------


def _gain(position: Position, start: Decimal, end: Decimal) -> Decimal:
    """How far ``end`` lies from ``start`` in the position's favour."""
    return (end - start) * position.direction.sign


def _reached(position: Position, price: Decimal, stop: Decimal) -> bool:
    return _gain(position, stop, price) <= 0


def _close_all(position: Position, instrument: Instrument, reason: ClosedReason) -> ClosePart:
    return ClosePart(quantity=floor_to(position.quantity, instrument.lot_step), reason=reason)
