"""The life of one order attempt, as pure moves from one state to the next (RELIABILITY 3.1).

    PLANNED ── SUBMITTING ── answer ──► ACKED ► PARTIAL ► FILLED
       │           ├── definite no ──► REJECTED    └► CANCELLING ► CANCELLED | FILLED | EXPIRED
       ▼           └── anything else ► UNKNOWN ── found ──► adopt what the venue says
      VOID                                     └─ not found, and it can no longer arrive ──► ABSENT ► PLANNED | VOID

A crash in SUBMITTING is the same as UNKNOWN. An order is called ABSENT only after ``dead_at``, the moment from
which the request can no longer reach the book, and after two probes; a venue that gives no such moment leads to
QUARANTINED, and to a person, or to another close where both can only reduce. A cancel that nobody answers ends when
the venue has said often enough that it knows of no such order; so does a stop that rested, for the position is not
to be without one. A market order that was taken and is not shown any more may have been carried out: a person is
asked.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from engine.types import ExecutionReport, Order, OrderState, OrderType

S = OrderState

TERMINAL = frozenset({S.FILLED, S.CANCELLED, S.EXPIRED, S.REJECTED, S.ABSENT, S.VOID})
RESTING = frozenset({S.ACKED, S.PARTIAL})
ON_ITS_WAY = frozenset({S.PLANNED, S.SUBMITTING, S.UNKNOWN})
MAY_APPEAR = ON_ITS_WAY | {S.QUARANTINED}  # nobody has seen it at the venue, and yet it may be there
UNSEEN = frozenset({S.SUBMITTING, S.UNKNOWN})  # it has left, or may have, and nobody has seen it there yet
UNSETTLED = ON_ITS_WAY | {S.CANCELLING}
PROBES_BEFORE_ABSENT = 2
PROBES_BEFORE_GONE = 5  # of an order that is being cancelled; the sender spreads them over some seconds
PROBES_BEFORE_ENDED = 3  # of what was there and is not shown any more: a stop, or an order that ought to have filled
PATIENCE = timedelta(seconds=60)  # with an order whose venue cannot say when it is dead
REPLACED = "another goes in its place"  # the reason of an order that nobody could answer for

_FROM_VENUE = frozenset({S.ACKED, S.PARTIAL, S.FILLED, S.CANCELLED, S.EXPIRED, S.REJECTED})
_MOVES: dict[OrderState, frozenset[OrderState]] = {
    # A report of an order that was thought not to have left: it did, and must not leave again.
    S.PLANNED: _FROM_VENUE | {S.SUBMITTING, S.VOID},
    S.SUBMITTING: _FROM_VENUE | {S.UNKNOWN, S.ABSENT, S.QUARANTINED, S.PLANNED},
    S.UNKNOWN: _FROM_VENUE | {S.ABSENT, S.QUARANTINED},
    S.QUARANTINED: _FROM_VENUE | {S.ABSENT},
    S.ACKED: _FROM_VENUE | {S.CANCELLING, S.QUARANTINED},
    S.PARTIAL: _FROM_VENUE - {S.ACKED} | {S.CANCELLING, S.QUARANTINED},
    S.CANCELLING: frozenset({S.FILLED, S.CANCELLED, S.EXPIRED, S.REJECTED}),
    S.ABSENT: _FROM_VENUE | {S.PLANNED, S.VOID},
    # A late find re-opens a refused order; a fill that was on its way is still a fill.
    S.REJECTED: frozenset({S.ACKED, S.PARTIAL, S.FILLED}),
    S.CANCELLED: frozenset(),
    S.EXPIRED: frozenset(),
    S.FILLED: frozenset(),
    S.VOID: frozenset(),
}


def move(order: Order, state: OrderState, reason: str = "") -> Order:
    """The order in its next state. Raises ValueError for a move the machine does not know."""
    if state not in _MOVES[order.state]:
        raise ValueError(f"an order cannot go from {order.state} to {state}")
    return replace(order, state=state, reason=reason or order.reason)


def submitting(order: Order, now: datetime, expires_after: float | None) -> Order:
    """About to leave. ``expires_after`` seconds from now it can no longer arrive; None when the venue cannot say."""
    dead_at = None if expires_after is None else now + timedelta(seconds=expires_after)
    return replace(move(order, S.SUBMITTING), request_ts=now, dead_at=dead_at, probes=0)


def silent(order: Order, reason: str, now: datetime, expires_after: float | None) -> Order:
    """No answer that can be trusted came back. The bytes may have left as late as now, so the wait starts anew."""
    dead_at = None if expires_after is None else now + timedelta(seconds=expires_after)
    return replace(move(order, S.UNKNOWN, reason), dead_at=dead_at)


def refused(order: Order, reason: str) -> Order:
    return move(order, S.REJECTED, reason)


def not_sent(order: Order, reason: str) -> Order:
    """The bytes never left: it may be submitted again under the same id."""
    return replace(move(order, S.PLANNED, reason), resends=order.resends + 1)


def answered(order: Order, report: ExecutionReport) -> Order:
    """What the venue says, adopted. A report older than what we know changes nothing; fills never shrink."""
    filled = max(order.filled, report.filled)
    state = _settled(order, report)
    if state not in _MOVES[order.state] and state is not order.state:
        state = order.state
    return replace(
        order,
        state=state,
        filled=filled,
        probes=0,
        venue_order_id=report.venue_order_id or order.venue_order_id,
        reason=report.reason or order.reason,
    )


def says_nothing_new(order: Order, report: ExecutionReport) -> bool:
    """The report of an order that rests as it rested: nothing has to be written down."""
    return order.state in RESTING and report.filled == order.filled and answered(order, report) == order


def _settled(order: Order, report: ExecutionReport) -> OrderState:
    """While a cancel is on its way only an end counts: the venue may still show the order as open."""
    if order.state is S.CANCELLING and report.state not in TERMINAL:
        return S.CANCELLING
    return report.state


def not_found(order: Order, now: datetime) -> Order:
    """One more probe without a find. Absence is believed only when the request is provably dead."""
    probed = replace(order, probes=order.probes + 1)
    if order.state in RESTING:
        ended = probed.probes >= PROBES_BEFORE_ENDED and _is_old(order, now)
        end = S.CANCELLED if is_stop(order) else S.QUARANTINED
        return move(probed, end, "the venue knows of no such order any more") if ended else probed
    if order.state is S.CANCELLING:
        gone = probed.probes >= PROBES_BEFORE_GONE
        return move(probed, S.CANCELLED, "the venue knows of no such order") if gone else probed
    if order.dead_at is None:
        return _unprovable(probed, now)
    if now >= order.dead_at and probed.probes >= PROBES_BEFORE_ABSENT:
        return move(probed, S.ABSENT, "never arrived")
    return probed


def _unprovable(order: Order, now: datetime) -> Order:
    if not _is_old(order, now):
        return order
    return move(order, S.QUARANTINED, "the venue cannot say whether the order arrived")


def _is_old(order: Order, now: datetime) -> bool:
    return order.request_ts is None or now >= order.request_ts + PATIENCE


def cancelling(order: Order, purpose: str) -> Order:
    """About to be cancelled. ``purpose`` says why to the owner of an entry; an exit keeps the purpose it has."""
    why = purpose if is_entry(order) else order.purpose
    return replace(move(order, S.CANCELLING), purpose=why, probes=0)


def planned_again(order: Order) -> Order:
    """An absent order whose leg is still wanted goes out again under its old id."""
    return replace(move(order, S.PLANNED), resends=order.resends + 1)


def replaced(order: Order) -> Order:
    """Nobody can answer for it, and another goes in its place; it is asked for on, and no longer counted with."""
    return replace(order, reason=REPLACED)


def is_replaced(order: Order) -> bool:
    return order.state is S.QUARANTINED and order.reason == REPLACED


def is_awaited(order: Order) -> bool:
    """Its outcome is still to come and has to be asked for: no answer yet, or an order that ought to fill at once."""
    at_market = order.request.order_type is OrderType.MARKET and order.state in RESTING
    return at_market or order.state in UNSETTLED


def is_sought(order: Order) -> bool:
    """Whether it says something of this order that the venue does not know it. What waits for its price may only not
    be shown, and ends at its time; a stop has none, and an order at the market nothing to wait for."""
    hangs = is_stop(order) or order.request.order_type is OrderType.MARKET
    return order.state in UNSETTLED - {S.PLANNED} or (hangs and order.state in RESTING)


def may_return(order: Order) -> bool:
    """Whether an order that has ended is taken up again when the venue shows it alive."""
    return order.state in TERMINAL and S.ACKED in _MOVES[order.state]


def is_entry(order: Order) -> bool:
    return order.leg.startswith("E")


def is_stop(order: Order) -> bool:
    return order.leg == "S"


def target_level(order: Order) -> int | None:
    """The take-profit level this order closes, if it is one."""
    return int(order.leg[1:]) if order.leg.startswith("T") else None
