"""Taking out of a chat what must not stand there."""

from __future__ import annotations

import structlog
from aiogram import Bot
from aiogram.exceptions import TelegramAPIError
from aiogram.types import Message

TRIES = 2
_log = structlog.get_logger(__name__)


async def erase(bot: Bot, message: Message) -> bool:
    """Delete the message; whether that worked."""
    for _ in range(TRIES):
        try:
            await bot.delete_message(message.chat.id, message.message_id, request_timeout=5)
        except TelegramAPIError as fault:
            _log.warning("message with a key not deleted", chat=message.chat.id, reason=str(fault))
        else:
            return True
    return False
