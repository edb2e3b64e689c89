"""News of the simulated world, for those who wait for it: tests, and the page."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """Something happened. ``kind`` is message, gone, chat, answer, typing, commands, call or closed."""

    kind: str
    subject: Any = None


@dataclass(slots=True)
class Changes:
    """Hands every change to everyone who listens, in order."""

    listeners: set[asyncio.Queue[Change]] = field(default_factory=set)

    def publish(self, kind: str, subject: Any = None) -> None:
        for listener in self.listeners:
            listener.put_nowait(Change(kind=kind, subject=subject))

    @contextmanager
    def listen(self) -> Iterator[asyncio.Queue[Change]]:
        """Every change from now on."""
        queue: asyncio.Queue[Change] = asyncio.Queue()
        self.listeners.add(queue)
        try:
            yield queue
        finally:
            self.listeners.discard(queue)
