"""One life of the engine in a child process: it recovers, goes on with the story, and is killed or comes through."""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any, TypeVar

from engine import crashpoint
from engine.desk import Desk
from engine.types import ClosedReason, ClosePart, ExecutionStatus, OrderState, Post
from storage.database import Database
from tests.clocks import NOON, ManualClock
from tests.execution.bench import Bench, Books, check
from tests.execution.fake_venue import Accepted, FakeVenue
from tests.kill.link import Doom, RemoteVenue, Wire, answer

T = TypeVar("T")

CHANNEL = -1001
SIGNAL = "LONG BTC/USDT\nEntry: 100\nSL: 90\nTP1: 110\nTP2: 120"
PHASES = 5


@dataclass(frozen=True)
class Start:
    """What a life begins with: where the books are, what time it is, how far the story got, and how it is to end."""

    path: Path
    now: datetime
    phase: int
    point: str
    nth: int
    stops_lock: bool
    expires_after: float


class MortalBooks(Books):
    """``write`` is a moment before a commit, ``commit`` one right after it."""

    def __init__(self, database: Database, doom: Doom) -> None:
        super().__init__(database)
        self._doom = doom

    async def write(self, work: Callable[[Any], T], *, urgent: bool = False) -> T:
        self._doom.pass_by("write")
        answer = await super().write(work, urgent=urgent)
        self._doom.pass_by("commit")
        return answer


def live(line: socket.socket, start: Start) -> None:
    """Never returns: the process ends here, one way or the other."""
    doom = Doom(start.point, start.nth)
    crashpoint._armed[start.point] = start.nth
    clock = ManualClock(start.now)
    wire = Wire(line, clock, doom)
    try:
        asyncio.run(_live(wire, clock, doom, start))
    except BaseException as fault:
        wire.ask("verdict", f"{type(fault).__name__}: {fault}")
    finally:
        os._exit(0)


def rehearse(start: Start) -> None:
    """The same life with a venue in this very process, and nobody to kill it."""
    here, there = socket.socketpair()
    venue = FakeVenue(ManualClock())
    with here, there:
        clock = ManualClock(start.now)
        asyncio.run(_live(Rehearsal(venue, there, clock), clock, Doom("none", 0), start))


class Rehearsal(Wire):
    """A wire without an end: what is asked is answered on the spot."""

    def __init__(self, venue: FakeVenue, line: socket.socket, clock: ManualClock) -> None:
        super().__init__(line, clock, Doom("none", 0))
        self._venue = venue

    def ask(self, method: str, *args: Any) -> Any:
        if method in ("phase", "verdict"):
            return None
        if method == "snapshot":
            return self._venue.book
        _, what = answer(self._venue, method, args)
        return what


async def _live(wire: Wire, clock: ManualClock, doom: Doom, start: Start) -> None:
    database = Database(f"sqlite:///{start.path}", clock)
    await database.open()
    venue = RemoteVenue(wire, stops_lock=start.stops_lock, expires_after=start.expires_after)
    bench = Bench(database, clock, venue, SimpleNamespace(), books=MortalBooks(database, doom))  # type: ignore[arg-type]
    desk = Desk(
        store=bench.books, clock=clock, trader=bench.trader, follower=bench.follower, spawn=bench.spawn,
        on_change=lambda: None,
    )  # fmt: skip
    await bench.monitor.load()
    await bench.recovery.prepare()
    await desk.take_up()
    await bench.recovery.take_up()
    await bench.recovery.compare()
    await bench.quiet()
    for phase in range(start.phase, PHASES):
        await _play(phase, bench, desk, wire)
        wire.ask("phase", phase + 1, clock.now())
    for _ in range(4):
        await bench.run(20)
        await bench.recovery.take_up()
        await bench.quiet()
    wire.ask("verdict", await _judge(bench, wire))
    await bench.close()
    await database.close()


async def _play(phase: int, bench: Bench, desk: Desk, wire: Wire) -> None:
    """The post; time; the first target; time; a close by hand. Each is done again if a life ended in the middle."""
    if phase == 0:
        posted = Post(chat_id=CHANNEL, message_id=7, text=SIGNAL, at=NOON)
        await desk.take(posted)
        await bench.quiet()
    elif phase == 2:
        await bench.tick("112")
    elif phase == 4:
        for position in await bench.database.read(lambda tx: tx.positions.open()):
            wish = ClosePart(quantity=position.quantity, reason=ClosedReason.MANUAL, key="press")
            await bench.trader.act(position, (wish,))
    await bench.run(12)


async def _judge(bench: Bench, wire: Wire) -> str:
    """Empty when nothing is doubled, lost, naked or left behind."""
    book: list[Accepted] = wire.ask("snapshot")
    venue = FakeVenue(bench.clock)
    venue.book = book
    bench.venue = venue
    entries = [o for o in book if not o.request.reduce_only]
    live_or_filled = [o for o in entries if o.fills or o.state is OrderState.ACKED]
    if len(live_or_filled) > 1:
        return "duplicate"
    execution = await bench.database.read(lambda tx: tx.executions.get(1))
    if execution is None:
        return "lost: the post is in no book"
    bench.world = SimpleNamespace(execution=execution)  # type: ignore[assignment]
    if not live_or_filled and execution.status is ExecutionStatus.PENDING:
        return "lost: no order and no word"
    if not live_or_filled and not await bench.kinds():
        return "lost: without a word"
    try:
        await check(bench)
    except AssertionError as broken:
        return str(broken).partition("\n")[0]
    return ""
