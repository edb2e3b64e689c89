"""What the chat side keeps in the store: updates that came in, messages that are owed, buttons that were shown."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class InboxRow:
    """One raw Telegram update as it came. ``lane`` is the chat it belongs to: lanes run in order, each by itself."""

    id: int
    update_id: int
    lane: int
    raw: dict[str, Any]
    received_at: datetime
    attempts: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """One owed message (execution_notifications). ``number`` counts up per person; a repeat keeps its number.

    ``testnet``: the connection it is about is at an exchange's test system.
    """

    id: int
    user_id: int
    chat_id: int
    language: str
    timezone: str
    number: int
    kind: str
    urgent: bool
    payload: dict[str, Any]
    created_at: datetime
    attempts: int = 0
    position_id: int | None = None
    signal_id: int | None = None
    testnet: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PressedButton:
    """What a callback token stands for, read back from its row."""

    token: str
    action: str
    args: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialogue:
    """The question a person is being asked. ``sealed`` are the secret answers so far: field → sealed value.

    While a ``secret`` one is open, what the person types is never written down in clear.
    """

    user_id: int
    kind: str
    secret: bool
    args: dict[str, Any]
    sealed: dict[str, str]
    expires_at: datetime


LEFT_OUT = "[left out of the records]"
"""Stands in the inbox for words that may be a secret. Whoever reads it after a crash has to ask for them again."""

URGENT = "!"
"""Begins the token of a button that stops trading."""

_STOPS = re.compile(r"/(halt|panic)(@\w+)?(\s|$)")
_COMMAND = re.compile(r"/[a-z0-9_]{1,32}(@\w+)?(\s|$)")


def is_command(text: str) -> bool:
    """Telegram's commands are lower case and short; a secret that begins with a slash is neither."""
    return _COMMAND.match(text) is not None


def is_post(origin: object) -> bool:
    """Whether what is forwarded from this kind of origin is a post, and not what a person wrote."""
    return origin in ("channel", "chat")


def is_urgent(*, text: object = None, token: object = None) -> bool:
    """Whether these words, or the button with this token, stop trading: they wait for nothing else that was asked."""
    if isinstance(token, str):
        return token.startswith(URGENT)
    return isinstance(text, str) and _STOPS.match(text) is not None
