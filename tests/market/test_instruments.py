"""The instrument table, rounding, and names."""

from __future__ import annotations

from dataclasses import replace
from decimal import ROUND_CEILING, ROUND_DOWN, ROUND_FLOOR, ROUND_HALF_UP, Decimal

import pytest
from ccxt.base.decimal_to_precision import NO_PADDING, ROUND, TICK_SIZE, TRUNCATE, decimal_to_precision
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import Code, VenueRefused
from engine.market.instruments import (
    INSTRUMENTS,
    floor_to_step,
    generic_instrument,
    named,
    on_step,
    pip_size,
    resolve,
    round_price,
)
from engine.types import Instrument

STEPS = st.sampled_from(
    [Decimal(s) for s in ("1e-8", "0.00001", "0.001", "0.1", "0.25", "2.5", "1", "5", "10", "1000")]
)
AMOUNTS = st.decimals(min_value=0, max_value=10**9, places=10, allow_nan=False, allow_infinity=False)


def by_ccxt(value: Decimal, step: Decimal, rounding: int) -> Decimal:
    return Decimal(decimal_to_precision(format(value, "f"), rounding, format(step, "f"), TICK_SIZE, NO_PADDING))


@given(AMOUNTS, STEPS)
def test_quantities_floor_as_ccxt_does_and_never_up(amount: Decimal, step: Decimal) -> None:
    floored = floor_to_step(amount, step)
    assert floored == by_ccxt(amount, step, TRUNCATE)
    assert floored <= amount < floored + step
    assert on_step(floored, step)


@given(AMOUNTS, STEPS)
def test_prices_round_as_ccxt_does(price: Decimal, tick: Decimal) -> None:
    assert round_price(price, tick) == by_ccxt(price, tick, ROUND)


@given(STEPS)
def test_nothing_stays_nothing(step: Decimal) -> None:
    assert floor_to_step(Decimal(0), step) == 0
    assert floor_to_step(step / 3, step) == 0


def test_a_negative_quantity_is_a_mistake_of_the_caller() -> None:
    with pytest.raises(ValueError, match="negative"):
        floor_to_step(Decimal("-0.1"), Decimal("0.1"))


@pytest.mark.parametrize(
    ("rounding", "expected"),
    [(ROUND_DOWN, "100.4"), (ROUND_FLOOR, "100.4"), (ROUND_CEILING, "100.6"), (ROUND_HALF_UP, "100.6")],
)
def test_the_caller_chooses_how_a_price_rounds(rounding: str, expected: str) -> None:
    assert round_price(Decimal("100.5"), Decimal("0.2"), rounding) == Decimal(expected)


@pytest.mark.parametrize(
    ("symbol", "pip"),
    [
        ("EUR/USD", "0.0001"),
        ("USD/JPY", "0.01"),
        ("GBP/JPY", "0.01"),
        ("XAU/USD", "0.10"),
        ("XAG/USD", "0.01"),
        ("WTI/USD", "0.01"),
        ("US30/USD", "1"),
        ("GER40/EUR", "1"),
        ("JP225/JPY", "1"),
        ("BTC/USDT", "0.1"),
        ("1000PEPE/USDT", "0.0000001"),
    ],
)
def test_a_pip_is_what_traders_call_a_pip(symbol: str, pip: str) -> None:
    assert INSTRUMENTS[symbol].pip_size == Decimal(pip)


def test_a_coin_against_the_yen_has_no_forex_pip() -> None:
    assert pip_size("BTC", "JPY", Decimal(1)) == 1
    assert pip_size("EUR", "JPY", Decimal("0.001")) == Decimal("0.01")


@pytest.mark.parametrize("instrument", INSTRUMENTS.values(), ids=INSTRUMENTS)
def test_every_row_of_the_table_can_be_traded(instrument: Instrument) -> None:
    assert instrument.symbol == f"{instrument.base}/{instrument.quote}"
    assert on_step(instrument.min_qty, instrument.lot_step)
    assert instrument.max_qty is not None
    assert on_step(instrument.max_qty, instrument.lot_step)
    assert instrument.min_qty < instrument.max_qty
    assert on_step(instrument.pip_size, instrument.tick_size)
    assert instrument.max_leverage >= 1
    assert instrument.margin or instrument.max_leverage == 1


