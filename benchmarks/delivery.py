"""How fast messages reach the chats under Telegram's flood limits: ``python -m benchmarks.delivery``.

Ours is the whole road: notices in a durable outbox, courier, flood gate, HTTP, a Bot API that enforces the limits.
Beside it python-telegram-bot with its own AIORateLimiter, in a shorter form, against the same server.
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

from telegram.ext import AIORateLimiter, ExtBot
from telegram.request import HTTPXRequest

from bot.clock import SystemClock
from bot.courier import Courier
from bot.i18n import Catalogue
from bot.mouth import Mouth
from bot.notices import render
from bot.ports import BotTx
from bot.simulator import Limits, Person, Simulator
from engine.events import BackFromOutage, Event, TargetHit
from engine.types import Role, User
from storage.database import Database
from storage.migrate import upgrade

OVERALL_A_SECOND = 30
STRICT = Limits(burst=1)
ALLOWED_MS = 150
BACKLOG_EACH = 10
PROBES = 7

NEWS = BackFromOutage(source="Signals", count=2, symbols=["BTCUSDT"])
ALARM = TargetHit(
    connection="Demo", paper=True, position_id=1, symbol="BTCUSDT", direction="buy", level=1, price=Decimal(67000),
    quantity=Decimal("0.1"), left=Decimal("0.2"), pnl=Decimal(50), currency="USDT",
)  # fmt: skip

clock = SystemClock()


class Office:
    """A database with enrolled people, a strict Telegram, and the courier between them."""

    def __init__(self, sim: Simulator, store: Database) -> None:
        self.sim, self.store = sim, store
        self.people: list[Person] = []
        self.users: list[User] = []
        self.keys = 0
        self.mouth = Mouth(sim.token, sim.url, clock)
        self.courier = Courier(mouth=self.mouth, store=store, clock=clock, catalogue=Catalogue.load(), render=render)

    async def enrol(self, count: int) -> None:
        self.people = [self.sim.add_person(f"P{n}") for n in range(count)]
        now, chats = clock.now(), [person.id for person in self.people]
        self.users = await self.store.write(
            lambda tx: [tx.people.enroll(chat, None, "en", Role.USER, now) for chat in chats]
        )

    async def owe(self, users: list[User], event: Event, times: int = 1) -> None:
        first, self.keys = self.keys, self.keys + len(users) * times
        now = clock.now()

        def work(tx: BotTx) -> None:
            for key, user in enumerate(users * times, first):
                tx.outbox.tell(user.id, event, key=str(key), now=now)

        await self.store.write(work)

    @asynccontextmanager
    async def delivering(self) -> AsyncIterator[None]:
        async with asyncio.TaskGroup() as group:
            running = group.create_task(self.courier.run())
            yield
            running.cancel()


@asynccontextmanager
async def office(people: int) -> AsyncIterator[Office]:
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'delivery.sqlite3'}"
        await asyncio.to_thread(upgrade, url)
        store = Database(url, clock)
        await store.open()
        async with Simulator(clock=clock, limits=STRICT) as sim:
            place = Office(sim, store)
            await place.enrol(people)
            yield place
            await place.mouth.close()
        await store.close()


async def everybody(chats: int) -> None:
    """One notice to each of so many chats."""
    async with office(chats) as place:
        await place.owe(place.users, NEWS)
        started = clock.monotonic()
        async with place.delivering():
            await place.sim.wait_for(lambda: place.sim.count("sendMessage") >= chats, timeout=600)
            took = clock.monotonic() - started
        floor = chats / OVERALL_A_SECOND
        print(
            f"ours   {chats} chats, one notice each    {took:6.2f} s = {took / floor:.3f} x the {floor:.1f} s that "
            f"the limit allows (target 1.05)   429s: {place.sim.violations}"
        )


async def urgent(chats: int) -> None:
    """Urgent notices that come while ordinary ones of all other chats wait."""
    async with office(chats + PROBES) as place:
        await place.owe(place.users[:chats], NEWS, times=BACKLOG_EACH)
        waits = []
        async with place.delivering():
            for person, user in zip(place.people[chats:], place.users[chats:], strict=True):
                await clock.sleep(0.73)
                waits.append(1000 * await _timed(place, person, user))
        left = await place.store.read(lambda tx: tx.deliveries.backlog())
        print(
            f"ours   urgent behind {chats * BACKLOG_EACH} waiting       median {statistics.median(waits):6.1f} ms, "
            f"worst {max(waits):.1f} ms (target {ALLOWED_MS})   still waiting: {left}   429s: {place.sim.violations}"
        )


async def _timed(place: Office, person: Person, user: User) -> float:
    started = clock.monotonic()
    await place.owe([user], ALARM)
    place.courier.wake()
    await place.sim.wait_for(lambda: place.sim.replies(person), timeout=60)
    return clock.monotonic() - started


@asynccontextmanager
async def stock() -> AsyncIterator[tuple[Simulator, ExtBot[int]]]:
    async with Simulator(clock=clock, limits=STRICT) as sim:
        requests = [HTTPXRequest(connection_pool_size=64, pool_timeout=120) for _ in range(2)]
        yield sim, ExtBot(
            sim.token, base_url=f"{sim.url}/bot", request=requests[0], get_updates_request=requests[1],
            rate_limiter=AIORateLimiter(max_retries=20),
        )  # fmt: skip
        for request in requests:
            await request.shutdown()


async def stock_everybody(chats: int) -> None:
    async with stock() as (sim, bot):
        people = [sim.add_person(f"P{n}") for n in range(chats + 1)]
        started = clock.monotonic()
        async with asyncio.TaskGroup() as group:
            for person in people[:-1]:
                group.create_task(bot.send_message(person.id, "news"))
            await clock.sleep(0.73)
            asked = clock.monotonic()
            await bot.send_message(people[-1].id, "stop hit")
            waited = clock.monotonic() - asked
        took, floor = clock.monotonic() - started, chats / OVERALL_A_SECOND
        print(
            f"stock  {chats} chats, one message each   {took:6.2f} s = {took / floor:.3f} x the {floor:.1f} s that "
            f"the limit allows   429s: {sim.violations}\n"
            f"stock  a message behind those {chats}     {1000 * waited:13.1f} ms (there is no priority)"
        )


async def stock_one_chat(messages: int) -> None:
    async with stock() as (sim, bot):
        ann = sim.add_person("Ann")
        started = clock.monotonic()
        async with asyncio.TaskGroup() as group:
            for n in range(messages):
                group.create_task(bot.send_message(ann.id, str(n)))
        _one_chat("stock", sim, ann, messages, clock.monotonic() - started)


async def one_chat(messages: int) -> None:
    async with office(1) as place:
        started = clock.monotonic()
        async with asyncio.TaskGroup() as group:
            for n in range(messages):
                group.create_task(place.mouth.send(place.people[0].id, str(n)))
        _one_chat("ours ", place.sim, place.people[0], messages, clock.monotonic() - started)


def _one_chat(who: str, sim: Simulator, person: Person, messages: int, took: float) -> None:
    said = [int(message.text) for message in sim.replies(person)]
    wrong = sum(later < earlier for earlier, later in pairwise(said))
    print(
        f"{who}  {messages} messages to one chat        {took:6.2f} s   429s: {sim.violations}   "
        f"out of order: {wrong}   {'in order' if said == list(range(messages)) else said}"
    )


async def main(chats: int) -> None:
    await everybody(chats)
    await urgent(chats)
    await stock_everybody(max(60, chats // 4))
    await one_chat(10)
    await stock_one_chat(10)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--chats", type=int, default=1000)
    asyncio.run(main(parser.parse_args().chats))
