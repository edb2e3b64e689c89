"""Enums: the values are stable strings, stored in the database."""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum

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
    """What a channel's signals do for its owner. PAPER is AUTO on paper accounts only."""

    OFF = "off"
    ASK = "ask"
    AUTO = "auto"
    PAPER = "paper"


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


def stricter(one: TradingState, other: TradingState) -> TradingState:
    """Of two switches, the one that lets less through."""
    order = tuple(TradingState)  # from free to strict
    return max(one, other, key=order.index)


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


class Role(StrEnum):
    USER = "user"
    ADMIN = "admin"
    SUPER = "super"
