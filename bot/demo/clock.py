"""A clock for a recorded day: its hands stand still until the story moves them, so that two runs read the same."""

from __future__ import annotations

import asyncio
import heapq
import itertools
from datetime import UTC, datetime, timedelta

MORNING = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


class StoryClock:
    """``engine.ports.Clock`` in the hands of a story or a test: time passes only when it is told to."""

    def __init__(self, start: datetime = MORNING) -> None:
        self._start = start
        self._elapsed = 0.0
        self._unseen = 0.0
        self._sleepers: list[tuple[float, int, asyncio.Future[None]]] = []
        self._order = itertools.count()

    def now(self) -> datetime:
        return self._start + timedelta(seconds=self._elapsed - self._unseen)

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
        """Let time pass, and wake in order every sleeper whose moment comes."""
        end = self._elapsed + seconds
        await self.settle()
        while self._sleepers and self._sleepers[0][0] <= end:
            due, _, waker = heapq.heappop(self._sleepers)
            self._elapsed = max(self._elapsed, due)
            if not waker.done():
                waker.set_result(None)
            await self.settle()
        self._elapsed = end

    async def leap(self, seconds: float) -> None:
        """Let a long time pass at once: who would have woken many times on the way wakes once, at the end of it."""
        await self.settle()
        self._elapsed += seconds
        await self._wake()

    async def run_on(self, seconds: float) -> None:
        """Let waits pass while the hands stay where they are: however long it takes, the time of day is the same."""
        await self.settle()
        self._elapsed += seconds
        self._unseen += seconds
        await self._wake()

    async def _wake(self) -> None:
        while self._sleepers and self._sleepers[0][0] <= self._elapsed:
            _, _, waker = heapq.heappop(self._sleepers)
            if not waker.done():
                waker.set_result(None)
        await self.settle()

    async def settle(self, turns: int = 10) -> None:
        """Let everything that can run do so, without time passing."""
        for _ in range(turns):
            await _turn()

    def next_wake(self) -> float | None:
        """Seconds until the first sleeper is due; None when nobody sleeps."""
        while self._sleepers and self._sleepers[0][2].done():
            heapq.heappop(self._sleepers)
        return max(self._sleepers[0][0] - self._elapsed, 0.0) if self._sleepers else None

    @property
    def sleepers(self) -> int:
        """How many tasks are asleep."""
        return sum(1 for _, _, waker in self._sleepers if not waker.done())


async def _turn() -> None:
    """One turn of the event loop."""
    await asyncio.sleep(0)  # noqa: TID251  # a turn, not a wait
