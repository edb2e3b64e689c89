"""The short way to SQLite: a statement is compiled once and then goes straight to the driver.

There a statement costs a few microseconds, and what SQLAlchemy does around each of them twenty times that. So the
repositories, which only know ``execute``, are given this in place of a Connection. Their statements, types and rows
stay SQLAlchemy's, and what it has no short way for goes through the Connection underneath, in the same transaction.
On PostgreSQL the way to the server is what costs, and the usual way is taken.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from operator import itemgetter
from typing import Any, NoReturn, cast
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Executable
from sqlalchemy.dialects import sqlite
from sqlalchemy.engine import IteratorResult
from sqlalchemy.engine.result import SimpleResultMetaData
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.dml import UpdateBase
from sqlalchemy.sql.selectable import SelectBase

_SQLITE = sqlite.dialect()
Values = Mapping[str, Any]
Statement = SelectBase | UpdateBase


class Written:
    """What an insert, update or delete without RETURNING did."""

    __slots__ = ("inserted_primary_key", "rowcount")

    def __init__(self, cursor: sqlite3.Cursor) -> None:
        self.rowcount = cursor.rowcount
        self.inserted_primary_key = (cursor.lastrowid,)


def driver(connection: Connection) -> sqlite3.Connection:
    """The driver's connection under this one."""
    return cast(sqlite3.Connection, connection.connection.dbapi_connection)


@contextmanager
def transaction(connection: Connection, begin: str) -> Iterator[None]:
    """A transaction said to the driver itself: SQLAlchemy, to which it is one that never ends, takes its time."""
    there = driver(connection)
    there.execute(begin)
    try:
        yield
        there.execute("COMMIT")
    except BaseException:
        if there.in_transaction:
            there.execute("ROLLBACK")
        raise


class Direct:
    """What repositories use of a Connection whose transaction is open."""

    def __init__(self, connection: Connection) -> None:
        self._usual = connection
        self._driver = driver(connection)
        self.dialect = connection.dialect

    def execute(self, statement: Executable, parameters: Values | list[Values] | None = None) -> Any:
        """The Result of a statement that returns rows, else how many rows it touched."""
        several = parameters if isinstance(parameters, list) else None
        first = cast(Values, several[0] if several else parameters or {})
        prepared = _prepared(statement, first)
        if prepared is None:
            return self._usual.execute(statement, parameters)
        try:
            if several:
                return Written(self._driver.executemany(prepared.text, list(map(prepared.bind, several))))
            cursor = self._driver.execute(prepared.text, prepared.bind(first))
            return prepared.rows(cursor) if cursor.description else Written(cursor)
        except sqlite3.Error as fault:
            _raise(prepared.text, fault)

    def exec_driver_sql(self, text: str) -> Any:
        return self._usual.exec_driver_sql(text)


def direct(connection: Connection) -> Connection:
    """The same connection, the short way where there is one."""
    return cast(Connection, Direct(connection)) if connection.dialect.name == "sqlite" else connection


class Prepared:
    """A statement for parameters of these names: its text, the values it brings along, and what its rows hold."""

    def __init__(self, statement: Statement, compiled: SQLCompiler, given: Values) -> None:
        own = {**compiled.construct_params(_check=False), **_defaults(compiled)}
        state = compiled.construct_expanded_state({**own, **given})
        names = state.positiontup or []
        kinds = {name: bind.type for name, bind in compiled.binds.items()}
        kinds |= {one: kinds[name] for name, several in state.parameter_expansion.items() for one in several}
        bound = [kinds[name].dialect_impl(_SQLITE).bind_processor(_SQLITE) for name in names]
        self.text = state.statement
        self._results = [
            column.type.dialect_impl(_SQLITE).result_processor(_SQLITE, None) for column in statement.exported_columns
        ]
        self._shape: SimpleResultMetaData | None = None
        required = {name for name, bind in compiled.binds.items() if bind.required}
        self._own = {name: state.parameters[name] for name in names if name not in required.union(given)}
        self._pick = _picker(names)
        self._processors = [(at, process) for at, process in enumerate(bound) if process is not None]

    def bind(self, given: Values) -> tuple[Any, ...]:
        """The values in the order of the statement, as the driver takes them."""
        values = list(self._pick({**self._own, **given}))
        for at, process in self._processors:
            values[at] = process(values[at])
        return tuple(values)

    def rows(self, cursor: sqlite3.Cursor) -> IteratorResult[Any]:
        """All of them: a cursor that is not at its end would hold the transaction open."""
        if self._shape is None:
            self._shape = SimpleResultMetaData([name for name, *_ in cursor.description], _processors=self._results)
        return IteratorResult(self._shape, iter(cursor.fetchall()))


def _defaults(compiled: SQLCompiler) -> dict[str, Any]:
    """What columns hold that an insert does not name. Every default of our tables is a plain value."""
    return {column.key: column.default.arg for column in compiled.insert_prefetch}  # type: ignore[union-attr]


def _picker(names: Sequence[str]) -> Callable[[Mapping[str, Any]], tuple[Any, ...]]:
    if len(names) > 1:
        return itemgetter(*names)
    return lambda values: tuple(values[name] for name in names)


_KNOWN: WeakKeyDictionary[Executable, dict[tuple[str, ...], Prepared | None]] = WeakKeyDictionary()


def _prepared(statement: Executable, given: Values) -> Prepared | None:
    """None for what goes the usual way, and whenever a statement is new: one built on the spot never comes again."""
    known = _KNOWN.get(statement)
    if known is None:
        _KNOWN[statement] = {}
        return None
    names = tuple(given)
    if names not in known:
        known[names] = _prepare(statement, given)
    return known[names]


def _prepare(statement: Executable, given: Values) -> Prepared | None:
    if not isinstance(statement, SelectBase | UpdateBase):
        return None
    compiled = statement.compile(dialect=_SQLITE, column_keys=list(given))
    assert isinstance(compiled, SQLCompiler)
    if any(bind.expanding and name in given for name, bind in compiled.binds.items()):
        return None  # its text depends on how many values there are
    return Prepared(statement, compiled, given)


def _raise(text: str, fault: sqlite3.Error) -> NoReturn:
    """The fault as SQLAlchemy names it; without the values, which may be somebody's words."""
    raise DBAPIError.instance(text, None, fault, sqlite3.Error, dialect=_SQLITE) from fault
