"""Bybit's markets, wallet, key, positions and their settings, as the real ccxt class reads them."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import ccxt
import pytest

from tests.exchange.bench import BTC, free, held, linear, spot
from tests.exchange.bybit_bench import COINS, SWAP, code, one
from tests.exchange.catalog import ALICE
from tests.exchange.model import FeeMode, Market
from tests.exchange.server import Server

SPOT, LINEAR = Market.SPOT, Market.LINEAR


async def test_markets(bybit: Server, trader: Any) -> None:
    coins, swap = trader.markets[COINS], trader.markets[SWAP]
    assert (coins["precision"], coins["limits"]["cost"]["min"]) == ({"amount": 0.00001, "price": 0.01}, 5)
    assert swap["precision"] == {"amount": 0.001, "price": 0.1}
    assert (swap["linear"], swap["contractSize"], swap["limits"]["leverage"]["max"]) == (True, 1, 125)
    assert swap["info"]["lotSizeFilter"]["minNotionalValue"] == "5"
    assert {"1000PEPE/USDT:USDT", "PEPE/USDT"} <= set(trader.markets)
    bybit.exchange.list_instrument(replace(bybit.exchange.instrument(SPOT, BTC), trading=False))
    assert (await trader.load_markets(True))[COINS]["active"] is False
    assert await trader.fetch_time() == bybit.exchange.now()
    trader.options["fetchMarkets"] = {"types": ["spot", "linear", "inverse", "option"], "options": ["BTC"]}
    assert len(await trader.load_markets(True)) == 13, "the categories that are not traded here are empty"


async def test_prices(bybit: Server, trader: Any) -> None:
    bybit.exchange.ladder(
        LINEAR, BTC, [(Decimal(61_000), Decimal(2)), (Decimal(60_990), None)], [(Decimal(61_001), Decimal("0.5"))],
        mark=Decimal(61_010),
    )  # fmt: skip
    ticker = await trader.fetch_ticker(SWAP)
    assert (ticker["bid"], ticker["ask"], ticker["last"], ticker["markPrice"]) == (61_000, 61_001, 61_000, 61_010)
    assert (ticker["bidVolume"], ticker["askVolume"]) == (2, 0.5)
    book = await trader.fetch_order_book(SWAP)
    assert (book["bids"], book["asks"]) == ([[61_000, 2], [60_990, 1000]], [[61_001, 0.5]])
    linear(bybit.exchange, "BUY", "0.5")
    assert (await trader.fetch_order_book(SWAP))["asks"] == [], "taken"
    assert (await trader.fetch_order_book(SWAP, 1))["bids"] == [[61_000, 2]]
    assert set(await trader.fetch_tickers([COINS, "ETH/USDT"])) == {COINS, "ETH/USDT"}
    for nowhere in (trader.publicGetV5MarketTickers, trader.publicGetV5MarketInstrumentsInfo):
        assert await code(nowhere({"category": "spot", "symbol": "NOPEUSDT"})) == 10001


async def test_one_wallet_for_coins_and_contracts(bybit: Server, trader: Any) -> None:
    await trader.create_order(COINS, "limit", "buy", 0.01, 50_000)
    bybit.exchange.price(LINEAR, BTC, "59999.9", "60000")
    await trader.create_order(SWAP, "market", "buy", 0.1)
    wallet = (await trader.fetch_balance())["USDT"]
    fee = 6
    assert wallet["total"] == 10_000 - fee
    assert wallet["used"] == pytest.approx(500 + 6000 / 20), "locked for the coins, margin for the contracts"
    bybit.exchange.price(LINEAR, BTC, "61000")
    found = await trader.privateGetV5AccountWalletBalance({"accountType": "UNIFIED", "coin": "USDT"})
    (account,) = found["result"]["list"]
    (coin,) = account["coin"]
    assert (coin["unrealisedPnl"], coin["equity"], coin["locked"]) == ("100", "10094", "500")
    assert account["totalAvailableBalance"] == "9294"
    assert await code(trader.privateGetV5AccountWalletBalance({"accountType": "SPOT"})) == 10001


async def test_the_key_says_what_it_may_do_and_until_when(bybit: Server, trader: Any) -> None:
    key = (await trader.privateGetV5UserQueryApi())["result"]
    assert (str(key["readOnly"]), str(key["uta"]), str(key["deadlineDay"])) == ("0", "1", "90")
    assert (key["permissions"]["Wallet"], key["permissions"]["Spot"]) == ([], ["SpotTrade"])
    assert key["expiredAt"] == "2027-02-18T12:00:00Z"
    assert key["secret"] == ""
    bybit.exchange.open_account(replace(ALICE, can_trade=False, can_withdraw=True))
    key = (await trader.privateGetV5UserQueryApi())["result"]
    assert (str(key["readOnly"]), key["permissions"]["ContractTrade"]) == ("1", [])
    assert "Withdraw" in key["permissions"]["Wallet"]


@pytest.mark.parametrize("side", ["buy", "sell"])
async def test_a_position(bybit: Server, trader: Any, side: str) -> None:
    bybit.exchange.price(LINEAR, BTC, "60000", "60000.1")
    await trader.create_order(SWAP, "market", side, 0.5)
    (found,) = await trader.fetch_positions()
    assert (found["side"], found["contracts"], found["leverage"]) == ({"buy": "long", "sell": "short"}[side], 0.5, 20)
    assert found["entryPrice"] == (60_000.1 if side == "buy" else 60_000)
    assert (found["hedged"], found["markPrice"]) == (False, 60_000)
    assert (found["liquidationPrice"] < 60_000) == (side == "buy")
    assert found["initialMargin"] == pytest.approx(1500, abs=0.01)


async def test_an_empty_position_is_shown_by_symbol_only(trader: Any) -> None:
    assert await trader.fetch_positions() == []
    (empty,) = await trader.fetch_positions([SWAP])
    assert (empty["contracts"], empty["side"]) == (0, None)
    assert (await trader.fetch_leverage(SWAP))["longLeverage"] == 20
    assert await code(trader.privateGetV5PositionList({"category": "linear"})) == 10001
    assert await code(trader.privateGetV5PositionList({"category": "spot"})) == 10001


async def test_leverage(bybit: Server, trader: Any) -> None:
    await trader.set_leverage(7, SWAP)
    assert bybit.exchange.terms("alice", BTC).leverage == 7
    assert await code(trader.set_leverage(7, SWAP)) == 110043
    assert await code(trader.set_leverage(500, SWAP)) == 110013
    uneven = {"category": "linear", "symbol": BTC, "buyLeverage": "3", "sellLeverage": "4"}
    assert await code(trader.privatePostV5PositionSetLeverage(uneven)) == 10001


async def test_the_margin_mode_is_the_whole_accounts(bybit: Server, trader: Any) -> None:
    await trader.set_margin_mode("isolated")
    await trader.set_margin_mode("isolated")
    assert bybit.exchange.terms("alice", "ETHUSDT").isolated
    assert (await trader.fetch_margin_mode(SWAP))["marginMode"] == "isolated"
    await trader.create_order(SWAP, "market", "buy", 0.01)
    assert await code(trader.set_margin_mode("cross")) == 3400045
    assert not bybit.exchange.terms("bob", BTC).isolated


async def test_both_sides_at_once(bybit: Server, trader: Any) -> None:
    assert await code(trader.set_position_mode(False, SWAP)) == 110025
    await trader.set_position_mode(True, SWAP)
    for side in ("buy", "sell"):
        await trader.create_order(SWAP, "market", side, 0.01, None, {"hedged": True})
    assert sorted(found["side"] for found in await trader.fetch_positions([SWAP])) == ["long", "short"]
    assert await code(trader.create_order(SWAP, "market", "buy", 0.01)) == 10001, "no position index"
    await trader.create_order(SWAP, "market", "sell", 0.01, None, {"hedged": True, "reduceOnly": True})
    (left,) = await trader.fetch_positions()
    assert left["side"] == "short"
    assert await code(trader.set_position_mode(False, SWAP)) == 110024
    await trader.create_order(SWAP, "market", "buy", 0.01, None, {"hedged": True, "reduceOnly": True})
    await trader.create_order(SWAP, "limit", "buy", 0.01, 50_000, {"hedged": True})
    assert await code(trader.set_position_mode(False)) == 110028


async def test_fees_are_told_for_each_fill_in_the_currency_they_were_taken_in(bybit: Server, trader: Any) -> None:
    assert (await trader.fetch_trading_fee(COINS))["taker"] == 0.001
    bybit.exchange.open_account(replace(ALICE, fee_mode=FeeMode.THIRD, fee_asset="BNB", taker=Decimal("0.002")))
    bybit.exchange.deposit("alice", SPOT, "BNB", Decimal(1))
    bybit.exchange.price(SPOT, BTC, "59999", "60000")
    await trader.create_order(COINS, "market", "buy", 0.01, None, {"clientOrderId": "fee"})
    (trade,) = await trader.fetch_my_trades(COINS)
    assert trade["fee"] == {"cost": 0.002, "currency": "BNB", "rate": 0.002}
    assert (await one(trader, COINS, "fee"))["fee"] == {"cost": 0.002, "currency": "BNB"}
    assert free(bybit.exchange, SPOT, "BTC") == Decimal("0.01")


async def test_funding_is_an_execution_of_its_own(bybit: Server, trader: Any) -> None:
    linear(bybit.exchange, "BUY", "0.1")
    bybit.exchange.fund(BTC, Decimal("0.0001"))
    assert [row["amount"] for row in await trader.fetch_my_trades(SWAP)] == [0.1], "no trade"
    (paid,) = await trader.fetch_funding_history(SWAP)
    assert (paid["amount"], paid["code"], paid["symbol"]) == (0.6, "USDT", SWAP)


async def test_a_liquidated_position(bybit: Server, trader: Any) -> None:
    linear(bybit.exchange, "BUY", "1")
    await trader.create_order(SWAP, "limit", "sell", 0.1, 65_000, {"clientOrderId": "hope"})
    bybit.exchange.price(LINEAR, BTC, "50000")
    assert held(bybit.exchange) == 0
    hope = await one(trader, SWAP, "hope")
    assert (hope["status"], hope["info"]["cancelType"]) == ("canceled", "CancelByPrepareLiq")
    page = await trader.privateGetV5ExecutionList({"category": "linear", "execType": "BustTrade"})
    assert [(row["execQty"], row["createType"]) for row in page["result"]["list"]] == [("1", "CreateByLiq")]


async def test_one_customer_sees_his_own_account_only(bybit: Server, trader: Any) -> None:
    linear(bybit.exchange, "BUY", "0.1", who="bob")
    spot(bybit.exchange, "BUY", "0.01", who="bob")
    assert await trader.fetch_positions() == []
    assert set((await trader.fetch_balance())["total"]) == {"USDT"}
    with pytest.raises(ccxt.BadRequest):
        await trader.privatePostV5PositionTradingStop({"category": "linear", "symbol": BTC, "stopLoss": "50000"})
