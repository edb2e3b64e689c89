"""Bring a database to the version this program speaks. Everything here blocks: call it before the loop, or in a thread.

The versions are the files of ``storage/migrations/versions``, named by a rising number. A database whose version is
not among them was written by a newer program, and is refused rather than guessed at.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from sqlalchemy import Connection, inspect, text
from sqlalchemy.engine import URL

from storage.engines import parse, server_writing, sqlite_path, sqlite_writing
from storage.faults import SchemaMismatch, naming

T = TypeVar("T")

HERE = Path(__file__).parent / "migrations"


def known() -> tuple[str, ...]:
    """Every version of the schema, oldest first."""
    return tuple(sorted(path.name.split("_")[0] for path in (HERE / "versions").glob("[0-9]*.py")))


def head() -> str:
    """The newest version: the one this program speaks."""
    return known()[-1]


def current(url: str) -> str | None:
    """The version of this database; None when it has no tables yet."""
    return _connected(url, version)


def upgrade(url: str, revision: str = "head") -> None:
    """Bring the database up. Raises SchemaMismatch, and changes nothing, when it is newer than this program."""
    before = current(url)
    _refuse_newer(before)
    if before != (head() if revision == "head" else revision):
        _alembic(url, "upgrade", revision)


def downgrade(url: str, revision: str) -> None:
    """Take the database back to an older version; ``base`` removes every table."""
    _refuse_newer(current(url))
    _alembic(url, "downgrade", revision)


def version(connection: Connection) -> str | None:
    """The version written in the database of this connection."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one_or_none()


def check(found: str | None) -> None:
    """Raise SchemaMismatch unless this is the version the program speaks."""
    _refuse_newer(found)
    if found != head():
        raise SchemaMismatch(f"the database is at version {found}, this program needs {head()}: upgrade it first")


def _refuse_newer(found: str | None) -> None:
    if found is not None and found not in known():
        raise SchemaMismatch(
            f"the database is at version {found}, newer than this program, which knows up to {head()}: "
            "update the program"
        )


def _alembic(url: str, command: str, revision: str) -> None:
    # Imported here: a start on an up-to-date database has no need of it.
    import alembic.command
    from alembic.config import Config

    def run(connection: Connection) -> None:
        config = Config()
        config.set_main_option("script_location", str(HERE))
        config.attributes["connection"] = connection
        getattr(alembic.command, command)(config, revision)

    _connected(url, run)


def _connected(url: str, work: Callable[[Connection], T]) -> T:
    """Run ``work`` in one transaction; raises a StoreFault when the database does not let it."""
    parsed = parse(url)
    path = sqlite_path(parsed)
    if path is not None:
        path.parent.mkdir(parents=True, exist_ok=True)
    with naming():
        return asyncio.run(_on_server(parsed, work)) if path is None else _in_file(parsed, work)


def _in_file(parsed: URL, work: Callable[[Connection], T]) -> T:
    engine = sqlite_writing(parsed, foreign_keys=False)  # altering a table on SQLite means replacing it
    try:
        with engine.begin() as connection:
            return work(connection)
    finally:
        engine.dispose()


async def _on_server(parsed: URL, work: Callable[[Connection], T]) -> T:
    engine = server_writing(parsed)
    try:
        async with engine.begin() as connection:
            return await connection.run_sync(work)
    finally:
        await engine.dispose()
