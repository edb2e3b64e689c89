"""Binance USD-M futures, orders: /fapi/v1/order, the algo endpoints for what is conditional, trades."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

from tests.exchange.binance_errors import NOT_REQUIRED, UNKNOWN_ORDER, USE_ALGO, ApiError, missing
from tests.exchange.binance_params import Params, plain, precise
from tests.exchange.core import Exchange
from tests.exchange.model import (
    ZERO,
    Account,
    Force,
    Kind,
    Market,
    Order,
    PositionSide,
    Refusal,
    Request,
    Status,
    Trade,
    Trigger,
)

MARKET = Market.LINEAR
TYPES: dict[str, tuple[Kind, Trigger | None]] = {
    "LIMIT": (Kind.LIMIT, None),
    "MARKET": (Kind.MARKET, None),
    "STOP": (Kind.LIMIT, Trigger.STOP),
    "STOP_MARKET": (Kind.MARKET, Trigger.STOP),
    "TAKE_PROFIT": (Kind.LIMIT, Trigger.TAKE_PROFIT),
    "TAKE_PROFIT_MARKET": (Kind.MARKET, Trigger.TAKE_PROFIT),
}
SIDES = {str(side): side for side in PositionSide}
FORCES = {"GTC": Force.GTC, "GTE_GTC": Force.GTC, "IOC": Force.IOC, "FOK": Force.FOK, "GTX": Force.POST_ONLY}
NAMES = {Force.POST_ONLY: "GTX"}


class Usdm:
    """``place`` takes what trades at once or rests; everything with a trigger belongs to ``place_algo``."""

    def __init__(self, exchange: Exchange) -> None:
        self.exchange = exchange

    def place(self, who: Account, params: Params) -> dict[str, Any]:
        if params.choice("type", TYPES)[1] is not None:
            raise ApiError(*USE_ALGO)
        order = self.exchange.place(who.name, self._request(who, params, "newClientOrderId", ""))
        if params.get("newOrderRespType", "ACK") == "ACK":  # the order as it was taken, before it traded
            order = replace(order, status=Status.NEW, filled=ZERO, spent=ZERO)
        return self.order_json(order)

    def find(self, who: Account, params: Params) -> dict[str, Any]:
        return self.order_json(self._found(who, params))

    def cancel(self, who: Account, params: Params) -> dict[str, Any]:
        return self.order_json(self.exchange.cancel(who.name, _to_cancel(self._found, who, params)))

    def cancel_all(self, who: Account, params: Params) -> dict[str, Any]:
        for order in self.exchange.orders(who.name, MARKET, symbol=params.text("symbol"), live=True, algo=False):
            self.exchange.cancel(who.name, order)
        return {"code": 200, "msg": "The operation of cancel all open order is done."}

    def open_orders(self, who: Account, params: Params) -> list[dict[str, Any]]:
        live = self.exchange.orders(who.name, MARKET, symbol=params.get("symbol"), live=True, algo=False)
        return [self.order_json(order) for order in live]

    def all_orders(self, who: Account, params: Params) -> list[dict[str, Any]]:
        found = self.exchange.orders(who.name, MARKET, symbol=params.text("symbol"), algo=False)
        first, since = params.whole("orderId"), params.whole("startTime")
        kept = [order for order in found if order.id >= first and order.created >= since]
        return [self.order_json(order) for order in kept[-params.whole("limit", 500) :]]

    def force_orders(self, who: Account, params: Params) -> list[dict[str, Any]]:
        found = self.exchange.orders(who.name, MARKET, symbol=params.get("symbol"), algo=False)
        kept = [order for order in found if order.liquidation and order.created >= params.whole("startTime")]
        return [self.order_json(order) for order in kept]

    def trades(self, who: Account, params: Params) -> list[dict[str, Any]]:
        found = self.exchange.trades(
            who.name, MARKET, symbol=params.text("symbol"), order=params.whole("orderId")
        )  # fmt: skip
        first, since = params.whole("fromId"), params.whole("startTime")
        kept = [trade for trade in found if trade.id >= first and trade.at >= since]
        return [_trade(trade) for trade in kept[-params.whole("limit", 500) :]]

    # --- conditional orders --------------------------------------------------------------------------------------
    def place_algo(self, who: Account, params: Params) -> dict[str, Any]:
        if params.text("algoType") != "CONDITIONAL":
            raise missing("algoType")
        if params.choice("type", TYPES)[1] is None:
            raise ApiError(400, -1116, "Invalid orderType.")
        return self.algo_json(self.exchange.place(who.name, self._request(who, params, "clientAlgoId", "triggerPrice")))

    def find_algo(self, who: Account, params: Params) -> dict[str, Any]:
        return self.algo_json(self._found_algo(who, params))

    def cancel_algo(self, who: Account, params: Params) -> dict[str, Any]:
        order = self.exchange.cancel(who.name, _to_cancel(self._found_algo, who, params))
        return {"algoId": order.id, "clientAlgoId": order.client_id, "code": "200", "msg": "success"}

    def cancel_all_algo(self, who: Account, params: Params) -> dict[str, Any]:
        for order in self.exchange.orders(who.name, MARKET, symbol=params.text("symbol"), live=True, algo=True):
            self.exchange.cancel(who.name, order)
        return {"code": 200, "msg": "The operation of cancel all open order is done."}

    def open_algos(self, who: Account, params: Params) -> list[dict[str, Any]]:
        live = self.exchange.orders(who.name, MARKET, symbol=params.get("symbol"), live=True, algo=True)
        return [self.algo_json(order) for order in live]

    def all_algos(self, who: Account, params: Params) -> list[dict[str, Any]]:
        found = self.exchange.orders(who.name, MARKET, symbol=params.text("symbol"), algo=True)
        return [self.algo_json(order) for order in found]

    # --- as JSON -------------------------------------------------------------------------------------------------
    def order_json(self, order: Order) -> dict[str, Any]:
        origin = self.exchange.store.orders.get(id=order.parent) if order.parent else None
        status = "NEW" if order.status is Status.WAITING else str(order.status)
        return {
            "symbol": order.symbol, "orderId": order.id, "clientOrderId": order.client_id, "status": status,
            "price": plain(order.price), "avgPrice": plain(order.average), "origQty": plain(order.quantity),
            "executedQty": plain(order.filled), "cumQty": plain(order.filled), "cumQuote": plain(order.spent),
            "timeInForce": NAMES.get(order.force, str(order.force)), "type": type_name(order),
            "origType": type_name(origin or order), "reduceOnly": order.reduce_only,
            "closePosition": bool(origin and origin.close_position), "side": str(order.side),
            "positionSide": str(order.position_side), "stopPrice": plain(origin.trigger_price if origin else None),
            "workingType": "CONTRACT_PRICE", "priceProtect": False, "priceMatch": "NONE",
            "selfTradePreventionMode": "EXPIRE_MAKER", "goodTillDate": 0, "time": order.created,
            "updateTime": order.updated,
        }  # fmt: skip

    def algo_json(self, order: Order) -> dict[str, Any]:
        child = self.exchange.store.orders.get(id=order.child) if order.child else None
        return {
            "algoId": order.id, "clientAlgoId": order.client_id, "algoType": "CONDITIONAL",
            "orderType": type_name(order), "symbol": order.symbol, "side": str(order.side),
            "positionSide": str(order.position_side), "timeInForce": NAMES.get(order.force, str(order.force)),
            "quantity": plain(order.quantity), "algoStatus": algo_status(order, child),
            "actualOrderId": str(order.child or ""), "actualPrice": plain(child.average if child else None),
            "triggerPrice": plain(order.trigger_price), "price": plain(order.price), "icebergQuantity": None,
            "selfTradePreventionMode": "EXPIRE_MAKER",
            "workingType": "MARK_PRICE" if order.trigger_mark else "CONTRACT_PRICE", "priceMatch": "NONE",
            "closePosition": order.close_position, "priceProtect": False, "reduceOnly": order.reduce_only,
            "createTime": order.created, "updateTime": order.updated,
            "triggerTime": order.updated if order.fired else 0, "goodTillDate": 0,
        }  # fmt: skip

    # --- reading -------------------------------------------------------------------------------------------------
    def _found(self, who: Account, params: Params) -> Order:
        if not params.get("orderId") and not params.get("origClientOrderId"):
            raise missing("orderId")
        return self.exchange.find(
            who.name, MARKET, symbol=params.text("symbol"), id=params.whole("orderId"),
            client_id=params.get("origClientOrderId"), algo=False,
        )  # fmt: skip

    def _found_algo(self, who: Account, params: Params) -> Order:
        if not params.get("algoId") and not params.get("clientAlgoId"):
            raise missing("algoId")
        number, name = params.whole("algoId"), params.get("clientAlgoId")
        return self.exchange.find(who.name, MARKET, id=number, client_id=name, algo=True)

    def _request(self, who: Account, params: Params, id_name: str, trigger_name: str) -> Request:
        how, trigger = params.choice("type", TYPES)
        instrument = self.exchange.instrument(MARKET, params.text("symbol"))
        if who.hedge and params.get("reduceOnly"):
            raise ApiError(*NOT_REQUIRED)
        closes = params.flag("closePosition")
        quantity = precise(params.money("quantity"), instrument.step)
        if (quantity is None) != closes:
            raise missing("quantity")
        if (how is Kind.LIMIT) != (params.money("price") is not None):
            raise missing("price")
        if trigger is not None:
            params.text(trigger_name)
        elif how is Kind.LIMIT:
            params.text("timeInForce")
        return Request(
            market=MARKET, symbol=instrument.symbol, side=params.side(), kind=how, trigger=trigger,
            quantity=quantity or Decimal(0), price=precise(params.money("price"), instrument.tick),
            trigger_price=precise(params.money(trigger_name), instrument.tick) if trigger else None,
            trigger_mark=params.get("workingType") == "MARK_PRICE", force=params.choice("timeInForce", FORCES, "GTC"),
            reduce_only=params.flag("reduceOnly"), close_position=closes, client_id=params.client_id(id_name),
            position_side=params.choice("positionSide", SIDES, "BOTH"), algo=trigger is not None,
        )  # fmt: skip


def type_name(order: Order) -> str:
    """The order's type in Binance's words."""
    if order.liquidation:
        return "LIQUIDATION"
    return next(name for name, how in TYPES.items() if how == (order.kind, order.trigger))


def algo_status(order: Order, child: Order | None) -> str:
    if order.status is Status.WAITING:
        return "NEW"
    if order.status is Status.TRIGGERED:
        return "FINISHED" if child is None or not child.status.live else "TRIGGERED"
    return str(order.status)


def _to_cancel(find: Callable[[Account, Params], Order], who: Account, params: Params) -> Order:
    """An order that is not found answers a cancel with another code than a query."""
    try:
        return find(who, params)
    except Refusal:
        raise ApiError(*UNKNOWN_ORDER) from None


def _trade(trade: Trade) -> dict[str, Any]:
    return {
        "symbol": trade.symbol, "id": trade.id, "orderId": trade.order, "side": str(trade.side),
        "price": plain(trade.price), "qty": plain(trade.quantity), "quoteQty": plain(trade.price * trade.quantity),
        "realizedPnl": plain(trade.profit), "commission": plain(trade.fee), "commissionAsset": trade.fee_asset,
        "positionSide": str(trade.position_side), "buyer": trade.side == "BUY", "maker": trade.maker,
        "time": trade.at, "marginAsset": "USDT",
    }  # fmt: skip
