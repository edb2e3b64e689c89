"""What the engine asks about a person."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, select

from engine.ports import Clock
from engine.types import TradingState
from storage.tables import users

_STATE = select(users.c.trading_state).where(users.c.id == bindparam("id"))
_TIMEZONE = select(users.c.timezone).where(users.c.id == bindparam("id"))


@dataclass(frozen=True, slots=True)
class Users:
    """``engine.ports.Users``."""

    connection: Connection
    clock: Clock

    def trading_state(self, user_id: int) -> TradingState:
        """The person's switch; HALTED for somebody who does not exist, for whom nothing may be opened."""
        return self.connection.execute(_STATE, {"id": user_id}).scalar_one_or_none() or TradingState.HALTED

    def timezone(self, user_id: int) -> str:
        """IANA name of the person's zone; UTC for somebody who does not exist."""
        return self.connection.execute(_TIMEZONE, {"id": user_id}).scalar_one_or_none() or "UTC"
