"""Bybit's public market data: the clock, instruments, tickers, order books."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from tests.exchange.book import Level
from tests.exchange.bybit_errors import ApiError
from tests.exchange.bybit_params import Params, plain
from tests.exchange.core import Exchange
from tests.exchange.model import ZERO, Instrument, Market, Side

EMPTY_CATEGORIES = ("inverse", "option")
EIGHT_HOURS = 8 * 3_600_000
ENDLESS = Decimal(1000)
"""How endless depth shows."""


class Info:
    def __init__(self, exchange: Exchange) -> None:
        self.exchange = exchange

    def time(self, params: Params) -> dict[str, str]:
        now = self.exchange.now()
        return {"timeSecond": str(now // 1000), "timeNano": str(now * 1_000_000)}

    def instruments(self, params: Params) -> dict[str, Any]:
        category = params.text("category")
        if category in EMPTY_CATEGORIES or params.get("status") == "PreLaunch":
            return {"category": category, "list": [], "nextPageCursor": ""}
        market = params.market()
        listed = self.exchange.store.instruments.all(market=market)
        wanted = [one for one in listed if params.get("symbol", one.symbol) == one.symbol]
        if params.get("symbol") and not wanted:
            raise ApiError(10001, "Not supported symbols")
        rows = [_spot(one) if market is Market.SPOT else _linear(one) for one in wanted]
        return {"category": category, "list": rows, "nextPageCursor": ""}

    def tickers(self, params: Params) -> dict[str, Any]:
        market, symbol = params.market(), params.get("symbol")
        quotes = self.exchange.store.quotes.all(market=market)
        if symbol and symbol not in [quote.symbol for quote in quotes]:
            raise ApiError(10001, "Not supported symbols")
        rows = [self.ticker(market, quote.symbol) for quote in quotes if symbol in {"", quote.symbol}]
        return {"category": str(market), "list": rows}

    def ticker(self, market: Market, symbol: str) -> dict[str, Any]:
        """The emulator keeps no history: the day opened where it is."""
        quote = self.exchange.quote(market, symbol)
        (bid, bid_size), (ask, ask_size) = _front(quote.levels(Side.SELL)), _front(quote.levels(Side.BUY))
        last = plain(quote.last)
        shown = {
            "symbol": symbol, "lastPrice": last, "bid1Price": plain(bid), "bid1Size": plain(bid_size),
            "ask1Price": plain(ask), "ask1Size": plain(ask_size), "prevPrice24h": last, "price24hPcnt": "0",
            "highPrice24h": last, "lowPrice24h": last, "turnover24h": plain(1000 * quote.last), "volume24h": "1000",
        }  # fmt: skip
        if market is Market.SPOT:
            return shown | {"usdIndexPrice": last}
        return shown | {
            "indexPrice": plain(quote.mark), "markPrice": plain(quote.mark), "prevPrice1h": last,
            "openInterest": "1000", "openInterestValue": plain(1000 * quote.mark), "fundingRate": "0.0001",
            "nextFundingTime": str((quote.at // EIGHT_HOURS + 1) * EIGHT_HOURS), "basis": "", "basisRate": "",
            "predictedDeliveryPrice": "", "deliveryFeeRate": "", "deliveryTime": "0", "curPreListingPhase": "",
        }  # fmt: skip

    def order_book(self, params: Params) -> dict[str, Any]:
        market, symbol = params.market(), params.text("symbol")
        self.exchange.instrument(market, symbol)
        most = 200 if market is Market.SPOT else 500
        return self.book(market, symbol, params.limit(1 if market is Market.SPOT else 25, most))

    def book(self, market: Market, symbol: str, depth: int) -> dict[str, Any]:
        """Bids and asks, best first, at most ``depth`` of each."""
        quote = self.exchange.quote(market, symbol)
        bids, asks = ([[plain(price), plain(_size(size))] for price, size in quote.levels(side) if size != 0][:depth]
                      for side in (Side.SELL, Side.BUY))  # fmt: skip
        times = {"ts": quote.at, "cts": quote.at, "u": quote.at % 10**9, "seq": quote.at}
        return {"s": symbol, "b": bids, "a": asks, **times}


def _spot(one: Instrument) -> dict[str, Any]:
    return {
        "symbol": one.symbol, "baseCoin": one.base, "quoteCoin": one.quote, "innovation": "0",
        "status": "Trading" if one.trading else "Closed", "marginTrading": "utaOnly", "stTag": "0",
        "lotSizeFilter": {
            "basePrecision": plain(one.step), "quotePrecision": "0.0000001", "minOrderQty": plain(one.min_quantity),
            "maxOrderQty": plain(one.max_quantity), "minOrderAmt": plain(one.min_notional), "maxOrderAmt": "4000000",
            "maxLimitOrderQty": plain(one.max_quantity), "maxMarketOrderQty": plain(one.max_quantity),
        },
        "priceFilter": {"tickSize": plain(one.tick)},
        "riskParameters": {"priceLimitRatioX": "0.05", "priceLimitRatioY": "0.05"},
    }  # fmt: skip


def _linear(one: Instrument) -> dict[str, Any]:
    return {
        "symbol": one.symbol, "contractType": "LinearPerpetual", "status": "Trading" if one.trading else "Closed",
        "baseCoin": one.base, "quoteCoin": one.quote, "settleCoin": one.quote, "launchTime": "1585526400000",
        "deliveryTime": "0", "deliveryFeeRate": "", "priceScale": str(_decimals(one.tick)),
        "leverageFilter": {"minLeverage": "1", "maxLeverage": str(one.max_leverage), "leverageStep": "0.01"},
        "priceFilter": {"minPrice": plain(one.tick), "maxPrice": "1999999.8", "tickSize": plain(one.tick)},
        "lotSizeFilter": {
            "maxOrderQty": plain(one.max_quantity), "minOrderQty": plain(one.min_quantity), "qtyStep": plain(one.step),
            "postOnlyMaxOrderQty": plain(one.max_quantity), "maxMktOrderQty": plain(one.max_quantity),
            "minNotionalValue": plain(one.min_notional),
        },
        "unifiedMarginTrade": True, "fundingInterval": 480, "copyTrading": "both", "upperFundingRate": "0.005",
        "lowerFundingRate": "-0.005", "isPreListing": False, "preListingInfo": None,
        "riskParameters": {"priceLimitRatioX": "0.01", "priceLimitRatioY": "0.02"}, "displayName": "",
    }  # fmt: skip


def _decimals(grain: Decimal) -> int:
    return max(0, -int(grain.normalize().as_tuple().exponent))


def _size(size: Decimal | None) -> Decimal:
    return ENDLESS if size is None else size


def _front(levels: list[Level]) -> tuple[Decimal, Decimal]:
    for price, size in levels:
        if size is None or size > 0:
            return price, _size(size)
    return ZERO, ZERO
