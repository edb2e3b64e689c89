"""What a failed write means: did it happen, may it be tried again, is the key lost. Pure: no ccxt here.

The venues' codes are data (``data/ccxt_answers.csv``). ccxt's own classes decide only where they can mean one
thing; whatever is left is AMBIGUOUS, because "no" is a claim and must be proven (docs/exchanges.md).
"""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from functools import cache
from importlib.resources import files

from engine.adapters.ccxt_bodies import Body, read_body
from engine.errors import Code


class Meaning(StrEnum):
    """What a fault says of the write that met it."""

    NOT_SENT = "not_sent"
    """No byte left: try again."""
    BUSY = "busy"
    """Received but not processed: try again after ``retry_after``."""
    REFUSED = "refused"
    """A definite no; ``code`` says why."""
    DUPLICATE = "duplicate"
    """An order with this id is there: find it."""
    GONE = "gone"
    """No such open order."""
    LOCKED = "locked"
    """The key is not accepted."""
    CLOCK = "clock"
    """Refused for its time stamp: set the clock, nothing was done."""
    AMBIGUOUS = "ambiguous"
    """It may have happened."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The meaning of one fault. ``reason`` is the venue's own text, shortened."""

    meaning: Meaning
    code: Code | None = None
    retry_after: float | None = None
    """Seconds during which nothing may be sent on this connection; also set on an ambiguous throttle."""
    reason: str = ""
    needs_repeat: bool = False
    """A key that worked before is refused now: only the second such answer in a row means that it is lost."""
    unsupported: bool = False
    """A refusal that goes for every conditional order here now: keep the stop ourselves, close nothing. "Too many"
    is none: it passes, and may be of one symbol."""


FAMILIES = {
    "binanceusdm": "binance", "binanceus": "binance",
    "bybiteu": "bybit", "bybitid": "bybit",
    "okxus": "okx", "myokx": "okx",
    "gateeu": "gate", "kucoinfutures": "kucoin",
}  # fmt: skip
"""Exchanges that speak another one's codes."""

BY_CLASS = (
    ("DuplicateOrderId", Answer(meaning=Meaning.DUPLICATE)),
    ("OrderNotFound", Answer(meaning=Meaning.GONE, code=Code.ORDER_UNKNOWN)),
    ("InsufficientFunds", Answer(meaning=Meaning.REFUSED, code=Code.INSUFFICIENT_FUNDS)),
    ("BadSymbol", Answer(meaning=Meaning.REFUSED, code=Code.SYMBOL_UNKNOWN)),
    ("MarketClosed", Answer(meaning=Meaning.REFUSED, code=Code.VENUE_REFUSED)),
    ("RestrictedLocation", Answer(meaning=Meaning.REFUSED, code=Code.VENUE_REFUSED)),
    ("PermissionDenied", Answer(meaning=Meaning.REFUSED, code=Code.VENUE_REFUSED)),
    ("AuthenticationError", Answer(meaning=Meaning.LOCKED, code=Code.KEY_LOST, needs_repeat=True)),
    ("InvalidNonce", Answer(meaning=Meaning.CLOCK)),
)
"""Classes that ccxt gives only to a venue's own definite words. InvalidOrder is not among them: it hides duplicates."""

LOCAL = frozenset({"ArgumentsRequired", "BadRequest", "BadSymbol", "InvalidOrder", "NotSupported"})
"""ccxt's own checks; trusted only when the transport knows that nothing left."""

BEFORE_SENDING = frozenset({"ClientConnectorError", "ConnectionTimeoutError", "gaierror"})
"""Faults of the transport that come before the first byte of a request."""

THROTTLED = re.compile(r"^\S+ (?:\S+ \S+ )?(418|429)\b")
BANNED_UNTIL = re.compile(r"banned until (\d{13})\b", re.IGNORECASE)


def classify(
    exchange: str,
    market: str,
    fault: BaseException,
    *,
    headers: Mapping[str, str] | None = None,
    now: datetime | None = None,
    sent: bool | None = None,
) -> Answer:
    """What ``fault`` of a write means. Unknown is AMBIGUOUS.

    ``headers`` of the answer, when kept, may carry Retry-After; ``now`` turns "banned until" into seconds.
    ``sent`` is what the transport knows of the request: False, none left (a check of ccxt's own said no); True,
    one left before this fault, so that a connection refused afterwards proves nothing; None, only the fault tells.
    """
    text = str(fault)
    kinds = {kind.__name__ for kind in type(fault).__mro__}
    family = FAMILIES.get(exchange, exchange)
    answer = _answer(family, market, text, kinds, _causes(fault), sent)
    wait = _wait(text, headers or {}, now) if "NetworkError" in kinds or answer.meaning is Meaning.BUSY else None
    if wait is not None and _throttled(text) and answer.meaning is Meaning.AMBIGUOUS:
        answer = Answer(meaning=Meaning.BUSY)
    return replace(answer, retry_after=wait, reason=answer.reason or f"{type(fault).__name__}: {text}"[:300])


