"""sendMessage, sendPhoto, sendDocument, sendChatAction, getFile."""

from __future__ import annotations

from typing import Any

from bot.simulator import wire
from bot.simulator.entities import Formatted
from bot.simulator.errors import bad_request
from bot.simulator.keyboards import read_keyboard
from bot.simulator.methods.checks import admit, read_caption, read_reply, read_text, writable
from bot.simulator.model import Body, Chat, Media
from bot.simulator.params import Params
from bot.simulator.world import World

PHOTO_BYTES = 10 * 2**20
DOCUMENT_BYTES = 50 * 2**20
DOWNLOAD_BYTES = 20 * 2**20


async def send_message(world: World, params: Params) -> Any:
    chat = writable(world, params)
    return _send(world, params, chat, read_text(world, params), None)


async def send_photo(world: World, params: Params) -> Any:
    chat = writable(world, params)
    media = _media(world, params, "photo", PHOTO_BYTES)
    return _send(world, params, chat, read_caption(world, params), media)


async def send_document(world: World, params: Params) -> Any:
    chat = writable(world, params)
    media = _media(world, params, "document", DOCUMENT_BYTES)
    return _send(world, params, chat, read_caption(world, params), media)


async def send_chat_action(world: World, params: Params) -> Any:
    chat = writable(world, params)
    if not params.text("action"):
        raise bad_request("wrong parameter action in request")
    world.changes.publish("typing", chat)
    return True


async def get_file(world: World, params: Params) -> Any:
    media = world.files.get(params.text("file_id"))
    if media is None:
        raise bad_request("invalid file_id")
    if len(media.data) > DOWNLOAD_BYTES:
        raise bad_request("file is too big")
    return wire.file(media) | {"file_path": file_path(media)}


def file_path(media: Media) -> str:
    """The path under /file/bot<token>/ where the file can be had."""
    return f"{'photos' if media.size else 'documents'}/{media.file_id}"


def _send(world: World, params: Params, chat: Chat, words: Formatted, media: Media | None) -> Any:
    keyboard = read_keyboard(params.table("reply_markup"))
    reply_to = read_reply(chat, params)
    admit(world, chat)
    message = world.add_message(
        chat,
        world.bot,
        Body(words=words, media=media),
        keyboard=keyboard,
        reply_to=reply_to,
        thread=params.number("message_thread_id") or None,
    )
    return wire.message(message)


def _media(world: World, params: Params, name: str, limit: int) -> Media:
    """An uploaded file, or one the server already has. Addresses on the web are not fetched."""
    upload = params.upload(name)
    if upload is None:
        known = world.files.get(params.text(name)) if isinstance(params.values.get(name), str) else None
        if known is None:
            raise bad_request("wrong file identifier/HTTP URL specified")
        return known
    if not upload.data:
        raise bad_request("file must be non-empty")
    if len(upload.data) > limit:
        raise bad_request(f"file is too big for a {name}")
    return world.add_file(upload.data, upload.name, upload.mime, photo=name == "photo")
