"""A script of faults: which request goes wrong, and how. JSON in, so that another process can send it.

LOST            the request is never processed, the connection breaks (``hang``: stays open until the client gives up)
ANSWER_LOST     processed, then the connection breaks (or hangs)
LATE            the connection breaks at once, the request is processed ``seconds`` later, unless it has expired by then
TRUNCATED       processed; half of the answer arrives
ERROR_BEFORE    ``status`` (5xx) without processing
ERROR_AFTER     ``status`` (5xx) after processing
THROTTLED       ``status`` 429 or 418 with Retry-After ``seconds``; what comes before that time is over is answered 418
                (from anybody, as a ban of an address; ``by_key``: from the same API key, as a ban of a customer)
HTML            a proxy's web page with ``status``, without processing (``after``: with)
SLOW            answered after ``seconds``; processed after the wait (``after``: before it)
WRONG_JSON      processed; the answer is ``body``, well-formed or not
SKEW            this request meets an exchange whose clock is ``seconds`` ahead
LAG             an order placed by this request cannot be queried for ``seconds``
REJECT          the venue's own error ``code`` with ``message`` and ``status``, without processing (``after``: with)

A client may repeat a request whose connection broke: aiohttp does so with GET, PUT and DELETE, never with POST. To
lose such a request for good, lose it twice (``times=2``).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from fnmatch import fnmatchcase
from typing import Any


class FaultKind(StrEnum):
    LOST = "lost"
    ANSWER_LOST = "answer_lost"
    LATE = "late"
    TRUNCATED = "truncated"
    ERROR_BEFORE = "error_before"
    ERROR_AFTER = "error_after"
    THROTTLED = "throttled"
    HTML = "html"
    SLOW = "slow"
    WRONG_JSON = "wrong_json"
    SKEW = "skew"
    LAG = "lag"
    REJECT = "reject"


USUAL_STATUS = {
    FaultKind.ERROR_BEFORE: 503,
    FaultKind.ERROR_AFTER: 503,
    FaultKind.THROTTLED: 429,
    FaultKind.HTML: 502,
    FaultKind.REJECT: 400,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """What goes wrong; the module's text says which field belongs to which kind."""

    kind: FaultKind
    seconds: float = 0.0
    status: int = 0
    code: int = 0
    message: str = ""
    body: str = '{"unexpected": [1e400, null]}'
    after: bool = False
    hang: bool = False
    by_key: bool = False

    @property
    def answered(self) -> int:
        """The HTTP status the client sees, where the fault decides it."""
        return self.status or USUAL_STATUS.get(self.kind, 200)


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One request as it arrived. ``params`` are those of the query and the body together; ``key`` is the API key."""

    method: str
    path: str
    query: str = ""
    body: bytes = b""
    params: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    key: str = ""

    @property
    def endpoint(self) -> str:
        return f"{self.method} {self.path}"


@dataclass(slots=True, kw_only=True)
class Rule:
    """``skip`` matching calls pass, then ``times`` of them (below 0: all) meet the fault.

    ``endpoint`` is a pattern over "POST /api/v3/order" ("*" is any text); ``params`` are patterns over parameters;
    ``key`` limits the rule to one API key; ``where`` is any further condition of a test in the same process.
    """

    endpoint: str
    fault: Fault
    skip: int = 0
    times: int = 1
    params: Mapping[str, str] = field(default_factory=dict)
    key: str = ""
    where: Callable[[Call], bool] | None = None

    def meets(self, call: Call) -> bool:
        if not fnmatchcase(call.endpoint, self.endpoint) or (self.key and self.key != call.key):
            return False
        if not all(fnmatchcase(call.params.get(name, ""), pattern) for name, pattern in self.params.items()):
            return False
        return self.where is None or self.where(call)


@dataclass(slots=True)
class FaultScript:
    """Rules in the order they were added; a call meets at most one fault, but counts for every rule it matches."""

    rules: list[Rule] = field(default_factory=list)

    def add(
        self, endpoint: str, fault: Fault | FaultKind, *, nth: int = 1, times: int = 1, key: str = "",
        params: Mapping[str, str] | None = None, where: Callable[[Call], bool] | None = None,
    ) -> None:  # fmt: skip
        """From the ``nth`` matching call (1 is the next one) on, ``times`` calls meet the fault; -1 means all."""
        if nth < 1 or times == 0:
            raise ValueError("nth counts from 1, times is not 0")
        whole = fault if isinstance(fault, Fault) else Fault(kind=fault)
        given = dict(params or {})
        self.rules.append(
            Rule(endpoint=endpoint, fault=whole, skip=nth - 1, times=times, params=given, key=key, where=where)
        )

    def load(self, items: list[dict[str, Any]]) -> None:
        """Rules as JSON: {"endpoint": "POST *", "nth": 1, "times": 1, "key": "", "params": {}} and fields of Fault."""
        for item in items:
            rest = dict(item)
            chosen = {name: rest.pop(name) for name in ("endpoint", "nth", "times", "key", "params") if name in rest}
            endpoint = chosen.pop("endpoint", "*")
            self.add(endpoint, Fault(**{**rest, "kind": FaultKind(rest["kind"])}), **chosen)

    def clear(self) -> None:
        self.rules.clear()

    def next(self, call: Call) -> Fault | None:
        """The fault this call meets, if any."""
        met: Fault | None = None
        for rule in self.rules:
            if not rule.meets(call):
                continue
            if rule.skip:
                rule.skip -= 1
            elif met is None:
                rule.times -= 1
                met = rule.fault
        self.rules = [rule for rule in self.rules if rule.times]
        return met
