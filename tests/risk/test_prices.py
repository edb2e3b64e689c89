"""What a signal's words become: orders, stop and targets on the grid, or the contradiction named."""

from __future__ import annotations

from typing import Any

import pytest

from engine.errors import Code
from engine.types import Direction, Entry, OrderType, PlannedOrder, Preset, Quote, Target
from tests.risk.build import (
    EURUSD,
    USDJPY,
    D,
    account,
    at,
    instrument,
    long,
    percent,
    pips,
    planned,
    points,
    quote,
    refused,
    short,
    targets,
)

case = pytest.param
MARKET, LIMIT, STOP, STOP_LIMIT = OrderType.MARKET, OrderType.LIMIT, OrderType.STOP, OrderType.STOP_LIMIT


def told(order: PlannedOrder) -> tuple[str, str | None, str | None]:
    text = tuple(None if p is None else str(p) for p in (order.price, order.trigger))
    return order.order_type.value, *text


@pytest.mark.parametrize(
    ("entry", "market", "order"),
    [
        case(long(), quote("100"), ("market", None, None), id="no entry is the market"),
        case(long(order_type=MARKET, entries=points("98")), quote("100"), ("market", None, None), id="now @ 98"),
        case(long(order_type=LIMIT, entries=points("98.005")), quote("100"), ("limit", "98.00", None), id="limit"),
        case(long(order_type=LIMIT, entries=points("99.9")), quote("100"), ("limit", "99.90", None), id="near limit"),
        case(long(order_type=STOP, entries=points("102.005")), quote("100"), ("stop", None, "102.01"), id="stop"),
        case(
            long(order_type=STOP_LIMIT, entries=points("102")),
            quote("100"),
            ("stop_limit", "102.00", "102.00"),
            id="stop limit",
        ),
        case(long(order_type=STOP, entries=points("99.8")), quote("100"), ("market", None, None), id="just broken"),
        case(long(order_type=STOP, entries=points("100")), quote("100"), ("market", None, None), id="breaking now"),
        case(long(entries=points("100")), quote("100.3"), ("market", None, None), id="exactly 0.3 %"),
        case(long(entries=points("99.71")), quote("100"), ("market", None, None), id="within 0.3 %"),
        case(long(entries=points("99.70")), quote("100"), ("limit", "99.70", None), id="beyond 0.3 %"),
        case(long(entries=points("103")), quote("100"), ("market", None, None), id="better than asked"),
        case(long(entries=points("99-101")), quote("100"), ("market", None, None), id="inside the zone"),
        case(long(entries=points("97-98")), quote("100"), ("limit", "97.50", None), id="above the zone"),
        case(long(entries=points("99-99.75")), quote("100"), ("market", None, None), id="near the zone"),
        case(short(entries=points("100.25")), quote("100"), ("market", None, None), id="short near"),
        case(short(entries=points("100.35")), quote("100"), ("limit", "100.35", None), id="short beyond"),
        case(short(entries=points("102-103.01")), quote("100"), ("limit", "102.51", None), id="short zone"),
        case(short(order_type=STOP, entries=points("98.005")), quote("100"), ("stop", None, "98.00"), id="short stop"),
        case(long(entries=points("99.9")), quote("99", "100.5"), ("limit", "99.90", None), id="a buy looks at the ask"),
    ],
)
def test_entry_order(entry: Entry, market: Quote, order: tuple[str, str | None, str | None]) -> None:
    (only,) = planned(entry, quote=market).orders
    assert told(only) == order
    assert only.leg == "E1"


@pytest.mark.parametrize(
    ("entry", "legs"),
    [
        case(
            long(entries=points("97", "100", "98")),
            [("E1", MARKET, None), ("E2", LIMIT, "98.00"), ("E3", LIMIT, "97.00")],
            id="a buy falls through them",
        ),
        case(
            short(entries=points("103", "102")), [("E1", LIMIT, "102.00"), ("E2", LIMIT, "103.00")], id="a sale rises"
        ),
        case(
            long(order_type=STOP, entries=points("103", "102")),
            [("E1", STOP, "102.00"), ("E2", STOP, "103.00")],
            id="a breakout rises",
        ),
        case(
            short(order_type=STOP, entries=points("97", "98")),
            [("E1", STOP, "98.00"), ("E2", STOP, "97.00")],
            id="a breakdown falls",
        ),
    ],
)
def test_several_entries_share_evenly_nearest_first(
    entry: Entry, legs: list[tuple[str, OrderType, str | None]]
) -> None:
    orders = planned(entry).orders
    prices = [o.price or o.trigger for o in orders]
    assert [(o.leg, o.order_type, p and str(p)) for o, p in zip(orders, prices, strict=True)] == legs
    assert len({o.quantity for o in orders}) == 1


