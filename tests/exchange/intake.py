"""Whether the exchange takes an order, and the row it becomes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.exchange import rules
from tests.exchange.book import Quote
from tests.exchange.model import (
    Account,
    DuplicatePolicy,
    Instrument,
    Market,
    Order,
    Reason,
    Refusal,
    Request,
    Status,
)
from tests.exchange.wallets import reducing

if TYPE_CHECKING:
    from tests.exchange.core import Exchange


class Intake:
    """The checks that need more than the request: earlier orders, positions, waiting stops."""

    def __init__(self, exchange: Exchange) -> None:
        self.exchange = exchange
        self.store, self.wallets = exchange.store, exchange.wallets

    def admit(
        self, account: Account, request: Request, instrument: Instrument, quote: Quote, *, parent: int = 0
    ) -> Order:  # fmt: skip
        """The order as it begins, not yet kept. ``parent`` is the algo order it comes from. Raises Refusal."""
        if not parent:
            self._refuse_duplicate(account, request)
        rules.check(request, instrument, quote, account)
        order = self.written(account, request, parent)
        self.refuse_pointless(order)
        if order.status is Status.WAITING:
            self._refuse_second_close(order)
        return order

    def written(self, account: Account, request: Request, parent: int) -> Order:
        number, now = self.store.number("order", 1001), self.exchange.now()
        waits = request.trigger_price is not None
        return Order(
            id=number, account=account.name, market=request.market, symbol=request.symbol,
            client_id=request.client_id or f"web_{number}", side=request.side, kind=request.kind,
            quantity=request.quantity, quote_quantity=request.quote_quantity, price=request.price,
            trigger=request.trigger, trigger_price=request.trigger_price, trigger_mark=request.trigger_mark,
            rising=waits and rules.rises(request), force=request.force, reduce_only=request.reduce_only,
            close_position=request.close_position, position_side=request.position_side, algo=request.algo,
            unlocked=request.unlocked, parent=parent, status=Status.WAITING if waits else Status.NEW, created=now,
            updated=now, visible=now + int(self.exchange.lag * 1000),
        )  # fmt: skip

    def _refuse_duplicate(self, account: Account, request: Request) -> None:
        policy = self.exchange.duplicates(request.market)
        if not request.client_id or policy is DuplicatePolicy.NONE:
            return
        same = self.store.orders.all(account=account.name, market=request.market, client_id=request.client_id)
        taken = [order for order in same if policy is DuplicatePolicy.ALWAYS or order.status.live]
        if any(order.algo == request.algo for order in taken):
            raise Refusal(Reason.DUPLICATE, request.client_id)

    def refuse_pointless(self, order: Order) -> None:
        """An order that can only reduce needs something to reduce, unless it still waits for its price."""
        pointless = order.market is Market.LINEAR and reducing(order) and not self.wallets.reducible(order)
        if pointless and order.status is not Status.WAITING:
            raise Refusal(Reason.REDUCE_ONLY, order.symbol)

    def _refuse_second_close(self, order: Order) -> None:
        if not order.close_position:
            return
        waiting = self.store.orders.all(account=order.account, symbol=order.symbol, status=Status.WAITING)
        for other in waiting:
            if other.close_position and (other.side, other.trigger) == (order.side, order.trigger):
                raise Refusal(Reason.CLOSE_POSITION_EXISTS, order.symbol)
