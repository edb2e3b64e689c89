"""Credentials in the database: sealed, their owner's alone, and still there after the master key has changed."""

from __future__ import annotations

import json
from typing import Any

import pytest
from sqlalchemy import select, update

from engine.errors import Code, Mistake, VenueLocked
from storage.database import Database
from storage.safe import Rotation, Safe
from storage.tables import execution_connections
from storage.unit_of_work import UnitOfWork
from storage.vault import KeyRing, Place, Secret, Vault, new_key
from tests.clocks import NOON, ManualClock
from tests.storage import worlds
from tests.storage.worlds import World

OLD, NEW = new_key("old"), new_key("new")
KEYS = {"api_key": Secret("public-part"), "api_secret": Secret("private-part")}


@pytest.fixture
async def world(database: Database) -> World:
    return await worlds.world(database)


def safe(database: Database, clock: ManualClock, keys: str = OLD) -> Safe:
    return Safe(database, Vault(KeyRing.parse(keys)), clock)


@pytest.fixture
async def ours(database: Database, world: World, clock: ManualClock) -> Safe:
    """A safe with credentials for Ann's and Bob's accounts."""
    ours = safe(database, clock)
    await ours.store(world.ann.id, world.ann_account.id, KEYS)
    await ours.store(world.bob.id, world.bob_account.id, KEYS)
    return ours


async def column(database: Database, connection_id: int) -> Any:
    asked = select(execution_connections).where(execution_connections.c.id == connection_id)
    return await database.read(lambda unit: unit.connection.execute(asked).one())


async def overwrite(database: Database, connection_id: int, text: str) -> None:
    statement = update(execution_connections).where(execution_connections.c.id == connection_id)
    await database.write(lambda unit: unit.connection.execute(statement.values(credentials=text)))


async def test_the_owner_gets_back_what_was_stored(database: Database, world: World, ours: Safe) -> None:
    assert await ours.read(world.ann.id, world.ann_account.id) == KEYS
    assert await ours.read(world.admin.id, world.admin_account.id) == {}
    stored = (await column(database, world.ann_account.id)).credentials
    assert set(json.loads(stored)) == set(KEYS)
    assert "part" not in stored


async def test_nobody_else_reads_or_replaces_them(world: World, ours: Safe) -> None:
    assert await ours.read(world.bob.id, world.ann_account.id) == {}
    with pytest.raises(Mistake) as refusal:
        await ours.store(world.bob.id, world.ann_account.id, {"api_key": Secret("mine")})
    assert refusal.value.code is Code.NOT_FOUND
    assert await ours.read(world.ann.id, world.ann_account.id) == KEYS


async def test_new_credentials_switch_the_connection_off(database: Database, world: World, ours: Safe) -> None:
    row = await column(database, world.ann_account.id)
    assert (row.is_active, row.status, row.last_tested_at) == (False, "inactive", None)


@pytest.mark.parametrize(
    "text",
    ["api-key-in-plain", '{"api_key": "plain"}', '{"api_key": 5}', "[1]", "null"],
    ids=["text", "values", "number", "list", "null"],
)
async def test_plaintext_is_refused_and_said(database: Database, world: World, ours: Safe, text: str) -> None:
    await overwrite(database, world.ann_account.id, text)
    with pytest.raises(VenueLocked, match="enter them again") as locked:
        await ours.read(world.ann.id, world.ann_account.id)
    assert locked.value.code is Code.KEY_LOST
    row = await column(database, world.ann_account.id)
    assert row.status == "error"
    assert "not sealed" in row.last_error
    assert text not in row.last_error


async def test_a_row_moved_to_another_account_does_not_open(database: Database, world: World, ours: Safe) -> None:
    await overwrite(database, world.bob_account.id, (await column(database, world.ann_account.id)).credentials)
    with pytest.raises(VenueLocked, match="altered or moved"):
        await ours.read(world.bob.id, world.bob_account.id)


async def test_fields_swapped_within_a_row_do_not_open(database: Database, world: World, ours: Safe) -> None:
    sealed = json.loads((await column(database, world.ann_account.id)).credentials)
    swapped = {"api_key": sealed["api_secret"], "api_secret": sealed["api_key"]}
    await overwrite(database, world.ann_account.id, json.dumps(swapped))
    with pytest.raises(VenueLocked, match="altered or moved"):
        await ours.read(world.ann.id, world.ann_account.id)


