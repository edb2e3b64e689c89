"""The log of every request: what came, which fault it met, whether and how it was processed. No keys, no signatures."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from tests.exchange.faults import Call, FaultKind
from tests.exchange.store import Store

SECRETS = frozenset({"signature", "apiKey", "sign"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Logged:
    """One request. ``processed`` counts how often it was (0 when it was lost); ``banned``: it came during a ban."""

    id: int
    at: int
    dialect: str
    endpoint: str
    params: Mapping[str, str]
    account: str
    fault: str
    processed: int
    status: int
    banned: bool


class CallLog:
    """The table ``calls`` in the exchange's store."""

    def __init__(self, store: Store) -> None:
        self._store = store
        store.execute(
            "CREATE TABLE IF NOT EXISTS calls (id INTEGER PRIMARY KEY, at INTEGER, dialect TEXT, endpoint TEXT,"
            " params TEXT, account TEXT, fault TEXT DEFAULT '', processed INTEGER DEFAULT 0,"
            " status INTEGER DEFAULT 0, banned INTEGER DEFAULT 0)"
        )

    def arrived(self, dialect: str, call: Call, at: int) -> int:
        """Note a request; returns its number."""
        owner = self._store.accounts.get(key=call.key) if call.key else None
        shown = {name: value for name, value in call.params.items() if name not in SECRETS}
        (row,) = self._store.execute(
            "INSERT INTO calls (at, dialect, endpoint, params, account) VALUES (?, ?, ?, ?, ?) RETURNING id",
            (at, dialect, call.endpoint, json.dumps(shown), owner.name if owner else ""),
        )
        return int(row[0])

    def spoiled(self, number: int, kind: FaultKind) -> None:
        self._store.execute("UPDATE calls SET fault = ? WHERE id = ?", (str(kind), number))

    def processed(self, number: int, status: int) -> None:
        self._store.execute("UPDATE calls SET processed = processed + 1, status = ? WHERE id = ?", (status, number))

    def banned(self, number: int, status: int) -> None:
        self._store.execute("UPDATE calls SET banned = 1, status = ? WHERE id = ?", (status, number))

    def all(self) -> list[Logged]:
        rows = self._store.execute(
            "SELECT id, at, dialect, endpoint, params, account, fault, processed, status, banned FROM calls ORDER BY id"
        )
        return [
            Logged(
                id=row[0], at=row[1], dialect=row[2], endpoint=row[3], params=json.loads(row[4]), account=row[5],
                fault=row[6], processed=row[7], status=row[8], banned=bool(row[9]),
            )
            for row in rows
        ]  # fmt: skip
