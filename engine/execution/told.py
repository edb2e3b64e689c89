"""What the owner of a trade is told, built from the rows of the transaction that made it true."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import TypedDict

from engine.events import (
    Event,
    PartClosed,
    PositionClosed,
    PositionGrew,
    PositionOpened,
    ResultCorrected,
    StopMoved,
    TargetHit,
)
from engine.ports import Tx
from engine.types import ZERO, Execution, Fill, OrderType, Plan, Position, Protection


class Head(TypedDict):
    """The fields that every message of a trade carries: where, on paper or not, what, which way."""

    connection: str
    paper: bool
    symbol: str
    direction: str


class Exit(Head):
    """The fields that a message of a partial exit carries besides."""

    position_id: int
    price: Decimal
    quantity: Decimal
    left: Decimal
    pnl: Decimal
    currency: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Trade:
    """The rows around one execution that its messages speak of."""

    execution: Execution
    plan: Plan
    source: str

    @property
    def head(self) -> Head:
        connection = self.execution.connection
        return {
            "connection": connection.name,
            "paper": connection.is_paper,
            "symbol": self.plan.instrument.symbol,
            "direction": self.plan.direction.value,
        }

    @property
    def currency(self) -> str:
        return str(self.execution.connection.settings.get("currency", self.plan.instrument.quote))


def trade_of(tx: Tx, execution: Execution) -> Trade:
    plan = tx.executions.plan_of(execution.id)
    if plan is None:
        raise LookupError(f"execution {execution.id} has no plan")
    return Trade(execution=execution, plan=plan, source=source_name(tx, execution))


def source_name(tx: Tx, execution: Execution) -> str:
    source_id = execution.signal.source_id
    source = tx.sources.get(source_id) if source_id is not None else None
    return source.name if source else ""


def tell(tx: Tx, trade: Trade, event: Event, key: str, now: datetime, position_id: int | None = None) -> None:
    """Owe the connection's owner this message; the key makes telling it twice impossible."""
    execution = trade.execution
    tx.outbox.tell(
        execution.connection.owner_id,
        event,
        key=key,
        now=now,
        connection_id=execution.connection.id,
        signal_id=execution.signal.id,
        position_id=position_id,
    )


def opened(trade: Trade, position: Position, *, stop_rests: bool, now: datetime) -> PositionOpened:
    plan = trade.plan
    return PositionOpened(
        **trade.head,
        source=trade.source,
        position_id=position.id,
        quantity=position.quantity,
        base=plan.instrument.base,
        entry_price=position.entry_price,
        stop=plan.stop,
        targets=rungs(position),
        risk=risk_of(position, plan),
        currency=trade.currency,
        protection="placing" if stop_rests else Protection.ENGINE.value,
        leverage=plan.leverage,
        notes=[[code, details] for code, details in plan.notes],
        latency_ms=_latency(trade, now),
        by_hand=_begun(trade.execution) > trade.execution.signal.published_at,
    )


def _begun(execution: Execution) -> datetime:
    """The post, or the tap of an owner who was asked."""
    return execution.opened_at or execution.signal.published_at


def _latency(trade: Trade, now: datetime) -> int | None:
    """Until the fill, in milliseconds; an order that waited for its price has none worth telling."""
    if any(order.order_type is not OrderType.MARKET for order in trade.plan.orders):
        return None
    return int((now - _begun(trade.execution)).total_seconds() * 1000)


def rungs(position: Position) -> list[dict[str, str]]:
    return [
        {"level": str(r.level), "price": format(r.price, "f"), "share": format(r.share, "f")} for r in position.rungs
    ]


def risk_of(position: Position, plan: Plan) -> Decimal:
    """Loss at the stop for what really filled, in account currency."""
    return abs(position.entry_price - plan.stop) * position.quantity * position.rate


def grew(trade: Trade, position: Position, added: Decimal) -> PositionGrew:
    return PositionGrew(
        **trade.head, position_id=position.id, added=added, quantity=position.quantity, entry_price=position.entry_price
    )


def stop_moved(trade: Trade, before: Position, after: Position, reason: str) -> StopMoved:
    if after.sl_price is None:
        raise ValueError("a stop moves to a price")
    return StopMoved(
        **trade.head,
        position_id=after.id,
        old=before.sl_price,
        new=after.sl_price,
        reason=reason,
        protection=after.protection.value,
    )


def left(
    trade: Trade, before: Position, after: Position, fills: tuple[Fill, ...], level: int | None, reason: str
) -> Event:  # fmt: skip
    """The message of an exit: a target, a part closed by hand or by the channel, or the end of the trade."""
    quantity = sum((f.quantity for f in fills), ZERO)
    price = sum((f.quantity * f.price for f in fills), ZERO) / quantity
    if not after.is_open:
        return closed(trade, after, price)
    common: Exit = {
        **trade.head,
        "position_id": after.id,
        "price": price,
        "quantity": quantity,
        "left": after.quantity,
        "pnl": after.realised_pnl - before.realised_pnl,
        "currency": trade.currency,
    }
    if level is not None:
        return TargetHit(**common, level=level)
    return PartClosed(**common, reason=reason)


def closed(trade: Trade, position: Position, price: Decimal) -> PositionClosed:
    if position.closed_at is None or position.closed_reason is None:
        raise ValueError(f"position {position.id} is not closed")
    return PositionClosed(
        **trade.head,
        position_id=position.id,
        reason=position.closed_reason.value,
        entry_price=position.entry_price,
        exit_price=price,
        quantity=position.original_quantity,
        pnl=position.pnl,
        pnl_percentage=position.pnl_percentage,
        fees=position.fees,
        funding=position.funding,
        currency=trade.currency,
        opened_at=position.opened_at,
        closed_at=position.closed_at,
    )


def corrected(trade: Trade, before: Position, after: Position) -> ResultCorrected:
    return ResultCorrected(
        **trade.head,
        position_id=after.id,
        funding=after.funding - before.funding,
        before=before.pnl,
        pnl=after.pnl,
        pnl_percentage=after.pnl_percentage,
        currency=trade.currency,
    )
