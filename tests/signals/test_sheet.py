"""The fast reader reads nothing otherwise than the full one: held side by side over posts of every arrangement."""

from __future__ import annotations

import dataclasses
import random

import pytest

from engine.signals.formats import FORMATS, sheet
from engine.signals.message import Message
from engine.types import Entry, Noise, Reading, Unclear

POSTS = 12_000
TITLES = (
    "", "", "", "Signal No. 7", "📈 Signal No. 12", "📉 Signal No.8", "Signal #345", "Trade #3", "trade no. 4",
    "signal no. 12345", "New Signal", "🔥 VIP SIGNAL",
)  # fmt: skip
PAIRS = (
    ("BTC/USDT", 64000), ("ETHUSDT", 3100), ("SOL/USDT", 145), ("LTC/USDT", 84), ("LINK/USDT", 15.5), ("XAUUSD", 2650),
    ("#ADA/USDT", 0.5512), ("EUR/USD", 1.085),
)  # fmt: skip


def slowly(text: str) -> Reading | None:
    """What the other readers say, in their order."""
    post = Message(text)
    for reader in FORMATS:
        found = reader(post)
        doubt = isinstance(found, Noise) or (isinstance(found, Unclear) and "missing" in found.found)
        if found is not None and not doubt:
            return found
    return None


def post(dice: random.Random) -> str:
    """A post whose lines a sheet may have, in an order in which it mostly has them."""

    def written(number: float) -> str:
        return dice.choice((f"{number:g}", f"{number:.2f}", f"{number:.1f}", f"{number:.4f}", f"{round(number)}"))

    pair, price = dice.choice(PAIRS)
    side = dice.choice(("LONG", "SHORT", "BUY", "SELL"))
    sign = 1 if side in ("LONG", "BUY") else -1
    targets = [written(price * (1 + sign * 0.01 * step)) for step in range(1, dice.randint(2, 6))]
    behind = dice.choice((") ", ") ", ") ", ")", ". ", "."))
    listed = [f"{number}{behind}{target}" for number, target in enumerate(targets, 1)]
    if dice.random() < 0.1:
        dice.shuffle(listed)
    if dice.random() < 0.8:
        listed.insert(0, dice.choice(("Targets:", "🎯 Targets:", "Take Profits:", "TP:", "Take Profit:", "Targets: ")))
    labelled = [f"TP{number}: {target}" for number, target in enumerate(targets, 1)]
    entry, zone = f"Entry: {written(price)}", f"Entry: {written(price)} - {written(price * 1.005)}"
    parts = [
        [dice.choice(TITLES)],
        [f"{pair} {side}{dice.choice(('', ' NOW', ' now'))}"],
        dice.choice(([], [""], [entry], [zone], ["Order: limit"], ["Order: limit", entry])),
        dice.choice((listed, listed, labelled)),
        [f"{dice.choice(('Stop loss', 'SL', 'Stop'))}: {written(price * (1 - sign * 0.02))}"],
        dice.choice(([], ["Leverage: 5x"], ["Lev: cross 10x"], ["Timeframe: 1h"], ["Risk: 1%"])),
    ]
    if dice.random() < 0.3:
        dice.shuffle(parts)
    return "\n".join(line for part in parts for line in part)


def test_whatever_the_fast_reader_reads_the_full_one_reads_too() -> None:
    dice, fast = random.Random(20261121), 0
    for _ in range(POSTS):
        text = post(dice)
        quick = sheet.read(Message(text))
        if quick is not None:
            fast += 1
            full = slowly(text)
            assert isinstance(quick, Entry) and isinstance(full, Entry), text
            assert dataclasses.replace(quick, format="") == dataclasses.replace(full, format=""), text
    assert fast > POSTS / 20


@pytest.mark.parametrize(
    "text",
    [
        "📈 Signal No. 7\nBTC/USDT LONG NOW\n\nTargets:\n1) 65280\n2) 66560\nStop loss: 62720\nLeverage: 5x",
        "Signal no. 12\nADA/USDT short\nEntry: 0.5512\nTake profits:\n1) 0.5401\nSL: 0.5702",
    ],
)
def test_a_list_of_targets_is_read_fast(text: str) -> None:
    assert isinstance(sheet.read(Message(text)), Entry)


LIST = "ETH/USDT LONG\nEntry: 3000\nTargets:\n1) 3100\n2) 3200\nSL: 2900"


@pytest.mark.parametrize(
    "text",
    [
        LIST.replace("2) ", "3) "),
        LIST.replace("1) ", "1. "),
        LIST.replace("Targets:\n", ""),
        LIST.replace("2) 3200", "2) 3100.0"),
        LIST.replace("2) 3200", "Targets:\n2) 3200"),
        LIST.replace("SL", "Signal no. 4\nSL"),
        "📉 " + LIST,
        LIST.replace("Entry: 3000", "Order: limit"),
    ],
    ids=[
        "a number left out", "a mark that may be decimal", "no heading", "the same target twice", "two headings",
        "a number that may be a target", "an arrow down", "a limit order without a price",
    ],
)  # fmt: skip
def test_doubts_are_left_to_the_full_reader(text: str) -> None:
    assert sheet.read(Message(LIST)) is not None
    assert sheet.read(Message(text)) is None
