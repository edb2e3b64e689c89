"""What risk decides: a plan or a refusal, and the day's figures."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from engine.types.market import Instrument
from engine.types.positions import Rung
from engine.types.words import ZERO, Direction, MarginMode, OrderType


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
    """What a connection already carries, read in the same moment as the decision.

    ``sides`` are the directions open, or waiting to be, on the symbol in question.
    """

    open_positions: int = 0
    open_on_symbol: int = 0
    sides: frozenset[Direction] = frozenset()
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
