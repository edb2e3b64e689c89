"""Several people in one house: what each may do, what each is told, and a Telegram that does not always answer."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from bot.simulator import Fault, FaultKind, Person
from engine.types import Role, SourceMode, TradingState
from storage.tables import plan_subscriptions, users
from tests.invariants import NUMBER
from tests.stories import posts
from tests.stories.town import Town

SOL = posts.long("SOL/USDT", "145", "140", "150")


async def test_a_shared_signal_is_executed_once_for_each_who_may(any_town: Town) -> None:
    """One trades, one has paused, one has paused the account, one's plan is over, one was blocked by the admin."""
    town = any_town
    ben, cora, dan, eve, finn = [await town.person(name) for name in ("Ben", "Cora", "Dan", "Eve", "Finn")]
    channel = await town.channel("Alpha", town.admin, scope="global")
    for person in (ben, cora, dan, eve, finn):
        await town.choose(person, channel, SourceMode.AUTO)
    town.say(cora, "/pause")
    await town.hears(cora, "Paused")
    await _switch_off(town, dan)
    await _let_the_plan_end(town, eve)
    await town.store.write(lambda tx: tx.people.set_active(town.users[finn.id].id, False))
    town.post(channel, posts.LONG_BTC)
    await town.hears(ben, "opened")
    await town.hears(cora, "not traded", "New trades are paused")
    await town.settled()
    assert [len(await town.positions(person)) for person in (ben, cora, dan, eve, finn)] == [1, 0, 0, 0, 0]
    assert not town.simulator.replies(eve)
    assert not town.simulator.replies(finn)


async def _switch_off(town: Town, person: Person) -> None:
    account, user = await town.account(person), town.users[person.id]
    await town.store.write(lambda tx: tx.accounts.set_active(user.id, account.id, False, town.clock.now()))


async def _let_the_plan_end(town: Town, person: Person) -> None:
    """``is_current`` stays set: nobody has tidied up yet."""
    mine = plan_subscriptions.c.user_id == town.users[person.id].id
    gone = town.clock.now() - timedelta(seconds=1)
    ended = update(plan_subscriptions).where(mine).values(plan_expired_at=gone)
    await town.store.write(lambda tx: tx.connection.execute(ended))


async def test_without_a_plan_the_own_channel_is_told_why_it_does_not_trade(town: Town) -> None:
    ben = await town.person("Ben")
    channel = await town.channel("Alpha", ben)
    await _let_the_plan_end(town, ben)
    town.post(channel, posts.LONG_BTC)
    await town.hears(ben, "not traded", "None of your accounts")
    await town.settled()
    assert not await town.positions(ben)


async def test_two_owners_of_one_channel_trade_each_for_themselves(town: Town) -> None:
    ben, cora = await town.person("Ben"), await town.person("Cora")
    channel = await town.channel("Alpha", ben, cora)
    town.post(channel, posts.LONG_BTC)
    await town.hears(ben, "opened", "Ben's paper")
    await town.hears(cora, "opened", "Cora's paper")
    await town.settled()
    assert not town.heard(ben, "Cora's")
    assert not town.heard(cora, "Ben's")


async def test_a_paused_person_keeps_stops_and_targets(town: Town) -> None:
    ben = await town.person("Ben")
    channel = await town.channel("Alpha", ben)
    town.post(channel, posts.LONG_BTC)
    await town.hears(ben, "opened")
    await town.settled()
    town.say(ben, "/pause")
    await town.hears(ben, "Your open trade keeps its stop")
    town.price("BTC/USDT", "63600")
    await town.hears(ben, "closed", "stop loss")
    town.post(channel, SOL)
    await town.hears(ben, "not traded", "Entry: 145", "Stop: 140", "TP1: 150", "New trades are paused")
    town.say(ben, "/resume")
    await town.hears(ben, "New signals open trades again")


async def test_a_halt_lets_nothing_in_and_everything_out(town: Town) -> None:
    ben = await town.person("Ben")
    channel = await town.channel("Alpha", ben)
    town.post(channel, posts.LONG_BTC)
    await town.hears(ben, "opened")
    await town.settled()
    halted = TradingState.HALTED
    await town.store.write(lambda tx: tx.people.set_trading_state(town.users[ben.id].id, halted))
    town.post(channel, SOL)
    await town.hears(ben, "not traded", "Trading is halted")
    town.post(channel, "Close BTC now")
    await town.hears(ben, "closed", "told by the channel")


# --- what is not theirs ----------------------------------------------------------------------------


@pytest.mark.parametrize("label", ["Close", "Close half", "Stop to entry"])
async def test_a_button_of_somebody_else_does_nothing(town: Town, label: str) -> None:
    """Mallory sends the data of Ben's button from a message of their own."""
    ben, mallory = await town.person("Ben"), await town.person("Mallory")
    channel = await town.channel("Alpha", ben)
    town.post(channel, posts.LONG_BTC)
    await town.hears(ben, "opened")
    town.say(mallory, "/connections")
    await town.hears(mallory, "Mallory's paper")
    await town.settled()
    before = await town.position(ben)
    card, own = town.simulator.replies(ben)[-1], town.simulator.replies(mallory)[-1]
    data = {b["text"]: b["callback_data"] for row in card.keyboard for b in row}[label]
    press = town.simulator.press(mallory, own, data=data)
    assert "no longer good" in await town.answer(press)
    await town.settled()
    assert await town.position(ben) == before
    assert not town.heard(mallory, "BTC")


