"""The words of the house: frozen values that travel from a channel post to a fill and back.

Money, prices and quantities are ``Decimal``; quantities are in base units (one bitcoin, one euro, one
ounce), never in contracts or lots. Every time is aware UTC. Enum values are stable strings: they are
stored in the database.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

ZERO = Decimal(0)


class Direction(StrEnum):
    """Side of a trade."""

    BUY = "buy"
    SELL = "sell"

    @property
    def sign(self) -> int:
        """+1 for a long, -1 for a short."""
        return 1 if self is Direction.BUY else -1

    @property
    def opposite(self) -> Direction:
        return Direction.SELL if self is Direction.BUY else Direction.BUY


class OrderType(StrEnum):
    MARKET = "market"
    LIMIT = "limit"
    STOP = "stop"
    STOP_LIMIT = "stop_limit"


class TimeInForce(StrEnum):
    """GTC rests, IOC fills what it can and cancels the rest, FOK fills whole or not at all."""

    GTC = "gtc"
    IOC = "ioc"
    FOK = "fok"


class MarginMode(StrEnum):
    CROSS = "cross"
    ISOLATED = "isolated"


class LevelKind(StrEnum):
    """Unit in which a stop or target was written."""

    PRICE = "price"
    PIPS = "pips"
    PERCENT = "percent"


class OrderState(StrEnum):
    """State of one order attempt; the transitions are in ``engine.execution.orders``."""

    PLANNED = "planned"
    SUBMITTING = "submitting"
    ACKED = "acked"
    PARTIAL = "partial"
    FILLED = "filled"
    CANCELLING = "cancelling"
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    REJECTED = "rejected"
    UNKNOWN = "unknown"
    ABSENT = "absent"
    QUARANTINED = "quarantined"
    VOID = "void"


class ExecutionStatus(StrEnum):
    """Status of one execution log: one signal on one connection."""

    PENDING = "pending"
    PARTIAL = "partial"
    FILLED = "filled"
    CANCELLED = "cancelled"
    REJECTED = "rejected"
    FAILED = "failed"
    EXPIRED = "expired"
    SKIPPED = "skipped"


class PositionStatus(StrEnum):
    OPEN = "open"
    CLOSED = "closed"
    LIQUIDATED = "liquidated"


class ClosedReason(StrEnum):
    TP = "tp"
    SL = "sl"
    TRAILING_SL = "trailing_sl"
    BREAKEVEN = "breakeven"
    MANUAL = "manual"
    SIGNAL = "signal"
    EXTERNAL = "external"
    EMERGENCY_STOP = "emergency_stop"
    LIQUIDATION = "liquidation"


class Protection(StrEnum):
    """Who holds the stop of a position: an order resting at the venue, or our own monitor."""

    EXCHANGE = "exchange"
    ENGINE = "engine"


class SourceMode(StrEnum):
    """What a channel's signals do for its owner."""

    OFF = "off"
    ASK = "ask"
    AUTO = "auto"


class MessageStatus(StrEnum):
    PENDING = "pending"
    PROCESSED = "processed"
    FAILED = "failed"
    DUPLICATE = "duplicate"
    MANUAL_REVIEW = "manual_review"
    IGNORED = "ignored"


class TradingState(StrEnum):
    """ACTIVE trades, REDUCE_ONLY opens nothing new but closes and protects, HALTED sends no entry at all."""

    ACTIVE = "active"
    REDUCE_ONLY = "reduce_only"
    HALTED = "halted"


class ActionKind(StrEnum):
    """What a management message asks for; values are those of the label format."""

    CLOSE = "close"
    CLOSE_PARTIAL = "close_partial"
    MOVE_SL = "move_sl"
    MOVE_SL_TO_ENTRY = "move_sl_to_entry"
    MOVE_SL_TO_TP = "move_sl_to_tp"
    SET_TP = "set_tp"
    MODIFY_ENTRY = "modify_entry"
    REENTER = "reenter"
    CANCEL = "cancel"


