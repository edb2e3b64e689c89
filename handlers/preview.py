"""/preview: what would be read in a text, and what it would do on each account. Nothing is traded."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aiogram import Router
from aiogram.filters import Command, CommandObject
from aiogram.types import Message

from bot.ports import Store
from bot.replies import Reply, Texts
from bot.wording import figure, figures, first_known, refusal, side, stack
from engine.signals import read
from engine.types import (
    ZERO,
    Amendments,
    Connection,
    Entries,
    Entry,
    Level,
    LevelKind,
    Plan,
    Reading,
    Refusal,
    Unclear,
    User,
)

if TYPE_CHECKING:
    from engine.execution.preview import Preview

MOST = 5  # signals of one text that are shown


def routes() -> Router:
    router = Router(name="preview")
    router.message.register(preview, Command("preview"))
    return router


async def preview(
    message: Message, command: CommandObject, user: User, t: Texts, store: Store, preview: Preview
) -> Reply:  # fmt: skip
    """The text behind the command, or of the message it answers."""
    answered = message.reply_to_message
    text = command.args or (answered.text or answered.caption if answered else None)
    if not text:
        return Reply(text=t("preview-how"))
    reading = read(text)
    if not isinstance(reading, Entry | Entries):
        return Reply(text=stack(t("preview-title"), "", *_other(reading, t)))
    accounts = await store.read(lambda tx: tx.accounts.of_user(user.id))
    entries = reading.signals if isinstance(reading, Entries) else (reading,)
    parts = [await _entry(entry, accounts, t, preview) for entry in entries[:MOST]]
    return Reply(text="\n\n".join((t("preview-title"), *parts)))


async def _entry(entry: Entry, accounts: tuple[Connection, ...], t: Texts, preview: Preview) -> str:
    symbol = "/".join(filter(None, (entry.symbol_base, entry.symbol_quote)))
    lines = [
        t("preview-signal", side=side(entry.direction, t), symbol=symbol),
        t("notice-proposed-entry", entries=_entries(entry, t)) if entry.entries else t("notice-proposed-market"),
        t("line-stop-price", price=_level(entry.stop_loss, t)) if entry.stop_loss else None,
        *(
            t("line-target-price", level=n, price=_level(target.level, t))
            for n, target in enumerate(entry.take_profits, 1)
        ),
        t("line-leverage", leverage=entry.leverage) if entry.leverage else None,
    ]
    results = [stack(t("preview-account", name=a.name), _result(await preview.plan(a, entry), t)) for a in accounts]
    return "\n\n".join((stack(*lines), *(results or [t("preview-no-account")])))


def _result(plan: Plan | Refusal, t: Texts) -> str:
    if isinstance(plan, Refusal):
        return "🚫 " + refusal(plan.code, plan.details, t)
    quantity = sum((order.quantity for order in plan.orders), ZERO)
    return t("preview-plan", quantity=t.number(quantity), base=plan.instrument.base, stop=t.number(plan.stop))


def _other(reading: Reading, t: Texts) -> tuple[str, ...]:
    if isinstance(reading, Amendments):
        asked = (t("notice-asked", instruction=t(f"instruction-{step.action}")) for step in reading.steps)
        return (*asked, t("preview-instruction"))
    if isinstance(reading, Unclear):
        reason = first_known((f"refusal-{reading.code}",), t) or "refusal-unclear"
        return tuple(filter(None, (t("preview-unclear"), t(reason), figures(reading.found, t))))
    return (t("preview-nothing"),)


def _entries(entry: Entry, t: Texts) -> str:
    points = ((p.low, p.high) if p.is_zone else (p.low,) for p in entry.entries)
    return " · ".join("–".join(t.number(price) for price in point) for point in points)


def _level(level: Level, t: Texts) -> str:
    units = {LevelKind.PRICE: "", LevelKind.PIPS: " pips", LevelKind.PERCENT: " %"}
    return figure(format(level.value, "f"), t) + units[level.kind]
