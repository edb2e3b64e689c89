"""One table for each small rule of the reader."""

from __future__ import annotations

from decimal import Decimal

import pytest

from engine.signals import lexer, numbers, symbols, timeframes
from engine.signals.gate import is_chatter
from engine.signals.lexer import Kind
from engine.signals.normalise import plain
from engine.signals.symbols import Symbol


@pytest.mark.parametrize(
    ("posted", "text"),
    [
        ("𝗘𝗻𝘁𝗿𝘆 𝑋𝐴𝑈", "Entry XAU"),
        ("ＢＴＣ：１２３", "BTC:123"),
        ("۱۲۳ ٤٥٦", "123 456"),
        ("TP¹ 5", "TP1  5"),
        ("TP ➊ 5", "TP  1)  5"),
        ("1️⃣ 5", "1)  5"),
        ("2650․5", "2650.5"),
        ("81.139½", "81.139 "),
        ("ʙᴜʏ", "buy"),
        ("Giriş İşlem điểm", "Giris Islem diem"),
        ("止損價 做🈳", "止损价 做空"),
        ("🔴 📈 🥳", "● ▲  "),
        ("buy @some_channel https://x.yz/1.2345 now", "buy     now"),
        ("SELL :chart_with_downwards_trend: now", "SELL ▼ now"),
    ],
)
def test_text_is_folded_to_plain_letters(posted: str, text: str) -> None:
    assert plain(posted) == (text, "")


@pytest.mark.parametrize(
    ("posted", "suspect"),
    [
        ("BUY ЕTH", "two alphabets in one word"),
        ("S\u200bL 5", "hidden characters"),
        ("BUY \u202e5.1", "reversed text"),
        ("BU\u0336Y", "hidden characters"),
        ("TP १२", "foreign digits"),
        ("🟢 BUY ETH", ""),
        ("20х плечо", ""),
    ],
)
def test_disguises_are_named(posted: str, suspect: str) -> None:
    assert plain(posted).suspect == suspect


@pytest.mark.parametrize(
    ("text", "kind", "body"),
    [
        ("1.2345", Kind.NUMBER, "1.2345"),
        ("43k", Kind.NUMBER, "43k"),
        (".7510", Kind.NUMBER, ".7510"),
        ("20x", Kind.TIMES, "20x"),
        ("5-10x", Kind.TIMES, "5-10x"),
        ("x20", Kind.TIMES, "x20"),
        ("4h", Kind.TIMEFRAME, "4h"),
        ("1:6", Kind.RATIO, "1:6"),
        ("14:30", Kind.DATE, "14:30"),
        ("2025.10.06", Kind.DATE, "2025.10.06"),
        ("2nd", Kind.ORDINAL, "2nd"),
        ("s/l", Kind.WORD, "sl"),
        ("t.p", Kind.WORD, "tp"),
        ("1e5", Kind.BAD_NUMBER, "1e5"),
        ("0x10", Kind.BAD_NUMBER, "0x10"),
        ("1234567890123", Kind.BAD_NUMBER, "1234567890123"),
    ],
)
def test_tokens_are_told_apart(text: str, kind: Kind, body: str) -> None:
    (token,) = lexer.tokens(text)
    assert (token.kind, token.text) == (kind, body)


def test_a_distance_like_a_date_is_not_a_date() -> None:
    assert [token.kind for token in lexer.tokens("2668-75-90")].count(Kind.NUMBER) == 3


@pytest.mark.parametrize(
    ("raw", "pieces"),
    [
        ("1.2345", ["1.2345"]),
        ("1,234,567", ["1,234,567"]),
        ("1.234,50", ["1.234,50"]),
        ("132.650,133.000", ["132.650", "133.000"]),
        ("4350,4360", ["4350", "4360"]),
        ("1.1.96600", ["1", "1.96600"]),
    ],
)
def test_a_run_of_digits_is_taken_apart(raw: str, pieces: list[str]) -> None:
    assert numbers.parts(raw) == pieces


