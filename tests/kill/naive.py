"""Two usual ways to place an entry, in the same harness: what they make of the same kills and the same faults."""

from __future__ import annotations

import asyncio
import os
import socket
import sqlite3

from engine.types import Direction, OrderRequest, OrderState, OrderType
from tests.clocks import ManualClock
from tests.execution.fake_venue import Accepted, D
from tests.kill.life import Start
from tests.kill.link import Doom, RemoteVenue, Wire

TRIES = 3


class Rows:
    """One table: what is known of the order."""

    def __init__(self, start: Start, doom: Doom) -> None:
        self._link = sqlite3.connect(start.path.with_suffix(".naive"))
        self._link.execute("CREATE TABLE IF NOT EXISTS orders (id TEXT PRIMARY KEY, state TEXT)")
        self._doom = doom

    def state(self) -> str | None:
        row = self._link.execute("SELECT state FROM orders").fetchone()
        return row[0] if row else None

    def write(self, state: str) -> None:
        self._doom.pass_by("write")
        self._link.execute("INSERT OR REPLACE INTO orders VALUES ('one', ?)", (state,))
        self._link.commit()
        self._doom.pass_by("commit")


REQUEST = OrderRequest(
    client_order_id="one", symbol="BTC/USDT", direction=Direction.BUY, order_type=OrderType.MARKET, quantity=D(10)
)


async def retry(venue: RemoteVenue, rows: Rows, clock: ManualClock) -> None:
    """Send, try again on any failure, write the order down once it is there."""
    if rows.state() is not None:
        return
    for _ in range(TRIES):
        try:
            await venue.place(REQUEST)
        except Exception:
            await clock.leap(1)
            continue
        rows.write("placed")
        return
    rows.write("failed")


async def query_first(venue: RemoteVenue, rows: Rows, clock: ManualClock) -> None:
    """Write the intent down, send, and when in doubt ask: not found means that it is sent again at once."""
    state = rows.state()
    if state in ("placed", "failed"):
        return
    for attempt in range(TRIES):
        try:
            if (state is not None or attempt) and await venue.find("one", "BTC/USDT") is not None:
                rows.write("placed")
                return
            rows.write("intent")
            await venue.place(REQUEST)
        except Exception:
            await clock.leap(1)
            continue
        rows.write("placed")
        return
    rows.write("failed")


STRATEGIES = {"send, and send again": retry, "intent, ask, send again at once": query_first}


def live(line: socket.socket, start: Start, strategy: str) -> None:
    """Never returns."""
    doom = Doom(start.point, start.nth)
    clock = ManualClock(start.now)
    wire = Wire(line, clock, doom)
    venue = RemoteVenue(wire, stops_lock=False, expires_after=start.expires_after)
    rows = Rows(start, doom)
    try:
        asyncio.run(STRATEGIES[strategy](venue, rows, clock))
        asyncio.run(clock.leap(30))  # what was late is there now
        wire.ask("verdict", judge(wire.ask("snapshot"), rows.state()))
    finally:
        os._exit(0)


def judge(book: list[Accepted], state: str | None) -> str:
    there = [o for o in book if o.fills or o.state is OrderState.ACKED]
    if len(there) > 1:
        return "duplicate"
    if there and state == "failed":
        return "lost: held, and written down as failed"
    return "" if there or state == "failed" else "lost: no order and no word"
