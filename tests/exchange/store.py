"""The exchange's SQLite: one table a kind of row, its columns the fields of the dataclass, money as exact text."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import fields
from decimal import Decimal
from enum import StrEnum
from functools import cache
from typing import Any, Generic, TypeVar, get_type_hints

from tests.exchange.book import Quote
from tests.exchange.model import Account, Balance, Income, Instrument, Order, Position, Terms, Trade

Row = TypeVar("Row")


class Table(Generic[Row]):
    """Rows of one dataclass, written whole and found by equal columns.

    ``kept``: what was found stays found until the next ``put``, for tables that are read with every order and written
    seldom.
    """

    def __init__(
        self, db: sqlite3.Connection, name: str, kind: type[Row], key: str, *indexes: str, kept: bool = False
    ) -> None:  # fmt: skip
        self._db, self.name, self._kind = db, name, kind
        self._kept: dict[tuple[tuple[str, object], ...], list[Row]] | None = {} if kept else None
        hints = _hints(kind)  # type: ignore[arg-type]
        self._columns = [field.name for field in fields(kind)]  # type: ignore[arg-type]
        self._readers = [_reader(hints[column]) for column in self._columns]
        columns = ", ".join(f'"{column}"' for column in self._columns)
        marks = ", ".join("?" * len(self._columns))
        self._select = f'SELECT {columns} FROM "{name}"'
        renewed = ", ".join(f'"{column}" = excluded."{column}"' for column in self._columns)
        # An upsert keeps the place of the row, so that "oldest first" stays true when a row changes.
        self._put = f'INSERT INTO "{name}" ({columns}) VALUES ({marks}) ON CONFLICT ({key}) DO UPDATE SET {renewed}'
        db.execute(f'CREATE TABLE IF NOT EXISTS "{name}" ({columns}, PRIMARY KEY ({key}))')
        for number, index in enumerate(indexes):
            db.execute(f'CREATE INDEX IF NOT EXISTS "{name}_{number}" ON "{name}" ({index})')

    def put(self, row: Row) -> Row:
        """Write a row over the one with the same key."""
        self._db.execute(self._put, [_written(getattr(row, column)) for column in self._columns])
        self.forget()
        return row

    def forget(self) -> None:
        """Read from the database again."""
        if self._kept is not None:
            self._kept = {}

    def get(self, **where: object) -> Row | None:
        """The first row with these values."""
        found = self.all(**where)
        return found[0] if found else None

    def all(self, **where: object) -> list[Row]:
        """Every row with these values (a list of values means any of them), oldest first."""
        if self._kept is None:
            return self._found(where)
        key = tuple(where.items())
        if key not in self._kept:
            self._kept[key] = self._found(where)
        return list(self._kept[key])

    def _found(self, where: Mapping[str, object]) -> list[Row]:
        query, values = self._select, []
        for number, (column, value) in enumerate(where.items()):
            many = value if isinstance(value, list) else [value]
            query += " AND " if number else " WHERE "
            query += f'"{column}" IN ({", ".join("?" * len(many))})'
            values += [_written(one) for one in many]
        return [self._row(cells) for cells in self._db.execute(query + " ORDER BY rowid", values)]

    def _row(self, cells: tuple[Any, ...]) -> Row:
        read = zip(self._columns, self._readers, cells, strict=True)
        return self._kind(**{column: None if cell is None else reader(cell) for column, reader, cell in read})


class Store:
    """All tables of one exchange. ``path`` may be ``:memory:``; a file outlives the process that serves it."""

    def __init__(self, path: str = ":memory:") -> None:
        self._db = sqlite3.connect(path, isolation_level=None)
        # Another process's kill cannot lose what was handed to the system, and that is all a test needs.
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("PRAGMA synchronous=OFF")
        self._depth = 0
        self._settings: dict[str, str | None] = {}
        self.accounts = Table(self._db, "accounts", Account, "key", "name", kept=True)
        self.instruments = Table(self._db, "instruments", Instrument, "market, symbol", kept=True)
        self.quotes = Table(self._db, "quotes", Quote, "market, symbol", kept=True)
        self.balances = Table(self._db, "balances", Balance, "account, wallet, asset")
        self.orders = Table(self._db, "orders", Order, "id", "account, client_id", "status, symbol")
        self.trades = Table(self._db, "trades", Trade, "id", '"order"', "account, symbol")
        self.positions = Table(self._db, "positions", Position, "account, symbol, side")
        self.terms = Table(self._db, "terms", Terms, "account, symbol")
        self.incomes = Table(self._db, "incomes", Income, "id", "account")
        self._db.execute("CREATE TABLE IF NOT EXISTS numbers (name PRIMARY KEY, value INTEGER)")
        self._db.execute("CREATE TABLE IF NOT EXISTS settings (name PRIMARY KEY, value TEXT)")

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing; a transaction inside another belongs to the outer one."""
        if self._depth:
            yield
            return
        self._db.execute("BEGIN IMMEDIATE")
        self._depth = 1
        try:
            yield
        except BaseException:
            self._db.execute("ROLLBACK")
            for table in (self.accounts, self.instruments, self.quotes):
                table.forget()
            self._settings.clear()
            raise
        else:
            self._db.execute("COMMIT")
        finally:
            self._depth = 0

    @property
    def busy(self) -> bool:
        """Whether a transaction is under way."""
        return self._depth > 0

    def number(self, name: str, first: int = 1) -> int:
        """The next number of a series."""
        query = "INSERT INTO numbers VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = value + 1 RETURNING value"
        (value,) = self._db.execute(query, (name, first)).fetchone()
        return int(value)

    def setting(self, name: str, default: str = "") -> str:
        if name not in self._settings:
            row = self._db.execute("SELECT value FROM settings WHERE name = ?", (name,)).fetchone()
            self._settings[name] = row[0] if row else None
        found = self._settings[name]
        return default if found is None else found

    def set(self, name: str, value: str) -> None:
        self._db.execute("INSERT OR REPLACE INTO settings VALUES (?, ?)", (name, value))
        self._settings.pop(name, None)

    def execute(self, query: str, values: tuple[object, ...] = ()) -> list[tuple[Any, ...]]:
        """SQL of another part of the exchange that keeps its own table here, such as the log of calls."""
        return self._db.execute(query, values).fetchall()

    def close(self) -> None:
        self._db.close()


@cache
def _hints(kind: type[Any]) -> dict[str, Any]:
    """The types of a row's fields; reading them costs more than making the tables."""
    return get_type_hints(kind)


def _written(value: object) -> object:
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, StrEnum):
        return str(value)
    return int(value) if isinstance(value, bool) else value


def _reader(hint: Any) -> Callable[[Any], Any]:
    """How a cell becomes the field's type; ``X | None`` reads as X."""
    options = [option for option in getattr(hint, "__args__", ()) if option is not type(None)]
    reader: Callable[[Any], Any] = options[0] if options else hint
    return reader
