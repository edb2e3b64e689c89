"""A connection's day out of the books, and once more when they know better than the report that was made."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from engine.analytics.metrics import SHARPE_DAYS, day_bounds, day_report
from engine.ports import Tx
from engine.types import ZERO, Account, Connection, DayReport


@dataclass(frozen=True, slots=True, kw_only=True)
class Recount:
    """The result of a day as it was reported, and as it is now."""

    date: date
    before: Decimal
    now: Decimal


def report_of(tx: Tx, connection: Connection, day: date, account: Account) -> DayReport:
    """``account`` is what there was at the end of the day."""
    start, end = day_bounds(day, tx.users.timezone(connection.owner_id))
    return day_report(
        connection_id=connection.id,
        user_id=connection.user_id,
        admin_id=connection.admin_id,
        day=day,
        closed=tx.positions.closed_between(connection.id, start, end),
        recent=tx.positions.closed_between(connection.id, end - timedelta(days=SHARPE_DAYS), end),
        history=tx.analytics.history(connection.id, day),
        account=account,
        funding=tx.funding.paid(connection.owner_id, connection.id, start, end),
    )


def recount(tx: Tx, connection: Connection, moments: Iterable[datetime]) -> tuple[Recount, ...]:
    """Report the days of these moments again, those that were reported; the ones whose result is another now.

    Balance and equity stay: they are what the venue said at the end of the day.
    """
    zone = ZoneInfo(tx.users.timezone(connection.owner_id))
    found = []
    for day in sorted({moment.astimezone(zone).date() for moment in moments}):
        reported = next((r for r in tx.analytics.history(connection.id, day) if r.date == day), None)
        if reported is None:
            continue
        account = Account(currency="", balance=reported.balance, equity=reported.equity, free=ZERO)
        report = report_of(tx, connection, day, account)
        tx.analytics.save(report)
        if report.total_pnl != reported.total_pnl:
            found.append(Recount(date=day, before=reported.total_pnl, now=report.total_pnl))
    return tuple(found)
