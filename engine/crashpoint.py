"""Named places where a test may kill the process, to prove that a restart loses and doubles nothing.

Silent unless the environment names one: ``CRASHPOINTS=submitted:1`` sends SIGKILL at the first passing of "submitted".
"""

from __future__ import annotations

import os
import signal
from collections import Counter

_asked = (part.partition(":") for part in os.getenv("CRASHPOINTS", "").split(",") if part)
_armed = {name: int(nth or 1) for name, _, nth in _asked}
_passed: Counter[str] = Counter()


def crashpoint(name: str) -> None:
    """Die here, if this passing of ``name`` is the one that was asked for."""
    if not _armed:
        return
    _passed[name] += 1
    if _armed.get(name) == _passed[name]:
        os.kill(os.getpid(), signal.SIGKILL)
