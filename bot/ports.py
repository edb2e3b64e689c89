"""What the bot asks of storage beyond the engine's own needs: inbox, outbox delivery, people, buttons, audit."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Protocol, TypeVar

from bot.inlets.ports import Inlets
from engine import ports as engine_ports
from engine.mail import Dialogue as Dialogue
from engine.mail import InboxRow as InboxRow
from engine.mail import Notice as Notice
from engine.mail import PressedButton as PressedButton
from engine.types import (
    ChannelRules,
    Checkup,
    Connection,
    DayReport,
    KeyReport,
    Position,
    Preset,
    Refusal,
    Role,
    SameSignal,
    SharedChannel,
    Source,
    SourceMode,
    TradingState,
    User,
)

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
    def halted_at(self, user_id: int) -> datetime | None:
        """When the halt began that holds now; None when there is none."""

    def flatten(self, user_id: int, now: datetime) -> None:
        """Halted, and every open trade is to be closed, until none is left."""

    def house_state(self) -> TradingState:
        """The switch that holds for everybody."""

    def set_house_state(self, state: TradingState, actor_id: int, now: datetime) -> None: ...
    def set_active(self, user_id: int, active: bool) -> None: ...
    def set_reachable(self, user_id: int, reachable: bool) -> None: ...
    def migrate_chat(self, old_chat_id: int, new_chat_id: int) -> None: ...


class Accounts(Protocol):
    """Connections as their owner manages them. Every call names the owner; another's id is simply not found."""

    def of_user(self, user_id: int) -> tuple[Connection, ...]: ...
    def get(self, user_id: int, connection_id: int) -> Connection | None: ...
    def add_paper(self, user: User, name: str, now: datetime) -> Connection: ...
    def add(
        self, user: User, name: str, exchange_name: str, settings: Mapping[str, Any], *, trades: bool, now: datetime
    ) -> Connection:  # fmt: skip
        """A connection to an exchange, off until its credentials are there and tested."""

    def is_taken(self, exchange_name: str, marks: Mapping[str, str], *, besides: int | None) -> bool:
        """Whether a connection other than ``besides``, of anybody, is known by one of these marks."""

    def set_marks(self, user_id: int, connection_id: int, marks: Mapping[str, str], now: datetime) -> bool: ...
    def set_active(self, user_id: int, connection_id: int, active: bool, now: datetime) -> bool: ...
    def rename(self, user_id: int, connection_id: int, name: str, now: datetime) -> bool: ...
    def set_trading(self, user_id: int, connection_id: int, trades: bool, now: datetime) -> bool: ...
    def acknowledge(self, user_id: int, connection_id: int, now: datetime) -> bool: ...
    def mark_tested(self, user_id: int, connection_id: int, latency_ms: int | None, now: datetime) -> bool:
        """Active: it answered, and its key may do what it must and no more."""

    def checkup(self, user_id: int, connection_id: int) -> Checkup | None: ...
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
    def set_rules(self, user_id: int, source_id: int, rules: ChannelRules) -> bool: ...
    def set_limits(
        self, user_id: int, source_id: int, *, max_age_seconds: int | None = None, threshold: int | None = None
    ) -> bool:  # fmt: skip
        """What is None stays as it is."""

    def remove(self, user_id: int, source_id: int) -> bool: ...
    def shared(self, user_id: int) -> tuple[SharedChannel, ...]:
        """The channels of admins that this user is asked about, without their own: Ask until they chose otherwise."""

    def choose(self, user_id: int, source_id: int, mode: SourceMode) -> bool:
        """What this user does with a shared channel; False when it is not shared."""

    def same_signal(self, user_id: int) -> SameSignal: ...
    def set_same_signal(self, user_id: int, policy: SameSignal) -> None: ...


class Trades(Protocol):
    def of_user(self, user_id: int, position_id: int) -> Position | None:
        """The position if it is this user's, else None."""

    def today(self, user_id: int, since: datetime) -> tuple[Position, ...]: ...
    def reports(self, user_id: int, day: date) -> tuple[DayReport, ...]: ...
    def signal_is_theirs(self, user_id: int, signal_id: int) -> bool: ...


class Buttons(Protocol):
    def mint(
        self, user_id: int, action: str, args: Mapping[str, Any], *, once: bool, expires_at: datetime | None,
        urgent: bool = False,
    ) -> str:  # fmt: skip
        """A fresh random token (128 bits, URL-safe) that stands for this action of this person; an ``urgent`` one
        can be told from the others by its beginning (``engine.mail.is_urgent``)."""

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


class Dialogues(Protocol):
    """What each person is being asked: one question at a time."""

    def get(self, user_id: int) -> Dialogue | None:
        """The open one, even when its time is over: what is typed then may still be a secret."""

    def begin(
        self, user_id: int, kind: str, args: Mapping[str, Any], *, secret: bool, expires_at: datetime, now: datetime
    ) -> Dialogue:  # fmt: skip
        """Open one in the place of any other."""

    def save(self, dialogue: Dialogue) -> None: ...
    def end(self, user_id: int) -> bool: ...
    def forget(self, before: datetime) -> int: ...


class Credentials(Protocol):
    def put(self, owner_id: int, connection_id: int, sealed: Mapping[str, str], now: datetime) -> bool:
        """Replace them all; the connection is off until it was tested with them. False when it is not theirs."""


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
    def inlets(self) -> Inlets: ...
    @property
    def trades(self) -> Trades: ...
    @property
    def buttons(self) -> Buttons: ...
    @property
    def audit(self) -> Audit: ...
    @property
    def dialogues(self) -> Dialogues: ...
    @property
    def credentials(self) -> Credentials: ...


class Store(Protocol):
    async def write(self, work: Callable[[BotTx], T], *, urgent: bool = False) -> T: ...
    async def read(self, work: Callable[[BotTx], T]) -> T: ...


class Safe(Protocol):
    """Seals what must not be read in the database. A sealed value opens for its owner and connection alone."""

    def seal(self, owner_id: int, connection_id: int, values: Mapping[str, str]) -> dict[str, str]: ...
    def unseal(self, owner_id: int, connection_id: int, sealed: Mapping[str, str]) -> Mapping[str, engine_ports.Secret]:
        """Raises VenueLocked (KEY_LOST) when they cannot be opened."""

    async def read(self, owner_id: int, connection_id: int) -> Mapping[str, engine_ports.Secret]:
        """The stored credentials. Raises VenueLocked (KEY_LOST)."""


class ExchangeSpec(Protocol):
    """What has to be known of an exchange to connect it; ``fields`` are the credentials that it wants."""

    @property
    def name(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def fields(self) -> tuple[str, ...]: ...
    @property
    def markets(self) -> tuple[str, ...]: ...
    @property
    def testnet(self) -> bool: ...
    @property
    def tells_rights(self) -> bool: ...


class Exchanges(Protocol):
    """The exchanges that can be connected."""

    def all(self) -> Sequence[ExchangeSpec]:
        """The popular ones first."""

    def get(self, name: str) -> ExchangeSpec | None: ...
    async def report(
        self, name: str, credentials: Mapping[str, str], *, market: str, testnet: bool
    ) -> KeyReport | Refusal:  # fmt: skip
        """What the exchange says of this key, or why it could not be asked."""


class Panic(Protocol):
    """Takes back entries and closes trades of those whose rows ask for it."""

    def start(self, user_id: int) -> None: ...
    def start_all(self) -> None: ...
