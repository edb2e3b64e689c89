"""Closes the day of every connection: the analytics row and the report, once per connection and date."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import partial
from zoneinfo import ZoneInfo

import structlog

from engine.analytics.days import report_of
from engine.events import DayClosed
from engine.execution.trader import Trader
from engine.ports import Clock, Store, Tx
from engine.types import Account, Connection, DayReport, Refusal

AT_ONCE = 50  # accounts that are asked side by side
log = structlog.get_logger()


class DayEnd:
    """``run`` may come as often as it likes: a day that is closed stays as it is."""

    def __init__(self, *, store: Store, clock: Clock, trader: Trader, on_change: Callable[[], None]) -> None:
        self._store = store
        self._clock = clock
        self._trader = trader
        self._on_change = on_change
        self._gate = asyncio.Semaphore(AT_ONCE)

    async def run(self) -> int:
        """Close yesterday, in each owner's own zone, wherever that is still to do; returns how many were closed."""
        now = self._clock.now()
        due = await self._store.read(lambda tx: _due(tx, now))
        closed = sum(await asyncio.gather(*(self._close(connection, now) for connection in due)))
        self._on_change()
        return closed

    async def _close(self, connection: Connection, now: datetime) -> bool:
        """A few side by side: a silent exchange keeps the report of its own accounts back, and no other."""
        async with self._gate:
            account = await self._trader.account(connection)
        if isinstance(account, Refusal):
            log.warning("day not closed", connection=connection.id, code=account.code)
            return False
        return await self._store.write(partial(_close, connection=connection, account=account, now=now))


def _due(tx: Tx, now: datetime) -> tuple[Connection, ...]:
    return tuple(c for c in tx.connections.active() if _is_due(tx, c, now))


def _is_due(tx: Tx, connection: Connection, now: datetime) -> bool:
    """Yesterday is over and not closed; a connection that was made today has had none."""
    yesterday, made_at = _yesterday(tx, connection, now), tx.connections.made_at(connection.id)
    if made_at is None or _day(tx, connection, made_at) > yesterday:
        return False
    return all(report.date != yesterday for report in tx.analytics.history(connection.id, yesterday))


def _yesterday(tx: Tx, connection: Connection, now: datetime) -> date:
    return _day(tx, connection, now) - timedelta(days=1)


def _day(tx: Tx, connection: Connection, moment: datetime) -> date:
    """The date of this moment where the owner is."""
    return moment.astimezone(ZoneInfo(tx.users.timezone(connection.owner_id))).date()


def _close(tx: Tx, connection: Connection, account: Account, now: datetime) -> bool:
    """Save the row and owe the report, unless somebody was faster."""
    day = _yesterday(tx, connection, now)
    report = report_of(tx, connection, day, account)
    if not tx.analytics.save(report):
        return False
    key = f"day:{connection.id}:{day.isoformat()}"
    tx.outbox.tell(
        connection.owner_id, _told(connection, report, account.currency), key=key, now=now, connection_id=connection.id
    )
    return True


def _told(connection: Connection, report: DayReport, currency: str) -> DayClosed:
    return DayClosed(
        connection=connection.name,
        paper=connection.is_paper,
        currency=currency,
        date=report.date,
        total_trades=report.total_trades,
        winning_trades=report.winning_trades,
        losing_trades=report.losing_trades,
        total_pnl=report.total_pnl,
        win_rate=report.win_rate,
        profit_factor=report.profit_factor,
        max_drawdown=report.max_drawdown,
        balance=report.balance,
        equity=report.equity,
        funding=Decimal(report.additional_metrics["funding"]),
    )
