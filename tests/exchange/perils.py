"""What befalls a position without an order of its owner's: liquidation, funding; and a close in the venue's own app."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

from tests.exchange.book import Slice
from tests.exchange.model import (
    LIVE,
    Account,
    Happening,
    Income,
    Kind,
    Market,
    Order,
    Position,
    PositionSide,
    Reason,
    Refusal,
    Request,
    Side,
    Status,
    What,
)

if TYPE_CHECKING:
    from tests.exchange.core import Exchange
    from tests.exchange.matching import Matching


class Perils:
    """Works through the same fills as every other order."""

    def __init__(self, exchange: Exchange) -> None:
        self.exchange = exchange
        self.store, self.wallets = exchange.store, exchange.wallets

    @property
    def matching(self) -> Matching:
        return self.exchange.matching

    def close(self, account: Account, symbol: str, side: PositionSide) -> Order:
        held = self.wallets.position(account.name, symbol, side)
        if not held.quantity:
            raise Refusal(Reason.REDUCE_ONLY, symbol)
        return self.matching.place(account, Request(
            market=Market.LINEAR, symbol=symbol, side=_against(held), kind=Kind.MARKET, position_side=side,
            quantity=abs(held.quantity), reduce_only=side is PositionSide.BOTH,
        ))  # fmt: skip

    def liquidate(self, symbol: str) -> None:
        owners = {held.account for held in self.store.positions.all(symbol=symbol) if held.quantity}
        for name in sorted(owners):
            account = self.exchange.account(name)
            for held in self.wallets.doomed(account):
                self._seize(account, held)

    def _seize(self, account: Account, held: Position) -> None:
        for order in self.store.orders.all(
            account=account.name, symbol=held.symbol, market=Market.LINEAR, status=LIVE
        ):  # fmt: skip
            self.matching.end(order, Status.EXPIRED, "liquidation")
        mark, now = self.wallets.mark(held.symbol), self.exchange.now()
        request = Request(
            market=Market.LINEAR, symbol=held.symbol, side=_against(held), kind=Kind.MARKET,
            quantity=abs(held.quantity), position_side=held.side, client_id=f"autoclose-{now}",
        )  # fmt: skip
        seized = replace(self.matching.intake.written(account, request, 0), liquidation=True)
        order = self.matching.keep(seized)
        instrument = self.exchange.instrument(Market.LINEAR, held.symbol)
        self.matching.fill(order, instrument, Slice(mark, order.quantity), maker=False)
        left = self.wallets.balance(account.name, Market.LINEAR, instrument.quote).free
        if left < 0:  # the insurance fund pays what the account cannot
            self.wallets.move(account.name, Market.LINEAR, instrument.quote, -left)
        self.matching.flush(Market.LINEAR)

    def fund(self, held: Position, rate: Decimal) -> Income:
        quote = self.exchange.instrument(Market.LINEAR, held.symbol).quote
        amount = -held.quantity * self.wallets.mark(held.symbol) * rate
        self.wallets.move(held.account, Market.LINEAR, quote, amount)
        income = self.store.incomes.put(Income(
            id=self.store.number("income", 9_001), account=held.account, symbol=held.symbol, asset=quote,
            amount=amount, what="FUNDING_FEE", at=self.exchange.now(), size=abs(held.quantity),
        ))  # fmt: skip
        self.exchange.tell(Happening(
            what=What.FUNDING, at=income.at, account=held.account, market=Market.LINEAR, symbol=held.symbol,
            income=income,
        ))  # fmt: skip
        self.matching.flush(Market.LINEAR)
        return income


def _against(held: Position) -> Side:
    return Side.SELL if held.quantity > 0 else Side.BUY
