"""The thin shell around a trade: look, decide and commit, send, protect; then act on it until it is closed.

One lock per execution keeps the steps of a trade in order; trades, connections and people never wait for each other.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from decimal import Decimal
from functools import partial
from typing import Any
from weakref import WeakValueDictionary

from engine.crashpoint import crashpoint
from engine.errors import Code, EngineFault, VenueLocked
from engine.execution import exits, reserve
from engine.execution import orders as machine
from engine.execution.absorb import Absorbed
from engine.execution.reserve import Look
from engine.execution.sender import Sender
from engine.ports import Clock, Store, Tx, Venue, Venues
from engine.positions.rules import may_move_stop
from engine.types import (
    Account,
    Action,
    ClosedReason,
    ClosePart,
    Connection,
    Entry,
    Execution,
    ExecutionReport,
    MoveStop,
    Order,
    OrderState,
    Position,
    Refusal,
)

HUNDRED = Decimal(100)
Spawn = Callable[[str, Coroutine[Any, Any, None]], None]


class Trader:
    """Opens, protects and closes trades.

    ``install`` names this installation in client order ids. ``spawn`` starts a watched background task.
    """

    def __init__(
        self, *, store: Store, venues: Venues, clock: Clock, sender: Sender, install: str, spawn: Spawn,
        on_change: Callable[[Position | None], None],
    ) -> None:  # fmt: skip
        self._store = store
        self._venues = venues
        self._clock = clock
        self._sender = sender
        self._install = install
        self._spawn = spawn
        self._on_change = on_change
        self._locks: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()
        self._listening: dict[int, Venue] = {}

    def _lock(self, execution_id: int) -> asyncio.Lock:
        return self._locks.setdefault(execution_id, asyncio.Lock())

    # --- opening -----------------------------------------------------------------------------------

    def start(self, executions: tuple[Execution, ...]) -> None:
        """Take these executions up, each in its own task: one slow venue holds nobody else."""
        for execution in executions:
            self._spawn(f"execution {execution.id}", self.execute(execution))

    async def execute(self, execution: Execution) -> None:
        """One signal on one connection: look, decide and commit, send, protect."""
        async with self._lock(execution.id):
            look, venue = await self.look(execution.connection, execution.signal.entry)
            intent = partial(
                reserve.reserve,
                execution_id=execution.id,
                look=look,
                install=self._install,
                expires_after=venue.expires_after() if venue else None,
                now=self._clock.now(),
            )
            decision = await self._store.write(intent)
            crashpoint("reserved")
            self._on_change(None)
            if venue is not None and not isinstance(decision, Refusal):
                await asyncio.gather(*(self._enter(venue, order) for order in decision))

    async def look(self, connection: Connection, entry: Entry) -> tuple[Look | Refusal, Venue | None]:
        """What the venue shows now; a fault becomes the refusal that the owner is told."""
        try:
            venue = await self.venue(connection)
            instrument = await venue.instrument(entry.symbol_base, entry.symbol_quote)
            account, quote, rate = await asyncio.gather(
                venue.account(), venue.quote(instrument), venue.rate(instrument.quote)
            )
        except VenueLocked as fault:
            await self._lock_out(connection, fault)
            return _refusal(fault, Code.KEY_LOST), None
        except EngineFault as fault:
            return _refusal(fault, Code.VENUE_UNREACHABLE), None
        return Look(instrument=instrument, account=account, quote=quote, rate=rate), venue

    async def _enter(self, venue: Venue, order: Order) -> None:
        done = await self._sender.send(venue, order)
        if done.position is not None and done.changed:
            await self._settle(venue, done.position)

    # --- protecting --------------------------------------------------------------------------------

    async def _settle(self, venue: Venue, position: Position) -> None:
        """After any change: an open position has its stop where it belongs, a closed one leaves nothing resting."""
        if position.is_open and venue.stops_rest_here:
            position = await self._rest_stop(venue, position)
        if not position.is_open:
            for order in await self._store.read(partial(exits.orphans, execution_id=position.execution_id)):
                await self._sender.cancel(venue, order, ClosedReason.MANUAL)

    async def _rest_stop(self, venue: Venue, position: Position) -> Position:
        """Place the new stop first, cancel the old one once it is confirmed; the software stop is armed throughout."""
        intent = partial(
            exits.rest_stop,
            position_id=position.id,
            install=self._install,
            expires_after=venue.expires_after(),
            now=self._clock.now(),
        )
        order, replaced = await self._store.write(intent)
        if order is not None:
            crashpoint("stop_reserved")
            done = await self._sender.send(venue, order)
            position = done.position or position
            if done.order.state not in machine.RESTING:
                return position
        for old in replaced:
            await self._sender.cancel(venue, old, ClosedReason.SL)
        return position

    # --- acting on positions -----------------------------------------------------------------------

    async def act(self, position: Position, actions: tuple[Action, ...]) -> Position:
        """Carry out what the rules or a person decided, in order; the position as it then stands."""
        venue = await self.venue_of(position)
        async with self._lock(position.execution_id):
            for action in actions:
                await self._act(venue, position, action)
            current = await self._store.read(lambda tx: tx.positions.get(position.id)) or position
            await self._settle(venue, current)
            return current

    async def _act(self, venue: Venue, position: Position, action: Action) -> None:
        if isinstance(action, ClosePart):
            await self._close_part(venue, position, action)
            return
        now = self._clock.now()
        if isinstance(action, MoveStop):
            changed = await self._store.write(partial(exits.move_stop, position_id=position.id, move=action, now=now))
        else:
            changed = await self._store.write(partial(exits.track, position_id=position.id, best=action))
        self._on_change(changed)

    async def _close_part(self, venue: Venue, position: Position, part: ClosePart) -> None:
        intent = partial(
            exits.close_part,
            position_id=position.id,
            part=part,
            install=self._install,
            expires_after=venue.expires_after(),
            now=self._clock.now(),
        )
        order = await self._store.write(intent)
        crashpoint("exit_reserved")
        if order is not None:
            await self._sender.send(venue, order)

    async def cancel_entries(self, execution_id: int, why: str) -> int:
        """Cancel what still waits to enter; returns how many orders that were."""
        async with self._lock(execution_id):
            orders = await self._store.read(lambda tx: tx.orders.of_execution(execution_id))
            waiting = [o for o in orders if machine.is_entry(o) and o.state in machine.RESTING]
            for order in waiting:
                venue = await self.venue_by_id(order.connection_id)
                done = await self._sender.cancel(venue, order, why)
                if done and done.position and done.changed:
                    await self._settle(venue, done.position)
            return len(waiting)

    async def resume(self, order_id: int) -> None:
        """Take up an order that a crash left behind, or that has rested a while, and go on from how it stands."""
        found = await self._store.read(lambda tx: tx.orders.get(order_id))
        if found is None:
            return
        async with self._lock(found.execution_id):
            order = await self._store.read(lambda tx: tx.orders.get(order_id))
            if order is None or order.state in machine.TERMINAL:
                return
            venue = await self.venue_by_id(order.connection_id)
            done = await self._resumed(venue, order)
            if done.position is not None:
                await self._settle(venue, done.position)

    async def _resumed(self, venue: Venue, order: Order) -> Absorbed:
        if order.state is OrderState.CANCELLING:
            return await self._sender.finish_cancel(venue, order)
        if order.state is OrderState.PLANNED:
            return await self._sender.resend(venue, order)
        if order.state in machine.RESTING:
            return await self._sender.look(venue, order)
        return await self._sender.probe(venue, order)

    async def check(self, position: Position) -> None:
        """Bring the venue in line with what we know of this position: its stop, or nothing at all."""
        venue = await self.venue_of(position)
        async with self._lock(position.execution_id):
            await self._settle(venue, position)

    # --- what a person asks ------------------------------------------------------------------------

    async def close(
        self, user_id: int, position_id: int, *, percent: Decimal = HUNDRED, key: str = ""
    ) -> Position | Refusal:  # fmt: skip
        """Close this percentage of what is left, at the market. The position as it then stands, or why not.

        ``key`` names the wish: heard again, it closes nothing more.
        """
        position = await self._theirs(user_id, position_id)
        if isinstance(position, Refusal):
            return position
        part = ClosePart(quantity=position.quantity * percent / HUNDRED, reason=ClosedReason.MANUAL, key=key)
        if await self._store.read(partial(exits.is_decided, position=position, part=part)):
            return position
        after = await self.act(position, (part,))
        if after.is_open and after.quantity == position.quantity:
            return Refusal(code=Code.MIN_QTY, details={"have": format(part.quantity.normalize(), "f")})
        return after

    async def stop_to_entry(self, user_id: int, position_id: int) -> Position | Refusal:
        """Move the stop to the entry price, if the market still leaves room for it."""
        position = await self._theirs(user_id, position_id)
        if isinstance(position, Refusal):
            return position
        return await self.move_stop(position, position.entry_price, ClosedReason.BREAKEVEN)

    async def loosen_stop(self, user_id: int, position_id: int, price: Decimal) -> Position | Refusal:
        """Give the stop more room, as the channel asked and the owner has confirmed."""
        position = await self._theirs(user_id, position_id)
        if isinstance(position, Refusal):
            return position
        return await self.move_stop(position, price, ClosedReason.SL, loosen_ok=True)

    async def move_stop(
        self, position: Position, price: Decimal, reason: ClosedReason, *, loosen_ok: bool = False
    ) -> Position | Refusal:  # fmt: skip
        """Move the stop towards profit; a price the market has passed, or a looser stop, is refused."""
        plan = await self._store.read(lambda tx: tx.executions.plan_of(position.execution_id))
        if plan is None:
            return Refusal(code=Code.NOT_FOUND)
        try:
            quote = await (await self.venue_of(position)).quote(plan.instrument)
        except EngineFault as fault:
            return _refusal(fault, Code.NO_PRICE)
        refusal = may_move_stop(position, price, quote, loosen_ok)
        return refusal or await self.act(position, (MoveStop(price=price, reason=reason),))

    async def _theirs(self, user_id: int, position_id: int) -> Position | Refusal:
        position = await self._store.read(lambda tx: tx.positions.get(position_id))
        if position is None or position.user_id != user_id:
            return Refusal(code=Code.NOT_FOUND)
        return position if position.is_open else Refusal(code=Code.ALREADY_CLOSED)

    async def account(self, connection: Connection) -> Account | Refusal:
        """Balance and equity as the venue says now."""
        try:
            return await (await self.venue(connection)).account()
        except EngineFault as fault:
            return _refusal(fault, Code.VENUE_UNREACHABLE)

    # --- venues ------------------------------------------------------------------------------------

    async def venue(self, connection: Connection) -> Venue:
        """The venue of this connection, with somebody listening to what it reports by itself."""
        venue = await self._venues.open(connection)
        if self._listening.get(connection.id) is not venue:
            self._listening[connection.id] = venue
            self._spawn(f"reports of connection {connection.id}", self._listen(connection.id, venue))
        return venue

    async def venue_of(self, position: Position) -> Venue:
        return await self.venue_by_id(position.connection_id)

    async def venue_by_id(self, connection_id: int) -> Venue:
        connection = await self._store.read(lambda tx: tx.connections.get(connection_id))
        if connection is None:
            raise LookupError(f"no connection {connection_id}")
        return await self.venue(connection)

    async def _listen(self, connection_id: int, venue: Venue) -> None:
        async for report in venue.reports():
            find = partial(_by_client_id, connection_id=connection_id, client_id=report.client_order_id)
            order = await self._store.read(find)
            if order is not None:
                self._spawn(f"report of order {order.id}", self._heard(venue, order, report))
            elif report.reason == ClosedReason.LIQUIDATION and report.fills:
                self._spawn(f"liquidation on {connection_id}", self._liquidated(connection_id, report))

    async def _heard(self, venue: Venue, order: Order, report: ExecutionReport) -> None:
        async with self._lock(order.execution_id):
            done = await self._sender.absorb(venue, order.id, report)
            if done.position is not None and done.changed:
                await self._settle(venue, done.position)

    async def _liquidated(self, connection_id: int, report: ExecutionReport) -> None:
        """The venue closed everything we had on this symbol, at its own price."""
        for position in await self._store.read(lambda tx: tx.positions.open(connection_id)):
            if position.symbol == report.symbol:
                await self.close_outside(position, report.fills[-1].price, ClosedReason.LIQUIDATION)

    async def close_outside(self, position: Position, price: Decimal, reason: ClosedReason) -> None:
        """Book out a position that the venue no longer holds, and cancel what still rests for it."""
        venue = await self.venue_of(position)
        async with self._lock(position.execution_id):
            now = self._clock.now()
            change = partial(exits.closed_outside, position_id=position.id, price=price, reason=reason, now=now)
            closed = await self._store.write(change)
            self._on_change(closed)
            if closed is not None:
                await self._settle(venue, closed)

    async def _lock_out(self, connection: Connection, fault: VenueLocked) -> None:
        now = self._clock.now()
        await self._store.write(lambda tx: tx.connections.mark_error(connection.id, fault.reason, now))
        await self._venues.discard(connection.id)


def _by_client_id(tx: Tx, *, connection_id: int, client_id: str) -> Order | None:
    return tx.orders.by_client_id(connection_id, client_id)


def _refusal(fault: EngineFault, otherwise: Code) -> Refusal:
    return Refusal(code=fault.code or otherwise, details={**fault.details, "venue": fault.reason})
