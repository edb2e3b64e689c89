"""Runs after every order whose outcome is not known, until it is: beside the trade, so that nothing waits for it."""

from __future__ import annotations

import math
from collections.abc import Awaitable, Callable

import structlog

from engine.errors import EngineFault
from engine.execution import orders as machine
from engine.execution import overdue
from engine.execution.absorb import Absorbed
from engine.execution.lines import Spawn
from engine.ports import Clock
from engine.types import Order

log = structlog.get_logger()

FIRST_PAUSE, LONGEST_PAUSE = 0.5, 4.0  # seconds between two questions about the same order


class Pursuit:
    """``ask`` takes one step with an order and says how it stands; it is asked again, ever more slowly, and at the
    moment from which it can no longer arrive: a lost stop goes out again then, and not a pause later. ``late`` hears of
    an order that takes too long, and whether it does by any measure."""

    def __init__(
        self, *, clock: Clock, spawn: Spawn, ask: Callable[[int], Awaitable[Absorbed]],
        late: Callable[[Order, bool], Awaitable[None]],
    ) -> None:  # fmt: skip
        self._clock = clock
        self._spawn = spawn
        self._ask = ask
        self._late = late
        self._at_work: set[int] = set()

    def after(self, done: Absorbed) -> None:
        """Pursue this order in a task of its own, if it has no outcome yet and nobody is after it already."""
        order = done.order
        if machine.is_awaited(order) and order.id not in self._at_work:
            self._at_work.add(order.id)
            self._spawn(f"order {order.id}", self._until_known(done))

    async def _until_known(self, done: Absorbed) -> None:
        pause, since, times = FIRST_PAUSE, self._clock.monotonic(), 0
        try:
            while machine.is_awaited(done.order):
                wait = max(done.wait, min(pause, self._until_dead(done.order)))
                times = await self._sleep(done.order, wait, since, times)
                pause = min(pause * 2, LONGEST_PAUSE)
                try:
                    done = await self._ask(done.order.id)
                except EngineFault as fault:
                    log.warning("order still in doubt", order=done.order.id, fault=type(fault).__name__)
        finally:
            self._at_work.discard(done.order.id)

    async def _sleep(self, order: Order, seconds: float, since: float, times: int) -> int:
        """Wait, and say on the way that it is late; how many times that has been said by now."""
        until = self._clock.monotonic() + seconds
        while (due := since + overdue.due(times)) <= until:
            await self._clock.sleep(max(0.0, due - self._clock.monotonic()))
            times += 1
            await self._say_late(order, times > 1)
        await self._clock.sleep(max(0.0, until - self._clock.monotonic()))
        return times

    async def _say_late(self, order: Order, hard: bool) -> None:
        """A word that cannot be written down just now keeps nobody from going on with the order."""
        try:
            await self._late(order, hard)
        except EngineFault as fault:
            log.warning("late order not told", order=order.id, fault=type(fault).__name__)

    def _until_dead(self, order: Order) -> float:
        """Seconds until the venue can take it no more; for ever once that has passed, or when nobody knows."""
        left = (order.dead_at - self._clock.now()).total_seconds() if order.dead_at else 0.0
        return left if left > 0 else math.inf
