"""Sources beside Telegram: how posts get in, and those that did."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, String, Table, UniqueConstraint, text

from engine.inlets import InletKind
from storage.columns import Json, Words
from storage.tables.parts import Key, choice, count, metadata, moment, own_id, ref, stamps, table

inlets = Table(
    "inlets",
    metadata,
    Column(
        "channel_source_id",
        Key,
        ForeignKey("channel_sources.id", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    ),
    *choice("kind", InletKind),
    Column("token_hash", String(64), unique=True),
    Column("address", Words),
    Column("sealed", Json, nullable=False),
    Column("etag", Words),
    Column("modified", Words),
    count("failures"),
    Column("error", String(32)),
    moment("looked_at"),
    moment("due_at"),
    *stamps(),
    Index("ix_inlets_due_at", "due_at"),
)

# The id of a row is the message id of the post. Its text is here until it is taken; then only its identity stays, so
# that the same post is known for as long as its source is followed.
inlet_posts = table(
    "inlet_posts",
    own_id(),
    ref("channel_source_id", "channel_sources", index=False),
    Column("key", String(64), nullable=False),
    Column("digest", String(64), nullable=False),
    Column("text", Words),
    moment("posted_at", null=False),
    moment("received_at", null=False),
    moment("done_at"),
    UniqueConstraint("channel_source_id", "key"),
    Index("ix_inlet_posts_digest", "channel_source_id", "digest"),
    Index(
        "ix_inlet_posts_waiting",
        "id",
        sqlite_where=text("done_at IS NULL"),
        postgresql_where=text("done_at IS NULL"),
    ),
)
