"""A channel changes a post. An edit never opens a trade by itself; it moves what is open, or what is still asked.

An instruction that is changed is told of, and not carried out again.
"""

from __future__ import annotations

from datetime import datetime

from engine.desk import telling
from engine.desk.flood import room
from engine.desk.release import ask, asks, audience, release
from engine.desk.taken import Taken
from engine.desk.thread import replied
from engine.desk.words import digest
from engine.errors import Code
from engine.execution.instructions import addressed, edits
from engine.ports import Tx
from engine.signals.house_rules import is_allowed
from engine.types import (
    Amendment,
    Amendments,
    Claim,
    Entries,
    Entry,
    Execution,
    MessageStatus,
    Post,
    Reading,
    Signal,
    Source,
)


def record_edit(
    tx: Tx, source: Source, post: Post, reading: Reading, claim: Claim, taken: Taken, now: datetime
) -> None:  # fmt: skip
    """Bring every signal of the post up to its new text; a text that only now is a signal is asked about."""
    signals = tx.signals.of_message(source.id, post.message_id)
    entries = entries_of(reading)
    if not signals:
        ask_about(tx, source, post, entries, claim, now, why=Code.MADE_BY_EDIT)
        if isinstance(reading, Amendments):
            _tell_not_done(tx, source, post, reading.steps, claim, now)
    alive = tx.executions.alive_of_source(source.id) if signals else ()
    for signal in signals:
        mine = [execution for execution in alive if execution.signal.id == signal.id]
        _change(tx, source, post, signal, same_one(signal, entries), claim, mine, taken, now)


def _tell_not_done(
    tx: Tx, source: Source, post: Post, steps: tuple[Amendment, ...], claim: Claim, now: datetime
) -> None:  # fmt: skip
    """An instruction counts as it was first posted: "close half", changed, must not close another half."""
    alive = tx.executions.alive_of_source(source.id)
    ids = frozenset(signal.id for signal in replied(tx, source, post))
    meant = [step for step in steps if addressed(alive, step, replied=ids, is_reply=post.reply_to is not None)]
    if meant:
        telling.instruction_edited(tx, source, post, meant, claim, now)


def entries_of(reading: Reading) -> tuple[Entry, ...]:
    if isinstance(reading, Entries):
        return reading.signals
    return (reading,) if isinstance(reading, Entry) else ()


def same_one(signal: Signal, entries: tuple[Entry, ...]) -> Entry | None:
    """The entry of the new text that is this signal's: the one with its symbol and side."""
    wanted = (signal.entry.symbol_base, signal.entry.direction)
    return next((entry for entry in entries if (entry.symbol_base, entry.direction) == wanted), None)


def _change(
    tx: Tx, source: Source, post: Post, signal: Signal, entry: Entry | None, claim: Claim, alive: list[Execution],
    taken: Taken, now: datetime,
) -> None:  # fmt: skip
    if entry == signal.entry:
        return
    steps = edits(signal.entry, entry) if entry is not None else ()
    for execution in alive if steps else ():
        taken.instruct(tx, claim, execution, steps, f"edit:{claim.row_id}:{execution.id}:{claim.version}")
    withdrawn = entry is None and not signal.withdrawn and not any(tx.orders.of_execution(e.id) for e in alive)
    if entry is None:
        tx.signals.withdraw(signal.id, now)
        asked = False
    else:
        asked = ask_again(tx, source, tx.signals.revise(signal.id, entry, now), claim, now)
    if not asked or alive:
        followed = bool(alive and steps)
        telling.edited(tx, source, post, signal, claim, now, followed=followed, withdrawn=withdrawn)


def ask_again(tx: Tx, source: Source, signal: Signal, claim: Claim, now: datetime) -> bool:
    """A question that is still open is asked anew, with what the post says now. Whether the owner was asked."""
    if signal.withdrawn or (now - signal.published_at).total_seconds() > source.patience_seconds:
        return False
    had = {user for _, user in tx.signals.executed([signal.id])}
    people = [p for p in audience(tx, source, signal, now) if p.user_id not in had and asks(source, signal, p)]
    for person in people:
        ask(tx, source, signal, person, now, row_id=claim.row_id)
    return any(person.user_id == source.user_id for person in people)


def ask_about(
    tx: Tx, source: Source, post: Post, entries: tuple[Entry, ...], claim: Claim, now: datetime, *, why: Code
) -> bool:  # fmt: skip
    """The post was no signal before: its people may take it, while it is young enough to be asked about."""
    if (now - post.at).total_seconds() > source.patience_seconds:
        return False
    wanted, mark = [entry for entry in entries if is_allowed(entry, source.rules)], digest(post.text)
    fitting = wanted[: room(tx, source, now)]
    for entry in fitting:
        signal = tx.signals.publish(source, post, entry, mark, now)
        tx.messages.settle(
            claim.row_id, MessageStatus.PROCESSED, signal_id=signal.id, confidence=entry.confidence,
            parsed={"format": entry.format},
        )  # fmt: skip
        release(tx, source, signal, mark, now, row_id=claim.row_id, why=why)
    return bool(fitting)
