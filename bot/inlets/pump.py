"""Takes the posts that came in to the desk: each source strictly in order, the sources side by side."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from functools import partial

import structlog

from bot.patience import keep
from bot.ports import BotTx, Store
from engine.inlets import InletPost
from engine.ports import Clock
from engine.types import Post

TRIES = 3
PAUSE = 0.5
_log = structlog.get_logger(__name__)

Take = Callable[[Post], Awaitable[None]]


class Pump:
    """``wake`` after a commit; ``run`` begins with what a crash left behind, as that is how it always begins."""

    def __init__(self, *, store: Store, clock: Clock, take: Take) -> None:
        self._store, self._clock, self._take = store, clock, take
        self._bell = asyncio.Event()

    def wake(self) -> None:
        """Something was committed."""
        self._bell.set()

    async def run(self) -> None:
        """Take what waits, until cancelled."""
        while True:
            self._bell.clear()
            posts = await self._store.read(lambda tx: tx.inlets.waiting())
            if not posts:
                await self._bell.wait()
                continue
            async with asyncio.TaskGroup() as group:
                for lane in _lanes(posts):
                    group.create_task(self._take_all(lane))

    async def _take_all(self, posts: list[InletPost]) -> None:
        for post in posts:
            await self._try(post)
            await keep(self._store, self._clock, partial(self._done, post))

    def _done(self, post: InletPost, tx: BotTx) -> None:
        tx.inlets.done(post.id, self._clock.now())

    async def _try(self, kept: InletPost) -> None:
        """Again after a failure; after the last try it is given up, so that it does not stop the ones behind it."""
        post = Post(chat_id=kept.chat_id, message_id=kept.id, text=kept.text, at=kept.posted_at)
        for attempt in range(1, TRIES + 1):
            try:
                await self._take(post)
                return
            except Exception:
                _log.exception("post from elsewhere failed", source=kept.source_id, post=kept.id, attempt=attempt)
            if attempt < TRIES:
                await self._clock.sleep(PAUSE * 4 ** (attempt - 1))
        _log.error("post from elsewhere given up", source=kept.source_id, post=kept.id)


def _lanes(posts: Iterable[InletPost]) -> list[list[InletPost]]:
    lanes: dict[int, list[InletPost]] = {}
    for post in posts:
        lanes.setdefault(post.source_id, []).append(post)
    return list(lanes.values())
