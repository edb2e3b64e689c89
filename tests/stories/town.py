"""A whole town for stories: Telegram's stand-in, the real bot behind HTTP, a paper market whose prices the test moves.

Nothing here waits for a wall clock. ``until`` looks again whenever something was committed or something happened in
Telegram, and ``settled`` returns when all that was said has been heard, carried out and told.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from typing import Any, TypeVar

from aiogram import Bot

from bot.demo.clock import StoryClock
from bot.house import House, build
from bot.i18n import Catalogue
from bot.intake import open_bot
from bot.mouth import Mouth
from bot.settings import load
from bot.simulator import Chat, Message, Person, Press, Simulator
from bot.simulator.updates import UpdateQueue
from engine.market.simulated import SimulatedPrices
from engine.ports import Clock
from engine.types import Connection, Position, Role, Source, SourceMode, User
from handlers import paper, routes
from storage.database import Database
from storage.unit_of_work import UnitOfWork
from tests.stories.rig import Hurried, Noticed

T = TypeVar("T")

PATIENCE = 20.0  # real seconds until a story that hangs is given up
ADMIN = "Ada"
BALANCE = Decimal(10_000)
ASLEEP = ("reports of", "outage summary")  # background tasks that wait for the venue or for the clock
WORK = (
    "execution ", "instruction ", "edit ", "report of", "resume ", "check ", "position ", "entries ", "watch ",
    "panic ", *ASLEEP,
)  # fmt: skip


@dataclass(slots=True, kw_only=True)
class Town:
    """The hands of a story, and what it can see."""

    simulator: Simulator
    feed: SimulatedPrices
    house: House
    store: Noticed
    bot: Bot
    clock: Clock
    rung: asyncio.Event
    admin: Person
    users: dict[int, User] = field(default_factory=dict)

    # --- who is there ------------------------------------------------------------------------------

    async def person(self, name: str, *, role: Role = Role.USER, account: bool = True, **about: Any) -> Person:
        """Somebody whom the bot knows; with a paper account unless the story says otherwise."""
        person = self.simulator.add_person(name, username=name.lower(), **about)
        await self.enrol(person, role, account=account)
        return person

    async def enrol(self, person: Person, role: Role, *, account: bool) -> None:
        now = self.clock.now()

        def work(tx: UnitOfWork) -> User:
            user = tx.people.enroll(person.id, person.username, "en", role, now)
            if account:
                paper.open_account(tx, user, f"{person.name}'s paper", BALANCE, now)
            return user

        self.users[person.id] = await self.store.write(work)

    async def channel(
        self, title: str, *followers: Person, mode: SourceMode = SourceMode.AUTO, scope: str | None = None
    ) -> Chat:  # fmt: skip
        """A channel that the bot reads and that these people follow."""
        channel = self.simulator.add_channel(title, admins=[self.admin])
        for follower in followers:
            await self.follow(channel, follower, mode, scope)
        return channel

    async def follow(self, channel: Chat, person: Person, mode: SourceMode, scope: str | None = None) -> Source:
        user, now = self.users[person.id], self.clock.now()

        def work(tx: UnitOfWork) -> Source:
            source = tx.channels.add(user, channel.id, channel.title, now)
            tx.channels.set_mode(user.id, source.id, mode)
            tx.channels.set_scope(user.id, source.id, scope)
            return source

        return await self.store.write(work)

    async def choose(self, person: Person, channel: Chat, mode: SourceMode) -> None:
        """The person's own switch of a channel that an admin shares."""
        user = self.users[person.id]

        def work(tx: UnitOfWork) -> bool:
            [source] = tx.sources.following(channel.id)
            return tx.channels.choose(user.id, source.id, mode)

        assert await self.store.write(work)

    # --- what they do ------------------------------------------------------------------------------

    def post(self, channel: Chat, text: str, *, reply_to: Message | None = None) -> Message:
        return self.simulator.post(channel, text, reply_to=reply_to)

    def say(self, person: Person, text: str) -> Message:
        return self.simulator.say(person, text)

    def press(self, person: Person, label: str) -> Press:
        """Press the newest button whose label contains this."""
        for message in reversed(self.simulator.replies(person)):
            for shown in (shown for row in message.labels for shown in row):
                if label in shown:
                    return self.simulator.press(person, message, shown)
        raise LookupError(f"{person.name} sees no button {label!r}")

    async def answer(self, press: Press) -> str:
        """The toast with which a press was answered."""
        await self.until(lambda _: press.answer is not None)
        assert press.answer is not None
        return str(press.answer["text"])

    def price(self, symbol: str, price: str) -> None:
        self.feed.set_price(symbol, Decimal(price))

    async def time_passes(self, seconds: float, step: float = 5.0) -> None:
        """Let the standing clock go on, and everything that falls due be done on the way."""
        assert isinstance(self.clock, StoryClock)
        while seconds > 0:
            await self.clock.advance(min(step, seconds))
            seconds -= step
            await self.settled()

    # --- what is seen ------------------------------------------------------------------------------

    def heard(self, person: Person, *words: str) -> list[str]:
        """The texts that the bot has in this person's chat and that contain these words, oldest first."""
        texts = (message.text for message in self.simulator.replies(person))
        return [text for text in texts if all(word in text for word in words)]

    async def hears(self, person: Person, *words: str, times: int = 1) -> str:
        """Wait until the bot has said this, so many times; the newest such text."""
        await self.until(lambda _: len(self.heard(person, *words)) >= times, f"{person.name} to hear {words}")
        return self.heard(person, *words)[-1]

    async def positions(self, person: Person) -> tuple[Position, ...]:
        """The trades of a person, oldest first, closed ones too."""
        user = self.users[person.id]
        found = await self.store.read(lambda tx: tx.positions.of_user(user.id, only_open=False, limit=500))
        return tuple(reversed(found))

    async def position(self, person: Person) -> Position:
        """The only trade of a person."""
        (position,) = await self.positions(person)
        return position

    async def account(self, person: Person) -> Connection:
        user = self.users[person.id]
        (connection,) = await self.store.read(lambda tx: tx.accounts.of_user(user.id))
        return connection

    async def until(self, check: Callable[[UnitOfWork], T], wanted: str = "what the story waits for") -> T:
        """The first true answer of ``check`` over the rows, asked after every commit and every deed in Telegram."""
        try:
            async with asyncio.timeout(PATIENCE):
                while True:
                    self.rung.clear()
                    if value := await self.store.read(check):
                        return value
                    await self.rung.wait()
        except TimeoutError:
            raise TimeoutError(f"{wanted} did not come\n{self._chats()}") from None

    async def settled(self) -> None:
        """Wait until all that was said is heard, all that it means is done, and all that is owed is told."""
        while True:
            await self.until(self._is_quiet, "quiet")
            await self.house.courier.idle()
            busy = [task for task in asyncio.all_tasks() if _is_work(task.get_name())]
            if not busy and await self.store.read(self._is_quiet):
                return
            if busy:
                await asyncio.wait(busy, timeout=PATIENCE)

    def _is_quiet(self, tx: UnitOfWork) -> bool:
        updates = self.simulator.world.updates
        heard = not updates.pending and (tx.inbox.last_update_id(self.bot.id) or 0) == updates.next_id - 1
        return heard and not tx.inbox.waiting(self.bot.id, 1) and not tx.deliveries.due(self.clock.now())

    def _chats(self) -> str:
        chats = (chat for chat in self.simulator.world.chats.values() if chat.messages)
        return "\n".join(f"--- {chat.title}\n{self._tail(chat)}" for chat in chats)

    def _tail(self, chat: Chat) -> str:
        return "\n".join(map(str, self.simulator.transcript(chat)[-20:]))


