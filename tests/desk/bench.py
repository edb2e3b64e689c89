"""A desk's transactions over a real database: people, channels, posts, and what they were told."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from engine.desk import record
from engine.desk.accepting import accept
from engine.desk.late import offer
from engine.desk.taken import Taken
from engine.execution.reserve import new_order
from engine.signals.house_rules import Readings
from engine.types import (
    ChannelRules,
    Execution,
    OrderState,
    Post,
    Refusal,
    Role,
    SameSignal,
    Signal,
    Source,
    SourceMode,
    User,
)
from handlers.paper import open_account
from storage.database import Database
from storage.tables import execution_connections, execution_logs, execution_notifications, signals
from storage.unit_of_work import UnitOfWork
from tests.clocks import NOON
from tests.storage.worlds import request

LONG_BTC = "BTC/USDT LONG\nEntry: 64000\nSL: 63000\nTP1: 65000\nTP2: 66000"
NO_TARGET = "BTC/USDT LONG\nEntry: 64000\nSL: 63000"


@dataclass
class Bench:
    """The hands of a test. Time stands at ``now`` until it is moved."""

    database: Database
    now: datetime = NOON
    people: dict[str, User] = field(default_factory=dict)

    async def person(self, name: str, *, role: Role = Role.USER, accounts: int = 1, live: int = 0) -> User:
        """Somebody with paper accounts, and with some that count as real money."""
        number = 100 + len(self.people)

        def work(tx: UnitOfWork) -> User:
            user = tx.people.enroll(number, name, "en", role, self.now)
            for one in range(accounts + live):
                made = open_account(tx, user, f"{name} {one}", Decimal(10_000), self.now)
                if one >= accounts:
                    real = execution_connections.update().where(execution_connections.c.id == made.id)
                    tx.connection.execute(real.values(is_paper=False))
            return user

        self.people[name] = await self.database.write(work)
        return self.people[name]

    async def channel(
        self, user: User, chat_id: int = -1, *, mode: SourceMode = SourceMode.AUTO, scope: str | None = None,
        rules: ChannelRules | None = None, name: str = "Alpha",
    ) -> Source:  # fmt: skip
        def work(tx: UnitOfWork) -> Source:
            source = tx.channels.add(user, chat_id, name, self.now)
            tx.channels.set_mode(user.id, source.id, mode)
            tx.channels.set_scope(user.id, source.id, scope)
            if rules is not None:
                tx.channels.set_rules(user.id, source.id, rules)
            return tx.channels.get(user.id, source.id) or source

        return await self.database.write(work)

    def post(self, text: str = LONG_BTC, message_id: int = 1, chat_id: int = -1, **more: Any) -> Post:
        return Post(chat_id=chat_id, message_id=message_id, text=text, **{"at": self.now, **more})

    def edit(self, post: Post, text: str, seconds: int = 5) -> Post:
        return replace(post, text=text, edited=True, edited_at=post.at + timedelta(seconds=seconds))

    async def take(self, post: Post) -> Taken:
        """Twice, as the contract of a transaction allows; the first time is rolled back."""
        readings = Readings(text=post.text)

        def undone(tx: UnitOfWork) -> None:
            record(tx, post, readings, self.now)
            raise _Undo

        with suppress(_Undo):
            await self.database.write(undone)
        return await self.database.write(lambda tx: record(tx, post, readings, self.now))

    async def accept(self, signal: Signal, user: User, version: int = 1) -> tuple[Execution, ...] | Refusal:
        return await self.database.write(lambda tx: accept(tx, signal.id, user.id, version, self.now))

    async def offer(self, source: Source) -> None:
        await self.database.write(lambda tx: offer(tx, source.id, self.now))

    async def choose(self, user: User, source: Source, mode: SourceMode) -> bool:
        return await self.database.write(lambda tx: tx.channels.choose(user.id, source.id, mode))

    async def want(self, user: User, policy: SameSignal) -> None:
        await self.database.write(lambda tx: tx.channels.set_same_signal(user.id, policy))

    async def rest(self, execution: Execution) -> None:
        """Give the execution a waiting entry order, so that what the channel says next reaches it."""
        order = replace(new_order(execution.id, execution.connection, "E1", 1, request()), state=OrderState.ACKED)
        await self.database.write(lambda tx: tx.orders.add(order))

    # --- what came of it

    async def told(self, user: User) -> list[dict[str, Any]]:
        """Every event that this person was told, oldest first, with its kind."""
        columns = execution_notifications.c
        asked = select(columns.type, columns.payload).where(columns.user_id == user.id).order_by(columns.id)
        rows = await self.database.read(lambda tx: tx.connection.execute(asked).all())
        return [{"kind": row.type, **row.payload} for row in rows]

    async def signals(self) -> list[Signal]:
        ids = select(signals.c.id).order_by(signals.c.id)

        def work(tx: UnitOfWork) -> list[Signal]:
            found = (tx.signals.get(one) for one in tx.connection.execute(ids).scalars())
            return [signal for signal in found if signal is not None]

        return await self.database.read(work)

    async def signal(self) -> Signal:
        [signal] = await self.signals()
        return signal

    async def traded_for(self, user: User) -> int:
        """Executions on this person's accounts."""
        asked = (
            select(execution_logs.c.id)
            .join(execution_connections, execution_connections.c.id == execution_logs.c.connection_id)
            .where(execution_connections.c.user_id == user.id)
        )
        return len(await self.database.read(lambda tx: tx.connection.execute(asked).all()))


class _Undo(Exception):
    """Rolls a transaction back."""
