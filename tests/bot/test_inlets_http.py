"""Posts over HTTP, against a real server and a real database: who is let in, what is kept, and what is said of it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp.test_utils import TestClient, TestServer
from hypothesis import given
from hypothesis import strategies as st

from bot.inlets import body as bodies
from bot.inlets import number_of, signature, token_hash
from bot.inlets.body import LARGEST
from bot.inlets.http import OF_A_SOURCE, OF_AN_ADDRESS, Doorway
from bot.inlets.pump import Pump
from bot.inlets.signature import is_fresh, is_signed, sign
from engine.inlets import SECRET, InletKind, InletPost
from engine.types import Post, Role
from storage.database import Database
from storage.safe import Safe
from storage.unit_of_work import UnitOfWork
from storage.vault import KeyRing, Vault, new_key
from tests.clocks import NOON, ManualClock
from tests.stores import fresh_database

TOKEN = "a" * 43
KEY = "k" * 64


class Door:
    """A server with one source of Ann's behind it, and one of Bob's that nobody posts to."""

    def __init__(self, store: Database, clock: ManualClock, safe: Safe) -> None:
        self.store, self.clock, self.safe = store, clock, safe
        self.rung = 0
        self.doorway = Doorway(store=store, clock=clock, safe=safe, kept=self._ring, host="127.0.0.1", port=0)

    def _ring(self) -> None:
        self.rung += 1

    async def furnish(self) -> None:
        def work(tx: UnitOfWork) -> tuple[int, int]:
            ann = tx.people.enroll(1, "ann", "en", Role.USER, NOON)
            bob = tx.people.enroll(2, "bob", "en", Role.USER, NOON)
            for user, token in ((ann, TOKEN), (bob, "b" * 43)):
                tx.inlets.add(
                    user, InletKind.HTTP, "Script", number_of(token), NOON, token_hash=token_hash(token)
                )  # fmt: skip
            (source,) = tx.channels.of_user(ann.id)
            return ann.id, source.id

        self.ann, self.source = await self.store.write(work)
        self.client = TestClient(TestServer(self.doorway.application()))
        await self.client.start_server()

    async def want_signatures(self) -> None:
        sealed = self.safe.seal(self.ann, self.source, {SECRET: KEY})
        await self.store.write(lambda tx: tx.inlets.set_sealed(self.ann, self.source, sealed))

    async def post(
        self, body: str | bytes = "BUY BTC", *, token: str = TOKEN, json_: bool = False, **headers: str
    ) -> tuple[int, str | None]:
        """Status and code of the answer; an answer without a body has no code."""
        data = body.encode() if isinstance(body, str) else body
        named = {"Content-Type": "application/json" if json_ else "text/plain"}
        named |= {name.replace("_", "-"): value for name, value in headers.items()}
        answer = await self.client.post(f"/s/{token}", data=data, headers=named)
        said = await answer.text()
        if not said:
            return answer.status, None
        assert list(json.loads(said)) == ["code"]
        return answer.status, json.loads(said)["code"]

    async def signed(self, body: str = "BUY BTC", *, at: int = 0, **changes: str) -> tuple[int, str | None]:
        timestamp = str(int(self.clock.now().timestamp()) + at)
        headers = {"X_Timestamp": timestamp, "X_Signature": sign(KEY, timestamp, body.encode())}
        return await self.post(body, **(headers | changes))

    async def kept(self) -> list[InletPost]:
        return list(await self.store.read(lambda tx: tx.inlets.waiting()))

    async def texts(self) -> list[str]:
        return [post.text for post in await self.kept()]


@pytest.fixture
async def door(tmp_path: Path) -> AsyncIterator[Door]:
    clock = ManualClock()
    store = await fresh_database(tmp_path, clock)
    door = Door(store, clock, Safe(store, Vault(KeyRing.parse(new_key("k1"))), clock))
    await door.furnish()
    yield door
    await door.client.close()
    await store.close()


# --- what is kept ------------------------------------------------------------------------------------


async def test_202_means_that_it_is_on_disk(door: Door) -> None:
    assert await door.post("BUY BTC") == (202, None)
    (post,) = await door.kept()
    assert (post.source_id, post.text, post.posted_at) == (door.source, "BUY BTC", door.clock.now())
    assert post.chat_id == number_of(TOKEN) < -(1 << 52)  # no chat of Telegram
    assert door.rung == 1


async def test_what_is_not_written_is_not_promised(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    async def full(_: Any) -> Any:
        raise OSError("disk is full: BUY BTC")

    monkeypatch.setattr(door.store, "write", full)
    assert await door.post("BUY BTC") == (503, "unavailable")
    assert door.rung == 0


async def test_an_id_makes_a_post_one_for_ever(door: Door) -> None:
    for text in ("BUY BTC", "BUY BTC", "SELL ETH"):
        assert await door.post(json.dumps({"id": 17, "text": text}), json_=True) == (202, None)
        await door.clock.advance(86400)
    assert await door.texts() == ["BUY BTC"]


async def test_ids_are_told_apart_and_belong_to_their_source(door: Door) -> None:
    for name in ("17", 18, "18 "):
        await door.post(json.dumps({"id": name, "text": "BUY BTC"}), json_=True)
    await door.post(json.dumps({"id": "17", "text": "BUY BTC"}), json_=True, token="b" * 43)
    posts = await door.kept()
    assert len(posts) == 4
    assert len({post.chat_id for post in posts}) == 2


async def test_without_an_id_the_same_within_five_minutes_is_one(door: Door) -> None:
    for pause in (299, 1, 0):
        await door.post("BUY BTC")
        await door.clock.advance(pause)
    assert len(await door.texts()) == 2


async def test_many_at_once_of_the_same_are_one(door: Door) -> None:
    answers = await asyncio.gather(*(door.post('{"id": "x", "text": "BUY BTC"}', json_=True) for _ in range(20)))
    assert set(answers) == {(202, None)}
    assert await door.texts() == ["BUY BTC"]


# --- who is let in -----------------------------------------------------------------------------------


@pytest.mark.parametrize("token", ["", "c" * 43, TOKEN[:-1], TOKEN + "a", "%2e%2e", "é"])
async def test_an_address_that_nobody_has(door: Door, token: str) -> None:
    assert await door.post(token=token) == (404, "not_found")
    assert (await door.client.post("/", data=b"BUY")).status == 404
    assert await door.kept() == []


async def test_only_post(door: Door) -> None:
    for method in ("GET", "PUT", "DELETE", "PATCH", "OPTIONS"):
        answer = await door.client.request(method, f"/s/{TOKEN}")
        assert (answer.status, answer.headers["Allow"]) == (405, "POST")
        assert await answer.json() == {"code": "not_allowed"}


async def test_a_source_that_is_gone_takes_nothing(door: Door) -> None:
    await door.post("BUY BTC")
    await door.store.write(lambda tx: tx.channels.remove(door.ann, door.source))
    assert await door.post("SELL BTC") == (404, "not_found")
    assert await door.kept() == []


async def test_a_signature_is_needed_once_it_is_wanted(door: Door) -> None:
    await door.want_signatures()
    assert await door.post() == (401, "bad_signature")
    assert await door.signed(X_Signature="") == (401, "bad_signature")
    assert await door.signed(X_Signature="sha256=" + "0" * 64) == (401, "bad_signature")
    assert await door.signed(X_Signature="sha256=é") == (401, "bad_signature")
    assert await door.signed(X_Timestamp=str(int(door.clock.now().timestamp()) + 1)) == (401, "bad_signature")
    unprefixed = sign(KEY, "1", b"BUY BTC").removeprefix("sha256=")
    assert await door.signed(X_Timestamp="1", X_Signature=unprefixed) == (401, "bad_signature")
    assert await door.kept() == []
    assert await door.signed() == (202, None)
    assert await door.texts() == ["BUY BTC"]


async def test_the_time_itself_has_to_be_a_number(door: Door) -> None:
    await door.want_signatures()
    for timestamp in ("", "now", "1e9", "-5", "9" * 13, "١٢٣"):
        mac = sign(KEY, timestamp, b"BUY BTC")
        assert await door.post(X_Timestamp=timestamp, X_Signature=mac) == (
            401,
            "bad_signature" if timestamp else "too_old",
        )


@pytest.mark.parametrize(("off", "status"), [(-301, 401), (-300, 202), (300, 202), (301, 401)])
async def test_what_was_signed_long_ago_is_not_taken(door: Door, off: int, status: int) -> None:
    await door.want_signatures()
    assert (await door.signed(at=off))[0] == status


async def test_a_signed_request_again_is_no_second_post(door: Door) -> None:
    await door.want_signatures()
    timestamp = str(int(door.clock.now().timestamp()))
    mac = sign(KEY, timestamp, b"BUY BTC")
    for _ in range(3):
        assert await door.post(X_Timestamp=timestamp, X_Signature=mac) == (202, None)
    assert await door.texts() == ["BUY BTC"]
    await door.clock.advance(301)
    assert await door.post(X_Timestamp=timestamp, X_Signature=mac) == (401, "too_old")
    assert await door.signed() == (202, None)  # the same words, signed anew, are another post
    assert await door.texts() == ["BUY BTC", "BUY BTC"]


async def test_without_the_master_key_nobody_is_let_in(door: Door) -> None:
    await door.want_signatures()
    other = Safe(door.store, Vault(KeyRing.parse(new_key("k2"))), door.clock)
    for safe in (None, other):
        blind = Doorway(store=door.store, clock=door.clock, safe=safe, kept=door._ring, host="127.0.0.1", port=0)
        async with TestClient(TestServer(blind.application())) as client:
            answer = await client.post(f"/s/{TOKEN}", data=b"BUY", headers={"Content-Type": "text/plain"})
            assert (answer.status, await answer.json()) == (503, {"code": "key_lost"})


async def test_a_secret_opens_for_its_own_source_only(door: Door) -> None:
    await door.want_signatures()
    inlet = await door.store.read(lambda tx: tx.inlets.of_source(door.ann, door.source))
    assert inlet is not None
    assert KEY not in str(inlet.sealed)
    bob = await door.store.read(lambda tx: tx.people.by_chat(2))
    assert bob is not None
    (others,) = await door.store.read(lambda tx: tx.channels.of_user(bob.id))
    await door.store.write(lambda tx: tx.inlets.set_sealed(bob.id, others.id, inlet.sealed))
    assert await door.post(token="b" * 43) == (503, "key_lost")


async def test_a_new_master_key_seals_the_secret_anew(door: Door) -> None:
    old, new = new_key("old"), new_key("new")
    sealed = Safe(door.store, Vault(KeyRing.parse(old)), door.clock).seal(door.ann, door.source, {SECRET: KEY})
    await door.store.write(lambda tx: tx.inlets.set_sealed(door.ann, door.source, sealed))
    both = Safe(door.store, Vault(KeyRing.parse(f"{new},{old}")), door.clock)
    assert (await both.rotate()).sources == 1
    assert (await both.rotate()).sources == 0
    door.doorway._safe = Safe(door.store, Vault(KeyRing.parse(new)), door.clock)
    assert await door.signed() == (202, None)
    lost = Safe(door.store, Vault(KeyRing.parse(new_key("third"))), door.clock)
    assert (await lost.rotate()).unreadable_sources == (door.source,)


async def test_a_clock_that_is_ahead_makes_no_second_post(door: Door) -> None:
    """A request signed ahead of our time is fresh for longer than the same body counts as the same delivery."""
    await door.want_signatures()
    timestamp = str(int(door.clock.now().timestamp()) + 200)
    mac = sign(KEY, timestamp, b"BUY BTC")
    for _ in range(2):
        assert await door.post(X_Timestamp=timestamp, X_Signature=mac) == (202, None)
        await door.clock.advance(450)
    assert await door.texts() == ["BUY BTC"]


# --- how much ----------------------------------------------------------------------------------------


async def test_64_kib_and_not_a_byte_more(door: Door) -> None:
    assert await door.post(b"a" * LARGEST) == (202, None)
    assert await door.post(b"a" * (LARGEST + 1)) == (413, "too_large")

    async def endless() -> AsyncIterator[bytes]:
        for _ in range(LARGEST // 1024 + 1):
            yield b"a" * 1024

    answer = await door.client.post(f"/s/{TOKEN}", data=endless(), headers={"Content-Type": "text/plain"})
    assert (answer.status, await answer.json()) == (413, {"code": "too_large"})


@pytest.mark.parametrize(
    "kind", ["text/html", "application/xml", "multipart/form-data", "application/octet-stream", ""]
)
async def test_two_types_and_no_other(door: Door, kind: str) -> None:
    assert await door.post(Content_Type=kind) == (415, "bad_input")


async def test_a_packed_body_is_not_unpacked(door: Door) -> None:
    assert await door.post(Content_Encoding="deflate") == (415, "bad_input")


async def test_a_source_has_its_pace_and_others_do_not_feel_it(door: Door) -> None:
    for number in range(OF_A_SOURCE):
        assert (await door.post(f"BUY BTC {number}"))[0] == 202
    assert await door.post("one more") == (429, "too_many")
    assert (await door.post("BUY ETH", token="b" * 43))[0] == 202
    await door.clock.advance(60)
    assert (await door.post("later"))[0] == 202


async def test_who_guesses_addresses_is_slowed_down(door: Door) -> None:
    for number in range(OF_AN_ADDRESS):
        assert (await door.post(token=f"guess{number}", X_Forwarded_For="1.1.1.1, 9.9.9.9"))[0] == 404
    assert await door.post(X_Forwarded_For="8.8.8.8, 9.9.9.9") == (429, "too_many")
    assert await door.post(X_Forwarded_For="9.9.9.9, 1.1.1.1") == (202, None)
    for number in range(OF_AN_ADDRESS):
        await door.post(token="guess", X_Forwarded_For=f"2a00:1:2:3::{number:x}")
    assert await door.post(X_Forwarded_For="2a00:1:2:3:ffff::1") == (429, "too_many")


# --- nothing is said ---------------------------------------------------------------------------------


async def test_no_answer_repeats_what_was_sent(door: Door) -> None:
    for body in ("<script>x</script>", "{", "[1]", '{"id": []}', '{"id": true, "text": "a"}', "", " \n"):
        status, code = await door.post(body, json_=True)
        assert (status, code) == (400, "bad_input")
    assert await door.post(b"\xff\xfe") == (400, "bad_input")
    assert await door.kept() == []


@given(
    body=st.binary(max_size=300)
    | st.text(max_size=80).map(lambda text: json.dumps({"text": text, "id": text}).encode())
)
def test_any_body_is_a_text_or_nothing(body: bytes) -> None:
    for kind in ("text/plain", "application/json"):
        found = bodies.read(body, kind)
        assert found is None or (found.text and found.text == found.text.strip())


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ('{"text": "BUY BTC"}', "BUY BTC"),
        ('{"message": " BUY BTC ", "text": "no"}', "BUY BTC"),
        ('{"content": "", "data": "SELL"}', "SELL"),
        (
            '{"ticker": "BTCUSDT", "action": "buy", "message": "hi"}',
            '{"ticker": "BTCUSDT", "action": "buy", "message": "hi"}',
        ),
        ('{"price": 5}', '{"price": 5}'),
    ],
)
def test_where_the_text_is(body: str, text: str) -> None:
    found = bodies.read(body.encode(), "application/json")
    assert found is not None
    assert found.text == text


def test_deep_json_and_long_numbers_are_no_posts() -> None:
    assert bodies.read(b'{"a":' * 20_000, "application/json") is None
    assert bodies.read(b'{"id": ' + b"9" * 5000 + b', "text": "a"}', "application/json") is None
    assert bodies.read(b'{"id": "' + b"9" * 201 + b'", "text": "a"}', "application/json") is None


@given(secret=st.text(max_size=40), body=st.binary(max_size=100), at=st.integers(0, 10**11), flip=st.integers(0, 63))
def test_one_changed_digit_spoils_a_signature(secret: str, body: bytes, at: int, flip: int) -> None:
    secret = secret.encode("utf-8", "ignore").decode()
    mac = sign(secret, str(at), body)
    assert is_signed(secret, str(at), body, mac)
    place = len("sha256=") + flip
    changed = mac[:place] + ("0" if mac[place] != "0" else "1") + mac[place + 1 :]
    assert not is_signed(secret, str(at), body, changed)
    assert not is_signed(secret, str(at), body + b"x", mac)
    assert not is_signed(secret, str(at + 1), body, mac)
    assert not is_signed(secret + "x", str(at), body, mac)


def test_time_and_body_cannot_change_places() -> None:
    assert sign("s", "12", b"3.BUY") != sign("s", "123", b"BUY")
    assert not is_fresh("nonsense", NOON)
    assert signature.WINDOW == 300


# --- from the disk to the desk -----------------------------------------------------------------------


class Desk:
    def __init__(self, store: Database, *, faults: int = 0) -> None:
        self.store, self.faults = store, faults
        self.posts: list[Post] = []

    async def take(self, post: Post) -> None:
        if self.faults:
            self.faults -= 1
            raise OSError("not now")
        self.posts.append(post)


async def _pumped(pump: Pump, clock: ManualClock) -> None:
    running = asyncio.get_running_loop().create_task(pump.run())
    for _ in range(8):
        await clock.advance(1)
        await asyncio.sleep(0.02)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


async def test_what_a_crash_left_is_taken_at_the_next_start_once_and_in_order(door: Door) -> None:
    for text in ("one", "two", "three"):
        await door.post(text)
    desk = Desk(door.store)
    pump = Pump(store=door.store, clock=door.clock, take=desk.take)
    await _pumped(pump, door.clock)
    assert [post.text for post in desk.posts] == ["one", "two", "three"]
    assert [post.message_id for post in desk.posts] == sorted({post.message_id for post in desk.posts})
    assert {post.chat_id for post in desk.posts} == {number_of(TOKEN)}
    await _pumped(Pump(store=door.store, clock=door.clock, take=desk.take), door.clock)
    assert len(desk.posts) == 3
    assert await door.kept() == []


async def test_a_post_that_fails_is_tried_again_and_stops_nobody(door: Door) -> None:
    await door.post("one")
    desk = Desk(door.store, faults=2)
    pump = Pump(store=door.store, clock=door.clock, take=desk.take)
    await _pumped(pump, door.clock)
    assert [post.text for post in desk.posts] == ["one"]
    desk.faults = 3
    await door.post("two")
    await door.post("three")
    await _pumped(pump, door.clock)
    assert [post.text for post in desk.posts] == ["one", "three"]


async def test_once_taken_only_its_identity_is_kept(door: Door) -> None:
    await door.post('{"id": 1, "text": "BUY BTC"}', json_=True)
    (post,) = await door.kept()
    await door.store.write(lambda tx: tx.inlets.done(post.id, NOON + timedelta(minutes=1)))
    await door.post('{"id": 1, "text": "BUY BTC"}', json_=True)
    assert await door.kept() == []
    left = await door.store.read(lambda tx: tx.connection.exec_driver_sql("SELECT text FROM inlet_posts").all())
    assert [row[0] for row in left] == [None]


# --- whose it is -------------------------------------------------------------------------------------


async def test_nobody_sees_or_changes_the_source_of_another(door: Door) -> None:
    bob = await door.store.read(lambda tx: tx.people.by_chat(2))
    assert bob is not None

    def tried(tx: UnitOfWork) -> list[object]:
        return [
            tx.inlets.of_source(bob.id, door.source),
            tx.inlets.set_token(bob.id, door.source, token_hash("stolen")),
            tx.inlets.set_sealed(bob.id, door.source, {SECRET: "mine"}),
            tx.inlets.look_again(bob.id, door.source, NOON),
        ]

    assert await door.store.write(tried) == [None, False, False, False]
    assert await door.post(token="stolen") == (404, "not_found")
    assert await door.post() == (202, None)
