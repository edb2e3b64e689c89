"""python-telegram-bot's client as the one mouth of the bot: sends and edits messages, and says plainly what went wrong.

SendFault
├── Unheard   the line, Telegram's servers or the token: try again later; it may have arrived all the same
├── Gone      nobody reads this chat any more: blocked, deleted, never started
├── Moved     the group became a supergroup with another id
└── Refused   Telegram will never take this message
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, LinkPreviewOptions, Message
from telegram.error import BadRequest, ChatMigrated, Forbidden, InvalidToken, TelegramError
from telegram.ext import ExtBot
from telegram.request import HTTPXRequest

from bot.floodgate import FloodGate
from bot.markup import plain
from engine.ports import Clock

Keys = Sequence[Sequence[tuple[str, str]]]
"""Rows of (label, callback token)."""

_NO_PREVIEW = LinkPreviewOptions(is_disabled=True)


class SendFault(Exception):
    """Root of what can happen to a message on its way."""


class Unheard(SendFault):
    """No usable answer: try again later."""


class Gone(SendFault):
    """The chat cannot be written to any more."""


class Refused(SendFault):
    """This very message will never be taken."""


class Moved(SendFault):
    """The chat is now ``chat_id``."""

    def __init__(self, chat_id: int) -> None:
        super().__init__(f"the chat is now {chat_id}")
        self.chat_id = chat_id


class Mouth:
    """Sends through the flood gate. ``urgent`` messages go before all others."""

    def __init__(self, token: str, api_base: str, clock: Clock) -> None:
        self._requests = [HTTPXRequest(connection_pool_size=64, read_timeout=20, pool_timeout=30) for _ in range(2)]
        self._bot = ExtBot(
            token,
            base_url=f"{api_base}/bot",
            request=self._requests[0],
            get_updates_request=self._requests[1],
            rate_limiter=FloodGate(clock),
        )

    async def send(self, chat_id: int, text: str, keys: Keys = (), *, urgent: bool = False) -> int:
        """Send HTML; as plain text if Telegram cannot read the tags. Returns the message id. Raises SendFault."""
        return await self._spoken(self._bot.send_message, text, keys, urgent, chat_id=chat_id)

    async def edit(self, chat_id: int, message_id: int, text: str, keys: Keys = (), *, urgent: bool = False) -> int:
        """Put this text in place of that of the message; a message that reads so already is fine. Raises SendFault."""
        try:
            return await self._spoken(
                self._bot.edit_message_text, text, keys, urgent, chat_id=chat_id, message_id=message_id
            )
        except Refused as refused:
            if "not modified" in str(refused).lower():
                return message_id
            raise

    async def close(self) -> None:
        await asyncio.gather(*(request.shutdown() for request in self._requests))

    async def _spoken(self, method: Any, text: str, keys: Keys, urgent: bool, **where: int) -> int:
        rest = {"reply_markup": _markup(keys), "link_preview_options": _NO_PREVIEW, "rate_limit_args": urgent, **where}
        try:
            try:
                return _id(await method(text=text, parse_mode="HTML", **rest))
            except BadRequest as refused:
                if "parse entities" not in str(refused).lower():
                    raise
                return _id(await method(text=plain(text), **rest))
        except TelegramError as fault:
            raise _named(fault) from fault


def _id(answer: Message | bool) -> int:
    return answer.message_id if isinstance(answer, Message) else 0


def _markup(keys: Keys) -> InlineKeyboardMarkup | None:
    if not keys:
        return None
    return InlineKeyboardMarkup(
        [[InlineKeyboardButton(label, callback_data=token) for label, token in row] for row in keys]
    )


def _named(fault: TelegramError) -> SendFault:
    said = str(fault)
    if isinstance(fault, ChatMigrated):
        return Moved(fault.new_chat_id)
    if isinstance(fault, Forbidden) or "chat not found" in said.lower():
        return Gone(said)
    if isinstance(fault, BadRequest):
        return Refused(said)
    return Unheard("Telegram does not know the bot token" if isinstance(fault, InvalidToken) else said)
