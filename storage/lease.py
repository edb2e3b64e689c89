"""A lease: the right to be the only process that does a piece of work, gone by itself when the process is."""

from __future__ import annotations

import fcntl
import hashlib
import os
from pathlib import Path
from typing import Protocol

from sqlalchemy import bindparam, text
from sqlalchemy.engine import URL
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from storage.engines import sqlite_path
from storage.faults import LeaseHeld

_TRY = text("SELECT pg_try_advisory_lock(:key)").bindparams(bindparam("key"))


class Lease(Protocol):
    async def release(self) -> None: ...


class FileLease:
    """A lock on a file beside the database; the system lets go of it when the process ends, however it ends."""

    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(self._file)
            raise LeaseHeld(f"another process holds {path.name}") from None

    async def release(self) -> None:
        os.close(self._file)


class ServerLease:
    """An advisory lock of a PostgreSQL session; the server lets go of it when the session ends."""

    def __init__(self, engine: AsyncEngine, connection: AsyncConnection) -> None:
        self._engine = engine
        self._connection = connection

    async def release(self) -> None:
        await self._connection.close()
        await self._engine.dispose()


async def take(url: URL, name: str) -> Lease:
    """Take the lease of this name, or raise LeaseHeld at once."""
    path = sqlite_path(url)
    if path is not None:
        return FileLease(path.with_name(f"{path.name}.{name}.lock"))
    engine = create_async_engine(url, pool_size=1, isolation_level="AUTOCOMMIT")
    connection = await engine.connect()
    lease = ServerLease(engine, connection)
    if not (await connection.execute(_TRY, {"key": _key(name)})).scalar_one():
        await lease.release()
        raise LeaseHeld(f"another process holds the lease {name}")
    return lease


def _key(name: str) -> int:
    return int.from_bytes(hashlib.blake2b(name.encode(), digest_size=8).digest(), signed=True)
