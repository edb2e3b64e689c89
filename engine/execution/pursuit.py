"""Runs after every order whose outcome is not known, until it is: beside the trade, so that nothing waits for it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import structlog

from engine.errors import EngineFault
from engine.execution import orders as machine
from engine.execution.absorb import Absorbed
from engine.execution.lines import Spawn
from engine.ports import Clock

log = structlog.get_logger()

FIRST_PAUSE, LONGEST_PAUSE = 0.5, 4.0  # seconds between two questions about the same order


class Pursuit:
    """``ask`` takes one step with an order and says how it stands; it is asked again, ever more slowly."""

    def __init__(self, *, clock: Clock, spawn: Spawn, ask: Callable[[int], Awaitable[Absorbed]]) -> None:
        self._clock = clock
        self._spawn = spawn
        self._ask = ask
        self._at_work: set[int] = set()

    def after(self, done: Absorbed) -> None:
        """Pursue this order in a task of its own, if it has no outcome yet and nobody is after it already."""
        order = done.order
        if machine.is_awaited(order) and order.id not in self._at_work:
            self._at_work.add(order.id)
            self._spawn(f"order {order.id}", self._until_known(order.id, done.wait))

    async def _until_known(self, order_id: int, wait: float) -> None:
        pause = FIRST_PAUSE
        try:
            while True:
                await self._clock.sleep(max(wait, pause))
                pause = min(pause * 2, LONGEST_PAUSE)
                try:
                    done = await self._ask(order_id)
                except EngineFault as fault:
                    log.warning("order still in doubt", order=order_id, fault=type(fault).__name__)
                    continue
                if not machine.is_awaited(done.order):
                    return
                wait = done.wait
        finally:
            self._at_work.discard(order_id)
