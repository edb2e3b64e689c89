"""The receipts of a post: each tells one person once what was read, what was decided, and which rule decided."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from engine.events import InstructionEdited, PostSkipped, SignalEdited, SignalProposed, SignalUnclear
from engine.figures import figures_of, symbol_of
from engine.ports import Tx
from engine.types import Amendment, Claim, Entry, Post, Signal, Source, Unclear

QUOTED = 500  # characters of a post that an event keeps


def propose(
    tx: Tx, source: Source, signal: Signal, now: datetime, *, to: int, why: str = "",
    details: Mapping[str, str] | None = None, row_id: int | None = None,
) -> None:  # fmt: skip
    """Ask this person. Only the owner of the channel gets the post's row: the reading is theirs to mend."""
    entry = signal.entry
    event = SignalProposed(
        signal_id=signal.id,
        source=source.name,
        symbol=symbol_of(entry),
        direction=entry.direction.value,
        leverage=entry.leverage,
        max_age_seconds=source.patience_seconds,
        version=signal.version,
        why=why,
        details=dict(details or {}),
        message_row_id=row_id if to == source.user_id else None,
        **figures_of(entry),
    )
    key = f"proposed:{signal.id}:{to}:{signal.version}"
    tx.outbox.tell(to, event, key=key, now=now, signal_id=signal.id)


def skipped(
    tx: Tx, source: Source, entry: Entry, code: str, key: str, now: datetime, *, to: int | None = None,
    details: Mapping[str, str] | None = None,
) -> None:  # fmt: skip
    """Tell the owner of the channel, or somebody it is shared with, that this signal is let go."""
    person = source.user_id if to is None else to
    event = PostSkipped(
        source=source.name,
        symbol=symbol_of(entry),
        direction=entry.direction.value,
        code=code,
        details=dict(details or {}),
        source_id=source.id if person == source.user_id else None,
        **figures_of(entry),
    )
    tx.outbox.tell(person, event, key=key, now=now)


def unclear(tx: Tx, source: Source, post: Post, reading: Unclear, claim: Claim, now: datetime) -> None:
    event = SignalUnclear(
        source=source.name,
        code=reading.code,
        text=post.text[:QUOTED],
        found=dict(reading.found),
        message_row_id=claim.row_id,
    )
    tx.outbox.tell(source.user_id, event, key=f"unclear:{claim.row_id}", now=now)


def edited(
    tx: Tx, source: Source, post: Post, signal: Signal, claim: Claim, now: datetime, *, followed: bool,
    withdrawn: bool,
) -> None:  # fmt: skip
    event = SignalEdited(
        source=source.name,
        symbol=symbol_of(signal.entry),
        direction=signal.entry.direction.value,
        text=post.text[:QUOTED],
        followed=followed,
        withdrawn=withdrawn,
    )
    key = f"edited:{signal.id}:{claim.version}"
    tx.outbox.tell(source.user_id, event, key=key, now=now, signal_id=signal.id)


def instruction_edited(
    tx: Tx, source: Source, post: Post, steps: Sequence[Amendment], claim: Claim, now: datetime
) -> None:  # fmt: skip
    asked = list(dict.fromkeys(step.action.value for step in steps))
    event = InstructionEdited(source=source.name, text=post.text[:QUOTED], asked=asked)
    tx.outbox.tell(source.user_id, event, key=f"instruction_edited:{claim.row_id}:{claim.version}", now=now)
