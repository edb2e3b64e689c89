"""What people and tests do over HTTP under /_sim/, and what is refused."""

from __future__ import annotations

from typing import Any

import aiohttp
import pytest

from tests.simulator.visitor import Visitor

ADMINS_ONLY, NOT_YOURS = "only admins of the channel may post", "that is not yours to change"
READER, CHANNEL = 1001, -1001000000001


async def test_a_person_does_what_people_do(visitor: Visitor) -> None:
    sim, you, admin, channel = visitor.sim, visitor.you, visitor.admin, visitor.channel
    own = sim.private(you)
    await visitor.do("say", person=you.id, chat=you.id, text=" /start ")
    posted = (await visitor.do("say", person=admin.id, chat=channel.id, text="BTC long"))["id"]
    await visitor.do("say", person=admin.id, chat=channel.id, text="and more", reply_to=posted)
    await visitor.do("edit", person=admin.id, chat=channel.id, message=posted, text="BTC short")
    await visitor.do("forward", person=you.id, chat=channel.id, message=posted)
    offer = sim.world.add_message(
        own, sim.bot, sim.messages(own)[0].body, keyboard=(({"text": "Go", "callback_data": "g"},),)
    )
    await visitor.do("press", person=you.id, chat=you.id, message=offer.id, button=0)
    await visitor.do("block", person=you.id)
    await visitor.do("block", person=you.id, blocked=False)
    await visitor.do("delete", person=admin.id, chat=channel.id, message=posted)
    kinds = [update.kind for update in sim.world.updates.pending]
    assert kinds == [
        "message",
        "channel_post",
        "channel_post",
        "edited_channel_post",
        "message",
        "callback_query",
        "my_chat_member",
        "my_chat_member",
    ]
    assert [line.text for line in sim.transcript(own)] == ["/start", "BTC short", "/start"]
    assert [(line.text, line.deleted, line.reply_to) for line in sim.transcript(channel)][1:] == [
        ("BTC short", True, None),
        ("and more", False, posted),
    ]


@pytest.mark.parametrize(
    ("deed", "what", "error"),
    [
        pytest.param("say", {"person": READER, "chat": READER, "text": "  "}, "there is nothing to say", id="nothing"),
        pytest.param("say", {"person": READER, "chat": CHANNEL, "text": "x"}, ADMINS_ONLY, id="post"),
        pytest.param("say", {"person": 5, "chat": READER, "text": "x"}, "no such person", id="person"),
        pytest.param("say", {"person": READER, "chat": 5, "text": "x"}, "no such chat", id="chat"),
        pytest.param("edit", {"person": READER, "chat": CHANNEL, "message": 1}, NOT_YOURS, id="foreign"),
        pytest.param("forward", {"person": READER, "chat": CHANNEL, "message": 9}, "no such message", id="message"),
        pytest.param("edit", {"person": 1002, "chat": CHANNEL, "message": 1}, "there is nothing to say", id="empty"),
        pytest.param("redeliver", {}, "no update yet", id="no-update"),
        pytest.param("fault", {"method": "getMe", "kind": "rain"}, "'rain' is not a valid FaultKind", id="fault"),
    ],
)  # fmt: skip
async def test_what_a_person_may_not_do(visitor: Visitor, deed: str, what: dict[str, Any], error: str) -> None:
    assert await visitor.do(deed, **what) == {"error": error}


async def test_only_json_is_taken(visitor: Visitor) -> None:
    async with visitor.session.post(f"{visitor.sim.url}/_sim/heal", data="{}") as response:
        assert response.status == 415
    async with visitor.session.post(f"{visitor.sim.url}/_sim/heal", json=[]) as response:
        assert await response.json() == {"error": "expected an object"}
    async with visitor.session.post(f"{visitor.sim.url}/_sim/dance", json={}) as response:
        assert response.status == 404


async def test_the_test_rig_is_there_over_http_too(visitor: Visitor, session: aiohttp.ClientSession) -> None:
    sim = visitor.sim

    async def get_me() -> int:
        async with session.get(f"{sim.url}/bot{sim.token}/getMe") as response:
            return response.status

    await visitor.do("fault", method="getMe", code=429, retry_after=3, nth=2)
    assert [await get_me() for _ in range(3)] == [200, 429, 200]
    await visitor.do("fault", method="getMe", times=5)
    await visitor.do("heal")
    assert await get_me() == 200
    await visitor.do("hold")
    for word in ("a", "b"):
        sim.say(visitor.admin, word)
    await visitor.do("release", order=[1, 0])
    await visitor.do("redeliver", update_id=1)
    assert [update.content["text"] for update in sim.world.updates.pending] == ["b", "a", "b"]
    await visitor.do("limits", burst=1)
    assert sim.world.flood.limits is not None
    assert sim.world.flood.limits.burst == 1
    await visitor.do("limits", on=False)
    assert sim.world.flood.limits is None
    assert await visitor.get("/_sim/stats") == {"calls": {"getMe": 4}, "violations": 0, "pending_updates": 3}
    assert await visitor.get("/_sim/transcript", chat=visitor.admin.id) == ["12:00:00 Admin: a", "12:00:00 Admin: b"]
