"""/preview: what would be read in a text, and what it would do on each account. Nothing is traded."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aiogram import Router
from aiogram.filters import Command, CommandObject
from aiogram.types import Message, MessageOriginChannel

from bot.ports import Store
from bot.replies import Reply, Texts
from bot.wording import figure, figures, first_known, refusal, side, sign_of, stack
from engine.errors import Code
from engine.signals.house_rules import is_allowed
from engine.types import (
    ZERO,
    Amendments,
    ChannelRules,
    Connection,
    Entries,
    Entry,
    Level,
    LevelKind,
    Plan,
    Reading,
    Refusal,
    Source,
    SourceMode,
    Unclear,
    User,
)

if TYPE_CHECKING:
    from engine.desk import Desk
    from engine.execution.preview import Preview

MOST = 5  # signals of one text that are shown


def routes() -> Router:
    router = Router(name="preview")
    router.message.register(preview, Command("preview"))
    return router


async def preview(
    message: Message, command: CommandObject, user: User, t: Texts, store: Store, preview: Preview, desk: Desk
) -> Reply:  # fmt: skip
    """The text behind the command, or of the message it answers: that is read by the rules of its own channel."""
    answered = message.reply_to_message
    text = command.args or (answered.text or answered.caption if answered else None)
    if not text:
        return Reply(text=t("preview-how"))
    source = None if command.args else await _source_of(answered, user, store)
    reading = desk.reading(text, source.rules if source is not None else ChannelRules())
    title = stack(t("preview-title"), t("line-source", source=source.name) if source is not None else None)
    if not isinstance(reading, Entry | Entries):
        return Reply(text=stack(title, "", *_other(reading, t)))
    accounts = await store.read(lambda tx: tx.accounts.of_user(user.id))
    entries = reading.signals if isinstance(reading, Entries) else (reading,)
    parts = [await _entry(entry, source, accounts, t, preview) for entry in entries[:MOST]]
    return Reply(text="\n\n".join((title, *parts)))


async def _source_of(answered: Message | None, user: User, store: Store) -> Source | None:
    """The person's channel that the answered message was forwarded from."""
    origin = answered.forward_origin if answered is not None else None
    if not isinstance(origin, MessageOriginChannel):
        return None
    followed = await store.read(lambda tx: tx.channels.of_user(user.id))
    return next((source for source in followed if source.chat_id == origin.chat.id), None)


def _channel_says(entry: Entry, source: Source | None, t: Texts) -> str | None:
    """Which rule of the channel stands in the way of trading this at once."""
    if source is None:
        return None
    if source.mode is SourceMode.OFF:
        return "🚫 " + refusal(Code.SOURCE_OFF, {}, t)
    if not is_allowed(entry, source.rules):
        return "🚫 " + refusal(Code.SYMBOL_NOT_ALLOWED, {}, t)
    if source.mode is SourceMode.ASK:
        return t("source-mode-ask")
    limit = source.auto_publish_confidence_threshold
    if entry.confidence < limit:
        return "❔ " + refusal(Code.LOW_CONFIDENCE, {"sure": str(entry.confidence), "limit": str(limit)}, t)
    return t(f"source-mode-{source.mode}")


async def _entry(
    entry: Entry, source: Source | None, accounts: tuple[Connection, ...], t: Texts, preview: Preview
) -> str:  # fmt: skip
    if source is not None and source.mode is SourceMode.PAPER:
        accounts = tuple(account for account in accounts if account.is_paper)
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
    results = [
        stack(t("preview-account", name=a.name, sign=sign_of(a, t)), _result(await preview.plan(a, entry), t))
        for a in accounts
    ]
    head = stack(*lines, "", _channel_says(entry, source, t))
    return "\n\n".join((head, *(results or [t("preview-no-account")])))


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
