"""The ``database`` of the storage tests: each test has its own, once on SQLite and once on PostgreSQL."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from storage.database import Database
from storage.migrate import upgrade
from tests.clocks import ManualClock
from tests.stores import PostgresDatabases, emptied, postgres_url, template

KINDS = [pytest.param("sqlite"), pytest.param("postgres", marks=pytest.mark.postgres)]


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture(scope="session")
def server() -> Iterator[PostgresDatabases]:
    found = postgres_url()
    if found is None:
        pytest.skip("no PostgreSQL server answers: set TEST_POSTGRES_URL to test on one")
    databases = PostgresDatabases(found)
    yield databases
    asyncio.run(databases.drop_all())


@pytest.fixture(scope="session")
def server_url(server: PostgresDatabases) -> str:
    """One migrated database for all tests of this worker: making one takes longer than a test."""
    url = asyncio.run(server.make())
    upgrade(url)
    return url


@pytest.fixture(params=KINDS)
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database without tables."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/empty.sqlite3"
    server: PostgresDatabases = request.getfixturevalue("server")
    return asyncio.run(server.make())


@pytest.fixture(params=KINDS)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A migrated database without rows."""
    if request.param == "sqlite":
        path = tmp_path / "test.sqlite3"
        shutil.copyfile(template(), path)
        return f"sqlite:///{path}"
    return asyncio.run(emptied(request.getfixturevalue("server_url")))


@pytest.fixture
async def database(url: str, clock: ManualClock) -> AsyncIterator[Database]:
    database = Database(url, clock)
    await database.open()
    yield database
    await database.close()


@pytest.fixture
async def sqlite_database(tmp_path: Path, clock: ManualClock) -> AsyncIterator[Database]:
    """For what only a file has: locks, pragmas, a path."""
    path = tmp_path / "file.sqlite3"
    shutil.copyfile(template(), path)
    database = Database(f"sqlite:///{path}", clock)
    await database.open()
    yield database
    await database.close()
