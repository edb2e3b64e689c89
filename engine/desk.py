"""The desk: a channel post comes in, and what it means for every follower of the channel is committed at once.

``take`` is the whole decision: read the text, record the post, and in the same transaction turn it into a signal
with its executions, instructions for open trades, a question to the owner, or nothing. Only then do trades start.
"""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial
from typing import Any

from engine.crashpoint import crashpoint
from engine.errors import Code
from engine.events import BackFromOutage, PostSkipped, SignalEdited, SignalProposed, SignalUnclear
from engine.execution.follower import Follower
from engine.execution.instructions import addressed, edits
from engine.execution.trader import Trader
from engine.ports import Clock, Store, Tx
from engine.signals import read
from engine.types import (
    Amendment,
    Amendments,
    Claim,
    Entries,
    Entry,
    Execution,
    Instruction,
    Level,
    LevelKind,
    MessageStatus,
    Post,
    Reading,
    Refusal,
    Signal,
    Source,
    SourceMode,
    Unclear,
)

PriceOf = Callable[[str, str | None], Decimal | None]
Spawn = Callable[[str, Coroutine[Any, Any, None]], None]

SIGNALS_A_MINUTE = 7  # of one channel; more than that is a flood, not a trader
A_MINUTE = timedelta(minutes=1)
QUIET = 3.0  # seconds without another late post before they are told of in one message


@dataclass(slots=True, kw_only=True)
class Taken:
    """What a recorded post sets in motion."""

    executions: list[Execution] = field(default_factory=list)
    instructions: list[Instruction] = field(default_factory=list)
    late: list[tuple[Source, str]] = field(default_factory=list)


class Desk:
    """``price_of`` gives the live price of a pair, if known, to settle ambiguous decimal marks in a text."""

    def __init__(
        self, *, store: Store, clock: Clock, trader: Trader, follower: Follower, spawn: Spawn,
        on_change: Callable[[], None], price_of: PriceOf | None = None,
    ) -> None:  # fmt: skip
        self._store = store
        self._clock = clock
        self._trader = trader
        self._follower = follower
        self._spawn = spawn
        self._on_change = on_change
        self._price_of = price_of
        self._late: dict[int, tuple[Source, list[str]]] = {}

    async def take(self, post: Post) -> None:
        """Record the post and set in motion what it means. The same post again changes nothing."""
        reading = read(post.text, price_of=self._price_of)
        crashpoint("read")
        taken = await self._store.write(partial(record, post=post, reading=reading, now=self._clock.now()))
        crashpoint("recorded")
        self._on_change()
        self._go(taken)

    async def accept(self, signal_id: int, user_id: int) -> Refusal | None:
        """The owner takes a proposed signal: their own connections execute it now."""
        accepted = await self._store.write(
            partial(_accept, signal_id=signal_id, user_id=user_id, now=self._clock.now())
        )
        if isinstance(accepted, Refusal):
            return accepted
        self._trader.start(accepted)
        return None

    async def take_up(self) -> None:
        """Start the instructions that a crash cut short; before anything else runs."""
        self._go(Taken(instructions=list(await self._store.read(lambda tx: tx.messages.owed()))))

    def _go(self, taken: Taken) -> None:
        self._trader.start(tuple(taken.executions))
        for instruction in taken.instructions:
            self._spawn(f"instruction {instruction.key}", self._carry_out(instruction))
        for source, symbol in taken.late:
            self._note_late(source, symbol)

    async def _carry_out(self, instruction: Instruction) -> None:
        await self._follower.follow(instruction.execution, instruction.steps, instruction.key)
        await self._store.write(lambda tx: tx.messages.carried_out(instruction))
        self._on_change()

    def _note_late(self, source: Source, symbol: str) -> None:
        """Signals found after an outage are told of together, once no more of them come in."""
        if source.id not in self._late:
            self._late[source.id] = (source, [])
            self._spawn(f"outage summary {source.id}", self._tell_late(source.id))
        self._late[source.id][1].append(symbol)

    async def _tell_late(self, source_id: int) -> None:
        seen = 0
        while seen < len(self._late[source_id][1]):
            seen = len(self._late[source_id][1])
            await self._clock.sleep(QUIET)
        source, symbols = self._late.pop(source_id)
        now = self._clock.now()
        event = BackFromOutage(source=source.name, count=len(symbols), symbols=symbols[:20])
        key = f"outage:{source.id}:{now.isoformat()}"
        await self._store.write(lambda tx: tx.outbox.tell(source.user_id, event, key=key, now=now))
        self._on_change()


