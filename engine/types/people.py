"""The records of the people: users, their connections, channels and risk rules."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from engine.types.channels import ChannelRules
from engine.types.market import Account
from engine.types.signals import Amendment, Signal
from engine.types.words import ZERO, ExecutionStatus, Role, SourceMode, TradingState


@dataclass(frozen=True, slots=True, kw_only=True)
class Preset:
    """Risk rules of a connection (trading_presets). Percentages are 0..100 of equity; 1.0 means one percent."""

    id: int | None = None
    name: str = "Default"
    position_size_mode: str = "risk_percent"
    fixed_lot: Decimal = Decimal("0.01")
    risk_per_trade_pct: Decimal = Decimal(1)
    percentage: Decimal = Decimal(1)
    amount: Decimal = Decimal(100)
    max_risk_pct: Decimal = Decimal(5)
    min_lot: Decimal | None = None
    max_lot: Decimal | None = None
    max_positions: int = 5
    max_positions_per_symbol: int = 1
    max_leverage: int = 10
    max_daily_loss_pct: Decimal | None = None
    default_sl_pips: Decimal | None = None
    be_enabled: bool = True
    be_trigger_tp: int | None = 1
    be_trigger_rr: Decimal | None = None
    be_offset_pips: Decimal = ZERO
    ts_enabled: bool = False
    ts_trigger_rr: Decimal | None = None
    ts_distance: Decimal | None = None
    ts_percentage: Decimal | None = None
    entry_timeout_minutes: int = 240


@dataclass(frozen=True, slots=True, kw_only=True)
class Connection:
    """An account at a venue that executes for its owner (execution_connections), without its secrets."""

    id: int
    user_id: int | None
    admin_id: int | None
    name: str
    exchange_name: str
    status: str
    is_active: bool
    is_admin_owned: bool
    trade_execution_enabled: bool
    is_paper: bool
    preset: Preset
    settings: dict[str, Any] = field(default_factory=dict)

    @property
    def owner_id(self) -> int:
        """The user who is told about this connection: its user, or the admin who owns it."""
        owner = self.user_id if self.user_id is not None else self.admin_id
        if owner is None:
            raise ValueError(f"connection {self.id} has no owner")
        return owner

    @property
    def can_execute(self) -> bool:
        return self.is_active and self.status == "active" and self.trade_execution_enabled

    @property
    def is_testnet(self) -> bool:
        """At the exchange's test system: real orders, no real money."""
        return not self.is_paper and bool(self.settings.get("testnet"))

    @property
    def is_real(self) -> bool:
        return not self.is_paper and not self.is_testnet

    @property
    def market(self) -> str:
        return str(self.settings.get("market", "spot"))


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyReport:
    """What an exchange says of a key. None where it does not say. ``latency_ms`` is how long it took to answer.

    ``uid`` is the exchange's own number of the account that the key belongs to.
    """

    can_read: bool
    can_trade: bool | None
    can_withdraw: bool | None
    ip_bound: bool | None
    latency_ms: int
    account: Account | None
    uid: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkup:
    """How a connection was found when it was last looked at.

    ``error_code`` says why it is in error, in our words (``engine.errors.Code``), ``last_error`` in the venue's.
    ``alerted_at`` is when its owner was last told that it is broken, ``acknowledged_at`` when they said they know;
    ``key_checked_at`` when the rights of its key were last read. ``latency_ms`` is the venue's last answering time.
    """

    connection_id: int
    status: str
    is_active: bool
    last_error: str | None = None
    error_code: str | None = None
    last_tested_at: datetime | None = None
    latency_ms: int | None = None
    key_checked_at: datetime | None = None
    alerted_at: datetime | None = None
    acknowledged_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A channel that is followed (channel_sources). ``type``: ``telegram``, or how else its posts come in."""

    id: int
    user_id: int
    chat_id: int
    name: str
    mode: SourceMode
    is_admin_owned: bool
    scope: str | None
    type: str = "telegram"
    max_age_seconds: int = 120
    auto_publish_confidence_threshold: int = 90
    rules: ChannelRules = field(default_factory=ChannelRules)

    @property
    def patience_seconds(self) -> int:
        """How long a question about a signal stays open: a person who is asked gets ten minutes."""
        return max(self.max_age_seconds, 600)


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedChannel:
    """A channel that an admin shares, as another person sees it: what it does for them, and nothing of its rules.

    ``mode`` is what they chose, or Ask while they chose nothing.
    """

    id: int
    name: str
    mode: SourceMode
    chosen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Execution:
    """One signal on one connection (execution_logs): what was decided and how far it got."""

    id: int
    signal: Signal
    connection: Connection
    status: ExecutionStatus
    reason_code: str | None = None
    opened_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Instruction:
    """Steps of one channel message for one trade, kept with the message until they are carried out.

    ``key`` names message and trade: what was decided under it already is not decided again.
    """

    message_row_id: int
    execution: Execution
    steps: tuple[Amendment, ...]
    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """A person who commands the bot. ``chat_id`` is the private chat, which in Telegram equals the user's id."""

    id: int
    chat_id: int
    username: str | None
    language: str
    role: Role
    is_active: bool
    trading_state: TradingState
    timezone: str = "UTC"
    reachable: bool = True
    """False after Telegram said that this person blocked the bot: notices then wait until they write again."""

    @property
    def is_admin(self) -> bool:
        return self.role in (Role.ADMIN, Role.SUPER)
