"""A running simulator with a hand-moved clock, and a bare HTTP client that shows answers as they are."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import aiohttp
import pytest

from bot.simulator import Chat, Person, Simulator
from tests.clocks import ManualClock
from tests.simulator.visitor import SCENE, Visitor

Api = Callable[..., Awaitable[dict[str, Any]]]


async def asleep(clock: ManualClock) -> None:
    """Return once somebody sleeps on this clock: requests travel through real sockets, so turns are not enough."""
    while not clock.sleepers:
        await asyncio.sleep(0.001)


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
async def sim(clock: ManualClock) -> AsyncIterator[Simulator]:
    async with Simulator(clock=clock, limits=None) as simulator:
        yield simulator


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as client:
        yield client


@pytest.fixture
def api(sim: Simulator, session: aiohttp.ClientSession) -> Api:
    """Call a method with JSON parameters; the answer's envelope."""

    async def call(method: str, **params: Any) -> dict[str, Any]:
        async with session.post(f"{sim.url}/bot{sim.token}/{method}", json=params) as response:
            envelope: dict[str, Any] = await response.json()
            assert response.status == (200 if envelope["ok"] else envelope["error_code"])
            return envelope

    return call


@pytest.fixture
def ann(sim: Simulator) -> Person:
    return sim.add_person("Ann", username="ann")


@pytest.fixture
def channel(sim: Simulator, ann: Person) -> Chat:
    return sim.add_channel("Signals", admins=[ann], username="signals")


@pytest.fixture
async def visitor(clock: ManualClock, session: aiohttp.ClientSession) -> AsyncIterator[Visitor]:
    async with Simulator(clock=clock, scene=SCENE) as simulator:
        yield Visitor(simulator, session)
