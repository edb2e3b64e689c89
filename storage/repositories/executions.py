"""Execution logs: one signal on one connection, decided once, logged whatever came of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection as Database
from sqlalchemy import Select, and_, bindparam, exists, func, or_, select, type_coerce, update

from engine.ports import Clock
from engine.types import Connection, Execution, ExecutionStatus, Plan, PositionStatus, Signal
from storage.columns import Decoded
from storage.encoding import encode
from storage.inserts import Insert
from storage.repositories.connections import CONNECTION_COLUMNS, connection_of, with_presets
from storage.repositories.signals import SIGNAL_COLUMNS, pair, signal_of
from storage.statements import LIVE_STATES, ROW, AnyRow, by_id
from storage.tables import execution_connections, execution_logs, execution_positions, orders, signals

_C = execution_logs.c
_OPEN = Insert(execution_logs, once=("signal_id", "connection_id"))
_LOGS = with_presets(
    select(_C.id, _C.status, _C.reason_code, _C.created_at, *SIGNAL_COLUMNS, *CONNECTION_COLUMNS)
    .select_from(execution_logs)
    .join(signals, signals.c.id == _C.signal_id)
    .join(execution_connections, execution_connections.c.id == _C.connection_id)
).order_by(_C.id)
_GET = _LOGS.where(_C.id == bindparam("id"))
_PLAN = select(type_coerce(_C.plan, Decoded(Plan))).where(_C.id == bindparam("id"))
_UNPLANNED = _LOGS.where(_C.status == ExecutionStatus.PENDING, ~exists().where(orders.c.execution_id == _C.id))
_ALIVE = _LOGS.where(
    signals.c.channel_source_id == bindparam("source"),
    or_(
        and_(_C.status == ExecutionStatus.PENDING, ~exists().where(orders.c.execution_id == _C.id)),
        exists().where(orders.c.execution_id == _C.id, orders.c.state.in_(LIVE_STATES), ~orders.c.reduce_only),
        exists().where(
            execution_positions.c.execution_log_id == _C.id,
            execution_positions.c.status == PositionStatus.OPEN,
            ~execution_positions.c.detached,
        ),
    ),
)
_SET = by_id(execution_logs)
_SETTLE = (
    update(execution_logs)
    .where(_C.id == bindparam(ROW))
    .values(
        order_id=select(func.min(orders.c.venue_order_id))
        .where(orders.c.execution_id == _C.id, ~orders.c.reduce_only)
        .scalar_subquery()
    )
)
_EXECUTED = frozenset({ExecutionStatus.PARTIAL, ExecutionStatus.FILLED})


@dataclass(frozen=True, slots=True)
class Executions:
    """``engine.ports.Executions``."""

    connection: Database
    clock: Clock

    def open(self, signal: Signal, connection: Connection, now: datetime) -> Execution | None:
        row = {
            "signal_id": signal.id, "connection_id": connection.id, "symbol": pair(signal.entry),
            "direction": signal.entry.direction, "status": ExecutionStatus.PENDING, "created_at": now,
            "updated_at": now,
        }  # fmt: skip
        new_id = _OPEN.add_new(self.connection, row)
        if new_id is None:
            return None
        return Execution(id=new_id, signal=signal, connection=connection, status=ExecutionStatus.PENDING, opened_at=now)

    def get(self, execution_id: int) -> Execution | None:
        row = self.connection.execute(_GET, {"id": execution_id}).one_or_none()
        return None if row is None else _execution(row)

    def plan_of(self, execution_id: int) -> Plan | None:
        plan: Plan | None = self.connection.execute(_PLAN, {"id": execution_id}).scalar_one_or_none()
        return plan

    def unplanned(self) -> tuple[Execution, ...]:
        return self._all(_UNPLANNED, {})

    def alive_of_source(self, source_id: int) -> tuple[Execution, ...]:
        return self._all(_ALIVE, {"source": source_id})

    def reserve(self, execution_id: int, plan: Plan) -> None:
        self.connection.execute(_SET, {ROW: execution_id, **_planned(plan), "updated_at": self.clock.now()})

    def settle(
        self, execution_id: int, status: ExecutionStatus, now: datetime, *, code: str | None = None,
        details: Mapping[str, str] | None = None, response: Mapping[str, Any] | None = None,
    ) -> None:  # fmt: skip
        """How far it got; a code, details or response that is None stays as it was."""
        values: dict[str, Any] = {ROW: execution_id, "status": status, "updated_at": now}
        if status in _EXECUTED:
            values["executed_at"] = now
        if code is not None:
            values["reason_code"] = code
        if details is not None:
            values["details"] = dict(details)
            values["error_message"] = "; ".join(f"{name}: {value}" for name, value in details.items()) or None
        if response is not None:
            values["response_data"] = dict(response)
        self.connection.execute(_SETTLE, values)

    def _all(self, query: Select[Any], asked: Mapping[str, Any]) -> tuple[Execution, ...]:
        return tuple(map(_execution, self.connection.execute(query, asked)))


def _execution(row: AnyRow) -> Execution:
    return Execution(
        id=row.id,
        signal=signal_of(row),
        connection=connection_of(row),
        status=row.status,
        reason_code=row.reason_code,
        opened_at=row.created_at,
    )


def _planned(plan: Plan) -> dict[str, Any]:
    return {
        "symbol": plan.instrument.symbol,
        "direction": plan.direction,
        "execution_type": plan.orders[0].order_type,
        "quantity": sum(order.quantity for order in plan.orders),
        "entry_price": plan.entry_price,
        "sl_price": plan.stop,
        "tp_price": plan.rungs[0].price if plan.rungs else None,
        "plan": encode(plan),
    }
