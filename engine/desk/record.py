"""The transaction of a post: claim it for every follower of the channel, and write down what it means there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from engine.desk import telling
from engine.desk.edits import entries_of, record_edit
from engine.desk.flood import room
from engine.desk.late import is_late
from engine.desk.release import release
from engine.desk.taken import Taken
from engine.desk.thread import replied
from engine.desk.words import digest
from engine.errors import Code
from engine.execution.instructions import addressed
from engine.ports import Tx
from engine.signals.house_rules import Readings, is_allowed
from engine.types import (
    ActionKind,
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
    Unclear,
)


def record(tx: Tx, post: Post, readings: Readings, now: datetime) -> Taken:
    """Each follower's channel has rules of its own, so each reads the post by its own."""
    taken, mark = Taken(), digest(post.text)
    for source in tx.sources.following(post.chat_id):
        claim = tx.messages.claim(source, post, mark, now)
        if claim.status != "seen":
            _record(tx, source, post, readings.under(source.rules), claim, taken, now)
    return taken


def _record(
    tx: Tx, source: Source, post: Post, reading: Reading, claim: Claim, taken: Taken, now: datetime
) -> None:  # fmt: skip
    entries = entries_of(reading)
    if claim.status == "edited":
        record_edit(tx, source, post, reading, claim, taken, now)
    elif claim.status == "duplicate" and entries:
        telling.skipped(tx, source, entries[0], Code.DUPLICATE, f"repeat:{claim.row_id}", now)
    else:  # an instruction in the same words as yesterday's is an instruction all the same
        _record_new(tx, source, post, reading, claim, taken, now)


def _record_new(
    tx: Tx, source: Source, post: Post, reading: Reading, claim: Claim, taken: Taken, now: datetime
) -> None:  # fmt: skip
    if isinstance(reading, Entry | Entries):
        _Arrival(tx, source, post, claim, taken, now).record(entries_of(reading))
    elif isinstance(reading, Amendments):
        _record_instructions(tx, source, post, reading.steps, claim, taken, now)
    elif isinstance(reading, Unclear):
        tx.messages.settle(claim.row_id, MessageStatus.MANUAL_REVIEW, error=reading.code)
        telling.unclear(tx, source, post, reading, claim, now)
    else:
        tx.messages.settle(claim.row_id, MessageStatus.IGNORED, parsed={"noise": reading.why})


# --- signals ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Arrival:
    """A post with signals, on its way into one follower's channel."""

    tx: Tx
    source: Source
    post: Post
    claim: Claim
    taken: Taken
    now: datetime

    def record(self, entries: tuple[Entry, ...]) -> None:
        """The message is settled once, before anything is owed of it."""
        kept = [entry for entry in entries if self._is_wanted(entry)]
        late = is_late(self.source, self.post.at, self.now)
        signals = self._kept_for_later(kept) if late else self._published(kept)
        self._settle(entries, kept, signals, late=late)
        for signal in () if late else signals:
            opened = release(
                self.tx, self.source, signal, digest(self.post.text), self.now, row_id=self.claim.row_id
            )  # fmt: skip
            self.taken.executions.extend(opened)
        steps = tuple(step for entry in kept for step in entry.actions)
        if steps and not late:
            _owe(self.tx, self.source, self.post, steps, self.claim, self.taken)

    def _is_wanted(self, entry: Entry) -> bool:
        if is_allowed(entry, self.source.rules):
            return True
        key = f"not_allowed:{self.claim.row_id}:{entry.symbol_base}"
        telling.skipped(self.tx, self.source, entry, Code.SYMBOL_NOT_ALLOWED, key, self.now)
        return False

    def _kept_for_later(self, entries: list[Entry]) -> list[Signal]:
        if entries:
            self.taken.late.add(self.source.id)
        return [self._publish(entry, late=True) for entry in entries]

    def _published(self, entries: list[Entry]) -> list[Signal]:
        """As many as a minute lets through; of those it does not, one message a minute tells."""
        fitting = room(self.tx, self.source, self.now)
        for entry in entries[fitting:][:1]:
            key = f"too_many:{self.source.id}:{self.now:%Y%m%d%H%M}"
            telling.skipped(self.tx, self.source, entry, Code.TOO_MANY, key, self.now)
        return [self._publish(entry) for entry in entries[:fitting]]

    def _publish(self, entry: Entry, *, late: bool = False) -> Signal:
        return self.tx.signals.publish(self.source, self.post, entry, digest(self.post.text), self.now, late=late)

    def _settle(self, entries: tuple[Entry, ...], kept: list[Entry], signals: list[Signal], *, late: bool) -> None:
        status = MessageStatus.PROCESSED if signals and not late else MessageStatus.IGNORED
        refused = Code.TOO_OLD if late else None if signals else Code.TOO_MANY
        self.tx.messages.settle(
            self.claim.row_id,
            status,
            signal_id=signals[-1].id if signals else None,
            confidence=entries[-1].confidence,
            parsed={"format": entries[-1].format, "signals": [signal.id for signal in signals]},
            error=refused if kept else Code.SYMBOL_NOT_ALLOWED,
        )


