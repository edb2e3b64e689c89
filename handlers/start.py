"""/start: three steps from "what is this?" to a paper account that trades. Starting again changes nothing."""

from __future__ import annotations

from typing import Any

from aiogram import Bot, Router
from aiogram.filters import CommandStart
from aiogram.types import TelegramObject

from bot.access import Action
from bot.i18n import Catalogue
from bot.markup import plain
from bot.ports import BotTx, Store
from bot.replies import Button, Reply, Texts
from bot.wording import held_back, sign_of, stack
from engine.ports import Clock
from engine.types import Connection, User
from handlers import language, menu, paper


def routes() -> Router:
    router = Router(name="start")
    router.message.register(start, CommandStart())
    router.callback_query.register(about_account, Action("start_account"))
    router.callback_query.register(in_language, Action("start_language"))
    router.callback_query.register(with_paper, Action("start_paper"))
    return router


async def start(_: TelegramObject, user: User, t: Texts, store: Store, bot: Bot) -> Reply:
    await menu.show(bot, user, t)
    (accounts, channels, trades), house = await store.read(lambda tx: (_counts(tx, user), tx.people.house_state()))
    if not accounts:
        following = Button(label=t("button-next"), action="start_account", once=False)
        return Reply(text=t("start-hello"), rows=((following,),))
    return Reply(
        text=stack(
            t("start-back", accounts=accounts, channels=channels, positions=trades),
            held_back(user, house, t),
            None if channels else t("start-add-channel"),
            t("start-help"),
        )
    )


def _counts(tx: BotTx, user: User) -> tuple[int, int, int]:
    owned = (tx.accounts.of_user(user.id), tx.channels.of_user(user.id), tx.positions.of_user(user.id))
    return len(owned[0]), len(owned[1]), len(owned[2])


async def about_account(_: TelegramObject, t: Texts, catalogue: Catalogue) -> Reply:
    return _account_step(t, catalogue)


async def in_language(
    _: TelegramObject, args: dict[str, Any], user: User, store: Store, catalogue: Catalogue, bot: Bot
) -> Reply:  # fmt: skip
    return _account_step(await language.speak(args["language"], user, store, catalogue, bot), catalogue)


def _account_step(t: Texts, catalogue: Catalogue) -> Reply:
    balance = t.money(paper.FIRST_BALANCE, paper.CURRENCY)
    make = Button(label=t("button-make-paper"), action="start_paper")
    rows = (*language.choices(catalogue, "start_language"), (make,))
    return Reply(text=t("start-account", balance=balance), rows=rows, edit=True)


async def with_paper(_: TelegramObject, user: User, t: Texts, store: Store, clock: Clock) -> Reply:
    name, now = plain(t("connect-name", balance=t.number(paper.FIRST_BALANCE))), clock.now()

    def first_account(tx: BotTx) -> tuple[Connection, int]:
        accounts, shared = tx.accounts.of_user(user.id), len(tx.channels.shared(user.id))
        account = accounts[0] if accounts else paper.open_account(tx, user, name, paper.FIRST_BALANCE, now)
        return account, shared

    account, shared = await store.write(first_account)
    said = t("start-channel", name=account.name, sign=sign_of(account, t))
    if not shared:
        return Reply(text=said, edit=True)
    look = Button(label=t("button-sources"), action="show_sources", once=False)
    return Reply(text=stack(said, "", t("start-shared", count=shared)), rows=((look,),), edit=True)
