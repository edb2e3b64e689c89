"""Inline buttons: Telegram carries a random token, the meaning stays here."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, bindparam, delete, or_, update

from engine.mail import URGENT, PressedButton
from engine.ports import Clock
from storage.columns import Utc
from storage.statements import insert
from storage.tables import buttons

TOKEN_BYTES = 16

_C = buttons.c
_MINT = insert(buttons)
_PRESS = (
    update(buttons)
    .where(
        _C.token == bindparam("b_token"),
        _C.user_id == bindparam("b_user"),
        or_(_C.expires_at.is_(None), _C.expires_at > bindparam("b_now", type_=Utc)),
        or_(~_C.once, _C.used_by.is_(None), _C.used_by == bindparam("b_press")),
    )
    .values(used_by=bindparam("b_press"), used_at=bindparam("b_now", type_=Utc))
    .returning(_C.token, _C.action, _C.args)
)
_FORGET = delete(buttons).where(
    or_(_C.expires_at < bindparam("before"), and_(_C.once, _C.used_at < bindparam("before")))
)


@dataclass(frozen=True, slots=True)
class Buttons:
    """``bot.ports.Buttons``."""

    connection: Connection
    clock: Clock

    def mint(
        self, user_id: int, action: str, args: Mapping[str, Any], *, once: bool, expires_at: datetime | None,
        urgent: bool = False,
    ) -> str:  # fmt: skip
        token = (URGENT if urgent else "") + secrets.token_urlsafe(TOKEN_BYTES)
        row = {
            "token": token, "user_id": user_id, "action": action, "args": dict(args), "once": once,
            "expires_at": expires_at, "created_at": self.clock.now(),
        }  # fmt: skip
        self.connection.execute(_MINT, row)
        return token

    def press(self, user_id: int, token: str, press_id: str, now: datetime) -> PressedButton | None:
        asked = {"b_token": token, "b_user": user_id, "b_press": press_id, "b_now": now}
        row = self.connection.execute(_PRESS, asked).one_or_none()
        return None if row is None else PressedButton(token=row.token, action=row.action, args=row.args)

    def forget(self, before: datetime) -> int:
        """Delete those that expired, or were used up, before this moment; returns how many."""
        return self.connection.execute(_FORGET, {"before": before}).rowcount
