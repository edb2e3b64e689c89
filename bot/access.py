"""Who may do what: filters that handlers put on their routes."""

from __future__ import annotations

from typing import Any

from aiogram.filters import Filter
from aiogram.types import TelegramObject

from bot.ports import PressedButton
from engine.types import User


class Action(Filter):
    """Lets a press through that stands for one of these actions; the handler may name its ``args``.

    The token was consumed before any filter runs: ``pressed`` is there only when it was this person's and good.
    """

    def __init__(self, *names: str) -> None:
        if not names:
            raise ValueError("an Action filter needs a name")
        self.names = frozenset(names)

    async def __call__(self, _: TelegramObject, pressed: PressedButton | None = None) -> bool | dict[str, Any]:
        if pressed is None or pressed.action not in self.names:
            return False
        return {"args": pressed.args}


class AdminOnly(Filter):
    """Lets admins through. ``user`` was read for this very update: a right taken away a moment ago is already gone."""

    async def __call__(self, _: TelegramObject, user: User | None = None) -> bool:
        return user is not None and user.is_active and user.is_admin
