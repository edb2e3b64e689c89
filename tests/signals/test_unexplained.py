"""What must never be guessed: prices that are none, labels without a number, numbers without a label, conditions."""

from __future__ import annotations

import pytest

from engine.errors import Code
from engine.signals import MOST_ITEMS, read
from engine.signals.label import to_label
from engine.types import Entries, Entry, Noise, Unclear

LINES = {"entry": "Entry: 64000", "stop": "SL: 63000", "target": "TP: 66000"}


def signal(**changed: str) -> str:
    return "BTC/USDT LONG\n" + "\n".join((LINES | changed).values())


def doubt(text: str) -> Unclear:
    reading = read(text)
    assert isinstance(reading, Unclear), reading
    return reading


@pytest.mark.parametrize("field", ["entry", "stop", "target"])
@pytest.mark.parametrize("word", ["NaN", "Infinity", "inf", "-64000", "null", "undefined", "1e5", "0x1F", "0"])
def test_a_price_that_is_none_is_refused_by_name(field: str, word: str) -> None:
    label = LINES[field].partition(" ")[0]
    assert doubt(signal(**{field: f"{label} {word}"})).code == Code.INCONSISTENT


@pytest.mark.parametrize("word", ["soon", "∞", "tba", "see chart", "..."])
def test_a_label_without_a_number_is_not_an_order_at_the_market(word: str) -> None:
    reading = doubt(signal(entry=f"Entry: {word}"))
    assert reading.found == {"symbol": "BTC", "missing": "entry price"}


@pytest.mark.parametrize("word", ["market", "now", "CMP", "at market price"])
def test_a_label_may_say_at_the_market(word: str) -> None:
    reading = read(signal(entry=f"Entry: {word}"))
    assert isinstance(reading, Entry)
    assert reading.order_type == "market"


@pytest.mark.parametrize(
    "text",
    ["BTC/USDT LONG\nEntry -64000\nSL -63000\nTP -66000", "BTC LONG\nEntry:-64000\nSL:-63000\nTP1:-66000", signal()],
    ids=["a dash everywhere", "colon and dash", "no dash"],
)
def test_a_dash_in_front_of_every_price_is_a_separator(text: str) -> None:
    assert to_label(read(text))["entries"] == [64000]


@pytest.mark.parametrize(
    "text",
    [
        "BTC LONG 64000\nXyzzy 63000\nTP 66000",
        "BTC LONG 64000\nXyzzy 63000\nQwert 66000",
        "BTC LONG 64000\nSL 63000\nXyzzy 66000",
        "BTC LONG 64000\nSL 63000\nProfit: 66000",
        "BTC LONG 64000\nSL 63000 63500\nTP 66000",
        "BTC LONG 64000\nTP 66000\nExit: 63000",
        "BTC LONG 64000\nSL 63000\nExit: 66000",
        "Opening a careful long on BTC here at 64000 with stop 63000, target 66000 and then we look at 67000",
        "LINK LONG\nEntry 13.8\nStop 12.1\nXyzzy: 15 / 17 / 20",
        "BTC LONG\n63000 stop\n64000 is my entry\n66000 target",
    ],
    ids=[
        "a stop",
        "stop and target",
        "a target",
        "a word for the target",
        "a second stop",
        "exit",
        "one exit",
        "long line",
        "short prices",
        "behind",
    ],
)
def test_a_number_nobody_owns_is_asked_about(text: str) -> None:
    assert "number" in doubt(text).found


def test_two_stops_are_asked_about() -> None:
    assert doubt("BTC LONG 64000\nStop 63500\nTP 66000\nSL 63000").found == {"symbol": "BTC", "stop": "63000 / 63500"}


def test_the_same_stop_twice_is_one() -> None:
    assert isinstance(read("BTC LONG 64000\nStop 63500\nTP 66000\nSL 63500"), Entry)


@pytest.mark.parametrize(
    "text",
    [
        "Gold sell from 4135, targets 4118 and 4100 if New York opens lower",
        "黄金4135空，止损4146，目标4118，如果反弹",
        "Compra ouro 4102 stop 4094 alvo 4118 se romper 4110",
    ],
)
def test_an_order_with_a_condition_in_its_line_is_asked_about(text: str) -> None:
    assert not isinstance(read(text), (Entry, Entries))


@pytest.mark.parametrize(
    "text",
    [
        "Possible short on EURUSD at 1.1700, SL 1.1730, TP 1.1640",
        "How to place a buy limit: XAUUSD 4085, SL 4078, TP 4100",
    ],
)
def test_a_thought_and_a_lesson_are_noise(text: str) -> None:
    assert isinstance(read(text), Noise)


def test_a_condition_of_the_stop_is_part_of_the_signal() -> None:
    assert isinstance(read("EURUSD buy 1.1200 tp 1.1300 sl 1.1150 (if 4h candle closes under it)"), Entry)


def test_a_text_with_too_many_words_is_not_read() -> None:
    assert "words" in doubt("空" * (MOST_ITEMS + 1)).found
    assert isinstance(read("空" * MOST_ITEMS), (Noise, Unclear))
