"""What only the paper venue does: fees, depth, margin, liquidation, conversion, several accounts on one market."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from structlog.testing import capture_logs

from engine.adapters.paper_book import Terms
from engine.errors import Code, StaleVersion, VenueBusy, VenueRefused
from engine.types import ExecutionReport, OrderRequest, OrderState, TimeInForce
from tests.adapters.contract import BTC, BUY, SELL, PaperBench, limit, order, stop
from tests.adapters.fakes import FakeStore

D = Decimal
PEPE = "PEPE/USDT"


async def opened(store: FakeStore | None = None, connection_id: int = 1, **terms: Any) -> PaperBench:
    return await PaperBench(store or FakeStore(), Terms(**terms), connection_id).open()


async def refusal(bench: PaperBench, request: OrderRequest) -> Code | None:
    with pytest.raises(VenueRefused) as refused:
        await bench.venue.place(request)
    return refused.value.code


def pieces(report: ExecutionReport | None) -> list[Decimal]:
    assert report is not None
    return [fill.quantity for fill in report.fills]


async def test_takers_and_makers_pay_their_fee_in_the_quote_currency() -> None:
    bench = await opened()
    taken = await bench.venue.place(order(1, BUY, "0.1"))
    await bench.venue.place(limit(2, SELL, "0.1", "65000", reduce_only=True))
    await bench.move("65010")
    made = await bench.venue.find("o2", BTC)
    assert made is not None
    assert [(f.price, f.fee, f.fee_currency) for f in taken.fills] == [(D("64000.6"), D("3.20003"), "USDT")]
    assert [(f.price, f.fee) for f in made.fills] == [(D(65_000), D("1.3"))]
    assert (await bench.venue.account()).balance == 10_000 + D("99.94") - D("3.20003") - D("1.3")


async def test_fees_round_up_to_the_smallest_amount_kept() -> None:
    bench = await opened(taker_fee=D("0.000000001"))
    done = await bench.venue.place(order(1, BUY, "0.001"))
    assert done.fills[0].fee == D("0.00000007")


async def test_a_thin_market_fills_in_pieces_and_every_piece_is_told() -> None:
    bench = await opened(depth=D("0.04"))
    first = await bench.venue.place(limit(1, BUY, "0.1", "65000"))
    assert (first.state, first.filled) == (OrderState.PARTIAL, D("0.04"))
    assert await bench.venue.open_orders() == (first,)
    reports = bench.venue.reports()
    await bench.move("64000")
    assert pieces(await anext(reports)) == [D("0.04"), D("0.04")]
    await bench.reopen()
    await bench.move("64000")
    last = await bench.venue.find("o1", BTC)
    assert last is not None
    assert last.state is OrderState.FILLED
    assert pieces(last) == [D("0.04"), D("0.04"), D("0.02")]
    assert [fill.trade_id for fill in last.fills] == ["o1:1", "o1:2", "o1:3"]


@pytest.mark.parametrize(
    ("force", "quantity", "filled"),
    [(TimeInForce.IOC, "0.1", "0.04"), (TimeInForce.FOK, "0.1", "0"), (TimeInForce.FOK, "0.04", "0.04")],
)
async def test_in_a_thin_market_force_decides_about_the_rest(force: TimeInForce, quantity: str, filled: str) -> None:
    bench = await opened(depth=D("0.04"))
    ended = await bench.venue.place(order(1, BUY, quantity, time_in_force=force))
    assert ended.filled == D(filled)
    assert ended.state is (OrderState.FILLED if quantity == filled else OrderState.CANCELLED)
    await bench.move("64000")
    assert await bench.venue.find("o1", BTC) == ended


async def test_a_stop_meets_its_force_when_it_triggers() -> None:
    bench = await opened(depth=D("0.04"))
    await bench.venue.place(stop(1, BUY, "0.1", "65000", time_in_force=TimeInForce.FOK))
    await bench.venue.place(stop(2, BUY, "0.1", "65000", time_in_force=TimeInForce.IOC))
    await bench.move("65100")
    whole, some = await bench.venue.find("o1", BTC), await bench.venue.find("o2", BTC)
    assert whole is not None
    assert some is not None
    assert (whole.filled, whole.state) == (0, OrderState.CANCELLED)
    assert (some.filled, some.state) == (D("0.04"), OrderState.CANCELLED)


async def test_a_triggered_stop_goes_on_at_the_market_even_when_the_price_comes_back() -> None:
    bench = await opened(depth=D("0.04"))
    await bench.venue.place(stop(1, BUY, "0.1", "65000"))
    await bench.move("65100")
    await bench.reopen()
    await bench.move("64000")
    done = await bench.venue.find("o1", BTC)
    assert done is not None
    assert [fill.price for fill in done.fills] == [D("65100.6"), D("64000.6")]
    assert done.fills[1].fee == (D("0.04") * D("64000.6") * D("0.0005"))


async def test_first_come_is_first_served() -> None:
    bench = await opened()
    await bench.venue.setup(BTC, 20, None)
    await bench.venue.place(order(1, BUY, "0.1"))
    await bench.clock.advance(1)
    await bench.venue.place(limit("z", SELL, "0.1", "65000", reduce_only=True))
    await bench.clock.advance(1)
    await bench.venue.place(limit("a", SELL, "0.1", "65000", reduce_only=True))
    await bench.reopen()
    await bench.move("65100")
    first, second = await bench.venue.find("oz", BTC), await bench.venue.find("oa", BTC)
    assert first is not None
    assert second is not None
    assert first.state is OrderState.FILLED
    assert (second.state, second.reason) == (OrderState.CANCELLED, Code.REDUCE_ONLY)


async def test_orders_that_only_reduce_go_when_the_holding_goes_and_it_is_told() -> None:
    bench = await opened()
    await bench.venue.place(order(1, BUY, "0.1"))
    await bench.venue.place(stop(2, SELL, "0.1", "63000", reduce_only=True))
    await bench.venue.place(limit(3, SELL, "0.05", "66000", reduce_only=True))
    await bench.venue.place(limit(4, SELL, "0.01", "70000"))
    reports = bench.venue.reports()
    await bench.venue.place(order(5, SELL, "0.1", reduce_only=True))
    told = {report.client_order_id: report.state for report in (await anext(reports), await anext(reports))}
    assert told == {"o2": OrderState.CANCELLED, "o3": OrderState.CANCELLED}
    assert [report.client_order_id for report in await bench.venue.open_orders()] == ["o4"]


async def test_a_reducing_order_is_never_too_small() -> None:
    bench = await opened()
    bench.prices.set_price(BTC, D(3_000))
    await bench.venue.place(order(1, BUY, "0.01"))
    assert (await bench.venue.place(order(2, SELL, "0.001", reduce_only=True))).state is OrderState.FILLED
    assert await refusal(bench, order(3, SELL, "0.001")) is Code.MIN_NOTIONAL


async def test_quantities_under_the_minimum_are_refused() -> None:
    bench = await opened()
    rule = bench.prices.instruments[BTC]
    bench.prices.instruments[BTC] = replace(rule, min_qty=D("0.002"))
    assert await refusal(bench, order(1, BUY, "0.001")) is Code.MIN_QTY


async def test_what_can_only_be_owned_cannot_be_sold_short() -> None:
    bench = await opened()
    assert await refusal(bench, order(1, SELL, "1000000", symbol=PEPE)) is Code.SHORT_NOT_POSSIBLE
    assert await refusal(bench, order(2, BUY, "900000000", symbol=PEPE)) is Code.INSUFFICIENT_FUNDS
    assert await refusal(bench, order(3, BUY, "1000000", symbol=PEPE, leverage=2)) is Code.LEVERAGE
    await bench.venue.place(order(4, BUY, "1000000", symbol=PEPE))
    assert await refusal(bench, order(5, SELL, "1000001", symbol=PEPE)) is Code.SHORT_NOT_POSSIBLE
    await bench.venue.place(limit(6, SELL, "600000", "0.00002", symbol=PEPE))
    await bench.venue.place(limit(7, SELL, "600000", "0.00002", symbol=PEPE))
    await bench.move("0.000021", PEPE)
    assert await bench.venue.holdings() == ()
    second = await bench.venue.find("o7", PEPE)
    assert second is not None
    assert (second.filled, second.state) == (400_000, OrderState.CANCELLED)


async def test_profit_on_owned_coins_is_equity_but_not_free() -> None:
    bench = await opened()
    await bench.venue.place(order(1, BUY, "400000000", symbol=PEPE))
    before = await bench.venue.account()
    await bench.move("0.000025", PEPE)
    after = await bench.venue.account()
    assert after.equity > before.equity + 4_900
    assert after.free == before.free
    await bench.move("0.00000001", PEPE)
    assert len(await bench.venue.holdings()) == 1, "what is owned is never liquidated"


async def test_resting_entries_keep_their_margin_back_and_give_it_up_again() -> None:
    bench = await opened()
    await bench.venue.place(limit(1, BUY, "1", "60000"))
    assert (await bench.venue.account()).free == 10_000 - 3_000 - 30
    await bench.venue.place(stop(2, SELL, "1", "60000"))
    assert (await bench.venue.account()).free == 10_000 - 6_000 - 60
    assert await refusal(bench, limit(3, BUY, "1.4", "60000")) is Code.NO_MARGIN
    await bench.venue.cancel("o1", BTC)
    await bench.venue.cancel("o2", BTC)
    assert (await bench.venue.account()).free == 10_000


async def test_an_entry_that_can_no_longer_be_carried_is_cancelled_when_its_price_comes() -> None:
    bench = await opened()
    await bench.venue.place(order(1, BUY, "2"))
    await bench.venue.place(limit(2, BUY, "1", "61000"))
    reports = bench.venue.reports()
    await bench.move("60900")
    told = await anext(reports)
    assert (told.client_order_id, told.state, told.reason) == ("o2", OrderState.CANCELLED, Code.NO_MARGIN)
    (held,) = await bench.venue.holdings()
    assert held.quantity == 2


async def test_an_account_that_can_no_longer_carry_its_holding_is_liquidated() -> None:
    bench = await opened()
    await bench.venue.place(order(1, BUY, "3"))
    await bench.venue.place(stop(2, SELL, "3", "50000", reduce_only=True))
    reports = bench.venue.reports()
    await bench.move("61100")
    assert len(await bench.venue.holdings()) == 1
    await bench.move("60900")
    assert await bench.venue.holdings() == ()
    told = {report.reason: report for report in (await anext(reports), await anext(reports))}
    closing = told["liquidation"]
    assert (closing.state, closing.filled, closing.fills[0].price) == (OrderState.FILLED, 3, D("60899.4"))
    assert told[Code.REDUCE_ONLY].client_order_id == "o2"
    assert await bench.venue.find(closing.client_order_id, BTC) == closing
    assert 400 < (await bench.venue.account()).balance < 600


async def test_the_worst_holding_is_liquidated_first_and_the_rest_kept_if_it_can_be_carried() -> None:
    bench = await opened()
    await bench.venue.place(order(1, BUY, "2"))
    await bench.venue.place(order(2, BUY, "1", symbol="ETH/USDT"))
    await bench.move("59100")
    (left,) = await bench.venue.holdings()
    assert left.symbol == "ETH/USDT"


async def test_a_gap_can_cost_more_than_the_account_has() -> None:
    bench = await opened()
    await bench.venue.place(order(1, BUY, "3"))
    await bench.move("40000")
    account = await bench.venue.account()
    assert account.balance == account.equity < -60_000
    assert await bench.venue.holdings() == ()
    await bench.move("30000")
    assert await bench.venue.account() == account


async def test_profit_in_another_currency_is_converted_as_it_is_booked() -> None:
    bench = await opened(taker_fee=D(0))
    await bench.venue.place(order(1, BUY, "100000", symbol="USD/JPY"))
    await bench.move("156", "USD/JPY")
    quote = bench.prices.latest("USD/JPY")
    assert quote is not None
    (opened_at,) = (held.entry_price for held in await bench.venue.holdings())
    await bench.venue.place(order(2, SELL, "100000", symbol="USD/JPY", reduce_only=True))
    gain = (quote.bid - opened_at) * 100_000
    assert (await bench.venue.account()).balance == 10_000 + round(gain / quote.mid, 8)


@pytest.mark.parametrize(
    ("currency", "unit", "rate"),
    [
        ("USDT", "USD", "1"),
        ("USD", "USDC", "1"),
        ("USDT", "EUR", "1.085"),
        ("EUR", "USDT", "0.921658986175"),
        ("USDT", "BTC", "64000"),
        ("EUR", "JPY", "0.005946010227"),
        ("USD", "HKD", "0.128040973111"),
        ("EUR", "HKD", "0.118010113467"),
    ],
)
async def test_rates_come_from_the_pair_itself_or_through_the_dollar(currency: str, unit: str, rate: str) -> None:
    bench = await opened(currency=currency)
    assert round(await bench.venue.rate(unit), 12) == D(rate)


async def test_a_new_account_opens_with_its_terms_and_an_old_one_keeps_its_own() -> None:
    store = FakeStore()
    bench = await opened(store, balance=D(500), currency="EUR")
    assert (await bench.venue.account()).balance == 500
    again = await opened(store, balance=D(9), currency="USD")
    account = await again.venue.account()
    assert (account.balance, account.currency, again.venue.account_currency) == (500, "EUR", "EUR")


async def test_accounts_share_a_market_and_nothing_else() -> None:
    store = FakeStore()
    mine = await opened(store, 1)
    theirs = PaperBench(store, Terms(), 2)
    theirs.prices, theirs.market = mine.prices, mine.market
    await theirs.open()
    await mine.venue.place(limit(1, BUY, "0.1", "63000"))
    await theirs.venue.place(limit(1, BUY, "0.2", "62000"))
    await mine.move("62500")
    assert [held.quantity for held in await mine.venue.holdings()] == [D("0.1")]
    assert await theirs.venue.holdings() == ()
    assert (await theirs.venue.account()).balance == 10_000


async def test_an_account_that_fails_on_a_tick_does_not_stop_the_others_and_tries_again() -> None:
    broken, whole = await opened(connection_id=1), await opened(connection_id=2)
    whole.prices, whole.market = broken.prices, broken.market
    await whole.open()
    for bench in (broken, whole):
        await bench.venue.place(limit(1, BUY, "0.1", "63000"))
    healthy, broken.store.write = broken.store.write, _disk_full
    with capture_logs() as logs:
        await broken.move("62900")
    assert [(entry["event"], str(entry["exc_info"])) for entry in logs] == [("paper.tick_failed", "disk is full")]
    assert len(await whole.venue.holdings()) == 1
    assert await broken.venue.holdings() == ()
    broken.store.write = healthy
    await broken.move("62900")
    assert len(await broken.venue.holdings()) == 1


async def _disk_full(_: object) -> None:
    raise OSError("disk is full")


async def test_the_market_task_carries_the_ticks() -> None:
    bench = await opened()
    reports = bench.venue.reports()
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(bench.market.run())
        await bench.venue.place(limit(1, BUY, "0.1", "63000"))
        bench.prices.set_price(BTC, D(62_900))
        assert (await anext(reports)).state is OrderState.FILLED
        bench.prices.close()


async def test_a_tick_that_changes_nothing_writes_nothing() -> None:
    bench = await opened()
    await bench.venue.place(limit(1, BUY, "0.1", "60000"))
    writes = bench.store.writes
    for price in ("63000", "62000", "61000"):
        await bench.move(price)
    assert bench.store.writes == writes


async def test_two_processes_on_one_account_never_lose_each_others_changes() -> None:
    store = FakeStore()
    one, two = await opened(store), await opened(store)
    for number in range(10):
        await (one, two)[number % 2].venue.place(order(number, BUY, "0.01"))
        await (one, two)[number % 2].venue.place(order(number - 1, BUY, "0.01"))
    fresh = await opened(store)
    (held,) = await fresh.venue.holdings()
    assert held.quantity == D("0.11")


async def test_an_account_that_others_keep_changing_is_busy() -> None:
    bench = await opened()

    async def always_late(_: object) -> None:
        raise StaleVersion("paper book")

    bench.store.write = always_late
    with pytest.raises(VenueBusy):
        await bench.venue.place(order(1, BUY, "0.01"))


async def test_a_flat_price_average_loses_nothing() -> None:
    bench = await opened(taker_fee=D(0))
    paid = D(0)
    for number, price in enumerate(("64000.1", "63999.9", "64100.3", "63211.7")):
        bench.prices.set_price(BTC, D(price))
        done = await bench.venue.place(order(number, BUY, f"0.0{number + 1}"))
        paid += sum((fill.quantity * fill.price for fill in done.fills), D(0))
    out = await bench.venue.place(order(9, SELL, "0.1"))
    got = sum((fill.quantity * fill.price for fill in out.fills), D(0))
    assert (await bench.venue.account()).balance == 10_000 + got - paid


async def test_cares_only_for_what_it_holds_or_waits_for() -> None:
    bench = await opened()
    assert not bench.venue.cares(BTC)
    await bench.venue.place(limit(1, BUY, "0.01", "60000"))
    assert bench.venue.cares(BTC)
    assert not bench.venue.cares("ETH/USDT")
    await bench.venue.cancel("o1", BTC)
    assert not bench.venue.cares(BTC)


async def test_what_an_account_waits_for_is_watched_from_its_order_on_and_again_after_a_restart() -> None:
    bench = await opened()
    await bench.venue.place(limit(1, BUY, "0.1", "63000"))
    for each in (bench, await PaperBench(bench.store).open()):
        ticks = each.prices.ticks()
        each.prices.step()
        each.prices.close()
        assert [quote.symbol async for quote in ticks] == [BTC]


async def test_a_closed_venue_hears_no_more_ticks() -> None:
    bench = await opened()
    await bench.venue.place(limit(1, BUY, "0.1", "63000"))
    await bench.venue.close()
    await bench.move("62000")
    stored = bench.store.paper.order(1, "o1")
    assert stored is not None
    assert stored.state is OrderState.ACKED


async def test_a_tick_of_one_symbol_asks_for_the_price_of_another_that_is_not_known_yet() -> None:
    bench = await opened()
    await bench.venue.place(order(1, BUY, "1", symbol="ETH/USDT"))
    await bench.venue.place(limit(2, BUY, "0.1", "63000"))
    fresh = PaperBench(bench.store)
    await fresh.open()
    assert fresh.prices.latest("ETH/USDT") is None
    await fresh.move("62900")
    done = await fresh.venue.find("o2", BTC)
    assert done is not None
    assert done.state is OrderState.FILLED


async def test_leverage_may_change_while_the_account_is_under_water_if_that_frees_margin() -> None:
    bench = await opened()
    await bench.venue.setup(BTC, 20, None)
    await bench.venue.place(order(1, BUY, "2"))
    await bench.move("61000")
    assert (await bench.venue.account()).free < 0
    await bench.venue.setup(BTC, 25, None)
    with pytest.raises(VenueRefused) as refused:
        await bench.venue.setup(BTC, 24, None)
    assert refused.value.code is Code.NO_MARGIN


async def test_it_says_what_it_is() -> None:
    venue = (await opened()).venue
    assert (venue.paper, venue.stops_rest_here, venue.expires_after()) == (True, True, 0)
