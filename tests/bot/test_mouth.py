"""The mouth against the simulator, over HTTP: what is sent, and how each trouble is named."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest

from bot.mouth import Gone, Mouth, Moved, Refused, Unheard
from bot.simulator import Fault, FaultKind, Limits, Person, Simulator
from tests.bot.clocks import FastClock


@dataclass
class Stage:
    sim: Simulator
    mouth: Mouth
    ann: Person


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    clock = FastClock(50)
    async with Simulator(clock=clock, limits=Limits(burst=1)) as sim:
        mouth = Mouth(sim.token, sim.url, clock)
        yield Stage(sim, mouth, sim.add_person("Ann"))
        await mouth.close()


async def test_sends_html_with_buttons_and_returns_the_message_id(stage: Stage) -> None:
    keys = [[("Close", "token-1"), ("Half", "token-2")], [("Back", "token-3")]]
    message_id = await stage.mouth.send(stage.ann.id, "<b>BTC</b> &lt; 5", keys)
    (message,) = stage.sim.replies(stage.ann)
    assert (message.id, message.text) == (message_id, "BTC < 5")
    assert message.labels == (("Close", "Half"), ("Back",))
    assert message.keyboard[0][0]["callback_data"] == "token-1"
    assert '"is_disabled": true' in str(stage.sim.calls("sendMessage")[0].params).lower().replace("'", '"')


async def test_edits_in_place(stage: Stage) -> None:
    message_id = await stage.mouth.send(stage.ann.id, "one", [[("Go", "t")]])
    assert await stage.mouth.edit(stage.ann.id, message_id, "two") == message_id
    (message,) = stage.sim.replies(stage.ann)
    assert (message.text, message.labels) == ("two", ())


async def test_an_edit_that_changes_nothing_is_fine(stage: Stage) -> None:
    message_id = await stage.mouth.send(stage.ann.id, "one")
    assert await stage.mouth.edit(stage.ann.id, message_id, "one") == message_id


async def test_what_telegram_cannot_read_as_html_goes_out_as_plain_text(stage: Stage) -> None:
    await stage.mouth.send(stage.ann.id, "Max <3 & <b>bold</b> <nonsense>")
    assert [m.text for m in stage.sim.replies(stage.ann)] == ["Max <3 & bold <nonsense>"]


@pytest.mark.parametrize(
    ("fault", "named"),
    [
        (Fault(code=502), Unheard),
        (Fault(code=500), Unheard),
        (Fault(kind=FaultKind.HTML), Unheard),
        (Fault(kind=FaultKind.RESET), Unheard),
        (Fault(kind=FaultKind.TRUNCATED), Unheard),
        (Fault(code=401), Unheard),
        (Fault(code=403), Gone),
        (Fault(code=400, description="Bad Request: chat not found"), Gone),
        (Fault(code=400, description="Bad Request: BUTTON_DATA_INVALID"), Refused),
    ],
    ids=["502", "500", "a web page", "reset", "cut short", "401", "blocked", "no such chat", "never"],
)
async def test_each_trouble_has_its_name(stage: Stage, fault: Fault, named: type[Exception]) -> None:
    stage.sim.fail("sendMessage", fault)
    with pytest.raises(named):
        await stage.mouth.send(stage.ann.id, "hello")


async def test_a_429_is_waited_out_without_a_word(stage: Stage) -> None:
    stage.sim.fail("sendMessage", Fault(code=429, retry_after=2))
    assert await stage.mouth.send(stage.ann.id, "hello")
    assert [m.text for m in stage.sim.replies(stage.ann)] == ["hello"]


async def test_a_group_that_moved_says_where_to(stage: Stage) -> None:
    group = stage.sim.add_group("Desk", admins=[stage.ann])
    new = stage.sim.migrate(group, stage.ann)
    with pytest.raises(Moved) as moved:
        await stage.mouth.send(group.id, "hello")
    assert moved.value.chat_id == new.id


async def test_never_faster_than_telegram_allows(stage: Stage) -> None:
    people = [stage.ann, *(stage.sim.add_person(f"P{n}") for n in range(3))]
    for n in range(12):
        await stage.mouth.send(people[n % 4].id, f"message {n}")
    assert stage.sim.violations == 0
