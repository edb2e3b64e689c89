"""One client's calls: paid from the budgets, timed by our clock, and every fault in the engine's words.

A write is never repeated, but for one case: the venue refused its time stamp, which means that nothing was done.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from typing import Any

import structlog

from engine.adapters.ccxt_answers import Answer, Meaning, classify
from engine.adapters.ccxt_budget import Budget, Urgency
from engine.adapters.ccxt_quirks import quirks
from engine.errors import Code, EngineFault, VenueBusy, VenueLocked, VenueRefused, VenueSilent
from engine.ports import Clock

READ_TRIES = 3
FIRST_PAUSE = 0.2  # seconds before a read is tried again, then twice as long
log = structlog.get_logger(__name__)

QUERY = re.compile(r"\?\S*")
SHORTEST_SECRET = 4
MOMENT = 1.0  # seconds to leave a venue alone that said no without saying for how long


LastLook = Callable[[], Awaitable[None]]


class AlreadyThere(VenueSilent):
    """The venue has an order with this id: it is to be found."""


class NotThere(VenueSilent):
    """The venue answered that it has no such order."""


@dataclass(slots=True)
class Trace:
    """What is known of one call: how urgent it is, what has left so far, and the headers of the last answer.

    ``last_look`` is taken when its turn has come and nothing has left yet; what it raises keeps it from leaving.
    """

    urgency: Urgency
    last_look: LastLook | None = None
    writes: int = 0
    headers: Mapping[str, str] = field(default_factory=dict)
    status: int = 0

    @property
    def sent(self) -> bool | None:
        """What ``classify`` wants to know: nothing left, more than one request left, or only the fault can tell."""
        return {0: False, 1: None}.get(self.writes, True)


_TRACE: ContextVar[Trace | None] = ContextVar("ccxt_trace", default=None)


class Skew:
    """How far a venue's clock is ahead of ours, in milliseconds; the same for everybody who trades there."""

    def __init__(self) -> None:
        self.ahead = 0

    @property
    def seconds(self) -> float:
        return self.ahead / 1000


