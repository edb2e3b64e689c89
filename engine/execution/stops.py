"""Where the stop of a position is: armed with us, and resting at the venue. One transaction each."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from engine.errors import Code
from engine.execution import orders as machine
from engine.execution import told
from engine.execution.exits import execution_of, exit_order, is_under_way, open_position, pausing
from engine.figures import plain
from engine.ports import Tx
from engine.positions.rules import is_looser
from engine.risk.steps import floor_to, nearest_to
from engine.types import ClosedReason, Instrument, Level, LevelKind, MoveStop, Order, Position, Refusal, Track

PUT_BACK = 1  # times that a stop cancelled at the venue is put back there; then its owner means it


def move_stop(tx: Tx, position_id: int, move: MoveStop, now: datetime) -> Position | None:
    """Put the software stop at its new price and tell the owner; the venue's stop follows. None if nothing changes.

    Whoever wanted it there may have looked at an older stop: one that is closer by now stays.
    """
    before = open_position(tx, position_id)
    if before is None or before.sl_price == move.price or (is_looser(before, move.price) and not move.loosen_ok):
        return None
    after = tx.positions.save(
        replace(
            before,
            sl_price=move.price,
            stop_reason=move.reason,
            sl_moved_to_breakeven=before.sl_moved_to_breakeven or move.reason is ClosedReason.BREAKEVEN,
            seq=before.seq + 1,
        )
    )
    trade = told.trade_of(tx, execution_of(tx, before))
    event = told.stop_moved(trade, before, after, move.reason.value)
    told.tell(tx, trade, event, f"stop:{after.id}:{after.seq}", now, after.id)
    return after


def plan_stop(tx: Tx, execution_id: int, price: Decimal) -> Refusal | bool:
    """The stop with which the first fill will open the position. False when it did so already: move that one.

    Towards profit only, and not past any of the entries: the size was reckoned with the stop of the plan.
    """
    if tx.positions.of_execution(execution_id) is not None:
        return False
    plan = tx.executions.plan_of(execution_id)
    if plan is None:
        return _is_read_already(tx, execution_id, price) or Refusal(code=Code.NOT_FOUND)
    sign = plan.direction.sign
    entries = [order.price or order.trigger or plan.entry_price for order in plan.orders]
    nearest = min(entries, key=lambda entry: entry * sign)
    if (nearest - price) * sign <= 0:
        return Refusal(code=Code.INCONSISTENT, details={"stop": plain(price), "entry": plain(nearest)})
    if (price - plan.stop) * sign < 0:
        return Refusal(code=Code.STOP_LOOSER, details={"stop": plain(price), "current": plain(plan.stop)})
    tx.executions.reserve(execution_id, replace(plan, stop=price))
    return True


def _is_read_already(tx: Tx, execution_id: int, price: Decimal) -> bool:
    """Nothing is planned yet, and the changed text is what it will be planned by."""
    execution = tx.executions.get(execution_id)
    return execution is not None and execution.signal.entry.stop_loss == Level(kind=LevelKind.PRICE, value=price)


def track(tx: Tx, position_id: int, best: Track) -> Position | None:
    """Remember the best prices for the trailing stop."""
    position = open_position(tx, position_id)
    if position is None:
        return None
    return tx.positions.save(replace(position, highest_price=best.highest, lowest_price=best.lowest))


def is_guarded(tx: Tx, position_id: int) -> bool:
    """The right stop rests, and no other: nothing has to be done. Looking costs less than intending."""
    position = open_position(tx, position_id)
    if position is None or position.sl_price is None:
        return False
    live = tuple(o for o in tx.orders.of_execution(position.execution_id) if _is_live_stop(o))
    plan = tx.executions.plan_of(position.execution_id)
    return (
        plan is not None
        and len(live) == 1
        and live[0].state in machine.RESTING
        and (
            (live[0].request.trigger, live[0].request.quantity)
            == _wanted_stop(position, position.sl_price, plan.instrument)
        )
    )


def _is_live_stop(order: Order) -> bool:
    return machine.is_stop(order) and order.state not in machine.TERMINAL


def _wanted_stop(position: Position, stop: Decimal, instrument: Instrument) -> tuple[Decimal, Decimal]:
    """Trigger and quantity of the stop order as the venue takes them."""
    return nearest_to(stop, instrument.tick_size), floor_to(position.quantity, instrument.lot_step)


def rest_stop(
    tx: Tx, position_id: int, *, install: str, expires_after: float | None, now: datetime, lock: bool = False
) -> tuple[Order | None, tuple[Order, ...]]:  # fmt: skip
    """The stop order that should rest at the venue now, SUBMITTING, and those that are to go once it rests.

    PLANNED where they ``lock`` what it would sell: they have to go first, and may turn out to have sold it.
    No order when the right one rests already, is on its way, or the position is closed.
    """
    position = open_position(tx, position_id)
    if position is None or position.sl_price is None or position.quantity <= 0:
        return None, ()
    mine = tx.orders.of_execution(position.execution_id)
    live = tuple(o for o in mine if _is_live_stop(o))
    trade = told.trade_of(tx, execution_of(tx, position))
    trigger, quantity = _wanted_stop(position, position.sl_price, trade.plan.instrument)
    guard = next((o for o in live if o.request.trigger == trigger and o.request.quantity == quantity), None)
    if guard is not None and guard.state in machine.RESTING:
        return None, tuple(o for o in live if o.id != guard.id)  # left over when a crash cut a replacement short
    if quantity <= 0 or guard is not None or any(is_under_way(o) for o in mine if not machine.is_entry(o)):
        return None, ()
    gone = taken_away(mine)
    same = tuple(o for o in mine if (o.request.trigger, o.request.quantity) == (trigger, quantity) and o not in gone)
    if pausing(same, "S", now) or len(gone) > PUT_BACK:
        return None, ()
    purpose = position.stop_reason.value
    order = exit_order(trade.execution, position, mine, "S", purpose, quantity, install, trigger)
    if lock and live:
        return tx.orders.add(order), live
    return tx.orders.add(machine.submitting(order, now, expires_after)), live


def taken_away(orders: tuple[Order, ...]) -> tuple[Order, ...]:
    """Stops that somebody else cancelled at the venue, or the venue itself ended."""
    return tuple(o for o in orders if machine.is_stop(o) and o.purpose == ClosedReason.EXTERNAL)
