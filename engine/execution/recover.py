"""After a restart, and again and again: ask the venue how every order in doubt stands, and go on from there.

Starting up is crash recovery; there is no other way to start. Software stops are armed before this runs.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

import structlog

from engine.execution import orders as machine
from engine.execution.trader import Trader
from engine.ports import Clock, Store, Tx
from engine.types import Execution, Order, OrderState, Position

log = structlog.get_logger()

EVERY = 60.0  # seconds between two looks at orders that rest


class Recovery:
    """Each order and each trade is taken up in a task of its own: one silent venue holds nobody else."""

    def __init__(
        self, *, store: Store, clock: Clock, trader: Trader, spawn: Callable[[str, Coroutine[Any, Any, None]], None]
    ) -> None:
        self._store = store
        self._clock = clock
        self._trader = trader
        self._spawn = spawn

    async def start(self) -> None:
        """Take up everything that the last run left unfinished, exits before entries."""
        orders, executions, positions = await self._store.read(_unfinished)
        log.info("recovering", orders=len(orders), executions=len(executions), positions=len(positions))
        for order in sorted(orders, key=machine.is_entry):
            self._spawn(f"resume order {order.id}", self._trader.resume(order))
        self._trader.start(executions)
        for position in positions:
            self._spawn(f"check position {position.id}", self._trader.check(position))

    async def run(self) -> None:
        """Ask after resting orders from time to time: a report that was lost is found here."""
        while True:
            await self._clock.sleep(EVERY)
            for order in await self._store.read(lambda tx: tx.orders.live()):
                if order.state in machine.RESTING:
                    self._spawn(f"reconcile order {order.id}", self._trader.resume(order))


def _unfinished(tx: Tx) -> tuple[tuple[Order, ...], tuple[Execution, ...], tuple[Position, ...]]:
    live = tuple(o for o in tx.orders.live() if o.state is not OrderState.QUARANTINED)
    return live, tx.executions.unplanned(), tx.positions.open()
