"""The page over HTTP: its files, what each person sees, and the live news."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from bot.simulator import DemoScene, SceneChannel, Simulator
from bot.simulator.control import PAGE
from tests.simulator.pictures import png
from tests.simulator.visitor import Visitor


async def test_the_page_and_all_it_names_are_served(visitor: Visitor, session: aiohttp.ClientSession) -> None:
    sim = visitor.sim
    for path in ("/", *(f"/page/{file.name}" for file in PAGE.iterdir())):
        async with session.get(sim.url + path) as response:
            text = await response.text()
            assert response.status == 200
            assert "default-src 'self'" in response.headers["Content-Security-Policy"]
            assert "innerHTML" not in text
    for path in ("/page/nothing.js", "/page/..%2fcontrol.py", "/_sim/file/nothing"):
        async with session.get(sim.url + path) as response:
            assert response.status == 404


def test_the_page_asks_nobody_else() -> None:
    sources = [file.read_text() for file in PAGE.iterdir()]
    foreign = [line for text in sources for line in text.splitlines() if "://" in line and "www.w3.org" not in line]
    assert foreign == []


async def test_the_scene_is_the_callers(visitor: Visitor) -> None:
    scene = await visitor.get("/_sim/scene")
    assert [person["name"] for person in scene["people"]] == ["You", "Admin"]
    assert (scene["bot"]["name"], scene["note"]) == ("Mirror", "Only a stage.")


async def test_each_person_sees_their_own_side(visitor: Visitor) -> None:
    yours = (await visitor.get("/_sim/state", person=visitor.you.id))["chats"]
    theirs = (await visitor.get("/_sim/state", person=visitor.admin.id))["chats"]
    assert [(chat["kind"], chat["title"], chat["started"], chat["writes"]) for chat in yours] == [
        ("bot", "Mirror", False, True),
        ("channel", "Signals", True, False),
    ]
    assert [chat["samples"] for chat in yours] == [[], []]
    assert theirs[1]["samples"] == [{"label": "Long", "text": "BTC long"}]
    assert theirs[1]["messages"][0]["entities"] == [{"type": "bold", "offset": 0, "length": 7}]
    assert (yours[1]["members"], yours[1]["messages"][0]["editable"], theirs[1]["messages"][0]["editable"]) == (
        2,
        False,
        True,
    )


async def test_a_stranger_sees_nothing(visitor: Visitor) -> None:
    for person in ("7", "x", str(visitor.sim.bot.id)):
        with pytest.raises(aiohttp.ClientResponseError, match="404"):
            await visitor.get("/_sim/state", person=person)


async def news(visitor: Visitor, person: int) -> AsyncIterator[dict[str, Any]]:
    async with visitor.session.get(f"{visitor.sim.url}/_sim/news", params={"person": person}) as stream:
        assert stream.content_type == "text/event-stream"
        yield {"kind": "connected"}
        async for line in stream.content:
            if line.startswith(b"data: "):
                yield json.loads(line.removeprefix(b"data: "))


async def test_news_reach_those_they_concern(visitor: Visitor) -> None:
    sim, stream = visitor.sim, news(visitor, visitor.you.id)
    async with asyncio.timeout(5):
        assert (await anext(stream))["kind"] == "connected"
        sim.say(visitor.admin, "not for you")
        post = sim.post(visitor.channel, "BTC long")
        assert (await anext(stream))["message"]["text"] == "BTC long"
        sim.edit_post(post, "BTC short")
        changed = await anext(stream)
        assert (changed["kind"], changed["message"]["edited"]) == ("message", True)
        sim.delete_post(post)
        assert ((gone := await anext(stream))["kind"], gone["message"]["id"]) == ("gone", post.id)
        offer = sim.world.add_message(
            sim.private(visitor.you), sim.bot, post.body, keyboard=(({"text": "Go", "callback_data": "g"},),)
        )
        assert (await anext(stream))["message"]["buttons"] == [[{"label": "Go", "press": True, "url": None}]]
        press = sim.press(visitor.you, offer)
        press.answer = {"text": "ok", "alert": True, "url": ""}
        sim.world.changes.publish("answer", press)
        assert await anext(stream) == {"kind": "answer", "press": press.id, "text": "ok", "alert": True, "url": ""}
        sim.world.changes.publish("typing", sim.private(visitor.you))
        assert await anext(stream) == {"kind": "typing", "chat": visitor.you.id}
        sim.world.changes.publish("commands")
        assert await anext(stream) == {"kind": "state"}
    await stream.aclose()


async def test_a_stream_ends_when_the_simulator_stops(visitor: Visitor) -> None:
    stream = news(visitor, visitor.you.id)
    await anext(stream)
    async with asyncio.TaskGroup() as group:
        rest = group.create_task(anext(stream, None))  # type: ignore[arg-type]
        await asyncio.sleep(0)
        await visitor.sim.stop()
    assert rest.result() is None


async def test_what_a_message_shows(visitor: Visitor) -> None:
    sim, you, own = visitor.sim, visitor.you, visitor.sim.private(visitor.you)
    photo = sim.say(you, "", photo=png(3, 2))
    sim.say(you, "look", document=("a.csv", b"1,2"), reply_to=photo)
    sim.forward(sim.messages(visitor.channel)[0], by=you)
    sim.forward(sim.say(visitor.admin, "from a person"), by=you)
    state = await visitor.get("/_sim/state", person=you.id)
    first, second, third, fourth = state["chats"][0]["messages"]
    assert (first["media"]["kind"], first["media"]["width"], first["mine"], first["reply"]) == ("photo", 3, True, None)
    assert (second["media"]["kind"], second["media"]["name"], second["media"]["bytes"]) == ("document", "a.csv", 3)
    assert second["reply"] == {"id": photo.id, "author": "You", "text": "Photo"}
    assert [third["forwarded"], fourth["forwarded"], first["forwarded"]] == ["Signals", "Admin", None]
    assert (third["editable"], second["editable"]) == (False, True)
    sim.delete_post(photo)
    left = (await visitor.get("/_sim/state", person=you.id))["chats"][0]["messages"]
    assert (left[0]["text"], left[0]["reply"], len(own.messages)) == ("look", None, 4)


async def test_only_pictures_are_shown_in_place(visitor: Visitor) -> None:
    sim = visitor.sim
    photo = sim.say(visitor.you, "", photo=png(1, 1)).body.media
    page = sim.say(visitor.you, "", document=("x.html", b"<script>")).body.media
    assert photo is not None
    assert page is not None
    async with visitor.session.get(f"{sim.url}/_sim/file/{photo.file_id}") as response:
        assert (response.content_type, "Content-Disposition" in response.headers) == ("image/png", False)
    async with visitor.session.get(f"{sim.url}/_sim/file/{page.file_id}") as response:
        assert (response.content_type, response.headers["Content-Disposition"]) == (
            "application/octet-stream",
            "attachment",
        )


def test_a_scene_with_an_unknown_admin_is_a_mistake() -> None:
    with pytest.raises(LookupError):
        Simulator(
            scene=DemoScene(
                bot_name="B", bot_username="b", people=(), channels=(SceneChannel(title="S", admins=("Nobody",)),)
            )
        )
