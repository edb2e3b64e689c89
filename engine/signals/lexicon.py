"""Phrases of every language → concepts, and tokens → items that carry them.

Two lexicons are built from the same word lists: one knows the fields of a new trade, one the steps of a management
message. Both know the words that make a sentence a report, a condition, a refusal, a promise or a question.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import NamedTuple

from engine.signals import symbols
from engine.signals.lexer import Kind, Token, tokens
from engine.signals.normalise import plain
from engine.signals.symbols import Symbol
from engine.signals.words import LANGUAGES

_JOINERS = frozenset("-/_.")
_ARABIC_AND, _SHORTEST_ARABIC = "و", 3


class Item(NamedTuple):
    """A token or phrase with its meaning: a concept of the word lists, or what the lexer saw."""

    concept: str
    text: str
    start: int
    end: int
    symbol: Symbol | None = None


_LEXICAL = {
    Kind.LINE_END: "newline",
    Kind.BAD_NUMBER: "bad",
    Kind.DATE: "date",
    Kind.RATIO: "ratio",
    Kind.TIMES: "times",
    Kind.TIMEFRAME: "timeframe",
    Kind.ORDINAL: "filler",
    Kind.NUMBER: "number",
    Kind.WORD: "word",
    Kind.IDEOGRAMS: "word",
    Kind.MARK: "mark",
    Kind.PUNCTUATION: "punct",
}


class _Node:
    """One step of a phrase; ``concept`` is set where a phrase ends, ``ahead`` has those it can still become."""

    __slots__ = ("ahead", "concept", "steps", "symbol")

    def __init__(self) -> None:
        self.steps: dict[str, _Node] = {}
        self.concept = ""
        self.ahead: set[str] = set()
        self.symbol: Symbol | None = None


class Lexicon:
    """Longest-phrase reader over tokens."""

    def __init__(self, tables: Iterable[Mapping[str, str]]) -> None:
        self._root = _Node()
        self._ideograms: dict[str, tuple[str, Symbol | None]] = {}
        self._longest_from: dict[str, int] = {}
        self._cuts = lru_cache(maxsize=1024)(self._cut)
        for name, symbol in (symbols.NAMES | symbols.ALIASES).items():
            self._learn(name, "symbol", symbol)
        for table in tables:
            for concept, phrases in table.items():
                for phrase in phrases.split("|"):
                    self._learn(phrase, concept, None)

    def _learn(self, phrase: str, concept: str, symbol: Symbol | None) -> None:
        words = tokens(plain(phrase).text.lower())
        if len(words) == 1 and words[0].kind is Kind.IDEOGRAMS:
            self._ideograms.setdefault(words[0].text, (concept, symbol))
            first = words[0].text[0]
            self._longest_from[first] = max(len(words[0].text), self._longest_from.get(first, 0))
            return
        node = self._root
        for word in words:
            node = node.steps.setdefault(word.text, _Node())
            node.ahead.update(concept.split("+"))
        if not node.concept:
            node.concept, node.symbol = concept, symbol

    def items(self, words: list[Token]) -> list[Item]:
        """Items of a token list; a phrase becomes one item, a compound concept (``buy+limit``) one for each part."""
        found: list[Item] = []
        at = 0
        while at < len(words):
            token = words[at]
            if token.kind is Kind.IDEOGRAMS:
                found.extend(self._split(token))
                at += 1
                continue
            node, after = self._longest(words, at)
            if node is None:
                found.extend(_single(token))
                at += 1
                continue
            text = " ".join(word.text for word in words[at:after])
            span = token.start, words[after - 1].end
            found.extend(Item(part, text, *span, node.symbol) for part in node.concept.split("+"))
            at = after
        return found

    def begins(self, token: Token, concepts: frozenset[str]) -> bool:
        """The token is, or begins, a phrase of one of the ``concepts``."""
        if token.kind is Kind.IDEOGRAMS:
            return any(item.concept in concepts for item in self._split(token))
        node = self._root.steps.get(token.text)
        return node is not None and bool(concepts & node.ahead)

    def concept_of(self, word: str) -> str:
        """Concept of one word or phrase on its own, empty when the lists do not have it."""
        node: _Node | None = self._root
        for step in word.split():
            node = node.steps.get(step) if node else None
        return node.concept if node else ""

    def _longest(self, words: list[Token], at: int) -> tuple[_Node | None, int]:
        node = self._root.steps.get(words[at].text) or self._without_conjunction(words[at].text)
        best, after = (None, at)
        at += 1
        while node is not None:
            if node.concept:
                best, after = node, at
            step = _next_step(node, words, at)
            if step is None:
                break
            node, at = step
        return best, after

    def _without_conjunction(self, word: str) -> _Node | None:
        """Arabic writes "and" as a letter in front of the next word."""
        return self._root.steps.get(word[1:]) if word[0] == _ARABIC_AND and len(word) > _SHORTEST_ARABIC else None

    def _split(self, token: Token) -> list[Item]:
        """Items of a run of ideograms; the same runs come again and again, so their cuts are kept."""
        start = token.start
        return [
            Item(part, text, start + at, start + at + len(text), symbol)
            for at, text, concept, symbol in self._cuts(token.text)
            for part in concept.split("+")
        ]

    def _cut(self, text: str) -> tuple[tuple[int, str, str, Symbol | None], ...]:
        """Ideograms have no spaces: take the longest known phrase from the left, again and again."""
        found: list[tuple[int, str, str, Symbol | None]] = []
        at = unknown = 0
        while at < len(text):
            longest = self._longest_from.get(text[at], 0)
            size = next((n for n in range(longest, 0, -1) if text[at : at + n] in self._ideograms), 0)
            if size:
                if unknown < at:
                    found.append((unknown, text[unknown:at], "word", None))
                found.append((at, text[at : at + size], *self._ideograms[text[at : at + size]]))
                unknown = at + size
            at += size or 1
        if unknown < len(text):
            found.append((unknown, text[unknown:], "word", None))
        return tuple(found)


def _next_step(node: _Node, words: list[Token], at: int) -> tuple[_Node, int] | None:
    """The next word of a phrase; a dash, slash, dot or underscore between its words does not matter."""
    if at >= len(words):
        return None
    direct = node.steps.get(words[at].text)
    if direct is not None:
        return direct, at + 1
    if words[at].text in _JOINERS and at + 1 < len(words):
        beyond = node.steps.get(words[at + 1].text)
        if beyond is not None:
            return beyond, at + 2
    return None


def _single(token: Token) -> Iterable[Item]:
    if token.kind is not Kind.WORD:
        return (Item(_LEXICAL[token.kind], token.text, token.start, token.end),)
    symbol = symbols.read_word(token.text)
    if symbol:
        return (Item("symbol", token.text, token.start, token.end, symbol),)
    halves = _halves(token.text)
    if not halves:
        return (Item("word", token.text, token.start, token.end),)
    return _glued(token, halves)


def _glued(token: Token, halves: tuple[tuple[str, str, Symbol | None], ...]) -> Iterable[Item]:
    at = token.start
    for text, concept, symbol in halves:
        yield Item(concept, text, at, at + len(text), symbol)
        at += len(text)


_GLUE = frozenset(("buy", "sell", "entry", "stop", "target", "leverage", "market", "limit", "symbol"))


@lru_cache(maxsize=4096)
def _halves(word: str) -> tuple[tuple[str, str, Symbol | None], ...]:
    """Two known words typed as one (``xauusdsell``, ``longleverage``); empty when the word is not that."""
    for cut in range(2, len(word) - 1) if 5 <= len(word) <= 24 else ():
        parts = word[:cut], word[cut:]
        read = tuple((part, *_part(part)) for part in parts)
        if all(concept in _GLUE for _, concept, _ in read) and read[0][1] != read[1][1]:
            return read
    return ()


def _part(word: str) -> tuple[str, Symbol | None]:
    symbol = symbols.read_word(word) if len(word) > 2 else None
    return ("symbol", symbol) if symbol else (TRADE.concept_of(word), None)


_MULTIPLES = ("thousand", "ten_thousand")
Tables = list[Mapping[str, str]]


def trade_tables() -> Tables:
    """Tables of the lexicon that reads a new trade."""
    return [table for language in LANGUAGES for table in (language.LABELS, language.TALK)]


def order_tables() -> Tables:
    """Tables of the lexicon that reads the steps of a management message."""
    steps: Tables = [table for language in LANGUAGES for table in (language.ORDERS, language.TALK)]
    multiples: Tables = [
        {name: language.LABELS[name] for name in _MULTIPLES if name in language.LABELS} for language in LANGUAGES
    ]
    sides: Tables = [{"side": f"{language.LABELS['buy']}|{language.LABELS['sell']}"} for language in LANGUAGES]
    return [*steps, *multiples, *sides]


def forget() -> None:
    """Drop what was remembered of words read before; needed when the lexicons are changed."""
    _halves.cache_clear()


TRADE = Lexicon(trade_tables())
ORDER = Lexicon(order_tables())
