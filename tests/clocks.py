"""A clock that stands still until a test moves it."""

from __future__ import annotations

from datetime import UTC, datetime

from bot.demo.clock import StoryClock

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


class ManualClock(StoryClock):
    """The demonstration's clock in a test's hands."""

    def __init__(self, start: datetime = NOON) -> None:
        super().__init__(start)
