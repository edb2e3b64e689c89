"""How long a position is without its stop at the venue, and how fast a thousand come back after a kill.

``python -m benchmarks.protection``: the real engine over a real database; a venue 50 ms away that loses one answer in
fifty, is late with one in fifty and is busy with one in fifty. The software stop is armed in the commit of the fill.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import statistics
import tempfile
import time
from collections.abc import Collection, Coroutine
from dataclasses import replace
from pathlib import Path
from typing import Any

import structlog

from bot.clock import SystemClock
from engine.errors import VenueBusy, VenueSilent
from engine.execution.funding import Funding
from engine.execution.recover import Recovery
from engine.execution.sender import Sender
from engine.execution.trader import Trader
from engine.positions.monitor import Monitor
from engine.types import (
    Connection,
    Execution,
    ExecutionReport,
    Holding,
    OrderRequest,
    OrderType,
    Position,
    Protection,
    Role,
)
from storage.database import Database
from storage.migrate import upgrade
from storage.unit_of_work import UnitOfWork
from tests.execution.bench import Ticks
from tests.execution.fake_venue import FakeVenue
from tests.storage.worlds import entry, post

LATENCY = 0.05
TARGETS = {"p99": 2.0, "max": 5.0, "armed": 1.0, "recovered": 30.0}

clock = SystemClock()


class FarVenue(FakeVenue):
    """A venue with a way to it, and with faults; it notes when the entry filled and when a stop came to rest."""

    def __init__(self, dice: random.Random) -> None:
        super().__init__(clock, expires_after=1.5)
        self._dice = dice
        self.filled_at: float | None = None
        self.guarded_at: float | None = None

    async def place(self, request: OrderRequest) -> ExecutionReport:
        await self._way()
        luck = self._dice.random()
        if luck < 0.02:
            raise VenueBusy("slow down", retry_after=0.2)
        if luck < 0.04:
            raise VenueSilent("lost")
        report = await super().place(request)
        if not request.reduce_only:
            self.filled_at = time.monotonic()
        elif request.order_type is OrderType.STOP:
            self.guarded_at = time.monotonic()
        if luck < 0.06:
            raise VenueSilent("the answer was lost")
        return report

    async def find(self, client_order_id: str, symbol: str) -> ExecutionReport | None:
        await self._way()
        return await super().find(client_order_id, symbol)

    async def holdings(self, symbols: Collection[str] = ()) -> tuple[Holding, ...]:
        await self._way()
        return await super().holdings(symbols)

    async def _way(self) -> None:
        await asyncio.sleep(LATENCY * self._dice.uniform(0.8, 1.2))


class FarVenues:
    """``engine.ports.Venues``: one venue a connection."""

    def __init__(self) -> None:
        self._dice = random.Random(7)
        self.by_id: dict[int, FarVenue] = {}

    async def open(self, connection: Connection) -> FarVenue:
        return self.by_id.setdefault(connection.id, FarVenue(self._dice))

    async def discard(self, connection_id: int) -> None: ...


class Engine:
    """What trades, freshly made: the second one over the same books is what a restart makes."""

    def __init__(self, database: Database, venues: FarVenues, group: asyncio.TaskGroup) -> None:
        self._group = group
        self.tasks: set[asyncio.Task[None]] = set()
        sender = Sender(store=database, clock=clock, on_change=self._changed)
        self.trader = Trader(
            store=database, venues=venues, clock=clock, sender=sender, install="bench", spawn=self.spawn,
            on_change=self._changed,
        )  # fmt: skip
        self.monitor = Monitor(
            store=database,
            clock=clock,
            prices=Ticks(),
            trader=self.trader,
            spawn=self.spawn,  # type: ignore[arg-type]
        )
        funding = Funding(store=database, clock=clock, venue_of=self.trader.venue_by_id, on_change=lambda _: None)
        self.recovery = Recovery(
            store=database, clock=clock, trader=self.trader, funding=funding, spawn=self.spawn, on_change=self._changed,
        )  # fmt: skip

    def _changed(self, position: Position | None) -> None:
        self.monitor.changed(position)

    def spawn(self, name: str, work: Coroutine[Any, Any, None]) -> None:
        task = self._group.create_task(work, name=name)
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    async def idle(self, patience: float = 120.0) -> None:
        """Until everything is done but listening."""
        end = time.monotonic() + patience
        while any(not t.get_name().startswith("reports") for t in self.tasks):
            if time.monotonic() > end:
                raise TimeoutError("the engine is not done")
            await asyncio.sleep(0.01)

    def kill(self) -> None:
        for task in tuple(self.tasks):
            task.cancel()


async def prepare(database: Database, count: int) -> tuple[Execution, ...]:
    """One person, this many accounts, one signal: an execution for each."""
    now = clock.now()

    def people(tx: UnitOfWork) -> tuple[Execution, ...]:
        ann = tx.people.enroll(101, "ann", "en", Role.USER, now)
        accounts = [tx.accounts.add_paper(ann, f"Account {n}", now) for n in range(count)]
        source = tx.channels.add(ann, -1001, "Signals", now)
        signal = tx.signals.publish(source, replace(post(), at=now), entry(), "0" * 64, now)
        opened = (tx.executions.open(signal, account, now) for account in accounts)
        return tuple(execution for execution in opened if execution is not None)

    return await database.write(people)


async def measure(count: int, folder: Path) -> bool:
    url = f"sqlite:///{folder}/protection.sqlite3"
    upgrade(url)
    database = Database(url, clock)
    await database.open()
    executions, venues = await prepare(database, count), FarVenues()
    async with asyncio.TaskGroup() as group:
        engine = Engine(database, venues, group)
        begun = time.monotonic()
        engine.trader.start(executions)
        await engine.idle()
        took = time.monotonic() - begun
        open_now = await database.read(lambda tx: tx.positions.open())
        naked = sorted(v.guarded_at - v.filled_at for v in venues.by_id.values() if v.filled_at and v.guarded_at)
        good = report_naked(naked, open_now, took)
        engine.kill()
        await asyncio.sleep(0)
        engine = Engine(database, venues, group)
        begun = time.monotonic()
        await engine.monitor.load()
        armed = time.monotonic() - begun
        await engine.recovery.take_up()
        await engine.recovery.compare()
        await engine.idle()
        good &= report_recovered(engine.monitor.count(), armed, time.monotonic() - begun)
        engine.kill()
    await database.close()
    return good


def report_naked(naked: list[float], positions: tuple[Position, ...], took: float) -> bool:
    guarded = sum(p.protection is Protection.EXCHANGE for p in positions)
    p50, p99, most = statistics.median(naked), naked[int(len(naked) * 0.99)], naked[-1]
    print(f"one signal to {len(positions)} accounts: all open in {took:.1f} s; stop at the venue: {guarded}")
    print(f"fill to confirmed stop: p50 {p50 * 1000:.0f} ms, p99 {p99:.2f} s (target < {TARGETS['p99']}), "
          f"max {most:.2f} s (target < {TARGETS['max']})")  # fmt: skip
    return p99 < TARGETS["p99"] and most < TARGETS["max"] and guarded == len(positions)


def report_recovered(watched: int, armed: float, recovered: float) -> bool:
    print(f"after a kill: {watched} software stops armed in {armed:.2f} s (target < {TARGETS['armed']})")
    print(f"orders asked for, holdings compared, stops verified in {recovered:.1f} s (target < {TARGETS['recovered']})")
    return armed < TARGETS["armed"] and recovered < TARGETS["recovered"]


def main() -> None:
    asked = argparse.ArgumentParser(prog="benchmarks.protection", description=__doc__)
    asked.add_argument("positions", nargs="?", type=int, default=1000)
    structlog.configure(logger_factory=structlog.ReturnLoggerFactory())
    with tempfile.TemporaryDirectory(prefix="protection-") as folder:
        good = asyncio.run(measure(asked.parse_args().positions, Path(folder)))
    print("all targets met" if good else "a target was MISSED")


if __name__ == "__main__":
    main()
