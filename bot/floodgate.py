"""Telegram's flood limits, kept before Telegram has to: python-telegram-bot's rate limiter slot, filled by our own.

The limits (https://core.telegram.org/bots/faq, "My bot is hitting limits"): one message a second to a chat, twenty
a minute to a group, thirty a second over all.

Telegram counts a message somewhere between our sending it and its answer reaching us. So a message counts here from
the moment it leaves until one second (a minute) after its *answer*: however slow or uneven the line is, no window of
Telegram's can hold more than the limit.
"""

from __future__ import annotations

import asyncio
import os
from collections import deque
from collections.abc import Callable, Coroutine
from contextlib import nullcontext
from datetime import timedelta
from typing import Any

import structlog
from telegram.error import RetryAfter
from telegram.ext import BaseRateLimiter

from engine.ports import Clock

os.environ.setdefault("PTB_TIMEDELTA", "1")  # retry_after as a timedelta; as an int it is deprecated

PER_CHAT_SECONDS = 1.0
GROUP_LIMIT, GROUP_SECONDS = 20, 60.0
OVERALL_LIMIT, OVERALL_SECONDS = 30, 1.0
HALT_MARGIN = 0.1
_STEP = OVERALL_SECONDS / OVERALL_LIMIT
_CATCH_UP = 3  # messages that may leave at once after a pause, to make up for late timers
_LOOK_AGAIN = 0.02
_INSTANT = 1e-9  # less than this is the rounding of a clock, not a wait
_KEPT_CHATS = 4096
_log = structlog.get_logger(__name__)

Answer = bool | dict[str, Any] | list[dict[str, Any]]


class Window:
    """At most ``limit`` messages in any ``seconds``, counted from leaving until ``seconds`` after the answer."""

    def __init__(self, limit: int, seconds: float) -> None:
        self._limit, self._seconds = limit, seconds
        self._under_way = 0
        self._answered: deque[float] = deque(maxlen=limit)

    def wait(self, now: float) -> float:
        """Seconds until one more may leave; a short while when that depends on an answer still to come."""
        room = self._limit - self._under_way
        if room <= 0:
            return _LOOK_AGAIN
        return max(0.0, self._answered[-room] + self._seconds - now) if len(self._answered) >= room else 0.0

    def left(self) -> None:
        self._under_way += 1

    def answered(self, now: float) -> None:
        self._under_way -= 1
        self._answered.append(now)


class _Chat:
    """One chat: its two queues (ordinary, urgent), each first in first out, and its limits."""

    def __init__(self, chat_id: int | str) -> None:
        self.queues = (asyncio.Lock(), asyncio.Lock())
        self.windows = [Window(1, PER_CHAT_SECONDS)]
        if isinstance(chat_id, str) or chat_id < 0:
            self.windows.append(Window(GROUP_LIMIT, GROUP_SECONDS))

    def wait(self, now: float) -> float:
        return max(window.wait(now) for window in self.windows)

    def is_quiet(self, now: float) -> bool:
        return not (any(queue.locked() for queue in self.queues) or self.wait(now))


class FloodGate(BaseRateLimiter[bool]):
    """``rate_limit_args=True`` marks an urgent message: it leaves before every ordinary one that still waits."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._chats: dict[int | str, _Chat] = {}
        self._overall = Window(OVERALL_LIMIT, OVERALL_SECONDS)
        self._ordinary, self._door = asyncio.Lock(), asyncio.Lock()
        self._urgent_ones = 0  # that wait at the door
        self._due = 0.0  # when the next message would leave if they left evenly
        self._resume_at = 0.0

    async def initialize(self) -> None:
        """Nothing to open."""

    async def shutdown(self) -> None:
        """Nothing to close."""

    async def process_request(
        self, callback: Callable[..., Coroutine[Any, Any, Answer]], args: Any, kwargs: dict[str, Any], endpoint: str,
        data: dict[str, Any], rate_limit_args: bool | None,
    ) -> Answer:  # fmt: skip
        """Make the request when its turn has come, and again after a 429, in the same place of its chat's queue."""
        if (chat_id := data.get("chat_id")) is None:
            return await callback(*args, **kwargs)
        chat, urgent = self._chat(chat_id), bool(rate_limit_args)
        async with chat.queues[urgent]:
            while True:
                await self._turn(chat, urgent=urgent)
                try:
                    return await callback(*args, **kwargs)
                except RetryAfter as refused:
                    self._halt(refused.retry_after, endpoint)
                finally:
                    self._count_answer(chat)

    async def _turn(self, chat: _Chat, *, urgent: bool) -> None:
        """Wait until this chat and all chats together allow one more, and take that place.

        Ordinary messages stand in line before the door, urgent ones go straight to it.
        """
        while True:
            await self._until(chat.wait)
            async with nullcontext() if urgent else self._ordinary:
                if await self._pass(chat, urgent=urgent):
                    return
            # an urgent message to the same chat went first: wait for the chat again, without holding up the others

    async def _pass(self, chat: _Chat, *, urgent: bool) -> bool:
        """Through the door with the next free place, after every urgent message that waits there too.

        False when the chat itself does not allow one more by then.
        """
        self._urgent_ones += urgent
        try:
            while True:
                async with self._door:
                    await self._until(self._overall_wait)
                    if urgent or not self._urgent_ones:
                        return self._take_place(chat)
        finally:
            self._urgent_ones -= urgent

    def _take_place(self, chat: _Chat) -> bool:
        now = self._clock.monotonic()
        if chat.wait(now) > _INSTANT:
            return False
        self._due = max(self._due, now) + _STEP
        for window in (self._overall, *chat.windows):
            window.left()
        return True

    async def _until(self, wait: Callable[[float], float]) -> None:
        """Sleep until ``wait`` says zero and no halt is on; both may change while we sleep."""
        while (left := max(wait(now := self._clock.monotonic()), self._resume_at - now)) > _INSTANT:
            await self._clock.sleep(left)

    def _overall_wait(self, now: float) -> float:
        return max(self._overall.wait(now), self._due - _CATCH_UP * _STEP - now)

    def _count_answer(self, chat: _Chat) -> None:
        now = self._clock.monotonic()
        for window in (self._overall, *chat.windows):
            window.answered(now)

    def _halt(self, retry_after: timedelta | int, endpoint: str) -> None:
        """Nothing leaves until all of ``retry_after`` is over, whatever else ends in between."""
        seconds = retry_after.total_seconds() if isinstance(retry_after, timedelta) else float(retry_after)
        self._resume_at = max(self._resume_at, self._clock.monotonic() + seconds + HALT_MARGIN)
        _log.warning("telegram asks for silence", seconds=seconds, endpoint=endpoint)

    def _chat(self, chat_id: int | str) -> _Chat:
        if chat_id not in self._chats:
            if len(self._chats) >= _KEPT_CHATS:
                now = self._clock.monotonic()
                self._chats = {key: chat for key, chat in self._chats.items() if not chat.is_quiet(now)}
            self._chats[chat_id] = _Chat(chat_id)
        return self._chats[chat_id]
