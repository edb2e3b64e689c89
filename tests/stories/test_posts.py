"""Posts on their way into the house: many at once, several times, late, changed, copied."""

from __future__ import annotations

import itertools
from datetime import timedelta
from decimal import Decimal

from sqlalchemy import select, update

from engine.types import SameSignal
from storage.tables import execution_logs, signals, trading_presets
from storage.unit_of_work import UnitOfWork
from tests.stories import posts
from tests.stories.town import Town

CHANNELS, SIGNALS, TALK = 25, 6, 2  # 25 channels with 8 posts each
COINS = (
    ("SOL/USDT", "145", "140", "150"), ("XRP/USDT", "0.62", "0.60", "0.65"), ("ADA/USDT", "0.45", "0.43", "0.48"),
    ("LINK/USDT", "15.5", "15", "16.5"), ("DOT/USDT", "7.2", "7", "7.6"), ("LTC/USDT", "84", "81", "90"),
)  # fmt: skip


async def test_two_hundred_posts_and_a_command_among_them(town: Town) -> None:
    """Each signal is executed once, each channel in its order, and the command does not wait for the posts."""
    ben = await town.person("Ben")
    await _allow_many_small_trades(town)
    await town.store.write(lambda tx: tx.channels.set_same_signal(town.users[ben.id].id, SameSignal.BOTH))
    channels = [await town.channel(f"Channel {number}", ben) for number in range(CHANNELS)]
    town.simulator.hold_updates()
    number = itertools.count(1)
    for turn in range(SIGNALS + TALK):
        for channel in channels:
            pair, entry, stop, target = COINS[turn % len(COINS)]
            crowd = posts.crowd(pair, entry, stop, [target], next(number))
            town.post(channel, crowd if turn < SIGNALS else f"{posts.TALK} {next(number)}")
    town.say(ben, "/help")
    count = CHANNELS * (SIGNALS + TALK)
    town.simulator.release_updates(tuple(range(count + 1)))
    await town.hears(ben, "What I can do")
    assert await town.store.read(lambda tx: len(tx.inbox.waiting(town.bot.id))) > 0
    await town.settled()
    assert len(await town.positions(ben)) == CHANNELS * SIGNALS
    executed, read = await town.store.read(_executed_and_read)
    assert len(set(executed)) == len(executed) == CHANNELS * SIGNALS
    for channel in channels:
        mine = [message for chat, message in read if chat == channel.id]
        assert mine == sorted(mine)
        assert len(mine) == SIGNALS


async def _allow_many_small_trades(town: Town) -> None:
    limits = {"max_positions": 500, "max_positions_per_symbol": 500, "risk_per_trade_pct": Decimal("0.02")}
    await town.store.write(lambda tx: tx.connection.execute(update(trading_presets).values(limits)))


def _executed_and_read(tx: UnitOfWork) -> tuple[list[int], list[tuple[int, int]]]:
    """Signal by execution, and (channel, message) by signal in the order in which they were published."""
    executed = tx.connection.execute(select(execution_logs.c.signal_id)).scalars().all()
    order = select(signals.c.chat_id, signals.c.message_id).order_by(signals.c.id)
    return list(executed), [tuple(row) for row in tx.connection.execute(order)]


async def test_the_same_update_three_times_is_one_trade(any_town: Town) -> None:
    town = any_town
    ben = await town.person("Ben")
    channel = await town.channel("Alpha", ben)
    town.post(channel, posts.LONG_BTC)
    town.simulator.redeliver(times=2)
    await town.hears(ben, "opened")
    await town.settled()
    town.simulator.redeliver()
    await town.settled()
    assert len(await town.positions(ben)) == 1
    assert len(town.simulator.replies(ben)) == 1


async def test_an_edit_that_comes_before_its_post_is_one_trade(town: Town) -> None:
    ben = await town.person("Ben")
    channel = await town.channel("Alpha", ben)
    town.simulator.hold_updates()
    post = town.post(channel, posts.LONG_BTC)
    town.simulator.edit_post(post, posts.LONG_BTC.replace("64800", "64900"))
    town.simulator.release_updates((1, 0))
    await town.hears(ben, "opened")
    await town.settled()
    assert len(await town.positions(ben)) == 1


async def test_an_edit_moves_stop_and_targets_and_opens_nothing(town: Town) -> None:
    ben = await town.person("Ben")
    channel = await town.channel("Alpha", ben)
    post = town.post(channel, posts.LONG_BTC)
    await town.hears(ben, "opened")
    town.simulator.edit_post(post, posts.LONG_BTC.replace("63680", "63800").replace("64800", "64900"))
    await town.hears(ben, "the channel changed its post", "The new stop and targets go to the open trade")
    await town.hears(ben, "stop moved", "63,800")
    await town.hears(ben, "new targets")
    await town.settled()
    position = await town.position(ben)
    assert position.sl_price == 63800
    assert [rung.price for rung in position.rungs] == [64320, 64900]


