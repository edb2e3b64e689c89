"""/connections and /connect: the accounts that trade, and new paper ones."""

from __future__ import annotations

import asyncio
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from aiogram import Router
from aiogram.filters import Command
from aiogram.types import TelegramObject

from bot.access import Action
from bot.markup import plain
from bot.ports import BotTx, Store
from bot.replies import Button, Reply, Rows, Texts
from bot.wording import SIGN, refusal, refused, stack
from engine.ports import Clock, Venues
from engine.types import Account, Connection, Refusal, TradingState, User
from handlers import paper
from handlers.answers import confirm, not_found

if TYPE_CHECKING:
    from engine.execution.trader import Trader


def routes() -> Router:
    router = Router(name="connections")
    router.message.register(connections, Command("connections"))
    router.callback_query.register(connections, Action("show_connections"))
    router.callback_query.register(show, Action("connection_show"))
    router.callback_query.register(switch, Action("connection_switch"))
    router.callback_query.register(ask_remove, Action("connection_remove"))
    router.callback_query.register(remove, Action("connection_remove_yes"))
    router.message.register(connect, Command("connect"))
    router.callback_query.register(connect, Action("connect"))
    router.callback_query.register(connect_paper, Action("connect_paper"))
    return router


async def connections(_: TelegramObject, user: User, t: Texts, store: Store, trader: Trader) -> list[Reply]:
    """A card an account; the venues are asked all at once."""
    found = await store.read(lambda tx: tx.accounts.of_user(user.id))
    if not found:
        return [Reply(text=t("connections-empty"), rows=((_new(t),),))]
    return list(await asyncio.gather(*(_card(c, user, t, store, trader) for c in found)))


def _new(t: Texts) -> Button:
    return Button(label=t("button-connect"), action="connect", once=False)


async def _card(connection: Connection, user: User, t: Texts, store: Store, trader: Trader) -> Reply:
    account = await trader.account(connection)
    trades = await store.read(lambda tx: len(tx.positions.open(connection.id)))
    text = stack(
        t("connection-title", name=connection.name, sign=t(SIGN[connection.is_paper])),
        t("connection-venue", venue=connection.exchange_name, state=t(f"state-{_state(connection)}")),
        "",
        _money(account, t),
        t("connection-open", count=trades),
        None if user.trading_state is TradingState.ACTIVE else t("start-paused"),
    )
    return Reply(text=text, rows=_buttons(connection, t))


def _state(connection: Connection) -> str:
    """What the owner has to know first: a fault, then whether it opens new trades."""
    if connection.status in ("error", "testing"):
        return connection.status
    return "active" if connection.can_execute else "paused"


def _money(account: Account | Refusal, t: Texts) -> str:
    if isinstance(account, Refusal):
        return refusal(account.code, account.details, t)
    balance, equity = t.money(account.balance, account.currency), t.money(account.equity, account.currency)
    return t("connection-money", balance=balance, equity=equity)


def _buttons(connection: Connection, t: Texts) -> Rows:
    args = {"connection": connection.id}
    key = "button-connection-pause" if connection.is_active else "button-connection-resume"
    to = {**args, "active": not connection.is_active}
    return (
        (
            Button(label=t(key), action="connection_switch", args=to),
            Button(label=t("button-remove"), action="connection_remove", args=args, once=False),
        ),
        (Button(label=t("button-refresh"), action="connection_show", args=args, once=False), _new(t)),
    )


async def show(
    _: TelegramObject, args: dict[str, Any], user: User, t: Texts, store: Store, clock: Clock, trader: Trader
) -> Reply:  # fmt: skip
    connection = await _theirs(args, user, store)
    if connection is None:
        return await not_found(f"connection:{args['connection']}", user, t, store, clock)
    card = await _card(connection, user, t, store, trader)
    return Reply(text=card.text, rows=card.rows, edit=True)


async def _theirs(args: dict[str, Any], user: User, store: Store) -> Connection | None:
    connection_id: int = args["connection"]
    return await store.read(lambda tx: tx.accounts.get(user.id, connection_id))


async def switch(
    event: TelegramObject, args: dict[str, Any], user: User, t: Texts, store: Store, clock: Clock, trader: Trader
) -> Reply:
    """Pause or resume one account; its open trades stay managed. It is resumed only if its venue answers."""
    connection, active, now = await _theirs(args, user, store), args["active"], clock.now()
    if connection is None:
        return await not_found(f"connection:{args['connection']}", user, t, store, clock)
    tested = await trader.account(connection) if active else None
    if isinstance(tested, Refusal):
        return refused(tested.code, tested.details, t)

    def work(tx: BotTx) -> None:
        if tx.accounts.set_active(user.id, connection.id, active, now):
            tx.audit.note(user.id, "connection_switch", f"connection:{connection.id}", {"active": active}, now)

    await store.write(work)
    return await show(event, args, user, t, store, clock, trader)


async def ask_remove(
    _: TelegramObject, args: dict[str, Any], user: User, t: Texts, store: Store, clock: Clock
) -> Reply:
    connection = await _theirs(args, user, store)
    if connection is None:
        return await not_found(f"connection:{args['connection']}", user, t, store, clock)
    text = t("connection-remove-ask", name=connection.name, sign=t(SIGN[connection.is_paper]))
    back = Button(label=t("button-back"), action="connection_show", args=args, once=False)
    rows = confirm(t("connection-remove-yes"), "connection_remove_yes", args, back)
    return Reply(text=stack(text, t("confirm-expiry")), rows=rows, edit=True)


async def remove(
    _: TelegramObject, args: dict[str, Any], user: User, t: Texts, store: Store, clock: Clock, venues: Venues
) -> Reply:  # fmt: skip
    connection = await _theirs(args, user, store)
    if connection is None:
        return await not_found(f"connection:{args['connection']}", user, t, store, clock)
    now = clock.now()

    def work(tx: BotTx) -> bool:
        removed = tx.accounts.remove(user.id, connection.id)
        if removed:
            tx.audit.note(user.id, "connection_remove", f"connection:{connection.id}", {"name": connection.name}, now)
        return removed

    if not await store.write(work):
        return Reply(text=t("connection-remove-busy", name=connection.name))
    await venues.discard(connection.id)
    return Reply(text=t("connection-removed", name=connection.name), edit=True)


async def connect(_: TelegramObject, t: Texts) -> Reply:
    buttons = (
        Button(label=t.money(balance, paper.CURRENCY), action="connect_paper", args={"balance": str(balance)})
        for balance in paper.BALANCES
    )
    return Reply(text=t("connect-choose"), rows=tuple((button,) for button in buttons))


async def connect_paper(
    _: TelegramObject, args: dict[str, Any], user: User, t: Texts, store: Store, clock: Clock
) -> Reply:
    balance, now = Decimal(args["balance"]), clock.now()
    name = plain(t("connect-name", balance=t.number(balance)))

    def work(tx: BotTx) -> Connection | None:
        if len(tx.accounts.of_user(user.id)) >= paper.MOST_ACCOUNTS:
            return None
        connection = paper.open_account(tx, user, name, balance, now)
        tx.audit.note(user.id, "connection_add", f"connection:{connection.id}", {"paper": True}, now)
        return connection

    made = await store.write(work)
    if made is None:
        return Reply(text=t("connect-full", count=paper.MOST_ACCOUNTS), edit=True)
    money = t.money(balance, paper.CURRENCY)
    return Reply(text=t("connect-done", name=made.name, sign=t(SIGN[made.is_paper]), balance=money), edit=True)
