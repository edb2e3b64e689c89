"""Signals that a program wrote: a JSON object, or ``key=value`` pairs as alerts of charting sites send them."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from decimal import Decimal
from typing import Any

from engine.errors import Code
from engine.signals import symbols
from engine.signals.assemble import assemble
from engine.signals.draft import Draft, Number, Side
from engine.signals.message import Message
from engine.signals.symbols import Symbol
from engine.types import ActionKind, Amendment, Amendments, Entry, Reading, Unclear

NAME = "machine"
_PAIR = re.compile(r"([A-Za-z][A-Za-z0-9_]{0,30})=([^\s=;,]{1,60}(?:,(?![A-Za-z][A-Za-z0-9_]*=)[^\s=;,]{1,60}){0,11})")
_NUMBER = re.compile(r"(\$?)([0-9]{1,12}(?:\.[0-9]{1,18})?)(%|pips?|x)?", re.IGNORECASE)
_FEWEST_PAIRS = 3
_BUYS = frozenset(("buy", "long", "bull", "enter_long", "open_long", "buy_long"))
_SELLS = frozenset(("sell", "short", "bear", "enter_short", "open_short", "sell_short"))
_CLOSES = frozenset(("close", "exit", "flat", "close_long", "close_short", "exit_long", "exit_short", "close_all"))
_UNITS = {"%": "percent", "pip": "pips", "pips": "pips"}


def read(message: Message) -> Reading | None:
    """The trade or step that the fields give; None when the text is not machine-made or lacks a symbol and a side."""
    fields = _fields(message.text)
    draft = Draft()
    named: list[Symbol] = []
    ordered: list[str] = []
    for key, value in fields:
        _take(draft, named, ordered, key, value)
    if not named or not ordered:
        return None
    if message.suspect:
        return Unclear(code=Code.SUSPICIOUS_TEXT, found={"what": message.suspect, "symbol": named[0].base})
    return _reading(draft, named[0], ordered[0], message)


def _reading(draft: Draft, symbol: Symbol, word: str, message: Message) -> Reading | None:
    if word in _CLOSES or word == "cancel":
        action = ActionKind.CANCEL if word == "cancel" else ActionKind.CLOSE
        step = Amendment(action=action, symbol_base=symbol.base, symbol_quote=symbol.quote)
        return Amendments(steps=(step,), format=NAME)
    entry = assemble(draft, symbol, message.price_of)
    return replace(entry, format=NAME) if isinstance(entry, Entry) else entry


def _fields(text: str) -> list[tuple[str, Any]]:
    stripped = text.strip()
    if stripped.startswith("{"):
        return _json_fields(stripped)
    pairs = _PAIR.findall(text) if text.count("=") >= _FEWEST_PAIRS else []
    return [(key.lower(), value) for key, value in pairs] if len(pairs) >= _FEWEST_PAIRS else []


def _json_fields(text: str) -> list[tuple[str, Any]]:
    try:
        found = json.loads(text, parse_float=str, parse_int=str)
    except (ValueError, RecursionError):
        return []
    return [(str(key).lower(), value) for key, value in found.items()] if isinstance(found, dict) else []


def _take(draft: Draft, named: list[Symbol], ordered: list[str], key: str, value: Any) -> None:
    field = _KEYS.get(key.rstrip("0123456789_ "))
    if field == "symbol":
        symbol = _symbol(str(value))
        named.extend([symbol] if symbol else [])
    elif field == "side":
        _take_side(draft, ordered, str(value).lower().replace(" ", "_"))
    elif field is not None:
        _TAKES[field](draft, _values(draft, value))


def _symbol(text: str) -> Symbol | None:
    """``BINANCE:BTCUSDT.P``, ``BTC/USDT``, ``XAUUSD``."""
    word = text.lower().rpartition(":")[2].removesuffix(".p").removesuffix("perp")
    base, slash, quote = word.partition("/") if "/" in word else word.partition("-")
    if slash:
        return symbols.read_slashed(base, quote)
    return symbols.read_word(word)


def _take_side(draft: Draft, ordered: list[str], word: str) -> None:
    if word in _BUYS or word in _SELLS:
        draft.sides.append(Side(word in _BUYS, 3, 0, 0))
    if word in _BUYS or word in _SELLS or word in _CLOSES or word == "cancel":
        ordered.append(word)
    elif word in ("market", "limit"):
        draft.orders.append((word, 0))
    elif word == "stop":
        draft.orders.append(("stop_order", 0))


def _values(draft: Draft, value: Any) -> list[Number]:
    """Numbers of a field; anything else that is written there (``{{close}}``, ``NaN``) makes the signal unreadable."""
    numbers: list[Number] = []
    for each in _flat(value):
        match = _NUMBER.fullmatch(each.strip())
        if match:
            numbers.append(Number(match.group(2), _UNITS.get((match.group(3) or "").lower(), "price"), joined=","))
        elif each.strip().lower() not in ("", "none", "null", "market"):
            draft.bad = True
    return numbers


def _flat(value: Any) -> Iterable[str]:
    if isinstance(value, list):
        return [text for each in value for text in _flat(each)]
    if isinstance(value, dict):
        return [text for key in ("price", "value", "low", "high") if key in value for text in _flat(value[key])]
    return [] if value is None or isinstance(value, bool) else re.split(r"[,;/ ]+", str(value))


def _take_leverage(draft: Draft, numbers: list[Number]) -> None:
    draft.leverages.extend(str(int(Decimal(number.raw))) for number in numbers[:1])


_KEYS = {
    name: field
    for field, names in {
        "symbol": "symbol ticker pair instrument coin market asset",
        "side": "side action signal direction order position type ordertype order_type cmd",
        "entry": "price entry entries entryprice entry_price open limit limit_price entry_zone",
        "stop": "sl stop stoploss stop_loss stopprice stop_price sl_price",
        "target": "tp tps takeprofit take_profit target targets takeprofits take_profits tp_price tp_prices",
        "leverage": "leverage lev",
    }.items()
    for name in names.split()
}
_TAKES: dict[str, Callable[[Draft, list[Number]], None]] = {
    "entry": lambda draft, numbers: draft.entries.extend(numbers),
    "stop": lambda draft, numbers: draft.stops.extend(numbers[:1]),
    "target": lambda draft, numbers: draft.targets.extend(numbers),
    "leverage": _take_leverage,
}
