"""What the owner of an open trade has to hear although nothing happened to it: nobody trades it, or nobody prices it.

Each is told once a day for a trade, for it may come and go. Nothing is closed: an exchange that does not trade a symbol
takes no order for it, and a price that nobody knows is no reason to sell.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable
from functools import partial

import structlog

from engine.errors import Code, EngineFault, VenueRefused
from engine.events import Trouble
from engine.execution import told
from engine.execution.exits import execution_of, open_position
from engine.ports import Clock, Store, Tx, Venue
from engine.types import Instrument, Position, Protection

log = structlog.get_logger()

QUIET = 30.0
"""Seconds without a price after which the stop that we keep is worth a word to its owner."""

Guarded = tuple[Position, Instrument]


class Alerts:
    """``silence`` is the seconds that a position has been without a price, ``venue_of`` opens a connection's venue."""

    def __init__(
        self, *, store: Store, clock: Clock, venue_of: Callable[[int], Awaitable[Venue]],
        silence: Callable[[int], float], on_change: Callable[[None], None],
    ) -> None:  # fmt: skip
        self._store = store
        self._clock = clock
        self._venue_of = venue_of
        self._silence = silence
        self._on_change = on_change

    async def run(self) -> None:
        """One round over everything that is open, the accounts side by side."""
        accounts: defaultdict[int, list[Guarded]] = defaultdict(list)
        for position, instrument in await self._store.read(_open):
            accounts[position.connection_id].append((position, instrument))
        await asyncio.gather(*map(self._look_after, accounts.values()))

    async def _look_after(self, account: list[Guarded]) -> None:
        """A venue that cannot be asked proves nothing, and what nobody foresaw is one account's matter."""
        try:
            await self._round(account)
        except Exception:
            log.exception("trades not looked after", connection=account[0][0].connection_id)

    async def _round(self, account: list[Guarded]) -> None:
        listed: dict[str, bool] = {}
        for position, instrument in account:
            if position.symbol not in listed:
                listed[position.symbol] = await self._is_listed(position, instrument)
            if not listed[position.symbol]:
                await self._tell(position, Code.SYMBOL_HALTED)
            elif self._waits_blindly(position) and not await self._has_price(position, instrument):
                await self._tell(position, Code.PRICES_STAND)

    def _waits_blindly(self, position: Position) -> bool:
        """Its stop is ours alone, and no price has come."""
        return position.protection is Protection.ENGINE and self._silence(position.id) > QUIET

    async def _is_listed(self, position: Position, instrument: Instrument) -> bool:
        try:
            venue = await self._venue_of(position.connection_id)
            await venue.instrument(instrument.base, instrument.quote)
        except VenueRefused as fault:
            return fault.code is not Code.SYMBOL_UNKNOWN
        except EngineFault as fault:
            log.warning("listing not known", position=position.id, fault=fault.reason)
        return True

    async def _has_price(self, position: Position, instrument: Instrument) -> bool:
        """Whether the venue itself names a price now: then the stream is only late, and is being helped."""
        try:
            await (await self._venue_of(position.connection_id)).quote(instrument)
        except EngineFault as fault:
            log.warning("no price for an open trade", position=position.id, fault=fault.reason)
            return False
        return True

    async def _tell(self, position: Position, code: Code) -> None:
        if await self._store.write(partial(self._owed, position_id=position.id, code=code)):
            self._on_change(None)

    def _owed(self, tx: Tx, *, position_id: int, code: Code) -> bool:
        """Owe the owner of this trade the news; False when the trade is over."""
        now, position = self._clock.now(), open_position(tx, position_id)
        if position is None:
            return False
        trade = told.trade_of(tx, execution_of(tx, position))
        connection = trade.execution.connection
        event = Trouble(connection=connection.name, paper=connection.is_paper, symbol=position.symbol, code=code)
        told.tell(tx, trade, event, f"{code}:{position.id}:{now.date()}", now, position.id)
        return True


def _open(tx: Tx) -> list[Guarded]:
    found = ((position, tx.executions.plan_of(position.execution_id)) for position in tx.positions.open())
    return [(position, plan.instrument) for position, plan in found if plan is not None]
