"""Who executes a signal: decided by channel, plan, expiry and the link between plan and signal."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import delete, insert, select, update

from engine.types import Role, Signal, Source
from storage.database import Database
from storage.repositories.people import LIFETIME
from storage.tables import execution_connections, plan_signals, plan_subscriptions, plans, users
from storage.unit_of_work import UnitOfWork
from tests.clocks import NOON
from tests.storage import worlds
from tests.storage.worlds import World, entry, post

Change = Callable[[UnitOfWork, World], Any]


def publish(source: Source) -> Callable[[UnitOfWork], Signal]:
    return lambda unit: unit.signals.publish(source, post(9), entry(), "9" * 64, NOON)


async def shared(database: Database, world: World, scope: str | None) -> tuple[Signal, Source]:
    await database.write(lambda unit: unit.channels.set_scope(world.admin.id, world.admin_channel.id, scope))
    source = await database.read(lambda unit: unit.sources.get(world.admin_channel.id))
    assert source is not None
    return await database.write(publish(source)), source


async def eligible(database: Database, signal: Signal, source: Source, now: datetime = NOON) -> set[int]:
    found = await database.read(lambda unit: unit.connections.eligible(signal, source, now))
    return {connection.id for connection in found}


@pytest.fixture
async def world(database: Database) -> World:
    return await worlds.world(database)


async def test_a_private_channel_serves_its_owner_alone(database: Database, world: World) -> None:
    assert await eligible(database, world.signal, world.ann_channel) == {world.ann_account.id}


async def test_an_admin_channel_serves_admins_always_and_users_by_plan(database: Database, world: World) -> None:
    signal, source = await shared(database, world, None)
    assert await eligible(database, signal, source) == {world.admin_account.id}
    signal, source = await shared(database, world, "global")
    everybody = {world.ann_account.id, world.bob_account.id, world.admin_account.id}
    assert await eligible(database, signal, source) == everybody


async def test_a_private_signal_never_reaches_a_plan(database: Database, world: World) -> None:
    linked = await database.read(
        lambda unit: unit.connection.execute(
            select(plan_signals).where(plan_signals.c.signal_id == world.signal.id)
        ).all()
    )
    assert linked == []


def subscription(**values: Any) -> Change:
    statement = update(plan_subscriptions).values(**values)
    return lambda unit, world: unit.connection.execute(statement.where(plan_subscriptions.c.user_id == world.ann.id))


def connection(**values: Any) -> Change:
    statement = update(execution_connections).values(**values)
    return lambda unit, world: unit.connection.execute(
        statement.where(execution_connections.c.id == world.ann_account.id)
    )


def unlink(unit: UnitOfWork, world: World) -> None:
    unit.connection.execute(delete(plan_signals))


def blocked(unit: UnitOfWork, world: World) -> None:
    unit.connection.execute(update(users).where(users.c.id == world.ann.id).values(is_active=False))


def unsubscribed(unit: UnitOfWork, world: World) -> None:
    unit.connection.execute(delete(plan_subscriptions).where(plan_subscriptions.c.user_id == world.ann.id))


SHUT_OUT_OF_BOTH = [
    pytest.param(subscription(plan_expired_at=NOON - timedelta(seconds=1)), id="expired"),
    pytest.param(subscription(plan_expired_at=NOON), id="expires-this-moment"),
    pytest.param(subscription(is_current=False), id="not-current"),
    pytest.param(unsubscribed, id="no-subscription"),
    pytest.param(connection(is_active=False), id="switched-off"),
    pytest.param(connection(status="error"), id="in-error"),
    pytest.param(connection(trade_execution_enabled=False), id="not-for-trading"),
    pytest.param(blocked, id="owner-blocked"),
]


@pytest.mark.parametrize("change", SHUT_OUT_OF_BOTH)
async def test_shut_out(database: Database, world: World, change: Change) -> None:
    signal, source = await shared(database, world, "global")
    assert world.ann_account.id in await eligible(database, signal, source)
    assert world.ann_account.id in await eligible(database, world.signal, world.ann_channel)
    await database.write(lambda unit: change(unit, world))
    assert await eligible(database, signal, source) == {world.bob_account.id, world.admin_account.id}
    assert await eligible(database, world.signal, world.ann_channel) == set()


async def test_a_plan_without_this_signal_opens_nothing(database: Database, world: World) -> None:
    signal, source = await shared(database, world, "global")
    await database.write(lambda unit: unlink(unit, world))
    assert await eligible(database, signal, source) == {world.admin_account.id}


async def test_a_subscription_to_another_plan_opens_nothing(database: Database, world: World) -> None:
    signal, source = await shared(database, world, "global")

    def move(unit: UnitOfWork) -> None:
        free = unit.connection.execute(select(plans).where(plans.c.slug == "free")).one()._asdict()
        del free["id"]
        other = insert(plans).values({**free, "slug": "gold", "name": "Gold"}).returning(plans.c.id)
        subscription(plan_id=unit.connection.execute(other).scalar_one())(unit, world)

    await database.write(move)
    try:
        assert await eligible(database, signal, source) == {world.bob_account.id, world.admin_account.id}
        # Gold was made after the signal, so the signal is not in it; the next one is.
        later = await database.write(publish(source))
        assert world.ann_account.id in await eligible(database, later, source)
    finally:
        await database.write(lambda unit: unit.connection.execute(delete(plans).where(plans.c.slug == "gold")))


async def test_a_withdrawn_plan_gets_no_new_signals(database: Database, world: World) -> None:
    await database.write(lambda unit: unit.connection.execute(update(plans).values(status=False)))
    try:
        signal, source = await shared(database, world, "global")
        assert await eligible(database, signal, source) == {world.admin_account.id}
        newcomer = await database.write(lambda unit: unit.people.enroll(500, None, "en", Role.USER, NOON))
        account = await database.write(lambda unit: unit.accounts.add_paper(newcomer, "Paper", NOON))
        assert account.id not in await eligible(database, signal, source)
    finally:
        await database.write(lambda unit: unit.connection.execute(update(plans).values(status=True)))


async def test_the_gate_closes_when_the_time_comes(database: Database, world: World) -> None:
    signal, source = await shared(database, world, "global")
    last = NOON + LIFETIME - timedelta(seconds=1)
    assert world.bob_account.id in await eligible(database, signal, source, last)
    assert world.bob_account.id not in await eligible(database, signal, source, last + timedelta(seconds=1))