# --- the transaction -------------------------------------------------------------------------------


def record(tx: Tx, post: Post, reading: Reading, now: datetime) -> Taken:
    """Claim the post for every source that follows its channel and write down what it means there."""
    taken = Taken()
    for source in tx.sources.following(post.chat_id):
        claim = tx.messages.claim(source, post, digest(post.text), now)
        if claim.status == "edited":
            _record_edit(tx, source, post, reading, claim, taken, now)
        elif claim.status == "duplicate" and entries_of(reading):
            _record_repeat(tx, source, reading, claim, now)
        elif claim.status != "seen":  # an instruction in the same words as yesterday's is an instruction all the same
            _record_new(tx, source, post, reading, claim, taken, now)
    return taken


def _record_new(
    tx: Tx, source: Source, post: Post, reading: Reading, claim: Claim, taken: Taken, now: datetime
) -> None:  # fmt: skip
    if isinstance(reading, Entry | Entries):
        _record_signals(tx, source, post, entries_of(reading), claim, taken, now)
    elif isinstance(reading, Amendments):
        _record_instructions(tx, source, post, reading.steps, claim, taken)
    elif isinstance(reading, Unclear):
        _record_unclear(tx, source, post, reading, claim, now)
    else:
        tx.messages.settle(claim.row_id, MessageStatus.IGNORED, parsed={"noise": reading.why})


def _record_signals(
    tx: Tx, source: Source, post: Post, entries: tuple[Entry, ...], claim: Claim, taken: Taken, now: datetime
) -> None:  # fmt: skip
    if (now - post.at).total_seconds() > source.max_age_seconds:
        tx.messages.settle(claim.row_id, MessageStatus.IGNORED, error=Code.TOO_OLD)
        taken.late.extend((source, entry.symbol_base) for entry in entries)
        return
    for entry in entries:
        if tx.signals.count_since(source.id, now - A_MINUTE) >= SIGNALS_A_MINUTE:
            tx.messages.settle(claim.row_id, MessageStatus.IGNORED, error=Code.TOO_MANY)
            _tell_skipped(tx, source, entry, Code.TOO_MANY, f"too_many:{claim.row_id}", now)
            return
        signal = tx.signals.publish(source, post, entry, digest(post.text), now)
        tx.messages.settle(
            claim.row_id, MessageStatus.PROCESSED, signal_id=signal.id, confidence=entry.confidence,
            parsed={"format": entry.format},
        )  # fmt: skip
        if source.mode is SourceMode.ASK:
            _propose(tx, source, signal, now)
        else:
            taken.executions.extend(_open(tx, source, signal, now))
        if entry.actions:
            _record_instructions(tx, source, post, entry.actions, claim, taken)


def _open(tx: Tx, source: Source, signal: Signal, now: datetime) -> list[Execution]:
    """One execution for every connection that may trade this signal; the owner hears if there is none."""
    connections = tx.connections.eligible(signal, source, now)
    if not connections:
        _tell_skipped(tx, source, signal.entry, Code.NO_CONNECTION, f"nobody:{signal.id}", now)
    opened = (tx.executions.open(signal, connection, now) for connection in connections)
    return [execution for execution in opened if execution is not None]


def _propose(tx: Tx, source: Source, signal: Signal, now: datetime) -> None:
    entry = signal.entry
    event = SignalProposed(
        signal_id=signal.id,
        source=source.name,
        symbol=symbol_of(entry),
        direction=entry.direction.value,
        entries=[plain(p.low) if not p.is_zone else f"{plain(p.low)}–{plain(p.high)}" for p in entry.entries],
        stop=_level(entry.stop_loss) if entry.stop_loss else "",
        targets=[_level(target.level) for target in entry.take_profits],
        leverage=entry.leverage,
        max_age_seconds=source.patience_seconds,
    )
    tx.outbox.tell(source.user_id, event, key=f"proposed:{signal.id}", now=now, signal_id=signal.id)


def _record_instructions(
    tx: Tx, source: Source, post: Post, steps: tuple[Amendment, ...], claim: Claim, taken: Taken
) -> None:  # fmt: skip
    """Find the trades of this channel that each step is for; a step for none of them is let go."""
    alive = tx.executions.alive_of_source(source.id)
    signals = tx.signals.of_message(source.id, post.reply_to) if post.reply_to is not None else ()
    replied = frozenset(signal.id for signal in signals)
    wanted: dict[int, list[Amendment]] = {}
    by_id = {execution.id: execution for execution in alive}
    for step in steps:
        for execution in addressed(alive, step, replied=replied):
            wanted.setdefault(execution.id, []).append(step)
    status = MessageStatus.PROCESSED if wanted else MessageStatus.IGNORED
    tx.messages.settle(claim.row_id, status, parsed={"steps": [step.action.value for step in steps]})
    for execution_id, mine in wanted.items():
        _instruct(tx, claim, by_id[execution_id], tuple(mine), f"instruction:{claim.row_id}:{execution_id}", taken)


