"""What a handler answers: data, never a call. The courier turns it into Telegram's methods."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, Protocol


class Texts(Protocol):
    """The words of one language. Every argument is escaped for HTML, so the result is safe to send as HTML."""

    @property
    def language(self) -> str: ...
    def __call__(self, key: str, /, **args: object) -> str:
        """The text of this key; KeyError when the default language lacks it too."""

    def has(self, key: str) -> bool: ...
    def money(self, amount: Decimal, currency: str, *, signed: bool = False) -> str:
        """Two decimals (more for tiny amounts) with the language's marks, then the currency."""

    def number(self, value: Decimal) -> str:
        """All significant digits of a price or quantity, trailing zeros cut, with the language's marks."""

    def percent(self, value: Decimal, *, signed: bool = False) -> str: ...
    def when(self, at: datetime, timezone: str) -> str:
        """Date and time in the person's zone."""

    def day(self, day: date) -> str: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Button:
    """An inline button. ``action`` and ``args`` stay with us; Telegram only ever sees a random token.

    ``once`` buttons act a single time; ``expires_in`` None means the button stays good. ``urgent`` ones stop trading:
    a press goes past whatever its person asked before.
    """

    label: str
    action: str
    args: dict[str, Any] = field(default_factory=dict)
    once: bool = True
    expires_in: timedelta | None = None
    urgent: bool = False


Rows = tuple[tuple[Button, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """One answer. ``text`` is HTML made by ``Texts``. ``edit`` replaces the message whose button was pressed.

    ``toast`` is shown over the chat after a button press; ``alert`` makes it a box that must be tapped away.
    ``text`` may be empty when there is only a toast to show.
    """

    text: str = ""
    rows: Rows = ()
    edit: bool = False
    toast: str = ""
    alert: bool = False
