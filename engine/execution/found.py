"""What a start found, in one message to the admins; none when everything was as it had been left."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from engine.events import StartFound
from engine.execution import orders as machine
from engine.ports import Tx
from engine.types import ClosedReason, Position

OUTSIDE = frozenset({ClosedReason.EXTERNAL, ClosedReason.LIQUIDATION})


@dataclass(frozen=True, slots=True)
class Left:
    """How things stood in the books at a start: the orders in doubt and the open trades, by id."""

    at: datetime
    in_doubt: frozenset[int]
    open: frozenset[int]


def tell(tx: Tx, before: Left, silent: int, now: datetime) -> bool:
    """Owe it to every admin; False when there is nothing to tell. ``silent`` accounts have not shown how they stand."""
    orders = [order for order_id in before.in_doubt if (order := tx.orders.get(order_id)) is not None]
    unsettled = sum(order.state in machine.UNSETTLED | {machine.S.QUARANTINED} for order in orders)
    ended = sum(_ended_meanwhile(tx, tx.positions.get(position_id), before.at) for position_id in before.open)
    event = StartFound(settled=len(orders) - unsettled, unsettled=unsettled, ended=ended, silent=silent)
    if not (orders or ended or silent):
        return False
    for admin in tx.users.admins():
        tx.outbox.tell(admin, event, key=f"start:{admin}:{before.at.isoformat()}", now=now)
    return True


def _ended_meanwhile(tx: Tx, position: Position | None, start: datetime) -> bool:
    """It was closed while we were away: by somebody else, or by an order of ours that filled before the start."""
    if position is None or position.is_open:
        return False
    moves = tx.funding.moves(position.user_id, position)
    return position.closed_reason in OUTSIDE or bool(moves and moves[-1].at < start)
