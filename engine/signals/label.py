"""Readings in the label format of the parser's command line: one JSON object a message."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

from engine.signals import read
from engine.types import ActionKind, Amendment, Amendments, Entries, Entry, EntryPoint, Level, LevelKind, Reading

_CLOSING = frozenset((ActionKind.CLOSE, ActionKind.CLOSE_PARTIAL))


def to_label(reading: Reading) -> dict[str, Any]:
    """``reading`` as a label; what is not a trade or an instruction is labelled noise."""
    if isinstance(reading, Entry):
        return {"kind": "entry"} | _entry(reading)
    if isinstance(reading, Entries):
        signals = [_entry(signal) for signal in reading.signals]
        return {"kind": "entry"} | signals[0] | {"signals": signals}
    if isinstance(reading, Amendments):
        return _amendments(reading)
    return {"kind": "noise"}


def parse_line(line: str) -> str:
    """One JSON line ``{"id", "text"}`` in, one JSON line with the label out; raises ValueError on anything else."""
    message = json.loads(line)
    if not isinstance(message, dict) or not isinstance(message.get("text"), str):
        raise ValueError('each line must be a JSON object with "id" and "text"')
    return json.dumps({"id": message.get("id")} | to_label(read(message["text"])), ensure_ascii=False)


def _number(value: Decimal) -> int | float:
    """JSON knows no decimals; this is the border where a price leaves the product as a JSON number."""
    return int(value) if value == value.to_integral_value() else json.loads(f"{value:f}")


def _level(level: Level | None) -> Any:
    if level is None:
        return None
    if level.kind is LevelKind.PRICE:
        return _number(level.value)
    far = _number(level.value)
    return {level.kind.value: far if level.nearest is None else [_number(level.nearest), far]}


def _point(point: EntryPoint) -> Any:
    return [_number(point.low), _number(point.high)] if point.is_zone else _number(point.low)


def _entry(entry: Entry) -> dict[str, Any]:
    label: dict[str, Any] = {
        "symbol_base": entry.symbol_base,
        "symbol_quote": entry.symbol_quote,
        "direction": entry.direction.value,
        "direction_inferred": entry.direction_inferred,
        "order_type": entry.order_type.value if entry.order_type else None,
        "entries": [_point(point) for point in entry.entries],
        "stop_loss": _level(entry.stop_loss),
        "take_profits": [_level(target.level) for target in entry.take_profits],
        "leverage": entry.leverage,
        "margin_mode": entry.margin_mode.value if entry.margin_mode else None,
    }
    if entry.leverage_max is not None:
        label["leverage_max"] = entry.leverage_max
    if entry.actions:
        label["actions"] = [_action(step) for step in entry.actions]
    return label


def _action(step: Amendment) -> dict[str, Any]:
    value: Any = None if step.value is None else _number(step.value)
    if step.values:
        value = [_number(each) for each in step.values]
    return {"action": step.action.value, "value": value}


def _amendments(reading: Amendments) -> dict[str, Any]:
    first = reading.steps[0]
    return {
        "kind": _kind(reading),
        "actions": [_action(step) for step in reading.steps],
        "symbol_base": first.symbol_base,
        "symbol_quote": first.symbol_quote,
        "direction": first.direction.value if first.direction else None,
    }


def _kind(reading: Amendments) -> str:
    """The strongest step names the message: close, then cancel, then update."""
    actions = {step.action for step in reading.steps}
    if actions & _CLOSING:
        return "close"
    return "cancel" if ActionKind.CANCEL in actions else "update"
