"""From "this signal, this connection" to a durable intent: gates, plan and order rows in one transaction.

What the connection already carries, whether its owner paused, whether it was disabled: all of it is read in the
very transaction that writes the orders, so nothing can change between the check and the intent.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from engine.analytics.metrics import day_bounds
from engine.errors import Code
from engine.events import SignalRefused
from engine.execution import orders as machine
from engine.execution import sides, told
from engine.execution.ids import client_order_id
from engine.figures import figures_of, symbol_of
from engine.ports import Tx
from engine.risk.plan import plan as decide
from engine.types import (
    Account,
    Connection,
    Entry,
    Execution,
    ExecutionStatus,
    Instrument,
    Order,
    OrderRequest,
    OrderState,
    Plan,
    PlannedOrder,
    Quote,
    Refusal,
    TradingState,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What the venue showed just before the decision. ``rate`` is account currency per unit of the quote currency."""

    instrument: Instrument
    account: Account
    quote: Quote
    rate: Decimal


def reserve(
    tx: Tx, execution_id: int, look: Look | Refusal, *, install: str, expires_after: float | None, now: datetime
) -> tuple[Order, ...] | Refusal:  # fmt: skip
    """The entry orders, already SUBMITTING, or the refusal, already told. Nothing at all if somebody was faster."""
    execution = tx.executions.get(execution_id)
    if execution is None or execution.status is not ExecutionStatus.PENDING or tx.orders.of_execution(execution_id):
        return ()
    decision = _closed_gate(tx, execution, now) or would_be(tx, execution.connection, execution.signal.entry, look, now)
    if isinstance(decision, Refusal):
        refuse(tx, execution, decision, now)
        return decision
    tx.executions.reserve(execution_id, decision)
    tx.connections.mark_used(execution.connection.id, now)
    return tuple(
        tx.orders.add(machine.submitting(_order(execution, decision, planned, install), now, expires_after))
        for planned in decision.orders
    )


def refuse(tx: Tx, execution: Execution, refusal: Refusal, now: datetime) -> None:
    """Log the attempt with its reason and tell the owner."""
    status = ExecutionStatus.SKIPPED if refusal.code in _SKIPPED else ExecutionStatus.REJECTED
    tx.executions.settle(execution.id, status, now, code=refusal.code, details=refusal.details)
    connection, entry = execution.connection, execution.signal.entry
    event = SignalRefused(
        source=told.source_name(tx, execution),
        connection=connection.name,
        paper=connection.is_paper,
        symbol=symbol_of(entry),
        direction=entry.direction.value,
        code=refusal.code,
        details=refusal.details,
        **figures_of(entry),
    )
    tx.outbox.tell(
        connection.owner_id,
        event,
        key=f"refused:{execution.id}",
        now=now,
        connection_id=connection.id,
        signal_id=execution.signal.id,
    )


def call_off(tx: Tx, execution_id: int, now: datetime) -> None:
    """What nothing was ordered for yet is not ordered any more."""
    execution = tx.executions.get(execution_id)
    if execution is None or execution.status is not ExecutionStatus.PENDING or tx.orders.of_execution(execution_id):
        return
    refuse(tx, execution, Refusal(code=Code.SIGNAL_WITHDRAWN), now)


_SKIPPED = frozenset({Code.PAUSED, Code.HALTED, Code.TOO_OLD, Code.SIGNAL_WITHDRAWN})


def unwanted(tx: Tx, order: Order, now: datetime) -> Code | None:
    """Why an order that has not left should stay; None while it is wanted.

    An exit is wanted while there is anything to leave; how much of it, ``exits.fitted`` says. An
    entry is wanted while its gates are open, nobody took it back and its trade is not over.
    """
    position = tx.positions.of_execution(order.execution_id)
    over = position is not None and not position.is_open
    if not machine.is_entry(order):
        return Code.ALREADY_CLOSED if over or position is None else None
    if over or order.purpose:
        return Code.ALREADY_CLOSED
    execution = tx.executions.get(order.execution_id)
    closed = _closed_gate(tx, execution, now) if execution is not None else None
    closed = closed or sides.closed_to_entries(tx, order.connection_id, order.request.symbol)
    return Code(closed.code) if closed is not None else None


