"""Sources beside Telegram, as their owner makes and keeps them in the chat."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest

from bot.inlets import number_of, token_hash
from bot.inlets.entries import FeedPage
from bot.inlets.fetch import Fetched
from bot.inlets.office import Inlets
from bot.replies import Button, Reply
from engine.errors import Code, Mistake
from engine.inlets import SECRET, InletKind
from engine.types import Role
from handlers.inlets import MOST
from tests.handlers.build import NOW
from tests.handlers.rows import Tx
from tests.handlers.world import World, button


async def press(world: World, action: str, **args: Any) -> Reply:
    [reply] = await world.presses(1, Button(label="x", action=action, args=args, once=False))
    return reply


def labels(reply: Reply) -> list[str]:
    return [b.label for row in reply.rows for b in row]


async def test_where_nothing_is_switched_on_there_is_no_button(world: World) -> None:
    world.person(1)
    [on] = await world.says(1, "/sources")
    assert "➕ Other source" in labels(on)
    world.dispatcher.workflow_data["inlets"] = Inlets()
    [off] = await world.says(1, "/sources")
    assert labels(off) == []


async def test_only_what_is_switched_on_is_offered(world: World) -> None:
    world.person(1)
    assert labels(await press(world, "inlets_show")) == ["HTTP", "‹ Back"]


async def test_an_address_is_shown_once_and_kept_as_a_hash(world: World) -> None:
    user = world.person(1)
    await press(world, "inlet_new", kind="http")
    [made] = await world.says(1, "My <b>scripts</b>")
    token = re.findall(r"https://signals\.example/s/([\w-]{43})", made.text)[0]
    [source] = world.rows.sources.values()
    assert (source.user_id, source.type, source.chat_id) == (user.id, "http", number_of(token))
    assert world.rows.tokens == {source.id: token_hash(token)}
    assert token not in str(vars(world.rows))
    card = await press(world, "inlet_show", source=source.id)
    assert token not in card.text and "/s/" not in card.text
    assert not world.rows.dialogues


@pytest.mark.parametrize("name", ["x" * 61, "   "])
async def test_a_name_that_cannot_be_used_is_asked_for_again(world: World, name: str) -> None:
    world.person(1)
    await press(world, "inlet_new", kind="http")
    [said] = await world.says(1, name)
    assert "I cannot use that" in said.text
    [made] = await world.says(1, "Charts")
    assert "<b>Charts</b> is ready" in made.text


async def test_a_late_name_makes_nothing(world: World) -> None:
    world.person(1)
    await press(world, "inlet_new", kind="http")
    await world.clock.advance(15 * 60)
    [said] = await world.says(1, "Charts")
    assert "closed" in said.text
    assert not world.rows.sources


async def test_a_person_has_ten_of_them(world: World) -> None:
    user = world.person(1)
    for _ in range(MOST - 1):
        world.inlet(user)
    await press(world, "inlet_new", kind="http")
    world.inlet(user)
    [said] = await world.says(1, "One more")
    assert "as many other sources" in said.text
    assert "as many other sources" in (await press(world, "inlet_new", kind="http")).text
    assert len(world.rows.inlets) == MOST


async def test_a_secret_is_shown_once_and_sealed(world: World) -> None:
    user = world.person(1)
    source = world.inlet(user)
    shown = await press(world, "inlet_secret", source=source.id)
    secret = re.findall(r"[0-9a-f]{64}", shown.text)[0]
    sealed = world.rows.inlets[source.id].sealed
    assert world.safe.unseal(user.id, source.id, sealed)[SECRET].reveal() == secret
    assert secret not in str(sealed) and secret not in str(world.rows.audit)
    card = await press(world, "inlet_show", source=source.id)
    assert "must be signed" in card.text and secret not in card.text
    await press(world, "inlet_unsigned_yes", source=source.id)
    assert world.rows.inlets[source.id].sealed == {}
    assert [what for _, what, _, _ in world.rows.audit] == ["inlet_secret", "inlet_unsigned"]


async def test_without_a_master_key_there_is_no_secret(world: World) -> None:
    source = world.inlet(world.person(1))
    world.dispatcher.workflow_data["inlets"] = Inlets(url="https://signals.example")
    assert "no master key" in (await press(world, "inlet_secret", source=source.id)).text
    assert not world.rows.inlets[source.id].is_signed


async def test_a_feed_has_neither_address_nor_secret_of_ours(world: World) -> None:
    user = world.person(1)
    feed = Tx(world.rows).inlets.add(user, InletKind.FEED, "News", -8, NOW, address="https://a.example/rss")
    for action in ("inlet_address_yes", "inlet_secret"):
        assert "I cannot find that" in (await press(world, action, source=feed.id)).text
    assert "https://a.example/rss" in (await press(world, "inlet_show", source=feed.id)).text
    assert world.rows.tokens == {}


async def test_a_feed_that_was_given_up_is_looked_at_again(world: World) -> None:
    user = world.person(1)
    feed = Tx(world.rows).inlets.add(user, InletKind.FEED, "News", -8, NOW, address="https://a.example/rss")
    world.rows.inlets[feed.id] = replace(world.rows.inlets[feed.id], failures=10, error=Code.FEED_SILENT)
    card = await press(world, "inlet_show", source=feed.id)
    assert "no longer look at it" in card.text and "does not answer" in card.text
    again = await press(world, "inlet_again", source=feed.id)
    assert world.rows.inlets[feed.id].due_at == world.clock.now()
    assert "no longer" not in again.text and again.edit
    assert not (await press(world, "inlet_again", source=feed.id, notice=True)).edit  # the notice stays as it is


class NoFeed:
    """Feeds of which none can be read."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    async def first_look(self, address: str) -> tuple[FeedPage, Fetched]:
        self.asked.append(address)
        raise Mistake(code=Code.FEED_UNREADABLE)


