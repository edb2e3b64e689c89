"""Telegram's HTML: safe pieces of it, its plain reading, and its division into pages of at most 4096 units.

Telegram counts a message in UTF-16 units (https://core.telegram.org/method/messages.sendMessage, "message").
"""

from __future__ import annotations

import html
import re

LIMIT = 4096
_FOOTER = len("\n\n(999/999)")
_TAG = re.compile(
    r"</?(?:a|b|blockquote|code|del|em|i|ins|pre|s|span|strike|strong|tg-emoji|tg-spoiler|u)(?:\s[^<>]*)?>"
)
_TOKEN = re.compile(rf"{_TAG.pattern}|&#?\w{{1,8}};|.", re.DOTALL)
_STEERING = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A)])


class Html(str):
    """Text that is already HTML: it is not escaped a second time when it becomes part of another text."""

    __slots__ = ()


def escaped(value: object) -> Html:
    """The value as text that reads literally in HTML, without characters that turn the reading direction around."""
    return value if isinstance(value, Html) else Html(html.escape(str(value).translate(_STEERING)))


def plain(text: str) -> str:
    """The text as a reader sees it: no tags, entities resolved."""
    return html.unescape(_TAG.sub("", text))


def units(text: str) -> int:
    """Length in UTF-16 units: characters beyond the basic plane count twice."""
    return len(text) + sum(ch > "\uffff" for ch in text)


def pages(text: str, limit: int = LIMIT) -> tuple[str, ...]:
    """The text in numbered pages of at most ``limit`` units, cut at line ends where possible, tags balanced on each."""
    if units(text) <= limit:
        return (text,)
    sheets = _Sheets(limit - _FOOTER)
    for line in text.split("\n"):
        sheets.add_line(line)
    done = sheets.finish()
    return tuple(f"{sheet}\n\n({n}/{len(done)})" for n, sheet in enumerate(done, 1))


class _Sheets:
    """Fills one page after the other; what is open at a page's end is closed there and opened again on the next."""

    def __init__(self, room: int) -> None:
        self._room = room
        self._done: list[str] = []
        self._open: list[str] = []
        self._start()

    def add_line(self, line: str) -> None:
        tokens = _TOKEN.findall(line)
        if not self._fresh:
            if self._fits([*"\n", *tokens]):
                tokens.insert(0, "\n")
            else:
                self._turn()
        for token in tokens:
            if not self._fits([token]):
                self._turn()
            self._put(token)

    def finish(self) -> list[str]:
        self._turn()
        return self._done

    def _start(self) -> None:
        self._page = list(self._open)
        self._used = sum(map(units, self._page))
        self._fresh = True

    def _turn(self) -> None:
        if not self._fresh:
            self._done.append("".join([*self._page, *_closers(self._open)]))
            self._start()

    def _put(self, token: str) -> None:
        self._page.append(token)
        self._used += units(token)
        self._open = _opened(self._open, token)
        self._fresh = False

    def _fits(self, tokens: list[str]) -> bool:
        after = self._open
        for token in tokens:
            after = _opened(after, token)
        needed = sum(map(units, tokens)) + sum(map(units, _closers(after)))
        return self._used + needed <= self._room


def _opened(stack: list[str], token: str) -> list[str]:
    """The tags open after this token, outermost first."""
    if not _TAG.fullmatch(token):
        return stack
    return stack[:-1] if token.startswith("</") else [*stack, token]


def _closers(stack: list[str]) -> list[str]:
    return [f"</{tag.strip('<>').split()[0]}>" for tag in reversed(stack)]
