"""The same signal from two channels: the first only, unless its owner wants both. One post is one signal always."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.desk.echo import same_trade
from engine.errors import Code
from engine.types import Direction, Entry, EntryPoint, ExecutionStatus, Role, SameSignal, SourceMode
from tests.desk.bench import LONG_BTC, Bench

OTHER_WORDS = "LONG #BTC/USDT entry 64030 stop 63100 target 65500"  # 0.05 % beside the entry of LONG_BTC


def entry(price: str | None = "64000", **changes: object) -> Entry:
    points = () if price is None else (EntryPoint(low=Decimal(price), high=Decimal(price)),)
    made = Entry(symbol_base="BTC", symbol_quote="USDT", direction=Direction.BUY, entries=points)
    return replace(made, **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("other", "same"),
    [
        pytest.param(entry(), True, id="itself"),
        pytest.param(entry("64064"), True, id="a-tenth-of-a-percent"),
        pytest.param(entry("64065"), False, id="a-little-more"),
        pytest.param(entry("63936"), True, id="a-tenth-below"),
        pytest.param(entry(None), False, id="at-the-market"),
        pytest.param(entry(symbol_quote=None), True, id="no-quote"),
        pytest.param(entry(symbol_quote="USDC"), False, id="another-quote"),
        pytest.param(entry(symbol_base="ETH"), False, id="another-coin"),
        pytest.param(entry(direction=Direction.SELL), False, id="the-other-side"),
    ],
)
def test_what_counts_as_the_same(other: Entry, same: bool) -> None:
    assert same_trade(entry(), other) is same


prices = st.none() | st.decimals(min_value="0.0001", max_value="100000", places=4).map(str)


@given(prices, prices)
def test_sameness_has_no_side(one: str | None, other: str | None) -> None:
    assert same_trade(entry(one), entry(other)) == same_trade(entry(other), entry(one))
    assert same_trade(entry(one), entry(one))


async def test_the_second_channel_is_told_and_not_traded(bench: Bench) -> None:
    ann = await bench.person("Ann")
    await bench.channel(ann, -1)
    beta = await bench.channel(ann, -2, name="Beta")
    assert len((await bench.take(bench.post())).executions) == 1
    assert (await bench.take(bench.post(OTHER_WORDS, chat_id=-2))).executions == []
    [receipt] = await bench.told(ann)
    assert (receipt["code"], receipt["details"], receipt["source"]) == (Code.SAME_SIGNAL, {"channel": "Alpha"}, "Beta")
    assert receipt["source_id"] == beta.id


async def test_who_wants_both_gets_both(bench: Bench) -> None:
    ann = await bench.person("Ann")
    for chat_id in (-1, -2):
        await bench.channel(ann, chat_id)
    await bench.want(ann, SameSignal.BOTH)
    for chat_id, text in ((-1, LONG_BTC), (-2, OTHER_WORDS)):
        assert len((await bench.take(bench.post(text, chat_id=chat_id))).executions) == 1


@pytest.mark.parametrize(
    ("minutes", "text", "traded"),
    [
        pytest.param(59, OTHER_WORDS, 1, id="within-the-hour"),
        pytest.param(60, OTHER_WORDS, 2, id="after-the-hour"),
        pytest.param(23 * 60, LONG_BTC, 1, id="the-same-words-within-the-day"),
        pytest.param(24 * 60, LONG_BTC, 2, id="the-same-words-after-the-day"),
    ],
)
async def test_how_long_it_counts(bench: Bench, minutes: int, text: str, traded: int) -> None:
    ann = await bench.person("Ann")
    for chat_id in (-1, -2):
        await bench.channel(ann, chat_id)
    await bench.take(bench.post())
    bench.now += timedelta(minutes=minutes)
    await bench.take(bench.post(text, chat_id=-2))
    assert await bench.traded_for(ann) == traded


async def test_what_was_refused_does_not_stand_in_the_way(bench: Bench) -> None:
    ann = await bench.person("Ann")
    for chat_id in (-1, -2):
        await bench.channel(ann, chat_id)
    [first] = (await bench.take(bench.post())).executions
    await bench.database.write(
        lambda tx: tx.executions.settle(first.id, ExecutionStatus.REJECTED, bench.now, code=Code.PRICE_BAND)
    )
    assert len((await bench.take(bench.post(OTHER_WORDS, chat_id=-2))).executions) == 1


async def test_anothers_channel_does_not_count(bench: Bench) -> None:
    ann, bob = await bench.person("Ann"), await bench.person("Bob")
    await bench.channel(ann, -1)
    await bench.channel(bob, -2)
    await bench.take(bench.post())
    await bench.take(bench.post(OTHER_WORDS, chat_id=-2))
    assert await bench.traded_for(bob) == 1 and await bench.told(bob) == []


@pytest.mark.parametrize("policy", SameSignal)
async def test_a_post_that_comes_by_two_roads_is_one_trade(bench: Bench, policy: SameSignal) -> None:
    """Followed privately and shared by an admin: two channels of ours, one channel of Telegram."""
    admin, ann = await bench.person("Ada", role=Role.ADMIN, accounts=0), await bench.person("Ann")
    await bench.channel(ann, mode=SourceMode.AUTO)
    shared = await bench.channel(admin, mode=SourceMode.AUTO, scope="global")
    assert await bench.choose(ann, shared, SourceMode.AUTO)
    await bench.want(ann, policy)
    await bench.take(bench.post())
    assert await bench.traded_for(ann) == 1
