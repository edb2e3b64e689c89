"""Inserts of the hot path: compiled once, then run with nothing left to build.

On SQLite, where a statement costs less than the preparation to run it, the compiled text goes straight to the driver,
and ids come from the cursor, for RETURNING alone costs as much as the insert. On PostgreSQL the way to the server is
what costs, and the usual way is taken.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property
from operator import itemgetter
from typing import Any

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import sqlite

from storage.statements import insert

_SQLITE = sqlite.dialect()
Processor = Callable[[Any], Any]


class Insert:
    """Inserts rows into a table with an ``id``; columns a row does not name take their default.

    ``once`` are the columns of a unique key: a row whose key is there already is left out.
    """

    def __init__(self, table: Table, *, once: tuple[str, ...] = ()) -> None:
        self._columns = [column for column in table.c if column.name != "id"]
        self._defaults = {column.name: getattr(column.default, "arg", None) for column in self._columns}
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
        text, pick, processors = self._compiled
        values = list(pick({**self._defaults, **row}))
        for position, process in processors:
            values[position] = process(values[position])
        result = connection.exec_driver_sql(text, tuple(values))
        return result.lastrowid if result.rowcount else None

    @cached_property
    def _compiled(self) -> tuple[str, Callable[[Any], tuple[Any, ...]], list[tuple[int, Processor]]]:
        compiled = self._statement.compile(dialect=_SQLITE, column_keys=list(self._defaults))
        names = compiled.positiontup or []
        kinds = {column.name: column.type.dialect_impl(_SQLITE) for column in self._columns}
        processors = [(at, kinds[name].bind_processor(_SQLITE)) for at, name in enumerate(names)]
        return compiled.string, itemgetter(*names), [(at, process) for at, process in processors if process is not None]
