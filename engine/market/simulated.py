"""Simulated prices: a seeded random walk on whole ticks, with scripted paths for tests and the demo."""

from __future__ import annotations

from collections import deque
from collections.abc import AsyncIterator, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from random import Random

from engine.errors import Code, VenueRefused
from engine.market.fan import Fan
from engine.market.instruments import INSTRUMENTS, generic_instrument, round_price
from engine.ports import Clock
from engine.types import Instrument, Quote

START_PRICES: dict[str, Decimal] = {
    symbol: Decimal(price)
    for symbol, price in (
        line.split()
        for line in """\
        BTC/USDT 64000|ETH/USDT 3100|SOL/USDT 145|BNB/USDT 580|XRP/USDT 0.62|ADA/USDT 0.45|DOGE/USDT 0.14
        AVAX/USDT 34|LINK/USDT 15.5|DOT/USDT 7.2|LTC/USDT 84|BCH/USDT 440|ETC/USDT 27|TRX/USDT 0.125
        TON/USDT 6.8|UNI/USDT 9.1|ATOM/USDT 8.4|NEAR/USDT 6.1|APT/USDT 9.3|ARB/USDT 1.02|OP/USDT 2.3
        SUI/USDT 1.1|FIL/USDT 5.6|XMR/USDT 165|1000PEPE/USDT 0.0125|1000SHIB/USDT 0.024|PEPE/USDT 0.0000125
        BTC/USD 64000|ETH/USD 3100|XRP/USD 0.62|SOL/USD 145|LTC/USD 84
        EUR/USD 1.085|GBP/USD 1.27|AUD/USD 0.66|NZD/USD 0.61|USD/CHF 0.9|USD/CAD 1.365|USD/JPY 155
        EUR/GBP 0.8543|EUR/CHF 0.9765|EUR/AUD 1.644|EUR/CAD 1.481|EUR/NZD 1.7787|GBP/CHF 1.143|GBP/AUD 1.9242
        GBP/CAD 1.7336|GBP/NZD 2.082|AUD/CAD 0.9009|AUD/CHF 0.594|AUD/NZD 1.082|NZD/CAD 0.8327|NZD/CHF 0.549
        CAD/CHF 0.6593|EUR/JPY 168.18|GBP/JPY 196.85|AUD/JPY 102.3|NZD/JPY 94.55|CAD/JPY 113.55|CHF/JPY 172.22
        USD/MXN 17.1|USD/ZAR 18.4|XAU/USD 2340|XAG/USD 28.5|WTI/USD 78.5|BRENT/USD 82.5
        US30/USD 39200|NAS100/USD 18600|SPX500/USD 5280|US2000/USD 2070|GER40/EUR 18600|FRA40/EUR 8050
        EU50/EUR 5020|UK100/GBP 8300|JP225/JPY 38700|AUS200/AUD 7750|HK50/HKD 18500|USD/HKD 7.81""".replace(
            "\n", "|"
        ).split("|")
    )
}

_WALK_PARTS = 5_000
"""One step moves a price by at most one part in this many (2 basis points)."""
_SPREAD_PARTS = 100_000
"""Half a spread is one part in this many (0.1 basis points), and at least one tick."""


