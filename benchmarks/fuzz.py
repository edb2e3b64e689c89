"""Messages damaged by chance, read one after another: ``python -m benchmarks.fuzz --count N [--corpus FILE]``.

The seeds are the golden messages and, with ``--corpus``, the ``text`` of every JSON line of a file. Each is cut, mixed,
misspelt and given wrong numbers. Three things must hold: the reader never raises, no message takes longer than
``SLOWEST``, and noise that is only damaged (not mixed with a trade) never becomes a trade.
"""

from __future__ import annotations

import argparse
import json
import random
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from engine.signals import MAX_CHARACTERS, read
from engine.types import Entries, Entry

SLOWEST = 0.020
"""Seconds of processor time one message may take, each of several times: the first may fill caches, and a busy
machine makes a single one look slow."""
AGAIN = 4
_WORTH_REPEATING = 0.002
_GOLDEN = Path(__file__).parents[1] / "tests" / "signals" / "golden.jsonl"
_ODD_NUMBERS = ("0", "-1", "1e9", "NaN", "∞", "0x1F", "9" * 30, "1.2.3.4", "1,2,3", "٣٫٥", "12½", ".", "00", "1 000")
_ODD_LETTERS = "\u200b\u202e\ufe0f\u0301\x00\t²①Ⅷ🟢🔻✅½％／：，。ﷺ𝟗"
_PICTURES = "🔥🙏🎉💎📣⭐\u200b\ufe0f\t"
Mutation = Callable[[random.Random, str], str]


@dataclass(slots=True)
class Findings:
    """What went wrong, with the text that did it."""

    raised: list[str] = field(default_factory=list)
    slow: list[str] = field(default_factory=list)
    traded: list[str] = field(default_factory=list)
    readings: Counter[str] = field(default_factory=Counter)
    slowest: float = 0.0

    @property
    def is_clean(self) -> bool:
        return not (self.raised or self.slow or self.traded)


# --- ways to damage a text: these can only take away or disfigure --------------------------------------


def _drop_letters(chance: random.Random, text: str) -> str:
    return "".join(letter for letter in text if chance.random() > 0.02)


def _cut(chance: random.Random, text: str) -> str:
    return text[: chance.randrange(len(text) + 1)]


def _sprinkle(chance: random.Random, text: str) -> str:
    at = chance.randrange(len(text) + 1)
    return text[:at] + chance.choice(_ODD_LETTERS) + text[at:]


def _decorate(chance: random.Random, text: str) -> str:
    return f"{chance.choice(_PICTURES)} {text} {chance.choice(_PICTURES)}"


def _join_lines(_chance: random.Random, text: str) -> str:
    return text.replace("\n", " ")


def _change_case(chance: random.Random, text: str) -> str:
    return chance.choice((str.upper, str.lower, str.title))(text)


def _drop_line(chance: random.Random, text: str) -> str:
    lines = text.split("\n")
    lines.pop(chance.randrange(len(lines)))
    return "\n".join(lines)


GENTLE: tuple[Mutation, ...] = (_decorate, _change_case)
"""Damage that leaves every word of the text in place."""


# --- and these can say something else ------------------------------------------------------------------


def _shuffle_lines(chance: random.Random, text: str) -> str:
    lines = text.split("\n")
    chance.shuffle(lines)
    return "\n".join(lines)


def _odd_number(chance: random.Random, text: str) -> str:
    words = text.split(" ")
    words[chance.randrange(len(words))] = chance.choice(_ODD_NUMBERS)
    return " ".join(words)


def _repeat(chance: random.Random, text: str) -> str:
    return (text * chance.randrange(2, 9))[:MAX_CHARACTERS]


HARSH: tuple[Mutation, ...] = (
    _drop_letters,
    _sprinkle,
    _cut,
    _join_lines,
    _drop_line,
    _shuffle_lines,
    _odd_number,
    _repeat,
)


def seeds(corpus: Path | None) -> list[str]:
    """Texts of the golden messages and of ``corpus``."""
    files = [_GOLDEN, *([corpus] if corpus else [])]
    return [json.loads(line)["text"] for file in files for line in file.read_text(encoding="utf8").splitlines() if line]


def damaged(chance: random.Random, texts: Sequence[str]) -> Iterator[tuple[str, str, bool]]:
    """The seed, what became of it, and whether its words are still all there."""
    while True:
        text = whole = chance.choice(texts)
        gentle = chance.random() < 0.4
        for _ in range(chance.randrange(1, 4)):
            text = chance.choice(GENTLE if gentle else HARSH + GENTLE)(chance, text)
        if not gentle and chance.random() < 0.2:
            text = f"{text}\n{chance.choice(texts)}"
        yield whole, text, gentle


def fuzz(count: int, texts: Sequence[str], chance: random.Random, seconds: float = 3600) -> Findings:
    """Read ``count`` damaged texts, or as many as ``seconds`` allow."""
    found, ends = Findings(), time.monotonic() + seconds
    trades = {text: _trades(text) for text in set(texts)}
    for _, (whole, text, gentle) in zip(range(count), damaged(chance, texts), strict=False):
        if time.monotonic() > ends:
            break
        started = time.thread_time()
        try:
            reading = read(text)
        except Exception as fault:
            found.raised.append(f"{type(fault).__name__}: {text!r}")
            continue
        taken = time.thread_time() - started
        if taken > max(found.slowest, _WORTH_REPEATING):
            found.slowest = max(found.slowest, min(taken, _seconds(text)))
        if taken > SLOWEST and _seconds(text) > SLOWEST:
            found.slow.append(text)
        found.readings[type(reading).__name__] += 1
        if gentle and isinstance(reading, (Entry, Entries)) and not trades[whole]:
            found.traded.append(text)
    return found


def _trades(text: str) -> bool:
    """The text opens a trade, in any of the cases the mutations write it in."""
    return any(isinstance(read(each), (Entry, Entries)) for each in (text, text.upper(), text.lower(), text.title()))


def _seconds(text: str) -> float:
    """The quickest of some readings."""
    taken = []
    for _ in range(AGAIN):
        started = time.thread_time()
        read(text)
        taken.append(time.thread_time() - started)
    return min(taken)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--count", type=int, default=10_000)
    options.add_argument("--seconds", type=float, default=3600)
    options.add_argument("--corpus", type=Path)
    options.add_argument("--seed", type=int, default=1)
    asked = options.parse_args()
    started = time.perf_counter()
    found = fuzz(asked.count, seeds(asked.corpus), random.Random(asked.seed), asked.seconds)
    count = found.readings.total() + len(found.raised)
    print(f"{count} messages in {time.perf_counter() - started:.0f} s: {dict(found.readings)}")
    print(f"slowest: {found.slowest * 1000:.1f} ms of processor time")
    for name in ("raised", "slow", "traded"):
        examples = getattr(found, name)
        print(f"{name}: {len(examples)}", *(repr(example) for example in examples[:20]), sep="\n  ")
    raise SystemExit(not found.is_clean)


if __name__ == "__main__":
    main()
