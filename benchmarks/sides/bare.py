"""Bare ccxt: a client for every key, made at the first signal, markets and TLS context shared, no throttle."""

from __future__ import annotations

import asyncio
import ssl
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from ccxt.async_support import binance

from benchmarks.sides.exchange import credentials
from engine.adapters.ccxt_client import redirected

TLS = ssl.create_default_context()
AMOUNT = {"BTC": 0.1, "ETH": 1.0, "SOL": 10.0, "XRP": 1000.0}


@dataclass(slots=True, kw_only=True)
class Bare:
    """One source of markets, and the clients that trade."""

    source: Any
    url: str
    market: str
    connections: int
    clients: list[Any] = field(default_factory=list)
    ended: Counter[str] = field(default_factory=Counter)

    async def fan_out(self, base: str, price: str) -> None:  # noqa: ARG002
        """All orders at once."""
        if not self.clients:
            self.clients.extend([self._client(number) for number in range(self.connections)])
        symbol = f"{base}/USDT" if self.market == "spot" else f"{base}/USDT:USDT"
        placed = (client.create_order(symbol, "market", "buy", AMOUNT[base]) for client in self.clients)
        for answer in await asyncio.gather(*placed, return_exceptions=True):
            self.ended["placed" if isinstance(answer, dict) else type(answer).__name__] += 1

    async def outcomes(self) -> Counter[str]:
        return self.ended

    def _client(self, number: int) -> Any:
        client = opened(self.url, self.market, credentials(number))
        client.set_markets_from_exchange(self.source)
        return client


def opened(url: str, market: str, secret: dict[str, str]) -> Any:
    """A client as ccxt's manual says, at another address, with the TLS context that the others have."""
    kind = {"types": ["spot"]} if market == "spot" else {"types": ["linear"]}
    lean: dict[str, Any] = {
        "defaultType": market, "fetchCurrencies": False, "fetchMargins": False, "fetchMarkets": kind
    }  # fmt: skip
    if market == "swap":
        lean["defaultSubType"] = "linear"
    client = binance({**secret, "enableRateLimit": False, "options": lean})
    client.timeout_on_exit = 0
    client.ssl_context = TLS
    client.urls["api"] = redirected(client.urls["api"], url)
    return client


@asynccontextmanager
async def fan(url: str, connections: int, market: str) -> AsyncIterator[Bare]:
    source = opened(url, market, {})
    await source.load_markets()
    side = Bare(source=source, url=url, market=market, connections=connections)
    try:
        yield side
    finally:
        await asyncio.gather(*(client.close() for client in (source, *side.clients)))
