"""A desk and a trader that remember, and a Telegram that answers."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from aiogram import Bot
from aiogram.client.session.base import BaseSession
from aiogram.exceptions import TelegramForbiddenError
from aiogram.methods import GetChatMember, TelegramMethod
from aiogram.types import ChatMemberLeft, ChatMemberMember
from aiogram.types import User as Person

from engine.types import (
    Account,
    ClosedReason,
    Connection,
    Position,
    PositionStatus,
    Post,
    Refusal,
)
from tests.handlers.build import NOW
from tests.handlers.rows import Rows


@dataclass
class Desk:
    """Remembers what it was told; ``refusal`` is its answer to ``accept``."""

    posts: list[Post] = field(default_factory=list)
    accepted: list[tuple[int, int]] = field(default_factory=list)
    refusal: Refusal | None = None

    async def take(self, post: Post) -> None:
        self.posts.append(post)

    async def accept(self, signal_id: int, user_id: int) -> Refusal | None:
        self.accepted.append((signal_id, user_id))
        return self.refusal


@dataclass
class Trader:
    """Closes at once in the rows; ``answer`` overrides what it says."""

    rows: Rows
    deeds: list[tuple[str, int, int, Decimal | None]] = field(default_factory=list)
    answer: Position | Refusal | None = None
    account_answer: Account | Refusal = field(
        default_factory=lambda: Account(
            currency="USDT", balance=Decimal(10000), equity=Decimal("10045.2"), free=Decimal(9000)
        )
    )

    async def close(
        self,
        user_id: int,
        position_id: int,
        *,
        percent: Decimal = Decimal(100),
        key: str = "",
    ) -> Position | Refusal:
        self.deeds.append(("close", user_id, position_id, percent))
        if self.answer is not None:
            return self.answer
        before = self.rows.positions[position_id]
        left = before.quantity * (100 - percent) / 100
        closed = (
            {} if left else {"status": PositionStatus.CLOSED, "closed_at": NOW, "closed_reason": ClosedReason.MANUAL}
        )
        self.rows.positions[position_id] = replace(before, quantity=left, **closed)
        return self.rows.positions[position_id]

    async def stop_to_entry(self, user_id: int, position_id: int) -> Position | Refusal:
        self.deeds.append(("stop_to_entry", user_id, position_id, None))
        if self.answer is not None:
            return self.answer
        before = self.rows.positions[position_id]
        moved = replace(before, sl_price=before.entry_price, sl_moved_to_breakeven=True)
        self.rows.positions[position_id] = moved
        return moved

    async def loosen_stop(self, user_id: int, position_id: int, price: Decimal) -> Position | Refusal:
        self.deeds.append(("loosen_stop", user_id, position_id, price))
        if self.answer is not None:
            return self.answer
        self.rows.positions[position_id] = replace(self.rows.positions[position_id], sl_price=price)
        return self.rows.positions[position_id]

    async def account(self, connection: Connection) -> Account | Refusal:
        return self.account_answer


@dataclass
class Health:
    parts: tuple[tuple[str, bool, str], ...] = (("inbox", True, "0"), ("prices", True, "0.4 s"))

    async def report(self) -> tuple[tuple[str, bool, str], ...]:
        return self.parts


class Telegram(BaseSession):
    """Answers the few methods that handlers may call and remembers all of them. ``inside`` are the bot's channels."""

    def __init__(self) -> None:
        super().__init__()
        self.calls: list[TelegramMethod[Any]] = []
        self.inside: set[int] = set()
        self.down = False

    async def make_request(self, bot: Bot, method: TelegramMethod[Any], timeout: int | None = None) -> Any:
        self.calls.append(method)
        if self.down:
            raise TelegramForbiddenError(method=method, message="Forbidden: bot was kicked")
        if isinstance(method, GetChatMember):
            me = Person(id=bot.id, is_bot=True, first_name="bot")
            return ChatMemberMember(user=me) if method.chat_id in self.inside else ChatMemberLeft(user=me)
        return True

    def of(self, kind: type[TelegramMethod[Any]]) -> list[Any]:
        return [call for call in self.calls if isinstance(call, kind)]

    async def close(self) -> None:
        return None

    async def stream_content(self, *args: Any, **kwargs: Any) -> AsyncGenerator[bytes, None]:
        yield b""
