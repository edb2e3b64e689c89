"""What can be traded, at which price, with how much money."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal

from engine.types.words import Direction


@dataclass(frozen=True, slots=True, kw_only=True)
class Instrument:
    """A tradable symbol of one venue. Steps and minima are in base units and quote currency.

    ``pip_size`` is the unit of "50 pips"; ``margin`` says whether leverage exists on it.
    """

    symbol: str
    base: str
    quote: str
    tick_size: Decimal
    lot_step: Decimal
    min_qty: Decimal
    min_notional: Decimal
    pip_size: Decimal
    max_qty: Decimal | None = None
    contract_size: Decimal = Decimal(1)
    margin: bool = True
    max_leverage: int = 1

    def __post_init__(self) -> None:
        if self.tick_size <= 0 or self.lot_step <= 0 or self.pip_size <= 0:
            raise ValueError(f"steps of {self.symbol} must be positive")


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """Best bid and ask with the time the venue gave them."""

    symbol: str
    bid: Decimal
    ask: Decimal
    at: datetime

    def __post_init__(self) -> None:
        if not (self.bid.is_finite() and self.ask.is_finite() and 0 < self.bid <= self.ask):
            raise ValueError(f"bad quote for {self.symbol}: {self.bid} / {self.ask}")
        if self.at.tzinfo is not UTC:
            raise ValueError("a quote's time is aware UTC")

    @property
    def mid(self) -> Decimal:
        return (self.bid + self.ask) / 2

    def entry_price(self, direction: Direction) -> Decimal:
        """Price at which a market order in this direction fills: ask to buy, bid to sell."""
        return self.ask if direction is Direction.BUY else self.bid

    def exit_price(self, direction: Direction) -> Decimal:
        """Price at which a position of this direction closes: bid for a long, ask for a short."""
        return self.bid if direction is Direction.BUY else self.ask


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """Balances in ``currency``: ``equity`` = balance + open profit, ``free`` = usable for new margin."""

    currency: str
    balance: Decimal
    equity: Decimal
    free: Decimal
