"""Brings every message to its chat: replies at once from memory, notices from the outbox until they are delivered.

Each chat has two queues, ordinary and urgent, and both are first in, first out; the flood gate sets their pace. A
notice is marked as sent after Telegram took it: a crash in between repeats it once, with the same number.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from functools import partial

import structlog

from bot.i18n import Catalogue
from bot.letters import Letter, Letters, Mouth
from bot.markup import plain
from bot.mouth import Gone, Refused, Unheard
from bot.patience import keep
from bot.ports import BotTx, Notice, Store
from bot.replies import Reply, Texts
from engine.crashpoint import crashpoint
from engine.ports import Clock

SWEEP = 1.0
BATCH, LOOK = 500, 50
REPLY_TRIES = 5
BROKEN_TRIES = 5
LONGEST_PAUSE = 60.0
_log = structlog.get_logger(__name__)

Render = Callable[[Notice, Texts, datetime], Reply]
Errand = Callable[[], Awaitable[None]]
Lane = tuple[int, bool]
"""A chat, and whether it is its urgent queue."""
Outcome = tuple[Callable[[BotTx], object], float]
"""The transaction that records what became of a notice, and the seconds until it is tried again; 0 for never."""


class Courier:
    """``run`` delivers until cancelled; what was posted before or between its runs waits."""

    def __init__(
        self, *, mouth: Mouth, store: Store, clock: Clock, catalogue: Catalogue, render: Render,
        pass_by: Callable[[], Awaitable[None]] | None = None,
    ) -> None:  # fmt: skip
        self._letters = Letters(mouth, store, clock)
        self._pass_by = pass_by
        self._store, self._clock, self._catalogue, self._render = store, clock, catalogue, render
        self._lanes: dict[Lane, deque[Errand]] = {}
        self._group: asyncio.TaskGroup | None = None
        self._held: set[int] = set()  # notices that are in a lane
        self._done: set[int] = set()  # notices that were settled since the latest look into the outbox began
        self._paused: dict[Lane, float] = {}  # lanes whose oldest notice waits to be tried again, and until when
        self._full = False  # the outbox held more than was asked for
        self._wakened = asyncio.Event()
        self._replies = 0
        self._answered = asyncio.Event()
        self._answered.set()

    # --- what others call ------------------------------------------------------------------------------

    def post(self, chat_id: int, reply: Reply, *, edit_message_id: int | None = None) -> None:
        """Send this reply without waiting for it. ``edit_message_id`` is the message it takes the place of."""
        self._owe(chat_id, reply, edit_message_id, None)

    async def reply(self, chat_id: int, reply: Reply, *, edit_message_id: int | None = None) -> int | None:
        """Send this reply and return the id of its (last) message; None when it could not be delivered."""
        sent: asyncio.Future[int | None] = asyncio.get_running_loop().create_future()
        self._owe(chat_id, reply, edit_message_id, sent)
        return await sent

    def wake(self) -> None:
        """Something was committed: look into the outbox now instead of at the next sweep."""
        self._wakened.set()

    async def idle(self) -> None:
        """Return when every reply posted so far has left or was given up."""
        await self._answered.wait()

    async def run(self) -> None:
        """Deliver replies and notices until cancelled."""
        try:
            async with asyncio.TaskGroup() as group:
                self._group = group
                for lane in self._lanes:
                    group.create_task(self._serve(lane))
                group.create_task(self._tick())
                while True:
                    if self._pass_by is not None:
                        await self._pass_by()
                    self._wakened.clear()
                    await self._take_due()
                    await self._wakened.wait()
        finally:
            self._group = None

    # --- queues ----------------------------------------------------------------------------------------

    async def _tick(self) -> None:
        while True:
            await self._clock.sleep(SWEEP)
            self.wake()

    async def _take_due(self) -> None:
        now = self._clock.now()
        limit = BATCH if len(self._held) < BATCH // 2 else LOOK  # with enough in hand, only urgent ones matter
        self._done.clear()
        notices = await self._store.read(lambda tx: tx.deliveries.due(now, limit))
        self._full = len(notices) == limit
        for notice in notices:
            if notice.id not in self._held and notice.id not in self._done and not self._is_paused(_lane(notice)):
                self._held.add(notice.id)
                self._queue(_lane(notice), partial(self._deliver, notice))

    def _queue(self, lane: Lane, errand: Errand) -> None:
        if lane in self._lanes:
            self._lanes[lane].append(errand)
            return
        self._lanes[lane] = deque([errand])
        if self._group is not None:
            self._group.create_task(self._serve(lane))

    async def _serve(self, lane: Lane) -> None:
        errands = self._lanes[lane]
        while errands:
            await errands[0]()
            errands.popleft()
        del self._lanes[lane]

    # --- replies ---------------------------------------------------------------------------------------

    def _owe(self, chat_id: int, reply: Reply, edit: int | None, sent: asyncio.Future[int | None] | None) -> None:
        self._replies += 1
        self._answered.clear()
        self._queue((chat_id, True), partial(self._answer, chat_id, reply, edit, sent))

    async def _answer(
        self, chat_id: int, reply: Reply, edit: int | None, sent: asyncio.Future[int | None] | None
    ) -> None:  # fmt: skip
        message_id = None
        try:
            letter = await self._letters.write(chat_id, reply, urgent=True, edit=edit)
            message_id = await self._patiently(letter)
        except Exception:
            _log.exception("reply not delivered", chat=chat_id)
        self._replies -= 1
        if not self._replies:
            self._answered.set()
        if sent is not None and not sent.done():
            sent.set_result(message_id)

    async def _patiently(self, letter: Letter) -> int:
        """Carry it, again when Telegram was not heard. An old reply helps nobody: after some tries it is lost."""
        for attempt in range(REPLY_TRIES - 1):
            try:
                return await self._letters.carry(letter)
            except Unheard as fault:
                _log.warning("reply waits", chat=letter.chat_id, reason=str(fault))
            await self._clock.sleep(_pause(attempt))
        return await self._letters.carry(letter)

    # --- notices ---------------------------------------------------------------------------------------

    async def _deliver(self, notice: Notice) -> None:
        """Send it and write down what became of it. Those behind it wait with it when it has to be tried again."""
        lane = _lane(notice)
        if not self._is_paused(lane):
            record, pause = await self._outcome(notice)
            await keep(self._store, self._clock, record)
            if pause:  # from here on, however long the writing took: those behind it in the lane see it in any case
                self._paused[lane] = self._clock.monotonic() + pause
            else:
                self._done.add(notice.id)  # a look under way may still show it as owed
        self._held.discard(notice.id)
        if self._full and len(self._held) < BATCH // 2:
            self.wake()

    async def _outcome(self, notice: Notice) -> Outcome:
        """Try to deliver; what came of it."""
        try:
            reply = self._render(notice, self._catalogue.texts(notice.language), self._clock.now())
            letter = await self._letters.write(notice.chat_id, reply, urgent=notice.urgent)
            message_id = await self._letters.carry(letter)
            crashpoint("delivered")
        except Gone as fault:
            return self._kept(notice, fault)
        except Refused as fault:
            return self._given_up(notice, fault)
        except Unheard as fault:
            return self._later(notice, fault)
        except Exception as fault:
            _log.exception("notice cannot be made", notice=notice.id, kind=notice.kind)
            return (self._later if notice.attempts + 1 < BROKEN_TRIES else self._given_up)(notice, fault)
        now, text = self._clock.now(), plain(reply.text)
        return lambda tx: tx.deliveries.sent(notice.id, message_id, text.split("\n", 1)[0], text, now), 0.0

    def _kept(self, notice: Notice, fault: Exception) -> Outcome:
        """Owed still: its chat is marked unreachable by now, and nothing is due there until the person writes."""
        now = self._clock.now()
        _log.warning("notice waits for its chat", notice=notice.id, kind=notice.kind, reason=str(fault))
        return lambda tx: tx.deliveries.failed(notice.id, str(fault), now), _pause(0)

    def _later(self, notice: Notice, fault: Exception) -> Outcome:
        pause = _pause(notice.attempts)
        retry_at = self._clock.now() + timedelta(seconds=pause)
        return lambda tx: tx.deliveries.failed(notice.id, str(fault), retry_at), pause

    def _given_up(self, notice: Notice, fault: Exception) -> Outcome:
        now = self._clock.now()
        _log.error("notice dropped", notice=notice.id, kind=notice.kind, reason=str(fault))
        return lambda tx: tx.deliveries.drop(notice.id, str(fault), now), 0.0

    def _is_paused(self, lane: Lane) -> bool:
        if self._paused.get(lane, 0.0) > self._clock.monotonic():
            return True
        self._paused.pop(lane, None)
        return False


def _lane(notice: Notice) -> Lane:
    return notice.chat_id, notice.urgent


def _pause(attempt: int) -> float:
    return min(2.0**attempt, LONGEST_PAUSE)
