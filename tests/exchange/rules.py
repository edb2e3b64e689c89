"""What the exchange checks before it takes an order. Pure: an instrument, a price, a request; a refusal or nothing."""

from __future__ import annotations

from decimal import Decimal

from tests.exchange.book import Quote, fires
from tests.exchange.model import (
    Account,
    Instrument,
    Kind,
    Market,
    PositionSide,
    Reason,
    Refusal,
    Request,
    Side,
    Trigger,
)


def check(request: Request, instrument: Instrument, quote: Quote, account: Account) -> None:
    """Raise Refusal for the first rule the request breaks."""
    if not instrument.trading:
        raise Refusal(Reason.NOT_TRADING, instrument.symbol)
    _check_side(request, account)
    _check_prices(request, instrument, quote)
    if not request.close_position:
        _check_quantity(request, instrument, quote)
    if request.trigger_price is not None and fired(request, quote):
        raise Refusal(Reason.WOULD_TRIGGER, str(request.trigger_price))


def rises(request: Request) -> bool:
    """Whether the trigger is reached from below."""
    if request.rising is not None:
        return request.rising
    return (request.side is Side.BUY) == (request.trigger is Trigger.STOP)


def fired(request: Request, quote: Quote) -> bool:
    """Whether a conditional request fires at the present price."""
    price = quote.mark if request.trigger_mark else quote.last
    return request.trigger_price is not None and fires(
        rising=rises(request), trigger=request.trigger_price, price=price
    )


def reduces(request: Request) -> bool:
    """Whether the request can only make a position smaller."""
    if request.position_side is PositionSide.LONG:
        return request.side is Side.SELL
    if request.position_side is PositionSide.SHORT:
        return request.side is Side.BUY
    return request.reduce_only or request.close_position


def _check_side(request: Request, account: Account) -> None:
    if request.market is not Market.LINEAR:
        return
    if account.hedge == (request.position_side is PositionSide.BOTH):
        raise Refusal(Reason.POSITION_MODE, str(request.position_side))


def _check_prices(request: Request, instrument: Instrument, quote: Quote) -> None:
    for price in (request.price, request.trigger_price):
        if price is not None and (price <= 0 or price % instrument.tick):
            raise Refusal(Reason.BAD_TICK, str(price))
    if request.price is None or not instrument.band:
        return
    too_high = request.side is Side.BUY and request.price > quote.last * instrument.band
    too_low = request.side is Side.SELL and request.price * instrument.band < quote.last
    if too_high or too_low:
        raise Refusal(Reason.PRICE_BAND, "high" if too_high else "low")


def _check_quantity(request: Request, instrument: Instrument, quote: Quote) -> None:
    if request.quote_quantity is not None:
        notional = request.quote_quantity
    else:
        if request.quantity % instrument.step:
            raise Refusal(Reason.BAD_STEP, str(request.quantity))
        if not instrument.min_quantity <= request.quantity <= instrument.max_quantity:
            raise Refusal(Reason.QUANTITY_RANGE, str(request.quantity))
        notional = request.quantity * _price(request, quote)
    if notional < instrument.min_notional and not reduces(request):
        raise Refusal(Reason.MIN_NOTIONAL, str(notional))


def _price(request: Request, quote: Quote) -> Decimal:
    if request.kind is Kind.LIMIT and request.price is not None:
        return request.price
    return request.trigger_price or quote.last
