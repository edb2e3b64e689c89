"""Scheduled work as data: a name, when, and what. APScheduler keeps the time."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.base import BaseTrigger
from apscheduler.triggers.interval import IntervalTrigger

_GRACE = 300  # seconds a missed run is still worth making up for
_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Every:
    """Again and again, the first time after one ``period``."""

    period: timedelta

    def trigger(self) -> Any:
        return IntervalTrigger(seconds=self.period.total_seconds(), timezone="UTC")


@dataclass(frozen=True, slots=True, kw_only=True)
class Daily:
    """Every day at this time of the zone; an hour that a clock change skips or repeats gives one run."""

    timezone: str = "UTC"
    hour: int = 0
    minute: int = 0

    def trigger(self) -> Any:
        return _OnceADay(time(self.hour, self.minute, tzinfo=ZoneInfo(self.timezone)))


class _OnceADay(BaseTrigger):  # type: ignore[misc]  # the library has no types
    """Exactly one run a local date. The library's cron trigger leaves a date out whose midnight is skipped when the
    clocks go forward, and runs twice when they go back over it."""

    def __init__(self, at: time) -> None:
        self._at = at

    def get_next_fire_time(self, previous_fire_time: datetime | None, now: datetime) -> datetime:
        after = previous_fire_time or now - timedelta(microseconds=1)
        today = after.astimezone(self._at.tzinfo).date()
        days = (today + timedelta(days=n) for n in range(3))
        # A time that does not exist is read with the offset before the change, one that exists twice as the first.
        return next(at for day in days if (at := datetime.combine(day, self._at).astimezone(UTC)) > after)


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One piece of scheduled work. It never runs twice at once, and runs missed in a row are made up for by one."""

    name: str
    when: Every | Daily
    run: Callable[[], Awaitable[object]]


async def keep_schedule(jobs: Iterable[Job]) -> None:
    """Run the jobs at their times until cancelled. A job that fails is logged and comes again at its next time."""
    scheduler = AsyncIOScheduler(timezone="UTC")
    for job in jobs:
        scheduler.add_job(
            perform,
            job.when.trigger(),
            args=[job],
            id=job.name,
            coalesce=True,
            max_instances=1,
            misfire_grace_time=_GRACE,
        )
    scheduler.start()
    try:
        await asyncio.Event().wait()
    finally:
        scheduler.shutdown(wait=False)


async def perform(job: Job) -> None:
    """Run it once; whatever it raises ends up in the log."""
    try:
        await job.run()
    except Exception:
        _log.exception("job failed", job=job.name)
