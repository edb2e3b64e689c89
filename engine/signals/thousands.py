"""Prices with a space as thousands mark: ``43 000`` is one number, ``TP 120 130`` are two.

A space alone proves nothing. It is a thousands mark when some group of the message begins with a zero, which no list
of prices does (``43 000``), when two digits and one group of three stand alone between other words (``94 200``), or
when several numbers with the same first digits have decimals behind the group (``3 320,50`` and ``3 310,00``).
"""

from __future__ import annotations

import re

_RUN = re.compile(
    r"(?<![0-9.,])(?<![0-9]{2}[ ])(?<![a-z][0-9])[1-9][0-9]{0,2}(?:[ ][0-9]{3}){1,2}(?![0-9]|[.,][0-9]{3}|[ ][0-9])"
)
_DECIMAL = re.compile(r"(?<![0-9.,])(?<![0-9] )([1-9][0-9]{0,2}) [0-9]{3}[.,][0-9]{1,2}(?![0-9.,]|[ ][0-9]{3})")
_FEWEST = 2
_PROOF = re.compile(r"[0-9] 0[0-9]{2}")
_LONE = re.compile(r"[1-9][0-9] [1-9][0-9]{2}")


def joined(text: str) -> str:
    """``text`` with the spaces inside its numbers taken out.

    >>> joined("Entry 43 000, TP 45 500 / 47 000"), joined("SL to 94 200"), joined("TP 120 130")
    ('Entry 43000, TP 45500 / 47000', 'SL to 94200', 'TP 120 130')
    """
    heads = _DECIMAL.findall(text)
    if len(heads) >= _FEWEST and len(set(heads)) == 1:
        return _DECIMAL.sub(lambda run: run.group().replace(" ", ""), text)
    runs = _RUN.findall(text)
    if not runs:
        return text
    if any(map(_PROOF.search, runs)) or all(map(_LONE.fullmatch, runs)):
        return _RUN.sub(lambda run: run.group().replace(" ", ""), text)
    return text
