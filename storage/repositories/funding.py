"""Funding payments: each once, and which position had which part of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import Connection, bindparam, or_, select, update

from engine.ports import Clock
from engine.types import ZERO, FundedAccount, FundingPayment, Move, Position, PositionStatus
from storage.inserts import Insert
from storage.repositories.connections import OWNER
from storage.repositories.positions import query, read
from storage.statements import AnyRow, insert
from storage.tables import (
    execution_connections,
    execution_positions,
    fills,
    funding_parts,
    funding_payments,
    orders,
)

_C = execution_connections.c
_F = funding_payments.c
_P = execution_positions.c

_LATELY = or_(_P.status == PositionStatus.OPEN, _P.closed_at >= bindparam("closed_since"))
_ACCOUNTS = (
    select(_C.id, OWNER.label("owner"), _C.funding_read_at, _P.status, _P.closed_at)
    .join(execution_connections, _C.id == _P.connection_id)
    .where(~_C.is_paper, _LATELY)
    .order_by(_C.id)
)
_TRADES = query(_P.user_id == bindparam("user"), _P.connection_id == bindparam("connection"), _LATELY)
_MOVES = (
    select(fills.c.at, fills.c.quantity, orders.c.reduce_only)
    .join(orders, orders.c.id == fills.c.order_id)
    .join(execution_positions, _P.execution_log_id == orders.c.execution_id)
    .where(_P.user_id == bindparam("user"), _P.id == bindparam("position"))
    .order_by(fills.c.at, fills.c.id)
)
_ADD = Insert(funding_payments, once=("connection_id", "funding_id"))
_ADD_PART = insert(funding_parts)
_PARTS = (
    select(_F.connection_id, funding_parts.c.amount)
    .join(funding_payments, _F.id == funding_parts.c.payment_id)
    .where(_F.user_id == bindparam("user"), _F.at >= bindparam("start"))
)
_PARTS_BETWEEN = _PARTS.where(_F.connection_id == bindparam("connection"), _F.at < bindparam("end"))
_NOTE_READ = (
    update(execution_connections)
    .where(_C.id == bindparam("b_connection"), bindparam("b_user") == OWNER)
    .values(funding_read_at=bindparam("b_at"))
)


@dataclass(frozen=True, slots=True)
class Funding:
    """``engine.ports.Funding``."""

    connection: Connection
    clock: Clock

    def accounts(self, closed_since: datetime) -> tuple[FundedAccount, ...]:
        grouped: defaultdict[int, list[AnyRow]] = defaultdict(list)
        for row in self.connection.execute(_ACCOUNTS, {"closed_since": closed_since}):
            grouped[row.id].append(row)
        return tuple(map(_account, grouped.values()))

    def trades(self, owner_id: int, connection_id: int, closed_since: datetime) -> tuple[Position, ...]:
        asked = {"user": owner_id, "connection": connection_id, "closed_since": closed_since}
        return read(self.connection, _TRADES, asked)

    def moves(self, owner_id: int, position: Position) -> tuple[Move, ...]:
        rows = self.connection.execute(_MOVES, {"user": owner_id, "position": position.id})
        return tuple(Move(at=row.at, quantity=-row.quantity if row.reduce_only else row.quantity) for row in rows)

    def add(
        self, owner_id: int, connection_id: int, payment: FundingPayment, parts: Mapping[int, Decimal], now: datetime
    ) -> bool:  # fmt: skip
        row = {
            "connection_id": connection_id, "user_id": owner_id, "funding_id": payment.funding_id,
            "symbol": payment.symbol, "amount": payment.amount, "currency": payment.currency, "at": payment.at,
            "created_at": now, "updated_at": now,
        }  # fmt: skip
        number = _ADD.add_new(self.connection, row)
        if number is None:
            return False
        whose = [{"payment_id": number, "position_id": one, "amount": amount} for one, amount in parts.items()]
        self.connection.execute(_ADD_PART, whose)
        return True

    def paid(self, owner_id: int, connection_id: int, start: datetime, end: datetime) -> Decimal:
        asked = {"user": owner_id, "connection": connection_id, "start": start, "end": end}
        return sum((row.amount for row in self.connection.execute(_PARTS_BETWEEN, asked)), ZERO)

    def paid_since(self, owner_id: int, since: datetime) -> Mapping[int, Decimal]:
        found: defaultdict[int, Decimal] = defaultdict(Decimal)
        for row in self.connection.execute(_PARTS, {"user": owner_id, "start": since}):
            found[row.connection_id] += row.amount
        return found

    def note_read(self, owner_id: int, connection_id: int, now: datetime) -> None:
        self.connection.execute(_NOTE_READ, {"b_connection": connection_id, "b_user": owner_id, "b_at": now})


def _account(rows: list[AnyRow]) -> FundedAccount:
    closed = [row.closed_at for row in rows if row.closed_at is not None]
    return FundedAccount(
        connection_id=rows[0].id,
        owner_id=rows[0].owner,
        read_at=rows[0].funding_read_at,
        is_open=any(row.status is PositionStatus.OPEN for row in rows),
        closed_at=max(closed, default=None),
    )
