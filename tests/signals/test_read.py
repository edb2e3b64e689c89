"""The public entry point: its options, its refusals, and what it never does."""

from __future__ import annotations

import ast
import dataclasses
import json
from decimal import Decimal
from pathlib import Path

import pytest

import engine.signals
from engine.errors import Code
from engine.signals import MAX_CHARACTERS, read
from engine.signals.formats import channel, sheet
from engine.signals.label import parse_line, to_label
from engine.signals.message import Message
from engine.signals.words import LANGUAGES
from engine.types import (
    Amendments,
    Direction,
    Entries,
    Entry,
    EntryPoint,
    Level,
    LevelKind,
    Noise,
    OrderType,
    Target,
    Unclear,
)

WHOLE = "BTC/USDT LONG\nEntry: 64000\nTP1: 65000\nTP2: 66000\nSL: 63000"


def entry(text: str, **options: object) -> Entry:
    reading = read(text, **options)  # type: ignore[arg-type]
    assert isinstance(reading, Entry), reading
    return reading


def test_a_whole_signal_is_read_field_by_field() -> None:
    read_entry = entry(WHOLE)
    assert (read_entry.symbol_base, read_entry.symbol_quote, read_entry.direction) == ("BTC", "USDT", Direction.BUY)
    assert read_entry.entries == (EntryPoint(low=Decimal(64000), high=Decimal(64000)),)
    assert read_entry.stop_loss == Level(kind=LevelKind.PRICE, value=Decimal(63000))
    assert [target.level.value for target in read_entry.take_profits] == [65000, 66000]


@pytest.mark.parametrize(
    ("text", "clash"),
    [
        ("BUY XAUUSD 2650 SL 2660 TP 2670", {"stop": "2660", "entry": "2650"}),
        ("BUY XAUUSD 2650 SL 2640 TP 2645", {"entry": "2650", "target": "2645"}),
        ("BUY XAUUSD 2650 SL 2650 TP 2670", {"stop": "2650", "entry": "2650"}),
        ("BUY XAUUSD 2650 SL 26.4 TP 2670", {"stop": "26.4", "target": "2670"}),
        ("BUY XAUUSD 2650 SL 2640 TP1 2660 TP2 2690 TP3 2680", {"target": "2690", "next_target": "2680"}),
        ("BUY XAUUSD 2650 SL 2640 TP 0", {"number": "not a price"}),
        ("BUY XAUUSD 2650 SL 1e999999 TP 2670", {"number": "not a price"}),
    ],
    ids=["stop side", "target side", "stop at entry", "ten times", "order", "zero", "exponent"],
)
def test_contradictions_are_unclear_and_name_the_clash(text: str, clash: dict[str, str]) -> None:
    reading = read(text)
    assert isinstance(reading, Unclear)
    assert reading.code == Code.INCONSISTENT
    assert clash.items() <= reading.found.items()


@pytest.mark.parametrize(
    "text",
    ["BUY ETН/USDT 2650\nSL 2600\nTP 2700\nETH", "BUY XAUUSD 2650\nS\u200bL 2640\nTP 2670", "Move S\u200dL to 2640"],
)
def test_disguised_letters_are_refused_by_name(text: str) -> None:
    reading = read(text)
    assert isinstance(reading, Unclear)
    assert reading.code == Code.SUSPICIOUS_TEXT


def test_the_live_price_settles_what_a_comma_means() -> None:
    text = "XYZ/USDT LONG\nEntry 1,250\nSL 1,200\nTP 1,400"
    assert isinstance(read(text), Unclear)
    assert entry(text, price_of=lambda _base, _quote: Decimal(1240)).entries[0].low == 1250
    assert entry(text, price_of=lambda _base, _quote: Decimal("1.24")).entries[0].low == Decimal("1.250")


def test_a_price_far_from_the_market_is_refused() -> None:
    reading = read(WHOLE, price_of=lambda _base, _quote: Decimal(40000))
    assert isinstance(reading, Unclear)
    assert reading.code == Code.PRICE_BAND
    assert reading.found["live"] == "40000"


def test_the_default_quote_completes_a_bare_coin_only() -> None:
    assert entry("SOL long 140 sl 135 tp 150", default_quote="USDT").symbol_quote == "USDT"
    assert entry("SOL/USDC long 140 sl 135 tp 150", default_quote="USDT").symbol_quote == "USDC"


@pytest.mark.parametrize(
    "text",
    ["EURUSD buy 1.0850\nTP 1.0900\nXyzzy: 1.0800", "EURUSD buy 1.0850\nSL 1.0800\nXyzzy: 1.0900"],
    ids=["maybe the stop", "maybe the target"],
)
def test_a_price_under_an_unknown_label_makes_half_a_signal_unclear(text: str) -> None:
    assert isinstance(read(text), Unclear)


@pytest.mark.parametrize(
    "text",
    [
        "Don't buy gold now",
        "Gold buy now?",
        "Gold buy now +40",
        "I will buy gold now",
        "Gold buy 3",
        "Gold buy now with profit today",
        "Dont' buy gold",
        "ETH多单",
    ],
)
def test_a_bare_order_among_talk_opens_nothing(text: str) -> None:
    assert not isinstance(read(text), (Entry, Entries))


