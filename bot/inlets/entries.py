"""The entries of an RSS or Atom feed. Pure; a document that is no such feed, or declares entities, is refused.

Entities are how a small document becomes a large one, or one that holds what lies on our disk; no feed needs its own.
"""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from xml.parsers import expat

from bot.inlets.plain import plain

MOST = 200  # entries of one document, the first ones
LONGEST = 4096  # characters of a post, as in Telegram
DEEPEST = 64
_ENTRY = frozenset(("item", "entry"))
_ROOTS = frozenset(("rss", "feed", "rdf"))
_IDS = ("guid", "id", "link")
_TEXTS = ("encoded", "content", "description", "summary")
_DATES = ("published", "pubdate", "date", "updated")
_WANTED = frozenset((*_IDS, *_TEXTS, *_DATES, "title"))


class NotAFeed(Exception):
    """The document cannot be read as a feed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedEntry:
    """One entry. ``at`` is when it was published, if the feed says so."""

    id: str
    text: str
    at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedPage:
    """A feed as it was found: its name, and its entries as they stand in it, newest first as a rule."""

    title: str
    entries: tuple[FeedEntry, ...]


def read(document: bytes) -> FeedPage:
    """Raises NotAFeed."""
    reader = _Reader()
    try:
        reader.parser.Parse(document, True)
    except (expat.ExpatError, ValueError, LookupError) as fault:
        raise NotAFeed(str(fault)) from fault
    if reader.root not in _ROOTS:
        raise NotAFeed("neither RSS nor Atom")
    found = (_entry(raw) for raw in reader.entries)
    return FeedPage(title=plain(reader.title), entries=tuple(entry for entry in found if entry is not None))


def _entry(raw: dict[str, str]) -> FeedEntry | None:
    """None for one that cannot be told from the others, or says nothing."""
    known = next((raw[name].strip() for name in _IDS if raw.get(name, "").strip()), None)
    title = plain(raw.get("title", ""))
    text = next((plain(raw[name]) for name in _TEXTS if raw.get(name, "").strip()), "")
    whole = text if " ".join(text.split()).startswith(title.rstrip("…. ")) else f"{title}\n{text}"
    if known is None or not whole.strip():
        return None
    dates = (_date(raw[name]) for name in _DATES if name in raw)
    return FeedEntry(id=known, text=whole.strip()[:LONGEST], at=next((at for at in dates if at is not None), None))


def _date(text: str) -> datetime | None:
    """A date as RSS or as Atom writes it; one without a zone is in UTC."""
    for reads in (datetime.fromisoformat, parsedate_to_datetime):
        with contextlib.suppress(ValueError, TypeError, OverflowError, IndexError):
            at = reads(text.strip())
            return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    return None


@dataclass(slots=True)
class _Reader:
    """Collects the wanted texts of each entry while expat walks through the document."""

    root: str = ""
    title: str = ""
    entries: list[dict[str, str]] = field(default_factory=list)
    path: list[str] = field(default_factory=list)
    current: dict[str, str] | None = None
    words: list[str] = field(default_factory=list)
    parser: expat.XMLParserType = field(init=False)

    def __post_init__(self) -> None:
        self.parser = parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self.words.append
        parser.EntityDeclHandler = self._refuse
        parser.ExternalEntityRefHandler = self._refuse

    def _refuse(self, *_: object) -> int:
        raise NotAFeed("it declares entities")

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        local = name.rpartition(":")[2].lower()
        self.root = self.root or local
        self.path.append(local)
        if len(self.path) > DEEPEST:
            raise NotAFeed("too deep")
        if self.current is None and local in _ENTRY:
            self.current = {}
        if self._is_field():
            self.words.clear()
            if local == "link" and attributes.get("href") and attributes.get("rel", "alternate") == "alternate":
                self._keep(local, attributes["href"])

    def _end(self, _name: str) -> None:
        local = self.path[-1]
        if self.current is not None and local in _ENTRY and not self._inside():
            if len(self.entries) < MOST:
                self.entries.append(self.current)
            self.current = None
        elif self._is_field():
            self._keep(local, "".join(self.words))
        elif self.current is None and local == "title" and not self.title and len(self.path) <= 3:
            self.title = "".join(self.words)
        if self.current is None:
            self.words.clear()
        self.path.pop()

    def _inside(self) -> bool:
        """Within a part of an entry, such as the source it was taken from."""
        return any(part in _ENTRY for part in self.path[:-1])

    def _is_field(self) -> bool:
        """A wanted part that stands in the entry itself, not in a part of it."""
        return self.current is not None and len(self.path) > 1 and self.path[-2] in _ENTRY and self.path[-1] in _WANTED

    def _keep(self, name: str, text: str) -> None:
        if self.current is not None and not self.current.get(name, "").strip():
            self.current[name] = text
