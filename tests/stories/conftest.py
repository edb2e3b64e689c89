"""Towns for the stories. Whatever happened in one, the invariants hold when it is over."""

from __future__ import annotations

import asyncio
import io
import logging
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import structlog

from bot.clock import SystemClock
from bot.logs import configure
from bot.settings import load
from bot.simulator import DEFAULT_TOKEN
from engine.ports import Clock
from storage.database import Database
from storage.migrate import upgrade
from tests.clocks import ManualClock
from tests.invariants import check, keep_watch
from tests.stores import PostgresDatabases, fresh_database, postgres_url
from tests.stories.town import Town, open_town


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """The log as it would be printed; everything is put back afterwards."""
    root, before = logging.getLogger(), structlog.get_config()
    kept = (root.handlers[:], root.level, sys.excepthook)
    stream = io.StringIO()
    configure(load(telegram_bot_token=DEFAULT_TOKEN, master_keys_file=None, _env_file=None), stream)
    yield stream
    root.handlers[:], root.level, sys.excepthook = kept
    logging.captureWarnings(False)
    structlog.configure(**before)


@asynccontextmanager
async def _town(database: Database, clock: Clock, log: io.StringIO) -> AsyncIterator[Town]:
    await keep_watch(database)
    async with open_town(database, clock) as town:
        yield town
        await town.settled()
        await check(database, town.simulator, log=log.getvalue())


@asynccontextmanager
async def _on_sqlite(folder: Path, clock: Clock) -> AsyncIterator[Database]:
    database = await fresh_database(folder, clock)
    try:
        yield database
    finally:
        await database.close()


@asynccontextmanager
async def _on_postgres(clock: Clock) -> AsyncIterator[Database]:
    """A migrated database of its own on the test server."""
    server = postgres_url()
    if server is None:
        pytest.skip("no PostgreSQL server answers: set TEST_POSTGRES_URL to test on one")
    databases = PostgresDatabases(server)
    url = await databases.make()
    await asyncio.to_thread(upgrade, url)
    database = Database(url, clock)
    await database.open()
    try:
        yield database
    finally:
        await database.close()
        await databases.drop_all()


@pytest.fixture
async def town(tmp_path: Path, log: io.StringIO) -> AsyncIterator[Town]:
    """A town on the system's clock, for stories in which nothing depends on time."""
    clock = SystemClock()
    async with _on_sqlite(tmp_path, clock) as database, _town(database, clock, log) as town:
        yield town


@pytest.fixture
async def still_town(tmp_path: Path, log: io.StringIO) -> AsyncIterator[Town]:
    """A town whose clock stands still until the story lets time pass."""
    clock = ManualClock()
    async with _on_sqlite(tmp_path, clock) as database, _town(database, clock, log) as town:
        yield town


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
async def any_town(request: pytest.FixtureRequest, tmp_path: Path, log: io.StringIO) -> AsyncIterator[Town]:
    """A town on either database."""
    clock = SystemClock()
    opened = _on_sqlite(tmp_path, clock) if request.param == "sqlite" else _on_postgres(clock)
    async with opened as database, _town(database, clock, log) as town:
        yield town
