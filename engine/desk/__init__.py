"""The desk: a channel post comes in, and what it means for every follower of the channel is committed at once.

``take`` is the whole decision: record the post as each follower's rules read it, and in the same transaction turn it
into signals with their executions, instructions for open trades, a question to somebody, or nothing. Only then do
trades start.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from decimal import Decimal
from functools import partial
from typing import Any

import structlog

from engine.crashpoint import crashpoint
from engine.desk import late
from engine.desk.accepting import accept
from engine.desk.record import record as record
from engine.desk.rereading import reread
from engine.desk.taken import Taken as Taken
from engine.desk.words import digest as digest
from engine.errors import EngineFault
from engine.execution.follower import Follower
from engine.execution.trader import Trader
from engine.ports import Clock, Store, Tx
from engine.signals.house_rules import Readings
from engine.types import ChannelRules, Instruction, Post, Reading, Refusal

PriceOf = Callable[[str, str | None], Decimal | None]
Spawn = Callable[[str, Coroutine[Any, Any, None]], None]

log = structlog.get_logger()

FIRST_PAUSE, LONGEST_PAUSE = 1.0, 60.0  # seconds until an instruction that met a fault is tried again
QUIET = 3.0  # seconds without another late post before they are told of in one message


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
        self._late: dict[int, int] = {}  # channel → late posts of it that came since it was last quiet

    async def take(self, post: Post) -> None:
        """Record the post and set in motion what it means. The same post again changes nothing."""
        self.begin(await self._store.write(self.intent(post)))

    def intent(self, post: Post) -> Callable[[Tx], Taken]:
        """The transaction of this post. Whoever writes it then calls ``begin`` with what it returned."""
        readings = Readings(text=post.text, price_of=self._price_of)
        readings.under(ChannelRules())  # most channels have no rules: read before the writer's turn, not in it
        crashpoint("read")
        return partial(record, post=post, readings=readings, now=self._clock.now())

    def begin(self, taken: Taken) -> None:
        """Set in motion what was recorded."""
        crashpoint("recorded")
        self._on_change()
        self._go(taken)

    async def accept(self, signal_id: int, user_id: int, version: int = 1) -> Refusal | None:
        """Somebody takes a signal they were asked about: their own connections execute it now."""
        accepted = await self._store.write(
            partial(accept, signal_id=signal_id, user_id=user_id, version=version, now=self._clock.now())
        )
        if isinstance(accepted, Refusal):
            return accepted
        self._trader.start(accepted)
        return None

    def reading(self, text: str, rules: ChannelRules) -> Reading:
        """What this text says in a channel with these rules; nothing is recorded."""
        return Readings(text=text, price_of=self._price_of).under(rules)

    async def reread(self, row_id: int, user_id: int) -> bool:
        """A post is read anew by its channel's rules; True when its owner is now asked about a signal in it."""
        work = partial(reread, row_id=row_id, user_id=user_id, reading_of=self.reading, now=self._clock.now())
        asked = await self._store.write(work)
        self._on_change()
        return asked

    async def take_up(self) -> None:
        """Start what a crash cut short: instructions before anything else runs, and offers of late signals."""
        instructions = await self._store.read(lambda tx: tx.messages.owed())
        self._go(Taken(instructions=list(instructions), late=set(await self._store.read(late.waiting))))

    def _go(self, taken: Taken) -> None:
        self._trader.start(tuple(taken.executions))
        for instruction in taken.instructions:
            self._spawn(f"instruction {instruction.key}", self._carry_out(instruction))
        for source_id in taken.late:
            self._note_late(source_id)

    async def _carry_out(self, instruction: Instruction) -> None:
        """A venue, or a store, that does not answer just now is no end of it: it is owed until it is done."""
        pause = FIRST_PAUSE
        while not await self._is_carried_out(instruction):
            await self._clock.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE)
        self._on_change()

    async def _is_carried_out(self, instruction: Instruction) -> bool:
        try:
            await self._follower.follow(instruction.execution, instruction.steps, instruction.key)
            await self._store.write(lambda tx: tx.messages.carried_out(instruction))
        except EngineFault as fault:
            log.warning("instruction not carried out yet", key=instruction.key, fault=type(fault).__name__)
            return False
        return True

    def _note_late(self, source_id: int) -> None:
        """Signals found after an outage are told of together, once no more of them come in."""
        if source_id not in self._late:
            self._late[source_id] = 0
            self._spawn(f"outage summary {source_id}", self._offer_late(source_id))
        self._late[source_id] += 1

    async def _offer_late(self, source_id: int) -> None:
        seen = 0
        while seen < self._late[source_id]:
            seen = self._late[source_id]
            await self._clock.sleep(QUIET)
        del self._late[source_id]
        await self._store.write(partial(late.offer, source_id=source_id, now=self._clock.now()))
        self._on_change()
