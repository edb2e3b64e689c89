"""HTML as the plain text that a person would see. Pure."""

from __future__ import annotations

from html.parser import HTMLParser

_HIDDEN = frozenset(("script", "style", "head", "template", "noscript"))
_BREAKS = frozenset(
    ("br", "p", "div", "li", "tr", "table", "ul", "ol", "blockquote", "pre", "h1", "h2", "h3", "h4", "h5", "h6", "hr")
)


def plain(html: str) -> str:
    """Lines without markup; a text that has none stays as it is. Blank lines and spaces at the ends are left out."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    lines = (" ".join(line.split()) for line in "".join(reader.found).splitlines())
    return "\n".join(line for line in lines if line)


class _Reader(HTMLParser):
    """Keeps what is seen: a new line for what begins one, and nothing of what a page hides."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002 - its signature
        self._hidden += tag in _HIDDEN
        self._break(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in _HIDDEN and self._hidden:
            self._hidden -= 1
        self._break(tag)

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.found.append(data)

    def _break(self, tag: str) -> None:
        if tag in _BREAKS:
            self.found.append("\n")
        elif tag in ("td", "th"):
            self.found.append(" ")
