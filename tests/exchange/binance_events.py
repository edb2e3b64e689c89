"""What happened, as Binance's streams tell it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from tests.exchange.binance_info import Info
from tests.exchange.binance_params import eight, plain
from tests.exchange.binance_spot import STATUS
from tests.exchange.binance_spot import type_name as spot_type
from tests.exchange.binance_usdm import NAMES, algo_status
from tests.exchange.binance_usdm import type_name as usdm_type
from tests.exchange.core import Exchange
from tests.exchange.model import Balance, Force, Happening, Market, Order, Position, Status, Trade, What


class Events:
    """Turns one happening into the messages its owner receives, and a price into a topic's message."""

    def __init__(self, exchange: Exchange) -> None:
        self.exchange = exchange
        self._info = {market: Info(exchange, market) for market in Market}
        self._triggered: set[int] = set()

    def of(self, happening: Happening) -> list[dict[str, Any]]:
        if happening.market is Market.SPOT:
            return self._spot(happening)
        return self._usdm(happening)

    def price(self, market: Market, symbol: str, topic: str, number: int) -> dict[str, Any] | None:
        """The message of a public topic, None for one that is not served."""
        info, quote = self._info[market], self.exchange.quote(market, symbol)
        day, now = info.day(symbol), self.exchange.now()
        if topic == "bookTicker":
            best = {"u": number, "s": symbol, "b": day["bidPrice"], "B": day["bidQty"], "a": day["askPrice"],
                    "A": day["askQty"]}  # fmt: skip
            return best if market is Market.SPOT else {"e": "bookTicker", "E": now, "T": quote.at, **best}
        if topic in {"markPrice", "markPrice@1s"}:
            return {"e": "markPriceUpdate", "E": now, "s": symbol, "p": eight(quote.mark), "i": eight(quote.last),
                    "P": eight(quote.mark), "r": "0.00010000", "T": now}  # fmt: skip
        mini = {"E": now, "s": symbol, "c": day["lastPrice"], "o": day["openPrice"], "h": day["highPrice"],
                "l": day["lowPrice"], "v": day["volume"], "q": day["quoteVolume"]}  # fmt: skip
        if topic == "miniTicker":
            return {"e": "24hrMiniTicker", **mini}
        if topic == "ticker":
            return {"e": "24hrTicker", **mini, "b": day["bidPrice"], "B": day["bidQty"], "a": day["askPrice"],
                    "A": day["askQty"], "p": "0", "P": "0", "w": day["lastPrice"], "x": day["openPrice"],
                    "Q": day["lastQty"], "O": day["openTime"], "C": day["closeTime"], "F": 1, "L": 2,
                    "n": 2}  # fmt: skip
        return None

    def _spot(self, happening: Happening) -> list[dict[str, Any]]:
        if happening.order is not None:
            return [_execution_report(happening.order, happening.trade, happening.at)]
        if happening.balance is not None:
            held = happening.balance
            sums = [{"a": held.asset, "f": eight(held.free), "l": eight(held.locked)}]
            return [{"e": "outboundAccountPosition", "E": happening.at, "u": happening.at, "B": sums}]
        return []

    def _usdm(self, happening: Happening) -> list[dict[str, Any]]:
        if happening.order is not None:
            return self._order_messages(happening.order, happening.trade, happening.at)
        if happening.balance is not None:
            return [_account_update(happening.at, "ORDER", balance=happening.balance)]
        if happening.position is not None:
            return [_account_update(happening.at, "ORDER", position=happening.position)]
        if happening.what is What.FUNDING and happening.income is not None:
            sums = self.exchange.wallets.balance(happening.account, Market.LINEAR, happening.income.asset)
            change = eight(happening.income.amount)
            return [_account_update(happening.at, "FUNDING_FEE", balance=sums, change=change)]
        return []

    def _order_messages(self, order: Order, trade: Trade | None, at: int) -> list[dict[str, Any]]:
        if order.algo:
            return self._algo_messages(order, at)
        origin = self.exchange.store.orders.get(id=order.parent) if order.parent else None
        told = [_order_trade_update(order, trade, origin, at)]
        if origin is not None and origin.id in self._triggered and not order.status.live:
            self._triggered.discard(origin.id)
            told.append(_algo_update(origin, order, at))
        return told

    def _algo_messages(self, order: Order, at: int) -> list[dict[str, Any]]:
        """Of a fired order: TRIGGERED, then FINISHED, at once or when the order it became is done."""
        child = self.exchange.store.orders.get(id=order.child) if order.child else None
        if child is None:
            return [_algo_update(order, None, at)]
        told = [_algo_update(order, replace(child, status=Status.NEW), at)]
        if child.status.live:
            self._triggered.add(order.id)
            return told
        return [*told, _algo_update(order, child, at)]


