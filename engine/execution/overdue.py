"""What is wanted at the venue and is not there in time: a close that is not out, a stop that does not rest.

Nothing is decided here. Who holds the trade meanwhile, and what its owner can do by hand, is said in a message.
"""

from __future__ import annotations

from datetime import datetime

from engine.errors import Code
from engine.execution import exits, told
from engine.execution import orders as machine
from engine.execution.absorb import execution_of, order_of, told_trouble
from engine.ports import Tx
from engine.types import Order, OrderState

SOFT, HARD = 5.0, 30.0
"""Seconds until a close that may not leave is told, and until whatever else is not confirmed is."""
AGAIN = 3600.0
"""Seconds until the same is told once more."""


def due(times: int) -> float:
    """Seconds after which an order is late for the next time, having been it this many times."""
    return SOFT if times == 0 else HARD + AGAIN * (times - 1)


def tell(tx: Tx, order_id: int, *, hard: bool, now: datetime) -> bool:
    """Owe the owner a word about this order if it is late; ``hard`` once it is late by any measure."""
    order = order_of(tx, order_id)
    code = _trouble(tx, order)
    if code is None or not (hard or code is Code.CLOSE_WAITS):
        return False
    trade = told.trade_of(tx, execution_of(tx, order))
    told_trouble(tx, trade, order, code, order.reason, now)
    return True


def _trouble(tx: Tx, order: Order) -> Code | None:
    position = tx.positions.of_execution(order.execution_id)
    if position is None or not position.is_open or not machine.is_awaited(order):
        return None
    if machine.is_stop(order):
        return None if _is_held_there(tx, order) else Code.STOP_LATE
    waits = order.state is OrderState.PLANNED and exits.in_the_way(tx, order)
    return Code.CLOSE_WAITS if waits else Code.CLOSE_LATE


def _is_held_there(tx: Tx, order: Order) -> bool:
    """Whether another stop rests, or this one is only being taken away: what replaces it is late in its own name."""
    mine = tx.orders.of_execution(order.execution_id)
    rests = any(machine.is_stop(o) and o.state in machine.RESTING for o in mine)
    return rests or order.state is OrderState.CANCELLING
