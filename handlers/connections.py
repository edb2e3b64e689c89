"""/connections: the accounts that trade, a card each, with what can be done about them."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from aiogram import Router
from aiogram.filters import Command
from aiogram.types import TelegramObject

from bot.access import Action
from bot.examiner import Examiner
from bot.ports import BotTx, Store
from bot.replies import Button, Reply, Texts
from bot.wording import account_of, refused, sign_of, stack
from engine.errors import Code
from engine.ports import Clock, Venues
from engine.types import Connection, Refusal, User
from handlers.account_card import BROKEN, card, new_button
from handlers.answers import confirm, not_found

if TYPE_CHECKING:
    from engine.execution.trader import Trader


def routes() -> Router:
    router = Router(name="connections")
    router.message.register(connections, Command("connections"))
    router.callback_query.register(connections, Action("show_connections"))
    router.callback_query.register(show, Action("connection_show"))
    router.callback_query.register(switch, Action("connection_switch"))
    router.callback_query.register(test, Action("connection_test"))
    router.callback_query.register(ask_remove, Action("connection_remove"))
    router.callback_query.register(remove, Action("connection_remove_yes"))
    return router


async def connections(
    _: TelegramObject, user: User, t: Texts, store: Store, clock: Clock, trader: Trader, examiner: Examiner
) -> list[Reply]:
    """A card an account; the venues are asked all at once."""
    found = await store.read(lambda tx: tx.accounts.of_user(user.id))
    if not found:
        return [Reply(text=t("connections-empty"), rows=((new_button(t),),))]
    return list(await asyncio.gather(*(card(c, user, t, store, clock, trader, examiner) for c in found)))


async def theirs(args: dict[str, Any], user: User, store: Store) -> Connection | None:
    connection_id: int = args["connection"]
    return await store.read(lambda tx: tx.accounts.get(user.id, connection_id))


async def show(
    _: TelegramObject, args: dict[str, Any], user: User, t: Texts, store: Store, clock: Clock, trader: Trader,
    examiner: Examiner,
) -> Reply:  # fmt: skip
    connection = await theirs(args, user, store)
    if connection is None:
        return await not_found(f"connection:{args['connection']}", user, t, store, clock)
    return replace(await card(connection, user, t, store, clock, trader, examiner), edit=True)


async def switch(
    event: TelegramObject, args: dict[str, Any], user: User, t: Texts, store: Store, clock: Clock, trader: Trader,
    examiner: Examiner, venues: Venues,
) -> Reply:  # fmt: skip
    """Pause or resume one account; its open trades stay managed. It is resumed only if it passes its test."""
    connection, now = await theirs(args, user, store), clock.now()
    if connection is None:
        return await not_found(f"connection:{args['connection']}", user, t, store, clock)
    if args["active"]:
        refusal = await _pass(connection, user, store, clock, examiner, venues)
        if refusal is not None:
            return refused(refusal.code, refusal.details, t, about=account_of(connection, t))
    else:
        await store.write(lambda tx: tx.accounts.set_active(user.id, connection.id, False, now))
    subject, told = f"connection:{connection.id}", {"active": args["active"]}
    await store.write(lambda tx: tx.audit.note(user.id, "connection_switch", subject, told, now))
    return await show(event, args, user, t, store, clock, trader, examiner)


async def test(
    _: TelegramObject, args: dict[str, Any], user: User, t: Texts, store: Store, clock: Clock, trader: Trader,
    examiner: Examiner, venues: Venues,
) -> Reply:  # fmt: skip
    """Ask the venue now. One that is switched on and passes is well again; a paused one stays paused."""
    connection = await theirs(args, user, store)
    if connection is None:
        return await not_found(f"connection:{args['connection']}", user, t, store, clock)
    if connection.is_active:
        result = await _pass(connection, user, store, clock, examiner, venues)
    else:
        latency = await examiner.latency(connection)
        result = latency if isinstance(latency, Refusal) else None
    subject, told, now = f"connection:{connection.id}", {"code": result.code if result else "ok"}, clock.now()
    await store.write(lambda tx: tx.audit.note(user.id, "connection_test", subject, told, now))
    if result is not None:
        return refused(result.code, result.details, t, about=account_of(connection, t))
    tested = await theirs(args, user, store) or connection
    shown = await card(tested, user, t, store, clock, trader, examiner, above=t("connection-well"))
    return replace(shown, edit=True)


async def _pass(
    connection: Connection, user: User, store: Store, clock: Clock, examiner: Examiner, venues: Venues
) -> Refusal | None:
    """Test it. It is on and well when it passes; a key that is refused, or may too much, disables it."""
    latency, now = await examiner.latency(connection), clock.now()
    if isinstance(latency, Refusal):
        if latency.code in BROKEN:
            code, said = Code(latency.code), latency.details.get("venue", "")
            await store.write(lambda tx: tx.connections.mark_error(connection.id, said, now, code=code))
            await venues.discard(connection.id)
        return latency

    await store.write(lambda tx: tx.accounts.mark_tested(user.id, connection.id, latency, now))
    return None


async def ask_remove(
    _: TelegramObject, args: dict[str, Any], user: User, t: Texts, store: Store, clock: Clock
) -> Reply:
    connection = await theirs(args, user, store)
    if connection is None:
        return await not_found(f"connection:{args['connection']}", user, t, store, clock)
    text = t("connection-remove-ask", name=connection.name, sign=sign_of(connection, t))
    back = Button(label=t("button-back"), action="connection_show", args=args, once=False)
    rows = confirm(t("connection-remove-yes"), "connection_remove_yes", args, back)
    return Reply(text=stack(text, t("confirm-expiry")), rows=rows, edit=True)


async def remove(
    _: TelegramObject, args: dict[str, Any], user: User, t: Texts, store: Store, clock: Clock, venues: Venues
) -> Reply:  # fmt: skip
    """Its sealed key goes with the row."""
    connection = await theirs(args, user, store)
    if connection is None:
        return await not_found(f"connection:{args['connection']}", user, t, store, clock)
    now = clock.now()

    def work(tx: BotTx) -> bool:
        removed = tx.accounts.remove(user.id, connection.id)
        if removed:
            tx.audit.note(user.id, "connection_remove", f"connection:{connection.id}", {"name": connection.name}, now)
        return removed

    if not await store.write(work):
        return Reply(text=t("connection-remove-busy", name=connection.name, sign=sign_of(connection, t)))
    await venues.discard(connection.id)
    return Reply(text=t("connection-removed", name=connection.name, sign=sign_of(connection, t)), edit=True)