class Wire:
    """Calls of one ccxt client. ``address`` is the budget of all clients at this exchange, ``skew`` its clock."""

    def __init__(self, client: Any, market: str, clock: Clock, *, address: Budget, skew: Skew) -> None:
        self.client = client
        self._market = market
        self._clock = clock
        self._address = address
        self._key = budget_of(client, clock)
        self._skew = skew
        self._doubted = False
        self._hook()

    async def read(self, call: Callable[..., Awaitable[Any]], *args: Any, urgency: Urgency = Urgency.READ) -> Any:
        """Ask, and ask again after a fault that may pass. Raises EngineFault, NotThere for an order that is not."""
        pause = FIRST_PAUSE
        for left in reversed(range(READ_TRIES)):
            try:
                return await self._made(call, args, urgency, writes=False)
            except NotThere:
                raise
            except VenueSilent:
                if not left:
                    raise
                await self._clock.sleep(pause)
                pause *= 2
        raise AssertionError("unreachable")

    async def guard(self, call: Callable[..., Awaitable[Any]], *args: Any) -> Any:
        """``read`` of what a stop is decided by: it goes before all that only a new trade wants to know."""
        return await self.read(call, *args, urgency=Urgency.GUARD)

    async def write(
        self, call: Callable[..., Awaitable[Any]], *args: Any, urgency: Urgency, last_look: LastLook | None = None
    ) -> Any:  # fmt: skip
        """Send once. VenueBusy, VenueRefused, VenueLocked: nothing was done; VenueSilent: it may have been.

        Raises AlreadyThere and NotThere for what the venue says of the order's id.
        """
        return await self._made(call, args, urgency, writes=True, last_look=last_look)

    async def set_clock(self) -> None:
        """Measure the venue's clock; its own time is half a round trip away."""
        if not self.client.has.get("fetchTime"):
            return
        before = self._now()
        theirs = int(await self.client.fetch_time())
        self._skew.ahead = theirs - (before + self._now()) // 2

    async def set_clock_quietly(self) -> None:
        """As long as it is not known, the venue's clock is taken to go like ours."""
        try:
            await self.set_clock()
        except Exception as fault:  # a venue's word about the time is no reason not to trade
            log.warning("clock of the venue not known", exchange=self.client.id, fault=type(fault).__name__)

    async def close(self) -> None:
        await self.client.close()

    # --- inside ------------------------------------------------------------------------------------

    async def _made(
        self, call: Callable[..., Awaitable[Any]], args: Any, urgency: Urgency, *, writes: bool,
        last_look: LastLook | None = None,
    ) -> Any:  # fmt: skip
        for last in (False, True):
            trace = Trace(urgency, last_look)
            token = _TRACE.set(trace)
            try:
                answer = await call(*args)
            except EngineFault as fault:
                raise self._cut_short(fault, trace, writes) from fault
            except Exception as fault:
                meant = self._clean(self._meant(fault, trace, writes))
                if meant.meaning is Meaning.CLOCK and not last:
                    await self._clock_set()
                    continue
                self._pause(meant, by_address=trace.status in (418, 429))
                raise self._fault(meant, writes) from None
            else:
                self._doubted = False
                return answer
            finally:
                _TRACE.reset(token)
        raise AssertionError("unreachable")

    def _meant(self, fault: Exception, trace: Trace, writes: bool) -> Answer:
        sent = trace.sent if writes else None
        return classify(
            self.client.id, self._market, fault, headers=trace.headers, now=self._clock.now(), sent=sent
        )  # fmt: skip

    def _clean(self, answer: Answer) -> Answer:
        """The answer without an address's query and without any of the credentials: it is shown to people."""
        reason = QUERY.sub("?...", answer.reason)
        for name in self.client.requiredCredentials:
            value = str(getattr(self.client, name, None) or "")
            reason = reason.replace(value, "***") if len(value) >= SHORTEST_SECRET else reason
        return replace(answer, reason=reason)

    async def _clock_set(self) -> None:
        """Nothing was done, so the clock may be asked for before the one repetition; without it that fails too."""
        try:
            await self.set_clock()
        except Exception as fault:
            raise VenueBusy(f"the venue's clock is not known: {type(fault).__name__}", retry_after=MOMENT) from None

    def _cut_short(self, fault: EngineFault, trace: Trace, writes: bool) -> EngineFault:
        """A pause that began between two requests of one call: what left before it may have been done."""
        return VenueSilent(fault.reason) if writes and trace.writes else fault

    def _fault(self, answer: Answer, writes: bool) -> EngineFault:
        meaning, reason, code = answer.meaning, answer.reason, answer.code
        if meaning is Meaning.LOCKED:
            return self._locked(answer)
        if meaning is Meaning.REFUSED:
            return Unsupported(reason, code=code) if answer.unsupported else VenueRefused(reason, code=code)
        if meaning is Meaning.DUPLICATE:
            return AlreadyThere(reason)
        if meaning is Meaning.GONE:
            return NotThere(reason, code=Code.ORDER_UNKNOWN)
        if meaning in (Meaning.BUSY, Meaning.CLOCK) or (writes and meaning is Meaning.NOT_SENT):
            return VenueBusy(reason, retry_after=answer.retry_after or MOMENT)
        return VenueSilent(reason, code=Code.VENUE_UNREACHABLE)

    def _pause(self, answer: Answer, *, by_address: bool) -> None:
        """A throttle by HTTP is by address at nearly every venue, one by code is of this key."""
        if answer.retry_after is None and answer.meaning is not Meaning.BUSY:
            return
        seconds = answer.retry_after or MOMENT
        self._key.pause(seconds)
        if by_address:
            self._address.pause(seconds)

    def _locked(self, answer: Answer) -> EngineFault:
        """A venue in trouble may refuse a good key once; twice in a row it is lost."""
        if answer.needs_repeat and not self._doubted:
            self._doubted = True
            return VenueBusy(answer.reason, retry_after=MOMENT)
        return VenueLocked(answer.reason, code=Code.KEY_LOST)

    # --- what ccxt does inside a call ---------------------------------------------------------------

    def _now(self) -> int:
        return int(self._clock.now().timestamp() * 1000)

    def _hook(self) -> None:
        """Our budgets, our clock, and a note of what leaves and of what comes back."""
        client = self.client
        fetch, heard = client.fetch, client.on_rest_response

        async def throttle(cost: float | None = None) -> None:
            trace = _TRACE.get()
            urgency = trace.urgency if trace else Urgency.READ
            await self._key.take(cost or 1.0, urgency)
            await self._address.take(cost or 1.0, urgency)
            if trace is not None and trace.last_look is not None and not trace.writes:
                await trace.last_look()

        async def noted_fetch(url: str, method: str = "GET", headers: Any = None, body: Any = None) -> Any:
            trace = _TRACE.get()
            if trace is not None and method != "GET":
                trace.writes += 1
            return await fetch(url, method, headers, body)

        def noted_response(code: int, reason: str, url: str, method: str, headers: Any, *rest: Any) -> Any:
            trace = _TRACE.get()
            if trace is not None:
                trace.headers, trace.status = dict(headers), code
            return heard(code, reason, url, method, headers, *rest)

        client.throttle, client.fetch, client.on_rest_response = throttle, noted_fetch, noted_response
        client.milliseconds = lambda: self._now() + self._skew.ahead
        client.seconds = lambda: (self._now() + self._skew.ahead) // 1000
        client.microseconds = lambda: (self._now() + self._skew.ahead) * 1000


async def heard(watch: Awaitable[Any]) -> Any:
    """What a stream says next. Raises StreamEnded when ccxt lets go of its connection, which it does by cancelling
    whoever waits; a cancel of our own goes on as one."""
    try:
        return await watch
    except asyncio.CancelledError:
        task = asyncio.current_task()
        if task is None or task.cancelling():
            raise
        raise StreamEnded("the connection was let go") from None


class StreamEnded(Exception):
    """A stream has to be opened again."""


class Unsupported(VenueRefused):
    """A refusal that goes for every conditional order here now."""


def budget_of(client: Any, clock: Clock) -> Budget:
    """What the venue of this client allows: ccxt knows the pace, and what each request costs."""
    rate = 1000.0 / max(float(client.rateLimit or 1000), 1.0)
    return Budget(clock, rate, by_minute=quirks(client.id).minute)
