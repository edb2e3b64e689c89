"""The whole bot over HTTP: simulator, real database, polling, lanes, door, courier. Handlers are three lines each."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
from aiogram import Router
from aiogram.filters import Command
from aiogram.types import CallbackQuery, Message

from bot.access import Action
from bot.app import App, build_dispatcher
from bot.courier import Courier
from bot.i18n import Catalogue
from bot.intake import Polling, open_bot
from bot.lanes import Lanes
from bot.mouth import Mouth
from bot.notices import render
from bot.reception import Reception
from bot.replies import Button, Reply
from bot.settings import Settings
from bot.simulator import Fault, Limits, Person, Simulator
from engine.events import BackFromOutage
from engine.types import User
from storage.database import Database
from tests.bot.clocks import FastClock
from tests.bot.receptions import Scribe, Usual
from tests.stores import fresh_database

CATALOGUE = Catalogue.load()


class House:
    """One database and one Telegram; ``running`` starts the bot on them, as often as a test likes."""

    def __init__(self, sim: Simulator, clock: FastClock, store: Database) -> None:
        self.sim, self.clock, self.store = sim, clock, store
        self.done: list[str] = []
        self.before: Callable[[str], Any] | None = None
        self.ann = sim.add_person("Ann")
        self.loops: dict[str, Any] = {}

    def _routes(self) -> Router:
        router = Router()
        router.message.register(self._start, Command("start"))
        router.message.register(self._buttons, Command("buttons"))
        router.message.register(self._echo)
        router.channel_post.register(self._post)
        router.callback_query.register(self._pressed, Action("close"))
        return router

    async def _start(self, _: Message, user: User) -> Reply:
        self.done.append("/start")
        return Reply(text=f"welcome {user.id}")

    async def _buttons(self, _: Message) -> Reply:
        return Reply(text="BTC", rows=((Button(label="Close", action="close", args={"id": 5}),),))

    async def _pressed(self, _: CallbackQuery, args: dict[str, Any]) -> Reply:
        self.done.append(f"closed {args['id']}")
        return Reply(text="closed", toast="Closed.", edit=True)

    async def _echo(self, message: Message) -> Reply:
        self.done.append(message.text or "")
        return Reply(text=f"you said {message.text}")

    async def _post(self, message: Message) -> None:
        if self.before:
            await self.before(message.text or "")
        self.done.append(message.text or "")

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        bot, mouth = open_bot(self.sim.token, self.sim.url), Mouth(self.sim.token, self.sim.url, self.clock)
        self.courier = Courier(
            mouth=mouth, store=self.store, clock=self.clock, catalogue=CATALOGUE, render=render
        )  # fmt: skip
        context = {
            "store": self.store,
            "clock": self.clock,
            "settings": Settings(_env_file=None),
            "catalogue": CATALOGUE,
        }
        lanes = Lanes(
            bot=bot, dispatcher=build_dispatcher([self._routes()], context), store=self.store, clock=self.clock,
            voice=self.courier,
        )  # fmt: skip
        reception = Reception(
            bot_id=bot.id, store=self.store, clock=self.clock, lanes=Usual(lanes), desk=Scribe()
        )  # fmt: skip
        polling = Polling(bot=bot, clock=self.clock, take=reception.take)
        app = App(intake=polling, lanes=lanes, courier=self.courier, clock=self.clock, loops=self.loops)
        self.task = asyncio.get_running_loop().create_task(app.run())
        try:
            yield
        finally:
            self.task.cancel()
            with suppress(asyncio.CancelledError):
                await self.task
            await mouth.close()
            await bot.session.close()

    async def says(self, text: str, person: Person | None = None) -> None:
        """Wait until the bot has said this."""
        who = person or self.ann
        await self.sim.wait_for(lambda: text in [m.text for m in self.sim.replies(who)], timeout=10)

    async def until(self, condition: Callable[[], bool]) -> None:
        async with asyncio.timeout(10):
            while not condition():
                await asyncio.sleep(0.005)

    async def waiting(self) -> int:
        return len(await self.store.read(lambda tx: tx.inbox.waiting(self.sim.bot.id)))

    async def tell(self, count: int, key: str) -> None:
        event = BackFromOutage(source="Signals", count=count, symbols=["BTCUSDT"])
        user = await self.store.read(lambda tx: tx.people.by_chat(self.ann.id))
        assert user is not None
        await self.store.write(lambda tx: tx.outbox.tell(user.id, event, key=key, now=self.clock.now()))


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    clock = FastClock(20)
    store = await fresh_database(tmp_path, clock)
    async with Simulator(clock=clock, limits=Limits(burst=1)) as sim:
        yield House(sim, clock, store)
    await store.close()


async def test_a_command_is_answered_and_its_row_is_done(house: House) -> None:
    async with house.running():
        house.sim.say(house.ann, "/start")
        await house.says("welcome 1")
    assert await house.waiting() == 0
    assert house.sim.violations == 0


async def test_an_update_delivered_three_times_is_handled_once(house: House) -> None:
    async with house.running():
        house.sim.say(house.ann, "/start")
        await house.says("welcome 1")
        house.sim.redeliver(times=2)
        house.sim.say(house.ann, "after")
        await house.says("you said after")
    assert house.done == ["/start", "after"]


async def test_a_post_in_hand_when_the_power_fails_is_handled_by_the_next_start(house: House) -> None:
    channel = house.sim.add_channel("Signals", admins=[house.ann])
    reached = asyncio.Event()

    async def power_cut(text: str) -> None:
        if text == "BUY 2":
            reached.set()
            await asyncio.Event().wait()

    house.before = power_cut
    async with house.running():
        for n in range(1, 5):
            house.sim.post(channel, f"BUY {n}")
        await asyncio.wait_for(reached.wait(), 5)
        await house.sim.wait_for(lambda: len(house.sim.calls("getUpdates")) > 1)
    assert house.done == ["BUY 1"]
    house.before = None
    async with house.running():
        await house.until(lambda: len(house.done) == 4)
    assert house.done == ["BUY 1", "BUY 2", "BUY 3", "BUY 4"]


async def test_posts_of_a_channel_stay_in_order_and_do_not_delay_a_command(house: House) -> None:
    channel = house.sim.add_channel("Signals", admins=[house.ann])

    async def work(_: str) -> None:
        await house.clock.sleep(0.2)

    async with house.running():
        house.sim.say(house.ann, "/start")
        await house.says("welcome 1")
        house.before = work
        for n in range(200):
            house.sim.post(channel, f"post {n}")
        house.sim.say(house.ann, "help")
        await house.says("you said help")
        assert len(house.done) < 100
        await house.until(lambda: len(house.done) == 202)
    posts = [text for text in house.done if text.startswith("post")]
    assert posts == [f"post {n}" for n in range(200)]


async def test_a_button_pressed_twice_acts_once(house: House) -> None:
    async with house.running():
        house.sim.say(house.ann, "/start")
        house.sim.say(house.ann, "/buttons")
        await house.says("BTC")
        card = house.sim.replies(house.ann)[-1]
        token = card.keyboard[0][0]["callback_data"]
        assert len(token) >= 22  # 128 bits, URL-safe
        presses = [house.sim.press(house.ann, card, data=token) for _ in range(2)]
        await house.sim.wait_for(lambda: all(press.answer for press in presses))
        await house.says("closed")
    assert house.done == ["/start", "closed 5"]
    assert [press.answer["text"] for press in presses if press.answer] == ["Closed.", "This button is no longer good."]
    assert house.sim.messages(house.sim.private(house.ann), house.sim.bot)[-1].id == card.id  # edited in place


async def test_notices_follow_their_commit_in_order_through_a_long_429(house: House) -> None:
    async with house.running():
        house.sim.say(house.ann, "/start")
        await house.says("welcome 1")
        house.sim.fail("sendMessage", Fault(code=429, retry_after=9))
        started = house.clock.monotonic()
        for n in range(3):
            await house.tell(n + 2, key=f"outage-{n}")
        house.courier.wake()
        await house.sim.wait_for(lambda: len(house.sim.replies(house.ann)) == 4, timeout=10)
        assert house.clock.monotonic() - started >= 9
    notices = [message.text for message in house.sim.replies(house.ann)[1:]]
    assert [f"{n}" in text for n, text in zip((2, 3, 4), notices, strict=True)] == [True] * 3
    assert house.sim.violations == 0


async def test_who_blocks_the_bot_is_left_alone_until_they_come_back(house: House) -> None:
    async with house.running():
        house.sim.say(house.ann, "/start")
        await house.says("welcome 1")
        house.sim.block_bot(house.ann)
        await house.until(lambda: house.sim.count("getUpdates") > 2)
        await house.tell(2, key="outage")
        house.courier.wake()
        await house.clock.sleep(3)
        sent = house.sim.count("sendMessage")
        assert len(house.sim.replies(house.ann)) == 1
        house.sim.unblock_bot(house.ann)
        house.sim.say(house.ann, "back again")
        await house.says("you said back again")
        assert house.sim.count("sendMessage") - sent <= 2


async def test_without_telegram_everything_else_goes_on(house: House) -> None:
    beats: list[float] = []

    async def monitor() -> None:
        while True:
            beats.append(house.clock.monotonic())
            await house.clock.sleep(0.5)

    house.loops["monitor"] = monitor
    async with house.running():
        house.sim.say(house.ann, "/start")
        await house.says("welcome 1")
        for method in ("getUpdates", "sendMessage"):
            house.sim.fail(method, Fault(code=502), times=4)
        await house.tell(2, key="outage")
        house.courier.wake()
        seen = len(beats)
        house.sim.say(house.ann, "still there?")
        await house.says("you said still there?")
        await house.sim.wait_for(lambda: len(house.sim.replies(house.ann)) == 3, timeout=10)
        assert len(beats) > seen + 3


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT], ids=["SIGTERM", "SIGINT"])
async def test_a_signal_stops_it_after_the_work_in_hand(house: House, number: signal.Signals) -> None:
    channel = house.sim.add_channel("Signals", admins=[house.ann])
    reached = asyncio.Event()

    async def work(_: str) -> None:
        reached.set()
        await house.clock.sleep(4)

    house.before = work
    async with house.running():
        house.sim.post(channel, "BUY 1")
        house.sim.post(channel, "BUY 2")
        await asyncio.wait_for(reached.wait(), 5)
        os.kill(os.getpid(), number)
        await asyncio.wait_for(asyncio.shield(house.task), 5)
    assert house.done == ["BUY 1"]
    assert await house.waiting() == 1


async def test_a_handler_that_never_ends_does_not_keep_it_from_stopping(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.app.LAST_WORDS", 0.2)
    channel = house.sim.add_channel("Signals", admins=[house.ann])
    reached = asyncio.Event()

    async def hang(_: str) -> None:
        reached.set()
        await asyncio.Event().wait()

    house.before = hang
    async with house.running():
        house.sim.post(channel, "BUY 1")
        await asyncio.wait_for(reached.wait(), 5)
        os.kill(os.getpid(), signal.SIGTERM)
        await asyncio.wait_for(asyncio.shield(house.task), 2)
    assert await house.waiting() == 1
