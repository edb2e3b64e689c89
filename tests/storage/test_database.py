"""Durable transactions: grouped, isolated from each other's failures, and never blocking a reader."""

from __future__ import annotations

import asyncio
import itertools
import socket
import sqlite3
import subprocess
import sys
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.ext.asyncio import create_async_engine

from engine.errors import EngineFault, StaleVersion
from engine.types import Position, Role, User
from storage import engines
from storage.database import Database
from storage.faults import LeaseHeld, LeaseLost, StoreBusy, StoreCorrupt, StoreFull, StoreLost, named, naming
from storage.lease import ServerLease
from storage.links import Link, Work
from storage.unit_of_work import UnitOfWork
from storage.writer import BRIEFLY, GROUP, MOMENT, Writer
from tests.clocks import NOON, ManualClock
from tests.storage import worlds
from tests.stores import emptied, run_on_server, template


def enroll(chat_id: int) -> Callable[[UnitOfWork], User]:
    return lambda unit: unit.people.enroll(chat_id, None, "en", Role.USER, NOON)


def enroll_then_fail(chat_id: int) -> Callable[[UnitOfWork], User]:
    def work(unit: UnitOfWork) -> User:
        enroll(chat_id)(unit)
        raise LookupError(chat_id)

    return work


async def people(database: Database) -> list[int]:
    return sorted(user.chat_id for user in await database.read(lambda unit: unit.people.all()))


async def test_a_write_is_there_to_read(database: Database) -> None:
    user = await database.write(enroll(1))
    assert await database.read(lambda unit: unit.people.get(user.id)) == user


async def test_a_failing_write_leaves_nothing(database: Database) -> None:
    with pytest.raises(LookupError):
        await database.write(enroll_then_fail(1))
    assert await people(database) == []


async def test_only_the_guilty_of_a_group_fails(database: Database) -> None:
    works = [enroll_then_fail(n) if n % 10 == 3 else enroll(n) for n in range(40)]
    answers = await asyncio.gather(*map(database.write, works), return_exceptions=True)
    assert [n for n, answer in enumerate(answers) if isinstance(answer, LookupError)] == [3, 13, 23, 33]
    assert await people(database) == [n for n in range(40) if n % 10 != 3]


async def test_an_error_of_the_database_itself_is_the_callers_alone(database: Database) -> None:
    world = await worlds.world(database)
    order = world.order()
    answers = await asyncio.gather(
        database.write(enroll(1)),
        database.write(lambda unit: unit.orders.add(order)),
        database.write(lambda unit: unit.orders.add(order)),
        database.write(enroll(2)),
        return_exceptions=True,
    )
    assert [type(answer) for answer in answers][2] is IntegrityError
    assert not [answer for n, answer in enumerate(answers) if n != 2 and isinstance(answer, BaseException)]


class CountingLink:
    """Counts transactions; fails the commits it is told to fail."""

    def __init__(self, fail_commit: bool = False) -> None:
        self.groups: list[int] = []
        self.fail_commit = fail_commit

    def transact(self, work: Work) -> None:
        work(None)  # type: ignore[arg-type]
        if self.fail_commit:
            raise OSError("no more room")

    def close(self) -> None:
        pass


async def started(link: Link, ran: list[int]) -> Writer:
    def unit(_connection: Any) -> Any:
        ran.append(0)
        return ran

    writer = Writer(lambda: link, unit)
    await writer.start()
    return writer


def count(ran: Any) -> int:
    ran[-1] += 1
    return int(ran[-1])


async def test_what_waits_together_is_committed_together() -> None:
    ran: list[int] = []
    writer = await started(CountingLink(), ran)
    await asyncio.gather(*(writer.submit(count) for _ in range(100)))
    assert ran == [100]
    await asyncio.gather(*(writer.submit(count) for _ in range(3 * GROUP)))
    assert sum(ran) == 100 + 3 * GROUP
    assert max(ran) < 2 * GROUP
    await writer.stop()


