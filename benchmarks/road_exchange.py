"""Target 1 at an exchange: from a channel post to its order there, beside the straightforward stack.

``python -m benchmarks.road_exchange``: as ``benchmarks.road``, but both sides trade through ccxt at the emulated
Binance, spot, which is a process of its own. The clock stops when the exchange's answer to the order is there. The
plain stack asks for a balance and a price and sends, as ours does; neither keeps to an exchange's pace. Ours sends
the stop order too, and tells the owner.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks import road
from benchmarks.sides import bare, exchange, posts
from benchmarks.sides.bare_account import BareAccount
from benchmarks.sides.exchange import credentials
from benchmarks.sides.live import each_with_a_channel, live
from benchmarks.sides.plain import Plain, stack
from benchmarks.sides.posts import Arrivals, signal
from benchmarks.sides.product import Product

ROUNDS = 5
PAIRS = (("BTC/USDT", "60000"), ("ETH/USDT", "3000"), ("SOL/USDT", "150"), ("XRP/USDT", "0.5"), ("BNB/USDT", "600"))
"""What the exchange lists, at its prices."""
WIDE = 0.9
"""Without leverage, five trades that risk a percent each have to fit into one account."""


def channels(signals: int) -> dict[int, int]:
    """The channel of each connection."""
    return dict(enumerate((signal(first).channel for first in range(0, signals, len(PAIRS))), 1))


def hear(arrivals: Arrivals, venue: Any, channel: int) -> None:
    """From now on note every order of this channel's follower when it is answered."""
    place = venue.place

    async def noted(request: Any) -> Any:
        try:
            return await place(request)
        finally:
            arrivals.note(channel, request.symbol)

    venue.place = noted


@asynccontextmanager
async def ours(url: str, folder: Path, signals: int) -> AsyncIterator[Product]:
    mine = channels(signals)
    async with live(folder, url, each_with_a_channel(mine.values(), "spot")) as product:
        for connection_id, channel in mine.items():
            hear(product.arrivals, await product.house.trader.venue_by_id(connection_id), channel)
        yield product


@asynccontextmanager
async def theirs(url: str, folder: Path, signals: int) -> AsyncIterator[Plain]:
    mine, arrivals = channels(signals), Arrivals()
    source = bare.opened(url, "spot", {})
    await source.load_markets()
    clients = {one: bare.opened(url, "spot", credentials(one - 1)) for one in mine}
    accounts = {one: BareAccount(client) for one, client in clients.items()}
    for one, account in accounts.items():
        account.client.set_markets_from_exchange(source)
        hear(arrivals, account, mine[one])
    try:
        async with stack(folder, mine, accounts, arrivals) as running:
            yield running
    finally:
        await asyncio.gather(*(client.close() for client in (source, *clients.values())))


async def round_of(opening: Callable[..., Any], score: road.Score) -> None:
    """One round of one side, at an exchange of its own."""
    signals = road.WARM_UP + road.ONE_BY_ONE + road.TOGETHER
    async with exchange.exchange(len(channels(signals)), 0.0) as venue:
        await road.round_of(partial(opening, venue.url), score)


async def main(rounds: int) -> None:
    posts.STOP, posts.PAIRS = WIDE, PAIRS
    mine, other = road.Score(), road.Score()
    for _ in range(rounds):
        for opening, score in ((ours, mine), (theirs, other)):
            gc.collect()
            await round_of(opening, score)
    road.shown("heliograph", mine)
    road.shown("plain stack", other)
    road.verdict("p50", mine.p50, other.p50, road.P50, less=True)
    road.verdict("p99", mine.p99, other.p99, road.P99, less=True)
    road.verdict("throughput", mine.to_order, other.to_order, road.THROUGHPUT, less=False)


if __name__ == "__main__":
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rounds", type=int, default=ROUNDS)
    asyncio.run(main(options.parse_args().rounds))
