"""Labels compared the way a reader compares them: numbers by value, lists without order, units by name."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any


def _posts(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in Path(__file__).with_name(name).read_text(encoding="utf8").splitlines()]


GOLDEN = _posts("golden.jsonl")
WORLD = _posts("world.jsonl")
"""Posts in thirteen languages, ``lang`` names each; written later, to see how the reader does on what it never saw."""
_ENTRY_FIELDS = ("symbol_base", "symbol_quote", "direction", "order_type", "leverage", "leverage_max", "margin_mode")


def flat(value: Any, unit: str = "price") -> list[tuple[str, float]]:
    """Numbers of any nesting with their unit, in order of size."""
    if value is None:
        return []
    if isinstance(value, dict):
        return sorted(pair for name, inner in value.items() for pair in flat(inner, name))
    if isinstance(value, list):
        return sorted(pair for inner in value for pair in flat(inner, unit))
    return [(unit, float(value))]


def signal(label: dict[str, Any]) -> dict[str, Any]:
    """One trade in comparable form."""
    plain = {name: label.get(name) for name in _ENTRY_FIELDS}
    return plain | {name: flat(label.get(name)) for name in ("entries", "stop_loss", "take_profits")}


def comparable(label: dict[str, Any]) -> dict[str, Any]:
    """A whole label in comparable form."""
    if label["kind"] == "entry":
        return {"kind": "entry", "signals": [signal(each) for each in label.get("signals") or [label]]}
    actions = sorted((step["action"], flat(step.get("value"))) for step in label.get("actions", []))
    return {"kind": label["kind"], "actions": actions, "symbol": label.get("symbol_base")}
