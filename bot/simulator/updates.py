"""Updates owed to the bot: kept until confirmed, handed out by long poll or webhook, at most one taker."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Coroutine, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bot.simulator.errors import ApiError, conflict
from engine.ports import Clock

KINDS = (
    "message", "edited_message", "channel_post", "edited_channel_post", "callback_query", "my_chat_member",
    "chat_member",
)  # fmt: skip
UNASKED = frozenset(KINDS) - {"chat_member"}  # what is sent when allowed_updates is empty
KEPT_FOR = timedelta(hours=24)


@dataclass(frozen=True, slots=True, kw_only=True)
class Update:
    """``again`` marks one delivered a second time: it ignores the offset and is gone once handed out."""

    id: int
    kind: str
    content: dict[str, Any]
    at: datetime
    again: bool = False

    def wire(self) -> dict[str, Any]:
        return {"update_id": self.id, self.kind: self.content}


class UpdateQueue:
    """Numbers updates and keeps them. ``hold`` gathers new ones unnumbered, ``release`` lets them go in any order."""

    def __init__(self, clock: Clock, first_id: int = 1) -> None:
        self.clock = clock
        self.next_id = first_id
        self.allowed = UNASKED
        self.pending: deque[Update] = deque()
        self.history: deque[Update] = deque(maxlen=1_000)
        self.held: list[tuple[str, dict[str, Any]]] | None = None
        self._waiting: set[asyncio.Future[None]] = set()
        self._poller: asyncio.Future[None] | None = None

    # --- in ----------------------------------------------------------------------------------------

    def push(self, kind: str, content: dict[str, Any]) -> None:
        """Owe the bot this update, unless it did not ask for the kind."""
        if kind not in self.allowed:
            return
        if self.held is not None:
            self.held.append((kind, content))
            return
        update = Update(id=self.next_id, kind=kind, content=content, at=self.clock.now())
        self.next_id += 1
        self.history.append(update)
        self._append(update)

    def hold(self) -> None:
        self.held = self.held or []

    def release(self, order: Iterable[int] | None = None) -> None:
        """Let the held updates go, in the order of these indices (default: the last one first)."""
        held, self.held = self.held or [], None
        for index in reversed(range(len(held))) if order is None else order:
            self.push(*held[index])

    def redeliver(self, update_id: int | None = None, times: int = 1) -> None:
        """Send an update again under its old id, confirmed or not; the latest one when no id is given.

        Raises LookupError when there is none.
        """
        known = [update for update in self.history if update_id in {None, update.id}]
        if not known:
            raise LookupError(f"no update {update_id if update_id is not None else 'yet'}")
        old = known[-1]
        for _ in range(times):
            self._append(Update(id=old.id, kind=old.kind, content=old.content, at=self.clock.now(), again=True))

    def allow(self, kinds: Iterable[str] | None) -> None:
        """Which kinds come from now on: None leaves it as it is, an empty list means the usual ones."""
        if kinds is not None:
            self.allowed = frozenset(kinds) or UNASKED

    # --- out ---------------------------------------------------------------------------------------

    async def poll(self, offset: int, limit: int, timeout: float) -> list[dict[str, Any]]:
        """getUpdates: confirm what is below ``offset``, then what there is, waiting up to ``timeout`` seconds.

        Raises ApiError 409 in the poll that another one, or a webhook, pushes out.
        """
        self.evict("terminated by other getUpdates request; make sure that only one bot instance is running")
        self.confirm(offset)
        batch = self.take(limit)
        if batch or timeout <= 0:
            return batch
        self._poller = poller = asyncio.get_running_loop().create_future()
        self._waiting.add(poller)
        try:
            await before(poller, self.clock.sleep(timeout))
            if poller.done():
                poller.result()
            return self.take(limit)
        finally:
            self._waiting.discard(poller)
            if self._poller is poller:
                self._poller = None

    def evict(self, reason: str) -> None:
        """End the waiting poll, if there is one, with 409."""
        if self._poller is not None and not self._poller.done():
            self._poller.set_exception(conflict(reason))

    def close(self) -> None:
        """End the waiting poll: the server goes down."""
        if self._poller is not None and not self._poller.done():
            self._poller.set_exception(ApiError(500, "Internal Server Error: restart"))

    def confirm(self, offset: int) -> None:
        """Forget updates below ``offset``; a negative one keeps only that many of the newest."""
        if offset < 0:
            kept = [update for update in self.pending if not update.again]
            offset = kept[offset].id if len(kept) >= -offset else 0
        self.pending = deque(update for update in self.pending if update.again or update.id >= offset)

    def take(self, limit: int) -> list[dict[str, Any]]:
        """The oldest updates. They stay until confirmed, so a lost answer loses nothing."""
        oldest = self.clock.now() - KEPT_FOR
        self.pending = deque(update for update in self.pending if update.at > oldest)
        batch = list(self.pending)[:limit]
        for update in batch:
            if update.again:
                self.pending.remove(update)
        return [update.wire() for update in batch]

    async def first(self) -> Update:
        """The oldest update, waiting for one; it stays until ``drop``."""
        while not self.pending:
            arrival: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            self._waiting.add(arrival)
            try:
                await arrival
            finally:
                self._waiting.discard(arrival)
        return self.pending[0]

    def drop(self, update: Update) -> None:
        self.pending = deque(other for other in self.pending if other is not update)

    def _append(self, update: Update) -> None:
        self.pending.append(update)
        for waiter in self._waiting:
            if not waiter.done():
                waiter.set_result(None)


async def before(future: asyncio.Future[None], pause: Coroutine[Any, Any, None]) -> None:
    """Wait for whichever comes first, and leave neither running."""
    timer = asyncio.create_task(pause)
    try:
        await asyncio.wait({future, timer}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        timer.cancel()
