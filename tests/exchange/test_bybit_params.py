"""Bybit's numbers, ids and order book changes, whatever they are."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.exchange.bybit_errors import LINEAR, SPOT, ApiError
from tests.exchange.bybit_params import Params, parsed_id, plain, written_id
from tests.exchange.bybit_streams import moved
from tests.exchange.model import Market, Reason

levels = st.dictionaries(st.integers(1, 9).map(str), st.integers(1, 3).map(str), max_size=6)


@given(st.sampled_from(Market), st.integers(1, 2**31))
def test_an_id_is_read_back(market: Market, number: int) -> None:
    assert parsed_id(market, written_id(market, number)) == number


@given(st.sampled_from(Market), st.text(max_size=40))
@example(Market.SPOT, "\N{SUPERSCRIPT ONE}")
def test_what_is_no_id_of_ours_is_nobodys(market: Market, text: str) -> None:
    assert parsed_id(market, text) == -1


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=0, max_value=10**12, places=8))
def test_a_number_keeps_its_value_and_loses_its_zeros(value: Decimal) -> None:
    text = plain(value)
    assert Decimal(text) == value
    assert "E" not in text.upper()
    assert not ("." in text and text.endswith(("0", ".")))


def test_a_number_has_at_most_eight_decimals() -> None:
    assert plain(Decimal(1) / 3) == "0.33333333"


@given(levels, levels)
def test_the_changes_of_a_book_make_the_new_one_of_the_old(before: dict[str, str], after: dict[str, str]) -> None:
    change = moved(_book(before), _book(after))
    book = dict(before)
    for price, size in change["b"]:
        book.pop(price, None)
        if size != "0":
            book[price] = size
    assert book == after
    kept = [price for price, size in change["b"] if before.get(price) == size]
    assert kept == [], "what stayed is not told again"


@pytest.mark.parametrize("text", ["-1", "NaN", "Infinity", "ten", "1,5"])
def test_what_is_no_amount(text: str) -> None:
    with pytest.raises(ApiError) as caught:
        Params({"qty": text}).money("qty")
    assert caught.value.code == 10001


def test_reasons_without_a_wording_never_come_out_of_an_order() -> None:
    """A new reason of the core needs words here, or a place where it is turned into others."""
    elsewhere = {Reason.WOULD_TAKE, Reason.UNCHANGED, Reason.ORDERS_OPEN, Reason.POSITION_OPEN}
    contracts = {Reason.MARGIN, Reason.REDUCE_ONLY, Reason.POSITION_MODE, Reason.LEVERAGE_RANGE}
    assert set(Reason) - set(LINEAR) == elsewhere
    assert set(Reason) - set(SPOT) == elsewhere | contracts | {Reason.CLOSE_POSITION_EXISTS}


def _book(bids: dict[str, str]) -> dict[str, Any]:
    return {"s": "BTCUSDT", "b": [list(level) for level in bids.items()], "a": []}
