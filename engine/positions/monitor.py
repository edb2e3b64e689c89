"""Watches prices and lets the exit rules speak: the armed software stop, the take profits, trailing and break-even.

Open positions live in memory by symbol, so that a tick touches only those it concerns. Rules decide (pure); what
they decide is carried out by the trader in a task of its own, and no position is looked at again before its task
has come home. A slow venue therefore never delays the stop of another trade.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import partial
from typing import Any

import structlog

from engine.errors import Code, VenueRefused
from engine.execution.trader import Trader
from engine.ports import Clock, Prices, Store, Tx
from engine.positions import profit
from engine.positions.rules import decide
from engine.types import Action, Connection, Instrument, Plan, Position, Protection, Quote

log = structlog.get_logger()

SWEEP = 5.0  # seconds between looks at the database: positions of other processes, waiting entries
GRACE = 5.0  # seconds that a stop resting at the venue may lag behind the price before we close in its place
FRESH = 10.0  # seconds after which a price is news of long ago: a trade that begins now is not judged by it
ROUNDS = 8  # looks at a position on one price; whatever is left waits for the next price
SHOWN = 60.0  # seconds between two writes of the figures that are only shown


@dataclass(slots=True, kw_only=True)
class Watched:
    """A position with the instrument its figures are rounded for, and since when its venue stop is overdue.

    ``since`` is the reading of the monotonic clock at which we began to watch it.
    """

    position: Position
    instrument: Instrument
    overdue_since: float | None = None
    since: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """An execution whose entry still rests, with the plan it rests for."""

    execution_id: int
    plan: Plan


class Monitor:
    """One monitor per stream of prices. ``serves`` says whose positions are priced by this stream."""

    def __init__(
        self, *, store: Store, clock: Clock, prices: Prices, trader: Trader,
        spawn: Callable[[str, Coroutine[Any, Any, None]], None], serves: Callable[[Connection], bool] | None = None,
    ) -> None:  # fmt: skip
        self._store = store
        self._clock = clock
        self._prices = prices
        self._trader = trader
        self._spawn = spawn
        self._serves = serves
        self._served: dict[int, bool] = {}
        self._watched: dict[int, Watched] = {}
        self._by_symbol: defaultdict[str, set[int]] = defaultdict(set)
        self._waiting: dict[int, Waiting] = {}
        self._busy: set[tuple[str, int]] = set()
        self._shown_at = float("-inf")
        self._priced_at: float | None = None

    # --- what is watched ---------------------------------------------------------------------------

    async def load(self) -> None:
        """Arm the software stop of every open position, from the database alone.

        One that is opened while the rows are read is not among them, and stays armed.
        """
        watched = {one.position.id: one.position.version for one in self._watched.values()}
        found = await self._store.read(partial(_load, is_served=self._is_served, watched=watched))
        for position, instrument in found.newer:
            self._put(position, instrument)
        for gone in watched.keys() - found.open:
            self._drop(gone)
        waiting = found.waiting
        self._waiting = {w.execution_id: w for w in waiting}
        for symbol in {*self._by_symbol, *(w.plan.instrument.symbol for w in waiting)}:
            await self._want(symbol)
            quote = self._price(symbol)
            if quote is not None:
                self._look_at_waiting(quote)  # the price may have passed the target while the entries were read

    def _is_served(self, tx: Tx, connection_id: int) -> bool:
        """Asked of the store once for each connection: where an account is never changes."""
        if self._serves is None:
            return True
        if connection_id not in self._served:
            connection = tx.connections.get(connection_id)
            if connection is None:
                return False
            self._served[connection_id] = self._serves(connection)
        return self._served[connection_id]

    def changed(self, position: Position | None) -> None:
        """A commit touched this position: from now on the rules see the new one."""
        if position is None:
            return
        known = self._watched.get(position.id)
        if known is not None and position.version < known.position.version:
            return
        if not position.is_open:
            self._drop(position.id)
        elif known is not None:
            known.position = position
        else:
            self._spawn(f"watch position {position.id}", self._watch_new(position.id))

    async def _watch_new(self, position_id: int) -> None:
        found = await self._store.read(lambda tx: _with_instrument(tx, tx.positions.get(position_id)))
        if found is not None and found[0].is_open:
            self._put(*found)
            await self._want(found[0].symbol)
            quote = self._price(found[0].symbol)
            if quote is not None and position_id in self._watched:
                self._look(position_id, quote)  # the price may have passed the stop while the entry filled

    def _price(self, symbol: str) -> Quote | None:
        """The price of this moment, without waiting for the next one; None where the feed has fallen silent."""
        quote = self._prices.latest(symbol)
        if quote is None or (self._clock.now() - quote.at).total_seconds() > FRESH:
            return None
        return quote

    async def _want(self, symbol: str) -> None:
        """A symbol that is listed no more has no prices; the trades on all others are guarded on."""
        try:
            await self._prices.watch(symbol)
        except VenueRefused as fault:
            log.error("no prices for an open trade", symbol=symbol, fault=fault.reason)

    def _put(self, position: Position, instrument: Instrument) -> None:
        """Watch it, or let those who watch it already see the newer one: a task at work keeps its ``Watched``."""
        known = self._watched.get(position.id)
        if known is None:
            since = self._clock.monotonic()
            self._watched[position.id] = Watched(position=position, instrument=instrument, since=since)
            self._by_symbol[position.symbol].add(position.id)
        elif known.position.version <= position.version:
            known.position = position

    def _drop(self, position_id: int) -> None:
        watched = self._watched.pop(position_id, None)
        if watched is not None:
            self._by_symbol[watched.position.symbol].discard(position_id)

    def count(self) -> int:
        """How many open positions are watched."""
        return len(self._watched)

    def silence(self, position_id: int) -> float | None:
        """Seconds for which this position has been watched without a price; None for one that is not watched here."""
        watched = self._watched.get(position_id)
        if watched is None:
            return None
        quote, since = self._prices.latest(watched.position.symbol), self._clock.monotonic() - watched.since
        return since if quote is None else min(since, (self._clock.now() - quote.at).total_seconds())

    def price_age(self) -> float | None:
        """Seconds since the last price; None before the first."""
        return None if self._priced_at is None else self._clock.monotonic() - self._priced_at

    # --- loops -------------------------------------------------------------------------------------

    async def run(self) -> None:
        """Follow the prices until the feed closes."""
        async for quote in self._prices.ticks():
            self.on_quote(quote)

    async def sweep(self) -> None:
        """Every few seconds: read the open positions again, let old entries go, write the shown figures."""
        while True:
            await self.tend()
            await self._clock.sleep(SWEEP)

    async def tend(self) -> None:
        await self.load()
        self._expire()
        await self._show()

    def on_quote(self, quote: Quote) -> None:
        """Look at every position and every waiting entry on this symbol."""
        self._priced_at = self._clock.monotonic()
        for position_id in tuple(self._by_symbol.get(quote.symbol, ())):
            self._look(position_id, quote)
        self._look_at_waiting(quote)

    def _look_at_waiting(self, quote: Quote) -> None:
        for waiting in tuple(self._waiting.values()):
            if waiting.plan.instrument.symbol == quote.symbol and _target_reached(waiting.plan, quote):
                self._let_go(waiting.execution_id, Code.TARGET_PASSED)

    def _look(self, position_id: int, quote: Quote) -> None:
        watched = self._watched[position_id]
        if ("position", position_id) in self._busy:
            return
        actions = decide(self._as_guarded(watched, quote), quote, watched.instrument)
        if actions:
            self._start("position", position_id, partial(self._act, position_id, actions, quote.symbol))

    def _as_guarded(self, watched: Watched, quote: Quote) -> Position:
        """A venue stop that lags behind the price for longer than GRACE no longer counts as a guard."""
        position = watched.position
        price = quote.exit_price(position.direction)
        passed = position.sl_price is not None and (price - position.sl_price) * position.direction.sign <= 0
        if position.protection is not Protection.EXCHANGE or not passed:
            watched.overdue_since = None
            return position
        if watched.overdue_since is None:
            watched.overdue_since = self._clock.monotonic()
        late = self._clock.monotonic() - watched.overdue_since > GRACE
        return replace(position, protection=Protection.ENGINE) if late else position

    # --- acting ------------------------------------------------------------------------------------

    async def _act(self, position_id: int, actions: tuple[Action, ...], symbol: str) -> None:
        """Carry them out, then look again at once: a target that closed may have put the stop to the entry."""
        for _ in range(ROUNDS):
            watched = self._watched.get(position_id)
            if not actions or watched is None:
                return
            before = watched.position
            after = await self._trader.act(before, actions)
            self.changed(after)
            quote = self._price(symbol)
            if not after.is_open or after.version == before.version or quote is None:
                return
            actions = decide(self._as_guarded(watched, quote), quote, watched.instrument)

    def _expire(self) -> None:
        now = self._clock.now()
        for waiting in tuple(self._waiting.values()):
            if waiting.plan.expires_at <= now:
                self._let_go(waiting.execution_id, Code.TOO_OLD)

    def _let_go(self, execution_id: int, why: Code) -> None:
        self._waiting.pop(execution_id, None)
        self._start("entries", execution_id, partial(self._cancel, execution_id, why))

    async def _cancel(self, execution_id: int, why: Code) -> None:
        await self._trader.cancel_entries(execution_id, why)

    def _start(self, kind: str, subject: int, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        self._busy.add((kind, subject))
        self._spawn(f"{kind} {subject}", self._guarded(kind, subject, work))

    async def _guarded(self, kind: str, subject: int, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        try:
            await work()
        finally:
            self._busy.discard((kind, subject))

    async def _show(self) -> None:
        """Write price and profit of the open positions, for whoever lists them."""
        if self._clock.monotonic() - self._shown_at < SHOWN:
            return
        self._shown_at = self._clock.monotonic()
        figures: dict[int, tuple[Decimal, Decimal, Decimal]] = {}
        for watched in self._watched.values():
            quote = self._prices.latest(watched.position.symbol)
            if quote is not None:
                marked = profit.mark(watched.position, quote)
                figures[marked.id] = (quote.exit_price(marked.direction), marked.pnl, marked.pnl_percentage)
        if figures:
            now = self._clock.now()
            await self._store.write(lambda tx: tx.positions.prices(figures, now))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Loaded:
    """The positions that are open, those of them that are not known as they are now, and the entries that wait."""

    open: frozenset[int]
    newer: list[tuple[Position, Instrument]]
    waiting: list[Waiting]


def _load(tx: Tx, is_served: Callable[[Tx, int], bool], watched: Mapping[int, int]) -> _Loaded:
    heads = [head for head in tx.positions.heads() if head.id in watched or is_served(tx, head.connection_id)]
    fresh = (head.id for head in heads if watched.get(head.id, -1) < head.version)
    found = (_with_instrument(tx, tx.positions.get(position_id)) for position_id in fresh)
    entries = {order.execution_id for order in tx.orders.waiting() if is_served(tx, order.connection_id)}
    plans = ((execution_id, tx.executions.plan_of(execution_id)) for execution_id in sorted(entries))
    return _Loaded(
        open=frozenset(head.id for head in heads),
        newer=[pair for pair in found if pair is not None],
        waiting=[Waiting(execution_id=execution_id, plan=plan) for execution_id, plan in plans if plan is not None],
    )


def _with_instrument(tx: Tx, position: Position | None) -> tuple[Position, Instrument] | None:
    plan = tx.executions.plan_of(position.execution_id) if position is not None else None
    return (position, plan.instrument) if position is not None and plan is not None else None


def _target_reached(plan: Plan, quote: Quote) -> bool:
    """The first target was reached without us: what the signal promised has happened already."""
    if not plan.rungs:
        return False
    price = quote.exit_price(plan.direction)
    return (price - plan.rungs[0].price) * plan.direction.sign >= 0
