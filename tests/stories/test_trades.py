"""Trades from the post to their end, as their owners live through them."""

from __future__ import annotations

from engine.types import ClosedReason, ExecutionStatus, OrderState, SourceMode
from tests.stories import posts
from tests.stories.town import Town

SOL = posts.long("SOL/USDT", "145", "140", "150")


async def test_the_ladder_is_climbed_and_the_rest_is_stopped_at_the_entry(any_town: Town) -> None:
    town = any_town
    ben = await town.person("Ben")
    channel = await town.channel("Alpha", ben)
    town.post(channel, posts.LONG_BTC)
    await town.hears(ben, "opened", "Stop: 63,680")
    await town.settled()
    entry = (await town.position(ben)).entry_price
    town.price("BTC/USDT", "64335")
    await town.hears(ben, "TP1 hit")
    await town.hears(ben, "stop moved", "Why: stop at entry")
    await town.settled()
    position = await town.position(ben)
    assert position.quantity < position.original_quantity
    assert position.sl_price == entry
    town.price("BTC/USDT", "63990")
    await town.hears(ben, "closed", "Why: stop at entry")
    await town.settled()
    position = await town.position(ben)
    assert (position.closed_reason, position.quantity) == (ClosedReason.BREAKEVEN, 0)


async def test_a_price_through_all_targets_closes_everything_once(town: Town) -> None:
    ben = await town.person("Ben")
    channel = await town.channel("Alpha", ben)
    town.post(channel, posts.LONG_BTC)
    await town.hears(ben, "opened")
    await town.settled()
    town.price("BTC/USDT", "65000")
    await town.hears(ben, "closed", "take profit")
    await town.settled()
    position = await town.position(ben)
    assert (position.closed_reason, position.quantity) == (ClosedReason.TP, 0)


async def test_a_short_is_stopped_above(town: Town) -> None:
    ben = await town.person("Ben")
    channel = await town.channel("Alpha", ben)
    town.post(channel, posts.SHORT_GOLD)
    await town.hears(ben, "opened", "SHORT")
    await town.settled()
    town.price("XAU/USD", "2353")
    await town.hears(ben, "closed", "stop loss")
    await town.settled()
    assert (await town.position(ben)).closed_reason is ClosedReason.SL


async def test_yes_pressed_twice_closes_once(any_town: Town) -> None:
    town = any_town
    ben = await town.person("Ben")
    channel = await town.channel("Alpha", ben)
    town.post(channel, posts.LONG_BTC)
    await town.hears(ben, "opened")
    await town.settled()
    town.press(ben, "Close")
    await town.hears(ben, "at the market?")
    first, second = town.press(ben, "Yes, close it"), town.press(ben, "Yes, close it")
    await town.hears(ben, "closed", "by your hand")
    await town.answer(first)
    assert "no longer good" in await town.answer(second)
    await town.settled()
    assert (await town.position(ben)).closed_reason is ClosedReason.MANUAL
    assert len(town.heard(ben, "by your hand")) == 1


async def test_two_questions_and_two_answers_still_close_once(town: Town) -> None:
    """Two devices show the same card: each asks, each says yes."""
    ben = await town.person("Ben")
    channel = await town.channel("Alpha", ben)
    town.post(channel, posts.LONG_BTC)
    await town.hears(ben, "opened")
    await town.settled()
    town.press(ben, "Close")
    town.press(ben, "Close")
    await town.hears(ben, "at the market?", times=2)
    for question in (m for m in town.simulator.replies(ben) if "at the market?" in m.text):
        town.simulator.press(ben, question, "Yes, close it")
    await town.hears(ben, "closed", "by your hand")
    await town.settled()
    assert len(town.heard(ben, "by your hand")) == 1
    assert (await town.position(ben)).quantity == 0


async def test_half_by_hand_leaves_a_stop_for_the_other_half(town: Town) -> None:
    ben = await town.person("Ben")
    channel = await town.channel("Alpha", ben)
    town.post(channel, SOL)
    await town.hears(ben, "opened")
    await town.settled()
    town.press(ben, "Close half")
    await town.hears(ben, "half", "at the market?")
    town.press(ben, "Yes, close half")
    await town.hears(ben, "part closed")
    await town.settled()
    position = await town.position(ben)
    assert abs(position.quantity * 2 - position.original_quantity) <= 2 * position.original_quantity / 1000


async def test_a_channel_closes_only_its_own_trades(town: Town) -> None:
    ben = await town.person("Ben")
    alpha, beta = await town.channel("Alpha", ben), await town.channel("Beta", ben)
    town.post(alpha, posts.LONG_BTC)
    town.post(beta, SOL)
    await town.hears(ben, "opened", "BTC/USDT")
    await town.hears(ben, "opened", "SOL/USDT")
    await town.settled()
    town.post(beta, "Close BTC now")
    await town.settled()
    assert all(position.is_open for position in await town.positions(ben))
    town.post(beta, "Close all trades now")
    await town.settled()
    town.post(alpha, "Close BTC now")
    await town.hears(ben, "closed", "BTC/USDT", "told by the channel")
    await town.settled()
    still_open = {position.symbol for position in await town.positions(ben) if position.is_open}
    assert "BTC/USDT" not in still_open


async def test_an_answer_to_a_post_means_that_post(town: Town) -> None:
    ben = await town.person("Ben")
    channel = await town.channel("Alpha", ben)
    btc = town.post(channel, posts.LONG_BTC)
    town.post(channel, SOL)
    await town.hears(ben, "opened", "BTC/USDT")
    await town.hears(ben, "opened", "SOL/USDT")
    await town.settled()
    town.post(channel, "Close now", reply_to=btc)
    await town.hears(ben, "closed", "BTC/USDT")
    await town.settled()
    assert {p.symbol for p in await town.positions(ben) if p.is_open} == {"SOL/USDT"}


