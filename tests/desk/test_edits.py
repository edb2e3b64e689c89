"""A post that changes: it moves what is open or asked, it never opens, and it is one signal however it comes."""

from __future__ import annotations

from datetime import timedelta

import pytest

from engine.errors import Code
from engine.types import ActionKind, Refusal, SourceMode
from tests.desk.bench import LONG_BTC, Bench

TIGHTER = LONG_BTC.replace("63000", "63500")
TALK = "Good morning everyone! A quiet day so far"


async def test_an_edit_instructs_the_open_trade_and_is_measured_against_the_last_version(bench: Bench) -> None:
    ann = await bench.person("Ann")
    await bench.channel(ann)
    post = bench.post()
    [execution] = (await bench.take(post)).executions
    await bench.rest(execution)
    [moved] = (await bench.take(bench.edit(post, TIGHTER, 5))).instructions
    assert [step.action for step in moved.steps] == [ActionKind.MOVE_SL]
    [retargeted] = (await bench.take(bench.edit(post, TIGHTER.replace("66000", "67000"), 9))).instructions
    assert [step.action for step in retargeted.steps] == [ActionKind.SET_TP]  # the stop did not change again
    signal = await bench.signal()
    assert signal.version == 3 and signal.entry.stop_loss is not None and signal.entry.stop_loss.value == 63500
    assert await bench.traded_for(ann) == 1


async def test_the_same_edit_again_is_seen(bench: Bench) -> None:
    ann = await bench.person("Ann")
    await bench.channel(ann)
    post = bench.post()
    [execution] = (await bench.take(post)).executions
    await bench.rest(execution)
    assert len((await bench.take(bench.edit(post, TIGHTER))).instructions) == 1
    assert (await bench.take(bench.edit(post, TIGHTER))).instructions == []


async def test_an_edit_that_was_overtaken_changes_nothing(bench: Bench) -> None:
    ann = await bench.person("Ann")
    await bench.channel(ann)
    post = bench.post()
    [execution] = (await bench.take(post)).executions
    await bench.rest(execution)
    await bench.take(bench.edit(post, TIGHTER, 9))
    looser = bench.edit(post, LONG_BTC.replace("63000", "62000"), 5)
    assert (await bench.take(looser)).instructions == [] == (await bench.take(post)).instructions


async def test_an_open_question_is_asked_anew_and_the_old_card_is_dead(bench: Bench) -> None:
    """What is taken is what the card shows."""
    ann = await bench.person("Ann")
    await bench.channel(ann, mode=SourceMode.ASK)
    post = bench.post()
    await bench.take(post)
    await bench.take(bench.edit(post, TIGHTER))
    old, new = await bench.told(ann)
    assert (old["stop"], old["version"], new["stop"], new["version"]) == ("63000", 1, "63500", 2)
    signal = await bench.signal()
    assert await bench.accept(signal, ann, version=1) == Refusal(code=Code.SIGNAL_CHANGED)
    [execution] = await bench.accept(signal, ann, version=2)  # type: ignore[misc]
    assert execution.signal.entry.stop_loss.value == 63500  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "text", [TALK, "ETH/USDT LONG\nEntry: 3000\nSL: 2900\nTP1: 3200", LONG_BTC.replace("LONG", "SHORT")]
)
async def test_a_question_whose_signal_is_gone_is_withdrawn(bench: Bench, text: str) -> None:
    ann = await bench.person("Ann")
    await bench.channel(ann, mode=SourceMode.ASK)
    post = bench.post()
    await bench.take(post)
    await bench.take(bench.edit(post, text))
    assert await bench.accept(await bench.signal(), ann) == Refusal(code=Code.SIGNAL_CHANGED)
    notice = (await bench.told(ann))[-1]
    assert (notice["kind"], notice["withdrawn"]) == ("signal_edited", True)


async def test_talk_edited_into_a_signal_is_asked_about_and_never_traded(bench: Bench) -> None:
    ann = await bench.person("Ann")
    await bench.channel(ann)
    post = bench.post(TALK)
    await bench.take(post)
    taken = await bench.take(bench.edit(post, LONG_BTC))
    assert taken.executions == [] and await bench.traded_for(ann) == 0
    [card] = await bench.told(ann)
    assert (card["kind"], card["why"]) == ("signal_proposed", Code.MADE_BY_EDIT)
    assert len(await bench.accept(await bench.signal(), ann)) == 1  # type: ignore[arg-type]


async def test_an_old_post_edited_into_a_signal_is_left_alone(bench: Bench) -> None:
    ann = await bench.person("Ann")
    await bench.channel(ann)
    post = bench.post(TALK)
    await bench.take(post)
    bench.now += timedelta(seconds=601)
    await bench.take(bench.edit(post, LONG_BTC, 600))
    assert await bench.signals() == [] and await bench.told(ann) == []


async def test_an_instruction_that_is_changed_is_told_and_not_carried_out_again(bench: Bench) -> None:
    ann = await bench.person("Ann")
    await bench.channel(ann)
    [execution] = (await bench.take(bench.post())).executions
    await bench.rest(execution)
    half = bench.post("Close 50% of BTC", message_id=2)
    assert len((await bench.take(half)).instructions) == 1
    assert (await bench.take(bench.edit(half, "Close 30% of BTC"))).instructions == []
    [told] = [event for event in await bench.told(ann) if event["kind"] == "instruction_edited"]
    assert (told["text"], told["asked"]) == ("Close 30% of BTC", ["close_partial"])
    await bench.take(bench.edit(half, "Close 30% of BTC"))
    await bench.take(bench.edit(half, TALK, 9))
    assert [event["kind"] for event in await bench.told(ann)].count("instruction_edited") == 1


async def test_a_changed_instruction_for_nothing_that_is_open_is_not_told(bench: Bench) -> None:
    ann = await bench.person("Ann")
    await bench.channel(ann)
    half = bench.post("Close 50% of BTC", message_id=2)
    await bench.take(half)
    await bench.take(bench.edit(half, "Close 30% of BTC"))
    assert await bench.told(ann) == []
