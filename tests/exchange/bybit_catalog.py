"""Bybit's market for a test: the common list with Bybit's own minimums, one wallet, ids that are never free again."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from engine.ports import Clock
from tests.exchange.catalog import furnish
from tests.exchange.core import Exchange
from tests.exchange.model import Account, DuplicatePolicy, Market


def bybit_exchange(clock: Clock, path: str = ":memory:", *accounts: Account, usdt: str = "10000") -> Exchange:
    """An exchange for the Bybit dialect: furnished the first time, as it was left every other time."""
    exchange = Exchange(clock, path, unified=True)
    if exchange.store.accounts.all():
        return exchange
    furnish(exchange, *accounts, usdt=usdt)
    for market in Market:
        exchange.set_duplicates(market, DuplicatePolicy.ALWAYS)
    for one in exchange.store.instruments.all(market=Market.LINEAR):
        exchange.list_instrument(replace(one, min_notional=Decimal(5)))
    return exchange
