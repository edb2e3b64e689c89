"""The commonest layout, one labelled field a line, read by looking labels up instead of by grammar.

Every line must be a field of the tables below with a plain value; a single line that is not makes the whole message
one for ``channel``, which reads the same signals the same way (a test holds the two together), only slower.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache

from engine.signals import confidence, symbols
from engine.signals.consistency import contradiction
from engine.signals.message import Message
from engine.signals.symbols import Symbol
from engine.signals.timeframes import standard
from engine.types import Direction, Entry, EntryPoint, Level, LevelKind, MarginMode, OrderType, Reading, Target

NAME = "sheet"
NARROW = Decimal("0.01")
_FEWEST_LINES = 4
_IS_PLAIN = re.compile("[\x00-\x7f📈📉🎯📊📌💰🚀🔥⚡🔔💥💎🪙📣📢💵⏰⏳⚖🏦🔑✨💲\ufe0f]*").fullmatch
_PRICE = re.compile(r"[0-9]{3,7}|[0-9]{1,7}\.(?:[0-9]{1,2}|[0-9]{4,10})").fullmatch
_IN_PRICE, _MARKET, _LIMIT = LevelKind.PRICE, OrderType.MARKET, OrderType.LIMIT  # looked up once: enum access is slow
_LISTED = re.compile(r"([1-9])\) ([0-9.]+)").fullmatch
_NUMBERED_TITLE = re.compile(r"signal no\. ?[0-9]{1,5}").fullmatch
_ARROWS = {Direction.BUY: "📉", Direction.SELL: "📈"}  # what says the opposite of the side
_LEVERAGE = re.compile(r"(?:(cross|isolated) )?([1-9][0-9]{0,2})x").fullmatch
_RISK = re.compile(r"([0-9]{1,2}(?:\.[0-9]{1,2})?)%").fullmatch
_SIDES = {"buy": Direction.BUY, "long": Direction.BUY, "sell": Direction.SELL, "short": Direction.SELL}
_ORDERS = {"market": OrderType.MARKET, "limit": OrderType.LIMIT}
_TITLES = frozenset(("", "new signal", "signal", "vip signal", "free signal", "trade signal", "new trade"))


@dataclass(slots=True)
class _Sheet:
    """Fields as they are met; a field that comes twice is not a sheet."""

    symbol: Symbol | None = None
    side: Direction | None = None
    order: OrderType | None = None
    entries: tuple[EntryPoint, ...] = ()
    stop: Level | None = None
    targets: list[str] = field(default_factory=list)
    listing: bool = False
    leverage: int | None = None
    margin: MarginMode | None = None
    frame: str | None = None
    risk: Decimal | None = None


def read(message: Message) -> Reading | None:
    """Entry if every line of the message is a field of a sheet and its prices agree, else None."""
    text = message.raw
    if text.count("\n") < _FEWEST_LINES:
        return None
    if not text.isascii():
        if not _IS_PLAIN(text):
            return None
        text = text.encode("ascii", "ignore").decode().replace("\n ", "\n")
    sheet = _Sheet()
    for line in text.lower().split("\n"):
        if not line:
            continue
        label, colon, value = line.partition(": ")
        take = _FIELDS.get(label)
        if not (take(sheet, value) if take else _take_odd(sheet, label, colon, value)):
            return None
    return _entry(sheet, message)


def _take_odd(sheet: _Sheet, label: str, colon: str, value: str) -> bool:
    """A title, the line of symbol and side, or a field with spaces around its parts."""
    label, value = label.strip(), value.strip()
    if colon:
        take = _FIELDS.get(label)
        return take is not None and take(sheet, value)
    return label in _TITLES or _take_listed(sheet, label) or _take_head(sheet, label.split())


def _take_listed(sheet: _Sheet, label: str) -> bool:
    """``targets:`` and, below it, ``1) 65000``, ``2) 66000``; or the number of the signal."""
    if label in _LISTS:
        first, sheet.listing = not (sheet.listing or sheet.targets), True
        return first
    if listed := _LISTED(label):
        return sheet.listing and int(listed[1]) == len(sheet.targets) + 1 and _take_target(sheet, listed[2])
    return _is_first_of_all(sheet, label)


def _is_first_of_all(sheet: _Sheet, label: str) -> bool:
    """``signal no. 7``, where nothing stands before it that the number could belong to."""
    return _NUMBERED_TITLE(label) is not None and sheet == _Sheet()


def _take_head(sheet: _Sheet, words: list[str]) -> bool:
    """``btc/usdt long``, and ``now`` behind it: at the market."""
    if len(words) == 3 and words[2] == "now" and sheet.order is None:
        sheet.order = _MARKET
        del words[2]
    return len(words) == 2 and _take_symbol(sheet, words[0]) and _take_side(sheet, words[1])


def _take_symbol(sheet: _Sheet, value: str) -> bool:
    first, sheet.symbol = sheet.symbol is None, _symbol(value)
    return first and sheet.symbol is not None


@lru_cache(maxsize=1024)
def _symbol(value: str) -> Symbol | None:
    """A pair or a known coin; channels repeat themselves, so the answers are kept."""
    base, slash, quote = value.strip("#$").partition("/")
    symbol = symbols.read_slashed(base, quote) if slash and base.isalnum() else symbols.read_word(base)
    return symbol if symbol and (symbol.quote or base in symbols.COINS) else None


def _take_side(sheet: _Sheet, value: str) -> bool:
    first, sheet.side = sheet.side is None, _SIDES.get(value)
    return first and sheet.side is not None


def _take_order(sheet: _Sheet, value: str) -> bool:
    first, sheet.order = sheet.order is None, _ORDERS.get(value)
    return first and sheet.order is not None


def _take_entry(sheet: _Sheet, value: str, zone: bool = False) -> bool:
    near, dash, end = value.partition(" - ")
    if sheet.entries or not _PRICE(near) or (dash and not _PRICE(end)):
        return False
    first = Decimal(near)
    last = Decimal(end) if dash else first
    low, high = (first, last) if first <= last else (last, first)
    if high - low <= high * NARROW:
        sheet.entries = (EntryPoint(low=low, high=high),)
        return True
    sheet.entries = EntryPoint(low=first, high=first), EntryPoint(low=last, high=last)
    return not zone and high <= low * 2


def _take_zone(sheet: _Sheet, value: str) -> bool:
    return _take_entry(sheet, value, zone=True)


def _take_stop(sheet: _Sheet, value: str) -> bool:
    if sheet.stop is not None or not _PRICE(value):
        return False
    sheet.stop = Level(kind=_IN_PRICE, value=Decimal(value))
    return True


def _take_target(sheet: _Sheet, value: str) -> bool:
    if not _PRICE(value):
        return False
    sheet.targets.append(value)
    return True


def _take_leverage(sheet: _Sheet, value: str) -> bool:
    first, (sheet.margin, sheet.leverage) = sheet.leverage is None, _leverage(value)
    return first and sheet.leverage is not None


@lru_cache(maxsize=256)
def _leverage(value: str) -> tuple[MarginMode | None, int | None]:
    match = _LEVERAGE(value)
    if match is None:
        return None, None
    return MarginMode(match.group(1)) if match.group(1) else None, int(match.group(2))


def _take_frame(sheet: _Sheet, value: str) -> bool:
    first, sheet.frame = sheet.frame is None, standard(value)
    return first and sheet.frame is not None


def _take_risk(sheet: _Sheet, value: str) -> bool:
    first, sheet.risk = sheet.risk is None, _risk(value)
    return first and sheet.risk is not None


@lru_cache(maxsize=256)
def _risk(value: str) -> Decimal | None:
    match = _RISK(value)
    return Decimal(match.group(1)) if match and match.group(1).strip("0.") else None


def _entry(sheet: _Sheet, message: Message) -> Reading | None:
    """The trade of a whole sheet; without a stop, targets and an agreeing direction the slower reader decides."""
    if sheet.symbol is None or sheet.side is None or sheet.stop is None or not sheet.targets:
        return None
    base, quote, _ = sheet.symbol
    doubtful = quote == "BTC" or _ARROWS[sheet.side] in message.raw or (sheet.order is _LIMIT and not sheet.entries)
    targets = [Decimal(raw) for raw in sheet.targets]
    if len(set(targets)) < len(targets) or doubtful:
        return None
    entry = Entry(
        symbol_base=base,
        symbol_quote=quote or message.default_quote,
        direction=sheet.side,
        order_type=sheet.order or (None if sheet.entries else _MARKET),
        entries=sheet.entries,
        stop_loss=sheet.stop,
        take_profits=tuple([Target(level=Level(kind=_IN_PRICE, value=price)) for price in targets]),
        leverage=sheet.leverage,
        margin_mode=sheet.margin,
        risk_percent=sheet.risk,
        time_frame=sheet.frame,
        confidence=_full_marks(sheet),
        format=NAME,
    )
    live = message.price_of(base, quote) if message.price_of else None
    return None if contradiction(entry, live) else entry


def _full_marks(sheet: _Sheet) -> int:
    """A sheet has everything but perhaps the time frame."""
    return 100 if sheet.frame else 100 - confidence.TIME_FRAME


_NUMBERED = [f"{name}{gap}{n}" for name in ("tp", "target", "take profit") for gap in ("", " ") for n in range(1, 11)]
_LABELS: dict[Callable[[_Sheet, str], bool], list[str]] = {
    _take_symbol: ["pair", "symbol", "coin", "instrument", "asset"],
    _take_side: ["direction", "side", "action", "position"],
    _take_order: ["order", "order type"],
    _take_entry: ["entry", "entry price", "entries"],
    _take_zone: ["entry zone"],
    _take_stop: ["sl", "stop loss", "stop", "stoploss", "stop-loss"],
    _take_target: ["tp", "take profit", "target", "take-profit", *_NUMBERED],
    _take_leverage: ["leverage", "lev"],
    _take_frame: ["timeframe", "time frame", "tf"],
    _take_risk: ["risk"],
}
_LISTS = frozenset(("targets:", "take profits:", "take profit:", "tp:"))
_FIELDS = {label: take for take, labels in _LABELS.items() for label in labels}
