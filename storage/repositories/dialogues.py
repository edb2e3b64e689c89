"""What each person is being asked right now: one question at a time, so that a restart does not forget it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Connection, bindparam, delete, exists, select, update

from engine.mail import Dialogue
from engine.ports import Clock
from storage.statements import insert
from storage.tables import dialogues, users

_C = dialogues.c
_OF = bindparam("user", type_=BigInteger)
_GET = select(_C.user_id, _C.kind, _C.secret, _C.args, _C.sealed, _C.expires_at).where(_C.user_id == _OF)
_ADD = insert(dialogues)
_SAVE = update(dialogues).where(_C.user_id == _OF)
_END = delete(dialogues).where(_C.user_id == _OF)
_FORGET = delete(dialogues).where(_C.expires_at < bindparam("before"))
_SECRET = select(
    exists()
    .where(dialogues.c.secret, users.c.id == dialogues.c.user_id, users.c.telegram_chat_id == bindparam("chat"))
    .label("secret")
)


@dataclass(frozen=True, slots=True)
class Dialogues:
    """``bot.ports.Dialogues``."""

    connection: Connection
    clock: Clock

    def get(self, user_id: int) -> Dialogue | None:
        row = self.connection.execute(_GET, {"user": user_id}).one_or_none()
        return None if row is None else Dialogue(**row._mapping)

    def begin(
        self, user_id: int, kind: str, args: Mapping[str, Any], *, secret: bool, expires_at: datetime, now: datetime
    ) -> Dialogue:  # fmt: skip
        self.end(user_id)
        row = {
            "user_id": user_id, "kind": kind, "secret": secret, "args": dict(args), "sealed": {},
            "expires_at": expires_at, "created_at": now,
        }  # fmt: skip
        self.connection.execute(_ADD, row)
        return Dialogue(user_id=user_id, kind=kind, secret=secret, args=dict(args), sealed={}, expires_at=expires_at)

    def save(self, dialogue: Dialogue) -> None:
        values = {"args": dict(dialogue.args), "sealed": dict(dialogue.sealed), "expires_at": dialogue.expires_at}
        self.connection.execute(_SAVE, {"user": dialogue.user_id, **values})

    def end(self, user_id: int) -> bool:
        return self.connection.execute(_END, {"user": user_id}).rowcount == 1

    def forget(self, before: datetime) -> int:
        return self.connection.execute(_FORGET, {"before": before}).rowcount


def asks_for_a_secret(connection: Connection, chat_id: int) -> bool:
    """Whether the person of this private chat was asked for something that must not be kept in clear."""
    return bool(connection.execute(_SECRET, {"chat": chat_id}).scalar_one())
