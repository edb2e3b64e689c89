"""Connections are cared for, dialogues outlive a restart, and trading can be halted for everybody.

Revision ID: 0002
Revises: 0001
"""

import sqlalchemy as sa
from alembic import op

from storage.columns import Json, Utc

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

Key = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

CARE = ("error_code", "latency_ms", "key_checked_at", "alerted_at", "acknowledged_at")


def upgrade() -> None:
    op.add_column("execution_connections", sa.Column("error_code", sa.String(64), nullable=True))
    op.add_column("execution_connections", sa.Column("latency_ms", sa.Integer, nullable=True))
    op.add_column("execution_connections", sa.Column("key_checked_at", Utc, nullable=True))
    op.add_column("execution_connections", sa.Column("alerted_at", Utc, nullable=True))
    op.add_column("execution_connections", sa.Column("acknowledged_at", Utc, nullable=True))
    op.add_column("users", sa.Column("flatten_since", Utc, nullable=True))
    op.create_index(
        "ix_users_flatten_since",
        "users",
        ["flatten_since"],
        sqlite_where=sa.text("flatten_since IS NOT NULL"),
        postgresql_where=sa.text("flatten_since IS NOT NULL"),
    )
    op.create_table(
        "dialogues",
        sa.Column("user_id", Key, nullable=False),
        sa.Column("kind", sa.String(24), nullable=False),
        sa.Column("secret", sa.Boolean, nullable=False),
        sa.Column("args", Json, nullable=False),
        sa.Column("sealed", Json, nullable=False),
        sa.Column("expires_at", Utc, nullable=False),
        sa.Column("created_at", Utc, nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_dialogues_user_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("user_id", name="pk_dialogues"),
    )
    op.create_table(
        "switches",
        sa.Column("name", sa.String(24), nullable=False),
        sa.Column("state", sa.String(24), nullable=False),
        sa.Column("actor_id", sa.BigInteger, nullable=True),
        sa.Column("changed_at", Utc, nullable=False),
        sa.CheckConstraint("state IN ('active', 'reduce_only', 'halted')", name=op.f("ck_switches_state")),
        sa.PrimaryKeyConstraint("name", name="pk_switches"),
    )


def downgrade() -> None:
    op.drop_table("switches")
    op.drop_table("dialogues")
    op.drop_index("ix_users_flatten_since", "users")
    op.drop_column("users", "flatten_since")
    for name in reversed(CARE):
        op.drop_column("execution_connections", name)