@pytest.mark.parametrize(
    ("entry", "preset", "stop"),
    [
        case(long(stop_loss=at("95.001")), {}, "95.01", id="price, to the tighter tick"),
        case(short(stop_loss=at("105.009")), {}, "105.00", id="short price, to the tighter tick"),
        case(long(stop_loss=pips("250")), {}, "97.50", id="pips"),
        case(short(stop_loss=pips("250")), {}, "102.50", id="short pips"),
        case(long(stop_loss=percent("2")), {}, "98.00", id="percent"),
        case(short(stop_loss=percent("2")), {}, "102.00", id="short percent"),
        case(long(stop_loss=None), {"default_sl_pips": D(300)}, "97.00", id="the preset's default"),
        case(long(stop_loss=at("96")), {"default_sl_pips": D(300)}, "96", id="the signal's own goes first"),
    ],
)
def test_stop(entry: Entry, preset: dict[str, Any], stop: str) -> None:
    assert planned(entry, preset=Preset(**preset)).stop == D(stop)


def test_a_distance_is_measured_from_the_average_of_the_entries() -> None:
    entry = long(order_type=LIMIT, entries=points("100", "98"), stop_loss=percent("2"))
    assert planned(entry).stop == D("97.02")  # 99 less 2 %


def test_no_stop_no_trade() -> None:
    assert refused(long(stop_loss=None)).code == Code.NO_STOP


@pytest.mark.parametrize(
    ("pair", "bid", "stop"),
    [
        case(EURUSD, "1.0850", "1.08000", id="a pip of the euro"),
        case(USDJPY, "150.00", "149.500", id="a pip of the yen"),
    ],
)
def test_fifty_pips(pair: Any, bid: str, stop: str) -> None:
    answer = planned(long(stop_loss=pips("50")), instrument=pair, quote=quote(bid), account=account("1000000000"))
    assert str(answer.stop) == stop


@pytest.mark.parametrize(
    ("entry", "ladder"),
    [
        case(long(), [], id="none"),
        case(long(take_profits=targets("110", "105")), [("105", "50"), ("110", "50")], id="nearest first"),
        case(
            short(take_profits=targets("90", "95", "85")),
            [("95", "33.33"), ("90", "33.33"), ("85", "33.34")],
            id="equal shares add up to 100",
        ),
        case(
            long(take_profits=targets("110:20", "105:80")),
            [("105", "80"), ("110", "20")],
            id="a share stays with its price",
        ),
        case(long(take_profits=targets("105:30", "110:30")), [("105", "30"), ("110", "30")], id="the rest runs"),
        case(long(take_profits=targets("105:90", "110:90")), [("105", "50"), ("110", "50")], id="over 100"),
        case(long(take_profits=targets("105:90", "110")), [("105", "50"), ("110", "50")], id="incomplete"),
        case(long(take_profits=targets("105:0", "110:100")), [("105", "50"), ("110", "50")], id="a share of 0"),
        case(long(take_profits=targets("105:50", "110:50")), [("105", "50"), ("110", "50")], id="exactly 100"),
        case(long(take_profits=(Target(level=pips("333")),)), [("103.33", "100")], id="pips"),
        case(short(take_profits=(Target(level=percent("3")),)), [("97", "100")], id="short percent"),
        case(long(take_profits=targets("105.009")), [("105", "100")], id="to the nearer tick"),
        case(short(take_profits=targets("95.001")), [("95.01", "100")], id="short, to the nearer tick"),
    ],
)
def test_targets(entry: Entry, ladder: list[tuple[str, str]]) -> None:
    rungs = planned(entry).rungs
    assert [(r.price, r.share) for r in rungs] == [(D(p), D(s)) for p, s in ladder]
    assert [r.level for r in rungs] == list(range(1, len(ladder) + 1))


