"""How orders live: taken, waiting, fired, filled, ended. Runs inside the exchange's transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

from tests.exchange.book import Quote, Slice, budget, fires, reaches, take
from tests.exchange.firing import Firing
from tests.exchange.intake import Intake
from tests.exchange.model import (
    LIVE,
    ZERO,
    Account,
    Balance,
    Force,
    Happening,
    Instrument,
    Kind,
    Market,
    Order,
    Reason,
    Refusal,
    Request,
    Side,
    Status,
    Trade,
    What,
)
from tests.exchange.perils import Perils
from tests.exchange.wallets import reducing

if TYPE_CHECKING:
    from tests.exchange.core import Exchange


class Matching:
    """Every change of an order goes through here."""

    def __init__(self, exchange: Exchange) -> None:
        self.exchange = exchange
        self.store, self.wallets = exchange.store, exchange.wallets
        self.intake, self.firing, self.perils = Intake(exchange), Firing(exchange), Perils(exchange)

    # --- a new order ---------------------------------------------------------------------------------------------
    def place(self, account: Account, request: Request, *, parent: int = 0) -> Order:
        instrument = self.exchange.instrument(request.market, request.symbol)
        quote = self.exchange.quote(request.market, request.symbol)
        order = self.intake.admit(account, request, instrument, quote, parent=parent)
        if order.status is Status.WAITING and order.unlocked:
            return self.keep(order)
        if order.status is Status.WAITING:
            order = self.wallets.lock(order, instrument, self._affordable(account, order, instrument))
            return self.keep(order)
        return self.enter(account, order, instrument, quote, expire_taker=request.expire_taker)

    def _affordable(self, account: Account, order: Order, instrument: Instrument) -> Decimal:
        """What a resting order locks. Raises Refusal(FUNDS)."""
        needed = self.wallets.reserve(order, instrument)
        asset = instrument.quote if order.side is Side.BUY else instrument.base
        if needed > self.wallets.available(account, order.market, asset):
            raise Refusal(Reason.FUNDS, asset)
        return needed

    def enter(
        self, account: Account, order: Order, instrument: Instrument, quote: Quote, *, expire_taker: bool = False
    ) -> Order:  # fmt: skip
        """Trade what trades at once; the rest of it rests or expires."""
        if order.quote_quantity is not None:
            order = replace(order, quantity=budget(quote, order.side, order.quote_quantity, instrument.step))
        slices = self._within(order, take(quote, order.side, order.remaining, order.price))
        if order.force is Force.POST_ONLY and slices:
            if not expire_taker:
                raise Refusal(Reason.WOULD_TAKE, str(order.price))
            return self.end(self.keep(order), Status.EXPIRED, "post only")
        if order.force is Force.FOK and sum((one.quantity for one in slices), ZERO) < order.quantity:
            return self.end(self.keep(order), Status.EXPIRED, "fill or kill")
        self._refuse_unaffordable(account, order, instrument, slices)
        order = self.keep(order)
        for one in slices:
            order = self.fill(order, instrument, one, maker=False)
        self.store.quotes.put(self.exchange.quote(order.market, order.symbol).taken(order.side, order.filled))
        if order.status is Status.FILLED or not order.status.live:
            return order
        if order.kind is Kind.MARKET or order.force in {Force.IOC, Force.FOK}:
            return self.end(order, Status.EXPIRED, "no more to take")
        order = self.store.orders.put(self.wallets.lock(order, instrument, self._unlocked(order, instrument)))
        self.flush(order.market)
        return order

    def _unlocked(self, order: Order, instrument: Instrument) -> Decimal:
        return self.wallets.reserve(order, instrument) - order.reserved

    def _refuse_unaffordable(
        self, account: Account, order: Order, instrument: Instrument, slices: Sequence[Slice]
    ) -> None:  # fmt: skip
        taken = sum((one.quantity for one in slices), ZERO)
        value = sum((one.quantity * one.price for one in slices), ZERO)
        rest = order.remaining - taken if order.kind is Kind.LIMIT else ZERO
        if order.market is Market.SPOT:
            buys = order.side is Side.BUY
            needed = value + rest * (order.price or ZERO) if buys else taken + rest
            asset = instrument.quote if buys else instrument.base
            if needed - order.reserved > self.wallets.available(account, order.market, asset):
                raise Refusal(Reason.FUNDS, asset)
        elif not reducing(order):
            opening = max(ZERO, order.remaining - self.wallets.reducible(order))
            price = value / taken if taken else order.price or ZERO
            cost = self.wallets.cost(account, order.symbol, opening, price)
            if cost > self.wallets.available(account, order.market, instrument.quote):
                raise Refusal(Reason.MARGIN, instrument.quote)

    # --- prices move ---------------------------------------------------------------------------------------------
    def react(self, quote: Quote) -> None:
        """Fire what the price reached, fill what it crossed, liquidate what it ruined."""
        for order in self.store.orders.all(symbol=quote.symbol, market=quote.market, status=Status.WAITING):
            price = quote.mark if order.trigger_mark else quote.last
            current = self.store.orders.get(id=order.id)
            waits = current is not None and current.status is Status.WAITING and order.trigger_price is not None
            if waits and fires(rising=order.rising, trigger=order.trigger_price, price=price):  # type: ignore[arg-type]
                self.firing.fire(order)
        for order in self.store.orders.all(
            symbol=quote.symbol, market=quote.market, status=[Status.NEW, Status.PARTIAL]
        ):  # fmt: skip
            self._cross(order.id)
        if quote.market is Market.LINEAR:
            self.perils.liquidate(quote.symbol)

    def _cross(self, number: int) -> None:
        """A resting order that the ladder reached trades at its own price, as far as the depth goes."""
        order = self.store.orders.get(id=number)
        if order is None or not order.status.live or order.price is None:
            return
        quote = self.exchange.quote(order.market, order.symbol)
        best = quote.best(order.side)
        if best is None or not reaches(order.side, order.price, best):
            return
        instrument = self.exchange.instrument(order.market, order.symbol)
        slices = self._within(order, take(quote, order.side, order.remaining, order.price))
        quantity = sum((one.quantity for one in slices), ZERO)
        if quantity:
            self.store.quotes.put(quote.taken(order.side, quantity))
            self.fill(order, instrument, Slice(order.price, quantity), maker=True)

    # --- fills and ends ------------------------------------------------------------------------------------------
    def _within(self, order: Order, slices: Sequence[Slice]) -> list[Slice]:
        """The slices, cut to what an order that only reduces may take off."""
        if order.market is not Market.LINEAR or not reducing(order):
            return list(slices)
        left, cut = self.wallets.reducible(order), []
        for one in slices:
            piece = min(left, one.quantity)
            left -= piece
            if piece > 0:
                cut.append(Slice(one.price, piece))
        return cut

    def fill_by_hand(self, number: int, quantity: Decimal, price: Decimal) -> Trade:
        order = self.store.orders.get(id=number)
        if order is None or not order.status.live:
            raise Refusal(Reason.DONE_ALREADY, str(number))
        instrument = self.exchange.instrument(order.market, order.symbol)
        self.fill(order, instrument, Slice(price, quantity), maker=True)
        return self.store.trades.all(order=number)[-1]

    def fill(self, order: Order, instrument: Instrument, one: Slice, *, maker: bool) -> Order:
        account, now = self.exchange.account(order.account), self.exchange.now()
        profit = ZERO
        if order.market is Market.SPOT:
            order = self.wallets.settle_spot(order, instrument, one.quantity, one.price)
        else:
            profit = self.wallets.settle_linear(order, instrument, one.quantity, one.price, now)
        fee, asset = self.wallets.charge(account, order, instrument, one.quantity, one.price, maker=maker)
        filled = order.filled + one.quantity
        done = filled >= order.quantity
        order = self.store.orders.put(replace(
            order, filled=filled, spent=order.spent + one.quantity * one.price, updated=now,
            status=Status.FILLED if done else Status.PARTIAL,
        ))  # fmt: skip
        trade = self.store.trades.put(Trade(
            id=self.store.number("trade", 50_001), order=order.id, account=order.account, market=order.market,
            symbol=order.symbol, side=order.side, quantity=one.quantity, price=one.price, fee=fee, fee_asset=asset,
            maker=maker, profit=profit, position_side=order.position_side, at=now, visible=max(now, order.visible),
        ))  # fmt: skip
        self._tell(What.TRADE, order, trade)
        self.flush(order.market)
        if order.market is Market.LINEAR:
            self._sweep(order)
        return order

    def end(self, order: Order, status: Status, why: str) -> Order:
        """End an order: what it locked is free again."""
        instrument = self.exchange.instrument(order.market, order.symbol)
        order = self.wallets.lock(order, instrument, -order.reserved)
        order = self.store.orders.put(replace(order, status=status, why=why, updated=self.exchange.now()))
        self._tell(What.ORDER, order)
        self.flush(order.market)
        return order

    def _sweep(self, order: Order) -> None:
        """With the position gone, what could only reduce it is expired; conditional reduce-only orders stay."""
        if self.wallets.position(order.account, order.symbol, order.position_side).quantity:
            return
        for other in self.store.orders.all(
            account=order.account, symbol=order.symbol, market=Market.LINEAR, status=LIVE
        ):  # fmt: skip
            same = other.id != order.id and other.position_side is order.position_side
            resting = other.status in {Status.NEW, Status.PARTIAL} and reducing(other)
            closing = other.status is Status.WAITING and other.close_position
            if same and (resting or closing):
                self.end(other, Status.EXPIRED, "position closed")

    # --- telling -------------------------------------------------------------------------------------------------
    def keep(self, order: Order) -> Order:
        self.store.orders.put(order)
        self._tell(What.ORDER, order)
        self.flush(order.market)
        return order

    def _tell(self, what: What, order: Order, trade: Trade | None = None) -> None:
        self.exchange.tell(Happening(
            what=what, at=self.exchange.now(), account=order.account, market=order.market, symbol=order.symbol,
            order=order, trade=trade,
        ))  # fmt: skip

    def flush(self, market: Market) -> None:
        """Tell the sums that changed since the last time."""
        changed, now = self.wallets.changed[:], self.exchange.now()
        self.wallets.changed.clear()
        for row in changed:
            if isinstance(row, Balance):
                happening = Happening(what=What.BALANCE, at=now, account=row.account, market=market, balance=row)
            else:
                happening = Happening(
                    what=What.POSITION, at=now, account=row.account, market=market, symbol=row.symbol, position=row
                )  # fmt: skip
            self.exchange.tell(happening)
