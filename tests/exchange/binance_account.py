"""Binance USD-M futures, the account: balances, positions, leverage, margin type, position mode, income."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from tests.exchange.binance_errors import MARGIN_TYPE, POSITION_SIDE, ApiError
from tests.exchange.binance_params import Params, eight, plain
from tests.exchange.core import Exchange
from tests.exchange.model import ZERO, Account, Market, Position, PositionSide, Reason, Refusal
from tests.exchange.wallets import MAINTENANCE

MARKET = Market.LINEAR


class UsdmAccount:
    def __init__(self, exchange: Exchange) -> None:
        self.exchange, self.wallets = exchange, exchange.wallets

    def account(self, who: Account, params: Params) -> dict[str, Any]:
        assets = [self._asset(who, one.asset) for one in self.exchange.balances(who.name, MARKET)]
        main = self._asset(who, "USDT")
        return {
            "feeTier": 0, "canTrade": who.can_trade, "canDeposit": True, "canWithdraw": who.can_withdraw,
            "updateTime": 0, "multiAssetsMargin": False, "tradeGroupId": -1,
            "totalInitialMargin": main["initialMargin"], "totalMaintMargin": main["maintMargin"],
            "totalWalletBalance": main["walletBalance"], "totalUnrealizedProfit": main["unrealizedProfit"],
            "totalMarginBalance": main["marginBalance"], "totalPositionInitialMargin": main["positionInitialMargin"],
            "totalOpenOrderInitialMargin": main["openOrderInitialMargin"],
            "totalCrossWalletBalance": main["crossWalletBalance"], "totalCrossUnPnl": main["crossUnPnl"],
            "availableBalance": main["availableBalance"], "maxWithdrawAmount": main["maxWithdrawAmount"],
            "assets": assets, "positions": [self._account_position(who, held) for held in self._held(who, params)],
        }  # fmt: skip

    def balance(self, who: Account, params: Params) -> list[dict[str, Any]]:
        return [self._asset(who, one.asset) | {"balance": eight(one.free)} for one in
                self.exchange.balances(who.name, MARKET)]  # fmt: skip

    def risk(self, who: Account, params: Params) -> list[dict[str, Any]]:
        return [self._risk(who, held) for held in self._held(who, params)]

    def risk_v2(self, who: Account, params: Params) -> list[dict[str, Any]]:
        """The older answer lists empty positions too."""
        listed = [one.symbol for one in self.exchange.store.instruments.all(market=MARKET)]
        wanted = [symbol for symbol in listed if params.get("symbol", symbol) == symbol]
        sides = (PositionSide.LONG, PositionSide.SHORT) if who.hedge else (PositionSide.BOTH,)
        held = [self.wallets.position(who.name, symbol, side) for symbol in wanted for side in sides]
        return [self._risk(who, one) | self._terms(who, one.symbol) for one in held]

    def set_leverage(self, who: Account, params: Params) -> dict[str, Any]:
        symbol, leverage = params.text("symbol"), params.whole("leverage")
        try:
            self.exchange.set_leverage(who.name, symbol, leverage)
        except Refusal as refusal:
            if refusal.reason is not Reason.UNCHANGED:
                raise
        return {"symbol": symbol, "leverage": leverage, "maxNotionalValue": "1000000"}

    def set_margin_type(self, who: Account, params: Params) -> dict[str, Any]:
        symbol = params.text("symbol")
        self.exchange.instrument(MARKET, symbol)
        try:
            self.exchange.set_isolated(who.name, symbol, params.text("marginType") == "ISOLATED")
        except Refusal as refusal:
            raise ApiError(*MARGIN_TYPE[refusal.reason]) from None
        return {"code": 200, "msg": "success"}

    def set_mode(self, who: Account, params: Params) -> dict[str, Any]:
        params.text("dualSidePosition")
        try:
            self.exchange.set_hedge(who.name, params.flag("dualSidePosition"))
        except Refusal as refusal:
            raise ApiError(*POSITION_SIDE[refusal.reason]) from None
        return {"code": 200, "msg": "success"}

    def mode(self, who: Account, params: Params) -> dict[str, Any]:
        return {"dualSidePosition": who.hedge}

    def multi_assets(self, who: Account, params: Params) -> dict[str, Any]:
        return {"multiAssetsMargin": False}

    def config(self, who: Account, params: Params) -> dict[str, Any]:
        return {
            "feeTier": 0, "canTrade": who.can_trade, "canDeposit": True, "canWithdraw": who.can_withdraw,
            "dualSidePosition": who.hedge, "multiAssetsMargin": False, "updateTime": 0, "tradeGroupId": -1,
        }  # fmt: skip

    def symbol_config(self, who: Account, params: Params) -> list[dict[str, Any]]:
        listed = self.exchange.store.instruments.all(market=MARKET)
        wanted = [one.symbol for one in listed if params.get("symbol", one.symbol) == one.symbol]
        return [self._symbol_config(who, symbol) for symbol in wanted]

    def brackets(self, who: Account, params: Params) -> Any:
        listed = self.exchange.store.instruments.all(market=MARKET)
        return [
            {"symbol": one.symbol, "brackets": [{
                "bracket": 1, "initialLeverage": one.max_leverage, "notionalCap": 1_000_000_000, "notionalFloor": 0,
                "maintMarginRatio": float(MAINTENANCE), "cum": 0.0,
            }]}
            for one in listed if params.get("symbol", one.symbol) == one.symbol
        ]  # fmt: skip

    def commission(self, who: Account, params: Params) -> dict[str, Any]:
        rates = {"makerCommissionRate": plain(who.maker), "takerCommissionRate": plain(who.taker)}
        return {"symbol": params.text("symbol"), **rates}

    def income(self, who: Account, params: Params) -> list[dict[str, Any]]:
        """Oldest first, a hundred unless more are asked for."""
        kind, since = params.get("incomeType", "FUNDING_FEE"), params.whole("startTime")
        until, most = params.whole("endTime"), min(params.whole("limit") or 100, 1000)
        found = sorted(self.exchange.incomes(who.name, params.get("symbol")), key=lambda one: (one.at, one.id))
        rows = [
            {"symbol": one.symbol, "incomeType": one.what, "income": eight(one.amount), "asset": one.asset,
             "info": "", "time": one.at, "tranId": one.id, "tradeId": ""}
            for one in found if one.what == kind and one.at >= since and (not until or one.at <= until)
        ]  # fmt: skip
        return rows[:most]

    def _held(self, who: Account, params: Params) -> list[Position]:
        return self.exchange.positions(who.name, params.get("symbol"))

    def _asset(self, who: Account, asset: str) -> dict[str, Any]:
        wallet = self.wallets.balance(who.name, MARKET, asset).free
        held = self.wallets.positions(who.name) if asset == "USDT" else []
        profit = sum((self.wallets.profit(one) for one in held), ZERO)
        margin = sum((self.wallets.margin(who, one) for one in held), ZERO)
        resting = self.wallets.order_margin(who) if asset == "USDT" else ZERO
        free = max(ZERO, self.wallets.available(who, MARKET, asset))
        maintenance = sum((self._notional(one) for one in held), ZERO) * MAINTENANCE
        return {
            "asset": asset, "walletBalance": eight(wallet), "unrealizedProfit": eight(profit),
            "marginBalance": eight(wallet + profit), "maintMargin": eight(maintenance),
            "initialMargin": eight(margin + resting), "positionInitialMargin": eight(margin),
            "openOrderInitialMargin": eight(resting), "crossWalletBalance": eight(wallet),
            "crossUnPnl": eight(profit), "availableBalance": eight(free), "maxWithdrawAmount": eight(free),
            "marginAvailable": True, "updateTime": self.exchange.now(),
        }  # fmt: skip

    def _notional(self, held: Position) -> Decimal:
        return abs(held.quantity) * self.wallets.mark(held.symbol)

    def _account_position(self, who: Account, held: Position) -> dict[str, Any]:
        isolated = self.exchange.terms(who.name, held.symbol).isolated
        return self._risk(who, held) | {
            "unrealizedProfit": eight(self.wallets.profit(held)), "isolated": isolated,
            "leverage": str(self.exchange.terms(who.name, held.symbol).leverage),
        }  # fmt: skip

    def _risk(self, who: Account, held: Position) -> dict[str, Any]:
        terms, mark = self.exchange.terms(who.name, held.symbol), self.wallets.mark(held.symbol)
        margin = self.wallets.margin(who, held)
        liquidation = self.wallets.liquidation_price(who, held) if held.quantity else ZERO
        own = eight(margin + self.wallets.profit(held)) if terms.isolated else "0"
        return {
            "symbol": held.symbol, "positionSide": str(held.side), "positionAmt": plain(held.quantity),
            "entryPrice": plain(held.entry), "breakEvenPrice": plain(held.entry), "markPrice": eight(mark),
            "unRealizedProfit": eight(self.wallets.profit(held)), "liquidationPrice": plain(liquidation),
            "isolatedMargin": own, "notional": plain(held.quantity * mark), "marginAsset": "USDT",
            "isolatedWallet": eight(margin) if terms.isolated else "0", "initialMargin": eight(margin),
            "maintMargin": eight(self._notional(held) * MAINTENANCE), "positionInitialMargin": eight(margin),
            "openOrderInitialMargin": "0", "adl": 1, "bidNotional": "0", "askNotional": "0",
            "updateTime": held.updated,
        }  # fmt: skip

    def _terms(self, who: Account, symbol: str) -> dict[str, Any]:
        terms = self.exchange.terms(who.name, symbol)
        kind = "isolated" if terms.isolated else "cross"
        return {"leverage": str(terms.leverage), "marginType": kind, "isAutoAddMargin": "false"}

    def _symbol_config(self, who: Account, symbol: str) -> dict[str, Any]:
        terms = self.exchange.terms(who.name, symbol)
        return {
            "symbol": symbol, "marginType": "ISOLATED" if terms.isolated else "CROSSED", "isAutoAddMargin": False,
            "leverage": terms.leverage, "maxNotionalValue": "1000000",
        }  # fmt: skip
