"""A small list of instruments with the rules real venues have for them, prices to begin with, and two customers."""

from __future__ import annotations

from decimal import Decimal

from tests.exchange.core import Exchange
from tests.exchange.model import Account, Instrument, Market

# Tick, step, price.
SPOT = {
    "BTCUSDT": ("0.01", "0.00001", "60000"),
    "ETHUSDT": ("0.01", "0.0001", "3000"),
    "SOLUSDT": ("0.01", "0.001", "150"),
    "XRPUSDT": ("0.0001", "0.1", "0.5"),
    "DOGEUSDT": ("0.00001", "1", "0.1"),
    "BNBUSDT": ("0.01", "0.001", "600"),
    "PEPEUSDT": ("0.00000001", "1", "0.00001"),
}
# Tick, step, least notional, most leverage, price.
LINEAR = {
    "BTCUSDT": ("0.1", "0.001", "100", 125, "60000"),
    "ETHUSDT": ("0.01", "0.001", "20", 100, "3000"),
    "SOLUSDT": ("0.01", "0.01", "5", 100, "150"),
    "XRPUSDT": ("0.0001", "0.1", "5", 75, "0.5"),
    "DOGEUSDT": ("0.00001", "1", "5", 75, "0.1"),
    "1000PEPEUSDT": ("0.0000001", "1", "5", 75, "0.01"),
}
ALICE = Account(name="alice", key="alice-key", secret="alice-secret")
BOB = Account(name="bob", key="bob-key", secret="bob-secret")


def instruments() -> list[Instrument]:
    spot = [
        Instrument(
            market=Market.SPOT, symbol=symbol, base=symbol.removesuffix("USDT"), tick=Decimal(tick), step=Decimal(step),
            min_quantity=Decimal(step), max_quantity=Decimal(9_000_000_000), min_notional=Decimal(5), band=Decimal(5),
        )
        for symbol, (tick, step, _) in SPOT.items()
    ]  # fmt: skip
    linear = [
        Instrument(
            market=Market.LINEAR, symbol=symbol, base=symbol.removesuffix("USDT"), tick=Decimal(tick),
            step=Decimal(step), min_quantity=Decimal(step), max_quantity=Decimal(10_000_000),
            min_notional=Decimal(least), max_leverage=leverage, band=Decimal("1.1"),
        )
        for symbol, (tick, step, least, leverage, _) in LINEAR.items()
    ]  # fmt: skip
    return spot + linear


def furnish(exchange: Exchange, *accounts: Account, usdt: str = "10000") -> Exchange:
    """List everything, open the accounts (Alice and Bob) with money in each wallet, and set the first prices.

    A store that was furnished before keeps what it has.
    """
    if exchange.store.accounts.all():
        return exchange
    for instrument in instruments():
        exchange.list_instrument(instrument)
    for symbol, (tick, _, price) in SPOT.items():
        exchange.price(Market.SPOT, symbol, Decimal(price), Decimal(price) + Decimal(tick))
    for symbol, (tick, _, _, _, price) in LINEAR.items():
        exchange.price(Market.LINEAR, symbol, Decimal(price), Decimal(price) + Decimal(tick))
    for account in accounts or (ALICE, BOB):
        exchange.open_account(account)
        exchange.deposit(account.name, Market.SPOT, "USDT", Decimal(usdt))
        if not exchange.wallets.unified:
            exchange.deposit(account.name, Market.LINEAR, "USDT", Decimal(usdt))
    return exchange
