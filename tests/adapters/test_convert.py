"""Raw values: what becomes a number and what never does."""

from __future__ import annotations

import contextlib
import json
import time
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.adapters.convert import optional_amount, optional_price, to_amount, to_decimal, to_price, to_time


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("64000.10", "64000.10"),
        ("-0.5", "-0.5"),
        ("+1", "1"),
        (".5", "0.5"),
        ("5.", "5"),
        ("1e-7", "0.0000001"),
        ("1E+3", "1000"),
        (7, "7"),
        (0.1, "0.1"),
        (1e-07, "0.0000001"),
        (1e22, "1e22"),
        (Decimal("0.10000000000000000001"), "0.10000000000000000001"),
        ("0.10000000000000000001", "0.10000000000000000001"),
        ("0", "0"),
        ("-0", "0"),
        ("0e-18", "0"),
    ],
)
def test_numbers_are_taken_exactly(raw: object, value: str) -> None:
    assert to_decimal(raw) == Decimal(value)
    assert str(to_decimal(raw)) != "-0"


REFUSED: list[Any] = [
    None, True, False, "", " ", " 1", "1 ", "abc", "1,000", "1_000", "0x10", "١٢٣", "１２", "1e400", "1e31", "1e-31",
    "1e9999999", "nan", "NaN", "Infinity", "-inf", "--1", "1.2.3", "1" * 41, 10**40, 10**5_000_000, float("nan"),
    float("inf"), 1e300, 5e-324, Decimal("NaN"), Decimal("Infinity"), Decimal("1e40"), [], {}, b"1", 1j,
]  # fmt: skip


@pytest.mark.parametrize(
    "raw", REFUSED, ids=lambda raw: f"{type(raw).__name__}-{str(raw)[:12] if not isinstance(raw, int) else 'int'}"
)
def test_what_is_no_number_is_refused_at_once(raw: object) -> None:
    start = time.perf_counter()
    with pytest.raises(ValueError, match="number"):
        to_decimal(raw)
    assert time.perf_counter() - start < 0.1


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**25), max_value=10**25, places=5))
def test_what_is_written_is_read(value: Decimal) -> None:
    assert to_decimal(format(value, "f")) == value
    assert to_decimal(value) == value


@given(st.floats(min_value=1e-20, max_value=1e20))
def test_a_float_is_its_shortest_text(value: float) -> None:
    assert to_decimal(json.loads(json.dumps(value))) == Decimal(repr(value))


@given(st.one_of(st.text(max_size=50), st.binary(), st.lists(st.integers()), st.floats(), st.integers()))
def test_nothing_but_a_finite_number_or_a_value_error(raw: object) -> None:
    with contextlib.suppress(ValueError):
        assert to_decimal(raw).is_finite()


def test_amounts_and_prices() -> None:
    assert to_amount("0") == 0
    assert optional_amount(None) is optional_price(None) is None
    assert optional_amount("0.0") == 0
    assert optional_price("1.5") == Decimal("1.5")
    for wrong in ("0", "-1", 0):
        with pytest.raises(ValueError, match="not a price"):
            to_price(wrong)
        with pytest.raises(ValueError, match="not a price"):
            optional_price(wrong)
    with pytest.raises(ValueError, match="negative"):
        to_amount("-0.1")
    with pytest.raises(ValueError, match="negative"):
        optional_amount("-0.1")


def test_times_are_aware() -> None:
    at = to_time(1753787874013)
    assert at == datetime(2025, 7, 29, 11, 17, 54, 13000, tzinfo=UTC)
    assert at.tzinfo is UTC
    for wrong in (0, -1, 10**15, "soon", None):
        with pytest.raises(ValueError, match=r"time|number|amount"):
            to_time(wrong)
