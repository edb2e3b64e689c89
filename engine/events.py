"""Facts worth telling a person. One tiny frozen class per fact; ``bot.notices`` gives each its words.

An event is written to the outbox (execution_notifications) in the transaction that made it true.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any, ClassVar


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """``kind`` is stored as execution_notifications.type; ``urgent`` ones overtake a backlog."""

    kind: ClassVar[str] = ""
    urgent: ClassVar[bool] = False

    def payload(self) -> dict[str, Any]:
        """The event as JSON values: decimals and times as text, never as floats."""
        return {f.name: _plain(getattr(self, f.name)) for f in fields(self)}


def _plain(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, dict):
        return {k: _plain(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(v) for v in value]
    return value


@dataclass(frozen=True, slots=True, kw_only=True)
class SignalProposed(Event):
    """A signal that its owner may take or skip. ``why`` is the code of the rule that asks; empty in mode "ask".

    ``version`` counts the texts the post has had: the button takes the signal as it is shown here, or not at all.
    ``message_row_id`` is the post it was read in, for its owner to mend the reading.
    """

    kind: ClassVar[str] = "signal_proposed"
    urgent: ClassVar[bool] = True
    signal_id: int
    source: str
    symbol: str
    direction: str
    entries: list[str]
    stop: str
    targets: list[str]
    leverage: int | None = None
    max_age_seconds: int = 120
    version: int = 1
    why: str = ""
    details: dict[str, str] = field(default_factory=dict)
    message_row_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SignalUnclear(Event):
    """A post looked like a signal but could not be read with certainty; nothing was done."""

    kind: ClassVar[str] = "signal_unclear"
    source: str
    code: str
    text: str
    found: dict[str, str] = field(default_factory=dict)
    message_row_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PostSkipped(Event):
    """A signal was read, but the channel as a whole does not trade it: a repeat, or nobody to trade it for.

    ``source_id`` is the channel for whom a rule of it can be changed: its owner.
    """

    kind: ClassVar[str] = "post_skipped"
    source: str
    symbol: str
    direction: str
    code: str
    details: dict[str, str] = field(default_factory=dict)
    source_id: int | None = None
    entries: list[str] = field(default_factory=list)
    stop: str = ""
    targets: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class SignalRefused(Event):
    """A signal was read but not traded on this connection; ``code`` says which rule said no.

    ``entries``, ``stop`` and ``targets`` are what was read.
    """

    kind: ClassVar[str] = "signal_refused"
    source: str
    connection: str
    paper: bool
    symbol: str
    direction: str
    code: str
    details: dict[str, str] = field(default_factory=dict)
    entries: list[str] = field(default_factory=list)
    stop: str = ""
    targets: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderRested(Event):
    """An entry order rests at the venue and waits for its price."""

    kind: ClassVar[str] = "order_rested"
    urgent: ClassVar[bool] = True
    source: str
    connection: str
    paper: bool
    symbol: str
    direction: str
    order_type: str
    quantity: Decimal
    price: Decimal
    stop: Decimal
    targets: list[Decimal]
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryCancelled(Event):
    """A waiting entry order is gone without (more) fills; ``code`` says why."""

    kind: ClassVar[str] = "entry_cancelled"
    connection: str
    paper: bool
    symbol: str
    direction: str
    code: str
    filled: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class PositionOpened(Event):
    """The execution confirmation: the first fill opened a position."""

    kind: ClassVar[str] = "execution"
    urgent: ClassVar[bool] = True
    source: str
    connection: str
    paper: bool
    position_id: int
    symbol: str
    direction: str
    quantity: Decimal
    base: str
    entry_price: Decimal
    stop: Decimal
    targets: list[dict[str, str]]
    risk: Decimal
    currency: str
    protection: str
    leverage: int | None = None
    notes: list[list[Any]] = field(default_factory=list)
    latency_ms: int | None = None
    by_hand: bool = False  # its owner was asked first: the time runs from their tap


@dataclass(frozen=True, slots=True, kw_only=True)
class PositionGrew(Event):
    """A further entry fill was added to an open position."""

    kind: ClassVar[str] = "open"
    connection: str
    paper: bool
    position_id: int
    symbol: str
    direction: str
    added: Decimal
    quantity: Decimal
    entry_price: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetHit(Event):
    """A take profit closed its share."""

    kind: ClassVar[str] = "tp_hit"
    urgent: ClassVar[bool] = True
    connection: str
    paper: bool
    position_id: int
    symbol: str
    direction: str
    level: int
    price: Decimal
    quantity: Decimal
    left: Decimal
    pnl: Decimal
    currency: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StopMoved(Event):
    """The stop of a position is at a new price; ``protection`` says who holds it now."""

    kind: ClassVar[str] = "stop_moved"
    urgent: ClassVar[bool] = True
    connection: str
    paper: bool
    position_id: int
    symbol: str
    direction: str
    old: Decimal | None
    new: Decimal
    reason: str
    protection: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetsChanged(Event):
    """The channel gave new take profits for what is still open."""

    kind: ClassVar[str] = "targets_changed"
    connection: str
    paper: bool
    position_id: int
    symbol: str
    direction: str
    targets: list[dict[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class InstructionRefused(Event):
    """The channel asked for something on an open trade that was not done; ``code`` says why."""

    kind: ClassVar[str] = "instruction_refused"
    source: str
    connection: str
    paper: bool
    symbol: str
    direction: str
    instruction: str
    code: str
    position_id: int | None = None
    details: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class SignalEdited(Event):
    """The channel changed the text of a signal after it was taken.

    ``followed``: new stop or targets go to the open trade, a looser stop excepted. ``withdrawn``: nobody had taken the
    signal, and nobody can any more. Else nothing was done.
    """

    kind: ClassVar[str] = "signal_edited"
    source: str
    symbol: str
    direction: str
    text: str
    followed: bool = False
    withdrawn: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class InstructionEdited(Event):
    """A changed post asks for something on an open trade: it was seen, and nothing was done. ``asked``: its actions."""

    kind: ClassVar[str] = "instruction_edited"
    source: str
    text: str
    asked: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class PartClosed(Event):
    """Part of a position was closed by hand or by the channel."""

    kind: ClassVar[str] = "part_closed"
    urgent: ClassVar[bool] = True
    connection: str
    paper: bool
    position_id: int
    symbol: str
    direction: str
    price: Decimal
    quantity: Decimal
    left: Decimal
    pnl: Decimal
    currency: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PositionClosed(Event):
    """The whole position is closed; ``pnl`` is the net result of all its fills and its funding."""

    kind: ClassVar[str] = "close"
    urgent: ClassVar[bool] = True
    connection: str
    paper: bool
    position_id: int
    symbol: str
    direction: str
    reason: str
    entry_price: Decimal
    exit_price: Decimal
    quantity: Decimal
    pnl: Decimal
    pnl_percentage: Decimal
    fees: Decimal
    currency: str
    opened_at: datetime
    closed_at: datetime
    funding: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultCorrected(Event):
    """Funding of a closed trade came to be known after its close: ``before`` is the result as it was told."""

    kind: ClassVar[str] = "result_corrected"
    connection: str
    paper: bool
    position_id: int
    symbol: str
    direction: str
    funding: Decimal
    before: Decimal
    pnl: Decimal
    pnl_percentage: Decimal
    currency: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DaysCorrected(Event):
    """Funding came to be known after the report of the day it was paid on: date, result before and now, of each day."""

    kind: ClassVar[str] = "days_corrected"
    connection: str
    paper: bool
    currency: str
    days: list[dict[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class DayClosed(Event):
    """The daily report of one connection."""

    kind: ClassVar[str] = "daily_report"
    connection: str
    paper: bool
    date: date
    total_trades: int
    winning_trades: int
    losing_trades: int
    total_pnl: Decimal
    win_rate: Decimal
    profit_factor: Decimal
    max_drawdown: Decimal
    balance: Decimal
    equity: Decimal
    currency: str
    funding: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectionLost(Event):
    """A connection was disabled; ``code`` says why and what mends it.

    ``positions`` trades are open on it, with nobody to manage them: this is told again until the owner knows.
    """

    kind: ClassVar[str] = "error"
    urgent: ClassVar[bool] = True
    connection: str
    code: str
    details: dict[str, str] = field(default_factory=dict)
    paper: bool = False
    connection_id: int | None = None
    positions: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectionSilent(Event):
    """An exchange with open trades does not answer, or, with ``back``, answers again after so many minutes."""

    kind: ClassVar[str] = "silence"
    urgent: ClassVar[bool] = True
    connection: str
    paper: bool
    positions: int
    minutes: int
    back: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Flattened(Event):
    """How far closing everything got. ``done``: no trade is left, and none can come.

    ``trades``: symbol, direction, connection and paper of each, its ``state`` (closed: the venue confirmed it; sent:
    it has not answered; refused) and the venue's words in ``reason``.
    """

    kind: ClassVar[str] = "flattened"
    urgent: ClassVar[bool] = True
    done: bool
    trades: list[dict[str, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class HouseSwitched(Event):
    """The operator halted trading for everybody, or ended the halt."""

    kind: ClassVar[str] = "house"
    urgent: ClassVar[bool] = True
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StartFound(Event):
    """To admins: what a start found. Orders in doubt that are clear now, or not yet; trades that ended meanwhile;
    accounts that have not shown how they stand."""

    kind: ClassVar[str] = "start_found"
    settled: int
    unsettled: int
    ended: int
    silent: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble(Event):
    """Something on a trade needs the owner's eyes: an unknown order, a stop that cannot be placed."""

    kind: ClassVar[str] = "trouble"
    urgent: ClassVar[bool] = True
    connection: str
    paper: bool
    symbol: str
    code: str
    details: dict[str, str] = field(default_factory=dict)
    order_id: int | None = None  # the order its owner is asked to look for
    position_id: int | None = None  # the trade whose owner is asked whether what is held now stays


