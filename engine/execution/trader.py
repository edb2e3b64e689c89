"""The thin shell around a trade: look, decide and commit, send, protect; then act on it until it is closed.

One lock per execution keeps the steps of a trade in order; trades, connections and people never wait for each other.
Nothing waits while it holds the lock: an order without an answer is pursued beside it, so that a silent venue does not
keep the stop or the close of the same trade from going out.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from decimal import Decimal
from functools import partial
from weakref import WeakValueDictionary

from engine.crashpoint import crashpoint
from engine.errors import Code, EngineFault
from engine.execution import exits, overdue, reserve, sides, stops
from engine.execution import orders as machine
from engine.execution.absorb import Absorbed
from engine.execution.lines import Lines, Spawn, as_refusal
from engine.execution.pursuit import Pursuit
from engine.execution.readiness import Readiness
from engine.execution.reserve import Look
from engine.execution.rush import Rush
from engine.execution.sender import Sender
from engine.ports import Clock, Store, Tx, Venue, Venues
from engine.positions.rules import may_move_stop
from engine.types import (
    ZERO,
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


class Trader:
    """Opens, protects and closes trades.

    ``install`` names this installation in client order ids. ``spawn`` starts a watched background task. ``readiness``
    keeps new trades back while a start still reads how an account stands.
    """

    def __init__(
        self, *, store: Store, venues: Venues, clock: Clock, sender: Sender, install: str, spawn: Spawn,
        on_change: Callable[[Position | None], None], rush: Rush | None = None,
    ) -> None:  # fmt: skip
        self._store = store
        self.readiness = Readiness(clock)
        self._clock = clock
        self._sender = sender
        self._install = install
        self._spawn = spawn
        self._on_change = on_change
        self._lines = Lines(store=store, venues=venues, clock=clock, spawn=spawn, hear=self._hear)
        self._locks: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()
        self._pursuit = Pursuit(clock=clock, spawn=spawn, ask=self.resume, late=self._tell_late)
        self._rush = rush or Rush(clock=clock, spawn=spawn)

    def _lock(self, execution_id: int) -> asyncio.Lock:
        return self._locks.setdefault(execution_id, asyncio.Lock())

    async def look(self, connection: Connection, entry: Entry) -> tuple[Look | Refusal, Venue | None]:
        """What the venue shows now; a fault becomes the refusal that the owner is told."""
        return await self._lines.look(connection, entry)

    async def account(self, connection: Connection) -> Account | Refusal:
        """Balance and equity as the venue says now."""
        return await self._lines.account(connection)

    async def venue_by_id(self, connection_id: int) -> Venue:
        return await self._lines.of(connection_id)

    # --- opening -----------------------------------------------------------------------------------

    def start(self, executions: tuple[Execution, ...]) -> None:
        """Take these executions up, each in its own task: one slow venue holds nobody else."""
        for execution in executions:
            self._spawn(f"execution {execution.id}", self.execute(execution))

    async def execute(self, execution: Execution) -> None:
        """One signal on one connection: look, decide and commit, send, protect."""
        is_ready = await self.readiness.wait(execution.connection.id)
        with self._rush.entering():
            async with self._lock(execution.id):
                decision, venue = await self._decide(execution, is_ready=is_ready)
                if isinstance(decision, Refusal):
                    self._on_change(None)
                elif venue is not None:
                    await asyncio.gather(*(self._enter(venue, order) for order in decision))

    async def _decide(
        self, execution: Execution, *, is_ready: bool
    ) -> tuple[tuple[Order, ...] | Refusal, Venue | None]:  # fmt: skip
        """Look, and commit what comes of it."""
        look: Look | Refusal = Refusal(code=Code.RECOVERING)
        venue = None
        if is_ready:
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
        return decision, venue

    async def _enter(self, venue: Venue, order: Order) -> None:
        await self._follow_up(venue, await self._sender.send(venue, order))

    async def _follow_up(self, venue: Venue, done: Absorbed) -> None:
        """What an answer calls for: silence is pursued, a changed position gets its stop, a taken back entry goes."""
        self._pursuit.after(done)
        if done.position is not None and done.changed:
            position = done.position
            if machine.is_entry(done.order) and done.order.purpose == exits.CALLED_OFF:
                position = await self._leave(venue, position, ClosedReason.SIGNAL)
            await self._settle(venue, position)
        if machine.is_entry(done.order) and done.order.purpose and done.order.state in machine.RESTING:
            ended = await self._cancel(venue, done.order, done.order.purpose)
            if ended is not None:
                await self._follow_up(venue, ended)

    # --- orders in doubt ---------------------------------------------------------------------------

    async def resume(self, order_id: int) -> Absorbed:
        """Take up an order that a crash left behind, or that has rested a while, and go on from how it stands."""
        found = await self._store.read(partial(_order, order_id=order_id))
        async with self._lock(found.execution_id):
            order = await self._store.read(partial(_order, order_id=order_id))
            if order.state in machine.TERMINAL:
                return Absorbed(order=order, position=None, changed=False)
            venue = await self._lines.of(order.connection_id)
            done = await self._resumed(venue, order)
            await self._follow_up(venue, done)
            if done.order.state is OrderState.QUARANTINED and not venue.stops_lock:
                await self._go_again(venue, done.order)
            position = await self._store.read(lambda tx: tx.positions.of_execution(order.execution_id))
            if position is not None:  # a crash may have come between a fill and its stop, or a close and its cancels
                await self._verify(venue, position)
            return done

    async def adopt(self, order_id: int) -> None:
        """An order that had ended in our books is alive at its venue: it is ours again, as the venue shows it."""
        found = await self._store.read(partial(_order, order_id=order_id))
        async with self._lock(found.execution_id):
            order = await self._store.read(partial(_order, order_id=order_id))
            venue = await self._lines.of(order.connection_id)
            await self._follow_up(venue, await self._sender.probe(venue, order))

    async def _resumed(self, venue: Venue, order: Order) -> Absorbed:
        if order.state is OrderState.CANCELLING:
            return await self._sender.finish_cancel(venue, order)
        if order.state is OrderState.PLANNED:
            return await self._let_out(venue, order)
        done = await self._sender.probe(venue, order)
        return await self._let_out(venue, done.order) if done.order.state is OrderState.PLANNED else done

    async def _let_out(self, venue: Venue, order: Order) -> Absorbed:
        """A PLANNED order leaves, an exit only once its trade's stop cannot have sold the same already.

        Should that stay unknown it is PLANNED still, and pursued.
        """
        if machine.is_entry(order) or await self._is_clear(venue, order):
            return await self._sender.resend(venue, order)
        return Absorbed(order=order, position=None, changed=False)

    async def _is_clear(self, venue: Venue, order: Order) -> bool:
        """Cancel on spot, ask elsewhere. The silence of a venue that only reduces holds nothing up for long, unless
        another trade of ours is held there too, which the close would then eat."""
        resting = await self._store.read(partial(exits.in_the_way, order=order))
        if venue.stops_lock:
            await self._cancel_all(venue, resting, ClosedReason.SL)
            return not await self._store.read(partial(exits.in_the_way, order=order))
        if machine.is_stop(order) or all([await self._sender.ask(venue, stop) for stop in resting]):
            return True
        return not await self._store.read(partial(exits.shares_symbol, order=order))

    async def _go_again(self, venue: Venue, lost: Order) -> None:
        """A close without an answer, which the venue keeps from doing more than reduce, has another sent beside it."""
        again = await self._store.write(partial(exits.go_again, order_id=lost.id, install=self._install), urgent=True)
        if again is not None:
            await self._follow_up(venue, await self._let_out(venue, again))

    async def _tell_late(self, order: Order, hard: bool) -> None:
        """A close or a stop that takes too long is told; an entry has its own end, and a stop is given its time."""
        if machine.is_entry(order) or (machine.is_stop(order) and not hard):
            return
        if await self._store.write(partial(overdue.tell, order_id=order.id, hard=hard, now=self._clock.now())):
            self._on_change(None)

    # --- protecting --------------------------------------------------------------------------------

    async def _settle(self, venue: Venue, position: Position) -> None:
        """After any change: an open position has its stop where it belongs, a closed one leaves nothing resting."""
        if position.is_open and venue.stops_rest_here:
            position = await self._rest_stop(venue, position)
        if not position.is_open:
            left_over = await self._store.read(partial(exits.orphans, execution_id=position.execution_id))
            after = await self._cancel_all(venue, left_over, ClosedReason.MANUAL)
            if after is not None and after.is_open:  # an entry filled before it could be taken back
                await self._settle(venue, after)

    async def _verify(self, venue: Venue, position: Position) -> None:
        """The same for a position that most likely has all it needs: looking first costs less than intending."""
        if await self._store.read(partial(exits.is_called_off, position=position)):
            position = await self._leave(venue, position, ClosedReason.SIGNAL)
        if not await self._store.read(partial(stops.is_guarded, position_id=position.id)):
            await self._settle(venue, position)

    async def _rest_stop(self, venue: Venue, position: Position) -> Position:
        """Place the new stop first, cancel the old one once it is confirmed; the software stop is armed throughout.

        Where the old one reserves what the new one would sell, it has to go first. What filled in the meantime, of an
        entry or of the old stop itself, makes another stop necessary.
        """
        intent = partial(
            stops.rest_stop,
            position_id=position.id,
            install=self._install,
            expires_after=venue.expires_after(),
            now=self._clock.now(),
            lock=venue.stops_lock,
        )
        order, replaced = await self._store.write(intent, urgent=True)
        after = position
        if order is not None:
            crashpoint("stop_reserved")
            done = await self._send(venue, order)
            self._pursuit.after(done)
            after = done.position or position
            if done.refused is Code.STOP_PASSED:
                return await self._leave(venue, after, after.stop_reason)
            if done.order.state not in machine.RESTING:
                replaced = ()
        after = await self._cancel_all(venue, replaced, ClosedReason.SL) or after
        as_before = (after.quantity, after.sl_price) == (position.quantity, position.sl_price)
        return after if as_before or not after.is_open else await self._rest_stop(venue, after)

    async def _leave(self, venue: Venue, position: Position, reason: ClosedReason) -> Position:
        """Close it whole: the market is beyond its stop already, or the channel closed it before it was filled."""
        part = ClosePart(quantity=position.quantity, reason=reason)
        done = await self._close_part(venue, position, part)
        return done.position or position if done is not None else position

    async def _cancel_all(self, venue: Venue, orders: tuple[Order, ...], why: str) -> Position | None:
        """The position as it then stands, if one of them had filled before it could be cancelled."""
        after = None
        for order in orders:
            if order.state is OrderState.CANCELLING:
                done: Absorbed | None = await self._sender.finish_cancel(venue, order)
            else:
                done = await self._sender.cancel(venue, order, why)
            if done is not None:
                self._pursuit.after(done)
                after = done.position if done.changed else after
        return after

    async def _cancel(self, venue: Venue, order: Order, why: str) -> Absorbed | None:
        done = await self._sender.cancel(venue, order, why)
        if done is not None:
            self._pursuit.after(done)
        return done

    # --- acting on positions -----------------------------------------------------------------------

    async def act(self, position: Position, actions: tuple[Action, ...]) -> Position:
        """Carry out what the rules or a person decided, in order; the position as it then stands."""
        venue = await self._lines.of(position.connection_id)
        async with self._lock(position.execution_id):
            for action in actions:
                await self._act(venue, position, action)
            current = await self._store.read(lambda tx: tx.positions.get(position.id)) or position
            await self._settle(venue, current)
            return await self._store.read(lambda tx: tx.positions.get(position.id)) or current

    async def _act(self, venue: Venue, position: Position, action: Action) -> None:
        if isinstance(action, ClosePart):
            await self._close_part(venue, position, action)
            return
        now = self._clock.now()
        if isinstance(action, MoveStop):
            move = partial(stops.move_stop, position_id=position.id, move=action, now=now)
            changed = await self._store.write(move, urgent=True)
        else:
            changed = await self._store.write(partial(stops.track, position_id=position.id, best=action))
        self._on_change(changed)

    async def _close_part(self, venue: Venue, position: Position, part: ClosePart) -> Absorbed | None:
        intent = partial(
            exits.close_part,
            position_id=position.id,
            part=part,
            install=self._install,
            expires_after=venue.expires_after(),
            now=self._clock.now(),
        )
        order = await self._store.write(intent, urgent=True)
        crashpoint("exit_reserved")
        if order is None:
            return None
        done = await self._send(venue, order)
        self._pursuit.after(done)
        return done

    async def _send(self, venue: Venue, order: Order) -> Absorbed:
        if order.state is OrderState.PLANNED:
            return await self._let_out(venue, order)
        return await self._sender.send(venue, order)

    async def cancel_entries(self, execution_id: int, why: str) -> int:
        """Take back what still waits to enter, and what has not left; returns how many orders that were.

        An order whose answer is outstanding is only marked: it is cancelled when it turns out to rest.
        """
        async with self._lock(execution_id):
            take_back = partial(exits.take_back, execution_id=execution_id, why=why)
            waiting = await self._store.write(take_back, urgent=True)
            for order in waiting:
                if order.state in machine.RESTING:
                    venue = await self._lines.of(order.connection_id)
                    done = await self._cancel(venue, order, why)
                    if done is not None:
                        await self._follow_up(venue, done)
            return len(waiting)

    async def close(self, execution: Execution, key: str) -> None:
        """The channel closes the trade: its entries go, then all that is open; what fills after that goes too.

        ``key`` names the wish: heard again, it closes nothing more.
        """
        await self._store.write(partial(reserve.call_off, execution_id=execution.id, now=self._clock.now()))
        await self.cancel_entries(execution.id, exits.CALLED_OFF)
        position = await self._store.read(lambda tx: tx.positions.of_execution(execution.id))
        if position is not None and position.is_open:
            part = ClosePart(quantity=position.quantity, reason=ClosedReason.SIGNAL, key=key)
            await self.act(position, (part,))

    async def check(self, position: Position) -> None:
        """Bring the venue in line with what we know of this position: its stop, or nothing at all."""
        venue = await self._lines.of(position.connection_id)
        async with self._lock(position.execution_id):
            current = await self._store.read(lambda tx: tx.positions.get(position.id)) or position
            await self._verify(venue, current)

    async def close_outside(
        self, position: Position, quantity: Decimal, price: Decimal, reason: ClosedReason, *, other: Decimal = ZERO
    ) -> None:  # fmt: skip
        """Book out what the venue no longer holds of a position, and bring what rests for it in line. ``other``: so
        much of the other side is held in its place."""
        venue = await self._lines.of(position.connection_id)
        async with self._lock(position.execution_id):
            change = partial(
                sides.closed_outside, before=position, quantity=quantity, price=price, reason=reason,
                now=self._clock.now(), other=other,
            )  # fmt: skip
            after = await self._store.write(change, urgent=True)
            self._on_change(after)
            if after is not None:
                await self._settle(venue, after)

    async def move_stop(
        self, position: Position, price: Decimal, reason: ClosedReason, *, loosen_ok: bool = False
    ) -> Position | Refusal:  # fmt: skip
        """Move the stop towards profit; a price the market has passed, or a looser stop, is refused.

        So is one that has become the looser one while the price was asked for.
        """
        plan = await self._store.read(lambda tx: tx.executions.plan_of(position.execution_id))
        if plan is None:
            return Refusal(code=Code.NOT_FOUND)
        try:
            quote = await (await self._lines.of(position.connection_id)).quote(plan.instrument)
        except EngineFault as fault:
            return as_refusal(fault, Code.NO_PRICE)
        refusal = may_move_stop(position, price, quote, loosen_ok)
        if refusal is not None:
            return refusal
        after = await self.act(position, (MoveStop(price=price, reason=reason, loosen_ok=loosen_ok),))
        return (may_move_stop(after, price, quote, loosen_ok) if after.is_open else None) or after

    # --- what the venue says by itself -------------------------------------------------------------

    async def _hear(self, connection_id: int, venue: Venue, report: ExecutionReport) -> None:
        find = partial(_by_client_id, connection_id=connection_id, client_id=report.client_order_id)
        order = await self._store.read(find)
        if order is not None:
            self._spawn(f"report of order {order.id}", self._heard(venue, order, report))
        elif report.reason == ClosedReason.LIQUIDATION and report.fills:
            self._spawn(f"liquidation on {connection_id}", self._liquidated(connection_id, report))

    async def _heard(self, venue: Venue, order: Order, report: ExecutionReport) -> None:
        async with self._lock(order.execution_id):
            await self._follow_up(venue, await self._sender.absorb(venue, order.id, report))

    async def _liquidated(self, connection_id: int, report: ExecutionReport) -> None:
        """The venue closed everything we had on this symbol, at its own price."""
        price = report.fills[-1].price
        for position in await self._store.read(lambda tx: tx.positions.open(connection_id)):
            if position.symbol == report.symbol:
                await self.close_outside(position, position.quantity, price, ClosedReason.LIQUIDATION)


def _order(tx: Tx, *, order_id: int) -> Order:
    order = tx.orders.get(order_id)
    if order is None:
        raise LookupError(f"no order {order_id}")
    return order


def _by_client_id(tx: Tx, *, connection_id: int, client_id: str) -> Order | None:
    return tx.orders.by_client_id(connection_id, client_id)
