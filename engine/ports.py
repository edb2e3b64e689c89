"""The borders of the engine: a clock, a venue, prices, and a store of facts. Everything else is a plain function.

A transaction is a *synchronous* function over ``Tx``. It cannot await, so no write is ever held over a network
call, and the store may group many of them into one durable commit. Such a function may run twice (when a
neighbour in its group fails): it must have no effect outside the transaction.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Collection, Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple, Protocol, TypeVar

from engine.errors import Code
from engine.events import Event
from engine.types import (
    Account,
    Checkup,
    Claim,
    Connection,
    DayReport,
    Entry,
    Execution,
    ExecutionReport,
    ExecutionStatus,
    Exposure,
    Fill,
    FundedAccount,
    FundingPayment,
    Holding,
    Instruction,
    Instrument,
    Listed,
    MarginMode,
    MessageStatus,
    Move,
    Order,
    OrderRequest,
    PaperBook,
    PaperOrder,
    Plan,
    Position,
    Post,
    Quote,
    SeenPost,
    Signal,
    Source,
    SourceMode,
    TradingState,
)

T = TypeVar("T")
CLOCK_FAR = 30.0
"""Seconds between a venue's clock and ours from which on nothing new is begun there."""


class Clock(Protocol):
    """The only source of time. ``now`` is aware UTC, ``monotonic`` is seconds for durations."""

    def now(self) -> datetime: ...
    def monotonic(self) -> float: ...
    async def sleep(self, seconds: float) -> None: ...


class Prices(Protocol):
    """Live quotes of one market. Quotes older than a caller tolerates are the caller's to refuse."""

    async def quote(self, symbol: str) -> Quote:
        """The latest quote. Raises VenueRefused(Code.NO_PRICE) when there is none."""

    def latest(self, symbol: str) -> Quote | None:
        """The latest quote already known, without asking anybody."""

    def ticks(self) -> AsyncIterator[Quote]:
        """Every new quote from now on; each caller gets its own stream, which ends when the feed closes."""

    async def watch(self, symbol: str) -> None:
        """Keep this symbol's quotes coming."""


class Venue(Protocol):
    """One account at one exchange or broker. The same contract test runs over every implementation.

    Writes (``place``, ``cancel``) are never retried inside: VenueBusy, VenueRefused and VenueLocked mean that
    definitely nothing was done; VenueSilent, and any other exception, mean that it may have been.
    """

    paper: bool
    stops_lock: bool  # a resting stop reserves what it would sell (spot): it has to go before anything else is sold
    account_currency: str

    @property
    def stops_rest_here(self) -> bool:
        """A protective stop can rest here. This ends for good when the venue takes no stops any more."""

    async def clock_off(self) -> float:
        """Seconds that the venue's clock is ahead of ours, as last measured; beyond CLOCK_FAR, as measured now."""

    async def instrument(self, base: str, quote: str | None) -> Instrument:
        """The tradable symbol for this pair; VenueRefused(SYMBOL_UNKNOWN | SYMBOL_AMBIGUOUS)."""

    async def account(self, *, as_told: bool = False) -> Account:
        """Balance and equity now. ``as_told``: where the venue tells every change by itself, what it told will do."""

    async def quote(self, instrument: Instrument) -> Quote:
        """VenueRefused(NO_PRICE) when the venue has none."""

    async def rate(self, currency: str) -> Decimal:
        """Account currency per one unit of ``currency``; VenueRefused(NO_PRICE) when unknown."""

    async def setup(self, symbol: str, leverage: int, margin_mode: MarginMode | None) -> None:
        """Set leverage and margin mode and read them back; VenueRefused(LEVERAGE) when they differ."""

    async def place(self, request: OrderRequest) -> ExecutionReport: ...

    async def find(self, client_order_id: str, symbol: str) -> ExecutionReport | None:
        """The order with our id, open or done. None is a positive "never seen", not "no answer"."""

    async def cancel(self, client_order_id: str, symbol: str) -> ExecutionReport:
        """Cancel, and say how it ended: an order that filled first comes back FILLED."""

    async def holdings(self, symbols: Collection[str] = ()) -> tuple[Holding, ...]:
        """What is held; and of each of ``symbols`` that it was read of that nothing is held, a holding of zero.

        A symbol whose holding is not in the answer was not read: that is no evidence of anything.
        """

    async def liquidated(self, symbol: str, since: datetime) -> Decimal | None:
        """The price at which the venue itself closed a position in this symbol after this moment, the latest of them;
        None when it did not, or does not say."""

    async def funding(self, symbols: Collection[str], since: datetime) -> tuple[FundingPayment, ...] | None:
        """Every funding payment of these symbols from this moment on, oldest first.

        None where nothing is paid, or the venue does not show it in words that are known. A list that was cut short, or
        cannot be read, raises: it is no evidence that nothing was paid.
        """

    async def open_orders(self) -> tuple[ExecutionReport, ...]: ...

    async def listed(self) -> tuple[Listed, ...]:
        """Live orders of the account that bear an id like ours, one look at what the venue lists: an order that is not
        among them may be alive all the same. Not urgent; nothing is said of their fills, and nothing taken for told."""

    def reports(self) -> AsyncIterator[ExecutionReport]:
        """Reports of our own orders that changed without our asking: resting fills, triggered stops."""

    def expires_after(self) -> float | None:
        """Seconds after which an unanswered order can no longer arrive: request window + skew + visibility lag.

        None when the venue cannot say: its orders in doubt wait for a person.
        """

    async def close(self) -> None: ...


