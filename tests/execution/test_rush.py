"""A crowd of entries: who waits for it, and for how long."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import ExitStack
from typing import Any

import pytest

from engine.execution.rush import CROWD, PATIENCE, TICK, Rush
from tests.clocks import ManualClock


class Scene:
    """A rush, and somebody who passes by."""

    def __init__(self, group: asyncio.TaskGroup) -> None:
        self.clock = ManualClock()
        self.group = group
        self.rush = Rush(clock=self.clock, spawn=self.spawn)
        self.entries: list[ExitStack] = []

    def spawn(self, name: str, work: Coroutine[Any, Any, None]) -> None:
        self.group.create_task(work, name=name)

    def enter(self, count: int) -> None:
        for _ in range(count):
            entry = ExitStack()
            entry.enter_context(self.rush.entering())
            self.entries.append(entry)

    def come_through(self, count: int = 1) -> None:
        for _ in range(count):
            self.entries.pop().close()

    async def passing_by(self) -> asyncio.Task[None]:
        task = self.group.create_task(self.rush.pass_by())
        await self.clock.settle()
        return task


@pytest.fixture
async def scene() -> AsyncIterator[Scene]:
    async with asyncio.TaskGroup() as group:
        opened = Scene(group)
        yield opened
        opened.come_through(len(opened.entries))
        await opened.clock.advance(TICK)


async def test_a_few_entries_make_nobody_wait(scene: Scene) -> None:
    scene.enter(CROWD)
    assert (await scene.passing_by()).done()


async def test_a_crowd_goes_first_and_then_everybody_else(scene: Scene) -> None:
    scene.enter(CROWD + 2)
    waiting = [await scene.passing_by(), await scene.passing_by()]
    scene.come_through()
    await scene.clock.settle()
    assert not any(task.done() for task in waiting)
    scene.come_through()
    await scene.clock.settle()
    assert all(task.done() for task in waiting)


async def test_an_endless_crowd_holds_nobody_for_longer_than_a_moment(scene: Scene) -> None:
    scene.enter(CROWD + 2)
    first = await scene.passing_by()
    passed = 0.0
    while passed < PATIENCE - TICK / 2:
        assert not first.done()
        scene.come_through()
        scene.enter(1)
        await scene.clock.advance(TICK)
        passed += TICK
    scene.come_through()
    scene.enter(1)
    await scene.clock.advance(TICK)
    assert first.done()


async def test_a_crowd_that_waits_itself_for_a_silent_exchange_holds_nobody(scene: Scene) -> None:
    scene.enter(CROWD + 5)
    waiting = await scene.passing_by()
    await scene.clock.advance(TICK)
    assert waiting.done()


async def test_who_gives_up_waiting_is_forgotten(scene: Scene) -> None:
    scene.enter(CROWD + 1)
    waiting, other = await scene.passing_by(), await scene.passing_by()
    waiting.cancel()
    await scene.clock.settle()
    scene.come_through()
    await scene.clock.settle()
    assert other.done()
