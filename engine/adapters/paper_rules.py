"""What the paper venue turns away at the door: the same rules a real venue has, with our public codes. Pure."""

from __future__ import annotations

from decimal import Decimal

from engine.adapters.paper_book import reducible
from engine.adapters.paper_matching import LIMITS, STOPS, is_reached, price_now
from engine.errors import Code, VenueRefused
from engine.market.instruments import on_step
from engine.types import Direction, Instrument, OrderRequest, OrderType, PaperBook, Quote


def reference_price(request: OrderRequest, quote: Quote) -> Decimal:
    """The price by which an order is valued before it trades: its limit, else its trigger, else the market.

    A sell limit under the market trades at the market, so it is valued there.
    """
    market = quote.entry_price(request.direction)
    own = request.price if request.order_type in LIMITS else request.trigger
    if own is None:
        return market
    marketable = request.order_type is OrderType.LIMIT and request.direction is Direction.SELL
    return max(own, market) if marketable else own


def check_request(request: OrderRequest, instrument: Instrument, quote: Quote, book: PaperBook) -> None:
    """VenueRefused with the code of the first rule that the order breaks."""
    check_steps(request, instrument)
    check_size(request, instrument, reference_price(request, quote))
    check_leverage(request.leverage, instrument)
    check_side(request, instrument, book)
    if request.order_type in STOPS and is_reached(request, quote):
        raise VenueRefused("the stop would trigger at once", code=Code.STOP_PASSED, trigger=str(request.trigger))
    if request.post_only and price_now(request, quote, rested=False) is not None:
        raise VenueRefused("the order would trade at once", code=Code.POST_ONLY, price=str(request.price))


def check_steps(request: OrderRequest, instrument: Instrument) -> None:
    """Prices lie on ticks, quantities on lot steps: the venue rounds nothing."""
    if not on_step(request.quantity, instrument.lot_step):
        raise _refused(Code.VENUE_REFUSED, "quantity is not a multiple of the lot step", instrument.lot_step)
    for price in (request.price, request.trigger):
        if price is not None and not (price > 0 and on_step(price, instrument.tick_size)):
            raise _refused(Code.VENUE_REFUSED, "price is not a multiple of the tick size", instrument.tick_size)


def check_size(request: OrderRequest, instrument: Instrument, price: Decimal) -> None:
    """Smallest and largest order. An order that only reduces is never refused for being small."""
    if instrument.max_qty is not None and request.quantity > instrument.max_qty:
        raise _refused(Code.MAX_QTY, "quantity is above the maximum", instrument.max_qty)
    if request.reduce_only:
        return
    if request.quantity < instrument.min_qty:
        raise _refused(Code.MIN_QTY, "quantity is below the minimum", instrument.min_qty)
    if request.quantity * price < instrument.min_notional:
        raise _refused(Code.MIN_NOTIONAL, "value is below the minimum", instrument.min_notional)


def check_leverage(leverage: int | None, instrument: Instrument) -> None:
    """Leverage between 1 and the instrument's maximum; without margin that is 1."""
    most = instrument.max_leverage if instrument.margin else 1
    if leverage is not None and not 1 <= leverage <= most:
        raise _refused(Code.LEVERAGE, f"leverage {leverage} is not possible", Decimal(most))


def check_side(request: OrderRequest, instrument: Instrument, book: PaperBook) -> None:
    """Nothing to reduce, or a short of something that can only be owned."""
    held = reducible(book, request.symbol, request.direction)
    if request.reduce_only and not held:
        raise VenueRefused("there is no holding to reduce", code=Code.REDUCE_ONLY, symbol=request.symbol)
    selling = request.direction is Direction.SELL and not request.reduce_only
    if selling and not instrument.margin and request.quantity > held:
        raise VenueRefused("only what is held can be sold", code=Code.SHORT_NOT_POSSIBLE, held=str(held))


def _refused(code: Code, reason: str, limit: Decimal) -> VenueRefused:
    return VenueRefused(reason, code=code, limit=format(limit, "f"))