# --- instructions ----------------------------------------------------------------------------------


def _record_instructions(
    tx: Tx, source: Source, post: Post, steps: tuple[Amendment, ...], claim: Claim, taken: Taken, now: datetime
) -> None:  # fmt: skip
    _take_back(tx, source, post, steps, now)
    wanted = _wanted(tx, source, post, steps)
    if not wanted and _is_lost(tx, source, post, steps):
        tx.messages.settle(claim.row_id, MessageStatus.MANUAL_REVIEW, error=Code.REPLY_UNKNOWN)
        telling.unclear(tx, source, post, Unclear(code=Code.REPLY_UNKNOWN), claim, now)
        return
    status = MessageStatus.PROCESSED if wanted else MessageStatus.IGNORED
    tx.messages.settle(claim.row_id, status, parsed={"steps": [step.action.value for step in steps]})
    _owe_all(tx, wanted, claim, taken)


def _owe(tx: Tx, source: Source, post: Post, steps: tuple[Amendment, ...], claim: Claim, taken: Taken) -> None:
    _owe_all(tx, _wanted(tx, source, post, steps), claim, taken)


def _owe_all(tx: Tx, wanted: list[tuple[Execution, tuple[Amendment, ...]]], claim: Claim, taken: Taken) -> None:
    for execution, mine in wanted:
        taken.instruct(tx, claim, execution, mine, f"instruction:{claim.row_id}:{execution.id}")


def _wanted(
    tx: Tx, source: Source, post: Post, steps: tuple[Amendment, ...]
) -> list[tuple[Execution, tuple[Amendment, ...]]]:  # fmt: skip
    """The trades of this channel, each with the steps that are for it; a step for none of them is let go."""
    alive = tx.executions.alive_of_source(source.id)
    answered = frozenset(signal.id for signal in replied(tx, source, post))
    meant: dict[int, list[Amendment]] = {execution.id: [] for execution in alive}
    for step in steps:
        for execution in addressed(alive, step, replied=answered, is_reply=post.reply_to is not None):
            meant[execution.id].append(step)
    return [(execution, tuple(meant[execution.id])) for execution in alive if meant[execution.id]]


def _is_lost(tx: Tx, source: Source, post: Post, steps: tuple[Amendment, ...]) -> bool:
    """A bare word in reply to a post without a trade, while trades are open that it could have been meant for."""
    bare = any(step.symbol_base is None for step in steps)
    return (
        post.reply_to is not None
        and bare
        and not replied(tx, source, post)
        and bool(tx.executions.alive_of_source(source.id))
    )


def _take_back(tx: Tx, source: Source, post: Post, steps: tuple[Amendment, ...], now: datetime) -> None:
    """A signal that is called off in a reply to it can no longer be taken by those who were asked."""
    if any(step.action in (ActionKind.CANCEL, ActionKind.CLOSE) for step in steps):
        for signal in replied(tx, source, post):
            tx.signals.withdraw(signal.id, now)
