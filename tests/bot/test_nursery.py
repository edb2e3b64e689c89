"""A background loop that fails is started again, slower each time, and said so."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from bot.nursery import supervise
from tests.bot.clocks import settle
from tests.clocks import ManualClock


async def test_a_failing_loop_comes_again_with_growing_pauses(logged: list[Any]) -> None:
    clock = ManualClock()
    starts: list[float] = []

    async def loop() -> None:
        starts.append(clock.monotonic())
        raise RuntimeError("feed closed")

    running = asyncio.get_running_loop().create_task(supervise("feed", loop, clock))
    await clock.advance(300)
    running.cancel()
    await settle()
    assert starts == [0, 1, 3, 7, 15, 31, 63, 123, 183, 243]
    assert logged[0]["event"] == "background loop failed"
    assert (logged[0]["loop"], logged[0]["log_level"]) == ("feed", "error")


async def test_after_a_good_while_the_pause_is_short_again() -> None:
    clock = ManualClock()
    starts: list[float] = []

    async def loop() -> None:
        starts.append(clock.monotonic())
        await clock.sleep(0.0 if len(starts) < 4 else 100.0)
        raise RuntimeError

    running = asyncio.get_running_loop().create_task(supervise("feed", loop, clock))
    await clock.advance(230)
    running.cancel()
    await settle()
    assert starts == [0, 1, 3, 7, 108, 209]


async def test_a_loop_that_returns_is_over(logged: list[Any]) -> None:
    async def loop() -> None:
        return

    await supervise("once", loop, ManualClock())
    assert [entry["event"] for entry in logged] == ["background loop ended"]


async def test_cancelling_it_cancels_the_loop() -> None:
    ended = asyncio.Event()

    async def loop() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()

    running = asyncio.get_running_loop().create_task(supervise("feed", loop, ManualClock()))
    await settle()
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert ended.is_set()
