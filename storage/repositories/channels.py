"""Sources as their owner manages them. Every statement names the owner."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, delete, update

from engine.ports import Clock
from engine.types import Source, SourceMode, User
from storage.repositories.sources import SOURCES, source_of
from storage.statements import ROW, insert
from storage.tables import channel_sources

_C = channel_sources.c
_MINE = _C.user_id == bindparam("owner")
_OF_USER = SOURCES.where(_MINE)
_GET = _OF_USER.where(_C.id == bindparam("id"))
_BY_CHAT = _OF_USER.where(_C.chat_id == bindparam("chat"))
_ADD = insert(channel_sources).on_conflict_do_nothing(index_elements=["user_id", "chat_id"])
_SET = update(channel_sources).where(_C.id == bindparam(ROW), _MINE)
_REMOVE = delete(channel_sources).where(_C.id == bindparam("id"), _MINE)


@dataclass(frozen=True, slots=True)
class Channels:
    """``bot.ports.Channels``."""

    connection: Connection
    clock: Clock

    def of_user(self, user_id: int) -> tuple[Source, ...]:
        return tuple(map(source_of, self.connection.execute(_OF_USER, {"owner": user_id})))

    def get(self, user_id: int, source_id: int) -> Source | None:
        row = self.connection.execute(_GET, {"owner": user_id, "id": source_id}).one_or_none()
        return None if row is None else source_of(row)

    def add(self, user: User, chat_id: int, name: str, now: datetime) -> Source:
        row = {
            "user_id": user.id, "chat_id": chat_id, "name": name, "mode": SourceMode.ASK,
            "is_admin_owned": user.is_admin, "created_at": now, "updated_at": now,
        }  # fmt: skip
        self.connection.execute(_ADD, row)
        return source_of(self.connection.execute(_BY_CHAT, {"owner": user.id, "chat": chat_id}).one())

    def set_mode(self, user_id: int, source_id: int, mode: SourceMode) -> bool:
        return self._set(user_id, source_id, mode=mode)

    def set_scope(self, user_id: int, source_id: int, scope: str | None) -> bool:
        return self._set(user_id, source_id, scope=scope)

    def remove(self, user_id: int, source_id: int) -> bool:
        """Stop following. Its signals stay, for the trades made on them."""
        return self.connection.execute(_REMOVE, {"owner": user_id, "id": source_id}).rowcount == 1

    def _set(self, user_id: int, source_id: int, **values: Any) -> bool:
        row = {ROW: source_id, "owner": user_id, "updated_at": self.clock.now(), **values}
        return self.connection.execute(_SET, row).rowcount == 1
