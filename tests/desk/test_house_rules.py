"""A channel's own rules around the reader, and what is learnt from a tapped price."""

from __future__ import annotations

import timeit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.signals import read
from engine.signals.house_rules import Readings, is_allowed, name_of, read_under
from engine.signals.lessons import learnt, lesson, numbered, prices, taught
from engine.types import Amendments, ChannelRules, Direction, Entry, Lesson, Noise, Part, Unclear

BARE = "BTCUSDT LONG\n64000\n63000\n65000"
IDEA = "BTC/USDT LONG\nEntry 64000\nTP 1 65000\nTP 2 66000\nthe idea dies below 63000"


def entry(text: str, rules: ChannelRules) -> Entry:
    reading = read_under(rules, text)
    assert isinstance(reading, Entry), reading
    return reading


# --- teaching --------------------------------------------------------------------------------------


def test_prices_are_counted_and_indices_are_not() -> None:
    assert [price.number for price in prices(IDEA)] == ["64000", "65000", "66000", "63000"]
    assert numbered(IDEA, 2).splitlines()[1:3] == ["Entry (1) 64000", "TP 1 (2) 65000"]


def test_percentages_and_leverage_are_no_prices() -> None:
    assert [price.number for price in prices("LONG 20x\nrisk 2 %\nentry 64000")] == ["64000"]


def test_a_price_is_known_by_the_words_before_it() -> None:
    assert isinstance(read(IDEA), Unclear)
    learned = lesson(IDEA, 3, Part.STOP)
    assert learned == Lesson(part=Part.STOP, words=("idea", "dies", "below"))
    stop = entry(IDEA, ChannelRules(lessons=(learned,))).stop_loss
    assert stop is not None and stop.value == 63000


def test_the_lesson_holds_for_other_figures_and_other_coins() -> None:
    learned = lesson(IDEA, 3, Part.STOP)
    assert learned is not None
    other = "SOL/USDT LONG\nEntry 145\nTP 1 150\n👉 The IDEA dies below: 140"
    stop = entry(other, ChannelRules(lessons=(learned,))).stop_loss
    assert stop is not None and stop.value == 140


def test_bare_prices_are_known_by_their_line() -> None:
    rules = ChannelRules()
    for number, part in enumerate((Part.ENTRY, Part.STOP, Part.TARGET)):
        learned = lesson(BARE, number, part)
        assert learned is not None and learned.line == number + 1
        rules = ChannelRules(lessons=learnt(rules.lessons, learned))
    found = entry(BARE.replace("63000", "62500"), rules)
    assert found.stop_loss is not None and found.stop_loss.value == 62500
    assert found.entries[0].low == 64000 and found.take_profits[0].level.value == 65000


LABELS_BEHIND = "BTC LONG\n64000 buy zone\n63000 out below\n65000 first 66000 second"


def test_prices_whose_label_follows_are_taught_by_it() -> None:
    assert [price.after for price in prices(LABELS_BEHIND)] == [
        ("buy", "zone"), ("out", "below"), ("first",), ("second",),
    ]  # fmt: skip
    rules = ChannelRules()
    for number, part in enumerate((Part.ENTRY, Part.STOP, Part.TARGET, Part.TARGET)):
        learned = lesson(LABELS_BEHIND, number, part)
        assert learned is not None and not learned.words
        rules = ChannelRules(lessons=learnt(rules.lessons, learned))
    other = "ETH LONG\n3100 buy zone\n3000 out below\n3200 first 3300 second"
    read = entry(other, rules)
    assert read.stop_loss is not None and read.stop_loss.value == 3000
    assert [point.low for point in read.entries] == [3100]
    assert [target.level.value for target in read.take_profits] == [3200, 3300]


