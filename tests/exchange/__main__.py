"""The exchange as a process of its own: ``python -m tests.exchange --db FILE``; it outlives the bot it serves.

Prints one line of JSON with its address, then serves until it is stopped. Control it over /_control (see ``control``).
"""

from __future__ import annotations

import argparse
import asyncio
import json
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

from bot.clock import SystemClock
from engine.ports import Clock
from tests.exchange.binance import Binance
from tests.exchange.bybit import Bybit
from tests.exchange.bybit_catalog import bybit_exchange
from tests.exchange.catalog import furnish
from tests.exchange.core import Exchange
from tests.exchange.server import Dialect, serve


def binance_exchange(clock: Clock, path: str) -> Exchange:
    return furnish(Exchange(clock, path))


VENUES: dict[str, tuple[Callable[[Exchange], Dialect], Callable[[Clock, str], Exchange]]] = {
    "binance": (Binance, binance_exchange),
    "bybit": (Bybit, bybit_exchange),
}
"""By name: the dialect, and the exchange it speaks for."""


class MovableClock(SystemClock):
    """The machine's clock plus what ``advance`` added; waits take real time."""

    def __init__(self) -> None:
        self.moved = timedelta()

    def now(self) -> datetime:
        return super().now() + self.moved

    async def advance(self, seconds: float) -> None:
        self.moved += timedelta(seconds=seconds)


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.exchange", description=__doc__)
    parser.add_argument("--venue", choices=VENUES, default="binance")
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--db", default=":memory:", help="SQLite file that keeps the exchange's state")
    parser.add_argument("--fault-script", help="JSON file with fault rules")
    parser.add_argument("--walk", type=float, default=0.0, help="move every price each so many seconds")
    return parser.parse_args()


async def run(given: argparse.Namespace) -> None:
    dialect, opened = VENUES[given.venue]
    exchange = opened(MovableClock(), given.db)
    async with serve(exchange, dialect(exchange), port=given.port) as server:
        if given.fault_script:
            server.faults.load(json.loads(Path(given.fault_script).read_text()))
        print(json.dumps({"base_url": server.base_url}), flush=True)
        await wander(exchange, given.walk)


async def wander(exchange: Exchange, pause: float) -> None:
    """A random walk of every price, the same one in every run."""
    chance = Random(1)
    while True:
        await asyncio.sleep(pause or 3600)
        for quote in exchange.store.quotes.all() if pause else []:
            tick = exchange.instrument(quote.market, quote.symbol).tick
            exchange.price(quote.market, quote.symbol, max(tick, quote.last + chance.choice((-1, 1)) * tick))


def _loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    """uvloop where it is installed: the exchange should not be what a benchmark of its customers measures."""
    with suppress(ImportError):
        import uvloop

        return uvloop.new_event_loop
    return None


if __name__ == "__main__":
    with suppress(KeyboardInterrupt), asyncio.Runner(loop_factory=_loop_factory()) as runner:
        runner.run(run(options()))
