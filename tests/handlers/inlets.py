"""The part of ``bot.inlets.ports.Inlets`` that the handlers use, over a plain dict."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from engine.inlets import Inlet, InletKind
from engine.types import Source, User
from tests.handlers.build import source


class FakeInlets:
    """``sources`` and ``inlets`` are the rows, ``tokens`` the hashes of addresses by source."""

    def __init__(self, sources: dict[int, Source], inlets: dict[int, Inlet], tokens: dict[int, str]) -> None:
        self.sources, self.inlets, self.tokens = sources, inlets, tokens

    def add(
        self, user: User, kind: InletKind, name: str, chat_id: int, now: datetime, *, token_hash: str | None = None,
        address: str | None = None, due_at: datetime | None = None,
    ) -> Source:  # fmt: skip
        made = source(len(self.sources) + 301, user.id, chat_id=chat_id, name=name, type=kind.value)
        self.sources[made.id] = made
        self.inlets[made.id] = Inlet(source_id=made.id, owner_id=user.id, kind=kind, address=address, due_at=due_at)
        if token_hash is not None:
            self.tokens[made.id] = token_hash
        return made

    def of_source(self, user_id: int, source_id: int) -> Inlet | None:
        found = self.inlets.get(source_id)
        return found if found is not None and found.owner_id == user_id else None

    def count(self, user_id: int) -> int:
        return sum(inlet.owner_id == user_id for inlet in self.inlets.values())

    def set_token(self, user_id: int, source_id: int, token_hash: str) -> bool:
        found = self.of_source(user_id, source_id)
        if found is not None:
            self.tokens[source_id] = token_hash
        return found is not None

    def set_sealed(self, user_id: int, source_id: int, sealed: Mapping[str, str]) -> bool:
        return self._change(user_id, source_id, sealed=dict(sealed))

    def look_again(self, user_id: int, source_id: int, now: datetime) -> bool:
        return self._change(user_id, source_id, failures=0, error=None, due_at=now)

    def _change(self, user_id: int, source_id: int, **fields: Any) -> bool:
        found = self.of_source(user_id, source_id)
        if found is not None:
            self.inlets[source_id] = replace(found, **fields)
        return found is not None
