"""Writing what must be written: what was done outside is never done again because the database was away for a while."""

from __future__ import annotations

from collections.abc import Callable

import structlog

from bot.ports import BotTx, Store
from engine.ports import Clock

FIRST_PAUSE, LONGEST_PAUSE = 0.5, 30.0
_log = structlog.get_logger(__name__)


async def keep(store: Store, clock: Clock, work: Callable[[BotTx], object]) -> None:
    """Run ``work`` in a transaction, again and again until one is committed."""
    pause = FIRST_PAUSE
    while True:
        try:
            await store.write(work)
            return
        except Exception:
            _log.exception("not written", again_in_seconds=pause)
        await clock.sleep(pause)
        pause = min(2 * pause, LONGEST_PAUSE)
