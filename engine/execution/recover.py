"""After a restart, and again and again: ask the venue how every order in doubt stands, and go on from there.

Starting up is crash recovery; there is no other way to start. Software stops are armed before this runs.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable, Coroutine, Iterable, Mapping, Sequence
from decimal import Decimal
from functools import partial
from typing import Any

import structlog

from engine.errors import EngineFault, VenueLocked, VenueRefused
from engine.execution import found, sides
from engine.execution import orders as machine
from engine.execution.compare import Gap, both_sides, confirmed, gaps, uncrossed
from engine.execution.found import Left
from engine.execution.funding import Funding
from engine.execution.readiness import PATIENCE
from engine.execution.strays import Strays
from engine.execution.trader import Trader
from engine.ports import Clock, Store, Tx
from engine.types import ZERO, ClosedReason, Execution, Holding, Instrument, Order, Position

log = structlog.get_logger()

Instruments = Mapping[int, Instrument]
"""By the number of the position they are held by."""

EVERY = 60.0  # seconds between two rounds
LOOK_THROUGH = 900.0  # seconds between two looks for orders that are not in our books
A_LOOK = 4.0  # seconds for each account: all open orders of one cost 80 of the 6,000 a minute of an address at Binance
SUMMED_UP = PATIENCE + 10.0  # seconds after a start until the admins are told what it found
AT_ONCE = 50  # accounts that are asked side by side: a silent venue keeps one place, not the round
AGAIN = 6.0  # seconds between two readings of holdings: a fill of this moment is on both or on none


class Recovery:
    """Each order and each trade is taken up in a task of its own: one silent venue holds nobody else."""

    def __init__(
        self, *, store: Store, clock: Clock, trader: Trader, funding: Funding,
        spawn: Callable[[str, Coroutine[Any, Any, None]], None], on_change: Callable[[None], None],
    ) -> None:  # fmt: skip
        self._store = store
        self._clock = clock
        self._trader = trader
        self._readiness = trader.readiness
        self._funding = funding
        self._spawn = spawn
        self._strays = Strays(store=store, clock=clock, trader=trader, on_change=on_change)
        self._look_at = float("-inf")
        self._on_change = on_change
        self._before: Left | None = None
        self._at_work: set[str] = set()
        self._gate = asyncio.Semaphore(AT_ONCE)
        self._two_sided: set[tuple[int, str]] = set()

    async def prepare(self) -> None:
        """Before anything new may begin: which accounts have a past that is to be read first."""
        orders, _, positions = await self._store.read(_unfinished)
        in_doubt = {order.id: order.connection_id for order in orders if order.state in machine.UNSETTLED}
        self._readiness.begin(in_doubt, {position.connection_id for position in positions})
        self._before = Left(self._clock.now(), frozenset(in_doubt), frozenset(position.id for position in positions))

    async def run(self) -> None:
        """Take up what is unfinished, at once and then every minute: a report that was lost is found here."""
        before, self._before = self._before, None
        if before is not None:
            self._spawn("what the start found", self._tell_found(before))
        while True:
            await self.take_up()
            await self.compare()
            await self.look_through()
            await self._clock.sleep(EVERY)
            self._once("funding", self._funding.run)

    async def _tell_found(self, before: Left) -> None:
        """Once an account that answers has shown how it stands, and what is missing there was booked out."""
        await self._clock.sleep(SUMMED_UP)
        silent = len(self._readiness.waiting)
        if await self._store.write(partial(found.tell, before=before, silent=silent, now=self._clock.now())):
            self._on_change(None)

    async def take_up(self) -> None:
        """Orders in doubt or at rest, executions without orders, open positions: exits before entries."""
        orders, executions, positions = await self._store.read(_unfinished)
        self._readiness.only(orders={order.id for order in orders})
        log.info("taking up", orders=len(orders), executions=len(executions), positions=len(positions))
        for order in sorted(orders, key=machine.is_entry):
            self._once(f"resume order {order.id}", partial(self._resume, order.id))
        for execution in executions:
            self._once(f"resume execution {execution.id}", partial(self._trader.execute, execution))
        for position in positions:
            self._once(f"check position {position.id}", partial(self._trader.check, position))

    async def look_through(self) -> None:
        """Each account at an exchange, when it is time: is there an order of ours that our books do not have?"""
        if self._clock.monotonic() < self._look_at:
            return
        accounts = await self._store.read(_at_exchanges)
        self._look_at = self._clock.monotonic() + max(LOOK_THROUGH, A_LOOK * len(accounts))
        for connection_id in accounts:
            self._once(f"look through {connection_id}", partial(self._strays.look, connection_id))

    async def compare(self) -> None:
        """Each account in a task of its own: a silent venue keeps no other from being compared, and no next round."""
        positions, instruments = await self._store.read(_open_with_instruments)
        accounts: defaultdict[int, list[Position]] = defaultdict(list)
        for position in positions:
            accounts[position.connection_id].append(position)
        self._readiness.only(accounts=accounts)
        for connection_id, mine in accounts.items():
            self._once(f"compare {connection_id}", partial(self._compare, connection_id, mine, instruments))
        crossed: defaultdict[int, list[Position]] = defaultdict(list)
        for position in await self._store.read(lambda tx: tx.positions.crossed()):
            crossed[position.connection_id].append(position)
        for connection_id, there in crossed.items():
            self._once(f"sides {connection_id}", partial(self._uncross, connection_id, there))

    async def _compare(self, connection_id: int, mine: Sequence[Position], instruments: Instruments) -> None:
        """What the venue does not hold any more, twice in a row, was closed by somebody else, or by the venue: it is
        booked out.

        Between the two readings our own exits are asked for, for it may have been one of them; those of every trade of
        the account, for one holding may be behind several.
        """
        first = await self._gaps(connection_id, mine, instruments)
        if first and not await self._booked_out(connection_id, mine, first):
            return
        if first is not None:
            self._readiness.read(connection_id)

    async def _booked_out(self, connection_id: int, mine: Sequence[Position], first: Mapping[int, Gap]) -> bool:
        """False when the second reading got no answer."""
        for position in mine:
            await self._ask_for_exits(position)
        await self._clock.sleep(AGAIN)
        now_open, instruments = await self._store.read(partial(_open_with_instruments, connection_id=connection_id))
        again = await self._gaps(connection_id, now_open, instruments)
        if again is None:
            return False
        await asyncio.gather(*map(self._book_out, confirmed(first, again)))
        return True

    async def _uncross(self, connection_id: int, crossed: Sequence[Position]) -> None:
        """Where the other side was held and is not any more, twice in a row, trades may be opened again."""
        first = await self._uncrossed(connection_id, crossed)
        if not first:
            return
        await self._clock.sleep(AGAIN)
        again = first & await self._uncrossed(connection_id, crossed)
        if again:
            await self._store.write(partial(sides.open_again, position_ids=again))

    async def _uncrossed(self, connection_id: int, crossed: Sequence[Position]) -> frozenset[int]:
        async with self._gate:
            held = await self._holdings(connection_id, {position.symbol for position in crossed})
        return frozenset() if held is None else uncrossed(crossed, held)

    async def _ask_for_exits(self, position: Position) -> None:
        for order in await self._store.read(lambda tx: tx.orders.of_execution(position.execution_id)):
            if order.state not in machine.TERMINAL and not machine.is_entry(order):
                await self._resume(order.id)

    async def _gaps(
        self, connection_id: int, positions: Sequence[Position], instruments: Instruments
    ) -> dict[int, Gap] | None:  # fmt: skip
        """Gaps by position id, none of what its venue does not speak of; None when it says nothing."""
        mine = [position for position in positions if position.id in instruments]
        async with self._gate:
            held = await self._holdings(connection_id, {position.symbol for position in mine})
        if held is None:
            return None
        if _held(positions) == _held(await self._store.read(lambda tx: tx.positions.open(connection_id))):
            self._funding.saw(connection_id, mine, held)  # else one of ours that filled meanwhile looks like another's
        self._two_sided |= {(connection_id, symbol) for symbol in both_sides(held)}
        return gaps(mine, instruments, held)

    async def _holdings(self, connection_id: int, symbols: set[str]) -> tuple[Holding, ...] | None:
        """What its venue says is held of these; None when it says nothing, for no answer is no evidence."""
        try:
            return await (await self._trader.venue_by_id(connection_id)).holdings(symbols)
        except (VenueRefused, VenueLocked) as fault:  # it will not say so later either: nothing is to wait for it
            log.warning("holdings not shown", connection=connection_id, fault=fault.reason)
            self._readiness.read(connection_id)
        except EngineFault as fault:
            log.warning("holdings not known", connection=connection_id, fault=fault.reason)
        except Exception:  # an answer that nobody foresaw is one account's matter
            log.exception("holdings not readable", connection=connection_id)
        return None

    async def _book_out(self, gap: Gap) -> None:
        position = gap.position
        other = ZERO if (position.connection_id, position.symbol) in self._two_sided else gap.other
        find = partial(_open_with_instruments, connection_id=position.connection_id)
        _, instruments = await self._store.read(find)
        venue = await self._trader.venue_by_id(position.connection_id)
        try:
            price = await venue.liquidated(position.symbol, position.opened_at)
            if price is not None:
                await self._trader.close_outside(position, gap.quantity, price, ClosedReason.LIQUIDATION, other=other)
                return
            quote = await venue.quote(instruments[position.id])
        except EngineFault as fault:  # without a price it is told a minute later
            log.warning("no price to book out at", position=position.id, fault=fault.reason)
            return
        price = quote.exit_price(position.direction)
        await self._trader.close_outside(position, gap.quantity, price, ClosedReason.EXTERNAL, other=other)

    async def _resume(self, order_id: int) -> None:
        try:
            await self._trader.resume(order_id)
            self._readiness.taken_up(order_id)
        except EngineFault as fault:
            log.warning("order not asked for", order=order_id, fault=fault.reason)

    def _once(self, name: str, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Start it, unless the same work is still at it since the last round."""
        if name not in self._at_work:
            self._at_work.add(name)
            self._spawn(name, self._noted(name, work))

    async def _noted(self, name: str, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        try:
            await work()
        finally:
            self._at_work.discard(name)


def _held(positions: Iterable[Position]) -> set[tuple[int, Decimal]]:
    return {(position.id, position.quantity) for position in positions}


def _open_with_instruments(tx: Tx, connection_id: int | None = None) -> tuple[tuple[Position, ...], Instruments]:
    positions = tx.positions.open(connection_id)
    plans = {position.id: tx.executions.plan_of(position.execution_id) for position in positions}
    return positions, {position_id: plan.instrument for position_id, plan in plans.items() if plan is not None}


def _unfinished(tx: Tx) -> tuple[tuple[Order, ...], tuple[Execution, ...], tuple[Position, ...]]:
    return tx.orders.live(), tx.executions.unplanned(), tx.positions.open()


def _at_exchanges(tx: Tx) -> tuple[int, ...]:
    """Accounts that may trade, or have something open."""
    known = {connection.id: connection for connection in (*tx.connections.active(), *tx.connections.trading())}
    return tuple(connection_id for connection_id, connection in sorted(known.items()) if not connection.is_paper)
