"""Reader of channel messages: text → a trade, a change of a trade, noise, or a doubt."""

from __future__ import annotations

from engine.errors import Code
from engine.signals.formats import FORMATS, sheet
from engine.signals.gate import is_chatter
from engine.signals.message import Message
from engine.signals.values import PriceOf
from engine.types import Noise, Reading, Unclear

MAX_CHARACTERS = 4096
MOST_ITEMS = 600
"""Words and numbers of the longest message that is read; a signal has a hundred, and time is bounded this way."""


def read(
    text: str,
    *,
    price_of: PriceOf | None = None,
    default_quote: str | None = None,
    ignore_words: tuple[str, ...] = (),
) -> Reading:
    """Read one message as a careful human would.

    ``price_of(base, quote)`` may give the live price: it settles decimal and thousands marks and refuses prices far
    from the market. ``default_quote`` completes a symbol that is written without one. A message that holds one of
    ``ignore_words`` is noise. Never raises, whatever the text.
    """
    if len(text) > MAX_CHARACTERS:
        return Unclear(code=Code.UNCLEAR, found={"characters": str(len(text))})
    if ignore_words and any(word.lower() in text.lower() for word in ignore_words if word):
        return Noise(why="ignored word")
    post = Message(text, price_of, default_quote)
    whole = sheet.read(post)
    if whole is not None:
        return whole
    if is_chatter(text):
        return Noise(why="chatter")
    if len(text) > MOST_ITEMS and len(post.trade_items) > MOST_ITEMS:
        return Unclear(code=Code.UNCLEAR, found={"words": str(len(post.trade_items))})
    doubt: Noise | Unclear = Noise(why="no trade")
    for reader in FORMATS:
        reading = reader(post)
        if isinstance(reading, Noise) or (isinstance(reading, Unclear) and "missing" in reading.found):
            doubt = reading
        elif reading is not None:
            return reading
    return doubt
