"""Which target is meant: ``TP2``, ``second target``, ``第二止盈``, ``止盈二``, ``الهدف الثاني``."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from engine.signals.lexicon import Item
from engine.signals.normalise import plain

_COUNTED = (
    "一|第一|first|1st|primer|primera|primeiro|premier|première|первый|первая|اول|الاول|الأول|ilk|birinci|pertama|erstes",
    "二|第二|second|2nd|segundo|segunda|deuxième|второй|вторая|دوم|ثاني|الثاني|ikinci|kedua|zweites",
    "三|第三|third|3rd|tercer|tercera|terceiro|troisième|третий|третья|سوم|ثالث|الثالث|üçüncü|ketiga|drittes",
    "四|第四|fourth|4th|cuarto|quarto|quatrième|четвертый|چهارم|رابع|الرابع|dördüncü|keempat|viertes",
)
ORDINALS = {plain(word).text: Decimal(number) for number, words in enumerate(_COUNTED, 1) for word in words.split("|")}


def number_at(items: Sequence[Item], at: int) -> Decimal | None:
    """Number of the target named at ``at``: behind it, before it, or in the phrase itself; None when it has none."""
    beside = [*items[at + 1 : at + 2], *items[max(0, at - 1) : at]]
    found = next((number for number in map(_numbered, beside) if number is not None), None)
    return found if found is not None else _ordinal(items[at].text)


def _numbered(item: Item) -> Decimal | None:
    """One digit, or a word that counts."""
    if item.concept == "number" and len(item.text) == 1:
        return Decimal(item.text)
    return ORDINALS.get(item.text)


def _ordinal(phrase: str) -> Decimal | None:
    words = [*phrase.split(), phrase[:2], phrase[-1:]]
    return next((ORDINALS[word] for word in words if word in ORDINALS), None)
