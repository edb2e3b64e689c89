"""Channels as the engine sees them."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, select

from engine.ports import Clock
from engine.types import ChannelRules, SameSignal, Source, SourceMode
from storage.encoding import decode
from storage.statements import AnyRow, columns
from storage.tables import channel_choices, channel_policies, channel_sources

_C = channel_sources.c
_FIELDS = (
    "id", "user_id", "chat_id", "name", "mode", "is_admin_owned", "scope", "type", "max_age_seconds",
    "auto_publish_confidence_threshold",
)  # fmt: skip

SOURCES = select(*columns(channel_sources, _FIELDS), _C.rules).order_by(_C.id)
_GET = SOURCES.where(_C.id == bindparam("id"))
_FOLLOWING = SOURCES.where(_C.chat_id == bindparam("chat"), _C.status == "active", _C.mode != SourceMode.OFF)


_CHOICES = select(channel_choices.c.user_id, channel_choices.c.mode).where(
    channel_choices.c.channel_source_id == bindparam("source")
)
_BOTH = select(channel_policies.c.user_id).where(channel_policies.c.same_signal == SameSignal.BOTH)
_NO_RULES = ChannelRules()


def source_of(row: AnyRow) -> Source:
    """The source in a row of SOURCES."""
    rules = _NO_RULES if row.rules is None else decode(ChannelRules, row.rules)
    return Source(**{name: getattr(row, name) for name in _FIELDS}, rules=rules)


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

    def choices(self, source_id: int) -> dict[int, SourceMode]:
        return {row.user_id: row.mode for row in self.connection.execute(_CHOICES, {"source": source_id})}

    def wanting_both(self) -> frozenset[int]:
        return frozenset(self.connection.execute(_BOTH).scalars())
