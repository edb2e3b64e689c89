"""Handles what the inbox holds: each chat strictly in order, the chats side by side.

People and channels have crews of their own, so no number of channel posts delays a command. A crew's worker takes
one row of a lane and puts the lane at the end of the queue: a long lane does not delay a short one either. What stops
trading has a third crew: it does not wait for what its person asked before, which may be an exchange that hangs.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Iterable, Mapping
from typing import Any, Protocol

import structlog
from aiogram import Bot, Dispatcher
from aiogram.types import Update
from pydantic import ValidationError

from bot.middlewares import replies
from bot.patience import keep
from bot.ports import InboxRow, Store
from bot.replies import Reply
from engine.mail import is_urgent
from engine.ports import Clock

TRIES = 3
PATIENCE = 120.0
PAGE = 10_000
PAUSE = 0.5
_log = structlog.get_logger(__name__)


class Voice(Protocol):
    """What lanes need of the courier."""

    def post(self, chat_id: int, reply: Reply, *, edit_message_id: int | None = None) -> None: ...
    def wake(self) -> None: ...


class _Crew:
    """The workers of one kind of lane, and the lanes that have rows for them."""

    def __init__(self) -> None:
        self.lanes: dict[int, deque[InboxRow]] = {}
        self.ready: asyncio.Queue[int] = asyncio.Queue()

    def put(self, row: InboxRow) -> None:
        if row.lane not in self.lanes:
            self.lanes[row.lane] = deque()
            self.ready.put_nowait(row.lane)
        self.lanes[row.lane].append(row)

    def turn(self, lane: int) -> None:
        """The first row of this lane is done: to the end of the queue with the others, if there are any."""
        self.lanes[lane].popleft()
        if self.lanes[lane]:
            self.ready.put_nowait(lane)
        else:
            del self.lanes[lane]


class Lanes:
    """The handling side of the inbox. ``put`` takes committed rows, ``run`` handles them until cancelled."""

    def __init__(
        self, *, bot: Bot, dispatcher: Dispatcher, store: Store, clock: Clock, voice: Voice, workers: int = 16,
    ) -> None:  # fmt: skip
        self._bot, self._dispatcher, self._store, self._clock, self._voice = bot, dispatcher, store, clock, voice
        self._workers = workers
        self._reset()

    def _reset(self) -> None:
        self._people, self._channels, self._urgent = _Crew(), _Crew(), _Crew()
        self._later: list[InboxRow] | None = []  # put while the inbox is still being taken up
        self._queued = self._in_hand = 0
        self._resting = False
        self._quiet = asyncio.Event()
        self._quiet.set()

    def put(self, rows: Iterable[InboxRow]) -> None:
        """Queue newly committed rows for handling, each lane in the order given."""
        if self._later is None:
            self._queue(rows)
        else:
            self._later.extend(rows)

    def is_clear(self, lane: int) -> bool:
        """Nothing of this channel waits or is in hand: whatever comes now may be handled at once."""
        return self._later is None and not self._resting and lane not in self._channels.lanes

    async def run(self) -> None:
        """Take up everything that waits in the inbox, then whatever is put. Ends only when cancelled.

        Raises when the inbox cannot be read. Run again it starts afresh from the inbox, which is the truth.
        """
        self._reset()
        async with asyncio.TaskGroup() as group:
            for crew in (self._people, self._channels, self._urgent):
                for _ in range(self._workers):
                    group.create_task(self._work(crew))
            await self._take_up()

    async def idle(self) -> None:
        """Return when every row that was queued has been handled."""
        await self._quiet.wait()

    async def rest(self) -> None:
        """Take no further row, and return when those in hand are done. What is left stays in the inbox."""
        self._resting = True
        self._settle()
        await self._quiet.wait()

    async def _take_up(self) -> None:
        taken: set[int] = set()
        while True:
            rows = await self._store.read(lambda tx: tx.inbox.waiting(self._bot.id, PAGE))
            self._queue(rows)
            taken.update(row.id for row in rows)
            if len(rows) < PAGE or self._resting:
                break
            await self.idle()
        later, self._later = self._later or (), None
        self._queue(row for row in later if row.id not in taken)

    def _queue(self, rows: Iterable[InboxRow]) -> None:
        for row in rows:
            self._crew_of(row).put(row)
            self._queued += 1
        self._settle()

    def _crew_of(self, row: InboxRow) -> _Crew:
        if row.lane <= 0:
            return self._channels
        return self._urgent if _stops(row.raw) else self._people

    def _settle(self) -> None:
        """Say whether it is quiet: nothing left to do or, when resting, nothing in hand."""
        if self._in_hand if self._resting else self._queued:
            self._quiet.clear()
        else:
            self._quiet.set()

    async def _work(self, crew: _Crew) -> None:
        while True:
            lane = await crew.ready.get()
            if self._resting:
                return
            self._in_hand += 1
            await self._handle(crew.lanes[lane][0])
            crew.turn(lane)
            self._in_hand -= 1
            self._queued -= 1
            self._settle()

    async def _handle(self, row: InboxRow) -> None:
        try:
            update = Update.model_validate(row.raw, context={"bot": self._bot})
        except ValidationError as unreadable:
            _log.error("update cannot be read", update_id=row.update_id, faults=unreadable.error_count())
        else:
            await self._try(row, update)
        await keep(self._store, self._clock, lambda tx: tx.inbox.done(row.id, self._clock.now()))

    async def _try(self, row: InboxRow, update: Update) -> None:
        """Feed it to the dispatcher, again after a failure; after the last try it is given up."""
        for attempt in range(row.attempts + 1, TRIES + 1):
            try:
                await self._feed(row, update)
                return
            except Exception as fault:
                _log.exception("update failed", update_id=row.update_id, lane=row.lane, attempt=attempt)
                await self._note(row, f"{type(fault).__name__}: {fault}")
            if attempt < TRIES:
                await self._clock.sleep(PAUSE * 4 ** (attempt - 1))
        _log.error("update given up", update_id=row.update_id, lane=row.lane)

    async def _note(self, row: InboxRow, error: str) -> None:
        await keep(self._store, self._clock, lambda tx: tx.inbox.failed(row.id, error, self._clock.now()))

    async def _feed(self, row: InboxRow, update: Update) -> None:
        async with asyncio.timeout(PATIENCE):
            result = await self._dispatcher.feed_update(self._bot, update)
        for reply in replies(result):
            if reply.text:
                self._voice.post(row.lane, reply, edit_message_id=_pressed_message(update) if reply.edit else None)
        self._voice.wake()


def _stops(raw: Mapping[str, Any]) -> bool:
    """Whether this update of a person's is a word or a press that stops trading."""
    message, query = raw.get("message"), raw.get("callback_query")
    if isinstance(query, Mapping):
        return is_urgent(token=query.get("data"))
    return isinstance(message, Mapping) and is_urgent(text=message.get("text"))


def _pressed_message(update: Update) -> int | None:
    query = update.callback_query
    return query.message.message_id if query and query.message else None
