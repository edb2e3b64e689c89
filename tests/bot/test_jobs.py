"""Scheduled work: when it comes, that a failure does not end it, and that it stops."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.jobs import Daily, Every, Job, keep_schedule, perform


def fire_times(when: Daily, start: datetime, count: int) -> list[datetime]:
    trigger, times = when.trigger(), []
    before: datetime | None = None
    now = start
    for _ in range(count):
        before = trigger.get_next_fire_time(before, now)
        now = before + timedelta(microseconds=1)
        times.append(before.astimezone(UTC))
    return times


@pytest.mark.parametrize(
    ("zone", "start", "expected"),
    [
        ("UTC", "2026-11-21T10:00", ["2026-11-22T00:00", "2026-11-23T00:00"]),
        ("Asia/Kathmandu", "2026-11-21T10:00", ["2026-11-21T18:15", "2026-11-22T18:15"]),
        ("Europe/Madrid", "2026-10-24T12:00", ["2026-10-24T22:00", "2026-10-25T23:00"]),
        ("Africa/Cairo", "2026-04-23T12:00", ["2026-04-23T22:00", "2026-04-24T21:00"]),
        ("America/Havana", "2026-10-31T12:00", ["2026-11-01T04:00", "2026-11-02T05:00"]),
    ],
    ids=["UTC", "a quarter zone", "clocks go back", "midnight is skipped", "midnight comes twice"],
)
def test_daily_is_midnight_of_the_zone(zone: str, start: str, expected: list[str]) -> None:
    times = fire_times(Daily(timezone=zone), datetime.fromisoformat(start).replace(tzinfo=UTC), len(expected))
    assert [f"{at:%Y-%m-%dT%H:%M}" for at in times] == expected


async def run_for(seconds: float, *jobs: Job) -> None:
    running = asyncio.get_running_loop().create_task(keep_schedule(jobs))
    await asyncio.sleep(seconds)
    running.cancel()
    with suppress(asyncio.CancelledError):
        await running


async def test_a_job_comes_again_and_again_also_after_a_failure(logged: list[Any]) -> None:
    runs: list[str] = []

    async def sweep() -> None:
        runs.append("sweep")
        raise RuntimeError("venue away")

    await run_for(0.25, Job(name="sweep", when=Every(period=timedelta(seconds=0.05)), run=sweep))
    assert len(runs) >= 2
    assert {entry["job"] for entry in logged if entry["event"] == "job failed"} == {"sweep"}


async def test_a_slow_job_never_runs_twice_at_once() -> None:
    at_once = most = 0

    async def slow() -> None:
        nonlocal at_once, most
        at_once += 1
        most = max(most, at_once)
        await asyncio.sleep(0.12)
        at_once -= 1

    await run_for(0.35, Job(name="slow", when=Every(period=timedelta(seconds=0.03)), run=slow))
    assert most == 1


async def test_nothing_runs_after_the_end() -> None:
    runs: list[int] = []

    async def count() -> None:
        runs.append(1)

    await run_for(0.12, Job(name="count", when=Every(period=timedelta(seconds=0.03)), run=count))
    done = len(runs)
    await asyncio.sleep(0.1)
    assert (done >= 1, len(runs)) == (True, done)


async def test_perform_runs_it_once() -> None:
    runs: list[int] = []

    async def count() -> None:
        runs.append(1)

    await perform(Job(name="count", when=Daily(), run=count))
    assert runs == [1]
