"""The paper account's arithmetic: fills into holdings and cash, open profit, margin. Pure and exact.

Profit is earned in the instrument's quote currency and booked in the account's. Figures in the account's own
currency are booked as they are; converted ones are rounded to ``CENT`` as they are booked. An averaged entry
price is kept to a thousandth of a tick, and what that rounding moves is booked as profit at once, so that
balance + open profit never depends on how a holding was averaged.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import ROUND_HALF_EVEN, ROUND_UP, Decimal

from engine.market.instruments import round_price
from engine.types import ZERO, Direction, Holding, Instrument, PaperBook, Quote

CENT = Decimal("1e-8")


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What an account is opened with. Fees and ``maintenance`` are shares of the notional value.

    ``depth`` is how much of one order the market takes at each tick, in base units; None takes any size.
    ``leverage`` applies to a symbol until it is set for it, capped by the instrument.
    """

    currency: str = "USDT"
    balance: Decimal = Decimal(10_000)
    maker_fee: Decimal = Decimal("0.0002")
    taker_fee: Decimal = Decimal("0.0005")
    maintenance: Decimal = Decimal("0.005")
    depth: Decimal | None = None
    leverage: int = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """The world at one moment: prices of the symbols concerned, and the account currency per unit of each quote."""

    quotes: Mapping[str, Quote]
    instruments: Mapping[str, Instrument]
    rates: Mapping[str, Decimal]
    now: datetime

    def rate(self, symbol: str) -> Decimal:
        return self.rates[self.instruments[symbol].quote]


def holding(book: PaperBook, symbol: str) -> Holding:
    """The holding of a symbol; quantity 0 when there is none."""
    for held in book.holdings:
        if held.symbol == symbol:
            return held
    return Holding(symbol=symbol, quantity=ZERO, entry_price=ZERO)


def reducible(book: PaperBook, symbol: str, direction: Direction) -> Decimal:
    """How much an order in this direction can take off the holding before it would turn it round."""
    return max(ZERO, -direction.sign * holding(book, symbol).quantity)


def fee(quantity: Decimal, price: Decimal, share: Decimal) -> Decimal:
    """Fee in quote currency, rounded up to CENT."""
    return (quantity * price * share).quantize(CENT, rounding=ROUND_UP)


def booked(amount: Decimal, rate: Decimal) -> Decimal:
    """An amount of quote currency as it enters the account."""
    return amount if rate == 1 else (amount * rate).quantize(CENT, rounding=ROUND_HALF_EVEN)


def apply_fill(
    book: PaperBook, instrument: Instrument, direction: Direction, quantity: Decimal, price: Decimal, paid: Decimal,
    rate: Decimal,
) -> PaperBook:  # fmt: skip
    """The book after one fill: the holding netted, its profit and the fee booked."""
    before = holding(book, instrument.symbol)
    after, profit = _net(before, instrument, direction.sign * quantity, price)
    others = tuple(held for held in book.holdings if held.symbol != instrument.symbol)
    holdings = (*others, after) if after.quantity else others
    return replace(book, balance=book.balance + booked(profit - paid, rate), holdings=holdings)


def _net(held: Holding, instrument: Instrument, signed: Decimal, price: Decimal) -> tuple[Holding, Decimal]:
    """The holding after ``signed`` units at ``price``, and the profit that this realised."""
    quantity = held.quantity + signed
    if held.quantity * signed >= 0:
        cost = held.quantity * held.entry_price + signed * price
        entry = round_price(cost / quantity, instrument.tick_size / 1000)
        return replace(held, quantity=quantity, entry_price=entry), quantity * entry - cost
    closed = signed if abs(signed) <= abs(held.quantity) else -held.quantity
    profit = closed * (held.entry_price - price)
    turned = held.quantity * quantity < 0
    return replace(held, quantity=quantity, entry_price=price if turned else held.entry_price), profit


def open_profit(held: Holding, view: View) -> Decimal:
    """Profit in account currency if this holding were closed now, before fees."""
    side = Direction.BUY if held.quantity > 0 else Direction.SELL
    gain = (view.quotes[held.symbol].exit_price(side) - held.entry_price) * held.quantity
    return booked(gain, view.rate(held.symbol))


def equity(book: PaperBook, view: View) -> Decimal:
    """Balance plus open profit."""
    return book.balance + sum((open_profit(held, view) for held in book.holdings), ZERO)


def leverage(book: PaperBook, instrument: Instrument, terms: Terms) -> int:
    """The leverage that applies to a symbol of this account; 1 where there is no margin."""
    if not instrument.margin:
        return 1
    return min(book.leverage.get(instrument.symbol, terms.leverage), instrument.max_leverage)


def margin(book: PaperBook, symbol: str, quantity: Decimal, price: Decimal, view: View, terms: Terms) -> Decimal:
    """Initial margin in account currency for ``quantity`` at ``price``, rounded up."""
    times = leverage(book, view.instruments[symbol], terms)
    return (quantity * price * view.rate(symbol) / times).quantize(CENT, rounding=ROUND_UP)


def used_margin(book: PaperBook, view: View, terms: Terms) -> Decimal:
    """Initial margin of leveraged holdings at their entry prices; what is owned outright ties up its present value.

    So an unrealised profit on owned coins is equity, but not free to spend.
    """
    total = ZERO
    for held in book.holdings:
        price = held.entry_price if view.instruments[held.symbol].margin else view.quotes[held.symbol].bid
        total += margin(book, held.symbol, abs(held.quantity), price, view, terms)
    return total


def maintenance(book: PaperBook, view: View, terms: Terms) -> Decimal:
    """The equity below which leveraged holdings are liquidated: a share of their present value."""
    value = ZERO
    for held in book.holdings:
        if view.instruments[held.symbol].margin:
            value += abs(held.quantity) * view.quotes[held.symbol].mid * view.rate(held.symbol)
    return value * terms.maintenance
