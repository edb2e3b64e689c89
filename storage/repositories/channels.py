"""Sources as their owner manages them. Every statement names the owner."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, bindparam, delete, exists, or_, select, update

from engine.ports import Clock
from engine.types import ChannelRules, Role, SameSignal, SharedChannel, Source, SourceMode, User
from storage.encoding import encode
from storage.repositories.sources import SOURCES, source_of
from storage.statements import ROW, insert
from storage.tables import channel_choices, channel_policies, channel_sources, users

_C = channel_sources.c
_MINE = _C.user_id == bindparam("owner")
_OF_USER = SOURCES.where(_MINE)
_GET = _OF_USER.where(_C.id == bindparam("id"))
_BY_CHAT = _OF_USER.where(_C.chat_id == bindparam("chat"))
_ADD = insert(channel_sources).on_conflict_do_nothing(index_elements=["user_id", "chat_id"])
_SET = update(channel_sources).where(_C.id == bindparam(ROW), _MINE)
_REMOVE = delete(channel_sources).where(_C.id == bindparam("id"), _MINE)
_IS_ADMIN = exists().where(users.c.id == bindparam("user"), users.c.role != Role.USER)
_CHOICE = channel_choices.alias("choice")
_SHARED = (
    select(_C.id, _C.name, _CHOICE.c.mode.label("chosen"))
    .outerjoin(_CHOICE, and_(_CHOICE.c.channel_source_id == _C.id, _CHOICE.c.user_id == bindparam("user")))
    .where(
        _C.is_admin_owned,
        or_(_C.scope == "global", _IS_ADMIN),  # admins are asked about each other's channels, shared or not
        _C.status == "active",
        _C.mode != SourceMode.OFF,
        _C.user_id != bindparam("user"),
    )
    .order_by(_C.id)
)
_NEW_CHOICE, _NEW_POLICY = insert(channel_choices), insert(channel_policies)
_CHOOSE = _NEW_CHOICE.on_conflict_do_update(
    index_elements=["user_id", "channel_source_id"],
    set_={"mode": _NEW_CHOICE.excluded.mode, "updated_at": _NEW_CHOICE.excluded.updated_at},
)
_POLICY = select(channel_policies.c.same_signal).where(channel_policies.c.user_id == bindparam("user"))
_SET_POLICY = _NEW_POLICY.on_conflict_do_update(
    index_elements=["user_id"],
    set_={"same_signal": _NEW_POLICY.excluded.same_signal, "updated_at": _NEW_POLICY.excluded.updated_at},
)


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

    def set_rules(self, user_id: int, source_id: int, rules: ChannelRules) -> bool:
        return self._set(user_id, source_id, rules=encode(rules))

    def set_limits(
        self, user_id: int, source_id: int, *, max_age_seconds: int | None = None, threshold: int | None = None
    ) -> bool:  # fmt: skip
        given = {"max_age_seconds": max_age_seconds, "auto_publish_confidence_threshold": threshold}
        return self._set(user_id, source_id, **{name: value for name, value in given.items() if value is not None})

    def remove(self, user_id: int, source_id: int) -> bool:
        """Stop following. Its signals stay, for the trades made on them."""
        return self.connection.execute(_REMOVE, {"owner": user_id, "id": source_id}).rowcount == 1

    def shared(self, user_id: int) -> tuple[SharedChannel, ...]:
        rows = self.connection.execute(_SHARED, {"user": user_id})
        return tuple(
            SharedChannel(id=row.id, name=row.name, mode=row.chosen or SourceMode.ASK, chosen=row.chosen is not None)
            for row in rows
        )

    def choose(self, user_id: int, source_id: int, mode: SourceMode) -> bool:
        if all(channel.id != source_id for channel in self.shared(user_id)):
            return False
        now = self.clock.now()
        row = {
            "user_id": user_id, "channel_source_id": source_id, "mode": mode, "created_at": now, "updated_at": now,
        }  # fmt: skip
        self.connection.execute(_CHOOSE, row)
        return True

    def same_signal(self, user_id: int) -> SameSignal:
        found = self.connection.execute(_POLICY, {"user": user_id}).scalar_one_or_none()
        return SameSignal.FIRST if found is None else found

    def set_same_signal(self, user_id: int, policy: SameSignal) -> None:
        now = self.clock.now()
        row = {"user_id": user_id, "same_signal": policy, "created_at": now, "updated_at": now}
        self.connection.execute(_SET_POLICY, row)

    def _set(self, user_id: int, source_id: int, **values: Any) -> bool:
        row = {ROW: source_id, "owner": user_id, "updated_at": self.clock.now(), **values}
        return self.connection.execute(_SET, row).rowcount == 1