async def test_an_edit_to_another_coin_is_only_told(town: Town) -> None:
    ben = await town.person("Ben")
    channel = await town.channel("Alpha", ben)
    post = town.post(channel, posts.LONG_BTC)
    await town.hears(ben, "opened")
    town.simulator.edit_post(post, posts.long("SOL/USDT", "145", "140", "150"))
    await town.hears(ben, "the channel changed its post", "Your trade stays as it is")
    await town.settled()
    position = await town.position(ben)
    assert (position.symbol, position.sl_price, position.is_open) == ("BTC/USDT", 63680, True)


async def test_talk_that_is_edited_into_a_signal_is_not_traded(town: Town) -> None:
    ben = await town.person("Ben")
    channel = await town.channel("Alpha", ben)
    post = town.post(channel, posts.TALK)
    await town.settled()
    town.simulator.edit_post(post, posts.LONG_BTC)
    await town.settled()
    assert not await town.positions(ben)


async def test_a_repost_of_the_same_text_is_told_and_not_traded(town: Town) -> None:
    ben = await town.person("Ben")
    channel = await town.channel("Alpha", ben)
    first = town.post(channel, posts.LONG_BTC)
    await town.hears(ben, "opened")
    town.simulator.delete_post(first)
    town.post(channel, posts.LONG_BTC.upper())
    await town.hears(ben, "not traded", "The same signal came before")
    await town.settled()
    assert len(await town.positions(ben)) == 1


async def test_two_channels_with_the_same_signal_are_one_trade(town: Town) -> None:
    ben = await town.person("Ben")
    alpha, beta = await town.channel("Alpha", ben), await town.channel("Beta", ben)
    town.post(alpha, posts.LONG_BTC)
    await town.hears(ben, "opened")
    town.post(beta, posts.LONG_BTC)
    await town.hears(ben, "not traded", "The same signal came before", "Beta")
    await town.settled()
    assert len(await town.positions(ben)) == 1


async def test_a_forward_of_a_post_that_was_read_is_not_traded_again(town: Town) -> None:
    ben = await town.person("Ben")
    channel = await town.channel("Alpha", ben)
    post = town.post(channel, posts.LONG_BTC)
    await town.hears(ben, "opened")
    town.simulator.forward(post, ben)
    await town.settled()
    assert len(await town.positions(ben)) == 1


async def test_a_forward_that_comes_first_is_the_trade(town: Town) -> None:
    ben = await town.person("Ben")
    channel = await town.channel("Alpha", ben)
    town.simulator.hold_updates()
    post = town.post(channel, posts.LONG_BTC)
    town.simulator.forward(post, ben)
    town.simulator.release_updates((1, 0))
    await town.hears(ben, "opened")
    await town.settled()
    assert len(await town.positions(ben)) == 1


async def test_a_backlog_of_half_a_day_is_told_in_one_message(still_town: Town) -> None:
    town = still_town
    ben = await town.person("Ben")
    channel = await town.channel("Alpha", ben)
    town.simulator.hold_updates()
    for pair, entry, stop, target in COINS:
        town.post(channel, posts.long(pair, entry, stop, target))
    for _, post in town.simulator.world.updates.held or ():
        post["date"] -= timedelta(hours=12).total_seconds()
    town.simulator.release_updates(tuple(range(len(COINS))))
    await town.settled()
    await town.time_passes(20)
    told = await town.hears(ben, "6 signals that are")
    await town.settled()
    assert len(town.simulator.replies(ben)) == 1
    assert not await town.positions(ben)
    assert all(pair.partition("/")[0] in told for pair, *_ in COINS)


async def test_a_picture_with_a_signal_as_caption_is_a_signal(town: Town) -> None:
    ben = await town.person("Ben")
    channel = await town.channel("Alpha", ben)
    town.simulator.post(channel, posts.LONG_BTC, document=("chart.pdf", b"%PDF"))
    await town.hears(ben, "opened")
    await town.settled()
    assert (await town.position(ben)).symbol == "BTC/USDT"


async def test_the_eighth_signal_in_a_minute_is_a_flood(town: Town) -> None:
    ben = await town.person("Ben")
    await _allow_many_small_trades(town)
    channel = await town.channel("Alpha", ben)
    for number in range(8):
        pair, entry, stop, target = COINS[number % len(COINS)]
        town.post(channel, posts.crowd(pair, entry, stop, [target], number))
    await town.hears(ben, "more signals than anyone can trade")
    await town.settled()
    assert len(await town.positions(ben)) == 7


async def test_a_changed_instruction_is_answered_and_closes_nothing_more(town: Town) -> None:
    ben = await town.person("Ben")
    channel = await town.channel("Alpha", ben)
    town.post(channel, posts.LONG_BTC)
    await town.hears(ben, "opened")
    half = town.post(channel, "Close 50% of BTC")
    await town.hears(ben, "part closed")
    await town.settled()
    before = await town.position(ben)
    town.simulator.edit_post(half, "Close 60% of BTC")
    await town.hears(ben, "changed a post about your open trade", "Not done", "Close 60% of BTC")
    await town.settled()
    assert (await town.position(ben)).quantity == before.quantity
