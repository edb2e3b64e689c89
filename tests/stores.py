"""Databases for tests: a fresh, migrated one each, on SQLite and, where a server answers, on PostgreSQL."""

from __future__ import annotations

import os
import shutil
import socket
import tempfile
import uuid
from functools import cache
from pathlib import Path
from typing import BinaryIO

from sqlalchemy import text
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import create_async_engine

from engine.ports import Clock
from storage.database import Database
from storage.engines import parse
from storage.migrate import upgrade

LOCAL = "postgresql://postgres@127.0.0.1:5432/postgres"
WELCOME = bytes(4)
"""What AuthenticationOk says in PostgreSQL's protocol, version 3; anything else asks for a password."""


async def fresh_database(tmp_path: Path, clock: Clock) -> Database:
    """An open, empty SQLite database in ``tmp_path``; close it when done."""
    path = tmp_path / f"{uuid.uuid4().hex}.sqlite3"
    shutil.copyfile(template(), path)
    database = Database(f"sqlite:///{path}", clock)
    await database.open()
    return database


@cache
def template() -> Path:
    """A migrated file to copy: migrating takes a fifth of a second, copying the result none."""
    path = Path(tempfile.mkdtemp(prefix="stores-")) / "template.sqlite3"
    upgrade(f"sqlite:///{path}")
    return path


@cache
def postgres_url() -> str | None:
    """A server to test on: TEST_POSTGRES_URL, or one on this machine that lets us in; None without one."""
    return os.environ.get("TEST_POSTGRES_URL") or (LOCAL if is_postgres("127.0.0.1", 5432, "postgres") else None)


def is_postgres(host: str, port: int, user: str) -> bool:
    """Something answers there as PostgreSQL, and lets this user in without a password.

    Asked in the server's own words, for a port that is open may belong to anything.
    """
    greeting = b"user\0" + user.encode() + b"\0database\0postgres\0\0"
    version = (3 << 16).to_bytes(4, "big")
    try:
        with socket.create_connection((host, port), timeout=0.5) as line:
            line.settimeout(1.0)
            line.sendall((len(greeting) + 8).to_bytes(4, "big") + version + greeting)
            with line.makefile("rb") as answers:
                return _lets_in(answers)
    except OSError:
        return False


def _lets_in(answers: BinaryIO) -> bool:
    """True when the server gets as far as waiting for a query."""
    while (head := answers.read(5)) and head[:1] in b"RSKNZ":
        body = answers.read(int.from_bytes(head[1:], "big") - 4)
        if head[:1] == b"R" and body != WELCOME:
            return False
        if head[:1] == b"Z":
            return True
    return False


class PostgresDatabases:
    """Throw-away databases on the test server, named by chance so that parallel workers never meet."""

    def __init__(self, server: str) -> None:
        self._server = make_url(server)
        self._made: list[str] = []

    async def make(self) -> str:
        """The URL of a new, empty database, which does not wait for the disk."""
        name = f"heliograph_test_{uuid.uuid4().hex[:16]}"
        await self._run(f"CREATE DATABASE {name}", f"ALTER DATABASE {name} SET synchronous_commit = off")
        self._made.append(name)
        return self._server.set(database=name).render_as_string(hide_password=False)

    async def drop_all(self) -> None:
        for name in self._made:
            await self._run(f"DROP DATABASE {name} WITH (FORCE)")

    async def _run(self, *statements: str) -> None:
        await run_on_server(self._server.render_as_string(hide_password=False), *statements)


async def run_on_server(url: str, *statements: str) -> None:
    """Run statements, each in a transaction of its own."""
    engine = create_async_engine(parse(url), isolation_level="AUTOCOMMIT")
    try:
        async with engine.connect() as connection:
            for statement in statements:
                await connection.execute(text(statement))
    finally:
        await engine.dispose()


async def emptied(url: str) -> str:
    """The same URL, its tables without any row that a test has added."""
    await run_on_server(
        url,
        "DELETE FROM users",
        "DELETE FROM signals",
        "DELETE FROM inbox",
        "DELETE FROM switches",
        "ALTER TABLE audit_log DISABLE TRIGGER USER",
        "DELETE FROM audit_log",
        "ALTER TABLE audit_log ENABLE TRIGGER USER",
    )
    return url
