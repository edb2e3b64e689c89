"""What a person types about a channel, as its rules; and the rules in words. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from bot.replies import Texts
from bot.wording import shortened
from engine.errors import Code, Mistake
from engine.signals.house_rules import LONGEST, MOST, name_of
from engine.types import ChannelRules

NONE = "-"  # what is typed to have none of something
_SYMBOL = re.compile(r"[\w./:#-]+")
_BETWEEN = re.compile(r"[,;\n]")
_MEANS = re.compile(r"\s*(?:=|→|->)\s*")
_SHOWN = 120


def allowed(rules: ChannelRules, text: str) -> ChannelRules:
    """ "btc, gold" → only these may be traded; "-" → all may."""
    return replace(rules, allowed=tuple(dict.fromkeys(map(_symbol, _listed(text)))))


def ignored(rules: ChannelRules, text: str) -> ChannelRules:
    """ "vip, results" → posts with one of these are no signals; "-" → none is left out."""
    words = tuple(dict.fromkeys(word.casefold() for word in _listed(text)))
    if any(len(word) > LONGEST or len(word) < 2 for word in words):
        raise Mistake(code=Code.BAD_INPUT)
    return replace(rules, ignore_words=words)


def named(rules: ChannelRules, text: str) -> ChannelRules:
    """ "gold = XAUUSD.m" → gold is traded under that name; "gold = -" forgets it, "-" forgets all."""
    symbols = dict(rules.symbols)
    lines = _listed(text)
    if not lines:
        return replace(rules, symbols={})
    for line in lines:
        said = _MEANS.split(line)
        if len(said) != 2:
            raise Mistake(code=Code.BAD_INPUT)
        if said[1] == NONE:
            symbols.pop(_symbol(said[0]), None)
        else:
            symbols[_symbol(said[0])] = _symbol(said[1])
    return replace(rules, symbols=_at_most(symbols))


TYPED: dict[str, Callable[[ChannelRules, str], ChannelRules]] = {
    "allowed": allowed, "ignore": ignored, "names": named,
}  # fmt: skip
"""Setting → how what is typed for it changes the rules. Raises Mistake(BAD_INPUT) when it cannot be used."""


def shown(words: tuple[str, ...] | list[str], nothing: str) -> str:
    return shortened(", ".join(words), _SHOWN) if words else nothing


def names_shown(rules: ChannelRules, t: Texts) -> str:
    return shown([f"{read} → {traded}" for read, traded in sorted(rules.symbols.items())], t("channel-none"))


def _listed(text: str) -> list[str]:
    found = [part.strip() for part in _BETWEEN.split(text) if part.strip()]
    if found == [NONE]:
        return []
    if not found or len(found) > MOST:
        raise Mistake(code=Code.BAD_INPUT)
    return found


def _symbol(written: str) -> str:
    word = written.strip()
    if len(word) > LONGEST or not _SYMBOL.fullmatch(word):
        raise Mistake(code=Code.BAD_INPUT)
    return name_of(word)


def _at_most(symbols: dict[str, str]) -> dict[str, str]:
    if len(symbols) > MOST:
        raise Mistake(code=Code.BAD_INPUT)
    return symbols
