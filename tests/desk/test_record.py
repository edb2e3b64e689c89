"""What a post means for its followers: the modes, the rules of a channel, sureness, and who is told what."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest

from engine.desk import record
from engine.errors import Code
from engine.signals.house_rules import Readings
from engine.types import (
    ActionKind,
    Amendment,
    ChannelRules,
    Entries,
    Lesson,
    MessageStatus,
    Part,
    Refusal,
    Role,
    SourceMode,
)
from storage.unit_of_work import UnitOfWork
from tests.desk.bench import LONG_BTC, NO_TARGET, Bench


@pytest.mark.parametrize(
    ("mode", "traded", "kinds"),
    [
        pytest.param(SourceMode.AUTO, 2, [], id="auto"),
        pytest.param(SourceMode.PAPER, 1, [], id="paper"),
        pytest.param(SourceMode.ASK, 0, ["signal_proposed"], id="ask"),
        pytest.param(SourceMode.OFF, 0, [], id="off"),
    ],
)
async def test_a_mode_says_what_happens(bench: Bench, mode: SourceMode, traded: int, kinds: list[str]) -> None:
    ann = await bench.person("Ann", accounts=1, live=1)
    await bench.channel(ann, mode=mode)
    taken = await bench.take(bench.post())
    assert len(taken.executions) == await bench.traded_for(ann) == traded
    assert [event["kind"] for event in await bench.told(ann)] == kinds


async def test_paper_without_a_paper_account_is_told(bench: Bench) -> None:
    ann = await bench.person("Ann", accounts=0, live=1)
    await bench.channel(ann, mode=SourceMode.PAPER)
    assert not (await bench.take(bench.post())).executions
    assert [event["code"] for event in await bench.told(ann)] == [Code.NO_PAPER]


async def test_below_the_threshold_an_automatic_channel_asks(bench: Bench) -> None:
    ann = await bench.person("Ann")
    await bench.channel(ann)
    assert not (await bench.take(bench.post(NO_TARGET))).executions
    [card] = await bench.told(ann)
    assert (card["kind"], card["why"]) == ("signal_proposed", Code.LOW_CONFIDENCE)
    assert card["details"] == {"sure": "75", "limit": "90"}
    assert card["message_row_id"] is not None


async def test_at_the_threshold_it_does_not(bench: Bench) -> None:
    ann = await bench.person("Ann")
    source = await bench.channel(ann)
    await bench.database.write(lambda tx: tx.channels.set_limits(ann.id, source.id, threshold=75))
    assert len((await bench.take(bench.post(NO_TARGET))).executions) == 1


@pytest.mark.parametrize(
    ("allowed", "traded"),
    [
        pytest.param(("BTC",), 1, id="base"),
        pytest.param(("BTC/USDT",), 1, id="pair"),
        pytest.param(("ETH",), 0, id="another"),
        pytest.param(("BTC/USDC",), 0, id="another-quote"),
        pytest.param((), 1, id="any"),
    ],
)
async def test_only_allowed_symbols_are_traded(bench: Bench, allowed: tuple[str, ...], traded: int) -> None:
    ann = await bench.person("Ann")
    source = await bench.channel(ann, rules=ChannelRules(allowed=allowed))
    assert len((await bench.take(bench.post())).executions) == traded
    if not traded:
        [receipt] = await bench.told(ann)
        assert (receipt["code"], receipt["source_id"]) == (Code.SYMBOL_NOT_ALLOWED, source.id)
        assert (receipt["entries"], receipt["stop"], receipt["targets"]) == (["64000"], "63000", ["65000", "66000"])


async def test_a_name_of_the_channel_is_traded_as_the_owner_says(bench: Bench) -> None:
    ann = await bench.person("Ann")
    rules = ChannelRules(symbols={"XAU": "XAUUSD.m"}, allowed=("XAU",))
    await bench.channel(ann, rules=rules)
    await bench.take(bench.post("GOLD SELL NOW\nSL 2352\nTP1 2334"))
    entry = (await bench.signal()).entry
    assert (entry.symbol_base, entry.symbol_quote) == ("XAUUSD.m", None)


async def test_an_ignored_word_makes_a_post_no_signal(bench: Bench) -> None:
    ann = await bench.person("Ann")
    await bench.channel(ann, rules=ChannelRules(ignore_words=("results",)))
    await bench.take(bench.post(f"RESULTS of today\n{LONG_BTC}"))
    assert await bench.signals() == [] and await bench.told(ann) == []


async def test_each_follower_reads_by_rules_of_their_own(bench: Bench) -> None:
    ann, bob = await bench.person("Ann"), await bench.person("Bob")
    await bench.channel(ann, rules=ChannelRules(default_quote="USDC"))
    await bench.channel(bob, rules=ChannelRules(default_quote="USDT"))
    await bench.take(bench.post("BTC LONG\nEntry 64000\nSL 63000\nTP 65000"))
    assert sorted(str(signal.entry.symbol_quote) for signal in await bench.signals()) == ["USDC", "USDT"]


async def test_what_was_taught_is_read(bench: Bench) -> None:
    ann = await bench.person("Ann")
    text = "BTC/USDT LONG\nEntry 64000\nthe idea dies below 63000\nTP 65000"
    lesson = Lesson(part=Part.STOP, words=("idea", "dies", "below"))
    await bench.channel(ann, rules=ChannelRules(lessons=(lesson,)))
    await bench.take(bench.post(text))
    stop = (await bench.signal()).entry.stop_loss
    assert stop is not None and stop.value == 63000


# --- taking ----------------------------------------------------------------------------------------


async def test_a_question_is_answered_once_by_its_owner_alone(bench: Bench) -> None:
    ann, bob = await bench.person("Ann"), await bench.person("Bob")
    await bench.channel(ann, mode=SourceMode.ASK)
    await bench.take(bench.post())
    signal = await bench.signal()
    assert await bench.accept(signal, bob) == Refusal(code=Code.NOT_FOUND)
    assert len(await bench.accept(signal, ann)) == 1  # type: ignore[arg-type]
    assert await bench.accept(signal, ann) == Refusal(code=Code.DUPLICATE)
    assert (await bench.traded_for(ann), await bench.traded_for(bob)) == (1, 0)


async def test_a_question_is_open_for_ten_minutes(bench: Bench) -> None:
    ann = await bench.person("Ann")
    await bench.channel(ann, mode=SourceMode.ASK)
    await bench.take(bench.post())
    bench.now += timedelta(seconds=601)
    refusal = await bench.accept(await bench.signal(), ann)
    assert isinstance(refusal, Refusal) and refusal.code == Code.TOO_OLD


async def test_what_is_taken_late_has_its_own_time_to_be_executed(bench: Bench) -> None:
    """The age of an execution counts from the decision to trade, so a slow answer is not a stale signal."""
    ann = await bench.person("Ann")
    await bench.channel(ann, mode=SourceMode.ASK)
    await bench.take(bench.post())
    bench.now += timedelta(seconds=500)
    [execution] = await bench.accept(await bench.signal(), ann)  # type: ignore[misc]
    assert execution.opened_at == bench.now
    stored = await bench.database.read(lambda tx: tx.executions.get(execution.id))
    assert stored is not None and stored.opened_at == bench.now


async def test_a_question_of_a_channel_switched_off_since_is_closed(bench: Bench) -> None:
    ann = await bench.person("Ann")
    source = await bench.channel(ann, mode=SourceMode.ASK)
    await bench.take(bench.post())
    await bench.database.write(lambda tx: tx.channels.set_mode(ann.id, source.id, SourceMode.OFF))
    assert await bench.accept(await bench.signal(), ann) == Refusal(code=Code.SOURCE_OFF)


# --- shared channels -------------------------------------------------------------------------------


async def test_a_shared_channel_goes_by_each_persons_own_switch(bench: Bench) -> None:
    admin = await bench.person("Ada", role=Role.ADMIN, accounts=0)
    people = {mode: await bench.person(mode.value) for mode in SourceMode}
    source = await bench.channel(admin, mode=SourceMode.AUTO, scope="global")
    for mode, user in people.items():
        assert await bench.choose(user, source, mode)
    await bench.take(bench.post())
    traded = {mode: await bench.traded_for(user) for mode, user in people.items()}
    assert traded == {SourceMode.OFF: 0, SourceMode.ASK: 0, SourceMode.AUTO: 1, SourceMode.PAPER: 1}
    [card] = await bench.told(people[SourceMode.ASK])
    assert card["kind"] == "signal_proposed" and card["message_row_id"] is None  # the reading is the owner's to mend
    assert await bench.told(people[SourceMode.OFF]) == []
    signal = await bench.signal()
    assert len(await bench.accept(signal, people[SourceMode.ASK])) == 1  # type: ignore[arg-type]
    assert await bench.accept(signal, people[SourceMode.OFF]) == Refusal(code=Code.SOURCE_OFF)


@pytest.mark.parametrize("mode", [SourceMode.ASK, SourceMode.AUTO, SourceMode.PAPER])
async def test_who_chose_nothing_is_asked_whatever_the_owner_does(bench: Bench, mode: SourceMode) -> None:
    admin, ann = await bench.person("Ada", role=Role.ADMIN, accounts=0), await bench.person("Ann")
    await bench.channel(admin, mode=mode, scope="global")
    [shared] = await bench.database.read(lambda tx: tx.channels.shared(ann.id))
    assert (shared.mode, shared.chosen) == (SourceMode.ASK, False)
    await bench.take(bench.post())
    assert await bench.traded_for(ann) == 0
    assert [event["kind"] for event in await bench.told(ann)] == ["signal_proposed"]


async def test_another_admin_is_asked_too_and_has_a_switch(bench: Bench) -> None:
    """An admin's channel reaches the accounts of all admins, shared or not."""
    ada = await bench.person("Ada", role=Role.ADMIN, accounts=0)
    bob = await bench.person("Bob", role=Role.ADMIN)
    source = await bench.channel(ada, mode=SourceMode.AUTO)
    assert not (await bench.take(bench.post())).executions
    assert [event["kind"] for event in await bench.told(bob)] == ["signal_proposed"]
    assert await bench.choose(bob, source, SourceMode.AUTO)
    taken = await bench.take(bench.post(message_id=2, text=LONG_BTC.replace("BTC", "ETH")))
    assert [execution.connection.owner_id for execution in taken.executions] == [bob.id]


