"""Bybit's WebSockets: public topics by category, and the private one with orders, fills, positions, the wallet."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from aiohttp import web

from tests.exchange.bybit_errors import ApiError
from tests.exchange.bybit_info import Info
from tests.exchange.bybit_params import CATEGORIES
from tests.exchange.core import Exchange
from tests.exchange.model import Happening, Market, What
from tests.exchange.streams import Hub, Stream

if TYPE_CHECKING:
    from tests.exchange.bybit import Bybit

DEPTHS = {"1", "50", "200", "1000"}
PRIVATE = {"order", "execution", "position", "wallet"}
PRIVATE |= {f"{topic}.{category}" for topic in ("order", "execution", "position") for category in CATEGORIES}


class Streams:
    """Public sockets are /v5/public/{spot, linear}, private ones /v5/private and speak after they signed."""

    def __init__(self, exchange: Exchange, dialect: Bybit, info: Info) -> None:
        self.exchange, self.dialect, self.info, self.hub = exchange, dialect, info, Hub()
        self._sockets = 0
        exchange.listeners.append(self.happened)

    def routes(self) -> list[web.RouteDef]:
        return [web.get("/v5/public/{category:spot|linear}", self._open), web.get("/v5/private", self._open)]

    async def _open(self, request: web.Request) -> web.StreamResponse:
        self._sockets += 1
        category = request.match_info.get("category")
        stream = Stream("public" if category else "user")
        stream.notes |= {"conn_id": f"ce{self._sockets:08d}", "last": {}}
        stream.notes["market"] = CATEGORIES[category] if category else None
        return await self.hub.run(request, stream, self._hear)

    # --- what a client says --------------------------------------------------------------------------------------
    def _hear(self, stream: Stream, text: str) -> None:
        message = json.loads(text)
        does = {"auth": self._sign_in, "subscribe": self._subscribe, "ping": self._ping}
        does["unsubscribe"] = self._unsubscribe
        does.get(message.get("op", ""), self._wonder)(stream, message)

    def _tell(self, stream: Stream, message: Mapping[str, Any], *, good: bool, words: str = "") -> None:
        stream.reply({
            "success": good, "ret_msg": words, "conn_id": stream.notes["conn_id"],
            "req_id": str(message.get("req_id", "")), "op": message.get("op", ""),
        })  # fmt: skip

    def _wonder(self, stream: Stream, message: Mapping[str, Any]) -> None:
        self._tell(stream, message, good=False, words="error:unknown op")

    def _ping(self, stream: Stream, message: Mapping[str, Any]) -> None:
        if stream.kind == "public":
            self._tell(stream, message, good=True, words="pong")
            return
        stream.reply({
            "req_id": str(message.get("req_id", "")), "op": "pong", "args": [str(self.exchange.now())],
            "conn_id": stream.notes["conn_id"],
        })  # fmt: skip

    def _sign_in(self, stream: Stream, message: Mapping[str, Any]) -> None:
        from tests.exchange.bybit import signed

        key, expires, signature = (str(part) for part in [*message.get("args", []), "", "", ""][:3])
        try:
            who = self.dialect.owner(key)
        except ApiError as error:
            self._tell(stream, message, good=False, words=error.message)
            return
        if not expires.isdecimal() or int(expires) <= self.exchange.now():
            self._tell(stream, message, good=False, words="Params Error")
        elif not signed(who, f"GET/realtime{expires}", signature):
            self._tell(stream, message, good=False, words="error:USVC1111")
        else:
            stream.account = who.name
            self._tell(stream, message, good=True)

    def _subscribe(self, stream: Stream, message: Mapping[str, Any]) -> None:
        topics = [str(topic) for topic in message.get("args", [])]
        wrong = [topic for topic in topics if not self._known(stream, topic)]
        if stream.kind == "user" and not stream.account:
            self._tell(stream, message, good=False, words="Request not authorized")
        elif wrong:
            self._tell(stream, message, good=False, words=f"error:handler not found,topic:{wrong[0]}")
        else:
            self._tell(stream, message, good=True)
            for topic in topics:
                stream.topics.add(_own(stream, topic))
                if stream.kind == "public":
                    self._send_public(stream, topic)

    def _unsubscribe(self, stream: Stream, message: Mapping[str, Any]) -> None:
        for topic in message.get("args", []):
            stream.topics.discard(_own(stream, topic))
            stream.notes["last"].pop(topic, None)
        self._tell(stream, message, good=True)

    def _known(self, stream: Stream, topic: str) -> bool:
        if stream.kind == "user":
            return topic in PRIVATE
        *head, symbol = topic.split(".")
        name, middle = (head or [""])[0], head[1:]
        listed = self.exchange.store.instruments.get(market=stream.notes["market"], symbol=symbol)
        depth = name == "orderbook" and len(middle) == 1 and middle[0] in DEPTHS
        return listed is not None and (depth or (name == "tickers" and not middle))

    # --- what happens --------------------------------------------------------------------------------------------
    def happened(self, happening: Happening) -> None:
        if happening.what is What.PRICE:
            self._price(happening.market, happening.symbol)
            return
        for topic, rows in self._events(happening):
            for stream in self.hub.users(happening.account):
                for name in (topic, f"{topic}.{happening.market}"):
                    if name in stream.topics:
                        self.hub.data(stream, self._private(name, rows))

    def _events(self, happening: Happening) -> list[tuple[str, list[dict[str, Any]]]]:
        shapes, account = self.dialect.shapes, self.dialect.account
        if happening.trade is not None and happening.order is not None:
            execution = ("execution", [shapes.trade(happening.trade)])
            return [execution, ("order", [shapes.order(happening.order)])]
        if happening.order is not None:
            return [("order", [shapes.order(happening.order)])]
        if happening.income is not None:
            return [("execution", [shapes.funding(happening.income)])]
        who = self.exchange.account(happening.account)
        if happening.position is not None:
            return [("position", [shapes.position(who, happening.position)])]
        if happening.balance is not None:
            return [("wallet", [account.wallet_of(who, [happening.balance.asset])])]
        return []

    def _private(self, topic: str, rows: list[dict[str, Any]]) -> dict[str, Any]:
        now = self.exchange.now()
        number = self.exchange.store.number("bybit.event")
        return {"id": f"24617703_{topic}_{number}", "topic": topic, "creationTime": now, "data": rows}

    def _price(self, market: Market, symbol: str) -> None:
        for topic in [f"tickers.{symbol}", *(f"orderbook.{depth}.{symbol}" for depth in sorted(DEPTHS))]:
            for stream in self.hub.publics(f"{market}:{topic}"):
                self._send_public(stream, topic)

    def _send_public(self, stream: Stream, topic: str) -> None:
        """The whole the first time and what changed afterwards; spot tickers and books of depth 1 are always whole."""
        name, *middle, symbol = topic.split(".")
        market, last = stream.notes["market"], stream.notes["last"].get(topic)
        if self.exchange.store.quotes.get(market=market, symbol=symbol) is None:
            return
        if name == "tickers":
            whole = self.info.ticker(market, symbol)
            data = whole if last is None or market is Market.SPOT else changed(last, whole)
        else:
            whole = self.info.book(market, symbol, int(middle[0]))
            data = whole if last is None or middle[0] == "1" else moved(last, whole)
        stream.notes["last"][topic] = whole
        kind = "snapshot" if data is whole else "delta"
        now = self.exchange.now()
        self.hub.data(stream, {"topic": topic, "type": kind, "data": data, "ts": now, "cs": now, "cts": now})


def _own(stream: Stream, topic: str) -> str:
    """How the hub knows a topic: the same one exists for spot and for contracts."""
    return f"{stream.notes['market']}:{topic}" if stream.kind == "public" else topic


def changed(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
    return {"symbol": after["symbol"]} | {name: value for name, value in after.items() if before[name] != value}


def moved(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
    """Levels that are new or have another size, and those that are gone with a size of 0."""
    moved = dict(after)
    for side in ("b", "a"):
        prices = {price for price, _ in after[side]}
        gone = [[price, "0"] for price, _ in before[side] if price not in prices]
        moved[side] = [level for level in after[side] if level not in before[side]] + gone
    return moved
