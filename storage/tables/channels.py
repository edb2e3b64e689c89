"""Channels, the posts seen in them, and the signals read from those."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, String, Table, Text, UniqueConstraint, text

from engine.types import Direction, MessageStatus, SameSignal, SourceMode
from storage.columns import Json, Words
from storage.tables.parts import Key, choice, count, flag, metadata, moment, money, one_of, own_id, ref, stamps, table

channel_sources = table(
    "channel_sources",
    own_id(),
    ref("user_id", "users", index=False),
    Column("chat_id", BigInteger, nullable=False, index=True),
    Column("name", Words, nullable=False),
    Column("type", String(24), nullable=False, default="telegram"),
    Column("status", String(12), nullable=False, default="active"),
    one_of("status", "active", "paused", "error", "pending"),
    *choice("mode", SourceMode),
    flag("is_admin_owned"),
    Column("scope", String(12)),
    one_of("scope", "user", "plan", "global"),
    count("max_age_seconds", 120),
    count("auto_publish_confidence_threshold", 90),
    Column("rules", Json),
    *stamps(),
    UniqueConstraint("user_id", "chat_id"),
)

# What a person does with the channel that an admin shares: their own switch, beside the owner's mode.
channel_choices = Table(
    "channel_choices",
    metadata,
    Column("user_id", Key, ForeignKey("users.id", ondelete="CASCADE"), primary_key=True),
    Column(
        "channel_source_id", Key, ForeignKey("channel_sources.id", ondelete="CASCADE"), primary_key=True, index=True
    ),
    *choice("mode", SourceMode),
    *stamps(),
)

channel_policies = Table(
    "channel_policies",
    metadata,
    Column("user_id", Key, ForeignKey("users.id", ondelete="CASCADE"), primary_key=True),
    *choice("same_signal", SameSignal),
    *stamps(),
)

signals = table(
    "signals",
    own_id(),
    ref("channel_source_id", "channel_sources", gone="SET NULL", null=True),
    Column("chat_id", BigInteger),
    Column("message_id", BigInteger),
    Column("title", Words, nullable=False),
    Column("currency_pair", Words, nullable=False),
    Column("time_frame", Words),
    Column("market", String(24)),
    money("open_price"),
    money("sl"),
    money("tp"),
    money("structure_sl_price"),
    *choice("direction", Direction),
    Column("image", Text),
    Column("description", Words, nullable=False),
    flag("is_published", default=True),
    moment("published_date"),
    flag("status", default=True),
    flag("auto_created", default=True),
    Column("message_hash", String(64), nullable=False),
    moment("last_modified_at"),
    count("modification_count"),
    Column("reading", Json, nullable=False),
    *stamps(),
    Index("ix_signals_message", "channel_source_id", "message_id"),
    Index("ix_signals_message_hash", "message_hash", "published_date"),
    Index("ix_signals_published_date", "published_date"),
)

# Which targets were reached is the position's to know (position_take_profits): a signal has many followers.
signal_take_profits = Table(
    "signal_take_profits",
    metadata,
    Column("signal_id", Key, ForeignKey("signals.id", ondelete="CASCADE"), primary_key=True),
    Column("tp_level", Integer, primary_key=True, autoincrement=False),
    money("tp_price"),
    money("tp_percentage"),
    money("lot_percentage"),
)

plan_signals = Table(
    "plan_signals",
    metadata,
    Column("signal_id", Key, ForeignKey("signals.id", ondelete="CASCADE"), primary_key=True),
    Column("plan_id", Key, ForeignKey("plans.id", ondelete="CASCADE"), primary_key=True, index=True),
)

channel_messages = table(
    "channel_messages",
    own_id(),
    ref("channel_source_id", "channel_sources", index=False),
    Column("message_id", BigInteger, nullable=False),
    Column("raw_message", Words, nullable=False),
    Column("message_hash", String(64), nullable=False),
    Column("reply_to_message_id", BigInteger),
    Column("parsed_data", Json),
    Column("owed", Json),
    ref("signal_id", "signals", gone="SET NULL", null=True),
    *choice("status", MessageStatus),
    Column("confidence_score", Integer),
    Column("error_message", Words),
    count("processing_attempts"),
    count("version", 1),
    moment("posted_at", null=False),
    moment("version_at"),
    *stamps(),
    UniqueConstraint("channel_source_id", "message_id"),
    Index("ix_channel_messages_hash", "channel_source_id", "message_hash"),
    Index("ix_channel_messages_created_at", "created_at"),
    Index(
        "ix_channel_messages_owed",
        "id",
        sqlite_where=text("owed IS NOT NULL"),
        postgresql_where=text("owed IS NOT NULL"),
    ),
)

# The texts an edited message had before; the newest one is in channel_messages itself.
channel_message_versions = Table(
    "channel_message_versions",
    metadata,
    Column("message_row_id", Key, ForeignKey("channel_messages.id", ondelete="CASCADE"), primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("raw_message", Words, nullable=False),
    Column("message_hash", String(64), nullable=False),
    moment("replaced_at", null=False),
)
