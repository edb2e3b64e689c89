"""Puts the bot together: the dispatcher with its door, and everything that runs beside it until it is told to stop."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any, Protocol

import structlog
from aiogram import Dispatcher, Router
from aiogram.types import Update

from bot.courier import Courier
from bot.lanes import Lanes
from bot.middlewares import Answer, Door, Mistakes, Pace, Presses, Questions
from bot.nursery import Loop, supervise
from engine.ports import Clock

LAST_WORDS = 8.0
_log = structlog.get_logger(__name__)


def build_dispatcher(routers: Iterable[Router], context: Mapping[str, Any]) -> Dispatcher:
    """The dispatcher with these routes behind its door.

    ``context`` is what handlers may name as a parameter; ``store``, ``clock``, ``settings`` and ``catalogue`` must be
    in it. The door adds ``user``, ``t`` and ``pressed``, aiogram adds ``bot``.
    """
    Update.model_rebuild()  # now: the first post is not the one to wait for it
    dispatcher = Dispatcher()
    dispatcher.workflow_data.update(context)
    store, clock = context["store"], context["clock"]
    for middleware in (
        Answer(),
        Door(store, clock, context["settings"], context["catalogue"]),
        Pace(store, clock),
        Presses(store, clock),
        Questions(store),
        Mistakes(),
    ):
        dispatcher.update.outer_middleware(middleware)
    dispatcher.include_routers(*routers)
    return dispatcher


class Intake(Protocol):
    """Where updates come from: polling or a webhook."""

    async def run(self) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class App:
    """The running bot. ``loops`` are more background loops by name: monitors, price feeds, scheduled jobs."""

    intake: Intake
    lanes: Lanes
    courier: Courier
    clock: Clock
    loops: Mapping[str, Loop] = field(default_factory=dict)

    async def run(self) -> None:
        """Run until SIGTERM or SIGINT (or until cancelled), then stop within ten seconds.

        Nothing depends on the orderly end: whatever is cut short here is found in the inbox, the outbox and the
        order table by the next start, as after a power cut.
        """
        stop = asyncio.Event()
        with _on_signals(stop):
            async with asyncio.TaskGroup() as group:
                intake = group.create_task(self._watched("intake", self.intake.run))
                rest = [
                    group.create_task(self._watched(name, loop))
                    for name, loop in {"lanes": self.lanes.run, "courier": self.courier.run, **self.loops}.items()
                ]
                await stop.wait()
                _log.info("stopping")
                intake.cancel()
                await self._last_words()
                for task in rest:
                    task.cancel()

    async def _watched(self, name: str, loop: Loop) -> None:
        await supervise(name, loop, self.clock)

    async def _last_words(self) -> None:
        """Let the rows in hand end and their answers leave, but not for longer than a supervisor waits."""
        with suppress(TimeoutError):
            async with asyncio.timeout(LAST_WORDS):
                await self.lanes.rest()
                await self.courier.idle()


@contextmanager
def _on_signals(stop: asyncio.Event) -> Iterator[None]:
    loop = asyncio.get_running_loop()
    signals = (signal.SIGTERM, signal.SIGINT)
    for number in signals:
        loop.add_signal_handler(number, stop.set)
    try:
        yield
    finally:
        for number in signals:
            loop.remove_signal_handler(number)
