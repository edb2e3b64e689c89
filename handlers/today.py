"""/today: what closed and what is open since midnight in the person's own zone, account by account."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from aiogram import Router
from aiogram.filters import Command
from aiogram.types import TelegramObject

from bot.ports import BotTx, Store
from bot.replies import Reply, Texts
from bot.wording import sign_of, stack
from engine.execution.told import Trade
from engine.ports import Clock
from engine.types import ZERO, Position, User
from handlers.cards import Held, held


def routes() -> Router:
    router = Router(name="today")
    router.message.register(today, Command("today"))
    return router


async def today(_: TelegramObject, user: User, t: Texts, store: Store, clock: Clock) -> Reply:
    midnight = day_start(clock.now(), user.timezone)
    trades, funding = await store.read(
        lambda tx: (_since(tx, user, midnight), tx.funding.paid_since(user.id, midnight))
    )
    title = t("today-title", day=t.day(midnight.date()))
    if not trades:
        return Reply(text=stack(title, "", t("today-empty")))
    return Reply(text=stack(title, *(_account(of_one, funding, t) for of_one in _by_account(trades))))


def day_start(now: datetime, timezone: str) -> datetime:
    """Midnight of this day in this zone, whatever the clocks did since."""
    return now.astimezone(ZoneInfo(timezone)).replace(hour=0, minute=0, second=0, microsecond=0)


def _since(tx: BotTx, user: User, midnight: datetime) -> tuple[Held, ...]:
    """What closed today and what is open, each trade once."""
    closed = (p for p in tx.trades.today(user.id, midnight) if not p.is_open)
    return tuple(held(tx, position) for position in (*closed, *tx.positions.of_user(user.id)))


def _by_account(trades: Iterable[Held]) -> list[list[Held]]:
    grouped: dict[int, list[Held]] = {}
    for position, trade in trades:
        grouped.setdefault(position.connection_id, []).append((position, trade))
    return [grouped[key] for key in sorted(grouped)]


def _account(trades: list[Held], funding: Mapping[int, Decimal], t: Texts) -> str:
    """The lines of one account, after a blank one."""
    trade = trades[0][1]
    connection = trade.execution.connection
    paid = funding.get(connection.id, ZERO)
    closed = [position for position, _ in trades if not position.is_open]
    open_ = [position for position, _ in trades if position.is_open]
    lines = (*_closed(closed, t), *_result(closed, paid, trade, t), *_open(open_, trade, t))
    return "\n" + stack(t("line-account", name=connection.name, sign=sign_of(connection, t)), *lines)


def _closed(closed: list[Position], t: Texts) -> tuple[str, ...]:
    if not closed:
        return ()
    won = sum(position.pnl > 0 for position in closed)
    return (t("today-closed", count=len(closed), rate=t.percent(Decimal(100 * won) / len(closed))),)


def _result(closed: list[Position], paid: Decimal, trade: Trade, t: Texts) -> tuple[str, ...]:
    """Funding counts on the day it was paid, whenever its trade is closed."""
    if not closed and not paid:
        return ()
    pnl = t("today-pnl", pnl=t.money(_sum(closed) + paid, trade.currency, signed=True))
    funding = (t("today-funding", funding=t.money(paid, trade.currency, signed=True)),) if paid else ()
    return pnl, *funding


def _open(open_: list[Position], trade: Trade, t: Texts) -> tuple[str, ...]:
    if not open_:
        return ()
    pnl = t.money(_sum(open_), trade.currency, signed=True)
    key = "today-open-funded" if any(position.funding for position in open_) else "today-open"
    return (t(key, count=len(open_), pnl=pnl),)


def _sum(positions: list[Position]) -> Decimal:
    """Without their funding."""
    return sum((position.pnl - position.funding for position in positions), ZERO)
