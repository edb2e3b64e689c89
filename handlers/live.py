"""Real money on and off for one account, its name, and "I know" to an alarm about it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from aiogram import Router
from aiogram.types import Message, TelegramObject

from bot.access import Action, Kind
from bot.examiner import Examiner
from bot.markup import plain
from bot.ports import BotTx, Dialogue, Store
from bot.replies import Reply, Texts
from bot.settings import Settings
from bot.wording import account_of, refused, sign_of, stack
from engine.errors import Code
from engine.ports import Clock
from engine.types import Connection, User
from handlers import connections
from handlers.account_card import card, live_button
from handlers.answers import not_found
from handlers.key_test import cancel_button

if TYPE_CHECKING:
    from engine.execution.trader import Trader

LIVE, NAME = "live", "name"
PHRASE_WITHIN, NAME_WITHIN = timedelta(minutes=2), timedelta(minutes=5)
LONGEST_NAME = 40


def routes() -> Router:
    router = Router(name="live")
    router.callback_query.register(ask_live, Action("connection_live"))
    router.callback_query.register(watch, Action("connection_watch"))
    router.callback_query.register(ask_name, Action("connection_rename"))
    router.callback_query.register(known, Action("connection_known"))
    return router


def answers() -> Router:
    """What is typed when a question of this area is open."""
    router = Router(name="live answers")
    router.message.register(phrase, Kind(LIVE))
    router.message.register(rename, Kind(NAME))
    return router


# --- real money --------------------------------------------------------------------------------------


async def ask_live(
    _: TelegramObject, args: dict[str, Any], user: User, t: Texts, store: Store, clock: Clock, settings: Settings
) -> Reply:  # fmt: skip
    """A button is pressed by accident; a sentence is not typed by accident."""
    connection = await connections.theirs(args, user, store)
    if connection is None:
        return await not_found(f"connection:{args['connection']}", user, t, store, clock)
    if not connection.is_real:
        return Reply(text=t("live-not-real", name=connection.name, sign=sign_of(connection, t)))
    if not _may_go_live(user, settings):
        return Reply(text=t("live-not-here"))
    said = plain(t("live-phrase"))
    await _ask(LIVE, {"connection": connection.id, "phrase": said}, PHRASE_WITHIN, user, store, clock)
    text = t("live-ask", name=connection.name, sign=sign_of(connection, t), phrase=said)
    return Reply(text=text, rows=((cancel_button(t),),))


def _may_go_live(user: User, settings: Settings) -> bool:
    return settings.live_trading == "everyone" or (settings.live_trading == "admins" and user.is_admin)


async def phrase(
    message: Message, dialogue: Dialogue, user: User, t: Texts, store: Store, clock: Clock, settings: Settings,
    trader: Trader, examiner: Examiner,
) -> Reply:  # fmt: skip
    """Rights and account are looked at again: they may have changed since the question."""
    now, args = clock.now(), dialogue.args
    await store.write(lambda tx: tx.dialogues.end(user.id))
    if now >= dialogue.expires_at:
        return Reply(text=t("live-late"))
    connection = await connections.theirs(args, user, store)
    if connection is None or not connection.is_real:
        return await not_found(f"connection:{args['connection']}", user, t, store, clock)
    if (message.text or "").strip() != args["phrase"]:
        return Reply(text=stack(account_of(connection, t), t("live-wrong")), rows=((live_button(connection, t),),))
    if not _may_go_live(user, settings):
        return Reply(text=t("live-not-here"))
    if not connection.is_active or connection.status != "active":
        return refused(Code.NOT_ACTIVE, {}, t, about=account_of(connection, t))
    return await _set_trading(connection, True, user, t, store, clock, trader, examiner)


async def watch(
    _: TelegramObject, args: dict[str, Any], user: User, t: Texts, store: Store, clock: Clock, trader: Trader,
    examiner: Examiner,
) -> Reply:  # fmt: skip
    """No new trades with real money; what is open stays managed."""
    connection = await connections.theirs(args, user, store)
    if connection is None:
        return await not_found(f"connection:{args['connection']}", user, t, store, clock)
    if not connection.is_real:
        return Reply(text=t("live-not-real", name=connection.name, sign=sign_of(connection, t)))
    return await _set_trading(connection, False, user, t, store, clock, trader, examiner)


async def _set_trading(
    connection: Connection, on: bool, user: User, t: Texts, store: Store, clock: Clock, trader: Trader,
    examiner: Examiner,
) -> Reply:  # fmt: skip
    now = clock.now()

    def work(tx: BotTx) -> Connection | None:
        if tx.accounts.set_trading(user.id, connection.id, on, now):
            tx.audit.note(user.id, "connection_live", f"connection:{connection.id}", {"live": on}, now)
        return tx.accounts.get(user.id, connection.id)

    changed = await store.write(work) or connection
    above = t("live-on" if on else "live-off")
    return await card(changed, user, t, store, clock, trader, examiner, above=above)


# --- its name ----------------------------------------------------------------------------------------


async def ask_name(_: TelegramObject, args: dict[str, Any], user: User, t: Texts, store: Store, clock: Clock) -> Reply:
    connection = await connections.theirs(args, user, store)
    if connection is None:
        return await not_found(f"connection:{args['connection']}", user, t, store, clock)
    await _ask(NAME, {"connection": connection.id}, NAME_WITHIN, user, store, clock)
    return Reply(text=t("rename-ask", name=connection.name, sign=sign_of(connection, t)), rows=((cancel_button(t),),))


async def rename(
    message: Message, dialogue: Dialogue, user: User, t: Texts, store: Store, clock: Clock, trader: Trader,
    examiner: Examiner,
) -> Reply:  # fmt: skip
    now, name = clock.now(), " ".join((message.text or "").split())[:LONGEST_NAME]
    connection_id = dialogue.args["connection"]

    def work(tx: BotTx) -> Connection | None:
        tx.dialogues.end(user.id)
        if now < dialogue.expires_at and tx.accounts.rename(user.id, connection_id, name, now):
            tx.audit.note(user.id, "connection_rename", f"connection:{connection_id}", {"name": name}, now)
            return tx.accounts.get(user.id, connection_id)
        return None

    renamed = await store.write(work)
    if renamed is None:
        return Reply(text=t("rename-late"))
    return await card(renamed, user, t, store, clock, trader, examiner, above=t("rename-done"))


async def _ask(
    kind: str, args: dict[str, Any], within: timedelta, user: User, store: Store, clock: Clock
) -> None:  # fmt: skip
    now = clock.now()
    await store.write(
        lambda tx: tx.dialogues.begin(user.id, kind, args, secret=False, expires_at=now + within, now=now)
    )


# --- alarms ------------------------------------------------------------------------------------------


async def known(_: TelegramObject, args: dict[str, Any], user: User, t: Texts, store: Store, clock: Clock) -> Reply:
    """The owner knows that trades are open which nobody manages: they are not told again."""
    now, connection_id = clock.now(), args["connection"]

    def work(tx: BotTx) -> bool:
        done = tx.accounts.acknowledge(user.id, connection_id, now)
        if done:
            tx.audit.note(user.id, "connection_known", f"connection:{connection_id}", {}, now)
        return done

    if not await store.write(work):
        return await not_found(f"connection:{connection_id}", user, t, store, clock)
    return Reply(text=t("known-done"))