async def test_a_failed_commit_fails_everybody_and_repeats_nothing() -> None:
    ran: list[int] = []
    writer = await started(CountingLink(fail_commit=True), ran)
    answers = await asyncio.gather(*(writer.submit(count) for _ in range(5)), return_exceptions=True)
    assert [str(answer) for answer in answers] == ["no more room"] * 5
    assert ran == [5]
    await writer.stop()


async def test_D08_a_long_look_holds_up_no_write(sqlite_database: Database) -> None:
    looking, enough = threading.Event(), threading.Event()

    def long_look(_: UnitOfWork) -> bool:
        looking.set()
        return enough.wait(20)

    look = asyncio.ensure_future(sqlite_database.read(long_look))
    await asyncio.to_thread(looking.wait, 20)
    for chat_id in range(3):
        assert (await asyncio.wait_for(sqlite_database.write(enroll(chat_id)), 10)).chat_id == chat_id
    enough.set()
    assert await look


async def test_what_is_urgent_is_written_first() -> None:
    order: list[str] = []
    writer = await started(CountingLink(), [])

    def note(what: str) -> Callable[[Any], None]:
        return lambda _: order.append(what)

    usual = [writer.submit(note(f"new {n}")) for n in range(3)]
    urgent = [writer.submit(note(f"stop {n}"), urgent=True) for n in range(2)]
    await asyncio.gather(*usual, *urgent)
    assert order == ["stop 0", "stop 1", "new 0", "new 1", "new 2"]
    await writer.stop()


