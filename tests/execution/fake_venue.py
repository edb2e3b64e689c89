"""A venue whose every answer is written by the test. It never dedupes: an order sent twice is there twice."""

from __future__ import annotations

import asyncio
from collections import defaultdict, deque
from collections.abc import AsyncIterator, Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal

from engine.errors import Code, VenueBusy, VenueLocked, VenueRefused, VenueSilent
from engine.execution.orders import TERMINAL
from engine.ports import Clock
from engine.types import (
    ZERO,
    Account,
    ExecutionReport,
    Fill,
    FundingPayment,
    Holding,
    Instrument,
    Listed,
    MarginMode,
    OrderRequest,
    OrderState,
    OrderType,
    Quote,
)
from tests.storage.worlds import instrument

D = Decimal


@dataclass(frozen=True)
class Fault:
    """What goes wrong with one call: ``arrives`` says whether the venue took it, ``after`` how many seconds later."""

    raises: Exception
    arrives: bool = False
    after: float = 0.0


def refused(code: Code = Code.VENUE_REFUSED) -> Fault:
    return Fault(VenueRefused("no", code=code))


def locked() -> Fault:
    return Fault(VenueLocked("the key is gone"))


def busy(wait: float = 1.0) -> Fault:
    return Fault(VenueBusy("slow down", retry_after=wait))


def lost() -> Fault:
    return Fault(VenueSilent("timeout"))


def answer_lost() -> Fault:
    return Fault(VenueSilent("timeout"), arrives=True)


def late(seconds: float) -> Fault:
    return Fault(VenueSilent("timeout"), arrives=True, after=seconds)


def broken() -> Fault:
    """The answer was cut short: an exception that no adapter knows by name."""
    return Fault(RuntimeError("payload is not completed"), arrives=True)


@dataclass
class Accepted:
    """An order that the venue took."""

    request: OrderRequest
    venue_order_id: str
    arrives_at: datetime
    state: OrderState = OrderState.ACKED
    fills: list[Fill] = field(default_factory=list)
    reason: str = ""
    tried: bool = False  # a market order meets the book once, at its arrival

    @property
    def filled(self) -> Decimal:
        return sum((f.quantity for f in self.fills), ZERO)

    @property
    def left(self) -> Decimal:
        return self.request.quantity - self.filled

    def report(self) -> ExecutionReport:
        return ExecutionReport(
            client_order_id=self.request.client_order_id,
            venue_order_id=self.venue_order_id,
            symbol=self.request.symbol,
            state=self.state,
            quantity=self.request.quantity,
            filled=self.filled,
            fills=tuple(self.fills),
            reason=self.reason,
        )

    def listed(self) -> Listed:
        asked = self.request
        return Listed(
            client_order_id=asked.client_order_id, venue_order_id=self.venue_order_id, symbol=asked.symbol,
            direction=asked.direction, quantity=asked.quantity,
        )  # fmt: skip


