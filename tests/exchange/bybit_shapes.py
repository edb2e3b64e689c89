"""Orders, fills, funding and positions as Bybit shows them, the same in answers and in streams."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from tests.exchange.bybit_params import filled_in, link_id, order_id, plain, written_id
from tests.exchange.bybit_stops import Stops
from tests.exchange.core import Exchange
from tests.exchange.model import (
    ZERO,
    Account,
    Force,
    Income,
    Kind,
    Market,
    Order,
    Position,
    PositionSide,
    Side,
    Status,
    Trade,
    Trigger,
)
from tests.exchange.wallets import MAINTENANCE

SIDE = {Side.BUY: "Buy", Side.SELL: "Sell"}
INDEX = {PositionSide.BOTH: 0, PositionSide.LONG: 1, PositionSide.SHORT: 2}
FORCE = {Force.POST_ONLY: "PostOnly"}
STATUS = {
    Status.WAITING: "Untriggered",
    Status.TRIGGERED: "Triggered",
    Status.NEW: "New",
    Status.PARTIAL: "PartiallyFilled",
    Status.FILLED: "Filled",
    Status.REJECTED: "Rejected",
}
REJECTED = {
    "post only": "EC_PostOnlyWillTakeLiquidity",
    "fill or kill": "EC_NoEnoughQtyToFill",
    "no more to take": "EC_NoImmediateQtyToFill",
    "by the user": "EC_PerCancelRequest",
}
CANCELED = {"by the user": "CancelByUser", "liquidation": "CancelByPrepareLiq", "position closed": "CancelByReduceOnly"}


def status_name(order: Order) -> str:
    """An order that ends without having been on the book is Deactivated; what spot sold in part has its own word."""
    if order.status in STATUS:
        return STATUS[order.status]
    if order.trigger is not None and not order.fired:
        return "Deactivated"
    return "PartiallyFilledCanceled" if order.filled and order.market is Market.SPOT else "Cancelled"


def filter_name(order: Order) -> str:
    """Under which ``orderFilter`` an order is found: a fired order stays what it was."""
    if order.trigger is None:
        return "Order"
    return "tpslOrder" if order.market is Market.SPOT and not order.unlocked else "StopOrder"


def stop_type(order: Order) -> str:
    if order.trigger is None:
        return ""
    if order.market is Market.SPOT:
        return "Stop" if order.unlocked else "tpslOrder"
    if order.close_position:
        return "StopLoss" if order.trigger is Trigger.STOP else "TakeProfit"
    return "Stop"


class Shapes:
    def __init__(self, exchange: Exchange, stops: Stops) -> None:
        self.exchange, self.stops, self.wallets = exchange, stops, exchange.wallets

    def order(self, order: Order) -> dict[str, Any]:
        fees: dict[str, Decimal] = {}
        for trade in self.exchange.store.trades.all(order=order.id):
            fees[trade.fee_asset] = fees.get(trade.fee_asset, ZERO) + trade.fee
        attached = self.stops.attached(order)
        over = not order.status.live
        leaves = ZERO if over else order.remaining
        shown = {
            "category": str(order.market), "symbol": order.symbol, "orderId": order_id(order),
            "orderLinkId": link_id(order), "blockTradeId": "", "side": SIDE[order.side],
            "positionIdx": INDEX[order.position_side], "orderStatus": status_name(order),
            "cancelType": CANCELED.get(order.why, "UNKNOWN") if over else "UNKNOWN",
            "rejectReason": REJECTED.get(order.why, "EC_Others" if order.status is Status.REJECTED else "EC_NoError"),
            "timeInForce": _force(order), "isLeverage": "0" if order.market is Market.SPOT else "",
            "price": plain(order.price), "qty": _quantity(order), "avgPrice": filled_in(order.average),
            "leavesQty": plain(leaves), "leavesValue": plain(leaves * (order.price or ZERO)),
            "cumExecQty": plain(order.filled), "cumExecValue": plain(order.spent),
            "cumExecFee": plain(sum(fees.values(), ZERO)),
            "cumFeeDetail": {asset: plain(fee) for asset, fee in fees.items()},
            "orderType": "Limit" if order.kind is Kind.LIMIT else "Market", "stopOrderType": stop_type(order),
            "triggerPrice": filled_in(order.trigger_price), "triggerDirection": _direction(order),
            "triggerBy": ("MarkPrice" if order.trigger_mark else "LastPrice") if order.trigger else "",
            "takeProfit": attached.get("takeProfit", ""), "stopLoss": attached.get("stopLoss", ""),
            "reduceOnly": order.reduce_only or order.close_position, "closeOnTrigger": order.close_position,
            "marketUnit": _unit(order), "smpType": "None", "smpGroup": 0, "smpOrderId": "",
            "createdTime": str(order.created), "updatedTime": str(order.updated),
        }  # fmt: skip
        if order.market is Market.LINEAR:  # spot orders do not have these at all
            shown["tpslMode"] = "Full" if order.close_position or attached else ""
            shown["createType"] = _create_type(order)
        return shown

    def trade(self, trade: Trade) -> dict[str, Any]:
        order = self.exchange.store.orders.get(id=trade.order)
        if order is None:
            raise LookupError(trade.order)
        value = trade.price * trade.quantity
        return {
            "category": str(trade.market), "symbol": trade.symbol, "execId": _execution_id(trade.market, trade.id),
            "orderId": order_id(order), "orderLinkId": link_id(order), "side": SIDE[trade.side],
            "orderPrice": plain(order.price), "orderQty": plain(order.quantity), "leavesQty": plain(order.remaining),
            "orderType": "Limit" if order.kind is Kind.LIMIT else "Market", "stopOrderType": stop_type(order),
            "execPrice": plain(trade.price), "execQty": plain(trade.quantity), "execValue": plain(value),
            "execFee": plain(trade.fee), "feeCurrency": trade.fee_asset, "feeCoin": trade.fee_asset,
            "feeRate": plain(self._rate(trade)), "execType": "BustTrade" if order.liquidation else "Trade",
            "execTime": str(trade.at), "isMaker": trade.maker, "execPnl": plain(trade.profit),
            "closedSize": plain(trade.quantity if trade.profit else ZERO), "isLeverage": "0", "seq": trade.id,
            "createType": _create_type(order) if order.market is Market.LINEAR else "",
        }  # fmt: skip

    def funding(self, income: Income) -> dict[str, Any]:
        """A funding payment is an execution of its own; its fee is below zero when it was received."""
        number = 90_000_000 + income.id
        return {
            "category": "linear", "symbol": income.symbol, "execId": _execution_id(Market.LINEAR, number),
            "orderId": written_id(Market.LINEAR, number), "orderLinkId": "", "side": "Buy", "orderPrice": "0",
            "orderQty": "0", "leavesQty": "0", "orderType": "UNKNOWN", "stopOrderType": "UNKNOWN",
            "execPrice": plain(self.wallets.mark(income.symbol)), "execQty": plain(income.size), "execValue": "0",
            "execFee": plain(-income.amount), "feeCurrency": income.asset, "feeCoin": income.asset, "feeRate": "0",
            "execType": "Funding", "execTime": str(income.at), "isMaker": False, "execPnl": "0", "closedSize": "0",
            "isLeverage": "0", "seq": number, "createType": "",
        }  # fmt: skip

    def position(self, who: Account, held: Position) -> dict[str, Any]:
        terms, mark = self.exchange.terms(who.name, held.symbol), self.wallets.mark(held.symbol)
        size, margin = abs(held.quantity), self.wallets.margin(who, held)
        value = size * held.entry
        stops = self.stops.of_position(who.name, held.symbol, held.side)
        gone = self.wallets.liquidation_price(who, held) if size else ZERO
        return {
            "category": "linear", "positionIdx": INDEX[held.side], "symbol": held.symbol, "size": plain(size),
            "side": "" if not size else "Buy" if held.quantity > 0 else "Sell", "avgPrice": plain(held.entry),
            "entryPrice": plain(held.entry), "positionValue": filled_in(value), "leverage": str(terms.leverage),
            "markPrice": plain(mark), "liqPrice": filled_in(gone), "bustPrice": filled_in(gone),
            "positionIM": filled_in(margin), "positionMM": filled_in(value * MAINTENANCE),
            "positionBalance": filled_in(margin), "unrealisedPnl": filled_in(self.wallets.profit(held)),
            "curRealisedPnl": "0", "cumRealisedPnl": "0", "takeProfit": stops.get("takeProfit", ""),
            "stopLoss": stops.get("stopLoss", ""), "trailingStop": "0", "tpslMode": "Full", "tradeMode": 0,
            "positionStatus": "Normal", "adlRankIndicator": 2 if size else 0, "riskId": 1, "riskLimitValue": "2000000",
            "autoAddMargin": 0, "isReduceOnly": False, "seq": held.updated, "createdTime": str(held.updated),
            "updatedTime": str(held.updated),
        }  # fmt: skip

    def _rate(self, trade: Trade) -> Decimal:
        who = self.exchange.account(trade.account)
        return who.maker if trade.maker else who.taker


def _quantity(order: Order) -> str:
    return plain(order.quantity if order.quote_quantity is None else order.quote_quantity)


def _unit(order: Order) -> str:
    if order.market is not Market.SPOT or order.kind is not Kind.MARKET:
        return ""
    return "baseCoin" if order.quote_quantity is None else "quoteCoin"


def _force(order: Order) -> str:
    """A market order is always immediate."""
    return "IOC" if order.kind is Kind.MARKET else FORCE.get(order.force, str(order.force))


def _direction(order: Order) -> int:
    return 0 if order.trigger is None else 1 if order.rising else 2


def _create_type(order: Order) -> str:
    if order.liquidation:
        return "CreateByLiq"
    if order.close_position:
        return "CreateByStopLoss" if order.trigger is Trigger.STOP else "CreateByTakeProfit"
    return "CreateByUser"


def _execution_id(market: Market, number: int) -> str:
    return f"{number:08x}-cbba-5b95-8df3-f86e5ddeb6b1" if market is Market.LINEAR else str(2_290_000_000_000 + number)
