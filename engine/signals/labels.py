"""Words, marks and line ends of one signal as they are met: what opens a field, what closes it, what is only noted."""

from __future__ import annotations

from itertools import pairwise

from engine.signals import around, figures
from engine.signals.draft import Number, Side
from engine.signals.lexicon import Item
from engine.signals.ordinals import ORDINALS
from engine.signals.walk import Walk

LETTERS = {"entry?": "entry", "stop?": "stop", "target?": "target"}
_PICTURES = {"▲": True, "▼": False}
_REFUSAL_REACH = 2


def letter(walk: Walk, at: int, item: Item) -> None:
    """``E: 1.25`` is a label, ``e`` in a sentence is not: a number must follow at once."""
    following = around.after(walk.items, at)
    if following is not None and walk.items[following].concept == "number" and is_placed(walk, at, item):
        walk.label(LETTERS[item.concept], at)
    elif item.text == "e" and at > 0 and walk.items[at - 1].concept == "number":
        filler(walk, at, item)
    else:
        walk.word(at, item)


def is_placed(walk: Walk, at: int, item: Item) -> bool:
    """``at`` begins a line below the head; a single letter begins a line, goes on a list or has its mark behind it."""
    if item.text == "at":
        return walk.line_start and walk.headed and not walk.fresh
    following = walk.items[at + 1]
    numbered = (
        bool(walk.draft.stops or walk.draft.targets) and following.start == item.end and following.concept == "number"
    )
    return (
        len(item.text) > 1
        or walk.line_start
        or following.text in (":", "=", "@")
        or numbered
        or _is_row(walk, at, item)
    )


def _is_row(walk: Walk, at: int, item: Item) -> bool:
    """``SUI long E 1.84 T 1.86/1.87 S 1.81``: three different letters, each with its number, explain each other."""
    if not walk.headed or len(item.text) > 1:
        return False
    labelled = [
        (one.concept, one.text)
        for one, next_one in pairwise(around.line(walk.items, at))
        if one.concept in LETTERS and len(one.text) == 1 and next_one.concept == "number"
    ]
    return sorted(concept for concept, _ in labelled) == sorted(LETTERS)


def side(walk: Walk, buy: bool, weight: int, at: int) -> None:
    """A direction: refused ("don't buy"), naming the targets ("Sell: 120"), or the head of a signal."""
    if is_exit(walk, buy, at):
        walk.label("target", at)
        return
    if at - walk.refused <= _REFUSAL_REACH and walk.draft.talk[-1:] == [("negation", walk.line)]:
        walk.draft.talk.pop()
        walk.open = "skip"
        return
    take_price_before(walk, at)
    qualified = at > 0 and walk.items[at - 1].concept == "word"
    walk.draft.sides.append(Side(buy, weight, walk.line, at, qualified))
    if weight > 1 and not (walk.draft.targets or walk.draft.stops):
        if walk.draft.head and walk.draft.head[-1].line == walk.line:
            walk.close()
        elif not (walk.open == "entry" and walk.fresh):
            walk.open, walk.fresh = "head", True
        walk.headed, walk.between, walk.unknown = True, "", 0
    elif weight > 1:
        walk.open, walk.fresh = "", False


def take_price_before(walk: Walk, at: int) -> None:
    """``4090多``: a price typed onto the side is the entry, also where no symbol came before it."""
    draft = walk.draft
    typed_on = at > 0 and walk.items[at - 1].end == walk.items[at].start and not (draft.head or draft.entries)
    if typed_on and draft.loose and draft.loose[-1].at == at - 1 and draft.loose[-1].unit == "price":
        draft.head.append(draft.loose.pop())


