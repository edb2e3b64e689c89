"""How often we may ask: a budget for each key and one for each address, and the urgent go first."""

from __future__ import annotations

import asyncio
import heapq
import itertools
from enum import IntEnum

from engine.errors import VenueBusy
from engine.ports import Clock


class Urgency(IntEnum):
    """Who goes first when there is not enough for all."""

    EXIT = 0
    """Closes, stops, cancels."""
    GUARD = 1
    """How our orders stand, what they filled, and prices: all that a stop is decided by."""
    READ = 2
    ENTRY = 3
    LEISURE = 4
    """Bookkeeping, which may wait for all of them."""


BURST = 0.5
"""Seconds of the allowed rate that may be spent at once after a pause."""
STEADY = 0.8
"""Where the venue counts by the minute: the share of the rate that comes back evenly; the rest may go at once."""
KEPT = 0.25
"""Share of a burst that only exits may use."""
SPARED = 0.75
"""Share of a burst that bookkeeping leaves to all the rest. For a crowd it lasts for many minutes, in which a signal is
to find a burst; what comes back is enough for it."""


class Budget:
    """Tokens that come back at ``rate`` a second. A pause stops everybody: the venue has asked for it."""

    def __init__(self, clock: Clock, rate: float, *, by_minute: bool = False) -> None:
        self._clock = clock
        self._rate = rate * STEADY if by_minute else rate
        self._most = max(4.0, rate * (60 * (1 - STEADY) if by_minute else BURST))
        self._level = self._most
        self._counted_at = clock.monotonic()
        self._paused_until = float("-inf")
        self._queue: list[tuple[Urgency, int]] = []
        self._numbers = itertools.count()
        self._moved = asyncio.Event()

    @property
    def paused(self) -> float:
        """Seconds until anything may be sent again; 0 when it may now."""
        return max(0.0, self._paused_until - self._clock.monotonic())

    def pause(self, seconds: float) -> None:
        """Send nothing for this long. A shorter pause never ends a longer one."""
        self._paused_until = max(self._paused_until, self._clock.monotonic() + seconds)

    async def take(self, cost: float, urgency: Urgency) -> None:
        """Wait until ``cost`` may be spent. Raises VenueBusy at once during a pause: nothing was sent."""
        ticket = (urgency, next(self._numbers))
        heapq.heappush(self._queue, ticket)
        try:
            while (wait := self._wait(ticket, cost)) != 0:
                if wait is None:
                    self._moved.clear()
                    await self._moved.wait()
                else:
                    await self._clock.sleep(wait)
            self._level -= cost
        finally:
            self._queue.remove(ticket)
            heapq.heapify(self._queue)
            self._moved.set()

    def _wait(self, ticket: tuple[Urgency, int], cost: float) -> float | None:
        """Seconds to wait; None while somebody else is before us."""
        if self.paused:
            raise VenueBusy("the venue asked us to wait", retry_after=self.paused)
        if self._queue[0] != ticket:
            return None
        self._refill()
        floor = self._most * {Urgency.EXIT: 0.0, Urgency.LEISURE: SPARED}.get(ticket[0], KEPT)
        missing = min(cost, self._most - floor) - (self._level - floor)
        return max(0.0, missing / self._rate) if missing > 1e-9 else 0

    def _refill(self) -> None:
        now = self._clock.monotonic()
        self._level = min(self._most, self._level + (now - self._counted_at) * self._rate)
        self._counted_at = now
