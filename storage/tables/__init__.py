"""Every table. Money is ``Money``, computed figures ``Figure``, moments ``Utc``; the database checks every status.

A column named ``admin_id`` refers to ``users``: an admin is a user with that role.
"""

from storage.tables.channels import (
    channel_choices,
    channel_message_versions,
    channel_messages,
    channel_policies,
    channel_sources,
    plan_signals,
    signal_take_profits,
    signals,
)
from storage.tables.chat import NoticeState, audit_log, buttons, dialogues, execution_notifications, inbox
from storage.tables.inlets import inlet_posts, inlets
from storage.tables.paper import paper_accounts, paper_orders
from storage.tables.parts import metadata
from storage.tables.people import plan_subscriptions, plans, switches, trading_presets, users
from storage.tables.trading import (
    execution_analytics,
    execution_connections,
    execution_logs,
    execution_positions,
    fills,
    funding_parts,
    funding_payments,
    orders,
    position_take_profits,
)

__all__ = [
    "NoticeState",
    "audit_log",
    "buttons",
    "channel_choices",
    "channel_message_versions",
    "channel_messages",
    "channel_policies",
    "channel_sources",
    "dialogues",
    "execution_analytics",
    "execution_connections",
    "execution_logs",
    "execution_notifications",
    "execution_positions",
    "fills",
    "funding_parts",
    "funding_payments",
    "inbox",
    "inlet_posts",
    "inlets",
    "metadata",
    "orders",
    "paper_accounts",
    "paper_orders",
    "plan_signals",
    "plan_subscriptions",
    "plans",
    "position_take_profits",
    "signal_take_profits",
    "signals",
    "switches",
    "trading_presets",
    "users",
]
