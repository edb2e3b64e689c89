"""A trade closed or cancelled and another one opened in the same message: "Close gold sell / Gold buy now".

A side in a line that closes or cancels names the trade it manages. Only what the other lines say can open a trade.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import replace

from engine.signals import management
from engine.signals.formats import amendments, channel
from engine.signals.lexicon import Item
from engine.signals.message import Message, lines_of
from engine.types import ActionKind, Amendment, Entry, Reading

_CLAUSE_ENDS = frozenset(",.;!\n")
_VERBS = frozenset(("close", "close?"))
_LEAVING = frozenset((ActionKind.CLOSE, ActionKind.CLOSE_PARTIAL, ActionKind.CANCEL))


def read(message: Message) -> Reading | None:
    """Entry with its management steps, Amendments if the other lines open nothing, None if nothing is left behind."""
    if not message.says_to_leave():
        return None
    orders, lines = lines_of(message.order_items), lines_of(message.trade_items)
    left = _left(orders, lines)
    if not any(left):
        return None
    entry = _opened(message, lines, left)
    if isinstance(entry, Entry):
        return entry if _is_advice(entry, lines, left) else _with_steps(entry, left)
    return _read_clauses(message, orders, lines) or amendments.read(message)


def _read_clauses(message: Message, orders: list[list[Item]], lines: list[list[Item]]) -> Entry | None:
    """``Close your buys, sell gold now 4188``: both in one line, and a whole signal goes on below it."""
    cuts = [token.end for token in message.tokens if token.text in _CLAUSE_ENDS]
    parts = _pieces(lines, cuts)
    left = _left(_pieces(orders, cuts), parts)
    entry = _opened(message, parts, left) if left[0] else None
    if not isinstance(entry, Entry) or entry.stop_loss is None or not entry.take_profits:
        return None
    return _with_steps(entry, left)


def _pieces(lines: list[list[Item]], cuts: list[int]) -> list[list[Item]]:
    """Items between the ``cuts``, which are places in the text and so the same in both readings of it."""
    pieces: list[list[Item]] = [[] for _ in range(len(cuts) + 1)]
    for line in lines:
        for item in line:
            pieces[bisect_right(cuts, item.start)].append(item)
    return pieces


def _left(orders: list[list[Item]], lines: list[list[Item]]) -> list[list[Amendment]]:
    return [_leaving(order, trade) for order, trade in zip(orders, lines, strict=True)]


def _opened(message: Message, lines: list[list[Item]], left: list[list[Amendment]]) -> Reading | None:
    return channel.read(
        message.part([item for line, found in zip(lines, left, strict=True) if not found for item in line])
    )


def _with_steps(entry: Entry, left: list[list[Amendment]]) -> Entry:
    return replace(entry, actions=tuple(step for found in left for step in found))


def _leaving(order: list[Item], trade: list[Item]) -> list[Amendment]:
    """Steps that leave a trade; a line with a stop or target and its price is a field, whatever its verb."""
    if _names_levels(trade) and any(item.concept == "number" for item in trade):
        return []
    if _labels_price(order):
        return []
    return [step for step in amendments.addressed(management.steps(order), order) if step.action in _LEAVING]


def _labels_price(order: list[Item]) -> bool:
    """``Exit @: 7.80``, ``CL: 133``: a verb of leaving with a colon and a price behind it is a label of the signal."""
    said = [item for item in order if item.concept not in ("mark", "newline", "filler")]
    if not said or said[0].concept not in _VERBS:
        return False
    marks = [item.text for item in said[1:3] if item.concept == "punct"]
    numbered = said[len(marks) + 1 : len(marks) + 2]
    return bool({":", "@", "="} & set(marks)) and [item.concept for item in numbered] == ["number"]


def _names_levels(line: list[Item]) -> bool:
    return any(item.concept in ("stop", "target") for item in line)


def _is_advice(entry: Entry, lines: list[list[Item]], left: list[list[Amendment]]) -> bool:
    """Rules below a whole signal ("close half at TP1") are not orders for now; those above it are."""
    first = next((at for at, found in enumerate(left) if found), 0)
    levels = next((at for at, line in enumerate(lines) if _names_levels(line)), len(lines))
    return entry.stop_loss is not None and first > levels
