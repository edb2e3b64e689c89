"""Which prices are believed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.market.sanity import MAX_JUMP, Belief, is_price, is_stale, weigh


def run(*prices: str | None) -> list[bool]:
    belief, believed = Belief(), []
    for price in prices:
        belief, ok = weigh(belief, None if price is None else Decimal(price))
        believed.append(ok)
    return believed


@pytest.mark.parametrize("bad", [None, "0", "-1", "NaN", "sNaN", "Infinity", "-Infinity"])
def test_what_is_no_price_is_never_believed_and_changes_nothing(bad: str | None) -> None:
    value = None if bad is None else Decimal(bad)
    belief = Belief(price=Decimal(100), suspect=Decimal(10))
    assert not is_price(value)
    assert weigh(belief, value) == (belief, False)


@pytest.mark.parametrize(
    ("prices", "believed"),
    [
        (("100", "140"), [True, True]),
        (("100", "140.01"), [True, False]),
        (("100", "60"), [True, True]),
        (("100", "59.99"), [True, False]),
        (("100", "10", "100"), [True, False, True]),
        (("100", "10", "11"), [True, False, True]),
        (("100", "10", "11", "100"), [True, False, True, False]),
        (("100", "10", "1000", "10"), [True, False, False, False]),
        (("100", "10", "1000", "990"), [True, False, False, True]),
        (("100", "10", "0", "11"), [True, False, False, True]),
        (("100", "10", "100", "11"), [True, False, True, False]),
    ],
)
def test_a_jump_needs_a_second_tick(prices: tuple[str, ...], believed: list[bool]) -> None:
    assert run(*prices) == believed


@given(st.lists(st.decimals(min_value="0.01", max_value=10**6, places=2), max_size=30))
def test_no_single_tick_moves_the_belief_by_more_than_the_limit(prices: list[Decimal]) -> None:
    belief = Belief()
    for price in prices:
        before, suspect = belief.price, belief.suspect
        belief, believed = weigh(belief, price)
        if believed and before is not None and abs(price - before) > before * MAX_JUMP:
            assert suspect is not None
            assert abs(price - suspect) <= suspect * MAX_JUMP


def test_a_quote_is_stale_after_its_time() -> None:
    at = datetime(2026, 1, 1, tzinfo=UTC)
    assert not is_stale(at, at + timedelta(seconds=30), 30)
    assert is_stale(at, at + timedelta(seconds=31), 30)
