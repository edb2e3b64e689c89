"""A position remembers that its account held the other side when it was booked out.

Revision ID: 0008
Revises: 0007
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("execution_positions", sa.Column("crossed", sa.Boolean, nullable=False, server_default=sa.false()))
    op.create_index(
        "ix_execution_positions_crossed",
        "execution_positions",
        ["connection_id", "crossed"],
        sqlite_where=sa.text("crossed = 1"),
        postgresql_where=sa.text("crossed"),
    )


def downgrade() -> None:
    op.drop_index("ix_execution_positions_crossed", "execution_positions")
    op.drop_column("execution_positions", "crossed")
