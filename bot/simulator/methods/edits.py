"""editMessageText, editMessageCaption, editMessageReplyMarkup, deleteMessage."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from bot.simulator import wire
from bot.simulator.errors import bad_request
from bot.simulator.keyboards import read_keyboard
from bot.simulator.methods.checks import admit, read_caption, read_text, writable
from bot.simulator.model import ADMINS, Body, ChatKind, Keyboard, Message
from bot.simulator.params import Params
from bot.simulator.world import World

DELETABLE_FOR = timedelta(hours=48)
UNCHANGED = (
    "message is not modified: specified new message content and reply markup are exactly the same as a current "
    "content and reply markup of the message"
)


async def edit_message_text(world: World, params: Params) -> Any:
    message = _editable(world, params)
    if message.body.media is not None:
        raise bad_request("there is no text in the message to edit")
    return _edit(world, params, message, replace(message.body, words=read_text(world, params)))


async def edit_message_caption(world: World, params: Params) -> Any:
    message = _editable(world, params)
    if message.body.media is None:
        raise bad_request("there is no caption in the message to edit")
    return _edit(world, params, message, replace(message.body, words=read_caption(world, params)))


async def edit_message_reply_markup(world: World, params: Params) -> Any:
    message = _editable(world, params)
    return _edit(world, params, message, message.body)


async def delete_message(world: World, params: Params) -> Any:
    message = _find(world, params, "message to delete not found")
    chat = message.chat
    own = message.author is world.bot
    if not own and chat.kind is not ChatKind.PRIVATE and chat.status(world.bot) not in ADMINS:
        raise bad_request("message can't be deleted")
    if world.clock.now() - message.at > DELETABLE_FOR:
        raise bad_request("message can't be deleted for everyone")
    world.delete(message)
    return True


def _edit(world: World, params: Params, message: Message, body: Body) -> Any:
    """An edit without ``reply_markup`` takes the keyboard away, as the real server does."""
    keyboard: Keyboard = read_keyboard(params.table("reply_markup"))
    if body == message.body and keyboard == message.keyboard:
        raise bad_request(UNCHANGED)
    admit(world, message.chat)
    world.edit(message, body, keyboard)
    return wire.message(message)


def _editable(world: World, params: Params) -> Message:
    message = _find(world, params, "message to edit not found")
    if message.author is not world.bot or message.origin is not None:
        raise bad_request("message can't be edited")
    return message


def _find(world: World, params: Params, missing: str) -> Message:
    if params.text("inline_message_id"):
        raise bad_request("MESSAGE_ID_INVALID")
    message = writable(world, params).messages.get(params.number("message_id"))
    if message is None or message.deleted:
        raise bad_request(missing)
    return message
