"""The paper account under any sequence of orders, cancels, prices and restarts: its books stay exact.

The test keeps no book of its own. It adds up the cash that every fill moved, which is another way to the same
figures than the averaged holdings and booked profits of the account.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from decimal import Decimal
from typing import Any, TypeVar

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from engine.adapters.paper_book import Terms
from engine.errors import VenueRefused
from engine.types import ZERO, ExecutionReport, OrderRequest, OrderState, OrderType, TimeInForce
from tests.adapters.contract import BTC, BUY, SELL, PaperBench
from tests.adapters.fakes import FakeStore

T = TypeVar("T")
D = Decimal
PEPE = "PEPE/USDT"
SCALE = {BTC: (D("0.1"), D("0.001")), PEPE: (D("0.00000001"), D("10000"))}
MIDDLE = {BTC: 640_000, PEPE: 1_250}
START = D(10_000)
DONE = (OrderState.FILLED, OrderState.CANCELLED)


class PaperAccount(RuleBasedStateMachine):
    """BTC/USDT on margin and PEPE/USDT owned outright, in one account."""

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.sent: list[OrderRequest] = []
        self.ended: dict[str, ExecutionReport] = {}

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return self.loop.run_until_complete(work)

    def teardown(self) -> None:
        self.run(self.bench.venue.close())
        self.loop.close()

    @initialize(depth=st.sampled_from([None, D("0.05"), D("30000")]))
    def open(self, depth: Decimal | None) -> None:
        self.bench = self.run(PaperBench(FakeStore(), Terms(depth=depth)).open())

    @rule(
        symbol=st.sampled_from([BTC, PEPE]),
        direction=st.sampled_from([BUY, SELL]),
        kind=st.sampled_from(list(OrderType)),
        force=st.sampled_from([*TimeInForce, TimeInForce.GTC, TimeInForce.GTC]),
        lots=st.one_of(st.integers(min_value=40, max_value=900), st.integers(min_value=1_500, max_value=3_000)),
        away=st.integers(min_value=-40, max_value=100),
        reduce_only=st.sampled_from([False, False, False, True]),
        leverage=st.sampled_from([None, None, None, None, None, 1, 7, 100]),
    )
    def place(self, symbol, direction, kind, force, lots, away, reduce_only, leverage) -> None:  # type: ignore[no-untyped-def]
        """Mostly limits on the far side of the market and stops before it; some the other way."""
        tick, lot = SCALE[symbol]
        stops = kind in (OrderType.STOP, OrderType.STOP_LIMIT)
        side = direction.sign if stops else -direction.sign
        price = (MIDDLE[symbol] + side * away * MIDDLE[symbol] // 1_000) * tick
        request = OrderRequest(
            client_order_id=f"o{len(self.sent)}",
            symbol=symbol,
            direction=direction,
            order_type=kind,
            quantity=lots * lot,
            price=price if kind in (OrderType.LIMIT, OrderType.STOP_LIMIT) else None,
            trigger=price if stops else None,
            time_in_force=force,
            reduce_only=reduce_only,
            leverage=leverage,
        )
        self.send(request)

    @precondition(lambda self: self.run(self.bench.venue.holdings()))
    @rule(part=st.sampled_from([1, 2, 3]))
    def close(self, part: int) -> None:
        held = self.run(self.bench.venue.holdings())[0]
        lot = SCALE[held.symbol][1]
        self.send(
            OrderRequest(
                client_order_id=f"o{len(self.sent)}",
                symbol=held.symbol,
                direction=SELL if held.quantity > 0 else BUY,
                order_type=OrderType.MARKET,
                quantity=max(lot, abs(held.quantity) * part // 2 // lot * lot),
                reduce_only=True,
            )
        )

    def send(self, request: OrderRequest) -> None:
        symbol, direction, reduce_only = request.symbol, request.direction, request.reduce_only
        before = self.everything()
        held = self.holding(symbol)
        try:
            report = self.run(self.bench.venue.place(request))
        except VenueRefused as refused:
            assert refused.code is not None
            assert self.everything() == before
            assert self.run(self.bench.venue.find(request.client_order_id, symbol)) is None
            return
        self.sent.append(request)
        assert self.run(self.bench.venue.find(request.client_order_id, symbol)) == report
        if not reduce_only and held * direction.sign >= 0 and (report.filled or report.state not in DONE):
            assert self.run(self.bench.venue.account()).free >= 0
        if reduce_only:
            assert self.holding(symbol) * held >= 0, "a reducing order turned the holding round"
            assert abs(self.holding(symbol)) <= abs(held)

    @precondition(lambda self: self.sent)
    @rule(data=st.data())
    def place_again(self, data: st.DataObject) -> None:
        request = data.draw(st.sampled_from(self.sent))
        before = self.everything()
        report = self.run(self.bench.venue.place(request))
        assert report == self.run(self.bench.venue.find(request.client_order_id, request.symbol))
        assert self.everything() == before

    @precondition(lambda self: self.sent)
    @rule(data=st.data())
    def cancel(self, data: st.DataObject) -> None:
        request = data.draw(st.sampled_from(self.sent))
        first = self.run(self.bench.venue.cancel(request.client_order_id, request.symbol))
        assert first.state in DONE
        assert self.run(self.bench.venue.cancel(request.client_order_id, request.symbol)) == first

    @rule(symbol=st.sampled_from([BTC, PEPE]), away=st.integers(min_value=-300, max_value=300))
    def move(self, symbol: str, away: int) -> None:
        price = (MIDDLE[symbol] + away * MIDDLE[symbol] // 1_000) * SCALE[symbol][0]
        self.run(self.bench.move(str(price), symbol))

    @rule()
    def restart(self) -> None:
        before = self.everything()
        self.run(self.bench.reopen())
        assert self.everything() == before

    def everything(self) -> tuple[object, ...]:
        venue = self.bench.venue
        orders = sorted(self.run(venue.open_orders()), key=lambda report: report.client_order_id)
        return self.run(venue.account()), self.run(venue.holdings()), orders

    def holding(self, symbol: str) -> Decimal:
        return sum((h.quantity for h in self.run(self.bench.venue.holdings()) if h.symbol == symbol), ZERO)

    @invariant()
    def books_are_exact(self) -> None:
        orders = self.bench.store.paper.orders(1, only_open=False)
        cash, held = START, {BTC: ZERO, PEPE: ZERO}
        for order in orders:
            assert order.filled == sum((fill.quantity for fill in order.fills), ZERO) <= order.request.quantity
            assert (order.state is OrderState.FILLED) == (order.filled == order.request.quantity)
            for fill in order.fills:
                signed = order.request.direction.sign * fill.quantity
                cash -= signed * fill.price + fill.fee
                held[order.request.symbol] += signed
        trades = [fill.trade_id for order in orders for fill in order.fills]
        assert len(trades) == len(set(trades))

        account, holdings = self.run(self.bench.venue.account()), self.run(self.bench.venue.holdings())
        assert {h.symbol: h.quantity for h in holdings} == {s: q for s, q in held.items() if q}
        assert account.balance == cash + sum((h.quantity * h.entry_price for h in holdings), ZERO)
        assert account.equity == cash + sum((h.quantity * self.way_out(h.symbol, h.quantity) for h in holdings), ZERO)
        assert held[PEPE] >= 0

    def way_out(self, symbol: str, quantity: Decimal) -> Decimal:
        return self.run(self.bench.prices.quote(symbol)).exit_price(BUY if quantity > 0 else SELL)

    @invariant()
    def what_has_ended_stays_as_it_is(self) -> None:
        for order in self.sent:
            report = self.run(self.bench.venue.find(order.client_order_id, order.symbol))
            assert report is not None
            assert self.ended.get(order.client_order_id, report) == report
            if report.state in DONE:
                self.ended[order.client_order_id] = report

    @invariant()
    def limits_are_kept(self) -> None:
        for order in self.bench.store.paper.orders(1, only_open=False):
            request = order.request
            if request.price is not None:
                for fill in order.fills:
                    assert (request.price - fill.price) * request.direction.sign >= 0


TestPaperAccount = PaperAccount.TestCase
TestPaperAccount.settings = settings(max_examples=100, stateful_step_count=40, deadline=None)
