"""Numbers of one signal as they are met: list marks are told from prices, and each falls into the open field."""

from __future__ import annotations

from engine.signals import around
from engine.signals.draft import Number
from engine.signals.lexicon import Item
from engine.signals.numbers import parts
from engine.signals.walk import Walk

_LONGEST_INDEX, _MOST_TARGETS = 2, 12
_PRICED = frozenset(("head", "entry", "stop", "target"))


def number(walk: Walk, at: int, item: Item) -> None:
    """One run of digits and marks: usually one number, sometimes a list or an index and a price."""
    pieces = parts(item.text.removesuffix("k"))
    if len(pieces) > 1 and not index_glued(walk, pieces):
        for place, piece in enumerate(pieces):
            one(walk, at, piece, "," if place else None)
        return
    one(walk, at, pieces[-1], None)


def index_glued(walk: Walk, pieces: list[str]) -> bool:
    """``Tp1.1.96600``: the first piece is the number of the target."""
    listed = walk.open in ("target", "entry") and len(pieces) == 2
    return listed and len(pieces[0]) == 1 and pieces[0].isdigit() and "." in pieces[1]


def one(walk: Walk, at: int, raw: str, joined: str | None) -> None:
    unit = around.unit(walk.items, at)
    if joined is None and next_index_glued(walk, at, raw):
        raw = raw[:-1]
        walk.pending = "index"
    elif is_index(walk, at, raw):
        if raw == "1" and not walk.fresh and (walk.draft.targets if walk.open == "target" else walk.draft.entries):
            walk.close()
        walk.pending = "index"
        walk.between = "#"
        return
    if unit == "gain" and is_distance_to_target(walk, at):
        unit = around.unit(walk.items, at, signed=False)
    if unit == "gain":
        walk.draft.gains.append(walk.line)
        return
    if unit == "price" and walk.fresh and walk.open in _PRICED:
        walk.draft.labelled += 1
        walk.draft.signed += around.is_signed(walk.items, at)
    written = Number(
        raw=raw,
        unit=unit,
        joined=walk.between if joined is None else joined,
        line=walk.line,
        at=at,
        mark=walk.line_mark,
        glued=around.is_glued(walk.items, at),
        times=around.multiple(walk.items, at),
    )
    take(walk, written)


def is_distance_to_target(walk: Walk, at: int) -> bool:
    """``TP1: +2%``: behind the colon of its label a gain is how far the target is; ``TP1 +20 pips`` is a report."""
    return (
        walk.open == "target"
        and walk.fresh
        and ":" in walk.between
        and around.unit(walk.items, at, signed=False) in ("percent", "pips")
    )


def next_index_glued(walk: Walk, at: int, raw: str) -> bool:
    """``1) 5.502) 5.40``: the line break was lost, and the last digit is the number of the next in the list."""
    owned = {"target": walk.draft.targets, "entry": walk.draft.entries}.get(walk.open)
    mark = walk.items[at + 1] if at + 1 < len(walk.items) else None
    if owned is None or mark is None or mark.text != ")" or mark.start != walk.items[at].end:
        return False
    return walk.pending == "index" and "." in raw and raw.endswith(str(len(owned) + 2))


def take(walk: Walk, number: Number) -> None:
    walk.between = ""
    handler = _TAKES.get(walk.open)
    if handler is not None:
        handler(walk, number)
    else:
        take_loose(walk, number)


def take_loose(walk: Walk, number: Number) -> None:
    first = walk.headed and not walk.draft.head and not walk.draft.entries
    if first and number.unit == "price" and line_begins_with(walk, number):
        walk.draft.head.append(number)
        walk.open, walk.fresh = "head", False
    else:
        walk.draft.loose.append(number)


def line_begins_with(walk: Walk, number: Number) -> bool:
    return walk.line_start and not (walk.draft.stops or walk.draft.targets) and not number.mark


