"""What one signal says, as written: numbers under their labels, sides, words, before anything has a value."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from engine.signals.symbols import Symbol


class Number(NamedTuple):
    """A number as written. ``unit`` is price, pips or percent; ``joined`` links it to the number before it."""

    raw: str
    unit: str = "price"
    joined: str = ""
    line: int = 0
    at: int = 0
    mark: str = ""
    glued: bool = False
    times: int = 1


class Side(NamedTuple):
    """A mention of a direction.

    ``weight`` 3: an order, 2: a hint inside another label, 1: an opinion or a picture. ``qualified``: an unknown word
    stands right before it and may turn it round.
    """

    buy: bool
    weight: int
    line: int
    at: int
    qualified: bool = False


@dataclass(slots=True)
class Draft:
    """What one signal says, before any number is given its value."""

    symbols: list[tuple[Symbol, int, int]] = field(default_factory=list)
    sides: list[Side] = field(default_factory=list)
    head: list[Number] = field(default_factory=list)
    entries: list[Number] = field(default_factory=list)
    stops: list[Number] = field(default_factory=list)
    targets: list[Number] = field(default_factory=list)
    leverages: list[str] = field(default_factory=list)
    risks: list[Number] = field(default_factory=list)
    amounts: list[Number] = field(default_factory=list)
    loose: list[Number] = field(default_factory=list)
    orders: list[tuple[str, int]] = field(default_factory=list)
    words: list[int] = field(default_factory=list)
    lengths: dict[int, int] = field(default_factory=dict)
    seen: set[str] = field(default_factory=set)
    talk: list[tuple[str, int]] = field(default_factory=list)
    timeframe: str = ""
    margin: str = ""
    bad: bool = False
    checked: int = 0
    crossed: int = 0
    gains: list[int] = field(default_factory=list)
    skips: list[int] = field(default_factory=list)
    conditions: list[int] = field(default_factory=list)
    provisos: dict[int, str] = field(default_factory=dict)
    labelled: int = 0
    signed: int = 0
    aside: list[Number] = field(default_factory=list)
    stop_labels: set[str] = field(default_factory=set)
