"""Bybit orders: create, cancel, and the three places where they are found again (realtime, history, executions)."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from tests.exchange.bybit_errors import ApiError, invalid
from tests.exchange.bybit_params import POSITIONS, SIDES, Params, link_id, order_id
from tests.exchange.bybit_shapes import Shapes, filter_name, status_name
from tests.exchange.bybit_stops import Stops
from tests.exchange.core import Exchange
from tests.exchange.model import (
    Account,
    Force,
    Instrument,
    Kind,
    Market,
    Order,
    PositionSide,
    Reason,
    Refusal,
    Request,
    Side,
    Trigger,
)

KINDS = {"Market": Kind.MARKET, "Limit": Kind.LIMIT}
FORCES = {"GTC": Force.GTC, "IOC": Force.IOC, "FOK": Force.FOK, "PostOnly": Force.POST_ONLY}
RISING = {"1": True, "2": False}
DAY = 86_400_000
WEEK = 7 * DAY
CLOSED_KEPT = 500


class Orders:
    def __init__(self, exchange: Exchange, shapes: Shapes, stops: Stops) -> None:
        self.exchange, self.shapes, self.stops = exchange, shapes, stops

    # --- placing and cancelling ----------------------------------------------------------------------------------
    def create(self, who: Account, params: Params) -> dict[str, str]:
        """Answers with the ids only: what became of the order is for the queries and streams to say."""
        request = self._request(who, params)
        base = request.price or self.exchange.quote(request.market, request.symbol).last
        legs = self.stops.read(params, request.side, base)
        with self.exchange.change():
            order = self.exchange.place(who.name, request)
            if legs:
                self.stops.attach(order, legs)
        return {"orderId": order_id(order), "orderLinkId": link_id(order)}

    def cancel(self, who: Account, params: Params) -> dict[str, str]:
        market = params.market()
        number, name = params.order_number(market), params.link_id()
        if not number and not name:
            raise invalid("orderId or orderLinkId")
        order = self.exchange.find(who.name, market, symbol=params.text("symbol"), id=number, client_id=name)
        if market is Market.SPOT and filter_name(order) != params.get("orderFilter", "Order"):
            raise Refusal(Reason.NOT_FOUND, order.client_id)
        self.exchange.cancel(who.name, order)
        return {"orderId": order_id(order), "orderLinkId": link_id(order)}

    def cancel_all(self, who: Account, params: Params) -> dict[str, Any]:
        market = params.market()
        live = self.exchange.orders(who.name, market, symbol=params.get("symbol"), live=True)
        usual = "Order" if market is Market.SPOT else ""
        wanted = _filtered(live, params.get("orderFilter", usual))
        for order in wanted:
            self.exchange.cancel(who.name, order)
        done = [{"orderId": order_id(order), "orderLinkId": link_id(order)} for order in wanted]
        return {"list": done, "success": "1"}

    # --- finding -------------------------------------------------------------------------------------------------
    def realtime(self, who: Account, params: Params) -> dict[str, Any]:
        """Open orders; by id, or with ``openOnly=1``, also the last 500 that are closed."""
        market = params.market()
        self._refuse_without_scope(market, params)
        found, named = self._found(who, market, params)
        closed = [order for order in found if not order.status.live][:CLOSED_KEPT]
        if named:
            found = [order for order in found if order.status.live or order in closed]
        else:
            found = closed if params.get("openOnly") == "1" else [order for order in found if order.status.live]
        return self._page(market, params, found)

    def history(self, who: Account, params: Params) -> dict[str, Any]:
        """Closed orders of a week; those that ended without a fill for one day only."""
        market = params.market()
        found, named = self._found(who, market, params)
        since, until = self.window(params)
        day_ago = self.exchange.now() - DAY
        found = [
            order for order in found
            if not order.status.live and (named or since <= order.created <= until)
            and (order.filled or order.updated >= day_ago)
            and params.get("orderStatus", status_name(order)) == status_name(order)
        ]  # fmt: skip
        return self._page(market, params, found)

    def executions(self, who: Account, params: Params) -> dict[str, Any]:
        """Fills and funding, newest first."""
        market, (since, until) = params.market(), self.window(params)
        number, name = params.order_number(market), params.link_id()
        symbol = "" if number or name else params.get("symbol")
        trades = self.exchange.trades(who.name, market, symbol=symbol)
        rows = [self.shapes.trade(trade) for trade in trades if not number or trade.order == number]
        if name:
            rows = [row for row in rows if row["orderLinkId"] == name]
        if market is Market.LINEAR and not number and not name:
            rows += [self.shapes.funding(income) for income in self.exchange.incomes(who.name, symbol)]
        kind = params.get("execType")
        rows = [row for row in rows if number or name or since <= int(row["execTime"]) <= until]
        rows = [row for row in rows if not kind or row["execType"] == kind]
        rows.sort(key=lambda row: (int(row["execTime"]), row["seq"]), reverse=True)
        rows, cursor = _paged(rows, params, "execId", params.limit(50, 100))
        return {"category": str(market), "list": rows, "nextPageCursor": cursor}

    def window(self, params: Params) -> tuple[int, int]:
        """At most seven days, and seven days from whichever end was told."""
        since, until = params.whole("startTime"), params.whole("endTime")
        if since and until and until - since > WEEK:
            raise ApiError(10001, "The time range between startTime and endTime cannot exceed 7 days.")
        if since:
            return since, until or since + WEEK
        until = until or self.exchange.now()
        return until - WEEK, until

    def _refuse_without_scope(self, market: Market, params: Params) -> None:
        names = ("symbol", "settleCoin", "baseCoin", "orderId", "orderLinkId")
        if market is Market.LINEAR and not any(params.get(name) for name in names):
            raise ApiError(10001, "Missing some parameters that must be filled in, symbol or settleCoin or baseCoin")

    def _found(self, who: Account, market: Market, params: Params) -> tuple[list[Order], bool]:
        """Orders newest first, and whether one was asked for by id. The order id goes before the link id."""
        number, name = params.order_number(market), params.get("orderLinkId")
        symbol = "" if number or name else params.get("symbol")
        if symbol:
            self.exchange.instrument(market, symbol)
        found = self.exchange.orders(who.name, market, symbol=symbol)
        if number:
            found = [order for order in found if order.id == number]
        elif name:
            found = [order for order in found if order.client_id == name]
        found = _filtered(found, params.get("orderFilter"))
        return sorted(found, key=lambda order: (order.created, order.id), reverse=True), bool(number or name)

    def _page(self, market: Market, params: Params, found: Iterable[Order]) -> dict[str, Any]:
        shown = [self.shapes.order(order) for order in found]
        rows, cursor = _paged(shown, params, "orderId", params.limit(20, 50))
        return {"category": str(market), "list": rows, "nextPageCursor": cursor}

    # --- reading -------------------------------------------------------------------------------------------------
    def _request(self, who: Account, params: Params) -> Request:
        market = params.market()
        instrument = self.exchange.instrument(market, params.text("symbol"))
        side, kind = params.choice("side", SIDES), params.choice("orderType", KINDS)
        price = params.money("price") if kind is Kind.LIMIT else None
        if kind is Kind.LIMIT and not price:
            raise invalid("price")
        quantity = params.money("qty")
        if quantity is None:
            raise invalid("qty")
        by_cost = market is Market.SPOT and kind is Kind.MARKET and _unit(params, side) == "quoteCoin"
        request = Request(
            market=market, symbol=instrument.symbol, side=side, kind=kind, price=price, client_id=params.link_id(),
            quantity=Decimal(0) if by_cost else quantity, quote_quantity=quantity if by_cost else None,
            force=params.choice("timeInForce", FORCES, "GTC"), expire_taker=True,
            reduce_only=market is Market.LINEAR and not who.hedge and params.flag("reduceOnly"),
            position_side=_position_side(market, params),
            **self._trigger(instrument, side, params),
        )  # fmt: skip
        self._refuse_passed(request)
        return request

    def _trigger(self, instrument: Instrument, side: Side, params: Params) -> dict[str, Any]:
        """The fields of a conditional order. Spot takes its direction from where the price is now."""
        price = params.money("triggerPrice")
        if not price:
            return {}
        if instrument.market is Market.SPOT:
            kind = params.choice("orderFilter", {"StopOrder": True, "tpslOrder": False}, "StopOrder")
            rising = price > self.exchange.quote(Market.SPOT, instrument.symbol).last
            unlocked = kind
        else:
            rising, unlocked = params.choice("triggerDirection", RISING), False
        trigger = Trigger.STOP if rising == (side is Side.BUY) else Trigger.TAKE_PROFIT
        return {
            "trigger": trigger, "trigger_price": price, "rising": rising, "unlocked": unlocked,
            "trigger_mark": params.get("triggerBy") == "MarkPrice",
        }  # fmt: skip

    def _refuse_passed(self, request: Request) -> None:
        """A trigger the price has reached already."""
        if request.market is not Market.LINEAR or request.trigger_price is None:
            return
        quote = self.exchange.quote(request.market, request.symbol)
        price = quote.mark if request.trigger_mark else quote.last
        if request.rising and request.trigger_price <= price:
            raise ApiError(110092, f"expect Rising, but trigger_price[{request.trigger_price}] <= current[{price}]")
        if not request.rising and request.trigger_price >= price:
            raise ApiError(110093, f"expect Falling, but trigger_price[{request.trigger_price}] >= current[{price}]")


def _position_side(market: Market, params: Params) -> PositionSide:
    return params.choice("positionIdx", POSITIONS, "0") if market is Market.LINEAR else PositionSide.BOTH


def _unit(params: Params, side: Side) -> str:
    """A market purchase on spot spends ``qty`` of quote currency unless it says otherwise."""
    return params.get("marketUnit", "quoteCoin" if side is Side.BUY else "baseCoin")


def _filtered(orders: list[Order], name: str) -> list[Order]:
    return [order for order in orders if not name or filter_name(order) == name]


def _paged(rows: list[dict[str, Any]], params: Params, key: str, size: int) -> tuple[list[dict[str, Any]], str]:
    """The rows after the cursor. As at Bybit, the last page has a cursor too; the page after it is empty."""
    last = params.get("cursor")
    if last:
        names = [row[key] for row in rows]
        if last not in names:
            raise ApiError(10001, "Illegal cursor")
        rows = rows[names.index(last) + 1 :]
    page = rows[:size]
    return page, page[-1][key] if page else ""