def is_exit(walk: Walk, buy: bool, at: int) -> bool:
    """``Buy: 100-110 / Sell: 120 130``, ``sell at 120``: the opposite side behind the entry names the targets."""
    if walk.draft.targets or not (walk.draft.entries or walk.draft.head):
        return False
    if not walk.line_start:
        return _is_inline_exit(walk, buy, at)
    following = around.after(walk.items, at)
    if following is None or not (walk.items[at + 1].text == ":" or " " in walk.items[at].text):
        return False
    if walk.items[following].concept == "entry" and walk.items[following].start == walk.items[at].start:
        following = around.after(walk.items, following)
    begun = any(side.weight > 1 and side.buy != buy for side in walk.draft.sides)
    return begun and following is not None and walk.items[following].concept == "number"


def exits(walk: Walk, at: int, item: Item) -> None:
    """``Exit: 27 / 28 / 29.5`` in a line of its own lists the targets; one price may be where the trade was left."""
    own = around.line(walk.items, at)
    numbers = sum(each.concept == "number" for each in own)
    labelled = walk.line_start and walk.items[at + 1 : at + 2] and walk.items[at + 1].text in (":", "@")
    if labelled and numbers > 1 and not walk.draft.targets and any(each.concept == "stop" for each in walk.items):
        walk.label("target", at)
    else:
        walk.word(at, item)


def _is_inline_exit(walk: Walk, buy: bool, at: int) -> bool:
    """``Buy 1.92-1.95 Sell 2.01-2.09 Stop 1.84``: one stop behind both sides, and prices right behind each."""
    draft, own = walk.draft, around.line(walk.items, at)
    orders = [item.concept for item in own if item.concept in ("buy", "sell")]
    if draft.stops or len(orders) != 2 or len(set(orders)) != 2 or not any(side.buy != buy for side in draft.sides):
        return False
    behind = [item.concept for item in walk.items[at + 1 :] if item.concept in ("newline", "stop", "number")]
    line_ends = behind.index("newline") if "newline" in behind else len(behind)
    return bool(behind) and walk.items[at + 1].concept == "number" and behind[:line_ends].count("stop") == 1


def symbol(walk: Walk, at: int, item: Item) -> None:
    if item.text == "sats" and at > 0 and walk.items[at - 1].concept == "number":
        satoshi(walk, at, item)
        return
    if item.symbol is not None:
        walk.draft.symbols.append((item.symbol, at, walk.line))
    walk.headed = True
    if walk.open in ("", "skip", "outcome") and not (walk.draft.targets or walk.draft.stops):
        walk.open, walk.fresh, walk.unknown = "head", True, 0


def newline(walk: Walk, _at: int, _item: Item) -> None:
    walk.line += 1
    walk.line_start, walk.line_mark, walk.unknown = True, "", 0
    walk.between += "\n"
    keeps = walk.fresh or walk.open == "target" or (walk.open == "entry" and (walk.pending == "index" or walk.listing))
    if walk.resume:
        walk.open, walk.fresh, walk.resume = walk.resume, False, ""
    elif walk.open in ("skip", "outcome", "risk", "amount") or not keeps:
        walk.close()


def mark(walk: Walk, at: int, item: Item) -> None:
    if item.text in _PICTURES:
        walk.draft.sides.append(Side(_PICTURES[item.text], 1, walk.line, at))
    if walk.line_start:
        walk.line_mark = item.text
    elif item.text == "✘" and walk.open == "stop" and walk.fresh:
        walk.draft.crossed += 1
    elif item.text in "✔✘" and at > 0 and walk.items[at - 1].concept in ("number", "pips", "percent"):
        checked_number(walk, item)
    walk.between += item.text


def checked_number(walk: Walk, item: Item) -> None:
    if walk.open == "target" and item.text == "✔":
        walk.draft.checked += 1
    elif walk.open == "stop" and item.text == "✘":
        walk.draft.crossed += 1


def punct(walk: Walk, _at: int, item: Item) -> None:
    walk.between += item.text


def filler(walk: Walk, _at: int, _item: Item) -> None:
    walk.between += " "


def zone(walk: Walk, _at: int, _item: Item) -> None:
    walk.draft.seen.add("zone")
    walk.between += "-"


