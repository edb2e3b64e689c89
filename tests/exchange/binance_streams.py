"""Binance's WebSockets: prices by topic, the user's own events by listen key or by a signed subscription."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from aiohttp import web

from tests.exchange.binance_errors import LISTEN_KEY, ApiError
from tests.exchange.binance_events import Events
from tests.exchange.binance_params import Params
from tests.exchange.core import Exchange
from tests.exchange.model import Account, Happening, Market, What
from tests.exchange.streams import Hub, Stream

if TYPE_CHECKING:
    from tests.exchange.binance import Binance

LISTEN_KEY_MS = 60 * 60 * 1000
TOPICS = ("bookTicker", "ticker", "miniTicker", "markPrice", "markPrice@1s")


class Streams:
    """Public sockets are /ws, /stream (spot) and /public, /market (USD-M); a path with /stream wraps what it sends."""

    def __init__(self, exchange: Exchange, dialect: Binance) -> None:
        self.exchange, self.dialect, self.hub = exchange, dialect, Hub()
        self.events = Events(exchange)
        self._feeds = 0
        exchange.listeners.append(self.happened)

    def endpoints(self) -> dict[str, Callable[[Account, Params], Any]]:
        """The listen key, for both markets: made, kept alive, closed."""
        found: dict[str, Callable[[Account, Params], Any]] = {}
        for path in ("/api/v3/userDataStream", "/fapi/v1/listenKey"):
            market = Market.SPOT if path.startswith("/api") else Market.LINEAR
            found[f"POST {path}"] = partial(self._open, market)
            found[f"PUT {path}"] = partial(self._extend, market)
            found[f"DELETE {path}"] = partial(self._close, market)
        return found

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/ws", self._spot), web.get("/ws/{name}", self._spot),
            web.get("/stream", self._spot), web.get("/stream/ws", self._spot), web.get("/stream/ws/{name}", self._spot),
            web.get("/{side:public|market}/ws", self._usdm), web.get("/{side:public|market}/ws/{name}", self._usdm),
            web.get("/{side:public|market}/stream", self._usdm),
            web.get("/private/ws", self._usdm_user), web.get("/private/ws/{name}", self._usdm_user),
            web.get("/ws-api/v3", self._ws_api),
        ]  # fmt: skip

    # --- listen keys ---------------------------------------------------------------------------------------------
    def _open(self, market: Market, who: Account, params: Params) -> dict[str, str]:
        key = f"listen-{market}-{who.name}"
        self.exchange.store.set(key, f"{who.name}|{self.exchange.now() + LISTEN_KEY_MS}")
        return {"listenKey": key}

    def _extend(self, market: Market, who: Account, params: Params) -> dict[str, str]:
        if not self._alive(f"listen-{market}-{who.name}"):
            raise ApiError(*LISTEN_KEY)
        return self._open(market, who, params)

    def _close(self, market: Market, who: Account, params: Params) -> dict[str, str]:
        self.exchange.store.set(f"listen-{market}-{who.name}", "")
        return {}

    def _alive(self, key: str) -> str:
        """Whose listen key this is, "" when it is unknown or over."""
        name, _, until = self.exchange.store.setting(key).partition("|")
        return name if until and int(until) > self.exchange.now() else ""

    # --- sockets -------------------------------------------------------------------------------------------------
    async def _spot(self, request: web.Request) -> web.StreamResponse:
        name = request.match_info.get("name", "")
        if name.startswith("listen-"):
            return await self._user(request, name)
        return await self._feed(request, Market.SPOT, name)

    async def _usdm(self, request: web.Request) -> web.StreamResponse:
        return await self._feed(request, Market.LINEAR, request.match_info.get("name", ""))

    async def _usdm_user(self, request: web.Request) -> web.StreamResponse:
        return await self._user(request, request.query.get("listenKey") or request.match_info.get("name", ""))

    async def _feed(self, request: web.Request, market: Market, name: str) -> web.StreamResponse:
        stream = Stream("public")
        combined = request.path.endswith("/stream")
        stream.notes |= {"market": market, "wrap": combined}
        names = request.query.get("streams", "").split("/") if combined else [name]
        self._subscribe(stream, [topic for topic in names if "@" in topic])
        return await self.hub.run(request, stream, self._hear)

    async def _user(self, request: web.Request, key: str) -> web.StreamResponse:
        owner = self._alive(key)
        if not owner:
            raise web.HTTPUnauthorized
        stream = Stream("user", account=owner)
        stream.notes |= {"key": key, "market": Market.LINEAR if "linear" in key else Market.SPOT}
        return await self.hub.run(request, stream, self._hear)

    async def _ws_api(self, request: web.Request) -> web.StreamResponse:
        return await self.hub.run(request, Stream("user"), self._hear_api)

    def _hear(self, stream: Stream, text: str) -> None:
        message = json.loads(text)
        if message.get("method") == "SUBSCRIBE":
            stream.reply({"result": None, "id": message["id"]})
            self._subscribe(stream, message["params"])
        elif message.get("method") == "UNSUBSCRIBE":
            stream.topics -= {f"{stream.notes['market']}:{topic}" for topic in message["params"]}
            stream.reply({"result": None, "id": message["id"]})

    def _hear_api(self, stream: Stream, text: str) -> None:
        """The WebSocket API, as far as a user stream needs it: a subscription signed like a request."""
        message = json.loads(text)
        given = {name: str(value) for name, value in message.get("params", {}).items()}
        try:
            if message["method"] != "userDataStream.subscribe.signature":
                raise ApiError(400, -1000, f"no method {message['method']}")
            who = self.dialect.owner(given.get("apiKey", ""))
            signed = "&".join(f"{name}={given[name]}" for name in sorted(given) if name != "signature")
            self.dialect.check_signature(who, signed, given.get("signature", ""))
            self.dialect.check_window(Params(given))
        except ApiError as error:
            body = {"code": error.code, "msg": error.message}
            stream.reply({"id": message.get("id"), "status": error.status, "error": body})
            return
        stream.account = who.name
        stream.notes |= {"api": True, "market": Market.SPOT}
        stream.reply({"id": message["id"], "status": 200, "result": {"subscriptionId": 0}})

    def _subscribe(self, stream: Stream, topics: list[str]) -> None:
        """Add topics; the first thing a new one sends is the price of now."""
        for topic in topics:
            market = stream.notes["market"]
            stream.topics.add(f"{market}:{topic}")
            symbol = topic.partition("@")[0].upper()
            if self.exchange.store.quotes.get(market=market, symbol=symbol):
                self._send_price(stream, market, symbol, topic)

    # --- what happens --------------------------------------------------------------------------------------------
    def happened(self, happening: Happening) -> None:
        if happening.what is What.PRICE:
            self._send_prices(happening.market, happening.symbol)
            return
        events = self.events.of(happening)
        for stream in self.hub.users(happening.account):
            if stream.notes.get("market") is happening.market:
                for event in events:
                    self._send_user(stream, event)

    def _send_prices(self, market: Market, symbol: str) -> None:
        for name in TOPICS:
            topic = f"{symbol.lower()}@{name}"
            for stream in self.hub.publics(f"{market}:{topic}"):
                self._send_price(stream, market, symbol, topic)

    def _send_price(self, stream: Stream, market: Market, symbol: str, topic: str) -> None:
        self._feeds += 1
        payload = self.events.price(market, symbol, topic.partition("@")[2], self._feeds)
        if payload is not None:
            self.hub.data(stream, {"stream": topic, "data": payload} if stream.notes["wrap"] else payload)

    def _send_user(self, stream: Stream, event: dict[str, Any]) -> None:
        key = stream.notes.get("key")
        if key and not self._alive(key):
            self.hub.data(stream, {"e": "listenKeyExpired", "E": self.exchange.now(), "listenKey": key})
            stream.close()
        elif stream.notes.get("api"):
            self.hub.data(stream, {"subscriptionId": 0, "event": event})
        else:
            self.hub.data(stream, event)
