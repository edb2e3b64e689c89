"""Orders without an answer: what their silence, or not being found, means for the books. One transaction each.

A decision and what is told of it are committed with the finding they follow from, so that a crash cannot come between.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from engine.errors import Code
from engine.execution import exits, reserve, told
from engine.execution import orders as machine
from engine.execution.absorb import (
    Absorbed,
    as_it_is,
    execution_of,
    finish_entry,
    order_of,
    refuse,
    stop_gone,
    told_trouble,
)
from engine.ports import Tx
from engine.types import ClosedReason, Order, OrderState


def unanswered(tx: Tx, order_id: int, why: str, *, now: datetime, expires_after: float | None) -> Absorbed:
    """It left, and nothing that can be trusted came back."""
    order = order_of(tx, order_id)
    if order.state is OrderState.SUBMITTING:
        order = tx.orders.save(machine.silent(order, why, now, expires_after))
    return as_it_is(tx, order)


def not_sent(tx: Tx, order_id: int, why: str, *, now: datetime, without_stop: bool) -> Absorbed:
    """It provably did not leave, and is to be tried again; not the close of a part that would keep the rest of its
    trade without its stop at the venue for long (``without_stop``)."""
    order = order_of(tx, order_id)
    if without_stop and exits.is_part(tx, order):
        return refuse(tx, order_id, Code.VENUE_UNREACHABLE, why, now)
    if order.state is OrderState.SUBMITTING:
        order = tx.orders.save(machine.not_sent(order, why))
    return as_it_is(tx, order)


def missing(tx: Tx, order_id: int, now: datetime, *, reduces: bool = False) -> Absorbed:
    """The venue does not know it. What that means is decided, and told, in the transaction that finds it out.

    ``reduces``: the venue itself lets a close make nothing but smaller what is held.
    """
    before = order_of(tx, order_id)
    if not machine.is_sought(before):
        return as_it_is(tx, before)
    order = machine.not_found(before, now)
    if order.state is OrderState.ABSENT and reserve.unwanted(tx, order, now) is None:
        order = machine.planned_again(order)
    if order.state is OrderState.CANCELLED and before.state in machine.RESTING:
        order = replace(order, purpose=ClosedReason.EXTERNAL)
    if reduces and exits.may_go_again(tx, order):
        order = machine.replaced(order)
    order = tx.orders.save(order)
    if machine.is_stop(order) and order.state is OrderState.CANCELLED:
        return stop_gone(tx, order, now)
    if machine.is_entry(order) and order.state in machine.TERMINAL:
        trade = told.trade_of(tx, execution_of(tx, order))
        finish_entry(tx, trade, order, Code.VENUE_UNREACHABLE, {"venue": order.reason}, now)
    if order.state is OrderState.QUARANTINED:
        trade = told.trade_of(tx, execution_of(tx, order))
        code = Code.CLOSE_AGAIN if machine.is_replaced(order) else Code.ORDER_UNKNOWN
        told_trouble(tx, trade, order, code, order.reason, now)
    return as_it_is(tx, order)


def leave(tx: Tx, order_id: int, now: datetime, expires_after: float | None) -> Order | Absorbed:
    """A PLANNED order, SUBMITTING now; or what became of it when it is not to leave (any more): VOID, and told."""
    order = order_of(tx, order_id)
    if order.state is not OrderState.PLANNED:
        return as_it_is(tx, order)
    unwanted = reserve.unwanted(tx, order, now)
    fitted = order if machine.is_entry(order) else exits.fitted(tx, order)
    if unwanted is None and fitted is not None:
        return tx.orders.save(machine.submitting(fitted, now, expires_after))
    order = tx.orders.save(machine.move(order, OrderState.VOID))
    if machine.is_entry(order) and unwanted is not None:
        finish_entry(tx, told.trade_of(tx, execution_of(tx, order)), order, unwanted, {}, now)
    return as_it_is(tx, order)


def not_there(tx: Tx, order_id: int, now: datetime) -> Absorbed:
    """Its owner has looked and says that the venue does not have it: an order that nobody could answer for ends.

    Should it turn up after all, it is adopted like any late find.
    """
    order = order_of(tx, order_id)
    if order.state is not OrderState.QUARANTINED:
        return as_it_is(tx, order)
    order = tx.orders.save(machine.move(order, OrderState.ABSENT, "not there, says its owner"))
    if machine.is_entry(order):
        trade = told.trade_of(tx, execution_of(tx, order))
        finish_entry(tx, trade, order, Code.ORDER_UNKNOWN, {"venue": order.reason}, now)
    return as_it_is(tx, order)
