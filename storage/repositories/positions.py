"""Positions with their ladder of take profits, saved under an optimistic lock."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Select, bindparam, delete, func, select, update

from engine.errors import StaleVersion
from engine.ports import Clock, Head
from engine.types import ZERO, Direction, Exposure, Position, PositionStatus, Rung
from storage.statements import LIVE_STATES, ROW, VERSION, AnyRow, add, by_id_and_version, columns, insert
from storage.tables import execution_positions, funding_parts, funding_payments, orders, position_take_profits

_C = execution_positions.c
_R = position_take_profits.c
_FIELDS = tuple(field.name for field in fields(Position) if field.name not in ("id", "execution_id", "rungs"))
_SELECTED = (_C.id, _C.execution_log_id.label("execution_id"), *columns(execution_positions, _FIELDS))


class _Query(NamedTuple):
    positions: Select[Any]
    rungs: Select[Any]


def query(*criteria: ColumnElement[bool], newest_first: bool = False, limit: bool = False) -> _Query:
    """Statements that read the positions that meet the criteria, and all their rungs."""
    ids = select(_C.id).where(*criteria).order_by(_C.id.desc() if newest_first else _C.id)
    if limit:
        ids = ids.limit(bindparam("limit"))
    positions = ids.with_only_columns(*_SELECTED)
    rungs = select(position_take_profits).where(_R.position_id.in_(ids)).order_by(_R.position_id, _R.level)
    return _Query(positions, rungs)


def read(connection: Connection, asked: _Query, values: Mapping[str, Any]) -> tuple[Position, ...]:
    """The positions of a query, whole."""
    rows = connection.execute(asked.positions, values).all()
    if not rows:
        return ()
    ladders: defaultdict[int, list[Rung]] = defaultdict(list)
    for row in connection.execute(asked.rungs, values):
        ladders[row.position_id].append(_rung(row))
    return tuple(Position(**row._mapping, rungs=tuple(ladders[row.id])) for row in rows)


_IS_OPEN = _C.status == PositionStatus.OPEN
_GET = query(_C.id == bindparam("id"))
_OF_EXECUTION = query(_C.execution_log_id == bindparam("execution"), newest_first=True, limit=True)
_OPEN = query(_IS_OPEN)
_HEADS = select(_C.id, _C.version, _C.connection_id).where(_IS_OPEN).order_by(_C.id)
_OPEN_OF = query(_IS_OPEN, _C.connection_id == bindparam("connection"))
_CROSSED_OF = query(_C.crossed, _C.connection_id == bindparam("connection"))
_CROSSED = query(_C.crossed)
_OF_USER = query(_C.user_id == bindparam("user"), newest_first=True, limit=True)
_OPEN_OF_USER = query(_C.user_id == bindparam("user"), _IS_OPEN, newest_first=True, limit=True)
_CLOSED = query(
    _C.connection_id == bindparam("connection"),
    _C.closed_at >= bindparam("start"),
    _C.closed_at < bindparam("end"),
)

_ENTRY_ORDER_ID = (
    select(func.min(orders.c.venue_order_id))
    .where(orders.c.execution_id == bindparam("b_execution"), ~orders.c.reduce_only)
    .scalar_subquery()
)
_INSERT = insert(execution_positions).values(order_id=_ENTRY_ORDER_ID)
_SAVE = by_id_and_version(execution_positions)
_ADD_RUNGS = insert(position_take_profits)
_DROP_RUNGS = delete(position_take_profits).where(_R.position_id == bindparam("position"))
# A figure that arrives late must not repaint a closed position.
_PRICES = update(execution_positions).where(_C.id == bindparam(ROW), _IS_OPEN)

_OPEN_SYMBOLS = select(_C.execution_log_id, _C.symbol, _C.direction).where(
    _IS_OPEN, _C.connection_id == bindparam("connection")
)
_ENTERING = (
    select(orders.c.execution_id, orders.c.symbol, orders.c.direction)
    .distinct()
    .where(
        orders.c.connection_id == bindparam("connection"),
        orders.c.state.in_(LIVE_STATES),
        ~orders.c.reduce_only,
    )
)
# Funding counts on the day it was paid, not on the day its trade closed.
_RESULTS = select(_C.pnl, _C.funding).where(
    _C.connection_id == bindparam("connection"), _C.closed_at >= bindparam("since")
)
_FUNDED = (
    select(funding_parts.c.amount)
    .join(funding_payments, funding_payments.c.id == funding_parts.c.payment_id)
    .where(funding_payments.c.connection_id == bindparam("connection"), funding_payments.c.at >= bindparam("since"))
)


@dataclass(frozen=True, slots=True)
class Positions:
    """``engine.ports.Positions``."""

    connection: Connection
    clock: Clock

    def add(self, position: Position) -> Position:
        now = self.clock.now()
        new_id = add(
            self.connection,
            _INSERT,
            {**_row(position), "b_execution": position.execution_id, "created_at": now, "updated_at": now},
        )
        self._add_rungs(new_id, position.rungs)
        return replace(position, id=new_id)

    def get(self, position_id: int) -> Position | None:
        return self._first(_GET, {"id": position_id})

    def of_execution(self, execution_id: int) -> Position | None:
        return self._first(_OF_EXECUTION, {"execution": execution_id, "limit": 1})

    def open(self, connection_id: int | None = None) -> tuple[Position, ...]:
        if connection_id is None:
            return read(self.connection, _OPEN, {})
        return read(self.connection, _OPEN_OF, {"connection": connection_id})

    def crossed(self, connection_id: int | None = None) -> tuple[Position, ...]:
        if connection_id is None:
            return read(self.connection, _CROSSED, {})
        return read(self.connection, _CROSSED_OF, {"connection": connection_id})

    def heads(self) -> tuple[Head, ...]:
        return tuple(Head(*row) for row in self.connection.execute(_HEADS))

    def of_user(self, user_id: int, *, only_open: bool = True, limit: int = 50) -> tuple[Position, ...]:
        """The newest ``limit`` positions of this person, newest first."""
        asked = _OPEN_OF_USER if only_open else _OF_USER
        return read(self.connection, asked, {"user": user_id, "limit": limit})

    def save(self, position: Position) -> Position:
        saved = replace(position, version=position.version + 1)
        values = {ROW: position.id, VERSION: position.version, **_row(saved), "updated_at": self.clock.now()}
        if self.connection.execute(_SAVE, values).rowcount != 1:
            raise StaleVersion(f"position {position.id} is no longer at version {position.version}")
        self.connection.execute(_DROP_RUNGS, {"position": position.id})
        self._add_rungs(position.id, position.rungs)
        return saved

    def prices(self, updates: Mapping[int, tuple[Decimal, Decimal, Decimal]], now: datetime) -> None:
        if not updates:
            return
        self.connection.execute(
            _PRICES,
            [
                {
                    ROW: position_id, "current_price": price, "pnl": pnl, "pnl_percentage": percent,
                    "last_price_update_at": now,
                }
                for position_id, (price, pnl, percent) in updates.items()
            ],
        )  # fmt: skip

    def exposure(self, connection_id: int, symbol: str, since: datetime) -> Exposure:
        asked = {"connection": connection_id, "since": since}
        opened = self.connection.execute(_OPEN_SYMBOLS, asked)
        carried = {row.execution_log_id: (row.symbol, row.direction) for row in opened}
        for row in self.connection.execute(_ENTERING, asked):
            carried.setdefault(row.execution_id, (row.symbol, row.direction))
        results = [row.pnl - row.funding for row in self.connection.execute(_RESULTS, asked)]
        funded = self.connection.execute(_FUNDED, asked).scalars()
        here = [direction for held, direction in carried.values() if held == symbol]
        return Exposure(
            open_positions=len(carried),
            open_on_symbol=len(here),
            sides=frozenset(Direction(direction) for direction in here),
            realised_today=sum((*results, *funded), ZERO),
        )

    def closed_between(self, connection_id: int, start: datetime, end: datetime) -> tuple[Position, ...]:
        """Positions closed from ``start`` up to, not including, ``end``."""
        return read(self.connection, _CLOSED, {"connection": connection_id, "start": start, "end": end})

    def _first(self, asked: _Query, values: Mapping[str, Any]) -> Position | None:
        found = read(self.connection, asked, values)
        return found[0] if found else None

    def _add_rungs(self, position_id: int, rungs: tuple[Rung, ...]) -> None:
        if rungs:
            self.connection.execute(
                _ADD_RUNGS,
                [{"position_id": position_id, **{name: getattr(rung, name) for name in _RUNG}} for rung in rungs],
            )


_RUNG = tuple(field.name for field in fields(Rung))


def _rung(row: AnyRow) -> Rung:
    return Rung(level=row.level, price=row.price, share=row.share, closed_qty=row.closed_qty, closed_at=row.closed_at)


def _row(position: Position) -> dict[str, Any]:
    row = {name: getattr(position, name) for name in _FIELDS}
    return {**row, "execution_log_id": position.execution_id, **_first_rungs(position.rungs)}


def _first_rungs(rungs: tuple[Rung, ...]) -> dict[str, Any]:
    """The first three rungs as the columns tp1.. to tp3.., and the first one's price as tp_price."""
    row: dict[str, Any] = {"tp_price": rungs[0].price if rungs else None}
    for number in (1, 2, 3):
        rung = rungs[number - 1] if len(rungs) >= number else None
        row[f"tp{number}_price"] = rung and rung.price
        row[f"tp{number}_close_pct"] = rung and rung.share
        row[f"tp{number}_closed_at"] = rung and rung.closed_at
        row[f"tp{number}_closed_qty"] = rung and rung.closed_qty
    return row
