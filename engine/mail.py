"""What the chat side keeps in the store: updates that came in, messages that are owed, buttons that were shown."""

from __future__ import annotations

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
    """One owed message (execution_notifications). ``number`` counts up per person; a repeat keeps its number."""

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


@dataclass(frozen=True, slots=True, kw_only=True)
class PressedButton:
    """What a callback token stands for, read back from its row."""

    token: str
    action: str
    args: dict[str, Any] = field(default_factory=dict)
