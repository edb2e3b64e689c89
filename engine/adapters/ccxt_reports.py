"""ccxt's orders in our words. Pure: contracts, numbers and statuses turn here and nowhere else.

A report never says more than its fills show. The engine builds a position from fills alone, so an order that the
venue calls filled, but whose trades it does not show yet, is reported as still open: it is asked for again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from engine.adapters.ccxt_quirks import Quirks
from engine.adapters.convert import optional_amount, to_amount, to_price, to_time
from engine.types import ZERO, ExecutionReport, Fill, Instrument, OrderState

ENDED = {"closed": OrderState.FILLED, "canceled": OrderState.CANCELLED, "expired": OrderState.EXPIRED}
OPEN = ("open", "canceling")
TERMINAL = (OrderState.FILLED, OrderState.CANCELLED, OrderState.EXPIRED, OrderState.REJECTED)


def order_id(order: object) -> str | None:
    """The venue's own number of an order, if this answer names one."""
    found = order.get("id") if isinstance(order, Mapping) else None
    return str(found) if found not in (None, "") else None


def moment_of(answer: object) -> object:
    """When the venue did what it was told to, in milliseconds of its clock; None where it does not say."""
    return answer.get("lastUpdateTimestamp") if isinstance(answer, Mapping) else None


def is_done(order: Mapping[str, Any]) -> bool:
    return order.get("status") in ENDED or order.get("status") == "rejected"


def filled_of(order: Mapping[str, Any], instrument: Instrument) -> Decimal:
    """Base units filled so far; what is not said is nothing."""
    return (optional_amount(order.get("filled")) or ZERO) * instrument.contract_size


def size_of(order: Mapping[str, Any], instrument: Instrument) -> Decimal:
    """Base units ordered. Raises ValueError for what is no amount."""
    return to_price(order.get("amount")) * instrument.contract_size


def child_of(order: Mapping[str, Any], quirks: Quirks) -> str | None:
    """The order that a triggered conditional order became."""
    info = order.get("info")
    if quirks.child_field is None or not isinstance(info, Mapping):
        return None
    found = str(info.get(quirks.child_field) or "")
    return found if found not in ("", "0", order_id(order)) else None


def names_of(order: object) -> tuple[str, ...]:
    """What a conditional order calls itself."""
    info = order.get("info") if isinstance(order, Mapping) else None
    return (str(info.get("stopOrderType")),) if isinstance(info, Mapping) else ()


def fills_of(
    trades: Iterable[Mapping[str, Any]], venue_order_id: str, instrument: Instrument, *, otherwise_at: datetime
) -> tuple[Fill, ...]:  # fmt: skip
    """The fills of one order, oldest first and each once. Raises ValueError for a trade that cannot be read."""
    found: dict[str, Fill] = {}
    for trade in trades:
        if str(trade.get("order") or venue_order_id) == venue_order_id:
            fill = _fill(trade, instrument, otherwise_at)
            found[fill.trade_id] = fill
    return tuple(sorted(found.values(), key=lambda fill: (fill.at, fill.trade_id)))


def _fill(trade: Mapping[str, Any], instrument: Instrument, otherwise_at: datetime) -> Fill:
    """Trade numbers of many venues count for each symbol anew, so the symbol belongs to the id."""
    number = str(trade.get("id") or "")
    if not number:
        raise ValueError("a trade without a number")
    fee, currency = _fee(trade, instrument)
    at = trade.get("timestamp")
    return Fill(
        trade_id=f"{instrument.symbol}#{number}",
        quantity=to_price(trade.get("amount")) * instrument.contract_size,
        price=to_price(trade.get("price")),
        fee=fee,
        fee_currency=currency,
        at=otherwise_at if at is None else to_time(at),
    )


def _fee(trade: Mapping[str, Any], instrument: Instrument) -> tuple[Decimal, str]:
    """What was paid; a rebate counts as nothing. Of fees in several currencies the one in base units changes what
    is held, so it is the one that counts."""
    given = [fee for fee in (*(trade.get("fees") or ()), trade.get("fee") or {}) if fee.get("cost") is not None]
    paid = [(_cost(fee["cost"]), str(fee.get("currency") or instrument.quote)) for fee in given]
    paid.sort(key=lambda one: one[1] != instrument.base)
    return paid[0] if paid else (ZERO, instrument.quote)


def _cost(raw: object) -> Decimal:
    return ZERO if str(raw).startswith("-") else to_amount(raw)


def report(
    order: Mapping[str, Any], client_order_id: str, instrument: Instrument, fills: tuple[Fill, ...], *,
    by_cost: bool = False,
) -> ExecutionReport:  # fmt: skip
    """What the venue says of one order. Raises ValueError for an answer that cannot be trusted."""
    number = order_id(order)
    if number is None:
        raise ValueError("an order without a number")
    quantity = size_of(order, instrument)
    claimed, shown = filled_of(order, instrument), sum((fill.quantity for fill in fills), ZERO)
    state = _state(order, max(claimed, shown), quantity, by_cost=by_cost)
    if shown < claimed and state is not OrderState.REJECTED:
        state = OrderState.PARTIAL if shown else OrderState.ACKED
    return ExecutionReport(
        client_order_id=client_order_id,
        venue_order_id=number,
        symbol=instrument.symbol,
        state=state,
        quantity=quantity,
        filled=shown,
        fills=fills,
    )


def _state(order: Mapping[str, Any], filled: Decimal, quantity: Decimal, *, by_cost: bool) -> OrderState:
    status = order.get("status")
    if status == "rejected":
        return OrderState.REJECTED
    if status in OPEN:
        return OrderState.FILLED if filled >= quantity else OrderState.PARTIAL if filled else OrderState.ACKED
    if not isinstance(status, str) or status not in ENDED:
        raise ValueError(f"an order with the status {str(status)[:30]!r}")
    if filled >= quantity or (by_cost and status == "closed" and filled):
        return OrderState.FILLED
    at_once = str(order.get("timeInForce")).upper() in ("IOC", "FOK")
    if status == "closed" or at_once:
        return OrderState.CANCELLED
    return ENDED[status]
