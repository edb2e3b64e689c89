"""Sources beside Telegram, from the chat to the trade: over real HTTP, with the real bot behind Telegram's stand-in."""

from __future__ import annotations

import asyncio
import io
import re
import socket
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import aiohttp
import pytest

from bot.clock import SystemClock
from bot.inlets.feed import LOOK, Feeds
from bot.inlets.fetch import Fetched
from bot.inlets.signature import sign
from bot.simulator import Person
from engine.errors import Code, Mistake
from engine.ports import Clock
from engine.types import SourceMode
from storage.safe import Safe
from storage.unit_of_work import UnitOfWork
from storage.vault import KeyRing, Vault, new_key
from tests.clocks import ManualClock
from tests.invariants import check, keep_watch
from tests.stores import fresh_database
from tests.stories import posts
from tests.stories.town import PATIENCE, Town, open_town

FEED = "https://feed.example/rss"


@dataclass
class Feed:
    """A feed whose entries the story writes."""

    entries: list[tuple[str, str]] = field(default_factory=list)
    fault: Code | None = None
    looks: int = 0
    rested: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when everything that was due has been looked at."""

    async def fetch(self, address: str, *, etag: str | None = None, modified: str | None = None) -> Fetched:
        assert address == FEED
        self.looks += 1
        if self.fault is not None:
            raise Mistake(code=self.fault)
        items = "".join(
            f"<item><guid>{guid}</guid><description>{text}</description></item>" for guid, text in self.entries
        )
        body = f"<rss><channel><title>Alpha feed</title>{items}</channel></rss>".encode()
        return Fetched(body=body, etag=None, modified=None)


@dataclass
class Place:
    """A town with everything switched on."""

    town: Town
    feed: Feed
    port: int

    async def new_http(self, person: Person, name: str) -> str:
        """The address of a new source of this person."""
        await self._open(person)
        self.town.press(person, "HTTP")
        await self.town.hears(person, "What shall I call this source?")
        self.town.say(person, name)
        return re.findall(r"http\S+/s/\S+", await self.town.hears(person, f"{name} is ready"))[0]

    async def new_feed(self, person: Person) -> str:
        await self._open(person)
        self.town.press(person, "Feed")
        await self.town.hears(person, "Send me the address of the feed")
        self.town.say(person, FEED)
        return await self.town.hears(person, "I look at Alpha feed from now on")

    async def _open(self, person: Person) -> None:
        self.town.say(person, "/sources")
        await self.town.settled()
        self.town.press(person, "Other source")
        await self.town.hears(person, "Another source")

    async def looks(self, times: int = 1) -> None:
        """Let time pass until the feed was looked at so often again: looking is no work that a story waits for."""
        wanted = self.feed.looks + times
        while self.feed.looks < wanted:
            await self._moment()
        await self._moment()

    async def _moment(self) -> None:
        """Time waits until what fell due was looked at: an entry is as old as the look before it."""
        self.feed.rested.clear()
        await self.town.time_passes(LOOK)
        async with asyncio.timeout(PATIENCE):
            await self.feed.rested.wait()
        await self.town.settled()

    async def post(self, address: str, body: bytes | str, **headers: str) -> tuple[int, str]:
        data = body.encode() if isinstance(body, str) else body
        named = {"Content-Type": "text/plain"} | {key.replace("_", "-"): value for key, value in headers.items()}
        async with aiohttp.ClientSession() as session, session.post(address, data=data, headers=named) as answer:
            return answer.status, await answer.text()


def free_port() -> int:
    with socket.socket() as line:
        line.bind(("127.0.0.1", 0))
        port: int = line.getsockname()[1]
        return port


async def _open_place(
    folder: Path, clock: Clock, log: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Place]:
    port, feed = free_port(), Feed()
    look = Feeds.look

    async def noted(feeds: Feeds) -> None:
        await look(feeds)
        feed.rested.set()

    monkeypatch.setattr(Feeds, "look", noted)
    monkeypatch.setenv("SIGNALS_PORT", str(port))
    monkeypatch.setenv("SIGNALS_FEEDS", "true")
    database = await fresh_database(folder, clock)
    safe = Safe(database, Vault(KeyRing.parse(new_key("k1"))), clock)
    try:
        await keep_watch(database)
        async with open_town(database, clock, safe=safe, fetcher=feed) as town:
            yield Place(town=town, feed=feed, port=port)
            await town.settled()
            await check(database, town.simulator, log=log.getvalue())
    finally:
        await database.close()


@pytest.fixture
async def place(tmp_path: Path, log: io.StringIO, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Place]:
    async for place in _open_place(tmp_path, SystemClock(), log, monkeypatch):
        yield place


@pytest.fixture
async def still_place(tmp_path: Path, log: io.StringIO, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Place]:
    async for place in _open_place(tmp_path, ManualClock(), log, monkeypatch):
        yield place


async def test_a_post_over_http_is_asked_about_and_taken(place: Place) -> None:
    town = place.town
    ben, eve = await town.person("Ben"), await town.person("Eve")
    address = await place.new_http(ben, "My scripts")
    assert await place.post(address, posts.LONG_BTC) == (202, "")
    await town.hears(ben, "My scripts", "BTC/USDT")
    town.press(ben, "Take")
    await town.hears(ben, "opened")
    await town.settled()
    assert (await town.position(ben)).symbol == "BTC/USDT"
    assert not town.simulator.replies(eve)
    assert not await town.positions(eve)


async def test_the_same_delivery_twice_is_one_trade(place: Place) -> None:
    town = place.town
    ben = await town.person("Ben")
    address = await place.new_http(ben, "My scripts")
    await _set_auto(place, ben)
    for _ in range(3):
        assert await place.post(address, posts.LONG_BTC) == (202, "")
    await town.hears(ben, "opened")
    await town.settled()
    assert len(await town.positions(ben)) == 1
    assert not town.heard(ben, "not traded")  # one delivery, not three posts


async def test_an_alert_of_a_charting_site_is_read_field_by_field(place: Place) -> None:
    town = place.town
    ben = await town.person("Ben")
    address = await place.new_http(ben, "Charts")
    alert = '{"ticker": "BTCUSDT", "action": "buy", "price": 64000, "sl": 63680, "tp": 64800, "id": 7}'
    assert await place.post(address, alert, Content_Type="application/json") == (202, "")
    assert "64,800" in await town.hears(ben, "Charts", "BTC/USDT", "63,680")


async def test_with_a_secret_only_the_signed_are_let_in(place: Place) -> None:
    town = place.town
    ben = await town.person("Ben")
    address = await place.new_http(ben, "My scripts")
    town.press(ben, "I have it")
    await town.hears(ben, "Posts need no signature")
    town.press(ben, "Want signatures")
    secret = re.findall(r"[0-9a-f]{64}", await town.hears(ben, "The secret that signs"))[0]
    now = str(int(town.clock.now().timestamp()))
    body = posts.LONG_BTC.encode()
    refused = (401, '{"code": "bad_signature"}')
    assert await place.post(address, body) == refused
    assert await place.post(address, body, X_Timestamp=now, X_Signature=sign("0" * 64, now, body)) == refused
    assert await place.post(address, body + b" ", X_Timestamp=now, X_Signature=sign(secret, now, body)) == refused
    await town.settled()
    assert not town.heard(ben, "BTC/USDT")
    assert await place.post(address, body, X_Timestamp=now, X_Signature=sign(secret, now, body)) == (202, "")
    await town.hears(ben, "My scripts", "BTC/USDT")


async def test_a_new_address_ends_the_one_before(place: Place) -> None:
    town = place.town
    ben = await town.person("Ben")
    before = await place.new_http(ben, "My scripts")
    town.press(ben, "I have it")
    await town.hears(ben, "Posts need no signature")
    town.press(ben, "New address")
    await town.hears(ben, "stops working at once")
    town.press(ben, "Yes, a new address")
    after = re.findall(r"http\S+/s/\S+", await town.hears(ben, "This is the new address"))[0]
    assert after != before
    assert await place.post(before, posts.LONG_BTC) == (404, '{"code": "not_found"}')
    assert await place.post(after, posts.LONG_BTC) == (202, "")
    await town.hears(ben, "My scripts", "BTC/USDT")


async def test_what_stands_in_a_feed_is_old_and_what_comes_is_a_signal(still_place: Place) -> None:
    place, town = still_place, still_place.town
    ben = await town.person("Ben")
    place.feed.entries = [("1", posts.SHORT_GOLD)]
    assert "is old, and is not traded" in await place.new_feed(ben)
    await place.looks()
    assert not town.heard(ben, "XAU")
    place.feed.entries.insert(0, ("2", posts.LONG_BTC))
    await place.looks()
    await town.hears(ben, "Alpha feed", "BTC/USDT")
    assert not town.heard(ben, "XAU")
    await place.looks(times=4)
    assert len(town.heard(ben, "Alpha feed", "BTC/USDT")) == 1


async def test_a_feed_that_is_gone_is_given_up_and_told_once(still_place: Place) -> None:
    place, town = still_place, still_place.town
    ben = await town.person("Ben")
    await place.new_feed(ben)
    place.feed.fault = Code.FEED_SILENT
    await town.store.write(_failed_nine_times)
    await place.looks()
    assert "does not answer" in await town.hears(ben, "could not read this feed 10 times in a row")
    looks = place.feed.looks
    await town.time_passes(180, step=60)
    assert place.feed.looks == looks
    place.feed.fault = None
    town.press(ben, "Look again")
    await town.settled()
    await place.looks()
    assert len(town.heard(ben, "10 times in a row")) == 1


async def test_an_address_inside_is_no_feed(place: Place) -> None:
    town = place.town
    ben = await town.person("Ben")
    await place._open(ben)
    town.press(ben, "Feed")
    await town.hears(ben, "Send me the address of the feed")
    town.say(ben, "http://127.0.0.1:8080/rss")
    await town.hears(ben, "I cannot read that address")
    assert place.feed.looks == 0


def _failed_nine_times(tx: UnitOfWork) -> None:
    now = tx.clock.now()
    (inlet,) = tx.inlets.due(now + timedelta(hours=1))
    for _ in range(9):
        tx.inlets.missed(inlet.source_id, Code.FEED_SILENT, now)


async def _set_auto(place: Place, person: Person) -> None:
    user = place.town.users[person.id]

    def work(tx: UnitOfWork) -> None:
        (source,) = tx.channels.of_user(user.id)
        assert tx.channels.set_mode(user.id, source.id, SourceMode.AUTO)

    await place.town.store.write(work)
