"""When a careful reader stops: reports, brags, questions and conditions that look like a signal, and half signals."""

from __future__ import annotations

from decimal import Decimal

from engine.errors import Code
from engine.signals import bands, management
from engine.signals.draft import Draft
from engine.signals.message import Message
from engine.signals.numbers import readings
from engine.signals.symbols import Symbol
from engine.types import ActionKind, Entry, LevelKind, Noise, OrderType, Unclear

MOST_UNKNOWN_WORDS = 1
_LONGEST_REPORT, _LONGEST_HEADER = 12, 8
_NEAR = Decimal("1.5")
_LISTED = frozenset(("/", "-", ","))
_VOIDING = frozenset(("cond", "negation", "future", "ask", "intent"))


def without_symbol(draft: Draft) -> Unclear | None:
    """Side, stop and targets but nothing to trade: the reader asks instead of guessing."""
    if any(side.weight == 3 for side in draft.sides) and draft.stops and draft.targets and not _is_report(draft):
        return Unclear(code=Code.UNCLEAR, found={"missing": "symbol"})
    return None


def is_mention(draft: Draft, line: int) -> bool:
    """The line is a sentence that names the symbol in passing: long, and without a side or a level."""
    if draft.lengths.get(line, 0) <= _LONGEST_HEADER:
        return False
    fields = (draft.sides, draft.entries, draft.head, draft.stops, draft.targets)
    return not any(each.line == line for group in fields for each in group)


def before(draft: Draft, message: Message) -> Noise | None:
    """What can be said before any number has a value."""
    if _is_report(draft):
        return Noise(why="report")
    if any(side.weight > 1 and side.line in draft.conditions for side in draft.sides):
        return Noise(why="condition")
    return Noise(why="question") if _asks(draft, message) else None


def _asks(draft: Draft, message: Message) -> bool:
    """``Should I buy gold now at 2650?``: the line of the side asks."""
    core = {side.line for side in draft.sides if side.weight > 1}
    asking = any(concept == "ask" and line in core for concept, line in draft.talk)
    return asking and ("?" in message.text or "？" in message.raw)


def _is_report(draft: Draft) -> bool:
    """A hit, a result or a target ticked off; a word in a long sentence of advice below the signal is not one."""
    if draft.checked and not draft.crossed:
        return True
    conditional = {line for concept, line in draft.talk if concept == "cond"}
    core = {side.line for side in draft.sides if side.weight > 1}
    core |= {number.line for number in (*draft.stops, *draft.targets)}
    return any(
        concept == "hit" and line not in conditional and (line in core or _is_short(draft, line))
        for concept, line in draft.talk
    )


def _is_short(draft: Draft, line: int) -> bool:
    return draft.lengths.get(line, 0) <= _LONGEST_REPORT


def failed(draft: Draft, entry: Unclear | None) -> Unclear | None:
    """``entry`` is the contradiction that was found, or None when no direction was."""
    if entry is None and draft.stops and draft.targets:
        return Unclear(code=Code.UNCLEAR, found={"missing": "direction"})
    return entry


def after(entry: Entry, draft: Draft, message: Message) -> Entry | Unclear | Noise | None:
    """The last look: a signal without stop and targets must be short and plain, any signal free of disguise."""
    if message.suspect:
        return Unclear(code=Code.SUSPICIOUS_TEXT, found={"what": message.suspect, "symbol": entry.symbol_base})
    if draft.gains and entry.stop_loss is None and entry.take_profits:
        return Noise(why="report")
    if _is_change(entry, draft, message):
        return None
    if _is_only_hinted(entry, draft) or _is_distance_only(entry):
        return Unclear(code=Code.UNCLEAR, found={"symbol": entry.symbol_base, "missing": "price"})
    if _has_empty_entry(entry, draft):
        return Unclear(code=Code.UNCLEAR, found={"symbol": entry.symbol_base, "missing": "entry price"})
    ordered = {side.line for side in draft.sides if side.weight > 1}
    if ordered and ordered.issubset(draft.provisos):
        found = {"symbol": entry.symbol_base, "condition": draft.provisos[min(ordered)]}
        return Unclear(code=Code.UNCLEAR, found=found)
    if len(draft.stop_labels) > 1:
        return Unclear(
            code=Code.UNCLEAR, found={"symbol": entry.symbol_base, "stop": " / ".join(sorted(draft.stop_labels))}
        )
    stranger = _unexplained(entry, draft)
    if stranger:
        return Unclear(code=Code.UNCLEAR, found={"symbol": entry.symbol_base, "number": stranger})
    if entry.stop_loss is None and not entry.take_profits:
        return _bare(entry, draft, message)
    return entry