def take_head(walk: Walk, number: Number) -> None:
    is_joined = bool(walk.draft.head) and not walk.fresh and number.line == walk.draft.head[-1].line
    if number.unit != "price" or (not walk.fresh and not is_joined):
        walk.draft.loose.append(number)
        return
    walk.draft.head.append(number)
    walk.fresh = False


def take_entry(walk: Walk, number: Number) -> None:
    if walk.listing and walk.line_start and not number.joined.strip():
        take_loose(walk, number)
        return
    walk.listing = (walk.fresh and "\n" in number.joined) or (walk.listing and walk.line_start)
    if number.unit == "price":
        walk.draft.entries.append(number)
    walk.fresh = False


def take_stop(walk: Walk, number: Number) -> None:
    broken = number.joined == "" and walk.draft.stops and walk.draft.stops[-1].raw == walk.rate_digit
    if walk.fresh and number.unit == "price":
        walk.draft.stop_labels.add(number.raw)
    if walk.fresh or broken or number.joined.strip() in ("-", "/", "to"):
        walk.draft.stops.append(number)
    else:
        walk.draft.loose.append(number)
    walk.fresh = False


def take_target(walk: Walk, number: Number) -> None:
    walk.draft.targets.append(number)
    walk.fresh = False


def take_leverage(walk: Walk, number: Number) -> None:
    if walk.fresh or number.joined.strip() in ("-", "/", "to", "~"):
        walk.draft.leverages.append(number.raw.split(".")[0])
    walk.fresh = False


def take_risk(walk: Walk, number: Number) -> None:
    if number.unit == "percent" and walk.fresh:
        (walk.draft.risks if walk.open == "risk" else walk.draft.amounts).append(number)
    walk.fresh = False


def take_skip(walk: Walk, _number: Number) -> None:
    walk.fresh = False


def take_outcome(walk: Walk, number: Number) -> None:
    """``Profit: 4020`` is what was won, or another word for the target: nobody can tell."""
    walk.draft.aside.append(number)
    walk.fresh = False


def is_index(walk: Walk, at: int, raw: str) -> bool:
    """A list number: ``1)``, ``TP 2: 1.25``, ``#5``, ``3.`` at the start of a line."""
    if not raw.isdigit() or len(raw) > _LONGEST_INDEX or is_amount(walk, at, raw):
        return False
    following = walk.items[at + 1] if at + 1 < len(walk.items) else None
    if following is not None and following.text == "@":
        return True
    if following is not None and following.text == ")" and walk.items[at - 1].text != "(":
        return True
    if walk.line_start and following is not None and following.text in ".)-:" and walk.open != "stop":
        return walk.open != "target" or counts(walk, at, raw)
    return walk.open in ("target", "entry") and counts(walk, at, raw)


def is_amount(walk: Walk, at: int, raw: str) -> bool:
    """The digits are a price, a share or money, whatever their size."""
    before = walk.items[at - 1].text if at else " "
    return (
        before in "%$+"
        or around.unit(walk.items, at) != "price"
        or around.is_broken(walk.items, at, raw, walk.rate_digit)
    )


def counts(walk: Walk, at: int, raw: str) -> bool:
    """The number is the next in the list and another number follows it."""
    owned = walk.draft.targets if walk.open == "target" else walk.draft.entries
    expected = int(raw) == len(owned) + 1 or (walk.fresh and 0 < int(raw) <= _MOST_TARGETS)
    if not expected:
        return False
    following = around.after(walk.items, at)
    if following is None or walk.items[following].concept == "open":
        numbered = (
            following is not None
            or around.number_below(walk.items, at)
            or around.is_glued(walk.items, at)
            or walk.pending == "index"
        )
        return walk.fresh and numbered
    return walk.items[following].concept == "number"


_TAKES = {
    "head": take_head,
    "entry": take_entry,
    "stop": take_stop,
    "target": take_target,
    "leverage": take_leverage,
    "risk": take_risk,
    "amount": take_risk,
    "skip": take_skip,
    "outcome": take_outcome,
}
