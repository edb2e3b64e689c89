"""Slices of a ladder: on the step, tradable, and together the position (F23)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.risk.ladder import is_tradable, ladder, rung_quantities, shares
from engine.types import Instrument, Rung
from tests.risk.build import D, instrument, long, notes, planned, rungs, targets

case = pytest.param


@pytest.mark.parametrize(
    ("original", "prices", "venue", "quantities"),
    [
        case("10", ("110:30", "120:40", "130:30"), {}, ["3", "4", "3"], id="of the original, nothing left"),
        case(
            "1", ("110:33.33", "120:33.33", "130:33.34"), {}, ["0.333", "0.333", "0.334"], id="the last takes the rest"
        ),
        case("10", ("110:30", "120:30"), {}, ["3", "3"], id="the rest runs on"),
        case("4.9769", ("110:50", "120:50"), {}, ["2.488", "2.488"], id="dust under the step stays"),
        case("10", ("110:10", "120:40", "130:50"), {"min_qty": D(2)}, ["0", "5", "5"], id="joins the next"),
        case("10", ("110:10", "120:10", "130:80"), {"min_qty": D(2)}, ["0", "2", "8"], id="two make a legal one"),
        case("10", ("110:80", "120:10", "130:10"), {"min_qty": D(2)}, ["8", "0", "2"], id="at the end"),
        case("10", ("110:85", "120:15"), {"min_qty": D(2)}, ["10", "0"], id="joins the one before"),
        case("10", ("110:10", "120:10"), {"min_qty": D(3)}, ["0", "10"], id="none is legal alone"),
        case("10", ("110:45", "120:45"), {"min_qty": D(2)}, ["4.5", "5.5"], id="a runner too small to sell"),
        case("10", ("110:40", "120:40"), {"min_qty": D(2)}, ["4", "4"], id="a runner just large enough"),
        case("1", ("2:40", "40:60"), {"min_notional": D(5)}, ["0", "1"], id="by value at the target"),
        case("0", ("110:50", "120:50"), {}, ["0", "0"], id="nothing held"),
        case("10", ("110:50", "120:10"), {"min_qty": D(2)}, ["6", "0"], id="joins the one before, the rest runs on"),
        case("10", ("1:33", "2:33", "3:34"), {"lot_step": D(1)}, ["3", "3", "4"], id="no step stays behind"),
        case("10", (), {}, [], id="no targets"),
        case("10", ("110:80", "120:80", "130:80"), {}, ["8", "2", "0"], id="shares over 100 stop at the position"),
    ],
)
def test_quantities(original: str, prices: tuple[str, ...], venue: dict[str, Any], quantities: list[str]) -> None:
    market = instrument(**{"min_notional": D(0)} | venue)
    assert rung_quantities(D(original), rungs(*prices), market) == tuple(D(q) for q in quantities)


@pytest.mark.parametrize(
    ("written", "parts"),
    [
        case([], [], id="no targets"),
        case(["110:0.5", "120:99.5"], ["0.5", "99.5"], id="as written"),
        case(["110:60", "120:60"], ["50", "50"], id="over 100"),
        case(["110:-10", "120:100"], ["50", "50"], id="impossible"),
        case(["110:0", "120:100"], ["50", "50"], id="zero"),
        case(["110:60", "120"], ["50", "50"], id="incomplete"),
        case(["110"] * 3, ["33.33", "33.33", "33.34"], id="not written"),
    ],
)
def test_shares(written: list[str], parts: list[str]) -> None:
    assert shares(targets(*written)) == tuple(D(p) for p in parts)


@pytest.mark.parametrize(
    ("quantity", "price", "answer"),
    [
        case("0", "100", False, id="nothing"),
        case("0.1", "50", True, id="exactly both minima"),
        case("0.099", "500", False, id="quantity"),
        case("0.1", "49.99", False, id="value"),
    ],
)
def test_tradable(quantity: str, price: str, answer: bool) -> None:
    assert is_tradable(D(quantity), D(price), instrument(min_qty=D("0.1"))) is answer


def test_without_minima_nothing_is_still_not_tradable() -> None:
    assert not is_tradable(D(0), D(100), instrument(min_qty=D(0), min_notional=D(0)))


def test_the_plan_merges_and_tells() -> None:
    answer = planned(long(take_profits=targets("105:10", "110:40", "115:50")), instrument=instrument(min_qty=D(3)))
    assert [(r.level, r.price, r.share) for r in answer.rungs] == [(2, 110, 50), (3, 115, 50)]
    assert notes(answer) == {"targets_merged": {"before": "3", "after": "2"}}


def test_the_plan_closes_what_could_not_run_and_tells() -> None:
    answer = planned(long(take_profits=targets("105:45", "110:50")), instrument=instrument(min_qty=D(3)))
    assert [(r.level, r.share) for r in answer.rungs] == [(1, 45), (2, 55)]
    assert notes(answer) == {"last_target_closes_rest": {"target": "2", "share": "55"}}


markets = st.builds(
    lambda step, least, value: instrument(lot_step=step, min_qty=least * step, min_notional=value),
    step=st.sampled_from([D("0.00001"), D("0.001"), D("0.5"), D(1), D(1000)]),
    least=st.integers(0, 50),
    value=st.sampled_from([D(0), D(5), D(100)]),
)
originals = st.decimals(min_value=0, max_value=D("1e7"), places=6)


@st.composite
def climbs(draw: st.DrawFn) -> tuple[Rung, ...]:
    count = draw(st.integers(1, 8))
    prices = sorted(draw(st.lists(st.integers(1, 10**6), min_size=count, max_size=count)))
    cuts = sorted(draw(st.lists(st.integers(0, 10000), min_size=count, max_size=count)))
    parts = [Decimal(b - a) / 100 for a, b in zip([0, *cuts], cuts, strict=False)]
    return tuple(Rung(level=n, price=D(p), share=s) for n, (p, s) in enumerate(zip(prices, parts, strict=True), 1))


@given(original=originals, steps=climbs(), market=markets)
def test_slices_never_exceed_the_position_and_are_on_the_step(
    original: Decimal, steps: tuple[Rung, ...], market: Instrument
) -> None:
    slices = rung_quantities(original, steps, market)
    assert all(q >= 0 and q % market.lot_step == 0 for q in slices)
    assert sum(slices) <= original


@given(original=originals, steps=climbs(), market=markets)
def test_a_covering_ladder_adds_up_to_the_position(
    original: Decimal, steps: tuple[Rung, ...], market: Instrument
) -> None:
    climbed = ladder(original, steps, market)
    left = original - sum(q for _, q in climbed)
    if sum(r.share for r, _ in climbed) >= 100:
        assert 0 <= left < market.lot_step
    else:
        assert is_tradable(left, climbed[-1][0].price, market)


@given(original=originals, steps=climbs(), market=markets)
def test_every_slice_can_be_traded_or_is_all_there_is(
    original: Decimal, steps: tuple[Rung, ...], market: Instrument
) -> None:
    climbed = ladder(original, steps, market)
    alone = len(climbed) == 1
    assert all(alone or is_tradable(q, r.price, market) for r, q in climbed)


@given(original=originals, steps=climbs(), market=markets)
def test_merging_twice_changes_nothing(original: Decimal, steps: tuple[Rung, ...], market: Instrument) -> None:
    climbed = ladder(original, steps, market)
    assert ladder(original, [rung for rung, _ in climbed], market) == climbed


@given(count=st.integers(1, 40))
def test_equal_shares_are_exactly_100(count: int) -> None:
    parts = shares(targets(*["110"] * count))
    assert sum(parts) == 100
    assert max(parts) - min(parts) < D("0.01") * count