async def test_what_is_no_feed_becomes_no_source(world: World) -> None:
    world.person(1)
    feeds: Any = NoFeed()
    world.dispatcher.workflow_data["inlets"] = Inlets(feeds=feeds)
    await press(world, "inlet_new", kind="feed")
    [said] = await world.says(1, "https://a.example/page")
    assert "no feed I can read" in said.text
    [said] = await world.says(1, "http://a.example/rss")
    assert "I cannot read that address" in said.text
    assert feeds.asked == ["https://a.example/page"]
    assert not world.rows.sources and world.rows.dialogues


async def test_a_source_where_anybody_could_post_is_not_shared(world: World) -> None:
    admin = world.person(1, role=Role.ADMIN)
    source = world.inlet(admin)
    said = await press(world, "source_share", source=source.id, scope="global")
    assert "I do not share it" in said.text and "Set a secret first" in said.text
    assert world.rows.sources[source.id].scope is None and not world.rows.audit
    [card] = await world.presses(1, button(said, "🔗 Way in"))
    await world.presses(1, button(card, "🔏 Want signatures"))
    await press(world, "source_share", source=source.id, scope="global")
    assert world.rows.sources[source.id].scope == "global"
    refused = await press(world, "inlet_unsigned_yes", source=source.id)
    assert "shared with everyone" in refused.text and world.rows.inlets[source.id].is_signed
    await press(world, "source_share", source=source.id, scope=None)
    await press(world, "inlet_unsigned_yes", source=source.id)
    assert not world.rows.inlets[source.id].is_signed


async def test_a_feed_can_be_shared(world: World) -> None:
    admin = world.person(1, role=Role.ADMIN)
    feed = Tx(world.rows).inlets.add(admin, InletKind.FEED, "News", -8, NOW, address="https://a.example/rss")
    await press(world, "source_share", source=feed.id, scope="global")
    assert world.rows.sources[feed.id].scope == "global"


async def test_a_command_ends_the_question_before_it(world: World) -> None:
    world.person(1)
    await press(world, "inlet_new", kind="http")
    await world.says(1, "/today")
    assert not world.rows.dialogues
    [said] = await world.says(1, "Charts")
    assert "I cannot use that message" in said.text and not world.rows.sources
