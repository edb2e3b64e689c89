"""When a paper order trades, at what price, how much of it, and what becomes of the rest. Pure.

An order that trades the moment it arrives takes the market's price and pays as a taker. A limit that rested
trades at its own price as a maker: prices between two ticks are not known, so it never does better. A stop
becomes a market order when the side it would trade on reaches the trigger, at whatever price that side has then.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from engine.errors import Code
from engine.types import (
    Direction,
    ExecutionReport,
    Fill,
    OrderRequest,
    OrderState,
    OrderType,
    PaperOrder,
    Quote,
    TimeInForce,
)

STOPS = (OrderType.STOP, OrderType.STOP_LIMIT)
LIMITS = (OrderType.LIMIT, OrderType.STOP_LIMIT)
RESTING = (OrderState.ACKED, OrderState.PARTIAL)
NOT_FILLED = "not_filled"
"""Reason of an order that its time in force ended."""


def rests(order: PaperOrder) -> bool:
    return order.state in RESTING


def remaining(order: PaperOrder) -> Decimal:
    return order.request.quantity - order.filled


def is_reached(request: OrderRequest, quote: Quote) -> bool:
    """True when the market stands at or past the trigger of a stop."""
    if request.trigger is None:
        return True
    market = quote.entry_price(request.direction)
    return market >= request.trigger if request.direction is Direction.BUY else market <= request.trigger


def is_live(order: PaperOrder) -> bool:
    """True for an order that trades by price alone: not a stop, or a stop that has triggered."""
    return order.triggered or order.request.order_type not in STOPS


def price_now(request: OrderRequest, quote: Quote, *, rested: bool) -> Decimal | None:
    """The price at which a live order trades on this quote; None when its limit is not met."""
    market = quote.entry_price(request.direction)
    if request.order_type not in LIMITS or request.price is None:
        return market
    met = market <= request.price if request.direction is Direction.BUY else market >= request.price
    if not met:
        return None
    return request.price if rested else market


def size_now(order: PaperOrder, depth: Decimal | None, cap: Decimal | None) -> Decimal:
    """How much trades at one tick: no more than is left, than the market takes, and than ``cap`` allows."""
    return min(size for size in (remaining(order), depth, cap) if size is not None)


def is_all_or_nothing(order: PaperOrder) -> bool:
    return order.request.time_in_force is TimeInForce.FOK


def filled(
    order: PaperOrder, quantity: Decimal, price: Decimal, fee: Decimal, currency: str, at: datetime
) -> PaperOrder:
    """The order after one more fill; trade ids count up within the order, so they are unique on the account."""
    trade_id = f"{order.request.client_order_id}:{len(order.fills) + 1}"
    fill = Fill(trade_id=trade_id, quantity=quantity, price=price, fee=fee, fee_currency=currency, at=at)
    total = order.filled + quantity
    state = OrderState.FILLED if total == order.request.quantity else OrderState.PARTIAL
    return replace(order, filled=total, fills=(*order.fills, fill), state=state)


def after_chance(order: PaperOrder) -> PaperOrder:
    """What is left of an order after its first chance to trade: only good-till-cancelled goes on resting."""
    if rests(order) and order.request.time_in_force is not TimeInForce.GTC:
        return cancelled(order, NOT_FILLED)
    return order


def cancelled(order: PaperOrder, reason: str | Code) -> PaperOrder:
    return replace(order, state=OrderState.CANCELLED, reason=str(reason))


def report(order: PaperOrder) -> ExecutionReport:
    """The order as the venue tells it."""
    return ExecutionReport(
        client_order_id=order.request.client_order_id,
        venue_order_id=order.venue_order_id,
        symbol=order.request.symbol,
        state=order.state,
        quantity=order.request.quantity,
        filled=order.filled,
        fills=order.fills,
        reason=order.reason,
    )