@pytest.mark.parametrize(
    ("raws", "mark"),
    [
        (["1.2345"], "."),
        (["108,70"], ","),
        (["27,400"], None),
        (["27,400", "1,234.5"], "."),
        (["0,125", "0.5"], None),
        (["5"], None),
    ],
)
def test_the_decimal_mark_is_what_certain_numbers_say(raws: list[str], mark: str | None) -> None:
    assert numbers.decimal_mark(raws) == mark


@pytest.mark.parametrize(
    ("raw", "mark", "values"),
    [
        ("27,400", None, ["27400", "27.400"]),
        ("27,400", ",", ["27.400", "27400"]),
        ("2.250", None, ["2.250", "2250"]),
        ("2.250", ",", ["2250", "2.250"]),
        ("0,125", None, ["0.125"]),
        ("1.234,5", ".", ["1234.5"]),
        ("108,70", None, ["108.70"]),
    ],
)
def test_every_reading_of_a_number(raw: str, mark: str | None, values: list[str]) -> None:
    assert numbers.readings(raw, mark) == [Decimal(value) for value in values]


@pytest.mark.parametrize(
    ("first", "raw", "whole"),
    [
        ("134.30", "35", "134.35"),
        ("1.3650", "70", "1.3670"),
        ("1250", "55", "1255"),
        ("21.28", "20", None),
        ("100", "90", None),
        ("4350", "4360", None),
        ("1.2500", "5", None),
    ],
)
def test_shortened_prices_are_completed(first: str, raw: str, whole: str | None) -> None:
    expected = Decimal(whole) if whole else None
    assert numbers.completed(Decimal(first), raw, Decimal("1.15")) == expected


@pytest.mark.parametrize(
    ("word", "base", "quote"),
    [
        ("eurusd", "EUR", "USD"),
        ("xauusdm", "XAU", "USD"),
        ("gbpusd", "GBP", "USD"),
        ("usdchff", "USD", "CHF"),
        ("xuausd", "XAU", "USD"),
        ("gold", "XAU", None),
        ("nas100", "NAS100", None),
        ("dj", "US30", None),
        ("btcusdt", "BTC", "USDT"),
        ("opusdtperp", "OP", "USDT"),
        ("ethbtc", "ETH", "BTC"),
        ("大饼", "BTC", None),
        ("cable", "GBP", "USD"),
    ],
)
def test_names_of_instruments(word: str, base: str, quote: str | None) -> None:
    assert symbols.read_word(word) == Symbol(base, quote)


@pytest.mark.parametrize("word", ["support", "usdusd", "buyers", "usdt", "eurxyz", "signal"])
def test_other_words_are_no_instruments(word: str) -> None:
    assert symbols.read_word(word) is None


@pytest.mark.parametrize(
    ("word", "size", "fast", "base"),
    [("v", "75", False, "VOLATILITY75"), ("vix", "15", True, "VOLATILITY15(1S)"), ("boom", "1000", False, "BOOM1000")],
)
def test_synthetic_indices(word: str, size: str, fast: bool, base: str) -> None:
    assert symbols.read_synthetic(word, size, fast) == Symbol(base, None)


def test_a_synthetic_of_unknown_size_is_none() -> None:
    assert symbols.read_synthetic("boom", "77", False) is None


@pytest.mark.parametrize(
    ("text", "frame"), [("15m", "M15"), ("4 hour", "H4"), ("h1", "H1"), ("15м", "M15"), ("4小时", "H4"), ("soon", None)]
)
def test_time_frames_have_one_spelling(text: str, frame: str | None) -> None:
    assert timeframes.standard(text) == frame


@pytest.mark.parametrize(
    ("text", "chatter"),
    [
        ("What a wonderful morning to everyone in the room", True),
        ("What a wonderful morning 🎉 to everyone in the room", True),
        ("Short text", False),
        ("What a wonderful morning, now move your stop to entry", False),
        ("Прекрасное утро, как ваши дела сегодня", False),
        ("symbol=x what a wonderful morning to everyone", False),
    ],
)
def test_only_texts_without_a_word_of_the_trade_are_chatter(text: str, chatter: bool) -> None:
    assert is_chatter(text) is chatter
