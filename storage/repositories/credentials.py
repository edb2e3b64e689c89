"""The credentials column of execution_connections: sealed values only, written and read whole."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, bindparam, select, update

from engine.ports import Clock
from storage.faults import SealBroken
from storage.repositories.connections import OWNER
from storage.statements import ROW
from storage.tables import execution_connections

_C = execution_connections.c
_MINE = bindparam("owner") == OWNER
_GET = select(_C.credentials).where(_C.id == bindparam("id"), _MINE)
_AFTER = (
    select(_C.id, OWNER.label("owner_id"), _C.credentials)
    .where(_C.id > bindparam("id"), _C.credentials.is_not(None))
    .order_by(_C.id)
    .limit(1)
)
_PUT = update(execution_connections).where(_C.id == bindparam(ROW), _MINE)
_SWAP = _PUT.where(_C.credentials == bindparam("b_old"))


class SealedRow(NamedTuple):
    """The sealed credentials of one connection; ``text`` is the column as it was read."""

    connection_id: int
    owner_id: int
    text: str


def fields_of(text: str) -> dict[str, str]:
    """Field → sealed value. Raises SealBroken for a column that is not such an object."""
    try:
        fields = json.loads(text)
    except ValueError:
        fields = None
    if not isinstance(fields, dict) or not all(isinstance(value, str) for value in fields.values()):
        raise SealBroken("the credentials of a connection are not sealed")
    return fields


@dataclass(frozen=True, slots=True)
class Credentials:
    """Sealed credentials by owner and connection."""

    connection: Connection
    clock: Clock

    def get(self, owner_id: int, connection_id: int) -> dict[str, str] | None:
        """Field → sealed value; None when there are none, or the connection is not this owner's."""
        text = self.connection.execute(_GET, {"owner": owner_id, "id": connection_id}).scalar_one_or_none()
        return None if text is None else fields_of(text)

    def put(self, owner_id: int, connection_id: int, sealed: Mapping[str, str], now: datetime) -> bool:
        """Replace them all. The connection is switched off until it has been tested with the new ones."""
        values = {
            ROW: connection_id, "owner": owner_id, "credentials": json.dumps(dict(sealed)), "is_active": False,
            "status": "inactive", "last_error": None, "last_tested_at": None, "updated_at": now,
        }  # fmt: skip
        return self.connection.execute(_PUT, values).rowcount == 1

    def after(self, connection_id: int) -> SealedRow | None:
        """The next connection with credentials, by id."""
        row = self.connection.execute(_AFTER, {"id": connection_id}).one_or_none()
        return None if row is None else SealedRow(row.id, row.owner_id, row.credentials)

    def swap(self, row: SealedRow, sealed: Mapping[str, str]) -> bool:
        """Seal anew without touching anything else; False when they were replaced in the meantime."""
        values = {ROW: row.connection_id, "owner": row.owner_id, "b_old": row.text}
        return self.connection.execute(_SWAP, {**values, "credentials": json.dumps(dict(sealed))}).rowcount == 1
