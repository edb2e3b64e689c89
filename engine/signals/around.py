"""What stands around an item: the next word of its line, the unit of a number, a label glued to it."""

from __future__ import annotations

from collections.abc import Sequence

from engine.signals.lexicon import Item

_FARTHEST = 12
_MULTIPLES = {"thousand": 1000, "ten_thousand": 10_000}


def after(items: Sequence[Item], at: int) -> int | None:
    """Index of the next item on this line that is not punctuation, a mark or a filler word."""
    for place in range(at + 1, min(at + _FARTHEST, len(items))):
        concept = items[place].concept
        if concept == "newline":
            return None
        if concept not in ("punct", "mark", "filler"):
            return place
    return None


def line(items: Sequence[Item], at: int) -> Sequence[Item]:
    """Items of the line that ``at`` is in, without its end."""
    start, end = at, at
    while start > 0 and items[start - 1].concept != "newline":
        start -= 1
    while end < len(items) and items[end].concept != "newline":
        end += 1
    return items[start:end]


def unit(items: Sequence[Item], at: int, *, signed: bool = True) -> str:
    """Price, percent, pips, or a gain when a plus stands before it and ``signed`` tells to look."""
    before = items[at - 1].text if at else ""
    following = items[at + 1] if at + 1 < len(items) else None
    if before == "+" and signed:
        return "gain"
    if before == "%" or (following and (following.text == "%" or following.concept == "percent")):
        return "percent"
    if following and following.concept == "pips":
        return "pips"
    return "price"


def is_glued(items: Sequence[Item], at: int) -> bool:
    """The number is typed onto its label, or with a dot between: ``TP41.31``, ``TP.1.3315``."""
    label = at - 2 if at > 1 and items[at - 1].text == "." and items[at - 2].end == items[at - 1].start else at - 1
    return label >= 0 and items[at - 1].end == items[at].start and items[label].concept in ("target", "entry")


def is_broken(items: Sequence[Item], at: int, raw: str, rate_digit: str) -> bool:
    """``1 21520`` beside rates like 1.2191: one price broken at its decimal mark."""
    if raw != rate_digit or at + 1 >= len(items):
        return False
    rest = items[at + 1]
    return (
        rest.concept == "number"
        and rest.start == items[at].end + 1
        and rest.text.isdigit()
        and len(rest.text) in (4, 5)
    )


def is_signed(items: Sequence[Item], at: int) -> bool:
    """``Entry: -64000``: a dash that touches the number and nothing before it; ``TP1-4020`` and ``TP:-4020`` do not."""
    if at < 2 or items[at - 1].text != "-" or items[at - 1].end != items[at].start:
        return False
    return items[at - 2].end < items[at - 1].start and items[at - 2].concept != "number"


def number_below(items: Sequence[Item], at: int) -> bool:
    """The next line starts with a number: this one only numbers the target (``T.P 1`` above ``1.2152``)."""
    place = at + 1
    while place < len(items) and items[place].concept in ("punct", "mark", "newline"):
        place += 1
    return place < len(items) and items[place].concept == "number"


def names_stop(items: Sequence[Item], at: int) -> bool:
    """``收盘低于0.151止损``: the price stands before the label."""
    return any(item.concept == "stop" for item in items[at + 1 : at + 4])


def multiple(items: Sequence[Item], at: int) -> int:
    if items[at].text.endswith("k"):
        return 1000
    following = items[at + 1] if at + 1 < len(items) else None
    return _MULTIPLES.get(following.concept, 1) if following else 1
