"""A backup is a whole database, made while the service writes."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from engine.types import Role
from storage.backup import backup
from storage.database import Database
from storage.faults import StoreLost
from tests.clocks import NOON, ManualClock
from tests.stores import template


async def test_a_copy_made_while_writing_opens_and_holds_what_was_committed(tmp_path: Path) -> None:
    live, copy = tmp_path / "live.sqlite3", tmp_path / "copy.sqlite3"
    live.write_bytes(template().read_bytes())
    store = Database(f"sqlite:///{live}", ManualClock())
    await store.open()
    await store.write(lambda tx: tx.people.enroll(7, "seven", "en", Role.USER, NOON))
    await backup(f"sqlite:///{live}", copy)
    await store.write(lambda tx: tx.people.enroll(8, "eight", "en", Role.USER, NOON))
    await store.close()
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    restored = Database(f"sqlite:///{copy}", ManualClock())
    await restored.open()
    assert [user.chat_id for user in await restored.read(lambda tx: tx.people.all())] == [7]
    await restored.close()


async def test_nothing_is_overwritten_and_nothing_is_made_up(tmp_path: Path) -> None:
    there = tmp_path / "there.sqlite3"
    there.write_text("precious")
    live = tmp_path / "live.sqlite3"
    with pytest.raises(StoreLost):
        await backup(f"sqlite:///{live}", tmp_path / "new.sqlite3")
    live.write_bytes(template().read_bytes())
    with pytest.raises(ValueError, match="there already"):
        await backup(f"sqlite:///{live}", there)
    assert there.read_text() == "precious"
    with pytest.raises(ValueError, match="pg_dump"):
        await backup("postgresql://localhost/x", tmp_path / "pg")
