"""The Bybit unified account: wallet, key, margin mode, positions, leverage, fees."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from tests.exchange.bybit_errors import (
    LEVERAGE_SAME,
    MARGIN_MODE_FAILED,
    NO_POSITION,
    POSITION_MODE,
    TRADING_STOP_SAME,
    ApiError,
    invalid,
)
from tests.exchange.bybit_params import POSITIONS, Params, plain
from tests.exchange.bybit_shapes import Shapes
from tests.exchange.bybit_stops import Stops
from tests.exchange.core import Exchange
from tests.exchange.model import ZERO, Account, Instrument, Market, Position, PositionSide, Reason, Refusal
from tests.exchange.wallets import MAINTENANCE

LINEAR = Market.LINEAR
MARGIN_MODES = {"REGULAR_MARGIN": False, "ISOLATED_MARGIN": True}
DAY = 86_400_000
KEY_LIFE = 90 * DAY


class UnifiedAccount:
    def __init__(self, exchange: Exchange, shapes: Shapes, stops: Stops) -> None:
        self.exchange, self.wallets, self.shapes, self.stops = exchange, exchange.wallets, shapes, stops

    # --- the wallet ----------------------------------------------------------------------------------------------
    def wallet(self, who: Account, params: Params) -> dict[str, Any]:
        if params.text("accountType") != "UNIFIED":
            raise ApiError(10001, "accountType only support UNIFIED.")
        wanted = [name for name in params.get("coin").split(",") if name]
        assets = [one.asset for one in self.exchange.balances(who.name, LINEAR) if not wanted or one.asset in wanted]
        return {"list": [self.wallet_of(who, assets)]}

    def wallet_of(self, who: Account, assets: list[str]) -> dict[str, Any]:
        """The account's sums in dollars (here: USDT) and the coins asked for."""
        coins = [self._coin(who, asset) for asset in assets]
        usdt = self._coin(who, "USDT")
        return {
            "accountType": "UNIFIED", "accountLTV": "", "accountIMRate": "", "accountMMRate": "",
            "totalEquity": usdt["equity"], "totalWalletBalance": usdt["walletBalance"],
            "totalMarginBalance": usdt["equity"], "totalInitialMargin": usdt["totalPositionIM"],
            "totalMaintenanceMargin": usdt["totalPositionMM"], "totalPerpUPL": usdt["unrealisedPnl"],
            "totalAvailableBalance": plain(max(ZERO, self.wallets.available(who, LINEAR, "USDT"))), "coin": coins,
        }  # fmt: skip

    def _coin(self, who: Account, asset: str) -> dict[str, str | bool]:
        balance = self.wallets.balance(who.name, LINEAR, asset)
        held = self.wallets.positions(who.name) if asset == "USDT" else []
        profit = sum((self.wallets.profit(one) for one in held), ZERO)
        margin = sum((self.wallets.margin(who, one) for one in held), ZERO)
        resting = self.wallets.order_margin(who) if asset == "USDT" else ZERO
        maintenance = sum((abs(one.quantity) * self.wallets.mark(one.symbol) for one in held), ZERO) * MAINTENANCE
        total = balance.free + balance.locked
        return {
            "coin": asset, "equity": plain(total + profit), "usdValue": plain((total + profit) * self._worth(asset)),
            "walletBalance": plain(total), "locked": plain(balance.locked), "borrowAmount": "0",
            "accruedInterest": "0", "totalOrderIM": plain(resting), "totalPositionIM": plain(margin),
            "totalPositionMM": plain(maintenance), "unrealisedPnl": plain(profit), "cumRealisedPnl": "0",
            "bonus": "0", "availableToWithdraw": "", "availableToBorrow": "", "collateralSwitch": True,
            "marginCollateral": True, "spotHedgingQty": "0",
        }  # fmt: skip

    def _worth(self, asset: str) -> Decimal:
        quote = self.exchange.store.quotes.get(market=Market.SPOT, symbol=f"{asset}USDT")
        return Decimal(1) if asset == "USDT" else quote.last if quote else ZERO

    # --- the account and its key ---------------------------------------------------------------------------------
    def info(self, who: Account, params: Params) -> dict[str, Any]:
        mode = "ISOLATED_MARGIN" if self._isolated(who) else "REGULAR_MARGIN"
        return {
            "marginMode": mode, "updatedTime": str(self.exchange.now()), "unifiedMarginStatus": 6, "dcpStatus": "OFF",
            "timeWindow": 10, "smpGroup": 0, "isMasterTrader": False, "spotHedgingStatus": "OFF",
        }  # fmt: skip

    def key(self, who: Account, params: Params) -> dict[str, Any]:
        until = self.key_expires(who)
        return {
            "id": "13770661", "note": who.name, "apiKey": who.key, "readOnly": 0 if who.can_trade else 1, "secret": "",
            "permissions": {
                "ContractTrade": ["Order", "Position"] if who.can_trade else [],
                "Spot": ["SpotTrade"] if who.can_trade else [],
                "Wallet": ["AccountTransfer", "Withdraw"] if who.can_withdraw else [],
                "Options": [], "Derivatives": ["DerivativesTrade"] if who.can_trade else [], "CopyTrading": [],
                "BlockTrade": [], "Exchange": [], "NFT": [], "Affiliate": [], "Earn": [],
            },
            "ips": ["*"], "type": 1, "deadlineDay": max(0, (until - self.exchange.now()) // DAY),
            "expiredAt": _written(until), "createdAt": _written(until - KEY_LIFE), "unified": 0, "uta": 1,
            "userID": who.uid, "inviterID": 0, "vipLevel": "No VIP", "mktMakerLevel": "0", "affiliateID": 0,
            "rsaPublicKey": "", "isMaster": True, "parentUid": "0", "kycLevel": "LEVEL_DEFAULT", "kycRegion": "",
        }  # fmt: skip

    def key_expires(self, who: Account) -> int:
        """When the key runs out, in milliseconds; keys without an address bound to them do after 90 days."""
        name = f"bybit.key.{who.name}"
        if not self.exchange.store.setting(name):
            self.exchange.store.set(name, str(self.exchange.now() + KEY_LIFE))
        return int(self.exchange.store.setting(name))

    def set_margin_mode(self, who: Account, params: Params) -> dict[str, Any]:
        """Of the whole account."""
        isolated = params.choice("setMarginMode", MARGIN_MODES)
        if self.exchange.positions(who.name) or self.exchange.orders(who.name, LINEAR, live=True):
            raise ApiError(*MARGIN_MODE_FAILED)
        for one in self.exchange.store.instruments.all(market=LINEAR):
            try:
                self.exchange.set_isolated(who.name, one.symbol, isolated)
            except Refusal as refusal:
                if refusal.reason is not Reason.UNCHANGED:
                    raise
        return {"reasons": []}

    def fees(self, who: Account, params: Params) -> dict[str, Any]:
        market = params.market()
        listed = self.exchange.store.instruments.all(market=market)
        wanted = [one.symbol for one in listed if params.get("symbol", one.symbol) == one.symbol]
        rates = {"takerFeeRate": plain(who.taker), "makerFeeRate": plain(who.maker)}
        return {"list": [{"symbol": symbol, "baseCoin": "", **rates} for symbol in wanted]}

    def coins(self, who: Account, params: Params) -> dict[str, Any]:
        known = {one.base for one in self.exchange.store.instruments.all()} | {"USDT"}
        wanted = sorted(known & {params.get("coin")} if params.get("coin") else known)
        return {"rows": [{"name": name, "coin": name, "remainAmount": "1000000", "chains": []} for name in wanted]}

    # --- positions -----------------------------------------------------------------------------------------------
    def positions(self, who: Account, params: Params) -> dict[str, Any]:
        """With a symbol the empty positions of it too; without, what is held."""
        symbol = params.get("symbol")
        if params.market() is not LINEAR:
            raise ApiError(10001, "category only support linear or option")
        if not symbol and not params.get("settleCoin") and not params.get("baseCoin"):
            raise ApiError(10001, "Missing some parameters that must be filled in, symbol or settleCoin")
        if symbol:
            self.exchange.instrument(LINEAR, symbol)
            sides = (PositionSide.LONG, PositionSide.SHORT) if who.hedge else (PositionSide.BOTH,)
            held = [self.wallets.position(who.name, symbol, side) for side in sides]
        else:
            settle, money = params.get("settleCoin"), {one.symbol: one.quote for one in self._linear()}
            held = [one for one in self.exchange.positions(who.name) if settle in (None, money[one.symbol])]
        rows = [self.shapes.position(who, one) for one in held]
        return {"category": "linear", "list": rows, "nextPageCursor": ""}

    def _linear(self) -> list[Instrument]:
        return [one for one in self.exchange.store.instruments.all() if one.market is LINEAR]

    def set_leverage(self, who: Account, params: Params) -> dict[str, Any]:
        symbol, leverage = params.text("symbol"), params.money("buyLeverage")
        if leverage is None or leverage != params.money("sellLeverage") or leverage != int(leverage):
            raise ApiError(10001, "buy leverage not equal sell leverage")
        try:
            self.exchange.set_leverage(who.name, symbol, int(leverage))
        except Refusal as refusal:
            if refusal.reason is Reason.UNCHANGED:
                raise ApiError(*LEVERAGE_SAME) from None
            raise
        return {}

    def switch_mode(self, who: Account, params: Params) -> dict[str, Any]:
        if not params.get("symbol") and not params.get("coin"):
            raise invalid("symbol or coin")
        try:
            self.exchange.set_hedge(who.name, params.choice("mode", {"0": False, "3": True}))
        except Refusal as refusal:
            raise ApiError(*POSITION_MODE[refusal.reason]) from None
        return {}

    def trading_stop(self, who: Account, params: Params) -> dict[str, Any]:
        """The full stop and target of a position."""
        symbol, side = params.text("symbol"), params.choice("positionIdx", POSITIONS, "0")
        self.exchange.instrument(params.market(), symbol)
        held: Position = self.wallets.position(who.name, symbol, side)
        if not held.quantity:
            raise ApiError(*NO_POSITION)
        if not self.stops.set(who.name, symbol, side, params):
            raise ApiError(*TRADING_STOP_SAME)
        return {}

    def _isolated(self, who: Account) -> bool:
        listed = self.exchange.store.instruments.all(market=LINEAR)
        return any(self.exchange.terms(who.name, one.symbol).isolated for one in listed)


def _written(at: int) -> str:
    return datetime.fromtimestamp(at / 1000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
