"""The channels: following, modes, sharing, leaving."""

from __future__ import annotations

from typing import Any

from aiogram.types import ChatMemberAdministrator

from bot.replies import Reply
from engine.types import Role, SourceMode
from tests.handlers.build import HOSTILE
from tests.handlers.world import World, button, forwarded_from, labels

CHANNEL = -1001


def member(status: str) -> dict[str, Any]:
    needed = [name for name, field in ChatMemberAdministrator.model_fields.items() if field.is_required()]
    extra = dict.fromkeys(needed, False) if status == "administrator" else {}
    extra = {"until_date": 0} if status == "kicked" else extra
    return {**extra, "status": status, "user": {"id": 42, "is_bot": True, "first_name": "bot"}}


async def made_admin(world: World, by: int, *, before: str = "left", after: str = "administrator") -> list[Reply]:
    change = {
        "chat": {"id": CHANNEL, "type": "channel", "title": "Alpha"}, "date": int(world.clock.now().timestamp()),
        "from": {"id": by, "is_bot": False, "first_name": "A"},
        "old_chat_member": member(before), "new_chat_member": member(after),
    }  # fmt: skip
    return await world.update(my_chat_member=change)


async def test_a_channel_is_added_by_forwarding_one_post(world: World) -> None:
    world.person(1)
    [empty] = await world.says(1, "/sources")
    assert "You follow no channel of your own yet" in empty.text
    [offer] = await world.says(1, "hi", forward_origin=forwarded_from(CHANNEL, 5, title=HOSTILE))
    [followed] = await world.presses(1, button(offer, "📡 Follow"))
    [made] = world.rows.sources.values()
    assert (made.chat_id, made.user_id, made.mode, made.name) == (CHANNEL, 1, SourceMode.ASK, HOSTILE)
    assert "forward them to me by hand" in followed.text and followed.edit


async def test_following_says_when_the_bot_reads_the_channel_by_itself(world: World) -> None:
    world.person(1)
    world.telegram.inside.add(CHANNEL)
    [offer] = await world.says(1, "hi", forward_origin=forwarded_from(CHANNEL, 5))
    [followed] = await world.presses(1, button(offer, "📡 Follow"))
    assert "read its posts by myself" in followed.text
    assert "by hand" not in followed.text


async def test_a_channel_that_cannot_be_asked_is_read_by_hand(world: World) -> None:
    world.person(1)
    [offer] = await world.says(1, "hi", forward_origin=forwarded_from(CHANNEL, 5))
    world.telegram.down = True
    [followed] = await world.presses(1, button(offer, "📡 Follow"))
    assert "by hand" in followed.text
    assert len(world.rows.sources) == 1


async def test_following_twice_is_one_row(world: World) -> None:
    world.person(1)
    for _ in range(2):
        [offer] = await made_admin(world, 1)
        await world.presses(1, button(offer, "📡 Follow"))
    assert len(world.rows.sources) == 1


async def test_who_makes_the_bot_an_admin_gets_the_offer(world: World) -> None:
    world.person(1)
    [offer] = await made_admin(world, 1)
    assert "I am now an admin of <b>Alpha</b>" in offer.text
    assert await made_admin(world, 2) == []


async def test_a_follower_who_puts_the_bot_out_is_told_how_to_go_on(world: World) -> None:
    world.person(1)
    assert await made_admin(world, 1, before="administrator", after="kicked") == []
    world.channel(world.rows.users[1], chat_id=CHANNEL)
    [said] = await made_admin(world, 1, before="administrator", after="kicked")
    assert "by hand" in said.text


async def test_modes_are_switched_on_the_card(world: World) -> None:
    made = world.channel(world.person(1))
    [card] = await world.says(1, "/sources")
    assert labels(card)[0] == ["Off", "● Ask me", "Auto", "Paper"]
    [auto] = await world.presses(1, button(card, "Auto"))
    assert labels(auto)[0] == ["Off", "Ask me", "● Auto", "Paper"] and auto.edit
    assert world.rows.sources[made.id].mode is SourceMode.AUTO
    assert world.rows.audit == [(1, "source_mode", f"source:{made.id}", {"mode": "auto"})]


async def test_only_admins_share_a_channel(world: World) -> None:
    world.channel(world.person(1))
    [card] = await world.says(1, "/sources")
    assert labels(card)[1] == ["⚙️ Rules", "Remove"]
    made = world.channel(world.person(2, role=Role.ADMIN), is_admin_owned=True)
    [card] = await world.says(2, "/sources")
    [shared] = await world.presses(2, button(card, "🌐 Share with everyone"))
    assert world.rows.sources[made.id].scope == "global" and "Shared with everyone" in shared.text
    [alone] = await world.presses(2, button(shared, "Share no longer"))
    assert world.rows.sources[made.id].scope is None and "Shared" not in alone.text


async def test_a_right_taken_away_is_gone_at_the_next_press(world: World) -> None:
    made = world.channel(world.person(2, role=Role.ADMIN))
    [card] = await world.says(2, "/sources")
    world.person(2, role=Role.USER)
    [said] = await world.presses(2, button(card, "🌐 Share with everyone"))
    assert said.alert and world.rows.sources[made.id].scope is None


async def test_leaving_asks_first(world: World) -> None:
    made = world.channel(world.person(1))
    [card] = await world.says(1, "/sources")
    [asked] = await world.presses(1, button(card, "Remove"))
    assert "Open trades stay" in asked.text and made.id in world.rows.sources
    [kept] = await world.presses(1, button(asked, "‹ Back"))
    assert labels(kept)[0] == ["Off", "● Ask me", "Auto", "Paper"]
    [gone] = await world.presses(1, button(asked, "Yes, stop following"))
    assert "no longer follow" in gone.text and world.rows.sources == {}
