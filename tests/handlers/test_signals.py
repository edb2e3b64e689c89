"""Channel posts and forwards on their way to the desk, and the answer to a proposed signal."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from bot.replies import Button
from engine.errors import Code
from engine.types import Refusal, SourceMode
from tests.handlers.build import NOW
from tests.handlers.world import World, forwarded_from, labels

CHANNEL = -1001


async def test_a_post_reaches_the_desk_with_its_identity(world: World) -> None:
    assert await world.posts(CHANNEL, "BUY BTC") == []
    [post] = world.desk.posts
    assert (post.chat_id, post.message_id, post.text, post.edited, post.reply_to) == (
        CHANNEL,
        7,
        "BUY BTC",
        False,
        None,
    )
    assert post.at == NOW


async def test_a_caption_is_the_text_of_a_picture(world: World) -> None:
    photo = [{"file_id": "a", "file_unique_id": "a", "width": 1, "height": 1}]
    await world.posts(CHANNEL, None, caption="SELL GOLD", photo=photo)
    await world.posts(CHANNEL, None, photo=photo)
    assert [post.text for post in world.desk.posts] == ["SELL GOLD"]


async def test_service_messages_of_a_channel_are_ignored(world: World) -> None:
    await world.posts(CHANNEL, None, new_chat_title="Renamed")
    assert world.desk.posts == []


async def test_an_edit_keeps_the_age_of_its_post_and_a_reply_names_its_target(world: World) -> None:
    hour_ago = int((NOW - timedelta(hours=1)).timestamp())
    answered = {"message_id": 3, "date": hour_ago, "chat": {"id": CHANNEL, "type": "channel", "title": "A"}}
    fields: dict[str, Any] = {"date": hour_ago, "edit_date": int(NOW.timestamp()), "reply_to_message": answered}
    await world.posts(CHANNEL, "close", edited=True, **fields)
    [post] = world.desk.posts
    assert post.edited and post.reply_to == 3
    assert post.at == NOW - timedelta(hours=1)


async def test_a_followers_forward_is_the_post_itself(world: World) -> None:
    world.channel(world.person(1), chat_id=CHANNEL)
    sent = NOW - timedelta(seconds=20)
    [said] = await world.says(1, "BUY BTC", forward_origin=forwarded_from(CHANNEL, 55, at=sent))
    [post] = world.desk.posts
    assert (post.chat_id, post.message_id, post.text, post.at) == (CHANNEL, 55, "BUY BTC", sent)
    assert "Read as a post" in said.text


async def test_a_forward_of_a_channel_not_followed_is_offered_and_not_traded(world: World) -> None:
    world.person(1)
    world.channel(world.person(2), chat_id=CHANNEL)
    [offer] = await world.says(1, "BUY BTC", forward_origin=forwarded_from(CHANNEL, 55))
    assert labels(offer) == [["📡 Follow"]]
    assert world.desk.posts == []


async def test_a_forward_of_a_channel_that_is_off_says_how_to_switch_it_on(world: World) -> None:
    world.channel(world.person(1), chat_id=CHANNEL, mode=SourceMode.OFF)
    [said] = await world.says(1, "BUY BTC", forward_origin=forwarded_from(CHANNEL, 55))
    assert labels(said) == [["● Off", "Ask me", "Auto", "Paper"]]
    assert world.desk.posts == []


async def test_a_forwarded_picture_without_words_says_so(world: World) -> None:
    world.channel(world.person(1), chat_id=CHANNEL)
    photo = [{"file_id": "a", "file_unique_id": "a", "width": 1, "height": 1}]
    [said] = await world.says(1, photo=photo, forward_origin=forwarded_from(CHANNEL, 55))
    assert "no text" in said.text
    assert world.desk.posts == []


@pytest.mark.parametrize(
    "origin",
    [
        {"type": "hidden_user", "sender_user_name": "Alpha", "date": 1},
        {"type": "user", "sender_user": {"id": CHANNEL, "is_bot": False, "first_name": "Alpha"}, "date": 1},
        {"type": "chat", "sender_chat": {"id": CHANNEL, "type": "supergroup", "title": "Alpha"}, "date": 1},
    ],
    ids=["hidden", "user", "group"],
)
async def test_only_a_channel_can_be_forwarded_from(world: World, origin: dict[str, Any]) -> None:
    """S08, M17: even when the name, or the number, is that of the followed channel."""
    world.channel(world.person(1), chat_id=CHANNEL)
    [said] = await world.says(1, "BUY BTC", forward_origin=origin)
    assert "does not say which channel" in said.text
    assert world.desk.posts == []


def proposed(action: str) -> Button:
    return Button(label="x", action=action, args={"signal": 501, "symbol": "BTC/USDT", "direction": "buy"})


async def test_taking_a_signal_asks_the_desk_once(world: World) -> None:
    world.signal(world.channel(world.person(1)))
    world.rows.buttons["t"] = (1, proposed("signal_take"))
    [said] = await world.presses_token(1, "t")
    assert said.edit and "LONG BTC/USDT" in said.text
    [again] = await world.presses_token(1, "t")
    assert again.alert and "no longer good" in again.toast
    assert world.desk.accepted == [(501, 1)]


async def test_a_refused_signal_says_why_with_the_button_that_mends_it(world: World) -> None:
    world.signal(world.channel(world.person(1)))
    world.desk.refusal = Refusal(code=Code.MAX_POSITIONS, details={"have": "5", "limit": "5"})
    [said] = await world.presses(1, proposed("signal_take"))
    assert "have 5 · limit 5" in said.text and "/positions" in said.text
    assert labels(said) == [["Open positions"]]
    assert not said.edit


async def test_skipping_leaves_the_desk_alone(world: World) -> None:
    world.signal(world.channel(world.person(1)))
    [said] = await world.presses(1, proposed("signal_skip"))
    assert "skipped" in said.text
    assert world.desk.accepted == []
