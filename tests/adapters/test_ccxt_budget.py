"""How often we ask: never more than is allowed, never during a pause, and the urgent first."""

from __future__ import annotations

import asyncio

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.adapters.ccxt_budget import BURST, KEPT, Budget, Urgency
from engine.errors import VenueBusy
from tests.clocks import ManualClock


async def spend(budget: Budget, cost: float, urgency: Urgency, done: list[str], name: str) -> None:
    await budget.take(cost, urgency)
    done.append(name)


async def settled() -> None:
    for _ in range(10):
        await asyncio.sleep(0)


async def test_a_burst_is_free_and_then_the_pace_holds() -> None:
    clock = ManualClock()
    budget, done = Budget(clock, 10), []
    async with asyncio.TaskGroup() as tasks:
        for number in range(8):
            tasks.create_task(spend(budget, 1, Urgency.EXIT, done, str(number)))
        await settled()
        burst = max(4, int(10 * BURST))
        assert len(done) == burst
        for spent in range(burst + 1, 9):
            await clock.advance(0.1)
            assert len(done) == spent


async def test_the_urgent_overtake_who_waits() -> None:
    clock = ManualClock()
    budget, done = Budget(clock, 10), []
    await budget.take(5, Urgency.EXIT)
    async with asyncio.TaskGroup() as tasks:
        for urgency in sorted(Urgency, reverse=True):
            tasks.create_task(spend(budget, 1, urgency, done, urgency.name.lower()))
            await settled()
        await clock.advance(5)
        await settled()
    assert done == ["exit", "guard", "read", "entry", "leisure"]


async def test_the_last_of_a_burst_is_kept_for_exits() -> None:
    clock = ManualClock()
    budget = Budget(clock, 80)
    whole = 80 * BURST
    await budget.take(whole * (1 - KEPT), Urgency.READ)
    async with asyncio.TaskGroup() as tasks:
        reading = tasks.create_task(budget.take(1, Urgency.READ))
        await settled()
        assert not reading.done()
        reading.cancel()
    await asyncio.wait_for(budget.take(whole * KEPT, Urgency.EXIT), 1)


async def test_bookkeeping_leaves_a_burst_to_the_rest() -> None:
    """It spends what comes back, at the whole pace: a signal that comes meanwhile finds a burst all the same."""
    clock = ManualClock()
    budget, done, entered = Budget(clock, 40, by_minute=True), [], []
    async with asyncio.TaskGroup() as tasks:
        for number in range(100):
            tasks.create_task(spend(budget, 32, Urgency.LEISURE, done, str(number)))
        await clock.advance(10)
        for number in range(200):
            tasks.create_task(spend(budget, 1, Urgency.ENTRY, entered, str(number)))
        await settled()
        assert len(entered) == 200
        for _ in range(150):
            await clock.advance(1)
    assert len(done) == 100


async def test_what_costs_more_than_a_burst_waits_for_a_whole_one() -> None:
    clock = ManualClock()
    budget, done = Budget(clock, 10), []
    await budget.take(5, Urgency.EXIT)
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(spend(budget, 1000, Urgency.EXIT, done, "huge"))
        await settled()
        assert done == []
        await clock.advance(0.5)
        await settled()
        assert done == ["huge"]


async def test_a_pause_refuses_at_once_and_wakes_who_waits() -> None:
    clock = ManualClock()
    budget = Budget(clock, 10)
    await budget.take(5, Urgency.EXIT)
    waiting = asyncio.ensure_future(budget.take(5, Urgency.EXIT))
    await settled()
    budget.pause(35)
    budget.pause(5)
    with pytest.raises(VenueBusy) as busy:
        await budget.take(1, Urgency.EXIT)
    assert busy.value.retry_after == 35
    await clock.advance(1)
    with pytest.raises(VenueBusy):
        await waiting
    await clock.advance(33.9)
    with pytest.raises(VenueBusy):
        await budget.take(1, Urgency.EXIT)
    await clock.advance(0.2)
    await budget.take(1, Urgency.EXIT)


async def test_who_is_cancelled_while_waiting_holds_up_nobody() -> None:
    clock = ManualClock()
    budget, done = Budget(clock, 10), []
    await budget.take(5, Urgency.EXIT)
    async with asyncio.TaskGroup() as tasks:
        first = tasks.create_task(spend(budget, 1, Urgency.EXIT, done, "first"))
        tasks.create_task(spend(budget, 1, Urgency.ENTRY, done, "second"))
        await settled()
        first.cancel()
        await clock.advance(5)
        await settled()
    assert done == ["second"]


@settings(max_examples=40, deadline=None)
@given(
    costs=st.lists(st.sampled_from((0.2, 1.0, 2.0, 16.0)), min_size=1, max_size=60),
    urgencies=st.lists(st.sampled_from(list(Urgency)), min_size=60, max_size=60),
)
async def test_by_the_minute_no_minute_is_overspent(costs: list[float], urgencies: list[Urgency]) -> None:
    """Twenty a second, counted by the minute: never more than 1200 in any sixty seconds."""
    clock = ManualClock()
    budget, spent = Budget(clock, 20, by_minute=True), []

    async def one(cost: float, urgency: Urgency) -> None:
        await budget.take(cost, urgency)
        spent.append((clock.monotonic(), cost))

    async with asyncio.TaskGroup() as tasks:
        for number in range(4):
            for cost, urgency in zip(costs, urgencies, strict=False):
                tasks.create_task(one(cost * 5, urgency))
            await settled()
            await clock.advance(7 * number)
        while len(spent) < 4 * len(costs):
            await clock.advance(1)
            await settled()
    for start, _ in spent:
        assert sum(cost for at, cost in spent if start <= at < start + 60) <= 1200.001
