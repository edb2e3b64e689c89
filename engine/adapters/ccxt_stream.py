"""What happens to our orders without our asking.

A stream is only a hint. Every hint is followed by the venue's own answer, with all fills, and that is what is told.
And because a stream can be open and dead, what is alive is compared with the venue every so often: a change that the
stream kept quiet about is told, and the stream is opened anew.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Callable
from typing import Any

import structlog

from engine.adapters.ccxt_lookup import Lookup, Raw
from engine.adapters.ccxt_wire import Wire, heard
from engine.market.fan import Fan
from engine.ports import Clock
from engine.types import ExecutionReport

log = structlog.get_logger(__name__)

LOOK = 15.0
"""Seconds between two comparisons beside a stream: a dead one is noticed within them."""
POLL = 4.0
"""Seconds between two comparisons where the exchange has no stream of orders."""
A_SECOND = 10
"""The most comparisons a second at one place: with a crowd of customers each is compared the more seldom."""
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 60.0


class Stream:
    """Reports of one account's orders. ``run`` it in a task; it ends when closed.

    ``crowd`` counts those who trade at the place.
    """

    def __init__(self, wire: Wire, lookup: Lookup, clock: Clock, crowd: Callable[[], int] = lambda: 1) -> None:
        self._wire = wire
        self._lookup = lookup
        self._clock = clock
        self._crowd = crowd
        self._fan: Fan[ExecutionReport] = Fan(lambda report: report.client_order_id)
        self._told: dict[str, ExecutionReport] = {}
        self._comparing = asyncio.Lock()
        self._closed = asyncio.Event()
        self._hints: defaultdict[str, list[Raw]] = defaultdict(list)
        self._hinted = lookup.stirred

    def reader(self) -> AsyncIterator[ExecutionReport]:
        return self._fan.reader()

    def close(self) -> None:
        self._closed.set()
        self._fan.close()

    @property
    def streams(self) -> bool:
        return bool(self._wire.client.has.get("watchOrders"))

    async def run(self) -> None:
        """Listen and compare until closed."""
        async with asyncio.TaskGroup() as group:
            loops = [group.create_task(self._compare_always()), group.create_task(self._follow_always())]
            if self.streams:
                loops.append(group.create_task(self._listen_always()))
            await self._closed.wait()
            for loop in loops:
                loop.cancel()

    # --- listening ---------------------------------------------------------------------------------

    async def _listen_always(self) -> None:
        pause = FIRST_PAUSE
        while True:
            try:
                orders = await heard(self._wire.client.watch_orders())
            except Exception as fault:  # whatever a stream dies of, it is opened again
                log.warning("stream of orders broken", exchange=self._wire.client.id, fault=type(fault).__name__)
                await self._clock.sleep(pause)
                pause = min(pause * 2, LONGEST_PAUSE)
                await self._compare()
                continue
            pause = FIRST_PAUSE
            for order in orders:
                self._hint(order)  # without a pause: ccxt keeps nothing for a listener that is away

    def _hint(self, order: Any) -> None:
        ours = self._lookup.ours(order.get("clientOrderId")) if isinstance(order, dict) else None
        if ours is not None:
            self._hints[ours].append(order)  # all of them: they need not come in their order
            self._hinted.set()

    async def _follow_always(self) -> None:
        """Several hints for one order are one question; one that is being placed is asked for when that is done."""
        while True:
            await self._hinted.wait()
            self._hinted.clear()
            while ready := [ours for ours in self._hints if ours not in self._lookup.leaving]:
                ours, hints = ready[0], self._hints.pop(ready[0])
                if any(self._lookup.is_news(order, ours) for order in hints):
                    await self._ask(ours, str(hints[-1].get("symbol")), self._lookup.seen.get(ours))

    # --- comparing ---------------------------------------------------------------------------------

    async def _compare_always(self) -> None:
        while True:
            await self._clock.sleep(max(LOOK if self.streams else POLL, self._crowd() / A_SECOND))
            missed = await self._compare()
            if missed and self.streams:
                log.warning("stream of orders was silent", exchange=self._wire.client.id, missed=missed)
                await self._reopen()

    async def _compare(self) -> int:
        """Ask for what was alive and is not listed as it was; returns how many had changed."""
        async with self._comparing:
            return await self._compared(self._lookup.live)

    async def _compared(self, before: dict[str, ExecutionReport]) -> int:
        if not before:
            return 0
        try:
            symbols = sorted({report.symbol for report in before.values()})
            listed = {report.client_order_id: report for report in await self._lookup.open_orders(symbols)}
        except Exception as fault:  # the next comparison is soon
            log.warning("orders not compared", exchange=self._wire.client.id, fault=type(fault).__name__)
            return 0
        changed = 0
        for ours, known in before.items():
            if listed.get(ours) != known:
                changed += await self._ask(ours, known.symbol, known)
        return changed

    async def _ask(self, ours: str, symbol: str, known: ExecutionReport | None) -> bool:
        """How this order stands, told to everybody if it is news."""
        try:
            report = await self._lookup.find(ours, symbol)
        except Exception as fault:  # a hint that leads nowhere; comparing finds what it meant
            log.warning("order not asked for", exchange=self._wire.client.id, fault=type(fault).__name__)
            return False
        if report is None or report in (known, self._told.get(ours)):
            return False
        self._told = {key: told for key, told in self._told.items() if key in self._lookup.seen} | {ours: report}
        self._fan.publish(report)
        return True

    async def _reopen(self) -> None:
        """Drop the connection: the listener finds it broken, and connects again."""
        try:
            await self._wire.client.close_ws_clients()
        except Exception as fault:
            log.warning("stream not closed", exchange=self._wire.client.id, fault=type(fault).__name__)
