"""Target 3: durable order rows a second with 100 concurrent writers, beside one commit a row through the async ORM.

Both sides write the same row into the same table of a SQLite file of their own, in WAL mode with synchronous=FULL,
and every writer waits until its row is on disk. Rounds of the two alternate, so that a busy machine slows both;
medians count.

    python -m benchmarks.storage
"""

from __future__ import annotations

import asyncio
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncEngine, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase

from engine.types import (
    Direction,
    Entry,
    Execution,
    Order,
    OrderRequest,
    OrderState,
    OrderType,
    Post,
    Role,
    Signal,
    Source,
    TimeInForce,
)
from storage import tables
from storage.database import Database
from storage.migrate import upgrade
from storage.unit_of_work import UnitOfWork

WRITERS = 100
ROUNDS = 5
OURS_A_ROUND = 10_000
THEIRS_A_ROUND = 500
TARGET = 20


class StillClock:
    """One moment for every row: reading the time is no part of what is measured."""

    at = datetime(2026, 1, 1, tzinfo=UTC)

    def now(self) -> datetime:
        return self.at

    def monotonic(self) -> float:
        return 0.0

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


# --- the other side: one AsyncSession and one commit a row ------------------------------------------


class Model(DeclarativeBase):
    pass


class OrderModel(Model):
    """The very table that our side writes: same columns, types, keys and indexes."""

    __table__ = tables.orders


def orm_engine(path: Path) -> AsyncEngine:
    engine = create_async_engine(f"sqlite+aiosqlite:///{path}")

    @event.listens_for(engine.sync_engine, "connect")
    def durable(connection: Any, _record: Any) -> None:
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=30000"):
            connection.execute(f"PRAGMA {pragma}")

    return engine


def orm_row(execution: Execution, number: int) -> OrderModel:
    return OrderModel(
        execution_id=execution.id,
        connection_id=execution.connection.id,
        leg="E1",
        attempt=number,
        state=OrderState.PLANNED,
        client_order_id=f"o{number}",
        symbol="BTC/USDT",
        direction=Direction.BUY,
        order_type=OrderType.LIMIT,
        quantity=Decimal("0.012"),
        price=Decimal("65000.10"),
        time_in_force=TimeInForce.GTC,
        filled=Decimal(0),
        created_at=StillClock.at,
        updated_at=StillClock.at,
    )


# --- our side --------------------------------------------------------------------------------------


def order(execution: Execution, number: int) -> Order:
    return Order(
        id=0,
        execution_id=execution.id,
        connection_id=execution.connection.id,
        position_id=None,
        leg="E1",
        attempt=number,
        state=OrderState.PLANNED,
        request=OrderRequest(
            client_order_id=f"o{number}",
            symbol="BTC/USDT",
            direction=Direction.BUY,
            order_type=OrderType.LIMIT,
            quantity=Decimal("0.012"),
            price=Decimal("65000.10"),
        ),
    )


ENTRY = Entry(symbol_base="BTC", symbol_quote="USDT", direction=Direction.BUY)


def world(unit: UnitOfWork, now: datetime) -> tuple[Source, Execution]:
    """A person with a channel, a paper account and one execution to hang the orders on."""
    person = unit.people.enroll(1, "bench", "en", Role.USER, now)
    connection = unit.accounts.add_paper(person, "Paper", now)
    source = unit.channels.add(person, -1, "channel", now)
    signal = publish(unit, source, 0, now)
    execution = unit.executions.open(signal, connection, now)
    assert execution is not None
    return source, execution


def publish(unit: UnitOfWork, source: Source, number: int, now: datetime) -> Signal:
    post = Post(chat_id=-1, message_id=number, text="BUY BTC/USDT now", at=now)
    return unit.signals.publish(source, post, ENTRY, f"{number:064x}", now)


# --- measuring -------------------------------------------------------------------------------------


