"""Answers that several areas give: something is not there, please confirm."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from bot.ports import Store
from bot.replies import Button, Reply, Rows, Texts
from bot.wording import refused
from engine.errors import Code
from engine.ports import Clock
from engine.types import User

CONFIRM_WITHIN = timedelta(seconds=60)


async def not_found(subject: str, user: User, t: Texts, store: Store, clock: Clock) -> Reply:
    """The one answer for what is gone and for what is somebody else's; the try is noted in the audit."""
    now = clock.now()
    await store.write(lambda tx: tx.audit.note(user.id, "not_found", subject, {}, now))
    return refused(Code.NOT_FOUND, {}, t)


def confirm(label: str, action: str, args: Mapping[str, Any], back: Button) -> Rows:
    """A button that does it, once and within a minute, and the way back."""
    return ((Button(label=label, action=action, args=dict(args), expires_in=CONFIRM_WITHIN),), (back,))
