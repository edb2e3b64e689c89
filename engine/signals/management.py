"""Instructions for trades that exist: close, take a part, move the stop, change a target, cancel, enter again.

A message is read clause by clause. A clause that is a question, a condition, a refusal or a report says nothing;
what is left gives its steps in the order written.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from engine.signals.lexicon import Item
from engine.signals.numbers import parts, readings
from engine.types import ActionKind, Amendment

LONGEST_CLAUSE = 9
_SENTENCE_ENDS = frozenset((".", "!", ";", "?", "…"))
_VERBS = frozenset(("move", "close", "close?", "take_part", "risk_free", "cancel", "reenter"))
_ONTO = frozenset(("to", "a", "на", "到", "至", "الی", "به", "para", "ke", "ve", "→"))
_BEFORE_A_VERB = frozenset(("filler", "mark", "punct", "number", "symbol", "pips", "trade", "all", "be", "intent"))
_CLAUSE_ENDS = frozenset((",", "|", "(", ")"))
_VOIDING = frozenset(("negation", "ask", "future"))
_MOST_UNKNOWN = 3
_SMALLEST_SHARE = Decimal(5)
_HALF, _QUARTER, _HUNDRED = Decimal(50), Decimal(25), Decimal(100)


def steps(items: Sequence[Item]) -> list[Amendment]:
    """Every step that ``items`` (of the order lexicon) ask for, without repeats."""
    found: list[Amendment] = []
    for sentence in _sentences(items):
        moving = False
        for clause in _clauses(sentence):
            read = _Clause(clause, moving)
            found.extend(step for step in _steps(read) if step not in found)
            moving = read.moves
    return _tidy(found)


def _sentences(items: Sequence[Item]) -> Iterator[list[Item]]:
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
    return at + 1 < len(items) and items[at + 1].start == items[at].end and items[at].text == "."


def _clauses(sentence: Sequence[Item]) -> Iterator[list[Item]]:
    """Clauses in force: a condition voids everything behind it, other voiding words their own clause."""
    clause: list[Item] = []
    for item in [*sentence, None]:
        if item is not None and item.text not in _CLAUSE_ENDS:
            clause.append(item)
            continue
        concepts = {each.concept for each in clause}
        if "cond" in concepts and not _waits_after(clause):
            return
        if clause and not concepts & _VOIDING:
            yield _after_report(clause)
        clause = []


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
    return clause[verbs[0] :] if verbs else []


def _steps(clause: _Clause) -> Iterator[Amendment]:
    if clause.unknown <= LONGEST_CLAUSE:
        for rule in (_cancel, _reenter, _close, _entry, _stop, _target):
            yield from rule(clause)


class _Clause:
    """Concepts, plain numbers and percentages of one clause; it keeps the verb of the clause before (``moving``)."""

    __slots__ = ("concepts", "items", "moves", "percent", "prices", "symbol", "unknown")

    def __init__(self, items: list[Item], moving: bool) -> None:
        self.items = items
        self.concepts = [item.concept for item in items]
        self.percent = next((number for number in _percents(items)), None)
        self.prices = list(_prices(items))
        self.symbol = next((item.symbol for item in items if item.symbol), None)
        self.unknown = self.concepts.count("word")
        self.moves = moving or self.has("move", "modify")

    def has(self, *concepts: str) -> bool:
        return any(concept in self.concepts for concept in concepts)

    def amendment(self, action: ActionKind, value: Decimal | None = None, values: tuple[Decimal, ...] = ()) -> Amendment:
        base, quote = (self.symbol.base, self.symbol.quote) if self.symbol else (None, None)
        return Amendment(action=action, value=value, values=values, symbol_base=base, symbol_quote=quote)


def _percents(items: Sequence[Item]) -> Iterator[Decimal]:
    for at, item in enumerate(items):
        around = {items[at - 1].text if at else "", items[at + 1].text if at + 1 < len(items) else ""}
        if item.concept == "number" and around & {"%", "percent"}:
            value = readings(parts(item.text.removesuffix("k"))[-1], None)[0]
            if 0 < value <= _HUNDRED:
                yield value


def _prices(items: Sequence[Item]) -> Iterator[Decimal]:
    """Numbers that can be prices: not gains, distances, shares or the number of a target."""
    for at, item in enumerate(items):
        if item.concept != "number":
            continue
        before = items[at - 1] if at else None
        after = items[at + 1] if at + 1 < len(items) else None
        if after and (after.concept in ("pips", "target") or after.text in ("%", "pips", "pip", "points")):
            continue
        if before and (before.text in ("+", "%") or (before.concept == "target" and len(item.text) < 2)):
            continue
        for raw in parts(item.text.removesuffix("k")):
            value = readings(raw, None)[0]
            yield value * 1000 if item.text.endswith("k") else value


# --- rules, one a step -----------------------------------------------------------------------------


def _cancel(clause: _Clause) -> Iterator[Amendment]:
    """``cancel the pending order``, ``限价单取消``, ``отменяем лимитку``."""
    if clause.has("cancel") and (clause.has("pending", "trade", "all") or clause.symbol or clause.unknown == 0):
        yield clause.amendment(ActionKind.CANCEL)


def _reenter(clause: _Clause) -> Iterator[Amendment]:
    if clause.has("reenter"):
        yield clause.amendment(ActionKind.REENTER)


def _close(clause: _Clause) -> Iterator[Amendment]:
    """``close half``, ``平仓50%``, ``take partials``, ``cerramos todo``."""
    partial = clause.has("part", "half", "quarter") or (clause.percent not in (None, _HUNDRED))
    booked = clause.has("book") and partial
    if clause.has("take_part") or booked or (clause.has("close", "close?") and (partial or clause.has("hold")) and not _is_whole(clause)):
        yield clause.amendment(ActionKind.CLOSE_PARTIAL, _share(clause))
    elif _takes_share(clause):
        yield clause.amendment(ActionKind.CLOSE_PARTIAL, clause.percent)
    elif clause.has("close", "close?") and not clause.has("cancel") and _is_order_to_close(clause):
        yield clause.amendment(ActionKind.CLOSE)


def _takes_share(clause: _Clause) -> bool:
    """``止盈50%``: in Chinese the noun for a target is also the verb for taking profit."""
    takes = clause.has("target") and not clause.items[clause.concepts.index("target")].text.isascii()
    return takes and clause.percent is not None and clause.percent >= _SMALLEST_SHARE and not clause.has("stop")


def _is_whole(clause: _Clause) -> bool:
    """``close all``, ``close the rest``: whatever part is named beside it, nothing stays open."""
    return clause.has("all", "rest") and not clause.has("half", "quarter", "hold") and clause.percent in (None, _HUNDRED)


def _is_order_to_close(clause: _Clause) -> bool:
    """Not a promise for later. The verb leads its clause, or what is to be closed stands in it; a lone "close" in a sentence is an adjective."""
    if clause.has("intent") and not any(item.text == "now" for item in clause.items):
        return False
    named = clause.has("all", "rest", "trade") or bool(clause.symbol)
    if clause.has("close"):
        return named or clause.unknown <= _MOST_UNKNOWN
    at = clause.concepts.index("close?")
    leads = all(concept in _BEFORE_A_VERB for concept in clause.concepts[:at])
    return clause.unknown <= (_MOST_UNKNOWN if leads and named else 1)


def _share(clause: _Clause) -> Decimal | None:
    if clause.percent is not None:
        return clause.percent
    return _HALF if clause.has("half") else _QUARTER if clause.has("quarter") else None


def _entry(clause: _Clause) -> Iterator[Amendment]:
    """``move the entry to 2650``, ``移动到2620-2650附近空``: a pending order gets another price."""
    if not clause.has("move", "modify") or clause.has("stop", "target", "risk_free") or not clause.has("be", "side"):
        return
    verb = next((at for at, concept in enumerate(clause.concepts) if concept in ("move", "modify")), 0)
    if "number" not in clause.concepts[verb:]:
        return
    if len(clause.prices) == 1:
        yield clause.amendment(ActionKind.MODIFY_ENTRY, clause.prices[0])
    elif len(clause.prices) == 2:
        yield clause.amendment(ActionKind.MODIFY_ENTRY, None, tuple(sorted(clause.prices)))


def _stop(clause: _Clause) -> Iterator[Amendment]:
    """``move SL to BE``, ``SL to 4720``, ``stop to TP1``, ``做成本保护``."""
    if clause.has("risk_free") or _stop_to_entry(clause):
        yield clause.amendment(ActionKind.MOVE_SL_TO_ENTRY)
        return
    if not clause.has("stop") or not (clause.moves or _goes_to(clause)):
        return
    target = _target_number(clause)
    price = _price_behind(clause, "stop")
    if target is not None:
        yield clause.amendment(ActionKind.MOVE_SL_TO_TP, target)
    elif price is not None:
        yield clause.amendment(ActionKind.MOVE_SL, price)
    elif _is_ideographic(clause):
        yield clause.amendment(ActionKind.MOVE_SL)


def _stop_to_entry(clause: _Clause) -> bool:
    """``SL to BE at 4030`` goes to the entry; "with better entries make your stop 4099" goes to the price."""
    if not clause.has("be") or not (clause.has("stop") or (clause.has("rest") and clause.has("move", "hold"))):
        return False
    if not clause.has("stop"):
        return True
    return not clause.prices or clause.concepts.index("stop") < len(clause.concepts) - clause.concepts[::-1].index("be")


def _goes_to(clause: _Clause) -> bool:
    """``SL to 4720`` needs no verb."""
    behind = clause.items[clause.concepts.index("stop") + 1 :]
    return len(behind) > 1 and behind[0].text in _ONTO and behind[1].concept == "number" and clause.unknown <= 1


def _is_ideographic(clause: _Clause) -> bool:
    return all(not item.text.isascii() for item in clause.items)


def _target_number(clause: _Clause) -> Decimal | None:
    """Number of the target the stop goes to: ``SL to TP1``."""
    behind = clause.items[clause.concepts.index("stop") :]
    for at, item in enumerate(behind[:-1]):
        if item.concept == "target" and behind[at + 1].concept == "number" and len(behind[at + 1].text) == 1:
            return Decimal(behind[at + 1].text)
    return None


def _price_behind(clause: _Clause, concept: str) -> Decimal | None:
    behind = list(_prices(clause.items[clause.concepts.index(concept) :]))
    if behind:
        return behind[0]
    return clause.prices[0] if len(clause.prices) == 1 else None


def _target(clause: _Clause) -> Iterator[Amendment]:
    """``new TP 4400``, ``止盈改79000``: a target needs a verb, because "TP1 4705" alone may be a report."""
    if not clause.has("target") or not clause.moves or clause.percent is not None:
        return
    if clause.has("stop") and clause.concepts.index("stop") > clause.concepts.index("target"):
        prices = list(_prices(clause.items[clause.concepts.index("target") : clause.concepts.index("stop")]))
    elif clause.has("stop"):
        prices = list(_prices(clause.items[clause.concepts.index("target") :]))
    else:
        prices = clause.prices
    if len(prices) == 1:
        yield clause.amendment(ActionKind.SET_TP, prices[0])
    elif prices:
        yield clause.amendment(ActionKind.SET_TP, None, tuple(prices))


def _tidy(found: list[Amendment]) -> list[Amendment]:
    """One step of a kind: a later value completes an earlier mention, a whole close outweighs a part of it."""
    by_action: dict[ActionKind, Amendment] = {}
    for step in found:
        kept = by_action.get(step.action)
        if kept is None or (kept.value is None and step.value is not None):
            by_action[step.action] = step
    if ActionKind.CANCEL in by_action and ActionKind.CLOSE in by_action:
        del by_action[ActionKind.CLOSE]
    return list(by_action.values())

