"""The day in figures, and what needs the owner's eyes."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from bot.notices.facts import Fact
from bot.replies import Button, Reply
from bot.wording import mending, refusal, stack

_PERFECT = Decimal(999)  # what execution_analytics stores as the profit factor of a day without losses


def day(f: Fact) -> Reply:
    title = f.t("notice-daily_report", day=f.t.day(date.fromisoformat(f["date"])))
    money = f.t("notice-day-money", balance=f.money("balance"), equity=f.money("equity"))
    return Reply(text=stack(title, f.account(), "", *_day_trades(f), "", money))


def _day_trades(f: Fact) -> tuple[str, ...]:
    if not f["total_trades"]:
        return (f.t("notice-day-empty"),)
    factor = f.decimal("profit_factor")
    counts = {"count": f["total_trades"], "won": f["winning_trades"], "lost": f["losing_trades"]}
    return (
        f.t("notice-day-pnl", pnl=f.money("total_pnl", signed=True)),
        f.t("notice-day-trades", rate=f.percent("win_rate"), **counts),
        f.t("notice-day-perfect") if factor >= _PERFECT else f.t("notice-day-factor", factor=round(factor, 2)),
        f.t("notice-day-drawdown", drawdown=f.percent("max_drawdown")),
    )


def connection_lost(f: Fact) -> Reply:
    text = stack(f.t("notice-error", connection=f["connection"]), "", refusal(f["code"], f.details(), f.t))
    return Reply(text=text, rows=mending(f["code"], f.t))


def trouble(f: Fact) -> Reply:
    look = Button(label=f.t("button-positions"), action="show_positions", once=False)
    title = f.t("notice-trouble", symbol=f["symbol"])
    return Reply(text=stack(title, f.account(), "", refusal(f["code"], f.details(), f.t)), rows=((look,),))
