"""Lets one order out and brings its answer home: committed intent before every effect, committed answer after it.

The road of an order in doubt is the heart of it: ask, wait until the request can no longer arrive, and only then
decide again. Nothing here retries a write blindly.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import structlog

from engine.crashpoint import crashpoint
from engine.errors import Code, VenueBusy, VenueLocked, VenueRefused
from engine.execution import absorb, exits, reserve
from engine.execution import orders as machine
from engine.execution.absorb import Absorbed
from engine.ports import Clock, Store, Venue
from engine.types import ExecutionReport, Order, OrderState, Position

log = structlog.get_logger()

SENDS = 3  # tries of an order whose bytes provably never left
FIRST_PROBE = 0.5  # seconds between probes; doubles up to LAST_PROBE
LAST_PROBE = 4.0


class Sender:
    """``on_change`` hears of every commit: with the position it touched, or None when only a message is owed."""

    def __init__(self, *, store: Store, clock: Clock, on_change: Callable[[Position | None], None]) -> None:
        self._store = store
        self._clock = clock
        self._on_change = on_change

    async def send(self, venue: Venue, order: Order) -> Absorbed:
        """Let a SUBMITTING order out and commit what came back."""
        crashpoint("before_send")
        try:
            report = await venue.place(order.request)
        except VenueBusy as fault:
            return await self._not_sent(venue, order, fault)
        except VenueRefused as fault:
            return await self._refused(order, fault.code or Code.VENUE_REFUSED, fault.reason)
        except VenueLocked as fault:
            return await self._refused(order, Code.KEY_LOST, fault.reason)
        except Exception as fault:  # anything else may have reached the venue
            log.warning("order outcome unknown", order=order.id, fault=type(fault).__name__)
            return await self.probe(venue, await self._save(machine.silent(order, type(fault).__name__)))
        crashpoint("sent")
        return await self.absorb(venue, order.id, report)

    async def absorb(self, venue: Venue, order_id: int, report: ExecutionReport) -> Absorbed:
        """Commit a report: order, fills, position and messages together."""
        stop_rests, now = venue.stops_rest_here, self._clock.now()
        done = await self._store.write(lambda tx: absorb.absorb(tx, order_id, report, stop_rests=stop_rests, now=now))
        crashpoint("absorbed")
        self._on_change(done.position)
        return done

    async def probe(self, venue: Venue, order: Order) -> Absorbed:
        """Ask for an order in doubt until it is found or provably dead; no answer is never read as "not there"."""
        wait = FIRST_PROBE
        while True:
            try:
                report = await venue.find(order.request.client_order_id, order.request.symbol)
            except Exception as fault:
                log.warning("probe without an answer", order=order.id, fault=type(fault).__name__)
            else:
                if report is not None:
                    return await self.absorb(venue, order.id, report)
                order = await self._save(machine.not_found(order, self._clock.now()))
                if order.state is OrderState.ABSENT:
                    return await self._absent(venue, order)
                if order.state is OrderState.QUARANTINED:
                    return await self._quarantined(order)
            await self._clock.sleep(wait)
            wait = min(wait * 2, LAST_PROBE)

    async def look(self, venue: Venue, order: Order) -> Absorbed:
        """Ask once after an order that rests; if the venue does not find it now, it rests on as far as we know."""
        report = await venue.find(order.request.client_order_id, order.request.symbol)
        if report is not None:
            return await self.absorb(venue, order.id, report)
        log.warning("resting order not found", order=order.id)
        return Absorbed(order=order, position=None, changed=False)

    async def cancel(self, venue: Venue, order: Order, purpose: str) -> Absorbed | None:
        """Commit the intent, cancel, adopt how it ended: an order that filled first is a fill. None if it was over."""
        intent = await self._store.write(partial(exits.cancelling, order_id=order.id, purpose=purpose))
        if intent is None:
            return None
        crashpoint("cancelling")
        return await self.finish_cancel(venue, intent)

    async def finish_cancel(self, venue: Venue, order: Order) -> Absorbed:
        """Cancel until the venue has said how the order ended; a lost answer is asked for again."""
        while True:
            try:
                report = await venue.cancel(order.request.client_order_id, order.request.symbol)
                return await self.absorb(venue, order.id, report)
            except VenueRefused:
                report_or_none = await self._ended(venue, order)
                if report_or_none is not None:
                    return await self.absorb(venue, order.id, report_or_none)
            except Exception as fault:
                log.warning("cancel without an answer", order=order.id, fault=type(fault).__name__)
            await self._clock.sleep(FIRST_PROBE)

    async def _ended(self, venue: Venue, order: Order) -> ExecutionReport | None:
        """The order as the venue shows it, if it has come to an end there."""
        try:
            report = await venue.find(order.request.client_order_id, order.request.symbol)
        except Exception as fault:
            log.warning("probe without an answer", order=order.id, fault=type(fault).__name__)
            return None
        return report if report is not None and report.state in machine.TERMINAL else None

    async def _refused(self, order: Order, code: Code, reason: str) -> Absorbed:
        now = self._clock.now()
        done = await self._store.write(lambda tx: absorb.refuse(tx, order.id, code, reason, now))
        self._on_change(done.position)
        return done

    async def _not_sent(self, venue: Venue, order: Order, fault: VenueBusy) -> Absorbed:
        """Bytes never left: wait as asked and try the same order again, a few times."""
        if order.resends + 1 >= SENDS:
            return await self._refused(order, Code.VENUE_UNREACHABLE, fault.reason)
        planned = await self._save(machine.not_sent(order, fault.reason))
        await self._clock.sleep(fault.retry_after)
        return await self.resend(venue, planned)

    async def _absent(self, venue: Venue, order: Order) -> Absorbed:
        """It never arrived. What is still wanted goes out again under its old id; the rest ends here."""
        planned = await self._store.write(partial(reserve.still_wanted, order_id=order.id, now=self._clock.now()))
        if planned is not None:
            return await self.resend(venue, planned)
        now = self._clock.now()
        done = await self._store.write(lambda tx: absorb.give_up(tx, order.id, Code.VENUE_UNREACHABLE, now))
        self._on_change(done.position)
        return done

    async def resend(self, venue: Venue, planned: Order) -> Absorbed:
        """A PLANNED order leaves: the new window is committed first."""
        order = await self._save(machine.submitting(planned, self._clock.now(), venue.expires_after()))
        return await self.send(venue, order)

    async def _quarantined(self, order: Order) -> Absorbed:
        now = self._clock.now()
        done = await self._store.write(lambda tx: absorb.quarantined(tx, order.id, now))
        self._on_change(done.position)
        return done

    async def _save(self, order: Order) -> Order:
        return await self._store.write(lambda tx: tx.orders.save(order))