class FakeVenue:
    """``engine.ports.Venue``. ``slices`` are the quantities that the next market orders fill at once; all, without."""

    paper = False
    account_currency = "USDT"

    def __init__(self, clock: Clock, *, expires_after: float | None = 10.0, lag: float = 0.0) -> None:
        self.stops_rest_here = True
        self.stops_lock = False  # like a spot account: what a resting stop would sell cannot be sold by another order
        self.book: list[Accepted] = []
        self.others: dict[str, Decimal] = {}
        self.liquidations: dict[str, Decimal] = {}
        self.payments: list[FundingPayment] | None = []  # None: this venue does not show them
        self.unread: set[str] = set()  # symbols that an answer about holdings leaves out
        self.calls: list[tuple[str, str]] = []
        self.slices: deque[Decimal] = deque()
        self.bid = self.ask = D(100)
        self.fee, self.fee_currency = ZERO, "USDT"
        self.lag = lag
        self.ahead = 0.0  # seconds that its clock is ahead of ours
        self._clock = clock
        self._expires_after = expires_after
        self._faults: defaultdict[str, deque[Fault | None]] = defaultdict(deque)
        self._reports: asyncio.Queue[ExecutionReport | None] = asyncio.Queue()

    # --- what the test says ------------------------------------------------------------------------

    def script(self, call: str, *faults: Fault | None) -> None:
        """What becomes of the next calls of this method; None is a call that goes well."""
        self._faults[call].extend(faults)

    def heal(self) -> None:
        self._faults.clear()

    def count(self, call: str) -> int:
        return sum(name == call for name, _ in self.calls)

    def price(self, price: Decimal) -> None:
        """Bid and ask, from now on."""
        self.bid = self.ask = price

    def fill(self, order: Accepted, quantity: Decimal | None = None, price: Decimal | None = None) -> ExecutionReport:
        """This much more of the order trades; all that is left without a quantity, at 100 without a price."""
        price = D(100) if price is None else price
        quantity = order.left if quantity is None else quantity
        number = sum(len(o.fills) for o in self.book) + 1
        order.fills.append(
            Fill(
                trade_id=f"t{number}", quantity=quantity, price=price, fee=self.fee * quantity,
                fee_currency=self.fee_currency, at=self._clock.now(),
            )
        )  # fmt: skip
        order.state = OrderState.PARTIAL if order.left > 0 else OrderState.FILLED
        return order.report()

    def end(self, order: Accepted, state: OrderState = OrderState.CANCELLED) -> ExecutionReport:
        order.state = state
        return order.report()

    def say(self, *reports: ExecutionReport) -> None:
        """Report without being asked."""
        for report in reports:
            self._reports.put_nowait(report)

    def orders(self, leg: OrderType | None = None) -> list[Accepted]:
        """What arrived, of this type."""
        self._arrive()
        return [o for o in self.book if leg is None or o.request.order_type is leg]

    def resting(self) -> list[Accepted]:
        return [o for o in self.orders() if o.state not in TERMINAL]

    def net(self, symbol: str) -> Decimal:
        mine = (o for o in self.book if o.request.symbol == symbol)
        return sum((o.filled * o.request.direction.sign for o in mine), self.others.get(symbol, ZERO))

    def foreign(self, symbol: str, quantity: Decimal) -> None:
        """The owner trades this much by hand."""
        self.others[symbol] = self.others.get(symbol, ZERO) + quantity

    # --- the port ----------------------------------------------------------------------------------

    async def clock_off(self) -> float:
        return self.ahead

    async def instrument(self, base: str, quote: str | None) -> Instrument:
        self._meet("instrument", f"{base}/{quote}")
        return instrument()

    async def account(self, *, as_told: bool = False) -> Account:
        self._meet("account", "")
        return Account(currency="USDT", balance=D(10000), equity=D(10000), free=D(10000))

    async def quote(self, instrument: Instrument) -> Quote:
        self._meet("quote", instrument.symbol)
        return Quote(symbol=instrument.symbol, bid=self.bid, ask=self.ask, at=self._clock.now())

    async def rate(self, currency: str) -> Decimal:
        return D(1)

    async def setup(self, symbol: str, leverage: int, margin_mode: MarginMode | None) -> None: ...

    async def place(self, request: OrderRequest) -> ExecutionReport:
        fault = self._next("place", request.client_order_id)
        if fault is not None and not fault.arrives:
            raise fault.raises
        order = Accepted(
            request=request,
            venue_order_id=f"v{len(self.book) + 1}",
            arrives_at=self._clock.now() + timedelta(seconds=fault.after if fault else 0.0),
        )
        if request.reduce_only and self._reducible(request) <= 0:
            raise VenueRefused("nothing to reduce", code=Code.REDUCE_ONLY)
        if self.stops_lock and request.reduce_only and self._free(request) < request.quantity:
            raise VenueRefused("balance is locked", code=Code.INSUFFICIENT_FUNDS)
        if fault is None or self._expires_after is None or fault.after < self._expires_after:
            self.book.append(order)
            self._arrive()
        if fault is not None:
            raise fault.raises
        return order.report()

    async def find(self, client_order_id: str, symbol: str) -> ExecutionReport | None:
        self._meet("find", client_order_id)
        self._arrive()
        seen = self._clock.now() - timedelta(seconds=self.lag)
        found = [o for o in self.book if o.request.client_order_id == client_order_id and o.arrives_at <= seen]
        return found[0].report() if found else None

    async def cancel(self, client_order_id: str, symbol: str) -> ExecutionReport:
        fault = self._next("cancel", client_order_id)
        found = [o for o in self.resting() if o.request.client_order_id == client_order_id]
        if fault is not None and not fault.arrives:
            raise fault.raises
        for order in found:
            order.state = OrderState.CANCELLED
        if fault is not None:
            raise fault.raises
        known = [o for o in self.book if o.request.client_order_id == client_order_id]
        if not known:
            raise VenueRefused("no such order", code=Code.NOT_FOUND)
        return known[0].report()

    async def holdings(self, symbols: Collection[str] = ()) -> tuple[Holding, ...]:
        self._meet("holdings", "")
        shown = {*symbols, *(o.request.symbol for o in self.book)} - self.unread
        held = ((symbol, self.net(symbol)) for symbol in sorted(shown))
        return tuple(Holding(symbol=s, quantity=q, entry_price=D(100)) for s, q in held if q or s in symbols)

    async def liquidated(self, symbol: str, since: datetime) -> Decimal | None:
        self._meet("liquidated", symbol)
        return self.liquidations.get(symbol)

    async def funding(self, symbols: Collection[str], since: datetime) -> tuple[FundingPayment, ...] | None:
        self._meet("funding", since.isoformat())
        if self.payments is None:
            return None
        return tuple(p for p in self.payments if p.symbol in symbols and p.at >= since)

    async def open_orders(self) -> tuple[ExecutionReport, ...]:
        return tuple(o.report() for o in self.resting())

    async def listed(self) -> tuple[Listed, ...]:
        self._meet("listed", "")
        return tuple(o.listed() for o in self.resting())

    async def reports(self) -> AsyncIterator[ExecutionReport]:
        while (report := await self._reports.get()) is not None:
            yield report

    def expires_after(self) -> float | None:
        return self._expires_after

    async def close(self) -> None:
        self._reports.put_nowait(None)

    # --- inside ------------------------------------------------------------------------------------

    def _next(self, call: str, what: str) -> Fault | None:
        self.calls.append((call, what))
        waiting = self._faults[call]
        return waiting.popleft() if waiting else None

    def _meet(self, call: str, what: str) -> None:
        fault = self._next(call, what)
        if fault is not None:
            raise fault.raises

    def _arrive(self) -> None:
        """Market orders trade the moment they arrive, late ones too."""
        for order in self.book:
            fresh = order.state is OrderState.ACKED and order.request.order_type is OrderType.MARKET
            if fresh and order.arrives_at <= self._clock.now() and not order.tried:
                order.tried = True
                self._trade(order)

    def _trade(self, order: Accepted) -> None:
        size = order.left
        if order.request.reduce_only:
            size = min(size, self._reducible(order.request))
        if self.slices:
            size = min(size, self.slices.popleft())
        if size > 0:
            self.fill(order, size, self.ask if order.request.direction.sign > 0 else self.bid)
        if order.left and order.request.reduce_only:
            order.state = OrderState.CANCELLED

    def _free(self, request: OrderRequest) -> Decimal:
        locked = (o.left for o in self.resting() if o.request.reduce_only and o.request.symbol == request.symbol)
        return self._reducible(request) - sum(locked, ZERO)

    def _reducible(self, request: OrderRequest) -> Decimal:
        return -self.net(request.symbol) * request.direction.sign
