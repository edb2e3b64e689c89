"""A post is read anew after its channel was taught: its owner is asked, nothing is traded by itself."""

from __future__ import annotations

from datetime import timedelta

from engine.desk.rereading import reread
from engine.errors import Code
from engine.signals.house_rules import read_under
from engine.types import ChannelRules, Lesson, Part, Reading, Refusal, Source, SourceMode, User
from tests.desk.bench import LONG_BTC, Bench

IDEA = "BTC/USDT LONG\nEntry 64000\nTP 65000\nthe idea dies below 63000"
TAUGHT = ChannelRules(lessons=(Lesson(part=Part.STOP, words=("idea", "dies", "below")),))


def reading_of(text: str, rules: ChannelRules) -> Reading:
    return read_under(rules, text)


async def again(bench: Bench, user: User, row_id: int) -> bool:
    return await bench.database.write(lambda tx: reread(tx, row_id, user.id, reading_of, bench.now))


async def teach(bench: Bench, user: User, source: Source, rules: ChannelRules = TAUGHT) -> None:
    await bench.database.write(lambda tx: tx.channels.set_rules(user.id, source.id, rules))


async def row(bench: Bench, source: Source) -> int:
    [seen] = await bench.database.read(lambda tx: tx.messages.latest(source.id, 1))
    return int(seen.row_id)


async def test_an_unclear_post_becomes_a_question(bench: Bench) -> None:
    ann = await bench.person("Ann")
    source = await bench.channel(ann)
    await bench.take(bench.post(IDEA))
    await teach(bench, ann, source)
    assert await again(bench, ann, await row(bench, source))
    assert await bench.traded_for(ann) == 0
    card = (await bench.told(ann))[-1]
    assert (card["kind"], card["why"], card["stop"]) == ("signal_proposed", Code.READ_ANEW, "63000")
    assert len(await bench.accept(await bench.signal(), ann)) == 1  # type: ignore[arg-type]
    assert not await again(bench, ann, await row(bench, source))  # it is being traded: what it says is settled


async def test_an_open_question_takes_the_new_reading_and_the_old_card_is_dead(bench: Bench) -> None:
    ann = await bench.person("Ann")
    source = await bench.channel(ann, mode=SourceMode.ASK)
    await bench.take(bench.post(f"{LONG_BTC}\nresistance near 70000"))
    assert len((await bench.signal()).entry.take_profits) == 2
    await teach(bench, ann, source, ChannelRules(lessons=(Lesson(part=Part.TARGET, words=("resistance", "near")),)))
    assert await again(bench, ann, await row(bench, source))
    signal = await bench.signal()
    assert len(signal.entry.take_profits) == 3
    assert await bench.accept(signal, ann, version=1) == Refusal(code=Code.SIGNAL_CHANGED)
    assert len(await bench.accept(signal, ann, version=2)) == 1  # type: ignore[arg-type]


async def test_nobody_but_the_owner_may_ask_for_it(bench: Bench) -> None:
    ann, bob = await bench.person("Ann"), await bench.person("Bob")
    source = await bench.channel(ann)
    await bench.take(bench.post(IDEA))
    await teach(bench, ann, source)
    assert not await again(bench, bob, await row(bench, source))
    assert await bench.signals() == []


async def test_an_old_post_is_learnt_from_and_left_alone(bench: Bench) -> None:
    ann = await bench.person("Ann")
    source = await bench.channel(ann)
    await bench.take(bench.post(IDEA))
    await teach(bench, ann, source)
    bench.now += timedelta(seconds=601)
    assert not await again(bench, ann, await row(bench, source))
    assert await bench.signals() == []


async def test_a_channel_that_is_off_asks_nobody(bench: Bench) -> None:
    ann = await bench.person("Ann")
    source = await bench.channel(ann)
    await bench.take(bench.post(IDEA))
    await teach(bench, ann, source)
    await bench.database.write(lambda tx: tx.channels.set_mode(ann.id, source.id, SourceMode.OFF))
    assert not await again(bench, ann, await row(bench, source))


async def test_a_post_that_is_not_there_is_no_question(bench: Bench) -> None:
    ann = await bench.person("Ann")
    assert not await again(bench, ann, 999)
