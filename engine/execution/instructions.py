"""What a channel's management message means for one open trade. Pure: words in, actions or a refusal out.

A channel may reduce risk by itself: close, take part, tighten the stop, change targets that still wait. It may not
loosen a stop, and it touches only trades that came from that channel and still follow it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from engine.errors import Code
from engine.types import (
    Action,
    ActionKind,
    Amendment,
    ClosedReason,
    ClosePart,
    Entry,
    Execution,
    LevelKind,
    MoveStop,
    Position,
    Reading,
    Refusal,
)

HALF = Decimal(50)
HUNDRED = Decimal(100)


@dataclass(frozen=True, slots=True, kw_only=True)
class SetTargets:
    """Replace the targets that have not been reached; prices nearest first."""

    prices: tuple[Decimal, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelEntries:
    """Take back the entry orders that still wait."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Close:
    """Take back the entry orders, close what is open, and whatever an order in doubt turns out to have filled."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanStop:
    """Another stop for a trade whose entry has not filled yet."""

    price: Decimal


Deed = Action | SetTargets | CancelEntries | Close | PlanStop
Meaning = tuple[Deed, ...] | Refusal


def addressed(
    alive: tuple[Execution, ...], step: Amendment, *, replied: frozenset[int], is_reply: bool
) -> tuple[Execution, ...]:  # fmt: skip
    """Whom the instruction is for: the signal replied to, else the symbol named, else the only signal alive.

    A bare word in reply to something else is about that something else, however few trades there are.
    """
    if replied:
        return tuple(e for e in alive if e.signal.id in replied and _fits(e, step))
    if step.symbol_base is not None:
        return tuple(e for e in alive if _fits(e, step))
    if is_reply:
        return ()
    return alive if len({e.signal.id for e in alive}) == 1 else ()


def _fits(execution: Execution, step: Amendment) -> bool:
    entry = execution.signal.entry
    same_symbol = step.symbol_base in (None, entry.symbol_base)
    return same_symbol and step.direction in (None, entry.direction)


def edits(old: Entry, reading: Reading) -> tuple[Amendment, ...]:
    """What a changed text of a signal asks for on the trade it opened: a new stop, new targets. Nothing else."""
    if not isinstance(reading, Entry) or (reading.symbol_base, reading.direction) != (old.symbol_base, old.direction):
        return ()
    steps = []
    stop = reading.stop_loss
    if stop is not None and stop != old.stop_loss and stop.kind is LevelKind.PRICE:
        steps.append(Amendment(action=ActionKind.MOVE_SL, value=stop.value))
    prices = tuple(t.level.value for t in reading.take_profits if t.level.kind is LevelKind.PRICE)
    if prices and reading.take_profits != old.take_profits:
        steps.append(Amendment(action=ActionKind.SET_TP, values=prices))
    return tuple(steps)


def meaning(step: Amendment, position: Position | None) -> Meaning:
    """What this step does to the trade. Without a position only its entries, or the stop they bring, can be meant."""
    if position is None or not position.is_open:
        return _waiting(step)
    return MEANINGS.get(step.action, _not_by_itself)(step, position)


def _waiting(step: Amendment) -> Meaning:
    if step.action is ActionKind.CLOSE:
        return (Close(),)
    if step.action is ActionKind.MOVE_SL and step.value is not None:
        return (PlanStop(price=step.value),)
    return (CancelEntries(),) if step.action is ActionKind.CANCEL else _refused(step, Code.NOT_FOUND)


def _close(_step: Amendment, _position: Position) -> Meaning:
    return (Close(),)


def _close_partial(step: Amendment, position: Position) -> Meaning:
    """A percentage of what is left; half when the channel names none."""
    percent = step.value if step.value is not None else HALF
    if not 0 < percent <= HUNDRED:
        return _refused(step, Code.BAD_INPUT)
    return (ClosePart(quantity=position.quantity * percent / HUNDRED, reason=ClosedReason.SIGNAL),)


def _move_sl(step: Amendment, _position: Position) -> Meaning:
    if step.value is None:
        return _refused(step, Code.UNCLEAR)
    return (MoveStop(price=step.value, reason=ClosedReason.SL),)


def _move_sl_to_entry(_step: Amendment, position: Position) -> Meaning:
    return (MoveStop(price=position.entry_price, reason=ClosedReason.BREAKEVEN),)


def _move_sl_to_tp(step: Amendment, position: Position) -> Meaning:
    number = step.target_no if step.target_no is not None else step.value
    rung = next((r for r in position.rungs if r.level == number), None)
    return _refused(step, Code.UNCLEAR) if rung is None else (MoveStop(price=rung.price, reason=ClosedReason.SL),)


def _set_tp(step: Amendment, position: Position) -> Meaning:
    """A target that is numbered is changed alone, the others stay; without a number the whole ladder is meant."""
    prices = step.values or ((step.value,) if step.value is not None else ())
    if step.target_no is not None:
        waiting = {rung.level: rung.price for rung in position.rungs if rung.is_open}
        if step.target_no not in waiting or len(prices) != 1:
            return _refused(step, Code.UNCLEAR)
        prices = tuple((waiting | {step.target_no: prices[0]}).values())
    nearest_first = tuple(sorted(prices, key=lambda price: price * position.direction.sign))
    return (SetTargets(prices=nearest_first),) if prices else _refused(step, Code.UNCLEAR)


def _cancel(_step: Amendment, _position: Position) -> Meaning:
    return (CancelEntries(),)


def _not_by_itself(step: Amendment, _position: Position) -> Meaning:
    return _refused(step, Code.UNCLEAR)


MEANINGS: dict[ActionKind, Callable[[Amendment, Position], Meaning]] = {
    ActionKind.CLOSE: _close,
    ActionKind.CLOSE_PARTIAL: _close_partial,
    ActionKind.MOVE_SL: _move_sl,
    ActionKind.MOVE_SL_TO_ENTRY: _move_sl_to_entry,
    ActionKind.MOVE_SL_TO_TP: _move_sl_to_tp,
    ActionKind.SET_TP: _set_tp,
    ActionKind.CANCEL: _cancel,
}


def _refused(step: Amendment, code: Code) -> Refusal:
    return Refusal(code=code, details={"instruction": step.action.value})
