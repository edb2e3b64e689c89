"""Looks at feeds for new entries. Each new one becomes a post; what stood there at the first look does not.

A feed is looked at once a minute while it answers, less often while it does not, and not at all after ten failures
in a row, which its owner is told.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

import structlog

from bot.inlets import entries, fingerprint
from bot.inlets.entries import FeedEntry, FeedPage, NotAFeed
from bot.inlets.fetch import Fetched, Fetcher
from bot.ports import BotTx, Store
from engine.errors import Code, Mistake
from engine.events import FeedLost
from engine.inlets import Arrival, Inlet
from engine.ports import Clock

EVERY = timedelta(minutes=1)
LONGEST_PAUSE = timedelta(hours=1)
GIVEN_UP_AFTER = 10
LOOK = 5.0  # seconds between two looks at whose turn it is
AT_ONCE = 8
_log = structlog.get_logger(__name__)


class Feeds:
    """``kept`` is called after posts were committed, ``told`` after somebody is owed a message."""

    def __init__(
        self, *, store: Store, clock: Clock, fetcher: Fetcher, kept: Callable[[], None], told: Callable[[], None]
    ) -> None:  # fmt: skip
        self._store, self._clock, self._fetcher = store, clock, fetcher
        self._kept, self._told = kept, told

    async def run(self) -> None:
        """Look until cancelled."""
        while True:
            await self.look()
            await self._clock.sleep(LOOK)

    async def look(self) -> None:
        """Look at every feed whose turn it is."""
        now, few = self._clock.now(), asyncio.Semaphore(AT_ONCE)
        due = await self._store.read(lambda tx: tx.inlets.due(now))
        async with asyncio.TaskGroup() as group:
            for inlet in due:
                group.create_task(self._look_at(inlet, few))

    async def first_look(self, address: str) -> tuple[FeedPage, Fetched]:
        """What stands at an address that is new to us. Raises Mistake."""
        fetched = await self._fetcher.fetch(address)
        if fetched is None:
            raise Mistake(code=Code.FEED_SILENT)
        return await _page(fetched.body), fetched

    async def _look_at(self, inlet: Inlet, few: asyncio.Semaphore) -> None:
        async with few:
            try:
                await self._read(inlet)
            except Mistake as fault:
                await self._missed(inlet, fault.code or Code.FEED_SILENT)
            except Exception:  # one feed never stops the others
                _log.exception("feed failed", source=inlet.source_id)
                await self._missed(inlet, Code.FEED_UNREADABLE)

    async def _read(self, inlet: Inlet) -> None:
        fetched = await self._fetcher.fetch(inlet.address or "", etag=inlet.etag, modified=inlet.modified)
        page = None if fetched is None else await _page(fetched.body)
        work = partial(keep_new, inlet=inlet, page=page, fetched=fetched, now=self._clock.now())
        if await self._store.write(work):
            self._kept()

    async def _missed(self, inlet: Inlet, code: Code) -> None:
        _log.warning("feed not read", source=inlet.source_id, code=code, failures=inlet.failures + 1)
        now = self._clock.now()
        if await self._store.write(partial(note_missed, inlet=inlet, code=code, now=now)):
            self._told()


async def _page(document: bytes) -> FeedPage:
    """In a thread of its own: a large document takes tens of milliseconds, in which orders would wait."""
    try:
        return await asyncio.to_thread(entries.read, document)
    except NotAFeed:
        raise Mistake(code=Code.FEED_UNREADABLE) from None


# --- what is written down ----------------------------------------------------------------------------


def keep_new(tx: BotTx, inlet: Inlet, page: FeedPage | None, fetched: Fetched | None, now: datetime) -> int:
    """Keep the entries that were not there before; how many will be taken."""
    etag, modified = (inlet.etag, inlet.modified) if fetched is None else (fetched.etag, fetched.modified)
    tx.inlets.looked(inlet.source_id, now, now + EVERY, etag=etag, modified=modified)
    found = () if page is None else page.entries
    known = tx.inlets.known(inlet.source_id, map(key_of, found))
    new = [entry for entry in reversed(found) if key_of(entry) not in known]
    dated = [entry for entry in new if entry.at is not None]
    # Without a date and without a neighbour that we know, nothing says that it is new: the feed may have been renamed.
    taken = new if known else dated
    posts = [_arrival(entry, inlet, now) for entry in sorted(taken, key=lambda e: e.at or _since(inlet, now))]
    passed = [_arrival(entry, inlet, now) for entry in new if entry not in taken]
    tx.inlets.receive(inlet.source_id, passed, now, done=True)
    return tx.inlets.receive(inlet.source_id, posts, now)


def note_all(tx: BotTx, source_id: int, page: FeedPage, fetched: Fetched, now: datetime) -> None:
    """The first look: what stands there is known from now on, and none of it is taken."""
    arrivals = [
        Arrival(key=key_of(entry), digest=fingerprint(entry.text.encode("utf-8", "replace")), text="", at=now)
        for entry in page.entries
    ]
    tx.inlets.receive(source_id, arrivals, now, done=True)
    tx.inlets.looked(source_id, now, now + EVERY, etag=fetched.etag, modified=fetched.modified)


def note_missed(tx: BotTx, inlet: Inlet, code: Code, now: datetime) -> bool:
    """Whether its owner is told that we no longer look at it."""
    is_last = inlet.failures + 1 >= GIVEN_UP_AFTER
    pause = min(EVERY * 2**inlet.failures, LONGEST_PAUSE)
    failures = tx.inlets.missed(inlet.source_id, code, None if is_last else now + pause)
    source = tx.sources.get(inlet.source_id)
    if not is_last or source is None:
        return False
    event = FeedLost(source=source.name, source_id=source.id, code=code, failures=failures)
    tx.outbox.tell(inlet.owner_id, event, key=f"feed_lost:{source.id}:{now.isoformat()}", now=now)
    return True


def key_of(entry: FeedEntry) -> str:
    return fingerprint(b"entry", entry.id.encode("utf-8", "surrogatepass"))


def _arrival(entry: FeedEntry, inlet: Inlet, now: datetime) -> Arrival:
    at = min(entry.at or _since(inlet, now), now)
    digest = fingerprint(entry.text.encode("utf-8", "replace"))
    return Arrival(key=key_of(entry), digest=digest, text=entry.text, at=at)


def _since(inlet: Inlet, now: datetime) -> datetime:
    """An entry without a date may be as old as our last look at the feed."""
    return inlet.looked_at or now