def test_a_symbol_named_in_passing_is_not_traded() -> None:
    talk = "the whole market fell this morning because BTC lost its footing again"
    assert not isinstance(read(f"Buy 2650\n{talk}\nSL 2600\nTP 2700"), (Entry, Entries))


def test_ignored_words_make_noise() -> None:
    assert read(WHOLE, ignore_words=("btc/usdt",)) == Noise(why="ignored word")
    assert isinstance(read(WHOLE, ignore_words=("",)), Entry)


def test_a_text_longer_than_a_message_is_not_read() -> None:
    assert isinstance(read("x" * MAX_CHARACTERS), Noise)
    assert isinstance(read("x" * (MAX_CHARACTERS + 1)), Unclear)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Gold buy 2650 - 2648 sl 2640 tp 2670", 1),
        ("BTC long 100-90 sl 80 tp 120", 2),
        ("BTC long zone 100-90 sl 80 tp 120", 1),
    ],
    ids=["close prices are a zone", "distant prices are two entries", "the word zone decides"],
)
def test_two_prices_are_a_zone_or_two_entries(text: str, kind: int) -> None:
    assert len(entry(text).entries) == kind


@pytest.mark.parametrize(
    ("text", "order"),
    [
        ("EURUSD buy now 1.0850 sl 1.0800 tp 1.0900", OrderType.MARKET),
        ("EURUSD buy sl 1.0800 tp 1.0900", OrderType.MARKET),
        ("EURUSD buy limit 1.0850 sl 1.0800 tp 1.0900", OrderType.LIMIT),
        ("EURUSD buy stop 1.0850 sl 1.0800 tp 1.0900", OrderType.STOP),
        ("EURUSD buy above 1.0850 sl 1.0800 tp 1.0900", OrderType.STOP),
        ("EURUSD buy 1.0850 sl 1.0800 tp 1.0900", None),
    ],
)
def test_order_types(text: str, order: OrderType | None) -> None:
    assert entry(text).order_type is order


def test_shares_that_add_up_belong_to_the_targets() -> None:
    targets = entry("ADA/USDT LONG\nEntry 0.50\nTargets:\n1) 0.55 - 60%\n2) 0.60 - 40%\nSL 0.45").take_profits
    assert targets == tuple(
        Target(level=Level(kind=LevelKind.PRICE, value=Decimal(price)), share=Decimal(share))
        for price, share in (("0.55", 60), ("0.60", 40))
    )


def test_a_range_of_distances_keeps_both_ends() -> None:
    stop = entry("ADA/USDT LONG\nEntry 0.50\nTP 0.55\nStop 5-10%").stop_loss
    assert stop == Level(kind=LevelKind.PERCENT, value=Decimal(10), nearest=Decimal(5))


def test_risk_amount_and_time_frame_are_noted() -> None:
    read_entry = entry("ADA/USDT LONG 4h\nEntry 0.50\nTP 0.55\nSL 0.45\nRisk 1%\nAmount 2%")
    assert (read_entry.risk_percent, read_entry.amount_percent, read_entry.time_frame) == (1, 2, "H4")


def test_a_stop_on_candle_close_says_so() -> None:
    assert entry("ADA/USDT LONG\nEntry 0.50\nTP 0.55\nSL daily close below 0.45").stop_on_close
    assert not entry("ADA/USDT LONG\nEntry 0.50\nTP 0.55\nSL 0.45").stop_on_close


@pytest.mark.parametrize(
    ("text", "confidence"),
    [(WHOLE, 90), (WHOLE + "\nTimeframe: 4h", 100), ("Gold buy now", 50), ("EURUSD buy now sl 1.0800", 75)],
)
def test_confidence_is_the_sum_of_what_is_there(text: str, confidence: int) -> None:
    assert entry(text).confidence == confidence


def test_several_signals_are_read_apart() -> None:
    reading = read("EURUSD buy 1.0850\nSL 1.0800\nTP 1.0900\n\nGBPUSD sell 1.2700\nSL 1.2750\nTP 1.2600")
    assert isinstance(reading, Entries)
    assert [(signal.symbol_base, signal.direction) for signal in reading.signals] == [
        ("EUR", Direction.BUY),
        ("GBP", Direction.SELL),
    ]


def test_a_closed_trade_and_its_successor() -> None:
    read_entry = entry("Close silver buy\nSilver sell now")
    assert (read_entry.symbol_base, read_entry.direction) == ("XAG", Direction.SELL)
    assert [step.action.value for step in read_entry.actions] == ["close"]


@pytest.mark.parametrize("text", ["Close silver buy", "close silver sell now", "Cancel buy limit silver"])
def test_the_side_of_a_managed_trade_never_opens_one(text: str) -> None:
    assert isinstance(read(text), Amendments)


def test_a_signal_posted_again_as_modified_changes_its_levels() -> None:
    label = to_label(read("Signal modified\nEURUSD buy\nTP 1.0950\nSL 1.0820"))
    assert label["kind"] == "update"
    assert label["actions"] == [{"action": "set_tp", "value": 1.095}, {"action": "move_sl", "value": 1.082}]


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