async def test_a_channel_that_is_not_shared_cannot_be_chosen(bench: Bench) -> None:
    admin, ann = await bench.person("Ada", role=Role.ADMIN), await bench.person("Ann")
    source = await bench.channel(admin)
    assert not await bench.choose(ann, source, SourceMode.AUTO)
    assert await bench.database.read(lambda tx: tx.channels.shared(ann.id)) == ()


# --- instructions ----------------------------------------------------------------------------------


async def test_an_instruction_outlives_whatever_is_settled_of_its_message(bench: Bench) -> None:
    ann = await bench.person("Ann")
    await bench.channel(ann)
    [execution] = (await bench.take(bench.post())).executions
    await bench.rest(execution)
    [instruction] = (await bench.take(bench.post("Close BTC/USDT now", message_id=2))).instructions
    settled = partial(_settle, row_id=instruction.message_row_id)
    await bench.database.write(settled)
    assert await bench.database.read(lambda tx: tx.messages.owed()) == (instruction,)
    await bench.database.write(lambda tx: tx.messages.carried_out(instruction))
    assert await bench.database.read(lambda tx: tx.messages.owed()) == ()


def _settle(tx: UnitOfWork, row_id: int) -> None:
    tx.messages.settle(row_id, MessageStatus.PROCESSED, parsed={"format": "x"})