# --- signals ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """One message as a channel posted it; identity is the numeric chat and message id."""

    chat_id: int
    message_id: int
    text: str
    at: datetime
    edited: bool = False
    reply_to: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """A price, or a distance from the entry in pips (points) or percent.

    ``nearest`` is set when the text gave a range of distances ("5-10 %"); ``value`` is then the far end.
    """

    kind: LevelKind
    value: Decimal
    nearest: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryPoint:
    """One entry: a price (``low == high``) or a zone."""

    low: Decimal
    high: Decimal

    @property
    def is_zone(self) -> bool:
        return self.low != self.high


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A take profit with the percentage of the ORIGINAL quantity to close there, if the text gave one."""

    level: Level
    share: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Amendment:
    """One management step. ``value`` is a price, a percentage (close_partial) or a target number (move_sl_to_tp)."""

    action: ActionKind
    value: Decimal | None = None
    values: tuple[Decimal, ...] = ()
    symbol_base: str | None = None
    symbol_quote: str | None = None
    direction: Direction | None = None
    target_no: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A new trade as a careful reader read it. No entry points means: at the market."""

    symbol_base: str
    symbol_quote: str | None = None
    direction: Direction
    direction_inferred: bool = False
    order_type: OrderType | None = None
    entries: tuple[EntryPoint, ...] = ()
    stop_loss: Level | None = None
    stop_on_close: bool = False
    take_profits: tuple[Target, ...] = ()
    leverage: int | None = None
    leverage_max: int | None = None
    margin_mode: MarginMode | None = None
    amount_percent: Decimal | None = None
    risk_percent: Decimal | None = None
    time_frame: str | None = None
    confidence: int = 0
    format: str = ""
    actions: tuple[Amendment, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Amendments:
    """A message that manages open or pending trades, every step in the order written."""

    steps: tuple[Amendment, ...]
    format: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Noise:
    """Nothing to do: greeting, report, brag, ad, analysis. ``why`` names the rule that said so."""

    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Unclear:
    """It may be a signal, but a careful human would hesitate. ``code`` names why; ``found`` says what was read."""

    code: str
    found: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entries:
    """Several trades in one message."""

    signals: tuple[Entry, ...]


Reading = Entry | Entries | Amendments | Noise | Unclear


@dataclass(frozen=True, slots=True, kw_only=True)
class Signal:
    """A published signal row. ``entry`` is the whole reading."""

    id: int
    source_id: int | None
    chat_id: int | None
    message_id: int | None
    entry: Entry
    published_at: datetime


# --- market ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Instrument:
    """A tradable symbol of one venue. Steps and minima are in base units and quote currency.

    ``pip_size`` is the unit of "50 pips"; ``margin`` says whether leverage exists on it.
    """

    symbol: str
    base: str
    quote: str
    tick_size: Decimal
    lot_step: Decimal
    min_qty: Decimal
    min_notional: Decimal
    pip_size: Decimal
    max_qty: Decimal | None = None
    contract_size: Decimal = Decimal(1)
    margin: bool = True
    max_leverage: int = 1

    def __post_init__(self) -> None:
        if self.tick_size <= 0 or self.lot_step <= 0 or self.pip_size <= 0:
            raise ValueError(f"steps of {self.symbol} must be positive")


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """Best bid and ask with the time the venue gave them."""

    symbol: str
    bid: Decimal
    ask: Decimal
    at: datetime

    def __post_init__(self) -> None:
        if not (self.bid.is_finite() and self.ask.is_finite() and 0 < self.bid <= self.ask):
            raise ValueError(f"bad quote for {self.symbol}: {self.bid} / {self.ask}")
        if self.at.tzinfo is not UTC:
            raise ValueError("a quote's time is aware UTC")

    @property
    def mid(self) -> Decimal:
        return (self.bid + self.ask) / 2

    def entry_price(self, direction: Direction) -> Decimal:
        """Price at which a market order in this direction fills: ask to buy, bid to sell."""
        return self.ask if direction is Direction.BUY else self.bid

    def exit_price(self, direction: Direction) -> Decimal:
        """Price at which a position of this direction closes: bid for a long, ask for a short."""
        return self.bid if direction is Direction.BUY else self.ask


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """Balances in ``currency``: ``equity`` = balance + open profit, ``free`` = usable for new margin."""

    currency: str
    balance: Decimal
    equity: Decimal
    free: Decimal


# --- orders ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderRequest:
    """One neutral order for any venue. ``price`` is the limit price, ``trigger`` the stop price."""

    client_order_id: str
    symbol: str
    direction: Direction
    order_type: OrderType
    quantity: Decimal
    price: Decimal | None = None
    trigger: Decimal | None = None
    time_in_force: TimeInForce = TimeInForce.GTC
    reduce_only: bool = False
    leverage: int | None = None

    def __post_init__(self) -> None:
        if not (self.quantity.is_finite() and self.quantity > 0):
            raise ValueError(f"order quantity must be positive, not {self.quantity}")
        if self.order_type in (OrderType.LIMIT, OrderType.STOP_LIMIT) and self.price is None:
            raise ValueError("a limit order needs a price")
        if self.order_type in (OrderType.STOP, OrderType.STOP_LIMIT) and self.trigger is None:
            raise ValueError("a stop order needs a trigger")


@dataclass(frozen=True, slots=True, kw_only=True)
class Fill:
    """One trade of an order; ``trade_id`` is unique on its connection. ``fee`` >= 0 in ``fee_currency``."""

    trade_id: str
    quantity: Decimal
    price: Decimal
    fee: Decimal
    fee_currency: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ExecutionReport:
    """What the venue says of one order now: its state, and every fill so far."""

    client_order_id: str
    venue_order_id: str
    symbol: str
    state: OrderState
    quantity: Decimal
    filled: Decimal
    fills: tuple[Fill, ...] = ()
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """A net position as the venue reports it: quantity > 0 long, < 0 short."""

    symbol: str
    quantity: Decimal
    entry_price: Decimal


# --- the people's records --------------------------------------------------------------------------


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A channel that is followed (channel_sources)."""

    id: int
    user_id: int
    chat_id: int
    name: str
    mode: SourceMode
    is_admin_owned: bool
    scope: str | None
    max_age_seconds: int = 120

    @property
    def patience_seconds(self) -> int:
        """How long a published signal may wait to be traded: a person who is asked gets ten minutes."""
        return self.max_age_seconds if self.mode is SourceMode.AUTO else max(self.max_age_seconds, 600)


@dataclass(frozen=True, slots=True, kw_only=True)
class Execution:
    """One signal on one connection (execution_logs): what was decided and how far it got."""

    id: int
    signal: Signal
    connection: Connection
    status: ExecutionStatus
    reason_code: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """One order attempt (orders): the durable intent and what became of it.

    ``leg`` is E1.. for entries, T1.. for take profits, S for the resting stop, C for every other close.
    """

    id: int
    execution_id: int
    connection_id: int
    position_id: int | None
    leg: str
    attempt: int
    state: OrderState
    request: OrderRequest
    purpose: str = ""  # why an exit was sent (a ClosedReason); empty for entries
    venue_order_id: str | None = None
    filled: Decimal = ZERO
    request_ts: datetime | None = None
    dead_at: datetime | None = None
    probes: int = 0
    resends: int = 0
    version: int = 1
    reason: str = ""


# --- positions -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Rung:
    """One take-profit level of an open position; ``share`` is a percentage of the ORIGINAL quantity."""

    level: int
    price: Decimal
    share: Decimal
    closed_qty: Decimal = ZERO
    closed_at: datetime | None = None

    @property
    def is_open(self) -> bool:
        return self.closed_at is None


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """An open or closed trade (execution_positions). ``quantity`` is what is left, ``original_quantity`` what filled.

    ``initial_risk`` is |entry - first stop|, kept from the entry on: R never changes when the stop moves.
    ``pnl`` is realised plus unrealised, net of ``fees``, in the account's currency.
    """

    id: int
    signal_id: int | None
    connection_id: int
    execution_id: int
    user_id: int
    symbol: str
    direction: Direction
    quantity: Decimal
    original_quantity: Decimal
    entry_price: Decimal
    opened_at: datetime
    current_price: Decimal | None = None
    sl_price: Decimal | None = None
    stop_reason: ClosedReason = ClosedReason.SL  # what put the stop where it is: SL, TRAILING_SL or BREAKEVEN
    initial_risk: Decimal | None = None
    rungs: tuple[Rung, ...] = ()
    status: PositionStatus = PositionStatus.OPEN
    closed_reason: ClosedReason | None = None
    closed_at: datetime | None = None
    realised_pnl: Decimal = ZERO
    fees: Decimal = ZERO
    pnl: Decimal = ZERO
    pnl_percentage: Decimal = ZERO
    rate: Decimal = Decimal(1)
    protection: Protection = Protection.ENGINE
    highest_price: Decimal | None = None
    lowest_price: Decimal | None = None
    trailing_stop_enabled: bool = False
    trailing_stop_distance: Decimal | None = None
    trailing_stop_percentage: Decimal | None = None
    trailing_trigger_price: Decimal | None = None
    breakeven_enabled: bool = False
    breakeven_trigger_price: Decimal | None = None
    breakeven_trigger_tp: int | None = None
    breakeven_offset: Decimal = ZERO
    sl_moved_to_breakeven: bool = False
    detached: bool = False
    version: int = 1
    seq: int = 0

    @property
    def is_open(self) -> bool:
        return self.status is PositionStatus.OPEN


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosePart:
    """Close ``quantity`` of a position at the market; ``level`` names the take profit that asked for it."""

    quantity: Decimal
    reason: ClosedReason
    level: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveStop:
    """Put the stop at ``price``; rules only ever move it towards profit."""

    price: Decimal
    reason: ClosedReason


@dataclass(frozen=True, slots=True, kw_only=True)
class Track:
    """Remember the best price so far, for the trailing stop."""

    highest: Decimal
    lowest: Decimal


Action = ClosePart | MoveStop | Track


# --- decisions -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """A business "no": a public code (``engine.errors.Code``), the figures behind it, never an exception."""

    code: str
    details: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedOrder:
    """One entry order of a plan; prices and quantity already fit the instrument."""

    leg: str
    order_type: OrderType
    quantity: Decimal
    price: Decimal | None = None
    trigger: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What will be sent: sized, clamped, rounded and checked. ``risk`` is the loss at the stop in account currency.

    ``instrument`` is the instrument the figures were rounded for.

    ``notes`` are public note codes with their figures ("reduced_to_max_risk", "targets_merged"): the user is told.
    """

    instrument: Instrument
    direction: Direction
    orders: tuple[PlannedOrder, ...]
    entry_price: Decimal
    stop: Decimal
    rungs: tuple[Rung, ...]
    leverage: int | None
    margin_mode: MarginMode | None
    risk: Decimal
    rate: Decimal
    expires_at: datetime
    notes: tuple[tuple[str, dict[str, str]], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Exposure:
    """What a connection already carries, read in the same moment as the decision."""

    open_positions: int = 0
    open_on_symbol: int = 0
    realised_today: Decimal = ZERO


@dataclass(frozen=True, slots=True, kw_only=True)
class DayReport:
    """One connection's day (execution_analytics). Ratios are percentages; ``profit_factor`` is 999 without losses."""

    connection_id: int
    user_id: int | None
    admin_id: int | None
    date: date
    total_trades: int
    winning_trades: int
    losing_trades: int
    total_pnl: Decimal
    win_rate: Decimal
    profit_factor: Decimal
    max_drawdown: Decimal
    balance: Decimal
    equity: Decimal
    additional_metrics: dict[str, str] = field(default_factory=dict)


class Role(StrEnum):
    USER = "user"
    ADMIN = "admin"
    SUPER = "super"


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

    @property
    def is_admin(self) -> bool:
        return self.role in (Role.ADMIN, Role.SUPER)


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """Answer to "is this post new?": ``new`` may be traded, everything else may not.

    ``edited`` means the post is known and its text changed; ``duplicate`` the same content came before.
    """

    row_id: int
    status: str  # new | seen | edited | duplicate
    signal_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperOrder:
    """An order as the paper venue keeps it (paper_orders)."""

    request: OrderRequest
    venue_order_id: str
    state: OrderState
    filled: Decimal
    fills: tuple[Fill, ...]
    created_at: datetime
    triggered: bool = False
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperBook:
    """Everything a paper account holds; ``version`` guards against two writers."""

    connection_id: int
    currency: str
    balance: Decimal
    holdings: tuple[Holding, ...] = ()
    leverage: dict[str, int] = field(default_factory=dict)
    version: int = 0
