"""What both sides trade on: a store with paper accounts at prices that stand still."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from decimal import Decimal
from pathlib import Path

from benchmarks.sides.posts import PAIRS, signal
from bot.clock import SystemClock
from engine.types import Role, SourceMode
from handlers import paper
from storage.database import Database
from storage.migrate import upgrade
from storage.unit_of_work import UnitOfWork

BALANCE = Decimal(1_000_000)


@asynccontextmanager
async def migrated(file: Path, clock: SystemClock) -> AsyncIterator[Database]:
    """A database of this version in a new file."""
    url = f"sqlite:///{file}"
    await asyncio.to_thread(upgrade, url)
    store = Database(url, clock)
    await store.open()
    try:
        yield store
    finally:
        await store.close()


async def populate(store: Database, clock: SystemClock, signals: int) -> dict[int, int]:
    """For every channel one person who follows it with a paper account; the channel of each connection."""
    now = clock.now()

    def settle_in(tx: UnitOfWork, channel: int) -> int:
        person = tx.people.enroll(-channel, None, "en", Role.USER, now)
        source = tx.channels.add(person, channel, f"Channel {channel}", now)
        tx.channels.set_mode(person.id, source.id, SourceMode.AUTO)
        return paper.open_account(tx, person, "Paper", BALANCE, now).id

    channels = [signal(first).channel for first in range(0, signals, len(PAIRS))]
    return await store.write(lambda tx: {settle_in(tx, channel): channel for channel in channels})
