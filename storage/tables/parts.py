"""What tables are made of: the metadata, and one short word for each kind of column."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, Boolean, CheckConstraint, Column, ForeignKey, Integer, MetaData, Table

from storage.columns import Choice, Figure, Money, Utc

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# SQLite counts rows up by itself only in an INTEGER column.
Key = BigInteger().with_variant(Integer, "sqlite")


def own_id() -> Column[int]:
    return Column("id", Key, primary_key=True)


def ref(name: str, target: str, *, gone: str = "CASCADE", null: bool = False, index: bool = True) -> Column[int]:
    """A foreign key; ``gone`` says what happens to this row when the other one is deleted.

    It has an index of its own unless a unique key of the table begins with it.
    """
    return Column(name, Key, ForeignKey(f"{target}.id", ondelete=gone), nullable=null, index=index)


def money(name: str, *, null: bool = True) -> Column[Any]:
    return Column(name, Money, nullable=null)


def figure(name: str, *, null: bool = True) -> Column[Any]:
    return Column(name, Figure, nullable=null)


def moment(name: str, *, null: bool = True) -> Column[Any]:
    return Column(name, Utc, nullable=null)


def flag(name: str, *, default: bool = False) -> Column[bool]:
    return Column(name, Boolean, nullable=False, default=default)


def count(name: str, default: int = 0) -> Column[int]:
    return Column(name, Integer, nullable=False, default=default)


def choice(name: str, kind: type[StrEnum], *, null: bool = False) -> tuple[Column[Any], CheckConstraint]:
    return Column(name, Choice(kind), nullable=null), one_of(name, *(member.value for member in kind))


def one_of(name: str, *values: str) -> CheckConstraint:
    return CheckConstraint(f"{name} IN ({', '.join(repr(value) for value in values)})", name=name)


def stamps() -> tuple[Column[Any], Column[Any]]:
    return moment("created_at", null=False), moment("updated_at", null=False)


def table(name: str, *parts: Any) -> Table:
    """A table whose ids are never given out twice: a button may still carry the id of a deleted row."""
    return Table(name, metadata, *parts, sqlite_autoincrement=True)
