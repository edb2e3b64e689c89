"""The simulated Telegram as one person sees it, in JSON for the page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bot.simulator.methods.profile import described, menu
from bot.simulator.model import ADMINS, PRESENT, Chat, ChatKind, Message, Person, Press
from bot.simulator.scene import SamplePost
from bot.simulator.world import World

JSON = dict[str, Any]
Samples = Mapping[int, Sequence[SamplePost]]


def state(world: World, person: Person, samples: Samples) -> JSON:
    """Everything this person sees."""
    return {
        "person": account(person),
        "bot": account(world.bot),
        "chats": [chat(world, place, person, samples) for place in sees(world, person)],
    }


def sees(world: World, person: Person) -> list[Chat]:
    """The chats in this person's list: their dialogue with the bot first."""
    places = [place for place in world.chats.values() if place.migrated_to is None and place.status(person) in PRESENT]
    return sorted(places, key=lambda place: place.kind is not ChatKind.PRIVATE)


def account(person: Person) -> JSON:
    return {"id": person.id, "name": person.name, "username": person.username}


def chat(world: World, place: Chat, person: Person, samples: Samples) -> JSON:
    private = place.kind is ChatKind.PRIVATE
    writes = place.kind is not ChatKind.CHANNEL or place.status(person) in ADMINS
    return {
        "id": place.id,
        "kind": "bot" if private else place.kind.value,
        "title": world.bot.name if private else place.title,
        "username": world.bot.username if private else place.username,
        "members": sum(status in PRESENT for number, status in place.members.items() if number != world.bot.id),
        "started": place.status(world.bot) in PRESENT,
        "writes": writes,
        "about": described(world, "description", person.language or "") if private else "",
        "commands": menu(world, place, person) if place.kind is not ChatKind.CHANNEL else [],
        "samples": [{"label": item.label, "text": item.text} for item in samples.get(place.id, ())] if writes else [],
        "messages": [message(item, person) for item in place.messages.values() if not item.deleted],
    }


def message(item: Message, person: Person) -> JSON:
    """``mine``: on the right-hand side; ``editable``: this person may change and delete it."""
    posted = item.author is None and item.chat.status(person) in ADMINS
    mine = item.author is person
    return {
        "id": item.id,
        "chat": item.chat.id,
        "mine": mine,
        "editable": (posted or mine) and item.origin is None and not item.service,
        "author": _signed(item),
        "at": int(item.at.timestamp()),
        "text": item.text or ", ".join(item.service),
        "entities": [entity.wire() for entity in item.body.words.entities],
        "media": _media(item),
        "buttons": [[_button(raw) for raw in row] for row in item.keyboard],
        "reply": _quote(item.reply_to),
        "forwarded": item.origin.name if item.origin else None,
        "edited": item.edited_at is not None,
        "service": bool(item.service),
    }


def answer(press: Press) -> JSON:
    """What the pressing person is shown; an empty text only stops the spinner."""
    return {"press": press.id, **(press.answer or {})}


def _media(item: Message) -> JSON | None:
    media = item.body.media
    if media is None:
        return None
    width, height = media.size or (0, 0)
    kind = "photo" if media.size else "document"
    url = f"/_sim/file/{media.file_id}"
    return {"kind": kind, "url": url, "name": media.name, "bytes": len(media.data), "width": width, "height": height}


def _button(raw: JSON) -> JSON:
    return {"label": raw["text"], "press": "callback_data" in raw, "url": raw.get("url")}


def _signed(item: Message) -> str:
    """Whose name it bears: in a channel that is always the channel's."""
    return item.chat.title if item.author is None or item.chat.kind is ChatKind.CHANNEL else item.author.name


def _quote(item: Message | None) -> JSON | None:
    if item is None or item.deleted:
        return None
    return {"id": item.id, "author": _signed(item), "text": item.text or "Photo"}
