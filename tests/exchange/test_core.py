"""The matching core: what fills, at what price, with which fee, and what it refuses."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.exchange.bench import BTC, exchange, free, linear, now, request, spot, status
from tests.exchange.catalog import ALICE
from tests.exchange.core import Exchange
from tests.exchange.model import (
    FeeMode,
    Force,
    Happening,
    Market,
    Reason,
    Refusal,
    Status,
    Trigger,
    What,
)

SPOT, LINEAR = Market.SPOT, Market.LINEAR


@pytest.fixture
def venue() -> Exchange:
    return exchange()


def refusal(venue: Exchange, *given: Any, **more: Any) -> Reason:
    with pytest.raises(Refusal) as caught:
        venue.place("alice", request(*given, **more))
    return caught.value.reason


def test_a_market_order_walks_through_the_ladder_and_what_is_left_expires(venue: Exchange) -> None:
    venue.ladder(SPOT, BTC, [], [(Decimal(100), Decimal("0.5")), (Decimal(101), Decimal("0.25"))], last=Decimal(100))
    order = spot(venue, "BUY", "1")
    assert (order.status, order.filled, order.spent) == (Status.EXPIRED, Decimal("0.75"), Decimal("75.25"))
    assert [(trade.price, trade.quantity) for trade in venue.trades("alice", SPOT)] == [
        (Decimal(100), Decimal("0.5")), (Decimal(101), Decimal("0.25")),
    ]  # fmt: skip
    assert spot(venue, "BUY", "1").filled == 0, "the depth is used up until a new price is set"


def test_a_limit_order_takes_what_it_can_and_rests_with_its_money_locked(venue: Exchange) -> None:
    venue.price(SPOT, BTC, "99", "100", ask_size="0.5")
    order = spot(venue, "BUY", "2", price="100")
    assert (order.status, order.filled) == (Status.PARTIAL, Decimal("0.5"))
    money = venue.wallets.balance("alice", SPOT, "USDT")
    assert (money.free, money.locked) == (Decimal(9800), Decimal(150))
    venue.price(SPOT, BTC, "98", "99.5", ask_size="1")
    assert now(venue, order).filled == Decimal("1.5"), "as far as the depth goes"
    venue.price(SPOT, BTC, "98", "100")
    assert status(venue, order) is Status.FILLED
    assert now(venue, order).spent == 200, "a maker trades at its own price"
    assert venue.wallets.balance("alice", SPOT, "USDT").locked == 0


def test_an_order_that_the_price_does_not_reach_stays(venue: Exchange) -> None:
    order = spot(venue, "BUY", "0.1", price="59000")
    venue.price(SPOT, BTC, "59000", "59000.01")
    assert status(venue, order) is Status.NEW
    venue.cancel("alice", order)
    assert free(venue, SPOT) == 10_000
    with pytest.raises(Refusal, match="done_already"):
        venue.cancel("alice", order)


@pytest.mark.parametrize(
    ("force", "size", "expected"),
    [
        (Force.IOC, "0.4", (Status.EXPIRED, Decimal("0.4"))),
        (Force.FOK, "0.4", (Status.EXPIRED, Decimal(0))),
        (Force.FOK, "1", (Status.FILLED, Decimal(1))),
        (Force.IOC, "1", (Status.FILLED, Decimal(1))),
    ],
)
def test_what_may_not_rest(venue: Exchange, force: Force, size: str, expected: tuple[Status, Decimal]) -> None:
    venue.price(SPOT, BTC, "99", "100", ask_size=size)
    order = spot(venue, "BUY", "1", price="100", force=force)
    assert (order.status, order.filled) == expected
    assert venue.wallets.balance("alice", SPOT, "USDT").locked == 0


def test_post_only_rests_or_is_refused(venue: Exchange) -> None:
    venue.price(SPOT, BTC, "99", "100")
    assert refusal(venue, SPOT, "BUY", "1", price="100", force=Force.POST_ONLY) is Reason.WOULD_TAKE
    assert spot(venue, "BUY", "1", price="99", force=Force.POST_ONLY).status is Status.NEW
    soft = spot(venue, "BUY", "1", price="100", force=Force.POST_ONLY, expire_taker=True)
    assert (soft.status, soft.filled) == (Status.EXPIRED, 0)


@pytest.mark.parametrize(
    ("mode", "bought", "sold"),
    [
        (FeeMode.RECEIVED, ("0.001", "BTC"), ("0.1", "USDT")),
        (FeeMode.QUOTE, ("0.1", "USDT"), ("0.1", "USDT")),
        (FeeMode.THIRD, ("0.0005", "BNB"), ("0.0005", "BNB")),
    ],
)
def test_a_fee_is_taken_in_what_the_account_pays_in(
    venue: Exchange, mode: FeeMode, bought: tuple[str, str], sold: tuple[str, str]
) -> None:
    venue.open_account(replace(ALICE, fee_mode=mode, third_rate=Decimal(200)))
    venue.deposit("alice", SPOT, "BNB", Decimal(1))
    venue.price(SPOT, BTC, "100", "100")
    spot(venue, "BUY", "1")
    got = free(venue, SPOT, "BTC")
    spot(venue, "SELL", "0.99")
    trades = venue.trades("alice", SPOT)
    assert (trades[0].fee, trades[0].fee_asset) == (Decimal(bought[0]), bought[1])
    assert got == 1 - (Decimal("0.001") if mode is FeeMode.RECEIVED else 0)
    assert (trades[1].fee / Decimal("0.99"), trades[1].fee_asset) == (Decimal(sold[0]), sold[1])


def test_a_budget_buys_whole_steps(venue: Exchange) -> None:
    venue.price(SPOT, "DOGEUSDT", "0.3", "0.3")
    order = spot(venue, "BUY", symbol="DOGEUSDT", quote_quantity="100")
    assert (order.status, order.filled, order.spent) == (Status.FILLED, Decimal(333), Decimal("99.9"))


@pytest.mark.parametrize(
    ("market", "given", "reason"),
    [
        (SPOT, {"quantity": "1", "symbol": "NOSUCH"}, Reason.SYMBOL_UNKNOWN),
        (SPOT, {"quantity": "1", "price": "100.001"}, Reason.BAD_TICK),
        (SPOT, {"quantity": "0.000001"}, Reason.BAD_STEP),
        (SPOT, {"quantity": "0"}, Reason.QUANTITY_RANGE),
        (SPOT, {"quantity": "0.00008"}, Reason.MIN_NOTIONAL),
        (SPOT, {"quantity": "1"}, Reason.FUNDS),
        (SPOT, {"quantity": "1", "price": "59000"}, Reason.FUNDS),
        (SPOT, {"quantity": "0.01", "price": "300001"}, Reason.PRICE_BAND),
        (SPOT, {"quantity": "0.01", "trigger": Trigger.STOP, "trigger_price": "59000"}, Reason.WOULD_TRIGGER),
        (LINEAR, {"quantity": "4"}, Reason.MARGIN),
        (LINEAR, {"quantity": "0.001"}, Reason.MIN_NOTIONAL),
        (LINEAR, {"quantity": "0.01", "reduce_only": True}, Reason.REDUCE_ONLY),
        (LINEAR, {"quantity": "0.01", "position_side": "LONG"}, Reason.POSITION_MODE),
        (LINEAR, {"quantity": "0.01", "price": "67000"}, Reason.PRICE_BAND),
    ],
)
def test_refusals(venue: Exchange, market: Market, given: dict[str, Any], reason: Reason) -> None:
    if "position_side" in given:
        from tests.exchange.model import PositionSide

        given = {**given, "position_side": PositionSide(given["position_side"])}
    assert refusal(venue, market, "BUY", **given) is reason
    assert venue.orders("alice", market) == [], "a refusal leaves nothing behind"
    assert free(venue, market) == 10_000


def test_a_delisted_symbol_takes_no_orders(venue: Exchange) -> None:
    venue.list_instrument(replace(venue.instrument(SPOT, BTC), trading=False))
    assert refusal(venue, SPOT, "BUY", "0.01") is Reason.NOT_TRADING


def test_the_newest_order_with_a_client_id_is_found_and_only_by_its_owner(venue: Exchange) -> None:
    first, second = (spot(venue, "BUY", "0.001", client_id="same") for _ in range(2))
    assert venue.find("alice", SPOT, client_id="same").id == second.id
    assert venue.find("alice", SPOT, id=first.id).id == first.id
    with pytest.raises(Refusal, match="not_found"):
        venue.find("bob", SPOT, id=first.id)


def test_a_scripted_fill_and_an_order_the_venue_ends_itself(venue: Exchange) -> None:
    order = spot(venue, "BUY", "1", price="100.00", symbol="SOLUSDT")
    for _ in range(3):
        venue.fill(order.id, Decimal("0.2"), Decimal(100))
    assert (now(venue, order).filled, status(venue, order)) == (Decimal("0.6"), Status.PARTIAL)
    assert venue.wallets.balance("alice", SPOT, "USDT").locked == 40
    venue.expire(order.id)
    assert status(venue, order) is Status.EXPIRED
    assert venue.wallets.balance("alice", SPOT, "USDT").locked == 0
    with pytest.raises(Refusal, match="done_already"):
        venue.fill(order.id, Decimal("0.2"), Decimal(100))


def test_an_overfill_is_possible_as_on_real_venues(venue: Exchange) -> None:
    order = linear(venue, "BUY", "1", price="140.00", symbol="SOLUSDT")
    venue.fill(order.id, Decimal("1.5"), Decimal(140))
    assert (now(venue, order).filled, status(venue, order)) == (Decimal("1.5"), Status.FILLED)


def test_listeners_hear_of_what_was_committed_and_of_nothing_else(venue: Exchange) -> None:
    heard: list[Happening] = []
    venue.listeners.append(heard.append)
    refusal(venue, SPOT, "BUY", "1")
    assert heard == []
    with pytest.raises(RuntimeError), venue.change():
        spot(venue, "BUY", "0.01")
        venue.wallets.move("alice", SPOT, "USDT", Decimal(1))
        raise RuntimeError
    assert heard == []
    assert free(venue, SPOT) == 10_000
    spot(venue, "BUY", "0.01")
    assert [one.what for one in heard] == [What.ORDER, What.TRADE, What.BALANCE, What.BALANCE, What.BALANCE]


def test_another_process_goes_on_with_the_same_file(tmp_path: Path) -> None:
    path = str(tmp_path / "venue.sqlite")
    venue = exchange(path=path)
    venue.lag = 0.5
    order = linear(venue, "SELL", "0.01", client_id="kept")
    venue.store.close()
    again = exchange(path=path)
    assert again.lag == 0.5
    assert again.store.orders.get(client_id="kept") == order
    assert again.positions("alice")[0].quantity == Decimal("-0.01")
    assert spot(again, "BUY", "0.01").id == order.id + 1
    again.store.close()
