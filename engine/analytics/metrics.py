"""One connection's day in figures. Pure; win means a net profit above zero, loss one below.

Ratios and percentages carry four decimals, money eight, rounded half to even. An account in whose history money was
paid in or out shows that in its drawdown: the equity curve is what the venue said at each day's end.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from decimal import ROUND_HALF_EVEN, Decimal
from zoneinfo import ZoneInfo

from engine.risk.steps import EXACT, plain
from engine.types import ZERO, Account, DayReport, Position

NO_LOSSES = Decimal(999)
"""The profit factor of profit without a loss, and the highest one shown."""

SHARPE_DAYS = 30
"""Days of closed trades, the reported one included, that the Sharpe ratio looks at."""

_RATIO = Decimal("0.0001")
_MONEY = Decimal("0.00000001")


def day_bounds(day: date, timezone: str) -> tuple[datetime, datetime]:
    """First moment of this day in that zone and of the next one, in UTC: 23, 24 or 25 hours apart.

    Raises ZoneInfoNotFoundError for a zone that does not exist.
    """
    zone = ZoneInfo(timezone)
    start, end = (datetime.combine(d, time.min, zone).astimezone(UTC) for d in (day, day + timedelta(days=1)))
    return start, end


def day_report(
    *,
    connection_id: int,
    user_id: int | None,
    admin_id: int | None,
    day: date,
    closed: Sequence[Position],
    recent: Sequence[Position],
    history: Sequence[DayReport],
    account: Account,
    funding: Decimal = ZERO,
) -> DayReport:
    """``closed`` are the positions closed that day, ``recent`` those of the last ``SHARPE_DAYS`` days, that day too.

    ``funding`` is what was paid that day, for open positions too. A trade is won or lost with all of its funding; the
    result of the day has each payment on the day it was paid, so that of its trades is taken without.
    ``history`` are earlier reports; a report of this day or later in it is ignored, so a day can be reported again.
    """
    results = [p.pnl for p in closed]
    wins, losses = [r for r in results if r > 0], [r for r in results if r < 0]
    total = sum((p.pnl - p.funding for p in closed), funding)
    earlier = sorted((r for r in history if r.date < day), key=lambda r: r.date)
    return DayReport(
        connection_id=connection_id,
        user_id=user_id,
        admin_id=admin_id,
        date=day,
        total_trades=len(results),
        winning_trades=len(wins),
        losing_trades=len(losses),
        total_pnl=_money(total),
        win_rate=_ratio(_mean([Decimal(100) if r > 0 else ZERO for r in results])),
        profit_factor=_ratio(profit_factor(results)),
        max_drawdown=_ratio(max_drawdown(_curve(earlier, account.equity, total))),
        balance=account.balance,
        equity=account.equity,
        additional_metrics={
            "sharpe": plain(_ratio(sharpe([p.pnl_percentage for p in recent]))),
            "expectancy": plain(_money(_mean(results))),
            "average_win": plain(_money(_mean(wins))),
            "average_loss": plain(_money(-_mean(losses))),
            "funding": plain(_money(funding)),
        },
    )


def _curve(earlier: Sequence[DayReport], equity: Decimal, result: Decimal) -> list[Decimal]:
    """Equity at each day's end, beginning with what there was before the first day's trades."""
    first, its_result = (earlier[0].equity, earlier[0].total_pnl) if earlier else (equity, result)
    return [first - its_result, *(report.equity for report in earlier), equity]


def profit_factor(results: Sequence[Decimal]) -> Decimal:
    """Gross profit / gross loss; ``NO_LOSSES`` for profit without a loss, 0 when there is neither."""
    won = sum((r for r in results if r > 0), ZERO)
    lost = -sum((r for r in results if r < 0), ZERO)
    if lost == 0:
        return NO_LOSSES if won > 0 else ZERO
    return min(NO_LOSSES, EXACT.divide(won, lost))


def max_drawdown(equity: Sequence[Decimal]) -> Decimal:
    """The deepest fall below an earlier peak, in percent of that peak; 0 while no peak is positive."""
    peak = worst = ZERO
    for value in equity:
        peak = max(peak, value)
        if peak > 0:
            worst = max(worst, EXACT.divide((peak - value) * 100, peak))
    return worst


def sharpe(returns: Sequence[Decimal]) -> Decimal:
    """Mean / population standard deviation of the trades' returns; 0 for fewer than two, or when all are equal."""
    if len(set(returns)) < 2:
        return ZERO
    mean = _mean(returns)
    variance = _mean([EXACT.power(EXACT.subtract(r, mean), 2) for r in returns])
    return EXACT.divide(mean, EXACT.sqrt(variance))


def _mean(values: Sequence[Decimal]) -> Decimal:
    """0 of nothing. The mean of all results is win rate · average win - loss rate · average loss: the expectancy."""
    return EXACT.divide(sum(values, ZERO), Decimal(len(values))) if values else ZERO


def _ratio(value: Decimal) -> Decimal:
    return value.quantize(_RATIO, ROUND_HALF_EVEN, EXACT)


def _money(value: Decimal) -> Decimal:
    return value.quantize(_MONEY, ROUND_HALF_EVEN, EXACT)
