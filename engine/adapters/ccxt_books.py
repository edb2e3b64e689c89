"""What a spot account holds, as its exchange tells it by itself: an entry need not ask, and wait, before it leaves.

A thousand accounts behind one address cannot all be asked before a signal: at Binance a balance costs 20 of the 6,000
that an address may spend a minute, an order 1. But every account is read every five minutes in any case, and the
exchange tells every change of it from then on, on the line that tells its orders, with the moment of the change.

A reading is believed as long as nothing can have been missed: it is young, the line was there before it and is the same
one still, and of whatever we did since, the exchange has told what it left. Anything else, and the account is asked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

from engine.adapters.ccxt_quirks import Quirks
from engine.adapters.convert import to_amount
from engine.ports import Clock

Balance = tuple[Decimal, Decimal]
"""What is there in all, and what of it is free."""
Told = tuple[int, dict[str, Balance]]
"""The moment of a change, in milliseconds of the exchange's clock, and the balances it left."""

YOUNG = 360.0
"""Seconds for which a reading is believed: accounts are read every five minutes."""
SETTLED = 2.0
"""Seconds after which a line that is open tells everything: by then it was subscribed to."""


class Books:
    """The books of one account. ``line`` gives the open line to the exchange, None while there is none."""

    def __init__(self, clock: Clock, line: Callable[[], object | None]) -> None:
        self._clock = clock
        self._line = line
        self._balances: dict[str, Balance] | None = None
        self._read_at = float("-inf")
        self._as_of = 0  # the exchange's moment of the latest change that is in the books
        self._done_at = 0  # the exchange's moment of the latest thing we did
        self._under_way = 0
        self._done = 0  # how many things we did; a reading during one of them is of before or after it
        self._heard: tuple[object, float] | None = None  # the line, and since when we know it to be open

    def known(self) -> dict[str, Balance] | None:
        """The balances of this moment; None when the exchange has to be asked."""
        young = self._clock.monotonic() - self._read_at <= YOUNG
        if self._balances is None or not young or self._under_way or self._as_of < self._done_at:
            return None
        return dict(self._balances) if self._heard is not None and self._line() is self._heard[0] else None

    def begin(self) -> Callable[[dict[str, Balance]], None]:
        """The account is being asked: what it answers is to be given to the result."""
        began, done, known_line = self._clock.monotonic(), self._done, self._is_listening()
        as_of, quiet = self._as_of, not self._under_way

        def read(balances: dict[str, Balance]) -> None:
            if known_line and quiet and done == self._done and as_of == self._as_of and not self._under_way:
                self._balances, self._read_at, self._done_at = dict(balances), began, 0
            else:
                self.forget()

        return read

    @contextmanager
    def writing(self) -> Iterator[None]:
        """While something of ours is on its way that may change them."""
        self._under_way += 1
        self._done += 1
        try:
            yield
        except BaseException:
            self.forget()  # it may have been done, and nobody knows when
            raise
        finally:
            self._under_way -= 1

    def did(self, at: object) -> None:
        """The exchange took it at this moment, in milliseconds of its clock; without one the account is asked."""
        if isinstance(at, int) and not isinstance(at, bool):
            self._done_at = max(self._done_at, at)
        else:
            self.forget()

    def told(self, told: Told | None) -> None:
        """A change, as the exchange tells it; None for one that does not say what it left."""
        self._is_listening()
        if told is None:
            self.forget()
        elif self._balances is not None and told[0] >= self._as_of:
            self._balances.update(told[1])
        if told is not None:
            self._as_of = max(self._as_of, told[0])

    def forget(self) -> None:
        """The account has to be asked."""
        self._balances = None

    def _is_listening(self) -> bool:
        """Whether the line was there before this moment, long enough to be subscribed to."""
        line, now = self._line(), self._clock.monotonic()
        if line is None:
            self._heard = None
            return False
        if self._heard is None or self._heard[0] is not line:
            self._heard = (line, now)
            self.forget()
        return now - self._heard[1] >= SETTLED


def books_of(client: Any, quirks: Quirks, market: str, clock: Clock) -> Books:
    """The books of this client's account; where its exchange was not seen to tell every change they stay empty."""
    if not quirks.tells_balances or market != "spot":
        return Books(clock, lambda: None)
    books, ended = Books(clock, lambda: _open_line(client)), client.handle_event_stream_terminated

    def changed(_line: Any, message: Mapping[str, Any]) -> None:
        books.told(position(message, client.safe_currency_code))

    def ends(line: Any, message: Mapping[str, Any]) -> None:
        books.forget()
        ended(line, message)

    client.handle_balance, client.handle_event_stream_terminated = changed, ends
    return books


def _open_line(client: Any) -> object | None:
    """The connection on which this client of ccxt listens."""
    return next((line for line in client.clients.values() if line.isConnected and line.error is None), None)


def position(message: Mapping[str, Any], name: Callable[[str], str]) -> Told | None:
    """Binance's ``outboundAccountPosition``, exact; None for any other message, and for one that cannot be read."""
    try:
        if message["e"] != "outboundAccountPosition":
            return None
        held = {name(row["a"]): (to_amount(row["f"]), to_amount(row["l"])) for row in message["B"]}
        return int(message["u"]), {code: (free + locked, free) for code, (free, locked) in held.items()}
    except (KeyError, TypeError, ValueError):
        return None
