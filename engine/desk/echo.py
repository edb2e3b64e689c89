"""The same signal from two channels: what counts as the same, and who has had it already."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from engine.ports import Tx
from engine.types import Entry, Signal, Source

NEAR = Decimal("0.001")  # entries within a tenth of a percent are one


def same_trade(one: Entry, other: Entry) -> bool:
    """The same symbol and side, both at the market or with first entries that are next to each other."""
    if (one.symbol_base, one.direction) != (other.symbol_base, other.direction):
        return False
    if None not in (one.symbol_quote, other.symbol_quote) and one.symbol_quote != other.symbol_quote:
        return False
    here, there = _first(one), _first(other)
    if here is None or there is None:
        return here is there
    return abs(here - there) <= NEAR * max(here, there)


def _first(entry: Entry) -> Decimal | None:
    return (entry.entries[0].low + entry.entries[0].high) / 2 if entry.entries else None


def had_already(tx: Tx, source: Source, signal: Signal, digest: str, now: datetime) -> dict[int, str]:
    """Users who were given this signal by another channel, with that channel's name.

    Who wants both gets both, but the very post that reached them by two roads is one signal for everybody.
    """
    alike = {
        other.id: other
        for other in tx.signals.like(source, signal.entry, digest, now)
        if other.id != signal.id and (_one_post(other, signal) or _alike(other, signal))
    }
    if not alike:
        return {}
    both = tx.sources.wanting_both()
    given = [(alike[one], user) for one, user in sorted(tx.signals.given(alike))]
    return {user: _name(tx, one) for one, user in given if _one_post(one, signal) or user not in both}


def _one_post(one: Signal, other: Signal) -> bool:
    same = one.message_id is not None and (one.chat_id, one.message_id) == (other.chat_id, other.message_id)
    return same and (one.entry.symbol_base, one.entry.direction) == (other.entry.symbol_base, other.entry.direction)


def _alike(one: Signal, other: Signal) -> bool:
    return same_trade(one.entry, other.entry)


def _name(tx: Tx, signal: Signal) -> str:
    source = tx.sources.get(signal.source_id) if signal.source_id is not None else None
    return "" if source is None else source.name
