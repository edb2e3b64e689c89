"""What the bot asks of storage beyond the engine's own needs: inbox, outbox delivery, people, buttons, audit."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Protocol, TypeVar

from engine import ports as engine_ports
from engine.mail import InboxRow as InboxRow
from engine.mail import Notice as Notice
from engine.mail import PressedButton as PressedButton
from engine.types import Connection, DayReport, Position, Preset, Role, Source, SourceMode, TradingState, User

T = TypeVar("T")


class Inbox(Protocol):
    def add(self, bot_id: int, updates: Sequence[Mapping[str, Any]], now: datetime) -> tuple[InboxRow, ...]:
        """Commit raw updates; those already there (UNIQUE bot id, update id) are left out of the answer."""

    def waiting(self, bot_id: int, limit: int = 10_000) -> tuple[InboxRow, ...]: ...
    def done(self, row_id: int, now: datetime) -> None: ...
    def failed(self, row_id: int, error: str, now: datetime) -> int:
        """Count one failed try; returns how many there were. The row stays waiting until ``done``."""

    def last_update_id(self, bot_id: int) -> int | None: ...
    def forget(self, before: datetime) -> int: ...


class Deliveries(Protocol):
    """The delivering side of the outbox."""

    def due(self, now: datetime, limit: int = 500) -> tuple[Notice, ...]:
        """Unsent notices whose turn it is: urgent first, then by id; only the oldest unsent run of each chat."""

    def sent(self, notice_id: int, message_id: int, title: str, text: str, now: datetime) -> None: ...
    def failed(self, notice_id: int, error: str, retry_at: datetime) -> None: ...
    def drop(self, notice_id: int, error: str, now: datetime) -> None: ...
    def backlog(self) -> int: ...


class People(Protocol):
    def by_chat(self, chat_id: int) -> User | None: ...
    def get(self, user_id: int) -> User | None: ...
    def all(self, limit: int = 200) -> tuple[User, ...]: ...
    def enroll(self, chat_id: int, username: str | None, language: str, role: Role, now: datetime) -> User:
        """The user of this chat, made on first sight with the free plan and the default preset."""

    def set_language(self, user_id: int, language: str) -> None: ...
    def set_role(self, user_id: int, role: Role) -> None: ...
    def set_trading_state(self, user_id: int, state: TradingState) -> None: ...
    def set_active(self, user_id: int, active: bool) -> None: ...
    def set_reachable(self, user_id: int, reachable: bool) -> None: ...
    def migrate_chat(self, old_chat_id: int, new_chat_id: int) -> None: ...


class Accounts(Protocol):
    """Connections as their owner manages them. Every call names the owner; another's id is simply not found."""

    def of_user(self, user_id: int) -> tuple[Connection, ...]: ...
    def get(self, user_id: int, connection_id: int) -> Connection | None: ...
    def add_paper(self, user: User, name: str, now: datetime) -> Connection: ...
    def set_active(self, user_id: int, connection_id: int, active: bool, now: datetime) -> bool: ...
    def remove(self, user_id: int, connection_id: int) -> bool:
        """False when it is not theirs, or still has an open position."""

    def presets(self, user_id: int) -> tuple[Preset, ...]: ...


class Channels(Protocol):
    """Sources as their owner manages them. Every call names the owner."""

    def of_user(self, user_id: int) -> tuple[Source, ...]: ...
    def get(self, user_id: int, source_id: int) -> Source | None: ...
    def add(self, user: User, chat_id: int, name: str, now: datetime) -> Source:
        """Follow the channel in mode ask; the same row again when already followed. An admin's is admin-owned."""

    def set_mode(self, user_id: int, source_id: int, mode: SourceMode) -> bool: ...
    def set_scope(self, user_id: int, source_id: int, scope: str | None) -> bool: ...
    def remove(self, user_id: int, source_id: int) -> bool: ...


class Trades(Protocol):
    def of_user(self, user_id: int, position_id: int) -> Position | None:
        """The position if it is this user's, else None."""

    def today(self, user_id: int, since: datetime) -> tuple[Position, ...]: ...
    def reports(self, user_id: int, day: date) -> tuple[DayReport, ...]: ...
    def signal_is_theirs(self, user_id: int, signal_id: int) -> bool: ...


class Buttons(Protocol):
    def mint(
        self, user_id: int, action: str, args: Mapping[str, Any], *, once: bool, expires_at: datetime | None,
    ) -> str:  # fmt: skip
        """A fresh random token (128 bits, URL-safe) that stands for this action of this person."""

    def press(self, user_id: int, token: str, press_id: str, now: datetime) -> PressedButton | None:
        """Consume it: None when unknown, another's, expired, or single-use and used by another press.

        ``press_id`` is Telegram's callback query id: the same press handled again after a crash is let through.
        """

    def forget(self, before: datetime) -> int: ...


class Audit(Protocol):
    def note(
        self, actor_id: int | None, action: str, subject: str, details: Mapping[str, Any], now: datetime,
    ) -> None:  # fmt: skip
        """Append one line to the hash chain."""

    def verify(self) -> int | None:
        """Id of the first line whose hash does not follow from the one before; None when all is well."""


class BotTx(engine_ports.Tx, Protocol):
    @property
    def inbox(self) -> Inbox: ...
    @property
    def deliveries(self) -> Deliveries: ...
    @property
    def people(self) -> People: ...
    @property
    def accounts(self) -> Accounts: ...
    @property
    def channels(self) -> Channels: ...
    @property
    def trades(self) -> Trades: ...
    @property
    def buttons(self) -> Buttons: ...
    @property
    def audit(self) -> Audit: ...


class Store(Protocol):
    async def write(self, work: Callable[[BotTx], T]) -> T: ...
    async def read(self, work: Callable[[BotTx], T]) -> T: ...
