"""/language: every language there is, each named in itself."""

from __future__ import annotations

from typing import Any

from aiogram import Bot, Router
from aiogram.filters import Command
from aiogram.types import TelegramObject

from bot.access import Action
from bot.i18n import Catalogue
from bot.ports import Store
from bot.replies import Button, Reply, Rows, Texts
from engine.types import User
from handlers import menu

_IN_A_ROW = 3


def routes() -> Router:
    router = Router(name="language")
    router.message.register(choose, Command("language"))
    router.callback_query.register(chosen, Action("language"))
    return router


async def choose(_: TelegramObject, t: Texts, catalogue: Catalogue) -> Reply:
    return Reply(text=t("language-choose"), rows=choices(catalogue, "language"))


def choices(catalogue: Catalogue, action: str) -> Rows:
    """A button a language."""
    buttons = [
        Button(label=catalogue.texts(code)("language-name"), action=action, args={"language": code}, once=False)
        for code in catalogue.languages()
    ]
    return tuple(tuple(buttons[i : i + _IN_A_ROW]) for i in range(0, len(buttons), _IN_A_ROW))


async def chosen(
    _: TelegramObject, args: dict[str, Any], user: User, store: Store, catalogue: Catalogue, bot: Bot
) -> Reply:
    t = await speak(args["language"], user, store, catalogue, bot)
    return Reply(text=t("language-set"), rows=choices(catalogue, "language"), edit=True)


async def speak(language: str, user: User, store: Store, catalogue: Catalogue, bot: Bot) -> Texts:
    """From now on this person is spoken to in this language, the menu included."""
    t = catalogue.texts(language)
    await store.write(lambda tx: tx.people.set_language(user.id, t.language))
    await menu.show(bot, user, t)
    return t
