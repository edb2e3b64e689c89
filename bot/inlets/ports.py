"""What the sources beside Telegram ask of storage; ``bot.ports.BotTx`` has it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Protocol

from engine.inlets import Arrival, Inlet, InletKind, InletPost
from engine.types import Source, User


class Inlets(Protocol):
    """Sources beside Telegram. What their owner does names the owner; another's id is simply not found."""

    def add(
        self, user: User, kind: InletKind, name: str, chat_id: int, now: datetime, *, token_hash: str | None = None,
        address: str | None = None, due_at: datetime | None = None,
    ) -> Source:  # fmt: skip
        """A new source in mode ask. ``token_hash`` is of the secret part of its address, ``address`` that of a feed."""

    def of_source(self, user_id: int, source_id: int) -> Inlet | None: ...
    def count(self, user_id: int) -> int: ...
    def set_token(self, user_id: int, source_id: int, token_hash: str) -> bool:
        """From now on this is its address; the one before is gone."""

    def set_sealed(self, user_id: int, source_id: int, sealed: Mapping[str, str]) -> bool: ...
    def look_again(self, user_id: int, source_id: int, now: datetime) -> bool:
        """Its failures are forgotten and it is looked at now."""

    def by_token(self, token_hash: str) -> Inlet | None:
        """Whose address this is: whoever knows it may bring posts."""

    def due(self, now: datetime, limit: int = 100) -> tuple[Inlet, ...]:
        """Feeds whose turn it is, the longest waiting first."""

    def looked(
        self, source_id: int, at: datetime, due_at: datetime, *, etag: str | None, modified: str | None
    ) -> None:  # fmt: skip
        """The feed was read; ``due_at`` is the next time."""

    def missed(self, source_id: int, error: str, due_at: datetime | None) -> int:
        """The feed could not be read; how many times in a row that is now. 0 when it is no longer there."""

    def known(self, source_id: int, keys: Iterable[str]) -> frozenset[str]:
        """Those of the keys under which a post was received before."""

    def came_just_now(self, source_id: int, digest: str, now: datetime) -> bool:
        """Whether the very same was brought a few minutes ago."""

    def receive(self, source_id: int, arrivals: Iterable[Arrival], now: datetime, *, done: bool = False) -> int:
        """Keep posts until they are taken; how many are new. ``done`` ones are only known from now on, not taken."""

    def waiting(self, limit: int = 500) -> tuple[InletPost, ...]:
        """Posts that are to be taken, oldest first."""

    def done(self, post_id: int, now: datetime) -> None: ...
