"""What several methods ask first: may the bot write there, what exactly does it want to say."""

from __future__ import annotations

from bot.simulator.entities import Formatted, from_wire, utf16_length
from bot.simulator.errors import bad_request, forbidden, migrated
from bot.simulator.html import parse_html
from bot.simulator.model import ADMINS, PRESENT, Chat, ChatKind, Message, Status
from bot.simulator.params import Params
from bot.simulator.world import World

TEXT_LIMIT = 4096  # UTF-16 code units, after the markup is read
CAPTION_LIMIT = 1024


def writable(world: World, params: Params) -> Chat:
    """The chat of ``chat_id``, if the bot may write there."""
    chat = world.find_chat(params.text("chat_id"))
    if chat.migrated_to is not None:
        raise migrated(chat.migrated_to)
    status = chat.status(world.bot)
    if chat.kind is ChatKind.PRIVATE:
        if status is Status.KICKED:
            raise forbidden("bot was blocked by the user")
        if status not in PRESENT:
            raise forbidden("bot can't initiate conversation with a user")
    elif status is Status.KICKED:
        raise forbidden(f"bot was kicked from the {chat.kind} chat")
    elif status not in PRESENT:
        raise forbidden(f"bot is not a member of the {chat.kind} chat")
    elif chat.kind is ChatKind.CHANNEL and status not in ADMINS:
        raise bad_request("need administrator rights in the channel chat")
    return chat


def admit(world: World, chat: Chat) -> None:
    """Count one written message against the flood limits; ApiError 429."""
    world.flood.admit(chat.id, world.clock.monotonic())


def read_text(world: World, params: Params) -> Formatted:
    """``text`` in its parse mode; ApiError 400 when it is empty, too long or broken."""
    words = _read(world, params, "text", "entities")
    if not words.text:
        raise bad_request("message text is empty")
    if utf16_length(words.text) > TEXT_LIMIT:
        raise bad_request("message is too long")
    return words


def read_caption(world: World, params: Params) -> Formatted:
    """``caption`` in its parse mode, which may be empty."""
    words = _read(world, params, "caption", "caption_entities")
    if utf16_length(words.text) > CAPTION_LIMIT:
        raise bad_request("message caption is too long")
    return words


def read_reply(chat: Chat, params: Params) -> Message | None:
    """The message to reply to; ApiError 400 when it is gone and ``allow_sending_without_reply`` is not set."""
    wanted = params.table("reply_parameters") or {"message_id": params.number("reply_to_message_id")}
    number = int(wanted.get("message_id") or 0)
    message = chat.messages.get(number)
    if message is not None and not message.deleted:
        return message
    if number and not wanted.get("allow_sending_without_reply", params.flag("allow_sending_without_reply")):
        raise bad_request("message to be replied not found")
    return None


def _read(world: World, params: Params, text: str, entities: str) -> Formatted:
    mode = params.text("parse_mode").lower()
    source = params.text(text)
    if mode == "html":
        return world.words(parse_html(source))
    if mode not in {"", "none"}:
        raise bad_request("unsupported parse_mode")
    try:
        marks = from_wire(params.rows(entities) or ())
    except (KeyError, TypeError, ValueError):
        raise bad_request("can't parse MessageEntity") from None
    return world.words(Formatted(source, marks))
