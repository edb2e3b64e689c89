"""How numbers are written: spaces for thousands, satoshi, list numbers typed onto prices."""

from __future__ import annotations

from decimal import Decimal

import pytest

from engine.signals import read
from engine.signals.draft import Draft, Number
from engine.signals.satoshi import in_bitcoin, quoted
from engine.signals.symbols import Symbol
from engine.signals.thousands import joined
from engine.signals.values import unglued
from engine.types import Entry


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Entry 43 000", "Entry 43000"),
        ("95 000 - 95 500", "95000 - 95500"),
        ("TP1 43 000", "TP1 43000"),
        ("SL to 94 200", "SL to 94200"),
        ("1 043 500", "1043500"),
        ("TP 120 130", "TP 120 130"),
        ("95 102 110", "95 102 110"),
        ("TP 1 950", "TP 1 950"),
        ("1.2 500", "1.2 500"),
        ("43 0000", "43 0000"),
        ("no number", "no number"),
    ],
)
def test_a_space_is_a_thousands_mark_only_with_proof(text: str, expected: str) -> None:
    assert joined(text) == expected


def entry(text: str) -> Entry:
    reading = read(text)
    assert isinstance(reading, Entry), reading
    return reading


def prices(text: str) -> tuple[list[str], str, list[str]]:
    """Entries, stop and targets of a signal as plain decimals."""
    found = entry(text)
    assert found.stop_loss is not None
    points = [f"{price:f}" for point in found.entries for price in dict.fromkeys((point.low, point.high))]
    return points, f"{found.stop_loss.value:f}", [f"{target.level.value:f}" for target in found.take_profits]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("LINK/BTC buy 21500-22000 sats\nTP 23500 sats\nSL 20000", ("0.000215", "0.00022", "0.0002", "0.000235")),
        ("#ADA/BTC\nBuy: 1,120\nSell: 1,250\nStop: 1,050", ("0.0000112", "0.0000105", "0.0000125")),
        ("LINK/BTC buy 0.000215\nTP 0.000235\nSL 0.0002", ("0.000215", "0.0002", "0.000235")),
    ],
    ids=["named", "against bitcoin", "already in bitcoin"],
)
def test_whole_prices_against_bitcoin_are_satoshi(text: str, expected: tuple[str, ...]) -> None:
    points, stop, targets = prices(text)
    assert tuple(Decimal(each) for each in (*points, stop, *targets)) == tuple(map(Decimal, expected))
    assert entry(text).symbol_quote == "BTC"


def test_prices_in_another_quote_stay_whole() -> None:
    draft = Draft(entries=[Number("21500")])
    in_bitcoin(draft, Symbol("LINK", "USDT"))
    assert draft.entries == [Number("21500")]


def test_naming_satoshi_names_the_quote() -> None:
    assert quoted(Symbol("LINK", None), Draft(seen={"satoshi"})).quote == "BTC"
    assert quoted(Symbol("LINK", "USDT"), Draft(seen={"satoshi"})).quote == "USDT"
    assert quoted(Symbol("LINK", None), Draft()).quote is None


@pytest.mark.parametrize(
    ("raw", "sure", "expected"),
    [
        ("41.3100", Decimal("1.3"), "1.3100"),
        ("1.3315", Decimal(3321), "3315"),
        ("1.3315", Decimal("1.33"), "1.3315"),
        ("1.3315", None, "1.3315"),
        ("4131", Decimal("1.3"), "4131"),
    ],
)
def test_a_list_number_typed_onto_its_price(raw: str, sure: Decimal | None, expected: str) -> None:
    assert unglued(raw, sure) == expected


@pytest.mark.parametrize(
    ("text", "targets"),
    [
        ("TON/USDT SHORT\nEntry: 5.62\nTake-Profit:1) 5.502) 5.403) 5.20\nStop: 5.85", ["5.50", "5.40", "5.20"]),
        ("GOLD SELL NOW 3321\nSL 3329\nTP.1.3315\nTP.2.3308", ["3315", "3308"]),
        ("#ONDO/USDT SHORT 0.642\nT1 0.625 T2 0.610 T3 0.580\nSL 0.671", ["0.625", "0.610", "0.580"]),
        ("GBPAUD SHORT @ 2.0100 | STOP 2.0160 | T1 2.0020 | T2 1.9950", ["2.0020", "1.9950"]),
        ("AAVE/USDT\nLONG 10x\nEnter 172 - 168\nTake: 180, 190, 205\nStop: 158", ["180", "190", "205"]),
        ("SOL/USDT venda 230\nAlvos 222 e 215\nStop 240", ["222", "215"]),
        ("Dow Jones long\nentry 39,200\nstop 39,050\ntargets 39,400 then 39,600", ["39400", "39600"]),
    ],
    ids=[
        "lost line break",
        "dotted list number",
        "letters in a row",
        "letters behind a bar",
        "take",
        "portuguese and",
        "then",
    ],
)
def test_every_target_of_a_list_is_read(text: str, targets: list[str]) -> None:
    assert [Decimal(each) for each in prices(text)[2]] == [Decimal(each) for each in targets]


@pytest.mark.parametrize(
    "text",
    [
        "SOL/USDT LONG\nEntry: 100\nSL: 95\nTP: 110\nTrailing Configuration:\nEntry: Percentage (0.5%)\nStop: 90",
        "SOL/USDT LONG\nEntry: 100\nSL: 95\nTP: 110\n\nTrailing Configuration:\nTake-Profit: 120\nTrigger: (1)",
    ],
)
def test_a_trailing_configuration_has_no_prices(text: str) -> None:
    assert prices(text) == (["100"], "95", ["110"])
