"""The emulated exchange in a process of its own, as both sides trade on it: its accounts, its way, what reached it."""

from __future__ import annotations

import asyncio
import json
import sys
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp

MONEY = "1000000"
READY = 30.0  # seconds


class Venue:
    """What a benchmark asks of the exchange, beside the road that it measures."""

    def __init__(self, url: str, session: aiohttp.ClientSession) -> None:
        self.url = url
        self._session = session

    async def furnish(self, accounts: int, way: float) -> None:
        """So many customers with money, and ``way`` seconds from the arrival of a request to its answer."""
        for number in range(accounts):
            await self._do("account", name=name(number), **keys(number))
            for market in ("spot", "linear"):
                await self._do("deposit", account=name(number), market=market, asset="USDT", amount=MONEY)
        if way:
            slow = {"endpoint": "*", "kind": "slow", "seconds": way, "after": True, "times": -1}
            await self._do("faults", add=[slow])

    async def entries(self, symbol: str) -> list[float]:
        """When each order to buy arrived, in seconds since 1970."""
        found = await self._show("orders", symbol=symbol, side="BUY")
        return sorted(order["created"] / 1000 for order in found)

    async def calls(self) -> Counter[str]:
        """How often what was asked."""
        return Counter(call["endpoint"] for call in await self._show("calls"))

    async def _do(self, verb: str, **given: object) -> None:
        async with self._session.post(f"{self.url}/_control/{verb}", json=given) as answer:
            answer.raise_for_status()

    async def _show(self, table: str, **where: str) -> Any:
        async with self._session.get(f"{self.url}/_control/{table}", params=where) as answer:
            return await answer.json()


def name(number: int) -> str:
    return f"customer{number}"


def keys(number: int) -> dict[str, str]:
    return {"key": f"key-{number:06d}", "secret": f"secret-{number:06d}"}


def credentials(number: int) -> dict[str, str]:
    """The same as ccxt calls them."""
    given = keys(number)
    return {"apiKey": given["key"], "secret": given["secret"]}


@asynccontextmanager
async def at(url: str) -> AsyncIterator[Venue]:
    """The exchange that runs at this address."""
    async with aiohttp.ClientSession() as session:
        yield Venue(url, session)


@asynccontextmanager
async def exchange(accounts: int, way: float, dialect: str = "binance") -> AsyncIterator[Venue]:
    """A new one, killed at the end."""
    running = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.exchange", "--venue", dialect, stdout=asyncio.subprocess.PIPE
    )
    assert running.stdout is not None
    try:
        line = await asyncio.wait_for(running.stdout.readline(), READY)
        async with at(json.loads(line)["base_url"]) as venue:
            await venue.furnish(accounts, way)
            yield venue
    finally:
        running.kill()
        await running.wait()
