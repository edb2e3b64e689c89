"""Bybit orders through the real ccxt class: what is sent, what is answered, where an order is found again."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import ccxt
import pytest

from tests.exchange.bench import BTC, free, held, linear, spot
from tests.exchange.bybit_bench import COINS, SWAP, code, one, passes, raw
from tests.exchange.model import DuplicatePolicy, Market
from tests.exchange.server import Server

SPOT, LINEAR = Market.SPOT, Market.LINEAR
both = pytest.mark.parametrize("symbol", [COINS, SWAP])


@both
async def test_the_answer_to_an_order_is_its_ids_and_nothing_else(bybit: Server, trader: Any, symbol: str) -> None:
    made = await trader.create_order(symbol, "market", "buy", 0.01, None, {"clientOrderId": "one"})
    assert set(made["info"]) == {"orderId", "orderLinkId"}
    found = await one(trader, symbol, "one")
    assert (found["id"], found["status"], found["filled"], found["symbol"]) == (made["id"], "closed", 0.01, symbol)
    assert found["average"] == pytest.approx(60_000.1, abs=0.1)
    assert ("tpslMode" in found["info"]) == (symbol == SWAP), "by which ccxt tells contracts from coins"


@both
async def test_a_limit_order_rests_fills_in_parts_and_is_cancelled(bybit: Server, trader: Any, symbol: str) -> None:
    market = SPOT if symbol == COINS else LINEAR
    made = await trader.create_order(symbol, "limit", "buy", 0.02, 59_000, {"clientOrderId": "rest"})
    number = bybit.exchange.store.orders.all()[-1].id
    bybit.exchange.fill(number, Decimal("0.005"), Decimal(59_000))
    found = await one(trader, symbol, "rest")
    assert (found["status"], found["filled"], found["remaining"]) == ("open", 0.005, 0.015)
    assert found["info"]["orderStatus"] == "PartiallyFilled"
    assert [order["id"] for order in await trader.fetch_open_orders(symbol)] == [made["id"]]
    await trader.cancel_order(None, symbol, {"orderLinkId": "rest"})
    word = "PartiallyFilledCanceled" if market is SPOT else "Cancelled"
    assert (await one(trader, symbol, "rest"))["info"]["orderStatus"] == word, "spot has a word of its own"
    assert await trader.fetch_open_orders(symbol) == []
    (trade,) = await trader.fetch_my_trades(symbol)
    fee = (0.000005, "BTC") if market is SPOT else (0.295, "USDT")
    assert (trade["order"], trade["amount"], trade["takerOrMaker"]) == (made["id"], 0.005, "maker")
    assert (trade["fee"]["cost"], trade["fee"]["currency"]) == fee


@both
@pytest.mark.parametrize(
    ("force", "reason"),
    [
        ("IOC", "EC_NoImmediateQtyToFill"),
        ("FOK", "EC_NoEnoughQtyToFill"),
        ("PostOnly", "EC_PostOnlyWillTakeLiquidity"),
    ],
)
async def test_an_order_that_may_not_rest_is_taken_and_then_cancelled(
    bybit: Server, trader: Any, symbol: str, force: str, reason: str
) -> None:
    price = 61_000 if force == "PostOnly" else 59_000
    await trader.create_order(symbol, "limit", "buy", 0.01, price, {"clientOrderId": "now", "timeInForce": force})
    found = await one(trader, symbol, "now")
    assert (found["status"], found["filled"], found["info"]["rejectReason"]) == ("canceled", 0, reason)


async def test_a_market_order_without_depth_ends_with_what_it_got(bybit: Server, trader: Any) -> None:
    bybit.exchange.price(SPOT, BTC, "60000", "60001", ask_size="0.004")
    await trader.create_order(COINS, "market", "buy", 0.01, None, {"clientOrderId": "thin"})
    found = await one(trader, COINS, "thin")
    assert (found["filled"], found["info"]["orderStatus"]) == (0.004, "PartiallyFilledCanceled")


async def test_a_spot_purchase_spends_quote_currency_unless_told_otherwise(bybit: Server, trader: Any) -> None:
    bybit.exchange.price(SPOT, BTC, "49999", "50000")
    await raw(trader, "spot", qty="500", orderLinkId="money")
    found = await one(trader, COINS, "money")
    assert (found["filled"], found["info"]["marketUnit"], found["info"]["qty"]) == (0.01, "quoteCoin", "500")
    await raw(trader, "spot", qty="0.02", marketUnit="baseCoin", orderLinkId="coins")
    assert (await one(trader, COINS, "coins"))["filled"] == 0.02
    assert free(bybit.exchange, SPOT) == 10_000 - 1500


async def test_open_orders_are_told_by_id_for_ever_and_by_symbol_while_they_are_open(trader: Any) -> None:
    made = await trader.create_order(SWAP, "market", "buy", 0.01)
    assert await trader.fetch_open_orders(SWAP) == []
    assert (await trader.fetch_open_order(made["id"], SWAP))["status"] == "closed"
    assert len(await trader.fetch_open_orders(SWAP, params={"openOnly": 1})) == 1
    assert (await trader.fetch_closed_order(made["id"], SWAP))["status"] == "closed"
    assert (await trader.fetch_order(made["id"], SWAP, {"acknowledged": True}))["filled"] == 0.01
    assert made["clientOrderId"] is None, "an order without a name has none"
    with pytest.raises(ccxt.OrderNotFound):
        await trader.fetch_open_order("0000ffff-7f21-4079-913d-e6523a9cfffa", SWAP)


async def test_of_closed_orders_the_last_are_kept_in_realtime(
    bybit: Server, trader: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.exchange.bybit_orders.CLOSED_KEPT", 2)
    for name in ("first", "second", "third"):
        linear(bybit.exchange, "BUY", "0.01", client_id=name)
    kept = await trader.fetch_open_orders(SWAP, params={"openOnly": 1})
    assert {order["clientOrderId"] for order in kept} == {"second", "third"}


async def test_contracts_are_not_listed_without_a_scope(trader: Any) -> None:
    await trader.create_order(SWAP, "limit", "buy", 0.01, 59_000)
    assert len(await trader.fetch_open_orders(None)) == 1, "ccxt names the settlement coin"
    assert await code(trader.privateGetV5OrderRealtime({"category": "linear"})) == 10001


async def test_an_order_cancelled_without_a_fill_leaves_the_history_after_a_day(bybit: Server, trader: Any) -> None:
    for name in ("gone", "part"):
        await trader.create_order(SWAP, "limit", "buy", 0.01, 59_000, {"clientOrderId": name})
    part = bybit.exchange.store.orders.all(client_id="part")[0]
    bybit.exchange.fill(part.id, Decimal("0.001"), Decimal(59_000))
    await trader.cancel_all_orders(SWAP)
    names = [order["clientOrderId"] for order in await trader.fetch_canceled_and_closed_orders(SWAP)]
    assert sorted(names) == ["gone", "part"]
    await passes(bybit, 24 * 3600 + 60)
    kept = await trader.fetch_canceled_and_closed_orders(SWAP)
    assert [order["clientOrderId"] for order in kept] == ["part"]
    assert await trader.fetch_canceled_and_closed_orders(SWAP, params={"orderLinkId": "gone"}) == []


async def test_histories_show_seven_days(bybit: Server, trader: Any) -> None:
    began = bybit.exchange.now()
    await trader.create_order(SWAP, "market", "buy", 0.01, None, {"clientOrderId": "old"})
    await passes(bybit, 8 * 86_400)
    await trader.create_order(SWAP, "market", "sell", 0.01)
    assert len(await trader.fetch_my_trades(SWAP)) == len(await trader.fetch_closed_orders(SWAP)) == 1
    assert len(await trader.fetch_my_trades(SWAP, since=began)) == 1, "seven days from there, not until now"
    assert len(await trader.fetch_my_trades(SWAP, params={"orderLinkId": "old"})) == 1
    assert len(await trader.fetch_closed_orders(SWAP, params={"orderLinkId": "old"})) == 1, "a name knows no time"
    elsewhere = {"category": "linear", "symbol": "ETHUSDT", "orderLinkId": "old"}
    assert len((await trader.privateGetV5ExecutionList(elsewhere))["result"]["list"]) == 1, "nor a symbol"
    span = {"category": "linear", "startTime": began, "endTime": began + 8 * 86_400_000}
    assert await code(trader.privateGetV5ExecutionList(span)) == 10001


async def test_pages_go_on_from_a_cursor_and_the_last_one_is_empty(trader: Any) -> None:
    for _ in range(5):
        await trader.create_order(SWAP, "market", "buy", 0.001)
    seen, cursor, sizes = [], None, []
    while cursor != "":
        more: dict[str, str] = {"cursor": cursor} if cursor else {}
        page = await trader.privateGetV5OrderHistory({"category": "linear", "limit": 2, **more})
        cursor = page["result"]["nextPageCursor"]
        seen += [row["orderId"] for row in page["result"]["list"]]
        sizes.append(len(page["result"]["list"]))
    assert (len(set(seen)), sizes) == (5, [2, 2, 1, 0])
    assert seen == sorted(seen, reverse=True), "newest first"
    assert await code(trader.privateGetV5OrderHistory({"category": "linear", "limit": 51})) == 10001


@pytest.mark.parametrize(
    ("category", "given", "expected"),
    [
        ("linear", {"qty": "0.00001"}, 10001),
        ("linear", {"qty": "0.0015"}, 10001),
        ("linear", {"qty": "99000000"}, 10001),
        ("linear", {"qty": "0.5", "leverage": "20", "side": "Sell", "symbol": "DOGEUSDT"}, 10001),
        ("linear", {"qty": "1", "symbol": "DOGEUSDT"}, 110094),
        ("linear", {"qty": "100"}, 110007),
        ("linear", {"qty": "0.01", "reduceOnly": "true", "side": "Sell"}, 110017),
        ("linear", {"orderType": "Limit", "price": "59000.05"}, 10001),
        ("linear", {"orderType": "Limit", "price": "90000"}, 110003),
        ("linear", {"orderType": "Limit"}, 10001),
        ("linear", {"positionIdx": "1"}, 10001),
        ("linear", {"positionIdx": "7"}, 10001),
        ("linear", {"symbol": "NOPEUSDT"}, 10001),
        ("linear", {"side": "buy"}, 10001),
        ("linear", {"qty": "-1"}, 10001),
        ("linear", {"qty": "many"}, 10001),
        ("linear", {"timeInForce": "GTX"}, 10001),
        ("linear", {"orderLinkId": "a" * 37}, 10001),
        ("linear", {"orderLinkId": "with space"}, 10001),
        ("inverse", {}, 10001),
        ("spot", {"qty": "0.000001", "side": "Sell"}, 170137),
        ("spot", {"qty": "4"}, 170140),
        ("spot", {"qty": "20000"}, 170131),
        ("spot", {"side": "Sell"}, 170131),
        ("spot", {"symbol": "NOPEUSDT"}, 170121),
        ("spot", {"orderType": "Limit", "price": "59000.001"}, 170134),
        ("spot", {"orderType": "Limit", "price": "400000"}, 170193),
        ("spot", {"orderType": "Limit", "price": "10000", "side": "Sell"}, 170194),
        ("spot", {"orderType": "Limit", "price": "59000", "qty": "0"}, 170136),
    ],
)
async def test_refusals(bybit: Server, trader: Any, category: str, given: dict[str, str], expected: int) -> None:
    assert await code(raw(trader, category, **given)) == expected
    assert bybit.exchange.store.orders.all() == []


async def test_a_delisted_instrument_is_not_traded(bybit: Server, trader: Any) -> None:
    for market, expected in ((LINEAR, 110074), (SPOT, 170151)):
        bybit.exchange.list_instrument(replace(bybit.exchange.instrument(market, BTC), trading=False))
        assert await code(raw(trader, str(market), qty="10" if market is SPOT else "0.01")) == expected


@pytest.mark.parametrize(("symbol", "taken"), [(COINS, 170141), (SWAP, 110072)])
async def test_a_client_order_id_is_used_once(bybit: Server, trader: Any, symbol: str, taken: int) -> None:
    async def place() -> Any:
        return await trader.create_order(symbol, "market", "buy", 0.01, None, {"clientOrderId": "once"})

    await place()
    assert await code(place()) == taken, "even now that the order is filled"
    assert len(bybit.exchange.store.orders.all()) == 1
    for market in Market:
        bybit.exchange.set_duplicates(market, DuplicatePolicy.NONE)
    await place()
    assert len(await trader.fetch_open_orders(symbol, params={"orderLinkId": "once"})) == 2


@pytest.mark.parametrize(("symbol", "gone"), [(COINS, 170213), (SWAP, 110001)])
async def test_what_cannot_be_cancelled(bybit: Server, trader: Any, symbol: str, gone: int) -> None:
    await trader.create_order(symbol, "market", "buy", 0.01, None, {"clientOrderId": "done"})
    for params in ({"orderLinkId": "done"}, {"orderLinkId": "never"}):
        assert await code(trader.cancel_order(None, symbol, params)) == gone
        with pytest.raises(ccxt.OrderNotFound):
            await trader.cancel_order(None, symbol, params)
    assert await code(trader.cancel_order("not-an-id", symbol)) == gone
    nothing = {"category": "linear", "symbol": BTC}
    assert await code(trader.privatePostV5OrderCancel(nothing)) == 10001


async def test_one_customer_never_sees_anothers_orders(bybit: Server, trader: Any) -> None:
    linear(bybit.exchange, "BUY", "0.01", who="bob", price="59000", client_id="hers")
    spot(bybit.exchange, "BUY", "0.01", who="bob", client_id="his")
    for symbol in (COINS, SWAP):
        for name in ("hers", "his"):
            assert await trader.fetch_open_orders(symbol, params={"orderLinkId": name}) == []
        assert await trader.fetch_my_trades(symbol) == []
    assert await code(trader.cancel_order(None, SWAP, {"orderLinkId": "hers"})) == 110001
    assert held(bybit.exchange) == 0
