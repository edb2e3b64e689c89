"""The store: durable transactions for writers, unblocked snapshots for readers.

``write`` hands a synchronous function to the one writer thread, which commits everything that waits together;
``read`` runs one over a snapshot of its own, so a long report never holds up an order.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TypeVar

from sqlalchemy import Connection

from engine.ports import Clock
from storage import lease, migrate
from storage.direct import direct
from storage.engines import parse, sqlite_path
from storage.faults import LeaseLost, StoreCorrupt, StoreLost, naming
from storage.links import link
from storage.readers import Readers, readers
from storage.unit_of_work import UnitOfWork
from storage.writer import Writer

T = TypeVar("T")

HEARTBEAT = 5.0  # seconds between two looks at the leases


class Database:
    """``engine.ports.Store`` and ``bot.ports.Store`` over SQLite or PostgreSQL."""

    def __init__(self, url: str, clock: Clock) -> None:
        self._url = parse(url)
        self._clock = clock
        self._writer: Writer | None = None
        self._readers: Readers | None = None
        self._leases: dict[str, lease.Lease] = {}

    async def open(self) -> None:
        """Check the database and start. Raises SchemaMismatch, StoreCorrupt, or StoreLost when it is not there."""
        path = sqlite_path(self._url)
        if path is not None and not path.exists():
            raise StoreLost(f"{path} does not exist: upgrade it first")
        self._readers = readers(self._url)
        try:
            with naming():
                await self._readers.run(_check)
            writer = Writer(lambda: link(self._url), self._unit)
            await writer.start()
        except BaseException:
            await self.close()
            raise
        self._writer = writer

    async def close(self) -> None:
        """Write what still waits, give back the leases, and let go of every connection."""
        writer, self._writer = self._writer, None
        if writer is not None:
            await writer.stop()
        for held in self._leases.values():
            await held.release()
        self._leases.clear()
        reading, self._readers = self._readers, None
        if reading is not None:
            await reading.close()

    async def write(self, work: Callable[[UnitOfWork], T], *, urgent: bool = False) -> T:
        """Run ``work`` in a transaction; returns when it is on disk. What is urgent overtakes what is not.

        Raises what ``work`` raised, having written nothing, or a StoreFault. ``work`` may run twice. A caller
        that is cancelled does not take its write back.
        """
        if self._writer is None:
            raise StoreLost("the database is not open")
        answer: asyncio.Future[T] = self._writer.submit(work, urgent=urgent)
        return await answer

    async def read(self, work: Callable[[UnitOfWork], T]) -> T:
        """Run ``work`` over one moment of the database. It cannot write."""
        if self._readers is None:
            raise StoreLost("the database is not open")
        with naming():
            return await self._readers.run(lambda connection: work(self._unit(connection)))

    async def lease(self, name: str) -> None:
        """Become the only process with this name until ``close``. Raises LeaseHeld when another one is."""
        if name not in self._leases:
            self._leases[name] = await lease.take(self._url, name)

    async def guard(self) -> None:
        """Watch over the leases until one is lost; then raise LeaseLost: somebody else may do our work by now."""
        while True:
            for name, held in tuple(self._leases.items()):
                if not await held.is_held():
                    raise LeaseLost(f"the lease {name} was lost")
            await self._clock.sleep(HEARTBEAT)

    def _unit(self, connection: Connection) -> UnitOfWork:
        return UnitOfWork(direct(connection), self._clock)


def _check(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        found = connection.exec_driver_sql("PRAGMA quick_check(1)").scalar_one()
        if found != "ok":
            raise StoreCorrupt(f"the integrity check says: {found}")
    migrate.check(migrate.version(connection))
