"""Binance USD-M futures through the real ccxt class."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from decimal import Decimal
from typing import Any

import ccxt
import pytest

from tests.exchange.bench import linear
from tests.exchange.catalog import ALICE
from tests.exchange.clients import client
from tests.exchange.model import Market, Trigger
from tests.exchange.server import Server

BTC = "BTC/USDT:USDT"


@pytest.fixture
async def alice(server: Server) -> AsyncIterator[Any]:
    async with client("binanceusdm", server, ALICE) as made:
        await made.load_markets()
        yield made


async def buy(alice: Any, quantity: float = 0.1, **params: Any) -> Any:
    return await alice.create_order(BTC, "market", "buy", quantity, None, params)


async def test_markets_and_prices(server: Server, alice: Any) -> None:
    assert set(alice.markets) >= {BTC, "1000PEPE/USDT:USDT"}
    assert alice.market(BTC)["limits"]["cost"]["min"] == 100
    server.exchange.price(Market.LINEAR, "BTCUSDT", "61000", "61001", mark="61000.7")
    assert ((await alice.fetch_ticker(BTC))["last"], (await alice.fetch_bids_asks([BTC]))[BTC]["ask"]) == (61000, 61001)
    assert (await alice.fetch_mark_price(BTC))["markPrice"] == 61000.7
    assert (await alice.fetch_funding_rate(BTC))["fundingRate"] == 0.0001
    assert (await alice.fetch_order_book(BTC))["bids"][0][0] == 61000
    assert (await alice.fetch_last_prices([BTC]))[BTC]["price"] == 61000


async def test_an_order_a_position_and_the_trades(server: Server, alice: Any) -> None:
    order = await buy(alice, clientOrderId="in")
    assert (order["status"], order["filled"], order["average"]) == ("closed", 0.1, 60_000.1)
    found = await alice.fetch_order(None, BTC, {"origClientOrderId": "in"})
    assert found["id"] == order["id"]
    (position,) = await alice.fetch_positions([BTC])
    assert (position["side"], position["contracts"], position["entryPrice"]) == ("long", 0.1, 60_000.1)
    (trade,) = await alice.fetch_my_trades(BTC)
    assert (trade["fee"]["currency"], trade["amount"]) == ("USDT", 0.1)
    balance = await alice.fetch_balance()
    assert balance["USDT"]["total"] == 9_993.98999, "10,000 less the fee of 6.00001 and the spread of 0.01"
    assert trade["fee"]["cost"] == 6.00001
    closing = await alice.create_order(BTC, "market", "sell", 0.1, None, {"reduceOnly": True})
    assert (closing["reduceOnly"], await alice.fetch_positions([BTC])) == (True, [])


async def test_margin_in_use_is_not_free(alice: Any) -> None:
    await buy(alice)
    await alice.create_order(BTC, "limit", "buy", 0.1, 59_000)
    balance = (await alice.fetch_balance())["USDT"]
    assert balance["used"] == pytest.approx(0.1 * 60_000.1 / 20 + 0.1 * 59_000 / 20)


async def test_a_stop_goes_to_the_algo_endpoint_and_its_fill_to_an_order(server: Server, alice: Any) -> None:
    await buy(alice)
    stop = await alice.create_order(
        BTC, "market", "sell", 0.1, None, {"stopLossPrice": 59_000, "reduceOnly": True, "clientOrderId": "guard"}
    )
    assert server.calls("POST /fapi/v1/algoOrder")[0].params["clientAlgoId"] == "guard"
    assert await alice.fetch_open_orders(BTC) == []
    assert [one["id"] for one in await alice.fetch_open_orders(BTC, params={"trigger": True})] == [stop["id"]]
    by_name = {"clientAlgoId": "guard", "trigger": True}
    assert (await alice.fetch_order(None, BTC, by_name))["status"] == "open"
    server.exchange.price(Market.LINEAR, "BTCUSDT", "58900")
    fired = await alice.fetch_order(stop["id"], BTC, {"trigger": True})
    assert (fired["info"]["algoStatus"], fired["info"]["actualPrice"]) == ("FINISHED", "58900")
    filled = await alice.fetch_order(fired["info"]["actualOrderId"], BTC)
    assert (filled["filled"], filled["average"], filled["info"]["origType"]) == (0.1, 58_900, "STOP_MARKET")
    assert await alice.fetch_positions([BTC]) == []


async def test_a_stop_at_the_order_endpoint_is_sent_away(server: Server, alice: Any) -> None:
    await buy(alice)
    with pytest.raises(ccxt.InvalidOrder, match="-4120"):
        await alice.fapiPrivatePostOrder(
            {"symbol": "BTCUSDT", "side": "SELL", "type": "STOP_MARKET", "stopPrice": "59000", "quantity": "0.1"}
        )
    assert len(server.exchange.store.orders.all()) == 1


async def test_algo_orders_are_cancelled_one_by_one_and_all(alice: Any) -> None:
    await buy(alice)
    ids = []
    for price in (59_000, 58_000, 57_000):
        stop = await alice.create_order(BTC, "market", "sell", 0.1, None, {"stopLossPrice": price, "reduceOnly": True})
        ids.append(stop["id"])
    await alice.cancel_order(ids[0], BTC, {"trigger": True})
    with pytest.raises(ccxt.OrderNotFound, match="-2011"):
        await alice.cancel_order(ids[0], BTC, {"trigger": True})
    with pytest.raises(ccxt.OrderNotFound, match="-2013"):
        await alice.fetch_order("1", BTC, {"trigger": True})
    assert (await alice.fetch_order(ids[0], BTC, {"trigger": True}))["status"] == "canceled"
    await alice.cancel_all_orders(BTC, {"trigger": True})
    assert await alice.fetch_open_orders(BTC, params={"trigger": True}) == []
    assert {one["status"] for one in await alice.fetch_orders(BTC, params={"trigger": True})} == {"canceled"}


async def test_close_position_and_take_profit(server: Server, alice: Any) -> None:
    await buy(alice)
    await alice.create_order(BTC, "market", "sell", 0, None, {"stopLossPrice": 59_000, "closePosition": True})
    with pytest.raises(ccxt.ExchangeError, match="-4130"):
        await alice.create_order(BTC, "market", "sell", 0, None, {"stopLossPrice": 58_000, "closePosition": True})
    target = await alice.create_order(
        BTC, "limit", "sell", 0.1, 61_500, {"takeProfitPrice": 61_000, "reduceOnly": True}
    )  # fmt: skip
    server.exchange.price(Market.LINEAR, "BTCUSDT", "61000")
    fired = await alice.fetch_order(target["id"], BTC, {"trigger": True})
    assert fired["info"]["algoStatus"] == "TRIGGERED"
    (resting,) = await alice.fetch_open_orders(BTC)
    assert (resting["price"], resting["reduceOnly"]) == (61_500, True)
    server.exchange.price(Market.LINEAR, "BTCUSDT", "61500")
    assert await alice.fetch_positions([BTC]) == []
    (closer,) = [
        one for one in await alice.fetch_orders(BTC, params={"trigger": True}) if one["id"] != target["id"]
    ]  # fmt: skip
    assert closer["info"]["algoStatus"] == "EXPIRED", "the venue ends it with the position"


async def test_cancels_of_plain_orders(alice: Any) -> None:
    order = await alice.create_order(BTC, "limit", "buy", 0.1, 59_000)
    assert (await alice.cancel_order(order["id"], BTC))["status"] == "canceled"
    await alice.create_order(BTC, "limit", "buy", 0.1, 58_000)
    await alice.cancel_all_orders(BTC)
    assert [one["status"] for one in await alice.fetch_orders(BTC)] == ["canceled", "canceled"]


async def test_leverage_margin_mode_and_position_mode(server: Server, alice: Any) -> None:
    assert (await alice.set_leverage(10, BTC))["leverage"] == 10
    assert server.exchange.terms("alice", "BTCUSDT").leverage == 10
    await alice.set_leverage(10, BTC)
    with pytest.raises(ccxt.ExchangeError, match="-4028"):
        await alice.fapiPrivatePostLeverage({"symbol": "BTCUSDT", "leverage": 126})
    assert (await alice.fetch_leverage(BTC))["longLeverage"] == 10
    await alice.set_margin_mode("isolated", BTC)
    assert server.exchange.terms("alice", "BTCUSDT").isolated
    with pytest.raises(ccxt.MarginModeAlreadySet):
        await alice.fapiPrivatePostMarginType({"symbol": "BTCUSDT", "marginType": "ISOLATED"})
    await alice.create_order(BTC, "limit", "buy", 0.1, 59_000)
    with pytest.raises(ccxt.ExchangeError, match="-4047"):
        await alice.fapiPrivatePostMarginType({"symbol": "BTCUSDT", "marginType": "CROSSED"})
    with pytest.raises(ccxt.ExchangeError, match="-4067"):
        await alice.set_position_mode(True)


async def test_hedge_mode(server: Server, alice: Any) -> None:
    await alice.set_position_mode(True)
    assert (await alice.fetch_position_mode())["hedged"] is True
    with pytest.raises(ccxt.ExchangeError, match="-4061"):
        await buy(alice)
    await buy(alice, hedged=True)
    await alice.create_order(BTC, "market", "sell", 0.2, None, {"hedged": True})
    found = {one["side"]: one["contracts"] for one in await alice.fetch_positions([BTC])}
    assert found == {"long": 0.1, "short": 0.2}
    with pytest.raises(ccxt.ExchangeError, match="-1106"):
        await alice.fapiPrivatePostOrder(
            {"symbol": "BTCUSDT", "side": "SELL", "type": "MARKET", "quantity": "0.1", "positionSide": "LONG",
             "reduceOnly": "true"}
        )  # fmt: skip
    with pytest.raises(ccxt.ExchangeError, match="-4059"):
        await alice.set_position_mode(True)


@pytest.mark.parametrize(
    ("params", "error", "words"),
    [
        ({"quantity": "0.001"}, ccxt.ExchangeError, "-4164"),
        ({"quantity": "0.0005"}, ccxt.BadRequest, "-1111"),
        ({"quantity": "0"}, ccxt.ExchangeError, "-4003"),
        ({"quantity": "5"}, ccxt.InsufficientFunds, "-2019"),
        ({"quantity": "0.01", "reduceOnly": "true"}, ccxt.ExchangeError, "-2022"),
        ({"type": "LIMIT", "price": "60000.05", "timeInForce": "GTC"}, ccxt.BadRequest, "-1111"),
        ({"type": "LIMIT", "price": "70000", "timeInForce": "GTC"}, ccxt.ExchangeError, "-4016"),
        ({"type": "LIMIT", "price": "50000", "side": "SELL", "timeInForce": "GTC"}, ccxt.ExchangeError, "-4024"),
        ({"type": "LIMIT", "price": "61000", "timeInForce": "GTX"}, ccxt.ExchangeError, "-5022"),
        ({"type": "LIMIT", "price": "61000"}, ccxt.BadRequest, "-1102"),
        ({"symbol": "NOSUCH"}, ccxt.BadSymbol, "-1121"),
    ],
)
async def test_what_the_venue_refuses(
    server: Server, alice: Any, params: dict[str, str], error: type[Exception], words: str
) -> None:
    whole = {"symbol": "BTCUSDT", "side": "BUY", "type": "MARKET", "quantity": "0.01", **params}
    with pytest.raises(error, match=words):
        await alice.fapiPrivatePostOrder(whole)
    assert server.exchange.store.orders.all() == []


async def test_what_the_algo_endpoint_refuses(server: Server, alice: Any) -> None:
    await buy(alice, 0.01)
    whole = {"algoType": "CONDITIONAL", "symbol": "BTCUSDT", "side": "SELL", "type": "STOP_MARKET", "quantity": "0.01"}
    for given, words in (
        ({"triggerPrice": "61000"}, "-2021"),
        ({"triggerPrice": "59000.05"}, "-1111"),
        ({}, "-1102"),
        ({"triggerPrice": "59000", "type": "MARKET"}, "-1116"),
        ({"triggerPrice": "59000", "algoType": ""}, "-1102"),
        ({"triggerPrice": "59000", "closePosition": "true"}, "-1102"),
    ):
        with pytest.raises(ccxt.ExchangeError, match=words):
            await alice.fapiPrivatePostAlgoOrder({**whole, **given})


async def test_duplicates(alice: Any) -> None:
    for params in ({}, {"stopLossPrice": 58_000}):
        kind, price = ("market", None) if params else ("limit", 59_000)
        side = "sell" if params else "buy"
        given = {"clientOrderId": "same", **params}
        await alice.create_order(BTC, kind, side, 0.01, price, given)
        with pytest.raises(ccxt.ExchangeError, match="-4116"):
            await alice.create_order(BTC, kind, side, 0.01, price, given)


async def test_a_liquidation_is_seen_in_the_orders(server: Server, alice: Any) -> None:
    await buy(alice, 1)
    (before,) = await alice.fetch_positions([BTC])
    assert before["liquidationPrice"] == pytest.approx(50_280, rel=0.001)
    server.exchange.price(Market.LINEAR, "BTCUSDT", "49000")
    assert await alice.fetch_positions([BTC]) == []
    last = (await alice.fetch_orders(BTC))[-1]
    assert (last["clientOrderId"].startswith("autoclose-"), last["info"]["type"]) == (True, "LIQUIDATION")


async def test_funding_is_in_the_income(server: Server, alice: Any) -> None:
    await buy(alice)
    server.exchange.fund("BTCUSDT", Decimal("0.0001"))
    (paid,) = await alice.fetch_funding_history(BTC)
    assert (paid["amount"], paid["code"]) == (-0.6, "USDT")


async def test_orders_from_elsewhere_are_listed_with_their_own_ids(server: Server, alice: Any) -> None:
    linear(server.exchange, "BUY", "0.1", price="59000")
    linear(server.exchange, "BUY", "0.1", trigger=Trigger.STOP, trigger_price="61000", algo=True)
    (plain,) = await alice.fetch_open_orders(BTC)
    (waiting,) = await alice.fetch_open_orders(BTC, params={"trigger": True})
    assert plain["clientOrderId"].startswith("web_") and waiting["clientOrderId"].startswith("web_")


async def test_account_details(server: Server, alice: Any) -> None:
    server.exchange.open_account(replace(ALICE, taker=Decimal("0.0005")))
    assert (await alice.fetch_trading_fee(BTC))["taker"] == 0.0005
    assert (await alice.fapiPrivateGetMultiAssetsMargin())["multiAssetsMargin"] is False
    assert (await alice.fapiPrivateGetAccountConfig())["canTrade"] is True
    assert (await alice.fapiPrivateV3GetBalance())[0]["balance"] == "10000.00000000"
    assert len(await alice.fapiPrivateV2GetPositionRisk({"symbol": "BTCUSDT"})) == 1
    assert (await alice.fapiPrivateV2GetAccount())["availableBalance"] == "10000.00000000"
