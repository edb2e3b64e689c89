"""What became of a channel's post before it was a trade, and what the channel asked for later."""

from __future__ import annotations

from datetime import timedelta

from bot.notices.facts import Fact
from bot.replies import Button, Reply, Rows, Texts
from bot.wording import figure, figures, first_known, mending, refusal, shortened, stack
from engine.errors import Code

_TO_LOOSEN = timedelta(minutes=10)  # the market moves on: an old question is not an order
_QUOTED = 600  # characters of a post: enough to know it by


def proposed(f: Fact) -> Reply:
    entries = " · ".join(_point(entry, f.t) for entry in f["entries"])
    return Reply(
        text=stack(
            f.title(source=f["source"]),
            "",
            f.t("notice-proposed-entry", entries=entries) if entries else f.t("notice-proposed-market"),
            f.t("line-stop-price", price=figure(f["stop"], f.t)) if f["stop"] else None,
            *f.prices_of(f["targets"]),
            *f.leverage(),
            "",
            f.t("notice-proposed-ask"),
        ),
        rows=_take_or_skip(f),
    )


def _point(written: str, t: Texts) -> str:
    """A price, or a zone as the desk writes it: its two ends with a dash between."""
    return "–".join(figure(price, t) for price in written.split("–"))


def _take_or_skip(f: Fact) -> Rows:
    args = {"signal": f["signal_id"], "symbol": f["symbol"], "direction": f["direction"]}
    expiry = timedelta(seconds=f["max_age_seconds"])
    return (
        (
            Button(label=f.t("button-take"), action="signal_take", args=args, expires_in=expiry),
            Button(label=f.t("button-skip"), action="signal_skip", args=args, expires_in=expiry),
        ),
    )


def unclear(f: Fact) -> Reply:
    reason = first_known((f"refusal-{f['code']}",), f.t) or "refusal-unclear"
    return Reply(
        text=stack(
            f.t("notice-signal_unclear", source=f["source"]),
            "",
            f.t(reason),
            figures(f["found"], f.t) or None,
            "",
            f.t("notice-quote", text=shortened(f["text"], _QUOTED)),
        )
    )


def refused(f: Fact) -> Reply:
    text = stack(f.title(), f.account(), *f.source(), "", refusal(f["code"], f.details(), f.t))
    return Reply(text=text, rows=mending(f["code"], f.t))


def skipped(f: Fact) -> Reply:
    text = stack(f.title(), *f.source(), "", refusal(f["code"], f.details(), f.t))
    return Reply(text=text, rows=mending(f["code"], f.t))


def instruction_refused(f: Fact) -> Reply:
    asked = f.t("notice-asked", instruction=f.t(f"instruction-{f['instruction']}"))
    why = refusal(f["code"], f.details(), f.t)
    rows = (*_loosen(f), *mending(f["code"], f.t))
    return Reply(text=stack(f.title(), f.account(), *f.source(), "", asked, why), rows=rows)


def _loosen(f: Fact) -> Rows:
    """A channel may not give a stop more room; its owner may, asked."""
    if f["code"] != Code.STOP_LOOSER or f.get("position_id") is None:
        return ()
    args = {"position": f["position_id"], "stop": f["details"]["stop"]}
    return ((Button(label=f.t("button-loosen"), action="position_loosen", args=args, expires_in=_TO_LOOSEN),),)


def edited(f: Fact) -> Reply:
    quote = f.t("notice-quote", text=shortened(f["text"], _QUOTED))
    kept = f.t("notice-edited-followed" if f.get("followed") else "notice-edited-kept")
    look = Button(label=f.t("button-positions"), action="show_positions", once=False)
    return Reply(text=stack(f.title(), *f.source(), "", kept, quote), rows=((look,),))


def outage(f: Fact) -> Reply:
    title = f.t("notice-back_from_outage", source=f["source"], count=f["count"])
    return Reply(text=stack(title, f.t("notice-outage-symbols", symbols=shortened(", ".join(f["symbols"])))))
