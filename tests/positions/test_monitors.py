"""One monitor for each stream of prices: who is guarded by which, and what a silent exchange holds up."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from types import SimpleNamespace
from typing import Any

from engine.errors import Code, VenueRefused, VenueSilent
from engine.market.fan import Fan
from engine.ports import Head
from engine.positions.monitors import Monitors
from engine.types import Action, ClosedReason, ClosePart, Connection, Position, PositionStatus, Preset, Quote
from tests.clocks import ManualClock
from tests.positions.test_rules import held
from tests.risk.build import D, long, planned, quote

OPEN = held(sl_price=D(90))


def connection(number: int, exchange: str, *, testnet: bool = False) -> Connection:
    return Connection(
        id=number, user_id=7, admin_id=None, name="C", exchange_name=exchange, status="active", is_active=True,
        is_admin_owned=False, trade_execution_enabled=True, is_paper=exchange == "paper", preset=Preset(),
        settings={"market": "swap", "testnet": testnet},
    )  # fmt: skip


class Stream:
    """Prices that a test moves."""

    def __init__(self, price: str) -> None:
        self.now = quote(price)
        self.watched: list[str] = []
        self.fan: Fan[Quote] = Fan(lambda one: one.symbol)
        self.unlisted: set[str] = set()

    def latest(self, _: str) -> Quote:
        return self.now

    async def watch(self, symbol: str) -> None:
        if symbol in self.unlisted:
            raise VenueRefused("not listed", code=Code.SYMBOL_UNKNOWN)
        self.watched.append(symbol)

    def ticks(self) -> AsyncIterator[Quote]:
        return self.fan.reader()

    def move(self, price: str) -> None:
        self.now = quote(price)
        self.fan.publish(self.now)


@dataclass
class Town:
    """A store and a trader over some positions, and a stream of prices for each exchange."""

    positions: dict[int, Position] = field(default_factory=dict)
    connections: dict[int, Connection] = field(default_factory=dict)
    streams: dict[str, Stream] = field(default_factory=dict)
    closed: list[int] = field(default_factory=list)
    asked: int = 0

    def add(self, number: int, exchange: str, **more: Any) -> Position:
        self.connections[number] = connection(number, exchange, **more)
        self.positions[number] = replace(OPEN, id=number, connection_id=number, execution_id=number)
        return self.positions[number]

    async def read(self, work: Any) -> Any:
        return work(
            SimpleNamespace(
                positions=SimpleNamespace(
                    heads=lambda: tuple(map(head, self.positions.values())), get=self.positions.get
                ),
                orders=SimpleNamespace(waiting=tuple),
                executions=SimpleNamespace(plan_of=lambda _: planned(long())),
                connections=SimpleNamespace(get=self.connections.get, trading=self._trading),
            )
        )

    def _trading(self) -> tuple[Connection, ...]:
        return tuple(self.connections[position.connection_id] for position in self.positions.values())

    async def prices_of(self, one: Connection) -> Stream:
        self.asked += 1
        name = f"{one.exchange_name}-test" if one.is_testnet else one.exchange_name
        if name not in self.streams:
            raise VenueSilent("no answer")
        return self.streams[name]

    async def act(self, position: Position, actions: tuple[Action, ...]) -> Position:
        for action in actions:
            if isinstance(action, ClosePart) and action.reason is ClosedReason.SL:
                self.closed.append(position.id)
        del self.positions[position.id]
        return replace(position, status=PositionStatus.CLOSED, version=position.version + 1)


def head(position: Position) -> Head:
    return Head(position.id, position.version, position.connection_id)


@asynccontextmanager
async def watching(town: Town) -> AsyncIterator[Monitors]:
    async with asyncio.TaskGroup() as group:
        tasks: list[asyncio.Task[None]] = []
        monitors = Monitors(
            store=town,  # type: ignore[arg-type]
            clock=ManualClock(),
            feed=town.streams["paper"],  # type: ignore[arg-type]
            prices_of=town.prices_of,  # type: ignore[arg-type]
            trader=town,  # type: ignore[arg-type]
            spawn=lambda name, work: tasks.append(group.create_task(work, name=name)),
        )
        await monitors.load()
        tasks.append(group.create_task(monitors.run()))
        await settled()
        yield monitors
        for task in tasks:
            task.cancel()


async def settled() -> None:
    for _ in range(20):
        await asyncio.sleep(0)


def town() -> Town:
    return Town(streams={"paper": Stream("100"), "acme": Stream("100"), "other": Stream("100")})


async def test_the_price_of_one_exchange_closes_nothing_at_another() -> None:
    there = town()
    for number, name in enumerate(("paper", "acme", "other"), start=1):
        there.add(number, name)
    async with watching(there) as monitors:
        assert monitors.count() == 3
        there.streams["acme"].move("89")
        await settled()
        assert there.closed == [2]
        there.streams["paper"].move("89")
        await settled()
        assert there.closed == [2, 1]
        assert monitors.count() == 1


async def test_the_test_system_of_an_exchange_has_prices_of_its_own() -> None:
    there = town()
    there.streams["acme-test"] = Stream("100")
    there.add(1, "acme")
    there.add(2, "acme", testnet=True)
    async with watching(there):
        there.streams["acme-test"].move("50")
        await settled()
        assert there.closed == [2]


async def test_connections_at_one_exchange_share_its_stream() -> None:
    there = town()
    there.add(1, "acme")
    there.add(2, "acme")
    async with watching(there) as monitors:
        assert (there.asked, monitors.count()) == (1, 2)
        late = there.add(3, "acme")
        monitors.changed(late)
        await settled()
        assert (there.asked, monitors.count()) == (1, 3)
        there.streams["acme"].move("80")
        await settled()
        assert sorted(there.closed) == [1, 2, 3]


async def test_a_silent_exchange_holds_up_nobody_and_is_asked_again() -> None:
    there = town()
    there.add(1, "paper")
    there.add(2, "silent")
    async with watching(there) as monitors:
        assert monitors.count() == 1
        there.streams["paper"].move("89")
        await settled()
        assert there.closed == [1]
        there.streams["silent"] = Stream("89")
        sweeping = asyncio.ensure_future(monitors.sweep())
        await settled()
        assert monitors.count() == 1
        there.streams["silent"].move("88")
        await settled()
        assert there.closed == [1, 2]
        sweeping.cancel()


async def test_a_symbol_that_is_listed_no_more_leaves_the_others_guarded() -> None:
    there = town()
    gone = there.add(1, "acme")
    there.positions[1] = replace(gone, symbol="GONE/USDT")
    there.add(2, "acme")
    there.streams["acme"].unlisted = {"GONE/USDT"}
    async with watching(there) as monitors:
        assert monitors.count() == 2
        there.streams["acme"].move("89")
        await settled()
        assert there.closed == [2]


async def test_the_first_position_of_a_connection_opens_its_stream() -> None:
    there = town()
    async with watching(there) as monitors:
        assert there.asked == 0
        monitors.changed(None)
        monitors.changed(there.add(1, "acme"))
        await settled()
        assert (there.asked, monitors.count()) == (1, 1)
        assert monitors.price_age() is None
