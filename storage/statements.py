"""Small pieces that several repositories write their statements with. Statements are built once, at import."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias

from sqlalchemy import Column, Connection, CursorResult, Executable, Row, Table, Update, bindparam, update

# Both databases speak the same ON CONFLICT and RETURNING, and this form compiles for either.
from sqlalchemy.dialects.postgresql import insert as insert

from engine.execution.orders import TERMINAL
from engine.types import OrderState

AnyRow: TypeAlias = Row[*tuple[Any, ...]]
"""A row of any statement."""

LIVE_STATES = sorted(set(OrderState) - TERMINAL)
"""States of an order that may still change. Asked for by name, for an index serves IN but not NOT IN."""

ROW = "b_id"
"""Bound name of the row that an update is about; plain column names are taken by the values to set."""

VERSION = "b_version"


def by_id(table: Table) -> Update:
    """Update one row; the columns to set are the other parameters."""
    return update(table).where(table.c.id == bindparam(ROW))


def by_id_and_version(table: Table) -> Update:
    """Update one row if nobody changed it since it was read."""
    return by_id(table).where(table.c.version == bindparam(VERSION))


def add(connection: Connection, statement: Executable, values: Mapping[str, Any]) -> int:
    """Insert one row, returning its new id."""
    return new_id(connection.execute(statement, values))


def new_id(result: CursorResult[Any]) -> int:
    """The id of the row that this insert made."""
    key = result.inserted_primary_key
    assert key is not None
    return int(key[0])


def columns(table: Table, names: tuple[str, ...]) -> tuple[Column[Any], ...]:
    """These columns of a table, in this order."""
    return tuple(table.c[name] for name in names)
