"""Money and positions of the accounts: locks, fees, margin. Exact: only fees and averages are rounded."""

from __future__ import annotations

from dataclasses import replace
from decimal import ROUND_UP, Decimal

from tests.exchange.model import (
    ZERO,
    Account,
    Balance,
    FeeMode,
    Instrument,
    Market,
    Order,
    Position,
    PositionSide,
    Side,
    Status,
    Terms,
)
from tests.exchange.store import Store

GRAIN = Decimal("1e-8")
MAINTENANCE = Decimal("0.005")


class Wallets:
    """Reads and writes of balances, positions and their terms. ``unified``: one wallet for spot and derivatives."""

    def __init__(self, store: Store, *, unified: bool = False) -> None:
        self.store, self.unified = store, unified
        self.changed: list[Balance | Position] = []

    def name(self, market: Market) -> str:
        return "unified" if self.unified else str(market)

    def balance(self, account: str, market: Market, asset: str) -> Balance:
        wallet = self.name(market)
        found = self.store.balances.get(account=account, wallet=wallet, asset=asset)
        return found or Balance(account=account, wallet=wallet, asset=asset)

    def move(
        self, account: str, market: Market, asset: str, free: Decimal = ZERO, locked: Decimal = ZERO
    ) -> Balance:  # fmt: skip
        """Add to what is free and to what is locked."""
        before = self.balance(account, market, asset)
        after = self.store.balances.put(replace(before, free=before.free + free, locked=before.locked + locked))
        self.changed.append(after)
        return after

    def terms(self, account: Account, symbol: str) -> Terms:
        found = self.store.terms.get(account=account.name, symbol=symbol)
        return found or Terms(account=account.name, symbol=symbol, leverage=account.leverage)

    def position(self, account: str, symbol: str, side: PositionSide) -> Position:
        found = self.store.positions.get(account=account, symbol=symbol, side=side)
        return found or Position(account=account, symbol=symbol, side=side)

    def positions(self, account: str) -> list[Position]:
        """Every position that is not empty."""
        return [held for held in self.store.positions.all(account=account) if held.quantity]

    def mark(self, symbol: str) -> Decimal:
        quote = self.store.quotes.get(market=Market.LINEAR, symbol=symbol)
        return quote.mark if quote else ZERO

    def profit(self, held: Position) -> Decimal:
        """What closing at the mark price would realise."""
        return (self.mark(held.symbol) - held.entry) * held.quantity

    def margin(self, account: Account, held: Position) -> Decimal:
        """Initial margin of a position."""
        return abs(held.quantity) * held.entry / self.terms(account, held.symbol).leverage

    def order_margin(self, account: Account) -> Decimal:
        """Margin set aside for resting orders that may open something."""
        resting = self.store.orders.all(
            account=account.name, market=Market.LINEAR, status=[Status.NEW, Status.PARTIAL]
        )  # fmt: skip
        return sum((self.cost(account, order.symbol, order.remaining, order.price or ZERO)
                    for order in resting if not reducing(order)), ZERO)  # fmt: skip

    def cost(self, account: Account, symbol: str, quantity: Decimal, price: Decimal) -> Decimal:
        """Initial margin of ``quantity`` at ``price``."""
        return quantity * price / self.terms(account, symbol).leverage

    def available(self, account: Account, market: Market, asset: str) -> Decimal:
        """What a new order may use: free coins; with derivatives, what margins and losses leave of them."""
        free = self.balance(account.name, market, asset).free
        if (market is Market.SPOT and not self.unified) or asset != "USDT":
            return free
        held = self.positions(account.name)
        losses = sum((self.profit(one) for one in held if not self.terms(account, one.symbol).isolated), ZERO)
        margins = sum((self.margin(account, one) for one in held), ZERO)
        return free + losses - margins - self.order_margin(account)

    def reserve(self, order: Order, instrument: Instrument) -> Decimal:
        """What a resting spot order locks: quote currency to buy with, coins to sell."""
        if order.market is not Market.SPOT:
            return ZERO
        if order.side is Side.SELL:
            return order.remaining
        return order.remaining * (order.price or order.trigger_price or ZERO)

    def lock(self, order: Order, instrument: Instrument, amount: Decimal) -> Order:
        """Lock (or, below zero, release) an amount for an order."""
        if not amount:
            return order
        asset = instrument.quote if order.side is Side.BUY else instrument.base
        self.move(order.account, order.market, asset, -amount, amount)
        return replace(order, reserved=order.reserved + amount)

    def settle_spot(self, order: Order, instrument: Instrument, quantity: Decimal, price: Decimal) -> Order:
        """Swap coins for one fill, out of what the order reserved as far as it did."""
        buys = order.side is Side.BUY
        paid, got = (quantity * price, quantity) if buys else (quantity, quantity * price)
        give, take = (instrument.quote, instrument.base) if buys else (instrument.base, instrument.quote)
        at_most = quantity * (order.price or order.trigger_price or ZERO) if buys else quantity
        part = min(order.reserved, at_most)
        self.move(order.account, order.market, give, part - paid, -part)
        self.move(order.account, order.market, take, got)
        return replace(order, reserved=order.reserved - part)

    def settle_linear(
        self, order: Order, instrument: Instrument, quantity: Decimal, price: Decimal, at: int
    ) -> Decimal:
        """Net one fill into its position; returns the realised profit, booked in quote currency."""
        held = self.position(order.account, order.symbol, order.position_side)
        after, profit = netted(held, order.side.sign * quantity, price)
        self.changed.append(self.store.positions.put(replace(after, updated=at)))
        if profit:
            self.move(order.account, order.market, instrument.quote, profit)
        return profit

    def charge(
        self, account: Account, order: Order, instrument: Instrument, quantity: Decimal, price: Decimal, *, maker: bool
    ) -> tuple[Decimal, str]:  # fmt: skip
        """Take the fee of one fill; returns it and its currency."""
        share = account.maker if maker else account.taker
        bought = order.side is Side.BUY and order.market is Market.SPOT
        if account.fee_mode is FeeMode.THIRD:
            fee, asset = quantity * price * share / account.third_rate, account.fee_asset
        elif account.fee_mode is FeeMode.RECEIVED and bought:
            fee, asset = quantity * share, instrument.base
        else:
            fee, asset = quantity * price * share, instrument.quote
        fee = fee.quantize(GRAIN, ROUND_UP)
        if fee:
            self.move(account.name, order.market, asset, -fee)
        return fee, asset

    def reducible(self, order: Order) -> Decimal:
        """How much this order can take off its position before it would turn it round."""
        held = self.position(order.account, order.symbol, order.position_side)
        return max(ZERO, -order.side.sign * held.quantity)

    def liquidation_price(self, account: Account, held: Position) -> Decimal:
        """The mark price at which this position, alone, would be liquidated; 0 when none would."""
        isolated = self.terms(account, held.symbol).isolated
        cover = self.margin(account, held) if isolated else self.balance(account.name, Market.LINEAR, "USDT").free
        sign = 1 if held.quantity > 0 else -1
        price = (held.entry * held.quantity - cover) / (held.quantity * (1 - sign * MAINTENANCE))
        return max(ZERO, price.quantize(GRAIN))

    def doomed(self, account: Account) -> list[Position]:
        """Positions whose margin is used up at the present mark prices."""
        held = self.positions(account.name)
        isolated = [one for one in held if self.terms(account, one.symbol).isolated]
        cross = [one for one in held if one not in isolated]
        lost = [one for one in isolated if self.margin(account, one) + self.profit(one) <= self._maintenance([one])]
        apart = sum((self.margin(account, one) for one in isolated), ZERO)
        equity = self.balance(account.name, Market.LINEAR, "USDT").free - apart
        equity += sum((self.profit(one) for one in cross), ZERO)
        return lost + cross if cross and equity <= self._maintenance(cross) else lost

    def _maintenance(self, held: list[Position]) -> Decimal:
        return sum((abs(one.quantity) * self.mark(one.symbol) * MAINTENANCE for one in held), ZERO)


def netted(held: Position, signed: Decimal, price: Decimal) -> tuple[Position, Decimal]:
    """The position after ``signed`` units at ``price``, and what that realised."""
    quantity = held.quantity + signed
    if held.quantity * signed >= 0:
        entry = (held.quantity * held.entry + signed * price) / quantity
        return replace(held, quantity=quantity, entry=entry.quantize(GRAIN)), ZERO
    closed = signed if abs(signed) <= abs(held.quantity) else -held.quantity
    turned = held.quantity * quantity < 0
    entry = ZERO if not quantity else price if turned else held.entry
    return replace(held, quantity=quantity, entry=entry), closed * (held.entry - price)


def reducing(order: Order) -> bool:
    """Whether an order can only make a position smaller."""
    if order.position_side is not PositionSide.BOTH:
        return (order.side is Side.SELL) == (order.position_side is PositionSide.LONG)
    return order.reduce_only or order.close_position
