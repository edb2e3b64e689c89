"""A crowd's entries and their stops go before messages.

A signal for a thousand accounts is a thousand entries, each with a stop and a message. Making a message takes as long
as placing an order, and between two entries it makes the next one late, at another price.
"""

from __future__ import annotations

from asyncio import Future, get_running_loop
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager

from engine.execution.lines import Spawn
from engine.ports import Clock

CROWD = 16
"""Trades being opened, above which messages let them go first."""
PATIENCE = 5.0
"""Seconds that messages wait at most."""
TICK = 0.1
"""Seconds without a trade that came through, after which nobody waits any more: then it is not us who are busy."""


class Rush:
    """Who enters, and who lets them go first."""

    def __init__(self, *, clock: Clock, spawn: Spawn) -> None:
        self._clock = clock
        self._spawn = spawn
        self._entering = 0
        self._through = 0
        self._waiting: deque[tuple[float, Future[None]]] = deque()

    @contextmanager
    def entering(self) -> Iterator[None]:
        """From the look at the account until the trade has its stop."""
        self._entering += 1
        try:
            yield
        finally:
            self._entering -= 1
            self._through += 1
            if self._entering <= CROWD:
                self._let_go()

    async def pass_by(self) -> None:
        """Return when no crowd is entering, or none gets on, or after a moment."""
        if self._entering <= CROWD:
            return
        gone: Future[None] = get_running_loop().create_future()
        if not self._waiting:
            self._spawn("a crowd enters", self._watch())
        self._waiting.append((self._clock.monotonic() + PATIENCE, gone))
        await gone

    async def _watch(self) -> None:
        while self._waiting:
            before = self._through
            await self._clock.sleep(TICK)
            self._let_go(None if self._through == before else self._clock.monotonic())

    def _let_go(self, now: float | None = None) -> None:
        """Those whose patience is over by now; without a time all of them."""
        while self._waiting and (now is None or self._waiting[0][0] <= now):
            _, gone = self._waiting.popleft()
            if not gone.done():  # its caller was cancelled
                gone.set_result(None)
