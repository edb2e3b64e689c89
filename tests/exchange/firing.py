"""What becomes of a conditional order when its price comes: it turns active in place, or into another order."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from tests.exchange.model import Account, Order, PositionSide, Refusal, Request, Status

if TYPE_CHECKING:
    from tests.exchange.core import Exchange
    from tests.exchange.matching import Matching


class Firing:
    """A fired order passes the same checks as a new one; what fails them is rejected."""

    def __init__(self, exchange: Exchange) -> None:
        self.exchange, self.wallets = exchange, exchange.wallets

    @property
    def matching(self) -> Matching:
        return self.exchange.matching

    def fire(self, order: Order) -> None:
        account = self.exchange.account(order.account)
        if order.close_position:
            order = replace(order, quantity=self.wallets.reducible(order))
        if order.algo:
            self._spawn(account, order)
            return
        order = replace(order, fired=True, status=Status.NEW, updated=self.exchange.now())
        instrument = self.exchange.instrument(order.market, order.symbol)
        try:
            self.matching.intake.refuse_pointless(order)
            self.matching.enter(account, order, instrument, self.exchange.quote(order.market, order.symbol))
        except Refusal as refusal:
            self.matching.end(order, Status.REJECTED, str(refusal.reason))

    def _spawn(self, account: Account, order: Order) -> None:
        """A fired algo order becomes a new order with the same client order id."""
        request = Request(
            market=order.market, symbol=order.symbol, side=order.side, kind=order.kind, quantity=order.quantity,
            client_id=order.client_id, price=order.price, force=order.force,
            reduce_only=order.reduce_only or (order.close_position and order.position_side is PositionSide.BOTH),
            position_side=order.position_side,
        )  # fmt: skip
        try:
            child = self.matching.place(account, request, parent=order.id)
        except Refusal as refusal:
            self.matching.end(order, Status.REJECTED, str(refusal.reason))
            return
        self.matching.end(replace(order, child=child.id, fired=True), Status.TRIGGERED, "")
