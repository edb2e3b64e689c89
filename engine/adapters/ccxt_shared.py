"""What all connections to one exchange and market have in common: its instruments, its prices, its clock, our address's
budget.

Loading the markets of a large exchange costs half a second and tens of megabytes, so it is done once, without a key,
and every client is handed the same tables.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Mapping
from typing import Any, NamedTuple

import structlog

from engine.adapters.ccxt_client import open_client
from engine.adapters.ccxt_markets import instruments_from_markets, is_trading
from engine.adapters.ccxt_quotes import Quotes
from engine.adapters.ccxt_wire import Skew, Wire, budget_of
from engine.errors import Code, EngineFault, VenueRefused, VenueSilent
from engine.market.instruments import DEFAULT_QUOTES
from engine.ports import Clock
from engine.types import Instrument

TICK_STEPS = 4
"""ccxt's precisionMode in which a precision is the step itself; 102 of its 104 exchanges use it."""
FRESH = 900.0
"""Seconds after which the rules of the markets are read again."""
AGAIN = 60.0
"""Seconds after which they are read again when that failed."""
TABLES = (
    "markets", "markets_by_id", "symbols", "ids", "currencies", "currencies_by_id", "baseCurrencies", "quoteCurrencies",
    "codes",
)  # fmt: skip
"""What ccxt keeps of a list of markets."""

log = structlog.get_logger(__name__)


class Place(NamedTuple):
    """Where somebody trades: an exchange, a market of it ("spot" or "swap"), the real system or the test system."""

    exchange: str
    market: str
    testnet: bool


class Shared:
    """One place. Open it with ``await Shared.open(...)``; every client of the place is lent its tables.

    ``tradable`` are the instruments that a trade can begin with now. ``instruments`` are all that were ever seen: what
    is held of one that trading was halted for is still held, and its orders are still there.
    """

    def __init__(self, place: Place, source: Any, clock: Clock) -> None:
        self.place = place
        self.address = budget_of(source, clock)
        self.skew = Skew()
        self.instruments: Mapping[str, Instrument] = {}
        self.tradable: Mapping[str, Instrument] = {}
        self.currency = ""
        self.version = 0
        self.guests = 0
        self.wire = Wire(source, place.market, clock, address=self.address, skew=self.skew)
        self.quotes = Quotes(self.wire, clock)
        self._clock = clock
        self._loaded_at = float("-inf")
        self._lock = asyncio.Lock()

    @classmethod
    async def open(cls, place: Place, clock: Clock, base_url: str | None) -> Shared:
        """Raises EngineFault when the exchange does not answer, or cannot serve."""
        try:
            source = await open_client(
                place.exchange, base_url=base_url, market=place.market, testnet=place.testnet, streams=True
            )
        except ValueError as fault:
            raise VenueRefused(str(fault), code=Code.NOT_FOUND) from fault
        shared = cls(place, source, clock)
        try:
            if source.precisionMode != TICK_STEPS:
                raise VenueRefused(f"{place.exchange} has no price steps", code=Code.NOT_FOUND)
            await shared.wire.set_clock_quietly()
            await shared._load()
        except BaseException:
            await source.close()
            raise
        return shared

    def lend(self, client: Any) -> int:
        """Give a client the tables; returns which version of them it has now."""
        client.set_markets_from_exchange(self.wire.client)
        return self.version

    async def refresh(self, max_age: float = FRESH) -> None:
        """Read the rules again if they are older than this; while the exchange does not answer, the old ones hold."""
        async with self._lock:
            if self._clock.monotonic() - self._loaded_at <= max_age:
                return
            await self.wire.set_clock_quietly()
            try:
                await self._load()
            except EngineFault as fault:
                log.warning("markets not read again", exchange=self.place.exchange, fault=fault.reason)
                self._loaded_at = self._clock.monotonic() - FRESH + AGAIN

    async def close(self) -> None:
        await self.wire.close()

    async def _load(self) -> None:
        """An answer that leaves most of the markets out is not believed: ccxt gets its tables back."""
        client = self.wire.client
        tables = {name: getattr(client, name) for name in TABLES}
        markets = await self.wire.read(client.load_markets, True)
        ours = {symbol: market for symbol, market in markets.items() if _is_ours(market, self.place.market)}
        listed = instruments_from_markets(ours)
        tradable = {symbol: found for symbol, found in listed.items() if is_trading(ours[symbol])}
        if not listed or len(tradable) * 2 < len(self.tradable):
            for name, table in tables.items():
                setattr(client, name, table)
            raise VenueSilent(f"a list with {len(tradable)} markets where {len(self.tradable)} were traded")
        self.tradable = tradable
        self.instruments = {**self.instruments, **listed}
        self.currency = _currency(self.tradable or self.instruments)
        self.version += 1
        self._loaded_at = self._clock.monotonic()


class Commons:
    """The places that somebody trades at now, each opened once, and closed when nobody is left."""

    def __init__(self, clock: Clock, urls: Mapping[str, str]) -> None:
        self._clock = clock
        self._urls = urls
        self._places: dict[Place, Shared] = {}
        self._locks: defaultdict[Place, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def enter(self, place: Place) -> Shared:
        """Every ``enter`` has its ``leave``. A place that does not answer holds up nobody else."""
        async with self._locks[place]:
            if place not in self._places:
                self._places[place] = await Shared.open(place, self._clock, self.url(place.exchange))
            self._places[place].guests += 1
            return self._places[place]

    async def leave(self, place: Place) -> None:
        async with self._locks[place]:
            shared = self._places[place]
            shared.guests -= 1
            if not shared.guests:
                del self._places[place]
                await shared.close()

    def url(self, exchange: str) -> str | None:
        return self._urls.get(exchange)


def _is_ours(market: Mapping[str, Any], kind: str) -> bool:
    if kind == "spot":
        return bool(market.get("spot"))
    return bool(market.get("swap") and market.get("linear"))


def _currency(instruments: Mapping[str, Instrument]) -> str:
    """The money of the account: the usual quote that is listed, else the one most pairs are quoted in."""
    quotes = [instrument.quote for instrument in instruments.values()]
    for usual in DEFAULT_QUOTES:
        if usual in quotes:
            return usual
    return max(sorted(set(quotes)), key=quotes.count, default="")