async def test_several_signals_with_an_instruction_owe_it(bench: Bench) -> None:
    """Everything that a post means is written down, whatever stands after it in the same post."""
    ann = await bench.person("Ann")
    await bench.channel(ann)
    [execution] = (await bench.take(bench.post())).executions
    await bench.rest(execution)
    close = Amendment(action=ActionKind.CLOSE, symbol_base="BTC")
    first = replace(execution.signal.entry, symbol_base="ETH", actions=(close,))
    second = replace(execution.signal.entry, symbol_base="SOL")
    readings = Readings(text="two", _known=[(ChannelRules(), Entries(signals=(first, second)))])
    post = bench.post("two", message_id=2)
    taken = await bench.database.write(lambda tx: record(tx, post, readings, bench.now))
    assert len(taken.executions) == 2
    assert [one.execution.id for one in await bench.database.read(lambda tx: tx.messages.owed())] == [execution.id]


async def test_a_signal_called_off_in_a_reply_can_no_longer_be_taken(bench: Bench) -> None:
    ann = await bench.person("Ann")
    await bench.channel(ann, mode=SourceMode.ASK)
    await bench.take(bench.post())
    await bench.take(bench.post("Cancel this signal", message_id=2, reply_to=1))
    assert await bench.accept(await bench.signal(), ann) == Refusal(code=Code.SIGNAL_CHANGED)
