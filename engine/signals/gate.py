"""Most messages are chatter: those without one word of the trade are turned away before anything is read.

Only texts in Latin letters are judged here (pictures between them do not matter); all others are read in full.
"""

from __future__ import annotations

import re

from engine.signals.normalise import plain
from engine.signals.symbols import listed
from engine.signals.words import LANGUAGES

_TRADING = listed("buy sell hint_buy hint_sell bull bear stop target")
_MANAGING = listed("close close? take_part cancel reenter risk_free stop target")
_COMMON = listed(
    "a b x s this that your the and no be it here now of to at is de la en el me no in on is our position price go "
    "should some again table wrong out below break set put first next looking more with for my from all up off"
)
_ASCII = re.compile(r"[\x00-\x7f]+")
_PICTURES = re.compile("[\u2010-\u2027\u2190-\u2bff\ufe0f\U0001f300-\U0001f64f\U0001f680-\U0001faff]+")
_SPACES = str.maketrans({code: " " for code in range(128) if not chr(code).isalpha()})
_SHORTEST, _LONGEST_WORD = 24, 30


def _words(text: str) -> list[str]:
    return text.lower().translate(_SPACES).split()


def _telling_words() -> tuple[frozenset[str], tuple[str, ...]]:
    """Every word that is a phrase by itself, of each other phrase its longest word, and phrases of common words."""
    phrases = [_words(plain(phrase).text) for phrase in _phrases()]
    single = {words[0] for words in phrases if len(words) == 1}
    rest = [words for words in phrases if len(words) > 1 and single.isdisjoint(words)]
    longest = {max(rare, key=len) for words in rest if (rare := sorted(set(words) - _COMMON))}
    common = {f" {' '.join(words)} " for words in rest if _COMMON.issuperset(words)}
    return frozenset(single | longest | {"entry"}), tuple(sorted(common))


def _phrases() -> list[str]:
    tables = [(language.LABELS, _TRADING) for language in LANGUAGES] + [
        (language.ORDERS, _MANAGING) for language in LANGUAGES
    ]
    return [
        phrase
        for table, concepts in tables
        for concept, listed in table.items()
        if concepts & set(concept.split("+"))
        for phrase in listed.split("|")
    ]


_TELLING, _TELLING_TOGETHER = _telling_words()


def is_chatter(text: str) -> bool:
    """No word of ``text`` can belong to a signal. Short texts and texts in other letters are never judged.

    Words typed together ("xauusdsell") and the "=" and "{" of machine-made signals need the full reader: they pass.
    """
    if len(text) < _SHORTEST or "=" in text or "{" in text:
        return False
    if not text.isascii():
        if _PICTURES.sub("", _ASCII.sub("", text)):
            return False
        text = _PICTURES.sub(" ", text)
    words = _words(text)
    if not _TELLING.isdisjoint(words) or len(max(words, key=len, default="")) >= _LONGEST_WORD:
        return False
    spaced = f" {' '.join(words)} "
    return not any(phrase in spaced for phrase in _TELLING_TOGETHER)