def test_the_usual_label_behind_a_price_can_be_taught() -> None:
    text = "BTC LONG\nEntry 64000\n63800 SL\nTP 65000"
    number = [price.after for price in prices(text)].index(("sl",))
    learned = lesson(text, number, Part.STOP)
    assert learned is not None
    stop = entry(text.replace("63800", "63700"), ChannelRules(lessons=(learned,))).stop_loss
    assert stop is not None and stop.value == 63700


@pytest.mark.parametrize("line", ["64000 SL 63000", "BTC 64000 SL 63000", "entry 64000 SL 63000", "64000 63000 SL"])
def test_a_label_belongs_to_the_price_behind_it_unless_every_price_has_one_behind(line: str) -> None:
    """Taught that a stop stands before "SL", the entry of such a line is still no stop."""
    behind = Lesson(part=Part.STOP, after=("sl",))
    assert all(not price.after for price in prices(f"BTC LONG\n{line}"))
    assert taught(f"BTC LONG\n{line}", (behind,)) == f"BTC LONG\n{line}"


def test_only_what_can_be_known_again_is_offered() -> None:
    text = "BTC LONG 64000 63000\nbelow 62000 61000"
    assert [price.words for price in prices(text)] == [("long",), ("below",)]
    assert numbered(text, 9).splitlines()[1] == "below (2) 62000 61000"


def test_a_wrong_lesson_is_caught_by_the_reader() -> None:
    """Whatever was taught, a stop on the wrong side is no trade."""
    wrong = lesson(IDEA, 3, Part.TARGET)
    assert wrong is not None
    assert not isinstance(read_under(ChannelRules(lessons=(wrong,)), IDEA), Entry)


def test_nothing_is_learnt_of_a_price_without_words() -> None:
    assert lesson("BTC LONG now 64000 63000", 1, Part.STOP) is None
    assert lesson(IDEA, 9, Part.STOP) is None


def test_the_newest_lesson_of_the_same_words_counts() -> None:
    one, other = (Lesson(part=part, words=("zone",)) for part in (Part.ENTRY, Part.STOP))
    assert learnt(learnt((), one), other) == (other,)


def test_a_text_that_hides_characters_is_not_rewritten() -> None:
    """M04: the reader has to see the forgery."""
    hidden = IDEA.replace("BTC", "B\u200bTC")
    rules = ChannelRules(lessons=(Lesson(part=Part.STOP, words=("below",)),))
    assert taught(hidden, rules.lessons) == hidden
    assert not isinstance(read_under(rules, hidden), Entry)


words = st.lists(st.sampled_from(["stop", "below", "zone", "вход", "止损"]), min_size=1, max_size=3)
taught_words = words.map(tuple)
one_lesson = st.builds(Lesson, part=st.sampled_from(Part), words=taught_words) | st.builds(
    Lesson, part=st.sampled_from(Part), after=taught_words
)
lessons = st.lists(one_lesson, max_size=4).map(tuple)


@given(st.text(max_size=200), lessons)
def test_no_text_and_no_lesson_makes_the_reader_fall(text: str, known: tuple[Lesson, ...]) -> None:
    read_under(ChannelRules(lessons=known), text)
    for number in range(len(prices(text))):
        lesson(text, number, Part.STOP)


@given(st.text(alphabet="LONGBTC 0123456789\n.:-", max_size=80))
def test_without_a_lesson_that_fits_the_text_stays(text: str) -> None:
    assert taught(text, (Lesson(part=Part.STOP, words=("nowhere",)),)) == text


# --- names, quotes, words --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("gold", "XAU"), ("btc", "BTC"), ("BTCUSDT", "BTC/USDT"), ("btc/usdt", "BTC/USDT"), ("XAUUSD.m", "XAUUSD.m"),
        ("us30", "US30"), ("newcoin", "NEWCOIN"),
    ],
)  # fmt: skip
def test_a_typed_symbol_is_named_as_the_reader_does(written: str, name: str) -> None:
    assert name_of(written) == name


