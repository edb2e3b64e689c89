"""Messages that manage trades, and entries that carry a management step with them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from engine.errors import Code
from engine.signals import management
from engine.signals.draft import Draft
from engine.signals.fields import read_fields
from engine.signals.lexicon import Item
from engine.signals.message import Message
from engine.signals.values import prices as values_of
from engine.signals.values import scale_of
from engine.types import ActionKind, Amendment, Amendments, Reading, Unclear

NAME = "amendments"
_LONGEST_LIST_NUMBER = 2
_SILENT = frozenset(("punct", "mark", "newline"))


def read(message: Message) -> Reading | None:
    """Steps of a message that does not open a trade; None when it asks for nothing."""
    found = management.steps(message.order_items)
    if not found:
        return None
    if message.suspect:
        return Unclear(code=Code.SUSPICIOUS_TEXT, found={"what": message.suspect})
    return Amendments(steps=tuple(addressed(found, message.order_items)), format=NAME)


def read_changed(message: Message) -> Amendments | Unclear | None:
    """A whole signal posted again under "modified": its stop and targets are the new ones, and it opens nothing."""
    if not message.may_change():
        return None
    heading = _heading(message)
    if "cancel" in heading:
        found = management.steps(message.order_items)
        return Amendments(steps=tuple(addressed(found[:1], message.order_items)), format=NAME) if found else None
    if "modify" not in heading or "number" in heading:
        return None
    draft = read_fields(message.trade_items)
    if any(concept == "hit" for concept, _ in draft.talk):
        return None
    found = _changes(draft)
    if not found:
        return Unclear(code=Code.UNCLEAR)
    return Amendments(steps=tuple(addressed(found, message.order_items)), format=NAME)


def _heading(message: Message) -> set[str]:
    """Concepts of the first line that says anything."""
    found: set[str] = set()
    for item in message.order_items:
        if item.concept == "newline" and found - _SILENT:
            break
        if item.concept != "number" or len(item.text) > _LONGEST_LIST_NUMBER:
            found.add(item.concept)
    return found


def _changes(draft: Draft) -> list[Amendment]:
    scale = scale_of(draft, None, None)
    targets = values_of([number for number in draft.targets if number.unit == "price"], scale)
    stops = values_of([number for number in draft.stops if number.unit == "price"], scale)
    found: list[Amendment] = []
    if len(targets) == 1:
        found.append(Amendment(action=ActionKind.SET_TP, value=targets[0]))
    elif targets:
        found.append(Amendment(action=ActionKind.SET_TP, values=tuple(targets)))
    if stops:
        found.append(Amendment(action=ActionKind.MOVE_SL, value=stops[0]))
    return found


def addressed(steps: list[Amendment], items: Sequence[Item]) -> list[Amendment]:
    """Steps with the symbol that ``items`` name, when they name one only."""
    named = {item.symbol.base: item.symbol for item in items if item.symbol}
    if len(named) != 1:
        return steps
    symbol = next(iter(named.values()))
    return [replace(step, symbol_base=symbol.base, symbol_quote=symbol.quote) for step in steps]
