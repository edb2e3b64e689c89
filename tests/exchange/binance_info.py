"""Binance's public answers: what can be traded, and at what price."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from tests.exchange.binance_params import Params, eight, plain
from tests.exchange.book import Level
from tests.exchange.core import Exchange
from tests.exchange.model import ZERO, Instrument, Market, Side

SPOT_TYPES = ["LIMIT", "LIMIT_MAKER", "MARKET", "STOP_LOSS", "STOP_LOSS_LIMIT", "TAKE_PROFIT", "TAKE_PROFIT_LIMIT"]
USDM_TYPES = ["LIMIT", "MARKET", "STOP", "STOP_MARKET", "TAKE_PROFIT", "TAKE_PROFIT_MARKET", "TRAILING_STOP_MARKET"]
PERPETUAL = 4_133_404_800_000


class Info:
    """The public endpoints of one market."""

    def __init__(self, exchange: Exchange, market: Market) -> None:
        self.exchange, self.market = exchange, market

    def exchange_info(self, params: Params) -> dict[str, Any]:
        listed = self.exchange.store.instruments.all(market=self.market)
        describe = _spot_symbol if self.market is Market.SPOT else _usdm_symbol
        limits = [{"rateLimitType": "REQUEST_WEIGHT", "interval": "MINUTE", "intervalNum": 1, "limit": 6000}]
        return {
            "timezone": "UTC",
            "serverTime": self.exchange.now(),
            "rateLimits": limits,
            "exchangeFilters": [],
            "symbols": [describe(one) for one in listed],
        }

    def book_ticker(self, params: Params) -> Any:
        return self._for_each(params, self.best)

    def price_ticker(self, params: Params) -> Any:
        def price(symbol: str) -> dict[str, Any]:
            quote = self.exchange.quote(self.market, symbol)
            return {"symbol": symbol, "price": self.number(quote.last), "time": quote.at}

        return self._for_each(params, price)

    def day_ticker(self, params: Params) -> Any:
        return self._for_each(params, self.day)

    def premium(self, params: Params) -> Any:
        def mark(symbol: str) -> dict[str, Any]:
            quote = self.exchange.quote(self.market, symbol)
            return {
                "symbol": symbol, "markPrice": eight(quote.mark), "indexPrice": eight(quote.last),
                "estimatedSettlePrice": eight(quote.last), "lastFundingRate": "0.00010000",
                "interestRate": "0.00010000", "nextFundingTime": _next_funding(quote.at), "time": quote.at,
            }  # fmt: skip

        return self._for_each(params, mark)

    def depth(self, params: Params) -> dict[str, Any]:
        quote = self.exchange.quote(self.market, params.text("symbol"))
        bids, asks = ([[self.number(price), self.number(_size(size))] for price, size in quote.levels(side)]
                      for side in (Side.SELL, Side.BUY))  # fmt: skip
        return {"lastUpdateId": quote.at, "E": quote.at, "T": quote.at, "bids": bids, "asks": asks}

    def best(self, symbol: str) -> dict[str, Any]:
        """The best bid and ask with their sizes."""
        quote = self.exchange.quote(self.market, symbol)
        (bid, bid_size), (ask, ask_size) = _front(quote.levels(Side.SELL)), _front(quote.levels(Side.BUY))
        return {
            "symbol": symbol, "bidPrice": self.number(bid), "bidQty": self.number(bid_size),
            "askPrice": self.number(ask), "askQty": self.number(ask_size), "time": quote.at,
        }  # fmt: skip

    def day(self, symbol: str) -> dict[str, Any]:
        """The day's ticker. The emulator keeps no history: the day opened where it is."""
        quote, best = self.exchange.quote(self.market, symbol), self.best(symbol)
        last = self.number(quote.last)
        return {
            **best, "lastPrice": last, "openPrice": last, "highPrice": last, "lowPrice": last, "prevClosePrice": last,
            "weightedAvgPrice": last, "priceChange": self.number(ZERO), "priceChangePercent": "0.000",
            "lastQty": self.number(Decimal(1)), "volume": self.number(Decimal(1000)),
            "quoteVolume": self.number(1000 * quote.last), "openTime": quote.at - 86_400_000, "closeTime": quote.at,
            "firstId": 1, "lastId": 2, "count": 2,
        }  # fmt: skip

    def number(self, value: Decimal) -> str:
        return eight(value) if self.market is Market.SPOT else plain(value)

    def _for_each(self, params: Params, one: Any) -> Any:
        """One symbol, several ("symbols" as a JSON list), or all."""
        if params.get("symbol"):
            self.exchange.instrument(self.market, params.get("symbol"))
            return one(params.get("symbol"))
        wanted = [name.strip('"') for name in params.get("symbols").strip("[]").split(",") if name]
        quotes = self.exchange.store.quotes.all(market=self.market)
        return [one(quote.symbol) for quote in quotes if not wanted or quote.symbol in wanted]


