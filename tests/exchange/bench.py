"""Short words for tests of the core: an exchange on a standing clock, and orders by keyword."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from tests.clocks import ManualClock
from tests.exchange.catalog import furnish
from tests.exchange.core import Exchange
from tests.exchange.model import Account, Kind, Market, Order, Request, Side, Status

MONEY = ("quantity", "quote_quantity", "price", "trigger_price")
BTC = "BTCUSDT"


def exchange(*accounts: Account, path: str = ":memory:", clock: ManualClock | None = None) -> Exchange:
    """An exchange with the catalogue, on a clock that stands at noon."""
    return furnish(Exchange(clock or ManualClock(), path), *accounts)


def request(market: Market, side: str, quantity: str = "0", symbol: str = BTC, **more: Any) -> Request:
    """A market order, or a limit order when there is a price. Money may be text."""
    money = {name: Decimal(more.pop(name)) for name in MONEY if name in more}
    kind = Kind.LIMIT if "price" in money else Kind.MARKET
    given = {"quantity": Decimal(quantity), **money, **more}
    return Request(market=market, symbol=symbol, side=Side(side), kind=kind, **given)


def spot(venue: Exchange, side: str, quantity: str = "0", who: str = "alice", **more: Any) -> Order:
    return venue.place(who, request(Market.SPOT, side, quantity, **more))


def linear(venue: Exchange, side: str, quantity: str = "0", who: str = "alice", **more: Any) -> Order:
    return venue.place(who, request(Market.LINEAR, side, quantity, **more))


def now(venue: Exchange, order: Order) -> Order:
    """The order as it is by now."""
    found = venue.store.orders.get(id=order.id)
    assert found is not None
    return found


def status(venue: Exchange, order: Order) -> Status:
    return now(venue, order).status


def free(venue: Exchange, market: Market, asset: str = "USDT", who: str = "alice") -> Decimal:
    return venue.wallets.balance(who, market, asset).free


def held(venue: Exchange, who: str = "alice", symbol: str = BTC) -> Decimal:
    """Net quantity of a derivatives position."""
    return sum((one.quantity for one in venue.positions(who, symbol)), Decimal(0))
