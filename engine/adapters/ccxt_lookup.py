"""Finds our orders at a venue, and tells of each with its fills.

"Not there" is a claim. It is made only when every place that the venue has for such an order answered, and none of the
answers was cut short; anything else is silence.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from typing import Any, NamedTuple

import structlog

from engine.adapters import ccxt_reports as words
from engine.adapters.ccxt_abilities import Abilities, is_telling, read_id, render_id
from engine.adapters.ccxt_budget import Urgency
from engine.adapters.ccxt_fills import Fills
from engine.adapters.ccxt_quirks import Quirks
from engine.adapters.ccxt_reports import TERMINAL
from engine.adapters.ccxt_shared import Shared
from engine.adapters.ccxt_wire import NotThere, Wire
from engine.errors import VenueRefused, VenueSilent
from engine.market.instruments import named
from engine.ports import Clock
from engine.types import Direction, ExecutionReport, Instrument, Listed

CALLS = {
    "fetchOrders": "fetch_orders",
    "fetchClosedOrders": "fetch_closed_orders",
    "fetchCanceledAndClosedOrders": "fetch_canceled_and_closed_orders",
}
WHOLE_PAGE = 20
"""A list of at least this many orders may have been cut off."""
FAR_BACK = 26 * 3600 * 1000
"""Milliseconds that a list which may have been cut off has to reach back to prove that an order is not there."""
REMEMBERED = 500
"""How many finished orders are kept in mind, so that nobody is told the same thing twice."""

Raw = Mapping[str, Any]
log = structlog.get_logger(__name__)


class Known(NamedTuple):
    """An order of ours that the venue gave a number. ``conditional``: it waits among the conditional ones.

    ``kind`` is the filter that a call about it needs to reach it, where orders of one list are of several kinds.
    """

    number: str
    conditional: bool
    symbol: str
    kind: str = ""


class Lookup:
    """One account's orders. ``seen`` is how each was last seen, by our id; ``leaving`` are those being placed now,
    ``stirred`` is set when one of them no longer is.
    """

    def __init__(self, wire: Wire, shared: Shared, able: Abilities, quirks: Quirks, clock: Clock) -> None:
        self.seen: dict[str, ExecutionReport] = {}
        self.leaving: set[str] = set()
        self.stirred = asyncio.Event()
        self._wire = wire
        self._shared = shared
        self._able = able
        self._quirks = quirks
        self._clock = clock
        self._fills = Fills(wire, quirks, clock)
        self._known: dict[str, Known] = {}
        self._ours: dict[str, str] = {}

    def name(self, client_order_id: str) -> str:
        """Our id as the venue has it. Forms that cannot be read back are remembered here."""
        text = render_id(client_order_id, self._able.id_form)
        self._ours[text] = client_order_id
        return text

    def ours(self, text: object) -> str | None:
        """Our id out of the venue's; None for an order of somebody else."""
        if not isinstance(text, str):
            return None
        return self._ours.get(text) or read_id(text, self._able.id_form)

    def remember(self, client_order_id: str, number: str, symbol: str, *, conditional: bool, kind: str = "") -> None:
        self._known[client_order_id] = Known(number, conditional, symbol, kind)

    def kind(self, named: Iterable[object]) -> str:
        """The kind of an order that was made with these parameters, or calls itself one of these names."""
        filters = self._quirks.spot_filters if self._able.market == "spot" else {}
        return next((filters[str(name)] for name in named if str(name) in filters), "")

    def known(self, client_order_id: str) -> Known | None:
        return self._known.get(client_order_id)

    def params_of(self, known: Known) -> dict[str, Any]:
        """What to add to a call about this order."""
        if known.kind:
            return {"orderFilter": known.kind}
        return dict(self._able.trigger_params) if known.conditional else {}

    async def find(self, client_order_id: str, symbol: str) -> ExecutionReport | None:
        """The order with our id, open or done; None only when every place answered that it is not there."""
        instrument = named(symbol, self._shared.instruments)
        name = self.name(client_order_id)
        order, conditional = await self._by_number(client_order_id, symbol)
        for place in self._places(client_order_id) if order is None else ():
            order = await self._ask(place, name, symbol)
            conditional = place.startswith("trigger")
            if order is not None:
                break
        if order is None:
            return None
        return await self.told(order, client_order_id, instrument, conditional=conditional)

    async def open_orders(self, symbols: Iterable[str] | None = None) -> tuple[ExecutionReport, ...]:
        """Every live order that bears an id of ours; others are not our business. ``symbols`` ask for less."""
        found: dict[str, ExecutionReport] = {}
        for conditional in self._lists():
            for order in await self._listed(self._able.trigger_params if conditional else {}, symbols):
                ours, instrument = self.ours(order.get("clientOrderId")), self._shared.instruments.get(order["symbol"])
                if ours is not None and instrument is not None:
                    found[ours] = await self.told(order, ours, instrument, conditional=conditional)
        return tuple(report for report in found.values() if report.state not in TERMINAL)

    async def listed(self) -> tuple[Listed, ...]:
        """The same as the lists show it. No order is asked about and none noted: news of one that is followed would
        else be taken for known, and told to nobody."""
        found: dict[str, Listed] = {}
        for conditional in self._lists():
            params = self._able.trigger_params if conditional else {}
            for order in await self._listed(params, None, urgency=Urgency.LEISURE):
                shown = self._shown(order)
                if shown is not None:
                    found[shown.client_order_id] = shown
        return tuple(found.values())

    def _shown(self, order: Raw) -> Listed | None:
        """None for an order of somebody else, for one in a market that is not ours, and for what cannot be read."""
        ours, number = self.ours(order.get("clientOrderId")), words.order_id(order)
        instrument = self._shared.instruments.get(str(order.get("symbol")))
        if ours is None or number is None or instrument is None or order.get("status") not in words.OPEN:
            return None
        try:
            quantity, direction = words.size_of(order, instrument), Direction(str(order.get("side")))
        except ValueError as fault:
            log.warning("listed order not readable", exchange=self._wire.client.id, fault=type(fault).__name__)
            return None
        return Listed(
            client_order_id=ours,
            venue_order_id=number,
            symbol=instrument.symbol,
            direction=direction,
            quantity=quantity,
            surely_ours=is_telling(self._able.id_form),
        )

    async def told(
        self, order: Raw, client_order_id: str, instrument: Instrument, *, conditional: bool, by_cost: bool = False
    ) -> ExecutionReport:  # fmt: skip
        """What this answer says of our order, with every fill. VenueSilent for an answer that cannot be trusted."""
        kind = self.kind(words.names_of(order))
        try:
            order, conditional = await self._followed(order, client_order_id, instrument, conditional=conditional)
            fills = await self._fills.of(order, instrument)
            report = words.report(order, client_order_id, instrument, fills, by_cost=by_cost or self._by_cost(order))
        except (ValueError, TypeError, AttributeError) as fault:
            raise VenueSilent(f"an answer that cannot be read: {fault}") from None
        self.remember(
            client_order_id, report.venue_order_id, instrument.symbol, conditional=conditional, kind=kind
        )  # fmt: skip
        self.note(report)
        return report

    def note(self, report: ExecutionReport) -> None:
        self.seen.pop(report.client_order_id, None)
        self.seen[report.client_order_id] = report
        done = [ours for ours, one in self.seen.items() if one.state in TERMINAL]
        for ours in done[: max(0, len(done) - REMEMBERED)]:
            del self.seen[ours]

    @contextmanager
    def placing(self, client_order_id: str) -> Iterator[None]:
        """While this order is being placed: its answer says more than a stream does."""
        self.leaving.add(client_order_id)
        try:
            yield
        finally:
            self.leaving.discard(client_order_id)
            self.stirred.set()

    def is_news(self, order: Raw, client_order_id: str) -> bool:
        """Whether a stream tells more of our order than we know. What cannot be read is asked for."""
        known = self.seen.get(client_order_id)
        if known is None:
            return True
        if known.state in TERMINAL:
            return False
        instrument = self._shared.instruments.get(str(order.get("symbol")))
        try:
            same = instrument is not None and words.filled_of(order, instrument) == known.filled
        except ValueError:
            return True
        return not (same and order.get("status") in words.OPEN)

    @property
    def live(self) -> dict[str, ExecutionReport]:
        """Those last seen alive."""
        return {ours: report for ours, report in self.seen.items() if report.state not in TERMINAL}

    # --- the places --------------------------------------------------------------------------------

    def _places(self, client_order_id: str) -> tuple[str, ...]:
        """All of them, the likely ones first."""
        known = self._known.get(client_order_id)
        first = known is not None and known.conditional
        return tuple(sorted(self._able.find_by_id, key=lambda place: place.startswith("trigger") != first))

    async def _by_number(self, client_order_id: str, symbol: str) -> tuple[Raw | None, bool]:
        """The quick way, for an order whose number we know. That it fails proves nothing."""
        known = self._known.get(client_order_id)
        if known is None or not self._wire.client.has.get("fetchOrder"):
            return None, False
        try:
            order = await self._order(known.number, symbol, self.params_of(known))
        except (NotThere, VenueRefused):
            return None, False
        return order, known.conditional

    async def _order(self, number: str, symbol: str, params: Raw) -> Raw | None:
        order = await self._wire.guard(self._wire.client.fetch_order, number, symbol, dict(params))
        return order if words.order_id(order) == number else None

    async def _ask(self, place: str, name: str, symbol: str) -> Raw | None:
        try:
            if place == "order":
                return await self._ask_order(name, symbol)
            if place == "trades":
                return await self._ask_trades(name, symbol)
            return await self._ask_list(place, name, symbol)
        except NotThere:
            return None

    async def _ask_order(self, name: str, symbol: str) -> Raw | None:
        param = self._able.find_param or "clientOrderId"
        order = await self._wire.guard(self._wire.client.fetch_order, name, symbol, {param: name})
        if words.order_id(order) is None:
            raise VenueSilent("an order without a number")
        return order if order.get("clientOrderId") in (None, "", name) else None

    async def _ask_list(self, place: str, name: str, symbol: str) -> Raw | None:
        """An order of ours in a list of the open or of the finished ones."""
        client = self._wire.client
        params: dict[str, Any] = dict(self._able.trigger_params) if "trigger" in place else {}
        if self._quirks.id_filter is not None:
            params[self._quirks.id_filter] = name
        call = client.fetch_open_orders
        if place.endswith("closed"):
            call = getattr(client, CALLS[self._able.closed_call or "fetchClosedOrders"])
        found = await self._wire.guard(call, symbol, None, None, params)
        if not isinstance(found, list):
            raise VenueSilent("a list that cannot be read")
        mine = [order for order in found if order.get("clientOrderId") == name]
        if not mine and self._is_cut(found, past=place.endswith("closed")):
            raise VenueSilent("the venue shows too little of the past, or of what is open")
        return mine[-1] if mine else None

    def _is_cut(self, orders: list[Raw], *, past: bool) -> bool:
        """Orders may be missing from this list, and nothing else could show them. How far it reaches back says
        nothing of a list of what is open: that may begin with the oldest."""
        if "order" in self._able.find_by_id or self._quirks.id_filter is not None or len(orders) < WHOLE_PAGE:
            return False
        if not past:
            return True
        oldest = min(int(order.get("timestamp") or 0) for order in orders)
        return oldest > int(self._clock.now().timestamp() * 1000) - FAR_BACK

    async def _ask_trades(self, name: str, symbol: str) -> Raw | None:
        """A trade that names us proves its order; the order itself then has to be shown."""
        for trade in await self._wire.guard(self._wire.client.fetch_my_trades, symbol):
            info = trade.get("info")
            if isinstance(info, Mapping) and name in info.values():
                order = await self._order(str(trade.get("order")), symbol, {})
                if order is None:
                    raise VenueSilent("an order whose trades are there and that is not shown")
                return order
        return None

    def _lists(self) -> tuple[bool, ...]:
        """Whether each list of open orders that the venue has is that of the conditional ones."""
        return (False, True) if "trigger_open" in self._able.find_by_id else (False,)

    async def _listed(
        self, params: Raw, symbols: Iterable[str] | None, *, urgency: Urgency = Urgency.GUARD
    ) -> list[Raw]:  # fmt: skip
        """Open orders of these symbols; of the whole account; or of the symbols we know, where the venue wants one."""
        ask = partial(self._wire.read, self._wire.client.fetch_open_orders, urgency=urgency)
        if symbols is None:
            try:
                return list(await ask(None, None, None, dict(params)))
            except VenueRefused:
                symbols = sorted({known.symbol for known in self._known.values()})
        found: list[Raw] = []
        for symbol in symbols:
            found += await ask(symbol, None, None, dict(params))
        return found

    # --- what an order became, and its fills -------------------------------------------------------

    async def _followed(
        self, order: Raw, client_order_id: str, instrument: Instrument, *, conditional: bool
    ) -> tuple[Raw, bool]:  # fmt: skip
        """A conditional order that has triggered is told as the order that it became."""
        if not conditional or order.get("status") != "closed" or words.filled_of(order, instrument):
            return order, conditional
        number, symbol = words.child_of(order, self._quirks), instrument.symbol
        child = await self._order(number, symbol, {}) if number else None
        for place in ("order", "open", "closed") if child is None else ():
            if place in self._able.find_by_id:
                child = child or await self._ask(place, self.name(client_order_id), symbol)
        if child is None or words.order_id(child) == words.order_id(order):
            raise VenueSilent("the stop has triggered, and what it became is not shown yet")
        return child, False

    def _by_cost(self, order: Raw) -> bool:
        return self._able.buys_by_cost and order.get("side") == "buy" and order.get("type") == "market"
