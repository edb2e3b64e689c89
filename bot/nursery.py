"""Background work that is never silently dead: loops that are started again, tasks whose failure is logged."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

import structlog

from engine.ports import Clock

FIRST_PAUSE, LONGEST_PAUSE = 1.0, 60.0
_log = structlog.get_logger(__name__)

Loop = Callable[[], Awaitable[None]]


async def supervise(name: str, loop: Loop, clock: Clock) -> None:
    """Run ``loop()`` until it returns. When it raises, log it and run it again after 1, 2, 4 ... 60 seconds.

    A run of more than a minute counts as well: the next pause is the first one again.
    """
    pause = FIRST_PAUSE
    while True:
        started = clock.monotonic()
        try:
            await loop()
            _log.info("background loop ended", loop=name)
            return
        except Exception:
            if clock.monotonic() - started > LONGEST_PAUSE:
                pause = FIRST_PAUSE
            _log.exception("background loop failed", loop=name, again_in_seconds=pause)
        await clock.sleep(pause)
        pause = min(2 * pause, LONGEST_PAUSE)


class Nursery:
    """Tasks that come and go: a trade being opened, an instruction being followed. None of them dies unseen.

    A task that fails leaves its rows where the last commit put them; recovery finds them there.
    """

    def __init__(self) -> None:
        self._group: asyncio.TaskGroup | None = None
        self._waiting: deque[tuple[str, Coroutine[Any, Any, None]]] = deque()

    def spawn(self, name: str, work: Coroutine[Any, Any, None]) -> None:
        """Start ``work`` now, or as soon as the nursery runs."""
        if self._group is None:
            self._waiting.append((name, work))
        else:
            self._group.create_task(self._watched(name, work), name=name)

    async def run(self) -> None:
        """Hold the tasks until cancelled."""
        try:
            async with asyncio.TaskGroup() as self._group:
                while self._waiting:
                    name, work = self._waiting.popleft()
                    self._group.create_task(self._watched(name, work), name=name)
                await asyncio.Event().wait()
        finally:
            self._group = None

    async def _watched(self, name: str, work: Coroutine[Any, Any, None]) -> None:
        try:
            await work
        except Exception:
            _log.exception("task failed", task=name)
