"""Channels as the engine sees them."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, select

from engine.ports import Clock
from engine.types import Source, SourceMode
from storage.statements import AnyRow, columns
from storage.tables import channel_sources

_C = channel_sources.c
_FIELDS = ("id", "user_id", "chat_id", "name", "mode", "is_admin_owned", "scope", "max_age_seconds")

SOURCES = select(*columns(channel_sources, _FIELDS)).order_by(_C.id)
_GET = SOURCES.where(_C.id == bindparam("id"))
_FOLLOWING = SOURCES.where(_C.chat_id == bindparam("chat"), _C.status == "active", _C.mode != SourceMode.OFF)


def source_of(row: AnyRow) -> Source:
    """The source in a row of SOURCES."""
    return Source(**row._mapping)


@dataclass(frozen=True, slots=True)
class Sources:
    """``engine.ports.Sources``."""

    connection: Connection
    clock: Clock

    def get(self, source_id: int) -> Source | None:
        row = self.connection.execute(_GET, {"id": source_id}).one_or_none()
        return None if row is None else source_of(row)

    def following(self, chat_id: int) -> tuple[Source, ...]:
        return tuple(map(source_of, self.connection.execute(_FOLLOWING, {"chat": chat_id})))