@pytest.mark.parametrize(
    ("text", "quote", "read_quote"),
    [
        pytest.param("BTC LONG now SL 63000 TP 65000", "USDC", "USDC", id="completed"),
        pytest.param("BTC/USDT LONG now SL 63000 TP 65000", "USDC", "USDT", id="written-in-the-post"),
        pytest.param("GOLD SELL NOW SL 2352 TP 2334", "USDT", None, id="gold-has-no-stablecoin"),
        pytest.param("GOLD SELL NOW SL 2352 TP 2334", "USD", "USD", id="gold-in-dollars"),
    ],
)
def test_the_usual_quote(text: str, quote: str, read_quote: str | None) -> None:
    assert entry(text, ChannelRules(default_quote=quote)).symbol_quote == read_quote


def test_instructions_go_by_the_given_names_too() -> None:
    reading = read_under(ChannelRules(symbols={"XAU": "XAUUSD.m"}), "Close gold now")
    assert isinstance(reading, Amendments) and reading.steps[0].symbol_base == "XAUUSD.m"


def test_a_given_name_may_be_a_pair() -> None:
    found = entry("BTC LONG now SL 63000 TP 65000", ChannelRules(symbols={"BTC": "BTC/USDC"}))
    assert (found.symbol_base, found.symbol_quote) == ("BTC", "USDC")


def test_ignored_words_are_noise() -> None:
    assert isinstance(read_under(ChannelRules(ignore_words=("vip",)), f"VIP {IDEA}"), Noise)


def test_one_text_is_read_once_for_all_who_have_the_same_rules(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[ChannelRules] = []
    monkeypatch.setattr("engine.signals.house_rules.read_under", lambda rules, *_a, **_k: asked.append(rules))
    readings = Readings(text="x")
    for rules in (ChannelRules(), ChannelRules(), ChannelRules(default_quote="USD"), ChannelRules()):
        readings.under(rules)
    assert asked == [ChannelRules(), ChannelRules(default_quote="USD")]


@given(st.sampled_from(["BTC", "XAU", "ETH"]), st.none() | st.sampled_from(["USDT", "USD"]))
def test_a_rule_never_touches_a_figure(base: str, quote: str | None) -> None:
    """Rules name and leave out; sizes, risk and leverage stay what the post and its owner's limits say."""
    text = f"{base} LONG\nEntry 64000\nSL 63000\nTP 65000\nLeverage 5x\nRisk 2%"
    plain, ruled = read(text), read_under(ChannelRules(default_quote=quote, symbols={"XAU": "XAUUSD.m"}), text)
    if isinstance(plain, Entry) and isinstance(ruled, Entry):
        kept = ("entries", "stop_loss", "take_profits", "leverage", "risk_percent", "amount_percent", "confidence")
        assert [getattr(plain, name) for name in kept] == [getattr(ruled, name) for name in kept]


def test_the_list_of_symbols_knows_both_names() -> None:
    rules = ChannelRules(symbols={"XAU": "XAUUSD.m"}, allowed=("XAU",))
    gold = Entry(symbol_base="XAUUSD.m", direction=Direction.BUY)
    assert is_allowed(gold, rules)
    assert not is_allowed(Entry(symbol_base="XAG", direction=Direction.BUY), rules)


@pytest.mark.parametrize("piece", ["1 ", "1\n", "below 1 ", "stop 63000 ", "止损1", "1.1,"])
def test_the_longest_post_is_no_burden(piece: str) -> None:
    """Whatever it repeats: a search that begins anew at every price takes seconds."""
    known = (Lesson(part=Part.STOP, words=("below",)), Lesson(part=Part.ENTRY, line=2))
    text = (piece * 4096)[:4096]
    assert min(timeit.repeat(lambda: taught(text, known), number=1, repeat=3)) < 0.5


def test_a_text_longer_than_any_post_is_left_to_the_reader() -> None:
    text = "below 1 " * 1000
    assert taught(text, (Lesson(part=Part.STOP, words=("below",)),)) is text
