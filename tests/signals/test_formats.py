"""The fast reader, the reader of machine-made messages, the command line's labels, and the word lists."""

from __future__ import annotations

import ast
import dataclasses
import json
from pathlib import Path

import pytest

import engine.signals
from engine.signals import read
from engine.signals.formats import channel, sheet
from engine.signals.label import parse_line, to_label
from engine.signals.message import Message
from engine.signals.words import LANGUAGES
from engine.types import Entry

WHOLE = "BTC/USDT LONG\nEntry: 64000\nTP1: 65000\nTP2: 66000\nSL: 63000"


@pytest.mark.parametrize(
    "text",
    [
        "NEW SIGNAL\n\nPair: ETH/USDT\nDirection: SHORT\nLeverage: Cross 10x\n"
        "Entry: 3050 - 3060.5\nTP1: 3000\nTP2: 2950\nStop Loss: 3100\nRisk: 1%",
        "BTC/USDT LONG\nEntry: 64000\nTP: 65000\nTP: 66000\nSL: 63000\nTimeframe: 1h",
        "📊 Pair: XAUUSD\nDirection: buy\nOrder: limit\nEntry: 2650.25\nTarget 1: 2660.50\nSL: 2640.75",
        "Symbol: SOLUSDT\nSide: long\nEntry Zone: 140.25 - 140.75\nTake Profit 1: 150\nStop: 133.5\nLeverage: 5x",
        "Coin: ADA/USDT\nDirection: long\nTP1: 0.5512\nSL: 0.4444\nLev: isolated 20x\n",
    ],
)
def test_the_fast_reader_and_the_full_one_agree(text: str) -> None:
    fast, full = sheet.read(Message(text)), channel.read(Message(text))
    assert isinstance(fast, Entry)
    assert isinstance(full, Entry)
    assert dataclasses.replace(fast, format="") == dataclasses.replace(full, format="")


@pytest.mark.parametrize(
    "text",
    [
        WHOLE + "\nTP2 hit",
        WHOLE + "\nSL: 62000",
        WHOLE.replace("64000", "64,000"),
        WHOLE.replace("63000", "67000"),
        "BTC/USDT LONG",
    ],
    ids=["a report", "two stops", "a comma", "a contradiction", "a bare order"],
)
def test_the_fast_reader_leaves_doubts_to_the_full_one(text: str) -> None:
    assert sheet.read(Message(text)) is None


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ('{"ticker":"BINANCE:BTCUSDT.P","action":"sell","price":"64000","sl":"65000","tp1":"63000"}', "entry"),
        ('{"symbol":"BTCUSDT","action":"close"}', "close"),
        ("symbol=BTCUSDT side=cancel id=7", "cancel"),
        ('{"symbol":"BTCUSDT","side":"buy","price":"{{close}}","sl":1,"tp":2}', "noise"),
        ('{"symbol":"BTCUSDT","side":"buy","price":NaN,"sl":63000}', "noise"),
        ('{"message":"hello"}', "noise"),
        ("[" * 3000, "noise"),
        ('{"a":' * 600, "noise"),
    ],
)
def test_machine_made_messages(text: str, kind: str) -> None:
    assert to_label(read(text))["kind"] == kind


def test_parse_line_is_json_in_and_json_out() -> None:
    answer = json.loads(parse_line(json.dumps({"id": "a1", "text": "EURUSD buy 1.0850 sl 1.0800 tp 1.0900 1.0950"})))
    assert answer["id"] == "a1"
    assert answer["entries"] == [1.085]
    assert answer["take_profits"] == [1.09, 1.095]


@pytest.mark.parametrize("line", ["[]", '{"id": 1}', "not json", '{"text": 5}'])
def test_parse_line_refuses_what_is_not_a_message(line: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        parse_line(line)


def test_labels_keep_small_prices_exact() -> None:
    assert to_label(read("PEPE/USDT long 0.00001234 sl 0.00001100 tp 0.00001350"))["entries"] == [0.00001234]


@pytest.mark.parametrize("language", LANGUAGES, ids=lambda language: language.__name__.rpartition(".")[2])
def test_a_language_is_three_tables_of_phrases(language: object) -> None:
    for table in ("LABELS", "ORDERS", "TALK"):
        phrases = getattr(language, table)
        assert all(phrase == phrase.strip() and phrase for listed in phrases.values() for phrase in listed.split("|"))


def test_no_pattern_of_the_reader_nests_one_repetition_in_another() -> None:
    """A repetition without an upper bound inside another one is how a reader is made to hang."""
    for path in Path(engine.signals.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and "(?" in node.value:
                assert not any(bad in node.value for bad in ("+)+", "*)*", "+)*", "*)+", ".*.*")), path.name
