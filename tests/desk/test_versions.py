"""However often a post comes, and in whatever order its versions: it is one signal at most, traded once at most."""

from __future__ import annotations

import itertools
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.types import Post, SameSignal, SourceMode
from tests.desk.bench import LONG_BTC, Bench

TEXTS = (
    LONG_BTC,
    LONG_BTC.replace("63000", "63500"),
    LONG_BTC.replace("66000", "67000"),
    LONG_BTC.replace("LONG", "SHORT"),
    LONG_BTC.replace("BTC", "SOL").replace("6", "1"),
    "Cancelled, sorry",
    "Good morning everyone! A quiet day so far",
)
VERSIONS = st.lists(
    st.tuples(st.sampled_from(TEXTS), st.none() | st.integers(1, 40), st.integers(0, 200)), min_size=1, max_size=7
)
"""Text, seconds after the post at which it was written (None: the post itself), seconds until it comes to us."""

_numbers = itertools.count(10)


@pytest.mark.parametrize("mode", [SourceMode.AUTO, SourceMode.ASK])
@given(versions=VERSIONS)
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_one_signal_at_most(
    bench: Bench, mode: SourceMode, versions: list[tuple[str, int | None, int]]
) -> None:  # fmt: skip
    number = next(_numbers)
    ann = bench.people.get("Ann") or await bench.person("Ann")
    await bench.want(ann, SameSignal.BOTH)
    await bench.channel(ann, -number, mode=mode, name=str(number))
    before, traded, start = len(await bench.signals()), await bench.traded_for(ann), bench.now
    posts = [_version(text, written, number, bench) for text, written, _ in versions]
    for post, (_, _, delay) in zip(posts, versions, strict=True):
        bench.now += timedelta(seconds=delay)
        await bench.take(post)
    bench.now = start
    assert len(await bench.signals()) - before <= 1
    assert await bench.traded_for(ann) - traded <= (1 if mode is SourceMode.AUTO else 0)
    assert await _kept(bench, number) == _newest(posts).text


def _version(text: str, written: int | None, number: int, bench: Bench) -> Post:
    at = None if written is None else bench.now + timedelta(seconds=written)
    return bench.post(text, chat_id=-number, message_id=number, edited=at is not None, edited_at=at)


def _newest(posts: list[Post]) -> Post:
    """The version written last; of those written in the same second, the one that came last."""
    newest = posts[0]
    for post in posts[1:]:
        if (post.edited_at or post.at) >= (newest.edited_at or newest.at):
            newest = post
    return newest


async def _kept(bench: Bench, number: int) -> str:
    source = next(s for s in await bench.database.read(lambda tx: tx.sources.following(-number)))
    [seen] = await bench.database.read(lambda tx: tx.messages.latest(source.id, 10))
    return seen.post.text
