"""A halt takes back what waits to enter; a panic closes everything besides, and says what the venue confirmed.

Both wishes are rows. What could not be done at once is tried again until it is, also after a restart: the loop below
knows nothing but the rows.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable, Coroutine, Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import partial
from typing import Any

import structlog

from engine.errors import Code, EngineFault
from engine.events import Flattened
from engine.execution import exits
from engine.execution import orders as machine
from engine.execution.lines import Spawn
from engine.execution.trader import Trader
from engine.execution.wishes import Wishes
from engine.ports import Clock, Store, Tx
from engine.types import Execution, Order, OrderState, Position, Refusal, TradingState

EVERY = 5.0  # seconds between two rounds
PATIENCE = 5.0  # seconds that the others' report waits for a venue that is slow to close
CLOSE_LEG = "C"
MOST_TOLD = 30  # trades named in one message
log = structlog.get_logger()


class Outcome(StrEnum):
    """How far the closing of one trade got: ``CLOSED`` is what the venue confirmed, never what was sent."""

    CLOSED = "closed"
    SENT = "sent"
    REFUSED = "refused"
    WAITING = "waiting"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fate:
    """One trade of somebody who wants out; ``reason`` are the venue's words."""

    position: Position
    outcome: Outcome
    reason: str = ""


def fate_of(position: Position, orders: Iterable[Order]) -> Fate:
    """What the rows say of a trade that is to be closed."""
    if not position.is_open:
        return Fate(position=position, outcome=Outcome.CLOSED)
    mine = tuple(orders)
    if exits.leaving(mine) > 0:
        return Fate(position=position, outcome=Outcome.SENT)
    if refused := _refused(mine):
        return Fate(position=position, outcome=Outcome.REFUSED, reason=refused[-1].reason)
    return Fate(position=position, outcome=Outcome.WAITING)


