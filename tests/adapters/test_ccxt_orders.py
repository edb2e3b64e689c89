"""Orders in ccxt's words and back: figures survive, the unproven is refused, no report says more than it shows."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from bot.clock import SystemClock
from engine.adapters import ccxt_orders as words
from engine.adapters import ccxt_reports as answers
from engine.adapters.ccxt_abilities import Abilities, abilities
from engine.adapters.ccxt_quirks import quirks
from engine.errors import Code, VenueRefused
from engine.types import Direction, Instrument, OrderRequest, OrderState, OrderType, TimeInForce
from tests.clocks import NOON

D = Decimal
BUY, SELL = Direction.BUY, Direction.SELL
STEPS = ("0.00000001", "0.001", "0.5", "1", "10", "0.25")


def able(exchange: str = "binance", market: str = "swap", **changes: Any) -> Abilities:
    found = abilities(exchange, market)
    assert found is not None
    return replace(found, **changes)


def listed(**changes: Any) -> Instrument:
    fields: dict[str, Any] = {
        "symbol": "BTC/USDT:USDT", "base": "BTC", "quote": "USDT", "tick_size": D("0.1"), "lot_step": D("0.001"),
        "min_qty": D("0.001"), "min_notional": D(5), "pip_size": D("0.1"), "max_qty": D(1000), "max_leverage": 20,
    }  # fmt: skip
    return Instrument(**{**fields, **changes})


def request(quantity: str = "0.1", direction: Direction = BUY, **changes: Any) -> OrderRequest:
    fields: dict[str, Any] = {
        "client_order_id": "s" + "a" * 26, "symbol": "BTC/USDT:USDT", "direction": direction,
        "order_type": OrderType.MARKET, "quantity": D(quantity),
    }  # fmt: skip
    return OrderRequest(**{**fields, **changes})


def sent(one: OrderRequest, rules: Abilities, instrument: Instrument | None = None, **more: Any) -> words.Arguments:
    return words.arguments(one, instrument or listed(), rules, quirks(rules.exchange), name="ours", **more)


# --- going out -------------------------------------------------------------------------------------


@given(
    step=st.sampled_from(STEPS), tick=st.sampled_from(STEPS), contract=st.sampled_from(("1", "0.001", "10", "0.1")),
    steps=st.integers(1, 10**7), ticks=st.integers(1, 10**7), direction=st.sampled_from(list(Direction)),
)  # fmt: skip
def test_F21_figures_arrive_as_they_were_meant(
    step: str, tick: str, contract: str, steps: int, ticks: int, direction: Direction
) -> None:
    """Whatever the market: amount times contract size is the quantity, the price is the price, both plain text."""
    lot = D(step) * D(contract)
    instrument = listed(tick_size=D(tick), lot_step=lot, contract_size=D(contract))
    one = replace(request(direction=direction), quantity=lot * steps, price=D(tick) * ticks, order_type=OrderType.LIMIT)
    arguments = sent(one, able(), instrument)
    assert D(arguments.amount) * D(contract) == one.quantity
    assert arguments.price is not None
    assert D(arguments.price) == one.price
    assert "E" not in (arguments.amount + arguments.price).upper()
    assert (arguments.kind, arguments.side, arguments.params) == ("limit", direction.value, {"clientOrderId": "ours"})


@given(step=st.sampled_from(STEPS), units=st.decimals("0.00000001", "100000", places=8))
def test_F21_what_is_off_the_step_never_leaves(step: str, units: Decimal) -> None:
    assume(units % D(step))
    with pytest.raises(VenueRefused) as refused:
        sent(replace(request(), quantity=units), able(), listed(lot_step=D(step)))
    assert refused.value.code is Code.VENUE_REFUSED


@given(step=st.sampled_from(STEPS), tick=st.sampled_from(STEPS), units=st.decimals("0.00000001", "100000", places=8),
       trigger=st.decimals("1", "100000", places=4))  # fmt: skip
def test_F52_what_reduces_is_made_to_fit_and_never_grows(
    step: str, tick: str, units: Decimal, trigger: Decimal
) -> None:
    instrument = listed(lot_step=D(step), tick_size=D(tick))
    one = replace(request(direction=SELL, reduce_only=True), quantity=units, trigger=trigger, order_type=OrderType.STOP)
    try:
        quantity, at = words.fitted(one, instrument)
    except VenueRefused as refusal:
        assert refusal.code is Code.MIN_QTY or round(trigger / D(tick)) == 0
        return
    assert at is not None
    assert units - D(step) < quantity <= units
    assert quantity % D(step) == 0
    assert at % D(tick) == 0
    assert abs(at - trigger) <= D(tick) / 2


def test_a_stop_goes_out_in_the_measured_form_only() -> None:
    one = request(direction=SELL, reduce_only=True, order_type=OrderType.STOP, trigger=D(60_000))
    arguments = sent(one, able())
    assert (arguments.kind, arguments.price) == ("market", None)
    assert arguments.params == {"clientOrderId": "ours", "reduceOnly": True, "stopLossPrice": "60000"}
    mexc = sent(one, able("mexc"))
    assert mexc.params == {"clientOrderId": "ours", "reduceOnly": True, "triggerPrice": "60000", "triggerType": "2"}
    with pytest.raises(VenueRefused):
        sent(one, able("mexc", stop=None))


def test_a_stop_that_opens_goes_only_where_it_was_seen_to_rest() -> None:
    one = request(order_type=OrderType.STOP, trigger=D(70_000))
    assert sent(one, able()).params == {"clientOrderId": "ours", "triggerPrice": "70000"}
    bybit = sent(one, able("bybit")).params
    assert bybit == {"clientOrderId": "ours", "triggerPrice": "70000", "triggerDirection": "ascending"}
    down = sent(replace(one, direction=SELL), able("bybit")).params
    assert down["triggerDirection"] == "descending"
    with pytest.raises(VenueRefused):
        sent(one, able("okx"))


def test_a_force_that_was_not_proven_is_refused() -> None:
    one = request(order_type=OrderType.LIMIT, price=D(60_000), time_in_force=TimeInForce.FOK)
    assert sent(one, able()).params["timeInForce"] == "FOK"
    with pytest.raises(VenueRefused) as refused:
        sent(one, able(fok=False))
    assert refused.value.code is Code.TIME_IN_FORCE
    assert sent(one, able(ioc=False)).params["timeInForce"] == "FOK"


def test_on_a_spot_market_nothing_is_said_of_reducing() -> None:
    rules = able("binance", "spot")
    assert sent(request(direction=SELL, reduce_only=True), rules).params == {"clientOrderId": "ours"}


def test_a_market_order_names_a_price_only_where_it_has_to() -> None:
    assert sent(request(), able(), market_price=D("64000.04")).price is None
    assert sent(request(), able(market_needs_price=True), market_price=D("64000.04")).price == "64000"
    with pytest.raises(VenueRefused) as refused:
        sent(request(), able(market_needs_price=True))
    assert refused.value.code is Code.NO_PRICE
    by_cost = able("gate", "spot")
    assert sent(request(), by_cost, market_price=D(64_000)).price == "64000"
    assert sent(request(direction=SELL), by_cost).price is None


def test_an_amount_that_has_to_be_a_number_is_exact_or_refused() -> None:
    rules = able(counts_in_numbers=True)
    assert sent(request("3"), rules, listed(lot_step=D(1))).amount == 3
    assert sent(request("0.3"), rules).amount == 0.3
    fine = listed(lot_step=D("0.00000000000000000001"))
    with pytest.raises(VenueRefused):
        sent(request("0.12345678901234567891"), rules, fine)


def test_hedge_mode_is_said() -> None:
    params = sent(request(direction=SELL, reduce_only=True), able(), hedged=True).params
    assert params == {"clientOrderId": "ours", "reduceOnly": True, "hedged": True}


@pytest.mark.parametrize(
    ("leverage", "margin", "fine"),
    [(1, True, True), (20, True, True), (21, True, False), (0, True, False), (1, False, True), (2, False, False)],
)
def test_leverage_has_bounds(leverage: int, margin: bool, fine: bool) -> None:
    if fine:
        words.check_leverage(leverage, listed(margin=margin))
        return
    with pytest.raises(VenueRefused) as refused:
        words.check_leverage(leverage, listed(margin=margin))
    assert refused.value.code is Code.LEVERAGE


# --- coming back -----------------------------------------------------------------------------------


def answer(status: str = "closed", amount: str = "2", filled: str | None = "2", **more: Any) -> dict[str, Any]:
    return {"id": "77", "status": status, "amount": amount, "filled": filled, **more}


def trade(number: str, amount: str, **more: Any) -> dict[str, Any]:
    return {"id": number, "order": "77", "amount": amount, "price": "100", "timestamp": 1_795_000_000_000, **more}


def told(order: dict[str, Any], *trades: dict[str, Any], contract: str = "1", **more: Any) -> Any:
    instrument = listed(contract_size=D(contract))
    fills = answers.fills_of(trades, "77", instrument, otherwise_at=NOON)
    return answers.report(order, "ours", instrument, fills, **more)


@pytest.mark.parametrize(
    ("order", "trades", "state"),
    [
        (answer("open", filled="0"), (), OrderState.ACKED),
        (answer("canceling", filled=None), (), OrderState.ACKED),
        (answer("open", filled="0.5"), (trade("1", "0.5"),), OrderState.PARTIAL),
        (answer(), (trade("1", "2"),), OrderState.FILLED),
        (answer("canceled", filled="0.5"), (trade("1", "0.5"),), OrderState.CANCELLED),
        (answer("canceled"), (trade("1", "2"),), OrderState.FILLED),
        (answer("closed", filled="0.5"), (trade("1", "0.5"),), OrderState.CANCELLED),
        (answer("expired", filled="0"), (), OrderState.EXPIRED),
        (answer("expired", filled="0", timeInForce="IOC"), (), OrderState.CANCELLED),
        (answer("rejected", filled="0"), (), OrderState.REJECTED),
    ],
)
def test_the_state_of_an_order(order: dict[str, Any], trades: tuple[Any, ...], state: OrderState) -> None:
    report = told(order, *trades)
    assert report.state is state
    assert report.filled == sum((fill.quantity for fill in report.fills), D(0))


@pytest.mark.parametrize("status", ["closed", "canceled", "expired", "open"])
def test_an_order_whose_trades_are_not_shown_yet_is_not_over(status: str) -> None:
    assert told(answer(status)).state is OrderState.ACKED
    some = told(answer(status), trade("1", "0.5"))
    assert (some.state, some.filled) == (OrderState.PARTIAL, D("0.5"))


def test_more_than_ordered_is_what_the_venue_says() -> None:
    report = told(answer(filled="3"), trade("1", "3"))
    assert (report.state, report.filled, report.quantity) == (OrderState.FILLED, 3, 2)


def test_a_purchase_by_cost_is_done_when_it_is_closed() -> None:
    assert told(answer(filled="1.99"), trade("1", "1.99"), by_cost=True).state is OrderState.FILLED
    assert told(answer(filled="1.99"), trade("1", "1.99")).state is OrderState.CANCELLED


def test_contracts_become_base_units() -> None:
    report = told(answer("open", "30", "20"), trade("1", "20"), contract="0.01")
    assert (report.quantity, report.filled, report.fills[0].quantity) == (D("0.30"), D("0.20"), D("0.20"))


def test_fills_count_once_are_in_order_and_belong_to_this_order() -> None:
    trades = (
        trade("2", "1", timestamp=1_795_000_001_000),
        trade("1", "1"),
        trade("1", "1"),
        trade("9", "5", order="8"),
    )
    fills = told(answer(), *trades).fills
    assert [fill.trade_id for fill in fills] == ["BTC/USDT:USDT#1", "BTC/USDT:USDT#2"]


@pytest.mark.parametrize(
    ("given_", "fee", "currency"),
    [
        ({}, "0", "USDT"),
        ({"fee": {"cost": "0.1", "currency": "BNB"}}, "0.1", "BNB"),
        ({"fee": {"cost": "-0.1", "currency": "USDT"}}, "0", "USDT"),
        ({"fee": {"cost": None, "currency": "USDT"}}, "0", "USDT"),
        ({"fee": {"cost": "0.1"}}, "0.1", "USDT"),
        ({"fees": [{"cost": "1", "currency": "USDT"}, {"cost": "0.002", "currency": "BTC"}]}, "0.002", "BTC"),
    ],
)
def test_F20_fees_as_they_come(given_: dict[str, Any], fee: str, currency: str) -> None:
    (fill,) = told(answer(), trade("1", "2", **given_)).fills
    assert (fill.fee, fill.fee_currency) == (D(fee), currency)


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=6) | st.sampled_from(("NaN", "1e400")),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=5,
)


@given(st.dictionaries(st.sampled_from(("id", "status", "amount", "filled", "timeInForce")), ANYTHING))
def test_F51_an_answer_that_makes_no_sense_is_never_believed(order: dict[str, Any]) -> None:
    """Either a whole report with finite figures, or ValueError: nothing else comes out."""
    try:
        report = told(order)
    except ValueError:
        return
    assert report.quantity > 0
    assert report.quantity.is_finite()
    assert report.venue_order_id
    assert report.filled == 0


@given(st.dictionaries(st.sampled_from(("id", "order", "amount", "price", "fee", "fees", "timestamp")), ANYTHING))
def test_F51_a_trade_that_makes_no_sense_is_never_believed(one: dict[str, Any]) -> None:
    try:
        fills = answers.fills_of([one], "77", listed(), otherwise_at=SystemClock().now())
    except (ValueError, TypeError, AttributeError):
        return
    assert all(fill.quantity > 0 and fill.price > 0 and fill.fee >= 0 for fill in fills)
