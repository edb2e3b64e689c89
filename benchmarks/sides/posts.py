"""Channel posts for both sides: every channel gives one signal of each pair, in words that no other post has."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from engine.adapters.paper import PaperVenue
from engine.types import ExecutionReport, OrderRequest

PAIRS = (("BTC/USDT", "64000"), ("ETH/USDT", "3100"), ("SOL/USDT", "145"), ("LTC/USDT", "84"), ("LINK/USDT", "15.5"))
"""A channel may give seven signals a minute, and an account of the standard preset holds five positions."""
STOP = 0.98
"""Where the stop of a signal is, as a share of its price."""
PATIENCE = 20.0
"""Seconds that one order may take; then it is given up and counted as lost."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One signal: a raw update of a channel post, and the pair it is about."""

    number: int
    channel: int
    symbol: str
    update: dict[str, Any]


def signal(number: int) -> Told:
    """The signal of this number. Five in a row are in one channel each, a pair each."""
    channel, (symbol, price) = -1_000_001 - number // len(PAIRS), PAIRS[number % len(PAIRS)]
    at = float(price)
    text = (
        f"📈 Signal No. {number}\n{symbol} LONG NOW\n\nTargets:\n1) {at * 1.02:g}\n2) {at * 1.04:g}\n3) {at * 1.06:g}\n"
        f"Stop loss: {at * STOP:g}\nLeverage: 5x"
    )
    post = {
        "message_id": number + 1,
        "date": int(time.time()),
        "chat": {"id": channel, "type": "channel", "title": f"Channel {channel}"},
        "text": text,
    }
    return Told(number=number, channel=channel, symbol=symbol, update={"update_id": number + 1, "channel_post": post})


class Arrivals:
    """When each order reached its venue, and who waits for it. An order is known by its channel and its pair."""

    def __init__(self) -> None:
        self._waiting: dict[tuple[int, str], asyncio.Future[float]] = {}

    def expect(self, told: Told) -> asyncio.Future[float]:
        """The moment, on the performance counter, at which the order of this signal is handed to the venue."""
        arrival: asyncio.Future[float] = asyncio.get_running_loop().create_future()
        self._waiting[told.channel, told.symbol] = arrival
        return arrival

    def listen(self, venue: PaperVenue, channel: int) -> None:
        """From now on note every order at the moment it is handed to this account of the channel's follower."""
        place = venue.place

        async def noted(request: OrderRequest) -> ExecutionReport:
            self.note(channel, request.symbol)
            return await place(request)

        venue.place = noted

    def note(self, channel: int, symbol: str) -> None:
        """An order is at its venue; the ones that come later for the same trade are not waited for."""
        arrival = self._waiting.pop((channel, symbol), None)
        if arrival is not None and not arrival.done():
            arrival.set_result(time.perf_counter())


async def latency(send: Callable[[Told], Awaitable[object]], arrivals: Arrivals, told: Told) -> float | None:
    """Milliseconds from the update to its order; None when no order came."""
    arrival, begun = arrivals.expect(told), time.perf_counter()
    sending = asyncio.ensure_future(send(told))
    try:
        async with asyncio.timeout(PATIENCE):
            ended = await arrival
            await sending
    except TimeoutError:
        return None
    return 1e3 * (ended - begun)