class Venues(Protocol):
    """Opens and keeps one Venue per connection."""

    async def open(self, connection: Connection) -> Venue:
        """The live venue of this connection; VenueLocked when its credentials are unusable."""

    async def discard(self, connection_id: int) -> None: ...


class Secret(Protocol):
    """A value that shows itself only when asked to."""

    def reveal(self) -> str: ...


class Secrets(Protocol):
    """The credentials of connections, each for its owner only."""

    async def read(self, owner_id: int, connection_id: int) -> Mapping[str, Secret]:
        """Field → value, empty when there are none. VenueLocked(KEY_LOST) when they cannot be opened."""


# --- the store -------------------------------------------------------------------------------------


class Users(Protocol):
    def trading_state(self, user_id: int) -> TradingState:
        """The person's switch, or the one for everybody if that is stricter."""

    def timezone(self, user_id: int) -> str: ...
    def admins(self) -> tuple[int, ...]:
        """Admins who may use the bot."""

    def flattening(self) -> Mapping[int, datetime]:
        """Who wants every trade closed, and since when."""

    def flattened(self, user_id: int, since: datetime) -> bool:
        """It is done; False when the wish was ended, or made anew, in the meantime."""


class Connections(Protocol):
    def get(self, connection_id: int) -> Connection | None: ...
    def active(self) -> tuple[Connection, ...]:
        """Every connection that may execute."""

    def made_at(self, connection_id: int) -> datetime | None:
        """Since when it is there; None for one that is not."""

    def trading(self) -> tuple[Connection, ...]:
        """Connections with an open position or a resting entry."""

    def eligible(self, signal: Signal, source: Source, now: datetime) -> tuple[Connection, ...]:
        """The plan gate (SPEC 4.1). Source of a user: that user's connections, if a current plan has not expired.

        Source of an admin: every admin-owned connection, and the user-owned ones whose owner has a current,
        unexpired subscription to a plan attached to the signal.
        """

    def mark_used(self, connection_id: int, now: datetime) -> None: ...
    def mark_error(self, connection_id: int, message: str, now: datetime, *, code: Code = Code.KEY_LOST) -> None:
        """Nothing more is sent there until its owner has mended it."""

    def mark_tested(self, connection_id: int, latency_ms: int | None, now: datetime) -> None:
        """It answered; an error of before is over."""

    def note_silence(self, connection_id: int, message: str, now: datetime) -> None:
        """It did not answer. That proves nothing, so it stays as it is."""

    def note_rights(self, connection_id: int, now: datetime) -> None: ...
    def note_alert(self, connection_id: int, now: datetime) -> None: ...
    def checkup(self, connection_id: int) -> Checkup | None: ...
    def untested(self, before: datetime) -> tuple[Connection, ...]:
        """Active connections whose last test is not younger than this."""

    def broken(self) -> tuple[Connection, ...]:
        """Connections that were active and are in error."""


class Sources(Protocol):
    def get(self, source_id: int) -> Source | None: ...
    def following(self, chat_id: int) -> tuple[Source, ...]:
        """Active sources bound to this chat whose mode is not off."""

    def choices(self, source_id: int) -> Mapping[int, SourceMode]:
        """User id → what that user chose to do with a channel that is shared with them."""

    def wanting_both(self) -> frozenset[int]:
        """Users who take the same signal from each of their channels; everybody else takes the first only."""


