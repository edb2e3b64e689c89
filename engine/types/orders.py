"""Orders as they go to a venue, and what the venue says of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from engine.types.words import ZERO, Direction, MarginMode, OrderState, OrderType, TimeInForce


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderRequest:
    """One neutral order for any venue. ``price`` is the limit price, ``trigger`` the stop price.

    ``leverage`` and ``margin_mode`` are the terms that an entry needs; without them it takes those of the account.
    ``post_only``: a limit order that rests, or is refused with POST_ONLY when it would trade at once.
    """

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
    margin_mode: MarginMode | None = None
    post_only: bool = False

    def __post_init__(self) -> None:
        if not (self.quantity.is_finite() and self.quantity > 0):
            raise ValueError(f"order quantity must be positive, not {self.quantity}")
        if self.order_type in (OrderType.LIMIT, OrderType.STOP_LIMIT) and self.price is None:
            raise ValueError("a limit order needs a price")
        if self.order_type in (OrderType.STOP, OrderType.STOP_LIMIT) and self.trigger is None:
            raise ValueError("a stop order needs a trigger")
        rests = self.order_type is OrderType.LIMIT and self.time_in_force is TimeInForce.GTC
        if self.post_only and not rests:
            raise ValueError("only a limit order that may rest can be post-only")


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
class Listed:
    """An order that is alive, as a venue's list shows it. ``surely_ours``: nobody else gives ids of this form."""

    client_order_id: str
    venue_order_id: str
    symbol: str
    direction: Direction
    quantity: Decimal
    surely_ours: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """A position as the venue reports it: quantity > 0 long, < 0 short. An account may keep both of a symbol.

    Where coins are held, and nothing says in which pair they were bought, ``symbol`` is the coin.
    """

    symbol: str
    quantity: Decimal
    entry_price: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """One order attempt (orders): the durable intent and what became of it.

    ``leg`` is E1.. for entries, T1.. for take profits, S for the resting stop, C for every other close (with a
    fingerprint of the wish behind it, if that has a key).
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
