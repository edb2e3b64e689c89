"""A lease: the right to be the only process that does a piece of work, gone by itself when the process is."""

from __future__ import annotations

import asyncio
import fcntl
import hashlib
import os
from pathlib import Path
from typing import Protocol

from sqlalchemy import bindparam, text
from sqlalchemy.engine import URL
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from storage.engines import sqlite_path
from storage.faults import LeaseHeld

PATIENCE = 10.0  # seconds for the server to say that a lease is held

_TRY = text("SELECT pg_try_advisory_lock(:key)").bindparams(bindparam("key"))


_HELD = text(
    "SELECT EXISTS (SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND granted AND pid = pg_backend_pid()"
    " AND (classid::bigint << 32) | objid::bigint = :key)"
).bindparams(bindparam("key"))


class Lease(Protocol):
    async def is_held(self) -> bool: ...
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

    async def is_held(self) -> bool:
        return True

    async def release(self) -> None:
        os.close(self._file)


class ServerLease:
    """An advisory lock of a PostgreSQL session; the server lets go of it when the session ends."""

    def __init__(self, engine: AsyncEngine, connection: AsyncConnection, key: int) -> None:
        self._engine = engine
        self._connection = connection
        self._key = key

    async def is_held(self) -> bool:
        """False once the session is gone: the server was restarted, or something between us ended the connection."""
        try:
            async with asyncio.timeout(PATIENCE):
                return bool((await self._connection.execute(_HELD, {"key": self._key})).scalar_one())
        except (SQLAlchemyError, OSError):
            return False

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
    lease = ServerLease(engine, connection, _key(name))
    if not (await connection.execute(_TRY, {"key": _key(name)})).scalar_one():
        await lease.release()
        raise LeaseHeld(f"another process holds the lease {name}")
    return lease


def _key(name: str) -> int:
    return int.from_bytes(hashlib.blake2b(name.encode(), digest_size=8).digest(), signed=True)