class Messages(Protocol):
    def claim(self, source: Source, post: Post, digest: str, now: datetime) -> Claim:
        """Record the post (or its new version). UNIQUE(source, message id) decides who is first.

        ``digest`` is the hash of the normalised text: the same one in this channel within 24 h makes a duplicate. A
        version older than the one known is kept, and counts as seen.
        """

    def settle(
        self, row_id: int, status: MessageStatus, *, parsed: Mapping[str, Any] | None = None,
        signal_id: int | None = None, error: str | None = None, confidence: int | None = None,
    ) -> None: ...  # fmt: skip

    def owe(self, instruction: Instruction) -> None:
        """Keep it with its message until it is carried out: a restart must not lose a "close now"."""

    def owed(self) -> tuple[Instruction, ...]:
        """Those that a crash cut short, oldest message first."""

    def carried_out(self, instruction: Instruction) -> None: ...
    def get(self, row_id: int) -> SeenPost | None: ...
    def answered(self, source_id: int, message_id: int) -> int | None:
        """The number of the message that this one replies to; None when it replies to nothing, or was never seen."""

    def latest(self, source_id: int, count: int) -> tuple[SeenPost, ...]:
        """The newest posts of this channel, newest first."""


class Signals(Protocol):
    def publish(
        self, source: Source, post: Post, entry: Entry, digest: str, now: datetime, *, late: bool = False
    ) -> Signal:  # fmt: skip
        """Insert the signal, its take profits and its plan links. A ``late`` one is kept until it is offered."""

    def revise(self, signal_id: int, entry: Entry, now: datetime) -> Signal:
        """The channel changed its post: from now on this is the reading, under the next version number."""

    def withdraw(self, signal_id: int, now: datetime) -> None:
        """The channel took it back: nobody can take it any more."""

    def unoffered(self, source_id: int | None = None) -> tuple[Signal, ...]:
        """Late signals that nobody was told of yet, oldest first."""

    def offer(self, signal_ids: Iterable[int], now: datetime) -> None:
        """They are being offered now: from now on their time runs."""

    def taken(self, signal_id: int) -> None:
        """A late signal was taken, and so is published after all."""

    def like(self, source: Source, entry: Entry, digest: str, now: datetime) -> tuple[Signal, ...]:
        """Signals of other channels, of this base and side: of the last hour, and of this very text of the last day."""

    def executed(self, signal_ids: Iterable[int]) -> frozenset[tuple[int, int]]:
        """(signal id, user id): on whose connections these were executed, or tried to be."""

    def given(self, signal_ids: Iterable[int]) -> frozenset[tuple[int, int]]:
        """(signal id, user id): whom these were proposed to as their own channel's, or executed for and not refused."""

    def get(self, signal_id: int) -> Signal | None: ...
    def of_message(self, source_id: int, message_id: int) -> tuple[Signal, ...]:
        """The signals read from this post of this source."""

    def count_since(self, source_id: int, since: datetime) -> int:
        """How many signals of this source were published since then."""


class Executions(Protocol):
    def open(self, signal: Signal, connection: Connection, now: datetime) -> Execution | None:
        """A pending log for (signal, connection), or None when there already is one."""

    def get(self, execution_id: int) -> Execution | None: ...
    def plan_of(self, execution_id: int) -> Plan | None: ...
    def unplanned(self) -> tuple[Execution, ...]:
        """Pending logs that have no order yet: what a restart has to take up again."""

    def alive_of_source(self, source_id: int) -> tuple[Execution, ...]:
        """Executions of this channel's signals that follow it: not ordered yet, an entry alive, or a position open."""

    def reserve(self, execution_id: int, plan: Plan) -> None:
        """Write the plan into the log: symbol, quantity, prices, and the whole plan as JSON."""

    def settle(
        self, execution_id: int, status: ExecutionStatus, now: datetime, *, code: str | None = None,
        details: Mapping[str, str] | None = None, response: Mapping[str, Any] | None = None,
    ) -> None: ...  # fmt: skip


class Orders(Protocol):
    def add(self, order: Order) -> Order:
        """Insert an attempt, ``id`` ignored. UNIQUE(execution, leg, attempt) and UNIQUE(connection, client id)."""

    def get(self, order_id: int) -> Order | None: ...
    def by_client_id(self, connection_id: int, client_order_id: str) -> Order | None: ...
    def live(self, connection_id: int | None = None) -> tuple[Order, ...]:
        """Attempts in a state that is not terminal, oldest first."""

    def waiting(self) -> tuple[Order, ...]:
        """Entries that rest, or are filled in part."""

    def of_execution(self, execution_id: int) -> tuple[Order, ...]: ...
    def save(self, order: Order) -> Order:
        """Write the changed attempt; StaleVersion if another writer was first. Returns it with the next version."""

    def add_fills(self, order: Order, fills: tuple[Fill, ...]) -> tuple[Fill, ...]:
        """Insert the fills not seen before on this connection; returns just those."""


class Head(NamedTuple):
    """An open position without its figures."""

    id: int
    version: int
    connection_id: int


