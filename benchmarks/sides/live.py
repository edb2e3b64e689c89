"""The product with accounts at the emulated exchange: a thousand people, each with a key, behind one shared channel."""

from __future__ import annotations

import asyncio
import importlib
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from benchmarks.sides.exchange import credentials
from benchmarks.sides.market import migrated
from benchmarks.sides.posts import Arrivals
from benchmarks.sides.product import NOWHERE, TOKEN, Deaf, Product, Silence, nothing
from bot.clock import SystemClock
from bot.house import build
from bot.i18n import Catalogue
from bot.intake import open_bot
from bot.interpreter import settle as settle_in
from bot.settings import load
from engine.adapters import ccxt_shared, ccxt_wire
from engine.adapters.ccxt_budget import Budget
from engine.market.simulated import SimulatedPrices
from engine.ports import Clock
from engine.types import Role, SourceMode, User
from handlers import routes
from storage.safe import Safe
from storage.unit_of_work import UnitOfWork
from storage.vault import KeyRing, Vault, new_key

CHANNEL = -1_000_001
Settle = Callable[[UnitOfWork, Safe], None]
"""Who is there, and with which accounts, before anything begins."""
EVERYONE = "global"
RICH = 1e9


def unpaced(_client: Any, clock: Clock) -> Budget:
    """The other side sends without a throttle, and the emulated exchange sets no pace: nor do we."""
    return Budget(clock, RICH)


@asynccontextmanager
async def live(folder: Path, url: str, settle: Settle, exchange: str = "binance") -> AsyncIterator[Product]:
    """The running house after a restart: no venue is open, nothing of the exchange is known."""
    clock = SystemClock()
    importlib.import_module("ccxt.pro")  # what any account at an exchange needs is no connection's memory
    ccxt_wire.budget_of = ccxt_shared.budget_of = unpaced
    async with migrated(folder / "live.sqlite3", clock) as store:
        safe = Safe(store, Vault(KeyRing.parse(new_key("k1"))), clock)
        await store.write(lambda tx: settle(tx, safe))
        feed, bot, mouth = SimulatedPrices(clock), open_bot(TOKEN, NOWHERE), Deaf(TOKEN, NOWHERE, clock)
        house = build(
            settings=load(
                telegram_bot_token=TOKEN, price_feed="simulated", master_keys_file=None, _env_file=None,
                exchange_url_overrides={exchange: url},
            ),
            store=store, clock=clock, feed=feed, feed_loop=nothing, bot=bot, mouth=mouth, safe=safe,
            catalogue=Catalogue.load(), routers=[routes()], once=nothing,
        )  # fmt: skip
        house = replace(house, app=replace(house.app, intake=Silence()))
        settle_in()
        running = asyncio.create_task(house.run())
        try:
            yield Product(store=store, house=house, arrivals=Arrivals())
        finally:
            running.cancel()
            await asyncio.wait([running])
            await mouth.close()
            await bot.session.close()


def behind_one_channel(accounts: int, market: str) -> Settle:
    """An admin's channel, and so many people who have it traded by themselves."""

    def settle(tx: UnitOfWork, safe: Safe) -> None:
        now = tx.clock.now()
        admin = tx.people.enroll(1, None, "en", Role.ADMIN, now)
        source = tx.channels.add(admin, CHANNEL, "Shared", now)
        tx.channels.set_mode(admin.id, source.id, SourceMode.AUTO)
        tx.channels.set_scope(admin.id, source.id, EVERYONE)
        for number in range(accounts):
            person = tx.people.enroll(1000 + number, None, "en", Role.USER, now)
            tx.channels.choose(person.id, source.id, SourceMode.AUTO)
            connect(tx, safe, person, number, market)

    return settle


def each_with_a_channel(channels: Iterable[int], market: str) -> Settle:
    """For every channel one person who follows it. The connections have the numbers from 1 in this order."""

    def settle(tx: UnitOfWork, safe: Safe) -> None:
        now = tx.clock.now()
        for number, channel in enumerate(channels):
            person = tx.people.enroll(-channel, None, "en", Role.USER, now)
            source = tx.channels.add(person, channel, f"Channel {channel}", now)
            tx.channels.set_mode(person.id, source.id, SourceMode.AUTO)
            connect(tx, safe, person, number, market)

    return settle


def connect(tx: UnitOfWork, safe: Safe, person: User, number: int, market: str) -> None:
    """The account of this customer of the exchange, as it is after ``/connect``."""
    now = tx.clock.now()
    settings = {"market": market, "testnet": False}
    added = tx.accounts.add(person, "Account", "binance", settings, trades=True, now=now)
    tx.credentials.put(person.id, added.id, safe.seal(person.id, added.id, credentials(number)), now)
    tx.accounts.mark_tested(person.id, added.id, 20, now)
