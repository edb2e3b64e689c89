"""What nobody else took: one short answer with the next step. It is also what a person without the right gets."""

from __future__ import annotations

from aiogram import F, Router
from aiogram.types import Message, TelegramObject

from bot.access import MEDIA
from bot.replies import Reply, Texts
from bot.wording import shortened
from engine.errors import Code


def routes() -> Router:
    router = Router(name="unknown")
    router.message.register(unknown_command, F.text.startswith("/"))
    router.message.register(unknown_text, F.text)
    router.message.register(unknown_media, F.content_type.in_(MEDIA))
    router.callback_query.register(stale_button)
    return router


async def unknown_command(message: Message, t: Texts) -> Reply:
    said = (message.text or "").split(maxsplit=1)[0]
    return Reply(text=t("unknown-command", command=shortened(said, 40)))


async def unknown_text(_: TelegramObject, t: Texts) -> Reply:
    return Reply(text=t("unknown-text"))


async def unknown_media(_: TelegramObject, t: Texts) -> Reply:
    return Reply(text=t("unknown-media"))


async def stale_button(_: TelegramObject, t: Texts) -> Reply:
    """A button whose action is gone, or is no longer this person's to use."""
    return Reply(toast=t(f"refusal-{Code.STALE_BUTTON}"), alert=True)
