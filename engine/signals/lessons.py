"""What a channel's owner taught by tapping: "this price is the stop". Pure; nothing here guesses.

A lesson names a price by the words before it on its line, or, on lines that hold nothing else, by the line's place.
Applying lessons only puts the usual keyword in front of such a price; reading, and every check of it, is the reader's.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

from engine.signals import MAX_CHARACTERS
from engine.signals.lexer import Kind, Token, tokens
from engine.signals.normalise import plain
from engine.signals.symbols import read_word
from engine.types import Lesson, Part

MOST_WORDS = 3  # before a price: enough to know it by, few enough to be there the next time
_KEYWORDS = {Part.ENTRY: "entry: ", Part.STOP: "stop loss: ", Part.TARGET: "tp: "}
_SPOKEN = frozenset({Kind.WORD, Kind.IDEOGRAMS})
_LARGEST_INDEX = 20  # "TP 2 64000": a small whole number before another number counts, it is no price


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """A number of a text that may be a price. ``start`` and ``begin`` are places in the plain text: of the number, and
    of the words it is known by, or of its line."""

    number: str
    start: int
    begin: int
    words: tuple[str, ...] = ()
    line: int = 0


def prices(text: str) -> tuple[Price, ...]:
    """The numbers of a post that can be asked about, in the order written."""
    return tuple(_prices(plain(text).text))


def lesson(text: str, number: int, part: Part) -> Lesson | None:
    """What is learnt when the ``number``-th price (from 0) is this part; None when nothing tells it from others."""
    found = prices(text)
    if not 0 <= number < len(found):
        return None
    price = found[number]
    if price.words:
        return Lesson(part=part, words=price.words)
    return Lesson(part=part, line=price.line) if price.line else None


def learnt(lessons: Iterable[Lesson], new: Lesson) -> tuple[Lesson, ...]:
    """The lessons with one more. What these words or this line meant before is forgotten."""
    return (*(old for old in lessons if (old.words, old.line) != (new.words, new.line)), new)


def taught(text: str, lessons: tuple[Lesson, ...]) -> str:
    """The text with the keyword in front of every price that a lesson is about; untouched if a forger touched it."""
    if not lessons or len(text) > MAX_CHARACTERS:
        return text
    readable, suspect = plain(text)
    if suspect:
        return text
    changed, told = readable, False
    for price in reversed(list(_prices(readable))):
        known = _known(price, lessons)
        if known is not None:
            told = True
            changed = f"{changed[: known.begin]}{_KEYWORDS[known.part]}{changed[price.start :]}"
    return changed if told else text


@dataclass(frozen=True, slots=True)
class _Known:
    part: Part
    begin: int


def _known(price: Price, lessons: tuple[Lesson, ...]) -> _Known | None:
    """The lesson with the most words that ends where the price begins."""
    fitting = [one for one in lessons if _fits(price, one)]
    if not fitting:
        return None
    return _Known(max(fitting, key=lambda one: len(one.words)).part, price.begin)


def _fits(price: Price, one: Lesson) -> bool:
    if one.line:
        return price.line == one.line
    return price.words[-len(one.words) :] == one.words


def _prices(text: str) -> Iterator[Price]:
    bare = 0
    for line in _lines(text):
        numbers = _numbers(line)
        if not numbers:
            continue
        if any(token.kind in _SPOKEN for token in line):
            yield from _after_words(line, numbers)
        else:
            bare += 1
            first, *rest = numbers
            yield replace(_price(first), line=bare)
            yield from map(_price, rest)


def _lines(text: str) -> Iterator[list[Token]]:
    line: list[Token] = []
    for token in tokens(text.lower()):
        if token.kind is Kind.LINE_END:
            yield line
            line = []
        else:
            line.append(token)
    yield line


def _numbers(line: list[Token]) -> list[Token]:
    numbers = [
        token
        for token, behind in pairwise((*line, None))
        if token is not None and token.kind is Kind.NUMBER and (behind is None or behind.text != "%")
    ]
    return [token for token in numbers if token is numbers[-1] or not _is_index(token)]


def _is_index(token: Token) -> bool:
    return token.text.isdigit() and int(token.text) <= _LARGEST_INDEX


def _price(token: Token) -> Price:
    return Price(number=token.text, start=token.start, begin=token.start)


def _after_words(line: list[Token], numbers: list[Token]) -> Iterator[Price]:
    """Each price with the words since the price before it; a symbol is none of them, for it is another every time."""
    words: list[Token] = []
    asked = {token.start for token in numbers}
    for token in line:
        if token.start in asked:
            kept = words[-MOST_WORDS:]
            begin = kept[0].start if kept else token.start
            yield replace(_price(token), begin=begin, words=tuple(word.text for word in kept))
            words = []
        elif token.kind in _SPOKEN:
            words = [] if token.kind is Kind.WORD and read_word(token.text) else [*words, token]


def numbered(text: str, most: int) -> str:
    """The plain text with the first ``most`` prices counted: "entry (1) 64000"."""
    readable = plain(text).text
    for number, price in reversed(list(enumerate(prices(text)[:most], 1))):
        readable = f"{readable[: price.start]}({number}) {readable[price.start :]}"
    return readable
