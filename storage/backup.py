"""A copy of a running SQLite database: whole, consistent, and made without stopping the service."""

from __future__ import annotations

import os
from pathlib import Path

import aiosqlite

from storage.engines import parse, sqlite_path
from storage.faults import StoreLost

PAGES = 500  # copied between two moments in which the service may write


async def backup(url: str, target: Path) -> None:
    """Copy the database of ``url`` to ``target``, readable by its owner alone.

    Raises ValueError for a server (it has tools of its own) or a target that is there already, StoreLost without a
    database.
    """
    source = _prepared(url, target)
    async with aiosqlite.connect(source) as reading, aiosqlite.connect(target) as copy:
        await reading.backup(copy, pages=PAGES)


def _prepared(url: str, target: Path) -> Path:
    """The database to copy, with an empty file of our own to copy it to."""
    source = sqlite_path(parse(url))
    if source is None:
        raise ValueError("a PostgreSQL database is backed up with pg_dump")
    if not source.exists():
        raise StoreLost(f"{source} does not exist")
    if target.exists():
        raise ValueError(f"{target} is there already; name another file")
    os.close(os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    return source
