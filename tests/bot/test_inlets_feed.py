"""Feeds: what is read of a document, what is fetched and from where, and which entries become posts."""

from __future__ import annotations

import asyncio
import datetime as dt
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from ipaddress import ip_address
from pathlib import Path
from xml.sax.saxutils import escape

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from hypothesis import given
from hypothesis import strategies as st

from bot.inlets import entries, fetch, number_of
from bot.inlets.entries import MOST, FeedEntry, NotAFeed
from bot.inlets.feed import GIVEN_UP_AFTER, Feeds, note_all
from bot.inlets.fetch import LARGEST, Fetched, Fetcher, checked, is_public
from bot.inlets.plain import plain
from engine.errors import Code, Mistake
from engine.inlets import InletKind, InletPost
from engine.types import Role
from storage.database import Database
from storage.unit_of_work import UnitOfWork
from tests.clocks import NOON, ManualClock
from tests.stores import fresh_database

ADDRESS = "https://feed.example/rss"

# --- reading -----------------------------------------------------------------------------------------

RSS = """<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/">
<channel><title>Alpha &amp; Co</title><link>https://a.example</link>
<image><title>Logo</title></image>
<item><title>BTC long</title><guid isPermaLink="false">g-2</guid><link>https://a.example/2</link>
  <description>short</description>
  <content:encoded><![CDATA[<p>BTC long</p><p>Entry: <b>64000</b><br>SL 63680</p><script>x()</script>]]>
  </content:encoded>
  <pubDate>Sat, 21 Nov 2026 11:58:00 +0100</pubDate></item>
<item><title>Good morning</title><link>https://a.example/1</link></item>
<item><description>no name at all</description></item>
<item><guid>empty</guid></item>
</channel></rss>"""

ATOM = """<feed xmlns="http://www.w3.org/2005/Atom"><title type="html">Beta</title>
<entry><title>ETH</title><id>urn:1</id><updated>2026-11-21T10:00:00Z</updated>
  <published>2026-11-21T09:00:00Z</published>
  <link rel="self" href="https://b.example/self"/><link href="https://b.example/1"/>
  <source><id>urn:other</id><title>Elsewhere</title></source>
  <content type="html">&lt;div&gt;BUY ETH&lt;br/&gt;SL 3050&lt;/div&gt;</content></entry>
<entry><title>Linked</title><link rel="alternate" href="https://b.example/2"/></entry>
</feed>"""


def test_rss() -> None:
    page = entries.read(RSS.encode())
    assert page.title == "Alpha & Co"
    assert page.entries == (
        FeedEntry(id="g-2", text="BTC long\nEntry: 64000\nSL 63680", at=datetime(2026, 11, 21, 10, 58, tzinfo=UTC)),
        FeedEntry(id="https://a.example/1", text="Good morning", at=None),
    )


def test_atom() -> None:
    page = entries.read(ATOM.encode())
    assert page.title == "Beta"
    assert page.entries == (
        FeedEntry(id="urn:1", text="ETH\nBUY ETH\nSL 3050", at=datetime(2026, 11, 21, 9, tzinfo=UTC)),
        FeedEntry(id="https://b.example/2", text="Linked", at=None),
    )


BOMB = '<!DOCTYPE r [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><rss>&b;</rss>'
OUTSIDE = (
    '<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]><rss><channel><item><guid>&x;</guid></item></channel></rss>'
)
PARAMETER = '<!DOCTYPE r [<!ENTITY % p SYSTEM "http://127.0.0.1/x">%p;]><rss/>'


@pytest.mark.parametrize(
    "document",
    [BOMB, OUTSIDE, PARAMETER, "", "<rss>", "<html><item/></html>", "{}", "<a>" * 70 + "</a>" * 70,
     '<?xml version="1.0" encoding="nonsense"?><rss/>'],
    ids=["bomb", "file", "parameter", "empty", "cut", "page", "json", "deep", "encoding"],
)  # fmt: skip
def test_what_is_no_feed_is_refused(document: str) -> None:
    with pytest.raises(NotAFeed):
        entries.read(document.encode())


def test_entries_of_one_document_are_limited() -> None:
    items = "".join(f"<item><guid>{n}</guid><title>{n}</title></item>" for n in range(MOST + 50))
    assert len(entries.read(f"<rss><channel>{items}</channel></rss>".encode()).entries) == MOST


