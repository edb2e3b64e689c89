"""What a town is built with: a clock for which nobody waits, and a store whose commits can be heard."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from engine.ports import Clock
from storage.database import Database
from storage.unit_of_work import UnitOfWork

T = TypeVar("T")


class Hurried:
    """A clock on which every wait is over at once: for the flood gate, where pace is not what a story is about."""

    def __init__(self, clock: Clock) -> None:
        self._clock, self._ahead = clock, 0.0

    def now(self) -> datetime:
        return self._clock.now()

    def monotonic(self) -> float:
        return self._clock.monotonic() + self._ahead

    async def sleep(self, seconds: float) -> None:
        self._ahead += max(seconds, 0.0)
        await asyncio.sleep(0)


@dataclass(slots=True)
class Noticed:
    """The store, with an ear for its commits."""

    database: Database
    rung: asyncio.Event

    async def write(self, work: Callable[[UnitOfWork], T], *, urgent: bool = False) -> T:
        try:
            return await self.database.write(work)
        finally:
            self.rung.set()

    async def read(self, work: Callable[[UnitOfWork], T]) -> T:
        return await self.database.read(work)
