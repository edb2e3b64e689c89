"""A script of faults: which call of which method goes wrong, and how."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from bot.simulator.errors import ApiError, too_many

MESSAGES = {
    400: 'Bad Request: can\'t parse entities: Unsupported start tag "x" at byte offset 0',
    401: "Unauthorized",
    403: "Forbidden: bot was blocked by the user",
    404: "Not Found",
    409: "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running",
    500: "Internal Server Error",
    502: "Bad Gateway",
    504: "Gateway Timeout",
}


class FaultKind(StrEnum):
    """ERROR answers with ``code``; RESET breaks the connection; TRUNCATED sends half the answer after the effect;
    SLOW answers after ``seconds``; HTML answers 502 with a web page, as a proxy in between does."""

    ERROR = "error"
    RESET = "reset"
    TRUNCATED = "truncated"
    SLOW = "slow"
    HTML = "html"


LOGGED_AS = {FaultKind.RESET: 0, FaultKind.HTML: 502}


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """What goes wrong. ``after``: it comes when the call has already had its effect (TRUNCATED always does).

    ``retry_after`` (seconds) belongs to code 429; ``description`` replaces Telegram's usual words for the code.
    """

    kind: FaultKind = FaultKind.ERROR
    code: int = 500
    description: str = ""
    retry_after: int = 1
    seconds: float = 0.0
    after: bool = False

    def error(self) -> ApiError:
        """The refusal an ERROR answers, and what the call log says of the others."""
        if self.kind is not FaultKind.ERROR:
            return ApiError(LOGGED_AS[self.kind], f"scripted fault: {self.kind}")
        if self.code == 429:
            return too_many(self.retry_after)
        return ApiError(self.code, self.description or MESSAGES.get(self.code, "Error"))


@dataclass(slots=True, kw_only=True)
class Rule:
    """``skip`` calls of ``method`` ("*" is any) pass, then ``times`` of them fail."""

    method: str
    fault: Fault
    skip: int = 0
    times: int = 1


@dataclass(slots=True)
class FaultScript:
    """Rules in the order they were added; a call meets at most one fault, but counts for every rule of its method."""

    rules: list[Rule] = field(default_factory=list)

    def add(self, method: str, fault: Fault, *, nth: int = 1, times: int = 1) -> None:
        """From the ``nth`` call (1 is the next one) of the method, ``times`` calls meet the fault."""
        if nth < 1 or times < 1:
            raise ValueError("nth and times count from 1")
        self.rules.append(Rule(method=method, fault=fault, skip=nth - 1, times=times))

    def clear(self) -> None:
        self.rules.clear()

    def next(self, method: str) -> Fault | None:
        """The fault this call meets, if any."""
        met: Fault | None = None
        for rule in self.rules:
            if rule.method not in {method, "*"}:
                continue
            if rule.skip:
                rule.skip -= 1
            elif met is None:
                rule.times -= 1
                met = rule.fault
        self.rules = [rule for rule in self.rules if rule.times]
        return met
