"""Orders that are alive at a venue and not in our books: after a restored backup, or beside a second installation.

Without a row nobody knows what such an order was meant for: it is neither taken back nor taken on by a guess, its owner
is told. One whose row had ended is ours, and is taken up again where the life of an order allows it.

Rows are read after the venue: an order on its way has its row before it leaves. A list may be some seconds old, so two
readings have to show the same.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import NamedTuple

import structlog

from engine.errors import Code, EngineFault
from engine.events import Trouble
from engine.execution import orders as machine
from engine.execution.trader import Trader
from engine.ports import Clock, Store, Tx
from engine.types import Listed, Order

log = structlog.get_logger()

AT_ONCE = 8  # accounts that are asked side by side: there is no hurry
AGAIN = 6.0  # seconds between two readings


class Stray(NamedTuple):
    """What the venue lists, and our row of it: none, or one that has ended."""

    listed: Listed
    order: Order | None


class Strays:
    """``on_change`` hears of every message that is owed."""

    def __init__(self, *, store: Store, clock: Clock, trader: Trader, on_change: Callable[[None], None]) -> None:
        self._store = store
        self._clock = clock
        self._trader = trader
        self._on_change = on_change
        self._gate = asyncio.Semaphore(AT_ONCE)

    async def look(self, connection_id: int) -> None:
        """One account. A venue that cannot be asked has nothing astray; the next round is in some minutes."""
        try:
            first = await self._read(connection_id)
            if first:
                await self._clock.sleep(AGAIN)
                for stray in both(first, await self._read(connection_id)):
                    await self._take(connection_id, stray)
        except EngineFault as fault:
            log.warning("orders at the venue not looked through", connection=connection_id, fault=fault.reason)

    async def _read(self, connection_id: int) -> Mapping[str, Stray]:
        async with self._gate:
            listed = await (await self._trader.venue_by_id(connection_id)).listed()
        return await self._store.read(partial(astray, connection_id=connection_id, listed=listed))

    async def _take(self, connection_id: int, stray: Stray) -> None:
        order, symbol = stray.order, stray.listed.symbol
        log.error("order astray", connection=connection_id, order=order.id if order else None, symbol=symbol)
        if order is not None and machine.may_return(order):
            await self._trader.adopt(order.id)
        elif order is None or await self._is_alive(connection_id, order):
            code = Code.ORDER_NOT_KNOWN if order is None else Code.ORDER_ALIVE
            owed = partial(_told, connection_id=connection_id, listed=stray.listed, code=code, clock=self._clock)
            await self._store.write(owed)
            self._on_change(None)

    async def _is_alive(self, connection_id: int, order: Order) -> bool:
        """Asked for by itself: that an order is over, as our books say, is nothing that a list alone can refute."""
        venue = await self._trader.venue_by_id(connection_id)
        shown = await venue.find(order.request.client_order_id, order.request.symbol)
        return shown is not None and shown.state not in machine.TERMINAL


def astray(tx: Tx, connection_id: int, listed: Iterable[Listed]) -> dict[str, Stray]:
    """By our id, those of the listed orders that our books do not have, or have as ended."""
    found: dict[str, Stray] = {}
    for one in listed:
        order = tx.orders.by_client_id(connection_id, one.client_order_id)
        if one.surely_ours if order is None else order.state in machine.TERMINAL:
            found[one.client_order_id] = Stray(one, order)
    return found


def both(first: Mapping[str, Stray], second: Mapping[str, Stray]) -> tuple[Stray, ...]:
    """Those that two readings show, with nothing written about them in between."""
    return tuple(second[name] for name in first.keys() & second.keys() if first[name].order == second[name].order)


def _told(tx: Tx, *, connection_id: int, listed: Listed, code: Code, clock: Clock) -> None:
    """Owe the owner of the account the news of this order, once."""
    connection = tx.connections.get(connection_id)
    if connection is None:
        return
    event = Trouble(
        connection=connection.name,
        paper=connection.is_paper,
        symbol=listed.symbol,
        code=code,
        details={
            "direction": listed.direction.value,
            "quantity": format(listed.quantity.normalize(), "f"),
            "order": f"#{listed.venue_order_id}",
        },
    )
    tx.outbox.tell(
        connection.owner_id,
        event,
        key=f"{code}:{connection.id}:{listed.client_order_id}",
        now=clock.now(),
        connection_id=connection.id,
    )
