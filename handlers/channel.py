"""The rules of one channel, set in the chat: by buttons where there is a choice, by a typed answer where not.

A rule decides what is read and what is let go. None can make a trade larger, or a limit of its owner wider.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

from aiogram import Router
from aiogram.types import Message, TelegramObject

from bot.access import Action, Kind
from bot.ports import BotTx, Dialogue, Store
from bot.replies import Button, Reply, Rows, Texts
from bot.wording import stack
from engine.ports import Clock
from engine.types import SameSignal, Source, User
from handlers.answers import not_found
from handlers.channel_words import TYPED, names_shown, shown

KIND = "channel"
ANSWER_WITHIN = timedelta(minutes=15)
QUOTES = ("USDT", "USDC", "USD", "EUR", "none")
AGES = (30, 60, 120, 300)
SURE = (75, 80, 90, 100)

Change = Callable[[BotTx, User, Source, Any], object]


def routes() -> Router:
    router = Router(name="channel")
    router.callback_query.register(show, Action("source_rules"))
    router.callback_query.register(choices, Action("source_choose"))
    router.callback_query.register(set_choice, Action("source_set"))
    router.callback_query.register(ask, Action("source_ask"))
    return router


def answers() -> Router:
    """What is typed when a question of this area is open."""
    router = Router(name="channel answers")
    router.message.register(typed, Kind(KIND))
    return router


# --- the screen --------------------------------------------------------------------------------------


async def show(_: TelegramObject, args: dict[str, Any], user: User, t: Texts, store: Store, clock: Clock) -> Reply:
    return await _screen(args["source"], user, t, store, clock, edit=not args.get("notice"))


async def _screen(source_id: int, user: User, t: Texts, store: Store, clock: Clock, *, edit: bool) -> Reply:
    source, same = await store.read(
        lambda tx: (tx.channels.get(user.id, source_id), tx.channels.same_signal(user.id))
    )  # fmt: skip
    if source is None:
        return await not_found(f"source:{source_id}", user, t, store, clock)
    return Reply(text=_rules(source, same, t), rows=_buttons(source, t), edit=edit)


def _rules(source: Source, same: SameSignal, t: Texts) -> str:
    rules = source.rules
    return stack(
        t("channel-title", name=source.name),
        "",
        t("channel-quote", quote=rules.default_quote or t("channel-none")),
        t("channel-allowed", symbols=shown(rules.allowed, t("channel-any"))),
        t("channel-names", names=names_shown(rules, t)),
        t("channel-age", seconds=source.max_age_seconds),
        t("channel-sure", percent=source.auto_publish_confidence_threshold),
        t("channel-ignore", words=shown(rules.ignore_words, t("channel-none"))),
        t("channel-taught", count=len(rules.lessons)),
        t("channel-same", policy=t(f"channel-same-{same}")),
        "",
        t("channel-never-more"),
    )


def _buttons(source: Source, t: Texts) -> Rows:
    def choose(name: str) -> Button:
        args = {"source": source.id, "name": name}
        return Button(label=t(f"button-channel-{name}"), action="source_choose", args=args, once=False)

    def type_(name: str) -> Button:
        args = {"source": source.id, "name": name}
        return Button(label=t(f"button-channel-{name}"), action="source_ask", args=args, once=False)

    back = Button(label=t("button-back"), action="source_show", args={"source": source.id}, once=False)
    forget = Button(
        label=t("button-channel-forget"), action="source_set", args={"source": source.id, "name": "forget"}, once=False
    )
    return (
        (choose("quote"), choose("age")),
        (choose("sure"), choose("same")),
        (type_("allowed"), type_("names")),
        (type_("ignore"), *((forget,) if source.rules.lessons else ())),
        (back,),
    )


# --- choosing ----------------------------------------------------------------------------------------


async def choices(_: TelegramObject, args: dict[str, Any], user: User, t: Texts, store: Store, clock: Clock) -> Reply:
    source = await store.read(lambda tx: tx.channels.get(user.id, args["source"]))
    if source is None:
        return await not_found(f"source:{args['source']}", user, t, store, clock)
    name: str = args["name"]
    buttons = tuple(_choice(source, name, value, t) for value in CHOICES[name])
    back = Button(label=t("button-back"), action="source_rules", args={"source": source.id}, once=False)
    text = stack(t("channel-title", name=source.name), "", t(f"channel-about-{name}"))
    return Reply(text=text, rows=(buttons, (back,)), edit=True)


def _choice(source: Source, name: str, value: object, t: Texts) -> Button:
    said = {"quote": "channel-choice-quote", "age": "channel-choice-age", "sure": "channel-choice-sure"}.get(name)
    label = (
        t(f"channel-same-{value}") if said is None else t("channel-none") if value == "none" else t(said, value=value)
    )
    return Button(
        label=label, action="source_set", args={"source": source.id, "name": name, "value": value}, once=False
    )


async def set_choice(
    event: TelegramObject, args: dict[str, Any], user: User, t: Texts, store: Store, clock: Clock
) -> Reply:
    """Only what the screen offers can be set, whatever a button says."""
    name, value, now = args["name"], args.get("value"), clock.now()

    def work(tx: BotTx) -> None:
        source = tx.channels.get(user.id, args["source"])
        if source is not None and value in CHOICES[name]:
            CHANGES[name](tx, user, source, value)
            tx.audit.note(user.id, "channel_rule", f"source:{source.id}", {"name": name, "value": value}, now)

    await store.write(work)
    return await show(event, args, user, t, store, clock)


def _set_quote(tx: BotTx, user: User, source: Source, value: str) -> None:
    quote = None if value == "none" else value
    tx.channels.set_rules(user.id, source.id, replace(source.rules, default_quote=quote))


def _set_age(tx: BotTx, user: User, source: Source, value: int) -> None:
    tx.channels.set_limits(user.id, source.id, max_age_seconds=value)


def _set_sure(tx: BotTx, user: User, source: Source, value: int) -> None:
    tx.channels.set_limits(user.id, source.id, threshold=value)


def _set_same(tx: BotTx, user: User, _source: Source, value: str) -> None:
    tx.channels.set_same_signal(user.id, SameSignal(value))


def _forget(tx: BotTx, user: User, source: Source, _value: None) -> None:
    tx.channels.set_rules(user.id, source.id, replace(source.rules, lessons=()))


CHOICES: dict[str, tuple[Any, ...]] = {
    "quote": QUOTES, "age": AGES, "sure": SURE, "same": tuple(policy.value for policy in SameSignal), "forget": (None,),
}  # fmt: skip
CHANGES: dict[str, Change] = {
    "quote": _set_quote, "age": _set_age, "sure": _set_sure, "same": _set_same, "forget": _forget,
}  # fmt: skip
"""Setting → what choosing a value of it writes."""


# --- typing ------------------------------------------------------------------------------------------


async def ask(_: TelegramObject, args: dict[str, Any], user: User, t: Texts, store: Store, clock: Clock) -> Reply:
    """The next message of this person is the answer; the question is a row, so a restart does not forget it."""
    source_id, name, now = args["source"], args["name"], clock.now()

    def work(tx: BotTx) -> Source | None:
        source = tx.channels.get(user.id, source_id)
        if source is not None:
            asked = {"source": source_id, "name": name}
            tx.dialogues.begin(user.id, KIND, asked, secret=False, expires_at=now + ANSWER_WITHIN, now=now)
        return source

    source = await store.write(work)
    if source is None:
        return await not_found(f"source:{source_id}", user, t, store, clock)
    back = Button(label=t("button-back"), action="source_rules", args={"source": source_id}, once=False)
    text = stack(t("channel-title", name=source.name), "", t(f"channel-about-{name}"), t("channel-type-none"))
    return Reply(text=text, rows=((back,),), edit=True)


async def typed(message: Message, dialogue: Dialogue, user: User, t: Texts, store: Store, clock: Clock) -> Reply:
    """Raises Mistake(BAD_INPUT), with the question still open, for what cannot be used."""
    source_id, name, now = dialogue.args["source"], dialogue.args["name"], clock.now()
    if now >= dialogue.expires_at:
        await store.write(lambda tx: tx.dialogues.end(user.id))
        return Reply(text=t("channel-too-late"))

    def work(tx: BotTx) -> None:
        source = tx.channels.get(user.id, source_id)
        if source is not None:
            rules = TYPED[name](source.rules, message.text or "")
            tx.channels.set_rules(user.id, source_id, rules)
            tx.audit.note(user.id, "channel_rule", f"source:{source_id}", {"name": name}, now)
        tx.dialogues.end(user.id)

    await store.write(work)
    return await _screen(source_id, user, t, store, clock, edit=False)
