"""The monitor between its own looks at the database and the tasks that carry out what the rules decided."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from dataclasses import dataclass, field, replace
from types import SimpleNamespace
from typing import Any

from engine.ports import Head
from engine.positions.monitor import Monitor
from engine.types import Action, ClosedReason, ClosePart, MoveStop, Plan, Position, Quote
from tests.clocks import ManualClock
from tests.positions.test_rules import done, held
from tests.risk.build import D, long, planned, quote, rungs

LADDER = held(rungs=rungs("110:50", "120:50"), breakeven_enabled=True, breakeven_trigger_tp=1)


@dataclass
class Books:
    """A store with one open position, and a trader that carries out what it is told."""

    position: Position
    plan: Plan
    acted: list[Action] = field(default_factory=list)
    meanwhile: Callable[[], Coroutine[Any, Any, None]] | None = None

    async def read(self, work: Callable[[Any], Any]) -> Any:
        return work(
            SimpleNamespace(
                positions=SimpleNamespace(heads=lambda: (head(self.position),), get=lambda _: self.position),
                orders=SimpleNamespace(waiting=tuple),
                executions=SimpleNamespace(plan_of=lambda _: self.plan),
            )
        )

    async def act(self, _: Position, actions: tuple[Action, ...]) -> Position:
        if self.meanwhile is not None:
            await self.meanwhile()
        self.acted.extend(actions)
        for action in actions:
            if isinstance(action, ClosePart) and action.level is not None:
                self.position = replace(done(self.position, action.level), version=self.position.version + 1)
            elif isinstance(action, MoveStop):
                moved = replace(self.position, sl_price=action.price, sl_moved_to_breakeven=True)
                self.position = replace(moved, version=self.position.version + 1)
        return self.position


def head(position: Position) -> Head:
    return Head(position.id, position.version, position.connection_id)


class Standing:
    """One price that does not change."""

    def __init__(self, price: Quote) -> None:
        self.price = price

    def latest(self, _: str) -> Quote:
        return self.price

    async def watch(self, symbol: str) -> None: ...

    async def quote(self, _: str) -> Quote:
        return self.price

    async def ticks(self) -> AsyncIterator[Quote]:
        yield self.price


async def one_tick(books: Books, price: str) -> Monitor:
    """Let the monitor see this price once, and return when everything that followed from it is done."""
    clock = ManualClock()
    prices = Standing(replace(quote(price), at=clock.now()))
    async with asyncio.TaskGroup() as group:
        monitor = Monitor(
            store=books,  # type: ignore[arg-type]
            clock=clock,
            prices=prices,
            trader=books,  # type: ignore[arg-type]
            spawn=lambda name, work: group.create_task(work, name=name) and None,
        )
        await monitor.load()
        if books.meanwhile is not None:
            books.meanwhile = monitor.load
        monitor.on_quote(prices.price)
    return monitor


async def _nothing() -> None: ...


async def test_the_stop_follows_the_target_without_waiting_for_another_price() -> None:
    books = Books(position=LADDER, plan=planned(long()))
    await one_tick(books, "111")
    assert books.acted == [
        ClosePart(quantity=D(5), reason=ClosedReason.TP, level=1),
        MoveStop(price=D(100), reason=ClosedReason.BREAKEVEN),
    ]


async def test_a_sweep_in_the_middle_of_an_action_does_not_take_its_position_away() -> None:
    books = Books(position=LADDER, plan=planned(long()), meanwhile=_nothing)
    await one_tick(books, "111")
    assert [type(action) for action in books.acted] == [ClosePart, MoveStop]
