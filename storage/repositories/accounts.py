"""Connections as their owner manages them. Every statement names the owner; of others it is said that they exist."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection as Database
from sqlalchemy import bindparam, delete, exists, or_, select, update

from engine.ports import Clock
from engine.types import Checkup, Connection, PositionStatus, Preset, User
from storage.repositories.connections import CONNECTIONS, OWNER, WELL, Connections, connection_of
from storage.repositories.presets import PRESET_COLUMNS, preset
from storage.statements import LIVE_STATES, ROW, add, insert
from storage.tables import execution_connections, execution_positions, orders, trading_presets, users

PAPER_SETTINGS = {"starting_balance": "10000", "currency": "USDT"}

_C = execution_connections.c
_MINE = bindparam("owner") == OWNER
_OF_USER = CONNECTIONS.where(_MINE)
_GET = _OF_USER.where(_C.id == bindparam("id"))
_DEFAULT_PRESET = select(users.c.default_preset_id).where(users.c.id == bindparam("owner")).scalar_subquery()
_ADD = insert(execution_connections).values(preset_id=_DEFAULT_PRESET)
_SET = update(execution_connections).where(_C.id == bindparam(ROW), _MINE)
_MARKS = select(_C.id, _C.settings).where(_C.exchange_name == bindparam("exchange"))
_REMOVE = delete(execution_connections).where(
    _C.id == bindparam("id"),
    _MINE,
    ~exists().where(execution_positions.c.connection_id == _C.id, execution_positions.c.status == PositionStatus.OPEN),
    # An order the venue may still fill would have nobody left to protect it.
    ~exists().where(orders.c.connection_id == _C.id, orders.c.state.in_(LIVE_STATES)),
)
_PRESETS = (
    select(*PRESET_COLUMNS)
    .where(
        trading_presets.c.enabled,
        or_(trading_presets.c.is_default_template, trading_presets.c.created_by_user_id == bindparam("owner")),
    )
    .order_by(trading_presets.c.id)
)


@dataclass(frozen=True, slots=True)
class Accounts:
    """``bot.ports.Accounts``."""

    connection: Database
    clock: Clock

    def of_user(self, user_id: int) -> tuple[Connection, ...]:
        return tuple(map(connection_of, self.connection.execute(_OF_USER, {"owner": user_id})))

    def get(self, user_id: int, connection_id: int) -> Connection | None:
        row = self.connection.execute(_GET, {"owner": user_id, "id": connection_id}).one_or_none()
        return None if row is None else connection_of(row)

    def add_paper(self, user: User, name: str, now: datetime) -> Connection:
        """A paper connection, ready to execute. An admin's is admin-owned: it gets every admin channel's signals."""
        row = {
            "owner": user.id, "user_id": None if user.is_admin else user.id,
            "admin_id": user.id if user.is_admin else None, "name": name, "exchange_name": "paper",
            "provider": "paper", "status": "active", "is_active": True, "is_admin_owned": user.is_admin,
            "is_paper": True, "trade_execution_enabled": True, "settings": PAPER_SETTINGS, "last_tested_at": now,
            "created_at": now, "updated_at": now,
        }  # fmt: skip
        added = self.get(user.id, add(self.connection, _ADD, row))
        assert added is not None
        return added

    def add(
        self, user: User, name: str, exchange_name: str, settings: Mapping[str, Any], *, trades: bool, now: datetime
    ) -> Connection:  # fmt: skip
        """A connection to an exchange, switched off until its credentials are there and tested."""
        row = {
            "owner": user.id, "user_id": None if user.is_admin else user.id,
            "admin_id": user.id if user.is_admin else None, "name": name, "exchange_name": exchange_name,
            "connection_type": "CRYPTO_EXCHANGE", "provider": "ccxt", "status": "inactive", "is_active": False,
            "is_admin_owned": user.is_admin, "is_paper": False, "trade_execution_enabled": trades,
            "settings": dict(settings), "created_at": now, "updated_at": now,
        }  # fmt: skip
        added = self.get(user.id, add(self.connection, _ADD, row))
        assert added is not None
        return added

    def is_taken(self, exchange_name: str, marks: Mapping[str, str], *, besides: int | None) -> bool:
        rows = self.connection.execute(_MARKS, {"exchange": exchange_name})
        others = ((row.settings or {}).get("marks", {}) for row in rows if row.id != besides)
        return any(other.get(name) == mark for other in others for name, mark in marks.items())

    def set_marks(self, user_id: int, connection_id: int, marks: Mapping[str, str], now: datetime) -> bool:
        known = self.get(user_id, connection_id)
        if known is None:
            return False
        settings = {**known.settings, "marks": dict(marks)}
        return self._change(user_id, connection_id, settings=settings, updated_at=now)

    def rename(self, user_id: int, connection_id: int, name: str, now: datetime) -> bool:
        return self._change(user_id, connection_id, name=name, updated_at=now)

    def set_trading(self, user_id: int, connection_id: int, trades: bool, now: datetime) -> bool:
        return self._change(user_id, connection_id, trade_execution_enabled=trades, updated_at=now)

    def acknowledge(self, user_id: int, connection_id: int, now: datetime) -> bool:
        return self._change(user_id, connection_id, acknowledged_at=now, updated_at=now)

    def mark_tested(self, user_id: int, connection_id: int, latency_ms: int | None, now: datetime) -> bool:
        """On, tested, and its key's rights read just now."""
        return self._change(
            user_id, connection_id, is_active=True, status="active", last_tested_at=now, latency_ms=latency_ms,
            key_checked_at=now, updated_at=now, **WELL,
        )  # fmt: skip

    def checkup(self, user_id: int, connection_id: int) -> Checkup | None:
        if self.get(user_id, connection_id) is None:
            return None
        return Connections(self.connection, self.clock).checkup(connection_id)

    def _change(self, user_id: int, connection_id: int, **values: Any) -> bool:
        return self.connection.execute(_SET, {ROW: connection_id, "owner": user_id, **values}).rowcount == 1

    def set_active(self, user_id: int, connection_id: int, active: bool, now: datetime) -> bool:
        values: dict[str, Any] = {
            ROW: connection_id, "owner": user_id, "is_active": active, "status": "active" if active else "inactive",
            "updated_at": now,
        }  # fmt: skip
        if active:
            values |= {"last_tested_at": now, **WELL}
        return self.connection.execute(_SET, values).rowcount == 1

    def remove(self, user_id: int, connection_id: int) -> bool:
        """False when it is not theirs, or still has an open position or a live order."""
        return self.connection.execute(_REMOVE, {"owner": user_id, "id": connection_id}).rowcount == 1

    def presets(self, user_id: int) -> tuple[Preset, ...]:
        """The templates, and what this person made of them."""
        return tuple(preset(row._asdict()) for row in self.connection.execute(_PRESETS, {"owner": user_id}))
