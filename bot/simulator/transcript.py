"""A chat as a person could read it back, line by line."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.simulator.model import Chat, Message


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One message. ``earlier`` are the texts it had before edits; ``buttons`` the labels it shows now, by row."""

    id: int
    at: datetime
    author: str
    text: str
    buttons: tuple[tuple[str, ...], ...] = ()
    edited: bool = False
    deleted: bool = False
    reply_to: int | None = None
    earlier: tuple[str, ...] = ()

    def __str__(self) -> str:
        reply = f" (to {self.reply_to})" if self.reply_to else ""
        state = " (deleted)" if self.deleted else " (edited)" if self.edited else ""
        rows = "".join("\n      " + " ".join(f"[{label}]" for label in row) for row in self.buttons)
        text = self.text.replace("\n", "\n      ")
        return f"{self.at:%H:%M:%S} {self.author}{reply}{state}: {text}{rows}"


def transcript(chat: Chat) -> tuple[Line, ...]:
    """Every message of the chat in order, deleted ones included and marked."""
    return tuple(_line(message) for message in chat.messages.values())


def _line(message: Message) -> Line:
    media = message.body.media
    label = f"<{'photo' if media.size else media.name}> " if media else ""
    return Line(
        id=message.id,
        at=message.at,
        author=message.author.name if message.author else message.chat.title,
        text=(label + message.text).rstrip() or ", ".join(message.service),
        buttons=message.labels,
        edited=bool(message.earlier),
        deleted=message.deleted,
        reply_to=message.reply_to.id if message.reply_to else None,
        earlier=tuple(body.words.text for body in message.earlier),
    )
