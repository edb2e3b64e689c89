"""One paper account, whole: its book and its resting orders, and what an order or a tick makes of them. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from engine.adapters import paper_book as money
from engine.adapters import paper_matching as matching
from engine.adapters.paper_book import Terms, View
from engine.adapters.paper_rules import check_request, reference_price
from engine.errors import Code, VenueRefused
from engine.types import (
    ZERO,
    Direction,
    Holding,
    OrderRequest,
    OrderState,
    OrderType,
    PaperBook,
    PaperOrder,
)

LIQUIDATION = "liquidation"
"""Reason of the order with which the venue closes a holding that the account can no longer carry."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """The book and the orders that rest, by client order id."""

    book: PaperBook
    orders: Mapping[str, PaperOrder]

    @property
    def symbols(self) -> frozenset[str]:
        """Symbols whose price matters to this account."""
        held = {h.symbol for h in self.book.holdings}
        return frozenset(held | {o.request.symbol for o in self.orders.values()})

    def put(self, order: PaperOrder) -> Ledger:
        return replace(self, orders={**self.orders, order.request.client_order_id: order})

    def resting(self, symbol: str) -> list[PaperOrder]:
        """Orders that wait for this symbol, first come first."""
        waiting = [o for o in self.orders.values() if o.request.symbol == symbol and matching.rests(o)]
        return sorted(waiting, key=lambda o: (o.created_at, o.request.client_order_id))

    def settled(self, book: PaperBook) -> Ledger:
        """The ledger as it goes on after a commit: done orders leave it, ``book`` carries the new version."""
        return Ledger(book=book, orders={k: o for k, o in self.orders.items() if matching.rests(o)})

    def changed_since(self, before: Ledger) -> tuple[PaperOrder, ...]:
        return tuple(o for k, o in self.orders.items() if before.orders.get(k) != o)


def free(ledger: Ledger, view: View, terms: Terms) -> Decimal:
    """Equity less the margin of holdings and of the orders that may still open something."""
    reserved = sum((reserve(ledger, o, view, terms) for o in ledger.orders.values() if matching.rests(o)), ZERO)
    return money.equity(ledger.book, view) - money.used_margin(ledger.book, view, terms) - reserved


def reserve(ledger: Ledger, order: PaperOrder, view: View, terms: Terms) -> Decimal:
    """Margin and fee that a resting order keeps back for the part of it that would open or enlarge a holding."""
    request = order.request
    opening = _opening(ledger, request, matching.remaining(order), view)
    price = reference_price(request, view.quotes[request.symbol])
    fee = money.booked(money.fee(opening, price, terms.taker_fee), view.rate(request.symbol))
    return money.margin(ledger.book, request.symbol, opening, price, view, terms) + fee


def _opening(ledger: Ledger, request: OrderRequest, quantity: Decimal, view: View) -> Decimal:
    if _only_reduces(request, view):
        return ZERO
    return max(ZERO, quantity - money.reducible(ledger.book, request.symbol, request.direction))


def _only_reduces(request: OrderRequest, view: View) -> bool:
    """Reduce-only by request, or by nature: what can only be owned can only be sold from the holding."""
    return request.reduce_only or (request.direction is Direction.SELL and not view.instruments[request.symbol].margin)


def arrive(ledger: Ledger, request: OrderRequest, view: View, terms: Terms) -> Ledger:
    """The ledger after a new order came in and took what it could. VenueRefused when it may not come in."""
    instrument, quote = view.instruments[request.symbol], view.quotes[request.symbol]
    check_request(request, instrument, quote, ledger.book)
    order = PaperOrder(
        request=request,
        venue_order_id=f"paper-{request.client_order_id}",
        state=OrderState.ACKED,
        filled=ZERO,
        fills=(),
        created_at=view.now,
    )
    after = set_leverage(ledger, request.symbol, request.leverage).put(order)
    opens = _opening(ledger, request, request.quantity, view) > 0
    if opens and free(after, view, terms) < 0:
        raise _unaffordable(ledger, request, view, terms)
    after = work(after, order, view, terms, arriving=True)
    if after.orders[request.client_order_id].reason == Code.NO_MARGIN:
        raise _unaffordable(ledger, request, view, terms)
    return after


def _unaffordable(ledger: Ledger, request: OrderRequest, view: View, terms: Terms) -> VenueRefused:
    code = Code.NO_MARGIN if view.instruments[request.symbol].margin else Code.INSUFFICIENT_FUNDS
    return VenueRefused("not enough free margin", code=code, free=format(free(ledger, view, terms), "f"))


def set_leverage(ledger: Ledger, symbol: str, leverage: int | None) -> Ledger:
    if leverage is None or ledger.book.leverage.get(symbol) == leverage:
        return ledger
    return replace(ledger, book=replace(ledger.book, leverage={**ledger.book.leverage, symbol: leverage}))


def advance(ledger: Ledger, symbol: str, view: View, terms: Terms) -> Ledger:
    """The ledger after a tick of ``symbol``: resting orders in the order they came, then liquidation."""
    for order in ledger.resting(symbol):
        current = ledger.orders[order.request.client_order_id]
        if matching.rests(current):
            ledger = work(ledger, current, view, terms, arriving=False)
    return liquidate(ledger, view, terms)


def work(ledger: Ledger, order: PaperOrder, view: View, terms: Terms, *, arriving: bool) -> Ledger:
    """Give one order its chance at the present quote."""
    request, quote = order.request, view.quotes[order.request.symbol]
    rested = matching.is_live(order) and not arriving
    if not matching.is_live(order):
        if not matching.is_reached(request, quote):
            return ledger
        order = replace(order, triggered=True)
    price = matching.price_now(request, quote, rested=rested)
    if price is None:
        return ledger.put(matching.after_chance(order))
    return _trade(ledger, order, price, view, terms, maker=rested and request.order_type in matching.LIMITS)


def _trade(ledger: Ledger, order: PaperOrder, price: Decimal, view: View, terms: Terms, *, maker: bool) -> Ledger:
    """Fill what the market, the holding and the margin allow; end or rest what is left."""
    request = order.request
    cap = money.reducible(ledger.book, request.symbol, request.direction) if _only_reduces(request, view) else None
    if cap == 0:
        return ledger.put(matching.cancelled(order, Code.REDUCE_ONLY))
    size = matching.size_now(order, terms.depth, cap)
    wanted = matching.size_now(order, None, cap)
    if matching.is_all_or_nothing(order) and size < wanted:
        return ledger.put(matching.cancelled(order, matching.NOT_FILLED))
    after = _fill(ledger, order, size, price, view, terms.maker_fee if maker else terms.taker_fee)
    if _opening(ledger, request, size, view) > 0 and free(after, view, terms) < 0:
        return ledger.put(matching.cancelled(order, Code.NO_MARGIN))
    done = matching.after_chance(after.orders[request.client_order_id])
    return _drop_orphans(after.put(done), request.symbol, view)


def _fill(ledger: Ledger, order: PaperOrder, size: Decimal, price: Decimal, view: View, share: Decimal) -> Ledger:
    request, instrument = order.request, view.instruments[order.request.symbol]
    paid = money.fee(size, price, share)
    book = money.apply_fill(ledger.book, instrument, request.direction, size, price, paid, view.rate(request.symbol))
    order = matching.filled(order, size, price, paid, instrument.quote, view.now)
    return replace(ledger, book=book).put(order)


def _drop_orphans(ledger: Ledger, symbol: str, view: View) -> Ledger:
    """Cancel the orders that were there to reduce a holding that is gone."""
    for order in ledger.resting(symbol):
        request = order.request
        if _only_reduces(request, view) and not money.reducible(ledger.book, symbol, request.direction):
            ledger = ledger.put(matching.cancelled(order, Code.REDUCE_ONLY))
    return ledger


def liquidate(ledger: Ledger, view: View, terms: Terms) -> Ledger:
    """Close leveraged holdings, the worst first, until equity carries the rest."""
    while leveraged := [h for h in ledger.book.holdings if view.instruments[h.symbol].margin]:
        if money.equity(ledger.book, view) >= money.maintenance(ledger.book, view, terms):
            break
        worst = min(leveraged, key=lambda h: money.open_profit(h, view))
        ledger = _close_out(ledger, worst, view, terms)
    return ledger


def _close_out(ledger: Ledger, held: Holding, view: View, terms: Terms) -> Ledger:
    """The venue's own order that closes one holding whole, whatever the depth."""
    direction = Direction.SELL if held.quantity > 0 else Direction.BUY
    # the book's version goes up with every commit, which makes the id unique on the account
    request = OrderRequest(
        client_order_id=f"{LIQUIDATION}-{ledger.book.version}-{held.symbol}",
        symbol=held.symbol,
        direction=direction,
        order_type=OrderType.MARKET,
        quantity=abs(held.quantity),
        reduce_only=True,
    )
    order = PaperOrder(
        request=request,
        venue_order_id=f"paper-{request.client_order_id}",
        state=OrderState.ACKED,
        filled=ZERO,
        fills=(),
        created_at=view.now,
        reason=LIQUIDATION,
    )
    price = view.quotes[held.symbol].entry_price(direction)
    closed = _fill(ledger, order, request.quantity, price, view, terms.taker_fee)
    return _drop_orphans(closed, held.symbol, view)
