"""Funding payments of one account: read whole or not at all, and told in the engine's words.

Exchanges differ in what they call received and what paid, in what a page holds, and in whether a payment has a number.
Where that is not known (``FundingForm``) nothing is read: a sign that was guessed would be worse than a gap.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from engine.adapters.ccxt_abilities import Abilities
from engine.adapters.ccxt_budget import Urgency
from engine.adapters.ccxt_quirks import FundingForm, Quirks
from engine.adapters.ccxt_shared import Shared
from engine.adapters.ccxt_wire import Wire
from engine.adapters.convert import optional_amount, to_decimal, to_time
from engine.errors import VenueRefused, VenueSilent
from engine.ports import Clock
from engine.types import FundingPayment, Instrument

WINDOW = timedelta(days=7)
"""Exchanges show no more than this of the past at once."""
SHORTEST = timedelta(hours=1)
"""A list that is still too long for one page in this time is given up."""

Raw = Mapping[str, Any]


class Funding:
    """Reads that can wait for everything else an account does."""

    def __init__(self, wire: Wire, shared: Shared, able: Abilities, quirks: Quirks, clock: Clock) -> None:
        shown = able.market == "swap" and wire.client.has.get("fetchFundingHistory") is True
        self._form = quirks.funding if shown else None
        self._wire = wire
        self._shared = shared
        self._clock = clock

    async def payments(self, symbols: Collection[str], since: datetime) -> tuple[FundingPayment, ...] | None:
        """Every payment of these symbols since then, oldest first; None where they are not shown."""
        if self._form is None:
            return None
        wanted = {symbol: self._shared.instruments[symbol] for symbol in symbols if symbol in self._shared.instruments}
        rows = await self._rows(sorted(wanted), since, self._form) if wanted else []
        try:
            found = [_payment(row, wanted[row["symbol"]], self._form) for row in rows if row["symbol"] in wanted]
        except (ValueError, TypeError, KeyError, AttributeError) as fault:
            raise VenueSilent(f"a funding payment that cannot be read: {fault}") from None
        return tuple(sorted(set(found), key=lambda payment: (payment.at, payment.funding_id)))

    async def _rows(self, symbols: list[str], since: datetime, form: FundingForm) -> list[Raw]:
        """Of all symbols at once where that is taken and fits a page, else of one after the other."""
        if len(symbols) > 1:
            try:
                return await self._since(None, since, form)
            except (VenueRefused, TooMany):
                pass
        try:
            return [row for symbol in symbols for row in await self._since(symbol, since, form)]
        except TooMany:
            raise VenueSilent("more funding payments than it shows") from None

    async def _since(self, symbol: str | None, since: datetime, form: FundingForm) -> list[Raw]:
        now, found = self._clock.now(), list[Raw]()
        if not form.until:
            return await self._page(symbol, since, None, form)
        while since < now:
            until = min(since + WINDOW, now)
            found += await self._between(symbol, since, until, form)
            since = until
        return found

    async def _between(self, symbol: str | None, since: datetime, until: datetime, form: FundingForm) -> list[Raw]:
        """A full page may have been cut off, at whichever end: half of the time is asked for then."""
        try:
            return await self._page(symbol, since, until, form)
        except TooMany:
            if until - since <= SHORTEST:
                raise
        middle = since + (until - since) / 2
        return [
            *await self._between(symbol, since, middle, form),
            *await self._between(symbol, middle, until, form),
        ]

    async def _page(self, symbol: str | None, since: datetime, until: datetime | None, form: FundingForm) -> list[Raw]:
        params = {**form.params, **({} if until is None else {"until": _milliseconds(until)})}
        limit = None if form.params else form.page
        call = self._wire.client.fetch_funding_history
        rows = await self._wire.read(call, symbol, _milliseconds(since), limit, params, urgency=Urgency.LEISURE)
        if not isinstance(rows, list) or not all(isinstance(row, Mapping) for row in rows):
            raise VenueSilent("funding payments that cannot be read")
        if len(rows) >= form.page:
            raise TooMany
        return rows


class TooMany(Exception):
    """A page that may have been cut off."""


def _payment(row: Raw, instrument: Instrument, form: FundingForm) -> FundingPayment:
    """An id that is none is made of symbol and moment: a symbol is paid for once at a time."""
    at, number = to_time(row["timestamp"]), str(row.get("id") or "") if form.numbered else ""
    return FundingPayment(
        funding_id=f"{instrument.symbol}#{number}" if number else f"{instrument.symbol}@{_milliseconds(at)}",
        symbol=instrument.symbol,
        amount=to_decimal(row["amount"]) * form.sign,
        currency=instrument.quote if form.in_quote else str(row["code"]),
        at=at,
        held=_held(row, instrument, form),
    )


def _held(row: Raw, instrument: Instrument, form: FundingForm) -> Decimal | None:
    """The size that it was paid for; None where that is not shown."""
    size = optional_amount(row["info"].get(form.size)) if form.size is not None else None
    return size * instrument.contract_size if size else None


def _milliseconds(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)
