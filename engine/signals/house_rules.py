"""A channel's own rules around the reader: its quote currency, its names, its words, and what it was taught.

They decide how a text is read and what is let go; none of them can make a trade larger or a limit wider.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from engine.signals import read
from engine.signals.lessons import taught
from engine.signals.symbols import ALIASES, FIAT, STABLE, read_word
from engine.signals.values import PriceOf
from engine.types import Amendment, Amendments, ChannelRules, Entries, Entry, Reading

MOST = 50  # names, words or symbols that one channel can have
LONGEST = 40  # letters of one of them


@dataclass(slots=True, kw_only=True)
class Readings:
    """One text as each of its followers reads it: read once for all who have the same rules."""

    text: str
    price_of: PriceOf | None = None
    _known: list[tuple[ChannelRules, Reading]] = field(default_factory=list)

    def under(self, rules: ChannelRules) -> Reading:
        for known, reading in self._known:
            if known == rules:
                return reading
        reading = read_under(rules, self.text, price_of=self.price_of)
        self._known.append((rules, reading))
        return reading


def read_under(rules: ChannelRules, text: str, *, price_of: PriceOf | None = None) -> Reading:
    """What this text says in a channel with these rules. Never raises, whatever the text."""
    reading = read(taught(text, rules.lessons), price_of=price_of, ignore_words=rules.ignore_words)
    return _renamed(reading, rules) if rules.symbols or rules.default_quote else reading


def is_allowed(entry: Entry, rules: ChannelRules) -> bool:
    """Whether the channel may trade this symbol: one of those listed, under its own name or the one it is given."""
    if not rules.allowed:
        return True
    names = {*rules.allowed, *(_target(rules, name) for name in rules.allowed)}
    pair = f"{entry.symbol_base}/{entry.symbol_quote}" if entry.symbol_quote else entry.symbol_base
    return bool({entry.symbol_base, pair} & names)


def name_of(written: str) -> str:
    """A symbol as a person types it, the way the reader names it: "gold" is XAU, "btcusdt" is BTC/USDT.

    What the reader does not know is a venue's own name and stays as it was written.
    """
    word = written.strip()
    base, _, quote = word.partition("/")
    if quote:
        return f"{base.upper()}/{quote.upper()}"
    known = read_word(word.lower())
    if known is None:
        return word.upper() if word.isalnum() else word
    return f"{known.base}/{known.quote}" if known.quote else known.base


def _renamed(reading: Reading, rules: ChannelRules) -> Reading:
    if isinstance(reading, Entry):
        return _entry(reading, rules)
    if isinstance(reading, Entries):
        return replace(reading, signals=tuple(_entry(one, rules) for one in reading.signals))
    if isinstance(reading, Amendments):
        return replace(reading, steps=tuple(_step(step, rules) for step in reading.steps))
    return reading


def _entry(entry: Entry, rules: ChannelRules) -> Entry:
    base, quote = _traded(rules, entry.symbol_base, entry.symbol_quote)
    actions = tuple(_step(step, rules) for step in entry.actions)
    return replace(entry, symbol_base=base, symbol_quote=quote, actions=actions)


def _step(step: Amendment, rules: ChannelRules) -> Amendment:
    if step.symbol_base is None:
        return step
    base, quote = _traded(rules, step.symbol_base, step.symbol_quote)
    return replace(step, symbol_base=base, symbol_quote=quote)


def _traded(rules: ChannelRules, base: str, quote: str | None) -> tuple[str, str | None]:
    """Base and quote to trade for these; a venue's own name is a base without quote."""
    pair = f"{base}/{quote}" if quote else base
    if pair not in rules.symbols and base not in rules.symbols:
        return base, quote or _usual_quote(rules, base)
    traded, _, in_quote = _target(rules, pair if pair in rules.symbols else base).partition("/")
    return traded, in_quote or None


def _usual_quote(rules: ChannelRules, base: str) -> str | None:
    """The channel's usual quote; a stablecoin only for coins, for gold and indices are not quoted in one."""
    quote = rules.default_quote
    is_coin = base.lower() not in ALIASES and base.lower() not in FIAT
    return quote if quote is None or is_coin or quote.lower() not in STABLE else None


def _target(rules: ChannelRules, name: str) -> str:
    return rules.symbols.get(name, name)