async def test_a_looser_stop_asks_the_owner_first(town: Town) -> None:
    ben = await town.person("Ben")
    channel = await town.channel("Alpha", ben)
    town.post(channel, posts.LONG_BTC)
    await town.hears(ben, "opened")
    await town.settled()
    town.post(channel, "BTC: move SL to 63500")
    await town.hears(ben, "instruction not followed", "more room")
    assert (await town.position(ben)).sl_price == 63680
    town.press(ben, "Set it anyway")
    await town.hears(ben, "stop moved", "63,500")
    await town.settled()
    assert (await town.position(ben)).sl_price == 63500


# --- ask mode --------------------------------------------------------------------------------------


async def test_asked_and_taken(town: Town) -> None:
    ben = await town.person("Ben")
    channel = await town.channel("Alpha", ben, mode=SourceMode.ASK)
    town.post(channel, posts.LONG_BTC)
    await town.hears(ben, "Shall I take it?")
    assert not await town.positions(ben)
    first, second = town.press(ben, "Take"), town.press(ben, "Take")
    await town.hears(ben, "opened")
    await town.answer(first)
    assert "no longer good" in await town.answer(second)
    await town.settled()
    assert len(await town.positions(ben)) == 1


async def test_asked_and_skipped(town: Town) -> None:
    ben = await town.person("Ben")
    channel = await town.channel("Alpha", ben, mode=SourceMode.ASK)
    town.post(channel, posts.LONG_BTC)
    await town.hears(ben, "Shall I take it?")
    town.press(ben, "Skip")
    await town.hears(ben, "skipped")
    await town.settled()
    assert not await town.positions(ben)


async def test_asked_and_taken_too_late(still_town: Town) -> None:
    town = still_town
    ben = await town.person("Ben")
    channel = await town.channel("Alpha", ben, mode=SourceMode.ASK)
    town.post(channel, posts.LONG_BTC)
    await town.hears(ben, "Shall I take it?")
    await town.time_passes(601, step=60)
    assert "no longer good" in await town.answer(town.press(ben, "Take"))
    await town.settled()
    assert not await town.positions(ben)


async def test_taken_in_time_but_the_market_has_left(town: Town) -> None:
    ben = await town.person("Ben")
    channel = await town.channel("Alpha", ben, mode=SourceMode.ASK)
    town.post(channel, posts.LONG_BTC)
    await town.hears(ben, "Shall I take it?")
    town.price("BTC/USDT", "64900")
    town.press(ben, "Take")
    await town.hears(ben, "not traded", "already passed the target")
    await town.settled()
    assert not await town.positions(ben)


# --- entries that wait -----------------------------------------------------------------------------


async def _waiting(town: Town) -> tuple[list[OrderState], list[ExecutionStatus]]:
    """The states of the entry orders, and how far the executions got."""
    orders = await town.store.read(lambda tx: tx.orders.of_execution(1))
    execution = await town.store.read(lambda tx: tx.executions.get(1))
    assert execution is not None
    return [order.state for order in orders if order.leg.startswith("E")], [execution.status]


async def test_a_limit_waits_and_fills(town: Town) -> None:
    ben = await town.person("Ben")
    channel = await town.channel("Alpha", ben)
    town.post(channel, posts.LIMIT_ETH)
    await town.hears(ben, "order waits for its price", "3,085")
    await town.settled()
    town.price("ETH/USDT", "3084")
    await town.hears(ben, "opened", "ETH/USDT")
    await town.settled()
    position = await town.position(ben)
    assert (position.entry_price, position.sl_price) == (3085, 3050)


async def test_a_limit_whose_target_is_reached_without_it_is_taken_back(still_town: Town) -> None:
    town = still_town
    ben = await town.person("Ben")
    channel = await town.channel("Alpha", ben)
    town.post(channel, posts.LIMIT_ETH)
    await town.hears(ben, "order waits for its price")
    await town.time_passes(10)
    town.price("ETH/USDT", "3121")
    await town.hears(ben, "waiting order is gone", "reached the target without us")
    await town.settled()
    assert await _waiting(town) == ([OrderState.CANCELLED], [ExecutionStatus.CANCELLED])
    town.price("ETH/USDT", "3084")
    await town.time_passes(10)
    assert not await town.positions(ben)


async def test_a_limit_that_nobody_meets_expires(still_town: Town) -> None:
    town = still_town
    ben = await town.person("Ben")
    channel = await town.channel("Alpha", ben)
    town.post(channel, posts.LIMIT_ETH)
    await town.hears(ben, "order waits for its price")
    await town.time_passes(4 * 3600 + 10, step=1800)
    await town.hears(ben, "waiting order is gone", "its time ran out")
    await town.settled()
    assert await _waiting(town) == ([OrderState.CANCELLED], [ExecutionStatus.CANCELLED])


async def test_the_channel_takes_its_limit_back(town: Town) -> None:
    ben = await town.person("Ben")
    channel = await town.channel("Alpha", ben)
    post = town.post(channel, posts.LIMIT_ETH)
    await town.hears(ben, "order waits for its price")
    await town.settled()
    town.post(channel, "Cancel ETH", reply_to=post)
    await town.hears(ben, "waiting order is gone", "the channel cancelled it")
    await town.settled()
    assert await _waiting(town) == ([OrderState.CANCELLED], [ExecutionStatus.CANCELLED])
