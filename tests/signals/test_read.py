"""The public entry point: its options, its refusals, and what it never does."""

from __future__ import annotations

from decimal import Decimal

import pytest

from engine.errors import Code
from engine.signals import MAX_CHARACTERS, read
from engine.signals.label import to_label
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