@pytest.mark.parametrize(
    "data", ["", "x", "position_close:1", "../../etc/passwd", "%00", "A" * 64, "'; DROP TABLE orders; --"]
)
async def test_forged_buttons_are_stale_buttons(town: Town, data: str) -> None:
    ben = await town.person("Ben")
    town.say(ben, "/connections")
    await town.hears(ben, "Ben's paper")
    message = town.simulator.replies(ben)[-1]
    press = town.simulator.press(ben, message, data=data)
    assert "no longer good" in await town.answer(press)


@pytest.mark.parametrize("command", ["/users", "/health"])
async def test_admin_commands_do_not_exist_for_others(town: Town, command: str) -> None:
    ben = await town.person("Ben")
    town.say(ben, command)
    answer = await town.hears(ben, command)
    town.say(ben, "/nosuchthing")
    assert answer.replace(command, "") == (await town.hears(ben, "/nosuchthing")).replace("/nosuchthing", "")
    town.say(town.admin, command)
    said = await town.hears(town.admin, "People" if command == "/users" else "Database")
    assert command == "/users" or "Messages waiting: 0" in said  # the question itself does not count


async def test_a_right_taken_away_is_gone_with_its_buttons(town: Town) -> None:
    ada = await town.person("Second", role=Role.ADMIN)
    town.say(ada, "/users")
    await town.hears(ada, "People")
    await town.store.write(lambda tx: tx.people.set_role(town.users[ada.id].id, Role.USER))
    press = town.press(ada, "1")
    assert "no longer good" in await town.answer(press)


async def test_a_blocked_person_commands_nothing_but_stays_protected(town: Town) -> None:
    ben = await town.person("Ben")
    channel = await town.channel("Alpha", ben)
    town.post(channel, posts.LONG_BTC)
    await town.hears(ben, "opened")
    await town.settled()
    await town.store.write(lambda tx: tx.people.set_active(town.users[ben.id].id, False))
    town.say(ben, "/positions")
    await town.hears(ben, "The admin has blocked you")
    await town.answer(town.press(ben, "Close"))
    town.price("BTC/USDT", "63600")
    await town.hears(ben, "closed", "stop loss")


# --- Telegram does not answer ----------------------------------------------------------------------


async def test_who_blocked_the_bot_trades_on_and_hears_it_later(town: Town) -> None:
    ben = await town.person("Ben")
    channel = await town.channel("Alpha", ben)
    town.post(channel, posts.LONG_BTC)
    await town.hears(ben, "opened")
    await town.settled()
    said = len(town.simulator.replies(ben))
    town.simulator.block_bot(ben)
    town.price("BTC/USDT", "64335")
    await town.until(lambda tx: any(p.sl_moved_to_breakeven for p in tx.positions.open()))
    town.price("BTC/USDT", "63600")
    await town.until(lambda tx: not tx.positions.open())
    await town.settled()
    assert len(town.simulator.replies(ben)) == said
    town.simulator.unblock_bot(ben)
    town.say(ben, "/positions")
    await town.hears(ben, "closed", "stop at entry")
    await town.settled()
    assert _numbers(town, ben) == [1, 2, 3, 4]


async def test_the_account_of_one_who_blocks_at_the_first_word_is_marked(town: Town) -> None:
    """Telegram says 403 before it says that the person blocked the bot."""
    ben = await town.person("Ben")
    channel = await town.channel("Alpha", ben)
    town.simulator.fail("sendMessage", Fault(code=403, description="Forbidden: bot was blocked by the user"))
    town.post(channel, posts.LONG_BTC)
    reachable = select(users.c.reachable).where(users.c.telegram_chat_id == ben.id)
    await town.until(lambda tx: not tx.connection.execute(reachable).scalar_one())
    await town.settled()
    assert (await town.position(ben)).is_open


async def test_an_hour_without_telegram(still_town: Town) -> None:
    """Trading goes on by the prices alone; afterwards everything is told, in order."""
    town = still_town
    ben = await town.person("Ben")
    channel = await town.channel("Alpha", ben)
    town.post(channel, posts.LONG_BTC)
    town.post(channel, SOL)
    await town.hears(ben, "opened", "BTC/USDT")
    await town.hears(ben, "opened", "SOL/USDT")
    await town.settled()
    town.simulator.fail("*", Fault(kind=FaultKind.RESET), times=1_000_000)
    town.price("BTC/USDT", "64335")
    await town.until(lambda tx: any(p.sl_moved_to_breakeven for p in tx.positions.open()))
    town.price("SOL/USDT", "139")
    await town.until(lambda tx: len(tx.positions.open()) == 1)
    town.post(channel, "Close BTC now")
    await _clock_runs(town, timedelta(hours=1))
    assert town.heard(ben) == town.heard(ben, "opened")
    town.simulator.world.faults.clear()
    await _clock_runs(town, timedelta(minutes=3))
    await town.hears(ben, "closed", "BTC/USDT")
    await town.settled()
    assert _numbers(town, ben) == sorted(_numbers(town, ben))
    assert town.heard(ben, "late: this happened", "closed", "SOL/USDT")


async def _clock_runs(town: Town, span: timedelta) -> None:
    """Time goes by while something is down: nothing has to be settled in between."""
    assert hasattr(town.clock, "advance")
    for _ in range(int(span.total_seconds()) // 30):
        await town.clock.advance(30.0)


def _numbers(town: Town, person: Person) -> list[int]:
    """The numbers of the notices in a chat, in the order in which they stand there."""
    return [int(number) for text in town.heard(person) for number in NUMBER.findall(text)]
