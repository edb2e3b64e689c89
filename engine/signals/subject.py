"""What a message trades: items that spell a symbol in several pieces are put together here.

``EUR / USD``, ``SOL /USDT``, ``1000PEPEUSDT``, ``Volatility 75 (1s) Index`` and ``euro / us dollar`` are one each.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from engine.signals import symbols
from engine.signals.lexicon import Item
from engine.signals.symbols import Symbol, listed

Rule = Callable[[list[Item], int], "tuple[Symbol, int] | None"]
_NEVER = frozenset(("punct", "newline", "mark", "date", "ratio", "times", "timeframe", "bad"))
_SLASHES = frozenset("/-_.")
_FIRST_NAMES = frozenset(name.partition(" ")[0] for name in symbols.CURRENCY_NAMES)
_SEPARATORS = frozenset("/-_.\\|:")
_BESIDE = listed(
    "newline buy sell hint_buy hint_sell side market limit stop_order stop close close? take_part cancel pending trade"
)
_FRENCH_SIDES = listed("achat acheter achetez achete vente vendre vendez vends")
_WORDLIKE = listed(
    "trump layer magic hook blur cyber flow render virtual ocean waves hype reef ray omg near people link sand "
    "mask gala super dot ape gas one ton not icx dash etc pol comp uni dent rose enj celo flag hot win sun fun "
    "neo pendle mana cfx edu sushi goat pump zen mina iota apt atom sui oil nas strk wif ray"
)


def with_symbols(items: list[Item], text: str) -> list[Item]:
    """``items`` with every symbol of several pieces as one item; ``text`` has the original capitals."""
    found: list[Item] = []
    at = 0
    while at < len(items):
        item, size = _spelled(items, at) or (_in_capitals(items, at, text) or _plausible(items[at], text), 1)
        found.append(item)
        at += size
    return found


def _plausible(item: Item, text: str) -> Item:
    """A coin whose name is an everyday word counts only in capitals or behind ``#`` or ``$``."""
    if item.concept != "symbol" or item.text not in _WORDLIKE:
        return item
    raw = text[item.start : item.end]
    return (
        item
        if raw.isupper() or text[max(0, item.start - 1) : item.start] in ("#", "$")
        else item._replace(concept="word")
    )


def _in_capitals(items: list[Item], at: int, text: str) -> Item | None:
    """``GJ``, ``EU``: a pair by its first letters; ``OR``: gold beside a French side. Only where a symbol can stand."""
    item = items[at]
    symbol = symbols.SHORTHANDS.get(item.text)
    if symbol is not None and item.concept == "word" and text[item.start : item.end].isupper():
        near = [*items[max(0, at - 1) : at], *items[at + 1 : at + 2]]
        edge = len(near) < 2 or any(each.concept in _BESIDE or each.text == ":" for each in near)
        return item._replace(concept="symbol", symbol=symbol) if edge else None
    if item.text == "or" and at and items[at - 1].text in _FRENCH_SIDES:
        return item._replace(concept="symbol", symbol=symbols.NAMES["l'or"])
    return None


def _spelled(items: list[Item], at: int) -> tuple[Item, int] | None:
    """The symbol that starts at ``at`` and goes on behind it, with the number of its items."""
    item = items[at]
    if item.concept in _NEVER or at + 1 == len(items):
        return None
    for rule in _rules(item, items[at + 1]):
        found = rule(items, at)
        if found:
            symbol, size = found
            return Item("symbol", item.text, item.start, items[at + size - 1].end, symbol), size
    return None


def _rules(item: Item, following: Item) -> Iterator[Rule]:
    """Rules whose first look at two neighbours says they may hold; most pairs of words end here."""
    if item.concept == "number":
        if following.start == item.end:
            yield _numbered
        return
    if following.concept == "number":
        if item.text in symbols.SYNTHETIC_NAMES:
            yield _synthetic
    elif following.text in _SLASHES:
        yield _slashed
    elif item.symbol is not None or item.text in symbols.FIAT or item.text in symbols.METALS:
        yield _spaced
    if item.text.partition(" ")[0] in _FIRST_NAMES:
        yield _named


def _get(items: list[Item], at: int) -> Item | None:
    return items[at] if at < len(items) else None


def _numbered(items: list[Item], at: int) -> tuple[Symbol, int] | None:
    """``1000PEPEUSDT``, ``1INCH``: digits glued to the coin that follows."""
    following = _get(items, at + 1)
    if items[at].concept != "number" or following is None or following.start != items[at].end:
        return None
    quoted = _slashed(items, at + 1)
    if quoted:
        return quoted[0]._replace(base=items[at].text + quoted[0].base), quoted[1] + 1
    symbol = symbols.read_word(items[at].text + following.text)
    if symbol is None or not symbol.base[0].isdigit():
        return None
    return symbol, 2


def _synthetic(items: list[Item], at: int) -> tuple[Symbol, int] | None:
    size = _get(items, at + 1)
    if items[at].concept == "number" or size is None or size.concept != "number":
        return None
    fast = "".join(item.text for item in items[at + 2 : at + 6]).lstrip("(").startswith("1s")
    symbol = symbols.read_synthetic(items[at].text, size.text, fast)
    if symbol is None:
        return None
    return symbol, 2 + (_fast_mark(items, at + 2) if fast else 0)


def _fast_mark(items: list[Item], at: int) -> int:
    """Number of items that spell ``(1s)``."""
    size = 0
    while at + size < len(items) and items[at + size].text in ("(", "1", "s", "1s", ")"):
        size += 1
    return size


