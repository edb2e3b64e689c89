"""Text as it was posted → the same text in plain letters, with the marks a reader needs kept.

Styled letters, keycaps, superscripts, full-width forms, Arabic and Persian digits, accents and traditional Chinese
are folded to one spelling; pictures that carry meaning become one of ``MARKS``; every other picture becomes a space.
What could make the eye and the machine read different things is reported by name and never repaired.
"""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

from engine.signals.thousands import joined

UP, DOWN, GREEN, RED, BLUE, CHECK, CROSS, STOP_SIGN, GOAL, ARROW, BULLET = "▲▼◉●◎✔✘⊗◇→•"
MARKS = frozenset((UP, DOWN, GREEN, RED, BLUE, CHECK, CROSS, STOP_SIGN, GOAL, ARROW, BULLET))

_PICTURES = {
    UP: "📈↗⬆⤴🔼🐂🐮▲",
    DOWN: "📉↘⬇⤵🔽🐻▼",
    GREEN: "🟢🟩💚",
    RED: "🔴🟥🔻",
    BLUE: "🔵🟦🔹🔷",
    CHECK: "✅✔☑",
    CROSS: "❌✖❎🚫",
    STOP_SIGN: "🛑⛔",
    GOAL: "🎯",
    ARROW: "→➡➝➜➔➞⇒➤»►▶",
    BULLET: "•●▪◾◼·∙⋅‣◦⚫⚪",
    "-": "–—−‑‒―﹣~～〜〰",
    "'": "’‘ʼ`´",
    " ": "½¼¾⅓⅔⅛",
    "空": "🈳",
    "\n": "\r\v\f\x85\u2028\u2029",
    ", ": "、",
    ",": "،",
    ".": "。․٫",
}
_SMALL_CAPITALS = dict(zip("ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘǫʀꜱᴛᴜᴠᴡʏᴢ", "abcdefghijklmnopqrstuvwyz", strict=True))
_LATIN = ("đĐłŁøØı", "dDlLoOi")
_CYRILLIC = ("ёЁ", "еЕ")
_ARABIC = ("أإآٱىيكة", "ا" * 4 + "ی" * 2 + "که")
_TRADITIONAL = (
    "訊號掛單價損開倉現補減點場進標槓桿黃動設預幣關離後漲買賣總險達觸發輕將區間擬勢盤當約從寬併執虧圖頭筆續據讓覺較類測訂",
    "讯号挂单价损开仓现补减点场进标杠杆黄动设预币关离后涨买卖总险达触发轻将区间拟势盘当约从宽并执亏图头笔续据让觉较类测订",
)
_ONE_SPELLING = {
    letter: folded
    for letters, plain_ones in (_LATIN, _CYRILLIC, _ARABIC, _TRADITIONAL)
    for letter, folded in zip(letters, plain_ones, strict=True)
}
_SHORTCODES = {
    "chart_with_downwards_trend": DOWN,
    "chart_with_upwards_trend": UP,
    "arrow_down": DOWN,
    "arrow_up": UP,
    "white_check_mark": CHECK,
    "heavy_check_mark": CHECK,
    "x": CROSS,
}

_HIDDEN = re.compile(r"[A-Za-z0-9][\u00ad\u0300-\u036f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]+[A-Za-z0-9]")
_OVERRIDE = re.compile(r"[\u202d\u202e]")
_STRUCK = re.compile(r"[A-Za-z0-9][\u0335-\u0338\u20d2\u20e5\u20eb]")
_UNREADABLE = "\ufffd"
_TWO_ALPHABETS = re.compile(r"[A-Za-z][\u0370-\u052f]|[\u0370-\u052f][A-Za-z]")
_SUSPECTS = (("hidden characters", _HIDDEN), ("reversed text", _OVERRIDE), ("struck out", _STRUCK))
_KEYCAP = re.compile(r"([0-9])\ufe0f?\u20e3")
_BOXED = re.compile(r"[\U0001f150-\U0001f169\U0001f170-\U0001f189]{2,}")
_SHORTCODE = re.compile(r"(?<![a-z]):([a-z]{1,20}(?:_[a-z]{1,20}){0,4}):")
_LINK = re.compile(r"(?:https?://|www\.|t\.me/)\S+", re.IGNORECASE)
_MENTION = re.compile(r"(?<!\S)@[A-Za-z][A-Za-z0-9_]{4,}")
_TENTHS = re.compile("([一二两三四五六七八九1-9])成(?![本交功绩就])")
_TENTH = {digit: str(number) for number, digit in enumerate("一二三四五六七八九", 1)} | {"两": "2"}
_FOREIGN = 0x80


