"""What the chat side keeps: owed notices (execution_notifications), updates, buttons, and the audit log."""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from storage.columns import Json, Utc, Words
from storage.tables.parts import Key, choice, count, flag, metadata, moment, own_id, ref, stamps, table


class NoticeState(StrEnum):
    """Whether a notice is still owed to its person."""

    OWED = "owed"
    SENT = "sent"
    DROPPED = "dropped"


execution_notifications = table(
    "execution_notifications",
    own_id(),
    ref("user_id", "users", index=False),
    ref("admin_id", "users", null=True),
    ref("connection_id", "execution_connections", gone="SET NULL", null=True),
    ref("signal_id", "signals", gone="SET NULL", null=True),
    ref("position_id", "execution_positions", gone="SET NULL", null=True),
    Column("key", String(200), nullable=False, unique=True),
    Column("number", Integer, nullable=False),
    Column("type", String(32), nullable=False),
    flag("urgent"),
    Column("payload", Json, nullable=False),
    Column("title", Words),
    Column("message", Words),
    flag("is_read"),
    Column("metadata", Json),
    *choice("state", NoticeState),
    count("attempts"),
    moment("next_attempt_at"),
    Column("error", Words),
    moment("sent_at"),
    Column("telegram_message_id", BigInteger),
    *stamps(),
    UniqueConstraint("user_id", "number"),
    Index(
        "ix_execution_notifications_owed",
        "user_id",
        "id",
        sqlite_where=text("state = 'owed'"),
        postgresql_where=text("state = 'owed'"),
    ),
)

inbox = table(
    "inbox",
    own_id(),
    Column("bot_id", BigInteger, nullable=False),
    Column("update_id", BigInteger, nullable=False),
    Column("lane", BigInteger, nullable=False),
    Column("raw", Json, nullable=False),
    moment("received_at", null=False),
    count("attempts"),
    Column("error", Words),
    moment("failed_at"),
    moment("done_at"),
    UniqueConstraint("bot_id", "update_id"),
    Index(
        "ix_inbox_waiting",
        "bot_id",
        "id",
        sqlite_where=text("done_at IS NULL"),
        postgresql_where=text("done_at IS NULL"),
    ),
    Index("ix_inbox_done_at", "done_at"),
)

buttons = Table(
    "buttons",
    metadata,
    Column("token", String(32), primary_key=True),
    ref("user_id", "users"),
    Column("action", String(64), nullable=False),
    Column("args", Json, nullable=False),
    Column("once", Boolean, nullable=False),
    Column("expires_at", Utc, index=True),
    Column("used_by", String(64)),
    Column("used_at", Utc, index=True),
    moment("created_at", null=False),
)

# What a person is being asked. ``sealed`` holds what was typed and must not be read here: field → sealed value.
dialogues = Table(
    "dialogues",
    metadata,
    Column("user_id", Key, ForeignKey("users.id", ondelete="CASCADE"), primary_key=True, autoincrement=False),
    Column("kind", String(24), nullable=False),
    Column("secret", Boolean, nullable=False),
    Column("args", Json, nullable=False),
    Column("sealed", Json, nullable=False),
    moment("expires_at", null=False),
    moment("created_at", null=False),
)

# Append-only: the database itself refuses to change or delete a line. No foreign key, so nothing can cascade here.
audit_log = table(
    "audit_log",
    own_id(),
    moment("at", null=False),
    Column("actor_id", BigInteger, index=True),
    Column("action", String(64), nullable=False),
    Column("subject", Words, nullable=False),
    Column("details", Text, nullable=False),
    Column("previous_hash", String(64), nullable=False, unique=True),
    Column("hash", String(64), nullable=False, unique=True),
)
