"""The day in figures, and what needs the owner's eyes."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from bot.notices.facts import Fact
from bot.replies import Button, Reply
from bot.wording import (
    account,
    close_reason,
    close_refusal,
    doubts,
    market,
    mending,
    refusal,
    side,
    stack,
    stop_refusal,
)

_WAYS_OUT = ("C", "T")  # legs of an order that closes: by wish or stop, and at a target
_PERFECT = Decimal(999)  # what execution_analytics stores as the profit factor of a day without losses


def day(f: Fact) -> Reply:
    title = f.t("notice-daily_report", day=f.t.day(date.fromisoformat(f["date"])))
    money = f.t("notice-day-money", balance=f.money("balance"), equity=f.money("equity"))
    return Reply(text=stack(title, f.account(), "", *_day_trades(f), "", money))


def _day_trades(f: Fact) -> tuple[str, ...]:
    if not f["total_trades"]:
        return (f.t("notice-day-empty"), *f.funding())
    factor = f.decimal("profit_factor")
    counts = {"count": f["total_trades"], "won": f["winning_trades"], "lost": f["losing_trades"]}
    return (
        f.t("notice-day-pnl", pnl=f.money("total_pnl", signed=True)),
        *f.funding(),
        f.t("notice-day-trades", rate=f.percent("win_rate"), **counts),
        f.t("notice-day-perfect") if factor >= _PERFECT else f.t("notice-day-factor", factor=round(factor, 2)),
        f.t("notice-day-drawdown", drawdown=f.percent("max_drawdown")),
    )


def days_corrected(f: Fact) -> Reply:
    lines = (
        f.t("notice-day-corrected", day=f.t.day(date.fromisoformat(day["date"])),
            before=f.t.money(Decimal(day["before"]), f["currency"], signed=True),
            now=f.t.money(Decimal(day["now"]), f["currency"], signed=True))
        for day in f["days"]
    )  # fmt: skip
    return Reply(text=stack(f.t("notice-days_corrected"), f.account(), "", *lines, "", f.t("notice-corrected-why")))


def connection_lost(f: Fact) -> Reply:
    unmanaged = f.get("positions") or 0
    warned = f.t("notice-error-positions", count=unmanaged) if unmanaged else None
    text = stack(f.t("notice-error"), f.account(), warned, "", refusal(f["code"], f.details(), f.t))
    args = {"connection": f.get("connection_id")}
    known = Button(label=f.t("button-known"), action="connection_known", args=args)
    return Reply(text=text, rows=(*mending(f["code"], f.t), *(((known,),) if unmanaged else ())))


def silence(f: Fact) -> Reply:
    """One message when an exchange has been silent for long, and one when it answers again."""
    title = f.t("notice-silence-back" if f["back"] else "notice-silence", minutes=f["minutes"])
    rest = f.t("notice-silence-compared" if f["back"] else "notice-silence-open", count=f["positions"])
    return Reply(text=stack(title, f.account(), "", rest))


def flattened(f: Fact) -> Reply:
    """What the venue confirmed of each trade, and nothing else."""
    trades = f["trades"]
    closed = sum(trade["state"] == "closed" for trade in trades)
    if f["done"]:
        title = f.t("notice-flat-done", count=len(trades))
    else:
        title = f.t("notice-flat", closed=closed, count=len(trades))
    rest = None if f["done"] else f.t("notice-flat-again")
    return Reply(text=stack(title, "", *(_fate(trade, f) for trade in trades), "", rest, f.t("notice-flat-end")))


def _fate(trade: dict[str, Any], f: Fact) -> str:
    named = f.t("notice-flat-trade", side=side(trade["direction"], f.t), symbol=market(trade["symbol"], f.t))
    where = account(trade["connection"], trade["paper"], f.t, testnet=trade["testnet"])
    said = trade["reason"]
    why = close_reason(said, f.t) if f.t.has(f"refusal-{said}") else said
    return stack(named, where, f.t(f"flat-{trade['state']}"), f.t("notice-flat-said", reason=why) if why else None)


def house(f: Fact) -> Reply:
    return Reply(text=f.t(f"notice-house-{f['state']}"))


def start_found(f: Fact) -> Reply:
    found = ("settled", "unsettled", "ended", "silent")
    lines = (f.t(f"notice-start-{name}", count=f[name]) for name in found if f[name])
    return Reply(text=stack(f.t("notice-start_found"), "", *lines))


def trouble(f: Fact) -> Reply:
    look = Button(label=f.t("button-positions"), action="show_positions", once=False)
    title = f.t("notice-trouble", symbol=market(f["symbol"], f.t))
    order_id, position_id = f.get("order_id"), f.get("position_id")
    rows = ((look,),) if order_id is None else doubts(order_id, f.t)
    if position_id is not None:
        rows = (
            (
                Button(
                    label=f.t("button-side-keep"), action="position_side", args={"position": position_id}, once=False
                ),
            ),
        )
    leg = f["details"].get("leg", "")
    why = close_refusal if leg.startswith(_WAYS_OUT) else stop_refusal if leg == "S" else refusal
    return Reply(text=stack(title, f.account(), "", why(f["code"], f.details(), f.t)), rows=rows)