@given(
    document=st.binary(max_size=400) | st.text(max_size=200).map(lambda t: f"<rss>{t}</rss>".encode("utf-8", "ignore"))
)
def test_any_document_is_a_feed_or_refused(document: bytes) -> None:
    try:
        page = entries.read(document)
    except NotAFeed:
        return
    assert all(entry.id and entry.text for entry in page.entries)


WORDS = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Cn", "Co")), min_size=1, max_size=60)


@given(guid=WORDS, text=WORDS)
def test_what_is_written_as_text_is_read_as_that_text(guid: str, text: str) -> None:
    html = escape(escape(text))
    document = (
        f"<rss><channel><item><guid>{escape(guid)}</guid><description>{html}</description></item></channel></rss>"
    )
    words = " ".join(text.split())
    found = entries.read(document.encode()).entries
    assert [entry.text for entry in found] == ([words] if words and guid.strip() else [])


@given(html=st.text(max_size=200))
def test_html_never_fails_and_leaves_no_blank_line(html: str) -> None:
    assert "" not in plain(html).split("\n")[1:]


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("a<br>b", "a\nb"),
        ("<style>p{}</style><p>BUY&nbsp;BTC</p>", "BUY BTC"),
        ("<table><tr><td>SL</td><td>63680</td></tr></table>", "SL 63680"),
        ("entry 5 < 6 & 7", "entry 5 < 6 & 7"),
        ("&#128200; long", "📈 long"),
    ],
)
def test_html_is_read_as_a_person_would(html: str, text: str) -> None:
    assert plain(html) == text


# --- where it may be fetched -------------------------------------------------------------------------

INSIDE = [
    "127.0.0.1", "127.9.9.9", "0.0.0.0", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1",
    "224.0.0.1", "255.255.255.255", "240.0.0.1", "192.0.2.1", "198.18.0.1", "::1", "::", "fe80::1", "fe80::1%eth0",
    "fc00::1", "fd00:ec2::254", "ff02::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::",
    "2002:a00:1::", "2001::1", "fec0::1", "2001:db8::1", "64:ff9b:1::1",
]  # fmt: skip


@pytest.mark.parametrize("address", INSIDE)
def test_addresses_inside(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["93.184.216.34", "8.8.8.8", "2606:2800:220:1::1", "::ffff:8.8.8.8"])
def test_addresses_outside(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "address",
    ["http://a.example/x", "ftp://a.example", "file:///etc/passwd", "a.example/x", "", "https://", "https:///x",
     "https://user@a.example", "https://u:p@a.example", "https://a.example:0/", "https://a.example:99999/",
     "https://[::1", "https://127.0.0.1\\@a.example/", "https://a.example%2f@b/", "https://１２７.0.0.1/",
     "https://a.example/" + "x" * 500],
)  # fmt: skip
def test_addresses_that_are_none(address: str) -> None:
    with pytest.raises(Mistake) as refused:
        checked(address)
    assert refused.value.code is Code.FEED_ADDRESS


def test_an_address_is_kept_without_what_a_server_never_sees() -> None:
    assert checked(" https://a.example:8443/x?y=1#part ") == "https://a.example:8443/x?y=1"


async def _code(fetching: Awaitable[object]) -> Code | None:
    with pytest.raises(Mistake) as refused:
        await fetching
    return refused.value.code


@pytest.mark.parametrize("answers", [["127.0.0.1"], ["8.8.8.8", "10.0.0.1"], ["::ffff:169.254.169.254"], []])
async def test_a_name_that_leads_inside_is_not_read(answers: list[str]) -> None:
    async def look_up(host: str, port: int) -> tuple[str, ...]:
        assert (host, port) == ("feed.example", 443)
        return tuple(answers)

    assert await _code(Fetcher(look_up=look_up).fetch(ADDRESS)) is Code.FEED_ADDRESS


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "[::1]", "0x7f.1", "2130706433", "127.1", "169.254.169.254", "localhost"]
)
async def test_every_spelling_of_this_machine_is_inside(host: str) -> None:
    assert await _code(Fetcher().fetch(f"https://{host}/")) is Code.FEED_ADDRESS


