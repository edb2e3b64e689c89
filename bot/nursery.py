"""Background loops that are never silently dead: one that fails is logged and started again, slower each time."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

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
