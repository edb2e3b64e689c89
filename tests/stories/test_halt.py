"""Halts and panics in the chat, over HTTP, on the paper venue."""

from __future__ import annotations

from engine.types import TradingState
from tests.stories import posts
from tests.stories.town import Town

SOL = posts.long("SOL/USDT", "145", "140", "150")


async def test_a_panic_is_told_by_what_the_venue_confirmed(town: Town) -> None:
    ben = await town.person("Ben")
    channel = await town.channel("Alpha", ben)
    town.post(channel, posts.LONG_BTC)
    town.post(channel, SOL)
    await town.hears(ben, "opened", times=2)
    await town.settled()
    town.say(ben, "/panic")
    await town.hears(ben, "Close all 2 open trades")
    assert all(position.is_open for position in await town.positions(ben))
    town.press(ben, "Yes, close everything")
    said = await town.hears(ben, "You are out")
    assert said.count("✅ closed, confirmed") == 2 and said.count("📝 PAPER") == 2
    await town.settled()
    assert not any(position.is_open for position in await town.positions(ben))
    town.post(channel, posts.LONG_BTC.replace("BTC", "ETH").replace("64000", "3000"))
    town.say(ben, "/resume")
    await town.hears(ben, "Start it again?")
    town.press(ben, "Yes, trade again")
    await town.hears(ben, "New signals open trades again")
    assert len(town.heard(ben, "You are out")) == 1


async def test_a_halt_takes_back_what_waits_and_keeps_what_is_open(town: Town) -> None:
    ben = await town.person("Ben")
    channel = await town.channel("Alpha", ben)
    town.post(channel, posts.LONG_BTC)
    await town.hears(ben, "opened")
    town.post(channel, "BUY LIMIT SOL/USDT\nEntry: 130\nSL: 120\nTP: 150")
    await town.hears(ben, "SOL/USDT", "waits")
    await town.settled()
    town.say(ben, "/halt")
    await town.hears(ben, "Halted.", "The order that waits to enter is taken back. I tell you")
    await town.hears(ben, "SOL/USDT", "halted")
    await town.settled()
    [position] = await town.positions(ben)
    assert position.is_open
    town.price("SOL/USDT", "125")
    await town.settled()
    assert len(await town.positions(ben)) == 1


async def test_the_operator_halts_everybody_and_lets_them_go_on(town: Town) -> None:
    ben = await town.person("Ben")
    channel = await town.channel("Alpha", ben)
    town.say(town.admin, "/halt")
    await town.hears(town.admin, "Halted.")
    town.press(town.admin, "Halt everybody")
    await town.hears(town.admin, "Halt trading for everybody?")
    town.press(town.admin, "Yes, halt everybody")
    await town.hears(ben, "The operator has halted trading for everybody")
    town.post(channel, posts.LONG_BTC)
    await town.hears(ben, "not traded", "halted")
    town.say(ben, "/resume")
    await town.hears(ben, "halted trading for everybody. I tell you")
    town.say(town.admin, "/halt")
    await town.hears(town.admin, "Halted.", times=2)
    town.press(town.admin, "End it for everybody")
    await town.hears(town.admin, "End the halt for everybody?")
    town.press(town.admin, "Yes, let all trade again")
    await town.hears(ben, "The operator has ended the halt")
    town.post(channel, SOL)
    await town.hears(ben, "opened", "SOL/USDT")
    await town.settled()
    user = town.users[town.admin.id]
    assert await town.store.read(lambda tx: tx.users.trading_state(user.id)) is TradingState.HALTED


async def test_an_old_yes_does_not_stop_a_later_panic(town: Town) -> None:
    ben = await town.person("Ben")
    town.say(ben, "/halt")
    await town.hears(ben, "Halted.")
    town.say(ben, "/resume")
    await town.hears(ben, "Start it again?")
    asked = town.simulator.replies(ben)[-1]
    assert "I tell you" not in town.heard(ben, "Halted.")[0]  # nothing waits: no news is promised
    town.say(ben, "/panic")
    await town.hears(ben, "stay out?")
    town.press(ben, "Yes, close everything")
    await town.hears(ben, "You are out")
    town.simulator.press(ben, asked, "Yes, trade again")
    await town.hears(ben, "Nothing has changed", "since you asked")
    user = town.users[ben.id]
    assert await town.store.read(lambda tx: tx.users.trading_state(user.id)) is TradingState.HALTED
    town.say(ben, "/resume")
    await town.hears(ben, "Start it again?", times=2)
    town.press(ben, "Yes, trade again")
    await town.hears(ben, "New signals open trades again")
    assert await town.store.read(lambda tx: tx.people.halted_at(user.id)) is None