class Positions(Protocol):
    def add(self, position: Position) -> Position: ...
    def get(self, position_id: int) -> Position | None: ...
    def of_execution(self, execution_id: int) -> Position | None: ...
    def open(self, connection_id: int | None = None) -> tuple[Position, ...]: ...
    def crossed(self, connection_id: int | None = None) -> tuple[Position, ...]:
        """Positions, closed as a rule, whose account holds the other side of their symbol instead."""

    def heads(self) -> tuple[Head, ...]:
        """Which positions are open, and at which version: enough to know whether there is anything to read."""

    def of_user(self, user_id: int, *, only_open: bool = True, limit: int = 50) -> tuple[Position, ...]: ...
    def save(self, position: Position) -> Position:
        """Write it, rungs too; StaleVersion if another writer was first. Returns it with the next version."""

    def prices(self, updates: Mapping[int, tuple[Decimal, Decimal, Decimal]], now: datetime) -> None:
        """Position id → (current price, pnl, pnl %): display figures, written without touching the version."""

    def exposure(self, connection_id: int, symbol: str, since: datetime) -> Exposure:
        """Open positions *and* live entries that may become one; the result since then: what closed, and funding."""

    def closed_between(self, connection_id: int, start: datetime, end: datetime) -> tuple[Position, ...]: ...


class Funding(Protocol):
    """Funding payments, each booked once, and which position had which part of it."""

    def accounts(self, closed_since: datetime) -> tuple[FundedAccount, ...]:
        """Connections at exchanges with a position that is open, or closed since then."""

    def trades(self, owner_id: int, connection_id: int, closed_since: datetime) -> tuple[Position, ...]:
        """Positions of this connection that are open, or closed since then."""

    def moves(self, owner_id: int, position: Position) -> tuple[Move, ...]:
        """What the fills of its orders did to this position."""

    def add(
        self, owner_id: int, connection_id: int, payment: FundingPayment, parts: Mapping[int, Decimal], now: datetime
    ) -> bool:  # fmt: skip
        """Keep the payment with its parts, position id → account currency; False when it was kept before."""

    def paid(self, owner_id: int, connection_id: int, start: datetime, end: datetime) -> Decimal:
        """What our positions there were paid from ``start`` up to, not including, ``end``, in account currency."""

    def paid_since(self, owner_id: int, since: datetime) -> Mapping[int, Decimal]:
        """Connection id → what our positions there were paid since then."""

    def note_read(self, owner_id: int, connection_id: int, now: datetime) -> None: ...


class Outbox(Protocol):
    def tell(
        self, user_id: int, event: Event, *, key: str, now: datetime, connection_id: int | None = None,
        signal_id: int | None = None, position_id: int | None = None,
    ) -> None:  # fmt: skip
        """Owe this person a message. ``key`` is unique: telling the same fact again changes nothing."""


class Analytics(Protocol):
    def save(self, report: DayReport) -> bool:
        """Upsert by (connection, date); True when this day was not there before."""

    def history(self, connection_id: int, until: date) -> tuple[DayReport, ...]: ...


class Paper(Protocol):
    """The paper venue's own books: as durable as a real venue's, and as separate from ours."""

    def book(self, connection_id: int) -> PaperBook | None: ...
    def save(self, book: PaperBook) -> PaperBook:
        """Insert or update; StaleVersion if another writer was first."""

    def order(self, connection_id: int, client_order_id: str) -> PaperOrder | None: ...
    def orders(self, connection_id: int, *, only_open: bool) -> tuple[PaperOrder, ...]: ...
    def put(self, connection_id: int, order: PaperOrder) -> None:
        """Insert or update by client order id."""


class Tx(Protocol):
    """One transaction. Everything in it becomes durable together or not at all."""

    @property
    def users(self) -> Users: ...
    @property
    def connections(self) -> Connections: ...
    @property
    def sources(self) -> Sources: ...
    @property
    def messages(self) -> Messages: ...
    @property
    def signals(self) -> Signals: ...
    @property
    def executions(self) -> Executions: ...
    @property
    def orders(self) -> Orders: ...
    @property
    def positions(self) -> Positions: ...
    @property
    def funding(self) -> Funding: ...
    @property
    def outbox(self) -> Outbox: ...
    @property
    def analytics(self) -> Analytics: ...
    @property
    def paper(self) -> Paper: ...


class Store(Protocol):
    """Runs transactions. ``write`` returns only when the commit is on disk.

    What is ``urgent`` overtakes what is not: fills, stops and closes go before new trades.
    """

    async def write(self, work: Callable[[Tx], T], *, urgent: bool = False) -> T: ...
    async def read(self, work: Callable[[Tx], T]) -> T: ...
