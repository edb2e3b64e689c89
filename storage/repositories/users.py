"""What the engine asks about a person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, select, update

from engine.ports import Clock
from engine.types import Role, TradingState
from engine.types.words import stricter
from storage.columns import Utc
from storage.tables import switches, users

HOUSE = "trading"
HOUSE_STATE = select(switches.c.state).where(switches.c.name == HOUSE)

_HOUSE = HOUSE_STATE.scalar_subquery().label("house")
_STATE = select(users.c.trading_state, _HOUSE).where(users.c.id == bindparam("id"))
_ADMINS = select(users.c.id).where(users.c.role == Role.ADMIN, users.c.is_active).order_by(users.c.id)
_FLATTENING = select(users.c.id, users.c.flatten_since).where(users.c.flatten_since.is_not(None)).order_by(users.c.id)
_FLAT = update(users).where(users.c.id == bindparam("b_user"), users.c.flatten_since == bindparam("b_since", type_=Utc))
_TIMEZONE = select(users.c.timezone).where(users.c.id == bindparam("id"))


@dataclass(frozen=True, slots=True)
class Users:
    """``engine.ports.Users``."""

    connection: Connection
    clock: Clock

    def trading_state(self, user_id: int) -> TradingState:
        """The person's switch, or everybody's if that is stricter; HALTED for somebody who does not exist."""
        row = self.connection.execute(_STATE, {"id": user_id}).one_or_none()
        if row is None:
            return TradingState.HALTED
        return stricter(row.trading_state, row.house or TradingState.ACTIVE)

    def admins(self) -> tuple[int, ...]:
        return tuple(self.connection.execute(_ADMINS).scalars())

    def flattening(self) -> dict[int, datetime]:
        return {row.id: row.flatten_since for row in self.connection.execute(_FLATTENING)}

    def flattened(self, user_id: int, since: datetime) -> bool:
        done = self.connection.execute(_FLAT, {"b_user": user_id, "b_since": since, "flatten_since": None})
        return done.rowcount == 1

    def timezone(self, user_id: int) -> str:
        """IANA name of the person's zone; UTC for somebody who does not exist."""
        return self.connection.execute(_TIMEZONE, {"id": user_id}).scalar_one_or_none() or "UTC"