class Panic:
    """``start`` acts at once for one person; ``run`` goes on with whatever is not done."""

    def __init__(
        self, *, store: Store, clock: Clock, trader: Trader, wishes: Wishes, spawn: Spawn, on_change: Callable[[], None]
    ) -> None:
        self._store = store
        self._clock = clock
        self._trader = trader
        self._wishes = wishes
        self._spawn = spawn
        self._on_change = on_change
        self._at_work: set[str] = set()

    def start(self, user_id: int) -> None:
        """Take back this person's entries and close their trades, as far as their rows ask for it.

        Each is a task of its own: one silent venue keeps nothing else from being taken back, or closed.
        """
        self._once(f"entries of {user_id}", partial(self._take_all_back, user_id))
        self._once(f"trades of {user_id}", partial(self._flatten, user_id))

    def start_all(self) -> None:
        """Everybody was halted: see to each of them now."""
        self._spawn("panic round", self.round())

    async def run(self) -> None:
        """Every few seconds, until cancelled."""
        while True:
            await self.round()
            await self._clock.sleep(EVERY)

    async def round(self) -> None:
        for user_id in await self._store.read(_unfinished):
            self.start(user_id)

    def _once(self, name: str, work: Callable[[], Coroutine[Any, Any, None]]) -> bool:
        """Start it, unless the same work is still at it; whether it was started."""
        if name in self._at_work:
            return False
        self._at_work.add(name)
        self._spawn(f"panic: {name}", self._noted(name, work))
        return True

    async def _noted(self, name: str, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        try:
            await work()
        finally:
            self._at_work.discard(name)

    async def _take_all_back(self, user_id: int) -> None:
        for execution_id in await self._store.read(partial(waiting_entries, user_id=user_id)):
            self._once(f"entry {execution_id}", partial(self._take_back, execution_id))

    async def _flatten(self, user_id: int) -> None:
        since = await self._store.read(lambda tx: tx.users.flattening().get(user_id))
        if since is None:
            return
        positions = await self._store.read(lambda tx: tx.positions.of_user(user_id, limit=500))
        refused = await asyncio.gather(*(self._close(user_id, position) for position in positions))
        words = {position.id: said for position, said in zip(positions, refused, strict=True) if said}
        report = partial(_report, user_id=user_id, since=since, words=words, now=self._clock.now())
        if await self._store.write(report):
            self._on_change()

    async def _close(self, user_id: int, position: Position) -> str:
        """Close what is left of it, unless that is under way: why nothing could be sent. Empty when it was, and when
        the venue takes its time."""
        orders = await self._store.read(lambda tx: tx.orders.of_execution(position.execution_id))
        answer: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        closing = partial(self._closed, user_id, position, answer)
        if not is_time_to_try(orders, self._clock.now()) or not self._once(f"trade {position.id}", closing):
            return ""
        async with asyncio.TaskGroup() as group:
            timer = group.create_task(self._clock.sleep(PATIENCE))
            either: set[asyncio.Future[Any]] = {answer, timer}
            await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
            timer.cancel()
        return answer.result() if answer.done() else ""

    async def _closed(self, user_id: int, position: Position, answer: asyncio.Future[str]) -> None:
        answer.set_result(await self._said_to_close(user_id, position))

    async def _said_to_close(self, user_id: int, position: Position) -> str:
        try:
            said = await self._wishes.close(user_id, position.id)
        except Exception as fault:
            return _said(fault)
        if isinstance(said, Refusal) and said.code != Code.ALREADY_CLOSED:
            return said.details.get("venue") or said.code
        return ""

    async def _take_back(self, execution_id: int) -> None:
        try:
            await self._trader.cancel_entries(execution_id, Code.HALTED)
        except Exception as fault:
            _said(fault)


def is_time_to_try(orders: Iterable[Order], now: datetime) -> bool:
    """Not while a close is on its way, nor shortly after a refused one: it may have to let go of the stop first."""
    mine = tuple(orders)
    return exits.leaving(mine) <= 0 and not exits.pausing(mine, CLOSE_LEG, now)


def _refused(orders: tuple[Order, ...]) -> list[Order]:
    """Closes by hand that the venue said no to."""
    return [o for o in orders if o.leg == CLOSE_LEG and o.state is OrderState.REJECTED]


def _said(fault: Exception) -> str:
    """The fault in the venue's words, for the owner; the log keeps what nobody foresaw."""
    if isinstance(fault, EngineFault):
        log.warning("not done yet", fault=fault.reason)
        return fault.reason or type(fault).__name__
    log.error("not done yet", exc_info=fault)
    return type(fault).__name__


def _unfinished(tx: Tx) -> tuple[int, ...]:
    """Who wants out, or is halted and still has something that waits to enter."""
    owners = {execution.connection.owner_id for execution in _executions_waiting(tx)}
    halted = {owner for owner in owners if tx.users.trading_state(owner) is TradingState.HALTED}
    return tuple(sorted(halted | tx.users.flattening().keys()))


def waiting_entries(tx: Tx, *, user_id: int) -> tuple[int, ...]:
    """Executions of a halted person whose entry is to be taken back."""
    if tx.users.trading_state(user_id) is not TradingState.HALTED:
        return ()
    return tuple(e.id for e in _executions_waiting(tx) if e.connection.owner_id == user_id)


def _executions_waiting(tx: Tx) -> tuple[Execution, ...]:
    """Executions with an entry that rests, or is in doubt and not marked yet to go when it is found."""
    ids = {o.execution_id for o in tx.orders.live() if machine.is_entry(o) and _is_to_go(o)}
    found = (tx.executions.get(execution_id) for execution_id in sorted(ids))
    return tuple(execution for execution in found if execution is not None)


def _is_to_go(order: Order) -> bool:
    return order.state in machine.RESTING or (order.state in machine.MAY_APPEAR and not order.purpose)


def _report(tx: Tx, *, user_id: int, since: datetime, words: dict[int, str], now: datetime) -> bool:
    """Tell how it stands, if that is news. Done is done: no trade is open, and no entry can open one."""
    if tx.users.flattening().get(user_id) != since:
        return False  # ended, or wished anew, while we were at it
    recent = tx.positions.of_user(user_id, only_open=False, limit=500)
    concerned = [p for p in recent if p.is_open or (p.closed_at is not None and p.closed_at >= since)]
    fates = [_told(fate_of(p, tx.orders.of_execution(p.execution_id)), words) for p in concerned]
    done = all(fate.outcome is Outcome.CLOSED for fate in fates) and not _may_enter(tx, user_id)
    event = Flattened(done=done, trades=[_line(tx, fate) for fate in fates[:MOST_TOLD]])
    tx.outbox.tell(user_id, event, key=f"flat:{user_id}:{since.isoformat()}:{_digest(fates, done)}", now=now)
    if done:
        tx.users.flattened(user_id, since)
    return True


def _told(fate: Fate, words: dict[int, str]) -> Fate:
    """What the venue said just now explains a trade for which nothing went out."""
    said = words.get(fate.position.id)
    if fate.outcome is Outcome.WAITING and said:
        return Fate(position=fate.position, outcome=Outcome.REFUSED, reason=said)
    return fate


def _may_enter(tx: Tx, user_id: int) -> bool:
    """An entry of theirs is still alive somewhere: filled, it is a trade to be closed."""
    for order in tx.orders.live():
        if machine.is_entry(order):
            connection = tx.connections.get(order.connection_id)
            if connection is not None and connection.owner_id == user_id:
                return True
    return False


def _line(tx: Tx, fate: Fate) -> dict[str, Any]:
    connection = tx.connections.get(fate.position.connection_id)
    return {
        "symbol": fate.position.symbol,
        "direction": fate.position.direction.value,
        "connection": connection.name if connection else "",
        "paper": connection.is_paper if connection else False,
        "testnet": connection.is_testnet if connection else False,
        "state": fate.outcome.value,
        "reason": fate.reason,
    }


def _digest(fates: list[Fate], done: bool) -> str:
    """The same standing makes the same key: it is told once."""
    standing = sorted((f.position.id, f.outcome.value, f.reason) for f in fates)
    return hashlib.blake2b(repr((standing, done)).encode(), digest_size=8).hexdigest()
