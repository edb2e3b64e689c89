"""A signal as a channel writes it: labels, lists and prose in any order, one signal or several."""

from __future__ import annotations

from dataclasses import replace

from engine.errors import Code
from engine.signals import guards
from engine.signals.assemble import assemble
from engine.signals.fields import Draft, read_fields
from engine.signals.lexicon import Item
from engine.signals.message import Message
from engine.signals.segments import segments
from engine.signals.subject import unlisted
from engine.signals.symbols import Symbol
from engine.types import Entries, Entry, Noise, Reading, Unclear

NAME = "channel"
MOST_SIGNALS = 12


def read(message: Message) -> Reading | None:
    """Entry or Entries if the message opens trades, Unclear if it nearly does, None if it does not."""
    items = message.trade_items
    parts = segments(items)
    if len(parts) > MOST_SIGNALS:
        return Unclear(code=Code.UNCLEAR, found={"signals": str(len(parts))})
    drafts = [(read_fields(part), part) for part in parts]
    drafts = [pair for pair in drafts if pair[0].sides or pair[0].targets or pair[0].stops]
    _share(drafts)
    shared = _symbol_of_all(drafts, message)
    found: list[Entry] = []
    for draft, part in drafts:
        reading = _one(draft, part, shared, message)
        if isinstance(reading, (Unclear, Noise)):
            return reading
        if reading is not None:
            found.append(reading)
    if len(found) > 1:
        return Entries(signals=tuple(found))
    return found[0] if found else None


def _share(drafts: list[tuple[Draft, list[Item]]]) -> None:
    """A stop written once below several legs of one side is the stop of all of them."""
    stops = [draft.stops for draft, _ in drafts if draft.stops]
    if len(drafts) > 1 and len(stops) == 1 and drafts[-1][0].stops:
        if len({side.buy for draft, _ in drafts for side in draft.sides}) == 1 and len({s.base for d, _ in drafts for s, _, _ in d.symbols}) == 1:
            for draft, _ in drafts:
                draft.stops = stops[0]


def _named(drafts: list[tuple[Draft, list[Item]]]) -> list[Symbol]:
    return [symbol for draft, _ in drafts for symbol, _, line in draft.symbols if not guards.is_mention(draft, line)]


def _symbol_of_all(drafts: list[tuple[Draft, list[Item]]], message: Message) -> Symbol | None:
    """The symbol that every part trades when only one is named in the whole message."""
    every = _named(drafts)
    named = {symbol.base for symbol in every}
    if len(named) == 1:
        return max(every, key=lambda symbol: symbol.quote is not None)
    return unlisted(message.trade_items, message.text) if not named else None


def _one(draft: Draft, part: list[Item], shared: Symbol | None, message: Message) -> Entry | Unclear | Noise | None:
    symbol = _symbol(draft, part) or shared
    if symbol is None:
        return guards.without_symbol(draft)
    verdict = guards.before(draft, symbol, message)
    if verdict is not None:
        return verdict
    entry = assemble(draft, symbol, message.price_of)
    if not isinstance(entry, Entry):
        return guards.failed(draft, entry)
    quote = entry.symbol_quote or message.default_quote
    return guards.after(replace(entry, symbol_quote=quote, format=NAME), draft, message)


def _symbol(draft: Draft, part: list[Item]) -> Symbol | None:
    """The symbol nearest to the first order; of two spellings of one symbol the one with its quote."""
    if not draft.symbols or all(guards.is_mention(draft, line) for _, _, line in draft.symbols):
        return None
    anchor = next((side.at for side in draft.sides if side.weight > 1), 0)
    nearest = min(draft.symbols, key=lambda pair: (_line_distance(part, anchor, pair[1]), pair[0].quote is None, abs(pair[1] - anchor)))[0]
    return next((symbol for symbol, _, _ in draft.symbols if symbol.base == nearest.base and symbol.quote), nearest)


def _line_distance(part: list[Item], one: int, other: int) -> int:
    low, high = sorted((one, other))
    return sum(item.concept == "newline" for item in part[low:high])


