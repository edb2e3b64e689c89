"""The migrations make exactly the tables of ``storage.tables``, up and down, with rows in them."""

from __future__ import annotations

import asyncio
import itertools
import os
import signal
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import CheckConstraint, Connection, Engine, event, inspect, text

from storage import migrate
from storage.database import Database
from storage.faults import SchemaMismatch, StoreLost
from storage.tables import metadata
from tests.clocks import ManualClock
from tests.storage import worlds


def on(url: str, work: Callable[[Connection], Any]) -> Any:
    return migrate._connected(url, work)


def test_the_head_is_what_alembic_calls_the_head() -> None:
    script = ScriptDirectory(str(migrate.HERE))
    assert migrate.head() == script.get_current_head()
    assert set(migrate.known()) == {revision.revision for revision in script.walk_revisions()}


def test_models_equal_migrations(url: str) -> None:
    def differences(connection: Connection) -> Any:
        return compare_metadata(MigrationContext.configure(connection, opts={"compare_type": True}), metadata)

    assert on(url, differences) == []


def test_checks_and_partial_indexes_equal_the_models(url: str) -> None:
    """Alembic compares neither."""

    def found(connection: Connection) -> tuple[set[Any], set[Any]]:
        inspector = inspect(connection)
        checks = {(table, one["name"]) for table in metadata.tables for one in inspector.get_check_constraints(table)}
        option = f"{connection.dialect.name}_where"
        indexes = [(table, one) for table in metadata.tables for one in inspector.get_indexes(table)]
        return checks, {(table, one["name"]) for table, one in indexes if option in one.get("dialect_options", {})}

    checks, partial = on(url, found)
    assert checks == {(name, str(one.name)) for name, table in metadata.tables.items() for one in _checks(table)}
    assert partial == {
        (name, index.name)
        for name, table in metadata.tables.items()
        for index in table.indexes
        if index.dialect_options["postgresql"]["where"] is not None
    }


def _checks(table: Any) -> list[Any]:
    return [one for one in table.constraints if isinstance(one, CheckConstraint)]


async def fill(url: str) -> None:
    database = Database(url, ManualClock())
    await database.open()
    try:
        world = await worlds.world(database)

        def more(unit: Any) -> None:
            unit.orders.add(world.order())
            unit.positions.add(world.position())
            unit.audit.note(1, "made", "world", {}, ManualClock().now())

        await database.write(more)
    finally:
        await database.close()


def orders(url: str) -> int:
    return int(on(url, lambda connection: connection.execute(text("SELECT count(*) FROM orders")).scalar_one()))


def test_up_and_down_with_rows_in_the_tables(empty_url: str) -> None:
    assert migrate.current(empty_url) is None
    with pytest.raises((SchemaMismatch, StoreLost), match="upgrade it first"):
        asyncio.run(Database(empty_url, ManualClock()).open())
    migrate.upgrade(empty_url)
    assert migrate.current(empty_url) == migrate.head()
    asyncio.run(fill(empty_url))
    migrate.upgrade(empty_url)  # nothing left to do
    assert orders(empty_url) == 1
    migrate.downgrade(empty_url, "base")
    assert migrate.current(empty_url) is None
    assert on(empty_url, lambda connection: set(inspect(connection).get_table_names())) <= {"alembic_version"}
    migrate.upgrade(empty_url)
    assert migrate.current(empty_url) == migrate.head()
    assert orders(empty_url) == 0


def test_the_first_rows(url: str) -> None:
    def rows(connection: Connection) -> tuple[list[str], list[str]]:
        presets = connection.execute(text("SELECT name FROM trading_presets WHERE is_default_template ORDER BY id"))
        return list(connection.execute(text("SELECT slug FROM plans")).scalars()), list(presets.scalars())

    assert on(url, rows) == (
        ["free"],
        ["Standard", "Conservative Scalper", "Swing Trader", "Aggressive Day Trader"],
    )


def stamp(url: str, revision: str) -> None:
    on(url, lambda connection: connection.execute(text(f"UPDATE alembic_version SET version_num = '{revision}'")))


@pytest.fixture
def newer_url(url: str) -> Iterator[str]:
    stamp(url, "9999")
    yield url
    stamp(url, migrate.head())


def test_a_newer_database_is_refused_and_left_alone(newer_url: str) -> None:
    with pytest.raises(SchemaMismatch, match="9999, newer than this program"):
        migrate.upgrade(newer_url)
    with pytest.raises(SchemaMismatch, match="newer"):
        migrate.downgrade(newer_url, "base")
    with pytest.raises(SchemaMismatch, match="newer"):
        asyncio.run(Database(newer_url, ManualClock()).open())
    assert migrate.current(newer_url) == "9999"


# --- killed in the middle ----------------------------------------------------------------------------


def upgraded_until(url: str, statement: int) -> bool:
    """Upgrade in a process that is ended by SIGKILL before this statement; whether it came so far."""
    child = os.fork()
    if child == 0:
        left = itertools.count(statement - 1, -1)

        def end(*_: object) -> None:
            if next(left) == 0:
                os.kill(os.getpid(), signal.SIGKILL)

        event.listen(Engine, "before_cursor_execute", end)
        try:
            migrate.upgrade(url)
        except BaseException:
            os._exit(1)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == 0
    return os.WIFSIGNALED(status)


def test_K21_killed_at_any_statement_a_migration_leaves_no_half_schema(empty_url: str) -> None:
    steps: Iterator[int] = itertools.count(1, 1 if os.getenv("KILL_MATRIX") else 17)
    killed = 0
    while upgraded_until(empty_url, next(steps)):
        killed += 1
        assert migrate.current(empty_url) is None
        assert on(empty_url, lambda connection: set(inspect(connection).get_table_names())) <= {"alembic_version"}
    assert killed > 5
    assert migrate.current(empty_url) == migrate.head()
    test_models_equal_migrations(empty_url)
    asyncio.run(fill(empty_url))
    assert orders(empty_url) == 1