def _spot_symbol(one: Instrument) -> dict[str, Any]:
    return {
        "symbol": one.symbol, "status": "TRADING" if one.trading else "BREAK",
        "baseAsset": one.base, "baseAssetPrecision": 8, "quoteAsset": one.quote, "quotePrecision": 8,
        "quoteAssetPrecision": 8, "orderTypes": SPOT_TYPES, "icebergAllowed": True, "ocoAllowed": True,
        "quoteOrderQtyMarketAllowed": True, "allowTrailingStop": True, "cancelReplaceAllowed": True,
        "isSpotTradingAllowed": True, "isMarginTradingAllowed": False, "permissions": [],
        "permissionSets": [["SPOT"]], "defaultSelfTradePreventionMode": "EXPIRE_MAKER",
        "allowedSelfTradePreventionModes": ["NONE", "EXPIRE_MAKER"],
        "filters": [
            {"filterType": "PRICE_FILTER", "minPrice": eight(one.tick), "maxPrice": "1000000.00000000",
             "tickSize": eight(one.tick)},
            {"filterType": "LOT_SIZE", "minQty": eight(one.min_quantity), "maxQty": eight(one.max_quantity),
             "stepSize": eight(one.step)},
            {"filterType": "NOTIONAL", "minNotional": eight(one.min_notional), "applyMinToMarket": True,
             "maxNotional": "9000000.00000000", "applyMaxToMarket": False, "avgPriceMins": 5},
            {"filterType": "PERCENT_PRICE_BY_SIDE", "bidMultiplierUp": plain(one.band), "bidMultiplierDown": "0.2",
             "askMultiplierUp": plain(one.band), "askMultiplierDown": "0.2", "avgPriceMins": 5},
            {"filterType": "MAX_NUM_ORDERS", "maxNumOrders": 200},
            {"filterType": "MAX_NUM_ALGO_ORDERS", "maxNumAlgoOrders": 5},
        ],
    }  # fmt: skip


def _usdm_symbol(one: Instrument) -> dict[str, Any]:
    return {
        "symbol": one.symbol, "pair": one.symbol, "contractType": "PERPETUAL", "deliveryDate": PERPETUAL,
        "onboardDate": 1_569_398_400_000, "status": "TRADING" if one.trading else "SETTLING",
        "maintMarginPercent": "2.5000", "requiredMarginPercent": "5.0000", "baseAsset": one.base,
        "quoteAsset": one.quote, "marginAsset": one.quote, "pricePrecision": _decimals(one.tick),
        "quantityPrecision": _decimals(one.step), "baseAssetPrecision": 8, "quotePrecision": 8,
        "underlyingType": "COIN", "underlyingSubType": [], "triggerProtect": "0.0500", "liquidationFee": "0.012500",
        "marketTakeBound": "0.05", "orderTypes": USDM_TYPES, "timeInForce": ["GTC", "IOC", "FOK", "GTX", "GTD"],
        "filters": [
            {"filterType": "PRICE_FILTER", "minPrice": plain(one.tick), "maxPrice": "4529764",
             "tickSize": plain(one.tick)},
            {"filterType": "LOT_SIZE", "minQty": plain(one.min_quantity), "maxQty": plain(one.max_quantity),
             "stepSize": plain(one.step)},
            {"filterType": "MARKET_LOT_SIZE", "minQty": plain(one.min_quantity), "maxQty": plain(one.max_quantity),
             "stepSize": plain(one.step)},
            {"filterType": "MIN_NOTIONAL", "notional": plain(one.min_notional)},
            {"filterType": "PERCENT_PRICE", "multiplierUp": "1.1", "multiplierDown": "0.9", "multiplierDecimal": "4"},
            {"filterType": "MAX_NUM_ORDERS", "limit": 200},
            {"filterType": "MAX_NUM_ALGO_ORDERS", "limit": 10},
        ],
    }  # fmt: skip


def _decimals(grain: Decimal) -> int:
    return max(0, -int(grain.normalize().as_tuple().exponent))


def _size(size: Decimal | None) -> Decimal:
    """Endless depth shows as a round number."""
    return Decimal(1000) if size is None else size


def _front(levels: list[Level]) -> tuple[Decimal, Decimal]:
    for price, size in levels:
        if size is None or size > 0:
            return price, _size(size)
    return ZERO, ZERO


def _next_funding(now: int) -> int:
    eight_hours = 8 * 3_600_000
    return (now // eight_hours + 1) * eight_hours
