"""Binance, spot and USD-M futures: keys, signatures, the request window, and which endpoint does what."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable, Mapping
from typing import Any

from aiohttp import web

from tests.exchange.binance_account import UsdmAccount
from tests.exchange.binance_errors import (
    AHEAD,
    BY_STATUS,
    EXPIRED,
    KEY_FORMAT,
    KEY_REFUSED,
    SIGNATURE,
    ApiError,
    refused,
)
from tests.exchange.binance_info import Info
from tests.exchange.binance_params import Params
from tests.exchange.binance_spot import Spot
from tests.exchange.binance_streams import Streams
from tests.exchange.binance_usdm import Usdm
from tests.exchange.core import Exchange
from tests.exchange.faults import Call
from tests.exchange.model import Account, Market, Refusal
from tests.exchange.server import Answer
from tests.exchange.streams import Hub

Public = Callable[[Params], Any]
Private = Callable[[Account, Params], Any]
WINDOW, LONGEST_WINDOW, AHEAD_BY = 5000, 60_000, 1000


class Binance:
    """The dialect. Answers to /api, /sapi and /fapi; the streams are in ``Streams``."""

    name = "binance"
    prefixes: tuple[str, ...] = ("/api/", "/sapi/", "/fapi/")

    def __init__(self, exchange: Exchange) -> None:
        self.exchange = exchange
        self.streams = Streams(exchange, self)
        self._public = _public(exchange)
        self._private = _private(exchange)
        self._keyed = self.streams.endpoints()

    @property
    def hub(self) -> Hub:
        return self.streams.hub

    @hub.setter
    def hub(self, hub: Hub) -> None:
        self.streams.hub = hub

    def key(self, call: Call) -> str:
        return call.headers.get("x-mbx-apikey", "")

    def answer(self, call: Call) -> Answer:
        try:
            payload = self._do(call)
        except Refusal as refusal:
            error = refused(_market(call), refusal)
            return Answer(payload={"code": error.code, "msg": error.message}, status=error.status)
        except ApiError as error:
            return Answer(payload={"code": error.code, "msg": error.message}, status=error.status)
        return Answer(payload=payload, headers={"X-MBX-USED-WEIGHT-1M": "1"})

    def error(self, status: int, code: int, message: str, headers: Mapping[str, str]) -> Answer:
        usual_code, usual_words = BY_STATUS.get(status, (-1000, "An unknown error occurred."))
        body = {"code": code or usual_code, "msg": message or usual_words}
        return Answer(payload=body, status=status, headers=headers)

    def sockets(self) -> list[web.RouteDef]:
        return self.streams.routes()

    def _do(self, call: Call) -> Any:
        params = Params(call.params)
        if call.endpoint in self._public:
            return self._public[call.endpoint](params)
        if call.endpoint in self._keyed:
            return self._keyed[call.endpoint](self.owner(call.key), params)
        if call.endpoint not in self._private:
            raise ApiError(404, -1000, f"no endpoint {call.endpoint}")
        who = self.owner(call.key)
        self.check_signature(who, _signed_text(call), call.params.get("signature", ""))
        self.check_window(params)
        if not who.can_trade and call.method != "GET":
            raise ApiError(*KEY_REFUSED)
        return self._private[call.endpoint](who, params)

    def owner(self, key: str) -> Account:
        """The account of an API key that is known and not revoked."""
        if not key:
            raise ApiError(*KEY_FORMAT)
        account = self.exchange.by_key(key)
        if account is None or not account.enabled:
            raise ApiError(*KEY_REFUSED)
        return account

    def check_signature(self, who: Account, signed: str, signature: str) -> None:
        right = hmac.new(who.secret.encode(), signed.encode(), hashlib.sha256).hexdigest()
        if not hmac.compare_digest(right, signature):
            raise ApiError(*SIGNATURE)

    def check_window(self, params: Params) -> None:
        """An expired request is never processed."""
        params.text("timestamp")
        sent, now = params.whole("timestamp"), self.exchange.now()
        if sent >= now + AHEAD_BY:
            raise ApiError(*AHEAD)
        window = min(params.whole("recvWindow", WINDOW), LONGEST_WINDOW)
        if now - sent > window:
            raise ApiError(*EXPIRED)


def _signed_text(call: Call) -> str:
    """What the signature is of: the query and the body, one after the other, without the signature itself."""
    query, body = (_unsigned(part) for part in (call.query, call.body.decode()))
    return query + body


def _unsigned(text: str) -> str:
    return "&".join(part for part in text.split("&") if part and not part.startswith("signature="))


def _market(call: Call) -> Market:
    return Market.LINEAR if call.path.startswith("/fapi/") else Market.SPOT


def _public(exchange: Exchange) -> dict[str, Public]:
    spot, usdm = Info(exchange, Market.SPOT), Info(exchange, Market.LINEAR)

    def time(params: Params) -> dict[str, int]:
        return {"serverTime": exchange.now()}

    def ping(params: Params) -> dict[str, Any]:
        return {}

    found: dict[str, Public] = {
        "GET /fapi/v1/premiumIndex": usdm.premium,
        "GET /fapi/v2/ticker/price": usdm.price_ticker,
    }
    for base, info in (("/api/v3", spot), ("/fapi/v1", usdm)):
        found |= {
            f"GET {base}/ping": ping,
            f"GET {base}/time": time,
            f"GET {base}/exchangeInfo": info.exchange_info,
            f"GET {base}/ticker/bookTicker": info.book_ticker,
            f"GET {base}/ticker/price": info.price_ticker,
            f"GET {base}/ticker/24hr": info.day_ticker,
            f"GET {base}/depth": info.depth,
        }
    return found


def _private(exchange: Exchange) -> dict[str, Private]:
    spot, usdm, account = Spot(exchange), Usdm(exchange), UsdmAccount(exchange)
    return {
        "GET /api/v3/account": spot.account,
        "GET /sapi/v1/account/apiRestrictions": spot.restrictions,
        "GET /sapi/v1/asset/tradeFee": spot.fees,
        "POST /api/v3/order": spot.place,
        "POST /api/v3/order/test": spot.test,
        "GET /api/v3/order": spot.find,
        "DELETE /api/v3/order": spot.cancel,
        "GET /api/v3/openOrders": spot.open_orders,
        "DELETE /api/v3/openOrders": spot.cancel_all,
        "GET /api/v3/allOrders": spot.all_orders,
        "GET /api/v3/myTrades": spot.trades,
        "POST /fapi/v1/order": usdm.place,
        "GET /fapi/v1/order": usdm.find,
        "DELETE /fapi/v1/order": usdm.cancel,
        "GET /fapi/v1/openOrder": usdm.find,
        "GET /fapi/v1/openOrders": usdm.open_orders,
        "DELETE /fapi/v1/allOpenOrders": usdm.cancel_all,
        "GET /fapi/v1/allOrders": usdm.all_orders,
        "GET /fapi/v1/forceOrders": usdm.force_orders,
        "GET /fapi/v1/userTrades": usdm.trades,
        "POST /fapi/v1/algoOrder": usdm.place_algo,
        "GET /fapi/v1/algoOrder": usdm.find_algo,
        "DELETE /fapi/v1/algoOrder": usdm.cancel_algo,
        "GET /fapi/v1/openAlgoOrders": usdm.open_algos,
        "GET /fapi/v1/allAlgoOrders": usdm.all_algos,
        "DELETE /fapi/v1/algoOpenOrders": usdm.cancel_all_algo,
        "GET /fapi/v2/account": account.account,
        "GET /fapi/v3/account": account.account,
        "GET /fapi/v2/balance": account.balance,
        "GET /fapi/v3/balance": account.balance,
        "GET /fapi/v2/positionRisk": account.risk_v2,
        "GET /fapi/v3/positionRisk": account.risk,
        "POST /fapi/v1/leverage": account.set_leverage,
        "POST /fapi/v1/marginType": account.set_margin_type,
        "POST /fapi/v1/positionSide/dual": account.set_mode,
        "GET /fapi/v1/positionSide/dual": account.mode,
        "GET /fapi/v1/multiAssetsMargin": account.multi_assets,
        "GET /fapi/v1/accountConfig": account.config,
        "GET /fapi/v1/symbolConfig": account.symbol_config,
        "GET /fapi/v1/leverageBracket": account.brackets,
        "GET /fapi/v1/commissionRate": account.commission,
        "GET /fapi/v1/income": account.income,
    }
