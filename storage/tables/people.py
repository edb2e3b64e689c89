"""People, their plans and their risk presets."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, String, Table, Text, text

from engine.types import Role, TradingState
from storage.columns import Json, Words
from storage.tables.parts import Key, choice, count, flag, metadata, moment, money, one_of, own_id, ref, stamps, table

trading_presets = table(
    "trading_presets",
    own_id(),
    ref("created_by_user_id", "users", null=True),
    Column("name", String(120), nullable=False),
    Column("description", Text, nullable=False, default=""),
    flag("enabled", default=True),
    flag("is_default_template"),
    Column("position_size_mode", String(24), nullable=False),
    money("fixed_lot", null=False),
    money("risk_per_trade_pct", null=False),
    money("percentage", null=False),
    money("amount", null=False),
    money("max_risk_pct", null=False),
    money("min_lot"),
    money("max_lot"),
    count("max_positions"),
    count("max_positions_per_symbol"),
    count("max_leverage"),
    money("max_daily_loss_pct"),
    money("default_sl_pips"),
    flag("be_enabled"),
    Column("be_trigger_tp", Integer),
    money("be_trigger_rr"),
    money("be_offset_pips", null=False),
    flag("ts_enabled"),
    money("ts_trigger_rr"),
    money("ts_distance"),
    money("ts_percentage"),
    count("entry_timeout_minutes"),
    *stamps(),
)

users = table(
    "users",
    own_id(),
    Column("telegram_chat_id", BigInteger, unique=True),
    Column("username", Words),
    Column("language", String(12), nullable=False),
    Column("timezone", String(64), nullable=False, default="UTC"),
    *choice("role", Role),
    flag("is_active", default=True),
    *choice("trading_state", TradingState),
    flag("reachable", default=True),
    # The two tables refer to each other, so one of the keys is added when both exist.
    Column(
        "default_preset_id",
        Key,
        ForeignKey("trading_presets.id", ondelete="SET NULL", use_alter=True),
        index=True,
    ),
    count("last_notice_number"),
    moment("halted_at"),  # which halt this is: a button ends the one that it was made for
    moment("flatten_since"),  # since then every trade of the person is to be closed, until none is left
    *stamps(),
    Index(
        "ix_users_flatten_since",
        "flatten_since",
        sqlite_where=text("flatten_since IS NOT NULL"),
        postgresql_where=text("flatten_since IS NOT NULL"),
    ),
)

# What holds for everybody. No row means active.
switches = Table(
    "switches",
    metadata,
    Column("name", String(24), primary_key=True),
    *choice("state", TradingState),
    Column("actor_id", BigInteger),
    moment("changed_at", null=False),
)

plans = table(
    "plans",
    own_id(),
    Column("name", String(120), nullable=False, unique=True),
    Column("slug", String(120), nullable=False, unique=True),
    money("price", null=False),
    count("duration"),
    Column("plan_type", String(12), nullable=False),
    one_of("plan_type", "limited", "lifetime"),
    Column("price_type", String(12), nullable=False),
    one_of("price_type", "free", "paid"),
    Column("feature", Json, nullable=False),
    flag("whatsapp"),
    flag("telegram", default=True),
    flag("email"),
    flag("sms"),
    flag("dashboard", default=True),
    flag("status", default=True),
    *stamps(),
)

plan_subscriptions = table(
    "plan_subscriptions",
    own_id(),
    ref("user_id", "users"),
    ref("plan_id", "plans"),
    flag("is_current"),
    moment("plan_expired_at", null=False),
    *stamps(),
    Index(
        "uq_plan_subscriptions_current",
        "user_id",
        unique=True,
        sqlite_where=text("is_current"),
        postgresql_where=text("is_current"),
    ),
)
