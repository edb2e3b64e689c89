"""Published signals: the whole reading as JSON, and its figures as columns to look at."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import Boolean, Connection, Select, bindparam, delete, exists, func, or_, select, type_coerce, update

from engine.ports import Clock
from engine.types import Entry, ExecutionStatus, Level, LevelKind, Post, Signal, Source, Target
from storage.columns import Decoded
from storage.encoding import encode
from storage.inserts import Insert
from storage.repositories.connections import OWNER
from storage.statements import ROW, AnyRow, by_id, columns, insert
from storage.tables import (
    channel_sources,
    execution_connections,
    execution_logs,
    plan_signals,
    plans,
    signal_take_profits,
    signals,
)

_C = signals.c
_INSERT = Insert(signals)
_TARGETS = insert(signal_take_profits)
_LINK = insert(plan_signals).from_select(
    ["signal_id", "plan_id"], select(bindparam("signal", type_=_C.id.type), plans.c.id).where(plans.c.status)
)
PREFIX = "signal_"
_FIELDS = (
    "id", "channel_source_id", "chat_id", "message_id", "published_date", "created_at", "modification_count", "status",
)  # fmt: skip
SIGNAL_COLUMNS = (
    *(column.label(PREFIX + column.name) for column in columns(signals, _FIELDS)),
    type_coerce(_C.reading, Decoded(Entry)).label(PREFIX + "reading"),
)
"""A signal's columns under a prefix, to be joined to something else."""
SIGNALS = select(*SIGNAL_COLUMNS).order_by(_C.id)
_GET = SIGNALS.where(_C.id == bindparam("id"))
_OF_MESSAGE = SIGNALS.where(_C.channel_source_id == bindparam("source"), _C.message_id == bindparam("message"))
_COUNT_SINCE = select(func.count()).where(
    _C.channel_source_id == bindparam("source"),
    _C.published_date > bindparam("since", type_=_C.published_date.type),
    _C.is_published,
)
_UNOFFERED = SIGNALS.where(~_C.is_published, _C.published_date.is_(None), _C.status)
_UNOFFERED_OF = _UNOFFERED.where(_C.channel_source_id == bindparam("source"))
_SET = by_id(signals)
_SET_ALL = update(signals).where(_C.id.in_(bindparam("b_ids", expanding=True)))
_DROP_TARGETS = delete(signal_take_profits).where(signal_take_profits.c.signal_id == bindparam("id"))
# Whoever follows a private channel has its owner's other ones and the shared ones beside it.
_LIKE = SIGNALS.join(channel_sources, channel_sources.c.id == _C.channel_source_id).where(
    _C.published_date > bindparam("day", type_=_C.published_date.type),
    _C.direction == bindparam("direction", type_=_C.direction.type),
    _C.channel_source_id != bindparam("source"),
    or_(_C.currency_pair == bindparam("base"), _C.currency_pair.startswith(bindparam("quoted"), autoescape=False)),
    or_(
        _C.published_date > bindparam("hour", type_=_C.published_date.type),
        _C.message_hash == bindparam("digest"),
    ),
    or_(
        channel_sources.c.user_id == bindparam("owner"),
        channel_sources.c.is_admin_owned,
        bindparam("shared", type_=Boolean),
    ),
)
_OWNED = select(_C.id.label("signal"), channel_sources.c.user_id.label("person")).where(
    channel_sources.c.id == _C.channel_source_id,
    _C.id.in_(bindparam("ids", expanding=True)),
    ~exists().where(execution_logs.c.signal_id == _C.id),
)
_TRIED = (
    select(execution_logs.c.signal_id.label("signal"), OWNER.label("person"))
    .join(execution_connections, execution_connections.c.id == execution_logs.c.connection_id)
    .where(execution_logs.c.signal_id.in_(bindparam("ids", expanding=True)))
)
_EXECUTED = _TRIED.where(
    execution_logs.c.status.not_in(
        [ExecutionStatus.REJECTED, ExecutionStatus.SKIPPED, ExecutionStatus.FAILED, ExecutionStatus.EXPIRED]
    )
)
AN_HOUR, A_DAY = timedelta(hours=1), timedelta(hours=24)


def signal_of(row: AnyRow) -> Signal:
    """The signal in a row of SIGNAL_COLUMNS."""
    return Signal(
        id=row.signal_id,
        source_id=row.signal_channel_source_id,
        chat_id=row.signal_chat_id,
        message_id=row.signal_message_id,
        entry=row.signal_reading,
        published_at=row.signal_published_date or row.signal_created_at,
        version=row.signal_modification_count + 1,
        withdrawn=not row.signal_status,
    )


def pair(entry: Entry) -> str:
    """The pair as it was written: ``BTC/USDT``, or ``BTC`` where the text named no quote currency."""
    return f"{entry.symbol_base}/{entry.symbol_quote}" if entry.symbol_quote else entry.symbol_base


