"""Channels are set up, and what was taught of them is kept.

Revision ID: 0003
Revises: 0002
"""

import json
from typing import Any

import sqlalchemy as sa
from alembic import op

from storage.columns import Json, Utc, Words

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

Key = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
BEFORE, AFTER = ("off", "ask", "auto"), ("off", "ask", "auto", "paper")


def upgrade() -> None:
    _sources(BEFORE, AFTER, [])
    for table, more in (
        ("channel_choices", [_mode(AFTER, "channel_choices")]),
        ("channel_policies", []),
    ):
        _make(table, more)
    op.create_index("ix_channel_choices_channel_source_id", "channel_choices", ["channel_source_id"])
    op.create_index("ix_signals_published_date", "signals", ["published_date"])
    op.add_column("channel_messages", sa.Column("owed", Json, nullable=True))
    op.add_column("channel_messages", sa.Column("version_at", Utc, nullable=True))
    op.create_index("ix_channel_messages_owed", "channel_messages", ["id"], **_where("owed IS NOT NULL"))
    _move("parsed_data", "owed")


def downgrade() -> None:
    _move("owed", "parsed_data")
    op.drop_index("ix_channel_messages_owed", "channel_messages")
    op.drop_column("channel_messages", "version_at")
    op.drop_column("channel_messages", "owed")
    op.drop_index("ix_signals_published_date", "signals")
    for table in ("channel_policies", "channel_choices"):
        op.drop_table(table)
    op.execute("UPDATE channel_sources SET mode = 'ask' WHERE mode = 'paper'")
    _sources(AFTER, BEFORE, _added())


def _make(name: str, more: list[Any]) -> None:
    user = sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=f"fk_{name}_user_id", ondelete="CASCADE")
    columns: dict[str, list[Any]] = {
        "channel_choices": [
            sa.Column("channel_source_id", Key, nullable=False),
            sa.Column("mode", sa.String(24), nullable=False),
            *_stamps(),
            sa.ForeignKeyConstraint(
                ["channel_source_id"], ["channel_sources.id"], name="fk_channel_choices_channel_source_id",
                ondelete="CASCADE",
            ),
            sa.PrimaryKeyConstraint("user_id", "channel_source_id", name="pk_channel_choices"),
        ],
        "channel_policies": [
            sa.Column("same_signal", sa.String(24), nullable=False),
            *_stamps(),
            sa.CheckConstraint("same_signal IN ('first', 'both')", name=op.f("ck_channel_policies_same_signal")),
            sa.PrimaryKeyConstraint("user_id", name="pk_channel_policies"),
        ],
    }  # fmt: skip
    op.create_table(name, sa.Column("user_id", Key, nullable=False), *columns[name], user, *more)


def _stamps() -> list[Any]:
    return [sa.Column("created_at", Utc, nullable=False), sa.Column("updated_at", Utc, nullable=False)]


def _added() -> list[Any]:
    return [
        sa.Column("auto_publish_confidence_threshold", sa.Integer, nullable=False, server_default="90"),
        sa.Column("rules", Json, nullable=True),
    ]


def _mode(modes: tuple[str, ...], table: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(f"mode IN ({', '.join(map(repr, modes))})", name=op.f(f"ck_{table}_mode"))


def _where(condition: str) -> dict[str, Any]:
    return {"sqlite_where": sa.text(condition), "postgresql_where": sa.text(condition)}


def _sources(old: tuple[str, ...], new: tuple[str, ...], extra: list[Any]) -> None:
    """Change which modes there are, with the columns that come (or, given as ``extra``, go) with it.

    SQLite can only replace a table: it is described in full, and its counter of ids is kept, so that the id of a
    deleted row is never given out again.
    """
    counter = _counter()
    with op.batch_alter_table(
        "channel_sources", copy_from=_described(old, extra), table_kwargs={"sqlite_autoincrement": True}
    ) as table:
        table.drop_constraint(op.f("ck_channel_sources_mode"), type_="check")
        table.create_check_constraint(op.f("ck_channel_sources_mode"), _mode(new, "channel_sources").sqltext)
        for column in _added():
            if extra:
                table.drop_column(column.name)
            else:
                table.add_column(column)
    if counter is not None:
        op.execute(
            sa.text("UPDATE sqlite_sequence SET seq = :seq WHERE name = 'channel_sources'").bindparams(seq=counter)
        )


def _counter() -> int | None:
    bind = op.get_bind()
    if bind.dialect.name != "sqlite":
        return None
    asked = sa.text("SELECT seq FROM sqlite_sequence WHERE name = 'channel_sources'")
    found = bind.execute(asked).scalar_one_or_none()
    return None if found is None else int(found)


def _described(modes: tuple[str, ...], extra: list[Any]) -> sa.Table:
    return sa.Table(
        "channel_sources",
        sa.MetaData(),
        sa.Column("id", Key, nullable=False),
        sa.Column("user_id", Key, nullable=False),
        sa.Column("chat_id", sa.BigInteger, nullable=False),
        sa.Column("name", Words, nullable=False),
        sa.Column("type", sa.String(24), nullable=False),
        sa.Column("status", sa.String(12), nullable=False),
        sa.Column("mode", sa.String(24), nullable=False),
        sa.Column("is_admin_owned", sa.Boolean, nullable=False),
        sa.Column("scope", sa.String(12), nullable=True),
        sa.Column("max_age_seconds", sa.Integer, nullable=False),
        *_stamps(),
        *extra,
        _mode(modes, "channel_sources"),
        sa.CheckConstraint("scope IN ('user', 'plan', 'global')", name=op.f("ck_channel_sources_scope")),
        sa.CheckConstraint(
            "status IN ('active', 'paused', 'error', 'pending')", name=op.f("ck_channel_sources_status")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_channel_sources_user_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_channel_sources"),
        sa.UniqueConstraint("user_id", "chat_id", name="uq_channel_sources_user_id_chat_id"),
        sa.Index("ix_channel_sources_chat_id", "chat_id"),
        sqlite_autoincrement=True,
    )


def _move(source: str, target: str) -> None:
    """Instructions in hand stand in a column of their own, where nothing that is read of a message can cover them."""
    bind, rows = op.get_bind(), sa.table("channel_messages", sa.column("id"), *map(sa.column, (source, target)))
    held_ones = sa.select(rows).where(rows.c[source].like('%"steps"%'))
    for row_id, raw, there in bind.execute(held_ones).all():
        held = json.loads(raw)
        moved = held.get("owed") if target == "owed" else {**json.loads(there or "{}"), "owed": held}
        if moved:
            bind.execute(sa.update(rows).where(rows.c.id == row_id).values({target: json.dumps(moved)}))
