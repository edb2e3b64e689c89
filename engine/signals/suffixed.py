"""Signals that write the price before its label: ``1.842 entry / 1.79 stop / 1.92 tp``."""

from __future__ import annotations

from collections.abc import Sequence

from engine.signals.lexicon import Item

_LABELS = frozenset(("entry", "stop", "target"))
_NEEDED = frozenset(("entry", "stop"))


def labels_first(items: list[Item]) -> list[Item]:
    """``items`` with every label before its price, if all labels of the signal stand behind theirs."""
    labelled: list[int] = []
    for at, item in enumerate(items):
        if item.concept in _LABELS:
            if at == 0 or items[at - 1].concept != "number":
                return items
            labelled.append(at)
    if not _NEEDED.issubset(items[at].concept for at in labelled):
        return items
    if any(_is_before_price(items, at) for at in labelled):
        return items
    turned = list(items)
    for at in labelled:
        turned[at - 1], turned[at] = turned[at], turned[at - 1]
    return turned


def _is_before_price(items: Sequence[Item], at: int) -> bool:
    """The number behind the label has no label behind itself: it is this one's own."""
    for place in range(at + 1, len(items)):
        item = items[place]
        if item.concept == "number":
            return place + 1 == len(items) or items[place + 1].concept not in _LABELS
        if item.concept not in ("punct", "mark", "newline", "filler"):
            return item.concept not in ("leverage", "skip", "risk", "times", "symbol", "percent")
    return False
