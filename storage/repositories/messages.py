"""Channel posts: who saw one first, what became of it, and every text it ever had."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, bindparam, select, update

from engine.ports import Clock
from engine.types import Amendment, Claim, Instruction, MessageStatus, Post, SeenPost, Source
from storage.encoding import decode, encode
from storage.inserts import Insert
from storage.repositories.executions import Executions
from storage.statements import ROW, AnyRow, insert
from storage.tables import channel_message_versions, channel_messages, channel_sources

REPEAT_WINDOW = timedelta(hours=24)
"""The same text within this time is a repeat, not a new signal."""

_C = channel_messages.c
_INSERT = Insert(channel_messages, once=("channel_source_id", "message_id"))
_KNOWN = select(
    _C.id, _C.raw_message, _C.message_hash, _C.signal_id, _C.version, _C.posted_at, _C.version_at
).where(_C.channel_source_id == bindparam("source"), _C.message_id == bindparam("message"))  # fmt: skip
_BEFORE = (
    select(_C.signal_id)
    .where(
        _C.channel_source_id == bindparam("source"),
        _C.message_hash == bindparam("digest"),
        _C.message_id != bindparam("message"),
        _C.created_at > bindparam("since"),
        _C.status.not_in([MessageStatus.DUPLICATE, MessageStatus.FAILED]),
    )
    .limit(1)
)
_KEEP_OLD = insert(channel_message_versions)
_VERSION = select(channel_message_versions.c.version).where(
    channel_message_versions.c.message_row_id == bindparam("id"),
    channel_message_versions.c.message_hash == bindparam("digest"),
)
_EDIT = update(channel_messages).where(_C.id == bindparam(ROW))
_SETTLE = _EDIT.values(processing_attempts=_C.processing_attempts + 1)
_OWED = select(_C.status, _C.owed).where(_C.id == bindparam("id"))
_IN_HAND = select(_C.id, _C.owed).where(_C.owed.is_not(None)).order_by(_C.id)
_SEEN = select(
    _C.id, _C.channel_source_id, channel_sources.c.chat_id, _C.message_id, _C.raw_message, _C.posted_at,
    _C.reply_to_message_id, _C.version, _C.version_at,
).join(channel_sources, channel_sources.c.id == _C.channel_source_id)  # fmt: skip
_GET = _SEEN.where(_C.id == bindparam("id"))
_ANSWERED = select(_C.reply_to_message_id).where(
    _C.channel_source_id == bindparam("source"), _C.message_id == bindparam("message")
)
_LATEST = (
    _SEEN.where(_C.channel_source_id == bindparam("source")).order_by(_C.message_id.desc()).limit(bindparam("count"))
)


@dataclass(frozen=True, slots=True)
class Messages:
    """``engine.ports.Messages``."""

    connection: Connection
    clock: Clock

    def claim(self, source: Source, post: Post, digest: str, now: datetime) -> Claim:
        before = self._before(source, post, digest, now)
        status = MessageStatus.PENDING if before is None else MessageStatus.DUPLICATE
        signal_id = None if before is None else before.signal_id
        row_id = self._insert(source, post, digest, status, signal_id, now)
        if row_id is None:
            return self._known(source, post, digest, now)
        return Claim(row_id=row_id, status="new" if before is None else "duplicate", signal_id=signal_id)

    def settle(
        self, row_id: int, status: MessageStatus, *, parsed: Mapping[str, Any] | None = None,
        signal_id: int | None = None, error: str | None = None, confidence: int | None = None,
    ) -> None:  # fmt: skip
        """What became of the post; whatever is None stays as it is, and so does what is owed of it."""
        found = {
            "parsed_data": parsed, "signal_id": signal_id, "error_message": error, "confidence_score": confidence,
        }  # fmt: skip
        known = {name: value for name, value in found.items() if value is not None}
        self.connection.execute(_SETTLE, {ROW: row_id, "status": status, "updated_at": self.clock.now(), **known})

    def owe(self, instruction: Instruction) -> None:
        kept = {"execution": instruction.execution.id, "steps": encode(instruction.steps)}
        self._keep(instruction.message_row_id, lambda owed: {**owed, instruction.key: kept})

    def owed(self) -> tuple[Instruction, ...]:
        rows = self.connection.execute(_IN_HAND).all()
        kept = ((row.id, key, one) for row in rows for key, one in row.owed.items())
        found = (self._instruction(row_id, key, one) for row_id, key, one in kept)
        return tuple(instruction for instruction in found if instruction is not None)

    def carried_out(self, instruction: Instruction) -> None:
        done = instruction.key
        self._keep(instruction.message_row_id, lambda owed: {k: one for k, one in owed.items() if k != done})

    def get(self, row_id: int) -> SeenPost | None:
        row = self.connection.execute(_GET, {"id": row_id}).one_or_none()
        return None if row is None else _seen(row)

    def answered(self, source_id: int, message_id: int) -> int | None:
        asked = {"source": source_id, "message": message_id}
        parent: int | None = self.connection.execute(_ANSWERED, asked).scalar_one_or_none()
        return parent

    def latest(self, source_id: int, count: int) -> tuple[SeenPost, ...]:
        return tuple(map(_seen, self.connection.execute(_LATEST, {"source": source_id, "count": count})))

    def _keep(self, row_id: int, change: Callable[[dict[str, Any]], dict[str, Any]]) -> None:
        """A message is pending while anything is owed of it, and done when nothing is."""
        row = self.connection.execute(_OWED, {"id": row_id}).one_or_none()
        if row is None:
            return
        owed = change(row.owed or {})
        status = MessageStatus.PENDING if owed else _done(row.status)
        self.connection.execute(
            _EDIT, {ROW: row_id, "status": status, "owed": owed or None, "updated_at": self.clock.now()}
        )

    def _instruction(self, row_id: int, key: str, kept: Mapping[str, Any]) -> Instruction | None:
        """None when the connection it was for is gone."""
        execution = Executions(self.connection, self.clock).get(kept["execution"])
        if execution is None:
            return None
        steps = tuple(decode(Amendment, step) for step in kept["steps"])
        return Instruction(message_row_id=row_id, execution=execution, steps=steps, key=key)

    def _before(self, source: Source, post: Post, digest: str, now: datetime) -> AnyRow | None:
        asked = {
            "source": source.id, "message": post.message_id, "digest": digest, "since": now - REPEAT_WINDOW,
        }  # fmt: skip
        return self.connection.execute(_BEFORE, asked).first()

    def _insert(
        self, source: Source, post: Post, digest: str, status: MessageStatus, signal_id: int | None, now: datetime
    ) -> int | None:
        row = {
            "channel_source_id": source.id, "message_id": post.message_id, "raw_message": post.text,
            "message_hash": digest, "reply_to_message_id": post.reply_to, "status": status, "signal_id": signal_id,
            "posted_at": post.at, "version_at": post.edited_at, "created_at": now, "updated_at": now,
        }  # fmt: skip
        return _INSERT.add_new(self.connection, row)

    def _known(self, source: Source, post: Post, digest: str, now: datetime) -> Claim:
        row = self.connection.execute(_KNOWN, {"source": source.id, "message": post.message_id}).one()
        if row.message_hash == digest:
            if post.edited_at is not None and post.edited_at > (row.version_at or row.posted_at):
                self.connection.execute(_EDIT, {ROW: row.id, "version_at": post.edited_at, "updated_at": now})
            return Claim(row_id=row.id, status="seen", signal_id=row.signal_id, version=row.version)
        if (post.edited_at or post.at) < (row.version_at or row.posted_at):
            self._put_below(row, post, digest, now)
            return Claim(row_id=row.id, status="seen", signal_id=row.signal_id, version=row.version)
        self._replace(row, post, digest, now)
        return Claim(row_id=row.id, status="edited", signal_id=row.signal_id, version=row.version + 1)

    def _replace(self, row: AnyRow, post: Post, digest: str, now: datetime) -> None:
        self._keep_version(row, row.raw_message, row.message_hash, now)
        changed = {"raw_message": post.text, "message_hash": digest, "version_at": post.edited_at or row.version_at}
        self.connection.execute(_EDIT, {ROW: row.id, "version": row.version + 1, "updated_at": now, **changed})

    def _put_below(self, row: AnyRow, post: Post, digest: str, now: datetime) -> None:
        """A version that was overtaken on its way is kept with the old ones; the newest stays what it is."""
        if self.connection.execute(_VERSION, {"id": row.id, "digest": digest}).first() is not None:
            return
        self._keep_version(row, post.text, digest, now)
        self.connection.execute(_EDIT, {ROW: row.id, "version": row.version + 1, "updated_at": now})

    def _keep_version(self, row: AnyRow, text: str, digest: str, now: datetime) -> None:
        kept = {
            "message_row_id": row.id, "version": row.version, "raw_message": text, "message_hash": digest,
            "replaced_at": now,
        }  # fmt: skip
        self.connection.execute(_KEEP_OLD, kept)


def _done(status: MessageStatus) -> MessageStatus:
    return MessageStatus.PROCESSED if status is MessageStatus.PENDING else status


def _seen(row: AnyRow) -> SeenPost:
    post = Post(
        chat_id=row.chat_id, message_id=row.message_id, text=row.raw_message, at=row.posted_at,
        reply_to=row.reply_to_message_id, edited=row.version_at is not None, edited_at=row.version_at,
    )  # fmt: skip
    return SeenPost(row_id=row.id, source_id=row.channel_source_id, post=post, version=row.version)
