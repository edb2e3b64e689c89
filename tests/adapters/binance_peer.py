"""A local peer with the public spot endpoints of Binance that the price feed asks for."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web

FILTERS: dict[str, list[dict[str, Any]]] = {
    "BTCUSDT": [
        {"filterType": "PRICE_FILTER", "minPrice": "0.01", "maxPrice": "1000000.00", "tickSize": "0.01000000"},
        {"filterType": "LOT_SIZE", "minQty": "0.00001000", "maxQty": "9000.00000000", "stepSize": "0.00001000"},
        {"filterType": "NOTIONAL", "minNotional": "5.00000000", "maxNotional": "9000000.00000000"},
    ],
    "PEPEUSDT": [
        {"filterType": "PRICE_FILTER", "minPrice": "0.00000001", "maxPrice": "1.0", "tickSize": "0.00000001"},
        {"filterType": "LOT_SIZE", "minQty": "1.00", "maxQty": "92141578.00", "stepSize": "1.00"},
        {"filterType": "NOTIONAL", "minNotional": "1.00000000", "maxNotional": "9000000.00000000"},
    ],
}


class BinancePeer:
    """Answers exchangeInfo and ticker/24hr; ``faults`` are used up one a ticker request, before it answers well."""

    def __init__(self) -> None:
        self.base_url = ""
        self.tickers: dict[str, dict[str, Any]] = {}
        self.faults: list[str] = []
        self.asked = 0

    def price(self, symbol: str, bid: object, ask: object, *, at: int = 1_795_176_000_000, **more: object) -> None:
        self.tickers[symbol] = {"symbol": symbol, "bidPrice": bid, "askPrice": ask, "closeTime": at, **more}

    async def exchange_info(self, _: web.Request) -> web.Response:
        return web.json_response({"timezone": "UTC", "serverTime": 1, "symbols": [_symbol(s) for s in FILTERS]})

    async def tickers_24h(self, request: web.Request) -> web.Response:
        self.asked += 1
        if self.faults:
            return _faulty(self.faults.pop(0))
        wanted = json.loads(request.query["symbols"])
        return web.json_response([self.tickers[symbol] for symbol in wanted if symbol in self.tickers])


def _symbol(symbol: str) -> dict[str, Any]:
    return {
        "symbol": symbol,
        "status": "TRADING",
        "baseAsset": symbol.removesuffix("USDT"),
        "quoteAsset": "USDT",
        "isSpotTradingAllowed": True,
        "isMarginTradingAllowed": False,
        "permissionSets": [["SPOT"]],
        "orderTypes": ["LIMIT", "MARKET"],
        "filters": FILTERS[symbol],
    }


def _faulty(fault: str) -> web.Response:
    if fault == "html":
        return web.Response(status=502, text="<html>Bad Gateway</html>", content_type="text/html")
    if fault == "throttled":
        return web.json_response({"code": -1003, "msg": "Too many requests."}, status=429)
    return web.Response(text=fault, content_type="application/json")


@asynccontextmanager
async def binance_peer() -> AsyncIterator[BinancePeer]:
    peer = BinancePeer()
    app = web.Application()
    app.router.add_get("/api/v3/exchangeInfo", peer.exchange_info)
    app.router.add_get("/api/v3/ticker/24hr", peer.tickers_24h)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = runner.addresses[0][:2]
    peer.base_url = f"http://{host}:{port}"
    yield peer
    await runner.cleanup()
