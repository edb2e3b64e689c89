"""What a text would do on a person's accounts, without doing it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from engine.execution.reserve import would_be
from engine.execution.trader import Trader
from engine.ports import Clock, Store
from engine.types import Connection, Entry, Plan, Refusal


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """Looks and decides exactly as a real signal does; only the writing is left out."""

    store: Store
    clock: Clock
    trader: Trader

    async def plan(self, connection: Connection, entry: Entry) -> Plan | Refusal:
        look, _ = await self.trader.look(connection, entry)
        decide = partial(would_be, connection=connection, entry=entry, look=look, now=self.clock.now())
        return await self.store.read(decide)
