"""The instrument table: what may be traded, in which steps, and how a pair's name becomes one instrument.

Figures follow the contract specifications that large venues publish (crypto perpetuals, CFDs), so that a plan
that fits here fits there. Quantities are in base units: one lot of forex is 100 000 units (``contract_size``).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import ROUND_HALF_UP, Decimal

from engine.errors import Code, VenueRefused
from engine.types import ZERO, Instrument

METALS = {"XAU": Decimal("0.10"), "XAG": Decimal("0.01"), "XPT": Decimal("0.10"), "XPD": Decimal("0.10")}
OILS = ("WTI", "BRENT")
INDICES = ("US30", "NAS100", "SPX500", "US2000", "GER40", "UK100", "FRA40", "EU50", "JP225", "AUS200", "HK50")
FIAT = ("USD", "EUR", "GBP", "JPY", "CHF", "AUD", "NZD", "CAD", "SEK", "NOK", "SGD", "HKD", "MXN", "ZAR", "TRY", "PLN")

DEFAULT_QUOTES = ("USDT", "USD", "USDC")
"""Quotes tried in this order when a post names only the base."""


def floor_to_step(quantity: Decimal, step: Decimal) -> Decimal:
    """The largest multiple of ``step`` that is not above ``quantity``: never more than was meant; 0 stays 0."""
    if quantity < 0:
        raise ValueError(f"a quantity is not negative: {quantity}")
    return quantity // step * step


def round_price(price: Decimal, tick: Decimal, rounding: str = ROUND_HALF_UP) -> Decimal:
    """The multiple of ``tick`` nearest to ``price``; ``rounding`` is one of the decimal module's modes."""
    return (price / tick).to_integral_value(rounding=rounding) * tick


def on_step(value: Decimal, step: Decimal) -> bool:
    """True when ``value`` is a whole number of steps."""
    return value % step == 0


def pip_size(base: str, quote: str, tick: Decimal) -> Decimal:
    """What "one pip" means for a pair.

    Forex 0.0001, or 0.01 against the yen; gold 0.10, silver and oil 0.01; an index point is 1. Crypto has no pip
    convention, so a pip there is one tick of the instrument.
    """
    if base in METALS:
        return METALS[base]
    if base in INDICES:
        return Decimal(1)
    if base in OILS:
        return Decimal("0.01")
    if base in FIAT and quote in FIAT:
        return Decimal("0.01") if quote == "JPY" else Decimal("0.0001")
    return tick


def _listed(
    base: str, quote: str, tick: str, step: str, most: str, leverage: int, *, least: str | None = None,
    notional: str = "0", lot: str = "1", margin: bool = True,
) -> Instrument:  # fmt: skip
    return Instrument(
        symbol=f"{base}/{quote}",
        base=base,
        quote=quote,
        tick_size=Decimal(tick),
        lot_step=Decimal(step),
        min_qty=Decimal(least or step),
        min_notional=Decimal(notional),
        max_qty=Decimal(most),
        pip_size=pip_size(base, quote, Decimal(tick)),
        contract_size=Decimal(lot),
        margin=margin,
        max_leverage=leverage,
    )


def _coin(base: str, tick: str, step: str, most: str, leverage: int, quote: str = "USDT") -> Instrument:
    return _listed(base, quote, tick, step, most, leverage, notional="5")


def _pair(pair: str, tick: str = "0.00001", leverage: int = 500) -> Instrument:
    base, quote = pair.split("/")
    return _listed(base, quote, tick, "1000", "10000000", leverage, lot="100000")


def _index(base: str, quote: str, tick: str, leverage: int = 200) -> Instrument:
    return _listed(base, quote, tick, "0.1", "1000", leverage)


