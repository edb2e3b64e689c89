"""Each kind of scripted fault, as a client meets it and as the chat shows it."""

from __future__ import annotations

import asyncio

import aiohttp
import pytest

from bot.simulator import Fault, FaultKind, Person, Simulator
from bot.simulator.faults import MESSAGES
from tests.clocks import ManualClock
from tests.simulator.conftest import Api, asleep


@pytest.mark.parametrize(
    ("fault", "code", "description", "sent"),
    [
        pytest.param(Fault(code=429, retry_after=7), 429, "Too Many Requests: retry after 7", 0, id="flood"),
        pytest.param(Fault(code=502), 502, "Bad Gateway", 0, id="5xx-before"),
        pytest.param(Fault(code=500, after=True), 500, "Internal Server Error", 1, id="5xx-after"),
        pytest.param(Fault(code=401), 401, "Unauthorized", 0, id="401"),
        pytest.param(Fault(code=403), 403, "Forbidden: bot was blocked by the user", 0, id="403"),
        pytest.param(Fault(code=400), 400, MESSAGES[400], 0, id="400"),
        pytest.param(Fault(code=400, description="Bad Request: WORDS"), 400, "Bad Request: WORDS", 0, id="own-words"),
    ],
)  # fmt: skip
async def test_a_refusal_once(
    api: Api, sim: Simulator, ann: Person, fault: Fault, code: int, description: str, sent: int
) -> None:
    sim.fail("sendMessage", fault)
    answer = await api("sendMessage", chat_id=ann.id, text="x")
    assert (answer["error_code"], answer["description"]) == (code, description)
    assert answer.get("parameters") == ({"retry_after": 7} if code == 429 else None)
    assert len(sim.replies(ann)) == sent
    assert (await api("sendMessage", chat_id=ann.id, text="x"))["ok"]


@pytest.mark.parametrize(("after", "sent"), [(False, 0), (True, 1)], ids=["before", "after"])
async def test_a_reset_connection(api: Api, sim: Simulator, ann: Person, after: bool, sent: int) -> None:
    sim.fail("sendMessage", Fault(kind=FaultKind.RESET, after=after))
    with pytest.raises(aiohttp.ClientConnectionError):
        await api("sendMessage", chat_id=ann.id, text="x")
    assert len(sim.replies(ann)) == sent
    assert [call.code for call in sim.calls("sendMessage")] == [200 if after else 0]


async def test_half_an_answer(api: Api, sim: Simulator, ann: Person) -> None:
    sim.fail("sendMessage", Fault(kind=FaultKind.TRUNCATED))
    with pytest.raises(aiohttp.ClientPayloadError):
        await api("sendMessage", chat_id=ann.id, text="x")
    assert len(sim.replies(ann)) == 1


async def test_a_proxys_web_page(sim: Simulator, session: aiohttp.ClientSession, ann: Person) -> None:
    sim.fail("sendMessage", Fault(kind=FaultKind.HTML))
    async with session.get(f"{sim.url}/bot{sim.token}/sendMessage?chat_id={ann.id}&text=x") as response:
        assert (response.status, response.content_type) == (502, "text/html")
    assert sim.replies(ann) == ()


@pytest.mark.parametrize(("after", "sent"), [(False, 0), (True, 1)], ids=["before", "after"])
async def test_a_slow_answer(api: Api, sim: Simulator, ann: Person, clock: ManualClock, after: bool, sent: int) -> None:
    sim.fail("sendMessage", Fault(kind=FaultKind.SLOW, seconds=20, after=after))
    async with asyncio.TaskGroup() as group:
        call = group.create_task(api("sendMessage", chat_id=ann.id, text="x"))
        await asleep(clock)
        assert len(sim.replies(ann)) == sent
        await clock.advance(20)
    assert call.result()["ok"]
    assert len(sim.replies(ann)) == 1


async def test_a_client_that_gives_up_waiting_leaves_no_message(
    api: Api, sim: Simulator, ann: Person, clock: ManualClock
) -> None:
    sim.fail("sendMessage", Fault(kind=FaultKind.SLOW, seconds=20))
    async with asyncio.TaskGroup() as group:
        call = group.create_task(api("sendMessage", chat_id=ann.id, text="x"))
        await asleep(clock)
        call.cancel()
    await api("getMe")
    await clock.advance(20)
    await api("getMe")
    assert sim.replies(ann) == ()


async def test_the_script_counts_calls_of_a_method(api: Api, sim: Simulator, ann: Person) -> None:
    sim.fail("sendMessage", Fault(code=500), nth=2, times=2)
    sim.fail("*", Fault(code=502), nth=5)
    codes = [(await api("sendMessage", chat_id=ann.id, text="x")).get("error_code", 200) for _ in range(6)]
    assert codes == [200, 500, 500, 200, 502, 200]
    assert (await api("getMe"))["ok"]


async def test_the_script_can_be_forgotten(api: Api, sim: Simulator) -> None:
    sim.fail("getMe", Fault(code=500), times=9)
    assert not (await api("getMe"))["ok"]
    sim.world.faults.clear()
    assert (await api("getMe"))["ok"]


@pytest.mark.parametrize("count", [{"nth": 0}, {"times": 0}], ids=["nth", "times"])
def test_a_script_that_never_happens_is_a_mistake(count: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="count from 1"):
        Simulator().fail("getMe", Fault(), **count)


async def test_calls_are_counted_and_logged(api: Api, sim: Simulator, ann: Person) -> None:
    await api("sendMessage", chat_id=ann.id, text="x")
    await api("sendMessage", chat_id=1, text="y")
    await api("noSuchThing")
    assert (sim.count("sendMessage"), sim.count("noSuchThing"), sim.count("getMe")) == (2, 1, 0)
    assert [(call.method, call.code) for call in sim.calls()] == [
        ("sendMessage", 200),
        ("sendMessage", 400),
        ("noSuchThing", 404),
    ]
    assert sim.calls("sendMessage")[0].params == {"chat_id": ann.id, "text": "x"}
