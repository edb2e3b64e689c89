"""Who sees a post first, what counts as a repeat, and that every text is kept."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select

from engine.types import ActionKind, Amendment, Claim, Instruction, MessageStatus, Post, Source
from storage.database import Database
from storage.tables import channel_message_versions, channel_messages
from tests.clocks import NOON
from tests.storage import worlds
from tests.storage.worlds import World, post


async def claim(database: Database, source: Source, seen: Post, digest: str = "a", minutes: float = 0) -> Claim:
    now = NOON + timedelta(minutes=minutes)
    return await database.write(lambda unit: unit.messages.claim(source, seen, digest * 64, now))


async def settle(database: Database, row_id: int, status: MessageStatus, **found: Any) -> None:
    await database.write(lambda unit: unit.messages.settle(row_id, status, **found))


@pytest.fixture
async def world(database: Database) -> World:
    return await worlds.world(database)


async def test_the_first_is_new_the_second_has_seen_it(database: Database, world: World) -> None:
    first = await claim(database, world.ann_channel, post())
    assert (first.status, first.signal_id) == ("new", None)
    await settle(database, first.row_id, MessageStatus.PROCESSED, signal_id=world.signal.id)
    again = await claim(database, world.ann_channel, post())
    assert again == Claim(row_id=first.row_id, status="seen", signal_id=world.signal.id)


async def test_of_many_claims_at_once_one_wins(database: Database, world: World) -> None:
    claims = await asyncio.gather(*(claim(database, world.ann_channel, post()) for _ in range(20)))
    assert sorted(one.status for one in claims) == ["new", *["seen"] * 19]


async def test_each_follower_has_their_own_claim(database: Database, world: World) -> None:
    for channel in (world.ann_channel, world.bob_channel):
        assert (await claim(database, channel, post())).status == "new"


async def test_an_edit_keeps_every_text(database: Database, world: World) -> None:
    first = await claim(database, world.ann_channel, post(text="one"), "a")
    for text, digest in (("two\x00", "b"), ("three", "c")):
        edited = await claim(database, world.ann_channel, post(text=text, edited=True), digest)
        assert (edited.row_id, edited.status) == (first.row_id, "edited")
    assert (await claim(database, world.ann_channel, post(text="three", edited=True), "c")).status == "seen"

    def texts(unit: Any) -> tuple[Any, ...]:
        old = select(channel_message_versions.c.version, channel_message_versions.c.raw_message).order_by("version")
        newest = select(channel_messages.c.version, channel_messages.c.raw_message)
        return tuple(tuple(row) for query in (old, newest) for row in unit.connection.execute(query))

    assert await database.read(texts) == ((1, "one"), (2, "two\ufffd"), (3, "three"))


@pytest.mark.parametrize(
    ("minutes", "status"),
    [
        pytest.param(1, "duplicate", id="a-minute"),
        pytest.param(24 * 60 - 1, "duplicate", id="within-a-day"),
        pytest.param(24 * 60, "new", id="a-day"),
    ],
)
async def test_the_same_text_again(database: Database, world: World, minutes: float, status: str) -> None:
    first = await claim(database, world.ann_channel, post(1))
    await settle(database, first.row_id, MessageStatus.PROCESSED, signal_id=world.signal.id)
    again = await claim(database, world.ann_channel, post(2), minutes=minutes)
    assert again.status == status
    assert again.signal_id == (world.signal.id if status == "duplicate" else None)
    assert again.row_id != first.row_id


async def test_a_repeat_of_a_failed_post_is_new(database: Database, world: World) -> None:
    first = await claim(database, world.ann_channel, post(1))
    await settle(database, first.row_id, MessageStatus.FAILED, error="no price")
    assert (await claim(database, world.ann_channel, post(2))).status == "new"


async def test_a_repeat_of_a_repeat_is_still_one(database: Database, world: World) -> None:
    await claim(database, world.ann_channel, post(1))
    for message_id in (2, 3):
        assert (await claim(database, world.ann_channel, post(message_id))).status == "duplicate"


async def test_the_same_text_in_another_channel_is_a_post_of_its_own(database: Database, world: World) -> None:
    other = await database.write(lambda unit: unit.channels.add(world.ann, -2, "Copycat", NOON))
    await claim(database, world.ann_channel, post(5))
    assert (await claim(database, other, post(5))).status == "new"


async def test_a_version_that_was_overtaken_is_kept_and_changes_nothing(database: Database, world: World) -> None:
    def version(text: str, seconds: int) -> Post:
        return post(text=text, edited=bool(seconds), edited_at=NOON + timedelta(seconds=seconds) if seconds else None)

    await claim(database, world.ann_channel, version("one", 0), "a")
    assert (await claim(database, world.ann_channel, version("three", 20), "c")).status == "edited"
    for text, seconds, digest in (("two", 10, "b"), ("two", 10, "b"), ("one", 0, "a")):
        assert (await claim(database, world.ann_channel, version(text, seconds), digest)).status == "seen"
    [seen] = await database.read(lambda unit: unit.messages.latest(world.ann_channel.id, 50))
    assert (seen.post.text, seen.version) == ("three", 3)


async def test_what_is_not_said_when_settling_stays(database: Database, world: World) -> None:
    first = await claim(database, world.ann_channel, post())
    await settle(database, first.row_id, MessageStatus.MANUAL_REVIEW, parsed={"code": "unclear"}, confidence=40)
    await settle(database, first.row_id, MessageStatus.FAILED, error="boom")
    columns = channel_messages.c
    asked = select(
        columns.status, columns.parsed_data, columns.confidence_score, columns.error_message,
        columns.processing_attempts,
    )  # fmt: skip
    row = await database.read(lambda unit: unit.connection.execute(asked).one())
    assert tuple(row) == (MessageStatus.FAILED, {"code": "unclear"}, 40, "boom", 2)


# --- instructions in hand --------------------------------------------------------------------------


async def owed(database: Database) -> tuple[Instruction, ...]:
    return await database.read(lambda unit: unit.messages.owed())


async def test_an_instruction_is_kept_until_it_is_carried_out(database: Database, world: World) -> None:
    row = (await claim(database, world.ann_channel, post())).row_id
    await settle(database, row, MessageStatus.PROCESSED, parsed={"steps": ["close", "move_sl"]})
    first, second = instruction(row, world, "a", Decimal("63800.10")), instruction(row, world, "b", Decimal(7))
    for one in (first, second):
        await database.write(lambda unit, one=one: unit.messages.owe(one))
    assert await owed(database) == (first, second)
    await database.write(lambda unit: unit.messages.carried_out(first))
    assert await owed(database) == (second,)
    assert await status_of(database, row) is MessageStatus.PENDING
    await database.write(lambda unit: unit.messages.carried_out(second))
    assert await owed(database) == ()
    assert await status_of(database, row) is MessageStatus.PROCESSED


async def test_what_was_read_stays_beside_what_is_owed(database: Database, world: World) -> None:
    row = (await claim(database, world.ann_channel, post())).row_id
    await settle(database, row, MessageStatus.PROCESSED, parsed={"steps": ["close"]})
    await database.write(lambda unit: unit.messages.owe(instruction(row, world, "a", Decimal(1))))
    parsed = select(channel_messages.c.parsed_data)
    assert (await database.read(lambda unit: unit.connection.execute(parsed).scalar_one()))["steps"] == ["close"]


def instruction(row: int, world: World, key: str, price: Decimal) -> Instruction:
    steps = (Amendment(action=ActionKind.CLOSE), Amendment(action=ActionKind.MOVE_SL, value=price))
    return Instruction(message_row_id=row, execution=world.execution, steps=steps, key=key)


async def status_of(database: Database, row: int) -> MessageStatus:
    asked = select(channel_messages.c.status).where(channel_messages.c.id == row)
    return await database.read(lambda unit: unit.connection.execute(asked).scalar_one())
