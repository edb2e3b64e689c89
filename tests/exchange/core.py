"""The exchange: one matching core for every dialect. All calls are plain functions, each one transaction.

Time is injected; ``skew`` is how far the exchange's clock runs ahead of it. What happened is told to ``listeners``
after it was committed. Everything is in the store, so a process may end and another go on with the same file.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from decimal import Decimal

from engine.ports import Clock
from tests.exchange.book import Level, Quote, ladder
from tests.exchange.conditions import Conditions
from tests.exchange.matching import Matching
from tests.exchange.model import (
    LIVE,
    Account,
    Balance,
    Happening,
    Income,
    Instrument,
    Market,
    Order,
    Position,
    PositionSide,
    Reason,
    Refusal,
    Request,
    Status,
    Terms,
    Trade,
    What,
)
from tests.exchange.store import Store
from tests.exchange.wallets import Wallets


class Exchange(Conditions):
    """One venue. ``path`` is its SQLite file; ``unified``: spot and derivatives share one wallet."""

    def __init__(self, clock: Clock, path: str = ":memory:", *, unified: bool = False) -> None:
        super().__init__(clock, Store(path))
        self.wallets = Wallets(self.store, unified=unified)
        self.matching = Matching(self)

    def forget(self) -> None:
        self.wallets.changed.clear()

    # --- accounts and instruments --------------------------------------------------------------------------------
    def list_instrument(self, instrument: Instrument) -> None:
        """List an instrument, or change it (delist: ``trading=False``)."""
        self.store.instruments.put(instrument)

    def instrument(self, market: Market, symbol: str) -> Instrument:
        found = self.store.instruments.get(market=market, symbol=symbol)
        if found is None:
            raise Refusal(Reason.SYMBOL_UNKNOWN, symbol)
        return found

    def open_account(self, account: Account) -> Account:
        """Register a customer, or change one with the same key."""
        return self.store.accounts.put(account)

    def account(self, name: str) -> Account:
        found = self.store.accounts.get(name=name)
        if found is None:
            raise LookupError(name)
        return found

    def by_key(self, key: str) -> Account | None:
        return self.store.accounts.get(key=key)

    def deposit(self, account: str, market: Market, asset: str, amount: Decimal) -> Balance:
        with self.change():
            balance = self.wallets.move(account, market, asset, amount)
            self.matching.flush(market)
        return balance

    def balances(self, account: str, market: Market) -> list[Balance]:
        return self.store.balances.all(account=account, wallet=self.wallets.name(market))

    # --- orders --------------------------------------------------------------------------------------------------
    def place(self, account: str, request: Request) -> Order:
        """Take an order and trade what trades at once. Raises Refusal; then nothing has happened."""
        with self.change():
            return self.matching.place(self.account(account), request)

    def cancel(self, account: str, order: Order) -> Order:
        """Raises Refusal(DONE_ALREADY) for an order that is not live."""
        with self.change():
            current = self.store.orders.get(id=order.id, account=account)
            if current is None:
                raise Refusal(Reason.NOT_FOUND, str(order.id))
            if not current.status.live:
                raise Refusal(Reason.DONE_ALREADY, str(current.status))
            return self.matching.end(current, Status.CANCELED, "by the user")

    def find(
        self, account: str, market: Market, *, symbol: str = "", id: int = 0, client_id: str = "",
        algo: bool | None = None,
    ) -> Order:  # fmt: skip
        """The newest visible order with this id or client order id. Raises Refusal(NOT_FOUND)."""
        by = {"id": id} if id else {"client_id": client_id}
        for order in reversed(self.store.orders.all(account=account, market=market, **by)):
            known = order.visible <= self.now() and (not symbol or order.symbol == symbol)
            if known and (algo is None or order.algo == algo):
                return order
        raise Refusal(Reason.NOT_FOUND, client_id or str(id))

    def orders(
        self, account: str, market: Market, *, symbol: str = "", live: bool = False, algo: bool | None = None
    ) -> list[Order]:  # fmt: skip
        """Visible orders, oldest first; ``live``: only those that may still trade."""
        where: dict[str, object] = {"account": account, "market": market}
        if symbol:
            where["symbol"] = symbol
        if live:
            where["status"] = LIVE
        found = [order for order in self.store.orders.all(**where) if order.visible <= self.now()]
        return [order for order in found if algo is None or order.algo == algo]

    def trades(self, account: str, market: Market, *, symbol: str = "", order: int = 0) -> list[Trade]:
        """Visible fills, oldest first."""
        where: dict[str, object] = {"account": account, "market": market}
        if symbol:
            where["symbol"] = symbol
        if order:
            where["order"] = order
        return [trade for trade in self.store.trades.all(**where) if trade.visible <= self.now()]

    def fill(self, order: int, quantity: Decimal, price: Decimal) -> Trade:
        """A scripted fill of a live order, as a maker, whatever the ladder says."""
        with self.change():
            return self.matching.fill_by_hand(order, quantity, price)

    def expire(self, order: int, why: str = "by the venue") -> Order:
        """The venue ends an order by itself."""
        with self.change():
            current = self.store.orders.get(id=order)
            if current is None or not current.status.live:
                raise Refusal(Reason.DONE_ALREADY, str(order))
            return self.matching.end(current, Status.EXPIRED, why)

    # --- prices --------------------------------------------------------------------------------------------------
    def price(
        self, market: Market, symbol: str, bid: Decimal | str, ask: Decimal | str | None = None, *,
        last: Decimal | str | None = None, mark: Decimal | str | None = None,
        bid_size: Decimal | str | None = None, ask_size: Decimal | str | None = None,
    ) -> Quote:  # fmt: skip
        """Set the best bid and ask (``ask`` alone: a tick above); a size scripts the depth, None is endless."""
        bid = Decimal(bid)
        ask = Decimal(ask) if ask is not None else bid + self.instrument(market, symbol).tick
        bids, asks = [(bid, _amount(bid_size))], [(ask, _amount(ask_size))]
        return self.ladder(market, symbol, bids, asks, last=_amount(last), mark=_amount(mark))

    def ladder(
        self, market: Market, symbol: str, bids: Sequence[Level], asks: Sequence[Level], *,
        last: Decimal | None = None, mark: Decimal | None = None,
    ) -> Quote:  # fmt: skip
        """Set several levels, best first; fires, fills and liquidates whatever follows from them.

        ``last`` is the bid unless told; ``mark`` is ``last`` unless told.
        """
        self.instrument(market, symbol)
        last = last if last is not None else bids[0][0] if bids else asks[0][0]
        quote = Quote(
            market=market, symbol=symbol, bids=ladder(bids), asks=ladder(asks), last=last,
            mark=last if mark is None else mark, at=self.now(),
        )  # fmt: skip
        with self.change():
            self.store.quotes.put(quote)
            self.tell(Happening(what=What.PRICE, at=quote.at, market=market, symbol=symbol))
            self.matching.react(quote)
        return quote

    def walk(self, market: Market, symbol: str, bids: Iterable[Decimal | str]) -> None:
        """Walk through bids one by one, a tick of spread, endless depth."""
        for bid in bids:
            self.price(market, symbol, bid)

    def quote(self, market: Market, symbol: str) -> Quote:
        found = self.store.quotes.get(market=market, symbol=symbol)
        if found is None:
            raise Refusal(Reason.NO_PRICE, symbol)
        return found

    # --- derivatives ---------------------------------------------------------------------------------------------
    def positions(self, account: str, symbol: str = "") -> list[Position]:
        """Positions that are not empty."""
        return [held for held in self.wallets.positions(account) if not symbol or held.symbol == symbol]

    def terms(self, account: str, symbol: str) -> Terms:
        return self.wallets.terms(self.account(account), symbol)

    def set_leverage(self, account: str, symbol: str, leverage: int) -> Terms:
        """Raises Refusal(LEVERAGE_RANGE | UNCHANGED)."""
        instrument = self.instrument(Market.LINEAR, symbol)
        before = self.terms(account, symbol)
        if not 1 <= leverage <= instrument.max_leverage:
            raise Refusal(Reason.LEVERAGE_RANGE, str(leverage))
        if leverage == before.leverage:
            raise Refusal(Reason.UNCHANGED, str(leverage))
        return self.store.terms.put(replace(before, leverage=leverage))

    def set_isolated(self, account: str, symbol: str, isolated: bool) -> Terms:
        """Raises Refusal(UNCHANGED | ORDERS_OPEN | POSITION_OPEN)."""
        before = self.terms(account, symbol)
        if before.isolated == isolated:
            raise Refusal(Reason.UNCHANGED)
        self._refuse_if_busy(account, symbol)
        return self.store.terms.put(replace(before, isolated=isolated))

    def set_hedge(self, account: str, hedge: bool) -> Account:
        """Raises Refusal(UNCHANGED | ORDERS_OPEN | POSITION_OPEN)."""
        before = self.account(account)
        if before.hedge == hedge:
            raise Refusal(Reason.UNCHANGED)
        self._refuse_if_busy(account, "")
        return self.open_account(replace(before, hedge=hedge))

    def _refuse_if_busy(self, account: str, symbol: str) -> None:
        if self.orders(account, Market.LINEAR, symbol=symbol, live=True):
            raise Refusal(Reason.ORDERS_OPEN, symbol)
        if self.positions(account, symbol):
            raise Refusal(Reason.POSITION_OPEN, symbol)

    def fund(self, symbol: str, rate: Decimal) -> list[Income]:
        """Funding: at a rate above zero whoever is long pays it on the mark value, whoever is short receives it."""
        paid = []
        with self.change():
            for held in self.store.positions.all(symbol=symbol):
                if held.quantity:
                    paid.append(self.matching.perils.fund(held, rate))
        return paid

    def incomes(self, account: str, symbol: str = "") -> list[Income]:
        found = self.store.incomes.all(account=account)
        return [income for income in found if not symbol or income.symbol == symbol]

    def close_by_hand(self, account: str, symbol: str, side: PositionSide = PositionSide.BOTH) -> Order:
        """The customer closes a position in the venue's own app."""
        with self.change():
            return self.matching.perils.close(self.account(account), symbol, side)


def _amount(value: Decimal | str | None) -> Decimal | None:
    return None if value is None else Decimal(value)
