"""The product on its whole durable road, as ``run.py run`` builds it: reception, desk, execution, paper.

Only Telegram is left out, on this side as on the other: updates are handed in where polling would hand them in, and
what is said to a chat is taken by a mouth that is not there.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from benchmarks.sides.market import migrated, populate
from benchmarks.sides.posts import Arrivals, Told
from bot.clock import SystemClock
from bot.house import House, build
from bot.i18n import Catalogue
from bot.intake import open_bot
from bot.interpreter import settle
from bot.mouth import Keys, Mouth
from bot.settings import load
from engine.market.simulated import SimulatedPrices
from handlers import routes
from storage.database import Database
from storage.tables import execution_logs
from storage.unit_of_work import UnitOfWork

TOKEN = "123456:" + "A" * 35
NOWHERE = "http://127.0.0.1:9"
QUIET = 120.0  # seconds in which what was begun must be done


class Deaf(Mouth):
    """Takes every message at once and sends none."""

    async def send(self, chat_id: int, text: str, keys: Keys = (), *, urgent: bool = False) -> int:  # noqa: ARG002
        return 1


class Silence:
    """No polling: the benchmark hands the updates in."""

    async def run(self) -> None:
        await asyncio.Event().wait()


@dataclass(slots=True, kw_only=True)
class Product:
    """The running house."""

    store: Database
    house: House
    arrivals: Arrivals

    async def send(self, told: Told) -> None:
        await self.receive(told.update)

    async def receive(self, update: dict[str, Any]) -> None:
        """What polling does with one update that comes alone."""
        await self.house.reception.take([update])

    async def settled(self, look: float = 0.002) -> None:
        """Wait until every trade has its stop, and everything that is owed is told; ``look`` each so many seconds."""
        async with asyncio.timeout(QUIET):
            await self.house.lanes.idle()
            while _busy() or await self.store.read(lambda tx: tx.deliveries.backlog()):
                await asyncio.sleep(look)

    async def outcomes(self) -> Counter[str]:
        """How the executions ended, with the reason where there is one."""
        log = execution_logs.c

        def ended(tx: UnitOfWork) -> Counter[str]:
            query = select(log.status, log.reason_code, func.count()).group_by(log.status, log.reason_code)
            return Counter(
                {f"{status} {why or ''}".strip(): count for status, why, count in tx.connection.execute(query)}
            )

        return await self.store.read(ended)


def _busy() -> bool:
    return any(task.get_name().startswith(("execution ", "order ")) for task in asyncio.all_tasks())


@asynccontextmanager
async def product(folder: Path, signals: int) -> AsyncIterator[Product]:
    """A house in which so many signals have somebody to trade them, its venues open as in a service that has traded."""
    clock = SystemClock()
    async with migrated(folder / "product.sqlite3", clock) as store:
        feed, bot, mouth = SimulatedPrices(clock), open_bot(TOKEN, NOWHERE), Deaf(TOKEN, NOWHERE, clock)
        house = build(
            settings=load(telegram_bot_token=TOKEN, price_feed="simulated", master_keys_file=None, _env_file=None),
            store=store, clock=clock, feed=feed, feed_loop=nothing, bot=bot, mouth=mouth,
            catalogue=Catalogue.load(), routers=[routes()], once=nothing,
        )  # fmt: skip
        house = replace(house, app=replace(house.app, intake=Silence()))
        side = Product(store=store, house=house, arrivals=Arrivals())
        channels = await populate(store, clock, signals)
        settle()
        running = asyncio.create_task(house.run())
        try:
            for connection_id, channel in channels.items():
                side.arrivals.listen(await house.trader.venue_by_id(connection_id), channel)
            yield side
        finally:
            running.cancel()
            await asyncio.wait([running])
            await mouth.close()
            await bot.session.close()


async def nothing() -> None:
    """No loop: prices stand still."""
