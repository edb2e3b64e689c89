"""Published signals: the whole reading as JSON, and its figures as columns to look at."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, bindparam, func, select

from engine.ports import Clock
from engine.types import Entry, Level, LevelKind, Post, Signal, Source, Target
from storage.encoding import decode, encode
from storage.inserts import Insert
from storage.statements import AnyRow, insert
from storage.tables import plan_signals, plans, signal_take_profits, signals

_C = signals.c
_INSERT = Insert(signals)
_TARGETS = insert(signal_take_profits)
_LINK = insert(plan_signals).from_select(
    ["signal_id", "plan_id"], select(bindparam("signal", type_=_C.id.type), plans.c.id).where(plans.c.status)
)
SIGNALS = select(_C.id, _C.channel_source_id, _C.chat_id, _C.message_id, _C.reading, _C.published_date).order_by(_C.id)
_SEVERAL = SIGNALS.where(_C.id.in_(bindparam("ids", expanding=True)))
_GET = SIGNALS.where(_C.id == bindparam("id"))
_OF_MESSAGE = SIGNALS.where(_C.channel_source_id == bindparam("source"), _C.message_id == bindparam("message"))
_COUNT_SINCE = select(func.count()).where(
    _C.channel_source_id == bindparam("source"), _C.published_date > bindparam("since", type_=_C.published_date.type)
)


def signal_of(row: AnyRow) -> Signal:
    """The signal in a row of SIGNALS."""
    return Signal(
        id=row.id,
        source_id=row.channel_source_id,
        chat_id=row.chat_id,
        message_id=row.message_id,
        entry=decode(Entry, row.reading),
        published_at=row.published_date,
    )


def signals_by_id(connection: Connection, ids: Iterable[int]) -> dict[int, Signal]:
    """Several signals at once."""
    wanted = sorted(set(ids))
    if not wanted:
        return {}
    return {row.id: signal_of(row) for row in connection.execute(_SEVERAL, {"ids": wanted})}


def pair(entry: Entry) -> str:
    """The pair as it was written: ``BTC/USDT``, or ``BTC`` where the text named no quote currency."""
    return f"{entry.symbol_base}/{entry.symbol_quote}" if entry.symbol_quote else entry.symbol_base


@dataclass(frozen=True, slots=True)
class Signals:
    """``engine.ports.Signals``."""

    connection: Connection
    clock: Clock

    def publish(self, source: Source, post: Post, entry: Entry, digest: str, now: datetime) -> Signal:
        """Insert the signal, its take profits and its plan links.

        A signal of an admin's channel with scope "global" belongs to every active plan; any other to none.
        """
        signal_id = _INSERT.add(self.connection, _row(source, post, entry, digest, now))
        if entry.take_profits:
            rungs = enumerate(entry.take_profits, 1)
            self.connection.execute(_TARGETS, [_target(signal_id, level, target) for level, target in rungs])
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

    def get(self, signal_id: int) -> Signal | None:
        row = self.connection.execute(_GET, {"id": signal_id}).one_or_none()
        return None if row is None else signal_of(row)

    def count_since(self, source_id: int, since: datetime) -> int:
        return int(self.connection.execute(_COUNT_SINCE, {"source": source_id, "since": since}).scalar_one())

    def of_message(self, source_id: int, message_id: int) -> tuple[Signal, ...]:
        rows = self.connection.execute(_OF_MESSAGE, {"source": source_id, "message": message_id})
        return tuple(map(signal_of, rows))


def _row(source: Source, post: Post, entry: Entry, digest: str, now: datetime) -> dict[str, Any]:
    first = entry.entries[0] if entry.entries else None
    return {
        "channel_source_id": source.id,
        "chat_id": post.chat_id,
        "message_id": post.message_id,
        "title": f"{entry.direction.upper()} {pair(entry)}",
        "currency_pair": pair(entry),
        "time_frame": entry.time_frame,
        "open_price": None if first is None else (first.low + first.high) / 2,
        "sl": _price(entry.stop_loss),
        "tp": _price(entry.take_profits[0].level) if entry.take_profits else None,
        "direction": entry.direction,
        "description": post.text,
        "message_hash": digest,
        "reading": encode(entry),
        "published_date": now,
        "created_at": now,
        "updated_at": now,
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
