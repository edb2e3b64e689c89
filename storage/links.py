"""The writer's one connection to the database, on either kind: open a transaction, run the work, commit.

A link belongs to the writer's thread. On PostgreSQL it keeps a small event loop of its own there, so that the
same synchronous repositories run on both.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Protocol

from sqlalchemy import Connection
from sqlalchemy.engine import URL
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.direct import transaction
from storage.engines import server_writing, sqlite_path, sqlite_writing
from storage.faults import StoreLost

Work = Callable[[Connection], None]


class Link(Protocol):
    """A place where one transaction at a time is made durable."""

    def transact(self, work: Work) -> None:
        """Run ``work`` in a transaction and commit it. Rolls back, and raises, when either fails."""

    def close(self) -> None: ...


class SqliteLink:
    """The file, held open by stdlib sqlite3. Refuses to write once another file lies in its place."""

    def __init__(self, url: URL) -> None:
        path = sqlite_path(url)
        if path is None:
            raise ValueError(f"{url.drivername} has no file")
        self._path = path
        self._engine = sqlite_writing(url)
        self._connection = self._engine.connect()
        self._inode = path.stat().st_ino

    def transact(self, work: Work) -> None:
        self._check_file()
        with transaction(self._connection, "BEGIN IMMEDIATE"):
            work(self._connection)

    def close(self) -> None:
        self._connection.close()
        self._engine.dispose()

    def _check_file(self) -> None:
        # A deleted file stays writable through the old handle: every commit would vanish with the process.
        try:
            inode = self._path.stat().st_ino
        except FileNotFoundError:
            inode = None
        if inode != self._inode:
            raise StoreLost(f"{self._path.name} was deleted or replaced while in use")


class ServerLink:
    """A PostgreSQL server through asyncpg; reconnects for the next transaction after the connection broke."""

    def __init__(self, url: URL) -> None:
        self._engine = server_writing(url)
        self._loop = asyncio.Runner()
        self._connection: AsyncConnection | None = None

    def transact(self, work: Work) -> None:
        self._loop.run(self._transact(work))

    def close(self) -> None:
        self._loop.run(self._close())
        self._loop.close()

    async def _transact(self, work: Work) -> None:
        if self._connection is None or self._connection.invalidated:
            await self._reconnect()
        assert self._connection is not None
        async with self._connection.begin():
            await self._connection.run_sync(work)

    async def _reconnect(self) -> None:
        if self._connection is not None:
            await self._connection.close()
        self._connection = await self._engine.connect()

    async def _close(self) -> None:
        if self._connection is not None:
            await self._connection.close()
        await self._engine.dispose()


def link(url: URL) -> Link:
    """The link for this database; call it in the thread that will use it."""
    return SqliteLink(url) if sqlite_path(url) is not None else ServerLink(url)
