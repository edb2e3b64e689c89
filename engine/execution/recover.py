"""After a restart, and again and again: ask the venue how every order in doubt stands, and go on from there.

Starting up is crash recovery; there is no other way to start. Software stops are armed before this runs.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable, Coroutine, Iterable
from functools import partial
from typing import Any

import structlog

from engine.errors import EngineFault
from engine.execution import orders as machine
from engine.execution.compare import Gap, confirmed, gaps
from engine.execution.funding import Funding
from engine.execution.trader import Trader
from engine.ports import Clock, Store, Tx
from engine.types import ClosedReason, Execution, Holding, Instrument, Order, Position

log = structlog.get_logger()

EVERY = 60.0  # seconds between two rounds
AT_ONCE = 50  # accounts that are asked side by side: a silent venue keeps one place, not the round
AGAIN = 6.0  # seconds between two readings of holdings: a fill of this moment is on both or on none


class Recovery:
    """Each order and each trade is taken up in a task of its own: one silent venue holds nobody else."""

    def __init__(
        self, *, store: Store, clock: Clock, trader: Trader, funding: Funding,
        spawn: Callable[[str, Coroutine[Any, Any, None]], None],
    ) -> None:  # fmt: skip
        self._store = store
        self._clock = clock
        self._trader = trader
        self._funding = funding
        self._spawn = spawn
        self._at_work: set[str] = set()

    async def run(self) -> None:
        """Take up what is unfinished, at once and then every minute: a report that was lost is found here."""
        while True:
            await self.take_up()
            await self._clock.sleep(EVERY)
            await self.compare()
            self._once("funding", self._funding.run)

    async def take_up(self) -> None:
        """Orders in doubt or at rest, executions without orders, open positions: exits before entries."""
        orders, executions, positions = await self._store.read(_unfinished)
        log.info("taking up", orders=len(orders), executions=len(executions), positions=len(positions))
        for order in sorted(orders, key=machine.is_entry):
            self._once(f"resume order {order.id}", partial(self._resume, order.id))
        for execution in executions:
            self._once(f"resume execution {execution.id}", partial(self._trader.execute, execution))
        for position in positions:
            self._once(f"check position {position.id}", partial(self._trader.check, position))

    async def compare(self) -> None:
        """What its venue does not hold any more, twice in a row, was closed by somebody else, or by the venue: it is
        booked out.

        Between the two readings our own exits are asked for, for it may have been one of them; those of every trade of
        the account, for one holding may be behind several.
        """
        first = await self._gaps()
        if not first:
            return
        accounts = frozenset(gap.position.connection_id for gap in first.values())
        positions = await self._store.read(lambda tx: tx.positions.open())
        await self._a_few_at_once(self._ask_for_exits(p) for p in positions if p.connection_id in accounts)
        await self._clock.sleep(AGAIN)
        again = await self._gaps(accounts)
        for gap in confirmed(first, again):
            self._once(f"external close {gap.position.id}", partial(self._book_out, gap))

    async def _ask_for_exits(self, position: Position) -> None:
        for order in await self._store.read(lambda tx: tx.orders.of_execution(position.execution_id)):
            if order.state not in machine.TERMINAL and not machine.is_entry(order):
                await self._resume(order.id)

    async def _gaps(self, connections: frozenset[int] | None = None) -> dict[int, Gap]:
        """Gaps by position id: of every connection with an open position, or of these."""
        positions, instruments = await self._store.read(_open_with_instruments)
        accounts: defaultdict[int, list[Position]] = defaultdict(list)
        for position in positions:
            if position.id in instruments and (connections is None or position.connection_id in connections):
                accounts[position.connection_id].append(position)
        found: dict[int, Gap] = {}

        async def look(connection_id: int, mine: list[Position]) -> None:
            held = await self._holdings(connection_id, {position.symbol for position in mine})
            if held is not None:
                self._funding.saw(connection_id, mine, held)
                found.update(gaps(mine, instruments, held))

        await self._a_few_at_once(look(connection_id, mine) for connection_id, mine in accounts.items())
        return found

    async def _holdings(self, connection_id: int, symbols: set[str]) -> tuple[Holding, ...] | None:
        """What its venue says is held of these; None when it says nothing, for no answer is no evidence."""
        try:
            return await (await self._trader.venue_by_id(connection_id)).holdings(symbols)
        except EngineFault as fault:
            log.warning("holdings not known", connection=connection_id, fault=fault.reason)
        except Exception:  # an answer that nobody foresaw is one account's matter
            log.exception("holdings not readable", connection=connection_id)
        return None

    async def _a_few_at_once(self, work: Iterable[Coroutine[Any, Any, None]]) -> None:
        gate = asyncio.Semaphore(AT_ONCE)

        async def one(job: Coroutine[Any, Any, None]) -> None:
            async with gate:
                await job

        await asyncio.gather(*map(one, work))

    async def _book_out(self, gap: Gap) -> None:
        position = gap.position
        _, instruments = await self._store.read(_open_with_instruments)
        venue = await self._trader.venue_by_id(position.connection_id)
        try:
            price = await venue.liquidated(position.symbol, position.opened_at)
            if price is not None:
                await self._trader.close_outside(position, gap.quantity, price, ClosedReason.LIQUIDATION)
                return
            quote = await venue.quote(instruments[position.id])
        except EngineFault as fault:  # without a price it is told a minute later
            log.warning("no price to book out at", position=position.id, fault=fault.reason)
            return
        price = quote.exit_price(position.direction)
        await self._trader.close_outside(position, gap.quantity, price, ClosedReason.EXTERNAL)

    async def _resume(self, order_id: int) -> None:
        try:
            await self._trader.resume(order_id)
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


def _open_with_instruments(tx: Tx) -> tuple[tuple[Position, ...], dict[int, Instrument]]:
    positions = tx.positions.open()
    plans = {position.id: tx.executions.plan_of(position.execution_id) for position in positions}
    return positions, {position_id: plan.instrument for position_id, plan in plans.items() if plan is not None}


def _unfinished(tx: Tx) -> tuple[tuple[Order, ...], tuple[Execution, ...], tuple[Position, ...]]:
    return tx.orders.live(), tx.executions.unplanned(), tx.positions.open()
