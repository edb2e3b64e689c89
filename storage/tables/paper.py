"""The paper venue's own books, apart from our rows about the same trades."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, String, Table

from engine.types import OrderState
from storage.columns import Json, Words
from storage.tables.parts import Key, choice, count, figure, flag, metadata, moment, money

paper_accounts = Table(
    "paper_accounts",
    metadata,
    Column(
        "connection_id",
        Key,
        ForeignKey("execution_connections.id", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    ),
    Column("currency", String(24), nullable=False),
    figure("balance", null=False),
    Column("holdings", Json, nullable=False),
    Column("leverage", Json, nullable=False),
    count("version"),
)

paper_orders = Table(
    "paper_orders",
    metadata,
    Column("connection_id", Key, ForeignKey("execution_connections.id", ondelete="CASCADE"), primary_key=True),
    Column("client_order_id", String(64), primary_key=True),
    Column("venue_order_id", String(120), nullable=False),
    Column("symbol", Words, nullable=False),
    *choice("state", OrderState),
    Column("request", Json, nullable=False),
    money("filled", null=False),
    Column("fills", Json, nullable=False),
    moment("created_at", null=False),
    flag("triggered"),
    Column("reason", Words, nullable=False, default=""),
    Index("ix_paper_orders_open", "connection_id", "state"),
)
