"""The paper venue: a real venue's rules and books, with simulated money.

Its books live in the store and are as durable as a real venue's: an order and its fills are committed before
``place`` returns, and a new PaperVenue over the same store goes on exactly where the last one stopped. What an
order does is decided by the pure ``paper_ledger``; this file only loads, commits and tells.

One account is one cross-margined pool of holdings. A request for isolated margin is accepted and has no effect
of its own: what it would change is only the moment of a liquidation.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Collection
from datetime import datetime
from decimal import Decimal

from engine.adapters import paper_book as money
from engine.adapters import paper_matching as matching
from engine.adapters.paper_book import Terms
from engine.adapters.paper_ledger import Ledger, advance, arrive, free, set_leverage
from engine.adapters.paper_market import PaperMarket
from engine.adapters.paper_rules import check_leverage
from engine.errors import Code, StaleVersion, VenueBusy, VenueRefused
from engine.market.fan import Fan
from engine.market.instruments import named, resolve
from engine.ports import Store, Tx
from engine.types import (
    ZERO,
    Account,
    ExecutionReport,
    Holding,
    Instrument,
    Listed,
    MarginMode,
    OrderRequest,
    PaperBook,
    PaperOrder,
    Quote,
)

TRIES = 3
"""How often a change is decided again when another process changed the same account first."""


class PaperVenue:
    """One paper account (engine.ports.Venue). Open it with ``await PaperVenue.open(...)``.

    Changes are serialised by a lock in this process and by the book's version between processes. ``place`` and
    ``cancel`` run to their end even if their caller is cancelled, so ``find`` is conclusive at once.
    """

    paper = True
    stops_rest_here = True
    stops_lock = False

    def __init__(self, connection_id: int, store: Store, market: PaperMarket, terms: Terms) -> None:
        self.account_currency = terms.currency
        self._id = connection_id
        self._store = store
        self._market = market
        self._terms = terms
        self._ledger: Ledger | None = None
        self._lock = asyncio.Lock()
        self._reports: Fan[ExecutionReport] = Fan(lambda report: report.client_order_id)

    @classmethod
    async def open(
        cls, connection_id: int, store: Store, market: PaperMarket, terms: Terms | None = None
    ) -> PaperVenue:
        """The account of this connection, with its resting orders live again; opened with ``terms`` if it is new."""
        venue = cls(connection_id, store, market, terms or Terms())
        ledger = await venue._load()
        venue.account_currency = ledger.book.currency
        market.join(venue)
        return venue

    async def instrument(self, base: str, quote: str | None) -> Instrument:
        return resolve(base, quote, self._market.instruments.values())

    async def account(self, *, as_told: bool = False) -> Account:  # noqa: ARG002 - its books are our own
        async with self._lock:
            ledger = await self._load()
            view = await self._market.view(ledger.symbols, self.account_currency)
        return Account(
            currency=self.account_currency,
            balance=ledger.book.balance,
            equity=money.equity(ledger.book, view),
            free=free(ledger, view, self._terms),
        )

    async def quote(self, instrument: Instrument) -> Quote:
        return await self._market.prices.quote(instrument.symbol)

    async def rate(self, currency: str) -> Decimal:
        return await self._market.rate(currency, self.account_currency)

    async def setup(self, symbol: str, leverage: int, margin_mode: MarginMode | None) -> None:  # noqa: ARG002
        """Set the symbol's leverage. NO_MARGIN when the account could not carry what it holds with less leverage."""
        check_leverage(leverage, named(symbol, self._market.instruments))

        async def change(ledger: Ledger) -> Ledger:
            after = set_leverage(ledger, symbol, leverage)
            view = await self._market.view(ledger.symbols, self.account_currency)
            if free(after, view, self._terms) < min(Decimal(0), free(ledger, view, self._terms)):
                raise VenueRefused("not enough free margin for this leverage", code=Code.NO_MARGIN, symbol=symbol)
            return after

        async with self._lock:
            await self._change(change)

    async def place(self, request: OrderRequest) -> ExecutionReport:
        """Take an order; the same client order id again answers with the order that is there."""
        return await asyncio.shield(self._place(request))

    async def find(self, client_order_id: str, symbol: str) -> ExecutionReport | None:  # noqa: ARG002
        async with self._lock:
            order = await self._order(client_order_id)
        return None if order is None else matching.report(order)

    async def cancel(self, client_order_id: str, symbol: str) -> ExecutionReport:  # noqa: ARG002
        """Cancel, or say how the order ended before; VenueRefused(NOT_FOUND) for an id never seen."""
        return await asyncio.shield(self._cancel(client_order_id))

    async def holdings(self, symbols: Collection[str] = ()) -> tuple[Holding, ...]:
        async with self._lock:
            held = (await self._load()).book.holdings
        none = sorted(set(symbols) - {one.symbol for one in held})
        return (*held, *(Holding(symbol=symbol, quantity=ZERO, entry_price=ZERO) for symbol in none))

    async def liquidated(self, symbol: str, since: datetime) -> Decimal | None:  # noqa: ARG002
        """A liquidation here is a report of its own, at the moment it happens."""
        return None

    async def funding(self, symbols: Collection[str], since: datetime) -> None:
        """Nothing is paid for holding here."""

    async def open_orders(self) -> tuple[ExecutionReport, ...]:
        async with self._lock:
            return tuple(matching.report(order) for order in (await self._load()).orders.values())

    async def clock_off(self) -> float:
        """There is one clock only."""
        return 0.0

    async def listed(self) -> tuple[Listed, ...]:
        """Nothing that could be missing in our rows: these books are kept, and restored, together with them."""
        return ()

    def reports(self) -> AsyncIterator[ExecutionReport]:
        return self._reports.reader()

    def expires_after(self) -> float:
        return 0.0

    async def close(self) -> None:
        self._market.leave(self)
        self._reports.close()

    def cares(self, symbol: str) -> bool:
        """True when a tick of this symbol may change something here."""
        return self._ledger is None or symbol in self._ledger.symbols

    async def on_tick(self, quote: Quote) -> None:
        """Let resting orders meet a new quote, and liquidate what can no longer be carried."""

        async def change(ledger: Ledger) -> Ledger:
            latest = [self._market.prices.latest(symbol) for symbol in ledger.symbols - {quote.symbol}]
            known = [other for other in latest if other is not None]
            view = await self._market.view(ledger.symbols, self.account_currency, quote, *known)
            return advance(ledger, quote.symbol, view, self._terms)

        async with self._lock:
            for order in await self._change(change):
                self._reports.publish(matching.report(order))

    async def _place(self, request: OrderRequest) -> ExecutionReport:
        async def change(ledger: Ledger) -> Ledger:
            if await self._order(request.client_order_id) is not None:
                return ledger
            named(request.symbol, self._market.instruments)
            await self._market.prices.watch(request.symbol)
            view = await self._market.view({*ledger.symbols, request.symbol}, self.account_currency)
            return arrive(ledger, request, view, self._terms)

        async with self._lock:
            changed = {order.request.client_order_id: order for order in await self._change(change)}
            ours = changed.pop(request.client_order_id, None) or await self._known(request.client_order_id)
            for other in changed.values():
                self._reports.publish(matching.report(other))
        return matching.report(ours)

    async def _cancel(self, client_order_id: str) -> ExecutionReport:
        async def change(ledger: Ledger) -> Ledger:
            order = ledger.orders.get(client_order_id)
            return ledger if order is None else ledger.put(matching.cancelled(order, "cancelled"))

        async with self._lock:
            await self._change(change)
            order = await self._known(client_order_id)
        return matching.report(order)

    async def _order(self, client_order_id: str) -> PaperOrder | None:
        return await self._store.read(lambda tx: tx.paper.order(self._id, client_order_id))

    async def _known(self, client_order_id: str) -> PaperOrder:
        order = await self._order(client_order_id)
        if order is None:
            raise VenueRefused(f"no order {client_order_id}", code=Code.NOT_FOUND)
        return order

    async def _load(self) -> Ledger:
        """The account as last committed; the first call opens it. The lock is held, or nobody else is there yet."""
        if self._ledger is None:
            book, orders = await self._store.read(self._stored)
            if book is None:
                book = await self._store.write(lambda tx: tx.paper.save(self._new_book()))
            ledger = Ledger(book=book, orders={order.request.client_order_id: order for order in orders})
            for symbol in sorted(ledger.symbols):
                await self._market.prices.watch(symbol)
            self._ledger = ledger
        return self._ledger

    def _stored(self, tx: Tx) -> tuple[PaperBook | None, tuple[PaperOrder, ...]]:
        return tx.paper.book(self._id), tx.paper.orders(self._id, only_open=True)

    def _new_book(self) -> PaperBook:
        return PaperBook(connection_id=self._id, currency=self._terms.currency, balance=self._terms.balance)

    async def _change(self, decide: Callable[[Ledger], Awaitable[Ledger]]) -> tuple[PaperOrder, ...]:
        """Decide, commit, remember; returns the orders that changed. Decides anew when another process was first."""
        for _ in range(TRIES):
            before = await self._load()
            after = await decide(before)
            changed = after.changed_since(before)
            if not changed and after.book == before.book:
                return ()
            try:
                self._ledger = after.settled(await self._commit(after.book, changed))
            except StaleVersion:
                self._ledger = None
            else:
                return changed
        raise VenueBusy("another process keeps changing this account")

    async def _commit(self, book: PaperBook, changed: tuple[PaperOrder, ...]) -> PaperBook:
        def work(tx: Tx) -> PaperBook:
            saved = tx.paper.save(book)
            for order in changed:
                tx.paper.put(self._id, order)
            return saved

        return await self._store.write(work)
