"""Settings of Python under a service that trades for many: how its threads take turns, and how it looks for garbage."""

from __future__ import annotations

import gc
import sys

TURN = 0.0005
"""Seconds after which a thread that waits gets its turn. The writer needs one for each statement, and Python's own five
milliseconds, ten times for each order, are half of what an order takes while much else goes on."""

ROUNDS = (10_000, 20, 20)
"""Objects made, and smaller rounds done, before the next round that looks for cycles of garbage. A thousand accounts
are a million objects that stay: looking through them at Python's own pace takes a third of the processor."""


def settle() -> None:
    """Once, when everything that stays is there: what is alive now is not looked through again."""
    sys.setswitchinterval(TURN)
    gc.set_threshold(*ROUNDS)
    gc.collect()
    gc.freeze()
