"""A clock that runs fast, for tests over real sockets; the one that stands still is ``tests.clocks.ManualClock``."""

from __future__ import annotations

import asyncio
import time
from datetime import datetime, timedelta

from tests.clocks import NOON


class FastClock:
    """The real clock, ``speed`` times as fast."""

    def __init__(self, speed: float = 20.0) -> None:
        self.speed = speed
        self._started = time.monotonic()

    def now(self) -> datetime:
        return NOON + timedelta(seconds=self.monotonic())

    def monotonic(self) -> float:
        return (time.monotonic() - self._started) * self.speed

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(max(0.0, seconds) / self.speed)


async def settle() -> None:
    """Let every task run as far as it gets without time passing."""
    for _ in range(30):
        await asyncio.sleep(0)
