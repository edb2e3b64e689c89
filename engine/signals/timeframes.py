"""Time frames in the spelling that is stored: M1, M5, M15, M30, H1, H4, D1, W1 and other sizes alike."""

from __future__ import annotations

import re
from functools import lru_cache

_UNITS = {"m": "M", "м": "M", "h": "H", "ч": "H", "d": "D", "w": "W", "分": "M", "小": "H"}
_SIZE_FIRST = re.compile(r"([0-9]{1,3}) ?([a-zа-я分小])")
_UNIT_FIRST = re.compile(r"([mhdw])([0-9]{1,2})")


@lru_cache(maxsize=256)
def standard(text: str) -> str | None:
    """``15m``, ``4 hour``, ``h1`` → ``M15``, ``H4``, ``H1``; None when ``text`` is not a time frame."""
    first = _UNIT_FIRST.fullmatch(text)
    if first:
        return first.group(1).upper() + first.group(2)
    match = _SIZE_FIRST.match(text)
    unit = _UNITS.get(match.group(2)) if match else None
    return unit + match.group(1) if match and unit else None
