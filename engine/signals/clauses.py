"""A management message cut into clauses that are in force, and what each of them says.

A question, a condition, a refusal and a report say nothing; what follows a report from its next verb on does.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from engine.signals.around import multiple
from engine.signals.lexicon import Item
from engine.signals.numbers import parts, readings
from engine.types import ActionKind, Amendment

_SENTENCE_ENDS = frozenset((".", "!", ";", "?", "…"))
_VERBS = frozenset(("move", "close", "close?", "take_part", "risk_free", "cancel", "reenter"))
_CLAUSE_ENDS = frozenset((",", "|", "(", ")"))
_VOIDING = frozenset(("negation", "ask", "future"))
_WHOLE = Decimal(100)


def sentences(items: Sequence[Item]) -> Iterator[list[Item]]:
    """Sentences that state something: a question mark makes its sentence ask."""
    sentence: list[Item] = []
    for at, item in enumerate(items):
        ends = item.concept == "newline" or (item.text in _SENTENCE_ENDS and not _inside_number(items, at))
        if not ends:
            sentence.append(item)
            continue
        if item.text != "?":
            yield sentence
        sentence = []
    yield sentence


def _inside_number(items: Sequence[Item], at: int) -> bool:
    """``stop . loss``: a dot with no space behind it is not the end of a sentence."""
    return (
        at + 1 < len(items)
        and items[at + 1].start == items[at].end
        and items[at].text == "."
        and items[at + 1].concept != "newline"
    )


def clauses(sentence: Sequence[Item]) -> Iterator[list[Item]]:
    """Clauses in force: a condition voids everything behind it, other voiding words their own clause."""
    clause: list[Item] = []
    for item in [*sentence, None]:
        if item is not None and item.text not in _CLAUSE_ENDS:
            clause.append(item)
            continue
        concepts = {each.concept for each in clause}
        if "cond" in concepts and not _waits_after(clause):
            return
        if (clause and not concepts & _VOIDING) or _is_portuguese(clause):
            yield _after_report(clause)
        clause = []


def _is_portuguese(clause: list[Item]) -> bool:
    """``fechar no ouro``: in Portuguese "no" is "in the", and the symbol follows it."""
    voiding = [at for at, item in enumerate(clause) if item.concept in _VOIDING]
    if len(voiding) != 1 or clause[voiding[0]].text != "no" or not 0 < voiding[0] < len(clause) - 1:
        return False
    return clause[voiding[0] + 1].symbol is not None


def _waits_after(clause: list[Item]) -> bool:
    """``close the rest and wait``: the instruction comes first, the waiting is no condition."""
    at = next(at for at, item in enumerate(clause) if item.concept == "cond")
    return clause[at].text in ("wait", "waiting") and any(item.concept in _VERBS for item in clause[:at])


def _after_report(clause: list[Item]) -> list[Item]:
    """``TP3 hit I am moving my stop to 4042``: what follows the report from its next verb on."""
    reports = [at for at, item in enumerate(clause) if item.concept == "hit"]
    if not reports:
        return clause
    verbs = [at for at, item in enumerate(clause) if at > reports[-1] and item.concept in _VERBS]
    told = any(item.concept == "told" for item in clause[reports[-1] : verbs[0]]) if verbs else True
    return [] if told else clause[verbs[0] :]


class Clause:
    """Concepts, plain numbers and percentages of one clause; it keeps the verb of the clause before (``moving``)."""

    __slots__ = ("_said", "concepts", "items", "moves", "percent", "prices", "symbol", "unknown")

    def __init__(self, items: list[Item], moving: bool) -> None:
        self.items = items
        self.concepts = [item.concept for item in items]
        self._said = frozenset(self.concepts)
        self.percent = next((number for number in _percents(items)), None)
        self.prices = list(prices_in(items))
        self.symbol = next((item.symbol for item in items if item.symbol), None)
        self.unknown = self.concepts.count("word")
        self.moves = moving or self.has("move", "modify")

    def has(self, *concepts: str) -> bool:
        return not self._said.isdisjoint(concepts)

    def amendment(
        self, action: ActionKind, value: Decimal | None = None, values: tuple[Decimal, ...] = ()
    ) -> Amendment:
        base, quote = (self.symbol.base, self.symbol.quote) if self.symbol else (None, None)
        return Amendment(action=action, value=value, values=values, symbol_base=base, symbol_quote=quote)


def _percents(items: Sequence[Item]) -> Iterator[Decimal]:
    for at, item in enumerate(items):
        around = [*items[max(0, at - 1) : at], *items[at + 1 : at + 2]]
        if item.concept == "number" and any(other.text == "%" or other.concept == "percent" for other in around):
            value = readings(parts(item.text.removesuffix("k"))[-1], None)[0]
            if 0 < value <= _WHOLE:
                yield value


def prices_in(items: Sequence[Item]) -> Iterator[Decimal]:
    """Numbers that can be prices: not gains, distances, shares or the number of a target."""
    for at, item in enumerate(items):
        if item.concept != "number":
            continue
        before = items[at - 1] if at else None
        after = items[at + 1] if at + 1 < len(items) else None
        counted = after is not None and after.concept == "target" and len(item.text) < 3
        if after and (counted or after.concept in ("pips", "percent") or after.text in ("%", "pips", "pip", "points")):
            continue
        if before and (
            before.text in ("+", "%")
            or before.concept == "percent"
            or (before.concept == "target" and len(item.text) < 2)
        ):
            continue
        times = multiple(items, at)
        for raw in parts(item.text.removesuffix("k")):
            yield readings(raw, None)[0] * times
