"""Where prices of well-known instruments live, wide enough for decades: a reader knows that gold is not at 2.345.

The bands only settle how digits are to be read (2.250 for ether is 2250) and refuse what cannot be a price.
"""

from __future__ import annotations

from decimal import Decimal

from engine.signals import symbols
from engine.signals.symbols import Symbol

Band = tuple[Decimal, Decimal]

_BASES: dict[str, tuple[int, int]] = {
    "BTC": (3000, 2_000_000),
    "ETH": (80, 100_000),
    "BNB": (10, 20_000),
    "XAU": (300, 20_000),
    "XAG": (5, 500),
    "US30": (5000, 300_000),
    "NAS100": (2000, 200_000),
    "SPX500": (500, 50_000),
    "GER40": (3000, 200_000),
    "UK100": (2000, 100_000),
    "JP225": (5000, 300_000),
    "HK50": (5000, 200_000),
}
_QUOTES: dict[str, tuple[Decimal, Decimal]] = {
    "JPY": (Decimal(30), Decimal(400)),
    "USD": (Decimal("0.2"), Decimal(4)),
    "CHF": (Decimal("0.3"), Decimal(4)),
    "GBP": (Decimal("0.2"), Decimal(3)),
    "CAD": (Decimal("0.4"), Decimal(5)),
    "AUD": (Decimal("0.4"), Decimal(5)),
    "NZD": (Decimal("0.4"), Decimal(5)),
}


def usual(symbol: Symbol | None) -> Band | None:
    """Lowest and highest price to be believed for ``symbol``, or None when nothing is known of it."""
    if symbol is None:
        return None
    if symbol.base in _BASES and symbol.quote not in ("BTC", "ETH", "BNB"):
        low, high = _BASES[symbol.base]
        return Decimal(low), Decimal(high)
    if symbol.base.lower() in symbols.FIAT and symbol.quote in _QUOTES:
        return _QUOTES[symbol.quote]
    return None


def contains(band: Band, price: Decimal) -> bool:
    return band[0] <= price <= band[1]
