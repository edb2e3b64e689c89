"""Order attempts and their fills."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

from sqlalchemy import Connection, Select, bindparam, select

from engine.errors import StaleVersion
from engine.execution.orders import RESTING
from engine.ports import Clock
from engine.types import Fill, Order, OrderRequest
from storage.inserts import Insert
from storage.statements import LIVE_STATES, ROW, VERSION, AnyRow, by_id_and_version, columns
from storage.tables import fills as fills_table
from storage.tables import orders

_REQUEST = tuple(field.name for field in fields(OrderRequest))
_ATTEMPT = tuple(field.name for field in fields(Order) if field.name not in ("id", "request"))

_C = orders.c
_INSERT = Insert(orders)
_ORDERS = select(*columns(orders, ("id", *_ATTEMPT, *_REQUEST))).order_by(_C.id)
_GET = _ORDERS.where(_C.id == bindparam("id"))
_BY_CLIENT_ID = _ORDERS.where(_C.connection_id == bindparam("connection"), _C.client_order_id == bindparam("client"))
_LIVE = _ORDERS.where(_C.state.in_(LIVE_STATES))
_LIVE_OF = _LIVE.where(_C.connection_id == bindparam("connection"))
_WAITING = _ORDERS.where(_C.state.in_(sorted(RESTING)), ~_C.reduce_only)
_OF_EXECUTION = _ORDERS.where(_C.execution_id == bindparam("execution"))
_SAVE = by_id_and_version(orders)
_ADD_FILL = Insert(fills_table, once=("connection_id", "trade_id"))


@dataclass(frozen=True, slots=True)
class Orders:
    """``engine.ports.Orders``."""

    connection: Connection
    clock: Clock

    def add(self, order: Order) -> Order:
        now = self.clock.now()
        return replace(order, id=_INSERT.add(self.connection, {**_row(order), "created_at": now, "updated_at": now}))

    def get(self, order_id: int) -> Order | None:
        return self._one(_GET, {"id": order_id})

    def by_client_id(self, connection_id: int, client_order_id: str) -> Order | None:
        return self._one(_BY_CLIENT_ID, {"connection": connection_id, "client": client_order_id})

    def live(self, connection_id: int | None = None) -> tuple[Order, ...]:
        if connection_id is None:
            return self._all(_LIVE, {})
        return self._all(_LIVE_OF, {"connection": connection_id})

    def waiting(self) -> tuple[Order, ...]:
        return self._all(_WAITING, {})

    def of_execution(self, execution_id: int) -> tuple[Order, ...]:
        return self._all(_OF_EXECUTION, {"execution": execution_id})

    def save(self, order: Order) -> Order:
        saved = replace(order, version=order.version + 1)
        values = {ROW: order.id, VERSION: order.version, **_row(saved), "updated_at": self.clock.now()}
        if self.connection.execute(_SAVE, values).rowcount != 1:
            raise StaleVersion(f"order {order.id} is no longer at version {order.version}")
        return saved

    def add_fills(self, order: Order, fills: tuple[Fill, ...]) -> tuple[Fill, ...]:
        return tuple(fill for fill in fills if self._add_fill(order, fill))

    def _add_fill(self, order: Order, fill: Fill) -> bool:
        row = {
            "connection_id": order.connection_id, "order_id": order.id, "trade_id": fill.trade_id,
            "quantity": fill.quantity, "price": fill.price, "fee": fill.fee, "fee_currency": fill.fee_currency,
            "at": fill.at,
        }  # fmt: skip
        return _ADD_FILL.add_new(self.connection, row) is not None

    def _one(self, query: Select[Any], asked: Mapping[str, Any]) -> Order | None:
        row = self.connection.execute(query, asked).one_or_none()
        return None if row is None else _order(row)

    def _all(self, query: Select[Any], asked: Mapping[str, Any]) -> tuple[Order, ...]:
        return tuple(map(_order, self.connection.execute(query, asked)))


def _row(order: Order) -> dict[str, Any]:
    row = {name: getattr(order, name) for name in _ATTEMPT}
    for name in _REQUEST:
        row[name] = getattr(order.request, name)
    return row


def _order(row: AnyRow) -> Order:
    values = row._mapping
    request = OrderRequest(**{name: values[name] for name in _REQUEST})
    return Order(id=values["id"], request=request, **{name: values[name] for name in _ATTEMPT})
