"""Bybit v5, unified account: keys, signatures, the request window, rate limits, and which endpoint does what."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable, Mapping
from typing import Any

from aiohttp import web

from tests.exchange.bybit_account import UnifiedAccount
from tests.exchange.bybit_errors import (
    KEY_EXPIRED,
    KEY_UNKNOWN,
    NO_KEY,
    PERMISSION,
    ROUTE,
    SERVER_ERROR,
    SERVER_TIMEOUT,
    SIGNATURE,
    TOO_MANY,
    TOO_MANY_FROM_IP,
    WINDOW,
    ApiError,
    refused,
)
from tests.exchange.bybit_info import Info
from tests.exchange.bybit_limits import Limits
from tests.exchange.bybit_orders import Orders
from tests.exchange.bybit_params import Params
from tests.exchange.bybit_shapes import Shapes
from tests.exchange.bybit_stops import Stops
from tests.exchange.bybit_streams import Streams
from tests.exchange.core import Exchange
from tests.exchange.faults import Call
from tests.exchange.model import Account, Market, Refusal
from tests.exchange.server import Answer
from tests.exchange.streams import Hub

Public = Callable[[Params], Any]
Private = Callable[[Account, Params], Any]
USUAL_WINDOW, AHEAD_BY = 5000, 1000
GATEWAY = {502: "Bad Gateway", 503: "Service Unavailable", 504: "Gateway Timeout"}


class Bybit:
    """The dialect. Errors come with HTTP 200 and a ``retCode``; ``enforce_limits``: too many calls are refused."""

    name = "bybit"
    prefixes: tuple[str, ...] = ("/v5/",)

    def __init__(self, exchange: Exchange, *, enforce_limits: bool = False) -> None:
        self.exchange = exchange
        self.stops = Stops(exchange)
        self.shapes = Shapes(exchange, self.stops)
        self.account = UnifiedAccount(exchange, self.shapes, self.stops)
        self.limits = Limits(enforced=enforce_limits)
        info = Info(exchange)
        self.streams = Streams(exchange, self, info)
        exchange.listeners.append(self.stops.happened)
        self._public = _public(info)
        self._private = _private(Orders(exchange, self.shapes, self.stops), self.account)
        self._banned = False

    @property
    def hub(self) -> Hub:
        return self.streams.hub

    @hub.setter
    def hub(self, hub: Hub) -> None:
        self.streams.hub = hub

    def key(self, call: Call) -> str:
        return call.headers.get("x-bapi-api-key", "")

    def answer(self, call: Call) -> Answer:
        over, headers = self.limits.count(call, self.exchange.now()) if call.key else (False, {})
        try:
            if over:
                raise ApiError(*TOO_MANY)
            return self._body(0, "OK", self._do(call), headers)
        except Refusal as refusal:
            error = refused(_market(call), refusal)
            return self._body(error.code, error.message, {}, headers)
        except ApiError as error:
            return self._body(error.code, error.message, {}, headers)

    def error(self, status: int, code: int, message: str, headers: Mapping[str, str]) -> Answer:
        """A limit of the key answers 200 with 10006; one of the address (403, 418) answers 403 with 10018."""
        if code:
            return self._body(code, message, {}, {}, 200 if status == 400 else status)
        if status in {403, 418, 429}:
            return self._limited(status, int(headers.get("Retry-After", 0)))
        if status in GATEWAY:
            return Answer(text=GATEWAY[status], status=status)
        usual = SERVER_TIMEOUT if status == 408 else SERVER_ERROR
        return self._body(*usual, {}, {}, status)

    def _limited(self, status: int, seconds: int) -> Answer:
        # The server repeats a ban as 418; at Bybit whoever met 10006 meets 10006 again.
        self._banned = status == 403 or (status == 418 and self._banned)
        if self._banned:
            return self._body(*TOO_MANY_FROM_IP, {}, {}, 403)
        reset = str(self.exchange.now() + seconds * 1000)
        headers = {"X-Bapi-Limit": "10", "X-Bapi-Limit-Status": "0", "X-Bapi-Limit-Reset-Timestamp": reset}
        return self._body(*TOO_MANY, {}, headers)

    def sockets(self) -> list[web.RouteDef]:
        return self.streams.routes()

    def _body(
        self, code: int, message: str, result: Any, headers: Mapping[str, str], status: int = 200
    ) -> Answer:  # fmt: skip
        now = self.exchange.now()
        payload = {"retCode": code, "retMsg": message, "result": result, "retExtInfo": {}, "time": now}
        return Answer(payload=payload, status=status, headers={"Timenow": str(now), **headers})

    def _do(self, call: Call) -> Any:
        params = Params(call.params)
        if call.endpoint in self._public:
            return self._public[call.endpoint](params)
        if call.endpoint not in self._private:
            raise ApiError(*ROUTE)
        who = self.owner(call.key)
        self._check_window(call)
        self._check_signature(who, call)
        if not who.can_trade and call.method != "GET":
            raise ApiError(*PERMISSION)
        return self._private[call.endpoint](who, params)

    def owner(self, key: str) -> Account:
        """The account of an API key that is known, not revoked and not too old."""
        if not key:
            raise ApiError(*NO_KEY)
        account = self.exchange.by_key(key)
        if account is None or not account.enabled:
            raise ApiError(*KEY_UNKNOWN)
        if self.account.key_expires(account) <= self.exchange.now():
            raise ApiError(*KEY_EXPIRED)
        return account

    def expire_key(self, name: str) -> None:
        """The key of this account has just run out."""
        self.exchange.store.set(f"bybit.key.{name}", str(self.exchange.now()))

    def _check_window(self, call: Call) -> None:
        """An expired request is never processed."""
        sent, window = (call.headers.get(f"x-bapi-{name}", "") for name in ("timestamp", "recv-window"))
        if not sent.isdecimal():
            raise ApiError(*NO_KEY)
        length = int(window) if window.isdecimal() else USUAL_WINDOW
        now = self.exchange.now()
        if not now - length <= int(sent) < now + AHEAD_BY:
            raise ApiError(WINDOW[0], WINDOW[1].format(sent, now, length))

    def _check_signature(self, who: Account, call: Call) -> None:
        """Of time, key and window, then the query as it was sent or the body as it was sent."""
        head = call.headers
        text = head.get("x-bapi-timestamp", "") + call.key + head.get("x-bapi-recv-window", "")
        text += call.query if call.method == "GET" else call.body.decode()
        if not signed(who, text, head.get("x-bapi-sign", "")):
            raise ApiError(SIGNATURE[0], SIGNATURE[1].format(text))


def signed(who: Account, text: str, signature: str) -> bool:
    right = hmac.new(who.secret.encode(), text.encode(), hashlib.sha256).hexdigest()
    return hmac.compare_digest(right, signature)


def _market(call: Call) -> Market:
    return Market.SPOT if call.params.get("category") == "spot" else Market.LINEAR


def _public(info: Info) -> dict[str, Public]:
    return {
        "GET /v5/market/time": info.time,
        "GET /v5/market/instruments-info": info.instruments,
        "GET /v5/market/tickers": info.tickers,
        "GET /v5/market/orderbook": info.order_book,
    }


def _private(orders: Orders, account: UnifiedAccount) -> dict[str, Private]:
    return {
        "POST /v5/order/create": orders.create,
        "POST /v5/order/cancel": orders.cancel,
        "POST /v5/order/cancel-all": orders.cancel_all,
        "GET /v5/order/realtime": orders.realtime,
        "GET /v5/order/history": orders.history,
        "GET /v5/execution/list": orders.executions,
        "GET /v5/position/list": account.positions,
        "POST /v5/position/set-leverage": account.set_leverage,
        "POST /v5/position/switch-mode": account.switch_mode,
        "POST /v5/position/trading-stop": account.trading_stop,
        "GET /v5/account/wallet-balance": account.wallet,
        "GET /v5/account/info": account.info,
        "GET /v5/account/fee-rate": account.fees,
        "POST /v5/account/set-margin-mode": account.set_margin_mode,
        "GET /v5/user/query-api": account.key,
        "GET /v5/asset/coin/query-info": account.coins,
    }
