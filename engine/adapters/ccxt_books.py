"""What a spot account holds, as its exchange tells it by itself: an entry need not ask, and wait, before it leaves.

A thousand accounts behind one address cannot all be asked before a signal: at Binance a balance costs 20 of the 6,000
that an address may spend a minute, an order 1. But every account is read every five minutes in any case, and the
exchange tells every change of it from then on, on the line that tells its orders, with the moment of the change.

A reading is believed as long as nothing can have been missed: it is young, the exchange had confirmed before it that it
tells us, has not ended that since, and of whatever we did has told what it left. Anything else, and the account is
asked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from decimal import Decimal
from functools import partial
from typing import Any

from engine.adapters.ccxt_quirks import Quirks
from engine.adapters.ccxt_wire import StreamEnded
from engine.adapters.convert import to_amount
from engine.ports import Clock

Balance = tuple[Decimal, Decimal]
"""What is there in all, and what of it is free."""
Told = tuple[int, dict[str, Balance]]
"""The moment of a change, in milliseconds of the exchange's clock, and the balances it left."""

YOUNG = 360.0
"""Seconds for which a reading is believed: accounts are read every five minutes."""


class Books:
    """The books of one account. ``line`` gives what the exchange tells us on, another one each time it begins anew, and
    None while it does not."""

    def __init__(self, clock: Clock, line: Callable[[], object | None]) -> None:
        self._clock = clock
        self._line = line
        self._balances: dict[str, Balance] | None = None
        self._read_at = float("-inf")
        self._read_on: object | None = None  # the line during the reading
        self._as_of = 0  # the exchange's moment of the latest change that is in the books
        self._done_at = 0  # the exchange's moment of the latest thing we did
        self._under_way = 0
        self._stirred = 0  # how much happened; a reading during any of it is of before or after it

    def known(self) -> dict[str, Balance] | None:
        """The balances of this moment; None when the exchange has to be asked."""
        young = self._clock.monotonic() - self._read_at <= YOUNG
        if self._balances is None or not young or self._under_way or self._as_of < self._done_at:
            return None
        return dict(self._balances) if self._line() is self._read_on else None

    def begin(self) -> Callable[[dict[str, Balance]], None]:
        """The account is being asked: what it answers is to be given to the result."""
        began, stirred, line, quiet = self._clock.monotonic(), self._stirred, self._line(), not self._under_way

        def read(balances: dict[str, Balance]) -> None:
            if quiet and stirred == self._stirred and line is not None and line is self._line():
                self._balances, self._read_at, self._read_on, self._done_at = dict(balances), began, line, 0
            else:
                self._balances = None

        return read

    @contextmanager
    def writing(self) -> Iterator[Callable[[object], None]]:
        """While something of ours is on its way that may change them; when it was done is to be given to the result."""
        self._under_way += 1
        self._stirred += 1
        try:
            yield partial(self._did, self._as_of)
        except BaseException:
            self.forget()  # it may have been done, and nobody knows when
            raise
        finally:
            self._under_way -= 1

    def _did(self, before: int, at: object) -> None:
        """The exchange took it at this moment, in milliseconds of its clock.

        Without a moment the account is asked, and so it is when the change that this left could not be told from one of
        ``before``, or from what something else of ours left in the same millisecond.
        """
        if isinstance(at, int) and not isinstance(at, bool) and at > before and at != self._done_at:
            self._done_at = max(self._done_at, at)
        else:
            self.forget()

    def told(self, told: Told | None) -> None:
        """A change, as the exchange tells it; None for one that does not say what it left.

        One that comes out of its order may speak of a currency that the later one left out.
        """
        if told is None or told[0] < self._as_of:
            self.forget()
            return
        self._stirred += 1
        self._as_of = told[0]
        if self._balances is not None:
            self._balances.update(told[1])

    def forget(self) -> None:
        """The account has to be asked; one that is being asked now, once more."""
        self._stirred += 1
        self._balances = None


def books_of(client: Any, quirks: Quirks, market: str, clock: Clock) -> Books:
    """The books of this client's account; where its exchange was not seen to tell every change they stay empty."""
    if not quirks.tells_balances or market != "spot":
        return Books(clock, lambda: None)
    told_on: list[_Line] = []
    books = Books(clock, lambda: next((line for line in told_on if line.is_open), None))
    confirmed, ended = client.handle_user_data_stream_subscribe, client.handle_event_stream_terminated

    def begins(connection: Any, message: Mapping[str, Any]) -> None:
        confirmed(connection, message)
        told_on[:] = [_Line(client, connection)] if market in connection.subscriptions else []

    def changed(_connection: Any, message: Mapping[str, Any]) -> None:
        books.told(position(message, client.safe_currency_code))

    def ends(connection: Any, message: Mapping[str, Any]) -> None:
        told_on.clear()
        ended(connection, message)
        connection.on_error(StreamEnded("the exchange tells nothing more"))  # ccxt tells nobody who listens for orders

    client.handle_user_data_stream_subscribe = begins
    client.handle_balance, client.handle_event_stream_terminated = changed, ends
    return books


class _Line:
    """A subscription that the exchange has confirmed, on a connection of ccxt's, which may outlive it."""

    def __init__(self, client: Any, connection: Any) -> None:
        self._client, self._connection = client, connection

    @property
    def is_open(self) -> bool:
        line = self._connection
        return self._client.clients.get(line.url) is line and bool(line.isConnected and line.error is None)


def position(message: Mapping[str, Any], name: Callable[[str], str]) -> Told | None:
    """Binance's ``outboundAccountPosition``, exact; None for any other message, and for one that cannot be read."""
    try:
        if message["e"] != "outboundAccountPosition":
            return None
        held = {name(row["a"]): (to_amount(row["f"]), to_amount(row["l"])) for row in message["B"]}
        return int(message["u"]), {code: (free + locked, free) for code, (free, locked) in held.items()}
    except (KeyError, TypeError, ValueError):
        return None
