"""An in-memory store that has only the paper venue's books, for tests that need no database."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from engine.adapters.paper_matching import rests
from engine.errors import StaleVersion
from engine.types import PaperBook, PaperOrder

T = TypeVar("T")


@dataclass
class PaperBooks:
    """engine.ports.Paper over dictionaries."""

    books: dict[int, PaperBook] = field(default_factory=dict)
    kept: dict[tuple[int, str], PaperOrder] = field(default_factory=dict)

    def book(self, connection_id: int) -> PaperBook | None:
        return self.books.get(connection_id)

    def save(self, book: PaperBook) -> PaperBook:
        stored = self.books.get(book.connection_id)
        if (stored.version if stored else 0) != book.version:
            raise StaleVersion("paper book")
        saved = replace(book, version=book.version + 1)
        self.books[book.connection_id] = saved
        return saved

    def order(self, connection_id: int, client_order_id: str) -> PaperOrder | None:
        return self.kept.get((connection_id, client_order_id))

    def orders(self, connection_id: int, *, only_open: bool) -> tuple[PaperOrder, ...]:
        mine = [order for (owner, _), order in self.kept.items() if owner == connection_id]
        return tuple(order for order in mine if rests(order) or not only_open)

    def put(self, connection_id: int, order: PaperOrder) -> None:
        self.kept[connection_id, order.request.client_order_id] = order


class FakeStore:
    """engine.ports.Store: one transaction at a time, undone when it fails; a write may run twice, and does."""

    def __init__(self) -> None:
        self.paper = PaperBooks()
        self.writes = 0

    async def read(self, work: Callable[[Any], T]) -> T:
        return work(self)

    async def write(self, work: Callable[[Any], T], *, urgent: bool = False) -> T:
        before = PaperBooks(dict(self.paper.books), dict(self.paper.kept))
        try:
            work(self)
            self.paper = PaperBooks(dict(before.books), dict(before.kept))
            done = work(self)
        except Exception:
            self.paper = before
            raise
        self.writes += 1
        return done
