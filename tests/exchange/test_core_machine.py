"""Whatever happens, the books agree: money, locks, positions and trades tell the same story."""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from decimal import Decimal

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from tests.exchange.bench import exchange, request
from tests.exchange.model import ZERO, Force, Market, PositionSide, Refusal, Side, Status, Trigger

MARKETS = st.sampled_from(Market)
SIDES = st.sampled_from(["BUY", "SELL"])
QUANTITIES = st.integers(1, 400).map(lambda units: f"{Decimal(units) / 100:f}")
PRICES = st.integers(8_000, 22_000).map(lambda cents: Decimal(cents) / 100)
SOL = "SOLUSDT"


class Books(RuleBasedStateMachine):
    """Two customers, one coin, spot and derivatives; prices jump by tenths."""

    def __init__(self) -> None:
        super().__init__()
        self.venue = exchange()
        self.paid: Counter[str] = Counter()
        for who in ("alice", "bob"):
            self.venue.deposit(who, Market.SPOT, "SOL", Decimal(20))
        self.venue.set_leverage("bob", SOL, 50)

    @rule(market=MARKETS, bid=PRICES, size=st.none() | st.integers(0, 3))
    def price(self, market: Market, bid: Decimal, size: int | None) -> None:
        depth = None if size is None else str(size)
        self.venue.price(market, SOL, bid, bid_size=depth, ask_size=depth)

    @rule(
        who=st.sampled_from(["alice", "bob"]), market=MARKETS, side=SIDES, quantity=QUANTITIES,
        price=st.none() | PRICES, force=st.sampled_from(Force), trigger=st.none() | st.sampled_from(Trigger),
        trigger_price=PRICES, reduce_only=st.booleans(), algo=st.booleans(),
    )  # fmt: skip
    def place(
        self, who: str, market: Market, side: str, quantity: str, price: Decimal | None, force: Force,
        trigger: Trigger | None, trigger_price: Decimal, reduce_only: bool, algo: bool,
    ) -> None:  # fmt: skip
        more = {"price": price, "force": force} if price is not None else {}
        if trigger is not None:
            more |= {"trigger": trigger, "trigger_price": trigger_price, "algo": algo and market is Market.LINEAR}
        if market is Market.LINEAR:
            more["reduce_only"] = reduce_only
        with suppress(Refusal):
            self.venue.place(who, request(market, side, quantity, symbol=SOL, **more))

    @rule(pick=st.integers(0, 100))
    def cancel(self, pick: int) -> None:
        live = [order for order in self.venue.store.orders.all() if order.status.live]
        if live:
            order = live[pick % len(live)]
            self.venue.cancel(order.account, order)

    @rule(rate=st.integers(-5, 5))
    def fund(self, rate: int) -> None:
        for income in self.venue.fund(SOL, Decimal(rate) / 10_000):
            self.paid[income.account] += income.amount

    @invariant()
    def nothing_is_owed_or_locked_for_nobody(self) -> None:
        live = [order for order in self.venue.store.orders.all() if order.status.live]
        for balance in self.venue.store.balances.all():
            assert balance.free >= 0 or balance.wallet == "linear", balance
            locked = sum(
                (order.reserved for order in live if order.account == balance.account
                 and order.market is Market.SPOT and balance.wallet == "spot"
                 and balance.asset == ("USDT" if order.side is Side.BUY else "SOL")), ZERO,
            )  # fmt: skip
            assert balance.locked == locked
        ended = [order for order in self.venue.store.orders.all() if not order.status.live]
        assert all(order.reserved == 0 for order in ended)

    @invariant()
    def coins_come_from_trades(self) -> None:
        for who in ("alice", "bob"):
            trades = self.venue.trades(who, Market.SPOT)
            bought = sum((trade.side.sign * trade.quantity for trade in trades), ZERO)
            fees = sum((trade.fee for trade in trades if trade.fee_asset == "SOL"), ZERO)
            coins = self.venue.wallets.balance(who, Market.SPOT, "SOL")
            assert coins.free + coins.locked == 20 + bought - fees
            spent = sum((trade.side.sign * trade.quantity * trade.price for trade in trades), ZERO)
            paid = sum((trade.fee for trade in trades if trade.fee_asset == "USDT"), ZERO)
            money = self.venue.wallets.balance(who, Market.SPOT, "USDT")
            assert money.free + money.locked == 10_000 - spent - paid

    @invariant()
    def a_position_is_the_sum_of_its_trades(self) -> None:
        for who in ("alice", "bob"):
            trades = self.venue.trades(who, Market.LINEAR)
            net = sum((trade.side.sign * trade.quantity for trade in trades), ZERO)
            assert self.venue.wallets.position(who, SOL, PositionSide.BOTH).quantity == net
            earned = sum((trade.profit - trade.fee for trade in trades), ZERO)
            wallet = self.venue.wallets.balance(who, Market.LINEAR, "USDT").free
            expected = 10_000 + earned + self.paid[who]
            ruined = any(order.liquidation for order in self.venue.orders(who, Market.LINEAR))
            assert wallet == expected or (ruined and wallet >= expected)

    @invariant()
    def an_order_is_the_sum_of_its_fills(self) -> None:
        for order in self.venue.store.orders.all():
            trades = self.venue.store.trades.all(order=order.id)
            assert order.filled == sum((trade.quantity for trade in trades), ZERO)
            assert order.spent == sum((trade.quantity * trade.price for trade in trades), ZERO)
            assert (order.status is Status.FILLED) == (order.filled >= order.quantity > 0) or order.close_position
            limits = [trade.price for trade in trades if order.price is not None]
            assert all((order.price - price) * order.side.sign >= 0 for price in limits)  # type: ignore[operator]

    def teardown(self) -> None:
        self.venue.store.close()


Books.TestCase.settings = settings(max_examples=12, stateful_step_count=30, deadline=None)
TestBooks = Books.TestCase
