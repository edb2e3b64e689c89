"""Who may do what: filters that handlers put on their routes."""

from __future__ import annotations

from typing import Any

from aiogram.enums import ContentType
from aiogram.filters import Filter
from aiogram.types import Message, TelegramObject

from bot.ports import Dialogue, PressedButton, Store
from engine.mail import is_command, is_post
from engine.types import User

MEDIA = (
    ContentType.ANIMATION, ContentType.AUDIO, ContentType.CONTACT, ContentType.DICE, ContentType.DOCUMENT,
    ContentType.LOCATION, ContentType.PHOTO, ContentType.POLL, ContentType.STICKER, ContentType.STORY,
    ContentType.VENUE, ContentType.VIDEO, ContentType.VIDEO_NOTE, ContentType.VOICE,
)  # fmt: skip
"""What a person can send besides words."""


class Action(Filter):
    """Lets a press through that stands for one of these actions; the handler may name its ``args``.

    The token was consumed before any filter runs: ``pressed`` is there only when it was this person's and good.
    """

    def __init__(self, *names: str) -> None:
        if not names:
            raise ValueError("an Action filter needs a name")
        self.names = frozenset(names)

    async def __call__(self, _: TelegramObject, pressed: PressedButton | None = None) -> bool | dict[str, Any]:
        if pressed is None or pressed.action not in self.names:
            return False
        return {"args": pressed.args}


class Asked(Filter):
    """Lets through what a person types while a question is open; ``dialogue`` is the question.

    One whose time is over still counts: what is typed now may be the secret that was asked for. Where a secret was
    asked for, so do pictures, files and what another person wrote: none is an answer, but it may show the secret.
    """

    async def __call__(
        self, event: TelegramObject, user: User | None = None, store: Store | None = None
    ) -> bool | dict[str, Any]:
        if not isinstance(event, Message) or user is None or store is None or not _may_answer(event):
            return False
        dialogue = await store.read(lambda tx: tx.dialogues.get(user.id))
        if dialogue is None or not (dialogue.secret or (event.text and event.forward_origin is None)):
            return False
        return {"dialogue": dialogue}


def _may_answer(message: Message) -> bool:
    """No command, no post of a channel or a group, nothing that Telegram itself says."""
    if is_post(message.forward_origin.type if message.forward_origin else None):
        return False
    return message.content_type in MEDIA or (bool(message.text) and not is_command(message.text or ""))


class Kind(Filter):
    """Lets answers to one kind of question through, behind ``Asked``."""

    def __init__(self, kind: str) -> None:
        self.kind = kind

    async def __call__(self, _: TelegramObject, dialogue: Dialogue | None = None) -> bool:
        return dialogue is not None and dialogue.kind == self.kind


class AdminOnly(Filter):
    """Lets admins through. ``user`` was read for this very update: a right taken away a moment ago is already gone."""

    async def __call__(self, _: TelegramObject, user: User | None = None) -> bool:
        return user is not None and user.is_active and user.is_admin