@dataclass(frozen=True, slots=True, kw_only=True)
class BackFromOutage(Event):
    """Signals that arrived while we were away and are too old to trade by themselves, in one message.

    ``offers`` are the newest of them, each with what a button needs to take it: signal_id, version, symbol, direction.
    """

    kind: ClassVar[str] = "back_from_outage"
    source: str
    count: int
    symbols: list[str]
    offers: list[dict[str, Any]] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedLost(Event):
    """A feed could not be read ``failures`` times in a row, and is no longer looked at. ``code`` says why."""

    kind: ClassVar[str] = "feed_lost"
    source: str
    source_id: int
    code: str
    failures: int


EVENTS: dict[str, type[Event]] = {
    e.kind: e
    for e in (
        SignalProposed,
        SignalUnclear,
        PostSkipped,
        SignalRefused,
        OrderRested,
        EntryCancelled,
        PositionOpened,
        PositionGrew,
        TargetHit,
        StopMoved,
        TargetsChanged,
        InstructionRefused,
        SignalEdited,
        InstructionEdited,
        PartClosed,
        PositionClosed,
        ResultCorrected,
        DayClosed,
        DaysCorrected,
        ConnectionLost,
        ConnectionSilent,
        Flattened,
        HouseSwitched,
        StartFound,
        Trouble,
        BackFromOutage,
        FeedLost,
    )
}
