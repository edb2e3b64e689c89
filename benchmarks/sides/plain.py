"""What one would build without the product: an aiogram handler, plain ``re``, the async ORM, and the same venue.

It does the least that keeps money safe: the post, the signal and the order are committed before the order leaves, its
answer is committed after it. One follower a channel, no queue, no rules, no stop at the venue, no message.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from aiogram import Bot, Dispatcher
from aiogram.types import Message
from sqlalchemy import ForeignKey, Numeric, UniqueConstraint, event, func, select
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

from benchmarks.parse import plain_reader
from benchmarks.sides.market import migrated, populate
from benchmarks.sides.posts import Arrivals, Told
from bot.clock import SystemClock
from bot.intake import open_bot
from engine.adapters.paper import PaperVenue
from engine.adapters.paper_market import PaperMarket
from engine.market.simulated import SimulatedPrices
from engine.types import Direction, OrderRequest, OrderType

TOKEN = "123456:" + "A" * 35
NOWHERE = "http://127.0.0.1:9"
RISKED = Decimal("0.01")

Exact = Numeric(38, 18)
Sessions = async_sessionmaker[AsyncSession]
Account = Any
"""Where a follower trades: ``instrument``, ``account``, ``quote`` and ``place``, as the paper venue has them."""


class Model(DeclarativeBase):
    pass


class Follower(Model):
    __tablename__ = "followers"
    id: Mapped[int] = mapped_column(primary_key=True)
    chat_id: Mapped[int] = mapped_column(index=True)


class ChannelPost(Model):
    __tablename__ = "posts"
    __table_args__ = (UniqueConstraint("chat_id", "message_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    chat_id: Mapped[int]
    message_id: Mapped[int]
    text: Mapped[str]
    at: Mapped[datetime]


class SignalRow(Model):
    __tablename__ = "signals"
    id: Mapped[int] = mapped_column(primary_key=True)
    post_id: Mapped[int] = mapped_column(ForeignKey("posts.id"), index=True)
    symbol: Mapped[str]
    direction: Mapped[str]
    stop: Mapped[Decimal] = mapped_column(Exact)
    post: Mapped[ChannelPost] = relationship()


class OrderRow(Model):
    __tablename__ = "orders"
    id: Mapped[int] = mapped_column(primary_key=True)
    signal_id: Mapped[int] = mapped_column(ForeignKey("signals.id"), index=True)
    follower_id: Mapped[int] = mapped_column(ForeignKey("followers.id"), index=True)
    client_order_id: Mapped[str] = mapped_column(unique=True)
    quantity: Mapped[Decimal] = mapped_column(Exact)
    state: Mapped[str]
    price: Mapped[Decimal | None] = mapped_column(Exact)
    signal: Mapped[SignalRow] = relationship()


# --- the handler -----------------------------------------------------------------------------------


async def posted(message: Message, sessions: Sessions, venues: Mapping[int, Account]) -> None:
    """Read the post, commit what is meant to be done, do it, commit what came of it."""
    found = plain_reader(message.text or "")
    if not found:
        return
    async with sessions() as session:
        follower = (await session.scalars(select(Follower).where(Follower.chat_id == message.chat.id))).one()
        venue = venues[follower.id]
        request = await _sized(venue, found, f"p{message.message_id}")
        order = _order(message, follower, found, request)
        session.add(order)
        await session.commit()
        report = await venue.place(request)
        order.state, order.price = report.state.value, report.fills[-1].price if report.fills else None
        await session.commit()


async def _sized(venue: Account, found: dict[str, Any], client_id: str) -> OrderRequest:
    """One percent of the equity at risk between the price and the stop."""
    instrument = await venue.instrument(*found["symbol"])
    account, price = await venue.account(), (await venue.quote(instrument)).ask
    lots = account.equity * RISKED / abs(price - Decimal(found["stop"][0])) // instrument.lot_step
    return OrderRequest(
        client_order_id=client_id, symbol=instrument.symbol, direction=Direction.BUY, order_type=OrderType.MARKET,
        quantity=lots * instrument.lot_step, leverage=int(found["leverage"][0]),
    )  # fmt: skip


def _order(message: Message, follower: Follower, found: dict[str, Any], request: OrderRequest) -> OrderRow:
    post = ChannelPost(
        chat_id=message.chat.id, message_id=message.message_id, text=message.text, at=message.date.replace(tzinfo=None)
    )
    signal = SignalRow(post=post, symbol=request.symbol, direction=found["direction"][0], stop=found["stop"][0])
    return OrderRow(
        signal=signal, follower_id=follower.id, client_order_id=request.client_order_id, quantity=request.quantity,
        state="submitting",
    )  # fmt: skip


# --- the bot around it -----------------------------------------------------------------------------


@dataclass(slots=True, kw_only=True)
class Plain:
    """The running stack."""

    bot: Bot
    dispatcher: Dispatcher
    sessions: Sessions
    arrivals: Arrivals

    async def send(self, told: Told) -> None:
        """What polling does with one update; returns when the handler is through."""
        await self.dispatcher.feed_raw_update(self.bot, told.update)

    async def settled(self) -> None:
        """Nothing goes on after the handler."""

    async def outcomes(self) -> Counter[str]:
        """How the orders ended."""
        async with self.sessions() as session:
            found = await session.execute(select(OrderRow.state, func.count()).group_by(OrderRow.state))
            return Counter(dict(found.tuples().all()))


@asynccontextmanager
async def plain(folder: Path, signals: int) -> AsyncIterator[Plain]:
    """The stack over a database of its own. The paper venue keeps its books in another one, as an exchange does."""
    clock = SystemClock()
    async with migrated(folder / "venue.sqlite3", clock) as books:
        feed, arrivals = SimulatedPrices(clock), Arrivals()
        market = PaperMarket(feed, feed.instruments, clock)
        channels = await populate(books, clock, signals)
        venues = {one: await PaperVenue.open(one, books, market) for one in channels}
        for connection_id, venue in venues.items():
            arrivals.listen(venue, channels[connection_id])
        async with stack(folder, channels, venues, arrivals) as running:
            yield running


@asynccontextmanager
async def stack(
    folder: Path, channels: Mapping[int, int], venues: Mapping[int, Account], arrivals: Arrivals
) -> AsyncIterator[Plain]:  # fmt: skip
    """The bot for these followers: the chat of each, and where each trades."""
    engine = _engine(folder / "plain.sqlite3")
    sessions = async_sessionmaker(engine, expire_on_commit=False)
    async with engine.begin() as connection:
        await connection.run_sync(Model.metadata.create_all)
    async with sessions.begin() as session:
        session.add_all(Follower(id=one, chat_id=chat) for one, chat in channels.items())
    dispatcher = Dispatcher()
    dispatcher.channel_post.register(posted)
    dispatcher.workflow_data.update(sessions=sessions, venues=venues)
    bot = open_bot(TOKEN, NOWHERE)
    try:
        yield Plain(bot=bot, dispatcher=dispatcher, sessions=sessions, arrivals=arrivals)
    finally:
        await bot.session.close()
        await engine.dispose()


def _engine(path: Path) -> AsyncEngine:
    engine = create_async_engine(f"sqlite+aiosqlite:///{path}")

    @event.listens_for(engine.sync_engine, "connect")
    def durable(connection: Any, _record: Any) -> None:
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=30000"):
            connection.execute(f"PRAGMA {pragma}")

    return engine
