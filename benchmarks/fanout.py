"""Target 2: one signal to a thousand connections at an exchange 20 ms away: ``python -m benchmarks.fanout``.

Ours is the whole durable road: the post committed to the inbox, the desk, an account and a price looked at for every
connection, gates, plan and intent committed, the order through ccxt. Beside it bare ccxt: a thousand clients that
share markets and TLS context, without a throttle, ``asyncio.gather`` of ``create_order``. Both trade at the emulated
exchange, which is a process of its own and says when the last order reached it.

Each round is a new exchange, and each side in it a new process: the first signal meets a side that has nothing open,
the next ones a side that has traded. The sides alternate, medians count; one round of ours takes minutes, so that
there is one unless ``--rounds`` asks for more. Neither side keeps to an exchange's pace: this is about the machinery.
The memory of a connection is what the first signal and all that followed from it left resident.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import json
import os
import statistics
import sys
import tempfile
import time
from collections import Counter
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Protocol

import structlog

from benchmarks.sides import bare, exchange
from benchmarks.sides.live import CHANNEL, behind_one_channel, live
from benchmarks.sides.product import Product

ROUNDS = 1
CONNECTIONS = 1000
WAY = 0.02
"""Seconds from an order at the exchange to its answer."""
PAIRS = (("BTC", "60000"), ("ETH", "3000"), ("SOL", "150"))
"""The first is the signal after a cold start. Before the second a balance is read again, then the exchange tells it."""
PATIENCE = 400.0
"""Seconds for one side of a round."""
TARGET, RESIDENT = 1.3, 234


class Side(Protocol):
    async def fan_out(self, base: str, price: str) -> None:
        """Send one signal to everybody; returns when everything that follows from it is done."""

    async def outcomes(self) -> Counter[str]: ...


@dataclass(slots=True, kw_only=True)
class Found:
    """One side in one round. Milliseconds to the last order, of each signal; kilobytes a connection after the first.

    ``work`` is processor time in milliseconds a connection, with everything that followed from the signal.
    """

    last: list[float] = field(default_factory=list)
    middle: list[float] = field(default_factory=list)
    orders: list[int] = field(default_factory=list)
    work: list[float] = field(default_factory=list)
    resident: float = 0.0
    outcomes: dict[str, int] = field(default_factory=dict)
    calls: list[dict[str, int]] = field(default_factory=list)


@dataclass(slots=True)
class Ours:
    """The product as a side."""

    product: Product
    connections: int
    number: int = 0

    async def fan_out(self, base: str, price: str) -> None:
        self.number += 1
        await self.product.receive(posted(self.number, base, float(price)))
        while sum((await self.outcomes()).values()) < self.number * self.connections:
            await asyncio.sleep(0.25)
        await self.product.settled(look=0.25)

    async def outcomes(self) -> Counter[str]:
        return await self.product.outcomes()


def posted(number: int, base: str, price: float) -> dict[str, Any]:
    """The update with this signal."""
    text = (
        f"{base}/USDT LONG NOW\n\nTargets:\n1) {price * 1.02:g}\n2) {price * 1.04:g}\n3) {price * 1.06:g}\n"
        f"Stop loss: {price * 0.98:g}\nLeverage: 5x"
    )
    chat = {"id": CHANNEL, "type": "channel", "title": "Shared"}
    post = {"message_id": number, "date": int(time.time()), "chat": chat, "text": text}
    return {"update_id": number, "channel_post": post}


# --- one side, in a process of its own --------------------------------------------------------------


async def measure(options: argparse.Namespace) -> Found:
    """Fan out every pair in turn."""
    async with exchange.at(options.url) as venue:
        if options.side == "bare":
            async with bare.fan(options.url, options.connections, options.market) as side:
                return await fan_outs(side, venue, options.connections)
        with tempfile.TemporaryDirectory() as folder:
            people = behind_one_channel(options.connections, options.market)
            async with live(Path(folder), options.url, people) as product:
                return await fan_outs(Ours(product, options.connections), venue, options.connections)


async def fan_outs(side: Side, venue: exchange.Venue, connections: int) -> Found:
    found, before, seen = Found(), resident(), Counter[str]()
    for base, price in PAIRS:
        begun, worked = time.time(), time.process_time()
        await side.fan_out(base, price)
        found.work.append(1e3 * (time.process_time() - worked) / connections)
        arrived = [1e3 * (at - begun) for at in await venue.entries(f"{base}USDT")]
        found.orders.append(len(arrived))
        found.last.append(arrived[-1] if arrived else 0.0)
        found.middle.append(statistics.median(arrived) if arrived else 0.0)
        calls = await venue.calls()
        found.calls.append(dict(calls - seen))
        seen = calls
        if not found.resident:
            found.resident = (resident() - before) / connections / 1024
    found.outcomes = dict(await side.outcomes())
    return found


def resident() -> int:
    """Bytes of this process in memory."""
    gc.collect()
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


# --- all of it ---------------------------------------------------------------------------------------


async def in_a_process(side: str, options: argparse.Namespace) -> Found:
    async with exchange.exchange(options.connections, WAY) as venue:
        told = ("--side", side, "--url", venue.url, "--connections", str(options.connections))
        running = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "benchmarks.fanout", *told, "--market", options.market, stdout=asyncio.subprocess.PIPE
        )
        try:
            said, _ = await asyncio.wait_for(running.communicate(), PATIENCE)
        finally:
            if running.returncode is None:
                running.kill()
                await running.wait()
    return Found(**json.loads(said.splitlines()[-1]))


def shown(name: str, rounds: list[Found]) -> None:
    cold = statistics.median(one.last[0] for one in rounds)
    warm = statistics.median(last for one in rounds for last in one.last[1:])
    middle = statistics.median(last for one in rounds for last in one.middle[1:])
    kept = statistics.median(one.resident for one in rounds)
    work = statistics.median(spent for one in rounds for spent in one.work[1:])
    print(
        f"{name:<11} last order: cold {cold:7.0f} ms   warm {warm:7.0f} ms (half of them after {middle:.0f} ms)"
        f"   {kept:5.0f} kB and {work:.1f} ms of processor a connection"
    )
    print(f"{'':<11} orders {[one.orders for one in rounds]}; {[one.outcomes for one in rounds]}")
    for number in (0, -1):
        print(f"{'':<11} asked {'cold' if number == 0 else 'warm'}: {rounds[-1].calls[number]}")


def verdict(ours: list[Found], theirs: list[Found]) -> None:
    ratios = [
        mine / other
        for one, two in zip(ours, theirs, strict=True)
        for mine, other in zip(one.last[1:], two.last[1:], strict=True)
    ]
    ratio = statistics.median(ratios)
    print(
        f"warm        {ratio:5.2f}x (fan-outs {', '.join(f'{one:.2f}' for one in ratios)}); target <= {TARGET}x: "
        f"{'reached' if ratio <= TARGET else 'MISSED'}"
    )
    cold = statistics.median(one.last[0] / two.last[0] for one, two in zip(ours, theirs, strict=True))
    print(f"cold        {cold:5.2f}x")
    kept = statistics.median(one.resident for one in ours)
    print(f"memory      {kept:.0f} kB; target <= {RESIDENT} kB: {'reached' if kept <= RESIDENT else 'MISSED'}")


async def main(options: argparse.Namespace) -> None:
    ours: list[Found] = []
    theirs: list[Found] = []
    for _ in range(options.rounds):
        ours.append(await in_a_process("ours", options))
        theirs.append(await in_a_process("bare", options))
    shown("heliograph", ours)
    shown("bare ccxt", theirs)
    verdict(ours, theirs)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--connections", type=int, default=CONNECTIONS)
    parser.add_argument("--market", choices=("spot", "swap"), default="spot")
    parser.add_argument("--side", choices=("ours", "bare"), help=argparse.SUPPRESS)
    parser.add_argument("--url", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.side:
        structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
        print(json.dumps(asdict(asyncio.run(measure(given)))))
    else:
        asyncio.run(main(given))
