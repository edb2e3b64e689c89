"""Binance spot, the private endpoints: /api/v3 and what of /sapi tells about the key."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from tests.exchange.binance_errors import UNKNOWN_ORDER, ApiError, missing
from tests.exchange.binance_params import Params, eight, precise
from tests.exchange.core import Exchange
from tests.exchange.model import (
    Account,
    Force,
    Kind,
    Market,
    Order,
    Refusal,
    Request,
    Status,
    Trade,
    Trigger,
)

MARKET = Market.SPOT
GRAIN = Decimal("1e-8")
TYPES: dict[str, tuple[Kind, Trigger | None]] = {
    "LIMIT": (Kind.LIMIT, None),
    "LIMIT_MAKER": (Kind.LIMIT, None),
    "MARKET": (Kind.MARKET, None),
    "STOP_LOSS": (Kind.MARKET, Trigger.STOP),
    "STOP_LOSS_LIMIT": (Kind.LIMIT, Trigger.STOP),
    "TAKE_PROFIT": (Kind.MARKET, Trigger.TAKE_PROFIT),
    "TAKE_PROFIT_LIMIT": (Kind.LIMIT, Trigger.TAKE_PROFIT),
}
FORCES = {"GTC": Force.GTC, "IOC": Force.IOC, "FOK": Force.FOK}
STATUS = {Status.WAITING: "NEW", Status.TRIGGERED: "NEW"}


class Spot:
    def __init__(self, exchange: Exchange) -> None:
        self.exchange = exchange

    def account(self, who: Account, params: Params) -> dict[str, Any]:
        held = self.exchange.balances(who.name, MARKET)
        return {
            "makerCommission": 10, "takerCommission": 10, "buyerCommission": 0, "sellerCommission": 0,
            "commissionRates": {"maker": eight(who.maker), "taker": eight(who.taker)},
            "canTrade": who.can_trade, "canWithdraw": who.can_withdraw, "canDeposit": True, "accountType": "SPOT",
            "updateTime": self.exchange.now(), "permissions": ["SPOT"], "uid": who.uid,
            "balances": [{"asset": one.asset, "free": eight(one.free), "locked": eight(one.locked)} for one in held],
        }  # fmt: skip

    def restrictions(self, who: Account, params: Params) -> dict[str, Any]:
        return {
            "ipRestrict": False, "createTime": 1_700_000_000_000, "enableReading": True,
            "enableWithdrawals": who.can_withdraw, "enableInternalTransfer": False, "enableMargin": False,
            "enableFutures": who.can_trade, "permitsUniversalTransfer": False, "enableVanillaOptions": False,
            "enableSpotAndMarginTrading": who.can_trade, "enablePortfolioMarginTrading": False,
        }  # fmt: skip

    def fees(self, who: Account, params: Params) -> list[dict[str, Any]]:
        listed = self.exchange.store.instruments.all(market=MARKET)
        rates = {"makerCommission": eight(who.maker), "takerCommission": eight(who.taker)}
        wanted = params.get("symbol")
        return [{"symbol": one.symbol, **rates} for one in listed if wanted in {"", one.symbol}]

    def place(self, who: Account, params: Params) -> dict[str, Any]:
        order = self.exchange.place(who.name, _request(params))
        wanted = params.get("newOrderRespType", "FULL" if order.trigger is None else "ACK")
        if wanted == "ACK":
            return _acknowledged(order)
        fills = [_piece(trade) for trade in self.exchange.store.trades.all(order=order.id)]
        full = {"fills": fills} if wanted == "FULL" else {}
        return {**order_json(order), **_acknowledged(order), "workingTime": order.created, **full}

    def test(self, who: Account, params: Params) -> dict[str, Any]:
        """An order that is checked and not placed."""
        request = _request(params)
        self.exchange.instrument(MARKET, request.symbol)
        return {}

    def find(self, who: Account, params: Params) -> dict[str, Any]:
        return order_json(self._found(who, params))

    def cancel(self, who: Account, params: Params) -> dict[str, Any]:
        try:
            found = self._found(who, params)
        except Refusal:  # an order that is not found answers a cancel with another code than a query
            raise ApiError(*UNKNOWN_ORDER) from None
        order = self.exchange.cancel(who.name, found)
        return {**order_json(order), "origClientOrderId": order.client_id, "transactTime": order.updated}

    def cancel_all(self, who: Account, params: Params) -> list[dict[str, Any]]:
        live = self.exchange.orders(who.name, MARKET, symbol=params.text("symbol"), live=True)
        if not live:
            raise ApiError(*UNKNOWN_ORDER)
        gone = [self.exchange.cancel(who.name, order) for order in live]
        return [{**order_json(order), "origClientOrderId": order.client_id} for order in gone]

    def open_orders(self, who: Account, params: Params) -> list[dict[str, Any]]:
        live = self.exchange.orders(who.name, MARKET, symbol=params.get("symbol"), live=True)
        return [order_json(order) for order in live]

    def all_orders(self, who: Account, params: Params) -> list[dict[str, Any]]:
        found = self.exchange.orders(who.name, MARKET, symbol=params.text("symbol"))
        first, since = params.whole("orderId"), params.whole("startTime")
        kept = [order for order in found if order.id >= first and order.created >= since]
        return [order_json(order) for order in kept[-params.whole("limit", 500) :]]

    def trades(self, who: Account, params: Params) -> list[dict[str, Any]]:
        found = self.exchange.trades(
            who.name, MARKET, symbol=params.text("symbol"), order=params.whole("orderId")
        )  # fmt: skip
        first, since = params.whole("fromId"), params.whole("startTime")
        kept = [trade for trade in found if trade.id >= first and trade.at >= since]
        return [_trade(trade) for trade in kept[-params.whole("limit", 500) :]]

    def _found(self, who: Account, params: Params) -> Order:
        if not params.get("orderId") and not params.get("origClientOrderId"):
            raise missing("orderId")
        return self.exchange.find(
            who.name, MARKET, symbol=params.text("symbol"), id=params.whole("orderId"),
            client_id=params.get("origClientOrderId"),
        )  # fmt: skip


def _request(params: Params) -> Request:
    how, trigger = params.choice("type", TYPES)
    kind = params.text("type")
    force = Force.GTC
    if kind == "LIMIT_MAKER":
        force = Force.POST_ONLY
    elif how is Kind.LIMIT:
        force = params.choice("timeInForce", FORCES)
    quantity, budget = params.money("quantity"), params.money("quoteOrderQty")
    if quantity is None and (budget is None or kind != "MARKET"):
        raise missing("quantity")
    price, stop = params.money("price"), params.money("stopPrice")
    if (how is Kind.LIMIT) != (price is not None):
        raise missing("price")
    if (trigger is not None) != (stop is not None):
        raise missing("stopPrice")
    return Request(
        market=MARKET, symbol=params.text("symbol"), side=params.side(), kind=how, trigger=trigger, force=force,
        quantity=precise(quantity, GRAIN) or Decimal(0), price=precise(price, GRAIN),
        quote_quantity=None if quantity else precise(budget, GRAIN), trigger_price=precise(stop, GRAIN),
        client_id=params.client_id("newClientOrderId"),
    )  # fmt: skip


def type_name(order: Order) -> str:
    """The order's type in Binance's words."""
    if order.force is Force.POST_ONLY:
        return "LIMIT_MAKER"
    return next(name for name, how in TYPES.items() if how == (order.kind, order.trigger))


def order_json(order: Order) -> dict[str, Any]:
    return {
        "symbol": order.symbol, "orderId": order.id, "orderListId": -1, "clientOrderId": order.client_id,
        "price": eight(order.price), "origQty": eight(order.quantity), "executedQty": eight(order.filled),
        "origQuoteOrderQty": eight(order.quote_quantity), "cummulativeQuoteQty": eight(order.spent),
        "status": STATUS.get(order.status, str(order.status)),
        "timeInForce": "GTC" if order.force is Force.POST_ONLY else str(order.force), "type": type_name(order),
        "side": str(order.side), "stopPrice": eight(order.trigger_price), "icebergQty": eight(None),
        "time": order.created, "updateTime": order.updated, "isWorking": order.status is not Status.WAITING,
        "workingTime": order.created, "selfTradePreventionMode": "EXPIRE_MAKER",
    }  # fmt: skip


def _acknowledged(order: Order) -> dict[str, Any]:
    return {
        "symbol": order.symbol, "orderId": order.id, "orderListId": -1, "clientOrderId": order.client_id,
        "transactTime": order.updated,
    }  # fmt: skip


def _piece(trade: Trade) -> dict[str, Any]:
    return {
        "price": eight(trade.price), "qty": eight(trade.quantity), "commission": eight(trade.fee),
        "commissionAsset": trade.fee_asset, "tradeId": trade.id,
    }  # fmt: skip


def _trade(trade: Trade) -> dict[str, Any]:
    return {
        "symbol": trade.symbol, "id": trade.id, "orderId": trade.order, "orderListId": -1,
        "price": eight(trade.price), "qty": eight(trade.quantity), "quoteQty": eight(trade.price * trade.quantity),
        "commission": eight(trade.fee), "commissionAsset": trade.fee_asset, "time": trade.at,
        "isBuyer": trade.side == "BUY", "isMaker": trade.maker, "isBestMatch": True,
    }  # fmt: skip
