"""The first tables, the free plan, and the preset templates.

Revision ID: 0001
Revises:
"""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from alembic import op

from storage.columns import Figure, Json, Money, Utc, Words

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

Key = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
BORN = datetime(2026, 1, 1, tzinfo=UTC)


def upgrade() -> None:
    op.create_table(
        "audit_log",
        sa.Column("id", Key, nullable=False),
        sa.Column("at", Utc, nullable=False),
        sa.Column("actor_id", sa.BigInteger, nullable=True),
        sa.Column("action", sa.String(64), nullable=False),
        sa.Column("subject", Words, nullable=False),
        sa.Column("details", sa.Text, nullable=False),
        sa.Column("previous_hash", sa.String(64), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_audit_log"),
        sa.UniqueConstraint("hash", name="uq_audit_log_hash"),
        sa.UniqueConstraint("previous_hash", name="uq_audit_log_previous_hash"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_audit_log_actor_id", "audit_log", ["actor_id"])
    op.create_table(
        "inbox",
        sa.Column("id", Key, nullable=False),
        sa.Column("bot_id", sa.BigInteger, nullable=False),
        sa.Column("update_id", sa.BigInteger, nullable=False),
        sa.Column("lane", sa.BigInteger, nullable=False),
        sa.Column("raw", Json, nullable=False),
        sa.Column("received_at", Utc, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("error", Words, nullable=True),
        sa.Column("failed_at", Utc, nullable=True),
        sa.Column("done_at", Utc, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_inbox"),
        sa.UniqueConstraint("bot_id", "update_id", name="uq_inbox_bot_id_update_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_inbox_done_at", "inbox", ["done_at"])
    op.create_index(
        "ix_inbox_waiting",
        "inbox",
        ["bot_id", "id"],
        sqlite_where=sa.text("done_at IS NULL"),
        postgresql_where=sa.text("done_at IS NULL"),
    )
    op.create_table(
        "plans",
        sa.Column("id", Key, nullable=False),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("slug", sa.String(120), nullable=False),
        sa.Column("price", Money, nullable=False),
        sa.Column("duration", sa.Integer, nullable=False),
        sa.Column("plan_type", sa.String(12), nullable=False),
        sa.Column("price_type", sa.String(12), nullable=False),
        sa.Column("feature", Json, nullable=False),
        sa.Column("whatsapp", sa.Boolean, nullable=False),
        sa.Column("telegram", sa.Boolean, nullable=False),
        sa.Column("email", sa.Boolean, nullable=False),
        sa.Column("sms", sa.Boolean, nullable=False),
        sa.Column("dashboard", sa.Boolean, nullable=False),
        sa.Column("status", sa.Boolean, nullable=False),
        sa.Column("created_at", Utc, nullable=False),
        sa.Column("updated_at", Utc, nullable=False),
        sa.CheckConstraint("plan_type IN ('limited', 'lifetime')", name=op.f("ck_plans_plan_type")),
        sa.CheckConstraint("price_type IN ('free', 'paid')", name=op.f("ck_plans_price_type")),
        sa.PrimaryKeyConstraint("id", name="pk_plans"),
        sa.UniqueConstraint("name", name="uq_plans_name"),
        sa.UniqueConstraint("slug", name="uq_plans_slug"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "users",
        sa.Column("id", Key, nullable=False),
        sa.Column("telegram_chat_id", sa.BigInteger, nullable=True),
        sa.Column("username", Words, nullable=True),
        sa.Column("language", sa.String(12), nullable=False),
        sa.Column("timezone", sa.String(64), nullable=False),
        sa.Column("role", sa.String(24), nullable=False),
        sa.Column("is_active", sa.Boolean, nullable=False),
        sa.Column("trading_state", sa.String(24), nullable=False),
        sa.Column("reachable", sa.Boolean, nullable=False),
        sa.Column("default_preset_id", Key, nullable=True),
        sa.Column("last_notice_number", sa.Integer, nullable=False),
        sa.Column("created_at", Utc, nullable=False),
        sa.Column("updated_at", Utc, nullable=False),
        sa.CheckConstraint("role IN ('user', 'admin', 'super')", name=op.f("ck_users_role")),
        sa.CheckConstraint("trading_state IN ('active', 'reduce_only', 'halted')", name=op.f("ck_users_trading_state")),
        sa.ForeignKeyConstraint(
            ["default_preset_id"],
            ["trading_presets.id"],
            name="fk_users_default_preset_id",
            ondelete="SET NULL",
            use_alter=True,
        ),
        sa.PrimaryKeyConstraint("id", name="pk_users"),
        sa.UniqueConstraint("telegram_chat_id", name="uq_users_telegram_chat_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_users_default_preset_id", "users", ["default_preset_id"])
    op.create_table(
        "buttons",
        sa.Column("token", sa.String(32), nullable=False),
        sa.Column("user_id", Key, nullable=False),
        sa.Column("action", sa.String(64), nullable=False),
        sa.Column("args", Json, nullable=False),
        sa.Column("once", sa.Boolean, nullable=False),
        sa.Column("expires_at", Utc, nullable=True),
        sa.Column("used_by", sa.String(64), nullable=True),
        sa.Column("used_at", Utc, nullable=True),
        sa.Column("created_at", Utc, nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_buttons_user_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("token", name="pk_buttons"),
    )
    op.create_index("ix_buttons_expires_at", "buttons", ["expires_at"])
    op.create_index("ix_buttons_used_at", "buttons", ["used_at"])
    op.create_index("ix_buttons_user_id", "buttons", ["user_id"])
    op.create_table(
        "channel_sources",
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
        sa.Column("created_at", Utc, nullable=False),
        sa.Column("updated_at", Utc, nullable=False),
        sa.CheckConstraint("mode IN ('off', 'ask', 'auto')", name=op.f("ck_channel_sources_mode")),
        sa.CheckConstraint("scope IN ('user', 'plan', 'global')", name=op.f("ck_channel_sources_scope")),
        sa.CheckConstraint(
            "status IN ('active', 'paused', 'error', 'pending')", name=op.f("ck_channel_sources_status")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_channel_sources_user_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_channel_sources"),
        sa.UniqueConstraint("user_id", "chat_id", name="uq_channel_sources_user_id_chat_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_channel_sources_chat_id", "channel_sources", ["chat_id"])
    op.create_table(
        "plan_subscriptions",
        sa.Column("id", Key, nullable=False),
        sa.Column("user_id", Key, nullable=False),
        sa.Column("plan_id", Key, nullable=False),
        sa.Column("is_current", sa.Boolean, nullable=False),
        sa.Column("plan_expired_at", Utc, nullable=False),
        sa.Column("created_at", Utc, nullable=False),
        sa.Column("updated_at", Utc, nullable=False),
        sa.ForeignKeyConstraint(["plan_id"], ["plans.id"], name="fk_plan_subscriptions_plan_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_plan_subscriptions_user_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_plan_subscriptions"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_plan_subscriptions_plan_id", "plan_subscriptions", ["plan_id"])
    op.create_index("ix_plan_subscriptions_user_id", "plan_subscriptions", ["user_id"])
    op.create_index(
        "uq_plan_subscriptions_current",
        "plan_subscriptions",
        ["user_id"],
        unique=True,
        sqlite_where=sa.text("is_current"),
        postgresql_where=sa.text("is_current"),
    )
    op.create_table(
        "trading_presets",
        sa.Column("id", Key, nullable=False),
        sa.Column("created_by_user_id", Key, nullable=True),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("description", sa.Text, nullable=False),
        sa.Column("enabled", sa.Boolean, nullable=False),
        sa.Column("is_default_template", sa.Boolean, nullable=False),
        sa.Column("position_size_mode", sa.String(24), nullable=False),
        sa.Column("fixed_lot", Money, nullable=False),
        sa.Column("risk_per_trade_pct", Money, nullable=False),
        sa.Column("percentage", Money, nullable=False),
        sa.Column("amount", Money, nullable=False),
        sa.Column("max_risk_pct", Money, nullable=False),
        sa.Column("min_lot", Money, nullable=True),
        sa.Column("max_lot", Money, nullable=True),
        sa.Column("max_positions", sa.Integer, nullable=False),
        sa.Column("max_positions_per_symbol", sa.Integer, nullable=False),
        sa.Column("max_leverage", sa.Integer, nullable=False),
        sa.Column("max_daily_loss_pct", Money, nullable=True),
        sa.Column("default_sl_pips", Money, nullable=True),
        sa.Column("be_enabled", sa.Boolean, nullable=False),
        sa.Column("be_trigger_tp", sa.Integer, nullable=True),
        sa.Column("be_trigger_rr", Money, nullable=True),
        sa.Column("be_offset_pips", Money, nullable=False),
        sa.Column("ts_enabled", sa.Boolean, nullable=False),
        sa.Column("ts_trigger_rr", Money, nullable=True),
        sa.Column("ts_distance", Money, nullable=True),
        sa.Column("ts_percentage", Money, nullable=True),
        sa.Column("entry_timeout_minutes", sa.Integer, nullable=False),
        sa.Column("created_at", Utc, nullable=False),
        sa.Column("updated_at", Utc, nullable=False),
        sa.ForeignKeyConstraint(
            ["created_by_user_id"], ["users.id"], name="fk_trading_presets_created_by_user_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_trading_presets"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_trading_presets_created_by_user_id", "trading_presets", ["created_by_user_id"])
    op.create_table(
        "execution_connections",
        sa.Column("id", Key, nullable=False),
        sa.Column("user_id", Key, nullable=True),
        sa.Column("admin_id", Key, nullable=True),
        sa.Column("name", Words, nullable=False),
        sa.Column("type", sa.String(12), nullable=False),
        sa.Column("exchange_name", sa.String(64), nullable=False),
        sa.Column("credentials", sa.Text, nullable=True),
        sa.Column("status", sa.String(12), nullable=False),
        sa.Column("is_active", sa.Boolean, nullable=False),
        sa.Column("is_admin_owned", sa.Boolean, nullable=False),
        sa.Column("is_paper", sa.Boolean, nullable=False),
        sa.Column("last_error", Words, nullable=True),
        sa.Column("last_tested_at", Utc, nullable=True),
        sa.Column("last_used_at", Utc, nullable=True),
        sa.Column("settings", Json, nullable=False),
        sa.Column("preset_id", Key, nullable=True),
        sa.Column("data_connection_id", sa.BigInteger, nullable=True),
        sa.Column("connection_type", sa.String(24), nullable=True),
        sa.Column("provider", sa.String(64), nullable=True),
        sa.Column("data_fetching_enabled", sa.Boolean, nullable=False),
        sa.Column("trade_execution_enabled", sa.Boolean, nullable=False),
        sa.Column("data_settings", Json, nullable=True),
        sa.Column("execution_settings", Json, nullable=True),
        sa.Column("last_data_fetch_at", Utc, nullable=True),
        sa.Column("last_trade_execution_at", Utc, nullable=True),
        sa.Column("copy_trading_enabled", sa.Boolean, nullable=False),
        sa.Column("created_at", Utc, nullable=False),
        sa.Column("updated_at", Utc, nullable=False),
        sa.CheckConstraint(
            "connection_type IN ('CRYPTO_EXCHANGE', 'FX_BROKER')", name=op.f("ck_execution_connections_connection_type")
        ),
        sa.CheckConstraint(
            "status IN ('active', 'inactive', 'error', 'testing')", name=op.f("ck_execution_connections_status")
        ),
        sa.CheckConstraint("type IN ('crypto', 'fx')", name=op.f("ck_execution_connections_type")),
        sa.CheckConstraint("(user_id IS NULL) <> (admin_id IS NULL)", name=op.f("ck_execution_connections_one_owner")),
        sa.ForeignKeyConstraint(
            ["admin_id"], ["users.id"], name="fk_execution_connections_admin_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["preset_id"], ["trading_presets.id"], name="fk_execution_connections_preset_id", ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_execution_connections_user_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_execution_connections"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_execution_connections_admin_id", "execution_connections", ["admin_id"])
    op.create_index("ix_execution_connections_data_connection_id", "execution_connections", ["data_connection_id"])
    op.create_index("ix_execution_connections_preset_id", "execution_connections", ["preset_id"])
    op.create_index("ix_execution_connections_status", "execution_connections", ["status"])
    op.create_index("ix_execution_connections_user_id", "execution_connections", ["user_id"])
    op.create_table(
        "signals",
        sa.Column("id", Key, nullable=False),
        sa.Column("channel_source_id", Key, nullable=True),
        sa.Column("chat_id", sa.BigInteger, nullable=True),
        sa.Column("message_id", sa.BigInteger, nullable=True),
        sa.Column("title", Words, nullable=False),
        sa.Column("currency_pair", Words, nullable=False),
        sa.Column("time_frame", Words, nullable=True),
        sa.Column("market", sa.String(24), nullable=True),
        sa.Column("open_price", Money, nullable=True),
        sa.Column("sl", Money, nullable=True),
        sa.Column("tp", Money, nullable=True),
        sa.Column("structure_sl_price", Money, nullable=True),
        sa.Column("direction", sa.String(24), nullable=False),
        sa.Column("image", sa.Text, nullable=True),
        sa.Column("description", Words, nullable=False),
        sa.Column("is_published", sa.Boolean, nullable=False),
        sa.Column("published_date", Utc, nullable=True),
        sa.Column("status", sa.Boolean, nullable=False),
        sa.Column("auto_created", sa.Boolean, nullable=False),
        sa.Column("message_hash", sa.String(64), nullable=False),
        sa.Column("last_modified_at", Utc, nullable=True),
        sa.Column("modification_count", sa.Integer, nullable=False),
        sa.Column("reading", Json, nullable=False),
        sa.Column("created_at", Utc, nullable=False),
        sa.Column("updated_at", Utc, nullable=False),
        sa.CheckConstraint("direction IN ('buy', 'sell')", name=op.f("ck_signals_direction")),
        sa.ForeignKeyConstraint(
            ["channel_source_id"], ["channel_sources.id"], name="fk_signals_channel_source_id", ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_signals"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_signals_channel_source_id", "signals", ["channel_source_id"])
    op.create_index("ix_signals_message", "signals", ["channel_source_id", "message_id"])
    op.create_index("ix_signals_message_hash", "signals", ["message_hash", "published_date"])
    op.create_table(
        "channel_messages",
        sa.Column("id", Key, nullable=False),
        sa.Column("channel_source_id", Key, nullable=False),
        sa.Column("message_id", sa.BigInteger, nullable=False),
        sa.Column("raw_message", Words, nullable=False),
        sa.Column("message_hash", sa.String(64), nullable=False),
        sa.Column("reply_to_message_id", sa.BigInteger, nullable=True),
        sa.Column("parsed_data", Json, nullable=True),
        sa.Column("signal_id", Key, nullable=True),
        sa.Column("status", sa.String(24), nullable=False),
        sa.Column("confidence_score", sa.Integer, nullable=True),
        sa.Column("error_message", Words, nullable=True),
        sa.Column("processing_attempts", sa.Integer, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("posted_at", Utc, nullable=False),
        sa.Column("created_at", Utc, nullable=False),
        sa.Column("updated_at", Utc, nullable=False),
        sa.CheckConstraint(
            "status IN ('pending', 'processed', 'failed', 'duplicate', 'manual_review', 'ignored')",
            name=op.f("ck_channel_messages_status"),
        ),
        sa.ForeignKeyConstraint(
            ["channel_source_id"],
            ["channel_sources.id"],
            name="fk_channel_messages_channel_source_id",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["signal_id"], ["signals.id"], name="fk_channel_messages_signal_id", ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_channel_messages"),
        sa.UniqueConstraint("channel_source_id", "message_id", name="uq_channel_messages_channel_source_id_message_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_channel_messages_created_at", "channel_messages", ["created_at"])
    op.create_index("ix_channel_messages_hash", "channel_messages", ["channel_source_id", "message_hash"])
    op.create_index("ix_channel_messages_signal_id", "channel_messages", ["signal_id"])
    op.create_table(
        "execution_analytics",
        sa.Column("id", Key, nullable=False),
        sa.Column("connection_id", Key, nullable=False),
        sa.Column("user_id", Key, nullable=True),
        sa.Column("admin_id", Key, nullable=True),
        sa.Column("date", sa.Date, nullable=False),
        sa.Column("total_trades", sa.Integer, nullable=False),
        sa.Column("winning_trades", sa.Integer, nullable=False),
        sa.Column("losing_trades", sa.Integer, nullable=False),
        sa.Column("total_pnl", Figure, nullable=False),
        sa.Column("win_rate", Figure, nullable=False),
        sa.Column("profit_factor", Figure, nullable=False),
        sa.Column("max_drawdown", Figure, nullable=False),
        sa.Column("balance", Figure, nullable=False),
        sa.Column("equity", Figure, nullable=False),
        sa.Column("additional_metrics", Json, nullable=False),
        sa.Column("created_at", Utc, nullable=False),
        sa.Column("updated_at", Utc, nullable=False),
        sa.ForeignKeyConstraint(["admin_id"], ["users.id"], name="fk_execution_analytics_admin_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["connection_id"],
            ["execution_connections.id"],
            name="fk_execution_analytics_connection_id",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_execution_analytics_user_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_execution_analytics"),
        sa.UniqueConstraint("connection_id", "date", name="uq_execution_analytics_connection_id_date"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_execution_analytics_admin_id", "execution_analytics", ["admin_id"])
    op.create_index("ix_execution_analytics_date", "execution_analytics", ["date"])
    op.create_index("ix_execution_analytics_user_id", "execution_analytics", ["user_id"])
    op.create_table(
        "execution_logs",
        sa.Column("id", Key, nullable=False),
        sa.Column("signal_id", Key, nullable=True),
        sa.Column("connection_id", Key, nullable=False),
        sa.Column("execution_type", sa.String(12), nullable=False),
        sa.Column("order_id", sa.String(64), nullable=True),
        sa.Column("symbol", Words, nullable=False),
        sa.Column("direction", sa.String(24), nullable=False),
        sa.Column("quantity", Money, nullable=True),
        sa.Column("entry_price", Money, nullable=True),
        sa.Column("sl_price", Money, nullable=True),
        sa.Column("tp_price", Money, nullable=True),
        sa.Column("status", sa.String(24), nullable=False),
        sa.Column("executed_at", Utc, nullable=True),
        sa.Column("error_message", Words, nullable=True),
        sa.Column("response_data", Json, nullable=True),
        sa.Column("reason_code", sa.String(64), nullable=True),
        sa.Column("details", Json, nullable=True),
        sa.Column("plan", Json, nullable=True),
        sa.Column("created_at", Utc, nullable=False),
        sa.Column("updated_at", Utc, nullable=False),
        sa.CheckConstraint("direction IN ('buy', 'sell')", name=op.f("ck_execution_logs_direction")),
        sa.CheckConstraint(
            "execution_type IN ('market', 'limit', 'stop', 'stop_limit')", name=op.f("ck_execution_logs_execution_type")
        ),
        sa.CheckConstraint(
            "status IN ('pending', 'partial', 'filled', 'cancelled', 'rejected', 'failed', 'expired', 'skipped')",
            name=op.f("ck_execution_logs_status"),
        ),
        sa.ForeignKeyConstraint(
            ["connection_id"], ["execution_connections.id"], name="fk_execution_logs_connection_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["signal_id"], ["signals.id"], name="fk_execution_logs_signal_id", ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name="pk_execution_logs"),
        sa.UniqueConstraint("signal_id", "connection_id", name="uq_execution_logs_signal_id_connection_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_execution_logs_connection_id", "execution_logs", ["connection_id"])
    op.create_index("ix_execution_logs_status", "execution_logs", ["status"])
    op.create_table(
        "paper_accounts",
        sa.Column("connection_id", Key, autoincrement=False, nullable=False),
        sa.Column("currency", sa.String(24), nullable=False),
        sa.Column("balance", Figure, nullable=False),
        sa.Column("holdings", Json, nullable=False),
        sa.Column("leverage", Json, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.ForeignKeyConstraint(
            ["connection_id"], ["execution_connections.id"], name="fk_paper_accounts_connection_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("connection_id", name="pk_paper_accounts"),
    )
    op.create_table(
        "paper_orders",
        sa.Column("connection_id", Key, nullable=False),
        sa.Column("client_order_id", sa.String(64), nullable=False),
        sa.Column("venue_order_id", sa.String(120), nullable=False),
        sa.Column("symbol", Words, nullable=False),
        sa.Column("state", sa.String(24), nullable=False),
        sa.Column("request", Json, nullable=False),
        sa.Column("filled", Money, nullable=False),
        sa.Column("fills", Json, nullable=False),
        sa.Column("created_at", Utc, nullable=False),
        sa.Column("triggered", sa.Boolean, nullable=False),
        sa.Column("reason", Words, nullable=False),
        sa.CheckConstraint(
            "state IN ('planned', 'submitting', 'acked', 'partial', 'filled', 'cancelling', 'cancelled', 'expired', 'rejected', 'unknown', 'absent', 'quarantined', 'void')",
            name=op.f("ck_paper_orders_state"),
        ),
        sa.ForeignKeyConstraint(
            ["connection_id"], ["execution_connections.id"], name="fk_paper_orders_connection_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("connection_id", "client_order_id", name="pk_paper_orders"),
    )
    op.create_index("ix_paper_orders_open", "paper_orders", ["connection_id", "state"])
    op.create_table(
        "plan_signals",
        sa.Column("signal_id", Key, nullable=False),
        sa.Column("plan_id", Key, nullable=False),
        sa.ForeignKeyConstraint(["plan_id"], ["plans.id"], name="fk_plan_signals_plan_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["signal_id"], ["signals.id"], name="fk_plan_signals_signal_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("signal_id", "plan_id", name="pk_plan_signals"),
    )
    op.create_index("ix_plan_signals_plan_id", "plan_signals", ["plan_id"])
    op.create_table(
        "signal_take_profits",
        sa.Column("signal_id", Key, nullable=False),
        sa.Column("tp_level", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("tp_price", Money, nullable=True),
        sa.Column("tp_percentage", Money, nullable=True),
        sa.Column("lot_percentage", Money, nullable=True),
        sa.ForeignKeyConstraint(
            ["signal_id"], ["signals.id"], name="fk_signal_take_profits_signal_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("signal_id", "tp_level", name="pk_signal_take_profits"),
    )
    op.create_table(
        "channel_message_versions",
        sa.Column("message_row_id", Key, nullable=False),
        sa.Column("version", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("raw_message", Words, nullable=False),
        sa.Column("message_hash", sa.String(64), nullable=False),
        sa.Column("replaced_at", Utc, nullable=False),
        sa.ForeignKeyConstraint(
            ["message_row_id"],
            ["channel_messages.id"],
            name="fk_channel_message_versions_message_row_id",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("message_row_id", "version", name="pk_channel_message_versions"),
    )
    op.create_table(
        "execution_positions",
        sa.Column("id", Key, nullable=False),
        sa.Column("signal_id", Key, nullable=True),
        sa.Column("connection_id", Key, nullable=False),
        sa.Column("execution_log_id", Key, nullable=False),
        sa.Column("user_id", Key, nullable=False),
        sa.Column("order_id", sa.String(64), nullable=True),
        sa.Column("symbol", Words, nullable=False),
        sa.Column("direction", sa.String(24), nullable=False),
        sa.Column("quantity", Money, nullable=False),
        sa.Column("original_quantity", Money, nullable=False),
        sa.Column("entry_price", Money, nullable=False),
        sa.Column("current_price", Money, nullable=True),
        sa.Column("sl_price", Money, nullable=True),
        sa.Column("stop_reason", sa.String(24), nullable=False),
        sa.Column("tp_price", Money, nullable=True),
        sa.Column("initial_risk", Figure, nullable=True),
        sa.Column("status", sa.String(24), nullable=False),
        sa.Column("pnl", Figure, nullable=False),
        sa.Column("realised_pnl", Figure, nullable=False),
        sa.Column("pnl_percentage", Figure, nullable=False),
        sa.Column("fees", Figure, nullable=False),
        sa.Column("rate", Figure, nullable=False),
        sa.Column("protection", sa.String(24), nullable=False),
        sa.Column("opened_at", Utc, nullable=False),
        sa.Column("closed_at", Utc, nullable=True),
        sa.Column("closed_reason", sa.String(24), nullable=True),
        sa.Column("last_price_update_at", Utc, nullable=True),
        sa.Column("predicted_slippage", Figure, nullable=True),
        sa.Column("performance_score_at_entry", Figure, nullable=True),
        sa.Column("srm_adjusted_lot", Money, nullable=True),
        sa.Column("srm_sl_buffer", Figure, nullable=True),
        sa.Column("srm_adjustment_reason", sa.Text, nullable=True),
        sa.Column("trailing_stop_enabled", sa.Boolean, nullable=False),
        sa.Column("trailing_stop_distance", Money, nullable=True),
        sa.Column("trailing_stop_percentage", Figure, nullable=True),
        sa.Column("trailing_trigger_price", Money, nullable=True),
        sa.Column("highest_price", Money, nullable=True),
        sa.Column("lowest_price", Money, nullable=True),
        sa.Column("breakeven_enabled", sa.Boolean, nullable=False),
        sa.Column("breakeven_trigger_price", Money, nullable=True),
        sa.Column("breakeven_trigger_tp", sa.Integer, nullable=True),
        sa.Column("breakeven_offset", Figure, nullable=False),
        sa.Column("sl_moved_to_breakeven", sa.Boolean, nullable=False),
        sa.Column("tp1_price", Money, nullable=True),
        sa.Column("tp2_price", Money, nullable=True),
        sa.Column("tp3_price", Money, nullable=True),
        sa.Column("tp1_close_pct", Figure, nullable=True),
        sa.Column("tp2_close_pct", Figure, nullable=True),
        sa.Column("tp3_close_pct", Figure, nullable=True),
        sa.Column("tp1_closed_at", Utc, nullable=True),
        sa.Column("tp2_closed_at", Utc, nullable=True),
        sa.Column("tp3_closed_at", Utc, nullable=True),
        sa.Column("tp1_closed_qty", Money, nullable=True),
        sa.Column("tp2_closed_qty", Money, nullable=True),
        sa.Column("tp3_closed_qty", Money, nullable=True),
        sa.Column("detached", sa.Boolean, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("seq", sa.Integer, nullable=False),
        sa.Column("created_at", Utc, nullable=False),
        sa.Column("updated_at", Utc, nullable=False),
        sa.CheckConstraint(
            "closed_reason IN ('tp', 'sl', 'trailing_sl', 'breakeven', 'manual', 'signal', 'external', 'emergency_stop', 'liquidation')",
            name=op.f("ck_execution_positions_closed_reason"),
        ),
        sa.CheckConstraint("direction IN ('buy', 'sell')", name=op.f("ck_execution_positions_direction")),
        sa.CheckConstraint("protection IN ('exchange', 'engine')", name=op.f("ck_execution_positions_protection")),
        sa.CheckConstraint("status IN ('open', 'closed', 'liquidated')", name=op.f("ck_execution_positions_status")),
        sa.CheckConstraint(
            "stop_reason IN ('tp', 'sl', 'trailing_sl', 'breakeven', 'manual', 'signal', 'external', 'emergency_stop', 'liquidation')",
            name=op.f("ck_execution_positions_stop_reason"),
        ),
        sa.ForeignKeyConstraint(
            ["connection_id"],
            ["execution_connections.id"],
            name="fk_execution_positions_connection_id",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["execution_log_id"],
            ["execution_logs.id"],
            name="fk_execution_positions_execution_log_id",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["signal_id"], ["signals.id"], name="fk_execution_positions_signal_id", ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_execution_positions_user_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_execution_positions"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_execution_positions_closed_at", "execution_positions", ["closed_at"])
    op.create_index("ix_execution_positions_connection_id", "execution_positions", ["connection_id"])
    op.create_index("ix_execution_positions_connection_status", "execution_positions", ["connection_id", "status"])
    op.create_index("ix_execution_positions_execution_log_id", "execution_positions", ["execution_log_id"])
    op.create_index("ix_execution_positions_signal_id", "execution_positions", ["signal_id"])
    op.create_index("ix_execution_positions_status", "execution_positions", ["status"])
    op.create_index("ix_execution_positions_user_id", "execution_positions", ["user_id"])
    op.create_index(
        "uq_execution_positions_open",
        "execution_positions",
        ["execution_log_id"],
        unique=True,
        sqlite_where=sa.text("status = 'open'"),
        postgresql_where=sa.text("status = 'open'"),
    )
    op.create_table(
        "execution_notifications",
        sa.Column("id", Key, nullable=False),
        sa.Column("user_id", Key, nullable=False),
        sa.Column("admin_id", Key, nullable=True),
        sa.Column("connection_id", Key, nullable=True),
        sa.Column("signal_id", Key, nullable=True),
        sa.Column("position_id", Key, nullable=True),
        sa.Column("key", sa.String(200), nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("type", sa.String(32), nullable=False),
        sa.Column("urgent", sa.Boolean, nullable=False),
        sa.Column("payload", Json, nullable=False),
        sa.Column("title", Words, nullable=True),
        sa.Column("message", Words, nullable=True),
        sa.Column("is_read", sa.Boolean, nullable=False),
        sa.Column("metadata", Json, nullable=True),
        sa.Column("state", sa.String(24), nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("next_attempt_at", Utc, nullable=True),
        sa.Column("error", Words, nullable=True),
        sa.Column("sent_at", Utc, nullable=True),
        sa.Column("telegram_message_id", sa.BigInteger, nullable=True),
        sa.Column("created_at", Utc, nullable=False),
        sa.Column("updated_at", Utc, nullable=False),
        sa.CheckConstraint("state IN ('owed', 'sent', 'dropped')", name=op.f("ck_execution_notifications_state")),
        sa.ForeignKeyConstraint(
            ["admin_id"], ["users.id"], name="fk_execution_notifications_admin_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["connection_id"],
            ["execution_connections.id"],
            name="fk_execution_notifications_connection_id",
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["position_id"],
            ["execution_positions.id"],
            name="fk_execution_notifications_position_id",
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["signal_id"], ["signals.id"], name="fk_execution_notifications_signal_id", ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name="fk_execution_notifications_user_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_execution_notifications"),
        sa.UniqueConstraint("key", name="uq_execution_notifications_key"),
        sa.UniqueConstraint("user_id", "number", name="uq_execution_notifications_user_id_number"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_execution_notifications_admin_id", "execution_notifications", ["admin_id"])
    op.create_index("ix_execution_notifications_connection_id", "execution_notifications", ["connection_id"])
    op.create_index(
        "ix_execution_notifications_owed",
        "execution_notifications",
        ["user_id", "id"],
        sqlite_where=sa.text("state = 'owed'"),
        postgresql_where=sa.text("state = 'owed'"),
    )
    op.create_index("ix_execution_notifications_position_id", "execution_notifications", ["position_id"])
    op.create_index("ix_execution_notifications_signal_id", "execution_notifications", ["signal_id"])
    op.create_table(
        "orders",
        sa.Column("id", Key, nullable=False),
        sa.Column("execution_id", Key, nullable=False),
        sa.Column("connection_id", Key, nullable=False),
        sa.Column("position_id", Key, nullable=True),
        sa.Column("leg", sa.String(12), nullable=False),
        sa.Column("attempt", sa.Integer, nullable=False),
        sa.Column("state", sa.String(24), nullable=False),
        sa.Column("purpose", sa.String(24), nullable=False),
        sa.Column("client_order_id", sa.String(64), nullable=False),
        sa.Column("symbol", Words, nullable=False),
        sa.Column("direction", sa.String(24), nullable=False),
        sa.Column("order_type", sa.String(24), nullable=False),
        sa.Column("quantity", Money, nullable=False),
        sa.Column("price", Money, nullable=True),
        sa.Column("trigger", Money, nullable=True),
        sa.Column("time_in_force", sa.String(24), nullable=False),
        sa.Column("reduce_only", sa.Boolean, nullable=False),
        sa.Column("leverage", sa.Integer, nullable=True),
        sa.Column("venue_order_id", sa.String(120), nullable=True),
        sa.Column("filled", Money, nullable=False),
        sa.Column("request_ts", Utc, nullable=True),
        sa.Column("dead_at", Utc, nullable=True),
        sa.Column("probes", sa.Integer, nullable=False),
        sa.Column("resends", sa.Integer, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("reason", Words, nullable=False),
        sa.Column("created_at", Utc, nullable=False),
        sa.Column("updated_at", Utc, nullable=False),
        sa.CheckConstraint("direction IN ('buy', 'sell')", name=op.f("ck_orders_direction")),
        sa.CheckConstraint(
            "order_type IN ('market', 'limit', 'stop', 'stop_limit')", name=op.f("ck_orders_order_type")
        ),
        sa.CheckConstraint(
            "state IN ('planned', 'submitting', 'acked', 'partial', 'filled', 'cancelling', 'cancelled', 'expired', 'rejected', 'unknown', 'absent', 'quarantined', 'void')",
            name=op.f("ck_orders_state"),
        ),
        sa.CheckConstraint("time_in_force IN ('gtc', 'ioc', 'fok')", name=op.f("ck_orders_time_in_force")),
        sa.ForeignKeyConstraint(
            ["connection_id"], ["execution_connections.id"], name="fk_orders_connection_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["execution_id"], ["execution_logs.id"], name="fk_orders_execution_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["position_id"], ["execution_positions.id"], name="fk_orders_position_id", ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_orders"),
        sa.UniqueConstraint("connection_id", "client_order_id", name="uq_orders_connection_id_client_order_id"),
        sa.UniqueConstraint("execution_id", "leg", "attempt", name="uq_orders_execution_id_leg_attempt"),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_orders_position_id",
        "orders",
        ["position_id"],
        sqlite_where=sa.text("position_id IS NOT NULL"),
        postgresql_where=sa.text("position_id IS NOT NULL"),
    )
    op.create_index("ix_orders_state", "orders", ["state"])
    op.create_table(
        "position_take_profits",
        sa.Column("position_id", Key, nullable=False),
        sa.Column("level", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("price", Money, nullable=False),
        sa.Column("share", Figure, nullable=False),
        sa.Column("closed_qty", Money, nullable=False),
        sa.Column("closed_at", Utc, nullable=True),
        sa.ForeignKeyConstraint(
            ["position_id"], ["execution_positions.id"], name="fk_position_take_profits_position_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("position_id", "level", name="pk_position_take_profits"),
    )
    op.create_table(
        "fills",
        sa.Column("id", Key, nullable=False),
        sa.Column("connection_id", Key, nullable=False),
        sa.Column("order_id", Key, nullable=False),
        sa.Column("trade_id", sa.String(120), nullable=False),
        sa.Column("quantity", Money, nullable=False),
        sa.Column("price", Money, nullable=False),
        sa.Column("fee", Figure, nullable=False),
        sa.Column("fee_currency", sa.String(24), nullable=False),
        sa.Column("at", Utc, nullable=False),
        sa.ForeignKeyConstraint(
            ["connection_id"], ["execution_connections.id"], name="fk_fills_connection_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name="fk_fills_order_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_fills"),
        sa.UniqueConstraint("connection_id", "trade_id", name="uq_fills_connection_id_trade_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_fills_order_id", "fills", ["order_id"])
    _finish()


def _finish() -> None:
    """What a table definition cannot say: a key between two tables that need each other, triggers, the first rows."""
    if op.get_bind().dialect.name == "postgresql":
        op.create_foreign_key(
            "fk_users_default_preset_id", "users", "trading_presets", ["default_preset_id"], ["id"], ondelete="SET NULL"
        )
        op.execute(
            "CREATE FUNCTION audit_log_refuse() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'audit_log is append-only'; END $$"
        )
        op.execute(
            "CREATE TRIGGER audit_log_append_only BEFORE UPDATE OR DELETE ON audit_log "
            "FOR EACH ROW EXECUTE FUNCTION audit_log_refuse()"
        )
    else:
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER audit_log_no_{verb.lower()} BEFORE {verb} ON audit_log "
                "BEGIN SELECT RAISE(ABORT, 'audit_log is append-only'); END"
            )
    op.bulk_insert(_columns("plans", FREE_PLAN), [FREE_PLAN])
    for template in TEMPLATES:
        op.bulk_insert(_columns("trading_presets", STANDARD), [{**STANDARD, **template}])


def _columns(table: str, row: dict[str, Any]) -> sa.TableClause:
    kinds: dict[type, Any] = {
        Decimal: Money,
        datetime: Utc,
        list: Json,
        bool: sa.Boolean,
        int: sa.Integer,
        str: sa.Text,
    }
    return sa.table(table, *(sa.column(name, kinds.get(type(value), Money)) for name, value in row.items()))


FREE_PLAN = {
    "name": "Free",
    "slug": "free",
    "price": Decimal(0),
    "duration": 0,
    "plan_type": "lifetime",
    "price_type": "free",
    "feature": [],
    "whatsapp": False,
    "telegram": True,
    "email": False,
    "sms": False,
    "dashboard": True,
    "status": True,
    "created_at": BORN,
    "updated_at": BORN,
}

# What a new user trades with. The templates below say only where they differ from it.
STANDARD = {
    "name": "Standard",
    "description": "Risk 1 % a trade, stop to entry after the first target.",
    "enabled": True,
    "is_default_template": True,
    "position_size_mode": "risk_percent",
    "fixed_lot": Decimal("0.01"),
    "risk_per_trade_pct": Decimal(1),
    "percentage": Decimal(1),
    "amount": Decimal(100),
    "max_risk_pct": Decimal(5),
    "max_positions": 5,
    "max_positions_per_symbol": 1,
    "max_leverage": 10,
    "max_daily_loss_pct": None,
    "default_sl_pips": None,
    "be_enabled": True,
    "be_trigger_tp": 1,
    "be_trigger_rr": None,
    "be_offset_pips": Decimal(0),
    "ts_enabled": False,
    "ts_trigger_rr": None,
    "ts_percentage": None,
    "entry_timeout_minutes": 240,
    "created_at": BORN,
    "updated_at": BORN,
}

TEMPLATES: tuple[dict[str, Any], ...] = (
    {},
    {
        "name": "Conservative Scalper",
        "description": "Half a percent a trade, one position, at most 2 % lost in a day.",
        "risk_per_trade_pct": Decimal("0.5"),
        "max_risk_pct": Decimal(1),
        "max_positions": 1,
        "max_leverage": 5,
        "max_daily_loss_pct": Decimal(2),
        "default_sl_pips": Decimal(20),
        "be_enabled": False,
        "be_trigger_tp": None,
        "entry_timeout_minutes": 60,
    },
    {
        "name": "Swing Trader",
        "description": "One percent a trade, three positions; stop to entry, then trailing, from 1.5 times the risk.",
        "max_positions": 3,
        "default_sl_pips": Decimal(50),
        "be_trigger_tp": None,
        "be_trigger_rr": Decimal("1.5"),
        "ts_enabled": True,
        "ts_trigger_rr": Decimal("1.5"),
        "ts_percentage": Decimal(2),
        "entry_timeout_minutes": 2880,
    },
    {
        "name": "Aggressive Day Trader",
        "description": "Two percent a trade, five positions, two a symbol; trailing from once the risk.",
        "risk_per_trade_pct": Decimal(2),
        "max_risk_pct": Decimal(10),
        "max_positions_per_symbol": 2,
        "max_leverage": 20,
        "max_daily_loss_pct": Decimal(5),
        "default_sl_pips": Decimal(30),
        "be_enabled": False,
        "be_trigger_tp": None,
        "ts_enabled": True,
        "ts_trigger_rr": Decimal(1),
        "ts_percentage": Decimal("1.5"),
    },
)

TABLES = (
    "fills",
    "position_take_profits",
    "orders",
    "execution_notifications",
    "execution_positions",
    "channel_message_versions",
    "signal_take_profits",
    "plan_signals",
    "paper_orders",
    "paper_accounts",
    "execution_logs",
    "execution_analytics",
    "channel_messages",
    "signals",
    "execution_connections",
    "trading_presets",
    "plan_subscriptions",
    "channel_sources",
    "buttons",
    "users",
    "plans",
    "inbox",
    "audit_log",
)


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.drop_constraint("fk_users_default_preset_id", "users", type_="foreignkey")
    for table in TABLES:
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION audit_log_refuse()")
