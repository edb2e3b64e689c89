"""Raw Telegram updates, durable before the offset moves past them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, delete, func, select, update

from engine.mail import LEFT_OUT, InboxRow, is_command, is_post
from engine.ports import Clock
from storage.inserts import Insert
from storage.repositories.dialogues import asks_for_a_secret
from storage.statements import ROW, by_id
from storage.tables import inbox

_C = inbox.c
_ADD = Insert(inbox, once=("bot_id", "update_id"))
_WAITING = (
    select(_C.id, _C.update_id, _C.lane, _C.raw, _C.received_at, _C.attempts)
    .where(_C.bot_id == bindparam("bot"), _C.done_at.is_(None))
    .order_by(_C.id)
    .limit(bindparam("limit"))
)
_DONE = by_id(inbox)
_FAILED = update(inbox).where(_C.id == bindparam(ROW)).values(attempts=_C.attempts + 1).returning(_C.attempts)
_LAST = select(func.max(_C.update_id)).where(_C.bot_id == bindparam("bot"))
_FORGET = delete(inbox).where(_C.done_at < bindparam("before"))


def lane_of(update: Mapping[str, Any]) -> int:
    """The chat an update belongs to; the person's private chat for one that has none, 0 for one from nobody.

    That the bot was added to a channel is the business of the person who added it, and is answered in private.
    """
    added = update.get("my_chat_member")
    if isinstance(added, Mapping):
        return _id_in(added, "from") or _id_in(added, "chat") or 0
    for content in update.values():
        if isinstance(content, Mapping):
            return _id_in(content.get("message"), "chat") or _id_in(content, "chat") or _id_in(content, "from") or 0
    return 0


def _id_in(content: Any, name: str) -> int | None:
    inner = content.get(name) if isinstance(content, Mapping) else None
    found = inner.get("id") if isinstance(inner, Mapping) else None
    return found if isinstance(found, int) else None


@dataclass(frozen=True, slots=True)
class Inbox:
    """``bot.ports.Inbox``."""

    connection: Connection
    clock: Clock

    def add(self, bot_id: int, updates: Sequence[Mapping[str, Any]], now: datetime) -> tuple[InboxRow, ...]:
        rows = (self._add(bot_id, update, now) for update in updates)
        return tuple(row for row in rows if row is not None)

    def waiting(self, bot_id: int, limit: int = 10_000) -> tuple[InboxRow, ...]:
        """Updates not done yet, oldest first."""
        rows = self.connection.execute(_WAITING, {"bot": bot_id, "limit": limit})
        return tuple(InboxRow(**row._mapping) for row in rows)

    def done(self, row_id: int, now: datetime) -> None:
        self.connection.execute(_DONE, {ROW: row_id, "done_at": now})

    def failed(self, row_id: int, error: str, now: datetime) -> int:
        return int(self.connection.execute(_FAILED, {ROW: row_id, "error": error, "failed_at": now}).scalar_one())

    def last_update_id(self, bot_id: int) -> int | None:
        last: int | None = self.connection.execute(_LAST, {"bot": bot_id}).scalar_one()
        return last

    def forget(self, before: datetime) -> int:
        """Delete what was done before this moment; returns how many."""
        return self.connection.execute(_FORGET, {"before": before}).rowcount

    def _add(self, bot_id: int, update: Mapping[str, Any], now: datetime) -> InboxRow | None:
        """What is handed on has every word; what is kept leaves out those of somebody who is asked for a secret."""
        update_id, lane, raw = update["update_id"], lane_of(update), dict(update)
        kept = _without_words(raw) if _typed(raw) and asks_for_a_secret(self.connection, lane) else raw
        row = {"bot_id": bot_id, "update_id": update_id, "lane": lane, "raw": kept, "received_at": now}
        new_id = _ADD.add_new(self.connection, row)
        if new_id is None:
            return None
        return InboxRow(id=new_id, update_id=update_id, lane=lane, raw=raw, received_at=now)


_KEPT = ("message_id", "date", "edit_date", "chat", "from")


def _typed(update: Mapping[str, Any]) -> bool:
    """Something that a person sent in their private chat with the bot, neither a command nor a post."""
    message = update.get("message") or update.get("edited_message")
    if not isinstance(message, Mapping) or (_id_in(message, "chat") or 0) <= 0:
        return False
    origin = message.get("forward_origin")
    if isinstance(origin, Mapping) and is_post(origin.get("type")):
        return False
    return not is_command(str(message.get("text", "")))


def _without_words(update: Mapping[str, Any]) -> dict[str, Any]:
    kind = "message" if "message" in update else "edited_message"
    told = {name: update[kind][name] for name in _KEPT if name in update[kind]}
    return {"update_id": update["update_id"], kind: {**told, "text": LEFT_OUT}}
