"""What was read in a signal, as the texts that events carry."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from engine.types import Entry, EntryPoint, Level, LevelKind


def symbol_of(entry: Entry) -> str:
    return "/".join(filter(None, (entry.symbol_base, entry.symbol_quote)))


def plain(value: Decimal) -> str:
    return format(value, "f")


def figures_of(entry: Entry) -> dict[str, Any]:
    """What was read, for a person to check: entries, stop, targets."""
    return {
        "entries": [_point(point) for point in entry.entries],
        "stop": _level(entry.stop_loss) if entry.stop_loss else "",
        "targets": [_level(target.level) for target in entry.take_profits],
    }


def _point(point: EntryPoint) -> str:
    return f"{plain(point.low)}–{plain(point.high)}" if point.is_zone else plain(point.low)


def _level(level: Level) -> str:
    unit = {LevelKind.PRICE: "", LevelKind.PIPS: " pips", LevelKind.PERCENT: " %"}[level.kind]
    return plain(level.value) + unit