# --- fetching, over real TLS -------------------------------------------------------------------------


@cache
def _certificate() -> tuple[bytes, bytes]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "feed.example")])
    today = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(today - dt.timedelta(days=1))
        .not_valid_after(today + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("feed.example")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return made.public_bytes(serialization.Encoding.PEM), secret


@dataclass
class Site:
    """A server on this machine, to which ``feed.example`` leads."""

    fetcher: Fetcher
    address: str
    requests: list[web.BaseRequest] = field(default_factory=list)


@asynccontextmanager
async def site(folder: Path, answer: Callable[[web.Request], Awaitable[web.StreamResponse]]) -> AsyncIterator[Site]:
    public, secret = _certificate()
    (folder / "public.pem").write_bytes(public)
    (folder / "secret.pem").write_bytes(secret)
    here = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    here.load_cert_chain(folder / "public.pem", folder / "secret.pem")
    there = ssl.create_default_context(cadata=public.decode())
    seen: list[web.BaseRequest] = []

    async def handle(request: web.Request) -> web.StreamResponse:
        seen.append(request)
        return await answer(request)

    async def look_up(host: str, port: int) -> tuple[str, ...]:
        return ("127.0.0.1",)

    app = web.Application()
    app.router.add_get("/{path:.*}", handle)
    async with TestServer(app, scheme="https") as server:
        await server.close()
        runner = web.AppRunner(app)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=here).start()
        port = runner.addresses[0][1]
        loopback = Fetcher(look_up=look_up, allowed=lambda ip: ip_address(ip).is_loopback, tls=there)
        yield Site(fetcher=loopback, address=f"https://feed.example:{port}/rss", requests=seen)
        await runner.cleanup()


async def test_the_document_and_what_its_server_wants_to_hear_again(tmp_path: Path) -> None:
    async def answer(request: web.Request) -> web.Response:
        if request.headers.get("If-None-Match") == '"v1"':
            return web.Response(status=304)
        return web.Response(body=RSS.encode(), headers={"ETag": '"v1"', "Last-Modified": "yesterday"})

    async with site(tmp_path, answer) as there:
        fetched = await there.fetcher.fetch(there.address)
        assert fetched == Fetched(body=RSS.encode(), etag='"v1"', modified="yesterday")
        assert await there.fetcher.fetch(there.address, etag='"v1"', modified="yesterday") is None
        assert there.requests[1].headers["If-Modified-Since"] == "yesterday"
        assert there.requests[0].headers["Host"].startswith("feed.example")


async def test_a_redirect_is_not_followed(tmp_path: Path) -> None:
    async def answer(request: web.Request) -> web.Response:
        moved = request.path == "/moved"
        return web.Response(body=RSS.encode()) if moved else web.Response(status=302, headers={"Location": "/moved"})

    async with site(tmp_path, answer) as there:
        assert await _code(there.fetcher.fetch(there.address)) is Code.FEED_SILENT
        assert len(there.requests) == 1


