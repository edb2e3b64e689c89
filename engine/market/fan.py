"""One producer, many readers, bounded memory: of each key, a reader that fell behind gets only the newest value."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Generic, TypeVar
from weakref import WeakSet

T = TypeVar("T")


class Reader(Generic[T], AsyncIterator[T]):
    """One reader's stream. It holds at most one value a key, in the order in which the keys first waited."""

    def __init__(self) -> None:
        self._waiting: dict[str, T] = {}
        self._ready = asyncio.Event()
        self._closed = False

    def offer(self, key: str, value: T) -> None:
        self._waiting[key] = value
        self._ready.set()

    def close(self) -> None:
        self._closed = True
        self._ready.set()

    @property
    def waiting(self) -> int:
        """How many values this reader has not taken yet; never more than there are keys."""
        return len(self._waiting)

    def __aiter__(self) -> Reader[T]:
        return self

    async def __anext__(self) -> T:
        while not self._waiting:
            if self._closed:
                raise StopAsyncIteration
            self._ready.clear()
            await self._ready.wait()
        return self._waiting.pop(next(iter(self._waiting)))


class Fan(Generic[T]):
    """Hands every value to every reader. A reader that is no longer referenced is forgotten."""

    def __init__(self, key: Callable[[T], str]) -> None:
        self._key = key
        self._readers: WeakSet[Reader[T]] = WeakSet()
        self._closed = False

    def publish(self, value: T) -> None:
        for reader in tuple(self._readers):
            reader.offer(self._key(value), value)

    def reader(self) -> Reader[T]:
        """A stream of every value published from this moment on; it ends when the fan closes."""
        reader: Reader[T] = Reader()
        if self._closed:
            reader.close()
        self._readers.add(reader)
        return reader

    def close(self) -> None:
        self._closed = True
        for reader in tuple(self._readers):
            reader.close()
