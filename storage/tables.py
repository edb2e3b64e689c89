"""The tables. Money is ``Money``, computed figures ``Figure``, moments ``Utc``; the database checks every status.

A column named ``admin_id`` refers to ``users``: an admin is a user with that role. ``data_connection_id`` has no
foreign key, for the table it will refer to is not part of this schema.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from engine.types import (
    ClosedReason,
    Direction,
    ExecutionStatus,
    MessageStatus,
    OrderState,
    OrderType,
    PositionStatus,
    Protection,
    Role,
    SourceMode,
    TimeInForce,
    TradingState,
)
from storage.columns import Choice, Figure, Json, Money, Utc, Words

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# SQLite counts rows up by itself only in an INTEGER column.
Key = BigInteger().with_variant(Integer, "sqlite")


class NoticeState(StrEnum):
    """Whether a notice is still owed to its person."""

    OWED = "owed"
    SENT = "sent"
    DROPPED = "dropped"


def _id() -> Column[int]:
    return Column("id", Key, primary_key=True)


def _ref(name: str, target: str, *, gone: str = "CASCADE", null: bool = False, index: bool = True) -> Column[int]:
    """A foreign key; ``gone`` says what happens to this row when the other one is deleted.

    It has an index of its own unless a unique key of the table begins with it.
    """
    return Column(name, Key, ForeignKey(f"{target}.id", ondelete=gone), nullable=null, index=index)


def _money(name: str, *, null: bool = True) -> Column[Any]:
    return Column(name, Money, nullable=null)


def _figure(name: str, *, null: bool = True) -> Column[Any]:
    return Column(name, Figure, nullable=null)


def _at(name: str, *, null: bool = True) -> Column[Any]:
    return Column(name, Utc, nullable=null)


def _flag(name: str, *, default: bool = False) -> Column[bool]:
    return Column(name, Boolean, nullable=False, default=default)


def _count(name: str, default: int = 0) -> Column[int]:
    return Column(name, Integer, nullable=False, default=default)


def _choice(name: str, kind: type[StrEnum], *, null: bool = False) -> tuple[Column[Any], CheckConstraint]:
    return Column(name, Choice(kind), nullable=null), _one_of(name, *(member.value for member in kind))


def _one_of(name: str, *values: str) -> CheckConstraint:
    return CheckConstraint(f"{name} IN ({', '.join(repr(value) for value in values)})", name=name)


def _stamps() -> tuple[Column[Any], Column[Any]]:
    return _at("created_at", null=False), _at("updated_at", null=False)


def _table(name: str, *parts: Any) -> Table:
    """A table whose ids are never given out twice: a button may still carry the id of a deleted row."""
    return Table(name, metadata, *parts, sqlite_autoincrement=True)


# --- people ----------------------------------------------------------------------------------------

trading_presets = _table(
    "trading_presets",
    _id(),
    _ref("created_by_user_id", "users", null=True),
    Column("name", String(120), nullable=False),
    Column("description", Text, nullable=False, default=""),
    _flag("enabled", default=True),
    _flag("is_default_template"),
    Column("position_size_mode", String(24), nullable=False),
    _money("fixed_lot", null=False),
    _money("risk_per_trade_pct", null=False),
    _money("percentage", null=False),
    _money("amount", null=False),
    _money("max_risk_pct", null=False),
    _money("min_lot"),
    _money("max_lot"),
    _count("max_positions"),
    _count("max_positions_per_symbol"),
    _count("max_leverage"),
    _money("max_daily_loss_pct"),
    _money("default_sl_pips"),
    _flag("be_enabled"),
    Column("be_trigger_tp", Integer),
    _money("be_trigger_rr"),
    _money("be_offset_pips", null=False),
    _flag("ts_enabled"),
    _money("ts_trigger_rr"),
    _money("ts_distance"),
    _money("ts_percentage"),
    _count("entry_timeout_minutes"),
    *_stamps(),
)

users = _table(
    "users",
    _id(),
    Column("telegram_chat_id", BigInteger, unique=True),
    Column("username", Words),
    Column("language", String(12), nullable=False),
    Column("timezone", String(64), nullable=False, default="UTC"),
    *_choice("role", Role),
    _flag("is_active", default=True),
    *_choice("trading_state", TradingState),
    _flag("reachable", default=True),
    # The two tables refer to each other, so one of the keys is added when both exist.
    Column(
        "default_preset_id",
        Key,
        ForeignKey("trading_presets.id", ondelete="SET NULL", use_alter=True),
        index=True,
    ),
    _count("last_notice_number"),
    *_stamps(),
)

plans = _table(
    "plans",
    _id(),
    Column("name", String(120), nullable=False, unique=True),
    Column("slug", String(120), nullable=False, unique=True),
    _money("price", null=False),
    _count("duration"),
    Column("plan_type", String(12), nullable=False),
    _one_of("plan_type", "limited", "lifetime"),
    Column("price_type", String(12), nullable=False),
    _one_of("price_type", "free", "paid"),
    Column("feature", Json, nullable=False),
    _flag("whatsapp"),
    _flag("telegram", default=True),
    _flag("email"),
    _flag("sms"),
    _flag("dashboard", default=True),
    _flag("status", default=True),
    *_stamps(),
)

plan_subscriptions = _table(
    "plan_subscriptions",
    _id(),
    _ref("user_id", "users"),
    _ref("plan_id", "plans"),
    _flag("is_current"),
    _at("plan_expired_at", null=False),
    *_stamps(),
    Index(
        "uq_plan_subscriptions_current",
        "user_id",
        unique=True,
        sqlite_where=text("is_current"),
        postgresql_where=text("is_current"),
    ),
)

# --- channels and signals --------------------------------------------------------------------------

channel_sources = _table(
    "channel_sources",
    _id(),
    _ref("user_id", "users", index=False),
    Column("chat_id", BigInteger, nullable=False, index=True),
    Column("name", Words, nullable=False),
    Column("type", String(24), nullable=False, default="telegram"),
    Column("status", String(12), nullable=False, default="active"),
    _one_of("status", "active", "paused", "error", "pending"),
    *_choice("mode", SourceMode),
    _flag("is_admin_owned"),
    Column("scope", String(12)),
    _one_of("scope", "user", "plan", "global"),
    _count("max_age_seconds", 120),
    *_stamps(),
    UniqueConstraint("user_id", "chat_id"),
)

signals = _table(
    "signals",
    _id(),
    _ref("channel_source_id", "channel_sources", gone="SET NULL", null=True),
    Column("chat_id", BigInteger),
    Column("message_id", BigInteger),
    Column("title", Words, nullable=False),
    Column("currency_pair", Words, nullable=False),
    Column("time_frame", Words),
    Column("market", String(24)),
    _money("open_price"),
    _money("sl"),
    _money("tp"),
    _money("structure_sl_price"),
    *_choice("direction", Direction),
    Column("image", Text),
    Column("description", Words, nullable=False),
    _flag("is_published", default=True),
    _at("published_date"),
    _flag("status", default=True),
    _flag("auto_created", default=True),
    Column("message_hash", String(64), nullable=False),
    _at("last_modified_at"),
    _count("modification_count"),
    Column("reading", Json, nullable=False),
    *_stamps(),
    Index("ix_signals_message", "channel_source_id", "message_id"),
    Index("ix_signals_message_hash", "message_hash", "published_date"),
)

# Which targets were reached is the position's to know (position_take_profits): a signal has many followers.
signal_take_profits = Table(
    "signal_take_profits",
    metadata,
    Column("signal_id", Key, ForeignKey("signals.id", ondelete="CASCADE"), primary_key=True),
    Column("tp_level", Integer, primary_key=True, autoincrement=False),
    _money("tp_price"),
    _money("tp_percentage"),
    _money("lot_percentage"),
)

plan_signals = Table(
    "plan_signals",
    metadata,
    Column("signal_id", Key, ForeignKey("signals.id", ondelete="CASCADE"), primary_key=True),
    Column("plan_id", Key, ForeignKey("plans.id", ondelete="CASCADE"), primary_key=True, index=True),
)

channel_messages = _table(
    "channel_messages",
    _id(),
    _ref("channel_source_id", "channel_sources", index=False),
    Column("message_id", BigInteger, nullable=False),
    Column("raw_message", Words, nullable=False),
    Column("message_hash", String(64), nullable=False),
    Column("reply_to_message_id", BigInteger),
    Column("parsed_data", Json),
    _ref("signal_id", "signals", gone="SET NULL", null=True),
    *_choice("status", MessageStatus),
    Column("confidence_score", Integer),
    Column("error_message", Words),
    _count("processing_attempts"),
    _count("version", 1),
    _at("posted_at", null=False),
    *_stamps(),
    UniqueConstraint("channel_source_id", "message_id"),
    Index("ix_channel_messages_hash", "channel_source_id", "message_hash"),
    Index("ix_channel_messages_created_at", "created_at"),
)

# The texts an edited message had before; the newest one is in channel_messages itself.
channel_message_versions = Table(
    "channel_message_versions",
    metadata,
    Column("message_row_id", Key, ForeignKey("channel_messages.id", ondelete="CASCADE"), primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("raw_message", Words, nullable=False),
    Column("message_hash", String(64), nullable=False),
    _at("replaced_at", null=False),
)

# --- connections and executions --------------------------------------------------------------------

execution_connections = _table(
    "execution_connections",
    _id(),
    _ref("user_id", "users", null=True),
    _ref("admin_id", "users", null=True),
    Column("name", Words, nullable=False),
    Column("type", String(12), nullable=False, default="crypto"),
    _one_of("type", "crypto", "fx"),
    Column("exchange_name", String(64), nullable=False),
    Column("credentials", Text),
    Column("status", String(12), nullable=False, default="inactive", index=True),
    _one_of("status", "active", "inactive", "error", "testing"),
    _flag("is_active"),
    _flag("is_admin_owned"),
    _flag("is_paper"),
    Column("last_error", Words),
    _at("last_tested_at"),
    _at("last_used_at"),
    Column("settings", Json, nullable=False),
    _ref("preset_id", "trading_presets", gone="SET NULL", null=True),
    Column("data_connection_id", BigInteger, index=True),
    Column("connection_type", String(24)),
    _one_of("connection_type", "CRYPTO_EXCHANGE", "FX_BROKER"),
    Column("provider", String(64)),
    _flag("data_fetching_enabled"),
    _flag("trade_execution_enabled"),
    Column("data_settings", Json),
    Column("execution_settings", Json),
    _at("last_data_fetch_at"),
    _at("last_trade_execution_at"),
    _flag("copy_trading_enabled"),
    *_stamps(),
    CheckConstraint("(user_id IS NULL) <> (admin_id IS NULL)", name="one_owner"),
)

execution_logs = _table(
    "execution_logs",
    _id(),
    _ref("signal_id", "signals", gone="SET NULL", null=True, index=False),
    _ref("connection_id", "execution_connections"),
    Column("execution_type", String(12), nullable=False, default=OrderType.MARKET.value),
    _one_of("execution_type", *(kind.value for kind in OrderType)),
    Column("order_id", String(64)),
    Column("symbol", Words, nullable=False),
    *_choice("direction", Direction),
    _money("quantity"),
    _money("entry_price"),
    _money("sl_price"),
    _money("tp_price"),
    *_choice("status", ExecutionStatus),
    _at("executed_at"),
    Column("error_message", Words),
    Column("response_data", Json),
    Column("reason_code", String(64)),
    Column("details", Json),
    Column("plan", Json),
    *_stamps(),
    UniqueConstraint("signal_id", "connection_id"),
    Index("ix_execution_logs_status", "status"),
)

execution_positions = _table(
    "execution_positions",
    _id(),
    _ref("signal_id", "signals", gone="SET NULL", null=True),
    _ref("connection_id", "execution_connections"),
    _ref("execution_log_id", "execution_logs"),
    _ref("user_id", "users"),
    Column("order_id", String(64)),
    Column("symbol", Words, nullable=False),
    *_choice("direction", Direction),
    _money("quantity", null=False),
    _money("original_quantity", null=False),
    _money("entry_price", null=False),
    _money("current_price"),
    _money("sl_price"),
    *_choice("stop_reason", ClosedReason),
    _money("tp_price"),
    _figure("initial_risk"),
    *_choice("status", PositionStatus),
    _figure("pnl", null=False),
    _figure("realised_pnl", null=False),
    _figure("pnl_percentage", null=False),
    _figure("fees", null=False),
    _figure("rate", null=False),
    *_choice("protection", Protection),
    _at("opened_at", null=False),
    _at("closed_at"),
    *_choice("closed_reason", ClosedReason, null=True),
    _at("last_price_update_at"),
    _figure("predicted_slippage"),
    _figure("performance_score_at_entry"),
    _money("srm_adjusted_lot"),
    _figure("srm_sl_buffer"),
    Column("srm_adjustment_reason", Text),
    _flag("trailing_stop_enabled"),
    _money("trailing_stop_distance"),
    _figure("trailing_stop_percentage"),
    _money("trailing_trigger_price"),
    _money("highest_price"),
    _money("lowest_price"),
    _flag("breakeven_enabled"),
    _money("breakeven_trigger_price"),
    Column("breakeven_trigger_tp", Integer),
    _figure("breakeven_offset", null=False),
    _flag("sl_moved_to_breakeven"),
    *(_money(f"tp{n}_price") for n in (1, 2, 3)),
    *(_figure(f"tp{n}_close_pct") for n in (1, 2, 3)),
    *(_at(f"tp{n}_closed_at") for n in (1, 2, 3)),
    *(_money(f"tp{n}_closed_qty") for n in (1, 2, 3)),
    _flag("detached"),
    _count("version", 1),
    _count("seq"),
    *_stamps(),
    Index(
        "uq_execution_positions_open",
        "execution_log_id",
        unique=True,
        sqlite_where=text("status = 'open'"),
        postgresql_where=text("status = 'open'"),
    ),
    Index("ix_execution_positions_connection_status", "connection_id", "status"),
    Index("ix_execution_positions_status", "status"),
    Index("ix_execution_positions_closed_at", "closed_at"),
)

# The ladder. tp1..tp3 of execution_positions repeat its first three rungs for readers of that table alone.
position_take_profits = Table(
    "position_take_profits",
    metadata,
    Column("position_id", Key, ForeignKey("execution_positions.id", ondelete="CASCADE"), primary_key=True),
    Column("level", Integer, primary_key=True, autoincrement=False),
    _money("price", null=False),
    _figure("share", null=False),
    _money("closed_qty", null=False),
    _at("closed_at"),
)

orders = _table(
    "orders",
    _id(),
    _ref("execution_id", "execution_logs", index=False),
    _ref("connection_id", "execution_connections", index=False),
    _ref("position_id", "execution_positions", gone="SET NULL", null=True, index=False),
    Column("leg", String(12), nullable=False),
    Column("attempt", Integer, nullable=False),
    *_choice("state", OrderState),
    Column("purpose", String(24), nullable=False, default=""),
    Column("client_order_id", String(64), nullable=False),
    Column("symbol", Words, nullable=False),
    *_choice("direction", Direction),
    *_choice("order_type", OrderType),
    _money("quantity", null=False),
    _money("price"),
    _money("trigger"),
    *_choice("time_in_force", TimeInForce),
    _flag("reduce_only"),
    Column("leverage", Integer),
    Column("venue_order_id", String(120)),
    _money("filled", null=False),
    _at("request_ts"),
    _at("dead_at"),
    _count("probes"),
    _count("resends"),
    _count("version", 1),
    Column("reason", Words, nullable=False, default=""),
    *_stamps(),
    UniqueConstraint("execution_id", "leg", "attempt"),
    UniqueConstraint("connection_id", "client_order_id"),
    Index("ix_orders_state", "state"),
    Index(
        "ix_orders_position_id",
        "position_id",
        sqlite_where=text("position_id IS NOT NULL"),
        postgresql_where=text("position_id IS NOT NULL"),
    ),
)

fills = _table(
    "fills",
    _id(),
    _ref("connection_id", "execution_connections", index=False),
    _ref("order_id", "orders"),
    Column("trade_id", String(120), nullable=False),
    _money("quantity", null=False),
    _money("price", null=False),
    _figure("fee", null=False),
    Column("fee_currency", String(24), nullable=False),
    _at("at", null=False),
    UniqueConstraint("connection_id", "trade_id"),
)

execution_analytics = _table(
    "execution_analytics",
    _id(),
    _ref("connection_id", "execution_connections", index=False),
    _ref("user_id", "users", null=True),
    _ref("admin_id", "users", null=True),
    Column("date", Date, nullable=False, index=True),
    _count("total_trades"),
    _count("winning_trades"),
    _count("losing_trades"),
    _figure("total_pnl", null=False),
    _figure("win_rate", null=False),
    _figure("profit_factor", null=False),
    _figure("max_drawdown", null=False),
    _figure("balance", null=False),
    _figure("equity", null=False),
    Column("additional_metrics", Json, nullable=False),
    *_stamps(),
    UniqueConstraint("connection_id", "date"),
)

# --- the chat --------------------------------------------------------------------------------------

execution_notifications = _table(
    "execution_notifications",
    _id(),
    _ref("user_id", "users", index=False),
    _ref("admin_id", "users", null=True),
    _ref("connection_id", "execution_connections", gone="SET NULL", null=True),
    _ref("signal_id", "signals", gone="SET NULL", null=True),
    _ref("position_id", "execution_positions", gone="SET NULL", null=True),
    Column("key", String(200), nullable=False, unique=True),
    Column("number", Integer, nullable=False),
    Column("type", String(32), nullable=False),
    _flag("urgent"),
    Column("payload", Json, nullable=False),
    Column("title", Words),
    Column("message", Words),
    _flag("is_read"),
    Column("metadata", Json),
    *_choice("state", NoticeState),
    _count("attempts"),
    _at("next_attempt_at"),
    Column("error", Words),
    _at("sent_at"),
    Column("telegram_message_id", BigInteger),
    *_stamps(),
    UniqueConstraint("user_id", "number"),
    Index(
        "ix_execution_notifications_owed",
        "user_id",
        "id",
        sqlite_where=text("state = 'owed'"),
        postgresql_where=text("state = 'owed'"),
    ),
)

inbox = _table(
    "inbox",
    _id(),
    Column("bot_id", BigInteger, nullable=False),
    Column("update_id", BigInteger, nullable=False),
    Column("lane", BigInteger, nullable=False),
    Column("raw", Json, nullable=False),
    _at("received_at", null=False),
    _count("attempts"),
    Column("error", Words),
    _at("failed_at"),
    _at("done_at"),
    UniqueConstraint("bot_id", "update_id"),
    Index(
        "ix_inbox_waiting",
        "bot_id",
        "id",
        sqlite_where=text("done_at IS NULL"),
        postgresql_where=text("done_at IS NULL"),
    ),
    Index("ix_inbox_done_at", "done_at"),
)

buttons = Table(
    "buttons",
    metadata,
    Column("token", String(32), primary_key=True),
    _ref("user_id", "users"),
    Column("action", String(64), nullable=False),
    Column("args", Json, nullable=False),
    Column("once", Boolean, nullable=False),
    Column("expires_at", Utc, index=True),
    Column("used_by", String(64)),
    Column("used_at", Utc, index=True),
    _at("created_at", null=False),
)

# Append-only: the database itself refuses to change or delete a line. No foreign key, so nothing can cascade here.
audit_log = _table(
    "audit_log",
    _id(),
    _at("at", null=False),
    Column("actor_id", BigInteger, index=True),
    Column("action", String(64), nullable=False),
    Column("subject", Words, nullable=False),
    Column("details", Text, nullable=False),
    Column("previous_hash", String(64), nullable=False, unique=True),
    Column("hash", String(64), nullable=False, unique=True),
)

# --- the paper venue's own books -------------------------------------------------------------------

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
    _figure("balance", null=False),
    Column("holdings", Json, nullable=False),
    Column("leverage", Json, nullable=False),
    _count("version"),
)

paper_orders = Table(
    "paper_orders",
    metadata,
    Column("connection_id", Key, ForeignKey("execution_connections.id", ondelete="CASCADE"), primary_key=True),
    Column("client_order_id", String(64), primary_key=True),
    Column("venue_order_id", String(120), nullable=False),
    Column("symbol", Words, nullable=False),
    *_choice("state", OrderState),
    Column("request", Json, nullable=False),
    _money("filled", null=False),
    Column("fills", Json, nullable=False),
    _at("created_at", null=False),
    _flag("triggered"),
    Column("reason", Words, nullable=False, default=""),
    Index("ix_paper_orders_open", "connection_id", "state"),
)
