"""Books funding payments: read from the venue once an hour, each added once to the trades it was paid for.

Venues pay on the hour, so each account is asked a little after it: cheap for a crowd, for the list costs an exchange
a lot. After a close it is asked on until the last payment had an hour to be shown. What comes after the close corrects
the result that was told, in the transaction that books it.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial

import structlog

from engine.analytics.days import Recount, recount
from engine.errors import EngineFault
from engine.events import DaysCorrected
from engine.execution import told
from engine.execution.sightings import Sightings
from engine.execution.told import Trade
from engine.ports import Clock, Store, Tx, Venue
from engine.positions import funding, profit
from engine.types import ZERO, FundedAccount, FundingPayment, Holding, Position

AFTER = timedelta(minutes=5)
"""After the full hour, until payments of the hour are shown."""
SHOWN = timedelta(hours=1)
"""After a close, until its last payment is shown."""
SETTLED = timedelta(minutes=2)
"""A fill from before a payment is known by then; a younger payment waits for the next reading."""
APART = timedelta(minutes=15)
"""Between two questions to one account, whatever became of the first."""
AGAIN = timedelta(days=1)
"""Read once more each time, for what was shown late."""
LATELY = timedelta(days=2)
"""A trade that closed before this has its result."""
FURTHEST = timedelta(days=30)
"""Further back nobody is asked."""
AT_ONCE = 8  # accounts read side by side

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Paid:
    """A payment, and what the account held besides our trades when it was paid.

    ``known``: that was read. None all the same is long and short at once, of which nobody can say what is ours.
    """

    payment: FundingPayment
    besides: Decimal | None
    known: bool

    @property
    def is_clear(self) -> bool:
        return self.known or self.payment.held is not None


class Funding:
    """``venue_of`` opens the venue of a connection."""

    def __init__(
        self, *, store: Store, clock: Clock, venue_of: Callable[[int], Awaitable[Venue]],
        on_change: Callable[[Position | None], None],
    ) -> None:  # fmt: skip
        self._store = store
        self._clock = clock
        self._venue_of = venue_of
        self._on_change = on_change
        self._seen = Sightings()
        self._asked: dict[int, datetime] = {}
        self._without: set[int] = set()
        self._gate = asyncio.Semaphore(AT_ONCE)

    def saw(self, connection_id: int, positions: Collection[Position], holdings: Collection[Holding]) -> None:
        """What a comparison found to be held there, beside these open positions of ours."""
        self._seen.note(connection_id, positions, holdings, self._clock.now())

    async def run(self) -> None:
        """One round: read every account whose payments of this hour were not read."""
        now = self._clock.now()
        accounts = await self._store.read(lambda tx: tx.funding.accounts(now - LATELY))
        await asyncio.gather(*(self._read(account) for account in accounts if self._is_due(account, now)))

    def _is_due(self, account: FundedAccount, now: datetime) -> bool:
        asked = self._asked.get(account.connection_id)
        if account.connection_id in self._without or (asked is not None and now - asked < APART):
            return False
        return is_due(account, now)

    async def _read(self, account: FundedAccount) -> None:
        async with self._gate:
            now = self._clock.now()
            self._asked[account.connection_id] = now
            try:
                await self._book(account, now)
            except EngineFault as fault:
                log.warning("funding not read", connection=account.connection_id, fault=fault.reason)
            except Exception:  # an answer that nobody foresaw is one account's matter
                log.exception("funding not booked", connection=account.connection_id)

    async def _book(self, account: FundedAccount, now: datetime) -> None:
        paid = await self._paid(account, now)
        if paid is None:
            self._without.add(account.connection_id)
            return
        for position in await self._store.write(partial(book, account=account, paid=paid, now=now)):
            self._on_change(position)

    async def _paid(self, account: FundedAccount, now: datetime) -> tuple[Paid, ...] | None:
        """Payments that can be booked by now; None when there are none to be had from this venue, ever."""
        trades = await self._store.read(partial(_trades, account=account, now=now))
        if not trades:
            return ()
        venue = await self._venue_of(account.connection_id)
        symbols = {position.symbol for position in trades}
        payments = await venue.funding(symbols, begin(trades, account.read_at, now))
        if payments is None:
            return None
        settled = [p for p in funding.told_apart(payments) if p.amount and p.at <= now - SETTLED]
        return await self._with_besides(account, venue, settled)

    async def _with_besides(
        self, account: FundedAccount, venue: Venue, payments: list[FundingPayment]
    ) -> tuple[Paid, ...]:  # fmt: skip
        """Where nobody noted what was held, it is taken for what is held now, if that can be read."""
        noted = {payment: self._seen.at(account.connection_id, payment.symbol, payment.at) for payment in payments}
        missing = {payment.symbol for payment, note in noted.items() if note is None and payment.held is None}
        held = await self._besides_now(account, venue, missing) if missing else {}
        return tuple(
            Paid(payment, held.get(payment.symbol), payment.symbol in held)
            if note is None
            else Paid(payment, note.quantity, known=True)
            for payment, note in noted.items()
        )

    async def _besides_now(
        self, account: FundedAccount, venue: Venue, symbols: Collection[str]
    ) -> dict[str, Decimal | None]:  # fmt: skip
        """Nothing while one of our trades fills: what it holds would be taken for the owner's own."""
        find = partial(_trades, account=account, now=self._clock.now())
        before = await self._store.read(find)
        found = funding.besides(before, await venue.holdings(symbols))
        return found if _quantities(await self._store.read(find)) == _quantities(before) else {}


