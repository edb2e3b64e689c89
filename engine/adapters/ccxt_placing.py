"""Lets one order out to an exchange: everything that can be known before, the one sending, and what came of it.

Until the order itself has left, every fault means that nothing was done; from then on only a definite no does.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from decimal import Decimal
from functools import partial
from typing import Any
from weakref import WeakValueDictionary

from engine.adapters import ccxt_orders as words
from engine.adapters.ccxt_abilities import Abilities
from engine.adapters.ccxt_books import Books
from engine.adapters.ccxt_budget import Urgency
from engine.adapters.ccxt_lookup import Lookup
from engine.adapters.ccxt_money import Money
from engine.adapters.ccxt_quirks import Quirks
from engine.adapters.ccxt_reports import moment_of, order_id
from engine.adapters.ccxt_shared import Shared
from engine.adapters.ccxt_terms import Terms
from engine.adapters.ccxt_wire import AlreadyThere, LastLook, NotThere, Unsupported, Wire
from engine.crashpoint import crashpoint
from engine.errors import Code, EngineFault, VenueBusy, VenueRefused, VenueSilent
from engine.market.instruments import floor_to_step, named
from engine.ports import Clock
from engine.types import Direction, ExecutionReport, Instrument, OrderRequest, OrderState, OrderType

NEARLY_ALL = Decimal("0.98")
"""The share of a spot order to sell that has to be there: the rest went as a fee."""

ENDED_UNFILLED = (OrderState.CANCELLED, OrderState.EXPIRED, OrderState.REJECTED)
"""How an order is shown that some venues take and end at once, because it may only rest and would have traded."""


AT_ONCE = 1.0
"""Seconds after which an entry that still waits for its turn is asked about once more before it leaves."""

Unwanted = Callable[[str], Awaitable[Code | None]]


class Placing:
    """The way out of one account. ``stops_rest``: a protective stop can rest at this exchange, as far as we know.

    ``unwanted`` says why the entry with this id is to stay, or None while it is wanted.
    """

    def __init__(
        self, wire: Wire, shared: Shared, able: Abilities, quirks: Quirks, *, lookup: Lookup, money: Money,
        terms: Terms, books: Books, clock: Clock, unwanted: Unwanted | None,
    ) -> None:  # fmt: skip
        self.stops_rest = able.stop is not None
        self._wire, self._shared, self._able, self._quirks = wire, shared, able, quirks
        self._lookup, self._money, self._terms, self._books = lookup, money, terms, books
        self._clock, self._unwanted = clock, unwanted
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def place(self, request: OrderRequest) -> ExecutionReport:
        """Send an order once; the same client order id again answers with the order that is there."""
        async with self._locks.setdefault(request.client_order_id, asyncio.Lock()):
            if self._lookup.known(request.client_order_id) is None:
                with self._lookup.placing(request.client_order_id):
                    return await self._placed(request)
            found = await self._lookup.find(request.client_order_id, request.symbol)
            if found is None:
                raise VenueSilent("an order that was taken is not shown")
            return found

    async def _placed(self, request: OrderRequest) -> ExecutionReport:
        look = None if request.reduce_only else partial(self._last_look, request, self._clock.monotonic())
        try:
            instrument, hedged, price = await self._prepared(request)
        except VenueSilent as fault:  # the order itself has not left
            raise VenueBusy(fault.reason) from fault
        try:
            return await self._sent(request, instrument, hedged=hedged, price=price, look=look)
        except VenueRefused as refusal:
            return await self._mended(request, instrument, refusal, hedged=hedged, price=price, look=look)

    async def _last_look(self, request: OrderRequest, since: float) -> None:
        """Setting terms, or a crowd before it, may have kept an entry for minutes: by now it may be too old, or its
        owner halted."""
        if self._unwanted is None or self._clock.monotonic() - since <= AT_ONCE:
            return
        try:
            why = await self._unwanted(request.client_order_id)
        except EngineFault as fault:
            raise VenueBusy(f"not known whether it is still wanted: {type(fault).__name__}") from fault
        if why is not None:
            raise VenueRefused("not wanted any more", code=why)

    async def _prepared(self, request: OrderRequest) -> tuple[Instrument, bool, Decimal | None]:
        """Everything that has to be so before the order may leave. Raises EngineFault: nothing was placed."""
        known = self._shared.instruments if request.reduce_only else self._shared.tradable
        instrument = named(request.symbol, known)
        words.fitted(request, instrument)
        words.check_size(request, instrument, None)
        if request.order_type is OrderType.STOP and request.reduce_only and not self.stops_rest:
            raise VenueRefused("stops do not rest here", code=Code.VENUE_REFUSED)
        if self._quirks.unsided_spot_stops and self._able.market == "spot" and request.trigger is not None:
            words.check_not_passed(request, await self._money.quote(instrument))
        hedged = await self._terms.hedged(request.symbol)
        if request.leverage is not None and not request.reduce_only:
            instrument = await self._terms.measured(instrument)
            words.check_leverage(request.leverage, instrument)
            await self._terms.setup(instrument, request.leverage, request.margin_mode)
            crashpoint("terms_set")
        return instrument, hedged, await self._market_price(request, instrument)

    async def _market_price(self, request: OrderRequest, instrument: Instrument) -> Decimal | None:
        """The price now, for those venues where a market order has to name one."""
        by_cost = self._able.buys_by_cost and request.direction is Direction.BUY
        if request.price is not None or not (self._able.market_needs_price or by_cost):
            return None
        return (await self._money.quote(instrument)).entry_price(request.direction)

    async def _sent(
        self, request: OrderRequest, instrument: Instrument, *, hedged: bool, price: Decimal | None,
        look: LastLook | None,
    ) -> ExecutionReport:  # fmt: skip
        cid, symbol = request.client_order_id, request.symbol
        arguments = words.arguments(
            request, instrument, self._able, self._quirks, name=self._lookup.name(cid), hedged=hedged,
            market_price=price,
        )  # fmt: skip
        urgency = Urgency.EXIT if request.reduce_only else Urgency.ENTRY
        try:
            with self._books.writing() as did:
                answer = await self._wire.write(
                    self._wire.client.create_order, *arguments, urgency=urgency, last_look=look
                )  # fmt: skip
                did(moment_of(answer))
        except (AlreadyThere, NotThere) as there:
            return await self._there(request, there)
        except Unsupported:
            self.stops_rest = False
            raise
        number = order_id(answer)
        if number is None:
            raise VenueSilent("an answer without an order number")
        conditional = request.order_type in words.CONDITIONAL and "trigger_open" in self._able.find_by_id
        self._lookup.remember(cid, number, symbol, conditional=conditional, kind=self._lookup.kind(arguments.params))
        report = await self._answered(request, instrument, answer, conditional=conditional)
        if request.post_only and report.state in ENDED_UNFILLED and not report.filled:
            raise VenueRefused("the order would have traded at once", code=Code.POST_ONLY, price=str(request.price))
        return report

    async def _there(self, request: OrderRequest, said: EngineFault) -> ExecutionReport:
        """The order that has our id. Whatever fault keeps it from being shown, it is there: that is no refusal."""
        try:
            found = await self._lookup.find(request.client_order_id, request.symbol)
        except EngineFault as fault:
            raise VenueSilent(fault.reason) from fault
        if found is None:
            raise VenueSilent(said.reason)
        return found

    async def _answered(
        self, request: OrderRequest, instrument: Instrument, answer: Mapping[str, Any], *, conditional: bool
    ) -> ExecutionReport:  # fmt: skip
        """The order was taken. Whatever cannot be learned of it just now, it rests as far as we know."""
        try:
            if not self._says_enough(request, answer):
                found = await self._lookup.find(request.client_order_id, request.symbol)
                return found or self._taken(request, instrument)
            return await self._lookup.told(answer, request.client_order_id, instrument, conditional=conditional)
        except EngineFault:
            return self._taken(request, instrument)

    def _says_enough(self, request: OrderRequest, answer: Mapping[str, Any]) -> bool:
        """Many venues answer with a number only; and a market order that is still open has filled by now."""
        if answer.get("status") is None or answer.get("amount") is None:
            return False
        return not (request.order_type is OrderType.MARKET and answer["status"] == "open")

    def _taken(self, request: OrderRequest, instrument: Instrument) -> ExecutionReport:
        known = self._lookup.known(request.client_order_id)
        report = ExecutionReport(
            client_order_id=request.client_order_id,
            venue_order_id=known.number if known else "",
            symbol=request.symbol,
            state=OrderState.ACKED,
            quantity=words.fitted(request, instrument)[0],
            filled=Decimal(0),
        )
        self._lookup.note(report)
        return report

    async def _mended(
        self, request: OrderRequest, instrument: Instrument, refusal: VenueRefused, *, hedged: bool,
        price: Decimal | None, look: LastLook | None,
    ) -> ExecutionReport:  # fmt: skip
        """Two refusals can be mended, for they mean that nothing was done: the position mode, and a fee in coins."""
        if self._terms.other_mode(refusal):
            return await self._sent(request, instrument, hedged=not hedged, price=price, look=look)
        sells_coins = self._able.market == "spot" and request.reduce_only
        if not sells_coins or refusal.code is not Code.INSUFFICIENT_FUNDS:
            raise refusal
        try:
            free = floor_to_step(await self._money.free(instrument.base), instrument.lot_step)
        except EngineFault:
            raise refusal from None
        if free <= 0:
            raise VenueRefused(refusal.reason, code=Code.REDUCE_ONLY, symbol=request.symbol) from refusal
        if not request.quantity * NEARLY_ALL <= free < request.quantity:
            raise refusal
        return await self._sent(replace(request, quantity=free), instrument, hedged=hedged, price=price, look=look)