class Plain(NamedTuple):
    """Readable text; ``suspect`` names what a forger could have hidden in it, empty when nothing was."""

    text: str
    suspect: str


def plain(text: str) -> Plain:
    """Fold ``text`` to plain letters; case is kept, because an unknown coin is told from a word by its capitals."""
    suspect = ""
    if not text.isascii():
        text = unicodedata.normalize("NFC", text)
        suspect = _suspect(text)
        text = _KEYCAP.sub(r"\1) ", text)
        text = _BOXED.sub(lambda run: "".join(map(_unbox, run.group())), text)
        text = text.translate(_TABLE)
        suspect = suspect or _suspect_letters(text)
        text = _TENTHS.sub(lambda tenths: f"{_TENTH.get(tenths.group(1), tenths.group(1))}0%", text)
    return Plain(joined(_drop_addresses(text)), suspect)


def _suspect(text: str) -> str:
    return next((name for name, pattern in _SUSPECTS if pattern.search(text)), "")


def _suspect_letters(text: str) -> str:
    if _UNREADABLE in text:
        return "foreign digits"
    return "two alphabets in one word" if _TWO_ALPHABETS.search(text) else ""


def _unbox(letter: str) -> str:
    return chr(ord("A") + (ord(letter) - 0x1F150) % 32)


def _drop_addresses(text: str) -> str:
    """Links, mentions and picture codes say nothing about a trade, and their digits must not be read as prices."""
    if "/" in text:
        text = _LINK.sub(" ", text)
    if "@" in text:
        text = _MENTION.sub(" ", text)
    if ":" in text:
        text = _SHORTCODE.sub(lambda code: _SHORTCODES.get(code.group(1), " "), text)
    return text


class _Table(dict[int, str]):
    """Translation of one character at a time, worked out when it is first met."""

    def __missing__(self, code: int) -> str:
        folded = chr(code) if code < _FOREIGN else _fold(chr(code))
        self[code] = folded
        return folded


def _fold(character: str) -> str:
    category = unicodedata.category(character)
    if category == "Nd":
        return _digit(character)
    if category == "No":
        return _index(character)
    if category[0] == "L":
        return _letter(character)
    if category in ("Ps", "Pi"):
        return "("
    if category in ("Pe", "Pf"):
        return ")"
    if category == "Sc":
        return "$"
    if category in ("Mn", "Me", "Cf"):
        return ""
    compatible = unicodedata.normalize("NFKC", character)
    return compatible if compatible.isascii() and compatible.isprintable() else " "


def _digit(character: str) -> str:
    """Latin digits in any style, Arabic and Persian ones; those of other scripts are not read."""
    digit = unicodedata.normalize("NFKC", character)
    if digit.isascii():
        return digit
    return str(unicodedata.decimal(character)) if "ARABIC-INDIC" in unicodedata.name(character) else _UNREADABLE


def _index(character: str) -> str:
    """A superscript stays with its label (``TP¹`` → ``TP1``); a circled digit is a list mark (``➊`` → ``1)``)."""
    digits = str(int(unicodedata.numeric(character)))
    superscript = unicodedata.decomposition(character).startswith("<super>")
    return f"{digits} " if superscript else f" {digits}) "


def _letter(character: str) -> str:
    letters = unicodedata.normalize("NFKC", character)
    if letters != character:
        return "".join(_TABLE[ord(each)] for each in letters)
    stem = unicodedata.normalize("NFD", character)[0]
    return stem if stem.isascii() else character


_TABLE = _Table()
_TABLE.update({ord(picture): mark for mark, pictures in _PICTURES.items() for picture in pictures})
_TABLE.update({ord(letter): plain_one for letter, plain_one in (_SMALL_CAPITALS | _ONE_SPELLING).items()})
