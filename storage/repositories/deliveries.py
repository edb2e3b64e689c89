"""The delivering side of execution_notifications: whose turn it is, and what became of each try."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, func, select, update

from engine.mail import Notice
from engine.ports import Clock
from storage.statements import ROW, AnyRow, by_id
from storage.tables import NoticeState, execution_connections, execution_notifications, users

RUN = 20
"""Most notices of one chat in one look: a long backlog of one person leaves room for the others."""

_C = execution_notifications.c
_OWED = _C.state == NoticeState.OWED
_REACHABLE = users.c.reachable & users.c.telegram_chat_id.is_not(None)

# One notice that must wait holds back all of its chat: its order is kept.
_WAITING = select(_C.user_id).where(_OWED, _C.next_attempt_at > bindparam("now"))
_TURNS = (
    select(
        _C.id,
        func.row_number().over(partition_by=_C.user_id, order_by=(_C.urgent.desc(), _C.id)).label("turn"),
    )
    .join(users, users.c.id == _C.user_id)
    .where(_OWED, _REACHABLE, _C.user_id.not_in(_WAITING))
    .subquery()
)
_DUE = (
    select(
        _C.id, _C.user_id, users.c.telegram_chat_id.label("chat_id"), users.c.language, users.c.timezone, _C.number,
        _C.type.label("kind"), _C.urgent, _C.payload, _C.created_at, _C.attempts, _C.position_id, _C.signal_id,
        execution_connections.c.settings,
    )
    .join(_TURNS, _TURNS.c.id == _C.id)
    .join(users, users.c.id == _C.user_id)
    .outerjoin(execution_connections, execution_connections.c.id == _C.connection_id)
    .where(_TURNS.c.turn <= RUN)
    .order_by(_C.urgent.desc(), _C.id)
    .limit(bindparam("limit"))
)  # fmt: skip
_ANY = select(_C.id).where(_OWED).limit(1)
_BACKLOG = select(func.count()).select_from(execution_notifications).where(_OWED)
_SET = by_id(execution_notifications)
_FAILED = update(execution_notifications).where(_C.id == bindparam(ROW)).values(attempts=_C.attempts + 1)


@dataclass(frozen=True, slots=True)
class Deliveries:
    """``bot.ports.Deliveries``."""

    connection: Connection
    clock: Clock

    def due(self, now: datetime, limit: int = 500) -> tuple[Notice, ...]:
        if self.connection.execute(_ANY).first() is None:  # mostly so, and asked after every commit
            return ()
        return tuple(map(_notice, self.connection.execute(_DUE, {"now": now, "limit": limit})))

    def sent(self, notice_id: int, message_id: int, title: str, text: str, now: datetime) -> None:
        self.connection.execute(
            _SET,
            {
                ROW: notice_id, "state": NoticeState.SENT, "sent_at": now, "telegram_message_id": message_id,
                "title": title, "message": text, "next_attempt_at": None, "updated_at": now,
            },
        )  # fmt: skip

    def failed(self, notice_id: int, error: str, retry_at: datetime) -> None:
        self.connection.execute(
            _FAILED, {ROW: notice_id, "error": error, "next_attempt_at": retry_at, "updated_at": self.clock.now()}
        )

    def drop(self, notice_id: int, error: str, now: datetime) -> None:
        """Give up on it for good; the row stays, with the reason."""
        self.connection.execute(
            _SET,
            {ROW: notice_id, "state": NoticeState.DROPPED, "error": error, "next_attempt_at": None, "updated_at": now},
        )

    def backlog(self) -> int:
        """How many notices are owed, to anybody."""
        return self.connection.execute(_BACKLOG).scalar_one()


def _notice(row: AnyRow) -> Notice:
    values = dict(row._mapping)
    settings = values.pop("settings") or {}
    return Notice(**values, testnet=bool(settings.get("testnet")))
