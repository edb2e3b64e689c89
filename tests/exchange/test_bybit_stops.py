"""Bybit's conditional orders: linear and the two kinds of spot, attached to an order, set on a position."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from tests.exchange.bench import BTC, free, held
from tests.exchange.bybit_bench import COINS, SWAP, code, one, raw
from tests.exchange.model import Market
from tests.exchange.server import Server

SPOT, LINEAR = Market.SPOT, Market.LINEAR


async def buy(trader: Any, symbol: str, **params: Any) -> Any:
    return await trader.create_order(symbol, "market", "buy", 0.01, None, params)


async def stops(trader: Any, symbol: str = SWAP) -> list[tuple[str, float]]:
    found = await trader.fetch_open_orders(symbol, params={"trigger": True})
    return sorted((order["info"]["stopOrderType"], order["triggerPrice"]) for order in found)


async def test_a_stop_waits_fires_and_keeps_its_id(bybit: Server, trader: Any) -> None:
    await buy(trader, SWAP)
    made = await trader.create_order(
        SWAP, "market", "sell", 0.01, None, {"clientOrderId": "stop", "stopLossPrice": 58_000}
    )
    waiting = await one(trader, SWAP, "stop")
    assert (waiting["status"], waiting["stopLossPrice"], waiting["reduceOnly"]) == ("open", 58_000, True)
    assert (waiting["info"]["orderStatus"], waiting["info"]["triggerDirection"]) == ("Untriggered", 2)
    bybit.exchange.price(LINEAR, BTC, "57990")
    fired = await one(trader, SWAP, "stop")
    assert (fired["id"], fired["status"], fired["average"]) == (made["id"], "closed", 57_990)
    assert held(bybit.exchange) == 0


@pytest.mark.parametrize(
    ("side", "direction", "trigger", "expected"),
    [("Buy", "1", "59000", 110092), ("Sell", "2", "61000", 110093), ("Sell", "", "58000", 10001)],
)
async def test_a_trigger_the_price_has_passed_is_refused(
    trader: Any, side: str, direction: str, trigger: str, expected: int
) -> None:
    given = {"side": side, "triggerPrice": trigger, "triggerDirection": direction}
    assert await code(raw(trader, "linear", **given)) == expected


async def test_a_trigger_may_follow_the_mark_price(bybit: Server, trader: Any) -> None:
    params = {"triggerPrice": 61_000, "triggerDirection": "above", "triggerBy": "MarkPrice", "clientOrderId": "mark"}
    await trader.create_order(SWAP, "market", "buy", 0.01, None, params)
    bybit.exchange.price(LINEAR, BTC, "61500", mark="60500")
    assert (await one(trader, SWAP, "mark"))["status"] == "open"
    bybit.exchange.price(LINEAR, BTC, "60500", mark="61000")
    assert (await one(trader, SWAP, "mark"))["status"] == "closed"


async def test_a_conditional_order_cancelled_in_time_is_deactivated(trader: Any) -> None:
    params = {"triggerPrice": 61_000, "triggerDirection": "above", "clientOrderId": "wait"}
    await trader.create_order(SWAP, "limit", "buy", 0.01, 61_100, params)
    await trader.cancel_order(None, SWAP, {"orderLinkId": "wait"})
    found = await one(trader, SWAP, "wait")
    assert (found["status"], found["info"]["orderStatus"]) == ("canceled", "Deactivated")


async def test_a_stop_that_fires_into_nothing_is_rejected(bybit: Server, trader: Any) -> None:
    await trader.create_order(SWAP, "market", "sell", 0.01, None, {"clientOrderId": "late", "stopLossPrice": 58_000})
    bybit.exchange.price(LINEAR, BTC, "57000")
    assert (await one(trader, SWAP, "late"))["status"] == "rejected"


async def test_attached_levels_protect_the_whole_position_and_end_with_it(bybit: Server, trader: Any) -> None:
    params = {"stopLoss": {"triggerPrice": 58_000}, "takeProfit": {"triggerPrice": 65_000}, "clientOrderId": "in"}
    await trader.create_order(SWAP, "limit", "buy", 0.02, 60_000, params)
    assert await stops(trader) == [], "nothing to protect yet"
    number = bybit.exchange.store.orders.all(client_id="in")[0].id
    bybit.exchange.fill(number, Decimal("0.005"), Decimal(60_000))
    assert await stops(trader) == [("StopLoss", 58_000), ("TakeProfit", 65_000)]
    bybit.exchange.fill(number, Decimal("0.015"), Decimal(60_000))
    assert len(await stops(trader)) == 2
    (position,) = await trader.fetch_positions([SWAP])
    assert (position["stopLossPrice"], position["takeProfitPrice"], position["contracts"]) == (58_000, 65_000, 0.02)
    bybit.exchange.price(LINEAR, BTC, "57999")
    assert held(bybit.exchange) == 0, "all of it"
    assert await stops(trader) == []
    closed = await trader.fetch_canceled_and_closed_orders(SWAP)
    assert sorted(order["info"]["orderStatus"] for order in closed) == ["Deactivated", "Filled", "Filled"]


async def test_an_attached_stop_the_price_has_jumped_over_closes_at_once(bybit: Server, trader: Any) -> None:
    await trader.create_order(SWAP, "limit", "buy", 0.01, 59_000, {"stopLoss": {"triggerPrice": 58_500}})
    bybit.exchange.price(LINEAR, BTC, "58000")
    assert held(bybit.exchange) == 0
    assert len(bybit.exchange.trades("alice", LINEAR)) == 2


@pytest.mark.parametrize(
    ("side", "legs"),
    [
        ("buy", {"stopLoss": {"triggerPrice": 60_500}}),
        ("buy", {"takeProfit": {"triggerPrice": 59_000}}),
        ("sell", {"stopLoss": {"triggerPrice": 59_000}}),
    ],
)
async def test_attached_levels_on_the_wrong_side(bybit: Server, trader: Any, side: str, legs: dict[str, Any]) -> None:
    assert await code(trader.create_order(SWAP, "market", side, 0.01, None, legs)) == 10001
    assert held(bybit.exchange) == 0


async def test_an_order_that_reduces_protects_nothing(bybit: Server, trader: Any) -> None:
    await buy(trader, SWAP)
    params = {"reduceOnly": True, "stopLoss": {"triggerPrice": 61_000}}
    await trader.create_order(SWAP, "market", "sell", 0.004, None, params)
    assert await stops(trader) == []


async def test_a_partial_attached_stop_covers_each_fill(bybit: Server, trader: Any) -> None:
    legs = {"stopLoss": {"triggerPrice": 58_000, "price": 57_900}}
    await trader.create_order(SWAP, "market", "buy", 0.01, None, legs)
    (stop,) = await trader.fetch_open_orders(SWAP, params={"trigger": True})
    assert (stop["type"], stop["price"], stop["amount"], stop["reduceOnly"]) == ("limit", 57_900, 0.01, True)


async def test_levels_of_a_position_are_set_moved_and_taken_away(bybit: Server, trader: Any) -> None:
    async def level(**given: str) -> Any:
        return await trader.privatePostV5PositionTradingStop(
            {"category": "linear", "symbol": BTC, "positionIdx": 0, **given}
        )

    assert await code(level(stopLoss="58000")) == 10001, "there is no position"
    await buy(trader, SWAP)
    await level(stopLoss="58000")
    assert await code(level(stopLoss="58000")) == 34040
    await level(stopLoss="58500", takeProfit="64000")
    assert await stops(trader) == [("StopLoss", 58_500), ("TakeProfit", 64_000)]
    assert await code(level(stopLoss="60500")) == 10001
    await level(stopLoss="0")
    assert await stops(trader) == [("TakeProfit", 64_000)]
    assert await code(level()) == 10001


async def test_each_leg_of_a_hedge_has_levels_of_its_own(bybit: Server, trader: Any) -> None:
    await trader.set_position_mode(True, SWAP)
    for side, stop in (("buy", 58_000), ("sell", 62_000)):
        params = {"hedged": True, "stopLoss": {"triggerPrice": stop}}
        await trader.create_order(SWAP, "market", side, 0.01, None, params)
    found = {position["side"]: position["stopLossPrice"] for position in await trader.fetch_positions([SWAP])}
    assert found == {"long": 58_000, "short": 62_000}
    bybit.exchange.price(LINEAR, BTC, "62000")
    assert [position["side"] for position in await trader.fetch_positions()] == ["long"]
    assert await stops(trader) == [("StopLoss", 58_000)]


# --- spot --------------------------------------------------------------------------------------------------------
async def test_a_spot_stop_is_a_tpsl_order_and_locks_the_coins(bybit: Server, trader: Any) -> None:
    await buy(trader, COINS)
    await trader.create_order(COINS, "market", "sell", 0.005, None, {"clientOrderId": "stop", "stopLossPrice": 58_000})
    assert (await trader.fetch_balance())["BTC"] == {"free": 0.00499, "used": 0.005, "total": 0.00999, "debt": 0}
    names = {kind: await _names(trader, kind) for kind in ("", "tpslOrder", "StopOrder", "Order")}
    assert names == {"": ["stop"], "tpslOrder": ["stop"], "StopOrder": [], "Order": []}
    for params in ({"orderLinkId": "stop"}, {"orderLinkId": "stop", "trigger": True}):
        assert await code(trader.cancel_order(None, COINS, params)) == 170213, "it is looked for elsewhere"
    await trader.cancel_order(None, COINS, {"orderLinkId": "stop", "orderFilter": "tpslOrder"})
    assert (await trader.fetch_balance())["BTC"]["free"] == 0.00999


async def test_a_spot_conditional_order_locks_nothing_until_it_fires(bybit: Server, trader: Any) -> None:
    await buy(trader, COINS)
    for name in ("first", "second"):
        await trader.create_order(COINS, "market", "sell", 0.009, None, {"clientOrderId": name, "triggerPrice": 58_000})
    assert (await trader.fetch_balance())["BTC"]["used"] == 0
    assert await _names(trader, "StopOrder") == ["first", "second"]
    bybit.exchange.price(SPOT, BTC, "58000")
    found = {name: (await one(trader, COINS, name))["status"] for name in ("first", "second")}
    assert found == {"first": "closed", "second": "rejected"}, "the coins are gone by then"


async def test_spot_takes_the_direction_from_the_price_of_now(bybit: Server, trader: Any) -> None:
    await buy(trader, COINS)
    await trader.create_order(COINS, "market", "sell", 0.005, None, {"clientOrderId": "over", "stopLossPrice": 61_000})
    assert (await one(trader, COINS, "over"))["status"] == "open"
    bybit.exchange.price(SPOT, BTC, "58000")
    assert (await one(trader, COINS, "over"))["status"] == "open", "a stop above the price waits for a rise"
    bybit.exchange.price(SPOT, BTC, "61000")
    assert (await one(trader, COINS, "over"))["status"] == "closed"


async def test_a_spot_order_filled_in_full_gets_its_attached_stop(bybit: Server, trader: Any) -> None:
    params = {"stopLoss": {"triggerPrice": 58_000}, "clientOrderId": "in"}
    await trader.create_order(COINS, "limit", "buy", 0.01, 59_000, params)
    number = bybit.exchange.store.orders.all(client_id="in")[0].id
    bybit.exchange.fill(number, Decimal("0.004"), Decimal(59_000))
    assert await _names(trader, "tpslOrder") == []
    bybit.exchange.fill(number, Decimal("0.006"), Decimal(59_000))
    (stop,) = await trader.fetch_open_orders(COINS, params={"orderFilter": "tpslOrder"})
    assert (stop["amount"], stop["triggerPrice"], stop["side"]) == (0.00999, 58_000, "sell"), "what the fee left"
    bybit.exchange.price(SPOT, BTC, "57000")
    assert free(bybit.exchange, SPOT, "BTC") == 0


async def test_cancel_all_of_spot_leaves_the_stops_alone(bybit: Server, trader: Any) -> None:
    await buy(trader, COINS)
    await trader.create_order(COINS, "limit", "buy", 0.01, 50_000)
    await trader.create_order(COINS, "market", "sell", 0.005, None, {"clientOrderId": "stop", "stopLossPrice": 58_000})
    await trader.cancel_all_orders(COINS)
    assert await _names(trader, "") == ["stop"]
    await trader.cancel_all_orders(COINS, {"orderFilter": "tpslOrder"})
    assert await _names(trader, "") == []


async def _names(trader: Any, order_filter: str) -> list[str]:
    params = {"orderFilter": order_filter} if order_filter else {}
    return sorted(order["clientOrderId"] for order in await trader.fetch_open_orders(COINS, params=params))
