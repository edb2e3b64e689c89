"""What a channel's owner taught by tapping: "this price is the stop". Pure; nothing here guesses.

A lesson names a price by the words before it on its line; by those behind it where every price of the line is followed
by its label; or, on lines that hold nothing else, by the line's place. Applying lessons only puts the usual keyword in
the label's place; reading, and every check of it, is the reader's.
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
    """A number of a text that may be a price, and what it can be known by. The places in the plain text:
    ``start`` of the number, ``begin`` and ``upto`` of the number with the words it is known by."""

    number: str
    start: int
    begin: int
    upto: int
    words: tuple[str, ...] = ()
    line: int = 0
    after: tuple[str, ...] = ()

    @property
    def is_anchored(self) -> bool:
        """Whether anything tells this price from the others the next time."""
        return bool(self.words or self.line or self.after)


def prices(text: str) -> tuple[Price, ...]:
    """The numbers of a post that can be taught, in the order written."""
    return tuple(price for price in _prices(plain(text).text) if price.is_anchored)


def lesson(text: str, number: int, part: Part) -> Lesson | None:
    """What is learnt when the ``number``-th price (from 0) is this part; None when nothing tells it from others."""
    found = prices(text)
    if not 0 <= number < len(found):
        return None
    price = found[number]
    return Lesson(part=part, words=price.words, after=price.after, line=price.line)


def learnt(lessons: Iterable[Lesson], new: Lesson) -> tuple[Lesson, ...]:
    """The lessons with one more. What these words or this line meant before is forgotten."""
    return (*(old for old in lessons if replace(old, part=new.part) != new), new)


def taught(text: str, lessons: tuple[Lesson, ...]) -> str:
    """The text with the keyword at every price that a lesson is about; untouched if a forger touched it."""
    if not lessons or len(text) > MAX_CHARACTERS:
        return text
    readable, suspect = plain(text)
    if suspect:
        return text
    changed, told = readable, False
    for price in reversed(list(_prices(readable))):
        part = _known(price, lessons)
        if part is not None:
            told = True
            number = readable[price.start : price.start + len(price.number)]
            behind = changed[price.upto :]
            apart = "\n" if price.after else ""  # without its label it must not lean on the price behind it
            changed = f"{changed[: price.begin]}{_KEYWORDS[part]}{number}{apart}{behind}"
    return changed if told else text


def _known(price: Price, lessons: tuple[Lesson, ...]) -> Part | None:
    """The part that the lesson with the most fitting words gives this price."""
    fitting = [one for one in lessons if _fits(price, one)]
    return max(fitting, key=lambda one: len(one.words) + len(one.after)).part if fitting else None


def _fits(price: Price, one: Lesson) -> bool:
    if one.line:
        return price.line == one.line
    if one.after:
        return price.after[: len(one.after)] == one.after
    return price.words[-len(one.words) :] == one.words


def _prices(text: str) -> Iterator[Price]:
    bare = 0
    for line in _lines(text):
        numbers = _numbers(line)
        if not numbers:
            continue
        if labelled := _before_words(line, numbers):
            yield from labelled
        elif any(token.kind in _SPOKEN for token in line):
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
    return Price(number=token.text, start=token.start, begin=token.start, upto=token.end)


def _is_word(token: Token) -> bool:
    """A word that a price can be known by; a symbol is none, for it is another every time."""
    return token.kind in _SPOKEN and not (token.kind is Kind.WORD and read_word(token.text))


def _before_words(line: list[Token], numbers: list[Token]) -> list[Price]:
    """The prices of a line where each is followed by its label: "63800 SL". None where one label comes before."""
    asked = [token for token in numbers if not _is_index(token)] or numbers
    places = [line.index(token) for token in asked]
    if any(map(_is_word, line[: places[0]])):
        return []
    labels = [_label(line[begin + 1 : end]) for begin, end in pairwise((*places, len(line)))]
    if not all(labels):
        return []
    return [
        replace(_price(token), upto=label[-1].end, after=tuple(word.text for word in label))
        for token, label in zip(asked, labels, strict=True)
    ]


def _label(behind: list[Token]) -> list[Token]:
    """The first words behind a price, as far as the next symbol."""
    label: list[Token] = []
    for token in behind:
        if token.kind in _SPOKEN and not _is_word(token):
            break
        if _is_word(token):
            label.append(token)
    return label[:MOST_WORDS]


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
            words = [*words, token] if _is_word(token) else []


def numbered(text: str, most: int) -> str:
    """The plain text with the first ``most`` prices counted: "entry (1) 64000"."""
    readable = plain(text).text
    for number, price in reversed(list(enumerate(prices(text)[:most], 1))):
        readable = f"{readable[: price.start]}({number}) {readable[price.start :]}"
    return readable
