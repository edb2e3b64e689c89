"""A desk and a trader that remember, and a Telegram that answers."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from aiogram import Bot
from aiogram.client.session.base import BaseSession
from aiogram.exceptions import TelegramBadRequest, TelegramForbiddenError
from aiogram.methods import DeleteMessage, GetChatMember, TelegramMethod
from aiogram.types import ChatMemberLeft, ChatMemberMember
from aiogram.types import User as Person

from engine.errors import Code, VenueLocked
from engine.signals.house_rules import read_under
from engine.types import (
    Account,
    ChannelRules,
    ClosedReason,
    Connection,
    KeyReport,
    Order,
    OrderState,
    Position,
    PositionStatus,
    Post,
    Reading,
    Refusal,
)
from tests.handlers.build import NOW
from tests.handlers.rows import Rows


@dataclass
class Desk:
    """Remembers what it was told; ``refusal`` is its answer to ``accept`` of a signal of one's own."""

    rows: Rows
    posts: list[Post] = field(default_factory=list)
    accepted: list[tuple[int, int]] = field(default_factory=list)
    reread_rows: list[tuple[int, int]] = field(default_factory=list)
    refusal: Refusal | None = None

    async def take(self, post: Post) -> None:
        self.posts.append(post)

    def reading(self, text: str, rules: ChannelRules) -> Reading:
        return read_under(rules, text)

    async def reread(self, row_id: int, user_id: int) -> bool:
        self.reread_rows.append((row_id, user_id))
        return True

    async def accept(self, signal_id: int, user_id: int, version: int = 1) -> Refusal | None:
        signal = self.rows.signals.get(signal_id)
        source = self.rows.sources.get(signal.source_id or 0) if signal else None
        if source is None or source.user_id != user_id:
            return Refusal(code=Code.NOT_FOUND)
        self.accepted.append((signal_id, user_id))
        return self.refusal


@dataclass
class Trader:
    """Says what every account holds."""

    rows: Rows
    account_answer: Account | Refusal = field(
        default_factory=lambda: Account(
            currency="USDT", balance=Decimal(10000), equity=Decimal("10045.2"), free=Decimal(9000)
        )
    )

    async def account(self, connection: Connection) -> Account | Refusal:
        return self.account_answer


@dataclass
class Health:
    parts: tuple[tuple[str, bool, str], ...] = (("inbox", True, "0"), ("prices", True, "0.4 s"))

    async def report(self, *, asking: int = 0) -> tuple[tuple[str, bool, str], ...]:
        return self.parts


@dataclass(frozen=True, slots=True, kw_only=True)
class Spec:
    name: str
    title: str
    fields: tuple[str, ...]
    markets: tuple[str, ...] = ("spot", "swap")
    testnet: bool = True
    tells_rights: bool = True


OKX = Spec(name="okx", title="OKX", fields=("apiKey", "secret", "password"))
KRAKEN = Spec(name="kraken", title="Kraken", fields=("apiKey", "secret"), markets=("spot",), testnet=False)
GOOD_KEY = KeyReport(
    can_read=True, can_trade=True, can_withdraw=False, ip_bound=False, latency_ms=120,
    account=Account(currency="USDT", balance=Decimal(500), equity=Decimal("512.5"), free=Decimal(500)),
)  # fmt: skip


@dataclass
class Exchanges:
    """Two exchanges by default; ``answer`` is what they say of every key, and ``asked`` what they were asked."""

    specs: tuple[Spec, ...] = (OKX, KRAKEN)
    answer: KeyReport | Refusal = GOOD_KEY
    asked: list[tuple[str, dict[str, str], str, bool]] = field(default_factory=list)

    def all(self) -> tuple[Spec, ...]:
        return self.specs

    def get(self, name: str) -> Spec | None:
        return next((spec for spec in self.specs if spec.name == name), None)

    async def report(self, name: str, credentials: Any, *, market: str, testnet: bool) -> KeyReport | Refusal:
        self.asked.append((name, dict(credentials), market, testnet))
        return self.answer


