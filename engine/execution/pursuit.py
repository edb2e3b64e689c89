"""Runs after every order whose outcome is not known, until it is: beside the trade, so that nothing waits for it."""

from __future__ import annotations

import math
from collections.abc import Awaitable, Callable

import structlog

from engine.errors import EngineFault
from engine.execution import orders as machine
from engine.execution.absorb import Absorbed
from engine.execution.lines import Spawn
from engine.ports import Clock
from engine.types import Order

log = structlog.get_logger()

FIRST_PAUSE, LONGEST_PAUSE = 0.5, 4.0  # seconds between two questions about the same order


class Pursuit:
    """``ask`` takes one step with an order and says how it stands; it is asked again, ever more slowly, and at the
    moment from which it can no longer arrive: a lost stop goes out again then, and not a pause later."""

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
            self._spawn(f"order {order.id}", self._until_known(done))

    async def _until_known(self, done: Absorbed) -> None:
        pause = FIRST_PAUSE
        try:
            while machine.is_awaited(done.order):
                await self._clock.sleep(max(done.wait, min(pause, self._until_dead(done.order))))
                pause = min(pause * 2, LONGEST_PAUSE)
                try:
                    done = await self._ask(done.order.id)
                except EngineFault as fault:
                    log.warning("order still in doubt", order=done.order.id, fault=type(fault).__name__)
        finally:
            self._at_work.discard(done.order.id)

    def _until_dead(self, order: Order) -> float:
        """Seconds until the venue can take it no more; for ever once that has passed, or when nobody knows."""
        left = (order.dead_at - self._clock.now()).total_seconds() if order.dead_at else 0.0
        return left if left > 0 else math.inf
