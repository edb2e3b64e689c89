"""Engines for both databases, and how each of them is made durable.

SQLite: WAL, so that readers and the writer never block each other; ``synchronous=FULL``, so that a commit survives a
power cut; foreign keys on. The driver's own transaction guessing is switched off: BEGIN is ours to say.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

PATIENCE_SECONDS = 5.0
"""How long a writer waits for another writer's lock, or anybody for a server's answer, before it gives up."""

READERS = 4
"""Connections kept for reading."""


def parse(url: str) -> URL:
    """The database URL in the form its driver wants: stdlib sqlite3, or asyncpg.

    ``sqlite:///file`` and ``postgres://`` or ``postgresql://`` are understood. Raises ValueError for anything else,
    and for a SQLite database without a file: nothing in memory would survive.
    """
    parsed = _parts(url)
    backend = parsed.drivername.split("+")[0]
    if backend in ("postgres", "postgresql"):
        return parsed.set(drivername="postgresql+asyncpg")
    if backend != "sqlite":
        raise ValueError(f"DATABASE_URL must be sqlite or postgresql, not {backend}")
    if not parsed.database or parsed.database == ":memory:" or parsed.database.startswith("file:"):
        raise ValueError("SQLite needs a file: a database in memory survives nothing")
    return parsed.set(drivername="sqlite")


def _parts(url: str) -> URL:
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):  # their words would quote the URL, and its password
        raise ValueError("DATABASE_URL must read sqlite:///file or postgresql://user@host/name") from None
    if parsed.port is not None and not 0 < parsed.port < 65536:
        raise ValueError(f"DATABASE_URL names port {parsed.port}, and there is no such port")
    return parsed


def sqlite_path(url: URL) -> Path | None:
    """The file of a SQLite database, None for a server."""
    return Path(url.database) if url.get_backend_name() == "sqlite" and url.database else None


def sqlite_writing(url: URL, *, foreign_keys: bool = True) -> Engine:
    """One connection that takes the write lock when its transaction begins, not halfway through."""
    engine = create_engine(url, pool_size=1, max_overflow=0)
    _prepare(engine, "BEGIN IMMEDIATE", query_only=False, foreign_keys=foreign_keys)
    return engine


def sqlite_reading(url: URL) -> Engine:
    """Connections that cannot write; each transaction sees one moment of the file."""
    engine = create_engine(url, pool_size=READERS, max_overflow=0, connect_args={"check_same_thread": False})
    _prepare(engine, "BEGIN", query_only=True)
    return engine


def server_writing(url: URL) -> AsyncEngine:
    """One connection to a PostgreSQL server."""
    return create_async_engine(url, pool_size=1, max_overflow=0, connect_args={"timeout": PATIENCE_SECONDS})


def server_reading(url: URL) -> AsyncEngine:
    """Connections that cannot write; each transaction sees one moment of the database."""
    options: dict[str, Any] = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
    patience = {"timeout": PATIENCE_SECONDS}
    return create_async_engine(url, pool_size=READERS, max_overflow=0, connect_args=patience, execution_options=options)


def _prepare(engine: Engine, begin: str, *, query_only: bool, foreign_keys: bool = True) -> None:
    def connected(dbapi: Any, _record: Any) -> None:
        dbapi.isolation_level = None
        cursor = dbapi.cursor()
        for pragma in (
            f"busy_timeout={int(PATIENCE_SECONDS * 1000)}",
            "journal_mode=WAL",
            "synchronous=FULL",
            f"foreign_keys={'ON' if foreign_keys else 'OFF'}",
            f"query_only={'ON' if query_only else 'OFF'}",
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    def opened(connection: Connection) -> None:
        dbapi: Any = connection.connection.dbapi_connection
        if not dbapi.in_transaction:  # storage.direct says it to the driver itself
            dbapi.execute(begin)

    event.listen(engine, "connect", connected)
    event.listen(engine, "begin", opened)