def order(walk: Walk, at: int, item: Item) -> None:
    following = walk.items[at + 1].text if at + 1 < len(walk.items) else ""
    if item.concept == "market" and "price" in item.text and following == ":" and walk.line_start:
        walk.label("skip", at)
        return
    walk.draft.orders.append((item.concept, walk.line))
    if item.concept == "market" and not walk.headed and walk.open == "" and is_price_next(walk, at):
        walk.label("entry", at)
    if item.concept == "limit" and walk.open in ("skip", "outcome"):
        walk.open, walk.fresh = "head", True


def is_price_next(walk: Walk, at: int) -> bool:
    """``现价2668空黄金``: the price stands before the side and the symbol."""
    following = walk.items[at + 1] if at + 1 < len(walk.items) else None
    return following is not None and following.concept == "number" and around.unit(walk.items, at + 1) == "price"


def word(walk: Walk, at: int, item: Item) -> None:
    if _names_next_target(walk, at, item):
        filler(walk, at, item)
    else:
        walk.word(at, item)


def _names_next_target(walk: Walk, at: int, item: Item) -> bool:
    """``first target 2.15, second 2.28``: a word that counts goes on with the list, if a price follows it."""
    if walk.open != "target" or ORDINALS.get(item.text) != len(walk.draft.targets) + 1:
        return False
    following = around.after(walk.items, at)
    return following is not None and walk.items[following].concept == "number"


def satoshi(walk: Walk, _at: int, _item: Item) -> None:
    walk.draft.seen.add("satoshi")


def none(walk: Walk, _at: int, _item: Item) -> None:
    walk.draft.seen.add("none")
    if walk.fresh:
        walk.close()


def margin(walk: Walk, _at: int, item: Item) -> None:
    walk.draft.margin = walk.draft.margin or item.concept


def more(walk: Walk, at: int, item: Item) -> None:
    """A further leg: the numbers beside the side were the first one; ``94200补仓`` has its price before the word."""
    draft = walk.draft
    if at and draft.loose and draft.loose[-1].at == at - 1 and walk.items[at - 1].end == item.start:
        draft.entries = [*(draft.entries or draft.head), draft.loose.pop()]
        return
    following = around.after(walk.items, at)
    if following is not None and walk.items[following].concept == "number" and not walk.draft.stops:
        walk.draft.entries = walk.draft.entries or walk.draft.head
        walk.label("entry", at)


def on_close(walk: Walk, at: int, _item: Item) -> None:
    if not walk.draft.stops and walk.open != "stop" and around.names_stop(walk.items, at):
        walk.label("stop", at)
    if walk.open == "stop" or walk.draft.stops:
        walk.draft.seen.add("on_close")


def broken(walk: Walk, at: int, item: Item) -> None:
    """``破96300止损``: the price that must not be passed stands before the label of the stop."""
    if not walk.draft.stops and walk.open != "stop" and around.names_stop(walk.items, at):
        walk.label("stop", at)
    else:
        walk.word(at, item)


def timeframe(walk: Walk, _at: int, item: Item) -> None:
    walk.draft.timeframe = walk.draft.timeframe or item.text
    walk.between += "f"


def times(walk: Walk, _at: int, item: Item) -> None:
    if walk.draft.leverages and walk.between.strip() not in ("-", "/", "→"):
        return
    low, _, high = item.text.strip("xх× ").partition("-")
    walk.draft.leverages.extend(part.strip().split(".")[0] for part in (low, high) if part)
    walk.between = ""


def ratio(walk: Walk, at: int, item: Item) -> None:
    left, _, right = item.text.replace(" ", "").partition(":")
    if walk.open == "leverage" and left == "1":
        walk.draft.leverages.append(right)
    elif walk.open == "target" and walk.fresh and left == str(len(walk.draft.targets) + 1):
        figures.take(walk, Number(right, line=walk.line, at=at))
    walk.between += "r"


def bad_number(walk: Walk, _at: int, _item: Item) -> None:
    if walk.open in ("stop", "target", "entry", "head", "leverage"):
        walk.draft.bad = True
