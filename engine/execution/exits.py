"""Intents that reduce a position, change its targets or take an order back. One transaction each.

Nothing here can close more than is left: quantity already on its way out counts as gone until the venue has
answered, so a second press, a second tick and a second process find nothing to do.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

from engine.errors import Code
from engine.events import TargetsChanged
from engine.execution import orders as machine
from engine.execution import told
from engine.execution.compare import is_as_large
from engine.execution.ids import client_order_id
from engine.execution.reserve import execution_key, new_order
from engine.ports import Tx
from engine.positions import profit
from engine.risk.ladder import ALL, equal_shares, is_tradable
from engine.risk.steps import floor_to
from engine.types import (
    ZERO,
    ClosedReason,
    ClosePart,
    Execution,
    Fill,
    Order,
    OrderRequest,
    OrderState,
    OrderType,
    Position,
    Refusal,
    Rung,
)

CALLED_OFF = "signal_closed"
"""Purpose of an entry whose trade the channel closed: it goes, and whatever it turns out to have filled goes too."""

FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=5), timedelta(minutes=5)
LONGEST_OF_A_CLOSE, LONG_AGO = timedelta(seconds=15), timedelta(minutes=10)


def close_part(
    tx: Tx, position_id: int, part: ClosePart, *, install: str, expires_after: float | None, now: datetime
) -> Order | None:  # fmt: skip
    """A reduce-only market order for this part, or None when it is closed or on its way already.

    SUBMITTING; PLANNED while a stop may rest at the venue, which has to be asked first whether it has filled.
    """
    position = open_position(tx, position_id)
    if position is None:
        return None
    mine = tx.orders.of_execution(position.execution_id)
    leg = leg_of(part)
    if part.level is not None and not _rung_waits(position, part.level, mine):
        return None
    if is_decided(tx, position, part):
        return None
    trade = told.trade_of(tx, execution_of(tx, position))
    instrument, left = trade.plan.instrument, position.quantity - leaving(mine)
    quantity = floor_to(min(part.quantity, left), instrument.lot_step)
    if not is_tradable(left - quantity, position.entry_price, instrument):
        quantity = floor_to(left, instrument.lot_step)  # a rest that nobody could sell, or guard, goes along
    if quantity <= 0 or pausing(mine, leg, now):
        return None
    order = exit_order(trade.execution, position, mine, leg, part.reason.value, quantity, install)
    if in_the_way(tx, order):
        return tx.orders.add(order)
    return tx.orders.add(machine.submitting(order, now, expires_after))


def in_the_way(tx: Tx, order: Order) -> tuple[Order, ...]:
    """The other stops of the same trade that rest at the venue, and may have sold what this exit is to sell.

    One that nobody has seen there yet may have too; that matters where this exit would sell of another trade instead.
    """
    others = [o for o in tx.orders.of_execution(order.execution_id) if o.id != order.id and machine.is_stop(o)]
    unseen = machine.UNSEEN if any(o.state in machine.UNSEEN for o in others) and shares_symbol(tx, order) else set()
    return tuple(o for o in others if o.state in machine.RESTING | {OrderState.CANCELLING} | unseen)


def shares_symbol(tx: Tx, order: Order) -> bool:
    """Whether another open trade of ours is held at the venue together with the one this exit is of."""
    others = (p for p in tx.positions.open(order.connection_id) if p.id != order.position_id)
    return any(p.symbol == order.request.symbol for p in others)


def fitted(tx: Tx, order: Order) -> Order | None:
    """An exit that has not left, no larger than what is left by now; None when nothing is."""
    position = tx.positions.of_execution(order.execution_id)
    if position is None or not position.is_open:
        return None
    others = tuple(o for o in tx.orders.of_execution(order.execution_id) if o.id != order.id)
    trade = told.trade_of(tx, execution_of(tx, position))
    left = floor_to(position.quantity - leaving(others), trade.plan.instrument.lot_step)
    quantity = min(order.request.quantity, left)
    return replace(order, request=replace(order.request, quantity=quantity)) if quantity > 0 else None


def is_part(tx: Tx, order: Order) -> bool:
    """Whether this exit leaves some of its trade open, which has to be guarded on."""
    position = tx.positions.of_execution(order.execution_id)
    is_close = not machine.is_entry(order) and not machine.is_stop(order)
    return is_close and position is not None and order.request.quantity < position.quantity


def pausing(orders: tuple[Order, ...], leg: str, now: datetime) -> bool:
    """After a refusal the next try of the same leg waits, longer each time: no storm while the price stays.

    What was refused long ago says nothing of today, and a close that somebody wants never waits for long.
    """
    rejected = (o.request_ts for o in orders if o.leg == leg and o.state is OrderState.REJECTED)
    recent = [at for at in rejected if at is not None and now - at < LONG_AGO]
    longest = LONGEST_OF_A_CLOSE if leg.startswith("C") else LONGEST_PAUSE
    return bool(recent) and now < max(recent) + min(FIRST_PAUSE * 2 ** (len(recent) - 1), longest)


def is_decided(tx: Tx, position: Position, part: ClosePart) -> bool:
    """The same wish came before, and its order went out; one that was refused is to be wished again."""
    mine = (o for o in tx.orders.of_execution(position.execution_id) if o.state is not OrderState.REJECTED)
    return bool(part.key) and any(o.leg == leg_of(part) for o in mine)


def is_refused(tx: Tx, execution_id: int, key: str, *, whole: bool) -> bool:
    """The venue said no to what this wish sent last, and it is still to be done.

    One for a part, not the ``whole``, is not once something else was sent after it: that may have been its owner, in
    its place.
    """
    position = tx.positions.of_execution(execution_id)
    left = [o for o in tx.orders.of_execution(execution_id) if not machine.is_entry(o) and not machine.is_stop(o)]
    last = next((o for o in reversed(left) if o.leg == _leg_of_wish(key)), None)
    if position is None or not position.is_open or last is None or last.state is not OrderState.REJECTED:
        return False
    return whole or last is left[-1]


def leg_of(part: ClosePart) -> str:
    """A wish with a key has a leg of its own, so that the same wish makes one order."""
    if part.level is not None:
        return f"T{part.level}"
    return _leg_of_wish(part.key) if part.key else "C"


def _leg_of_wish(key: str) -> str:
    return f"C{hashlib.blake2b(key.encode(), digest_size=5).hexdigest()}"


def leaving(orders: tuple[Order, ...]) -> Decimal:
    """Quantity of market exits that left and are not answered yet. Resting stops do not count: they are a guard."""
    out = (o for o in orders if not machine.is_entry(o) and not machine.is_stop(o) and _is_out(o))
    return sum((o.request.quantity - o.filled for o in out), ZERO)


def _is_out(order: Order) -> bool:
    return order.state not in machine.TERMINAL and not machine.is_replaced(order)


def may_go_again(tx: Tx, order: Order) -> bool:
    """Whether a close that nobody can answer for may have another beside it.

    Only where no other trade of ours is held, and not one that the venue took: it was most likely carried out.
    """
    lost = order.state is OrderState.QUARANTINED and order.dead_at is None and not order.venue_order_id
    if not lost or machine.is_entry(order) or machine.is_stop(order):
        return False
    return not shares_symbol(tx, order) and fitted(tx, order) is not None


def go_again(tx: Tx, order_id: int, install: str) -> Order | None:
    """The close that goes in place of this one, PLANNED and no larger than what is left; None when none is to, or did.

    The lost one is asked for on, and adopted should it turn up; what it was to close counts as held until then.
    """
    lost = tx.orders.get(order_id)
    if lost is None or not machine.is_replaced(lost) or not may_go_again(tx, lost):
        return None
    position, fits = tx.positions.of_execution(lost.execution_id), fitted(tx, lost)
    mine = tx.orders.of_execution(lost.execution_id)
    if position is None or fits is None or any(o.leg == lost.leg and o.attempt > lost.attempt for o in mine):
        return None
    execution, quantity = execution_of(tx, position), fits.request.quantity
    return tx.orders.add(exit_order(execution, position, mine, lost.leg, lost.purpose, quantity, install))


def _rung_waits(position: Position, level: int, orders: tuple[Order, ...]) -> bool:
    rung = next((r for r in position.rungs if r.level == level), None)
    in_flight = any(o.leg == f"T{level}" and _is_out(o) for o in orders)
    return rung is not None and rung.is_open and not in_flight


def exit_order(
    execution: Execution, position: Position, mine: tuple[Order, ...], leg: str, purpose: str,
    quantity: Decimal, install: str, trigger: Decimal | None = None,
) -> Order:  # fmt: skip
    attempt = 1 + sum(o.leg == leg for o in mine)
    request = OrderRequest(
        client_order_id=client_order_id(install, execution.connection.id, execution_key(execution), leg, attempt),
        symbol=position.symbol,
        direction=position.direction.opposite,
        order_type=OrderType.MARKET if trigger is None else OrderType.STOP,
        quantity=quantity,
        trigger=trigger,
        reduce_only=True,
    )
    return new_order(
        execution.id, execution.connection, leg, attempt, request, position_id=position.id, purpose=purpose
    )


def closed_outside(
    tx: Tx, before: Position, quantity: Decimal, price: Decimal, reason: ClosedReason, now: datetime
) -> Position | None:  # fmt: skip
    """The venue holds this much less of the position, by no order of ours: book it out at ``price`` and say so.

    None when the position is not as large as ``before`` any more, or an order of ours has not come to its end:
    that may be the reason, and an exchange shows an order's trades later than that it took it.
    """
    position = open_position(tx, before.id)
    mine = tx.orders.of_execution(before.execution_id)
    if position is None or not is_as_large(before, position) or any(map(machine.is_awaited, mine)):
        return None
    trade = told.trade_of(tx, execution_of(tx, position))
    fill = Fill(trade_id="", quantity=quantity, price=price, fee=ZERO, fee_currency=trade.plan.instrument.quote, at=now)
    booked = profit.apply_exit_fill(position, fill, trade.plan.instrument, reason=reason)
    after = tx.positions.save(replace(booked, seq=position.seq + 1))
    event = told.left(trade, position, after, (fill,), None, reason.value)
    told.tell(tx, trade, event, f"left:{after.id}:{after.seq}", now, after.id)
    return after


# --- targets ---------------------------------------------------------------------------------------


def set_targets(tx: Tx, position_id: int, prices: tuple[Decimal, ...], now: datetime) -> Refusal | None:
    """Replace the rungs that still wait; they share what the reached ones left of the original quantity."""
    position = open_position(tx, position_id)
    if position is None:
        return Refusal(code=Code.ALREADY_CLOSED)
    if prices == tuple(rung.price for rung in position.rungs if rung.is_open):
        return None
    wrong = next((p for p in prices if (p - position.entry_price) * position.direction.sign <= 0), None)
    if wrong is not None:
        details = {"target": format(wrong, "f"), "entry": format(position.entry_price, "f")}
        return Refusal(code=Code.INCONSISTENT, details=details)
    after = tx.positions.save(replace(position, rungs=_rungs(position, prices), seq=position.seq + 1))
    trade = told.trade_of(tx, execution_of(tx, position))
    event = TargetsChanged(**trade.head, position_id=after.id, targets=told.rungs(after))
    told.tell(tx, trade, event, f"targets:{after.id}:{after.seq}", now, after.id)
    return None


def _rungs(position: Position, prices: tuple[Decimal, ...]) -> tuple[Rung, ...]:
    done = tuple(r for r in position.rungs if not r.is_open)
    left = ALL - sum((r.share for r in done), ZERO)
    first = max((r.level for r in done), default=0) + 1
    shares = equal_shares(left, len(prices))
    waiting = zip(prices, shares, strict=True)
    return done + tuple(Rung(level=first + i, price=price, share=share) for i, (price, share) in enumerate(waiting))


def is_under_way(order: Order) -> bool:
    """Its outcome is still to come, and with it what a stop has to cover: the stop is looked at again then."""
    return order.state in machine.UNSETTLED


# --- cancels ---------------------------------------------------------------------------------------


def cancelling(tx: Tx, order_id: int, purpose: str) -> Order | None:
    """The intent to cancel a resting order; None when it is not resting (any more)."""
    order = tx.orders.get(order_id)
    if order is None or order.state not in machine.RESTING:
        return None
    return tx.orders.save(machine.cancelling(order, purpose))


def take_back(tx: Tx, execution_id: int, why: str) -> tuple[Order, ...]:
    """The entries that are to go: those that rest, and those in doubt, which are marked so that they go when found."""
    entries = [o for o in tx.orders.of_execution(execution_id) if machine.is_entry(o)]
    resting = [o for o in entries if o.state in machine.RESTING]
    doubtful = [tx.orders.save(replace(o, purpose=why)) for o in entries if o.state in machine.MAY_APPEAR]
    return (*resting, *doubtful)


def is_called_off(tx: Tx, position: Position) -> bool:
    """The channel closed the trade while an entry was in doubt, and it has filled since: what is open has to go."""
    if not position.is_open or position.detached:
        return False
    mine = tx.orders.of_execution(position.execution_id)
    left = position.quantity - leaving(mine)
    return left > 0 and any(machine.is_entry(o) and o.purpose == CALLED_OFF for o in mine)


def orphans(tx: Tx, execution_id: int) -> tuple[Order, ...]:
    """Orders of ours that still rest although their position is closed."""
    position = tx.positions.of_execution(execution_id)
    if position is None or position.is_open:
        return ()
    return tuple(o for o in tx.orders.of_execution(execution_id) if o.state in machine.RESTING)


def open_position(tx: Tx, position_id: int) -> Position | None:
    position = tx.positions.get(position_id)
    return position if position is not None and position.is_open else None


def execution_of(tx: Tx, position: Position) -> Execution:
    execution = tx.executions.get(position.execution_id)
    if execution is None:
        raise LookupError(f"position {position.id} has no execution")
    return execution
