"""A signal as a channel writes it: labels, lists and prose in any order, one signal or several."""

from __future__ import annotations

from dataclasses import replace

from engine.errors import Code
from engine.signals import guards
from engine.signals.assemble import assemble
from engine.signals.draft import Draft
from engine.signals.fields import read_fields
from engine.signals.message import Message
from engine.signals.satoshi import quoted
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
    drafts = [read_fields(part) for part in parts]
    drafts = [draft for draft in drafts if draft.sides or draft.targets or draft.stops]
    _share(drafts)
    shared = _symbol_of_all(drafts, message)
    found: list[Entry] = []
    for draft in drafts:
        reading = _one(draft, shared, message)
        if isinstance(reading, (Unclear, Noise)):
            return reading
        if reading is not None:
            found.append(reading)
    if len(found) > 1:
        return Entries(signals=tuple(found))
    return found[0] if found else None


def _share(drafts: list[Draft]) -> None:
    """A stop written once below several legs of one side is the stop of all of them."""
    stops = [draft.stops for draft in drafts if draft.stops]
    sides = {side.buy for draft in drafts for side in draft.sides}
    bases = {symbol.base for draft in drafts for symbol, _, _ in draft.symbols}
    if len(stops) == 1 and drafts[-1].stops and len(sides) == len(bases) == 1:
        for draft in drafts:
            draft.stops = stops[0]


def _named(drafts: list[Draft]) -> list[Symbol]:
    return [symbol for draft in drafts for symbol, _, line in draft.symbols if not guards.is_mention(draft, line)]


def _symbol_of_all(drafts: list[Draft], message: Message) -> Symbol | None:
    """The symbol that every part trades when only one is named in the whole message."""
    every = _named(drafts)
    named = {symbol.base for symbol in every}
    if len(named) == 1:
        return max(every, key=lambda symbol: symbol.quote is not None)
    return unlisted(message.trade_items, message.text) if not named else None


def _one(draft: Draft, shared: Symbol | None, message: Message) -> Entry | Unclear | Noise | None:
    symbol = _symbol(draft) or shared
    if symbol is None:
        return guards.without_symbol(draft)
    verdict = guards.before(draft, message)
    if verdict is not None:
        return verdict
    entry = assemble(draft, quoted(symbol, draft), message.price_of)
    if not isinstance(entry, Entry):
        return guards.failed(draft, entry)
    quote = entry.symbol_quote or message.default_quote
    return guards.after(replace(entry, symbol_quote=quote, format=NAME), draft, message)


def _symbol(draft: Draft) -> Symbol | None:
    """The symbol nearest to the first order; of two spellings of one symbol the one with its quote."""
    if not draft.symbols or all(guards.is_mention(draft, line) for _, _, line in draft.symbols):
        return None
    at, line = next(((side.at, side.line) for side in draft.sides if side.weight > 1), (0, 0))
    nearest = min(draft.symbols, key=lambda found: (abs(found[2] - line), found[0].quote is None, abs(found[1] - at)))[
        0
    ]
    return next((symbol for symbol, _, _ in draft.symbols if symbol.base == nearest.base and symbol.quote), nearest)