def _instruct(
    tx: Tx, claim: Claim, execution: Execution, steps: tuple[Amendment, ...], key: str, taken: Taken
) -> None:  # fmt: skip
    instruction = Instruction(message_row_id=claim.row_id, execution=execution, steps=steps, key=key)
    tx.messages.owe(instruction)
    taken.instructions.append(instruction)


def _record_unclear(tx: Tx, source: Source, post: Post, reading: Unclear, claim: Claim, now: datetime) -> None:
    tx.messages.settle(claim.row_id, MessageStatus.MANUAL_REVIEW, error=reading.code)
    event = SignalUnclear(source=source.name, code=reading.code, text=post.text[:500], found=dict(reading.found))
    tx.outbox.tell(source.user_id, event, key=f"unclear:{claim.row_id}", now=now)


def _record_repeat(tx: Tx, source: Source, reading: Reading, claim: Claim, now: datetime) -> None:
    for entry in entries_of(reading)[:1]:
        _tell_skipped(tx, source, entry, Code.DUPLICATE, f"repeat:{claim.row_id}", now)


def _record_edit(
    tx: Tx, source: Source, post: Post, reading: Reading, claim: Claim, taken: Taken, now: datetime
) -> None:  # fmt: skip
    """An edit never opens a trade. What it changes for a trade that is open is an instruction like any other."""
    signal = tx.signals.get(claim.signal_id) if claim.signal_id is not None else None
    if signal is None or reading == signal.entry:
        return
    steps = edits(signal.entry, reading)
    alive = [e for e in tx.executions.alive_of_source(source.id) if e.signal.id == signal.id]
    for execution in alive if steps else ():
        _instruct(tx, claim, execution, steps, f"edit:{claim.row_id}:{execution.id}:{digest(post.text)[:12]}", taken)
    event = SignalEdited(
        source=source.name,
        symbol=symbol_of(signal.entry),
        direction=signal.entry.direction.value,
        text=post.text[:500],
        followed=bool(alive and steps),
    )
    tx.outbox.tell(
        source.user_id, event, key=f"edited:{claim.row_id}:{digest(post.text)}", now=now, signal_id=signal.id
    )


def _tell_skipped(tx: Tx, source: Source, entry: Entry, code: Code, key: str, now: datetime) -> None:
    event = PostSkipped(
        source=source.name, symbol=symbol_of(entry), direction=entry.direction.value, code=code.value
    )  # fmt: skip
    tx.outbox.tell(source.user_id, event, key=key, now=now)


def _accept(tx: Tx, signal_id: int, user_id: int, now: datetime) -> tuple[Execution, ...] | Refusal:
    signal = tx.signals.get(signal_id)
    source = tx.sources.get(signal.source_id) if signal is not None and signal.source_id is not None else None
    if signal is None or source is None or source.user_id != user_id:
        return Refusal(code=Code.NOT_FOUND)
    mine = [c for c in tx.connections.eligible(signal, source, now) if c.owner_id == user_id]
    if not mine:
        return Refusal(code=Code.NO_CONNECTION)
    opened = (tx.executions.open(signal, connection, now) for connection in mine)
    fresh = tuple(execution for execution in opened if execution is not None)
    return fresh or Refusal(code=Code.DUPLICATE)


# --- words -----------------------------------------------------------------------------------------


def digest(text: str) -> str:
    """Fingerprint of the words: the same text with other spaces, case or letter styles has the same one."""
    words = " ".join(unicodedata.normalize("NFKC", text).casefold().split())
    return hashlib.sha256(words.encode()).hexdigest()


def entries_of(reading: Reading) -> tuple[Entry, ...]:
    if isinstance(reading, Entries):
        return reading.signals
    return (reading,) if isinstance(reading, Entry) else ()


def symbol_of(entry: Entry) -> str:
    return "/".join(filter(None, (entry.symbol_base, entry.symbol_quote)))


def plain(value: Decimal) -> str:
    return format(value, "f")


def _level(level: Level) -> str:
    unit = {LevelKind.PRICE: "", LevelKind.PIPS: " pips", LevelKind.PERCENT: " %"}[level.kind]
    return plain(level.value) + unit