_TABLE: tuple[Instrument, ...] = (
    # crypto perpetuals against the dollar stablecoin
    _coin("BTC", "0.1", "0.001", "1000", 125),
    _coin("ETH", "0.01", "0.001", "10000", 100),
    _coin("SOL", "0.01", "0.01", "100000", 100),
    _coin("BNB", "0.01", "0.01", "20000", 75),
    _coin("XRP", "0.0001", "0.1", "10000000", 75),
    _coin("ADA", "0.0001", "1", "10000000", 75),
    _coin("DOGE", "0.00001", "1", "50000000", 75),
    _coin("AVAX", "0.001", "0.1", "500000", 75),
    _coin("LINK", "0.001", "0.01", "500000", 75),
    _coin("DOT", "0.001", "0.1", "1000000", 75),
    _coin("LTC", "0.01", "0.001", "50000", 75),
    _coin("BCH", "0.01", "0.001", "50000", 75),
    _coin("ETC", "0.001", "0.01", "500000", 75),
    _coin("TRX", "0.00001", "1", "50000000", 75),
    _coin("TON", "0.0001", "0.1", "1000000", 50),
    _coin("UNI", "0.001", "0.1", "500000", 75),
    _coin("ATOM", "0.001", "0.01", "500000", 75),
    _coin("NEAR", "0.001", "0.1", "1000000", 75),
    _coin("APT", "0.001", "0.1", "500000", 50),
    _coin("ARB", "0.0001", "0.1", "5000000", 50),
    _coin("OP", "0.0001", "0.1", "5000000", 50),
    _coin("SUI", "0.0001", "0.1", "5000000", 50),
    _coin("FIL", "0.001", "0.1", "500000", 50),
    _coin("XMR", "0.01", "0.001", "10000", 50),
    _coin("1000PEPE", "0.0000001", "1", "500000000", 50),
    _coin("1000SHIB", "0.000001", "1", "100000000", 50),
    _listed("PEPE", "USDT", "0.00000001", "1", "100000000000", 1, notional="5", margin=False),
    # crypto against the dollar itself, as brokers list it
    _coin("BTC", "0.01", "0.001", "100", 100, "USD"),
    _coin("ETH", "0.01", "0.01", "1000", 100, "USD"),
    _coin("XRP", "0.0001", "1", "1000000", 50, "USD"),
    _coin("SOL", "0.01", "0.1", "10000", 50, "USD"),
    _coin("LTC", "0.01", "0.1", "10000", 50, "USD"),
    # forex majors
    _pair("EUR/USD"), _pair("GBP/USD"), _pair("AUD/USD"), _pair("NZD/USD"),
    _pair("USD/CHF"), _pair("USD/CAD"), _pair("USD/JPY", "0.001"),
    # forex crosses
    _pair("EUR/GBP"), _pair("EUR/CHF"), _pair("EUR/AUD"), _pair("EUR/CAD"), _pair("EUR/NZD"),
    _pair("GBP/CHF"), _pair("GBP/AUD"), _pair("GBP/CAD"), _pair("GBP/NZD"),
    _pair("AUD/CAD"), _pair("AUD/CHF"), _pair("AUD/NZD"), _pair("NZD/CAD"), _pair("NZD/CHF"), _pair("CAD/CHF"),
    _pair("EUR/JPY", "0.001"), _pair("GBP/JPY", "0.001"), _pair("AUD/JPY", "0.001"), _pair("NZD/JPY", "0.001"),
    _pair("CAD/JPY", "0.001"), _pair("CHF/JPY", "0.001"),
    _pair("USD/MXN", leverage=50), _pair("USD/ZAR", leverage=50), _pair("USD/HKD", leverage=50),
    # metals, in ounces
    _listed("XAU", "USD", "0.01", "1", "10000", 500, lot="100"),
    _listed("XAG", "USD", "0.001", "50", "500000", 200, lot="5000"),
    # oil, in barrels
    _listed("WTI", "USD", "0.01", "10", "100000", 100, lot="1000"),
    _listed("BRENT", "USD", "0.01", "10", "100000", 100, lot="1000"),
    # indices, one unit of the index's currency a point
    _index("US30", "USD", "0.1"), _index("NAS100", "USD", "0.1"), _index("SPX500", "USD", "0.1"),
    _index("US2000", "USD", "0.1"), _index("GER40", "EUR", "0.1"), _index("FRA40", "EUR", "0.1"),
    _index("EU50", "EUR", "0.1"), _index("UK100", "GBP", "0.1"), _index("JP225", "JPY", "1"),
    _index("AUS200", "AUD", "0.1"), _index("HK50", "HKD", "0.1"),
)  # fmt: skip

INSTRUMENTS: dict[str, Instrument] = {instrument.symbol: instrument for instrument in _TABLE}


def resolve(base: str, quote: str | None, instruments: Iterable[Instrument]) -> Instrument:
    """The one instrument meant by a pair, or by a base alone.

    A named quote must match exactly. Without one, the first of DEFAULT_QUOTES that is listed wins, else the only
    quote there is. Names are compared whole: PEPE is never taken for 1000PEPE. Raises VenueRefused with
    SYMBOL_UNKNOWN when nothing matches and SYMBOL_AMBIGUOUS when several match equally well.
    """
    wanted = base.upper()
    listed = [i for i in instruments if i.base == wanted]
    if quote is not None:
        return _only(wanted, quote.upper(), [i for i in listed if i.quote == quote.upper()])
    for usual in DEFAULT_QUOTES:
        matches = [i for i in listed if i.quote == usual]
        if matches:
            return _only(wanted, usual, matches)
    return _only(wanted, None, listed)


def _only(base: str, quote: str | None, matches: list[Instrument]) -> Instrument:
    name = f"{base}/{quote}" if quote else base
    if not matches:
        raise VenueRefused(f"{name} is not listed", code=Code.SYMBOL_UNKNOWN, symbol=name)
    if len(matches) > 1:
        found = ", ".join(sorted(i.symbol for i in matches))
        raise VenueRefused(f"{name} could be {found}", code=Code.SYMBOL_AMBIGUOUS, symbol=name, found=found)
    return matches[0]


def named(symbol: str, instruments: Mapping[str, Instrument]) -> Instrument:
    """The instrument of a symbol as the venue writes it; VenueRefused(SYMBOL_UNKNOWN) when it is not listed."""
    found = instruments.get(symbol)
    if found is None:
        raise VenueRefused(f"{symbol} is not listed", code=Code.SYMBOL_UNKNOWN, symbol=symbol)
    return found


def generic_instrument(base: str, quote: str, price: Decimal) -> Instrument:
    """An instrument for a symbol listed at run time: six digits of price, a lot step worth 0.1 to 1 of the quote."""
    if not (price.is_finite() and price > 0):
        raise ValueError(f"a starting price is positive, not {price}")
    tick = Decimal(1).scaleb(price.adjusted() - 5)
    step = Decimal(1).scaleb(-price.adjusted() - 1)
    return Instrument(
        symbol=f"{base}/{quote}",
        base=base,
        quote=quote,
        tick_size=tick,
        lot_step=step,
        min_qty=step,
        min_notional=ZERO,
        pip_size=pip_size(base, quote, tick),
        max_leverage=20,
    )
