"""The paper venue's books, kept apart from our own rows about the same trades."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection, bindparam, select, update

from engine.errors import StaleVersion
from engine.ports import Clock
from engine.types import Fill, Holding, OrderRequest, PaperBook, PaperOrder
from storage.encoding import decode, encode
from storage.statements import LIVE_STATES, VERSION, AnyRow, insert
from storage.tables import paper_accounts, paper_orders

_A = paper_accounts.c
_O = paper_orders.c
_BOOK = select(paper_accounts).where(_A.connection_id == bindparam("connection"))
_OPEN_BOOK = insert(paper_accounts).on_conflict_do_nothing(index_elements=["connection_id"]).returning(_A.connection_id)
_SAVE_BOOK = update(paper_accounts).where(
    _A.connection_id == bindparam("b_connection"), _A.version == bindparam(VERSION)
)
_ORDERS = (
    select(paper_orders).where(_O.connection_id == bindparam("connection")).order_by(_O.created_at, _O.venue_order_id)
)
_ORDER = _ORDERS.where(_O.client_order_id == bindparam("client"))
_OPEN_ORDERS = _ORDERS.where(_O.state.in_(LIVE_STATES))
_KEY = ["connection_id", "client_order_id"]
_NEW_ORDER = insert(paper_orders)
_PUT = _NEW_ORDER.on_conflict_do_update(
    index_elements=_KEY, set_={c.name: _NEW_ORDER.excluded[c.name] for c in paper_orders.c if c.name not in _KEY}
)


@dataclass(frozen=True, slots=True)
class Paper:
    """``engine.ports.Paper``."""

    connection: Connection
    clock: Clock

    def book(self, connection_id: int) -> PaperBook | None:
        row = self.connection.execute(_BOOK, {"connection": connection_id}).one_or_none()
        if row is None:
            return None
        return PaperBook(
            connection_id=row.connection_id,
            currency=row.currency,
            balance=row.balance,
            holdings=decode(tuple[Holding, ...], row.holdings),
            leverage=row.leverage,
            version=row.version,
        )

    def save(self, book: PaperBook) -> PaperBook:
        saved = replace(book, version=book.version + 1)
        if book.version == 0:
            written = self.connection.execute(_OPEN_BOOK, _account(saved)).scalar_one_or_none() is not None
        else:
            values = {"b_connection": book.connection_id, VERSION: book.version, **_account(saved)}
            written = self.connection.execute(_SAVE_BOOK, values).rowcount == 1
        if not written:
            raise StaleVersion(f"the paper account of connection {book.connection_id} is past version {book.version}")
        return saved

    def order(self, connection_id: int, client_order_id: str) -> PaperOrder | None:
        asked = {"connection": connection_id, "client": client_order_id}
        row = self.connection.execute(_ORDER, asked).one_or_none()
        return None if row is None else _order(row)

    def orders(self, connection_id: int, *, only_open: bool) -> tuple[PaperOrder, ...]:
        query = _OPEN_ORDERS if only_open else _ORDERS
        return tuple(map(_order, self.connection.execute(query, {"connection": connection_id})))

    def put(self, connection_id: int, order: PaperOrder) -> None:
        row = {
            "connection_id": connection_id, "client_order_id": order.request.client_order_id,
            "venue_order_id": order.venue_order_id, "symbol": order.request.symbol, "state": order.state,
            "request": encode(order.request), "filled": order.filled, "fills": encode(order.fills),
            "created_at": order.created_at, "triggered": order.triggered, "reason": order.reason,
        }  # fmt: skip
        self.connection.execute(_PUT, row)


def _account(book: PaperBook) -> dict[str, Any]:
    return {
        "connection_id": book.connection_id,
        "currency": book.currency,
        "balance": book.balance,
        "holdings": encode(book.holdings),
        "leverage": book.leverage,
        "version": book.version,
    }


def _order(row: AnyRow) -> PaperOrder:
    return PaperOrder(
        request=decode(OrderRequest, row.request),
        venue_order_id=row.venue_order_id,
        state=row.state,
        filled=row.filled,
        fills=decode(tuple[Fill, ...], row.fills),
        created_at=row.created_at,
        triggered=row.triggered,
        reason=row.reason,
    )
