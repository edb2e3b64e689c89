"""The same handlers over the real database, with every button minted and pressed for real."""

from __future__ import annotations

from collections.abc import AsyncIterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from bot.replies import Button, Reply
from engine.types import Role, SourceMode, TradingState
from tests.clocks import ManualClock
from tests.handlers.build import NOW
from tests.handlers.world import World, button, forwarded_from
from tests.stores import fresh_database

ADA, BOB, OWNER = 11, 22, 900
CHANNEL = -1001


@pytest.fixture
async def stored(tmp_path: Path) -> AsyncIterator[World]:
    clock = ManualClock(NOW)
    database = await fresh_database(tmp_path, clock)
    yield World(database, clock)
    await database.close()


async def minted(world: World, chat_id: int, pressed: Button) -> str:
    """The token of this button as its message would carry it."""
    expires_at = world.clock.now() + pressed.expires_in if pressed.expires_in else None

    def mint(tx: Any) -> str:
        owner = tx.people.by_chat(chat_id).id
        token: str = tx.buttons.mint(owner, pressed.action, pressed.args, once=pressed.once, expires_at=expires_at)
        return token

    return str(await world.store.write(mint))


async def press(world: World, chat_id: int, pressed: Button) -> Reply:
    [reply] = await world.presses_token(chat_id, await minted(world, chat_id, pressed))
    return reply


async def test_the_first_day(stored: World) -> None:
    [hello] = await stored.says(ADA, "/start")
    account = await press(stored, ADA, button(hello, "Next ›"))
    ready = await press(stored, ADA, button(account, "📝 Make my paper account"))
    assert "Paper 10,000 · 📝 PAPER" in ready.text

    [offer] = await stored.says(ADA, "BUY BTC", forward_origin=forwarded_from(CHANNEL, 5))
    followed = await press(stored, ADA, button(offer, "📡 Follow"))
    await press(stored, ADA, button(followed, "Auto"))
    [taken] = await stored.says(ADA, "BUY BTC", forward_origin=forwarded_from(CHANNEL, 6))
    assert "Read as a post" in taken.text and [post.message_id for post in stored.desk.posts] == [6]

    [paused] = await stored.says(ADA, "/pause")
    assert "Paused." in paused.text
    user = await stored.store.read(lambda tx: tx.people.by_chat(ADA))
    [source] = await stored.store.read(lambda tx: tx.channels.of_user(user.id))
    [connection] = await stored.store.read(lambda tx: tx.accounts.of_user(user.id))
    book = await stored.store.read(lambda tx: tx.paper.book(connection.id))
    assert (user.trading_state, source.mode) == (TradingState.REDUCE_ONLY, SourceMode.AUTO)
    assert book.balance == Decimal(10_000)
    assert await stored.store.read(lambda tx: tx.audit.verify()) is None


async def test_screens_of_a_person_with_nothing(stored: World) -> None:
    await stored.says(ADA, "/start")
    for command in ("/positions", "/today", "/connections", "/sources", "/help", "/language", "/resume"):
        assert len(await stored.says(ADA, command)) == 1


async def test_an_account_is_paused_resumed_and_removed(stored: World) -> None:
    await stored.says(ADA, "/start")
    [choice] = await stored.says(ADA, "/connect")
    await press(stored, ADA, button(choice, "1,000.00 USDT"))
    [card] = await stored.says(ADA, "/connections")
    paused = await press(stored, ADA, button(card, "⏸ Pause"))
    assert "⏸ paused" in paused.text
    resumed = await press(stored, ADA, button(paused, "▶️ Resume"))
    assert "✅ trading" in resumed.text
    asked = await press(stored, ADA, button(resumed, "Remove"))
    gone = await press(stored, ADA, button(asked, "Yes, remove it"))
    assert "is removed" in gone.text
    [empty] = await stored.says(ADA, "/connections")
    assert "no account yet" in empty.text


async def test_another_persons_channel_is_not_found(stored: World) -> None:
    for person in (ADA, BOB):
        await stored.says(person, "/start")
    [offer] = await stored.says(ADA, "hi", forward_origin=forwarded_from(CHANNEL, 5))
    followed = await press(stored, ADA, button(offer, "📡 Follow"))
    theirs = await press(stored, BOB, button(followed, "Auto"))
    assert "I cannot find that" in theirs.text
    [card] = await stored.says(ADA, "/sources")
    assert "Ask me" in card.text and button(card, "● Ask me")


async def test_a_confirmation_is_dead_after_a_minute(stored: World) -> None:
    """T16."""
    await stored.says(ADA, "/start")
    [choice] = await stored.says(ADA, "/connect")
    await press(stored, ADA, button(choice, "1,000.00 USDT"))
    [card] = await stored.says(ADA, "/connections")
    asked = await press(stored, ADA, button(card, "Remove"))
    token = await minted(stored, ADA, button(asked, "Yes, remove it"))
    await stored.clock.advance(61)
    [late] = await stored.presses_token(ADA, token)
    assert late.alert
    assert len(await stored.says(ADA, "/connections")) == 1


async def test_the_owner_blocks_and_promotes(stored: World) -> None:
    for person in (ADA, OWNER):
        await stored.says(person, "/start")
    [people] = await stored.says(OWNER, "/users")
    card = await press(stored, OWNER, button(people, "1"))
    asked = await press(stored, OWNER, button(card, "Make admin"))
    await press(stored, OWNER, button(asked, "Yes, make admin"))
    ada = await stored.store.read(lambda tx: tx.people.by_chat(ADA))
    assert ada.role is Role.ADMIN


async def test_a_newcomer_is_shown_what_is_shared_with_them(stored: World) -> None:
    await stored.says(OWNER, "/start")

    def share(tx: Any) -> None:
        owner = tx.people.by_chat(OWNER)
        source = tx.channels.add(owner, CHANNEL, "Alpha", stored.clock.now())
        tx.channels.set_mode(owner.id, source.id, SourceMode.AUTO)
        tx.channels.set_scope(owner.id, source.id, "global")

    await stored.store.write(share)
    [hello] = await stored.says(ADA, "/start")
    account = await press(stored, ADA, button(hello, "Next ›"))
    ready = await press(stored, ADA, button(account, "📝 Make my paper account"))
    assert "A channel is shared with you already" in ready.text
    card = await press(stored, ADA, button(ready, "My channels"))
    assert "● Ask me" in [b.label for row in card.rows for b in row]
