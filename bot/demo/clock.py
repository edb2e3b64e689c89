"""A clock for a recorded day: it stands still until the story lets time pass, so that two runs read the same."""

from __future__ import annotations

import asyncio
import heapq
import itertools
from datetime import UTC, datetime, timedelta

MORNING = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


class StoryClock:
    """``engine.ports.Clock``. ``advance`` wakes, in order, every sleeper whose moment has come."""

    def __init__(self, start: datetime = MORNING) -> None:
        self._start = start
        self._elapsed = 0.0
        self._sleepers: list[tuple[float, int, asyncio.Future[None]]] = []
        self._order = itertools.count()

    def now(self) -> datetime:
        return self._start + timedelta(seconds=self._elapsed)

    def monotonic(self) -> float:
        return self._elapsed

    async def sleep(self, seconds: float) -> None:
        if seconds <= 0:
            await _turn()
            return
        waker: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleepers, (self._elapsed + seconds, next(self._order), waker))
        await waker

    async def advance(self, seconds: float) -> None:
        end = self._elapsed + seconds
        await self.settle()
        while self._sleepers and self._sleepers[0][0] <= end:
            due, _, waker = heapq.heappop(self._sleepers)
            self._elapsed = max(self._elapsed, due)
            if not waker.done():
                waker.set_result(None)
            await self.settle()
        self._elapsed = end

    async def settle(self, turns: int = 10) -> None:
        """Let everything that can run do so, without time passing."""
        for _ in range(turns):
            await _turn()

    @property
    def sleepers(self) -> int:
        """How many tasks are asleep."""
        return sum(1 for _, _, waker in self._sleepers if not waker.done())


async def _turn() -> None:
    """One turn of the event loop."""
    await asyncio.sleep(0)  # noqa: TID251  # a turn, not a wait
