"""Items of one signal → its fields, as written: which number stands under which label.

One walk from left to right. A label opens a field, numbers fall into the open field, a line end closes it unless it is
still empty or a list goes on. Numbers that no label owns are kept apart as loose: they can make the reader hesitate.
"""

from __future__ import annotations

from engine.signals import figures, labels
from engine.signals.draft import Draft
from engine.signals.lexicon import Item
from engine.signals.suffixed import labels_first
from engine.signals.walk import Walk

_FIELDS = {
    "entry": "entry",
    "stop": "stop",
    "target": "target",
    "leverage": "leverage",
    "skip": "skip",
    "outcome": "outcome",
    "risk": "risk",
    "amount": "amount",
}
_SIDES = {
    "buy": (True, 3),
    "sell": (False, 3),
    "hint_buy": (True, 2),
    "hint_sell": (False, 2),
    "bull": (True, 1),
    "bear": (False, 1),
}
_IFS = frozenset(
    [
        "if",
        "unless",
        "only if",
        "waiting for",
        "wait for",
        "waiting",
        "si rompe",
        "se romper",
        "если",
        "如果",
        "若",
        "假如",
        "倘若",
        "اذا",
        "إذا",
        "اگر",
        "اگه",
        "eger",
        "jika",
        "kalau",
        "bila",
        "apabila",
        "neu",
        "wenn",
        "falls",
        "agar",
    ]
)
_MAYBE = frozenset(
    [
        "possible",
        "could",
        "might",
        "may",
        "would",
        "should",
        "posible",
        "podria",
        "possivel",
        "pode",
        "возможно",
        "可能",
        "ممكن",
        "ربما",
        "شاید",
        "mungkin",
        "olabilir",
        "co the",
        "moglich",
        "konnte",
        "pourrait",
    ]
)
_QUIET = frozenset(("term", "period", "open", "percent", "pips", "thousand", "ten_thousand"))
_TALK = frozenset(("hit", "cond", "negation", "future", "ask", "intent"))
_SILENT = frozenset(("newline", "mark", "punct"))
_BEHIND, _AHEAD = frozenset("●✘⊗▼"), frozenset("◉◎◇✔▲")


def read_fields(items: list[Item]) -> Draft:
    """Walk the items of one signal once; never fails, whatever the text."""
    walk = Walk(labels_first(items))
    for at in range(len(walk.items)):
        _step(walk, at)
    _adopt_marked(walk.draft)
    return walk.draft


def _adopt_marked(draft: Draft) -> None:
    """Lines that are a red picture or a blue one and a price are the stop and the targets, if nothing else is."""
    behind = [number for number in draft.loose if number.mark in _BEHIND and number.unit == "price"]
    ahead = [number for number in draft.loose if number.mark in _AHEAD and number.unit == "price"]
    if len(behind) == 1 and ahead and not (draft.stops or draft.targets):
        draft.stops, draft.targets = behind, ahead
        draft.loose = [number for number in draft.loose if number not in (*behind, *ahead)]


def _step(walk: Walk, at: int) -> None:
    item = walk.items[at]
    walk.over = walk.over or item.concept == "rest"
    if walk.over:
        return
    handler = _STEPS.get(item.concept)
    if handler is not None:
        handler(walk, at, item)
    elif item.concept in _FIELDS:
        _open(walk, at, item)
    elif item.concept in _SIDES:
        labels.side(walk, *_SIDES[item.concept], at)
    elif item.concept in labels.LETTERS:
        labels.letter(walk, at, item)
    elif item.concept in _TALK:
        walk.draft.talk.append((item.concept, walk.line))
        if item.concept == "ask" and walk.line_start:
            walk.draft.conditions.append(walk.line)
        if item.concept == "cond" and walk.line_start and not _side_follows(walk, at):
            walk.draft.conditions.append(walk.line)
        if item.text in _IFS and walk.open != "stop" and walk.items[at - 1].text != "(":
            walk.draft.provisos[walk.line] = item.text
        walk.refused = at if item.concept == "negation" else walk.refused
        walk.word(at, item)
    elif item.concept not in _QUIET:
        labels.word(walk, at, item)
    if item.concept not in _SILENT:
        walk.line_start = False
        walk.draft.lengths[walk.line] = walk.draft.lengths.get(walk.line, 0) + 1


def _open(walk: Walk, at: int, item: Item) -> None:
    """A label opens its field; in ``sell at 120`` below a buy the side has opened the targets already."""
    if item.concept == "entry" and walk.open == "target" and at and walk.items[at - 1].start == item.start:
        walk.between = ""
    else:
        walk.label(_FIELDS[item.concept], at)


def _side_follows(walk: Walk, at: int) -> bool:
    """``Canh SELL GOLD``, ``wait buy``: the word only softens the order; ``possible short`` is no order."""
    if walk.items[at].text in _MAYBE:
        return False
    return at + 1 < len(walk.items) and walk.items[at + 1].concept in _SIDES


_STEPS = {
    "newline": labels.newline,
    "mark": labels.mark,
    "punct": labels.punct,
    "filler": labels.filler,
    "zone": labels.zone,
    "symbol": labels.symbol,
    "number": figures.number,
    "times": labels.times,
    "ratio": labels.ratio,
    "bad": labels.bad_number,
    "timeframe": labels.timeframe,
    "market": labels.order,
    "limit": labels.order,
    "stop_order": labels.order,
    "breakout": labels.order,
    "cross": labels.margin,
    "isolated": labels.margin,
    "exits": labels.exits,
    "none": labels.none,
    "on_close": labels.on_close,
    "more": labels.more,
    "broken": labels.broken,
    "satoshi": labels.satoshi,
}
