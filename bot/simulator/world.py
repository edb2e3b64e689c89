"""The state of the simulated Telegram: one bot, its people and chats, and the numbering of everything."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterable
from dataclasses import replace
from itertools import count
from typing import Any

from bot.simulator import wire
from bot.simulator.changes import Changes
from bot.simulator.entities import Entity, Formatted, detect
from bot.simulator.errors import ApiError, bad_request
from bot.simulator.faults import FaultScript
from bot.simulator.flood import Flood, Limits
from bot.simulator.images import dimensions
from bot.simulator.model import (
    Body,
    Call,
    Chat,
    ChatKind,
    Keyboard,
    Media,
    Message,
    Origin,
    Person,
    Press,
    Status,
)
from bot.simulator.updates import UpdateQueue
from bot.simulator.webhook import Webhook
from engine.ports import Clock

FIRST_PERSON = 1_001
FIRST_GROUP = -2_001
FIRST_CHANNEL = -1_001_000_000_001
CALLS_KEPT = 20_000


class World:
    """All state of one simulator. ``token`` may be replaced while it runs: the old one is refused from then on."""

    def __init__(self, token: str, clock: Clock, limits: Limits | None, press_life: float) -> None:
        bot_id, _, secret = token.partition(":")
        if not bot_id.isdigit() or not secret:
            raise ValueError("a bot token looks like 123456:letters")
        self.token = token
        self.clock = clock
        self.press_life = press_life
        self.bot = Person(id=int(bot_id), name="Bot", username="simulated_bot", is_bot=True)
        self.privacy = True
        self.accounts: dict[int, Person] = {self.bot.id: self.bot}
        self.chats: dict[int, Chat] = {}
        self.files: dict[str, Media] = {}
        self.presses: dict[str, Press] = {}
        self.commands: dict[tuple[str, int, int, str], list[dict[str, str]]] = {}
        self.profile: dict[tuple[str, str], str] = {}
        self.calls: deque[Call] = deque(maxlen=CALLS_KEPT)
        self.counts: Counter[str] = Counter()
        self.changes = Changes()
        self.updates = UpdateQueue(clock)
        self.webhook = Webhook(self.updates)
        self.flood = Flood(limits)
        self.faults = FaultScript()
        self._person_ids = count(FIRST_PERSON)
        self._group_ids = count(FIRST_GROUP, -1)
        self._channel_ids = count(FIRST_CHANNEL, -1)

    # --- people and chats --------------------------------------------------------------------------

    def add_account(self, name: str, **about: Any) -> Person:
        """A new person with a private chat the bot is not yet in."""
        number = next(number for number in self._person_ids if number not in self.accounts)
        person = Person(id=number, name=name, **about)
        self.accounts[person.id] = person
        self._add_chat(
            Chat(
                id=person.id,
                kind=ChatKind.PRIVATE,
                title=name,
                username=person.username,
                person=person,
                members={person.id: Status.MEMBER},
            )
        )
        return person

    def add_place(self, kind: ChatKind, title: str, members: dict[int, Status], **about: Any) -> Chat:
        """A new group or channel."""
        number = next(self._group_ids if kind is ChatKind.GROUP else self._channel_ids)
        return self._add_chat(Chat(id=number, kind=kind, title=title, members=members, **about))

    def _add_chat(self, chat: Chat) -> Chat:
        self.chats[chat.id] = chat
        self.changes.publish("chat", chat)
        return chat

    def set_status(self, chat: Chat, status: Status, by: Person) -> None:
        """Change the bot's membership, which it is told as my_chat_member; of a first Start it is not."""
        old = chat.status(self.bot)
        chat.members[self.bot.id] = status
        self.changes.publish("chat", chat)
        first_start = chat.kind is ChatKind.PRIVATE and old is Status.LEFT
        if old is not status and not first_start:
            self.updates.push(
                "my_chat_member",
                {
                    "chat": wire.chat(chat),
                    "from": wire.user(by),
                    "date": wire.unix(self.clock.now()),
                    "old_chat_member": wire.member(self.bot, old, chat),
                    "new_chat_member": wire.member(self.bot, status, chat),
                },
            )

    # --- messages ----------------------------------------------------------------------------------

    def add_message(
        self, chat: Chat, author: Person | None, body: Body, *, keyboard: Keyboard = (),
        reply_to: Message | None = None, origin: Origin | None = None, thread: int | None = None,
        service: dict[str, Any] | None = None,
    ) -> Message:  # fmt: skip
        """Put a message into a chat. Message ids count up from 1 in each chat."""
        message = Message(
            id=next(reversed(chat.messages), 0) + 1,
            chat=chat,
            author=author,
            at=self.clock.now(),
            body=body,
            keyboard=keyboard,
            reply_to=reply_to,
            origin=origin,
            thread=thread,
            service=service or {},
        )
        chat.messages[message.id] = message
        self.changes.publish("message", message)
        return message

    def edit(self, message: Message, body: Body, keyboard: Keyboard) -> None:
        """Another body or keyboard in place; only a new body counts as an edit to the reader."""
        if body != message.body:
            message.earlier.append(message.body)
            message.body = body
            message.edited_at = self.clock.now()
        message.keyboard = keyboard
        self.changes.publish("message", message)

    def delete(self, message: Message) -> None:
        message.deleted = True
        self.changes.publish("gone", message)

    def words(self, formatted: Formatted) -> Formatted:
        """As the server keeps a text: trimmed, people behind mentions looked up, links and commands marked."""
        text, entities = formatted.text, formatted.entities
        known = (self._mention(entity) for entity in entities)
        return detect(_trim(Formatted(text, tuple(entity for entity in known if entity is not None))))

    def add_file(self, data: bytes, name: str, mime: str, *, photo: bool) -> Media:
        """Keep a file. ApiError 400 when a photo is no PNG or JPEG."""
        size = dimensions(data) if photo else None
        if photo and size is None:
            raise bad_request("IMAGE_PROCESS_FAILED")
        media = Media(file_id=f"file{len(self.files) + 1}", name=name, mime=mime, data=data, size=size)
        self.files[media.file_id] = media
        return media

    # --- looking up --------------------------------------------------------------------------------

    def find_chat(self, key: str) -> Chat:
        """By id or @username; ApiError 400 when there is none."""
        if not key:
            raise bad_request("chat_id is empty")
        names = (chat for chat in self.chats.values() if chat.username and chat.kind is not ChatKind.PRIVATE)
        if key.startswith("@"):
            found = next((chat for chat in names if f"@{chat.username}".lower() == key.lower()), None)
        else:
            found = self.chats.get(int(key)) if key.removeprefix("-").isdecimal() else None
        if found is None:
            raise bad_request("chat not found")
        return found

    def record(self, method: str, params: dict[str, Any], refusal: ApiError | None = None) -> None:
        """Log one finished request."""
        code = refusal.code if refusal else 200
        description = refusal.description if refusal else ""
        self.calls.append(Call(method=method, params=params, at=self.clock.now(), code=code, description=description))
        self.counts[method] += 1
        self.changes.publish("call", self.calls[-1])

    def _mention(self, entity: Entity) -> Entity | None:
        if entity.kind != "text_mention" or "user" in dict(entity.extra):
            return entity
        person = self.accounts.get(dict(entity.extra)["user_id"])
        return replace(entity, extra=(("user", wire.user(person)),)) if person else None


def _trim(formatted: Formatted) -> Formatted:
    """Cut blank ends: at the front only up to the first entity, as the server does."""
    entities = formatted.entities
    limit = min((entity.offset for entity in entities), default=len(formatted.text))
    front = len(formatted.text[:limit]) - len(formatted.text[:limit].lstrip(" \n"))
    text = formatted.text[front:].rstrip()
    length = len(text.encode("utf-16-le")) // 2
    moved: Iterable[Entity] = (
        replace(entity, offset=entity.offset - front, length=min(entity.end - front, length) - (entity.offset - front))
        for entity in entities
    )
    return Formatted(text, tuple(entity for entity in moved if entity.length > 0))
