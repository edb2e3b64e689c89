"""What channels write in the stories. Prices fit where the simulated market starts."""

from __future__ import annotations

from collections.abc import Sequence

TALK = "Good morning everyone! A quiet day so far 🚀"

LONG_BTC = """\
📈 BTC/USDT LONG

Entry: 64000
Targets:
1) 64320
2) 64800
Stop loss: 63680
Leverage: 5x"""

LIMIT_ETH = """\
#ETH/USDT buy limit 3085
Stop 3050
Targets 3120 - 3160"""

SHORT_GOLD = """\
GOLD SELL NOW
SL 2352
TP1 2334
TP2 2322"""


def long(pair: str, entry: str, stop: str, *targets: str) -> str:
    """A long signal as a careful channel words it."""
    rungs = "\n".join(f"{number}) {price}" for number, price in enumerate(targets, 1))
    return f"📈 {pair} LONG\n\nEntry: {entry}\nTargets:\n{rungs}\nStop loss: {stop}"


def crowd(pair: str, entry: str, stop: str, targets: Sequence[str], number: int) -> str:
    """The same signal in words that no other number has."""
    return f"{long(pair, entry, stop, *targets)}\n\nSignal no. {number} of today"
