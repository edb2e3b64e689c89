"""What an account has and what things cost: balances, holdings, quotes, rates, in base units and account currency."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from decimal import Decimal
from functools import partial
from typing import Any, TypeVar

import structlog

from engine.adapters.ccxt_abilities import Abilities
from engine.adapters.ccxt_books import Balance, Books
from engine.adapters.ccxt_quirks import Quirks
from engine.adapters.ccxt_shared import Shared
from engine.adapters.ccxt_wire import Wire
from engine.adapters.convert import optional_amount, to_decimal, to_price
from engine.errors import Code, EngineFault, VenueRefused, VenueSilent
from engine.types import ZERO, Account, Holding, Instrument, Quote

log = structlog.get_logger(__name__)

T = TypeVar("T")


class Money:
    """Reads of one account."""

    def __init__(
        self, wire: Wire, shared: Shared, able: Abilities, quirks: Quirks, books: Books | None = None
    ) -> None:  # fmt: skip
        self._books = books
        self._wire = wire
        self._shared = shared
        self._able = able
        self._quirks = quirks

    async def account(self, *, as_told: bool = False) -> Account:
        """On a spot market the coins count at their price now, and nothing is borrowed: balance and equity are one."""
        known = self._books.known() if as_told and self._books is not None else None
        balances, currency = known or await self.balances(), self._shared.currency
        total, free = balances.get(currency, (ZERO, ZERO))
        if self._able.market == "spot":
            worth = total + await self._worth(balances)
            return Account(currency=currency, balance=worth, equity=worth, free=free)
        profit = sum((self._profit(position) for position in self._ours(await self._rows())), ZERO)
        equity = total + profit if self._quirks.total_is_wallet else total
        return Account(currency=currency, balance=equity - profit, equity=equity, free=max(free, ZERO))

    async def balances(self) -> dict[str, Balance]:
        """By currency; what cannot be read is silence, never nothing."""
        note = self._books.begin() if self._books is not None else None
        answer = await self._wire.read(self._wire.client.fetch_balance)
        totals, free = answer.get("total"), answer.get("free")
        if not isinstance(totals, Mapping) or not isinstance(free, Mapping):
            raise VenueSilent("a balance that cannot be read")
        balances = _trusted(
            lambda: {
                str(code): (optional_amount(total) or ZERO, optional_amount(_shown(free.get(code))) or ZERO)
                for code, total in totals.items()
                if total is not None
            }
        )
        if note is not None:
            note(balances)
        return balances

    async def free(self, currency: str) -> Decimal:
        return (await self.balances()).get(currency, (ZERO, ZERO))[1]

    async def holdings(self, symbols: Collection[str] = ()) -> tuple[Holding, ...]:
        """Positions, long and short apart where the account keeps them so; on a spot market the coins.

        A list of all positions may be that of one currency, or one page: of ``symbols``, those that are not in it are
        asked for by name, and held to be nothing only then.
        """
        if self._able.market == "spot":
            return self._coins(await self.balances(), symbols)
        found = self._held(await self._rows())
        missing = sorted(set(symbols) - {held.symbol for held in found})
        return (*found, *[held for symbol in missing for held in await self._one(symbol)])

    async def liquidated(self, symbol: str, since: datetime) -> Decimal | None:
        """None as well where the exchange cannot be asked, or does not answer: then only the close itself is known."""
        client, first = self._wire.client, int(since.timestamp() * 1000)
        if self._able.market == "spot" or client.has.get("fetchMyLiquidations") is not True:
            return None
        try:
            rows = await self._wire.read(client.fetch_my_liquidations, symbol, first)
            ours = [row for row in rows if row["symbol"] == symbol and row["timestamp"] >= first]
            return to_price(max(ours, key=lambda row: row["timestamp"])["price"]) if ours else None
        except (EngineFault, TypeError, KeyError, ValueError) as fault:
            log.warning("liquidations not read", exchange=self._able.exchange, fault=type(fault).__name__)
            return None

    async def quote(self, instrument: Instrument) -> Quote:
        """Best bid and ask now. VenueRefused(NO_PRICE) when the venue has none."""
        return await self._shared.quotes.quote(instrument)

    async def rate(self, currency: str) -> Decimal:
        """Account currency per one unit of ``currency``."""
        own = self._shared.currency
        if currency == own:
            return Decimal(1)
        for instrument in self._shared.tradable.values():
            if (instrument.base, instrument.quote) == (currency, own):
                return (await self.quote(instrument)).mid
            if (instrument.base, instrument.quote) == (own, currency):
                return 1 / (await self.quote(instrument)).mid
        raise VenueRefused(f"no price for {currency}", code=Code.NO_PRICE, symbol=currency)

    # --- inside ------------------------------------------------------------------------------------

    async def _rows(self, symbols: list[str] | None = None) -> list[Mapping[str, Any]]:
        found = await self._wire.read(self._wire.client.fetch_positions, symbols)
        if not isinstance(found, list):
            raise VenueSilent("positions that cannot be read")
        return found

    def _held(self, rows: list[Mapping[str, Any]]) -> tuple[Holding, ...]:
        if any(self._is_strange(row) for row in rows):
            raise VenueSilent("a position in a market that is not listed any more")
        found = [_trusted(partial(self._holding, position)) for position in self._ours(rows)]
        return tuple(held for held in found if held is not None)

    async def _one(self, symbol: str) -> tuple[Holding, ...]:
        """What is held of this symbol, a zero when that is nothing; empty when it cannot be asked for."""
        if symbol not in self._shared.instruments or symbol not in (self._wire.client.markets or {}):
            return ()
        try:
            found = self._held(await self._rows([symbol]))
        except EngineFault as fault:
            log.warning("position not read", exchange=self._able.exchange, symbol=symbol, fault=fault.reason)
            return ()
        ours = tuple(held for held in found if held.symbol == symbol)
        return ours or (Holding(symbol=symbol, quantity=ZERO, entry_price=ZERO),)

    def _ours(self, rows: list[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
        return [row for row in rows if row.get("symbol") in self._shared.instruments]

    def _is_strange(self, row: Mapping[str, Any]) -> bool:
        """Held in a market that ccxt does not know: it may be one of ours whose listing ended."""
        return row.get("symbol") not in (self._wire.client.markets or {}) and bool(
            optional_amount(row.get("contracts"))
        )

    def _profit(self, position: Mapping[str, Any]) -> Decimal:
        instrument = self._shared.instruments[position["symbol"]]
        if instrument.quote != self._shared.currency or position.get("unrealizedPnl") is None:
            return ZERO
        return _trusted(lambda: to_decimal(position["unrealizedPnl"]))

    def _holding(self, position: Mapping[str, Any]) -> Holding | None:
        """One side of a position. A size without a side is not trusted."""
        instrument = self._shared.instruments[position["symbol"]]
        size = to_decimal(position.get("contracts") or 0) * instrument.contract_size
        if not size:
            return None
        side = position.get("side")
        if side not in ("long", "short"):
            raise ValueError(f"a position without a side: {side!r}")
        entry = optional_amount(position.get("entryPrice")) or ZERO
        return Holding(
            symbol=instrument.symbol, quantity=abs(size) if side == "long" else -abs(size), entry_price=entry
        )

    def _coins(self, balances: Mapping[str, Balance], symbols: Collection[str]) -> tuple[Holding, ...]:
        """Coins that can be sold, and the coin of each of ``symbols``. An account that shows nothing at all is empty or
        was not read: it proves nothing."""
        if not any(total for total, _ in balances.values()):
            return ()
        instruments = self._shared.instruments
        coins = {instruments[symbol].base for symbol in symbols if symbol in instruments}
        coins |= {i.base for i in instruments.values() if balances.get(i.base, (ZERO, ZERO))[0] >= i.lot_step}
        return tuple(
            Holding(symbol=coin, quantity=balances.get(coin, (ZERO, ZERO))[0], entry_price=ZERO)
            for coin in sorted(coins)
        )

    async def _worth(self, balances: Mapping[str, Balance]) -> Decimal:
        """What the other coins would bring. One without a price counts as nothing: it cannot pay for a trade."""
        own = {i.base: i for i in self._shared.tradable.values() if i.quote == self._shared.currency}
        held = {own[code].symbol: total for code, (total, _) in balances.items() if total and code in own}
        if not held or not self._wire.client.has.get("fetchTickers"):
            return ZERO
        try:
            prices = await self._shared.quotes.tickers(held)
        except EngineFault as fault:
            raise VenueSilent(f"coins without a price: {fault.reason}") from fault
        return sum((total * _price(prices.get(symbol)) for symbol, total in held.items()), ZERO)


def _price(ticker: object) -> Decimal:
    """Bid, else last; nothing when there is neither."""
    for name in ("bid", "last", "close"):
        try:
            return to_price(ticker.get(name) if isinstance(ticker, Mapping) else None)
        except ValueError:
            continue
    return ZERO


def _shown(raw: object) -> object:
    """An overdrawn free balance is none."""
    return "0" if str(raw).startswith("-") else raw


def _trusted(read: Callable[[], T]) -> T:
    """A number that cannot be read makes the whole answer silence: half an account would mislead."""
    try:
        return read()
    except ValueError as fault:
        raise VenueSilent(f"an answer that cannot be read: {fault}") from None
