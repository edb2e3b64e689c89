"""The life of a trade: its waiting order, first fill, stop, ladder and end."""

from __future__ import annotations

from bot.notices.facts import Fact
from bot.replies import Reply, Rows
from bot.wording import duration, first_known, stack, trade_buttons
from engine.types import ClosedReason


def rested(f: Fact) -> Reply:
    order = f.t("notice-order-line", quantity=f.number("quantity"), type=f.t(f"order-{f['order_type']}"),
                price=f.number("price"))  # fmt: skip
    return Reply(
        text=stack(
            f.title(),
            f.account(),
            *f.source(),
            "",
            order,
            f.t("line-stop-price", price=f.number("stop")),
            *f.prices_of(f["targets"]),
            f.t("notice-order-until", until=f.t.when(f.time("expires_at"), f.notice.timezone)),
        )
    )


def cancelled(f: Fact) -> Reply:
    keys = (f"cancelled-{f['code']}", f"refusal-{f['code']}", f"reason-{f['code']}")
    why = f.t("notice-why", reason=f.t(first_known(keys, f.t) or "reason-other"))
    filled = (f.t("notice-entry-filled", quantity=f.number("filled")),) if f.decimal("filled") else ()
    return Reply(text=stack(f.title(), f.account(), "", why, *filled))


def opened(f: Fact) -> Reply:
    return Reply(
        text=stack(
            f.title(),
            f.account(),
            *f.source(),
            "",
            f.t("line-size", quantity=f.number("quantity"), base=f["base"]),
            f.t("line-entry", price=f.number("entry_price")),
            f.t("line-stop", price=f.number("stop"), holder=f.t(f"holder-{f['protection']}")),
            *f.rungs(),
            f.t("line-risk", risk=f.money("risk")),
            *f.leverage(),
            "",
            *f.notes(),
            *f.latency(),
        ),
        rows=_buttons(f),
    )


def grew(f: Fact) -> Reply:
    size = f.t("notice-grown", quantity=f.number("quantity"), price=f.number("entry_price"))
    return Reply(text=stack(f.title(added=f.number("added")), f.account(), "", size), rows=_buttons(f))


def target_hit(f: Fact) -> Reply:
    return Reply(text=stack(f.title(level=f["level"]), f.account(), "", *_partial_exit(f)), rows=_buttons_if_left(f))


def part_closed(f: Fact) -> Reply:
    return Reply(text=stack(f.title(), f.account(), "", *_partial_exit(f), f.reason()), rows=_buttons_if_left(f))


def _partial_exit(f: Fact) -> tuple[str, ...]:
    return (
        f.t("notice-fill", quantity=f.number("quantity"), price=f.number("price")),
        f.t("line-pnl", pnl=f.money("pnl", signed=True)),
        f.t("line-left", quantity=f.number("left")),
    )


def _buttons(f: Fact) -> Rows:
    return trade_buttons(f["position_id"], f.t, notice=True)


def _buttons_if_left(f: Fact) -> Rows:
    return _buttons(f) if f.decimal("left") else ()


def stop_moved(f: Fact) -> Reply:
    new, holder = f.number("new"), f.t(f"holder-{f['protection']}")
    if f["old"] is None:
        line = f.t("line-stop", price=new, holder=holder)
    else:
        line = f.t("notice-stop-from", old=f.number("old"), new=new, holder=holder)
    why = f.t("notice-why", reason=f.t("moved-sl")) if f["reason"] == ClosedReason.SL else f.reason()
    return Reply(text=stack(f.title(), f.account(), "", line, why))


def closed(f: Fact) -> Reply:
    pnl, percent = f.money("pnl", signed=True), f.percent("pnl_percentage", signed=True)
    prices = {"entry": f.number("entry_price"), "exit": f.number("exit_price")}
    held = duration(f.time("closed_at") - f.time("opened_at"), f.t)
    return Reply(
        text=stack(
            f.title(),
            f.account(),
            "",
            f.t("notice-close-pnl", pnl=pnl, percent=percent),
            f.reason(),
            f.t("notice-close-prices", quantity=f.number("quantity"), **prices),
            f.t("notice-close-fees", fees=f.money("fees"), duration=held),
            *f.funding(),
        )
    )


def corrected(f: Fact) -> Reply:
    """What was told at the close, and what it is with the funding that came to be known since."""
    now = f.t("notice-corrected-now", before=f.money("before", signed=True), now=f.money("pnl", signed=True),
              percent=f.percent("pnl_percentage", signed=True))  # fmt: skip
    return Reply(text=stack(f.title(), f.account(), "", *f.funding(), now, "", f.t("notice-corrected-why")))


def targets_changed(f: Fact) -> Reply:
    return Reply(text=stack(f.title(), f.account(), "", *f.rungs()), rows=_buttons(f))
