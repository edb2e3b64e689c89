"""One account at one exchange and market, through ccxt (engine.ports.Venue).

What differs between exchanges is data: abilities (measured), answers (documented), quirks. A write goes out once;
what its silence hides is found by our id. Everything in here is in base units.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Collection, Coroutine, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from engine.adapters.ccxt_abilities import Abilities
from engine.adapters.ccxt_books import books_of
from engine.adapters.ccxt_budget import Urgency
from engine.adapters.ccxt_client import open_client
from engine.adapters.ccxt_funding import Funding
from engine.adapters.ccxt_lookup import Lookup
from engine.adapters.ccxt_money import Money
from engine.adapters.ccxt_placing import Placing, Unwanted
from engine.adapters.ccxt_quirks import quirks
from engine.adapters.ccxt_reports import TERMINAL, moment_of
from engine.adapters.ccxt_shared import Commons, Place, Shared
from engine.adapters.ccxt_stream import Stream
from engine.adapters.ccxt_terms import Terms
from engine.adapters.ccxt_wire import NotThere, Wire
from engine.errors import Code, VenueRefused, VenueSilent
from engine.market.instruments import named, resolve
from engine.ports import CLOCK_FAR, Clock
from engine.types import (
    Account,
    ExecutionReport,
    FundingPayment,
    Holding,
    Instrument,
    Listed,
    MarginMode,
    OrderRequest,
    Quote,
)

SKEW = 1.0
"""Seconds that the venue's clock may differ from what we measured."""

Spawn = Callable[[str, Coroutine[Any, Any, None]], None]


class CcxtVenue:
    """Open it with ``await CcxtVenue.open(...)``."""

    paper = False

    def __init__(
        self, wire: Wire, shared: Shared, able: Abilities, clock: Clock,
        leave: Callable[[], Coroutine[Any, Any, None]], unwanted: Unwanted | None = None,
    ) -> None:  # fmt: skip
        known = quirks(able.exchange)
        self.stops_lock = able.market == "spot"
        self.account_currency = shared.currency
        self._wire, self._shared, self._able, self._quirks = wire, shared, able, known
        self._lookup = Lookup(wire, shared, able, known, clock)
        self._books = books_of(wire.client, known, able.market, clock)
        self._money = Money(wire, shared, able, known, self._books)
        self._funding = Funding(wire, shared, able, known, clock)
        self._terms = Terms(wire, able, known, clock)
        self._stream = Stream(wire, self._lookup, clock, lambda: shared.guests)
        self._leave = leave
        self._closed = False
        self._placing = Placing(
            wire, shared, able, known, lookup=self._lookup, money=self._money, terms=self._terms, books=self._books,
            clock=clock, unwanted=unwanted,
        )  # fmt: skip
        self._version = shared.lend(wire.client)

    @property
    def stops_rest_here(self) -> bool:
        return self._placing.stops_rest

    @classmethod
    async def open(
        cls, able: Abilities, credentials: Mapping[str, str], *, testnet: bool, commons: Commons, clock: Clock,
        spawn: Spawn, unwanted: Unwanted | None = None,
    ) -> CcxtVenue:  # fmt: skip
        """Raises EngineFault when the exchange does not answer. The key is not asked about yet."""
        place = Place(able.exchange, able.market, testnet)
        shared = await commons.enter(place)
        try:
            client = await open_client(
                able.exchange, base_url=commons.url(able.exchange), market=able.market, testnet=testnet,
                credentials=credentials, streams=True,
            )  # fmt: skip
        except BaseException:
            await commons.leave(place)
            raise
        client.options.update(quirks(able.exchange).options)
        wire = Wire(client, able.market, clock, address=shared.address, skew=shared.skew)
        venue = cls(wire, shared, able, clock, lambda: commons.leave(place), unwanted)
        spawn(f"orders of {able.exchange}", venue._stream.run())
        return venue

    async def instrument(self, base: str, quote: str | None) -> Instrument:
        await self._refresh()
        return await self._terms.measured(resolve(base, quote, self._shared.tradable.values()))

    async def account(self, *, as_told: bool = False) -> Account:
        return await self._money.account(as_told=as_told)

    async def quote(self, instrument: Instrument) -> Quote:
        return await self._money.quote(instrument)

    async def rate(self, currency: str) -> Decimal:
        return await self._money.rate(currency)

    async def setup(self, symbol: str, leverage: int, margin_mode: MarginMode | None) -> None:
        instrument = await self._terms.measured(named(symbol, self._shared.instruments))
        await self._terms.setup(instrument, leverage, margin_mode)

    async def place(self, request: OrderRequest) -> ExecutionReport:
        """Send an order once; the same client order id again answers with the order that is there."""
        return await self._placing.place(request)

    async def find(self, client_order_id: str, symbol: str) -> ExecutionReport | None:
        return await self._lookup.find(client_order_id, symbol)

    async def cancel(self, client_order_id: str, symbol: str) -> ExecutionReport:
        """Cancel, and say how it ended; VenueRefused(NOT_FOUND) for an id never seen."""
        known = self._lookup.known(client_order_id)
        if known is None:
            found = await self._lookup.find(client_order_id, symbol)
            if found is not None and found.state in TERMINAL:
                return found
            known = self._lookup.known(client_order_id)
        if known is None:
            raise VenueRefused(f"no order {client_order_id}", code=Code.NOT_FOUND)
        there = True
        try:
            call, params = self._wire.client.cancel_order, self._lookup.params_of(known)
            with self._books.writing() as did:
                did(moment_of(await self._wire.write(call, known.number, symbol, params, urgency=Urgency.EXIT)))
        except NotThere:
            there = False
        after = await self._lookup.find(client_order_id, symbol)
        if after is not None:
            return after
        if not there:
            raise VenueRefused(f"no order {client_order_id}", code=Code.NOT_FOUND)
        raise VenueSilent("cancelled, and not shown any more")

    async def clock_off(self) -> float:
        """One that was found far off is looked at again: it may have been set since."""
        skew = self._shared.skew
        if abs(skew.seconds) > CLOCK_FAR:
            await self._wire.set_clock_quietly()
        return skew.seconds

    async def holdings(self, symbols: Collection[str] = ()) -> tuple[Holding, ...]:
        return await self._money.holdings(symbols)

    async def liquidated(self, symbol: str, since: datetime) -> Decimal | None:
        return await self._money.liquidated(symbol, since)

    async def funding(self, symbols: Collection[str], since: datetime) -> tuple[FundingPayment, ...] | None:
        return await self._funding.payments(symbols, since)

    async def open_orders(self) -> tuple[ExecutionReport, ...]:
        return await self._lookup.open_orders()

    async def listed(self) -> tuple[Listed, ...]:
        return await self._lookup.listed()

    def reports(self) -> AsyncIterator[ExecutionReport]:
        return self._stream.reader()

    def expires_after(self) -> float | None:
        window = self._able.request_window
        return None if window is None else window + SKEW + self._able.lag

    async def close(self) -> None:
        if self._closed:
            return
        self._closed = True
        self._stream.close()
        await self._wire.close()
        await self._leave()

    async def _refresh(self) -> None:
        """The rules of the markets as they are by now."""
        await self._shared.refresh()
        if self._version != self._shared.version:
            self._version = self._shared.lend(self._wire.client)