@pytest.mark.parametrize("size", [LARGEST, LARGEST + 1])
async def test_one_mebibyte_and_not_a_byte_more(tmp_path: Path, size: int) -> None:
    async def answer(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        await response.write(b"a" * size)
        return response

    async with site(tmp_path, answer) as there:
        if size > LARGEST:
            assert await _code(there.fetcher.fetch(there.address)) is Code.FEED_UNREADABLE
        else:
            fetched = await there.fetcher.fetch(there.address)
            assert fetched is not None
            assert len(fetched.body) == size


async def test_what_comes_packed_is_not_unpacked(tmp_path: Path) -> None:
    async def answer(request: web.Request) -> web.Response:
        assert request.headers["Accept-Encoding"] == "identity"
        return web.Response(body=b"\x1f\x8b", headers={"Content-Encoding": "gzip"})

    async with site(tmp_path, answer) as there:
        assert await _code(there.fetcher.fetch(there.address)) is Code.FEED_UNREADABLE


async def test_a_server_that_says_nothing_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    held = asyncio.Event()

    async def answer(request: web.Request) -> web.Response:
        await held.wait()
        return web.Response()

    monkeypatch.setattr(fetch, "PATIENCE", 0.2)
    async with site(tmp_path, answer) as there:
        assert await _code(there.fetcher.fetch(there.address)) is Code.FEED_SILENT
        held.set()


async def test_a_certificate_that_nobody_vouches_for_is_not_believed(tmp_path: Path) -> None:
    async def answer(request: web.Request) -> web.Response:
        return web.Response(body=RSS.encode())

    async with site(tmp_path, answer) as there:
        there.fetcher._tls = None
        assert await _code(there.fetcher.fetch(there.address)) is Code.FEED_SILENT
        assert there.requests == []


# --- which entries become posts ----------------------------------------------------------------------


@dataclass
class Scripted:
    """A fetcher whose answers the test writes."""

    document: str = "<rss/>"
    fault: Code | None = None
    unchanged: bool = False
    looks: int = 0

    async def fetch(self, address: str, *, etag: str | None = None, modified: str | None = None) -> Fetched | None:
        self.looks += 1
        if self.fault is not None:
            raise Mistake(code=self.fault)
        return None if self.unchanged else Fetched(body=self.document.encode(), etag='"e"', modified=None)

    def shows(self, *items: tuple[str, datetime | None]) -> None:
        """Entries, newest first, each with when it was published."""

        def item(name: str, at: datetime | None) -> str:
            date = f"<pubDate>{at.isoformat()}</pubDate>" if at else ""
            return f"<item><guid>{name}</guid><title>post {name}</title>{date}</item>"

        self.document = f"<rss><channel>{''.join(item(*each) for each in items)}</channel></rss>"


class Rig:
    def __init__(self, store: Database, clock: ManualClock) -> None:
        self.store, self.clock, self.fetcher = store, clock, Scripted()
        self.told = self.kept = 0
        self.feeds = Feeds(store=store, clock=clock, fetcher=self.fetcher, kept=self._keep, told=self._tell)  # type: ignore[arg-type]

    def _keep(self) -> None:
        self.kept += 1

    def _tell(self) -> None:
        self.told += 1

    async def follow(self) -> None:
        page, fetched = await self.feeds.first_look(ADDRESS)

        def work(tx: UnitOfWork) -> tuple[int, int]:
            now = self.clock.now()
            ann = tx.people.enroll(1, "ann", "en", Role.USER, now)
            source = tx.inlets.add(ann, InletKind.FEED, "Feed", number_of("feed"), now, address=ADDRESS)
            note_all(tx, source.id, page, fetched, now)
            return ann.id, source.id

        self.ann, self.source = await self.store.write(work)

    async def look(self, after: float = 60) -> list[str]:
        """What is waiting to be taken after another look; it is taken then."""
        await self.clock.advance(after)
        await self.feeds.look()
        posts = await self.waiting()
        now = self.clock.now()
        await self.store.write(lambda tx: [tx.inlets.done(post.id, now) for post in posts])
        return [post.text.removeprefix("post ") for post in posts]

    async def waiting(self) -> list[InletPost]:
        return list(await self.store.read(lambda tx: tx.inlets.waiting()))


@pytest.fixture
async def rig(tmp_path: Path) -> AsyncIterator[Rig]:
    clock = ManualClock()
    store = await fresh_database(tmp_path, clock)
    yield Rig(store, clock)
    await store.close()


async def test_the_first_look_takes_nothing_and_the_next_only_what_is_new(rig: Rig) -> None:
    rig.fetcher.shows(("2", NOON), ("1", None))
    await rig.follow()
    assert await rig.look() == []
    rig.fetcher.shows(
        ("4", NOON + timedelta(seconds=90)), ("3", NOON + timedelta(seconds=70)), ("2", NOON), ("1", None)
    )
    assert await rig.look() == ["3", "4"]
    assert await rig.look() == []
    assert rig.kept == 1


async def test_once_a_minute_and_no_more_often(rig: Rig) -> None:
    await rig.follow()
    looks = rig.fetcher.looks
    for _ in range(11):
        await rig.look(5)
    assert rig.fetcher.looks == looks
    await rig.look(5)
    assert rig.fetcher.looks == looks + 1


async def test_a_post_has_the_time_of_its_entry_but_never_one_to_come(rig: Rig) -> None:
    rig.fetcher.shows(("1", NOON))
    await rig.follow()
    rig.fetcher.shows(("3", NOON + timedelta(days=1)), ("2", NOON - timedelta(hours=3)), ("1", NOON))
    await rig.clock.advance(60)
    await rig.feeds.look()
    assert [post.posted_at for post in await rig.waiting()] == [NOON - timedelta(hours=3), rig.clock.now()]


async def test_without_a_date_it_may_be_as_old_as_the_last_look(rig: Rig) -> None:
    """After an outage such an entry is late, and is offered instead of traded."""
    rig.fetcher.shows(("1", None))
    await rig.follow()
    before = rig.clock.now()
    rig.fetcher.shows(("2", None), ("1", None))
    await rig.clock.advance(7200)
    await rig.feeds.look()
    (post,) = await rig.waiting()
    assert post.posted_at == before


async def test_a_feed_that_renames_its_entries_posts_nothing_old(rig: Rig) -> None:
    rig.fetcher.shows(("2", None), ("1", None))
    await rig.follow()
    rig.fetcher.shows(("b", None), ("a", None))
    assert await rig.look() == []
    rig.fetcher.shows(("c", None), ("b", None), ("a", None))
    assert await rig.look() == ["c"]


async def test_unchanged_is_no_failure_and_forgets_nothing(rig: Rig) -> None:
    rig.fetcher.shows(("1", None))
    await rig.follow()
    rig.fetcher.unchanged = True
    assert await rig.look() == []
    inlet = await rig.store.read(lambda tx: tx.inlets.of_source(rig.ann, rig.source))
    assert inlet is not None
    assert (inlet.etag, inlet.failures, inlet.looked_at) == ('"e"', 0, rig.clock.now())


async def test_it_is_looked_at_less_often_and_given_up_at_last(rig: Rig) -> None:
    await rig.follow()
    rig.fetcher.fault = Code.FEED_SILENT
    looks = rig.fetcher.looks
    pauses = []
    for _ in range(GIVEN_UP_AFTER):
        inlet = await rig.store.read(lambda tx: tx.inlets.of_source(rig.ann, rig.source))
        assert inlet is not None
        assert inlet.due_at is not None
        pauses.append((inlet.due_at - rig.clock.now()).total_seconds())
        await rig.look(pauses[-1])
    assert pauses == [60, 60, 120, 240, 480, 960, 1920, 3600, 3600, 3600]
    assert rig.fetcher.looks == looks + GIVEN_UP_AFTER
    assert rig.told == 1
    await rig.look(86400)
    assert rig.fetcher.looks == looks + GIVEN_UP_AFTER
    now = rig.clock.now()
    assert await rig.store.write(lambda tx: tx.inlets.look_again(rig.ann, rig.source, now))
    rig.fetcher.fault = None
    rig.fetcher.shows(("1", now))
    assert await rig.look(5) == ["1"]


async def test_one_answer_in_between_and_the_count_begins_anew(rig: Rig) -> None:
    await rig.follow()
    for fault in [*[Code.FEED_SILENT] * 9, None, *[Code.FEED_UNREADABLE] * 9]:
        rig.fetcher.fault = fault
        await rig.look(3600)
    assert rig.told == 0


async def test_a_page_that_is_no_feed_is_a_failure(rig: Rig) -> None:
    await rig.follow()
    rig.fetcher.document = BOMB
    await rig.look()
    inlet = await rig.store.read(lambda tx: tx.inlets.of_source(rig.ann, rig.source))
    assert inlet is not None
    assert (inlet.failures, inlet.error) == (1, Code.FEED_UNREADABLE)


async def test_a_feed_that_is_removed_meanwhile_is_no_fault(rig: Rig) -> None:
    await rig.follow()
    (inlet,) = await rig.store.read(lambda tx: tx.inlets.due(NOON + timedelta(days=1)))
    await rig.store.write(lambda tx: tx.channels.remove(rig.ann, rig.source))
    for fault in (None, Code.FEED_SILENT):
        rig.fetcher.fault = fault
        rig.fetcher.shows(("9", NOON))
        await rig.feeds._look_at(inlet, asyncio.Semaphore(1))
    assert rig.told == 0
    assert await rig.waiting() == []
