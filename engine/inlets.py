"""Sources that are not channels of Telegram: an address that takes posts over HTTP, and feeds that are looked at."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

SECRET = "inlet_secret"  # noqa: S105 - the name of the field, not what is in it
"""The field under which the signing secret of a source is sealed, for its owner and source."""


class InletKind(StrEnum):
    """How posts come in. ``HTTP``: somebody brings them. ``FEED``: we look for new ones."""

    HTTP = "http"
    FEED = "feed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Inlet:
    """The way into one source. ``sealed`` holds the signing secret, if there is one: field → sealed value.

    ``address`` is what a feed is read at; ``etag`` and ``modified`` are what its server said of the last answer.
    ``looked_at`` is when it was last read, ``failures`` counts the times in a row since then that it could not be,
    ``error`` is the code of the last one. A feed that is no longer looked at has no ``due_at``.
    """

    source_id: int
    owner_id: int
    kind: InletKind
    address: str | None = None
    sealed: dict[str, str] = field(default_factory=dict)
    etag: str | None = None
    modified: str | None = None
    failures: int = 0
    error: str | None = None
    looked_at: datetime | None = None
    due_at: datetime | None = None

    @property
    def is_signed(self) -> bool:
        return SECRET in self.sealed


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """A post as it was brought. ``key`` is its identity: the same key again is the same post.

    ``digest`` is of what was brought, byte for byte: without an identity of its own, the same again within a few
    minutes is one delivery that was made twice.
    """

    key: str
    digest: str
    text: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class InletPost:
    """A post that is on disk and waits to be taken. ``chat_id`` stands for its source where channels have theirs."""

    id: int
    source_id: int
    chat_id: int
    text: str
    posted_at: datetime
