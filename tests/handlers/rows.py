"""The part of ``bot.ports.Store`` that the handlers use, over plain dicts."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

from bot.ports import Dialogue, PressedButton
from bot.replies import Button
from engine.errors import Code
from engine.events import Event
from engine.inlets import Inlet
from engine.types import (
    ChannelRules,
    Checkup,
    Connection,
    Direction,
    Execution,
    ExecutionStatus,
    PaperBook,
    Plan,
    Position,
    Role,
    SameSignal,
    SeenPost,
    SharedChannel,
    Signal,
    Source,
    SourceMode,
    TradingState,
    User,
)
from tests.handlers.build import BTC, NOW, connection, signal, source
from tests.handlers.inlets import FakeInlets


class Rows:
    """Every table, by row id; ``copy`` of it is the whole state."""

    def __init__(self) -> None:
        self.users: dict[int, User] = {}
        self.connections: dict[int, Connection] = {}
        self.sources: dict[int, Source] = {}
        self.inlets: dict[int, Inlet] = {}
        self.tokens: dict[int, str] = {}
        self.signals: dict[int, Signal] = {}
        self.same_signal = SameSignal.FIRST
        self.posts: dict[int, SeenPost] = {}
        self.positions: dict[int, Position] = {}
        self.books: dict[int, PaperBook] = {}
        self.funding: dict[int, Decimal] = {}  # by connection: what was paid today
        self.unreachable: set[int] = set()
        self.dialogues: dict[int, Dialogue] = {}
        self.credentials: dict[int, dict[str, str]] = {}
        self.checkups: dict[int, Checkup] = {}
        self.house = TradingState.ACTIVE
        self.flattening: dict[int, datetime] = {}
        self.halts: dict[int, datetime] = {}
        self.told: dict[str, tuple[int, Event]] = {}
        self.audit: list[tuple[int | None, str, str, dict[str, Any]]] = []
        self.buttons: dict[str, tuple[int, Button]] = {}
        self.used: set[str] = set()

    def facts(self) -> dict[str, Any]:
        """Everything but the audit and the buttons."""
        return deepcopy({k: v for k, v in vars(self).items() if k not in ("audit", "buttons", "used")})


class Tx:
    """The part of ``bot.ports.BotTx`` that the handlers use, over plain dicts."""

    def __init__(self, rows: Rows) -> None:
        self.rows = rows
        self.people = _People(rows)
        self.accounts = _Accounts(rows)
        self.channels = _Channels(rows)
        self.inlets = FakeInlets(rows.sources, rows.inlets, rows.tokens)
        self.trades = _Trades(rows)
        self.buttons = _Buttons(rows)
        self.positions = _Positions(rows)
        self.executions = _Executions(rows)
        self.paper = _Paper(rows)
        self.funding = SimpleNamespace(
            paid_since=lambda user_id, _since: {
                number: amount
                for number, amount in rows.funding.items()
                if rows.connections[number].owner_id == user_id
            }
        )
        self.audit = SimpleNamespace(
            note=lambda who, what, on, details, now: rows.audit.append((who, what, on, details))
        )
        self.sources = SimpleNamespace(get=rows.sources.get)
        self.messages = SimpleNamespace(get=rows.posts.get, latest=lambda _source, _count: tuple(rows.posts.values()))
        self.connections = SimpleNamespace(get=rows.connections.get, mark_error=self._mark_error)
        self.dialogues = _Dialogues(rows)
        self.credentials = SimpleNamespace(put=self._put)
        self.outbox = SimpleNamespace(tell=self._tell)
        self.orders = SimpleNamespace(live=lambda _=None: ())
        self.users = SimpleNamespace(trading_state=lambda user_id: rows.users[user_id].trading_state)

    def _mark_error(self, connection_id: int, message: str, now: datetime, *, code: Code) -> None:
        self.rows.connections[connection_id] = replace(self.rows.connections[connection_id], status="error")
        self.accounts.found(connection_id, status="error", last_error=message, error_code=code)

    def _put(self, owner_id: int, connection_id: int, sealed: dict[str, str], now: datetime) -> bool:
        self.rows.credentials[connection_id] = dict(sealed)
        found = self.rows.connections[connection_id]
        self.rows.connections[connection_id] = replace(found, is_active=False, status="inactive")
        return True

    def _tell(self, user_id: int, event: Event, *, key: str, now: datetime, **about: Any) -> None:
        self.rows.told.setdefault(key, (user_id, event))


@dataclass
class _Table:
    rows: Rows


class _People(_Table):
    def by_chat(self, chat_id: int) -> User | None:
        return next((u for u in self.rows.users.values() if u.chat_id == chat_id), None)

    def get(self, user_id: int) -> User | None:
        return self.rows.users.get(user_id)

    def all(self, limit: int = 200) -> tuple[User, ...]:
        return tuple(self.rows.users.values())[:limit]

    def enroll(self, chat_id: int, username: str | None, language: str, role: Role, now: datetime) -> User:
        return self.by_chat(chat_id) or self.rows.users.setdefault(
            chat_id,
            User(
                id=chat_id, chat_id=chat_id, username=username, language=language, role=role, is_active=True,
                trading_state=TradingState.ACTIVE,
            ),
        )  # fmt: skip

    def _change(self, user_id: int, **fields: Any) -> None:
        self.rows.users[user_id] = replace(self.rows.users[user_id], **fields)

    def set_language(self, user_id: int, language: str) -> None:
        self._change(user_id, language=language)

    def set_role(self, user_id: int, role: Role) -> None:
        self._change(user_id, role=role)

    def set_trading_state(self, user_id: int, state: TradingState) -> None:
        self._change(user_id, trading_state=state)
        self.rows.halts[user_id] = NOW + timedelta(seconds=len(self.rows.audit))
        if state is TradingState.ACTIVE:
            self.rows.flattening.pop(user_id, None)

    def flatten(self, user_id: int, now: datetime) -> None:
        self._change(user_id, trading_state=TradingState.HALTED)
        self.rows.flattening[user_id] = self.rows.halts[user_id] = now

    def halted_at(self, user_id: int) -> datetime | None:
        halted = self.rows.users[user_id].trading_state is TradingState.HALTED
        return self.rows.halts.get(user_id, NOW) if halted else None

    def house_state(self) -> TradingState:
        return self.rows.house

    def set_house_state(self, state: TradingState, actor_id: int, now: datetime) -> None:
        self.rows.house = state

    def set_active(self, user_id: int, active: bool) -> None:
        self._change(user_id, is_active=active)

    def set_reachable(self, user_id: int, reachable: bool) -> None:
        (self.rows.unreachable.discard if reachable else self.rows.unreachable.add)(user_id)


class _Accounts(_Table):
    def of_user(self, user_id: int) -> tuple[Connection, ...]:
        return tuple(c for c in self.rows.connections.values() if c.user_id == user_id)

    def get(self, user_id: int, connection_id: int) -> Connection | None:
        return next((c for c in self.of_user(user_id) if c.id == connection_id), None)

    def add_paper(self, user: User, name: str, now: datetime) -> Connection:
        made = connection(len(self.rows.connections) + 101, user.id, name=name)
        return self.rows.connections.setdefault(made.id, made)

    def set_active(self, user_id: int, connection_id: int, active: bool, now: datetime) -> bool:
        found = self.get(user_id, connection_id)
        if found:
            status = "active" if active else "inactive"
            self.rows.connections[found.id] = replace(found, is_active=active, status=status)
        return found is not None

    def add(
        self, user: User, name: str, exchange_name: str, settings: Any, *, trades: bool, now: datetime
    ) -> Connection:  # fmt: skip
        made = connection(
            len(self.rows.connections) + 101, user.id, name=name, exchange_name=exchange_name, settings=dict(settings),
            is_paper=False, is_active=False, status="inactive", trade_execution_enabled=trades,
        )  # fmt: skip
        return self.rows.connections.setdefault(made.id, made)

    def _change(self, user_id: int, connection_id: int, **fields: Any) -> bool:
        found = self.get(user_id, connection_id)
        if found:
            self.rows.connections[found.id] = replace(found, **fields)
        return found is not None

    def is_taken(self, exchange_name: str, marks: Mapping[str, str], *, besides: int | None) -> bool:
        others = (c for c in self.rows.connections.values() if c.exchange_name == exchange_name and c.id != besides)
        known = [c.settings.get("marks", {}) for c in others]
        return any(one.get(name) == mark for one in known for name, mark in marks.items())

    def set_marks(self, user_id: int, connection_id: int, marks: Mapping[str, str], now: datetime) -> bool:
        found = self.get(user_id, connection_id)
        settings = {**(found.settings if found else {}), "marks": dict(marks)}
        return self._change(user_id, connection_id, settings=settings)

    def rename(self, user_id: int, connection_id: int, name: str, now: datetime) -> bool:
        return self._change(user_id, connection_id, name=name)

    def set_trading(self, user_id: int, connection_id: int, trades: bool, now: datetime) -> bool:
        return self._change(user_id, connection_id, trade_execution_enabled=trades)

    def acknowledge(self, user_id: int, connection_id: int, now: datetime) -> bool:
        if self.get(user_id, connection_id) is None:
            return False
        self.found(connection_id, acknowledged_at=now)
        return True

    def mark_tested(self, user_id: int, connection_id: int, latency_ms: int | None, now: datetime) -> bool:
        self.found(
            connection_id, is_active=True, status="active", latency_ms=latency_ms, last_tested_at=now, last_error=None,
            error_code=None,
        )  # fmt: skip
        return self._change(user_id, connection_id, is_active=True, status="active")

    def checkup(self, user_id: int, connection_id: int) -> Checkup | None:
        return self.rows.checkups.get(connection_id) if self.get(user_id, connection_id) else None

    def found(self, connection_id: int, **fields: Any) -> None:
        blank = Checkup(connection_id=connection_id, status="active", is_active=True)
        self.rows.checkups[connection_id] = replace(self.rows.checkups.get(connection_id, blank), **fields)

    def remove(self, user_id: int, connection_id: int) -> bool:
        busy = any(p.is_open and p.connection_id == connection_id for p in self.rows.positions.values())
        if busy or not self.get(user_id, connection_id):
            return False
        del self.rows.connections[connection_id]
        return True


class _Channels(_Table):
    def of_user(self, user_id: int) -> tuple[Source, ...]:
        return tuple(s for s in self.rows.sources.values() if s.user_id == user_id)

    def get(self, user_id: int, source_id: int) -> Source | None:
        return next((s for s in self.of_user(user_id) if s.id == source_id), None)

    def add(self, user: User, chat_id: int, name: str, now: datetime) -> Source:
        known = next((s for s in self.of_user(user.id) if s.chat_id == chat_id), None)
        made = source(len(self.rows.sources) + 301, user.id, chat_id=chat_id, name=name)
        return known or self.rows.sources.setdefault(made.id, made)

    def _change(self, user_id: int, source_id: int, **fields: Any) -> bool:
        found = self.get(user_id, source_id)
        if found:
            self.rows.sources[source_id] = replace(found, **fields)
        return found is not None

    def set_mode(self, user_id: int, source_id: int, mode: SourceMode) -> bool:
        return self._change(user_id, source_id, mode=mode)

    def set_scope(self, user_id: int, source_id: int, scope: str | None) -> bool:
        return self._change(user_id, source_id, scope=scope)

    def set_rules(self, user_id: int, source_id: int, rules: ChannelRules) -> bool:
        return self._change(user_id, source_id, rules=rules)

    def set_limits(
        self, user_id: int, source_id: int, *, max_age_seconds: int | None = None, threshold: int | None = None
    ) -> bool:
        given = {"max_age_seconds": max_age_seconds, "auto_publish_confidence_threshold": threshold}
        return self._change(user_id, source_id, **{name: value for name, value in given.items() if value is not None})

    def set_same_signal(self, _user_id: int, policy: SameSignal) -> None:
        self.rows.same_signal = policy

    def shared(self, _user_id: int) -> tuple[SharedChannel, ...]:
        return ()

    def choose(self, _user_id: int, _source_id: int, _mode: SourceMode) -> bool:
        return False

    def same_signal(self, _user_id: int) -> SameSignal:
        return self.rows.same_signal

    def remove(self, user_id: int, source_id: int) -> bool:
        return self.get(user_id, source_id) is not None and self.rows.sources.pop(source_id, None) is not None


class _Dialogues(_Table):
    def get(self, user_id: int) -> Dialogue | None:
        return self.rows.dialogues.get(user_id)

    def begin(
        self, user_id: int, kind: str, args: Any, *, secret: bool, expires_at: datetime, now: datetime
    ) -> Dialogue:  # fmt: skip
        made = Dialogue(user_id=user_id, kind=kind, secret=secret, args=dict(args), sealed={}, expires_at=expires_at)
        self.rows.dialogues[user_id] = made
        return made

    def save(self, dialogue: Dialogue) -> None:
        self.rows.dialogues[dialogue.user_id] = dialogue

    def end(self, user_id: int) -> bool:
        return self.rows.dialogues.pop(user_id, None) is not None


class _Trades(_Table):
    def of_user(self, user_id: int, position_id: int) -> Position | None:
        found = self.rows.positions.get(position_id)
        return found if found and found.user_id == user_id else None

    def today(self, user_id: int, since: datetime) -> tuple[Position, ...]:
        mine = (p for p in self.rows.positions.values() if p.user_id == user_id)
        return tuple(p for p in mine if (p.closed_at or p.opened_at) >= since)

    def signal_is_theirs(self, user_id: int, signal_id: int) -> bool:
        found = self.rows.signals.get(signal_id)
        return found is not None and any(
            s.id == found.source_id and s.user_id == user_id for s in self.rows.sources.values()
        )


class _Buttons(_Table):
    def press(self, user_id: int, token: str, press_id: str, now: datetime) -> PressedButton | None:
        owner, button = self.rows.buttons.get(token, (None, None))
        if owner != user_id or button is None or token in self.rows.used:
            return None
        if button.once:
            self.rows.used.add(token)
        return PressedButton(token=token, action=button.action, args=json.loads(json.dumps(button.args)))


class _Positions(_Table):
    def open(self, connection_id: int | None = None) -> tuple[Position, ...]:
        everyone = (p for p in self.rows.positions.values() if p.is_open)
        return tuple(p for p in everyone if connection_id in (None, p.connection_id))

    def of_user(self, user_id: int, *, only_open: bool = True, limit: int = 50) -> tuple[Position, ...]:
        mine = (p for p in self.rows.positions.values() if p.user_id == user_id)
        return tuple(p for p in mine if p.is_open or not only_open)[:limit]


class _Executions(_Table):
    def get(self, execution_id: int) -> Execution | None:
        found = next((p for p in self.rows.positions.values() if p.execution_id == execution_id), None)
        if found is None:
            return None
        made = signal(1, None)
        owner = self.rows.connections[found.connection_id]
        return Execution(id=execution_id, signal=made, connection=owner, status=ExecutionStatus.FILLED)

    def plan_of(self, execution_id: int) -> Plan:
        return Plan(
            instrument=BTC, direction=Direction.BUY, orders=(), entry_price=Decimal(64000), stop=Decimal(63000),
            rungs=(), leverage=None, margin_mode=None, risk=Decimal(10), rate=Decimal(1), expires_at=NOW,
        )  # fmt: skip


class _Paper(_Table):
    def book(self, connection_id: int) -> PaperBook | None:
        return self.rows.books.get(connection_id)

    def save(self, book: PaperBook) -> PaperBook:
        return self.rows.books.setdefault(book.connection_id, book)


class Store:
    """One transaction at a time; every write runs twice, as the contract allows when a neighbour in its group fails."""

    def __init__(self, rows: Rows) -> None:
        self.rows = rows

    async def write(self, work: Callable[[Any], Any], *, urgent: bool = False) -> Any:
        work(Tx(_copy(self.rows)))
        return work(Tx(self.rows))

    async def read(self, work: Callable[[Any], Any]) -> Any:
        return work(Tx(self.rows))


def _copy(rows: Rows) -> Rows:
    copy = Rows()
    vars(copy).update(deepcopy(vars(rows)))
    return copy
