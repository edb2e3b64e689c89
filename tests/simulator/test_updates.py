"""getUpdates: confirming, waiting, conflicts, kinds; and updates sent twice or out of order."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from bot.simulator import Chat, Person, Simulator, Status
from tests.clocks import ManualClock
from tests.simulator.conftest import Api, asleep


def texts(answer: dict[str, Any]) -> list[str]:
    return [next(value for key, value in update.items() if key != "update_id")["text"] for update in answer["result"]]


async def test_an_update_stays_until_a_higher_offset_confirms_it(api: Api, sim: Simulator, ann: Person) -> None:
    for word in ("a", "b", "c"):
        sim.say(ann, word)
    assert texts(await api("getUpdates")) == ["a", "b", "c"]
    assert texts(await api("getUpdates", limit=2)) == ["a", "b"]
    assert texts(await api("getUpdates", offset=2)) == ["b", "c"]
    assert texts(await api("getUpdates", offset=1)) == ["b", "c"]
    assert texts(await api("getUpdates", offset=4)) == []


async def test_a_negative_offset_forgets_all_but_the_newest(api: Api, sim: Simulator, ann: Person) -> None:
    for word in ("a", "b", "c"):
        sim.say(ann, word)
    assert texts(await api("getUpdates", offset=-5)) == ["a", "b", "c"]
    assert texts(await api("getUpdates", offset=-1)) == ["c"]
    assert texts(await api("getUpdates")) == ["c"]


async def test_a_long_poll_ends_with_an_update(api: Api, sim: Simulator, ann: Person, clock: ManualClock) -> None:
    async with asyncio.TaskGroup() as group:
        poll = group.create_task(api("getUpdates", timeout=30))
        await asleep(clock)
        sim.say(ann, "now")
    assert texts(poll.result()) == ["now"]
    assert clock.monotonic() == 0


async def test_a_long_poll_ends_empty_when_its_time_is_up(api: Api, clock: ManualClock) -> None:
    async with asyncio.TaskGroup() as group:
        poll = group.create_task(api("getUpdates", timeout=30))
        await asleep(clock)
        await clock.advance(29.5)
        await asyncio.sleep(0.01)
        assert not poll.done()
        await clock.advance(0.5)
    assert poll.result() == {"ok": True, "result": []}


async def test_a_second_poller_pushes_the_first_out(api: Api, sim: Simulator, ann: Person, clock: ManualClock) -> None:
    async with asyncio.TaskGroup() as group:
        first = group.create_task(api("getUpdates", timeout=30))
        await asleep(clock)
        second = group.create_task(api("getUpdates", timeout=30))
        while not first.done():
            await asyncio.sleep(0.001)
        await asleep(clock)
        sim.say(ann, "for the second")
    assert first.result()["error_code"] == 409
    assert first.result()["description"].startswith("Conflict: terminated by other getUpdates request")
    assert texts(second.result()) == ["for the second"]


async def test_a_webhook_and_a_poll_exclude_each_other(api: Api, clock: ManualClock) -> None:
    async with asyncio.TaskGroup() as group:
        poll = group.create_task(api("getUpdates", timeout=30))
        await asleep(clock)
        group.create_task(api("setWebhook", url="http://127.0.0.1:9/hook"))
    assert poll.result()["description"] == "Conflict: terminated by setWebhook request"
    refused = await api("getUpdates")
    assert refused["error_code"] == 409
    assert "while webhook is active" in refused["description"]
    await api("deleteWebhook")
    assert (await api("getUpdates"))["ok"]


async def test_only_the_kinds_asked_for_come(api: Api, sim: Simulator, ann: Person, channel: Chat) -> None:
    await api("getUpdates", allowed_updates=["channel_post"])
    sim.say(ann, "unheard")
    sim.post(channel, "heard")
    assert texts(await api("getUpdates")) == ["heard"]
    await api("getUpdates", offset=9, allowed_updates=[])
    sim.say(ann, "heard too")
    assert texts(await api("getUpdates")) == ["heard too"]


async def test_an_update_is_forgotten_after_a_day(api: Api, sim: Simulator, ann: Person, clock: ManualClock) -> None:
    sim.say(ann, "old")
    await clock.advance(23 * 3600)
    sim.say(ann, "new")
    assert texts(await api("getUpdates")) == ["old", "new"]
    await clock.advance(3601)
    assert texts(await api("getUpdates")) == ["new"]


async def test_an_update_comes_again_even_when_confirmed(api: Api, sim: Simulator, ann: Person) -> None:
    sim.say(ann, "a")
    sim.say(ann, "b")
    assert texts(await api("getUpdates", offset=3)) == []
    sim.redeliver(times=2)
    sim.redeliver(1)
    again = await api("getUpdates", offset=3)
    assert [update["update_id"] for update in again["result"]] == [2, 2, 1]
    assert texts(await api("getUpdates", offset=3)) == []
    with pytest.raises(LookupError):
        sim.redeliver(77)


@pytest.mark.parametrize(
    ("order", "expected"),
    [pytest.param(None, ["c", "b", "a"], id="reversed"), pytest.param((1, 0, 2), ["b", "a", "c"], id="chosen")],
)
async def test_held_updates_are_let_go_in_another_order(
    api: Api, sim: Simulator, ann: Person, order: tuple[int, ...] | None, expected: list[str]
) -> None:  # fmt: skip
    sim.hold_updates()
    for word in ("a", "b", "c"):
        sim.say(ann, word)
    assert texts(await api("getUpdates")) == []
    sim.release_updates(order)
    answer = await api("getUpdates")
    assert texts(answer) == expected
    assert [update["update_id"] for update in answer["result"]] == [1, 2, 3]


async def test_an_update_shows_the_moment_it_was_made(api: Api, sim: Simulator, channel: Chat) -> None:
    post = sim.post(channel, "first")
    sim.edit_post(post, "second")
    assert texts(await api("getUpdates")) == ["first", "second"]


@pytest.mark.parametrize(
    ("text", "reply", "status", "heard"),
    [
        pytest.param("hello", False, Status.MEMBER, False, id="talk"),
        pytest.param("/status", False, Status.MEMBER, True, id="command"),
        pytest.param("hey @simulated_bot", False, Status.MEMBER, True, id="mention"),
        pytest.param("yes", True, Status.MEMBER, True, id="reply"),
        pytest.param("hello", False, Status.ADMINISTRATOR, True, id="bot-is-admin"),
        pytest.param("/status", False, Status.KICKED, False, id="bot-is-out"),
    ],
)
async def test_privacy_in_groups(
    api: Api, sim: Simulator, ann: Person, text: str, reply: bool, status: Status, heard: bool
) -> None:  # fmt: skip
    group = sim.add_group("Talk", members=[ann])
    await api("sendMessage", chat_id=group.id, text="question")
    group.members[sim.bot.id] = status
    sim.say(ann, text, chat=group, reply_to=sim.messages(group)[0] if reply else None)
    assert texts(await api("getUpdates")) == ([text] if heard else [])


async def test_a_block_is_told_and_a_first_start_is_not(api: Api, sim: Simulator) -> None:
    bob = sim.add_person("Bob", started=False)
    sim.say(bob, "/start")
    sim.block_bot(bob)
    sim.say(bob, "back")
    kinds = [sorted(update.keys() - {"update_id"}) for update in (await api("getUpdates"))["result"]]
    assert kinds == [["message"], ["my_chat_member"], ["my_chat_member"], ["message"]]


async def test_waiting_for_what_never_comes_names_the_latest_calls(api: Api, sim: Simulator) -> None:
    await api("getMe")
    with pytest.raises(TimeoutError, match=r"getMe 200"):
        await sim.wait_for(lambda: False, timeout=0.01)
