"""Answers of venues in their real shapes, through ccxt's real fetch and error handling; only the socket is ours."""

from __future__ import annotations

import json
from typing import Any

URLS = {
    ("binance", "spot"): "https://api.binance.com/api/v3/order",
    ("binance", "swap"): "https://fapi.binance.com/fapi/v1/order",
    ("binance", "portfolio"): "https://papi.binance.com/papi/v1/um/order",
    ("binance", "inverse"): "https://dapi.binance.com/dapi/v1/order",
    ("mexc", "spot"): "https://api.mexc.com/api/v3/order",
    ("mexc", "swap"): "https://contract.mexc.com/api/v1/private/order/submit",
    ("gate", "spot"): "https://api.gateio.ws/api/v4/spot/orders",
    ("gate", "swap"): "https://api.gateio.ws/api/v4/futures/usdt/orders",
    ("htx", "spot"): "https://api.huobi.pro/v1/order/orders/place",
    ("htx", "swap"): "https://api.hbdm.com/linear-swap-api/v1/swap_cross_order",
    ("kucoin", "swap"): "https://api-futures.kucoin.com/api/v1/orders",
}


class Reply:
    """What aiohttp gives for a request, as an async context."""

    def __init__(self, status: int, text: str, headers: dict[str, str], fault: BaseException | None) -> None:
        self.status, self.reason, self.headers, self._text, self._fault = status, "Reason", headers, text, fault

    async def __aenter__(self) -> Reply:
        return self

    async def __aexit__(self, *_: object) -> None: ...

    async def text(self, errors: str = "strict") -> str:
        if self._fault is not None:
            raise self._fault
        return self._text


class Session:
    """An aiohttp session that answers everything alike, or breaks while it is being read."""

    def __init__(self, reply: Reply) -> None:
        self._reply = reply
        self.headers: dict[str, str] = {}

    def post(self, *_: Any, **__: Any) -> Reply:
        return self._reply


async def fault_of(
    client: Any,
    market: str,
    text: str,
    *,
    status: int = 200,
    headers: dict[str, str] | None = None,
    broken: BaseException | None = None,
) -> BaseException | None:
    """What ccxt raises on this answer to an order; None when it takes it for a success."""
    client.open = lambda *_: None  # would make a session of its own
    client.session = Session(Reply(status, text, headers or {}, broken))
    url = URLS.get((client.id, market), "https://api.example.com/api/v5/trade/order")
    try:
        await client.fetch(url, "POST", {"Content-Type": "application/json"}, "{}")
    except Exception as fault:
        return fault
    finally:
        client.session = None
    return None


def body_of(venue: str, market: str, code: str, text: str) -> str:
    """The refusal as this venue writes it."""
    number: Any = int(code) if code.lstrip("-").isdigit() else code
    shapes: dict[str, Any] = {
        "binance": {"code": number, "msg": text},
        "bybit": {"retCode": number, "retMsg": text, "result": {}, "retExtInfo": {}, "time": 1800000000000},
        "okx": {
            "code": "1",
            "data": [{"clOrdId": "sabc", "ordId": "", "sCode": code, "sMsg": text, "tag": ""}],
            "msg": "All operations failed",
        },
        "kucoin": {"code": code, "msg": text},
        "bitget": {"code": code, "msg": text, "requestTime": 1800000000000, "data": None},
        "mexc": {"code": number, "msg": text},
        "gate": {"label": code, "message": text},
        "kraken": {"error": [text]},
        "htx": {"status": "error", "err-code": code, "err-msg": text, "data": None},
        "hyperliquid": {
            "status": "ok",
            "response": {"type": "order", "data": {"statuses": [{"error": text}]}},
        },
        "bingx": {"code": number, "msg": text, "data": {}},
        "cryptocom": {"id": 1, "method": "private/create-order", "code": number, "message": text},
        "phemex": {"code": number, "msg": text, "data": None},
    }
    if venue == "okx" and code.startswith("50"):
        return json.dumps({"code": code, "data": [], "msg": text})
    if venue == "mexc" and market == "swap":
        return json.dumps({"success": False, "code": number, "message": text})
    if venue == "htx" and market == "swap":
        return json.dumps({"status": "error", "err_code": number, "err_msg": text, "ts": 1800000000000})
    if venue == "hyperliquid" and text.startswith(("User or API", "Too many", "Invalid nonce")):
        return json.dumps({"status": "err", "response": text})
    return json.dumps(shapes[venue])
