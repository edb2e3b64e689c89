"""The simulated world's things: people, chats, messages."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from bot.simulator.entities import Formatted

Keyboard = tuple[tuple[dict[str, Any], ...], ...]


class ChatKind(StrEnum):
    PRIVATE = "private"
    GROUP = "group"
    SUPERGROUP = "supergroup"
    CHANNEL = "channel"


class Status(StrEnum):
    """Membership, with Telegram's words."""

    CREATOR = "creator"
    ADMINISTRATOR = "administrator"
    MEMBER = "member"
    LEFT = "left"
    KICKED = "kicked"


ADMINS = frozenset({Status.CREATOR, Status.ADMINISTRATOR})
PRESENT = ADMINS | {Status.MEMBER}


@dataclass(slots=True, kw_only=True, eq=False)
class Person:
    """An account; the bot is one too. ``hides_forwards``: forwards of theirs name no account."""

    id: int
    name: str
    username: str | None = None
    language: str | None = "en"
    is_bot: bool = False
    hides_forwards: bool = False


@dataclass(slots=True, kw_only=True, eq=False)
class Chat:
    """A dialogue, group or channel. ``members`` maps account id to status; a stranger is not in it.

    A private chat has its person's id; the bot is KICKED from it when blocked, and absent before Start.
    """

    id: int
    kind: ChatKind
    title: str
    username: str | None = None
    forum: bool = False
    person: Person | None = None
    members: dict[int, Status] = field(default_factory=dict)
    messages: dict[int, Message] = field(default_factory=dict)
    migrated_to: int | None = None

    def status(self, account: Person) -> Status:
        return self.members.get(account.id, Status.LEFT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Media:
    """A file on the server. ``size`` is (width, height) of a photo, None for a document."""

    file_id: str
    name: str
    mime: str
    data: bytes
    size: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where a forwarded message was first: a channel's post, or a person, who may wish not to be found."""

    at: datetime
    source: Chat | Person
    message_id: int

    @property
    def name(self) -> str:
        return self.source.title if isinstance(self.source, Chat) else self.source.name


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """What a message says; an edit puts another in its place."""

    words: Formatted
    media: Media | None = None


@dataclass(slots=True, kw_only=True, eq=False)
class Message:
    """``author`` is None when a channel speaks in its own name. ``earlier`` are the bodies edits replaced."""

    id: int
    chat: Chat
    author: Person | None
    at: datetime
    body: Body
    keyboard: Keyboard = ()
    reply_to: Message | None = None
    origin: Origin | None = None
    thread: int | None = None
    service: dict[str, Any] = field(default_factory=dict)
    edited_at: datetime | None = None
    deleted: bool = False
    earlier: list[Body] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The text or the caption."""
        return self.body.words.text

    @property
    def labels(self) -> tuple[tuple[str, ...], ...]:
        return tuple(tuple(button["text"] for button in row) for row in self.keyboard)


@dataclass(slots=True, kw_only=True, eq=False)
class Press:
    """A tap on an inline button; ``answer`` is what answerCallbackQuery said, None until then."""

    id: str
    person: Person
    message: Message
    data: str
    at: float
    answer: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One request the bot made and how it ended (``code`` 0: the connection was broken on purpose)."""

    method: str
    params: dict[str, Any]
    at: datetime
    code: int
    description: str = ""
