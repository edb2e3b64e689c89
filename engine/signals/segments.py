"""Where one message holds several signals: its items are cut where a new one begins.

A new signal begins on the line of another symbol that has a side of its own, and where a side with a price follows
targets that are already written. Sides that follow only entries are further legs of the same signal.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from engine.signals.lexicon import Item
from engine.signals.symbols import Symbol

_SIDES = {"buy": True, "sell": False}
_HINTED = {"hint_buy": True, "hint_sell": False}


@dataclass(slots=True)
class _Line:
    start: int
    symbol: Symbol | None = None
    side: bool | None = None
    priced_side: bool = False
    levels: bool = False
    targets: bool = False


def segments(items: Sequence[Item]) -> list[list[Item]]:
    """Items of every signal in order; one list when the message holds one signal or none."""
    lines = _lines(items)
    cuts = [0]
    current = _Line(0)
    for above, line in zip([None, *lines], [*lines, None], strict=True):
        if line is None:
            break
        start = _opens(current, above, line)
        if start is not None and start > cuts[-1]:
            cuts.append(start)
            current = _Line(start, symbol=line.symbol or (above.symbol if above and start == above.start else None))
        _merge(current, line)
    return [list(items[start:end]) for start, end in zip(cuts, [*cuts[1:], len(items)], strict=True)]


def _opens(current: _Line, above: _Line | None, line: _Line) -> int | None:
    """Place where a new signal begins if ``line`` begins one, else None."""
    if line.side is None or current.side is None:
        return None
    if line.symbol is not None and current.symbol is not None and line.symbol.base != current.symbol.base:
        return line.start
    if (
        above
        and above.side is None
        and above.symbol
        and current.targets
        and above.symbol != current.symbol
        and above.start > current.start
    ):
        return above.start
    if line.priced_side and current.targets:
        return line.start
    return None


def _merge(current: _Line, line: _Line) -> None:
    current.symbol = current.symbol or line.symbol
    current.side = line.side if current.side is None else current.side
    current.levels |= line.levels
    current.targets |= line.targets


def _lines(items: Sequence[Item]) -> list[_Line]:
    lines = [_Line(0)]
    for at, item in enumerate(items):
        if item.concept == "newline":
            lines.append(_Line(at + 1))
        else:
            _note(lines[-1], items, at, item)
    return lines


def _note(line: _Line, items: Sequence[Item], at: int, item: Item) -> None:
    if item.concept == "symbol" and line.symbol is None:
        line.symbol = item.symbol
    elif item.concept in _SIDES or item.concept in _HINTED:
        if line.side is None:
            line.side = _SIDES.get(item.concept, _HINTED.get(item.concept))
        line.priced_side |= not line.targets and (_price_follows(items, at + 1) or _price_precedes(items, at))
    elif item.concept in ("stop", "target"):
        line.levels = True
        line.targets |= item.concept == "target"


def _price_precedes(items: Sequence[Item], at: int) -> bool:
    """``4090多``: Chinese writes the price before the side, without a space."""
    return at > 0 and items[at - 1].concept == "number" and items[at - 1].end == items[at].start


def _price_follows(items: Sequence[Item], at: int) -> bool:
    """A number stands right behind the side, on its line, before any other label."""
    for item in items[at : at + 8]:
        if item.concept == "number" and ("." in item.text or len(item.text) > 2):
            return True
        if item.concept not in (
            "punct",
            "mark",
            "filler",
            "market",
            "limit",
            "symbol",
            "stop_order",
            "number",
            "buy",
            "sell",
            "entry",
            "more",
        ):
            return False
    return False
