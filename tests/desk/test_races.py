"""What a channel says in the first seconds of its signal, and to whom an answer is addressed."""

from __future__ import annotations

from decimal import Decimal

import pytest

from engine.errors import Code
from engine.execution.instructions import PlanStop, meaning
from engine.execution.reserve import Look, reserve
from engine.types import Account, ChannelRules, Execution, Quote, Refusal
from tests.desk.bench import LONG_BTC, Bench
from tests.storage.worlds import instrument

LONG_ETH = "ETH/USDT LONG\nEntry: 3000\nSL: 2900\nTP1: 3100"


async def ordered(bench: Bench, execution: Execution) -> Refusal | bool:
    """Whether an order goes out now, or why not."""
    money = Account(currency="USDT", balance=Decimal(10_000), equity=Decimal(10_000), free=Decimal(10_000))
    price = Quote(symbol="BTC/USDT", bid=Decimal(64_000), ask=Decimal(64_000), at=bench.now)
    look = Look(instrument=instrument(), account=money, quote=price, rate=Decimal(1))
    decided = await bench.database.write(
        lambda tx: reserve(tx, execution.id, look, install="t", expires_after=10.0, now=bench.now)
    )
    return decided if isinstance(decided, Refusal) else bool(decided)


async def test_left_alone_it_goes_out(bench: Bench) -> None:
    ann = await bench.person("Ann")
    await bench.channel(ann)
    [execution] = (await bench.take(bench.post())).executions
    assert await ordered(bench, execution) is True


@pytest.mark.parametrize("words", ["Close BTC now", "Cancel this signal"])
async def test_called_off_in_a_reply_before_the_order_left(bench: Bench, words: str) -> None:
    ann = await bench.person("Ann")
    await bench.channel(ann)
    [execution] = (await bench.take(bench.post())).executions
    taken = await bench.take(bench.post(words, message_id=2, reply_to=1))
    assert [instruction.execution.id for instruction in taken.instructions] == [execution.id]
    assert await ordered(bench, execution) == Refusal(code=Code.SIGNAL_WITHDRAWN)


async def test_edited_away_before_the_order_left(bench: Bench) -> None:
    ann = await bench.person("Ann")
    await bench.channel(ann)
    post = bench.post()
    [execution] = (await bench.take(post)).executions
    await bench.take(bench.edit(post, "Sorry, wrong chart. No trade today."))
    assert await ordered(bench, execution) == Refusal(code=Code.SIGNAL_WITHDRAWN)


async def test_a_stop_corrected_while_the_entry_is_on_its_way(bench: Bench) -> None:
    ann = await bench.person("Ann")
    await bench.channel(ann)
    post = bench.post()
    [execution] = (await bench.take(post)).executions
    await bench.rest(execution)
    [moved] = (await bench.take(bench.edit(post, LONG_BTC.replace("63000", "63500"), 2))).instructions
    assert meaning(moved.steps[0], None) == (PlanStop(price=Decimal(63_500)),)


@pytest.mark.parametrize(
    "other", ["ETH/USDT LONG now! maybe SL 3k?", "Took a small ETH short for myself, not a signal"]
)
async def test_a_reply_to_another_post_is_not_for_this_trade(bench: Bench, other: str) -> None:
    ann = await bench.person("Ann")
    await bench.channel(ann)
    [execution] = (await bench.take(bench.post())).executions
    await bench.rest(execution)
    await bench.take(bench.post(other, message_id=2))
    taken = await bench.take(bench.post("Close now", message_id=3, reply_to=2))
    assert taken.instructions == []


async def test_an_instruction_without_a_trade_is_shown_to_the_owner(bench: Bench) -> None:
    ann = await bench.person("Ann")
    await bench.channel(ann)
    [execution] = (await bench.take(bench.post())).executions
    await bench.rest(execution)
    await bench.take(bench.post("Good morning!", message_id=2))
    await bench.take(bench.post("Close now", message_id=3, reply_to=2))
    shown = (await bench.told(ann))[-1]
    assert (shown["kind"], shown["code"]) == ("signal_unclear", Code.REPLY_UNKNOWN)


async def test_a_reply_that_names_the_trade_is_for_it(bench: Bench) -> None:
    ann = await bench.person("Ann")
    await bench.channel(ann)
    [execution] = (await bench.take(bench.post())).executions
    await bench.rest(execution)
    await bench.take(bench.post("Good morning!", message_id=2))
    taken = await bench.take(bench.post("Close BTC now", message_id=3, reply_to=2))
    assert [instruction.execution.id for instruction in taken.instructions] == [execution.id]


async def test_a_reply_to_a_reply_is_for_the_signal_of_the_thread(bench: Bench) -> None:
    ann = await bench.person("Ann")
    await bench.channel(ann)
    [execution] = (await bench.take(bench.post())).executions
    await bench.rest(execution)
    await bench.take(bench.post("TP1 hit, congratulations", message_id=2, reply_to=1))
    taken = await bench.take(bench.post("Close now", message_id=3, reply_to=2))
    assert [instruction.execution.id for instruction in taken.instructions] == [execution.id]


async def test_a_reply_to_a_signal_that_was_not_allowed_is_not_for_another_trade(bench: Bench) -> None:
    ann = await bench.person("Ann")
    await bench.channel(ann, rules=ChannelRules(allowed=("BTC",)))
    [execution] = (await bench.take(bench.post())).executions
    await bench.rest(execution)
    await bench.take(bench.post(LONG_ETH, message_id=2))
    taken = await bench.take(bench.post("Close now", message_id=3, reply_to=2))
    assert taken.instructions == []
