"""A halt has its time, so that a button ends the one it was made for.

Revision ID: 0005
Revises: 0004
"""

import sqlalchemy as sa
from alembic import op

from storage.columns import Utc

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("users", sa.Column("halted_at", Utc, nullable=True))
    op.execute("UPDATE users SET halted_at = updated_at WHERE trading_state = 'halted'")


def downgrade() -> None:
    op.drop_column("users", "halted_at")