def _step(order: Order, trade: Trade | None) -> str:
    """What kind of execution this message tells."""
    if trade is not None:
        return "TRADE"
    return "NEW" if order.status in {Status.WAITING, Status.NEW} else str(order.status)


def _execution_report(order: Order, trade: Trade | None, at: int) -> dict[str, Any]:
    return {
        "e": "executionReport", "E": at, "s": order.symbol, "c": order.client_id, "S": str(order.side),
        "o": spot_type(order), "f": "GTC" if order.force is Force.POST_ONLY else str(order.force),
        "q": eight(order.quantity), "p": eight(order.price), "P": eight(order.trigger_price), "F": eight(None),
        "g": -1, "C": order.client_id if order.status is Status.CANCELED else "", "x": _step(order, trade),
        "X": STATUS.get(order.status, str(order.status)), "r": "NONE", "i": order.id,
        "l": eight(trade.quantity if trade else None), "z": eight(order.filled),
        "L": eight(trade.price if trade else None), "n": eight(trade.fee) if trade else "0",
        "N": trade.fee_asset if trade else None, "T": at, "t": trade.id if trade else -1, "I": at,
        "w": order.status.live, "m": bool(trade and trade.maker), "M": False, "O": order.created,
        "Z": eight(order.spent), "Y": eight(trade.price * trade.quantity if trade else None),
        "Q": eight(order.quote_quantity), "W": order.created, "V": "EXPIRE_MAKER",
    }  # fmt: skip


def _order_trade_update(order: Order, trade: Trade | None, origin: Order | None, at: int) -> dict[str, Any]:
    return {"e": "ORDER_TRADE_UPDATE", "E": at, "T": at, "o": {
        "s": order.symbol, "c": order.client_id, "S": str(order.side), "o": usdm_type(order),
        "f": NAMES.get(order.force, str(order.force)), "q": plain(order.quantity), "p": plain(order.price),
        "ap": plain(order.average), "sp": plain(origin.trigger_price if origin else None),
        "x": "CALCULATED" if order.liquidation and trade else _step(order, trade), "X": str(order.status),
        "i": order.id, "l": plain(trade.quantity if trade else None), "z": plain(order.filled),
        "L": plain(trade.price if trade else None), "n": plain(trade.fee) if trade else "0",
        "N": trade.fee_asset if trade else None, "T": at, "t": trade.id if trade else 0, "b": "0", "a": "0",
        "m": bool(trade and trade.maker), "R": order.reduce_only, "wt": "CONTRACT_PRICE",
        "ot": usdm_type(origin or order), "ps": str(order.position_side),
        "cp": bool(origin and origin.close_position), "rp": plain(trade.profit if trade else None), "pP": False,
        "V": "EXPIRE_MAKER", "pm": "NONE", "gtd": 0,
    }}  # fmt: skip


def _account_update(
    at: int, why: str, *, balance: Balance | None = None, position: Position | None = None, change: str = "0"
) -> dict[str, Any]:  # fmt: skip
    sums, held = [], []
    if balance is not None:
        sums = [{"a": balance.asset, "wb": eight(balance.free), "cw": eight(balance.free), "bc": change}]
    if position is not None:
        held = [{"s": position.symbol, "pa": plain(position.quantity), "ep": plain(position.entry),
                 "bep": plain(position.entry), "cr": "0", "up": "0", "mt": "cross", "iw": "0",
                 "ps": str(position.side)}]  # fmt: skip
    return {"e": "ACCOUNT_UPDATE", "E": at, "T": at, "a": {"m": why, "B": sums, "P": held}}


def _algo_update(order: Order, child: Order | None, at: int) -> dict[str, Any]:
    return {"e": "ALGO_UPDATE", "T": at, "E": at, "o": {
        "caid": order.client_id, "aid": order.id, "at": "CONDITIONAL", "o": usdm_type(order), "s": order.symbol,
        "S": str(order.side), "ps": str(order.position_side), "f": NAMES.get(order.force, str(order.force)),
        "q": plain(order.quantity), "X": algo_status(order, child), "ai": str(order.child or ""),
        "ap": plain(child.average if child else None), "aq": plain(child.filled if child else None),
        "act": usdm_type(child) if child else "", "tp": plain(order.trigger_price), "p": plain(order.price),
        "V": "EXPIRE_MAKER", "wt": "MARK_PRICE" if order.trigger_mark else "CONTRACT_PRICE", "pm": "NONE",
        "cp": order.close_position, "pP": False, "R": order.reduce_only,
        "tt": order.updated if order.fired else 0, "gtd": 0, "rm": order.why,
    }}  # fmt: skip
