"""The commands a person may use, as /help and as Telegram's own menu; ``command-<name>`` describes each."""

from __future__ import annotations

from collections.abc import Awaitable

import structlog
from aiogram import Bot, Router
from aiogram.exceptions import TelegramAPIError
from aiogram.filters import Command
from aiogram.types import BotCommand, BotCommandScopeAllPrivateChats, BotCommandScopeChat, TelegramObject

from bot.i18n import DEFAULT, Catalogue
from bot.markup import plain
from bot.replies import Reply, Texts
from bot.wording import stack
from engine.types import User

Group = tuple[str, tuple[str, ...]]

GROUPS: tuple[Group, ...] = (
    ("trades", ("positions", "today")),
    ("setup", ("sources", "preview", "connections", "connect")),
    ("control", ("pause", "resume", "halt", "panic")),
    ("more", ("language", "cancel", "help", "start")),
)
"""What everybody may use, in the order shown. A new command gets its place here and its text in the locales."""

ADMIN_GROUPS: tuple[Group, ...] = (("admin", ("users", "health")),)

_log = structlog.get_logger(__name__)


def routes() -> Router:
    router = Router(name="menu")
    router.message.register(help_, Command("help"))
    return router


def groups(*, admin: bool) -> tuple[Group, ...]:
    return GROUPS + ADMIN_GROUPS if admin else GROUPS


async def help_(_: TelegramObject, user: User, t: Texts) -> Reply:
    parts = (_group(title, names, t) for title, names in groups(admin=user.is_admin))
    return Reply(text=stack(t("help-title"), *parts, "", t("help-footer")))


def _group(title: str, names: tuple[str, ...], t: Texts) -> str:
    lines = (t("help-command", name=name, about=t(f"command-{name}")) for name in names)
    return "\n" + stack(t("help-group", title=t(f"group-{title}")), *lines)


def commands(t: Texts, *, admin: bool) -> list[BotCommand]:
    """Telegram's menu in one language."""
    names = (name for _, names in groups(admin=admin) for name in names)
    return [BotCommand(command=name, description=t(f"command-{name}")) for name in names]


async def publish(bot: Bot, catalogue: Catalogue) -> None:
    """In every language, once, at start: everybody's menu, and what Telegram says of the bot before it is started."""
    scope = BotCommandScopeAllPrivateChats()
    for language in catalogue.languages():
        t, code = catalogue.texts(language), None if language == DEFAULT else language.split("-")[0]
        await _set(
            bot.set_my_commands(commands(t, admin=False), scope=scope, language_code=code, request_timeout=5), code
        )
        long, short = plain(t("bot-description")), plain(t("bot-short-description"))
        await _set(bot.set_my_description(long, code, request_timeout=5), code)
        await _set(bot.set_my_short_description(short, code, request_timeout=5), code)


async def show(bot: Bot, user: User, t: Texts) -> None:
    """This person's own menu: by their role, in the language they chose."""
    own = BotCommandScopeChat(chat_id=user.chat_id)
    await _set(bot.set_my_commands(commands(t, admin=user.is_admin), scope=own, request_timeout=5), None)


async def _set(call: Awaitable[bool], language: str | None) -> None:
    """A menu that cannot be set is no reason to leave a person without an answer."""
    try:
        await call
    except TelegramAPIError as fault:
        _log.warning("menu not set", language=language, reason=str(fault))
