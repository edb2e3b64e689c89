"""Funding payments, each once, and whose they were.

Revision ID: 0007
Revises: 0006
"""

import sqlalchemy as sa
from alembic import op

from storage.columns import Figure, Utc, Words
from storage.tables.parts import Key

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("execution_connections", sa.Column("funding_read_at", Utc, nullable=True))
    op.add_column("execution_positions", sa.Column("funding", Figure, nullable=False, server_default="0"))
    op.create_table(
        "funding_payments",
        sa.Column("id", Key, nullable=False),
        sa.Column("connection_id", Key, nullable=False),
        sa.Column("user_id", Key, nullable=False),
        sa.Column("funding_id", sa.String(160), nullable=False),
        sa.Column("symbol", Words, nullable=False),
        sa.Column("amount", Figure, nullable=False),
        sa.Column("currency", sa.String(24), nullable=False),
        sa.Column("at", Utc, nullable=False),
        sa.Column("created_at", Utc, nullable=False),
        sa.Column("updated_at", Utc, nullable=False),
        sa.ForeignKeyConstraint(
            ["connection_id"], ["execution_connections.id"], name="fk_funding_payments_connection_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_funding_payments_user_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_funding_payments"),
        sa.UniqueConstraint("connection_id", "funding_id", name="uq_funding_payments_connection_id_funding_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_funding_payments_user_id", "funding_payments", ["user_id"])
    op.create_index("ix_funding_payments_connection_at", "funding_payments", ["connection_id", "at"])
    op.create_table(
        "funding_parts",
        sa.Column("payment_id", Key, nullable=False),
        sa.Column("position_id", Key, nullable=False),
        sa.Column("amount", Figure, nullable=False),
        sa.ForeignKeyConstraint(
            ["payment_id"], ["funding_payments.id"], name="fk_funding_parts_payment_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["position_id"], ["execution_positions.id"], name="fk_funding_parts_position_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("payment_id", "position_id", name="pk_funding_parts"),
    )
    op.create_index("ix_funding_parts_position_id", "funding_parts", ["position_id"])


def downgrade() -> None:
    op.drop_table("funding_parts")
    op.drop_table("funding_payments")
    op.drop_column("execution_positions", "funding")
    op.drop_column("execution_connections", "funding_read_at")
