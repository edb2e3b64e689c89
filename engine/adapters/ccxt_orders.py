"""Our orders in ccxt's words. Pure: what may be sent, in contracts and steps, and only in forms that were proven."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, NamedTuple

from engine.adapters.ccxt_abilities import Abilities
from engine.adapters.ccxt_quirks import Quirks
from engine.errors import Code, VenueRefused
from engine.market.instruments import floor_to_step, on_step, round_price
from engine.types import Direction, Instrument, OrderRequest, OrderType, Quote, TimeInForce

CONDITIONAL = (OrderType.STOP, OrderType.STOP_LIMIT)
LIMITED = (OrderType.LIMIT, OrderType.STOP_LIMIT)


class Arguments(NamedTuple):
    """The arguments of ccxt's ``create_order``, in its order. Numbers are text."""

    symbol: str
    kind: str
    side: str
    amount: Any
    price: str | None
    params: dict[str, Any]


def fitted(request: OrderRequest, instrument: Instrument) -> tuple[Decimal, Decimal | None]:
    """Quantity and trigger as they may be sent. VenueRefused before any call when they may not.

    An order that only reduces is made to fit: rules may have changed since it was sized, and it has to leave. Its
    quantity goes down, its trigger to the nearest tick.
    """
    quantity, trigger = request.quantity, request.trigger
    if request.reduce_only:
        quantity = floor_to_step(quantity, instrument.lot_step)
        trigger = None if trigger is None else round_price(trigger, instrument.tick_size)
        if quantity <= 0:
            raise _refused(Code.MIN_QTY, "less than the lot step is left", instrument.lot_step)
    if not on_step(quantity, instrument.lot_step):
        raise _refused(Code.VENUE_REFUSED, "quantity is not a multiple of the lot step", instrument.lot_step)
    for price in (request.price, trigger):
        if price is not None and not (price > 0 and on_step(price, instrument.tick_size)):
            raise _refused(Code.VENUE_REFUSED, "price is not a multiple of the tick size", instrument.tick_size)
    return quantity, trigger


def check_size(request: OrderRequest, instrument: Instrument, market_price: Decimal | None) -> None:
    """VenueRefused for an order that is too large or too small; a price that nobody knows is left to the venue."""
    if instrument.max_qty is not None and request.quantity > instrument.max_qty and not request.reduce_only:
        raise _refused(Code.MAX_QTY, "quantity is above the maximum", instrument.max_qty)
    if request.reduce_only:
        return
    if request.quantity < instrument.min_qty:
        raise _refused(Code.MIN_QTY, "quantity is below the minimum", instrument.min_qty)
    price = request.price or request.trigger or market_price
    if price is not None and request.quantity * price < instrument.min_notional:
        raise _refused(Code.MIN_NOTIONAL, "value is below the minimum", instrument.min_notional)


def check_not_passed(request: OrderRequest, quote: Quote) -> None:
    """VenueRefused for a stop whose price the market has reached already."""
    if request.trigger is None:
        return
    market = quote.entry_price(request.direction)
    passed = market >= request.trigger if request.direction is Direction.BUY else market <= request.trigger
    if passed:
        raise _refused(Code.STOP_PASSED, "the stop would trigger at once", request.trigger)


def check_leverage(leverage: int, instrument: Instrument) -> None:
    most = instrument.max_leverage if instrument.margin else 1
    if not 1 <= leverage <= most:
        raise _refused(Code.LEVERAGE, f"leverage {leverage} is not possible", Decimal(most))


def arguments(
    request: OrderRequest, instrument: Instrument, able: Abilities, quirks: Quirks, *, name: str,
    hedged: bool = False, market_price: Decimal | None = None,
) -> Arguments:  # fmt: skip
    """How ccxt sends this order. ``name`` is our id in the venue's form. VenueRefused for what was not proven there."""
    quantity, trigger = fitted(request, instrument)
    buys = request.direction is Direction.BUY
    params: dict[str, Any] = {able.id_param: name}
    if able.market == "swap" and request.reduce_only:
        params["reduceOnly"] = True
    if hedged:
        params["hedged"] = True
    if trigger is not None:
        params |= _stop(request, able, quirks, trigger, buys)
    if request.time_in_force is not TimeInForce.GTC and request.order_type in LIMITED:
        params |= _force(request.time_in_force, able)
    if request.post_only:
        params |= _post_only(able)
    if request.margin_mode is not None and able.margin_in_order and not request.reduce_only:
        params["marginMode"] = request.margin_mode.value
    price = request.price if request.order_type in LIMITED else None
    priced = able.market_needs_price or (able.buys_by_cost and buys)
    if price is None and priced:
        if market_price is None:
            raise VenueRefused("no price to value the order by", code=Code.NO_PRICE, symbol=request.symbol)
        price = round_price(market_price, instrument.tick_size)
    amount = quantity / instrument.contract_size
    return Arguments(
        symbol=request.symbol,
        kind="limit" if request.order_type in LIMITED else "market",
        side=request.direction.value,
        amount=_as_number(amount) if able.counts_in_numbers else _text(amount),
        price=None if price is None else _text(price),
        params=params,
    )


def _stop(request: OrderRequest, able: Abilities, quirks: Quirks, trigger: Decimal, buys: bool) -> dict[str, Any]:
    """A stop that reduces goes in the measured form, any other one only where it was seen to rest."""
    protects = request.reduce_only or (able.market == "spot" and not buys)
    if request.order_type is OrderType.STOP and protects and able.stop is not None:
        return able.stop.params(trigger, buys=buys)
    if not quirks.entry_stops:
        raise VenueRefused(f"{able.title} takes no such stop from us", code=Code.VENUE_REFUSED)
    towards = (
        {"triggerDirection": "ascending" if buys else "descending"}
        if quirks.stop_direction and able.market == "swap"
        else {}
    )
    return {"triggerPrice": _text(trigger), **towards}


def _force(force: TimeInForce, able: Abilities) -> dict[str, Any]:
    if not (able.ioc if force is TimeInForce.IOC else able.fok):
        raise VenueRefused(f"{able.title} does not know {force.value}", code=Code.TIME_IN_FORCE)
    return {"timeInForce": force.value.upper()}


def _post_only(able: Abilities) -> dict[str, Any]:
    if not able.post_only:
        raise VenueRefused(f"{able.title} does not know post-only orders", code=Code.TIME_IN_FORCE)
    return {"postOnly": True}


def _as_number(amount: Decimal) -> int | float:
    """Some classes calculate with the amount. A number whose shortest form is not the same amount is refused."""
    number = int(amount) if amount == amount.to_integral_value() else float(amount)
    if Decimal(repr(number)) != amount:
        raise VenueRefused("the quantity has too many digits", code=Code.VENUE_REFUSED)
    return number


def _text(value: Decimal) -> str:
    return format(value.normalize(), "f")


def _refused(code: Code, reason: str, limit: Decimal) -> VenueRefused:
    return VenueRefused(reason, code=code, limit=format(limit, "f"))
