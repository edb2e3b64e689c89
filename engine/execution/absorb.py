"""Venue says, we believe: one report becomes order state, fills, position and messages in one transaction.

Absorbing the same report twice changes nothing: fills are unique by trade id, messages by key.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from engine.errors import Code
from engine.events import EntryCancelled, OrderRested, SignalRefused, Trouble
from engine.execution import orders as machine
from engine.execution import stops, told
from engine.execution.told import Trade
from engine.figures import figures_of
from engine.ports import Tx
from engine.positions import profit
from engine.types import (
    ZERO,
    ClosedReason,
    Execution,
    ExecutionReport,
    ExecutionStatus,
    Fill,
    Instrument,
    Order,
    OrderState,
    Position,
    PositionStatus,
    Protection,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Absorbed:
    """The order as it now stands, its position if there is one, and whether anything about that position changed.

    ``refused`` is why the venue said no; ``wait`` the seconds it wants to be left alone before the next try.
    """

    order: Order
    position: Position | None
    changed: bool
    refused: Code | None = None
    wait: float = 0.0


# An exit refused for these is no trouble of its own: nothing is held any more, which the next report or comparison
# tells, or the price has passed the stop, and the position is closed at once.
SETTLED_OTHERWISE = frozenset({Code.REDUCE_ONLY, Code.STOP_PASSED})


def absorb(tx: Tx, order_id: int, report: ExecutionReport, *, stop_rests: bool, now: datetime) -> Absorbed:
    """Adopt the report. ``stop_rests``: a protective stop will be placed at this venue (the message says so)."""
    before = order_of(tx, order_id)
    fresh = tx.orders.add_fills(before, report.fills)
    order = machine.answered(before, report)
    if _ended_by_others(tx, before, order):
        order = replace(order, purpose=ClosedReason.EXTERNAL)  # not by us: our own cancels come by CANCELLING
    if order != before:
        order = tx.orders.save(order)
    if machine.is_entry(order):
        return _entered(tx, _trade_of(tx, order), before, order, fresh, stop_rests, now)
    return _left(tx, order, fresh, now)


def _ended_by_others(tx: Tx, before: Order, after: Order) -> bool:
    """Whether somebody else took this stop away: not while an exit of ours is on its way, which may have ended it."""
    if not machine.is_stop(after) or after.state not in _GONE or before.state not in machine.RESTING:
        return False
    others = (o for o in tx.orders.of_execution(after.execution_id) if o.id != after.id and not machine.is_entry(o))
    return all(o.state not in machine.UNSETTLED for o in others)


def refuse(tx: Tx, order_id: int, code: Code, reason: str, now: datetime) -> Absorbed:
    """The venue said a definite no: the attempt ends, and if it was the last entry, so does the execution."""
    order = order_of(tx, order_id)
    if order.state is not OrderState.SUBMITTING:  # a report was faster than the no
        return as_it_is(tx, order)
    order = tx.orders.save(machine.refused(order, reason))
    trade = _trade_of(tx, order)
    if code is Code.KEY_LOST:
        tx.connections.mark_error(order.connection_id, reason, now)
    if machine.is_entry(order):
        finish_entry(tx, trade, order, code, {"venue": reason}, now)
    elif code not in SETTLED_OTHERWISE:
        told_trouble(tx, trade, order, code, reason, now)
    if machine.is_stop(order):
        _guards_elsewhere(tx, order)
    return replace(as_it_is(tx, order), refused=code)


# --- entries ---------------------------------------------------------------------------------------


def _entered(
    tx: Tx, trade: Trade, before: Order, order: Order, fresh: tuple[Fill, ...], stop_rests: bool, now: datetime
) -> Absorbed:  # fmt: skip
    known = tx.positions.of_execution(order.execution_id)
    position = known
    if fresh:
        position = _grow(tx, trade, known, fresh, stop_rests, now)
    if order.state is OrderState.ACKED and before.state is not OrderState.ACKED and not machine.is_awaited(order):
        _told_resting(tx, trade, order, now)
    if order.state in machine.TERMINAL and order.state is not before.state:
        finish_entry(tx, trade, order, Code.VENUE_REFUSED, {"venue": order.reason}, now)
    return Absorbed(order=order, position=position, changed=bool(fresh))


def _grow(
    tx: Tx, trade: Trade, known: Position | None, fresh: tuple[Fill, ...], stop_rests: bool, now: datetime
) -> Position:  # fmt: skip
    """The first fill opens the position, arms its software stop and tells the owner; later fills add to it."""
    instrument = trade.plan.instrument
    if known is None:
        first = profit.open_from_plan(trade.plan, trade.execution, fresh[0], now)
        position = tx.positions.add(_filled(first, fresh[1:], instrument))
        opened = told.opened(trade, position, stop_rests=stop_rests, now=now)
        told.tell(tx, trade, opened, f"open:{position.id}", now, position.id)
        return position
    position = tx.positions.save(_next(_filled(_reopened(known), fresh, instrument)))
    grew = told.grew(trade, position, position.original_quantity - known.original_quantity)
    told.tell(tx, trade, grew, f"grew:{position.id}:{position.seq}", now, position.id)
    return position


def _filled(position: Position, fills: tuple[Fill, ...], instrument: Instrument) -> Position:
    for fill in fills:
        position = profit.apply_entry_fill(position, fill, instrument)
    return position


def _reopened(position: Position) -> Position:
    """A fill that arrives after the trade was closed is a position all the same: it must be guarded, not forgotten."""
    return replace(position, status=PositionStatus.OPEN, closed_reason=None, closed_at=None)


def finish_entry(tx: Tx, trade: Trade, order: Order, code: Code, details: dict[str, str], now: datetime) -> None:
    """Settle the execution once every entry order has ended; tell the owner if nothing (more) will come of it."""
    entries = [o for o in tx.orders.of_execution(order.execution_id) if machine.is_entry(o)]
    if any(o.state not in machine.TERMINAL for o in entries):
        return
    filled = sum((o.filled for o in entries), ZERO)
    missed = next((o for o in (order, *reversed(entries)) if o.state is not OrderState.FILLED), order)
    why = missed.purpose or (missed.state.value if missed.state in _TAKEN_BACK else code.value)
    if filled and all(o.state is OrderState.FILLED for o in entries):
        tx.executions.settle(order.execution_id, ExecutionStatus.FILLED, now)
    elif filled:
        tx.executions.settle(order.execution_id, ExecutionStatus.PARTIAL, now, code=why)
        event = EntryCancelled(**trade.head, code=why, filled=filled)
        told.tell(tx, trade, event, f"ended:{order.execution_id}", now)
    else:
        tx.executions.settle(order.execution_id, _NOTHING_CAME[order.state], now, code=why, details=details)
        told.tell(tx, trade, _nothing_came(trade, order, why, details), f"ended:{order.execution_id}", now)


_NOTHING_CAME = {
    OrderState.REJECTED: ExecutionStatus.REJECTED,
    OrderState.CANCELLED: ExecutionStatus.CANCELLED,
    OrderState.EXPIRED: ExecutionStatus.EXPIRED,
    OrderState.ABSENT: ExecutionStatus.FAILED,
    OrderState.VOID: ExecutionStatus.EXPIRED,
}
_TAKEN_BACK = (OrderState.CANCELLED, OrderState.EXPIRED)
_GONE = (*_TAKEN_BACK, OrderState.REJECTED)


def _nothing_came(trade: Trade, order: Order, why: str, details: dict[str, str]) -> SignalRefused | EntryCancelled:
    if order.purpose or order.state in _TAKEN_BACK:
        return EntryCancelled(**trade.head, code=why, filled=ZERO)
    read = figures_of(trade.execution.signal.entry)
    return SignalRefused(**trade.head, source=trade.source, code=why, details=details, **read)


def _told_resting(tx: Tx, trade: Trade, order: Order, now: datetime) -> None:
    request, plan = order.request, trade.plan
    event = OrderRested(
        **trade.head,
        source=trade.source,
        order_type=request.order_type.value,
        quantity=request.quantity,
        price=request.price or request.trigger or plan.entry_price,
        stop=plan.stop,
        targets=[r.price for r in plan.rungs],
        expires_at=plan.expires_at,
    )
    told.tell(tx, trade, event, f"rested:{order.id}", now)


# --- exits -----------------------------------------------------------------------------------------


def _left(tx: Tx, order: Order, fresh: tuple[Fill, ...], now: datetime) -> Absorbed:
    position = tx.positions.of_execution(order.execution_id)
    if position is None:
        raise LookupError(f"order {order.id} leaves a position that never was")
    if fresh and position.is_open:
        position = _shrink(tx, _trade_of(tx, order), position, order, fresh, now)
    before = position
    if machine.is_stop(order):
        position = _protected(tx, position, order)
        if position.is_open and order.purpose == ClosedReason.EXTERNAL:
            _told_stop_gone(tx, _trade_of(tx, order), order, now)
    return Absorbed(order=order, position=position, changed=bool(fresh) or position is not before)


def stop_gone(tx: Tx, order: Order, now: datetime) -> Absorbed:
    """A stop that the venue does not know any more guards nothing: who holds it by now, and a word about it."""
    return _left(tx, order, (), now)


def _shrink(
    tx: Tx, trade: Trade, before: Position, order: Order, fresh: tuple[Fill, ...], now: datetime
) -> Position:  # fmt: skip
    """Book the exit fills at their own prices; the rung they belong to, and the end of the trade, follow from them."""
    level = machine.target_level(order)
    reason = before.stop_reason if machine.is_stop(order) else ClosedReason(order.purpose)
    after = before
    for fill in fresh:
        after = profit.apply_exit_fill(after, fill, trade.plan.instrument, reason=reason, level=level)
    after = tx.positions.save(_next(after))
    event = told.left(trade, before, after, fresh, level, reason.value)
    told.tell(tx, trade, event, f"left:{after.id}:{after.seq}", now, after.id)
    return after


def _protected(tx: Tx, position: Position, order: Order) -> Position:
    """The venue holds the stop exactly while a stop order of ours is confirmed to rest there."""
    holds = Protection.EXCHANGE if order.state in machine.RESTING else _other_stop(tx, order)
    if position.protection is holds or not position.is_open:
        return position
    return tx.positions.save(replace(position, protection=holds))


def _guards_elsewhere(tx: Tx, refused: Order) -> None:
    """Where this stop was refused an older one may rest, but not where it belongs by now: it is ours to act there."""
    position, wanted = tx.positions.of_execution(refused.execution_id), refused.request.trigger
    mine = tx.orders.of_execution(refused.execution_id)
    holds = any(machine.is_stop(o) and o.state in machine.RESTING and o.request.trigger == wanted for o in mine)
    if position is not None and position.is_open and position.protection is Protection.EXCHANGE and not holds:
        tx.positions.save(replace(position, protection=Protection.ENGINE))


def _other_stop(tx: Tx, order: Order) -> Protection:
    stops = (o for o in tx.orders.of_execution(order.execution_id) if machine.is_stop(o) and o.id != order.id)
    return Protection.EXCHANGE if any(o.state in machine.RESTING for o in stops) else Protection.ENGINE


def _told_stop_gone(tx: Tx, trade: Trade, order: Order, now: datetime) -> None:
    """A person cancels; what expires, or is rejected at its trigger, was ended by the exchange."""
    gone = stops.taken_away(tx.orders.of_execution(order.execution_id))
    code = Code.STOP_CANCELLED if order.state is OrderState.CANCELLED else Code.STOP_ENDED
    told_trouble(tx, trade, order, code if len(gone) <= stops.PUT_BACK else Code.STOP_LEFT_OUT, order.reason, now)


def told_trouble(tx: Tx, trade: Trade, order: Order, code: Code, reason: str, now: datetime) -> None:
    event = Trouble(
        connection=trade.execution.connection.name,
        paper=trade.execution.connection.is_paper,
        symbol=trade.plan.instrument.symbol,
        code=code.value,
        details={"leg": order.leg, "venue": reason},
        order_id=order.id if code is Code.ORDER_UNKNOWN else None,
    )
    told.tell(tx, trade, event, f"trouble:{order.execution_id}:{order.leg}:{code}:{now:%Y%m%d%H}", now)


# --- rows that must be there -----------------------------------------------------------------------


def as_it_is(tx: Tx, order: Order) -> Absorbed:
    return Absorbed(order=order, position=tx.positions.of_execution(order.execution_id), changed=False)


def _trade_of(tx: Tx, order: Order) -> Trade:
    """Read only where something is told, or booked: a stop that now rests is neither."""
    return told.trade_of(tx, execution_of(tx, order))


def _next(position: Position) -> Position:
    """The same position one event later: ``seq`` numbers what its owner is told."""
    return replace(position, seq=position.seq + 1)


def order_of(tx: Tx, order_id: int) -> Order:
    order = tx.orders.get(order_id)
    if order is None:
        raise LookupError(f"no order {order_id}")
    return order


def execution_of(tx: Tx, order: Order) -> Execution:
    execution = tx.executions.get(order.execution_id)
    if execution is None:
        raise LookupError(f"order {order.id} has no execution")
    return execution
