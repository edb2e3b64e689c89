"""What a person may see of trading: only their own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, bindparam, exists, or_, select

from engine.ports import Clock
from engine.types import DayReport, Position
from storage.repositories.analytics import REPORTS, report_of
from storage.repositories.connections import OWNER
from storage.repositories.positions import query, read
from storage.tables import (
    channel_sources,
    execution_analytics,
    execution_connections,
    execution_logs,
    execution_positions,
    signals,
)

_P = execution_positions.c
_MINE = _P.user_id == bindparam("user")
_ONE = query(_P.id == bindparam("id"), _MINE)
_TODAY = query(_MINE, or_(_P.opened_at >= bindparam("since"), _P.closed_at >= bindparam("since")))
_REPORTS = REPORTS.where(
    execution_analytics.c.date == bindparam("day"),
    or_(execution_analytics.c.user_id == bindparam("user"), execution_analytics.c.admin_id == bindparam("user")),
)
_THEIRS = select(signals.c.id).where(
    signals.c.id == bindparam("signal"),
    or_(
        exists().where(
            channel_sources.c.id == signals.c.channel_source_id, channel_sources.c.user_id == bindparam("user")
        ),
        exists().where(
            execution_logs.c.signal_id == signals.c.id,
            execution_connections.c.id == execution_logs.c.connection_id,
            bindparam("user") == OWNER,
        ),
    ),
)


@dataclass(frozen=True, slots=True)
class Trades:
    """``bot.ports.Trades``."""

    connection: Connection
    clock: Clock

    def of_user(self, user_id: int, position_id: int) -> Position | None:
        found = read(self.connection, _ONE, {"user": user_id, "id": position_id})
        return found[0] if found else None

    def today(self, user_id: int, since: datetime) -> tuple[Position, ...]:
        """Positions opened or closed since this moment, oldest first."""
        return read(self.connection, _TODAY, {"user": user_id, "since": since})

    def reports(self, user_id: int, day: date) -> tuple[DayReport, ...]:
        return tuple(map(report_of, self.connection.execute(_REPORTS, {"user": user_id, "day": day})))

    def signal_is_theirs(self, user_id: int, signal_id: int) -> bool:
        """Whether it came from a channel of theirs, or was executed on a connection of theirs."""
        return self.connection.execute(_THEIRS, {"user": user_id, "signal": signal_id}).first() is not None
