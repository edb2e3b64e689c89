"""The Bot API's methods, one file a subject."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from bot.simulator.methods import chats, edits, intake, presses, profile, sending
from bot.simulator.params import Params
from bot.simulator.world import World

Method = Callable[[World, Params], Awaitable[Any]]

METHODS: dict[str, Method] = {
    "answerCallbackQuery": presses.answer_callback_query,
    "deleteMessage": edits.delete_message,
    "deleteMyCommands": profile.delete_my_commands,
    "deleteWebhook": intake.delete_webhook,
    "editMessageCaption": edits.edit_message_caption,
    "editMessageReplyMarkup": edits.edit_message_reply_markup,
    "editMessageText": edits.edit_message_text,
    "getChat": chats.get_chat,
    "getChatAdministrators": chats.get_chat_administrators,
    "getChatMember": chats.get_chat_member,
    "getChatMemberCount": chats.get_chat_member_count,
    "getFile": sending.get_file,
    "getMe": profile.get_me,
    "getMyCommands": profile.get_my_commands,
    "getMyDescription": profile.get_my_description,
    "getMyShortDescription": profile.get_my_short_description,
    "getUpdates": intake.get_updates,
    "getWebhookInfo": intake.get_webhook_info,
    "sendChatAction": sending.send_chat_action,
    "sendDocument": sending.send_document,
    "sendMessage": sending.send_message,
    "sendPhoto": sending.send_photo,
    "setMyCommands": profile.set_my_commands,
    "setMyDescription": profile.set_my_description,
    "setMyShortDescription": profile.set_my_short_description,
    "setWebhook": intake.set_webhook,
}

# Telegram compares method names without regard to case.
CANONICAL = {name.lower(): name for name in METHODS}