async def rate(write: Callable[[int], Awaitable[object]], rows: int, start: int) -> tuple[float, list[float]]:
    """Rows a second with WRITERS tasks, each waiting for its row before it writes the next, and every wait in ms."""
    numbers = iter(range(start, start + rows))
    waits: list[float] = []

    async def writer() -> None:
        for number in numbers:
            begun = time.perf_counter()
            await write(number)
            waits.append((time.perf_counter() - begun) * 1e3)

    begun = time.perf_counter()
    await asyncio.gather(*(writer() for _ in range(WRITERS)))
    return rows / (time.perf_counter() - begun), waits


def shown(name: str, rates: list[float], waits: list[float]) -> str:
    cuts = statistics.quantiles(waits, n=100)
    return f"{name:<46}{statistics.median(rates):>10,.0f} rows/s   p50 {cuts[49]:7.2f} ms   p99 {cuts[98]:7.2f} ms"


async def opened(path: Path) -> tuple[Database, Source, Execution]:
    """A migrated database with a world in it."""
    clock = StillClock()
    url = f"sqlite:///{path}"
    await asyncio.to_thread(upgrade, url)
    database = Database(url, clock)
    await database.open()
    source, execution = await database.write(lambda unit: world(unit, clock.at))
    return database, source, execution


async def measured(folder: Path) -> tuple[dict[str, list[float]], dict[str, list[float]]]:
    """Rates and waits of every side, by its name, ours first and theirs second."""
    now = StillClock.at
    database, source, execution = await opened(folder / "ours.sqlite3")
    other, _, their_execution = await opened(folder / "theirs.sqlite3")
    await other.close()
    engine = orm_engine(folder / "theirs.sqlite3")
    sessions = async_sessionmaker(engine)

    async def our_order(number: int) -> None:
        row = order(execution, number)
        await database.write(lambda unit: unit.orders.add(row))

    async def our_update(number: int) -> None:
        update = {"update_id": number, "message": {"message_id": number, "chat": {"id": -1}, "text": "BUY BTC"}}
        await database.write(lambda unit: unit.inbox.add(1, [update], now))

    async def our_signal(number: int) -> None:
        await database.write(lambda unit: publish(unit, source, number, now))

    async def their_order(number: int) -> None:
        async with sessions() as session:
            session.add(orm_row(their_execution, number))
            await session.commit()

    sides: dict[str, tuple[Callable[[int], Awaitable[object]], int]] = {
        "heliograph: orders.add": (our_order, OURS_A_ROUND),
        "SQLAlchemy ORM on aiosqlite, a commit a row": (their_order, THEIRS_A_ROUND),
        "heliograph: inbox.add": (our_update, OURS_A_ROUND // 5),
        "heliograph: signals.publish": (our_signal, OURS_A_ROUND // 5),
    }
    rates: dict[str, list[float]] = {name: [] for name in sides}
    waits: dict[str, list[float]] = {name: [] for name in sides}
    for turn in range(ROUNDS):
        for name, (write, rows) in sides.items():
            per_second, took = await rate(write, rows, 1 + turn * rows)
            rates[name].append(per_second)
            waits[name].extend(took)
    await database.close()
    await engine.dispose()
    return rates, waits


async def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        rates, waits = await measured(Path(folder))
    ours, theirs = list(rates)[:2]
    ratios = [mine / other for mine, other in zip(rates[ours], rates[theirs], strict=True)]
    print(f"{WRITERS} concurrent writers, synchronous=FULL, {ROUNDS} alternating rounds")
    for name in rates:
        print(shown(name, rates[name], waits[name]))
    ratio = statistics.median(ratios)
    verdict = "reached" if ratio >= TARGET else "MISSED"
    print(f"ratio {ratio:.1f}x (rounds {', '.join(f'{one:.1f}' for one in ratios)}); target {TARGET}x: {verdict}")


if __name__ == "__main__":
    asyncio.run(main())
