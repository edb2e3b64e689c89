"""Connections as their owner manages them. Every statement names the owner."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection as Database
from sqlalchemy import bindparam, delete, exists, or_, select, update

from engine.ports import Clock
from engine.types import Connection, PositionStatus, Preset, User
from storage.repositories.connections import CONNECTIONS, OWNER, connection_of
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

    def set_active(self, user_id: int, connection_id: int, active: bool, now: datetime) -> bool:
        values: dict[str, Any] = {
            ROW: connection_id, "owner": user_id, "is_active": active, "status": "active" if active else "inactive",
            "updated_at": now,
        }  # fmt: skip
        if active:
            values["last_error"] = None
        return self.connection.execute(_SET, values).rowcount == 1

    def remove(self, user_id: int, connection_id: int) -> bool:
        """False when it is not theirs, or still has an open position or a live order."""
        return self.connection.execute(_REMOVE, {"owner": user_id, "id": connection_id}).rowcount == 1

    def presets(self, user_id: int) -> tuple[Preset, ...]:
        """The templates, and what this person made of them."""
        return tuple(preset(row._mapping) for row in self.connection.execute(_PRESETS, {"owner": user_id}))
