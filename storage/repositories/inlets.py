"""Sources beside Telegram. What their owner does names the owner; what comes in names the source."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, bindparam, func, select, update

from engine.inlets import Arrival, Inlet, InletKind, InletPost
from engine.ports import Clock
from engine.types import Source, SourceMode, User
from storage.inserts import Insert
from storage.repositories.channels import Channels
from storage.statements import ROW, AnyRow, insert
from storage.tables import channel_sources, inlet_posts, inlets

AGAIN_WITHIN = timedelta(minutes=5)
"""Without an identity, the same delivery again within this time is the same post."""

_C, _P, _S = inlets.c, inlet_posts.c, channel_sources.c
_FIELDS = ("kind", "address", "sealed", "etag", "modified", "failures", "error", "looked_at", "due_at")
_INLETS = select(_S.id.label("source_id"), _S.user_id.label("owner_id"), *(_C[name] for name in _FIELDS)).join(
    channel_sources, _S.id == _C.channel_source_id
)
_OF_SOURCE = _INLETS.where(_S.id == bindparam("id"), _S.user_id == bindparam("owner"))
_BY_TOKEN = _INLETS.where(_C.token_hash == bindparam("token"), _S.status == "active")
_DUE = _INLETS.where(_C.due_at <= bindparam("now"), _S.status == "active").order_by(_C.due_at).limit(bindparam("limit"))
_SEALED_AFTER = (
    _INLETS.where(_S.id > bindparam("id"), _C.sealed != bindparam("nothing", {}, type_=_C.sealed.type))
    .order_by(_S.id)
    .limit(1)
)
_COUNT = (
    select(func.count())
    .select_from(inlets)
    .join(channel_sources, _S.id == _C.channel_source_id)
    .where(_S.user_id == bindparam("owner"))
)
_ADD_SOURCE = Insert(channel_sources)
_ADD = insert(inlets)
_SET = update(inlets).where(_C.channel_source_id == bindparam(ROW))
_SWAP = _SET.where(_C.sealed == bindparam("b_old", type_=_C.sealed.type))
_MINE = select(_S.id).where(_S.user_id == bindparam("owner")).scalar_subquery()
_SET_MINE = _SET.where(_C.channel_source_id.in_(_MINE))
_FAILED = _SET.values(failures=_C.failures + 1).returning(_C.failures)

_ADD_POST = Insert(inlet_posts, once=("channel_source_id", "key"))
_AGAIN = (
    select(_P.id)
    .where(
        _P.channel_source_id == bindparam("source"),
        _P.digest == bindparam("digest"),
        _P.received_at > bindparam("since"),
    )
    .limit(1)
)
_KNOWN = select(_P.key).where(
    _P.channel_source_id == bindparam("source"), _P.key.in_(bindparam("keys", expanding=True))
)
_WAITING = (
    select(_P.id, _P.channel_source_id.label("source_id"), _S.chat_id, _P.text, _P.posted_at)
    .join(channel_sources, _S.id == _P.channel_source_id)
    .where(_P.done_at.is_(None))
    .order_by(_P.id)
    .limit(bindparam("limit"))
)
_POST = update(inlet_posts).where(_P.id == bindparam(ROW))


def _inlet(row: AnyRow | None) -> Inlet | None:
    return None if row is None else Inlet(**row._mapping)


@dataclass(frozen=True, slots=True)
class Inlets:
    """``bot.ports.Inlets``."""

    connection: Connection
    clock: Clock

    # --- the owner's side ------------------------------------------------------------------------

    def add(
        self, user: User, kind: InletKind, name: str, chat_id: int, now: datetime, *, token_hash: str | None = None,
        address: str | None = None, due_at: datetime | None = None,
    ) -> Source:  # fmt: skip
        source = {
            "user_id": user.id, "chat_id": chat_id, "name": name, "type": kind.value, "mode": SourceMode.ASK,
            "is_admin_owned": user.is_admin, "created_at": now, "updated_at": now,
        }  # fmt: skip
        source_id = _ADD_SOURCE.add(self.connection, source)
        row = {
            "channel_source_id": source_id, "kind": kind, "token_hash": token_hash, "address": address, "sealed": {},
            "due_at": due_at, "created_at": now, "updated_at": now,
        }  # fmt: skip
        self.connection.execute(_ADD, row)
        made = Channels(self.connection, self.clock).get(user.id, source_id)
        assert made is not None
        return made

    def of_source(self, user_id: int, source_id: int) -> Inlet | None:
        return _inlet(self.connection.execute(_OF_SOURCE, {"owner": user_id, "id": source_id}).one_or_none())

    def count(self, user_id: int) -> int:
        return int(self.connection.execute(_COUNT, {"owner": user_id}).scalar_one())

    def set_token(self, user_id: int, source_id: int, token_hash: str) -> bool:
        return self._set_mine(user_id, source_id, token_hash=token_hash)

    def set_sealed(self, user_id: int, source_id: int, sealed: Mapping[str, str]) -> bool:
        return self._set_mine(user_id, source_id, sealed=dict(sealed))

    def look_again(self, user_id: int, source_id: int, now: datetime) -> bool:
        return self._set_mine(user_id, source_id, failures=0, error=None, due_at=now)

    def _set_mine(self, user_id: int, source_id: int, **values: Any) -> bool:
        row = {ROW: source_id, "owner": user_id, "updated_at": self.clock.now(), **values}
        return self.connection.execute(_SET_MINE, row).rowcount == 1

    # --- the master key ------------------------------------------------------------------------

    def sealed_after(self, source_id: int) -> Inlet | None:
        """The next one with a secret, by source."""
        return _inlet(self.connection.execute(_SEALED_AFTER, {"id": source_id}).one_or_none())

    def swap(self, inlet: Inlet, sealed: Mapping[str, str]) -> bool:
        """Seal anew; False when the secret was replaced in the meantime."""
        row = {ROW: inlet.source_id, "b_old": inlet.sealed, "sealed": dict(sealed)}
        return self.connection.execute(_SWAP, row).rowcount == 1

    # --- what comes in ---------------------------------------------------------------------------

    def by_token(self, token_hash: str) -> Inlet | None:
        return _inlet(self.connection.execute(_BY_TOKEN, {"token": token_hash}).one_or_none())

    def due(self, now: datetime, limit: int = 100) -> tuple[Inlet, ...]:
        rows = self.connection.execute(_DUE, {"now": now, "limit": limit})
        return tuple(Inlet(**row._mapping) for row in rows)

    def looked(
        self, source_id: int, at: datetime, due_at: datetime, *, etag: str | None, modified: str | None
    ) -> None:  # fmt: skip
        values = {
            "failures": 0, "error": None, "looked_at": at, "due_at": due_at, "etag": etag, "modified": modified,
        }  # fmt: skip
        self.connection.execute(_SET, {ROW: source_id, "updated_at": at, **values})

    def missed(self, source_id: int, error: str, due_at: datetime | None) -> int:
        row = {ROW: source_id, "error": error, "due_at": due_at, "updated_at": self.clock.now()}
        return int(self.connection.execute(_FAILED, row).scalar_one_or_none() or 0)

    def known(self, source_id: int, keys: Iterable[str]) -> frozenset[str]:
        wanted = list(keys)
        if not wanted:
            return frozenset()
        return frozenset(self.connection.execute(_KNOWN, {"source": source_id, "keys": wanted}).scalars())

    def receive(self, source_id: int, arrivals: Iterable[Arrival], now: datetime, *, done: bool = False) -> int:
        added = (self._receive(source_id, arrival, now, done) for arrival in arrivals)
        return sum(row_id is not None for row_id in added)

    def came_just_now(self, source_id: int, digest: str, now: datetime) -> bool:
        asked = {"source": source_id, "digest": digest, "since": now - AGAIN_WITHIN}
        return self.connection.execute(_AGAIN, asked).first() is not None

    def _receive(self, source_id: int, arrival: Arrival, now: datetime, done: bool) -> int | None:
        row = {
            "channel_source_id": source_id, "key": arrival.key, "digest": arrival.digest,
            "text": None if done else arrival.text, "posted_at": arrival.at, "received_at": now,
            "done_at": now if done else None,
        }  # fmt: skip
        return _ADD_POST.add_new(self.connection, row)

    def waiting(self, limit: int = 500) -> tuple[InletPost, ...]:
        rows = self.connection.execute(_WAITING, {"limit": limit})
        return tuple(InletPost(**row._mapping) for row in rows)

    def done(self, post_id: int, now: datetime) -> None:
        self.connection.execute(_POST, {ROW: post_id, "done_at": now, "text": None})
