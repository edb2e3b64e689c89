"""What people do in the simulated Telegram, and what the bot is told of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from bot.simulator import wire
from bot.simulator.entities import Formatted
from bot.simulator.model import (
    ADMINS,
    PRESENT,
    Body,
    Chat,
    ChatKind,
    Media,
    Message,
    Origin,
    Person,
    Press,
    Status,
)
from bot.simulator.transcript import Line, transcript
from bot.simulator.world import World


class Stage:
    """People, places and their deeds. Every deed that a real bot would hear of becomes an update."""

    def __init__(self, world: World) -> None:
        self.world = world

    # --- who and where -----------------------------------------------------------------------------

    @property
    def bot(self) -> Person:
        return self.world.bot

    def add_person(
        self, name: str, *, username: str | None = None, language: str | None = "en", started: bool = True,
        hides_forwards: bool = False,
    ) -> Person:  # fmt: skip
        """A person. ``started``: already has a dialogue with the bot, which otherwise may not write first."""
        person = self.world.add_account(name, username=username, language=language, hides_forwards=hides_forwards)
        if started:
            self.private(person).members[self.bot.id] = Status.MEMBER
        return person

    def add_channel(
        self, title: str, *, admins: Iterable[Person] = (), members: Iterable[Person] = (),
        username: str | None = None, bot_status: Status = Status.ADMINISTRATOR,
    ) -> Chat:  # fmt: skip
        """A channel whose first admin is its creator. The bot hears posts while it is an administrator."""
        roll = self._roll(admins, members, bot_status)
        return self.world.add_place(ChatKind.CHANNEL, title, roll, username=username)

    def add_group(
        self, title: str, *, admins: Iterable[Person] = (), members: Iterable[Person] = (),
        kind: ChatKind = ChatKind.SUPERGROUP, forum: bool = False, bot_status: Status = Status.MEMBER,
    ) -> Chat:  # fmt: skip
        """A group; as a plain member the bot hears only what privacy mode lets through."""
        return self.world.add_place(kind, title, self._roll(admins, members, bot_status), forum=forum)

    def private(self, person: Person) -> Chat:
        """The dialogue of this person with the bot."""
        return self.world.chats[person.id]

    def set_bot_status(self, chat: Chat, status: Status, by: Person) -> None:
        """Add, promote, demote or remove the bot; it is told by my_chat_member."""
        self.world.set_status(chat, status, by)

    def block_bot(self, person: Person) -> None:
        self.world.set_status(self.private(person), Status.KICKED, person)

    def unblock_bot(self, person: Person) -> None:
        self.world.set_status(self.private(person), Status.MEMBER, person)

    def migrate(self, group: Chat, by: Person) -> Chat:
        """Upgrade a group to a supergroup: a new chat id, and 400 with it for the old one."""
        new = self.world.add_place(ChatKind.SUPERGROUP, group.title, dict(group.members))
        group.migrated_to = new.id
        gone = self._add(group, by, Body(words=Formatted()), service={"migrate_to_chat_id": new.id})
        came = self._add(new, by, Body(words=Formatted()), service={"migrate_from_chat_id": group.id})
        for message in (gone, came):
            self.world.updates.push("message", wire.message(message))
        return new

    # --- what they do ------------------------------------------------------------------------------

    def say(
        self, person: Person, text: str, *, chat: Chat | None = None, reply_to: Message | None = None,
        photo: bytes | None = None, document: tuple[str, bytes] | None = None, thread: int | None = None,
    ) -> Message:  # fmt: skip
        """Write to the bot, or into a group. Writing to the bot starts, or unblocks, the dialogue."""
        chat = chat or self.private(person)
        if chat.kind is ChatKind.PRIVATE and chat.status(self.bot) not in PRESENT:
            self.world.set_status(chat, Status.MEMBER, person)
        body = self._body(text, photo, document)
        return self._tell(self._add(chat, person, body, reply_to=reply_to, thread=thread))

    def post(
        self, channel: Chat, text: str, *, reply_to: Message | None = None, photo: bytes | None = None,
        document: tuple[str, bytes] | None = None,
    ) -> Message:  # fmt: skip
        """Publish in a channel in the channel's own name."""
        return self._tell(self._add(channel, None, self._body(text, photo, document), reply_to=reply_to))

    def edit_post(self, message: Message, text: str) -> Message:
        """Change the text or caption of a channel's post or a person's message."""
        words = self.world.words(Formatted(text))
        self.world.edit(message, replace(message.body, words=words), message.keyboard)
        return self._tell(message, prefix="edited_")

    def delete_post(self, message: Message) -> None:
        """Delete it. Telegram tells bots nothing of this."""
        self.world.delete(message)

    def forward(self, message: Message, by: Person, to: Chat | None = None) -> Message:
        """Forward to the bot, or to another chat; a forward of a forward keeps its first origin."""
        chat = to or self.private(by)
        if chat.kind is ChatKind.PRIVATE and chat.status(self.bot) not in PRESENT:
            self.world.set_status(chat, Status.MEMBER, by)
        author = None if chat.kind is ChatKind.CHANNEL else by
        return self._tell(self._add(chat, author, message.body, origin=message.origin or _origin(message)))

    def press(self, person: Person, message: Message, button: str | int = 0, *, data: str | None = None) -> Press:
        """Tap an inline button, by label or by number counted through the rows.

        ``data`` sends that instead, as a forged or outdated client would. LookupError when there is no such button.
        """
        press = Press(
            id=str(len(self.world.presses) + 1),
            person=person,
            message=message,
            data=_button_data(message, button) if data is None else data,
            at=self.world.clock.monotonic(),
        )
        self.world.presses[press.id] = press
        self.world.updates.push("callback_query", wire.callback_query(press))
        return press

    # --- what can be seen --------------------------------------------------------------------------

    def transcript(self, chat: Chat) -> tuple[Line, ...]:
        return transcript(chat)

    def messages(self, chat: Chat, author: Person | None = None) -> tuple[Message, ...]:
        """Messages that are still there, oldest first; of one author when given."""
        return tuple(
            message for message in chat.messages.values() if not message.deleted and author in {None, message.author}
        )

    def replies(self, person: Person) -> tuple[Message, ...]:
        """What the bot has said to this person and is still there."""
        return self.messages(self.private(person), self.bot)

    # --- inside ------------------------------------------------------------------------------------

    def _add(self, chat: Chat, author: Person | None, body: Body, **about: Any) -> Message:
        return self.world.add_message(chat, author, body, **about)

    def _body(self, text: str, photo: bytes | None, document: tuple[str, bytes] | None) -> Body:
        media: Media | None = None
        if photo is not None:
            media = self.world.add_file(photo, "photo", "image/*", photo=True)
        elif document is not None:
            media = self.world.add_file(document[1], document[0], "application/octet-stream", photo=False)
        return Body(words=self.world.words(Formatted(text)), media=media)

    def _tell(self, message: Message, prefix: str = "") -> Message:
        if self._heard(message):
            kind = "channel_post" if message.chat.kind is ChatKind.CHANNEL else "message"
            self.world.updates.push(prefix + kind, wire.message(message))
        return message

    def _heard(self, message: Message) -> bool:
        """Does the bot get to see it? In groups privacy mode keeps most talk from it."""
        chat, bot = message.chat, self.bot
        if chat.status(bot) not in PRESENT:
            return False
        if chat.kind in {ChatKind.PRIVATE, ChatKind.CHANNEL} or chat.status(bot) in ADMINS or not self.world.privacy:
            return True
        answered = message.reply_to is not None and message.reply_to.author is bot
        return answered or message.text.startswith("/") or f"@{bot.username}" in message.text

    def _roll(self, admins: Iterable[Person], members: Iterable[Person], bot: Status) -> dict[int, Status]:
        roll = {person.id: Status.MEMBER for person in members}
        roll |= {person.id: Status.ADMINISTRATOR for person in admins}
        creator = next((number for number, status in roll.items() if status is Status.ADMINISTRATOR), None)
        if creator is not None:
            roll[creator] = Status.CREATOR
        return roll | ({self.bot.id: bot} if bot is not Status.LEFT else {})


def _origin(message: Message) -> Origin:
    in_channel = message.chat.kind is ChatKind.CHANNEL
    source = message.chat if in_channel or message.author is None else message.author
    return Origin(at=message.at, source=source, message_id=message.id)


def _button_data(message: Message, button: str | int) -> str:
    buttons = [item for row in message.keyboard for item in row]
    labels = [item["text"] for item in buttons]
    found = labels.index(button) if button in labels else button
    if not isinstance(found, int) or not 0 <= found < len(buttons):
        raise LookupError(f"no button {button!r} among {labels}")
    if "callback_data" not in buttons[found]:
        raise LookupError(f"the button {labels[found]!r} opens something; it is not pressed")
    return str(buttons[found]["callback_data"])
