"""What two captured requests prove about each other. Pure.

A name that ccxt only passes through proves nothing: the venue may ignore it. It counts when ccxt gave the request
another shape, or when ccxt reads the very same name from the venue's own orders.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from tools.abilities.probe import Request

READ = re.compile(r"""safe_\w+\(\s*\w+,\s*\[?((?:'[^']*'(?:,\s*)?)+)""")
CONDITIONAL_PATH = re.compile(r"algo|plan|stop|trigger|condition|tpsl|price_orders|smart", re.IGNORECASE)
CONDITIONAL_WORD = re.compile(r"stop|stp|trigger|condition|loss|algo|^sl$|^up$|^down$", re.IGNORECASE)
LIMIT_WORD = re.compile(r"limit", re.IGNORECASE)
REDUCES = re.compile(r"reduce|close_?position", re.IGNORECASE)
KIND_NAME = re.compile(
    r"(type|ord_?type|order_?type|algo_?type|plan_?type|entrust_?type|order_?filter|tpsl|^stop|\bs:t)$", re.IGNORECASE
)
DIRECTION_NAME = re.compile(r"trigger_?direction$", re.IGNORECASE)
PROFIT = re.compile(r"take_?profit|pos_profit|profit_plan|^tp$", re.IGNORECASE)


def native_names(client: Any) -> frozenset[str]:
    """Every name that the class reads from an order of the venue."""
    names: set[str] = set()
    for name in ("parse_order", "parse_contract_order", "parse_spot_order", "parse_swap_order", "parse_utaorder"):
        method = getattr(type(client), name, None)
        if method is not None:
            for group in READ.findall(inspect.getsource(method)):
                names.update(re.findall(r"'([^']*)'", group))
    return frozenset(names)


def changes(plain: Request, other: Request) -> dict[str, str]:
    """Fields of ``other`` that ``plain`` does not have or has otherwise."""
    return {name: value for name, value in other.fields.items() if plain.fields.get(name) != value}


def last(name: str) -> str:
    """``trigger_price`` of ``initial.trigger_price``."""
    return name.rsplit(".", 1)[-1]


def understood(plain: Request | str, other: Request | str, param: str, native: frozenset[str]) -> bool:
    """Whether ``param`` changed the order in a way that is not just passing the name on."""
    if isinstance(plain, str) or isinstance(other, str):
        return False
    if plain.endpoint != other.endpoint:
        return True
    for name in changes(plain, other):
        known_before = name in plain.fields  # ccxt itself uses this name on a usual order
        if last(name) != param or known_before or param in native:
            return True
    return False


def tells_apart(one: Request | str, other: Request | str, param: str, values: tuple[str, str]) -> bool:
    """Whether two values of ``param`` make two orders, otherwise than by being passed on under that name."""
    if isinstance(one, str) or isinstance(other, str):
        return False
    told = {name: value for name, value in changes(one, other).items() if not name.startswith("signature")}
    shown = {(last(name), one.fields.get(name), value) for name, value in told.items()}
    return one.endpoint != other.endpoint or bool(shown - {(param, *values)})


def id_field(request: Request | str, param: str, value: str, native: frozenset[str]) -> str | None:
    """The field that carries our id unchanged under a name the venue knows."""
    if isinstance(request, str):
        return None
    for name, found in request.fields.items():
        if found == value and (last(name) != param or param in native):
            return name
    return None


def is_price(text: str, price: str) -> bool:
    try:
        return Decimal(text) == Decimal(price)
    except InvalidOperation:
        return False


def stop_evidence(
    plain: Request | str, stop: Request | str, passed: Mapping[str, Any], trigger: str, amount: str
) -> str | None:
    """Where the bytes say that this is a conditional order; None when they do not.

    An order that would take a profit is none, nor is an immediate order with a stop attached to it, nor one that
    carries its trigger only under a name that ccxt passed through. ``passed`` is what we gave ccxt.
    """
    if isinstance(plain, str) or isinstance(stop, str):
        return None
    changed = changes(plain, stop)
    triggers = [name for name, value in changed.items() if is_price(value, trigger)]
    words = [*changed, *changed.values()]
    if not triggers or any(PROFIT.search(last(word)) for word in words):
        return None
    if not any(is_price(value.lstrip("-"), amount) for value in stop.fields.values()):
        return None
    moved = plain.endpoint != stop.endpoint and CONDITIONAL_PATH.search(stop.path) is not None
    marks = [
        name
        for name, value in changed.items()
        if passed.get(last(name)) != value
        and (DIRECTION_NAME.search(name) or (KIND_NAME.search(name) and CONDITIONAL_WORD.search(value)))
    ]
    if not moved and not marks:
        return None
    if any(LIMIT_WORD.search(stop.fields[name]) for name in marks):
        return None
    asked = [name for name in changed if last(name) in passed and changed[name] != trigger]
    shown = sorted({*triggers, *marks, *asked})
    return " ".join((stop.endpoint, *(f"{name}={stop.fields[name]}" for name in shown)))


def only_reduces(stop: Request) -> bool:
    """It belongs to a position and ends with it, or says that it may not open one without being asked to say so."""
    if "tpsl" in stop.path or stop.fields.get("type") == "sl":
        return True
    return any(REDUCES.search(last(name)) and value in ("true", "1", "YES") for name, value in stop.fields.items())


def gives(client: Any, method: str, name: str) -> bool:
    """Whether a parser of the class fills this unified field with something."""
    source = inspect.getsource(getattr(type(client), method))
    wide = "".join(
        inspect.getsource(getattr(type(client), other))
        for other in dir(type(client))
        if re.fullmatch(r"parse_\w*order", other) and other != method and f"self.{other}(" in source
    )
    return re.search(rf"'{name}':(?!\s*None\b)", source + wide) is not None
