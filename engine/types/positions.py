"""Open trades, and what the exit rules may do to them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from engine.types.words import ZERO, ClosedReason, Direction, PositionStatus, Protection


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
    ``pnl`` is realised plus unrealised, net of ``fees`` and with ``funding`` (below zero: paid), in account currency.
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
    funding: Decimal = ZERO
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
    crossed: bool = False  # its account held the other side when it was booked out: nothing new is opened into that
    version: int = 1
    seq: int = 0

    @property
    def is_open(self) -> bool:
        return self.status is PositionStatus.OPEN


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosePart:
    """Close ``quantity`` of a position at the market; ``level`` names the take profit that asked for it.

    ``key`` names the press or message that asked: heard again after a crash, it closes nothing more.
    """

    quantity: Decimal
    reason: ClosedReason
    level: int | None = None
    key: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveStop:
    """Put the stop at ``price``, towards profit only; unless ``loosen_ok``: its owner gives it more room."""

    price: Decimal
    reason: ClosedReason
    loosen_ok: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Track:
    """Remember the best price so far, for the trailing stop."""

    highest: Decimal
    lowest: Decimal


Action = ClosePart | MoveStop | Track