def _answer(family: str, market: str, text: str, kinds: set[str], causes: set[str], sent: bool | None) -> Answer:
    if sent is False:
        return _unsent(text, kinds)
    if sent is None and causes & BEFORE_SENDING:
        return Answer(meaning=Meaning.NOT_SENT, code=Code.VENUE_UNREACHABLE)
    if "BaseError" not in kinds:
        return Answer(meaning=Meaning.AMBIGUOUS)
    body = read_body(text)
    if body is None:
        return _by_words(family, market, text) or Answer(meaning=Meaning.AMBIGUOUS)
    known = _by_code(family, market, body, kinds)
    if known is not None:
        return known
    for name, answer in BY_CLASS:
        if name in kinds:
            return replace(answer, reason=body.text)
    return Answer(meaning=Meaning.AMBIGUOUS, reason=body.text)


def _unsent(text: str, kinds: set[str]) -> Answer:
    """Nothing left: either ccxt said no to the order itself, or the way was closed."""
    if not kinds & LOCAL:
        return Answer(meaning=Meaning.NOT_SENT, code=Code.VENUE_UNREACHABLE)
    code = Code.SYMBOL_UNKNOWN if "BadSymbol" in kinds else Code.VENUE_REFUSED
    return Answer(meaning=Meaning.REFUSED, code=code, reason=text[:300])


def _throttled(text: str) -> bool:
    return THROTTLED.match(text) is not None


def _causes(fault: BaseException) -> set[str]:
    """The names of the classes of what this fault was raised from."""
    names: set[str] = set()
    below = fault
    for _ in range(5):  # ccxt wraps once; more is no chain of its
        names.update(kind.__name__ for kind in type(below).__mro__)
        if below.__cause__ is None:
            break
        below = below.__cause__
    return names


def _wait(text: str, headers: Mapping[str, str], now: datetime | None) -> float | None:
    """Seconds to keep away: the longer of Retry-After and the end of a ban."""
    waits = []
    for name, value in headers.items():
        if name.lower() == "retry-after" and re.fullmatch(r"\d{1,7}", value.strip()):
            waits.append(float(value))
    banned = BANNED_UNTIL.search(text)
    if banned and now is not None:
        waits.append(max(0.0, int(banned[1]) / 1000 - now.timestamp()))
    return max(waits, default=None)


# --- the venues' codes -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Rule:
    """One row of the file: a code, on a market, perhaps only with certain words."""

    code: str
    market: str
    when: str
    answer: Answer

    def fits(self, market: str, text: str) -> bool:
        return self.market in ("*", market) and self.when.casefold() in text.casefold()


def _by_code(family: str, market: str, body: Body, kinds: set[str]) -> Answer | None:
    """The first rule for a code in the body; a sentence that serves as a code may go on with details."""
    rules = _rules().get(family, {})
    for code in body.codes:
        found = [
            *rules.get(code, ()),
            *(rule for start, many in rules.items() if _begins(code, start) for rule in many),
        ]
        for rule in found:
            if rule.fits(market, body.text):
                return _worn(rule.answer, body, kinds)
    return None


def _by_words(family: str, market: str, text: str) -> Answer | None:
    """Some sentences of Binance leave ccxt without their code; nothing but the very sentence counts."""
    sentence = text.partition(" ")[2].rstrip(".").casefold()
    for rules in _rules().get(family, {}).values():
        for rule in rules:
            if rule.when and rule.when.casefold() == sentence and rule.fits(market, text):
                return replace(rule.answer, reason=text[:300])
    return None


def _begins(code: str, start: str) -> bool:
    return " " in start and code != start and code.startswith(start)


def _worn(answer: Answer, body: Body, kinds: set[str]) -> Answer:
    """The answer with the venue's text. ccxt throttles a key refused after it had worked: so can a venue in trouble."""
    doubted = answer.meaning is Meaning.LOCKED and "AuthenticationError" not in kinds
    return replace(answer, reason=body.text, needs_repeat=doubted)


@cache
def _rules() -> Mapping[str, Mapping[str, tuple[Rule, ...]]]:
    """Rules by venue and code, those with words first; the file is read once."""
    gathered: defaultdict[str, defaultdict[str, list[Rule]]] = defaultdict(lambda: defaultdict(list))
    lines = (files("engine.adapters") / "data" / "ccxt_answers.csv").read_text("utf-8").splitlines()
    for row in csv.DictReader(lines):
        gathered[row["venue"]][row["code"]].append(_rule(row))
    return {
        venue: {code: tuple(sorted(rules, key=lambda rule: not rule.when)) for code, rules in codes.items()}
        for venue, codes in gathered.items()
    }


def _rule(row: Mapping[str, str]) -> Rule:
    unsupported = row["meaning"] == "unsupported"
    meaning = Meaning.REFUSED if unsupported else Meaning(row["meaning"])
    code = Code(row["reason"]) if row["reason"] else None
    return Rule(row["code"], row["market"], row["when"], Answer(meaning=meaning, code=code, unsupported=unsupported))
