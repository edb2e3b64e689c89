"""Instructions for trades that exist: close, take a part, move the stop, change a target, cancel, enter again.

A message is read clause by clause. A clause that is a question, a condition, a refusal or a report says nothing;
what is left gives its steps in the order written.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal

from engine.signals.clauses import Clause, clauses, prices_in, sentences
from engine.signals.lexicon import TRADE, Item
from engine.signals.ordinals import number_at
from engine.types import ActionKind, Amendment

LONGEST_CLAUSE = 9
_BREAKEVEN = frozenset(("be", "bep", "breakeven", "break even"))
_ONTO = frozenset(("to", "a", "на", "到", "至", "الی", "به", "para", "ke", "ve", "→"))
_BEFORE_A_VERB = frozenset(("filler", "mark", "punct", "number", "symbol", "pips", "trade", "all", "be", "intent"))
_MOST_UNKNOWN = 3
_SMALLEST_SHARE = Decimal(5)
_FIRST_IDEOGRAM = "\u3400"
_MOVES_STOP = frozenset(("提", "推", "提高", "上移", "下移", "移动", "移", "抬高", "上调", "下调"))
_HUNDRED = Decimal(100)
_SHARES = {"half": Decimal(50), "quarter": Decimal(25), "third": Decimal(33), "most": None}


def steps(items: Sequence[Item]) -> list[Amendment]:
    """Every step that ``items`` (of the order lexicon) ask for, without repeats."""
    found: list[Amendment] = []
    for sentence in sentences(items):
        moving = False
        for clause in clauses(sentence):
            read = Clause(clause, moving)
            found.extend(step for step in _steps(read) if step not in found)
            moving = read.moves
    return _tidy(found)


def _steps(clause: Clause) -> Iterator[Amendment]:
    if clause.unknown <= LONGEST_CLAUSE:
        for rule in (_cancel, _reenter, _close, _entry, _stop, _target):
            yield from rule(clause)


def _cancel(clause: Clause) -> Iterator[Amendment]:
    """``cancel the pending order``, ``限价单取消``, ``отменяем лимитку``."""
    if clause.has("cancel") and (clause.has("pending", "trade", "all") or clause.symbol or clause.unknown == 0):
        yield clause.amendment(ActionKind.CANCEL)


def _reenter(clause: Clause) -> Iterator[Amendment]:
    if clause.has("reenter"):
        yield clause.amendment(ActionKind.REENTER)


def _close(clause: Clause) -> Iterator[Amendment]:
    """``close half``, ``平仓50%``, ``take partials``, ``cerramos todo``."""
    partial = clause.has("part", *_SHARES) or _is_share(clause.percent)
    booked = clause.has("book") and partial
    if (
        clause.has("take_part")
        or booked
        or (clause.has("close", "close?") and (partial or clause.has("hold")) and not _is_whole(clause))
    ) or _takes_share(clause):
        yield clause.amendment(ActionKind.CLOSE_PARTIAL, _share(clause))
    elif clause.has("close", "close?") and not clause.has("cancel") and _is_order_to_close(clause):
        yield clause.amendment(ActionKind.CLOSE)


def _is_share(percent: Decimal | None) -> bool:
    """Nobody closes 0.8 % of a position: so small a percentage is a move of the price."""
    return percent is not None and _SMALLEST_SHARE <= percent < _HUNDRED


def _takes_share(clause: Clause) -> bool:
    """``止盈50%``: in Chinese the noun for a target is also the verb for taking profit."""
    if not clause.has("target") or clause.has("stop"):
        return False
    takes = clause.items[clause.concepts.index("target")].text[0] >= _FIRST_IDEOGRAM
    enough = clause.percent is not None and clause.percent >= _SMALLEST_SHARE
    return takes and (enough or clause.has("half"))


def _is_whole(clause: Clause) -> bool:
    """``close all``, ``close the rest``: whatever part is named beside it, nothing stays open."""
    return clause.has("all", "rest") and not clause.has(*_SHARES, "hold") and clause.percent in (None, _HUNDRED)


def _is_order_to_close(clause: Clause) -> bool:
    """The verb leads its clause or names what it closes, and is no promise; a lone "close" may be an adjective."""
    if clause.has("intent") and not any(item.text == "now" for item in clause.items):
        return False
    named = clause.has("all", "rest", "trade") or bool(clause.symbol)
    if clause.has("close"):
        if _is_told(clause) or _names_target(clause):
            return False
        return named or clause.unknown <= _MOST_UNKNOWN
    at = clause.concepts.index("close?")
    if clause.concepts[at + 1 : at + 3] == ["punct", "number"] or _names_exit(clause, at):
        return False
    leads = all(concept in _BEFORE_A_VERB for concept in clause.concepts[:at])
    return clause.unknown <= (_MOST_UNKNOWN if leads and named else 1)


def _names_exit(clause: Clause, at: int) -> bool:
    """``Entry 4102 | Exit 4118`` tells a result."""
    return clause.items[at].text == "exit" and clause.concepts[at + 1 : at + 2] == ["number"]


def _is_told(clause: Clause) -> bool:
    """``已经出局`` is a report; the price right before the verb (``3325出局``) is where it was or may be done."""
    at = clause.concepts.index("close")
    if clause.has("told"):
        return True
    return at > 0 and clause.concepts[at - 1] == "number" and clause.items[at].text[0] >= _FIRST_IDEOGRAM


def _names_target(clause: Clause) -> bool:
    """``chốt lời 1.0520``: with a price behind it the verb is the label of a target."""
    at = clause.concepts.index("close")
    follows = next((concept for concept in clause.concepts[at + 1 :] if concept not in ("punct", "filler")), "")
    return follows == "number" and clause.percent is None and TRADE.concept_of(clause.items[at].text) == "target"


def _share(clause: Clause) -> Decimal | None:
    if clause.percent is not None:
        return clause.percent
    return next((share for part, share in _SHARES.items() if clause.has(part)), None)


def _entry(clause: Clause) -> Iterator[Amendment]:
    """``move the entry to 2650``, ``移动到2620-2650附近空``: a pending order gets another price."""
    if not clause.has("move", "modify") or clause.has("stop", "target", "risk_free") or not clause.has("be", "side"):
        return
    verb = next((at for at, concept in enumerate(clause.concepts) if concept in ("move", "modify")), 0)
    if "number" not in clause.concepts[verb:] or _is_headline(clause, verb):
        return
    if len(clause.prices) == 1:
        yield clause.amendment(ActionKind.MODIFY_ENTRY, clause.prices[0])
    elif len(clause.prices) == 2:
        yield clause.amendment(ActionKind.MODIFY_ENTRY, None, tuple(sorted(clause.prices)))


def _is_headline(clause: Clause, verb: int) -> bool:
    """``BTC long update: price 61,900`` is news of a trade: what is changed is named behind the colon."""
    behind = [item for item in clause.items if item.start > clause.items[verb].start]
    named = any(item.concept in ("be", "side") for item in behind)
    return not named and [item.text for item in behind[:1]] == [":"]


def _stop(clause: Clause) -> Iterator[Amendment]:
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
    elif _is_ideographic(clause) and any(item.text in _MOVES_STOP for item in clause.items):
        yield clause.amendment(ActionKind.MOVE_SL)


def _stop_to_entry(clause: Clause) -> bool:
    """``SL to BE at 4030`` goes to the entry; "with better entries make your stop 4099" goes to the price."""
    if (
        clause.has("target")
        and clause.has("stop")
        and not (clause.moves or clause.has("close", "close?", "hold", "book"))
    ):
        return False
    if not clause.has("be") or not (clause.has("stop") or (clause.has("rest") and _protects(clause))):
        return False
    if not clause.has("stop"):
        return True
    last = len(clause.concepts) - clause.concepts[::-1].index("be")
    if clause.prices and [item.text in _ONTO or item.concept for item in clause.items[last : last + 2]] == [
        True,
        "number",
    ]:
        return False
    return not clause.prices or clause.concepts.index("stop") < last


def _price_follows(behind: Sequence[Item]) -> bool:
    """``move SL of the second entry to 4098``: the entry is named, the price is where the stop goes."""
    return len(behind) > 1 and behind[0].text in _ONTO and behind[1].concept == "number"


def _protects(clause: Clause) -> bool:
    """``BE the rest``, ``take half, the rest at entry``; in ``close the rest at entry`` nothing stays."""
    if clause.has("move", "hold") or any(item.text in _BREAKEVEN for item in clause.items):
        return True
    rest, be = clause.concepts.index("rest"), clause.concepts.index("be")
    return not clause.has("close", "close?") and rest < be and set(clause.concepts[rest + 1 : be]) <= {"filler"}


def _goes_to(clause: Clause) -> bool:
    """``SL to 4720`` needs no verb."""
    behind = clause.items[clause.concepts.index("stop") + 1 :]
    onto = len(behind) > 1 and behind[0].text in _ONTO and clause.unknown <= 1
    if onto and behind[1].concept == "target":
        return [item.concept for item in behind[2:3]] == ["number"]
    return onto and behind[1].concept == "number"


def _is_ideographic(clause: Clause) -> bool:
    return all(not item.text.isascii() for item in clause.items)


def _target_number(clause: Clause) -> Decimal | None:
    """Number of the target the stop goes to: ``SL to TP1``."""
    stop = clause.concepts.index("stop")
    at = next((at for at in range(stop, len(clause.items)) if clause.concepts[at] == "target"), None)
    return number_at(clause.items, at) if at is not None else None


def _price_behind(clause: Clause, concept: str) -> Decimal | None:
    behind = list(prices_in(clause.items[clause.concepts.index(concept) :]))
    if behind:
        return behind[0]
    return clause.prices[0] if len(clause.prices) == 1 else None


def _target(clause: Clause) -> Iterator[Amendment]:
    """``new TP 4400``, ``止盈改79000``: a target needs a verb, because "TP1 4705" alone may be a report."""
    if not clause.has("target") or not clause.moves or clause.percent is not None:
        return
    prices = clause.prices
    if clause.has("stop"):
        target, stop = clause.concepts.index("target"), clause.concepts.index("stop")
        prices = list(prices_in(clause.items[target : stop if stop > target else None]))
    if len(prices) == 1:
        yield replace(clause.amendment(ActionKind.SET_TP, prices[0]), target_no=_which_target(clause))
    elif prices:
        yield clause.amendment(ActionKind.SET_TP, None, tuple(prices))


def _which_target(clause: Clause) -> int | None:
    """``move TP2 to 1.1``, ``第二目标改到``: the second target, not all of them."""
    number = number_at(clause.items, clause.concepts.index("target"))
    return int(number) if number else None


def _tidy(found: list[Amendment]) -> list[Amendment]:
    """One step of a kind: a later value completes an earlier mention, a whole close outweighs a part of it."""
    by_action: dict[ActionKind, Amendment] = {}
    for step in found:
        kept = by_action.get(step.action)
        if kept is None or (kept.value is None and step.value is not None):
            by_action[step.action] = step
    part = by_action.get(ActionKind.CLOSE_PARTIAL)
    if part is not None and part.value is None and ActionKind.CLOSE in by_action:
        del by_action[ActionKind.CLOSE_PARTIAL]
    if ActionKind.CANCEL in by_action and ActionKind.CLOSE in by_action:
        del by_action[ActionKind.CLOSE]
    return list(by_action.values())
