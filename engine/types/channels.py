"""What the owner of a channel has set for it: rules around the reader, none of which can raise a limit."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class SameSignal(StrEnum):
    """What a person wants when two of their channels give the same signal."""

    FIRST = "first"
    BOTH = "both"


class Part(StrEnum):
    """What a taught price is."""

    ENTRY = "entry"
    STOP = "stop"
    TARGET = "target"


@dataclass(frozen=True, slots=True, kw_only=True)
class Lesson:
    """A price of this channel is known by the words around it.

    ``words`` stand right before the price on its line, ``after`` right behind it. Without either it is the ``line``-th
    line that holds nothing but prices, counted from 1.
    """

    part: Part
    words: tuple[str, ...] = ()
    line: int = 0
    after: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if sum(map(bool, (self.words, self.line, self.after))) != 1:
            raise ValueError("a lesson goes by the words before, the words behind or a line, and by one of them only")


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelRules:
    """``symbols`` maps a base as it is read ("XAU") to what is traded for it ("XAU/USD", or a venue's own name).

    ``allowed`` are bases or pairs ("BTC", "BTC/USDT"); empty allows everything. A post with one of ``ignore_words``
    is no signal.
    """

    default_quote: str | None = None
    symbols: dict[str, str] = field(default_factory=dict)
    allowed: tuple[str, ...] = ()
    ignore_words: tuple[str, ...] = ()
    lessons: tuple[Lesson, ...] = ()
