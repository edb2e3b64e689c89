"""The short way to SQLite says what the usual way says, whether a statement comes for the first time or again."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import Connection, bindparam, delete, func, insert, select, text, update
from sqlalchemy.exc import IntegrityError

from engine.types import Direction, OrderState, Role, TradingState
from storage.columns import Money
from storage.database import Database
from storage.direct import Direct, direct
from storage.statements import add
from storage.tables import fills, inbox, orders, signals, users
from storage.unit_of_work import UnitOfWork
from tests.clocks import NOON
from tests.storage import worlds

TIMES = 3  # the first goes the usual way, the second is compiled, the third is not
PERSON = {
    "language": "en",
    "role": Role.USER,
    "trading_state": TradingState.ACTIVE,
    "created_at": NOON,
    "updated_at": NOON,
}


async def each_time(database: Database, work: Callable[[Connection], Any]) -> list[Any]:
    """What ``work`` says on the usual way, and each time that it is done on the short one."""

    def run(unit: UnitOfWork) -> list[Any]:
        usual = unit.connection._usual if isinstance(unit.connection, Direct) else unit.connection
        return [work(usual), *(work(unit.connection) for _ in range(TIMES))]

    return await database.read(run)


@pytest.fixture
async def world(sqlite_database: Database) -> worlds.World:
    made = await worlds.world(sqlite_database)
    await sqlite_database.write(lambda unit: unit.orders.add(made.order()))
    return made


SELECTS: tuple[tuple[Any, dict[str, Any]], ...] = (
    (select(orders), {}),
    (select(orders.c.quantity, orders.c.request_ts, orders.c.direction, orders.c.reduce_only), {}),
    (select(orders.c.id).where(orders.c.direction == Direction.BUY, orders.c.reduce_only.is_(False)), {}),
    (select(orders.c.id).where(orders.c.state.in_([OrderState.PLANNED, OrderState.FILLED])), {}),
    (select(orders.c.id).where(orders.c.state.in_([]), orders.c.leg == "E1"), {}),
    (select(orders.c.leg).where(orders.c.quantity == bindparam("much", type_=Money)), {"much": Decimal("1.5")}),
    (select(func.count().label("many"), func.max(signals.c.created_at)).select_from(signals), {}),
    (select(users.c.id, users.c.role).order_by(users.c.id).limit(bindparam("most")), {"most": 1, "spare": 2}),
    (select(users.c.id).union(select(signals.c.id)), {}),
    (text("SELECT count(*) FROM users"), {}),
)  # fmt: skip


@pytest.mark.parametrize(("statement", "asked"), SELECTS)
async def test_rows_are_the_same(
    sqlite_database: Database, world: worlds.World, statement: Any, asked: dict[str, Any]
) -> None:  # fmt: skip
    def rows(connection: Connection) -> list[Any]:
        return [dict(row._mapping) for row in connection.execute(statement, asked)]

    usual, *short = await each_time(sqlite_database, rows)
    assert short == [usual] * TIMES


async def test_a_list_of_values_has_its_own_length_each_time(sqlite_database: Database, world: worlds.World) -> None:
    some = select(users.c.id).where(users.c.id.in_(bindparam("ids", expanding=True))).order_by(users.c.id)
    everybody = [user.id for user in await sqlite_database.read(lambda unit: unit.people.all())]

    def found(unit: UnitOfWork) -> list[list[int]]:
        lists: tuple[list[int], ...] = (everybody, everybody[:1], [], everybody)
        return [list(unit.connection.execute(some, {"ids": ids}).scalars()) for ids in lists]

    assert await sqlite_database.read(found) == [everybody, everybody[:1], [], everybody]


async def test_a_value_that_is_missing_is_an_error_each_time(sqlite_database: Database, world: worlds.World) -> None:
    one = select(users.c.id).where(users.c.id == bindparam("id"))

    def asked_nothing(unit: UnitOfWork) -> int:
        failed = 0
        for _ in range(TIMES):
            try:
                unit.connection.execute(one, {})
            except Exception:
                failed += 1
        return failed

    assert await sqlite_database.read(asked_nothing) == TIMES


async def test_an_insert_takes_the_defaults_and_says_its_id(sqlite_database: Database) -> None:
    person = insert(users)

    def enroll(unit: UnitOfWork) -> list[int]:
        return [add(unit.connection, person, {**PERSON, "telegram_chat_id": chat}) for chat in range(TIMES)]

    ids = await sqlite_database.write(enroll)
    every = select(users.c.id, users.c.timezone, users.c.is_active, users.c.last_notice_number).order_by(users.c.id)
    found = await sqlite_database.read(lambda unit: [tuple(row) for row in unit.connection.execute(every)])
    assert found == [(one, "UTC", True, 0) for one in ids]


async def test_changes_say_how_many_and_what(sqlite_database: Database) -> None:
    many, count = insert(users), select(func.count()).select_from(users)
    named = update(users).where(users.c.telegram_chat_id < bindparam("b_below"))
    counted = (
        update(users)
        .where(users.c.telegram_chat_id == bindparam("b_chat"))
        .values(last_notice_number=users.c.last_notice_number + 1)
        .returning(users.c.last_notice_number)
    )
    gone = delete(users).where(users.c.telegram_chat_id == bindparam("chat"))

    def work(unit: UnitOfWork) -> list[Any]:
        run = unit.connection.execute
        said: list[Any] = []
        for first in (0, 10, 20):
            run(many, [{**PERSON, "telegram_chat_id": first + n} for n in range(3)])
            said.append(run(count).scalar_one())
        said.append([run(named, {"b_below": below, "language": "de"}).rowcount for below in (0, 2, 12)])
        said.append([run(counted, {"b_chat": 1}).scalar_one() for _ in range(TIMES)])
        said.append([run(gone, {"chat": chat}).rowcount for chat in (0, 1, 99, 2)])
        return said

    assert await sqlite_database.write(work) == [3, 6, 9, [0, 2, 5], [1, 2, 3], [1, 1, 0, 1]]


async def test_what_the_database_refuses_has_its_usual_name(sqlite_database: Database, world: worlds.World) -> None:
    row = {"bot_id": 1, "update_id": 1, "lane": 1, "raw": {"text": "my secret"}, "received_at": NOON}
    again = insert(inbox)

    def refusals(unit: UnitOfWork) -> list[str]:
        unit.connection.execute(again, row)
        said = []
        for _ in range(TIMES):
            with pytest.raises(IntegrityError) as refused:
                unit.connection.execute(again, row)
            said.append(str(refused.value))
        return said

    for words in (await sqlite_database.write(refusals))[1:]:
        assert "UNIQUE constraint failed" in words
        assert "my secret" not in words


async def test_on_a_server_the_usual_way_is_taken() -> None:
    class Server:
        class dialect:  # noqa: N801
            name = "postgresql"

    there = Server()
    assert direct(there) is there  # type: ignore[arg-type, comparison-overlap]


async def test_no_fill_is_left_out(sqlite_database: Database, world: worlds.World) -> None:
    mine = await sqlite_database.write(lambda unit: unit.orders.of_execution(world.execution.id))
    new = tuple(worlds.fill(trade_id=f"t{n}") for n in range(5))
    assert await sqlite_database.write(lambda unit: unit.orders.add_fills(mine[0], new)) == new
    assert await sqlite_database.write(lambda unit: unit.orders.add_fills(mine[0], new)) == ()
    total = select(func.count()).select_from(fills)
    assert await sqlite_database.read(lambda unit: unit.connection.execute(total).scalar_one()) == 5
