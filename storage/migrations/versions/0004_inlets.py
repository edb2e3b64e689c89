"""Sources beside Telegram: posts that come over HTTP or from feeds.

Revision ID: 0004
Revises: 0003
"""

import sqlalchemy as sa
from alembic import op

from storage.columns import Json, Utc, Words

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

Key = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "inlets",
        sa.Column("channel_source_id", Key, autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(24), nullable=False),
        sa.Column("token_hash", sa.String(64), nullable=True),
        sa.Column("address", Words, nullable=True),
        sa.Column("sealed", Json, nullable=False),
        sa.Column("etag", Words, nullable=True),
        sa.Column("modified", Words, nullable=True),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.Column("error", sa.String(32), nullable=True),
        sa.Column("looked_at", Utc, nullable=True),
        sa.Column("due_at", Utc, nullable=True),
        sa.Column("created_at", Utc, nullable=False),
        sa.Column("updated_at", Utc, nullable=False),
        sa.CheckConstraint("kind IN ('http', 'feed')", name=op.f("ck_inlets_kind")),
        _source("inlets"),
        sa.PrimaryKeyConstraint("channel_source_id", name="pk_inlets"),
        sa.UniqueConstraint("token_hash", name="uq_inlets_token_hash"),
        sa.Index("ix_inlets_due_at", "due_at"),
    )
    op.create_table(
        "inlet_posts",
        sa.Column("id", Key, nullable=False),
        sa.Column("channel_source_id", Key, nullable=False),
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("text", Words, nullable=True),
        sa.Column("posted_at", Utc, nullable=False),
        sa.Column("received_at", Utc, nullable=False),
        sa.Column("done_at", Utc, nullable=True),
        _source("inlet_posts"),
        sa.PrimaryKeyConstraint("id", name="pk_inlet_posts"),
        sa.UniqueConstraint("channel_source_id", "key", name="uq_inlet_posts_channel_source_id_key"),
        sa.Index("ix_inlet_posts_digest", "channel_source_id", "digest"),
        sqlite_autoincrement=True,
    )
    waiting = sa.text("done_at IS NULL")
    op.create_index("ix_inlet_posts_waiting", "inlet_posts", ["id"], sqlite_where=waiting, postgresql_where=waiting)


def downgrade() -> None:
    """Its sources go too: nothing would bring their posts, and their numbers are no chats of Telegram."""
    op.execute("DELETE FROM channel_sources WHERE type IN ('http', 'feed')")
    op.drop_table("inlet_posts")
    op.drop_table("inlets")


def _source(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["channel_source_id"], ["channel_sources.id"], name=f"fk_{table}_channel_source_id", ondelete="CASCADE"
    )