@dataclass(frozen=True, slots=True)
class Signals:
    """``engine.ports.Signals``."""

    connection: Connection
    clock: Clock

    def publish(
        self, source: Source, post: Post, entry: Entry, digest: str, now: datetime, *, late: bool = False
    ) -> Signal:  # fmt: skip
        """A signal of an admin's channel with scope "global" belongs to every active plan; any other to none.

        A late one has no date of publication until it is offered.
        """
        row = _row(source, post, entry, digest, now)
        held = {"is_published": False, "published_date": None} if late else {}
        signal_id = _INSERT.add(self.connection, {**row, **held})
        self._write_targets(signal_id, entry)
        if source.is_admin_owned and source.scope == "global":
            self.connection.execute(_LINK, {"signal": signal_id})
        return Signal(
            id=signal_id,
            source_id=source.id,
            chat_id=post.chat_id,
            message_id=post.message_id,
            entry=entry,
            published_at=now,
        )

    def revise(self, signal_id: int, entry: Entry, now: datetime) -> Signal:
        values = {**_figures(entry), "last_modified_at": now, "updated_at": now}
        self.connection.execute(_SET.values(modification_count=_C.modification_count + 1), {ROW: signal_id, **values})
        self.connection.execute(_DROP_TARGETS, {"id": signal_id})
        self._write_targets(signal_id, entry)
        revised = self.get(signal_id)
        assert revised is not None
        return revised

    def withdraw(self, signal_id: int, now: datetime) -> None:
        self.connection.execute(_SET, {ROW: signal_id, "status": False, "last_modified_at": now, "updated_at": now})

    def unoffered(self, source_id: int | None = None) -> tuple[Signal, ...]:
        if source_id is None:
            return tuple(map(signal_of, self.connection.execute(_UNOFFERED)))
        return tuple(map(signal_of, self.connection.execute(_UNOFFERED_OF, {"source": source_id})))

    def offer(self, signal_ids: Iterable[int], now: datetime) -> None:
        self.connection.execute(_SET_ALL, {"b_ids": sorted(signal_ids), "published_date": now, "updated_at": now})

    def taken(self, signal_id: int) -> None:
        self.connection.execute(_SET, {ROW: signal_id, "is_published": True})

    def like(self, source: Source, entry: Entry, digest: str, now: datetime) -> tuple[Signal, ...]:
        asked = {
            "source": source.id, "direction": entry.direction, "base": entry.symbol_base,
            "quoted": f"{entry.symbol_base}/", "digest": digest, "day": now - A_DAY, "hour": now - AN_HOUR,
            "owner": source.user_id, "shared": source.is_admin_owned,
        }  # fmt: skip
        return tuple(map(signal_of, self.connection.execute(_LIKE, asked)))

    def executed(self, signal_ids: Iterable[int]) -> frozenset[tuple[int, int]]:
        return self._people(signal_ids, _TRIED)

    def given(self, signal_ids: Iterable[int]) -> frozenset[tuple[int, int]]:
        return self._people(signal_ids, _OWNED, _EXECUTED)

    def _people(self, signal_ids: Iterable[int], *queries: Select[Any]) -> frozenset[tuple[int, int]]:
        asked = {"ids": sorted(set(signal_ids))}
        rows = [row for query in queries for row in self.connection.execute(query, asked)]
        return frozenset((row.signal, row.person) for row in rows)

    def get(self, signal_id: int) -> Signal | None:
        row = self.connection.execute(_GET, {"id": signal_id}).one_or_none()
        return None if row is None else signal_of(row)

    def count_since(self, source_id: int, since: datetime) -> int:
        return int(self.connection.execute(_COUNT_SINCE, {"source": source_id, "since": since}).scalar_one())

    def of_message(self, source_id: int, message_id: int) -> tuple[Signal, ...]:
        rows = self.connection.execute(_OF_MESSAGE, {"source": source_id, "message": message_id})
        return tuple(map(signal_of, rows))

    def _write_targets(self, signal_id: int, entry: Entry) -> None:
        if entry.take_profits:
            rungs = enumerate(entry.take_profits, 1)
            self.connection.execute(_TARGETS, [_target(signal_id, level, target) for level, target in rungs])


def _row(source: Source, post: Post, entry: Entry, digest: str, now: datetime) -> dict[str, Any]:
    return {
        "channel_source_id": source.id,
        "chat_id": post.chat_id,
        "message_id": post.message_id,
        "title": f"{entry.direction.upper()} {pair(entry)}",
        "currency_pair": pair(entry),
        "direction": entry.direction,
        "description": post.text,
        "message_hash": digest,
        "published_date": now,
        "created_at": now,
        "updated_at": now,
        **_figures(entry),
    }


def _figures(entry: Entry) -> dict[str, Any]:
    """What an edit of the post can change."""
    first = entry.entries[0] if entry.entries else None
    return {
        "time_frame": entry.time_frame,
        "open_price": None if first is None else (first.low + first.high) / 2,
        "sl": _price(entry.stop_loss),
        "tp": _price(entry.take_profits[0].level) if entry.take_profits else None,
        "reading": encode(entry),
    }


def _target(signal_id: int, number: int, target: Target) -> dict[str, Any]:
    percent = target.level.value if target.level.kind is LevelKind.PERCENT else None
    return {
        "signal_id": signal_id,
        "tp_level": number,
        "tp_price": _price(target.level),
        "tp_percentage": percent,
        "lot_percentage": target.share,
    }


def _price(level: Level | None) -> Decimal | None:
    return level.value if level is not None and level.kind is LevelKind.PRICE else None
