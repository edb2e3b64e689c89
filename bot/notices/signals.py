"""What became of a channel's post before it was a trade, and what the channel asked for later."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from bot.notices.facts import Fact
from bot.replies import Button, Reply, Rows, Texts
from bot.wording import close_refusal, figure, figures, first_known, mending, refusal, shortened, side, stack
from engine.errors import Code
from engine.types import ActionKind

_TO_LOOSEN = timedelta(minutes=10)  # the market moves on: an old question is not an order
_TO_DECIDE = timedelta(minutes=10)
_LABEL = 20  # characters of a symbol on a button
_EDITED = {
    "followed": "notice-edited-followed", "kept": "notice-edited-kept", "withdrawn": "notice-edited-withdrawn",
}  # fmt: skip
_RULES_OF_CHANNEL = frozenset({Code.SYMBOL_NOT_ALLOWED, Code.SAME_SIGNAL, Code.DUPLICATE, Code.TOO_MANY})
_CLOSES = frozenset({ActionKind.CLOSE, ActionKind.CLOSE_PARTIAL})
_QUOTED = 600  # characters of a post: enough to know it by


def proposed(f: Fact) -> Reply:
    why = f.get("why")
    asks = refusal(why, f.details(), f.t) if why else f.t("notice-proposed-ask")
    return Reply(
        text=stack(f.title(source=f["source"]), "", *_read(f), *f.leverage(), "", asks),
        rows=(*_take_or_skip(f), *_fix(f)),
    )


def _read(f: Fact) -> tuple[str | None, ...]:
    """What was read: entry, stop and ladder."""
    entries = " · ".join(_point(entry, f.t) for entry in f["entries"])
    return (
        f.t("notice-proposed-entry", entries=entries) if entries else f.t("notice-proposed-market"),
        f.t("line-stop-price", price=figure(f["stop"], f.t)) if f["stop"] else None,
        *f.prices_of(f["targets"]),
    )


def _fix(f: Fact) -> Rows:
    """The owner of a channel can teach how its posts are read."""
    row_id = f.get("message_row_id")
    if row_id is None:
        return ()
    return ((Button(label=f.t("button-fix"), action="post_teach", args={"row": row_id, "notice": True}, once=False),),)


def _point(written: str, t: Texts) -> str:
    """A price, or a zone as the desk writes it: its two ends with a dash between."""
    return "–".join(figure(price, t) for price in written.split("–"))


def _take_or_skip(f: Fact) -> Rows:
    args = {
        "signal": f["signal_id"], "symbol": f["symbol"], "direction": f["direction"],
        "version": f.get("version") or 1,
    }  # fmt: skip
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
            f.t("notice-signal_unclear", source=f["source"], code=f["code"]),
            "",
            f.t(reason),
            figures(f["found"], f.t) or None,
            "",
            f.t("notice-quote", text=shortened(f["text"], _QUOTED)),
        ),
        rows=_fix(f),
    )


def refused(f: Fact) -> Reply:
    text = stack(f.title(), f.account(), *f.source(), "", *_was_read(f), "", refusal(f["code"], f.details(), f.t))
    return Reply(text=text, rows=mending(f["code"], f.t))


def _was_read(f: Fact) -> tuple[str | None, ...]:
    """Nothing in a payload written before it carried the figures."""
    return _read(f) if f.get("entries") or f.get("stop") or f.get("targets") else ()


def skipped(f: Fact) -> Reply:
    """The receipt of a signal that was let go: what was read, which rule said no, and the button that mends it."""
    text = stack(f.title(), *f.source(), "", *_was_read(f), "", refusal(f["code"], f.details(), f.t))
    return Reply(text=text, rows=_rules(f) or mending(f["code"], f.t))


def _rules(f: Fact) -> Rows:
    """A rule of the channel said no: its owner changes it there."""
    if f.get("source_id") is None or f["code"] not in _RULES_OF_CHANNEL:
        return ()
    args = {"source": f["source_id"], "notice": True}
    return ((Button(label=f.t("button-rules"), action="source_rules", args=args, once=False),),)


def instruction_refused(f: Fact) -> Reply:
    asked = f.t("notice-asked", instruction=f.t(f"instruction-{f['instruction']}"))
    words = close_refusal if f["instruction"] in _CLOSES else refusal
    why = words(f["code"], f.details(), f.t)
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
    kept = f.t(_EDITED["followed" if f.get("followed") else "withdrawn" if f.get("withdrawn") else "kept"])
    look = Button(label=f.t("button-positions"), action="show_positions", once=False)
    return Reply(text=stack(f.title(), *f.source(), "", kept, quote), rows=((look,),))


def instruction_edited(f: Fact) -> Reply:
    asked = (f.t("notice-asked", instruction=f.t(f"instruction-{action}")) for action in f["asked"])
    quote = f.t("notice-quote", text=shortened(f["text"], _QUOTED))
    look = Button(label=f.t("button-positions"), action="show_positions", once=False)
    text = stack(f.t("notice-instruction_edited", source=f["source"]), "", *asked, f.t("notice-not-again"), quote)
    return Reply(text=text, rows=((look,),))


def outage(f: Fact) -> Reply:
    """Nothing of a backlog is traded late by itself; the newest signals can be taken at today's price."""
    title = f.t("notice-back_from_outage", source=f["source"], count=f["count"])
    symbols = f.t("notice-outage-symbols", symbols=shortened(", ".join(f["symbols"])))
    offers = f.get("offers") or []
    how = (f.t("notice-outage-take"),) if offers else ()
    return Reply(text=stack(title, symbols, "", *how), rows=tuple((_take_late(f, offer),) for offer in offers))


def _take_late(f: Fact, offer: dict[str, Any]) -> Button:
    symbol, direction = offer["symbol"], offer["direction"]
    args = {
        "signal": offer["signal_id"], "version": offer["version"], "symbol": symbol, "direction": direction,
        "list": True,
    }  # fmt: skip
    label = f.t("button-take-late", side=side(direction, f.t), symbol=shortened(symbol, _LABEL))
    return Button(label=label, action="signal_take", args=args, expires_in=_TO_DECIDE)


def feed_lost(f: Fact) -> Reply:
    """A feed that is no longer looked at, and the way to look again."""
    args = {"source": f["source_id"], "notice": True}
    again = Button(label=f.t("button-feed-again"), action="inlet_again", args=args, once=False)
    title = f.t("notice-feed_lost", source=f["source"], count=f["failures"])
    return Reply(text=stack(title, "", refusal(f["code"], {}, f.t)), rows=((again,),))
