"""One signal, one account, one scripted venue: the real books, the real engine, and a clock in the test's hands."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, TypeVar

from sqlalchemy import select

from engine.execution.follower import Follower
from engine.execution.funding import Funding
from engine.execution.orders import TERMINAL, is_entry
from engine.execution.recover import Recovery
from engine.execution.sender import Sender
from engine.execution.trader import Trader
from engine.execution.wishes import Wishes
from engine.ports import Tx
from engine.positions.monitor import Monitor
from engine.types import (
    ZERO,
    Connection,
    Execution,
    Order,
    OrderState,
    OrderType,
    Position,
    Protection,
    Quote,
    SourceMode,
)
from storage import tables
from storage.database import Database
from storage.unit_of_work import UnitOfWork
from tests.clocks import ManualClock
from tests.execution.fake_venue import FakeVenue
from tests.storage.worlds import World, build

T = TypeVar("T")
D = Decimal


class Crash(BaseException):
    """The process is gone: nobody catches this."""


@dataclass
class Books:
    """The store, with a look at what is on its way and a hand on what goes wrong.

    ``faults`` meet the next writes, before they are done. ``dies_after`` counts down with each write: the process ends
    right after that commit, and nothing more is written by it. ``mid_air`` lets what follows that commit happen first:
    the process ends in place of the next one.
    """

    database: Database
    faults: list[Exception | None] = field(default_factory=list)
    dies_after: int | None = None
    mid_air: bool = False
    done: int = 0
    under_way: int = 0

    async def write(self, work: Callable[[Any], T], *, urgent: bool = False) -> T:
        self.under_way += 1
        try:
            if self.dies_after == 0:
                raise Crash
            if self.faults and (fault := self.faults.pop(0)) is not None:
                raise fault
            answer = await self.database.write(work, urgent=urgent)
            if self.dies_after is not None:
                self.dies_after -= 1
                if self.dies_after == 0 and not self.mid_air:
                    raise Crash
            return answer
        finally:
            self.under_way -= 1
            self.done += 1

    async def read(self, work: Callable[[Any], T]) -> T:
        self.under_way += 1
        try:
            if self.dies_after == 0:
                raise Crash
            return await self.database.read(work)
        finally:
            self.under_way -= 1
            self.done += 1


class OneVenue:
    """``engine.ports.Venues`` with the same venue behind every connection."""

    def __init__(self, venue: FakeVenue) -> None:
        self.venue = venue
        self.fault: Exception | None = None
        self.discarded: list[int] = []

    async def open(self, connection: Connection) -> FakeVenue:
        if self.fault is not None:
            raise self.fault
        return self.venue

    async def discard(self, connection_id: int) -> None:
        self.discarded.append(connection_id)


class Ticks:
    """``engine.ports.Prices`` that only know what they were told."""

    def __init__(self) -> None:
        self.known: dict[str, Quote] = {}

    def latest(self, symbol: str) -> Quote | None:
        return self.known.get(symbol)

    async def watch(self, symbol: str) -> None: ...


class Bench:
    """The engine over one database. ``reborn`` is the same after a crash: new objects, old books, the same venue."""

    def __init__(
        self, database: Database, clock: ManualClock, venue: FakeVenue, world: World, *, books: Books | None = None
    ) -> None:  # fmt: skip
        self.database, self.clock, self.venue, self.world = database, clock, venue, world
        self.books = books or Books(database)
        self.venues = OneVenue(venue)
        self.tasks: set[asyncio.Task[None]] = set()
        self.names: list[str] = []
        self.failures: list[BaseException] = []
        self.changes: list[Position | None] = []
        self.prices = Ticks()
        self.sender = Sender(store=self.books, clock=clock, on_change=self._changed)
        self.trader = Trader(
            store=self.books, venues=self.venues, clock=clock, sender=self.sender, install="test", spawn=self.spawn,
            on_change=self._changed,
        )  # fmt: skip
        self.wishes = Wishes(store=self.books, clock=clock, trader=self.trader, on_change=self._changed)
        self.monitor = Monitor(
            store=self.books,
            clock=clock,
            prices=self.prices,
            trader=self.trader,
            spawn=self.spawn,  # type: ignore[arg-type]
        )
        self.funding = Funding(
            store=self.books, clock=clock, venue_of=self.trader.venue_by_id, on_change=self._changed
        )  # fmt: skip
        self.recovery = Recovery(
            store=self.books, clock=clock, trader=self.trader, funding=self.funding, spawn=self.spawn,
            on_change=self._changed,
        )  # fmt: skip
        self.follower = Follower(store=self.books, clock=clock, trader=self.trader)

    @classmethod
    async def open(cls, database: Database, clock: ManualClock, venue: FakeVenue) -> Bench:
        world = await database.write(build)
        await database.write(lambda tx: tx.channels.set_mode(world.ann.id, world.ann_channel.id, SourceMode.AUTO))
        return cls(database, clock, venue, world)

    async def reborn(self) -> Bench:
        """What a restart makes of the books, with every stop armed and everything unfinished taken up."""
        await self.close()
        new = Bench(self.database, self.clock, self.venue, self.world)
        await new.monitor.load()
        await new.recovery.take_up()
        await new.quiet()
        return new

    def _changed(self, position: Position | None) -> None:
        self.changes.append(position)
        self.monitor.changed(position)

    def spawn(self, name: str, work: Coroutine[Any, Any, None]) -> None:
        self.names.append(name)
        task = asyncio.get_running_loop().create_task(work, name=name)
        self.tasks.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self.tasks.discard(task)
        if not task.cancelled() and (failure := task.exception()) is not None:
            self.failures.append(failure)

    async def close(self) -> None:
        tasks = tuple(self.tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    # --- time --------------------------------------------------------------------------------------

    async def quiet(self) -> None:
        """Until nobody has anything left to do without time passing."""
        still = 0
        while still < 3:
            before = self.books.done
            for _ in range(8):
                await asyncio.sleep(0)
            if self.books.under_way:
                await asyncio.sleep(0.0005)
            still = still + 1 if not self.books.under_way and self.books.done == before else 0

    async def run(self, seconds: float) -> None:
        """Let this much time pass, from one moment at which somebody wakes to the next."""
        await self.quiet()
        left = seconds
        while (due := self.clock.next_wake()) is not None and due <= left:
            await self.clock.advance(due)
            left -= due
            await self.quiet()
        await self.clock.advance(left)
        await self.quiet()

    async def tick(self, bid: str) -> None:
        """The market stands here now."""
        self.venue.price(D(bid))
        quote = Quote(symbol="BTC/USDT", bid=D(bid), ask=D(bid), at=self.clock.now())
        self.prices.known[quote.symbol] = quote
        self.monitor.on_quote(quote)
        await self.quiet()

    # --- the trade ---------------------------------------------------------------------------------

    @property
    def execution(self) -> Execution:
        return self.world.execution

    async def enter(self) -> Position:
        """The signal, executed."""
        self.trader.start((self.execution,))
        await self.quiet()
        return await self.position()

    async def position(self) -> Position:
        found = await self.database.read(lambda tx: tx.positions.of_execution(self.execution.id))
        assert found is not None
        return found

    async def maybe(self) -> Position | None:
        return await self.database.read(lambda tx: tx.positions.of_execution(self.execution.id))

    async def orders(self, leg: str = "") -> tuple[Order, ...]:
        mine = await self.database.read(lambda tx: tx.orders.of_execution(self.execution.id))
        return tuple(o for o in mine if o.leg.startswith(leg))

    async def states(self, leg: str) -> list[OrderState]:
        return [o.state for o in await self.orders(leg)]

    async def told(self) -> list[tuple[str, dict[str, Any]]]:
        """Kind and content of every message owed, in order."""
        notices = tables.execution_notifications.c
        asked = select(notices.type, notices.payload).order_by(notices.id)
        rows = await self.database.read(lambda tx: tx.connection.execute(asked).all())
        return [(row.type, row.payload) for row in rows]

    async def kinds(self) -> list[str]:
        return [kind for kind, _ in await self.told()]

    async def change(self, work: Callable[[Tx], T]) -> T:
        return await self.database.write(work)


async def check(bench: Bench) -> None:
    """Raise AssertionError for every rule that is broken while nothing is on its way (INV1 to INV8)."""
    orders, position, fills = await bench.database.read(lambda tx: _rows(tx, bench.execution.id))
    venue = bench.venue
    venue.orders()
    mine = {o.request.client_order_id: o for o in orders}
    assert {a.request.client_order_id for a in venue.book} <= mine.keys(), "INV2: an order that we do not know"
    assert fills == {f.trade_id: f.quantity for a in venue.book for f in a.fills}, "INV3: fills differ"
    entries = [o for o in orders if is_entry(o)]
    for order in entries:
        copies = [a for a in venue.book if mine[a.request.client_order_id].leg == order.leg]
        assert sum(bool(a.fills) or a.state not in TERMINAL for a in copies) <= 1, "INV1: an entry was doubled"
        assert sum((a.filled for a in copies), ZERO) <= order.request.quantity, "INV1: more than was planned"
    for order in orders:
        if order.state in TERMINAL:
            rests = [a for a in venue.resting() if a.request.client_order_id == order.request.client_order_id]
            assert not rests, f"{order.leg} is {order.state} here and rests there"
    if position is None:
        assert not venue.net("BTC/USDT"), "a holding without a position"
        return
    assert position.quantity * position.direction.sign == venue.net(position.symbol), "INV3: quantities differ"
    stops = [a for a in venue.resting() if a.request.order_type is OrderType.STOP]
    if not position.is_open:
        assert not venue.resting(), f"INV6: {venue.resting()} rest for a closed position"
        return
    watched = bench.monitor._watched.get(position.id)
    assert watched is not None and watched.position.sl_price is not None, "INV4: no software stop is armed"
    assert watched.position == position, "INV4: the monitor looks at an old position"
    if position.protection is Protection.EXCHANGE:
        assert stops, "INV4: nobody holds the stop"
    assert all(a.left <= position.quantity for a in stops), "INV5: the stop is too large"


def _rows(tx: UnitOfWork, execution_id: int) -> tuple[tuple[Order, ...], Position | None, dict[str, Decimal]]:
    c = tables.fills.c
    fills = {row.trade_id: row.quantity for row in tx.connection.execute(select(c.trade_id, c.quantity))}
    return tx.orders.of_execution(execution_id), tx.positions.of_execution(execution_id), fills
