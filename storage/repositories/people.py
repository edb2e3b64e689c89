"""The people who command the bot."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, bindparam, func, select, update

from engine.ports import Clock
from engine.types import Role, TradingState, User
from storage.repositories.users import HOUSE, HOUSE_STATE
from storage.statements import ROW, AnyRow, by_id, insert
from storage.tables import plan_subscriptions, plans, switches, trading_presets, users

FREE_PLAN = "free"
DEFAULT_PRESET = "Standard"
LIFETIME = timedelta(days=365 * 50)

_C = users.c
_PEOPLE = select(
    _C.id, _C.telegram_chat_id.label("chat_id"), _C.username, _C.language, _C.role, _C.is_active, _C.trading_state,
    _C.timezone, _C.reachable,
).where(_C.telegram_chat_id.is_not(None))  # fmt: skip
_BY_CHAT = _PEOPLE.where(_C.telegram_chat_id == bindparam("chat"))
_GET = _PEOPLE.where(_C.id == bindparam("id"))
_HALTED_AT = select(_C.halted_at).where(_C.id == bindparam("id"))
_ALL = _PEOPLE.order_by(_C.id).limit(bindparam("limit"))
_PRESET = (
    select(func.min(trading_presets.c.id))
    .where(trading_presets.c.is_default_template, trading_presets.c.name == DEFAULT_PRESET)
    .scalar_subquery()
)
_ENROLL = (
    insert(users)
    .values(default_preset_id=_PRESET)
    .on_conflict_do_nothing(index_elements=["telegram_chat_id"])
    .returning(_C.id)
)
_FREE_PLAN = select(plans.c.id, plans.c.plan_type, plans.c.duration).where(plans.c.slug == FREE_PLAN, plans.c.status)
_SUBSCRIBE = insert(plan_subscriptions)
_SET = by_id(users)
_SWITCH = insert(switches)
_SWITCH = _SWITCH.on_conflict_do_update(
    index_elements=["name"],
    set_={name: _SWITCH.excluded[name] for name in ("state", "actor_id", "changed_at")},
)
_MIGRATE = update(users).where(_C.telegram_chat_id == bindparam("b_old"))


@dataclass(frozen=True, slots=True)
class People:
    """``bot.ports.People``."""

    connection: Connection
    clock: Clock

    def by_chat(self, chat_id: int) -> User | None:
        return _user(self.connection.execute(_BY_CHAT, {"chat": chat_id}).one_or_none())

    def get(self, user_id: int) -> User | None:
        return _user(self.connection.execute(_GET, {"id": user_id}).one_or_none())

    def all(self, limit: int = 200) -> tuple[User, ...]:
        return tuple(User(**row._mapping) for row in self.connection.execute(_ALL, {"limit": limit}))

    def enroll(self, chat_id: int, username: str | None, language: str, role: Role, now: datetime) -> User:
        known = self.by_chat(chat_id)
        if known is not None:
            return known
        row = {
            "telegram_chat_id": chat_id, "username": username, "language": language, "role": role,
            "trading_state": TradingState.ACTIVE, "created_at": now, "updated_at": now,
        }  # fmt: skip
        user_id = self.connection.execute(_ENROLL, row).scalar_one_or_none()
        if user_id is not None:
            self._subscribe(user_id, now)
        enrolled = self.by_chat(chat_id)
        assert enrolled is not None
        return enrolled

    def set_language(self, user_id: int, language: str) -> None:
        self._set(user_id, language=language)

    def set_role(self, user_id: int, role: Role) -> None:
        self._set(user_id, role=role)

    def set_trading_state(self, user_id: int, state: TradingState) -> None:
        """Whoever trades again no longer wants everything closed. Each halt is a new one, also on top of another."""
        if state is TradingState.HALTED:
            self._set(user_id, trading_state=state, halted_at=self.clock.now())
        elif state is TradingState.ACTIVE:
            self._set(user_id, trading_state=state, halted_at=None, flatten_since=None)
        else:
            self._set(user_id, trading_state=state, halted_at=None)

    def flatten(self, user_id: int, now: datetime) -> None:
        self._set(user_id, trading_state=TradingState.HALTED, halted_at=now, flatten_since=now)

    def halted_at(self, user_id: int) -> datetime | None:
        return self.connection.execute(_HALTED_AT, {"id": user_id}).scalar_one_or_none()

    def house_state(self) -> TradingState:
        return self.connection.execute(HOUSE_STATE).scalar_one_or_none() or TradingState.ACTIVE

    def set_house_state(self, state: TradingState, actor_id: int, now: datetime) -> None:
        row = {"name": HOUSE, "state": state, "actor_id": actor_id, "changed_at": now}
        self.connection.execute(_SWITCH, row)

    def set_active(self, user_id: int, active: bool) -> None:
        self._set(user_id, is_active=active)

    def set_reachable(self, user_id: int, reachable: bool) -> None:
        self._set(user_id, reachable=reachable)

    def migrate_chat(self, old_chat_id: int, new_chat_id: int) -> None:
        """Telegram gave the chat another id."""
        self.connection.execute(
            _MIGRATE, {"b_old": old_chat_id, "telegram_chat_id": new_chat_id, "updated_at": self.clock.now()}
        )

    def _set(self, user_id: int, **values: Any) -> None:
        self.connection.execute(_SET, {ROW: user_id, "updated_at": self.clock.now(), **values})

    def _subscribe(self, user_id: int, now: datetime) -> None:
        plan = self.connection.execute(_FREE_PLAN).one_or_none()
        if plan is None:  # the operator withdrew the free plan: a new user then waits for one
            return
        lasts = timedelta(days=plan.duration) if plan.plan_type == "limited" else LIFETIME
        self.connection.execute(
            _SUBSCRIBE,
            {
                "user_id": user_id, "plan_id": plan.id, "is_current": True, "plan_expired_at": now + lasts,
                "created_at": now, "updated_at": now,
            },
        )  # fmt: skip


def _user(row: AnyRow | None) -> User | None:
    return None if row is None else User(**row._mapping)
