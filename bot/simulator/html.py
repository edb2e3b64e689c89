"""Telegram's HTML (core.telegram.org/bots/api#html-style) into text and entities, with Telegram's complaints.

Not a browser's HTML: ``<`` always opens a tag, unknown tags are errors, tags must nest, and of the named
characters only ``&lt; &gt; &amp; &quot;`` are known.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from bot.simulator.entities import Entity, Formatted, in_order, utf16_length
from bot.simulator.errors import ApiError, bad_request

KINDS = {
    "b": "bold", "strong": "bold", "i": "italic", "em": "italic", "u": "underline", "ins": "underline",
    "s": "strikethrough", "strike": "strikethrough", "del": "strikethrough", "tg-spoiler": "spoiler",
    "span": "spoiler", "a": "text_link", "code": "code", "pre": "pre", "blockquote": "blockquote",
    "tg-emoji": "custom_emoji",
}  # fmt: skip
NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}

START = re.compile(r"<([a-zA-Z0-9-]*)((?:\s+[a-zA-Z-]+(?:\s*=\s*(?:\"[^\"]*\"|'[^']*'|[^\s>\"']+))?)*)\s*>")
END = re.compile(r"</([a-zA-Z0-9-]*)\s*>")
ATTRIBUTE = re.compile(r"([a-zA-Z-]+)(?:\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s>\"']+)))?")
CHARACTER = re.compile(r"&(?:#(\d{1,7});?|#[xX]([0-9a-fA-F]{1,6});?|([a-z]+);?)")


@dataclass(slots=True)
class Open:
    """A tag waiting for its end, and where its text began."""

    name: str
    attributes: dict[str, str]
    start: int


@dataclass(slots=True)
class Reader:
    """One pass over the source: ``text`` grows, ``stack`` holds the open tags."""

    source: str
    at: int = 0
    text: list[str] = field(default_factory=list)
    length: int = 0
    stack: list[Open] = field(default_factory=list)
    entities: list[Entity] = field(default_factory=list)

    def read(self) -> Formatted:
        while self.at < len(self.source):
            if self.source.startswith("</", self.at):
                self._close()
            elif self.source[self.at] == "<":
                self._open()
            else:
                self._character()
        if self.stack:
            raise _broken(f'Can\'t find end tag corresponding to start tag "{self.stack[-1].name}"')
        return Formatted("".join(self.text), in_order(dict.fromkeys(self.entities)))

    def _character(self) -> None:
        char, self.at = _character(self.source, self.at)
        self.text.append(char)
        self.length += utf16_length(char)

    def _open(self) -> None:
        match = START.match(self.source, self.at)
        if match is None:
            raise _broken(f"Unclosed start tag at byte offset {self._bytes()}")
        name = match[1].lower()
        attributes = {found[1].lower(): _attribute(found) for found in ATTRIBUTE.finditer(match[2])}
        if name not in KINDS or (name == "span" and attributes.get("class") != "tg-spoiler"):
            raise _broken(f'Unsupported start tag "{name}" at byte offset {self._bytes()}')
        self.stack.append(Open(name, attributes, self.length))
        self.at = match.end()

    def _close(self) -> None:
        match = END.match(self.source, self.at)
        if match is None:
            raise _broken(f"Unclosed end tag at byte offset {self._bytes()}")
        if not self.stack:
            raise _broken(f"Unexpected end tag at byte offset {self._bytes()}")
        tag, name = self.stack.pop(), match[1].lower()
        if name and name != tag.name:
            wrong = f'expected "</{tag.name}>", found "</{name}>"'
            raise _broken(f"Unmatched end tag at byte offset {self._bytes()}, {wrong}")
        self.at = match.end()
        if self.length > tag.start:
            self._mark(tag)

    def _mark(self, tag: Open) -> None:
        inside = "".join(self.text).encode("utf-16-le")[tag.start * 2 :].decode("utf-16-le")
        kind, extra = _meaning(tag, inside)
        length = self.length - tag.start
        if tag.name == "code" and self.stack and self.stack[-1].name == "pre" and "class" in tag.attributes:
            self.stack[-1].attributes["language"] = tag.attributes["class"].removeprefix("language-")
        elif kind:
            self.entities.append(Entity(kind=kind, offset=tag.start, length=length, extra=extra))

    def _bytes(self) -> int:
        return len(self.source[: self.at].encode())


def parse_html(source: str) -> Formatted:
    """Raises ApiError 400 "can't parse entities" as Telegram words it."""
    return Reader(source).read()


def _meaning(tag: Open, inside: str) -> tuple[str, tuple[tuple[str, Any], ...]]:
    """Kind and extras of the entity this tag makes; no kind for a link that leads nowhere."""
    kind = KINDS[tag.name]
    if tag.name == "a":
        return _link(tag.attributes.get("href") or inside)
    if tag.name == "pre" and "language" in tag.attributes:
        return kind, (("language", tag.attributes["language"]),)
    if tag.name == "blockquote" and "expandable" in tag.attributes:
        return "expandable_blockquote", ()
    if tag.name == "tg-emoji":
        return kind, (("custom_emoji_id", tag.attributes.get("emoji-id", "")),)
    return kind, ()


def _link(target: str) -> tuple[str, tuple[tuple[str, Any], ...]]:
    if user := re.fullmatch(r"tg://user\?id=(\d+)", target):
        return "text_mention", (("user_id", int(user[1])),)
    if re.match(r"(https?|tg|ton)://\S", target):
        return "text_link", (("url", target),)
    if re.fullmatch(r"[\w-]+(\.[\w-]+)+(/\S*)?", target):
        return "text_link", (("url", f"http://{target}"),)
    return "", ()


def _attribute(found: re.Match[str]) -> str:
    raw = found[2] or found[3] or found[4] or ""
    out, at = [], 0
    while at < len(raw):
        char, at = _character(raw, at)
        out.append(char)
    return "".join(out)


def _character(source: str, at: int) -> tuple[str, int]:
    """The character at this place, with ``&...;`` read; an ampersand that names nothing is itself."""
    match = CHARACTER.match(source, at)
    if match is None:
        return source[at], at + 1
    if match[3]:
        name = match[3]
        return (NAMED[name], match.end()) if name in NAMED else ("&", at + 1)
    code = int(match[1]) if match[1] else int(match[2], 16)
    printable = 0 < code < 0x110000 and not 0xD800 <= code < 0xE000
    return (chr(code), match.end()) if printable else ("&", at + 1)


def _broken(reason: str) -> ApiError:
    return bad_request(f"can't parse entities: {reason}")