@pytest.mark.parametrize(
    ("entry", "market", "code", "details"),
    [
        case(
            long(order_type=LIMIT, entries=points("57450"), stop_loss=at("59200")),
            quote("57400"),
            Code.INCONSISTENT,
            {"entry": "57450", "stop": "59200"},
            id="M06 a long's stop above its entry",
        ),
        case(
            long(entries=points("100"), stop_loss=at("100")),
            quote("100"),
            Code.INCONSISTENT,
            {"entry": "100", "stop": "100"},
            id="stop at the entry",
        ),
        case(
            long(entries=points("100"), take_profits=targets("99")),
            quote("98"),
            Code.INCONSISTENT,
            {"entry": "100", "target": "99"},
            id="target below a long's entry",
        ),
        case(
            short(entries=points("100"), take_profits=targets("90", "101")),
            quote("100"),
            Code.INCONSISTENT,
            {"entry": "100", "target": "101"},
            id="one target above a short's entry",
        ),
        case(
            long(entries=points("94-100")),
            quote("100"),
            Code.INCONSISTENT,
            {"entry": "94", "stop": "95"},
            id="stop inside the zone",
        ),
        case(
            long(order_type=LIMIT, entries=points("100", "94")),
            quote("100"),
            Code.INCONSISTENT,
            {"entry": "94", "stop": "95"},
            id="an entry beyond the stop",
        ),
        case(
            long(take_profits=targets("100.05")),
            quote("100", "100.1"),
            Code.INCONSISTENT,
            {"entry": "100.1", "target": "100.05"},
            id="a target inside the spread",
        ),
        case(
            long(order_type=STOP, entries=points("99.5")),
            quote("100"),
            Code.INCONSISTENT,
            {"entry": "99.5", "market": "100"},
            id="a breakout long gone",
        ),
        case(long(), quote("95"), Code.STOP_PASSED, {"stop": "95", "market": "95"}, id="stop reached"),
        case(
            short(),
            quote("104.9", "105.1"),
            Code.STOP_PASSED,
            {"stop": "105", "market": "105.1"},
            id="a short's stop counts on the ask",
        ),
        case(
            long(entries=points("97"), take_profits=targets("100")),
            quote("100"),
            Code.TARGET_PASSED,
            {"target": "100", "market": "100"},
            id="first target reached",
        ),
        case(
            long(order_type=STOP, entries=points("105"), take_profits=targets("110")),
            quote("110"),
            Code.TARGET_PASSED,
            {"target": "110", "market": "110"},
            id="breakout and target passed",
        ),
        case(
            long(order_type=LIMIT, entries=points("100"), take_profits=targets("105")),
            quote("105"),
            Code.TARGET_PASSED,
            {"target": "105", "market": "105"},
            id="a limit whose target was reached without it",
        ),
        case(
            long(order_type=LIMIT, entries=points("100"), take_profits=targets("100")),
            quote("99"),
            Code.INCONSISTENT,
            {"entry": "100", "target": "100"},
            id="target at the entry",
        ),
        case(
            long(order_type=STOP, entries=points("99.9", "105"), stop_loss=at("99.5")),
            quote("99", "100"),
            Code.STOP_PASSED,
            {"stop": "99.5", "market": "99"},
            id="only breakouts that wait may start beyond their stop",
        ),
        case(
            long(entries=points("79")), quote("100"), Code.PRICE_BAND, {"price": "79", "market": "100"}, id="M10 entry"
        ),
        case(
            long(order_type=MARKET, entries=points("125")),
            quote("100"),
            Code.PRICE_BAND,
            {"price": "125", "market": "100"},
            id="M10 stated price of a market order",
        ),
        case(
            long(stop_loss=at("79.99")),
            quote("100"),
            Code.PRICE_BAND,
            {"price": "79.99", "market": "100"},
            id="M10 stop",
        ),
        case(
            long(entries=points("0.1"), stop_loss=at("0.09"), take_profits=targets("0.12")),
            quote("100"),
            Code.PRICE_BAND,
            {"price": "0.1", "market": "100"},
            id="M10 another symbol, not a passed target",
        ),
        case(
            long(take_profits=targets("110", "1000.01")),
            quote("100"),
            Code.PRICE_BAND,
            {"price": "1000.01", "market": "100"},
            id="target over ten times the market",
        ),
        case(
            short(take_profits=targets("90", "9.99")),
            quote("100"),
            Code.PRICE_BAND,
            {"price": "9.99", "market": "100"},
            id="target under a tenth of the market",
        ),
    ],
)
def test_contradictions_are_named(entry: Entry, market: Quote, code: Code, details: dict[str, str]) -> None:
    refusal = refused(entry, quote=market)
    assert (refusal.code, refusal.details) == (code, details)


@pytest.mark.parametrize(
    ("entry", "market"),
    [
        case(long(stop_loss=at("80")), quote("100"), id="stop at exactly 20 %"),
        case(long(take_profits=targets("180", "1000")), quote("100"), id="far targets of a runner"),
        case(short(take_profits=targets("60", "10")), quote("100"), id="far targets of a short"),
        case(long(take_profits=targets("100.5")), quote("100"), id="a scalp"),
        case(
            long(order_type=STOP, entries=points("100"), stop_loss=at("97")),
            quote("96"),
            id="a breakout starts from beyond its stop",
        ),
        case(long(stop_loss=at("95")), quote("95.01"), id="one tick before the stop"),
    ],
)
def test_odd_but_sound(entry: Entry, market: Quote) -> None:
    planned(entry, quote=market)


def test_nobody_sells_short_on_a_spot_market() -> None:
    assert refused(short(), instrument=instrument(margin=False)).code == Code.SHORT_NOT_POSSIBLE
    assert planned(long(), instrument=instrument(margin=False)).direction is Direction.BUY