def _slashed(items: list[Item], at: int) -> tuple[Symbol, int] | None:
    mark, quote = _get(items, at + 1), _get(items, at + 2)
    if mark is None or quote is None or mark.text not in _SLASHES or not _is_word(items[at]):
        return None
    quote_text, contract = _contract(quote.text)
    if mark.text != "/" and quote_text not in symbols.STABLE:
        found = symbols.read_pair(items[at].text, quote_text)
        return (found, 3) if found and mark.start == items[at].end and quote.start == mark.end else None
    known = items[at].symbol
    base = known.base.lower() if known and known.quote is None else items[at].text
    symbol = symbols.read_slashed(base, quote_text)
    return (symbol, 3 + (0 if contract else _contract_size(items, at + 3))) if symbol else None


def _contract(word: str) -> tuple[str, bool]:
    """Quote and whether a contract suffix was glued to it: ``usdtperp`` → ``usdt``."""
    stem = word.removesuffix("perp")
    return (stem, stem != word)


def _contract_size(items: list[Item], at: int) -> int:
    """``.P`` and ``:USDT`` behind a pair belong to it."""
    mark, tail = _get(items, at), _get(items, at + 1)
    joined = (
        mark and tail and mark.text in ".:" and tail.text in ("p", "perp", "usdt", "usdc") and tail.start == mark.end
    )
    return 2 if joined else 0


def _is_word(item: Item) -> bool:
    return item.text.isascii() and item.text.replace(" ", "").isalnum() and not item.text.isdigit()


def _spaced(items: list[Item], at: int) -> tuple[Symbol, int] | None:
    quote = _get(items, at + 1)
    if quote is None or not _is_word(items[at]) or not _is_word(quote):
        return None
    known = items[at].symbol
    if known is not None and known.quote is None and quote.text in ("usd", "usdt", "usdc", "busd"):
        return known._replace(quote=quote.text.upper()), 2
    symbol = symbols.read_pair(items[at].text, quote.text)
    return (symbol, 2) if symbol else None


def _named(items: list[Item], at: int) -> tuple[Symbol, int] | None:
    """Two currency names with a mark or ``vs`` between them."""
    first, size = _currency_name(items, at)
    if not first:
        return None
    between = _get(items, at + size)
    skip = 1 if between and (between.text in _SEPARATORS or between.text in ("vs", "to", "against")) else 0
    second, more = _currency_name(items, at + size + skip)
    symbol = symbols.read_pair(first, second) if second else None
    return (symbol, size + skip + more) if symbol else None


def _currency_name(items: list[Item], at: int) -> tuple[str, int]:
    for size in (3, 2, 1):
        name = " ".join(item.text for item in items[at : at + size])
        if name in symbols.CURRENCY_NAMES and len(items[at : at + size]) == size:
            return symbols.CURRENCY_NAMES[name], size
    return "", 0


_NAMING = frozenset(
    ("pair", "coin", "symbol", "asset", "ticker", "instrument", "par", "монета", "parite", "币种", "ارز")
)
_SIDES = frozenset(("buy", "sell", "hint_buy", "hint_sell"))


_NOT_COINS = listed(
    "strong best fast quick good big safe easy great first last fresh super mega huge live top hot day pro ready "
    "premium breaking news idea altcoin altcoins defi meme gem pump moon daytrade alert chart bull bear trade "
    "trades trading trader only high low risky aggressive instant please again more right just never always back "
    "both note hello guys team room free call calls pips pip lots lot usd eur gbp jpy chf aud nzd cad try otc nfp "
    "fomc cpi gdp ath atl amd fvg bos choch ob smc ict poi imb ny asia london gmt utc est am pm mt4 mt5 fx ok yes "
    "no"
)
_LONGEST_BESIDE = 6


def unlisted(items: list[Item], text: str) -> Symbol | None:
    """A coin the lists do not have: tagged with ``#`` or ``$``, named by ``Coin:``, or in capitals beside the side."""
    words = [at for at, item in enumerate(items) if item.concept in ("word", "filler") and _may_be_coin(item, text)]
    for rule in (_is_tagged, _is_named, _is_beside_side):
        found = {items[at].text.upper() for at in words if rule(items, at, text)}
        if len(found) == 1:
            return Symbol(found.pop(), None, known=False)
        if found:
            return None
    return None


def _may_be_coin(item: Item, text: str) -> bool:
    raw = text[item.start : item.end]
    if not (raw.isascii() and raw.isalnum() and 2 <= len(raw) <= 10) or item.text in _NOT_COINS:
        return False
    return item.concept == "word" or raw.isupper()


def _is_tagged(items: list[Item], at: int, text: str) -> bool:
    tag = text[items[at].start - 1 : items[at].start]
    raw = text[items[at].start : items[at].end]
    is_coin = items[at].concept == "word" or items[at].text in _WORDLIKE
    return tag == "$" or (tag == "#" and raw.isupper() and is_coin)


def _is_named(items: list[Item], at: int, _text: str) -> bool:
    return at > 1 and items[at - 1].text == ":" and items[at - 2].text in _NAMING


def _is_beside_side(items: list[Item], at: int, text: str) -> bool:
    raw = text[items[at].start : items[at].end]
    if not raw.isupper() or len(raw) > _LONGEST_BESIDE or items[at].concept != "word":
        return False
    return any(item.concept in _SIDES for item in items[max(0, at - 1) : at + 2])
