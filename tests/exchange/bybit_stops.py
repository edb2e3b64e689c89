"""Stops and targets of Bybit positions: attached to an order, or set on the position itself.

A position has at most one full stop and one full target: orders that close whatever is there when they fire and end
with the position. A spot order's stop is a tpslOrder, placed when the order is filled.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from decimal import ROUND_DOWN, Decimal

from tests.exchange.bybit_errors import ApiError, invalid
from tests.exchange.bybit_params import Params, plain
from tests.exchange.core import Exchange
from tests.exchange.model import (
    ZERO,
    Happening,
    Kind,
    Market,
    Order,
    PositionSide,
    Reason,
    Refusal,
    Request,
    Side,
    Status,
    Trade,
    Trigger,
    What,
)

LEGS = {"stopLoss": Trigger.STOP, "takeProfit": Trigger.TAKE_PROFIT}
LIMITS = {"stopLoss": "slLimitPrice", "takeProfit": "tpLimitPrice"}
TRIGGERS_BY = {"stopLoss": "slTriggerBy", "takeProfit": "tpTriggerBy"}


class Stops:
    def __init__(self, exchange: Exchange) -> None:
        self.exchange = exchange

    # --- attached to an order ------------------------------------------------------------------------------------
    def read(self, params: Params, side: Side, base: Decimal) -> dict[str, str]:
        """The stop and target a new order asks for. Raises ApiError for one on the wrong side of ``base``."""
        legs = {name: plain(value) for name in LEGS if (value := params.money(name))}
        for name, text in legs.items():
            lower = (LEGS[name] is Trigger.STOP) == (side is Side.BUY)
            if (Decimal(text) >= base) if lower else (Decimal(text) <= base):
                words = "lower" if lower else "higher"
                title, holder = name[0].upper() + name[1:], "Buy" if side is Side.BUY else "Sell"
                raise ApiError(10001, f"{title}:{text} set for {holder} position should {words} than base_price:{base}")
        extra = ("tpslMode", *LIMITS.values(), *TRIGGERS_BY.values())
        return legs | {name: params.get(name) for name in extra if legs and params.get(name)}

    def attach(self, order: Order, legs: Mapping[str, str]) -> None:
        self.exchange.store.set(f"bybit.stops.{order.id}", json.dumps(legs))

    def attached(self, order: Order) -> dict[str, str]:
        found: dict[str, str] = json.loads(self.exchange.store.setting(f"bybit.stops.{order.id}", "{}"))
        return found

    def happened(self, happening: Happening) -> None:
        """A fill of an order with legs puts them to work."""
        order, trade = happening.order, happening.trade
        if happening.what is not What.TRADE or order is None or trade is None:
            return
        legs = self.attached(order)
        for name, trigger in LEGS.items():
            if name not in legs:
                continue
            if order.market is Market.LINEAR:
                self._protect(order, trade, name, legs)
            elif order.status is Status.FILLED:
                self._protect_coins(order, trigger, legs[name], legs.get(LIMITS[name], ""))

    def _protect(self, order: Order, trade: Trade, name: str, legs: Mapping[str, str]) -> None:
        held = self.exchange.wallets.position(order.account, order.symbol, order.position_side)
        if held.quantity * order.side.sign <= 0:
            return  # the order only made a position smaller
        partial = legs.get("tpslMode") == "Partial"
        if not partial and self.of_position(order.account, order.symbol, held.side).get(name) == legs[name]:
            return
        request = self._leg(order.symbol, order.side.other, order.position_side, name, legs)
        if partial:
            request = replace(request, quantity=trade.quantity, reduce_only=order.position_side is PositionSide.BOTH)
        else:
            self.drop(order.account, order.symbol, order.position_side, LEGS[name])
            request = replace(request, close_position=True)
        self._place(order.account, request)

    def _protect_coins(self, order: Order, trigger: Trigger, price: str, limit: str) -> None:
        instrument = self.exchange.instrument(Market.SPOT, order.symbol)
        fees = sum((trade.fee for trade in self.exchange.store.trades.all(order=order.id)
                    if trade.fee_asset == instrument.base), ZERO)  # fmt: skip
        quantity = ((order.filled - fees) / instrument.step).to_integral_value(ROUND_DOWN) * instrument.step
        with suppress(Refusal):
            self.exchange.place(order.account, Request(
                market=Market.SPOT, symbol=order.symbol, side=order.side.other, trigger=trigger, quantity=quantity,
                kind=Kind.LIMIT if limit else Kind.MARKET, price=Decimal(limit) if limit else None,
                trigger_price=Decimal(price),
            ))  # fmt: skip

    # --- on the position -----------------------------------------------------------------------------------------
    def of_position(self, account: str, symbol: str, side: PositionSide) -> dict[str, str]:
        return {
            name: plain(order.trigger_price)
            for name, trigger in LEGS.items()
            for order in self._full(account, symbol, side, trigger)
        }

    def set(self, account: str, symbol: str, side: PositionSide, params: Params) -> bool:
        """Set, move or (0) take away what the request names; whether anything changed."""
        held = self.exchange.wallets.position(account, symbol, side)
        against = Side.SELL if held.quantity > 0 else Side.BUY
        before = self.of_position(account, symbol, side)
        names = [name for name in LEGS if params.sent(name)]
        if not names:
            raise invalid("stopLoss")
        changed = [name for name in names if plain(params.money(name)) != before.get(name, "0")]
        legs = self.read(params, against.other, self.exchange.quote(Market.LINEAR, symbol).last)
        for name in changed:
            self.drop(account, symbol, side, LEGS[name])
            if name in legs:
                request = self._leg(symbol, against, side, name, legs)
                self.exchange.place(account, replace(request, close_position=True))
        return bool(changed)

    def drop(self, account: str, symbol: str, side: PositionSide, trigger: Trigger) -> None:
        for order in self._full(account, symbol, side, trigger):
            self.exchange.cancel(account, order)

    def _full(self, account: str, symbol: str, side: PositionSide, trigger: Trigger) -> list[Order]:
        waiting = self.exchange.store.orders.all(account=account, symbol=symbol, status=Status.WAITING)
        return [one for one in waiting if one.close_position and one.trigger is trigger and one.position_side is side]

    def _leg(self, symbol: str, side: Side, position: PositionSide, name: str, legs: Mapping[str, str]) -> Request:
        limit = legs.get(LIMITS[name], "")
        return Request(
            market=Market.LINEAR, symbol=symbol, side=side, kind=Kind.LIMIT if limit else Kind.MARKET,
            price=Decimal(limit) if limit else None, trigger=LEGS[name], trigger_price=Decimal(legs[name]),
            trigger_mark=legs.get(TRIGGERS_BY[name]) == "MarkPrice", position_side=position,
        )  # fmt: skip

    def _place(self, account: str, request: Request) -> None:
        """A level the price has passed meanwhile closes at once."""
        try:
            self.exchange.place(account, request)
        except Refusal as refusal:
            if refusal.reason is not Reason.WOULD_TRIGGER:
                raise
            self.exchange.close_by_hand(account, request.symbol, request.position_side)
