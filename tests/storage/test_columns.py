"""What goes into a column comes out equal, on both databases; what cannot is refused."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Column, Dialect, Integer, MetaData, Table, insert, select
from sqlalchemy.dialects import postgresql, sqlite

from engine.types import Direction
from storage.columns import LIMIT, STEP, Choice, Figure, Json, Money, Utc, Words, clean, plain
from storage.engines import parse, sqlite_writing

SQLITE = sqlite.dialect()
SERVER: Dialect = postgresql.dialect()  # type: ignore[no-untyped-call]
DIALECTS = pytest.mark.parametrize("dialect", [SQLITE, SERVER], ids=["sqlite", "postgres"])

exact = st.decimals(min_value=-LIMIT + 1, max_value=LIMIT - 1, places=18, allow_nan=False, allow_infinity=False)


def there_and_back(column: Any, value: Any, dialect: Dialect) -> Any:
    return column.process_result_value(column.process_bind_param(value, dialect), dialect)


@given(value=exact)
@DIALECTS
def test_money_comes_back_equal(dialect: Dialect, value: Decimal) -> None:
    assert there_and_back(Money(), value, dialect) == value


@given(value=st.decimals(allow_nan=False, allow_infinity=False, min_value=Decimal("-1e19"), max_value=Decimal("1e19")))
def test_finer_digits_are_rounded_to_the_same_value_on_both(value: Decimal) -> None:
    stored = there_and_back(Figure(), value, SQLITE)
    assert stored == there_and_back(Figure(), value, SERVER)
    assert abs(stored - value) <= STEP / 2 + abs(value) * Decimal("1e-27")


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Any, Table]]:
    engine = sqlite_writing(parse(f"sqlite:///{tmp_path_factory.mktemp('money')}/money.sqlite3"))
    table = Table("ledger", MetaData(), Column("id", Integer, primary_key=True), Column("amount", Money))
    table.create(engine)
    yield engine, table
    engine.dispose()


def test_a_hundred_thousand_amounts_survive_the_file(ledger: tuple[Any, Table]) -> None:
    engine, table = ledger
    draw = random.Random(7)
    amounts = [Decimal(draw.randrange(-(10**38) + 1, 10**38)).scaleb(-18) for _ in range(100_000)]
    with engine.begin() as connection:
        connection.execute(insert(table), [{"amount": amount} for amount in amounts])
    with engine.begin() as connection:
        assert connection.execute(select(table.c.amount).order_by(table.c.id)).scalars().all() == amounts


@pytest.mark.parametrize(
    ("value", "fault"),
    [
        pytest.param(Decimal("NaN"), ValueError, id="nan"),
        pytest.param(Decimal("sNaN"), ValueError, id="signalling-nan"),
        pytest.param(Decimal("Infinity"), ValueError, id="infinity"),
        pytest.param(Decimal("-Infinity"), ValueError, id="minus-infinity"),
        pytest.param(LIMIT, ValueError, id="too-big"),
        pytest.param(-LIMIT, ValueError, id="too-negative"),
        pytest.param(Decimal("1e-19"), ValueError, id="too-small"),
        pytest.param(0.1, TypeError, id="float"),
        pytest.param(1, TypeError, id="int"),
        pytest.param("1", TypeError, id="text"),
    ],
)
def test_money_refuses(value: Any, fault: type[Exception]) -> None:
    with pytest.raises(fault):
        Money().process_bind_param(value, SQLITE)


@pytest.mark.parametrize(
    "value",
    [Decimal("9" * 20 + "." + "9" * 18), STEP, -STEP, Decimal(0), Decimal("-0")],
    ids=["most", "least", "minus", "zero", "-zero"],
)
@DIALECTS
def test_the_bounds_themselves_are_kept(dialect: Dialect, value: Decimal) -> None:
    assert there_and_back(Money(), value, dialect) == value


def test_a_figure_too_small_to_keep_is_zero() -> None:
    assert Figure().process_bind_param(Decimal("1e-19"), SQLITE) == "0"
    with pytest.raises(ValueError, match="out of bounds"):
        Figure().process_bind_param(LIMIT, SQLITE)


@pytest.mark.parametrize(
    ("value", "text"),
    [("1.50E+2", "150"), ("0.10", "0.1"), ("100", "100"), ("-0.0", "0"), ("-0", "0"), ("1E-18", "0." + "0" * 17 + "1")],
)
def test_money_is_written_plainly(value: str, text: str) -> None:
    assert plain(Decimal(value)) == text


@given(at=st.datetimes(timezones=st.just(UTC) | st.just(timezone(timedelta(hours=5, minutes=45)))))
@DIALECTS
def test_a_moment_comes_back_equal_and_in_utc(dialect: Dialect, at: datetime) -> None:
    try:
        at.astimezone(UTC)
    except OverflowError:
        return  # no such moment in UTC
    back = there_and_back(Utc(), at, dialect)
    assert back == at
    assert back.tzinfo is UTC


@given(a=st.datetimes(timezones=st.just(UTC)), b=st.datetimes(timezones=st.just(UTC)))
def test_moments_sort_as_text(a: datetime, b: datetime) -> None:
    stored = [Utc().process_bind_param(at, SQLITE) for at in (a, b)]
    assert (stored[0] < stored[1]) is (a < b)


def test_a_naive_moment_is_refused() -> None:
    with pytest.raises(ValueError, match="aware"):
        Utc().process_bind_param(datetime(2026, 1, 1), SQLITE)


def test_json_keeps_decimals_as_text_and_refuses_nan() -> None:
    at = datetime(2026, 1, 1, tzinfo=UTC)
    written = {"price": Decimal("0.10"), "at": at, "day": at.date(), "side": Direction.BUY, "list": [1, None, True]}
    assert there_and_back(Json(), written, SQLITE) == {
        "price": "0.10",
        "at": "2026-01-01T00:00:00+00:00",
        "day": "2026-01-01",
        "side": "buy",
        "list": [1, None, True],
    }
    with pytest.raises(ValueError, match="JSON compliant"):
        Json().process_bind_param(float("nan"), SQLITE)
    with pytest.raises(TypeError, match="no JSON form"):
        Json().process_bind_param({"x": object()}, SQLITE)


@given(text=st.text(st.characters(codec=None)))
def test_words_can_always_be_stored(text: str) -> None:
    kept = Words().process_bind_param(text, SQLITE)
    assert kept is not None
    assert "\x00" not in kept
    assert kept.encode().decode() == kept
    if "\x00" not in text and not any(0xD800 <= ord(letter) < 0xE000 for letter in text):
        assert kept == text


def test_words_without_a_form_become_a_mark() -> None:
    assert clean("a\x00b\ud800c😀") == "a\ufffdb\ufffdc😀"


def test_a_choice_is_one_of_its_values() -> None:
    assert there_and_back(Choice(Direction), Direction.SELL, SQLITE) is Direction.SELL
    assert Choice(Direction).process_bind_param(Direction.SELL, SQLITE) == "sell"
    with pytest.raises(KeyError):
        Choice(Direction).process_bind_param("sideways", SQLITE)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="sideways"):
        Choice(Direction).process_result_value("sideways", SQLITE)


@pytest.mark.parametrize("column", [Money(), Figure(), Utc(), Json(), Choice(Direction)], ids=repr)
def test_nothing_stays_nothing(column: Any) -> None:
    assert there_and_back(column, None, SQLITE) is None
