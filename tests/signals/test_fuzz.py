"""Messages gone wrong: nothing crashes, nothing hangs, and a damaged message never becomes another trade."""

from __future__ import annotations

import time

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.signals import MAX_CHARACTERS, read
from engine.signals.label import to_label
from engine.types import Amendments, Entries, Entry, Noise, Unclear
from tests.signals.labels import GOLDEN, flat

TEXTS = [case["text"] for case in GOLDEN]
ENTRIES = [text for text in TEXTS if isinstance(read(text), Entry) and text.count("\n") > 1]
NOISE = [case["text"] for case in GOLDEN if case["label"]["kind"] == "noise"]
ODD = [
    "",
    "0",
    "-1",
    "1e999999",
    "NaN",
    "0x10",
    "9" * 40,
    "\u202e",
    "\u200b",
    "½",
    "۱",
    ".",
    ",",
    "\n",
    "%",
    "✅",
    "🔴",
    "SL",
    "TP",
    "x",
]
QUICK = settings(max_examples=150, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])


@QUICK
@given(
    st.sampled_from(TEXTS),
    st.lists(st.tuples(st.integers(0, 400), st.integers(0, 3), st.sampled_from(ODD)), max_size=6),
)
def test_damaged_messages_are_still_answered(text: str, cuts: list[tuple[int, int, str]]) -> None:
    for at, size, odd in cuts:
        text = text[:at] + odd + text[at + size :]
    assert isinstance(read(text), (Entry, Entries, Amendments, Noise, Unclear))


@QUICK
@given(st.text(max_size=200))
def test_any_text_is_answered_and_says_the_same_twice(text: str) -> None:
    assert read(text) == read(text)


@QUICK
@given(st.data())
def test_a_lost_line_never_moves_a_price_to_another_field(data: st.DataObject) -> None:
    text = data.draw(st.sampled_from(ENTRIES))
    lines = text.split("\n")
    lost = data.draw(st.integers(0, len(lines) - 1))
    whole, damaged = to_label(read(text)), to_label(read("\n".join(lines[:lost] + lines[lost + 1 :])))
    if damaged["kind"] != "entry":
        return
    assert damaged["direction"] == whole["direction"]
    assert set(flat(damaged["stop_loss"])) <= set(flat(whole["stop_loss"]))
    assert set(flat(damaged["take_profits"])) <= set(flat(whole["take_profits"]))


@QUICK
@given(
    st.sampled_from(NOISE),
    st.sampled_from(["✅", "🔥", "...", "!", " 🙏", "\n\nHave a nice day", "\n@ourchannel"]),
    st.booleans(),
)
def test_decorated_noise_stays_noise(text: str, ornament: str, shout: bool) -> None:
    reading = read((text.upper() if shout else text) + ornament)
    assert not isinstance(reading, (Entry, Entries)), reading


@QUICK
@given(st.sampled_from(ENTRIES), st.sampled_from(["1e9", "0x55", "9999999999999999", "NaN.5"]))
def test_a_number_that_is_none_never_reaches_a_trade(text: str, bad: str) -> None:
    label = to_label(read(text + f"\nSL {bad}\nTP {bad}"))
    numbers = [value for name in ("entries", "stop_loss", "take_profits") for _, value in flat(label.get(name))]
    assert all(0 < value < 10**9 for value in numbers)


def test_the_longest_messages_take_no_longer_than_their_length() -> None:
    """Twice the text takes about twice the processor time; best of five."""

    def best(text: str) -> float:
        times = []
        for _ in range(5):
            started = time.thread_time()
            read(text)
            times.append(time.thread_time() - started)
        return min(times)

    for text in ("buy 1 " * 700, "1.1" * 1365, ":a" * 2000, "(" * 4000, "TP 1) " * 680, "多" * 4000, "@a1.2-" * 680):
        whole, half = best(text[:MAX_CHARACTERS]), best(text[: MAX_CHARACTERS // 2])
        assert whole < 4 * half + 0.005
