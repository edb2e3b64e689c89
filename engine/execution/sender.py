"""Lets one order out and brings its answer home: committed intent before every effect, committed answer after it.

The road of an order in doubt is the heart of it: ask, wait until the request can no longer arrive, and only then
decide again. Nothing here retries a write blindly, and nothing here waits: who calls asks again later, so that the
other orders of the trade need not wait with it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Literal

import structlog

from engine.crashpoint import crashpoint
from engine.errors import Code, EngineFault, StaleVersion, VenueBusy, VenueLocked, VenueRefused
from engine.execution import absorb, doubt, exits
from engine.execution import orders as machine
from engine.execution.absorb import Absorbed
from engine.ports import Clock, Store, Tx, Venue
from engine.types import ExecutionReport, Order, Position

log = structlog.get_logger()

SENDS = 3  # tries of an entry whose bytes provably never left: later it would be another trade
SENDS_OF_EXIT = 10  # the same of a stop or a close, half a minute in all: then its owner is told
LONGEST_WAIT = 60.0  # seconds that a busy venue may ask us to wait; more is a refusal
LONGEST_WITHOUT_STOP = 30.0  # the same in all for the close of a part, where the stop had to go first
ASKED_FOR = 2.0  # seconds that a close waits for how the stop of its trade stands
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 30.0  # seconds between tries to write down what the venue has done already


class Sender:
    """``on_change`` hears of every commit: with the position it touched, or None when only a message is owed."""

    def __init__(self, *, store: Store, clock: Clock, on_change: Callable[[Position | None], None]) -> None:
        self._store = store
        self._clock = clock
        self._on_change = on_change

    async def send(self, venue: Venue, order: Order) -> Absorbed:
        """Let a SUBMITTING order out and commit what came back. An order still in doubt is to be probed again."""
        crashpoint("before_send")
        try:
            report = await venue.place(order.request)
        except VenueBusy as fault:
            return await self._not_sent(venue, order, fault)
        except VenueRefused as fault:
            return await self._refused(venue, order, fault)
        except VenueLocked as fault:
            return await self._end(order, Code.KEY_LOST, fault.reason)
        except Exception as fault:  # anything else may have reached the venue
            return await self.probe(venue, (await self.unanswered(venue, order, type(fault).__name__)).order)
        crashpoint("sent")
        return await self.absorb(venue, order.id, report)

    async def absorb(self, venue: Venue, order_id: int, report: ExecutionReport) -> Absorbed:
        """Commit a report: order, fills, position and messages together."""
        stop_rests, now = venue.stops_rest_here, self._clock.now()
        done = await self._keep(lambda tx: absorb.absorb(tx, order_id, report, stop_rests=stop_rests, now=now))
        crashpoint("absorbed")
        return done

    async def unanswered(self, venue: Venue, order: Order, why: str) -> Absorbed:
        """Nobody knows whether this SUBMITTING order arrived."""
        log.warning("order outcome unknown", order=order.id, fault=why)
        now, expires_after = self._clock.now(), venue.expires_after()
        return await self._keep(lambda tx: doubt.unanswered(tx, order.id, why, now=now, expires_after=expires_after))

    async def probe(self, venue: Venue, order: Order) -> Absorbed:
        """Ask once how an order stands; no answer is never read as "not there".

        An order that rests, and is not found just now, rests on as far as we know; a stop for some minutes, an order at
        the market for one. One that provably never arrived is PLANNED again under its old id while it is wanted, and
        ends otherwise.
        """
        try:
            report = await venue.find(order.request.client_order_id, order.request.symbol)
        except Exception as fault:
            log.warning("probe without an answer", order=order.id, fault=type(fault).__name__)
            return _unchanged(order)
        if report is None:
            return await self._missing(venue, order)
        if machine.says_nothing_new(order, report):
            return _unchanged(order)
        return await self.absorb(venue, order.id, report)

    async def ask(self, venue: Venue, order: Order) -> bool:
        """Adopt how an order stands before another is let out; False when the venue does not say it in time, or does
        not know yet an order that may still arrive."""
        async with asyncio.TaskGroup() as group:
            asked = group.create_task(self._shown(venue, order))
            timer = group.create_task(self._clock.sleep(ASKED_FOR))
            await asyncio.wait({asked, timer}, return_when=asyncio.FIRST_COMPLETED)
            answered = asked.done() and asked.result()
            asked.cancel()
            timer.cancel()
        if isinstance(answered, ExecutionReport) and not machine.says_nothing_new(order, answered):
            await self.absorb(venue, order.id, answered)
        return answered is not False and (answered is not None or order.state not in machine.UNSEEN)

    async def _shown(self, venue: Venue, order: Order) -> ExecutionReport | Literal[False] | None:
        """What the venue shows of it, None when it shows nothing; False when there was no answer."""
        try:
            return await venue.find(order.request.client_order_id, order.request.symbol)
        except Exception as fault:
            log.warning("resting order not asked for", order=order.id, fault=type(fault).__name__)
            return False

    async def resend(self, venue: Venue, planned: Order) -> Absorbed:
        """A PLANNED order leaves, if it is still wanted: the new window is committed first."""
        now, expires_after = self._clock.now(), venue.expires_after()
        leave = partial(doubt.leave, order_id=planned.id, now=now, expires_after=expires_after)
        leaving = await self._store.write(leave, urgent=True)  # it has waited already
        if isinstance(leaving, Order):
            return await self.send(venue, leaving)
        self._on_change(leaving.position)
        return leaving

    async def cancel(self, venue: Venue, order: Order, purpose: str) -> Absorbed | None:
        """Commit the intent, cancel, adopt how it ended: an order that filled first is a fill. None if it was over."""
        intent = await self._store.write(partial(exits.cancelling, order_id=order.id, purpose=purpose), urgent=True)
        if intent is None:
            return None
        crashpoint("cancelling")
        return await self.finish_cancel(venue, intent)

    async def finish_cancel(self, venue: Venue, order: Order) -> Absorbed:
        """Cancel; a venue that will not is asked how the order ended. Still CANCELLING: to be asked again."""
        try:
            report = await venue.cancel(order.request.client_order_id, order.request.symbol)
        except VenueRefused:
            return await self.probe(venue, order)
        except Exception as fault:
            log.warning("cancel without an answer", order=order.id, fault=type(fault).__name__)
            return _unchanged(order)
        return await self.absorb(venue, order.id, report)

    async def _missing(self, venue: Venue, order: Order) -> Absorbed:
        if not machine.is_sought(order):
            log.warning("order not found", order=order.id, state=order.state.value)
            return _unchanged(order)
        now, reduces = self._clock.now(), not venue.stops_lock
        return await self._keep(lambda tx: doubt.missing(tx, order.id, now, reduces=reduces))

    async def _refused(self, venue: Venue, order: Order, fault: VenueRefused) -> Absorbed:
        """A no to a second sending proves nothing of the first, which may have used up the very funds."""
        if order.resends:
            try:
                report = await venue.find(order.request.client_order_id, order.request.symbol)
            except Exception as silence:
                return await self.unanswered(venue, order, type(silence).__name__)
            if report is not None:
                return await self.absorb(venue, order.id, report)
        return await self._end(order, fault.code or Code.VENUE_REFUSED, fault.reason)

    async def _not_sent(self, venue: Venue, order: Order, fault: VenueBusy) -> Absorbed:
        """Bytes never left: the same order may be tried again when the venue wants it, a few times."""
        tries = SENDS if machine.is_entry(order) else SENDS_OF_EXIT
        if order.resends + 1 >= tries or fault.retry_after > LONGEST_WAIT:
            return await self._end(order, Code.VENUE_UNREACHABLE, fault.reason)
        long = venue.stops_lock and (order.resends + 1) * fault.retry_after > LONGEST_WITHOUT_STOP
        now = self._clock.now()
        done = await self._keep(lambda tx: doubt.not_sent(tx, order.id, fault.reason, now=now, without_stop=long))
        return replace(done, wait=fault.retry_after)

    async def _end(self, order: Order, code: Code, reason: str) -> Absorbed:
        now = self._clock.now()
        return await self._keep(lambda tx: absorb.refuse(tx, order.id, code, reason, now))

    async def _keep(self, work: Callable[[Tx], Absorbed]) -> Absorbed:
        """Write down what the venue has done already, however long the store takes: forgetting it is no choice."""
        pause = FIRST_PAUSE
        while True:
            try:
                done = await self._store.write(work, urgent=True)
            except StaleVersion:
                continue  # ``work`` reads again
            except EngineFault as fault:
                log.error("answer not written yet", fault=type(fault).__name__, again_in_seconds=pause)
                await self._clock.sleep(pause)
                pause = min(pause * 2, LONGEST_PAUSE)
            else:
                self._on_change(done.position)
                return done


def _unchanged(order: Order) -> Absorbed:
    return Absorbed(order=order, position=None, changed=False)
