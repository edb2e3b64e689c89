"""Binance spot through the real ccxt class."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from decimal import Decimal
from typing import Any

import ccxt
import pytest

from tests.exchange.catalog import ALICE, BOB
from tests.exchange.clients import client
from tests.exchange.model import DuplicatePolicy, Market
from tests.exchange.server import Server

BTC = "BTC/USDT"


@pytest.fixture
async def alice(server: Server) -> AsyncIterator[Any]:
    async with client("binance", server, ALICE) as made:
        yield made


async def test_markets_carry_their_rules(alice: Any) -> None:
    markets = await alice.load_markets()
    assert len(markets) == 7
    btc = markets[BTC]
    assert (btc["precision"]["price"], btc["precision"]["amount"], btc["limits"]["cost"]["min"]) == (0.01, 0.00001, 5)
    assert btc["active"] is True


async def test_public_prices(server: Server, alice: Any) -> None:
    server.exchange.price(Market.SPOT, "BTCUSDT", "61000", "61001", last="61000.5")
    ticker = await alice.fetch_ticker(BTC)
    assert (ticker["bid"], ticker["ask"], ticker["last"]) == (61000, 61001, 61000.5)
    assert set(await alice.fetch_tickers([BTC, "ETH/USDT"])) == {BTC, "ETH/USDT"}
    assert len(await alice.fetch_bids_asks()) == 7
    assert (await alice.fetch_last_prices([BTC]))[BTC]["price"] == 61000.5
    assert (await alice.fetch_order_book(BTC))["asks"][0][0] == 61001
    assert abs(await alice.fetch_time() - server.exchange.now()) < 1000


async def test_balance_permissions_and_fees(server: Server, alice: Any) -> None:
    assert (await alice.fetch_balance())["USDT"] == {"free": 10_000, "used": 0, "total": 10_000}
    await alice.create_order(BTC, "limit", "buy", 0.01, 50_000)
    assert (await alice.fetch_balance())["USDT"]["used"] == 500
    rights = await alice.sapiGetAccountApiRestrictions()
    assert (rights["enableSpotAndMarginTrading"], rights["enableWithdrawals"]) == (True, False)
    assert (await alice.fetch_trading_fee(BTC))["taker"] == 0.001


async def test_a_market_order_with_its_fills(alice: Any) -> None:
    order = await alice.create_order(BTC, "market", "buy", 0.01, None, {"clientOrderId": "one"})
    assert (order["status"], order["filled"], order["average"]) == ("closed", 0.01, 60_000.01)
    assert order["fee"] == {"currency": "BTC", "cost": 0.00001}
    found = await alice.fetch_order(None, BTC, {"origClientOrderId": "one"})
    assert (found["id"], found["clientOrderId"], found["status"]) == (order["id"], "one", "closed")
    trades = await alice.fetch_my_trades(BTC)
    assert [(trade["order"], trade["amount"], trade["fee"]["currency"]) for trade in trades] == [
        (order["id"], 0.01, "BTC")
    ]
    assert await alice.fetch_my_trades(BTC, params={"orderId": "1"}) == []


async def test_a_budget(alice: Any) -> None:
    order = await alice.create_market_buy_order_with_cost("DOGE/USDT", 100)
    assert (order["status"], order["filled"]) == ("closed", 999)


async def test_a_limit_order_rests_is_listed_and_cancelled(alice: Any) -> None:
    order = await alice.create_order(BTC, "limit", "buy", 0.01, 50_000, {"clientOrderId": "rest"})
    assert order["status"] == "open"
    assert [one["id"] for one in await alice.fetch_open_orders(BTC)] == [order["id"]]
    gone = await alice.cancel_order(None, BTC, {"origClientOrderId": "rest"})
    assert gone["status"] == "canceled"
    assert await alice.fetch_open_orders(BTC) == []
    assert [one["status"] for one in await alice.fetch_orders(BTC)] == ["canceled"]
    with pytest.raises(ccxt.OrderNotFound, match="-2011"):
        await alice.cancel_order(order["id"], BTC)
    with pytest.raises(ccxt.OrderNotFound, match="-2011"):
        await alice.cancel_order("1", BTC)
    with pytest.raises(ccxt.OrderNotFound, match="-2013"):
        await alice.fetch_order("1", BTC)


async def test_all_of_a_symbol_are_cancelled_at_once(alice: Any) -> None:
    for price in (50_000, 51_000):
        await alice.create_order(BTC, "limit", "buy", 0.01, price)
    assert [one["status"] for one in await alice.cancel_all_orders(BTC)] == ["canceled", "canceled"]
    with pytest.raises(ccxt.OrderNotFound):
        await alice.cancel_all_orders(BTC)


@pytest.mark.parametrize(
    ("params", "status"), [({"timeInForce": "IOC"}, "expired"), ({"timeInForce": "FOK"}, "expired"), ({}, "open")]
)
async def test_time_in_force(alice: Any, params: dict[str, str], status: str) -> None:
    assert (await alice.create_order(BTC, "limit", "buy", 0.01, 59_000, params))["status"] == status


async def test_post_only(alice: Any) -> None:
    resting = await alice.create_order(BTC, "limit", "buy", 0.01, 59_000, {"postOnly": True})
    assert (resting["status"], resting["postOnly"]) == ("open", True)
    with pytest.raises(ccxt.ExchangeError, match="immediately match and take"):
        await alice.create_order(BTC, "limit", "buy", 0.01, 61_000, {"postOnly": True})


async def test_a_stop_sells_when_its_price_comes(server: Server, alice: Any) -> None:
    await alice.create_order(BTC, "market", "buy", 0.01)
    stop = await alice.create_order(BTC, "market", "sell", 0.00999, None, {"stopLossPrice": 58_000})
    waiting = await alice.fetch_order(stop["id"], BTC)
    assert (waiting["status"], waiting["triggerPrice"], waiting["info"]["type"]) == ("open", 58_000, "STOP_LOSS")
    server.exchange.price(Market.SPOT, "BTCUSDT", "57900")
    assert (await alice.fetch_order(stop["id"], BTC))["average"] == 57_900
    with pytest.raises(ccxt.ExchangeError, match="trigger immediately"):
        await alice.create_order(BTC, "market", "buy", 0.01, None, {"stopLossPrice": 57_000})


async def test_coins_in_a_waiting_stop_cannot_be_sold_twice(alice: Any) -> None:
    await alice.create_order(BTC, "market", "buy", 0.01)
    await alice.create_order(BTC, "limit", "sell", 0.00999, 57_900, {"stopLossPrice": 58_000})
    with pytest.raises(ccxt.InsufficientFunds, match="insufficient balance"):
        await alice.create_order(BTC, "market", "sell", 0.00999)


async def test_checking_an_order_places_nothing(server: Server, alice: Any) -> None:
    await alice.create_order(BTC, "market", "buy", 0.01, None, {"test": True})
    assert server.exchange.store.orders.all() == []


@pytest.mark.parametrize(
    ("params", "error", "words"),
    [
        ({"symbol": "NOSUCH"}, ccxt.BadSymbol, "-1121"),
        ({"quantity": "0.0000001"}, ccxt.InvalidOrder, "LOT_SIZE"),
        ({"quantity": "0.0000000001"}, ccxt.BadRequest, "-1111"),
        ({"quantity": "0.00001"}, ccxt.ExchangeError, "NOTIONAL"),
        ({"quantity": "1000"}, ccxt.InsufficientFunds, "insufficient balance"),
        ({"type": "LIMIT", "price": "60000.001", "timeInForce": "GTC"}, ccxt.InvalidOrder, "PRICE_FILTER"),
        ({"type": "LIMIT", "price": "400000", "timeInForce": "GTC"}, ccxt.InvalidOrder, "PERCENT_PRICE"),
        ({"type": "LIMIT", "price": "60000"}, ccxt.BadRequest, "timeInForce"),
        ({"type": "LIMIT", "timeInForce": "GTC"}, ccxt.BadRequest, "price"),
        ({"type": "LIMIT", "price": "60000", "timeInForce": "DAY"}, ccxt.BadRequest, "-1115"),
        ({"type": "ODD"}, ccxt.BadRequest, "-1116"),
        ({"side": "HOLD"}, ccxt.BadRequest, "-1117"),
        ({"quantity": ""}, ccxt.BadRequest, "-1102"),
        ({"quantity": "NaN"}, ccxt.BadRequest, "-1102"),
        ({"quantity": "-1"}, ccxt.BadRequest, "-1102"),
        ({"newClientOrderId": "no spaces"}, ccxt.BadRequest, "-1100"),
    ],
)
async def test_what_the_venue_refuses(
    server: Server, alice: Any, params: dict[str, str], error: type[Exception], words: str
) -> None:
    whole = {"symbol": "BTCUSDT", "side": "BUY", "type": "MARKET", "quantity": "0.01", **params}
    with pytest.raises(error, match=words):
        await alice.privatePostOrder(whole)
    assert server.exchange.store.orders.all() == []


async def test_duplicates(server: Server, alice: Any) -> None:
    async def send() -> Any:
        return await alice.create_order(BTC, "limit", "buy", 0.001, 50_000, {"clientOrderId": "same"})

    await send()
    with pytest.raises(ccxt.InvalidOrder, match="Duplicate order sent"):
        await send()
    await alice.cancel_order(None, BTC, {"origClientOrderId": "same"})
    await send()
    await alice.cancel_order(None, BTC, {"origClientOrderId": "same"})
    server.exchange.set_duplicates(Market.SPOT, DuplicatePolicy.ALWAYS)
    with pytest.raises(ccxt.InvalidOrder, match="Duplicate order sent"):
        await send()
    server.exchange.set_duplicates(Market.SPOT, DuplicatePolicy.NONE)
    assert (await send())["id"] != (await send())["id"]


async def test_nobody_gets_in_without_the_right_key_and_signature(server: Server) -> None:
    async with client("binance", server, replace(ALICE, secret="wrong")) as made:
        with pytest.raises(ccxt.AuthenticationError, match="-1022"):
            await made.fetch_balance()
    async with client("binance", server, replace(ALICE, key="unknown")) as made:
        with pytest.raises(ccxt.AuthenticationError, match="-2015"):
            await made.fetch_balance()


async def test_a_revoked_key_looks_like_a_throttle_to_ccxt(server: Server, alice: Any) -> None:
    await alice.fetch_balance()
    server.exchange.open_account(replace(ALICE, enabled=False))
    with pytest.raises(ccxt.DDoSProtection, match="-2015"):
        await alice.fetch_balance()


async def test_a_key_that_may_only_read(server: Server, alice: Any) -> None:
    server.exchange.open_account(replace(ALICE, can_trade=False))
    assert (await alice.fetch_balance())["USDT"]["total"] == 10_000
    with pytest.raises(ccxt.DDoSProtection, match="-2015"):  # as a revoked key does
        await alice.create_order(BTC, "market", "buy", 0.01)
    assert server.exchange.store.orders.all() == []


async def test_everybody_sees_only_their_own(server: Server, alice: Any) -> None:
    order = await alice.create_order(BTC, "limit", "buy", 0.01, 50_000, {"clientOrderId": "mine"})
    async with client("binance", server, BOB) as bob:
        for look in ({"orderId": order["id"]}, {"origClientOrderId": "mine"}):
            with pytest.raises(ccxt.OrderNotFound):
                await bob.fetch_order(look.get("orderId"), BTC, look)
            with pytest.raises(ccxt.OrderNotFound):
                await bob.cancel_order(look.get("orderId"), BTC, look)
        assert await bob.fetch_open_orders(BTC) == []
    assert server.exchange.find("alice", Market.SPOT, client_id="mine").status.live


async def test_a_fee_in_base_leaves_less_than_was_bought(server: Server, alice: Any) -> None:
    server.exchange.open_account(replace(ALICE, taker=Decimal("0.00095")))
    await alice.create_order(BTC, "market", "buy", 0.01)
    assert (await alice.fetch_balance())["BTC"]["free"] == 0.0099905
    with pytest.raises(ccxt.InsufficientFunds):
        await alice.create_order(BTC, "market", "sell", 0.01)
