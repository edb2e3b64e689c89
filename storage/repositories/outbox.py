"""The owing side of execution_notifications: a fact and its notice become durable together."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import BigInteger, Connection, bindparam, select, update

from engine.events import Event
from engine.ports import Clock
from storage.statements import insert
from storage.tables import NoticeState, execution_connections, execution_notifications, users

_C = execution_notifications.c
_TOLD = select(_C.id).where(_C.key == bindparam("key"))
_NEXT_NUMBER = (
    update(users)
    .where(users.c.id == bindparam("user"))
    .values(last_notice_number=users.c.last_notice_number + 1)
    .returning(users.c.last_notice_number)
)
_ADMIN = (
    select(execution_connections.c.admin_id)
    .where(execution_connections.c.id == bindparam("b_connection", type_=BigInteger))
    .scalar_subquery()
)
_OWE = insert(execution_notifications).values(admin_id=_ADMIN)


@dataclass(frozen=True, slots=True)
class Outbox:
    """``engine.ports.Outbox``."""

    connection: Connection
    clock: Clock

    def tell(
        self, user_id: int, event: Event, *, key: str, now: datetime, connection_id: int | None = None,
        signal_id: int | None = None, position_id: int | None = None,
    ) -> None:  # fmt: skip
        if self.connection.execute(_TOLD, {"key": key}).first() is not None:
            return
        number = self.connection.execute(_NEXT_NUMBER, {"user": user_id}).scalar_one()
        self.connection.execute(
            _OWE,
            {
                "user_id": user_id, "b_connection": connection_id, "connection_id": connection_id,
                "signal_id": signal_id, "position_id": position_id, "key": key, "number": number, "type": event.kind,
                "urgent": event.urgent, "payload": event.payload(), "state": NoticeState.OWED, "created_at": now,
                "updated_at": now,
            },
        )  # fmt: skip
