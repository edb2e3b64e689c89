"""The audit log: append-only, each line sealed to the one before it by a SHA-256 chain."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, select, text

from engine.ports import Clock
from storage.columns import clean
from storage.statements import insert
from storage.tables import audit_log

GENESIS = "0" * 64

_C = audit_log.c
_LAST = select(_C.hash).order_by(_C.id.desc()).limit(1)
_LINES = select(audit_log).order_by(_C.id)
_APPEND = insert(audit_log)
# Two servers' writers must not hang their lines on the same one. SQLite has one writer at a time anyway.
_ONE_AT_A_TIME = text("LOCK TABLE audit_log IN EXCLUSIVE MODE")


@dataclass(frozen=True, slots=True)
class Audit:
    """``bot.ports.Audit``."""

    connection: Connection
    clock: Clock

    def note(
        self, actor_id: int | None, action: str, subject: str, details: Mapping[str, Any], now: datetime,
    ) -> None:  # fmt: skip
        if self.connection.dialect.name == "postgresql":
            self.connection.execute(_ONE_AT_A_TIME)
        previous = self.connection.execute(_LAST).scalar_one_or_none() or GENESIS
        line = {
            "at": now.astimezone(UTC), "actor_id": actor_id, "action": action, "subject": clean(subject),
            "details": _canonical(details),
        }  # fmt: skip
        self.connection.execute(_APPEND, {**line, "previous_hash": previous, "hash": _seal(previous, line)})

    def verify(self) -> int | None:
        previous = GENESIS
        for row in self.connection.execute(_LINES):
            if row.previous_hash != previous or row.hash != _seal(previous, dict(row._mapping)):
                return int(row.id)
            previous = row.hash
        return None


def _canonical(value: Any) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), default=str)


def _seal(previous: str, line: Mapping[str, Any]) -> str:
    said = [line["at"].isoformat(), line["actor_id"], line["action"], line["subject"], line["details"]]
    return hashlib.sha256(f"{previous}\n{_canonical(said)}".encode()).hexdigest()
