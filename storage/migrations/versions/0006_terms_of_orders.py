"""An order keeps the margin mode it needs, and whether it may only rest.

Revision ID: 0006
Revises: 0005
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("orders", sa.Column("margin_mode", sa.String(24), nullable=True))
    op.add_column("orders", sa.Column("post_only", sa.Boolean, nullable=False, server_default=sa.false()))


def downgrade() -> None:
    op.drop_column("orders", "post_only")
    op.drop_column("orders", "margin_mode")
