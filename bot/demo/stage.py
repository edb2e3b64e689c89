"""The demonstration's house: the real bot, talking over HTTP to the simulator, trading on paper at simulated prices."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

from aiogram import Bot, Router

from bot.demo.scene import ADMIN, CHANNEL, SCENE
from bot.house import House, build
from bot.i18n import Catalogue
from bot.intake import open_bot
from bot.mouth import Mouth
from bot.ports import BotTx, Store
from bot.settings import load
from bot.simulator import Simulator
from bot.simulator.model import Chat, Person
from engine.market.simulated import SimulatedPrices
from engine.ports import Clock
from engine.types import Role, SourceMode

Publish = Callable[[Bot, Catalogue], Awaitable[None]]
SEED = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """Everything a demonstration plays with."""

    simulator: Simulator
    feed: SimulatedPrices
    house: House
    store: Store
    bot: Bot

    def person(self, name: str) -> Person:
        return next(p for p in self.simulator.world.accounts.values() if p.name == name)

    @property
    def channel(self) -> Chat:
        return next(c for c in self.simulator.world.chats.values() if c.title == CHANNEL)


@asynccontextmanager
async def set_up(
    *, store: Store, clock: Clock, routers: Sequence[Router], publish: Publish, port: int, interval: float | None
) -> AsyncIterator[Stage]:  # fmt: skip
    """``interval`` is the seconds between two prices; None leaves moving them to the caller."""
    feed = SimulatedPrices(clock, seed=SEED)
    simulator = Simulator(port=port, clock=clock, scene=SCENE)
    async with simulator:
        admin = next(p for p in simulator.world.accounts.values() if p.name == ADMIN)
        settings = load(
            telegram_bot_token=simulator.token, telegram_api_base=simulator.url, telegram_admin_ids=(admin.id,),
            price_feed="simulated", webhook_url=None, master_keys_file=None, _env_file=None,
        )  # fmt: skip
        bot, mouth = open_bot(simulator.token, simulator.url), Mouth(simulator.token, simulator.url, clock)
        catalogue = Catalogue.load()
        house = build(
            settings=settings, store=store, clock=clock, feed=feed, bot=bot, mouth=mouth, catalogue=catalogue,
            routers=routers, once=lambda: publish(bot, catalogue),
            feed_loop=(lambda: feed.run(interval)) if interval is not None else _nothing,
        )  # fmt: skip
        stage = Stage(simulator=simulator, feed=feed, house=house, store=store, bot=bot)
        await store.write(lambda tx: _share_channel(tx, stage, clock))
        try:
            yield stage
        finally:
            await mouth.close()
            await bot.session.close()


def _share_channel(tx: BotTx, stage: Stage, clock: Clock) -> None:
    """The admin follows the channel and shares it: everybody with an account is asked about its signals."""
    now = clock.now()
    person = stage.person(ADMIN)
    admin = tx.people.enroll(person.id, person.username, "en", Role.SUPER, now)
    source = tx.channels.add(admin, stage.channel.id, CHANNEL, now)
    tx.channels.set_mode(admin.id, source.id, SourceMode.AUTO)
    tx.channels.set_scope(admin.id, source.id, "global")


async def _nothing() -> None:
    """No loop: the story sets every price itself."""
