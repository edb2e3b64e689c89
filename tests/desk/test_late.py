"""After an outage: late signals are told of in one message and offered, never executed by themselves."""

from __future__ import annotations

from datetime import timedelta

from engine.desk.late import OFFERED, waiting
from engine.errors import Code
from engine.types import Refusal
from tests.desk.bench import LONG_BTC, Bench

COINS = ("SOL", "XRP", "ADA", "LINK", "DOT", "LTC", "BNB", "ETH", "BTC", "DOGE")


def words(coin: str) -> str:
    return LONG_BTC.replace("BTC", coin)


async def backlog(bench: Bench, *coins: str) -> None:
    for number, coin in enumerate(coins, 1):
        post = bench.post(words(coin), message_id=number, at=bench.now - timedelta(hours=1))
        taken = await bench.take(post)
        assert taken.executions == [] and len(taken.late) == 1


async def test_one_message_offers_the_newest(bench: Bench) -> None:
    ann = await bench.person("Ann")
    source = await bench.channel(ann)
    await backlog(bench, *COINS)
    assert await bench.told(ann) == []
    await bench.offer(source)
    await bench.offer(source)
    [summary] = await bench.told(ann)
    assert (summary["count"], len(summary["offers"])) == (10, OFFERED)
    assert [offer["symbol"] for offer in summary["offers"]] == [f"{coin}/USDT" for coin in COINS[-OFFERED:]]
    assert await bench.traded_for(ann) == 0


async def test_an_offer_is_taken_within_ten_minutes_of_being_made(bench: Bench) -> None:
    ann = await bench.person("Ann")
    source = await bench.channel(ann)
    await backlog(bench, "SOL", "BTC")
    bench.now += timedelta(minutes=30)
    await bench.offer(source)
    first, second = await bench.signals()
    bench.now += timedelta(seconds=600)
    assert len(await bench.accept(first, ann)) == 1  # type: ignore[arg-type]
    bench.now += timedelta(seconds=1)
    refusal = await bench.accept(second, ann)
    assert isinstance(refusal, Refusal) and refusal.code == Code.TOO_OLD


async def test_what_a_crash_left_untold_is_found_again(bench: Bench) -> None:
    ann = await bench.person("Ann")
    source = await bench.channel(ann)
    assert await bench.database.read(waiting) == frozenset()
    await backlog(bench, "SOL")
    assert await bench.database.read(waiting) == {source.id}
    await bench.offer(source)
    assert await bench.database.read(waiting) == frozenset()


async def test_a_backlog_leaves_room_for_what_comes_now(bench: Bench) -> None:
    ann = await bench.person("Ann")
    await bench.channel(ann)
    await backlog(bench, *COINS)
    assert len((await bench.take(bench.post(words("AVAX"), message_id=99))).executions) == 1


async def test_an_offer_that_the_channel_took_back_is_dead(bench: Bench) -> None:
    ann = await bench.person("Ann")
    source = await bench.channel(ann)
    await backlog(bench, "SOL")
    await bench.offer(source)
    post = bench.post(words("SOL"), at=bench.now - timedelta(hours=1))
    await bench.take(bench.edit(post, "Cancelled, sorry", 3600))
    assert await bench.accept(await bench.signal(), ann) == Refusal(code=Code.SIGNAL_CHANGED)
