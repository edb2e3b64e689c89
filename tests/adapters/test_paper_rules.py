"""The paper venue's pure rules at their edges: when an order trades, and what is turned away."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from engine.adapters.paper_book import Terms, View, apply_fill, holding, open_profit
from engine.adapters.paper_ledger import Ledger, arrive, free, liquidate
from engine.adapters.paper_matching import is_reached, price_now
from engine.adapters.paper_rules import check_request, reference_price
from engine.errors import Code, VenueRefused
from engine.market.instruments import INSTRUMENTS
from engine.types import Direction, Holding, OrderRequest, OrderState, OrderType, PaperBook, Quote
from tests.adapters.contract import BTC, BUY, SELL, limit, order, stop
from tests.clocks import NOON

D = Decimal
PEPE = "PEPE/USDT"
RULES = INSTRUMENTS[BTC]


def quote(bid: str, ask: str | None = None, symbol: str = BTC) -> Quote:
    return Quote(symbol=symbol, bid=D(bid), ask=D(ask or bid), at=NOON)


def book(balance: str = "10000", *held: Holding, leverage: int = 20) -> PaperBook:
    return PaperBook(
        connection_id=1, currency="USDT", balance=D(balance), holdings=held, leverage={BTC: leverage}, version=3
    )


def held(quantity: str, price: str, symbol: str = BTC) -> Holding:
    return Holding(symbol=symbol, quantity=D(quantity), entry_price=D(price))


def view(*quotes: Quote) -> View:
    return View(quotes={q.symbol: q for q in quotes}, instruments=INSTRUMENTS, rates={"USDT": D(1)}, now=NOON)


def ledger(of: PaperBook) -> Ledger:
    return Ledger(book=of, orders={})


FREE_OF_CHARGE = Terms(taker_fee=D(0), maker_fee=D(0))


@pytest.mark.parametrize(
    ("direction", "bid", "ask", "reached"),
    [
        (BUY, "99.8", "99.9", False),
        (BUY, "99.9", "100", True),
        (BUY, "101", "102", True),
        (SELL, "100.1", "100.2", False),
        (SELL, "100", "100.1", True),
        (SELL, "98", "99", True),
    ],
)
def test_a_stop_triggers_when_the_side_it_trades_on_reaches_it(
    direction: Direction, bid: str, ask: str, reached: bool
) -> None:
    assert is_reached(stop(1, direction, "1", "100"), quote(bid, ask)) is reached


def test_an_order_without_a_trigger_needs_none() -> None:
    assert is_reached(limit(1, BUY, "1", "100"), quote("50"))


@pytest.mark.parametrize(
    ("request_", "bid", "ask", "rested", "price"),
    [
        (limit(1, BUY, "1", "100"), "99.9", "100.1", True, None),
        (limit(1, BUY, "1", "100"), "99.9", "100", True, "100"),
        (limit(1, BUY, "1", "100"), "98", "99", True, "100"),
        (limit(1, BUY, "1", "100"), "98", "99", False, "99"),
        (limit(1, SELL, "1", "100"), "99.9", "100.1", True, None),
        (limit(1, SELL, "1", "100"), "100", "100.1", True, "100"),
        (limit(1, SELL, "1", "100"), "101", "102", True, "100"),
        (limit(1, SELL, "1", "100"), "101", "102", False, "101"),
        (order(1, BUY, "1"), "98", "99", True, "99"),
        (order(1, SELL, "1", price="500"), "98", "99", False, "98"),
        (stop(1, BUY, "1", "90"), "98", "99", True, "99"),
    ],
)
def test_the_price_of_a_trade(request_: OrderRequest, bid: str, ask: str, rested: bool, price: str | None) -> None:
    assert price_now(request_, quote(bid, ask), rested=rested) == (None if price is None else D(price))


@pytest.mark.parametrize(
    ("request_", "price"),
    [
        (order(1, BUY, "1"), "101"),
        (limit(1, BUY, "1", "90"), "90"),
        (limit(1, SELL, "1", "120"), "120"),
        (limit(1, SELL, "1", "90"), "100"),
        (stop(1, SELL, "1", "90"), "90"),
        (stop(1, SELL, "1", "90", order_type=OrderType.STOP_LIMIT, price="80"), "80"),
        (order(1, BUY, "1", price="500"), "101"),
    ],
)
def test_an_order_is_valued_where_it_will_trade(request_: OrderRequest, price: str) -> None:
    assert reference_price(request_, quote("100", "101")) == D(price)


@pytest.mark.parametrize(
    "request_",
    [
        order(1, BUY, "1000"),
        limit(1, BUY, "0.001", "5000"),
        order(1, BUY, "0.001", leverage=1),
        order(1, BUY, "0.001", leverage=125),
        order(1, SELL, "400000", symbol=PEPE),
        order(1, BUY, "400000", symbol=PEPE, leverage=1),
        order(1, SELL, "999000", symbol=PEPE, reduce_only=True),
        stop(1, BUY, "0.001", "64000.1"),
        stop(1, SELL, "0.001", "63999.9"),
    ],
    ids=[
        "largest", "least-value", "leverage-1", "most-leverage", "all-that-is-owned", "owned-at-1", "reduce-more",
        "buy-stop-just-above", "sell-stop-just-below",
    ],
)  # fmt: skip
def test_what_is_exactly_at_a_limit_is_taken(request_: OrderRequest) -> None:
    quotes = {BTC: quote("64000"), PEPE: quote("0.0000125", symbol=PEPE)}
    rules = INSTRUMENTS[request_.symbol]
    check_request(request_, rules, quotes[request_.symbol], book("10000", held("400000", "0.00001", PEPE)))


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"order_type": OrderType.LIMIT, "price": "0"}, Code.VENUE_REFUSED),
        ({"order_type": OrderType.LIMIT, "price": "-64000"}, Code.VENUE_REFUSED),
        ({"order_type": OrderType.STOP, "trigger": "0"}, Code.VENUE_REFUSED),
        ({"order_type": OrderType.STOP, "trigger": "64000"}, Code.STOP_PASSED),
        ({"leverage": 126}, Code.LEVERAGE),
        ({"leverage": 0}, Code.LEVERAGE),
    ],
)
def test_what_is_just_past_a_limit_is_not(changes: dict[str, Any], code: Code) -> None:
    with pytest.raises(VenueRefused) as refused:
        check_request(order(1, BUY, "0.001", **changes), RULES, quote("64000"), book())
    assert refused.value.code is code


def test_a_refusal_names_the_limit() -> None:
    with pytest.raises(VenueRefused) as refused:
        check_request(limit(1, BUY, "0.001", "4999.9"), RULES, quote("64000"), book())
    assert refused.value.details == {"limit": "5"}


@pytest.mark.parametrize(
    ("before", "direction", "quantity", "price", "after", "profit"),
    [
        (None, BUY, "1", "100", ("1", "100"), "0"),
        (None, SELL, "1", "100", ("-1", "100"), "0"),
        (("1", "100"), BUY, "3", "104", ("4", "103"), "0"),
        (("-1", "100"), SELL, "3", "104", ("-4", "103"), "0"),
        (("2", "100"), SELL, "0.5", "110", ("1.5", "100"), "5"),
        (("-2", "100"), BUY, "0.5", "110", ("-1.5", "100"), "-5"),
        (("2", "100"), SELL, "2", "90", None, "-20"),
        (("2", "100"), SELL, "3", "110", ("-1", "110"), "20"),
        (("-2", "100"), BUY, "3", "110", ("1", "110"), "-20"),
        (("1", "100"), BUY, "2", "100.1", ("3", "100.0667"), "0.0001"),
    ],
)
def test_a_fill_nets_the_holding(before, direction, quantity, price, after, profit) -> None:  # type: ignore[no-untyped-def]
    had = () if before is None else (held(*before),)
    got = apply_fill(book("1000", *had), RULES, direction, D(quantity), D(price), D("0.25"), D(1))
    assert got.holdings == (() if after is None else (held(*after),))
    assert got.balance == 1000 + D(profit) - D("0.25")


def test_a_fill_leaves_other_holdings_alone() -> None:
    other = held("5", "3000", "ETH/USDT")
    got = apply_fill(book("1000", other), RULES, BUY, D(1), D(100), D(0), D(1))
    assert got.holdings == (other, held("1", "100"))
    assert holding(got, "ETH/USDT") == other


def test_an_order_that_takes_the_last_of_the_margin_is_taken_and_one_lot_more_is_not() -> None:
    now = view(quote("64000"))
    taken = arrive(ledger(book("3200")), order(1, BUY, "1"), now, FREE_OF_CHARGE)
    assert free(taken, now, FREE_OF_CHARGE) == 0
    resting = arrive(ledger(book("3000")), limit(1, BUY, "1", "60000"), now, FREE_OF_CHARGE)
    assert free(resting, now, FREE_OF_CHARGE) == 0
    for balance, request in (("3200", order(1, BUY, "1.001")), ("3000", limit(1, BUY, "1.001", "60000"))):
        with pytest.raises(VenueRefused) as refused:
            arrive(ledger(book(balance)), request, now, FREE_OF_CHARGE)
        assert (refused.value.code, refused.value.details["free"]) == (Code.NO_MARGIN, balance)


def test_an_account_without_free_margin_may_still_close() -> None:
    now = view(quote("62000"))
    full = ledger(book("3200", held("1", "64000")))
    assert free(full, now, FREE_OF_CHARGE) < 0
    closed = arrive(full, order(1, SELL, "0.4"), now, FREE_OF_CHARGE)
    assert closed.orders["o1"].state is OrderState.FILLED
    rested = arrive(full, limit(2, SELL, "1", "65000"), now, FREE_OF_CHARGE)
    assert rested.orders["o2"].state is OrderState.ACKED


def test_turning_round_needs_margin_for_the_new_side_only() -> None:
    now = view(quote("64000"))
    after = arrive(ledger(book("3600", held("0.5", "64000"))), order(1, SELL, "1"), now, FREE_OF_CHARGE)
    assert after.book.holdings == (held("-0.5", "64000"),)
    with pytest.raises(VenueRefused):
        arrive(ledger(book("3600", held("0.5", "64000"))), order(1, SELL, "1.7"), now, FREE_OF_CHARGE)


@pytest.mark.parametrize(("quantity", "carried", "gone"), [("1", "61000", "60999.9"), ("-1", "67000", "67000.1")])
def test_liquidation_starts_just_below_what_is_needed(quantity: str, carried: str, gone: str) -> None:
    terms = Terms(maintenance=D(0), taker_fee=D(0))
    start = ledger(book("3000", held(quantity, "64000")))
    assert liquidate(start, view(quote(carried)), terms) == start
    after = liquidate(start, view(quote(gone)), terms)
    (closing,) = after.orders.values()
    assert after.book.holdings == ()
    assert after.book.balance == D("-0.1")
    assert (closing.request.direction.sign, closing.request.reduce_only) == (-D(quantity), True)
    assert closing.request.client_order_id == f"liquidation-3-{BTC}"


@pytest.mark.parametrize(("quantity", "profit"), [("2", "-2"), ("-2", "-4")])
def test_open_profit_is_what_closing_now_would_bring(quantity: str, profit: str) -> None:
    assert open_profit(held(quantity, "100"), view(quote("99", "102"))) == D(profit)