def _is_work(name: str) -> bool:
    """A background task of a trade that will come to its end by itself."""
    return name.startswith(WORK) and not name.startswith(("reports of", "outage summary"))


@asynccontextmanager
async def open_town(database: Database, clock: Clock, **wiring: Any) -> AsyncIterator[Town]:
    """The simulator and the house, running, over an open database; ``wiring`` is handed on to ``build``."""
    rung = asyncio.Event()
    async with Simulator(clock=clock, limits=None) as simulator:
        admin = simulator.add_person(ADMIN, username=ADMIN.lower())
        store, feed = Noticed(database, rung), SimulatedPrices(clock)
        bot = open_bot(simulator.token, simulator.url)
        mouth = Mouth(simulator.token, simulator.url, Hurried(clock))
        settings = load(
            telegram_bot_token=simulator.token, telegram_api_base=simulator.url, telegram_admin_ids=(admin.id,),
            price_feed="simulated", webhook_url=None, master_keys_file=None, _env_file=None,
        )  # fmt: skip
        house = build(
            settings=settings, store=store, clock=clock, feed=feed, feed_loop=_stand_still, bot=bot, mouth=mouth,
            catalogue=_catalogue(), routers=[routes()], once=_stand_still, **wiring,
        )  # fmt: skip
        town = Town(
            simulator=simulator, feed=feed, house=house, store=store, bot=bot, clock=clock, rung=rung, admin=admin
        )
        _ring_when_confirmed(simulator.world.updates, rung)
        await town.enrol(admin, Role.SUPER, account=False)
        try:
            async with _running(town):
                yield town
        finally:
            await mouth.close()
            await bot.session.close()


@cache
def _catalogue() -> Catalogue:
    """Read once: it takes longer than most stories."""
    return Catalogue.load()


@asynccontextmanager
async def _running(town: Town) -> AsyncIterator[None]:
    life = asyncio.create_task(town.house.run())
    ear = asyncio.create_task(_listen(town))
    try:
        yield
    finally:
        for task in (life, ear):
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task


def _ring_when_confirmed(updates: UpdateQueue, rung: asyncio.Event) -> None:
    """That the bot has an update is no news in any chat, and may come after all that it did about it."""
    confirm = updates.confirm

    def confirmed(offset: int) -> None:
        confirm(offset)
        rung.set()

    updates.confirm = confirmed  # type: ignore[method-assign]


async def _listen(town: Town) -> None:
    with town.simulator.world.changes.listen() as news:
        while True:
            await news.get()
            town.rung.set()


async def _stand_still() -> None:
    """No loop: the story moves every price itself."""
