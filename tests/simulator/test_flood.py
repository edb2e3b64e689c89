"""Flood limits on a clock moved by hand."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from bot.simulator import Limits, Person, Simulator
from tests.clocks import ManualClock
from tests.simulator.conftest import Api


@pytest.fixture
async def sim(clock: ManualClock) -> AsyncIterator[Simulator]:
    async with Simulator(clock=clock, limits=Limits(burst=2)) as simulator:
        yield simulator


async def codes(api: Api, chat: int, count: int) -> list[int]:
    answers = [await api("sendMessage", chat_id=chat, text="x") for _ in range(count)]
    return [answer.get("error_code", 200) for answer in answers]


async def test_a_person_gets_one_a_second_after_a_short_burst(
    api: Api, sim: Simulator, ann: Person, clock: ManualClock
) -> None:
    assert await codes(api, ann.id, 3) == [200, 200, 429]
    await clock.advance(0.9)
    assert await codes(api, ann.id, 1) == [429]
    await clock.advance(0.1)
    assert await codes(api, ann.id, 2) == [200, 429]
    await clock.advance(60)
    assert await codes(api, ann.id, 3) == [200, 200, 429]
    assert sim.violations == 4


async def test_one_a_second_may_go_on_for_ever(api: Api, sim: Simulator, ann: Person, clock: ManualClock) -> None:
    for _ in range(30):
        assert await codes(api, ann.id, 1) == [200]
        await clock.advance(1)
    assert sim.violations == 0


async def test_a_refusal_says_how_long_to_wait(api: Api, ann: Person) -> None:
    await codes(api, ann.id, 2)
    answer = await api("sendMessage", chat_id=ann.id, text="x")
    assert answer["description"] == "Too Many Requests: retry after 1"
    assert answer["parameters"] == {"retry_after": 1}


async def test_a_group_gets_twenty_in_any_minute(api: Api, sim: Simulator, clock: ManualClock) -> None:
    group = sim.add_group("Talk")
    assert await codes(api, group.id, 1) == [200]
    await clock.advance(30)
    assert await codes(api, group.id, 20) == [200] * 19 + [429]
    answer = await api("sendMessage", chat_id=group.id, text="x")
    assert answer["parameters"] == {"retry_after": 30}
    await clock.advance(30)
    assert await codes(api, group.id, 2) == [200, 429]


async def test_thirty_a_second_over_all(api: Api, sim: Simulator, clock: ManualClock) -> None:
    people = [sim.add_person(f"P{number}") for number in range(31)]
    results = [(await codes(api, person.id, 1))[0] for person in people]
    assert results == [200] * 30 + [429]
    await clock.advance(1)
    assert await codes(api, people[-1].id, 1) == [200]


async def test_one_chat_does_not_slow_another_and_edits_count(api: Api, sim: Simulator, ann: Person) -> None:
    await codes(api, ann.id, 2)
    edit = await api("editMessageText", chat_id=ann.id, message_id=1, text="y")
    assert edit["error_code"] == 429
    assert sim.replies(ann)[0].text == "x"
    assert await codes(api, sim.add_person("Bob").id, 1) == [200]
    assert sim.world.flood.violations == {ann.id: 1}


async def test_limits_can_be_switched_off(api: Api, sim: Simulator, ann: Person) -> None:
    sim.world.flood.relax(None)
    assert await codes(api, ann.id, 40) == [200] * 40
    sim.world.flood.relax(Limits(burst=1))
    assert await codes(api, ann.id, 2) == [200, 429]
