"""Inserts that say which id the new row has, on either database.

SQLite tells it with the insert itself, for RETURNING alone costs as much as the insert; PostgreSQL is asked.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, Table

from storage.statements import insert, new_id


class Insert:
    """Inserts rows into a table with an ``id``; columns a row does not name take their default.

    ``once`` are the columns of a unique key: a row whose key is there already is left out.
    """

    def __init__(self, table: Table, *, once: tuple[str, ...] = ()) -> None:
        self._statement = insert(table)
        if once:
            self._statement = self._statement.on_conflict_do_nothing(index_elements=once)
        self._returning = self._statement.returning(table.c.id)

    def add(self, connection: Connection, row: Mapping[str, Any]) -> int:
        """The id of the new row."""
        new_id = self.add_new(connection, row)
        assert new_id is not None
        return new_id

    def add_new(self, connection: Connection, row: Mapping[str, Any]) -> int | None:
        """The id of the new row; None when its key was there already."""
        if connection.dialect.name != "sqlite":
            found: int | None = connection.execute(self._returning, row).scalar_one_or_none()
            return found
        result = connection.execute(self._statement, row)
        return new_id(result) if result.rowcount else None
