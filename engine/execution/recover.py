"""After a restart, and again and again: ask the venue how every order in doubt stands, and go on from there.

Starting up is crash recovery; there is no other way to start. Software stops are armed before this runs.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from decimal import Decimal
from typing import Any

import structlog

from engine.errors import EngineFault
from engine.execution import orders as machine
from engine.execution.trader import Trader
from engine.ports import Clock, Store, Tx
from engine.types import ClosedReason, Execution, Instrument, Order, OrderState, Position

log = structlog.get_logger()

EVERY = 60.0  # seconds between two rounds
AGAIN = 6.0  # seconds between two readings of holdings: a fill of this moment is on both or on none


class Recovery:
    """Each order and each trade is taken up in a task of its own: one silent venue holds nobody else."""

    def __init__(
        self, *, store: Store, clock: Clock, trader: Trader, spawn: Callable[[str, Coroutine[Any, Any, None]], None]
    ) -> None:
        self._store = store
        self._clock = clock
        self._trader = trader
        self._spawn = spawn
        self._at_work: set[str] = set()

    async def run(self) -> None:
        """Take up what is unfinished, at once and then every minute: a report that was lost is found here."""
        while True:
            await self.take_up()
            await self._clock.sleep(EVERY)
            await self.compare()

    async def take_up(self) -> None:
        """Orders in doubt or at rest, executions without orders, open positions: exits before entries."""
        orders, executions, positions = await self._store.read(_unfinished)
        log.info("taking up", orders=len(orders), executions=len(executions), positions=len(positions))
        for order in sorted(orders, key=machine.is_entry):
            self._once(f"resume order {order.id}", self._trader.resume(order.id))
        for execution in executions:
            self._once(f"resume execution {execution.id}", self._trader.execute(execution))
        for position in positions:
            self._once(f"check position {position.id}", self._trader.check(position))

    async def compare(self) -> None:
        """Positions that their venue does not hold any more, twice in a row, were closed by somebody else."""
        suspects = await self._missing()
        if suspects:
            await self._clock.sleep(AGAIN)
            still = await self._missing()
            for position_id in suspects.keys() & still.keys():
                position, price = still[position_id]
                self._once(
                    f"external close {position_id}", self._trader.close_outside(position, price, ClosedReason.EXTERNAL)
                )

    async def _missing(self) -> dict[int, tuple[Position, Decimal]]:
        """Open positions with no holding behind them, and the price to book them out at. No answer is no evidence."""
        found: dict[int, tuple[Position, Decimal]] = {}
        positions, instruments = await self._store.read(_open_with_instruments)
        for connection_id in {p.connection_id for p in positions}:
            try:
                venue = await self._trader.venue_by_id(connection_id)
                held = {h.symbol for h in await venue.holdings() if h.quantity}
                for position in positions:
                    if position.connection_id == connection_id and position.symbol not in held:
                        quote = await venue.quote(instruments[position.id])
                        found[position.id] = (position, quote.exit_price(position.direction))
            except EngineFault as fault:
                log.warning("holdings not known", connection=connection_id, fault=fault.reason)
        return found

    def _once(self, name: str, work: Coroutine[Any, Any, None]) -> None:
        """Start it, unless the same work is still at it since the last round."""
        if name in self._at_work:
            work.close()
            return
        self._at_work.add(name)
        self._spawn(name, self._noted(name, work))

    async def _noted(self, name: str, work: Coroutine[Any, Any, None]) -> None:
        try:
            await work
        finally:
            self._at_work.discard(name)


def _open_with_instruments(tx: Tx) -> tuple[tuple[Position, ...], dict[int, Instrument]]:
    positions = tx.positions.open()
    plans = {position.id: tx.executions.plan_of(position.execution_id) for position in positions}
    return positions, {position_id: plan.instrument for position_id, plan in plans.items() if plan is not None}


def _unfinished(tx: Tx) -> tuple[tuple[Order, ...], tuple[Execution, ...], tuple[Position, ...]]:
    live = tuple(o for o in tx.orders.live() if o.state is not OrderState.QUARANTINED)
    return live, tx.executions.unplanned(), tx.positions.open()
