"""Channel posts: who saw one first, what became of it, and every text it ever had."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, bindparam, select, union_all, update

from engine.ports import Clock
from engine.types import Amendment, Claim, Instruction, MessageStatus, Post, Source
from storage.encoding import decode, encode
from storage.inserts import Insert
from storage.repositories.executions import Executions
from storage.statements import ROW, AnyRow, insert
from storage.tables import channel_message_versions, channel_messages, channel_sources, signals

REPEAT_WINDOW = timedelta(hours=24)
"""The same text within this time is a repeat, not a new signal."""

_C = channel_messages.c
_INSERT = Insert(channel_messages, once=("channel_source_id", "message_id"))
_KNOWN = select(_C.id, _C.raw_message, _C.message_hash, _C.signal_id, _C.version).where(
    _C.channel_source_id == bindparam("source"), _C.message_id == bindparam("message")
)
# A repeat of a post of this channel, or of a signal that another channel of the same owner already gave.
_BEFORE = union_all(
    select(_C.signal_id).where(
        _C.channel_source_id == bindparam("source"),
        _C.message_hash == bindparam("digest"),
        _C.message_id != bindparam("message"),
        _C.created_at > bindparam("since"),
        _C.status.not_in([MessageStatus.DUPLICATE, MessageStatus.FAILED]),
    ),
    select(signals.c.id)
    .join(channel_sources, channel_sources.c.id == signals.c.channel_source_id)
    .where(
        signals.c.message_hash == bindparam("digest"),
        signals.c.published_date > bindparam("since"),
        channel_sources.c.user_id == bindparam("owner"),
        channel_sources.c.id != bindparam("source"),
    ),
).limit(1)
_KEEP_OLD = insert(channel_message_versions)
_EDIT = update(channel_messages).where(_C.id == bindparam(ROW))
_SETTLE = _EDIT.values(processing_attempts=_C.processing_attempts + 1)
_PARSED = select(_C.parsed_data).where(_C.id == bindparam("id"))
_IN_HAND = select(_C.id, _C.parsed_data).where(_C.status == MessageStatus.PENDING).order_by(_C.id)


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
        """What became of the post; whatever is None stays as it is."""
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
        kept = ((row.id, key, one) for row in rows for key, one in (row.parsed_data or {}).get("owed", {}).items())
        found = (self._instruction(row_id, key, one) for row_id, key, one in kept)
        return tuple(instruction for instruction in found if instruction is not None)

    def carried_out(self, instruction: Instruction) -> None:
        done = instruction.key
        self._keep(instruction.message_row_id, lambda owed: {k: one for k, one in owed.items() if k != done})

    def _keep(self, row_id: int, change: Callable[[dict[str, Any]], dict[str, Any]]) -> None:
        parsed = self.connection.execute(_PARSED, {"id": row_id}).scalar_one() or {}
        owed = change(parsed.get("owed", {}))
        status = MessageStatus.PENDING if owed else MessageStatus.PROCESSED
        row = {ROW: row_id, "status": status, "parsed_data": {**parsed, "owed": owed}, "updated_at": self.clock.now()}
        self.connection.execute(_EDIT, row)

    def _instruction(self, row_id: int, key: str, kept: Mapping[str, Any]) -> Instruction | None:
        """None when the connection it was for is gone."""
        execution = Executions(self.connection, self.clock).get(kept["execution"])
        if execution is None:
            return None
        steps = tuple(decode(Amendment, step) for step in kept["steps"])
        return Instruction(message_row_id=row_id, execution=execution, steps=steps, key=key)

    def _before(self, source: Source, post: Post, digest: str, now: datetime) -> AnyRow | None:
        asked = {
            "source": source.id, "owner": source.user_id, "message": post.message_id, "digest": digest,
            "since": now - REPEAT_WINDOW,
        }  # fmt: skip
        return self.connection.execute(_BEFORE, asked).first()

    def _insert(
        self, source: Source, post: Post, digest: str, status: MessageStatus, signal_id: int | None, now: datetime
    ) -> int | None:
        row = {
            "channel_source_id": source.id, "message_id": post.message_id, "raw_message": post.text,
            "message_hash": digest, "reply_to_message_id": post.reply_to, "status": status, "signal_id": signal_id,
            "posted_at": post.at, "created_at": now, "updated_at": now,
        }  # fmt: skip
        return _INSERT.add_new(self.connection, row)

    def _known(self, source: Source, post: Post, digest: str, now: datetime) -> Claim:
        row = self.connection.execute(_KNOWN, {"source": source.id, "message": post.message_id}).one()
        if row.message_hash == digest:
            return Claim(row_id=row.id, status="seen", signal_id=row.signal_id)
        self._replace(row, post, digest, now)
        return Claim(row_id=row.id, status="edited", signal_id=row.signal_id)

    def _replace(self, row: AnyRow, post: Post, digest: str, now: datetime) -> None:
        self.connection.execute(
            _KEEP_OLD,
            {
                "message_row_id": row.id, "version": row.version, "raw_message": row.raw_message,
                "message_hash": row.message_hash, "replaced_at": now,
            },
        )  # fmt: skip
        self.connection.execute(
            _EDIT,
            {
                ROW: row.id, "raw_message": post.text, "message_hash": digest, "version": row.version + 1,
                "updated_at": now,
            },
        )  # fmt: skip
