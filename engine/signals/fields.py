"""Items of one signal → its fields, as written: which number stands under which label.

One walk from left to right. A label opens a field, numbers fall into the open field, a line end closes it unless it is
still empty or a list goes on. Numbers that no label owns are kept apart as loose: they can make the reader hesitate.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from engine.signals.lexicon import Item
from engine.signals.numbers import parts, rate_digit
from engine.signals.symbols import Symbol


class Number(NamedTuple):
    """A number as written. ``unit`` is price, pips or percent; ``joined`` links it to the number before it."""

    raw: str
    unit: str = "price"
    joined: str = ""
    line: int = 0
    at: int = 0
    mark: str = ""
    glued: bool = False
    times: int = 1


class Side(NamedTuple):
    """A mention of a direction. ``weight`` 3: an order, 2: a hint inside another label, 1: an opinion or a picture."""

    buy: bool
    weight: int
    line: int
    at: int


@dataclass(slots=True)
class Draft:
    """What one signal says, before any number is given its value."""

    symbols: list[tuple[Symbol, int, int]] = field(default_factory=list)
    sides: list[Side] = field(default_factory=list)
    head: list[Number] = field(default_factory=list)
    entries: list[Number] = field(default_factory=list)
    stops: list[Number] = field(default_factory=list)
    targets: list[Number] = field(default_factory=list)
    shares: list[Number] = field(default_factory=list)
    leverages: list[str] = field(default_factory=list)
    risks: list[Number] = field(default_factory=list)
    amounts: list[Number] = field(default_factory=list)
    loose: list[Number] = field(default_factory=list)
    orders: list[tuple[str, int]] = field(default_factory=list)
    words: list[int] = field(default_factory=list)
    lengths: dict[int, int] = field(default_factory=dict)
    seen: set[str] = field(default_factory=set)
    talk: list[tuple[str, int]] = field(default_factory=list)
    timeframe: str = ""
    margin: str = ""
    bad: bool = False
    checked: int = 0
    crossed: int = 0
    gains: list[int] = field(default_factory=list)
    skips: list[int] = field(default_factory=list)


_FIELDS = {
    "entry": "entry",
    "stop": "stop",
    "target": "target",
    "leverage": "leverage",
    "skip": "skip",
    "risk": "risk",
    "amount": "amount",
}
_LETTERS = {"entry?": "entry", "stop?": "stop", "target?": "target"}
_SIDES = {"buy": (True, 3), "sell": (False, 3), "hint_buy": (True, 2), "hint_sell": (False, 2), "bull": (True, 1), "bear": (False, 1)}
_PICTURES = {"▲": True, "▼": False}
_BEHIND, _AHEAD = frozenset("●✘⊗▼"), frozenset("◉◎◇✔▲")
_REFUSAL_REACH = 2
_MULTIPLES = {"thousand": 1000, "ten_thousand": 10_000}
_QUIET = frozenset(("term", "period", "open", "percent", "pips", "thousand", "ten_thousand"))
_TALK = frozenset(("hit", "cond", "negation", "future", "ask", "intent"))


def read_fields(items: list[Item]) -> Draft:
    """Walk the items of one signal once; never fails, whatever the text."""
    walk = _Walk(items)
    for at in range(len(items)):
        walk.step(at)
    _adopt_marked(walk.draft)
    return walk.draft


def _adopt_marked(draft: Draft) -> None:
    """Lines that are a red picture or a blue one and a price are the stop and the targets, if nothing else is."""
    behind = [number for number in draft.loose if number.mark in _BEHIND and number.unit == "price"]
    ahead = [number for number in draft.loose if number.mark in _AHEAD and number.unit == "price"]
    if len(behind) == 1 and ahead and not (draft.stops or draft.targets):
        draft.stops, draft.targets = behind, ahead


class _Walk:
    """Where the reader is: the open field, and what stood between the last number and here."""

    __slots__ = ("between", "draft", "fresh", "headed", "items", "line", "line_mark", "line_start", "listing", "open", "over", "pending", "rate_digit", "refused", "resume", "unknown")

    def __init__(self, items: list[Item]) -> None:
        self.items = items
        self.draft = Draft()
        self.open = ""
        self.fresh = False
        self.line = 0
        self.line_mark = ""
        self.line_start = True
        self.between = ""
        self.unknown = 0
        self.headed = False
        self.pending = ""
        self.listing = False
        self.resume = ""
        self.refused = -9
        self.over = False
        self.rate_digit = rate_digit(item.text for item in items if item.concept == "number")

    def step(self, at: int) -> None:
        item = self.items[at]
        self.over = self.over or item.concept == "rest"
        if self.over:
            return
        handler = _STEPS.get(item.concept)
        if handler is not None:
            handler(self, at, item)
        elif item.concept in _FIELDS:
            self.label(_FIELDS[item.concept], at)
        elif item.concept in _SIDES:
            self.side(*_SIDES[item.concept], at)
        elif item.concept in _LETTERS:
            self.letter(at, item)
        elif item.concept in _TALK:
            self.draft.talk.append((item.concept, self.line))
            self.refused = at if item.concept == "negation" else self.refused
            self.word(at, item)
        elif item.concept not in _QUIET:
            self.word(at, item)
        if item.concept not in ("newline", "mark", "punct"):
            self.line_start = False
            self.draft.lengths[self.line] = self.draft.lengths.get(self.line, 0) + 1

    # --- labels ------------------------------------------------------------------------------------

    def label(self, name: str, at: int) -> None:
        if name == "skip" and self.fresh and self.open == "target" and self.items[at].text.startswith("trail"):
            return
        if name in ("skip", "risk") and not self.line_start and self.open == "target" and not self.fresh:
            self.resume = "target"
        self.open, self.fresh, self.between, self.unknown = name, True, "", 0
        self.listing = False
        self.pending = self.pending if name == "target" else ""
        self.draft.seen.add(name)
        if name == "skip":
            self.draft.skips.append(self.line)

    def letter(self, at: int, item: Item) -> None:
        """``E: 1.25`` is a label, ``e`` in a sentence is not: a number must follow at once."""
        following = self.after(at)
        if following is not None and self.items[following].concept == "number" and self.is_placed(at, item):
            self.label(_LETTERS[item.concept], at)
        else:
            self.word(at, item)

    def is_placed(self, at: int, item: Item) -> bool:
        """``at`` begins a line below the head; a single letter begins a line or has its mark behind it."""
        if item.text == "at":
            return self.line_start and self.headed and not self.fresh
        return len(item.text) > 1 or self.line_start or self.items[at + 1].text in (":", "=", "@")

    def side(self, buy: bool, weight: int, at: int) -> None:
        if self.is_exit(buy, at):
            self.label("target", at)
            return
        if at - self.refused <= _REFUSAL_REACH and self.draft.talk[-1:] == [("negation", self.line)]:
            self.draft.talk.pop()
            self.open = "skip"
            return
        self.draft.sides.append(Side(buy, weight, self.line, at))
        if weight > 1 and not (self.draft.targets or self.draft.stops):
            if not (self.open == "entry" and self.fresh):
                self.open, self.fresh = "head", True
            self.headed, self.between, self.unknown = True, "", 0
        elif weight > 1:
            self.open, self.fresh = "", False

    def is_exit(self, buy: bool, at: int) -> bool:
        """``Buy: 100-110 / Sell: 120 130``: the opposite side behind the entry names the targets."""
        begun = any(side.weight > 1 and side.buy != buy for side in self.draft.sides) and (self.draft.entries or self.draft.head)
        if not begun or self.draft.targets or not self.line_start:
            return False
        colon = self.items[at + 1].text if at + 1 < len(self.items) else ""
        following = self.after(at)
        return colon == ":" and following is not None and self.items[following].concept == "number"

    def symbol(self, at: int, item: Item) -> None:
        if item.symbol is not None:
            self.draft.symbols.append((item.symbol, at, self.line))
        self.headed = True
        if self.open in ("", "skip") and not (self.draft.targets or self.draft.stops):
            self.open, self.fresh, self.unknown = "head", True, 0

    # --- words and lines ---------------------------------------------------------------------------

    def word(self, at: int, item: Item) -> None:
        self.draft.words.append(self.line)
        self.unknown += 1
        self.between += "w"
        if self.line_start and self.open != "head" and (self.fresh or self.listing):
            self.close()
        elif not self.fresh and self.open in ("target", "stop", "entry", "leverage"):
            self.close()
        elif self.unknown > 4 and self.open != "head":
            self.close()

    def close(self) -> None:
        self.open, self.fresh = "", False

    def newline(self, at: int, item: Item) -> None:
        self.line += 1
        self.line_start, self.line_mark, self.unknown = True, "", 0
        self.between += "\n"
        keeps = self.fresh or self.open == "target" or (self.open == "entry" and (self.pending == "index" or self.listing))
        if self.resume:
            self.open, self.fresh, self.resume = self.resume, False, ""
        elif self.open in ("skip", "risk", "amount") or not keeps:
            self.close()

    def mark(self, at: int, item: Item) -> None:
        if item.text in _PICTURES:
            self.draft.sides.append(Side(_PICTURES[item.text], 1, self.line, at))
        if self.line_start:
            self.line_mark = item.text
        elif item.text in "✔✘" and at > 0 and self.items[at - 1].concept in ("number", "pips", "percent"):
            self.checked_number(item)
        self.between += item.text

    def checked_number(self, item: Item) -> None:
        if self.open == "target" and item.text == "✔":
            self.draft.checked += 1
        elif self.open == "stop" and item.text == "✘":
            self.draft.crossed += 1

    def punct(self, at: int, item: Item) -> None:
        self.between += item.text

    def filler(self, at: int, item: Item) -> None:
        self.between += " "

    def zone(self, at: int, item: Item) -> None:
        self.draft.seen.add("zone")
        self.between += "-"

    def order(self, at: int, item: Item) -> None:
        following = self.items[at + 1].text if at + 1 < len(self.items) else ""
        if item.concept == "market" and "price" in item.text and following == ":" and self.line_start:
            self.label("skip", at)
            return
        self.draft.orders.append((item.concept, self.line))
        if item.concept == "limit" and self.open == "skip":
            self.open, self.fresh = "head", True

    def none(self, at: int, item: Item) -> None:
        self.draft.seen.add("none")
        if self.fresh:
            self.close()

    def margin(self, at: int, item: Item) -> None:
        self.draft.margin = self.draft.margin or item.concept

    def more(self, at: int, item: Item) -> None:
        """A further leg: the numbers beside the side were the first one."""
        following = self.after(at)
        if following is not None and self.items[following].concept == "number" and not self.draft.stops:
            self.draft.entries = self.draft.entries or self.draft.head
            self.label("entry", at)

    def on_close(self, at: int, item: Item) -> None:
        if not self.draft.stops and self.open != "stop" and self.names_stop(at):
            self.label("stop", at)
        if self.open == "stop" or self.draft.stops:
            self.draft.seen.add("on_close")

    def timeframe(self, at: int, item: Item) -> None:
        self.draft.timeframe = self.draft.timeframe or item.text
        self.between += "f"

    def times(self, at: int, item: Item) -> None:
        if self.draft.leverages and self.between.strip() not in ("-", "/", "→"):
            return
        low, _, high = item.text.strip("xх× ").partition("-")
        self.draft.leverages.extend(part.strip().split(".")[0] for part in (low, high) if part)
        self.between = ""

    def ratio(self, at: int, item: Item) -> None:
        left, _, right = item.text.replace(" ", "").partition(":")
        if self.open == "leverage" and left == "1":
            self.draft.leverages.append(right)
        elif self.open == "target" and self.fresh and left == str(len(self.draft.targets) + 1):
            self.take(Number(right, line=self.line, at=at))
        self.between += "r"

    def bad_number(self, at: int, item: Item) -> None:
        if self.open in ("stop", "target", "entry", "head", "leverage"):
            self.draft.bad = True

    # --- numbers -----------------------------------------------------------------------------------

    def number(self, at: int, item: Item) -> None:
        pieces = parts(item.text.removesuffix("k"))
        if len(pieces) > 1 and not self.index_glued(at, pieces):
            for place, piece in enumerate(pieces):
                self.one(at, piece, "," if place else None)
            return
        self.one(at, pieces[-1], None)

    def index_glued(self, at: int, pieces: list[str]) -> bool:
        """``Tp1.1.96600``: the first piece is the number of the target."""
        return self.open in ("target", "entry") and pieces[0].isdigit() and len(pieces[0]) == 1 and "." in pieces[-1] and len(pieces) == 2

    def one(self, at: int, raw: str, joined: str | None) -> None:
        unit = self.unit(at)
        if self.is_index(at, raw):
            if raw == "1" and not self.fresh and (self.draft.targets if self.open == "target" else self.draft.entries):
                self.close()
            self.pending = "index"
            self.between = "#"
            return
        if unit == "gain":
            self.draft.gains.append(self.line)
            return
        between = self.between if joined is None else joined
        self.take(Number(raw, unit, between, self.line, at, self.line_mark, self.is_glued(at), self.multiple(at)))

    def multiple(self, at: int) -> int:
        if self.items[at].text.endswith("k"):
            return 1000
        following = self.items[at + 1] if at + 1 < len(self.items) else None
        return _MULTIPLES.get(following.concept, 1) if following else 1

    def take(self, number: Number) -> None:
        self.between = ""
        handler = _TAKES.get(self.open)
        if handler is not None:
            handler(self, number)
        else:
            self.take_loose(number)

    def take_loose(self, number: Number) -> None:
        if self.headed and self.line_begins_with(number) and not self.draft.head and not self.draft.entries and number.unit == "price":
            self.draft.head.append(number)
            self.open, self.fresh = "head", False
        else:
            self.draft.loose.append(number)

    def line_begins_with(self, number: Number) -> bool:
        return self.line_start and not (self.draft.stops or self.draft.targets) and not number.mark

    def take_head(self, number: Number) -> None:
        is_joined = bool(self.draft.head) and not self.fresh and number.line == self.draft.head[-1].line
        if number.unit != "price" or (not self.fresh and not is_joined):
            self.draft.loose.append(number)
            return
        self.draft.head.append(number)
        self.fresh = False

    def take_entry(self, number: Number) -> None:
        if self.listing and self.line_start and not number.joined.strip():
            self.take_loose(number)
            return
        self.listing = self.fresh and "\n" in number.joined or (self.listing and self.line_start)
        if number.unit == "price":
            self.draft.entries.append(number)
        self.fresh = False

    def take_stop(self, number: Number) -> None:
        broken = number.joined == "" and self.draft.stops and self.draft.stops[-1].raw == self.rate_digit
        if self.fresh or broken or number.joined.strip() in ("-", "/", "to"):
            self.draft.stops.append(number)
        self.fresh = False

    def take_target(self, number: Number) -> None:
        self.draft.targets.append(number)
        self.fresh = False

    def take_leverage(self, number: Number) -> None:
        if self.fresh or number.joined.strip() in ("-", "/", "to", "~"):
            self.draft.leverages.append(number.raw.split(".")[0])
        self.fresh = False

    def take_risk(self, number: Number) -> None:
        if number.unit == "percent" and self.fresh:
            (self.draft.risks if self.open == "risk" else self.draft.amounts).append(number)
        self.fresh = False

    def take_skip(self, number: Number) -> None:
        self.fresh = False

    # --- what surrounds a number -------------------------------------------------------------------

    def names_stop(self, at: int) -> bool:
        """``收盘低于0.151止损``: the price stands before the label."""
        return any(item.concept == "stop" for item in self.items[at + 1 : at + 4])

    def after(self, at: int) -> int | None:
        """Index of the next item on this line that is not punctuation, a mark or a filler word."""
        for place in range(at + 1, min(at + 12, len(self.items))):
            concept = self.items[place].concept
            if concept == "newline":
                return None
            if concept not in ("punct", "mark", "filler"):
                return place
        return None

    def unit(self, at: int) -> str:
        before = self.items[at - 1].text if at else ""
        following = self.items[at + 1] if at + 1 < len(self.items) else None
        if before == "+":
            return "gain"
        if before == "%" or (following and (following.text == "%" or following.concept == "percent")):
            return "percent"
        if following and following.concept == "pips":
            return "pips"
        return "price"

    def is_index(self, at: int, raw: str) -> bool:
        """A list number: ``1)``, ``TP 2: 1.25``, ``#5``, ``3.`` at the start of a line."""
        if not raw.isdigit() or len(raw) > 2 or self.is_broken(at, raw) or (at and self.items[at - 1].text in "%$+") or self.unit(at) != "price":
            return False
        following = self.items[at + 1] if at + 1 < len(self.items) else None
        if following is not None and following.text == "@":
            return True
        if following is not None and following.text == ")" and self.items[at - 1].text != "(":
            return True
        if self.line_start and following is not None and following.text in (".", ")", "-", ":") and self.open not in ("stop",):
            return self.open != "target" or self.counts(at, raw)
        return self.open in ("target", "entry") and self.counts(at, raw)

    def counts(self, at: int, raw: str) -> bool:
        """The number is the next in the list and another number follows it."""
        owned = self.draft.targets if self.open == "target" else self.draft.entries
        expected = int(raw) == len(owned) + 1 or (self.fresh and 0 < int(raw) <= 12)
        if not expected:
            return False
        following = self.after(at)
        if following is None or self.items[following].concept == "open":
            numbered = following is not None or self.number_below(at) or self.is_glued(at) or self.pending == "index"
            return self.fresh and numbered
        return self.items[following].concept == "number"

    def is_glued(self, at: int) -> bool:
        return at > 0 and self.items[at - 1].end == self.items[at].start and self.items[at - 1].concept in ("target", "entry")

    def is_broken(self, at: int, raw: str) -> bool:
        """``1 21520`` beside rates like 1.2191: one price broken at its decimal mark."""
        if raw != self.rate_digit or at + 1 >= len(self.items):
            return False
        rest = self.items[at + 1]
        return rest.concept == "number" and rest.start == self.items[at].end + 1 and rest.text.isdigit() and len(rest.text) in (4, 5)

    def number_below(self, at: int) -> bool:
        """The next line starts with a number: this one only numbers the target (``T.P 1`` above ``1.2152``)."""
        place = at + 1
        while place < len(self.items) and self.items[place].concept in ("punct", "mark", "newline"):
            place += 1
        return place < len(self.items) and self.items[place].concept == "number"


_STEPS = {
    "newline": _Walk.newline,
    "mark": _Walk.mark,
    "punct": _Walk.punct,
    "filler": _Walk.filler,
    "zone": _Walk.zone,
    "symbol": _Walk.symbol,
    "number": _Walk.number,
    "times": _Walk.times,
    "ratio": _Walk.ratio,
    "bad": _Walk.bad_number,
    "timeframe": _Walk.timeframe,
    "market": _Walk.order,
    "limit": _Walk.order,
    "stop_order": _Walk.order,
    "breakout": _Walk.order,
    "cross": _Walk.margin,
    "isolated": _Walk.margin,
    "none": _Walk.none,
    "on_close": _Walk.on_close,
    "more": _Walk.more,
}
_TAKES = {
    "head": _Walk.take_head,
    "entry": _Walk.take_entry,
    "stop": _Walk.take_stop,
    "target": _Walk.take_target,
    "leverage": _Walk.take_leverage,
    "risk": _Walk.take_risk,
    "amount": _Walk.take_risk,
    "skip": _Walk.take_skip,
}