@dataclass(slots=True)
class _Path:
    """Where one symbol stands, in ticks, and what it does next."""

    instrument: Instrument
    ticks: int
    half_spread: int
    random: Random
    script: deque[Decimal] = field(default_factory=deque)

    def advance(self) -> None:
        if self.script:
            self.put(self.script.popleft())
            return
        reach = max(1, self.ticks // _WALK_PARTS)
        self.ticks = max(1, self.ticks + self.random.randint(-reach, reach))

    def put(self, mid: Decimal) -> None:
        self.ticks = _ticks(mid, self.instrument)

    def quote(self, at: datetime) -> Quote:
        """Bid and ask around the middle; the spread narrows where the bid would fall to zero."""
        tick, half = self.instrument.tick_size, min(self.half_spread, self.ticks - 1)
        bid, ask = (self.ticks - half) * tick, (self.ticks + half) * tick
        return Quote(symbol=self.instrument.symbol, bid=bid, ask=ask, at=at)


def _ticks(mid: Decimal, instrument: Instrument) -> int:
    if not (mid.is_finite() and mid > 0):
        raise ValueError(f"a price is positive, not {mid}")
    return max(1, int(round_price(mid, instrument.tick_size) / instrument.tick_size))


class SimulatedPrices:
    """A market of its own (engine.ports.Prices). The same seed, listings and steps give the same prices.

    Every symbol walks by its own generator, so what else is watched changes nothing for it. ``instruments`` is
    live: a symbol listed later appears in it.
    """

    def __init__(
        self, clock: Clock, seed: int = 0, prices: Mapping[str, Decimal] = START_PRICES,
        instruments: Mapping[str, Instrument] = INSTRUMENTS,
    ) -> None:  # fmt: skip
        self._clock = clock
        self._seed = seed
        self._paths: dict[str, _Path] = {}
        self._watched: dict[str, None] = {}
        self._latest: dict[str, Quote] = {}
        self._fan: Fan[Quote] = Fan(lambda quote: quote.symbol)
        self._closed = False
        self.instruments: dict[str, Instrument] = {}
        for symbol, price in prices.items():
            self._open(instruments[symbol], price, None)

    def list_symbol(self, base: str, quote: str, price: Decimal, *, half_spread: int | None = None) -> Instrument:
        """Start trading a pair at ``price``: by the table's rules if it knows it, else with generic steps.

        ``half_spread`` is the distance of bid and ask from the middle, in ticks.
        """
        instrument = INSTRUMENTS.get(f"{base}/{quote}") or generic_instrument(base, quote, price)
        self._open(instrument, price, half_spread)
        return instrument

    async def quote(self, symbol: str) -> Quote:
        """The price of this moment; VenueRefused(NO_PRICE) for a symbol that is not listed."""
        quote = self._path(symbol).quote(self._clock.now())
        self._latest[symbol] = quote
        return quote

    def latest(self, symbol: str) -> Quote | None:
        return self._latest.get(symbol)

    def ticks(self) -> AsyncIterator[Quote]:
        return self._fan.reader()

    async def watch(self, symbol: str) -> None:
        self._path(symbol)
        self._watched[symbol] = None

    def step(self) -> None:
        """Move every watched symbol by one tick of time."""
        for symbol in self._watched:
            path = self._paths[symbol]
            path.advance()
            self._emit(path)

    def script(self, symbol: str, prices: Iterable[Decimal]) -> None:
        """The middle prices of the next steps of a symbol; after the last one it walks again."""
        self._path(symbol).script.extend(prices)

    def set_price(self, symbol: str, mid: Decimal) -> Quote:
        """Move a symbol to this middle price, rounded to its tick, and tell every reader at once."""
        path = self._path(symbol)
        path.put(mid)
        return self._emit(path)

    async def run(self, interval: float) -> None:
        """One step every ``interval`` seconds until the market closes."""
        while not self._closed:
            self.step()
            await self._clock.sleep(interval)

    def close(self) -> None:
        self._closed = True
        self._fan.close()

    def _open(self, instrument: Instrument, price: Decimal, half_spread: int | None) -> None:
        ticks = _ticks(price, instrument)
        usual = max(1, ticks // _SPREAD_PARTS)
        random = Random(f"{self._seed}:{instrument.symbol}")  # noqa: S311  # a repeatable walk, not a secret
        self._paths[instrument.symbol] = _Path(instrument, ticks, usual if half_spread is None else half_spread, random)
        self.instruments[instrument.symbol] = instrument

    def _path(self, symbol: str) -> _Path:
        path = self._paths.get(symbol)
        if path is None:
            raise VenueRefused(f"no price for {symbol}", code=Code.NO_PRICE, symbol=symbol)
        return path

    def _emit(self, path: _Path) -> Quote:
        quote = path.quote(self._clock.now())
        self._latest[quote.symbol] = quote
        self._fan.publish(quote)
        return quote
