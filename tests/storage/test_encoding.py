"""Every value of Entry and Plan comes back exactly as it was written."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.types import Entry, Fill, Holding, OrderRequest, OrderType, PaperBook, Plan
from storage.encoding import decode, encode
from tests.storage import worlds

numbers = st.decimals(allow_nan=False, allow_infinity=False).filter(lambda number: number == number)
moments = st.datetimes(min_value=datetime(2000, 1, 1), timezones=st.just(UTC)).map(lambda at: at.replace(fold=0))
st.register_type_strategy(Decimal, numbers)
st.register_type_strategy(datetime, moments)


def again(kind: Any, value: Any) -> Any:
    return decode(kind, json.loads(json.dumps(encode(value))))


@given(value=st.from_type(Entry))
def test_any_entry(value: Entry) -> None:
    back = again(Entry, value)
    assert back == value
    assert repr(back) == repr(value)  # equal in every digit: 1.50 is not 1.5


def plans() -> st.SearchStrategy[Plan]:
    return st.builds(Plan, instrument=st.just(worlds.instrument()))


@given(value=plans())
def test_any_plan(value: Plan) -> None:
    back = again(Plan, value)
    assert back == value
    assert repr(back) == repr(value)


def test_a_plan_as_json_is_text_and_lists() -> None:
    written = encode(worlds.plan())
    assert written["orders"][0]["price"] == "100.50"
    assert written["direction"] == "buy"
    assert written["expires_at"] == "2026-11-20T12:00:00+00:00"
    assert written["notes"] == [["reduced_to_max_risk", {"from": "2", "to": "1.5"}]]


def test_a_missing_field_takes_its_default() -> None:
    written = encode(worlds.entry())
    del written["confidence"]
    assert decode(Entry, written).confidence == 0


def test_an_unknown_field_is_an_error() -> None:
    with pytest.raises(ValueError, match="Entry has no"):
        decode(Entry, {**encode(worlds.entry()), "leverege": 3})


def test_containers_of_dataclasses() -> None:
    fills = (worlds.fill(), worlds.fill("t2"))
    assert again(tuple[Fill, ...], fills) == fills
    holdings = (Holding(symbol="BTC/USDT", quantity=Decimal("-1.0"), entry_price=Decimal("2")),)
    assert again(tuple[Holding, ...], holdings) == holdings
    request = worlds.request(order_type=OrderType.STOP, price=None, trigger=Decimal(3))
    assert again(OrderRequest, request) == request
    book = PaperBook(connection_id=1, currency="USDT", balance=Decimal("0.10"), leverage={"BTC/USDT": 3})
    assert again(PaperBook, book) == book


def test_a_moment_comes_back_in_utc() -> None:
    east = datetime(2026, 1, 1, 3, tzinfo=timezone(timedelta(hours=3)))
    back = again(Fill, worlds.fill(at=east))
    assert back.at == east
    assert back.at.tzinfo is UTC


@dataclass(frozen=True)
class Doubtful:
    value: int | str | None


@dataclass(frozen=True)
class Floating:
    value: float


def test_what_has_no_exact_form_is_refused() -> None:
    with pytest.raises(TypeError, match="float has no JSON form"):
        encode(Floating(0.1))
    with pytest.raises(TypeError, match="cannot read"):
        decode(Floating, {"value": 0.1})
    with pytest.raises(TypeError, match="cannot be told apart"):
        decode(Doubtful, {"value": 1})