async def test_a_lost_key_disables_that_connection_and_breaks_no_list(
    database: Database, world: World, ours: Safe, clock: ManualClock
) -> None:
    with pytest.raises(VenueLocked, match="old is not available"):
        await safe(database, clock, NEW).read(world.ann.id, world.ann_account.id)
    listed = await database.read(lambda unit: unit.accounts.of_user(world.ann.id))
    assert [(account.id, account.status) for account in listed] == [(world.ann_account.id, "error")]
    untouched = await database.read(lambda unit: unit.accounts.of_user(world.bob.id))
    assert untouched[0].status == "inactive"


async def test_rotation_seals_everything_with_the_new_key(
    database: Database, world: World, ours: Safe, clock: ManualClock
) -> None:
    both = safe(database, clock, f"{NEW},{OLD}")
    assert await both.rotate() == Rotation(2, ())
    assert await both.rotate() == Rotation(0, ())
    only_new = safe(database, clock, NEW)
    assert await only_new.read(world.ann.id, world.ann_account.id) == KEYS
    assert await only_new.read(world.bob.id, world.bob_account.id) == KEYS


async def test_a_row_sealed_with_two_keys_is_rotated_too(
    database: Database, world: World, ours: Safe, clock: ManualClock
) -> None:
    both = Vault(KeyRing.parse(f"{NEW},{OLD}"))
    sealed = json.loads((await column(database, world.ann_account.id)).credentials)
    sealed["api_key"] = both.seal(KEYS["api_key"], Place(world.ann.id, world.ann_account.id, "api_key"))
    await overwrite(database, world.ann_account.id, json.dumps(sealed))
    assert await Safe(database, both, clock).rotate() == Rotation(2, ())
    assert await safe(database, clock, NEW).read(world.ann.id, world.ann_account.id) == KEYS


async def test_rotation_leaves_everything_else_as_it_was(
    database: Database, world: World, ours: Safe, clock: ManualClock
) -> None:
    await database.write(lambda unit: unit.accounts.set_active(world.ann.id, world.ann_account.id, True, NOON))
    before = (await column(database, world.ann_account.id))._asdict()
    await safe(database, clock, f"{NEW},{OLD}").rotate()
    after = (await column(database, world.ann_account.id))._asdict()
    assert before.pop("credentials") != after.pop("credentials")
    assert before == after


class Interrupted(Exception):
    pass


class FailingDatabase:
    """A database whose process is killed at the second write."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._left = 1
        self.read = database.read

    async def write(self, work: Any, *, urgent: bool = False) -> Any:
        if not self._left:
            raise Interrupted
        self._left -= 1
        return await self._database.write(work)


async def test_an_interrupted_rotation_loses_nothing_and_is_finished_later(
    database: Database, world: World, ours: Safe, clock: ManualClock
) -> None:
    keys = f"{NEW},{OLD}"
    with pytest.raises(Interrupted):
        await Safe(FailingDatabase(database), Vault(KeyRing.parse(keys)), clock).rotate()  # type: ignore[arg-type]
    both = safe(database, clock, keys)
    for owner, account in ((world.ann, world.ann_account), (world.bob, world.bob_account)):
        assert await both.read(owner.id, account.id) == KEYS
    assert await both.rotate() == Rotation(1, ())
    assert await safe(database, clock, NEW).read(world.bob.id, world.bob_account.id) == KEYS


async def test_rotation_passes_over_what_it_cannot_open(
    database: Database, world: World, ours: Safe, clock: ManualClock
) -> None:
    await overwrite(database, world.ann_account.id, "plain")
    assert await safe(database, clock, f"{NEW},{OLD}").rotate() == Rotation(1, (world.ann_account.id,))


async def test_rotation_never_undoes_a_replacement(database: Database, world: World, ours: Safe) -> None:
    row = await database.read(lambda unit: unit.credentials.after(0))
    assert row is not None
    await ours.store(world.ann.id, world.ann_account.id, {"api_key": Secret("newer")})

    def swap(unit: UnitOfWork) -> bool:
        return unit.credentials.swap(row, {"api_key": "v1.old.stale"})

    assert not await database.write(swap)
    assert await ours.read(world.ann.id, world.ann_account.id) == {"api_key": Secret("newer")}
