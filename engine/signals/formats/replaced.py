"""A trade closed or cancelled and another one opened in the same message: "Close gold sell / Gold buy now".

A side in a line that closes or cancels names the trade it manages. Only what the other lines say can open a trade.
"""

from __future__ import annotations

from dataclasses import replace

from engine.signals import management
from engine.signals.formats import amendments, channel
from engine.signals.lexicon import Item
from engine.signals.message import Message, lines_of
from engine.types import ActionKind, Amendment, Entry, Reading

_LEAVING = frozenset((ActionKind.CLOSE, ActionKind.CLOSE_PARTIAL, ActionKind.CANCEL))


def read(message: Message) -> Reading | None:
    """Entry with its management steps, Amendments if the other lines open nothing, None if nothing is left behind."""
    if not message.says_to_leave():
        return None
    lines = lines_of(message.trade_items)
    left = [_leaving(order, trade) for order, trade in zip(lines_of(message.order_items), lines, strict=True)]
    steps = [step for found in left for step in found]
    if not steps:
        return None
    entry = channel.read(
        message.part([item for line, found in zip(lines, left, strict=True) if not found for item in line])
    )
    if not isinstance(entry, Entry):
        return amendments.read(message)
    return entry if _is_advice(entry, lines, left) else replace(entry, actions=tuple(steps))


def _leaving(order: list[Item], trade: list[Item]) -> list[Amendment]:
    """Steps that leave a trade; a line with a stop or target and its price is a field, whatever its verb."""
    if _names_levels(trade) and any(item.concept == "number" for item in trade):
        return []
    return [step for step in amendments.addressed(management.steps(order), order) if step.action in _LEAVING]


def _names_levels(line: list[Item]) -> bool:
    return any(item.concept in ("stop", "target") for item in line)


def _is_advice(entry: Entry, lines: list[list[Item]], left: list[list[Amendment]]) -> bool:
    """Rules below a whole signal ("close half at TP1") are not orders for now; those above it are."""
    first = next((at for at, found in enumerate(left) if found), 0)
    levels = next((at for at, line in enumerate(lines) if _names_levels(line)), len(lines))
    return entry.stop_loss is not None and first > levels
