"""Parser beside a plain ``re`` reader, over the same messages in the same run: ``python -m benchmarks.parse``.

The plain reader is what a channel copier usually starts from: ten case-blind patterns, one for each field, Decimals
out. It reads one dialect of English and checks nothing; the ratios say what reading the others costs or saves.
Medians of fifteen interleaved rounds; only the ratios mean anything on a shared machine.
"""

from __future__ import annotations

import gc
import json
import re
import statistics
import time
from collections.abc import Callable, Sequence
from decimal import Decimal
from pathlib import Path

from engine.signals import read

ROUNDS = 15
CALLS = 400

_FIELDS = {
    "symbol": re.compile(r"(?i)\b([A-Z0-9]{2,12})\s*/?\s*(USDT|USDC|USD|EUR|JPY|GBP|CHF|CAD|AUD|NZD)\b"),
    "direction": re.compile(r"(?i)\b(buy|sell|long|short)\b"),
    "entry": re.compile(r"(?i)\bentry(?:\s*(?:zone|price))?\s*[:=@]?\s*([\d.]+)(?:\s*-\s*([\d.]+))?"),
    "stop": re.compile(r"(?i)\b(?:stop\s*-?\s*loss|sl)\s*[:=@]?\s*([\d.]+)"),
    "targets": re.compile(r"(?i)\b(?:tp|target|take\s*-?\s*profit)\s*\d{0,2}\s*[:=@-]\s*([\d.]+)"),
    "leverage": re.compile(r"(?i)\b(?:leverage|lev)\b\D{0,20}?(\d{1,3})\s*x"),
    "margin": re.compile(r"(?i)\b(cross|isolated)\b"),
    "order": re.compile(r"(?i)\b(market|limit|now)\b"),
    "timeframe": re.compile(r"(?i)\b(?:timeframe|tf)\s*[:=]?\s*(\d{1,2}[mhdw])\b"),
    "risk": re.compile(r"(?i)\brisk\s*[:=]?\s*([\d.]+)\s*%"),
}


def plain_reader(text: str) -> dict[str, object]:
    """Ten searches; the numbers as Decimals."""
    found: dict[str, object] = {}
    for name, pattern in _FIELDS.items():
        if name == "targets":
            found[name] = [Decimal(price) for price in pattern.findall(text)]
            continue
        match = pattern.search(text)
        if match is None:
            if name in ("symbol", "direction"):
                return {}
            continue
        groups = [group for group in match.groups() if group]
        found[name] = [Decimal(group) for group in groups] if name in ("entry", "stop", "risk") else groups
    return found


def signals() -> list[str]:
    """Fifteen-line signals in the layout most channels use."""
    rows = (
        ("BTC/USDT", "LONG", 64000, 100),
        ("ETH/USDT", "SHORT", 3050, -5),
        ("SOL/USDT", "LONG", 152, 1),
        ("XAU/USD", "SELL", 2391, -2),
    )
    made = []
    for symbol, side, price, step in rows:
        targets = "\n".join(f"🎯 TP{n}: {price + n * step}" for n in range(1, 6))
        made.append(
            f"📊 NEW SIGNAL\n\n💎 Pair: {symbol}\n🔥 Direction: {side}\n⚡ Leverage: Cross 10x\n⏰ Timeframe: 4h\n\n"
            f"📌 Entry: {price} - {price - step / 4}\n\n{targets}\n\n🔔 Stop Loss: {price - 3 * step}\n💰 Risk: 1%"
        )
    return made


CHATTER = [
    "Good morning everyone! The market was quiet during the Asian session and most of us are still waiting for the "
    "American data this afternoon. Please keep your eyes open and do not rush into anything, patience has always been "
    "our best friend. I will go through the charts with you in the live room later today, bring your questions and a "
    "coffee, it is going to be fun as always!",
    "Thank you all for the kind words after yesterday. We have been working hard on the new website and the mobile "
    "application for months and it means a lot to see so many of you using it every day. If something does not work as "
    "it should, write to the team and tell us which device you are using, that helps us a great deal. Have a wonderful "
    "weekend with your family!",
    "Happy Friday 🎉🎉 What a week it has been for the whole community, thank you for being part of it! Our next "
    "webinar is about psychology and discipline, the two things nobody likes to talk about although they decide "
    "everything in this business. Seats are limited, so be quick and reserve yours today. See you there, and until "
    "then enjoy some rest away from the screens 🙏",
]


def rate(reader: Callable[[str], object], messages: Sequence[str]) -> float:
    """Messages a second over ``CALLS`` readings; the collector rests meanwhile, as it does in ``timeit``."""
    turns = [messages[turn % len(messages)] for turn in range(CALLS)]
    gc.disable()
    started = time.perf_counter()
    for text in turns:
        reader(text)
    taken = time.perf_counter() - started
    gc.enable()
    return CALLS / taken


def compare(name: str, messages: Sequence[str], target: float) -> None:
    """Both readers in turn, round after round, and the ratio of their medians."""
    ours, theirs = [], []
    for _ in range(ROUNDS):
        theirs.append(rate(plain_reader, messages))
        ours.append(rate(read, messages))
    mine, plain = statistics.median(ours), statistics.median(theirs)
    print(f"{name:<26} plain re {plain:>9,.0f}/s   heliograph {mine:>9,.0f}/s   {mine / plain:.2f}x   (>= {target}x)")


def tail(messages: Sequence[str]) -> None:
    """Slowest percentile of single readings, best of five each, so that a busy neighbour is not counted."""
    best = []
    for message in messages:
        times = []
        for _ in range(5):
            started = time.perf_counter()
            read(message)
            times.append(time.perf_counter() - started)
        best.append(min(times))
    best.sort()
    middle, slowest = best[len(best) // 2] * 1e6, best[int(len(best) * 0.99)] * 1e6
    print(f"{len(best)} messages of every kind: p50 {middle:,.0f} us   p99 {slowest:,.0f} us   (<= 1,000 us)")


def main() -> None:
    compare("15-line signal", signals(), 1.5)
    compare("chatter of 350 letters", CHATTER, 3.0)
    golden = Path(__file__).parents[1] / "tests" / "signals" / "golden.jsonl"
    tail([json.loads(line)["text"] for line in golden.read_text(encoding="utf8").splitlines()])


if __name__ == "__main__":
    main()