# --- when ------------------------------------------------------------------------------------------


def is_due(account: FundedAccount, now: datetime) -> bool:
    """Once an hour while a trade is open; after its close until a reading came long enough after it."""
    read = account.read_at
    if read is None:
        return True
    hour = (now - AFTER).replace(minute=0, second=0, microsecond=0)
    if read >= hour + AFTER:
        return False
    return account.is_open or (account.closed_at is not None and read < account.closed_at + SHOWN)


def begin(trades: Sequence[Position], read_at: datetime | None, now: datetime) -> datetime:
    """From when on payments are asked for: a fill may be a little older than the trade we made of it."""
    first = max(min(position.opened_at for position in trades) - APART, now - FURTHEST)
    return first if read_at is None else max(first, read_at - AGAIN)


def _trades(tx: Tx, account: FundedAccount, now: datetime) -> tuple[Position, ...]:
    return tx.funding.trades(account.owner_id, account.connection_id, now - LATELY)


def _quantities(trades: Iterable[Position]) -> dict[int, Decimal]:
    return {position.id: position.quantity for position in trades}


# --- the transaction -------------------------------------------------------------------------------


def book(tx: Tx, account: FundedAccount, paid: Sequence[Paid], now: datetime) -> tuple[Position, ...]:
    """Add what was not added before to its trades, tell what that corrects, and note that it was read.

    Returns the positions as they are now. A payment is kept with its parts at once, so it is never shared out anew; one
    that is not clear is left for the next reading.
    """
    trades = {position.id: position for position in _trades(tx, account, now)}
    booked: defaultdict[int, Decimal] = defaultdict(Decimal)
    moments: set[datetime] = set()
    clear = [one for one in paid if one.is_clear]
    for one in clear:
        parts = _parts(tx, account, trades.values(), one)
        if parts and tx.funding.add(account.owner_id, account.connection_id, one.payment, parts, now):
            moments.add(one.payment.at)
            for position_id, amount in parts.items():
                booked[position_id] += amount
    changed = tuple(_amend(tx, trades[position_id], amount, now) for position_id, amount in booked.items())
    closed = {position.closed_at for position in changed if position.closed_at is not None}
    _recount(tx, account, changed, moments | closed, now)
    if len(clear) == len(paid):
        tx.funding.note_read(account.owner_id, account.connection_id, now)
    return changed


def _parts(tx: Tx, account: FundedAccount, trades: Iterable[Position], paid: Paid) -> dict[int, Decimal]:
    """Position id → its part of the payment in account currency. A payment in a third currency has no rate here."""
    payment = paid.payment
    if paid.known and paid.besides is None:
        return {}
    held: dict[int, Decimal] = {}
    rates: dict[int, Decimal] = {}
    for position in trades:
        if position.symbol != payment.symbol:
            continue
        plan = tx.executions.plan_of(position.execution_id)
        quantity = funding.held_at(position, tx.funding.moves(account.owner_id, position), payment.at)
        if quantity and plan is not None and plan.instrument.quote == payment.currency:
            held[position.id], rates[position.id] = quantity, position.rate
    whole = sum(held.values(), paid.besides or ZERO) if payment.held is None else payment.held
    return {one: part * rates[one] for one, part in funding.parts(payment.amount, held, whole).items()}


def _amend(tx: Tx, before: Position, amount: Decimal, now: datetime) -> Position:
    """The trade with its funding. The result of a closed one was told, so its owner hears that it is another now."""
    after = profit.apply_funding(before, amount)
    if after.is_open:
        return tx.positions.save(after)
    after = tx.positions.save(replace(after, seq=after.seq + 1))
    trade = _trade_of(tx, after)
    told.tell(tx, trade, told.corrected(trade, before, after), f"funding:{after.id}:{after.seq}", now, after.id)
    return after


def _recount(
    tx: Tx, account: FundedAccount, changed: Sequence[Position], moments: set[datetime], now: datetime
) -> None:  # fmt: skip
    """Days that were reported before this was known."""
    connection = tx.connections.get(account.connection_id)
    days = recount(tx, connection, moments) if connection is not None and changed else ()
    if connection is None or not days:
        return
    event = DaysCorrected(
        connection=connection.name,
        paper=connection.is_paper,
        currency=_trade_of(tx, changed[0]).currency,
        days=[_told(day) for day in days],
    )
    key = f"days:{connection.id}:{now.isoformat()}"
    tx.outbox.tell(account.owner_id, event, key=key, now=now, connection_id=connection.id)


def _told(day: Recount) -> dict[str, str]:
    return {"date": day.date.isoformat(), "before": format(day.before, "f"), "now": format(day.now, "f")}


def _trade_of(tx: Tx, position: Position) -> Trade:
    execution = tx.executions.get(position.execution_id)
    if execution is None:
        raise LookupError(f"position {position.id} has no execution")
    return told.trade_of(tx, execution)
