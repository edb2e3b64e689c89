"""One message on its way through the formats: its plain text, its tokens, and what the caller knows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property

from engine.signals.lexer import Kind, Token, tokens
from engine.signals.lexicon import ORDER, TRADE, Item
from engine.signals.normalise import plain
from engine.signals.subject import with_symbols
from engine.signals.values import PriceOf

_LEAVING = frozenset(("close", "close?", "take_part", "cancel"))
_CHANGING = frozenset(("modify", "cancel"))


class Message:
    """The posted text; everything derived from it is worked out once, when a format first asks for it."""

    def __init__(self, raw: str, price_of: PriceOf | None = None, default_quote: str | None = None) -> None:
        self.raw = raw
        self.price_of = price_of
        self.default_quote = default_quote

    @cached_property
    def _plain(self) -> tuple[str, str]:
        text, suspect = plain(self.raw)
        return (text if len(text.lower()) == len(text) else text.lower()), suspect

    @property
    def text(self) -> str:
        """Plain text with its capitals."""
        return self._plain[0]

    @property
    def suspect(self) -> str:
        """What a forger could have hidden in the text, empty when nothing was."""
        return self._plain[1]

    @cached_property
    def tokens(self) -> list[Token]:
        return tokens(self.text.lower())

    @cached_property
    def trade_items(self) -> list[Item]:
        return with_symbols(TRADE.items(self.tokens), self.text)

    @cached_property
    def order_items(self) -> list[Item]:
        return with_symbols(ORDER.items(self.tokens), self.text)

    def says_to_leave(self) -> bool:
        """A word that can close or cancel a trade occurs; most messages end here, without the second lexicon."""
        return any(ORDER.begins(token, _LEAVING) for token in self.tokens)

    def may_change(self) -> bool:
        """Its first words can head a correction or a cancellation."""
        return any(ORDER.begins(token, _CHANGING) for token in self._heading())

    def _heading(self) -> Iterator[Token]:
        """Tokens of the first line that has words."""
        begun = False
        for token in self.tokens:
            if token.kind is Kind.LINE_END and begun:
                return
            begun = begun or token.kind in (Kind.WORD, Kind.IDEOGRAMS)
            yield token

    def part(self, items: list[Item]) -> Message:
        """The message with only these of its trade items."""
        part = Message(self.raw, self.price_of, self.default_quote)
        part.__dict__.update(_plain=self._plain, trade_items=items)
        return part


def lines_of(items: Sequence[Item]) -> list[list[Item]]:
    """Items line by line, each with the line end that closes it."""
    lines: list[list[Item]] = [[]]
    for item in items:
        lines[-1].append(item)
        if item.concept == "newline":
            lines.append([])
    return lines
