"""An account that holds the other side of what we had: no trade of ours is opened into it. One transaction each.

Where an account has one position a symbol, a sale by hand of more than ours turns a long into a short. What was ours is
gone and is booked out; what is there now is the owner's. A new trade would close a part of it, or be closed by it, so
none is opened in that symbol there until the venue shows it flat or on our side again, or its owner says that it stays.
It is noted on the position that was booked out, in the same commit, and so survives a restart.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from engine.errors import Code
from engine.events import Trouble
from engine.execution import exits, told
from engine.ports import Tx
from engine.types import ClosedReason, Position, Refusal


def closed_outside(
    tx: Tx, before: Position, quantity: Decimal, price: Decimal, reason: ClosedReason, now: datetime, other: Decimal
) -> Position | None:  # fmt: skip
    """Book out what is gone (``exits.closed_outside``); ``other`` is how much of the other side is held instead."""
    after = exits.closed_outside(tx, before, quantity, price, reason, now)
    if after is None or after.is_open or not other:
        return after
    if closed_to_entries(tx, after.connection_id, after.symbol) is None:
        _tell(tx, after, other, now)
    return tx.positions.save(replace(after, crossed=True))


def closed_to_entries(tx: Tx, connection_id: int, symbol: str) -> Refusal | None:
    """Why no trade is opened in this symbol on this account; None where one may be."""
    crossed = any(position.symbol == symbol for position in tx.positions.crossed(connection_id))
    return Refusal(code=Code.OTHER_SIDE) if crossed else None


def open_again(tx: Tx, position_ids: Iterable[int]) -> None:
    """The venue shows their symbols flat, or on our side."""
    for position_id in position_ids:
        position = tx.positions.get(position_id)
        if position is not None and position.crossed:
            tx.positions.save(replace(position, crossed=False))


def keep(tx: Tx, user_id: int, position_id: int) -> Position | Refusal:
    """Its owner says that the other side stays: trades in this symbol are opened on this account beside it."""
    position = tx.positions.get(position_id)
    if position is None or position.user_id != user_id:
        return Refusal(code=Code.NOT_FOUND)
    mine = (one for one in tx.positions.crossed(position.connection_id) if one.user_id == user_id)
    open_again(tx, [one.id for one in mine if one.symbol == position.symbol])
    return position


def _tell(tx: Tx, position: Position, other: Decimal, now: datetime) -> None:
    trade = told.trade_of(tx, exits.execution_of(tx, position))
    connection = trade.execution.connection
    event = Trouble(
        connection=connection.name,
        paper=connection.is_paper,
        symbol=position.symbol,
        code=Code.OTHER_SIDE,
        details={
            "direction": position.direction.opposite.value,
            "quantity": format(other.normalize(), "f"),
        },
        position_id=position.id,
    )
    told.tell(tx, trade, event, f"{Code.OTHER_SIDE}:{position.id}:{position.seq}", now, position.id)
