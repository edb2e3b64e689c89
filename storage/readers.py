"""Where reading functions run, each over a snapshot of its own, side by side with the writer.

SQLite is read in a few threads with the stdlib driver: a function of several statements costs one hop there and back,
where an async driver would pay one for every statement (three to five times as long, measured).
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Protocol, TypeVar

from sqlalchemy import Connection
from sqlalchemy.engine import URL

from storage.direct import transaction
from storage.engines import READERS, server_reading, sqlite_path, sqlite_reading

T = TypeVar("T")


class Readers(Protocol):
    """A few connections that cannot write."""

    async def run(self, work: Callable[[Connection], T]) -> T:
        """Run ``work`` over one moment of the database."""

    async def close(self) -> None: ...


class SqliteReaders:
    """Threads over the file."""

    def __init__(self, url: URL) -> None:
        self._engine = sqlite_reading(url)
        self._threads = ThreadPoolExecutor(READERS, thread_name_prefix="storage-reader")
        self._mine = threading.local()
        self._opened: list[Connection] = []

    async def run(self, work: Callable[[Connection], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._threads, self._run, work)

    async def close(self) -> None:
        await asyncio.to_thread(self._threads.shutdown)
        for connection in self._opened:
            connection.close()
        self._engine.dispose()

    def _run(self, work: Callable[[Connection], T]) -> T:
        connection = self._connection()
        with transaction(connection, "BEGIN"):
            return work(connection)

    def _connection(self) -> Connection:
        """Each thread keeps its own: a pool costs more than what is read."""
        if not hasattr(self._mine, "connection"):
            self._mine.connection = self._engine.connect()
            self._opened.append(self._mine.connection)
        found: Connection = self._mine.connection
        return found


class ServerReaders:
    """asyncpg connections."""

    def __init__(self, url: URL) -> None:
        self._engine = server_reading(url)

    async def run(self, work: Callable[[Connection], T]) -> T:
        async with self._engine.connect() as connection:
            return await connection.run_sync(work)

    async def close(self) -> None:
        await self._engine.dispose()


def readers(url: URL) -> Readers:
    """The readers of this database."""
    return SqliteReaders(url) if sqlite_path(url) is not None else ServerReaders(url)