@dataclass(frozen=True)
class Shown:
    value: str

    def reveal(self) -> str:
        return self.value


@dataclass
class Sealer:
    """Seals by turning the text around: what is asked is who may open it, and that clear text is nowhere."""

    kept: dict[int, dict[str, str]] = field(default_factory=dict)
    lost: bool = False

    def seal(self, owner_id: int, connection_id: int, values: Any) -> dict[str, str]:
        return {name: f"{owner_id}/{connection_id}/{name}/{value[::-1]}" for name, value in values.items()}

    def unseal(self, owner_id: int, connection_id: int, sealed: Any) -> dict[str, Shown]:
        if self.lost:
            raise VenueLocked("the key is gone", code=Code.KEY_LOST)
        opened = {}
        for name, text in sealed.items():
            *place, value = text.split("/", 3)
            if place != [str(owner_id), str(connection_id), name]:
                raise VenueLocked("moved", code=Code.KEY_LOST)
            opened[name] = Shown(value[::-1])
        return opened

    async def read(self, owner_id: int, connection_id: int) -> dict[str, Shown]:
        return self.unseal(owner_id, connection_id, self.kept.get(connection_id, {}))


@dataclass
class Panic:
    started: list[int] = field(default_factory=list)
    rounds: int = 0

    def start(self, user_id: int) -> None:
        self.started.append(user_id)

    def start_all(self) -> None:
        self.rounds += 1


class Telegram(BaseSession):
    """Answers the few methods that handlers may call and remembers all of them. ``inside`` are the bot's channels."""

    def __init__(self) -> None:
        super().__init__()
        self.calls: list[TelegramMethod[Any]] = []
        self.inside: set[int] = set()
        self.down = False
        self.keeps = False  # messages cannot be deleted

    async def make_request(self, bot: Bot, method: TelegramMethod[Any], timeout: int | None = None) -> Any:
        self.calls.append(method)
        if self.down:
            raise TelegramForbiddenError(method=method, message="Forbidden: bot was kicked")
        if isinstance(method, DeleteMessage) and self.keeps:
            raise TelegramBadRequest(method=method, message="Bad Request: message can't be deleted")
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


@dataclass
class Wishes:
    """Closes at once in the rows; ``answer`` overrides what it says.

    ``orders`` are those in quarantine by id, with their owner; ``turns_into`` is what the venue says when asked.
    """

    rows: Rows
    deeds: list[tuple[str, int, int, Decimal | None]] = field(default_factory=list)
    answer: Position | Refusal | None = None
    orders: dict[int, tuple[int, Order]] = field(default_factory=dict)
    turns_into: OrderState = OrderState.QUARANTINED
    said: list[tuple[str, int, int]] = field(default_factory=list)

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

    async def keep_side(self, user_id: int, position_id: int) -> Position | Refusal:
        position = self.rows.positions.get(position_id)
        if position is None or position.user_id != user_id:
            return Refusal(code=Code.NOT_FOUND)
        self.said.append(("keep_side", user_id, position_id))
        return position

    async def find(self, user_id: int, order_id: int) -> Order | Refusal:
        owner, order = self.orders.get(order_id, (0, None))
        return order if order is not None and owner == user_id else Refusal(code=Code.NOT_FOUND)

    async def look_again(self, user_id: int, order_id: int) -> Order | Refusal:
        order = await self.find(user_id, order_id)
        return order if isinstance(order, Refusal) else replace(order, state=self.turns_into)

    async def not_there(self, user_id: int, order_id: int) -> Order | Refusal:
        order = await self.look_again(user_id, order_id)
        if isinstance(order, Refusal) or order.state is not OrderState.QUARANTINED:
            return order
        self.said.append(("not_there", user_id, order_id))
        return replace(order, state=OrderState.ABSENT)
