"""Frozen dataclasses of ``engine.types`` as JSON values and back, exactly.

The reader of a type is derived once from its annotations: Decimal and datetime are text, an enum is its value, a tuple
is a list, a dataclass is an object. Nothing is guessed: a field the type does not have is an error.
"""

from __future__ import annotations

import types
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from functools import cache
from typing import Any, TypeVar, Union, cast, get_args, get_origin, get_type_hints

T = TypeVar("T")
Reader = Callable[[Any], Any]
Writer = Callable[[Any], Any]


def encode(value: Any) -> Any:
    """The value as plain JSON types. Raises TypeError for a type that has no exact form (a float has none)."""
    kind: Any = type(value)
    return _writer(kind)(value)


@cache
def _writer(kind: Any) -> Writer:
    """How values of exactly this type are written: found once, for most of what is kept is small and many."""
    if kind is str:
        return _same
    if issubclass(kind, Enum):
        return lambda value: value.value
    for form, write in _FORMS:
        if issubclass(kind, form):
            return write
    if is_dataclass(kind):
        names = tuple(field.name for field in fields(kind))
        return lambda value: {name: encode(getattr(value, name)) for name in names}
    raise TypeError(f"{kind.__name__} has no JSON form")


def decode(kind: type[T], data: Any) -> T:
    """The dataclass that ``encode`` turned into ``data``. A missing field takes its default."""
    return cast(T, _reader(cast(Any, kind))(data))


def _moment(text: str) -> datetime:
    at = datetime.fromisoformat(text)
    return at if at.tzinfo is UTC else at.astimezone(UTC)


def _same(value: Any) -> Any:
    return value


_FORMS: tuple[tuple[type[Any] | tuple[type[Any], ...], Writer], ...] = (
    ((bool, int, type(None)), _same),
    (Decimal, str),
    ((datetime, date), lambda value: value.isoformat()),
    ((tuple, list), lambda value: [encode(item) for item in value]),
    (dict, lambda value: {key: encode(item) for key, item in value.items()}),
)

_LEAVES: dict[Any, Reader] = {
    Any: _same, str: _same, int: _same, bool: _same, type(None): _same,
    Decimal: Decimal, datetime: _moment, date: date.fromisoformat,
}  # fmt: skip


@cache
def _reader(kind: Any) -> Reader:
    if kind in _LEAVES:
        return _LEAVES[kind]
    origin = get_origin(kind)
    if origin in (Union, types.UnionType):
        return _optional(get_args(kind))
    if origin is tuple:
        return _tuple(get_args(kind))
    if origin is dict:
        return _dict(get_args(kind)[1])
    if is_dataclass(kind):
        return _dataclass(kind)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return kind
    raise TypeError(f"cannot read {kind} from JSON")


def _optional(args: tuple[Any, ...]) -> Reader:
    inner = [arg for arg in args if arg is not type(None)]
    if len(inner) != 1:
        raise TypeError(f"a union of {args} cannot be told apart in JSON")
    read = _reader(inner[0])
    return lambda value: None if value is None else read(value)


def _tuple(args: tuple[Any, ...]) -> Reader:
    if args[-1] is Ellipsis:
        read = _reader(args[0])
        return lambda value: tuple(map(read, value))
    readers = [_reader(arg) for arg in args]
    return lambda value: tuple(read(item) for read, item in zip(readers, value, strict=True))


def _dict(item: Any) -> Reader:
    read = _reader(item)
    return lambda value: {key: read(one) for key, one in value.items()}


def _dataclass(kind: Any) -> Reader:
    hints = get_type_hints(kind)
    readers = {field.name: _reader(hints[field.name]) for field in fields(kind)}

    def read(value: dict[str, Any]) -> Any:
        unknown = value.keys() - readers.keys()
        if unknown:
            raise ValueError(f"{kind.__name__} has no {sorted(unknown)}")
        return kind(**{name: readers[name](item) for name, item in value.items()})

    return read
