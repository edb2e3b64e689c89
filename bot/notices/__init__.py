"""The words of every event: one small renderer a kind, from the stored fact to what the chat shows.

``render`` frames what the renderer says with the lateness above and the quiet number below, so that a repeat
after a crash is seen to be one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from bot.notices import reports, signals, trades
from bot.notices.facts import Fact
from bot.ports import Notice
from bot.replies import Reply, Rows, Texts
from bot.wording import stack

Renderer = Callable[[Fact], Reply]

LATE_AFTER = timedelta(seconds=60)
_MOMENT = timedelta(seconds=1)

NOTICES: dict[str, Renderer] = {
    "signal_proposed": signals.proposed,
    "signal_unclear": signals.unclear,
    "signal_refused": signals.refused,
    "post_skipped": signals.skipped,
    "signal_edited": signals.edited,
    "instruction_edited": signals.instruction_edited,
    "instruction_refused": signals.instruction_refused,
    "back_from_outage": signals.outage,
    "order_rested": trades.rested,
    "entry_cancelled": trades.cancelled,
    "execution": trades.opened,
    "open": trades.grew,
    "targets_changed": trades.targets_changed,
    "tp_hit": trades.target_hit,
    "stop_moved": trades.stop_moved,
    "part_closed": trades.part_closed,
    "close": trades.closed,
    "result_corrected": trades.corrected,
    "daily_report": reports.day,
    "days_corrected": reports.days_corrected,
    "error": reports.connection_lost,
    "silence": reports.silence,
    "flattened": reports.flattened,
    "house": reports.house,
    "start_found": reports.start_found,
    "trouble": reports.trouble,
    "feed_lost": signals.feed_lost,
}
"""Event kind → renderer: every kind of ``engine.events.EVENTS`` has one."""


def render(notice: Notice, t: Texts, now: datetime | None = None) -> Reply:
    """The message of this notice as of ``now``; without ``now`` it is taken to be sent in time.

    Raises KeyError for a kind that has no renderer.
    """
    fact = Fact(notice=notice, t=t)
    reply = NOTICES[notice.kind](fact)
    now = now or notice.created_at
    late = fact.lateness(now) if fact.age(now) > LATE_AFTER else ""
    text = stack(late, "", reply.text, "", t("notice-number", number=notice.number))
    return replace(reply, text=text, rows=_aged(reply.rows, fact.age(now)))


def _aged(rows: Rows, age: timedelta) -> Rows:
    """The time of a button runs from the fact it answers, not from the moment its message could be sent."""
    return tuple(
        tuple(replace(b, expires_in=max(_MOMENT, b.expires_in - age)) if b.expires_in else b for b in row)
        for row in rows
    )