def kept_back(tx: Tx, connection_id: int, client_order_id: str, now: datetime) -> Code | None:
    """The same of one that was let out, and waits at the door of its venue."""
    order = tx.orders.by_client_id(connection_id, client_order_id)
    return None if order is None else unwanted(tx, order, now)


# --- gates: each looks at one thing and says no or nothing; the execution was read in this transaction ---


def _closed_gate(tx: Tx, execution: Execution, now: datetime) -> Refusal | None:
    return next((no for gate in GATES if (no := gate(tx, execution, now))), None)


def _connection_active(_tx: Tx, execution: Execution, _now: datetime) -> Refusal | None:
    if not execution.connection.can_execute:
        return Refusal(code=Code.NOT_ACTIVE, details={"connection": execution.connection.name})
    return None


def _owner_trading(tx: Tx, execution: Execution, _now: datetime) -> Refusal | None:
    state = tx.users.trading_state(execution.connection.owner_id)
    if state is TradingState.ACTIVE:
        return None
    return Refusal(code=Code.PAUSED if state is TradingState.REDUCE_ONLY else Code.HALTED)


def _fresh(tx: Tx, execution: Execution, now: datetime) -> Refusal | None:
    """A signal that waited out a crash or a silent venue is not traded late by itself."""
    source_id = execution.signal.source_id
    source = tx.sources.get(source_id) if source_id is not None else None
    age = (now - (execution.opened_at or execution.signal.published_at)).total_seconds()
    if source is None or age <= source.max_age_seconds:
        return None
    return Refusal(code=Code.TOO_OLD, details={"age": str(int(age)), "limit": str(source.max_age_seconds)})


def _still_meant(_tx: Tx, execution: Execution, _now: datetime) -> Refusal | None:
    """The channel may take its signal back while the venue is looked at."""
    return Refusal(code=Code.SIGNAL_WITHDRAWN) if execution.signal.withdrawn else None


GATES: tuple[Callable[[Tx, Execution, datetime], Refusal | None], ...] = (
    _connection_active, _owner_trading, _fresh, _still_meant,
)  # fmt: skip


# --- the plan and its orders -----------------------------------------------------------------------


def would_be(tx: Tx, connection: Connection, entry: Entry, look: Look | Refusal, now: datetime) -> Plan | Refusal:
    """What this entry would become on this connection now; nothing is written."""
    if isinstance(look, Refusal):
        return look
    closed = sides.closed_to_entries(tx, connection.id, look.instrument.symbol)
    if closed is not None:
        return closed
    zone = tx.users.timezone(connection.owner_id)
    today, _ = day_bounds(now.astimezone(ZoneInfo(zone)).date(), zone)
    return decide(
        entry=entry,
        preset=connection.preset,
        account=look.account,
        instrument=look.instrument,
        quote=look.quote,
        rate=look.rate,
        exposure=tx.positions.exposure(connection.id, look.instrument.symbol, today),
        now=now,
    )


def _order(execution: Execution, plan: Plan, planned: PlannedOrder, install: str) -> Order:
    request = OrderRequest(
        client_order_id=client_order_id(install, execution.connection.id, execution_key(execution), planned.leg, 1),
        symbol=plan.instrument.symbol,
        direction=plan.direction,
        order_type=planned.order_type,
        quantity=planned.quantity,
        price=planned.price,
        trigger=planned.trigger,
        leverage=plan.leverage,
        margin_mode=plan.margin_mode,
    )
    return new_order(execution.id, execution.connection, planned.leg, 1, request)


def execution_key(execution: Execution) -> str:
    """The signal, and when it was taken: a database that begins anew, or from a backup, gives its signals the same
    numbers again, and must not call its orders by the names of those that the venue had from the one before."""
    taken = execution.opened_at or execution.signal.published_at
    return f"s{execution.signal.id}@{taken.isoformat()}"


def new_order(
    execution_id: int, connection: Connection, leg: str, attempt: int, request: OrderRequest,
    *, position_id: int | None = None, purpose: str = "",
) -> Order:  # fmt: skip
    """An attempt before its first commit; the store gives it its id."""
    return Order(
        id=0,
        execution_id=execution_id,
        connection_id=connection.id,
        position_id=position_id,
        leg=leg,
        attempt=attempt,
        state=OrderState.PLANNED,
        request=request,
        purpose=purpose,
    )
