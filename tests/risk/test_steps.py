"""Rounding to the grid, whatever the sizes of value and step."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.risk.steps import EXACT, ceil_to, floor_to, nearest_to, plain, towards
from tests.risk.build import D

values = st.decimals(min_value=D("-1e12"), max_value=D("1e12"), allow_nan=False, allow_infinity=False, places=12)
steps = st.sampled_from([D("1e-12"), D("0.00000001"), D("0.0005"), D("0.25"), D("0.3"), D(1), D(1000)])


@pytest.mark.parametrize(
    ("value", "step", "down", "up", "near"),
    [
        pytest.param("1.2345", "0.01", "1.23", "1.24", "1.23", id="between"),
        pytest.param("1.23", "0.01", "1.23", "1.23", "1.23", id="on the grid"),
        pytest.param("-1.2345", "0.01", "-1.24", "-1.23", "-1.23", id="below zero"),
        pytest.param("7", "2.5", "5.0", "7.5", "7.5", id="step that is no power of ten"),
        pytest.param("1.5", "1", "1", "2", "2", id="halfway goes up"),
        pytest.param("0.0004", "0.001", "0", "0.001", "0", id="less than one step"),
    ],
)
def test_rounding(value: str, step: str, down: str, up: str, near: str) -> None:
    assert floor_to(D(value), D(step)) == D(down)
    assert ceil_to(D(value), D(step)) == D(up)
    assert nearest_to(D(value), D(step)) == D(near)
    assert towards(-1, D(value), D(step)) == D(down)
    assert towards(1, D(value), D(step)) == D(up)


@given(value=values, step=steps)
def test_floor_is_the_nearest_multiple_below(value: Decimal, step: Decimal) -> None:
    floor = floor_to(value, step)
    assert EXACT.remainder(floor, step) == 0
    assert floor <= value < floor + step
    assert ceil_to(value, step) - floor in (0, step)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("1.2300", "1.23"),
        ("1E+3", "1000"),
        ("1E-8", "0.00000001"),
        ("0.000", "0"),
        ("-0", "0"),
        ("100", "100"),
        ("33.33333333333333333333", "33.33333333333333"),
    ],
)
def test_plain_figures(value: str, text: str) -> None:
    assert plain(D(value)) == text
