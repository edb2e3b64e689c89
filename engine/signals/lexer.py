"""One pass over plain text → tokens: words, numbers, marks and line ends, each with its place.

The gate for numbers is here: at most twelve digits before the decimal mark and eighteen behind it, no exponent, no
hexadecimal, nothing that is not written in plain digits. Every alternative of the pattern is bounded, so the pass is
linear in the text.
"""

from __future__ import annotations

import re
from enum import IntEnum
from typing import NamedTuple


class Kind(IntEnum):
    """What a token is before anybody knows what it means."""

    LINE_END = 1
    BAD_NUMBER = 2
    DATE = 3
    RATIO = 4
    TIMES = 5
    TIMEFRAME = 6
    ORDINAL = 7
    NUMBER = 8
    SHORT_LABEL = 9
    WORD = 10
    IDEOGRAMS = 11
    MARK = 12
    PUNCTUATION = 13


class Token(NamedTuple):
    kind: Kind
    text: str
    start: int
    end: int


_PATTERN = re.compile(
    r"""
    (\n)                                                                                    # 1 line end
    |(0x[0-9a-f]{1,20}|[0-9][0-9.,]{0,24}e[+-]?[0-9]{1,12}(?![a-z0-9])|[0-9]{13,}[0-9.,]{0,40})  # 2 bad number
    |((?:(?:19|20)[0-9]{2}[./-](?:0?[1-9]|1[0-2])[./-](?:0?[1-9]|[12][0-9]|3[01])|[0-3]?[0-9][./-][0-3]?[0-9][./-](?:19|20)[0-9]{2})(?![0-9])
      |(?<![0-9a-z.,:])[0-2]?[0-9]:[0-5][0-9](?::[0-5][0-9])?(?![0-9.,:]))                    # 3 date or clock time
    |((?<![0-9a-z.,])[0-9]{1,2}(?:\.[0-9]{1,2})?:[0-9]{1,3}(?:\.[0-9]{1,2})?(?![0-9:]|[.,][0-9]))  # 4 ratio, 1:6
    |([0-9]{1,3}\ ?-\ ?[0-9]{1,3}\ ?[xх](?![0-9a-z])
      |[0-9]{1,4}(?:\.[0-9]{1,2})?\ ?[xх×](?![0-9a-z])
      |[0-9]{1,3}(?:\.[0-9]{1,2})?x(?=entry|lev|margin|target|stop|tp|sl)
      |(?<![a-z0-9])[xх×]\ ?[0-9]{1,4}(?![0-9.,]))                                          # 5 times, 20x
    |((?<![a-z0-9.,$])(?:[mhdw][0-9]{1,2}                                                   # 6 time frame, h4
      |[0-9]{1,3}\ ?(?:minutes?|mins?|hours?|hrs?|days?|weeks?|[mhdwмчhд]|小时|分钟))(?![a-z0-9а-я]))
    |([0-9]{1,2}(?:st|nd|rd|th)(?![a-z]))                                                   # 7 ordinal
    |([0-9]{1,12}(?:[.,][0-9]{1,18}){0,6}(?:[kк](?![a-zа-я]))?|(?<![0-9a-z.])\.[0-9]{1,12})       # 8 number
    |((?<![a-z])(?:t\ ?[./-]\ ?p|s\ ?[./-]\ ?l)(?![a-z]))                                   # 9 T.P  S/L
    |([a-z]{1,40}(?:'[a-z]{1,8})?|[\u0400-\u052f]{1,40}|[\u0600-\u06ff]{1,40}|[\u0900-\u0963\u0970-\u097f]{1,40}|[\u0370-\u03ff\u00aa-\u024f\u1e00-\u1eff]{1,40})
    |([\u3040-\u30ff\u3400-\u9fff]{1,400})                                                  # 11 ideograms
    |([▲▼◉●◎✔✘⊗◇→•])                                                                        # 12 mark
    |(\S)                                                                                   # 13 punctuation
    """,
    re.VERBOSE,
)
_SHORT = {"t": "tp", "s": "sl"}


def tokens(text: str) -> list[Token]:
    """Tokens of lower-case plain text, in order."""
    found = []
    for match in _PATTERN.finditer(text):
        kind = Kind(match.lastindex or 0)
        body = match.group()
        if kind is Kind.SHORT_LABEL:
            kind, body = Kind.WORD, _SHORT[body[0]]
        elif kind is Kind.NUMBER and body[-1] == "к":
            body = body[:-1] + "k"
        found.append(Token(kind, body, match.start(), match.end()))
    return found
