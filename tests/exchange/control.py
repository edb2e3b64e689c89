"""The control API for tests in another process. POST /_control/<verb> with JSON does, GET /_control/<table> reads."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

from aiohttp import web

from tests.exchange.model import Account, DuplicatePolicy, Force, Kind, Market, PositionSide, Refusal, Request, Side
from tests.exchange.streams import Mode

if TYPE_CHECKING:
    from tests.exchange.server import Server

Given = Mapping[str, Any]


@runtime_checkable
class Movable(Protocol):
    """A clock that the control API can move."""

    async def advance(self, seconds: float) -> None: ...


class Control:
    """Verbs by name; a refusal of the exchange answers 400 with its reason."""

    def __init__(self, server: Server) -> None:
        self.server, self.exchange = server, server.exchange
        self.verbs: dict[str, Callable[[Given], object]] = {
            "price": self.price, "ladder": self.ladder, "walk": self.walk, "fill": self.fill, "expire": self.expire,
            "place": self.place, "cancel": self.cancel, "close": self.close, "fund": self.fund,
            "account": self.account, "deposit": self.deposit, "instrument": self.instrument,
            "faults": self.faults, "settings": self.settings, "streams": self.streams,
        }  # fmt: skip
        self.tables = ("accounts", "instruments", "quotes", "balances", "orders", "trades", "positions", "incomes")

    def routes(self) -> list[web.RouteDef]:
        return [web.post("/_control/{verb}", self.do), web.get("/_control/{table}", self.show)]

    async def do(self, request: web.Request) -> web.Response:
        verb, given = request.match_info["verb"], await request.json() if request.can_read_body else {}
        if verb == "advance" and isinstance(self.exchange.clock, Movable):
            await self.exchange.clock.advance(float(given["seconds"]))
            return web.json_response({"now": self.exchange.now()})
        if verb not in self.verbs:
            return web.json_response({"error": f"no verb {verb}"}, status=404)
        try:
            return web.json_response(_plain(self.verbs[verb](given)))
        except Refusal as refusal:
            return web.json_response({"error": refusal.reason, "detail": refusal.detail}, status=400)

    async def show(self, request: web.Request) -> web.Response:
        """Rows of a table of the store (filtered by the query's columns), or the log of calls."""
        table = request.match_info["table"]
        if table == "calls":
            return web.json_response([_plain(call) for call in self.server.calls(request.query.get("endpoint", "*"))])
        if table not in self.tables:
            return web.json_response({"error": f"no table {table}"}, status=404)
        rows = getattr(self.exchange.store, table).all(**request.query)
        return web.json_response([_plain(row) for row in rows])

    def price(self, given: Given) -> object:
        rest = {name: given[name] for name in ("last", "mark", "bid_size", "ask_size") if name in given}
        return self.exchange.price(_market(given), given["symbol"], given["bid"], given.get("ask"), **rest)

    def ladder(self, given: Given) -> object:
        bids, asks = ([(Decimal(price), size and Decimal(size)) for price, size in given[side]]
                      for side in ("bids", "asks"))  # fmt: skip
        return self.exchange.ladder(_market(given), given["symbol"], bids, asks)

    def walk(self, given: Given) -> object:
        self.exchange.walk(_market(given), given["symbol"], given["bids"])
        return {"steps": len(given["bids"])}

    def fill(self, given: Given) -> object:
        return self.exchange.fill(int(given["order"]), Decimal(given["quantity"]), Decimal(given["price"]))

    def expire(self, given: Given) -> object:
        return self.exchange.expire(int(given["order"]), given.get("why", "by the venue"))

    def place(self, given: Given) -> object:
        """An order the customer places in the venue's own app."""
        money: dict[str, Any] = {name: Decimal(given[name]) for name in ("quantity", "price") if name in given}
        return self.exchange.place(given["account"], Request(
            market=_market(given), symbol=given["symbol"], side=Side(given["side"]), kind=Kind(given["kind"]),
            client_id=given.get("client_id", ""), reduce_only=bool(given.get("reduce_only")),
            force=Force(given.get("force", "GTC")), position_side=PositionSide(given.get("position_side", "BOTH")),
            **money,
        ))  # fmt: skip

    def cancel(self, given: Given) -> object:
        order = self.exchange.store.orders.get(id=int(given["order"]))
        if order is None:
            raise web.HTTPNotFound
        return self.exchange.cancel(order.account, order)

    def close(self, given: Given) -> object:
        side = PositionSide(given.get("position_side", "BOTH"))
        return self.exchange.close_by_hand(given["account"], given["symbol"], side)

    def fund(self, given: Given) -> object:
        return [_plain(income) for income in self.exchange.fund(given["symbol"], Decimal(given["rate"]))]

    def account(self, given: Given) -> object:
        """Open an account, or change fields of one (``name`` says which)."""
        money = {name: Decimal(given[name]) for name in ("maker", "taker", "third_rate") if name in given}
        known = self.exchange.store.accounts.get(name=given["name"])
        fields = {**given, **money}
        return self.exchange.open_account(replace(known, **fields) if known else Account(**fields))

    def deposit(self, given: Given) -> object:
        return self.exchange.deposit(given["account"], _market(given), given["asset"], Decimal(given["amount"]))

    def instrument(self, given: Given) -> object:
        """Change an instrument: delist it, give it another tick, step, ..."""
        known = self.exchange.instrument(_market(given), given["symbol"])
        names = ("tick", "step", "min_quantity", "max_quantity", "min_notional", "contract_size", "band")
        fields = {**given, "market": known.market} | {name: Decimal(given[name]) for name in names if name in given}
        self.exchange.list_instrument(replace(known, **fields))
        return self.exchange.instrument(known.market, known.symbol)

    def faults(self, given: Given) -> object:
        """{"clear": true} forgets the script; {"add": [rules]} adds to it."""
        if given.get("clear"):
            self.server.faults.clear()
        self.server.faults.load(given.get("add", []))
        return {"rules": len(self.server.faults.rules)}

    def settings(self, given: Given) -> object:
        """``lag`` and ``skew`` in seconds, ``duplicates`` as {market: policy}."""
        if "lag" in given:
            self.exchange.lag = float(given["lag"])
        if "skew" in given:
            self.exchange.skew = float(given["skew"])
        for market, policy in given.get("duplicates", {}).items():
            self.exchange.set_duplicates(Market(market), DuplicatePolicy(policy))
        policies = {str(market): str(self.exchange.duplicates(market)) for market in Market}
        return {"lag": self.exchange.lag, "skew": self.exchange.skew, "duplicates": policies}

    def streams(self, given: Given) -> object:
        """``mode`` {kind: live | zombie | held}, ``release`` {reverse, duplicate}, ``cut`` a kind or ""."""
        hub = self.server.hub
        hub.modes |= {kind: Mode(mode) for kind, mode in given.get("mode", {}).items()}
        released = hub.release(**given["release"]) if "release" in given else 0
        cut = hub.cut(given["cut"]) if "cut" in given else 0
        return {"open": len(hub.streams), "released": released, "cut": cut}


def _market(given: Given) -> Market:
    return Market(given.get("market", "spot"))


def _plain(value: object) -> object:
    """A row as JSON: money as text, never a secret."""
    if isinstance(value, list | dict):
        return value
    fields = asdict(value)  # type: ignore[call-overload]
    fields.pop("secret", None)
    return {name: format(cell, "f") if isinstance(cell, Decimal) else cell for name, cell in fields.items()}
