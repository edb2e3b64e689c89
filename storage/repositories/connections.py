"""Execution connections as the engine sees them: with their preset, without their secrets."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection as Database
from sqlalchemy import Select, and_, bindparam, exists, func, or_, select

from engine.errors import Code
from engine.execution.orders import RESTING
from engine.ports import Clock
from engine.types import Checkup, Connection, PositionStatus, Signal, Source
from storage.repositories.presets import PRESET_COLUMNS, preset
from storage.statements import ROW, AnyRow, by_id, columns
from storage.tables import (
    execution_connections,
    execution_positions,
    orders,
    plan_signals,
    plan_subscriptions,
    trading_presets,
    users,
)

_C = execution_connections.c
_FIELDS = (
    "id", "user_id", "admin_id", "name", "exchange_name", "status", "is_active", "is_admin_owned",
    "trade_execution_enabled", "is_paper",
)  # fmt: skip

OWNER = func.coalesce(_C.user_id, _C.admin_id)

# A disabled or deleted preset is passed over for the owner's default.
_ENABLED = trading_presets.alias("enabled_preset")
_CHOSEN = select(_ENABLED.c.id).where(_ENABLED.c.id == _C.preset_id, _ENABLED.c.enabled).scalar_subquery()
_DEFAULT = select(_ENABLED.c.id).where(_ENABLED.c.id == users.c.default_preset_id, _ENABLED.c.enabled).scalar_subquery()

PREFIX = "connection_"
CONNECTION_COLUMNS = (
    *(column.label(PREFIX + column.name) for column in columns(execution_connections, (*_FIELDS, "settings"))),
    *PRESET_COLUMNS,
)
"""A connection's columns under a prefix, and those of its preset; for a query that ``with_presets`` completes."""


def with_presets(query: Select[Any]) -> Select[Any]:
    """Join the owner and the preset to a query of connections."""
    return query.join(users, users.c.id == OWNER).outerjoin(
        trading_presets, trading_presets.c.id == func.coalesce(_CHOSEN, _DEFAULT)
    )


CONNECTIONS = with_presets(select(*CONNECTION_COLUMNS).select_from(execution_connections)).order_by(_C.id)

_MAY_EXECUTE = and_(_C.is_active, _C.status == "active", _C.trade_execution_enabled)
_GET = CONNECTIONS.where(_C.id == bindparam("id"))
_ACTIVE = CONNECTIONS.where(_MAY_EXECUTE)
_MADE_AT = select(_C.created_at).where(_C.id == bindparam("id"))
_TRADING = CONNECTIONS.where(
    or_(
        _C.id.in_(
            select(execution_positions.c.connection_id).where(execution_positions.c.status == PositionStatus.OPEN)
        ),
        _C.id.in_(select(orders.c.connection_id).where(orders.c.state.in_(sorted(RESTING)), ~orders.c.reduce_only)),
    )
)

_PAID_UP = and_(
    plan_subscriptions.c.user_id == _C.user_id,
    plan_subscriptions.c.is_current,
    plan_subscriptions.c.plan_expired_at > bindparam("now"),
)
_PRIVATE = CONNECTIONS.where(
    _MAY_EXECUTE, users.c.is_active, _C.user_id == bindparam("owner"), exists().where(_PAID_UP)
)
_SHARED = CONNECTIONS.where(
    _MAY_EXECUTE,
    users.c.is_active,
    or_(
        _C.is_admin_owned,
        exists().where(
            _PAID_UP,
            plan_signals.c.plan_id == plan_subscriptions.c.plan_id,
            plan_signals.c.signal_id == bindparam("signal"),
        ),
    ),
)
_SET = by_id(execution_connections)

WELL = {"last_error": None, "error_code": None, "alerted_at": None, "acknowledged_at": None}
"""What is forgotten of a connection once it answers again."""

