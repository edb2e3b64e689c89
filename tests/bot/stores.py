"""A store in memory with the rooms the bot itself uses: inbox, deliveries, people, buttons."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from types import SimpleNamespace
from typing import Any

from bot.ports import InboxRow, Notice, PressedButton
from engine.mail import URGENT
from engine.types import Role, TradingState, User
from tests.clocks import NOON


def lane_of(raw: Mapping[str, Any]) -> int:
    for name in ("message", "edited_message", "channel_post", "edited_channel_post", "my_chat_member"):
        if name in raw:
            return int(raw[name]["chat"]["id"])
    if "callback_query" in raw:
        return int(raw["callback_query"]["message"]["chat"]["id"])
    return 0


@dataclass
class MemoryInbox:
    rows: dict[int, InboxRow] = field(default_factory=dict)
    finished: list[int] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    seen: set[tuple[int, int]] = field(default_factory=set)

    def add(self, bot_id: int, updates: Sequence[Mapping[str, Any]], now: datetime) -> tuple[InboxRow, ...]:
        fresh = [raw for raw in updates if (bot_id, raw["update_id"]) not in self.seen]
        added = []
        for raw in fresh:
            self.seen.add((bot_id, raw["update_id"]))
            row = InboxRow(
                id=len(self.seen), update_id=raw["update_id"], lane=lane_of(raw), raw=dict(raw), received_at=now
            )  # fmt: skip
            self.rows[row.id] = row
            added.append(row)
        return tuple(added)

    def waiting(self, bot_id: int, limit: int = 10_000) -> tuple[InboxRow, ...]:
        return tuple(self.rows[key] for key in sorted(self.rows))[:limit]

    def done(self, row_id: int, now: datetime) -> None:
        del self.rows[row_id]
        self.finished.append(row_id)

    def failed(self, row_id: int, error: str, now: datetime) -> int:
        self.errors.append(error)
        self.rows[row_id] = replace(self.rows[row_id], attempts=self.rows[row_id].attempts + 1)
        return self.rows[row_id].attempts


@dataclass
class MemoryDeliveries:
    """``strict``: as a database would, the notices behind one that waits for its retry are not due."""

    notices: dict[int, Notice] = field(default_factory=dict)
    retry_at: dict[int, datetime] = field(default_factory=dict)
    delivered: dict[int, tuple[int, str, str]] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)
    dropped: dict[int, str] = field(default_factory=dict)
    unreachable: set[int] = field(default_factory=set)

    def owe(
        self, chat_id: int, text: str, *, urgent: bool = False, buttons: int = 0, number: int | None = None
    ) -> Notice:  # fmt: skip
        number = number or len(self.notices) + len(self.delivered) + len(self.dropped) + 1
        notice = Notice(
            id=number, user_id=chat_id, chat_id=chat_id, language="en", timezone="UTC", number=number, kind="test",
            urgent=urgent, payload={"text": text, "buttons": buttons}, created_at=NOON,
        )  # fmt: skip
        self.notices[notice.id] = notice
        return notice

    def due(self, now: datetime, limit: int = 500) -> tuple[Notice, ...]:
        owed = (n for n in self.notices.values() if n.user_id not in self.unreachable)
        ripe = [n for n in owed if self.retry_at.get(n.id, now) <= now]
        return tuple(sorted(ripe, key=lambda n: (not n.urgent, n.id))[:limit])

    def sent(self, notice_id: int, message_id: int, title: str, text: str, now: datetime) -> None:
        del self.notices[notice_id]
        self.delivered[notice_id] = (message_id, title, text)

    def failed(self, notice_id: int, error: str, retry_at: datetime) -> None:
        self.errors.append(error)
        self.retry_at[notice_id] = retry_at
        self.notices[notice_id] = replace(self.notices[notice_id], attempts=self.notices[notice_id].attempts + 1)

    def drop(self, notice_id: int, error: str, now: datetime) -> None:
        del self.notices[notice_id]
        self.dropped[notice_id] = error

    def backlog(self) -> int:
        return len(self.notices)


@dataclass
class MemoryPeople:
    users: dict[int, User] = field(default_factory=dict)
    unreachable: set[int] = field(default_factory=set)
    moved: list[tuple[int, int]] = field(default_factory=list)

    def by_chat(self, chat_id: int) -> User | None:
        return next((user for user in self.users.values() if user.chat_id == chat_id), None)

    def get(self, user_id: int) -> User | None:
        return self.users.get(user_id)

    def enroll(self, chat_id: int, username: str | None, language: str, role: Role, now: datetime) -> User:
        user = User(
            id=chat_id, chat_id=chat_id, username=username, language=language, role=role, is_active=True,
            trading_state=TradingState.ACTIVE,
        )  # fmt: skip
        return self.users.setdefault(chat_id, user)

    def set_role(self, user_id: int, role: Role) -> None:
        self.users[user_id] = replace(self.users[user_id], role=role)

    def set_active(self, user_id: int, active: bool) -> None:
        self.users[user_id] = replace(self.users[user_id], is_active=active)

    def set_reachable(self, user_id: int, reachable: bool) -> None:
        (self.unreachable.discard if reachable else self.unreachable.add)(user_id)
        self.users[user_id] = replace(self.users[user_id], reachable=reachable)

    def migrate_chat(self, old_chat_id: int, new_chat_id: int) -> None:
        self.moved.append((old_chat_id, new_chat_id))


@dataclass
class MemoryButtons:
    rows: dict[str, tuple[int, str, dict[str, Any], bool, datetime | None]] = field(default_factory=dict)
    used: dict[str, str] = field(default_factory=dict)
    number: Any = field(default_factory=itertools.count)

    def mint(
        self, user_id: int, action: str, args: Mapping[str, Any], *, once: bool, expires_at: datetime | None,
        urgent: bool = False,
    ) -> str:  # fmt: skip
        token = f"{URGENT if urgent else ''}token-{next(self.number)}"
        self.rows[token] = (user_id, action, dict(args), once, expires_at)
        return token

    def press(self, user_id: int, token: str, press_id: str, now: datetime) -> PressedButton | None:
        owner, action, args, once, expires_at = self.rows.get(token, (0, "", {}, False, None))
        if owner != user_id or (expires_at is not None and expires_at <= now):
            return None
        if once and self.used.setdefault(token, press_id) != press_id:
            return None
        return PressedButton(token=token, action=action, args=args)


@dataclass
class MemoryTx:
    inbox: MemoryInbox = field(default_factory=MemoryInbox)
    deliveries: MemoryDeliveries = field(default_factory=MemoryDeliveries)
    people: MemoryPeople = field(default_factory=MemoryPeople)
    buttons: MemoryButtons = field(default_factory=MemoryButtons)
    dialogues: Any = field(default_factory=lambda: SimpleNamespace(get=lambda _user_id: None))

    def __post_init__(self) -> None:
        self.people.unreachable = self.deliveries.unreachable


class MemoryStore:
    """``fail`` makes the next writes raise, as a database that is away."""

    def __init__(self) -> None:
        self.tx = MemoryTx()
        self.failures = 0
        self.writes = 0

    def fail(self, times: int) -> None:
        self.failures = times

    async def write(self, work: Callable[[Any], Any], *, urgent: bool = False) -> Any:
        await asyncio.sleep(0)
        if self.failures:
            self.failures -= 1
            raise OSError("disk is full")
        self.writes += 1
        return work(self.tx)

    async def read(self, work: Callable[[Any], Any]) -> Any:
        await asyncio.sleep(0)
        return work(self.tx)

    def enrol(self, chat_id: int, role: Role = Role.USER, language: str = "en") -> User:
        return self.tx.people.enroll(chat_id, None, language, role, NOON)
