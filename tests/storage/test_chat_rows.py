"""Inbox, outbox, buttons and the audit log."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from bot.ports import Notice
from engine.events import ConnectionLost, Event, PositionGrew, Trouble
from engine.mail import is_urgent
from engine.types import Role
from storage.database import Database
from storage.repositories.deliveries import RUN
from storage.repositories.inbox import lane_of
from storage.tables import execution_notifications
from storage.unit_of_work import UnitOfWork
from tests.clocks import NOON
from tests.storage import worlds
from tests.storage.worlds import World

LATER = NOON + timedelta(minutes=1)
URGENT = ConnectionLost(connection="Paper", code="key_lost")
CALM = PositionGrew(
    connection="Paper", paper=True, position_id=1, symbol="BTC/USDT", direction="buy", added=worlds.plan().risk,
    quantity=worlds.plan().risk, entry_price=worlds.plan().stop,
)  # fmt: skip


@pytest.fixture
async def world(database: Database) -> World:
    return await worlds.world(database)


# --- inbox -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("update", "lane"),
    [
        ({"update_id": 1, "message": {"chat": {"id": 5}, "from": {"id": 6}}}, 5),
        ({"update_id": 1, "channel_post": {"chat": {"id": -100}}}, -100),
        ({"update_id": 1, "callback_query": {"from": {"id": 6}, "message": {"chat": {"id": 5}}}}, 5),
        ({"update_id": 1, "callback_query": {"from": {"id": 6}, "inline_message_id": "x"}}, 6),
        ({"update_id": 1, "my_chat_member": {"chat": {"id": -5}, "from": {"id": 6}}}, 6),
        ({"update_id": 1, "my_chat_member": {"chat": {"id": -5}}}, -5),
        ({"update_id": 1, "inline_query": {"from": {"id": 6}}}, 6),
        ({"update_id": 1, "poll": {"id": "x"}}, 0),
        ({"update_id": 1, "message": {"chat": "nonsense"}}, 0),
        ({"update_id": 1, "message": {"chat": {"id": "text"}}}, 0),
        ({"update_id": 1, "callback_query": {"message": "nonsense", "from": {"id": 6}}}, 6),
        ({"update_id": 1}, 0),
    ],
    ids=str,
)
def test_the_lane_of_an_update(update: dict[str, Any], lane: int) -> None:
    assert lane_of(update) == lane


def update(number: int) -> dict[str, Any]:
    return {"update_id": number, "message": {"chat": {"id": 5}, "text": "\ud800 \x00 é", "n": 1.5}}


async def test_updates_wait_in_the_order_they_came_until_done(database: Database) -> None:
    first = await database.write(lambda unit: unit.inbox.add(7, [update(3), update(1)], NOON))
    assert [row.update_id for row in first] == [3, 1]
    second = await database.write(lambda unit: unit.inbox.add(7, [update(1), update(2)], NOON))
    assert [row.update_id for row in second] == [2]
    assert await database.read(lambda unit: unit.inbox.waiting(7)) == first + second
    assert await database.read(lambda unit: unit.inbox.waiting(7, limit=1)) == first[:1]
    assert await database.read(lambda unit: unit.inbox.last_update_id(7)) == 3
    await database.write(lambda unit: unit.inbox.done(first[0].id, NOON))
    assert await database.read(lambda unit: unit.inbox.waiting(7)) == first[1:] + second


async def test_another_bots_updates_are_another_matter(database: Database) -> None:
    await database.write(lambda unit: unit.inbox.add(7, [update(1)], NOON))
    assert len(await database.write(lambda unit: unit.inbox.add(8, [update(1)], NOON))) == 1
    assert await database.read(lambda unit: unit.inbox.last_update_id(9)) is None


async def test_a_failed_update_counts_its_tries_and_stays(database: Database) -> None:
    (row,) = await database.write(lambda unit: unit.inbox.add(7, [update(1)], NOON))
    tries = [await database.write(lambda unit: unit.inbox.failed(row.id, "boom", NOON)) for _ in range(2)]
    assert tries == [1, 2]
    (waiting,) = await database.read(lambda unit: unit.inbox.waiting(7))
    assert (waiting.id, waiting.attempts) == (row.id, 2)


async def test_only_what_was_done_long_ago_is_forgotten(database: Database) -> None:
    rows = await database.write(lambda unit: unit.inbox.add(7, [update(1), update(2), update(3)], NOON))
    await database.write(lambda unit: unit.inbox.done(rows[0].id, NOON))
    await database.write(lambda unit: unit.inbox.done(rows[1].id, LATER))
    assert await database.write(lambda unit: unit.inbox.forget(LATER)) == 1
    assert await database.read(lambda unit: unit.inbox.waiting(7)) == rows[2:]
    assert await database.read(lambda unit: unit.inbox.last_update_id(7)) == 3


# --- outbox ----------------------------------------------------------------------------------------


async def tell(database: Database, user_id: int, key: str, event: Event = CALM, **about: Any) -> None:
    await database.write(lambda unit: unit.outbox.tell(user_id, event, key=key, now=NOON, **about))


async def due(database: Database, now: datetime = NOON, limit: int = 500) -> list[str]:
    """Who is told what next, as "user:number"."""
    notices = await database.read(lambda unit: unit.deliveries.due(now, limit))
    return [f"{notice.chat_id}:{notice.number}" for notice in notices]


async def test_a_notice_says_whom_and_what(database: Database, world: World) -> None:
    await tell(database, world.bob.id, "k", URGENT, connection_id=world.admin_account.id, signal_id=world.signal.id)
    (notice,) = await database.read(lambda unit: unit.deliveries.due(NOON))
    assert notice == Notice(
        id=notice.id, user_id=world.bob.id, chat_id=102, language="ru", timezone="UTC", number=1, kind="error",
        urgent=True, payload=URGENT.payload(), created_at=NOON, signal_id=world.signal.id,
    )  # fmt: skip
    row = await database.read(lambda unit: unit.connection.execute(select(execution_notifications)).one())
    assert (row.admin_id, row.connection_id, row.is_read) == (world.admin.id, world.admin_account.id, False)


async def test_the_same_fact_is_owed_once_and_numbers_have_no_gaps(database: Database, world: World) -> None:
    for key in ("a", "a", "b", "a", "c"):
        await tell(database, world.ann.id, key)
    await tell(database, world.bob.id, "d")
    assert await due(database) == ["101:1", "101:2", "101:3", "102:1"]
    assert await database.read(lambda unit: unit.deliveries.backlog()) == 4


async def test_many_tell_the_same_fact_at_once(database: Database, world: World) -> None:
    await asyncio.gather(*(tell(database, world.ann.id, "same") for _ in range(20)))
    assert await due(database) == ["101:1"]


async def test_urgent_ones_overtake(database: Database, world: World) -> None:
    await tell(database, world.ann.id, "a")
    await tell(database, world.bob.id, "b")
    await tell(database, world.bob.id, "c", URGENT)
    await tell(database, world.ann.id, "d", Trouble(connection="x", paper=True, symbol="y", code="z"))
    assert await due(database) == ["102:2", "101:2", "101:1", "102:1"]
    assert await due(database, limit=1) == ["102:2"]


async def test_a_chat_that_must_wait_waits_whole(database: Database, world: World) -> None:
    for key in ("a", "b"):
        await tell(database, world.ann.id, key)
        await tell(database, world.bob.id, f"{key}2")
    notices = await database.read(lambda unit: unit.deliveries.due(NOON))
    await database.write(lambda unit: unit.deliveries.failed(notices[0].id, "flood", LATER))
    assert await due(database, LATER - timedelta(microseconds=1)) == ["102:1", "102:2"]
    assert await due(database, LATER) == ["101:1", "102:1", "101:2", "102:2"]
    (first, *_) = await database.read(lambda unit: unit.deliveries.due(LATER))
    assert first.attempts == 1


async def test_a_long_backlog_of_one_leaves_room_for_others(database: Database, world: World) -> None:
    for n in range(RUN + 5):
        await tell(database, world.ann.id, f"a{n}")
    await tell(database, world.bob.id, "b")
    assert await due(database) == [*(f"101:{n}" for n in range(1, RUN + 1)), "102:1"]


async def test_sent_and_dropped_are_no_longer_owed(database: Database, world: World) -> None:
    for key in ("a", "b", "c"):
        await tell(database, world.ann.id, key)
    first, second, _ = await database.read(lambda unit: unit.deliveries.due(NOON))

    def settle(unit: UnitOfWork) -> None:
        unit.deliveries.sent(first.id, 77, "Title", "Text", LATER)
        unit.deliveries.drop(second.id, "blocked", LATER)

    await database.write(settle)
    assert await due(database) == ["101:3"]
    rows = select(execution_notifications).order_by(execution_notifications.c.id)
    sent, dropped, _ = (await database.read(lambda unit: unit.connection.execute(rows).all()))[:3]
    assert (sent.telegram_message_id, sent.title, sent.message, sent.sent_at) == (77, "Title", "Text", LATER)
    assert (dropped.error, dropped.sent_at) == ("blocked", None)


async def test_nothing_is_due_to_whom_it_cannot_reach(database: Database, world: World) -> None:
    await tell(database, world.ann.id, "a")
    await database.write(lambda unit: unit.people.set_reachable(world.ann.id, False))
    assert await due(database) == []
    await database.write(lambda unit: unit.people.set_reachable(world.ann.id, True))
    assert await due(database) == ["101:1"]


async def test_a_notice_outlives_its_connection(database: Database, world: World) -> None:
    await tell(database, world.bob.id, "a", connection_id=world.bob_account.id)
    assert await database.write(lambda unit: unit.accounts.remove(world.bob.id, world.bob_account.id))
    assert await due(database) == ["102:1"]


# --- buttons ---------------------------------------------------------------------------------------


def mint(user_id: int, *, once: bool = True, expires_at: datetime | None = None) -> Callable[[UnitOfWork], str]:
    return lambda unit: unit.buttons.mint(user_id, "close", {"position": 5}, once=once, expires_at=expires_at)


async def press(database: Database, user_id: int, token: str, press_id: str = "p1", now: datetime = NOON) -> bool:
    pressed = await database.write(lambda unit: unit.buttons.press(user_id, token, press_id, now))
    assert pressed is None or (pressed.token, pressed.action, pressed.args) == (token, "close", {"position": 5})
    return pressed is not None


async def test_tokens_are_long_short_enough_and_never_the_same(database: Database, world: World) -> None:
    tokens = {await database.write(mint(world.ann.id)) for _ in range(20)}
    assert len(tokens) == 20
    assert {len(token) for token in tokens} == {22}  # 128 bits; callback data may have 64 bytes
    assert not any(is_urgent(token=token) for token in tokens)


async def test_the_token_of_a_button_that_stops_trading_says_so(database: Database, world: World) -> None:
    token = await database.write(
        lambda unit: unit.buttons.mint(world.ann.id, "close", {"position": 5}, once=True, expires_at=None, urgent=True)
    )
    assert is_urgent(token=token) and await press(database, world.ann.id, token)


async def test_a_single_use_button_acts_once_but_survives_a_crash(database: Database, world: World) -> None:
    token = await database.write(mint(world.ann.id))
    assert not await press(database, world.bob.id, token, "theirs")
    assert await press(database, world.ann.id, token, "p1")
    assert await press(database, world.ann.id, token, "p1")  # the same press, handled again
    assert not await press(database, world.ann.id, token, "p2")
    assert not await press(database, world.ann.id, "unknown", "p3")


async def test_of_two_presses_at_once_one_acts(database: Database, world: World) -> None:
    token = await database.write(mint(world.ann.id))
    acted = await asyncio.gather(*(press(database, world.ann.id, token, f"p{n}") for n in range(10)))
    assert acted.count(True) == 1


async def test_a_lasting_button_lasts_until_it_expires(database: Database, world: World) -> None:
    token = await database.write(mint(world.ann.id, once=False, expires_at=LATER))
    for press_id in ("p1", "p2"):
        assert await press(database, world.ann.id, token, press_id)
    assert not await press(database, world.ann.id, token, "p3", LATER)


async def test_used_and_expired_buttons_are_forgotten(database: Database, world: World) -> None:
    used = await database.write(mint(world.ann.id))
    expired = await database.write(mint(world.ann.id, expires_at=NOON))
    lasting = await database.write(mint(world.ann.id, once=False))
    await press(database, world.ann.id, used)
    await press(database, world.ann.id, lasting)
    assert await database.write(lambda unit: unit.buttons.forget(NOON)) == 0
    assert await database.write(lambda unit: unit.buttons.forget(LATER)) == 2
    assert not await press(database, world.ann.id, expired, now=NOON - timedelta(days=1))
    assert await press(database, world.ann.id, lasting, "p9")


# --- audit -----------------------------------------------------------------------------------------


def noting(number: int) -> Callable[[UnitOfWork], None]:
    details = {"before": number, "price": worlds.plan().stop}
    return lambda unit: unit.audit.note(number or None, "act", "x\x00", details, NOON)


async def audited(database: Database, lines: int = 3) -> list[int]:
    for n in range(lines):
        await database.write(noting(n))
    ids = text("SELECT id FROM audit_log ORDER BY id")
    return list(await database.read(lambda unit: unit.connection.execute(ids).scalars().all()))


async def test_an_untouched_log_is_well(database: Database) -> None:
    assert await database.read(lambda unit: unit.audit.verify()) is None
    await audited(database)
    assert await database.read(lambda unit: unit.audit.verify()) is None


@pytest.mark.parametrize("statement", ["UPDATE audit_log SET action = 'else'", "DELETE FROM audit_log"])
async def test_the_database_refuses_to_change_the_log(database: Database, statement: str) -> None:
    await audited(database)
    with pytest.raises(DBAPIError, match="append-only"):
        await database.write(lambda unit: unit.connection.execute(text(statement)))


@pytest.mark.parametrize(
    ("tamper", "found"),
    [
        pytest.param("UPDATE audit_log SET action = 'else' WHERE id = :second", 1, id="action"),
        pytest.param("UPDATE audit_log SET actor_id = 99 WHERE id = :second", 1, id="actor"),
        pytest.param("UPDATE audit_log SET subject = 'y' WHERE id = :second", 1, id="subject"),
        pytest.param("UPDATE audit_log SET details = '{}' WHERE id = :second", 1, id="details"),
        pytest.param("UPDATE audit_log SET at = (SELECT created_at FROM plans) WHERE id = :second", 1, id="time"),
        pytest.param("UPDATE audit_log SET previous_hash = 'x' WHERE id = :second", 1, id="link"),
        pytest.param("DELETE FROM audit_log WHERE id = :second", 2, id="line-removed"),
        pytest.param("DELETE FROM audit_log WHERE id < :second", 1, id="beginning-removed"),
    ],
)
async def test_a_tampered_log_is_found_out(database: Database, tamper: str, found: int) -> None:
    ids = await audited(database)

    def change(unit: UnitOfWork) -> None:
        connection = unit.connection
        if connection.dialect.name == "sqlite":
            for verb in ("update", "delete"):
                connection.exec_driver_sql(f"DROP TRIGGER audit_log_no_{verb}")
        else:
            connection.exec_driver_sql("ALTER TABLE audit_log DISABLE TRIGGER USER")
        connection.execute(text(tamper), {"second": ids[1]} if ":second" in tamper else {})

    await database.write(change)
    assert await database.read(lambda unit: unit.audit.verify()) == ids[found]


async def test_lines_noted_at_once_make_one_chain(database: Database) -> None:
    await asyncio.gather(*(database.write(lambda unit: unit.audit.note(1, "act", "same", {}, NOON)) for _ in range(20)))
    assert await database.read(lambda unit: unit.audit.verify()) is None


# --- people ----------------------------------------------------------------------------------------


async def test_a_person_is_enrolled_once(database: Database) -> None:
    enrolled = await asyncio.gather(
        *(database.write(lambda unit: unit.people.enroll(9, "nine", "en", Role.USER, NOON)) for _ in range(10))
    )
    assert len({user.id for user in enrolled}) == 1
    subscriptions = text("SELECT count(*) FROM plan_subscriptions WHERE is_current")
    assert await database.read(lambda unit: unit.connection.execute(subscriptions).scalar_one()) == 1


async def test_settings_of_a_person(database: Database, world: World) -> None:
    def change(unit: UnitOfWork) -> None:
        unit.people.set_language(world.ann.id, "ru")
        unit.people.set_role(world.ann.id, Role.SUPER)
        unit.people.set_active(world.ann.id, False)
        unit.people.migrate_chat(101, 777)

    await database.write(change)
    ann = await database.read(lambda unit: unit.people.by_chat(777))
    assert ann is not None
    assert (ann.id, ann.language, ann.role, ann.is_active) == (world.ann.id, "ru", Role.SUPER, False)
    assert await database.read(lambda unit: unit.people.by_chat(101)) is None
    assert await database.read(lambda unit: unit.people.get(world.bob.id)) == world.bob
    assert await database.read(lambda unit: unit.people.all(limit=2)) == (ann, world.bob)