@pytest.mark.parametrize(
    ("base", "quote", "symbol"),
    [
        ("BTC", "USDT", "BTC/USDT"),
        ("BTC", "USD", "BTC/USD"),
        ("btc", None, "BTC/USDT"),
        ("EUR", None, "EUR/USD"),
        ("XAU", None, "XAU/USD"),
        ("GER40", None, "GER40/EUR"),
        ("PEPE", None, "PEPE/USDT"),
        ("1000PEPE", "usdt", "1000PEPE/USDT"),
    ],
)
def test_a_name_means_one_instrument(base: str, quote: str | None, symbol: str) -> None:
    assert resolve(base, quote, INSTRUMENTS.values()).symbol == symbol


@pytest.mark.parametrize(
    ("base", "quote", "code"),
    [
        ("PEP", None, Code.SYMBOL_UNKNOWN),
        ("SHIB", None, Code.SYMBOL_UNKNOWN),
        ("BTC", "EUR", Code.SYMBOL_UNKNOWN),
        ("CAD", None, Code.SYMBOL_AMBIGUOUS),
        ("USD", None, Code.SYMBOL_AMBIGUOUS),
    ],
)
def test_a_name_is_never_guessed(base: str, quote: str | None, code: Code) -> None:
    with pytest.raises(VenueRefused) as refused:
        resolve(base, quote, INSTRUMENTS.values())
    assert refused.value.code is code


def test_two_markets_of_the_same_pair_are_ambiguous() -> None:
    spot = INSTRUMENTS["BTC/USDT"]
    both = [spot, replace(spot, symbol="BTC/USDT:USDT")]
    for quote in ("USDT", None):
        with pytest.raises(VenueRefused) as refused:
            resolve("BTC", quote, both)
        assert refused.value.code is Code.SYMBOL_AMBIGUOUS
        assert refused.value.details["found"] == "BTC/USDT, BTC/USDT:USDT"


def test_the_usual_quotes_are_tried_in_their_order() -> None:
    coin = INSTRUMENTS["BTC/USDT"]
    other = {quote: replace(coin, symbol=f"BTC/{quote}", quote=quote) for quote in ("USDC", "USD", "EUR")}
    assert resolve("BTC", None, [other["USDC"], other["EUR"], other["USD"]]).quote == "USD"
    assert resolve("BTC", None, [other["EUR"], other["USDC"]]).quote == "USDC"
    assert resolve("BTC", None, [other["EUR"]]).quote == "EUR"


def test_an_unlisted_symbol_is_refused() -> None:
    with pytest.raises(VenueRefused) as refused:
        named("ABC/USDT", INSTRUMENTS)
    assert refused.value.code is Code.SYMBOL_UNKNOWN


@pytest.mark.parametrize(
    ("price", "tick", "step"),
    [("64000", "0.1", "0.00001"), ("1.085", "0.00001", "0.1"), ("0.0123", "0.0000001", "10"), ("7", "0.00001", "0.1")],
)
def test_a_generic_instrument_has_steps_of_its_price(price: str, tick: str, step: str) -> None:
    made = generic_instrument("ABC", "USDT", Decimal(price))
    assert (made.tick_size, made.lot_step, made.min_qty) == (Decimal(tick), Decimal(step), Decimal(step))
    assert Decimal("0.1") <= made.lot_step * Decimal(price) < 1


@pytest.mark.parametrize("price", ["0", "-1", "NaN", "Infinity"])
def test_a_generic_instrument_needs_a_price(price: str) -> None:
    with pytest.raises(ValueError, match="starting price"):
        generic_instrument("ABC", "USDT", Decimal(price))