_CHECKUP = select(
    _C.id.label("connection_id"),
    *columns(
        execution_connections,
        (
            "status", "is_active", "last_error", "error_code", "last_tested_at", "latency_ms", "key_checked_at",
            "alerted_at", "acknowledged_at",
        ),
    ),
)  # fmt: skip
_CHECKUP_OF = _CHECKUP.where(_C.id == bindparam("id"))
_UNTESTED = CONNECTIONS.where(
    _C.is_active, _C.status == "active", or_(_C.last_tested_at.is_(None), _C.last_tested_at <= bindparam("before"))
)
_BROKEN = CONNECTIONS.where(_C.is_active, _C.status == "error")


def connection_of(row: AnyRow) -> Connection:
    """The connection in a row of CONNECTION_COLUMNS."""
    values = row._asdict()
    return Connection(
        **{name: values[PREFIX + name] for name in _FIELDS},
        settings=values[PREFIX + "settings"] or {},
        preset=preset(values),
    )


@dataclass(frozen=True, slots=True)
class Connections:
    """``engine.ports.Connections``."""

    connection: Database
    clock: Clock

    def get(self, connection_id: int) -> Connection | None:
        row = self.connection.execute(_GET, {"id": connection_id}).one_or_none()
        return None if row is None else connection_of(row)

    def active(self) -> tuple[Connection, ...]:
        return tuple(map(connection_of, self.connection.execute(_ACTIVE)))

    def made_at(self, connection_id: int) -> datetime | None:
        found: datetime | None = self.connection.execute(_MADE_AT, {"id": connection_id}).scalar_one_or_none()
        return found

    def trading(self) -> tuple[Connection, ...]:
        return tuple(map(connection_of, self.connection.execute(_TRADING)))

    def eligible(self, signal: Signal, source: Source, now: datetime) -> tuple[Connection, ...]:
        """The plan gate. A subscription counts only while ``plan_expired_at`` lies ahead, whatever is_current says."""
        if source.is_admin_owned:
            rows = self.connection.execute(_SHARED, {"signal": signal.id, "now": now})
        else:
            rows = self.connection.execute(_PRIVATE, {"owner": source.user_id, "now": now})
        return tuple(map(connection_of, rows))

    def mark_used(self, connection_id: int, now: datetime) -> None:
        self.connection.execute(
            _SET, {ROW: connection_id, "last_used_at": now, "last_trade_execution_at": now, "updated_at": now}
        )

    def mark_error(
        self, connection_id: int, message: str, now: datetime, *, code: Code = Code.KEY_LOST
    ) -> None:  # fmt: skip
        """Disable the connection until its owner has mended and tested it."""
        values = {
            ROW: connection_id, "status": "error", "last_error": message, "error_code": code, "last_tested_at": now,
            "updated_at": now,
        }  # fmt: skip
        self.connection.execute(_SET, values)

    def mark_tested(self, connection_id: int, latency_ms: int | None, now: datetime) -> None:
        """It answered: whatever was wrong before is over."""
        values = {"status": "active", "last_tested_at": now, "latency_ms": latency_ms, "updated_at": now}
        self.connection.execute(_SET, {ROW: connection_id, **values, **WELL})

    def note_silence(self, connection_id: int, message: str, now: datetime) -> None:
        self.connection.execute(_SET, {ROW: connection_id, "last_error": message, "updated_at": now})

    def note_rights(self, connection_id: int, now: datetime) -> None:
        self.connection.execute(_SET, {ROW: connection_id, "key_checked_at": now, "updated_at": now})

    def note_alert(self, connection_id: int, now: datetime) -> None:
        self.connection.execute(_SET, {ROW: connection_id, "alerted_at": now, "updated_at": now})

    def checkup(self, connection_id: int) -> Checkup | None:
        row = self.connection.execute(_CHECKUP_OF, {"id": connection_id}).one_or_none()
        return None if row is None else Checkup(**row._mapping)

    def untested(self, before: datetime) -> tuple[Connection, ...]:
        return tuple(map(connection_of, self.connection.execute(_UNTESTED, {"before": before})))

    def broken(self) -> tuple[Connection, ...]:
        return tuple(map(connection_of, self.connection.execute(_BROKEN)))