async def test_a_group_lasts_a_moment_and_the_rest_is_written_next(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each function takes as long as a whole moment: none shares a transaction, none is left out or done twice."""
    hands = itertools.count()
    monkeypatch.setattr("storage.writer.time.monotonic", lambda: next(hands) * MOMENT * 0.9)
    ran: list[int] = []
    writer = await started(CountingLink(), ran)
    answers = await asyncio.gather(*(writer.submit(count, urgent=n % 2 == 0) for n in range(9)))
    assert sum(ran) == len(answers) == 9 and max(ran) <= 2
    await writer.stop()


async def test_a_group_of_what_is_not_urgent_ends_early_when_something_urgent_comes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    hands = itertools.count()
    monkeypatch.setattr("storage.writer.time.monotonic", lambda: next(hands) * BRIEFLY * 1.1)
    order: list[str] = []
    urgent: list[asyncio.Future[Any]] = []
    writer, handed_over = await started(CountingLink(), []), threading.Event()

    def fill() -> None:
        urgent.append(writer.submit(lambda _: order.append("stop"), urgent=True))
        asyncio.get_running_loop().call_soon(handed_over.set)

    def first(_: Any) -> None:
        loop.call_soon_threadsafe(fill)
        assert handed_over.wait(20)

    def note(what: str) -> Callable[[Any], None]:
        return lambda _: order.append(what)

    loop = asyncio.get_running_loop()
    await asyncio.gather(writer.submit(first), *(writer.submit(note(f"new {n}")) for n in range(3)))
    await asyncio.gather(*urgent)
    assert order == ["stop", "new 0", "new 1", "new 2"]
    await writer.stop()


async def test_the_commit_of_a_part_of_the_group_that_fails_fails_that_part_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    hands = itertools.count()
    monkeypatch.setattr("storage.writer.time.monotonic", lambda: next(hands) * MOMENT * 0.9)
    link = CountingLink(fail_commit=True)
    ran: list[int] = []
    writer = await started(link, ran)

    def heals(unit: Any) -> int:
        link.fail_commit = len(unit) == 1  # the first transaction
        return count(unit)

    answers = await asyncio.gather(*(writer.submit(heals) for _ in range(6)), return_exceptions=True)
    failed = [answer for answer in answers if isinstance(answer, OSError)]
    assert 0 < len(failed) < 6 and sum(ran) == 6  # nothing is repeated, and the later ones are written
    await writer.stop()


async def test_what_waits_at_the_end_is_still_written() -> None:
    writer = await started(CountingLink(), [])
    answer = writer.submit(count)
    await writer.stop()
    assert await answer == 1


async def test_a_cancelled_caller_harms_nobody_and_its_write_stands(database: Database) -> None:
    first = asyncio.ensure_future(database.write(enroll(1)))
    second = asyncio.ensure_future(database.write(enroll(2)))
    await asyncio.sleep(0)
    first.cancel()
    assert (await second).chat_id == 2
    with pytest.raises(asyncio.CancelledError):
        await first
    assert await people(database) == [1, 2]


def enroll_elsewhere(url: str, chat_id: int) -> None:
    """Commit through another Database, in a thread and a loop of its own."""

    async def run() -> None:
        other = Database(url, ManualClock())
        await other.open()
        await other.write(enroll(chat_id))
        await other.close()

    thread = threading.Thread(target=lambda: asyncio.run(run()))
    thread.start()
    thread.join()


async def test_a_reader_sees_one_moment(database: Database, url: str) -> None:
    others = itertools.count(2)
    await database.write(enroll(1))

    def long_look(unit: UnitOfWork) -> tuple[int, int]:
        before = len(unit.people.all())
        enroll_elsewhere(url, next(others))
        return before, len(unit.people.all())

    # More than once: a statement that came before goes another way.
    assert [await database.read(long_look) for _ in range(3)] == [(1, 1), (2, 2), (3, 3)]
    assert await people(database) == [1, 2, 3, 4]


async def test_a_writer_in_progress_does_not_hold_up_readers(sqlite_database: Database) -> None:
    release = threading.Event()
    started = threading.Event()

    def slow(unit: UnitOfWork) -> None:
        enroll(1)(unit)
        started.set()
        assert release.wait(10)

    writing = asyncio.ensure_future(sqlite_database.write(slow))
    assert await asyncio.to_thread(started.wait, 10)
    assert await people(sqlite_database) == []
    release.set()
    await writing
    assert await people(sqlite_database) == [1]


async def test_a_reader_cannot_write(database: Database) -> None:
    with pytest.raises(DBAPIError, match=r"(?i)readonly|read-only"):
        await database.read(enroll(1))
    assert await people(database) == []


async def test_optimistic_lock_loses_no_update(database: Database) -> None:
    """Four tasks add to the same position, reading and saving in separate transactions."""
    each = 60 if engines.sqlite_path(database._url) else 20
    world = await worlds.world(database)
    position = await database.write(lambda unit: unit.positions.add(world.position()))

    def saved(seen: Position | None) -> Callable[[UnitOfWork], Position]:
        assert seen is not None
        return lambda unit: unit.positions.save(replace(seen, seq=seen.seq + 1))

    async def add(times: int) -> int:
        lost = 0
        while times:
            seen = await database.read(lambda unit: unit.positions.get(position.id))
            try:
                await database.write(saved(seen))
                times -= 1
            except StaleVersion:
                lost += 1
        return lost

    lost = sum(await asyncio.gather(*(add(each) for _ in range(4))))
    after = await database.read(lambda unit: unit.positions.get(position.id))
    assert after is not None
    assert (after.seq, after.version) == (4 * each, 4 * each + 1)
    assert lost > 0


async def test_every_commit_reaches_the_disk(sqlite_database: Database) -> None:
    def pragmas(unit: UnitOfWork) -> dict[str, Any]:
        names = ("journal_mode", "synchronous", "foreign_keys", "busy_timeout", "query_only")
        return {name: unit.connection.exec_driver_sql(f"PRAGMA {name}").scalar_one() for name in names}

    durable = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 5000}
    assert await sqlite_database.write(pragmas) == {**durable, "query_only": 0}
    assert await sqlite_database.read(pragmas) == {**durable, "query_only": 1}


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engines, "PATIENCE_SECONDS", 0.05)


@pytest.fixture
async def impatient_database(impatient: None, sqlite_database: Database) -> AsyncIterator[Database]:
    yield sqlite_database


async def test_a_database_locked_by_another_is_a_named_fault(impatient_database: Database) -> None:
    other = sqlite3.connect(str(impatient_database._url.database), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    answers = await asyncio.gather(*(impatient_database.write(enroll(n)) for n in (1, 2)), return_exceptions=True)
    assert [type(answer) for answer in answers] == [StoreBusy, StoreBusy]
    other.execute("ROLLBACK")
    other.close()
    await impatient_database.write(enroll(3))
    assert await people(impatient_database) == [3]


async def test_a_short_lock_is_waited_for(sqlite_database: Database) -> None:
    other = sqlite3.connect(str(sqlite_database._url.database), isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    threading.Timer(0.1, lambda: other.execute("ROLLBACK")).start()
    await sqlite_database.write(enroll(1))
    assert await people(sqlite_database) == [1]
    other.close()


async def test_a_full_disk_is_a_named_fault(sqlite_database: Database) -> None:
    def shut(unit: UnitOfWork) -> None:
        pages = unit.connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        unit.connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")

    await sqlite_database.write(shut)
    update = {"update_id": 1, "text": "x" * 1_000_000}
    with pytest.raises(StoreFull):
        await sqlite_database.write(lambda unit: unit.inbox.add(1, [update], NOON))
    assert await sqlite_database.read(lambda unit: unit.inbox.waiting(1)) == ()


async def test_a_replaced_file_stops_the_writer(sqlite_database: Database, tmp_path: Path) -> None:
    path = Path(str(sqlite_database._url.database))
    path.rename(tmp_path / "moved.sqlite3")
    with pytest.raises(StoreLost, match="deleted or replaced"):
        await sqlite_database.write(enroll(1))
    path.write_bytes(b"")
    with pytest.raises(StoreLost, match="deleted or replaced"):
        await sqlite_database.write(enroll(1))


@pytest.mark.parametrize("where", [0, 50_000], ids=["header", "middle"])
async def test_a_corrupt_file_is_not_opened(tmp_path: Path, where: int) -> None:
    path = tmp_path / "corrupt.sqlite3"
    spoiled = bytearray(template().read_bytes())
    spoiled[where : where + 4096] = b"\x55" * 4096
    path.write_bytes(spoiled)
    with pytest.raises(StoreCorrupt):
        await Database(f"sqlite:///{path}", ManualClock()).open()


async def test_a_missing_file_is_not_opened(tmp_path: Path) -> None:
    with pytest.raises(StoreLost, match="does not exist"):
        await Database(f"sqlite:///{tmp_path}/none.sqlite3", ManualClock()).open()
    assert list(tmp_path.iterdir()) == []


async def test_a_writer_that_cannot_connect_says_so() -> None:
    def refuse() -> Link:
        raise ConnectionRefusedError("nobody listens")

    with pytest.raises(StoreLost, match="nobody listens"):
        await Writer(refuse, lambda _: None).start()  # type: ignore[arg-type, return-value]


@pytest.mark.postgres
async def test_a_broken_server_connection_is_a_named_fault_and_heals(server_url: str) -> None:
    url = await emptied(server_url)
    database = Database(url, ManualClock())
    await database.open()
    pid = await database.write(lambda unit: unit.connection.exec_driver_sql("SELECT pg_backend_pid()").scalar_one())
    await run_on_server(url, f"SELECT pg_terminate_backend({pid})")
    with pytest.raises(StoreLost):
        await database.write(enroll(1))
    await database.write(enroll(2))
    assert await people(database) == [2]
    await database.close()


async def test_a_closed_database_refuses(url: str) -> None:
    database = Database(url, ManualClock())
    for use in (database.write, database.read):
        with pytest.raises(StoreLost, match="not open"):
            await use(enroll(1))
    await database.open()
    await database.close()
    with pytest.raises(StoreLost, match="not open"):
        await database.write(enroll(1))
    await database.close()  # twice does no harm


async def test_a_lease_has_one_holder(url: str, database: Database) -> None:
    other = Database(url, ManualClock())
    await database.lease("worker")
    await database.lease("worker")  # it is ours already
    await other.lease("scheduler")
    with pytest.raises(LeaseHeld, match="worker"):
        await other.lease("worker")
    await database.close()
    await other.lease("worker")
    await other.close()


async def test_a_lease_is_guarded_and_missed_when_it_is_gone(url: str, clock: ManualClock) -> None:
    """The server ends the session: from that moment another process may begin."""
    database = Database(url, clock)
    await database.lease("worker")
    guard = asyncio.create_task(database.guard())
    await clock.advance(60)
    assert not guard.done()
    (held,) = database._leases.values()
    if isinstance(held, ServerLease):
        other = create_async_engine(held._engine.url, isolation_level="AUTOCOMMIT")
        async with other.connect() as connection:
            pid = (await held._connection.execute(text("SELECT pg_backend_pid()"))).scalar_one()
            await connection.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": pid})
        await other.dispose()
        await clock.advance(60)
        with pytest.raises(LeaseLost, match="worker"):
            await guard
    guard.cancel()
    with suppress(asyncio.CancelledError, LeaseLost):
        await guard
    await database.close()


async def test_a_lease_ends_with_its_process(tmp_path: Path) -> None:
    script = (
        "import asyncio, os; from storage.database import Database; from tests.clocks import ManualClock\n"
        f"asyncio.run(Database('sqlite:///{tmp_path}/x.sqlite3', ManualClock()).lease('worker'))\n"
        "print('held', flush=True); input()"
    )
    command = [sys.executable, "-c", script]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        ours = Database(f"sqlite:///{tmp_path}/x.sqlite3", ManualClock())
        with pytest.raises(LeaseHeld):
            await ours.lease("worker")
        process.kill()
        process.wait()
        await ours.lease("worker")
        await ours.close()


@pytest.mark.parametrize(
    ("given", "driver"),
    [
        ("sqlite:///data/x.sqlite3", "sqlite"),
        ("sqlite+aiosqlite:////abs/x.sqlite3", "sqlite"),
        ("postgres://me:pw@host/db", "postgresql+asyncpg"),
        ("postgresql://host/db", "postgresql+asyncpg"),
        ("postgresql+asyncpg://host/db", "postgresql+asyncpg"),
    ],
)
def test_urls(given: str, driver: str) -> None:
    assert engines.parse(given).drivername == driver


@pytest.mark.parametrize("given", ["sqlite://", "sqlite:///:memory:", "sqlite:///file:x?mode=memory", "mysql://h/d"])
def test_urls_that_cannot_keep_anything(given: str) -> None:
    with pytest.raises(ValueError, match=r"SQLite needs a file|must be sqlite or postgresql"):
        engines.parse(given)


def test_every_fault_is_one_the_engine_can_meet() -> None:
    assert isinstance(named(ConnectionResetError("gone")), StoreLost)
    assert isinstance(named(ConnectionResetError("gone")), EngineFault)
    other = ValueError("mine")
    assert named(other) is other


@pytest.mark.parametrize(
    ("state", "fault"),
    [("53100", StoreFull), ("53300", StoreBusy), ("08006", StoreLost), ("28P01", StoreLost), ("3D000", StoreLost)],
)
def test_what_the_server_says_has_a_name(state: str, fault: type[EngineFault]) -> None:
    class Answer(Exception):
        sqlstate = state

    assert type(named(DBAPIError(None, None, Answer("no")))) is fault


def test_a_fault_of_a_statement_is_not_one_of_the_server() -> None:
    class Answer(Exception):
        sqlstate = "42P01"  # undefined_table

    error = DBAPIError(None, None, Answer("no"))
    assert named(error) is error


@pytest.mark.parametrize("error", [ConnectionRefusedError(111, "refused"), socket.gaierror(-2, "x"), TimeoutError()])
def test_a_server_that_is_not_there_is_lost(error: OSError) -> None:
    with pytest.raises(StoreLost, match="the database server does not answer"), naming():
        raise error


@pytest.mark.parametrize(
    "given", ["hello", "postgresql://me:pass-word@host:abc/db", "postgresql://me:pass-word@h:99999/d"]
)
def test_an_address_that_is_none_is_not_quoted(given: str) -> None:
    with pytest.raises(ValueError, match="DATABASE_URL") as refused:
        engines.parse(given)
    assert "pass-word" not in str(refused.value)
