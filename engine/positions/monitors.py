"""A monitor for each stream of prices: the same symbol costs something else at another exchange.

Paper trades go by the house's own feed; every exchange and market somebody trades at has its own. A stream that
cannot be opened is tried again with the next sweep, and holds up none of the others.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine
from math import inf
from typing import Any

import structlog

from engine.errors import EngineFault
from engine.execution.trader import Trader
from engine.ports import Clock, Prices, Store
from engine.positions.monitor import SWEEP, Monitor
from engine.types import Connection, Position

log = structlog.get_logger()

Key = tuple[str, ...]
PAPER: Key = ()
NEW: Key = ("",)


def key_of(connection: Connection) -> Key:
    """Which stream prices the trades of a connection."""
    if connection.is_paper:
        return PAPER
    return (connection.exchange_name, connection.market, "test" if connection.is_testnet else "real")


class Monitors:
    """``feed`` prices paper trades, ``prices_of`` opens the stream of any other connection."""

    def __init__(
        self, *, store: Store, clock: Clock, feed: Prices, prices_of: Callable[[Connection], Awaitable[Prices]],
        trader: Trader, spawn: Callable[[str, Coroutine[Any, Any, None]], None],
    ) -> None:  # fmt: skip
        self._store = store
        self._clock = clock
        self._prices_of = prices_of
        self._trader = trader
        self._spawn = spawn
        self._keys: dict[int, Key] = {}
        self._opening: set[Key] = set()
        self._paper = self._monitor(PAPER, feed)
        self._monitors: dict[Key, Monitor] = {PAPER: self._paper}

    async def load(self) -> None:
        """Arm the software stop of every open position: on paper now, elsewhere as soon as there are prices."""
        await self._paper.load()
        await self._want()

    def changed(self, position: Position | None) -> None:
        """A commit touched this position."""
        if position is None:
            return
        monitor = self._monitors.get(self._keys.get(position.connection_id, NEW))
        if monitor is not None:
            monitor.changed(position)
        else:
            self._spawn(f"prices for position {position.id}", self._meet(position))

    async def run(self) -> None:
        """Follow the feed of paper trades; the other streams are followed from when they are opened."""
        await self._paper.run()

    async def sweep(self) -> None:
        """Every few seconds: open the streams that are wanted, and let every monitor look at its rows."""
        while True:
            await self._want()
            for monitor in tuple(self._monitors.values()):
                await monitor.tend()
            await self._clock.sleep(SWEEP)

    def count(self) -> int:
        """How many open positions are watched."""
        return sum(monitor.count() for monitor in self._monitors.values())

    def silence(self, position_id: int) -> float:
        """Seconds for which this position has been without a price; infinite when no stream is open for it."""
        known = (monitor.silence(position_id) for monitor in self._monitors.values())
        return next((seconds for seconds in known if seconds is not None), inf)

    def price_age(self) -> float | None:
        """Seconds since the last price of the house's own feed; None before the first."""
        return self._paper.price_age()

    # --- inside ------------------------------------------------------------------------------------

    def _monitor(self, key: Key, prices: Prices) -> Monitor:
        return Monitor(
            store=self._store, clock=self._clock, prices=prices, trader=self._trader, spawn=self._spawn,
            serves=lambda connection: key_of(connection) == key,
        )  # fmt: skip

    async def _meet(self, position: Position) -> None:
        """The first position of a connection: its stream may be there already, for somebody else."""
        connection = await self._store.read(lambda tx: tx.connections.get(position.connection_id))
        if connection is None:
            return
        self._start(connection)
        monitor = self._monitors.get(self._keys[connection.id])
        if monitor is not None:
            monitor.changed(position)

    async def _want(self) -> None:
        """Start what somebody trades by and is not there yet."""
        for connection in await self._store.read(lambda tx: tx.connections.trading()):
            self._start(connection)

    def _start(self, connection: Connection) -> None:
        """Each stream runs in a task of its own."""
        key = self._keys[connection.id] = key_of(connection)
        if key not in self._monitors and key not in self._opening:
            self._opening.add(key)
            self._spawn(f"prices of {' '.join(key)}", self._follow(key, connection))

    async def _follow(self, key: Key, connection: Connection) -> None:
        """Open the stream of this connection and guard by it what is open."""
        try:
            monitor = self._monitor(key, await self._prices_of(connection))
            await monitor.load()
        except EngineFault as fault:
            log.error("no prices for open trades", connection=connection.id, fault=type(fault).__name__)
            return
        finally:
            self._opening.discard(key)
        self._monitors[key] = monitor
        try:
            await monitor.load()  # what was committed since the first look
            await monitor.run()
        finally:
            del self._monitors[key]  # the next sweep opens it again
