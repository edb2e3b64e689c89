"""Target 1: from a channel post to its order, beside the straightforward stack: ``python -m benchmarks.road``.

Ours is the whole durable road: the update committed to the inbox, a lane, the dispatcher, the desk, the gates and the
plan, the intent committed, ``place`` of the paper venue. Theirs is ``benchmarks.sides.plain``: handler, ``re``, ORM,
the same ``place``. A round sends signals one after the other, each when the last one is done, then more with fifty
under way; rounds of the two sides alternate, each on a fresh database, and medians count.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import statistics
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from benchmarks.sides.plain import plain
from benchmarks.sides.posts import Arrivals, Told, latency, signal
from benchmarks.sides.product import product

ROUNDS = 5
ONE_BY_ONE = 75
TOGETHER = 300
WARM_UP = 25
IN_FLIGHT = 50
PAUSE = 0.005
"""Seconds between the end of one signal, with its stop and its messages, and the next one."""
P50, P99, THROUGHPUT = 0.5, 0.5, 6.0


class Side(Protocol):
    """One of the two stacks, running."""

    arrivals: Arrivals

    async def send(self, told: Told) -> None: ...
    async def settled(self) -> None: ...
    async def outcomes(self) -> Counter[str]: ...


Open = Callable[[Path, int], AbstractAsyncContextManager[Side]]


@dataclass(slots=True)
class Score:
    """What was measured of one side. A rate is signals a second, to their orders and until everything was done."""

    waits: list[float] = field(default_factory=list)
    p50: list[float] = field(default_factory=list)
    p99: list[float] = field(default_factory=list)
    to_order: list[float] = field(default_factory=list)
    to_end: list[float] = field(default_factory=list)
    outcomes: Counter[str] = field(default_factory=Counter)
    lost: int = 0


async def round_of(opening: Open, score: Score) -> None:
    """One round of one side."""
    with tempfile.TemporaryDirectory() as folder:
        numbers = iter(range(WARM_UP + ONE_BY_ONE + TOGETHER))
        async with opening(Path(folder), WARM_UP + ONE_BY_ONE + TOGETHER) as side:
            for _ in range(WARM_UP):
                await latency(side.send, side.arrivals, signal(next(numbers)))
            await side.settled()
            await _one_by_one(side, numbers, score)
            await side.settled()
            await _together(side, numbers, score)
            score.outcomes += await side.outcomes()


async def _one_by_one(side: Side, numbers: AsyncIterator[int], score: Score) -> None:
    waits = []
    for _ in range(ONE_BY_ONE):
        waited = await latency(side.send, side.arrivals, signal(next(numbers)))
        if waited is None:
            score.lost += 1
            continue
        waits.append(waited)
        await side.settled()
        await asyncio.sleep(PAUSE)
    cuts = statistics.quantiles(waits, n=100)
    score.waits.extend(waits)
    score.p50.append(cuts[49])
    score.p99.append(cuts[98])


async def _together(side: Side, numbers: AsyncIterator[int], score: Score) -> None:
    """The next signal leaves as soon as one of those under way has its order; the clock stops at the last one's."""

    async def sender() -> None:
        for number in numbers:
            score.lost += await latency(side.send, side.arrivals, signal(number)) is None

    begun = time.perf_counter()
    await asyncio.gather(*(sender() for _ in range(IN_FLIGHT)))
    score.to_order.append(TOGETHER / (time.perf_counter() - begun))
    await side.settled()
    score.to_end.append(TOGETHER / (time.perf_counter() - begun))


def shown(name: str, score: Score) -> None:
    print(
        f"{name:<11} update to order: p50 {statistics.median(score.p50):6.2f} ms"
        f"   p99 {statistics.median(score.p99):6.2f} ms"
        f"   {IN_FLIGHT} in flight: {statistics.median(score.to_order):6.0f} orders/s"
        f"   {statistics.median(score.to_end):6.0f} signals/s until all is done"
    )
    print(f"{'':<11} {dict(score.outcomes)}; without an order: {score.lost}")


def verdict(name: str, mine: list[float], theirs: list[float], target: float, *, less: bool) -> None:
    ratios = [one / other for one, other in zip(mine, theirs, strict=True)]
    ratio = statistics.median(ratios)
    reached = ratio <= target if less else ratio >= target
    print(
        f"{name:<11} {ratio:5.2f}x (rounds {', '.join(f'{one:.2f}' for one in ratios)}); "
        f"target {'<=' if less else '>='} {target}x: {'reached' if reached else 'MISSED'}"
    )


async def main(rounds: int) -> None:
    ours, theirs = Score(), Score()
    for _ in range(rounds):
        for opening, score in ((product, ours), (plain, theirs)):
            gc.collect()
            await round_of(opening, score)
    shown("heliograph", ours)
    shown("plain stack", theirs)
    verdict("p50", ours.p50, theirs.p50, P50, less=True)
    verdict("p99", ours.p99, theirs.p99, P99, less=True)
    verdict("throughput", ours.to_order, theirs.to_order, THROUGHPUT, less=False)


if __name__ == "__main__":
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rounds", type=int, default=ROUNDS)
    asyncio.run(main(options.parse_args().rounds))