def _is_change(entry: Entry, draft: Draft, message: Message) -> bool:
    """``比特币空单止损下移到103500``, ``Gold sell 4150 move SL to 4155``: the side names the trade that is managed."""
    if (entry.entries and entry.take_profits) or any(concept == "market" for concept, _ in draft.orders):
        return False
    steps = management.steps(message.order_items)
    return any(step.action is ActionKind.MOVE_SL for step in steps) if entry.entries else bool(steps)


def _is_only_hinted(entry: Entry, draft: Draft) -> bool:
    """``空单继续持有，目标4165``: a noun for the side and nothing to enter at: as likely a trade that is open."""
    ordered = any(side.weight == 3 for side in draft.sides) or any(concept == "market" for concept, _ in draft.orders)
    return not entry.entries and not ordered and not entry.direction_inferred


def _is_distance_only(entry: Entry) -> bool:
    """No price anywhere and only a stop or only targets, in pips: as likely the gain of a running trade."""
    levels = [*(target.level for target in entry.take_profits), *([entry.stop_loss] if entry.stop_loss else [])]
    one_kind = (entry.stop_loss is None) != (not entry.take_profits)
    return one_kind and not entry.entries and all(level.kind is not LevelKind.PRICE for level in levels)


def _has_empty_entry(entry: Entry, draft: Draft) -> bool:
    """``Entry: soon``: a label with no number behind it is no order to buy at any price."""
    return "entry" in draft.seen and not entry.entries and all(concept != "market" for concept, _ in draft.orders)


def _unexplained(entry: Entry, draft: Draft) -> str:
    """A number of the size of the prices under no known label: it may be the stop, a target or the entry."""
    levels = [*(target.level for target in entry.take_profits), *([entry.stop_loss] if entry.stop_loss else [])]
    known = [point.low for point in entry.entries] or [level.value for level in levels if level.kind is LevelKind.PRICE]
    half = entry.stop_loss is None or not entry.take_profits
    strangers = [*draft.loose, *draft.aside] if half else draft.loose
    levelled = {side.line for side in draft.sides if side.weight == 3}
    levelled &= {number.line for number in (*draft.stops, *draft.targets)}
    ordered = {side.line for side in draft.sides} | {line for _, _, line in draft.symbols}
    strangers = [*strangers, *(n for n in draft.head if draft.entries and n.line not in ordered)]
    near = [n for n in strangers if _is_short(draft, n.line) or n.line in levelled]
    loose = [n.raw for n in near if n.unit == "price" and (len(n.raw) > 2 or (half and n.joined.strip() in _LISTED))]
    entered = {n.raw for n in draft.entries}
    values = [(value, raw) for raw in loose if raw not in entered for value in readings(raw, None)] if known else []
    return next((raw for value, raw in values if min(known) < value * _NEAR and value < max(known) * _NEAR), "")


def _bare(entry: Entry, draft: Draft, message: Message) -> Entry | Unclear | Noise | None:
    """A side and a symbol alone are an order only when nothing around them is talk."""
    if entry.direction_inferred or not any(side.weight == 3 for side in draft.sides):
        return None
    if any(side.qualified for side in draft.sides):
        return Unclear(code=Code.UNCLEAR, found={"missing": "stop and targets"})
    core = {side.line for side in draft.sides if side.weight > 1}
    if any(concept in _VOIDING and _counts(draft, line, core) for concept, line in draft.talk):
        return Noise(why="talk")
    if (
        any(line in core or _is_short(draft, line) for line in draft.gains)
        or any(number.unit != "price" and number.line in core for number in draft.loose)
        or "?" in message.text
        or "？" in message.text
    ):
        return Noise(why="talk")
    band = bands.usual(Symbol(entry.symbol_base, entry.symbol_quote))
    if band and any(not bands.contains(band, point.low) for point in entry.entries):
        return Noise(why="not a price")
    if any(line in core for line in draft.skips) or len(entry.entries) > 1:
        return Unclear(code=Code.UNCLEAR, found={"missing": "stop and targets"})
    if sum(line in core for line in draft.words) > MOST_UNKNOWN_WORDS or (
        not entry.entries and len(draft.words) > MOST_UNKNOWN_WORDS
    ):
        return Unclear(code=Code.UNCLEAR, found={"missing": "stop and targets"})
    if not entry.entries and entry.order_type is not OrderType.MARKET:
        return Unclear(code=Code.UNCLEAR, found={"missing": "price"})
    return entry


def _counts(draft: Draft, line: int, core: set[int]) -> bool:
    return line in core or _is_short(draft, line)
