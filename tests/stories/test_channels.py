"""A channel is set up in the chat, taught by tapping, shared, and caught up with after an outage."""

from __future__ import annotations

from datetime import timedelta

from bot.simulator import Chat, Person
from engine.types import Role, SourceMode
from tests.stories import posts
from tests.stories.town import Town

IDEA = "BTC/USDT LONG\nEntry 64000\nTP 64800\nthe idea dies below {stop}"


async def test_a_channel_is_taught_its_stop_and_then_trades_by_itself(town: Town) -> None:
    ben = await town.person("Ben")
    channel = await town.channel("Alpha", ben)
    town.post(channel, IDEA.format(stop=63680))
    await town.hears(ben, "what may be a signal")
    town.press(ben, "Show me how to read it")
    await town.hears(ben, "below (3) 63680", "Which number is the stop?")
    town.press(ben, "3")
    await town.hears(ben, "after “idea dies below” comes the stop", "One would be read differently")
    town.press(ben, "Keep this rule")
    await town.hears(ben, "Learnt for Alpha")
    await town.hears(ben, "Stop: 63,680", "I read this post anew")
    town.press(ben, "Take")
    await town.hears(ben, "opened", "63,680")
    await town.settled()
    assert (await town.position(ben)).sl_price == 63680

    town.post(channel, IDEA.format(stop=63700).replace("BTC/USDT", "ETH/USDT").replace("64000", "3100")
              .replace("64800", "3160").replace("63700", "3060"))  # fmt: skip
    await town.hears(ben, "opened", "ETH/USDT", "3,060")
    await town.settled()
    assert len(await town.positions(ben)) == 2


async def test_rules_are_set_in_the_chat(town: Town) -> None:
    ben = await town.person("Ben")
    channel = await town.channel("Alpha", ben)
    town.say(ben, "/sources")
    await town.hears(ben, "Alpha", "Auto")
    town.press(ben, "Rules")
    await town.hears(ben, "Only these symbols: any")
    town.press(ben, "Symbols")
    await town.hears(ben, "Write the symbols that may be traded")
    town.say(ben, "eth, gold")
    await town.hears(ben, "Only these symbols: ETH, XAU")
    town.post(channel, posts.LONG_BTC)
    await town.hears(ben, "not traded", "You do not trade this symbol from this channel")
    await town.settled()
    assert not await town.positions(ben)


async def test_an_unsure_signal_is_asked_about(town: Town) -> None:
    ben = await town.person("Ben")
    channel = await town.channel("Alpha", ben)
    town.post(channel, "BTC/USDT LONG\nEntry: 64000\nStop loss: 63680")
    await town.hears(ben, "I am not sure enough of this one", "sure 75 of 100")
    await town.settled()
    assert not await town.positions(ben)
    town.press(ben, "Take")
    await town.hears(ben, "opened")
    await town.settled()
    assert len(await town.positions(ben)) == 1


async def test_the_card_that_is_pressed_is_the_card_that_is_traded(town: Town) -> None:
    """The channel changes its post between the card and the finger."""
    ben = await town.person("Ben")
    channel = await town.channel("Alpha", ben, mode=SourceMode.ASK)
    post = town.post(channel, posts.LONG_BTC)
    await town.hears(ben, "Shall I take it", "63,680")
    [old] = [message for message in town.simulator.replies(ben) if message.labels]
    town.simulator.edit_post(post, posts.LONG_BTC.replace("63680", "63800"))
    await town.hears(ben, "Shall I take it", "63,800")
    town.simulator.press(ben, old, old.labels[0][0])
    await town.hears(ben, "The channel has changed this signal since")
    assert not await town.positions(ben)
    town.press(ben, "Take")
    await town.hears(ben, "opened", "63,800")
    await town.settled()
    assert (await town.position(ben)).sl_price == 63800


async def test_each_person_has_a_switch_of_their_own_for_a_shared_channel(town: Town) -> None:
    ann = await town.person("Ann")
    ben = await town.person("Ben")
    owner = await town.person("Olga", role=Role.ADMIN, account=False)
    channel = await town.channel("Shared", owner, scope="global")
    eve = await town.person("Eve")
    await _switches(town, ann, "Auto", "I trade each signal at once")
    await _switches(town, ben, "Off", "I read it and do nothing")
    await _posted(town, channel, ann)
    assert len(await town.positions(ann)) == 1 and not await town.positions(ben)
    assert not town.heard(ben, "opened")
    await town.hears(eve, "Shall I take it")
    assert not await town.positions(eve)  # the owner trades automatically; she never said so


async def _switches(town: Town, person: Person, mode: str, means: str) -> None:
    town.say(person, "/sources")
    await town.hears(person, "Shared", "your own switch")
    town.press(person, mode)
    await town.hears(person, means)


async def _posted(town: Town, channel: Chat, person: Person) -> None:
    town.post(channel, posts.LONG_BTC)
    await town.hears(person, "opened")
    await town.settled()


async def test_a_late_signal_is_taken_by_hand_at_the_price_of_now(still_town: Town) -> None:
    town = still_town
    ben = await town.person("Ben")
    channel = await town.channel("Alpha", ben)
    town.simulator.hold_updates()
    for pair, entry, stop, target in (("SOL/USDT", "145", "140", "150"), ("ADA/USDT", "4.5", "4.3", "4.8")):
        town.post(channel, posts.long(pair, entry, stop, target))
    for _, post in town.simulator.world.updates.held or ():
        post["date"] -= timedelta(hours=2).total_seconds()
    town.simulator.release_updates((0, 1))
    await town.settled()
    await town.time_passes(20)
    await town.hears(ben, "Nothing was traded. Tap one")
    assert not await town.positions(ben)
    town.press(ben, "ADA/USDT")
    await town.hears(ben, "not traded", "too far from the market")
    town.press(ben, "SOL/USDT")
    await town.hears(ben, "opened", "SOL/USDT")
    await town.settled()
    [position] = await town.positions(ben)
    assert position.symbol == "SOL/USDT"


async def test_the_time_until_an_asked_trade_is_open_runs_from_the_tap(still_town: Town) -> None:
    town = still_town
    ben = await town.person("Ben")
    channel = await town.channel("Alpha", ben, mode=SourceMode.ASK)
    town.post(channel, posts.LONG_BTC)
    await town.hears(ben, "Shall I take it?")
    await town.time_passes(40)
    town.press(ben, "Take")
    said = await town.hears(ben, "opened")
    assert "to fill" not in said  # the clock stands still between the tap and the fill; the forty seconds were his own
