"""What fills do to a position: average entry, realised result, targets reached, the end of the trade. Pure.

Money is kept in the account's currency at ``Position.rate``. A fee in the quote currency is a cost; a fee taken in
base units was bought and never held, so it lowers the quantity and costs its entry. A fee in any other currency stays
with its fill: it has no rate here, and a guess would be worse than a gap.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from decimal import ROUND_HALF_EVEN, Decimal

from engine.risk.ladder import is_tradable, rung_quantities
from engine.risk.steps import EXACT
from engine.types import (
    ZERO,
    ClosedReason,
    Execution,
    Fill,
    Instrument,
    Plan,
    Position,
    PositionStatus,
    Quote,
    Rung,
)

_PERCENT = Decimal("0.0001")


def open_from_plan(plan: Plan, execution: Execution, fill: Fill, now: datetime) -> Position:
    """The position that the first fill of a plan opens, with the exits its preset asks for. ``id`` is 0: not stored.

    ``initial_risk`` is measured from the fill, and the triggers given in R with it.
    """
    preset, sign = execution.connection.preset, plan.direction.sign
    risk = abs(fill.price - plan.stop)
    empty = Position(
        id=0,
        signal_id=execution.signal.id,
        connection_id=execution.connection.id,
        execution_id=execution.id,
        user_id=execution.connection.owner_id,
        symbol=plan.instrument.symbol,
        direction=plan.direction,
        quantity=ZERO,
        original_quantity=ZERO,
        entry_price=fill.price,
        opened_at=now,
        sl_price=plan.stop,
        initial_risk=risk,
        rungs=plan.rungs,
        rate=plan.rate,
        trailing_stop_enabled=preset.ts_enabled,
        trailing_stop_distance=preset.ts_distance,
        trailing_stop_percentage=preset.ts_percentage,
        trailing_trigger_price=_at_r(fill.price, preset.ts_trigger_rr, sign * risk),
        breakeven_enabled=preset.be_enabled,
        breakeven_trigger_price=_at_r(fill.price, preset.be_trigger_rr, sign * risk),
        breakeven_trigger_tp=preset.be_trigger_tp,
        breakeven_offset=preset.be_offset_pips * plan.instrument.pip_size,
    )
    return apply_entry_fill(empty, fill, plan.instrument)


def apply_entry_fill(position: Position, fill: Fill, instrument: Instrument) -> Position:
    """More of the position: the entry becomes the average of what is held, the fee is a cost at once."""
    fee, lost = _fee_of(fill, instrument)
    added = max(ZERO, fill.quantity - lost)
    held = position.quantity + added
    cost = position.quantity * position.entry_price + added * fill.price
    grown = replace(
        position,
        quantity=held,
        original_quantity=position.original_quantity + added,
        entry_price=cost / held if held else position.entry_price,
        current_price=fill.price,
    )
    return _valued(_charged(grown, fee + lost * fill.price))


def apply_exit_fill(
    position: Position, fill: Fill, instrument: Instrument, *, reason: ClosedReason, level: int | None = None
) -> Position:  # fmt: skip
    """Less of the position, booked at the fill's own price; ``level`` is the take profit that closed it.

    The position is closed when less than one lot step is left; that dust stays in ``quantity``. A fill larger than
    what is held never turns the position around, and a closed position stays as it is.
    """
    if not position.is_open:
        return position
    fee, lost = _fee_of(fill, instrument)
    sold = min(fill.quantity, position.quantity)
    lost = min(lost, position.quantity - sold)
    gain = (fill.price - position.entry_price) * position.direction.sign * sold * position.rate
    smaller = replace(
        position,
        quantity=position.quantity - sold - lost,
        realised_pnl=position.realised_pnl + gain,
        rungs=_climbed(position, sold, level, fill.at, instrument),
        current_price=fill.price,
    )
    smaller = _charged(smaller, fee + lost * position.entry_price)
    return _valued(_ended(smaller, reason, fill.at) if smaller.quantity < instrument.lot_step else smaller)


def apply_funding(position: Position, amount: Decimal) -> Position:
    """``amount`` of funding, in account currency, received (or paid, below zero) for holding the position.

    A closed position takes it too: its result is what it is by now.
    """
    return _valued(replace(position, funding=position.funding + amount, realised_pnl=position.realised_pnl + amount))


def mark(position: Position, quote: Quote) -> Position:
    """The open position at this quote: price it would close at, profit, and profit in percent of what was paid."""
    if not position.is_open:
        return position
    return _valued(replace(position, current_price=quote.exit_price(position.direction)))


def unrealised(position: Position) -> Decimal:
    """Result of what is still open at the current price, in account currency."""
    if not position.is_open or position.current_price is None:
        return ZERO
    moved = (position.current_price - position.entry_price) * position.direction.sign
    return moved * position.quantity * position.rate


def _valued(position: Position) -> Position:
    pnl = position.realised_pnl + unrealised(position)
    paid = position.original_quantity * position.entry_price * position.rate
    percent = EXACT.divide(pnl * 100, paid) if paid else ZERO
    return replace(position, pnl=pnl, pnl_percentage=percent.quantize(_PERCENT, ROUND_HALF_EVEN, EXACT))


def _charged(position: Position, cost: Decimal) -> Position:
    """``cost`` in the quote currency, taken from the realised result."""
    money = cost * position.rate
    return replace(position, fees=position.fees + money, realised_pnl=position.realised_pnl - money)


def _fee_of(fill: Fill, instrument: Instrument) -> tuple[Decimal, Decimal]:
    """The fee as (cost in quote currency, base units withheld)."""
    if fill.fee_currency == instrument.quote:
        return fill.fee, ZERO
    if fill.fee_currency == instrument.base:
        return ZERO, fill.fee
    return ZERO, ZERO


def _climbed(
    position: Position, sold: Decimal, level: int | None, at: datetime, instrument: Instrument
) -> tuple[Rung, ...]:  # fmt: skip
    """The rungs with ``sold`` booked on theirs; it is done when what is left of its slice cannot be traded."""
    slices = rung_quantities(position.original_quantity, position.rungs, instrument)
    return tuple(
        _booked(rung, sold, whole, at, instrument) if rung.level == level else rung
        for rung, whole in zip(position.rungs, slices, strict=True)
    )


def _booked(rung: Rung, sold: Decimal, whole: Decimal, at: datetime, instrument: Instrument) -> Rung:
    closed = rung.closed_qty + sold
    done = not is_tradable(whole - closed, rung.price, instrument)
    return replace(rung, closed_qty=closed, closed_at=at if done and rung.closed_at is None else rung.closed_at)


def _ended(position: Position, reason: ClosedReason, at: datetime) -> Position:
    status = PositionStatus.LIQUIDATED if reason is ClosedReason.LIQUIDATION else PositionStatus.CLOSED
    return replace(position, status=status, closed_reason=reason, closed_at=at)


def _at_r(entry: Decimal, multiple: Decimal | None, risk: Decimal) -> Decimal | None:
    return None if multiple is None else entry + multiple * risk
