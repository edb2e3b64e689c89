"""Where the reader of one signal is: the open field, the line, and what stood since the last number."""

from __future__ import annotations

from collections.abc import Sequence

from engine.signals.draft import Draft
from engine.signals.lexicon import Item
from engine.signals.numbers import rate_digit

_MOST_UNKNOWN = 4
_ASIDE = frozenset(("skip", "outcome"))
_LISTS = frozenset(("target", "stop", "entry", "leverage", "head"))


class Walk:
    """Where the reader is: the open field, and what stood between the last number and here."""

    __slots__ = (
        "between",
        "draft",
        "fresh",
        "headed",
        "items",
        "line",
        "line_mark",
        "line_start",
        "listing",
        "open",
        "over",
        "pending",
        "rate_digit",
        "refused",
        "resume",
        "unknown",
    )

    def __init__(self, items: Sequence[Item]) -> None:
        self.items = items
        self.draft = Draft()
        self.open = ""
        self.fresh = False
        self.line = 0
        self.line_mark = ""
        self.line_start = True
        self.between = ""
        self.unknown = 0
        self.headed = False
        self.pending = ""
        self.listing = False
        self.resume = ""
        self.refused = -9
        self.over = False
        self.rate_digit = rate_digit(item.text for item in items if item.concept == "number")

    def label(self, name: str, at: int) -> None:
        if name in _ASIDE and self.fresh and self.open == "target" and self.items[at].text.startswith("trail"):
            return
        if name in ("skip", "outcome", "risk") and not self.line_start and self.open == "target" and not self.fresh:
            self.resume = "target"
        self.open, self.fresh, self.between, self.unknown = name, True, "", 0
        self.listing = False
        self.pending = self.pending if name == "target" else ""
        self.draft.seen.add(name)
        if name in _ASIDE:
            self.draft.skips.append(self.line)

    def close(self) -> None:
        self.open, self.fresh = "", False

    def word(self, _at: int, _item: Item) -> None:
        self.draft.words.append(self.line)
        self.unknown += 1
        self.between += "w"
        if (
            (self.line_start and self.open != "head" and (self.fresh or self.listing))
            or (not self.fresh and self.open in _LISTS)
            or (self.unknown > _MOST_UNKNOWN and self.open != "head")
        ):
            self.close()
