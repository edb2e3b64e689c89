"""The promises of engine.ports.Venue, over every adapter."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from engine.errors import Code, VenueRefused
from engine.types import ExecutionReport, MarginMode, OrderRequest, OrderState, OrderType, TimeInForce
from tests.adapters.contract import BUY, FACTORIES, SELL, Bench, limit, mine, oid, order, stop

D = Decimal


@pytest.fixture(params=FACTORIES.values(), ids=FACTORIES)
async def bench(request: pytest.FixtureRequest) -> AsyncIterator[Bench]:
    async with request.param() as opened:
        yield opened


async def refusal(coroutine: object) -> Code | None:
    with pytest.raises(VenueRefused) as refused:
        await coroutine  # type: ignore[misc]
    return refused.value.code


async def put(bench: Bench, request: OrderRequest) -> ExecutionReport:
    return await bench.venue.place(mine(bench, request))


async def told_of(reports: AsyncIterator[ExecutionReport], number: int) -> ExecutionReport:
    """The next report of this order; a venue may tell of others, even of what it has answered already."""
    async with asyncio.timeout(5):
        while (report := await anext(reports)).client_order_id != oid(number):
            pass
    return report


def only_with_margin(bench: Bench) -> None:
    if bench.coins:
        pytest.skip("what is bought here is owned")


NO_MONEY = {Code.NO_MARGIN, Code.INSUFFICIENT_FUNDS}


def total(report: ExecutionReport) -> Decimal:
    return sum((fill.quantity for fill in report.fills), D(0))


async def test_a_pair_is_found_and_an_unknown_one_is_refused(bench: Bench) -> None:
    found = await bench.venue.instrument("BTC", "USDT")
    assert (found.symbol, found.base, found.quote) == (bench.symbol, "BTC", "USDT")
    assert await bench.venue.instrument("BTC", None) == found
    assert await refusal(bench.venue.instrument("NOSUCHCOIN", "USDT")) is Code.SYMBOL_UNKNOWN


async def test_a_flat_account_is_all_free(bench: Bench) -> None:
    account = await bench.venue.account()
    assert account.currency == bench.venue.account_currency == "USDT"
    assert account.balance == account.equity == account.free == 10_000
    assert await bench.venue.holdings() == ()
    assert await bench.venue.open_orders() == ()


async def test_quotes_and_rates(bench: Bench) -> None:
    quote = await bench.venue.quote(await bench.venue.instrument("BTC", "USDT"))
    assert quote.symbol == bench.symbol
    assert quote.bid <= D(64_000) <= quote.ask
    assert await bench.venue.rate("USDT") == 1
    assert await refusal(bench.venue.rate("NOSUCHCOIN")) is Code.NO_PRICE


async def test_a_market_order_fills_and_is_found_again(bench: Bench) -> None:
    quote = await bench.venue.quote(await bench.venue.instrument("BTC", "USDT"))
    done = await put(bench, order(1, BUY, "0.1"))
    assert (done.client_order_id, done.symbol, done.state) == (oid(1), bench.symbol, OrderState.FILLED)
    assert done.filled == done.quantity == total(done) == D("0.1")
    assert all(fill.price == quote.ask and fill.fee >= 0 for fill in done.fills)
    assert await bench.venue.find(oid(1), bench.symbol) == done
    (held,) = await bench.venue.holdings()
    assert (held.symbol, held.quantity) == ("BTC" if bench.coins else bench.symbol, D("0.1"))
    assert held.entry_price == (0 if bench.coins else quote.ask)


async def test_the_same_id_is_the_same_order_even_at_once(bench: Bench) -> None:
    answers = await asyncio.gather(*(put(bench, order(1, BUY, "0.01")) for _ in range(10)))
    assert len({(a.venue_order_id, a.filled) for a in answers}) == 1
    assert await put(bench, order(1, BUY, "0.01")) == answers[0]
    (held,) = await bench.venue.holdings()
    assert held.quantity == D("0.01")


async def test_different_orders_at_once_all_count(bench: Bench) -> None:
    await asyncio.gather(*(put(bench, order(n, BUY, "0.01")) for n in range(10)))
    (held,) = await bench.venue.holdings()
    assert held.quantity == D("0.1")


async def test_an_order_never_seen_is_none(bench: Bench) -> None:
    assert await bench.venue.find(oid("never"), bench.symbol) is None


@pytest.mark.parametrize(
    ("request_", "code"),
    [
        (order(1, BUY, "0.0001"), Code.VENUE_REFUSED),
        (limit(1, BUY, "0.001", "60000.05"), Code.VENUE_REFUSED),
        (stop(1, BUY, "0.001", "70000.05"), Code.VENUE_REFUSED),
        (limit(1, BUY, "0.001", "4000"), Code.MIN_NOTIONAL),
        (order(1, BUY, "1000.001"), Code.MAX_QTY),
        (order(1, BUY, "100"), NO_MONEY),
        (limit(1, BUY, "100", "60000"), NO_MONEY),
        (order(1, BUY, "0.01", leverage=1000), Code.LEVERAGE),
        (order(1, SELL, "0.01", reduce_only=True), Code.REDUCE_ONLY),
        (stop(1, BUY, "0.01", "63000"), Code.STOP_PASSED),
        (stop(1, SELL, "0.01", "65000"), Code.STOP_PASSED),
        (order(1, BUY, "1", symbol="NOSUCHCOIN/USDT"), Code.SYMBOL_UNKNOWN),
    ],
    ids=[
        "quantity-off-step", "price-off-tick", "trigger-off-tick", "too-little-value", "too-much", "no-margin",
        "no-margin-to-rest", "leverage", "nothing-to-reduce", "buy-stop-passed", "sell-stop-passed", "unlisted",
    ],
)  # fmt: skip
async def test_a_refused_order_leaves_nothing_behind(
    bench: Bench, request_: OrderRequest, code: Code | set[Code]
) -> None:
    before = await bench.venue.account()
    assert await refusal(put(bench, request_)) in (code if isinstance(code, set) else {code})
    assert await bench.venue.find(oid(1), bench.symbol) is None
    assert await bench.venue.open_orders() == ()
    assert await bench.venue.holdings() == ()
    assert await bench.venue.account() == before


async def test_a_limit_rests_until_its_price_comes_and_the_fill_is_told(bench: Bench) -> None:
    reports = bench.venue.reports()
    resting = await put(bench, limit(1, BUY, "0.1", "63000"))
    assert (resting.state, resting.filled, resting.fills) == (OrderState.ACKED, 0, ())
    await bench.move("63500")
    assert await bench.venue.open_orders() == (resting,)
    await bench.move("62990")
    told = await asyncio.wait_for(anext(reports), 5)
    assert (told.client_order_id, told.state, told.filled) == (oid(1), OrderState.FILLED, D("0.1"))
    assert all(fill.price <= 63_000 for fill in told.fills)
    assert await bench.venue.find(oid(1), bench.symbol) == told
    assert await bench.venue.open_orders() == ()


async def test_a_limit_that_is_met_at_once_trades_at_the_market(bench: Bench) -> None:
    quote = await bench.venue.quote(await bench.venue.instrument("BTC", "USDT"))
    bought = await put(bench, limit(1, BUY, "0.1", "65000"))
    sold = await put(bench, limit(2, SELL, "0.1", "63000"))
    assert [fill.price for fill in bought.fills + sold.fills] == [quote.ask, quote.bid]
    assert await bench.venue.holdings() == ()


@pytest.mark.parametrize("force", [TimeInForce.IOC, TimeInForce.FOK])
async def test_an_immediate_order_that_finds_no_price_ends_unfilled(bench: Bench, force: TimeInForce) -> None:
    ended = await put(bench, limit(1, BUY, "0.1", "60000", time_in_force=force))
    assert (ended.state, ended.filled) == (OrderState.CANCELLED, 0)
    assert await bench.venue.find(oid(1), bench.symbol) == ended
    assert await bench.venue.open_orders() == ()


@pytest.mark.parametrize("force", list(TimeInForce))
async def test_an_order_of_any_force_fills_when_it_can(bench: Bench, force: TimeInForce) -> None:
    done = await put(bench, limit(1, BUY, "0.1", "65000", time_in_force=force))
    assert (done.state, done.filled) == (OrderState.FILLED, D("0.1"))


async def test_cancelling_is_repeatable_and_tells_how_it_ended(bench: Bench) -> None:
    await put(bench, limit(1, BUY, "0.1", "60000"))
    ended = await bench.venue.cancel(oid(1), bench.symbol)
    assert (ended.state, ended.filled) == (OrderState.CANCELLED, 0)
    assert await bench.venue.cancel(oid(1), bench.symbol) == ended == await bench.venue.find(oid(1), bench.symbol)
    await bench.move("59000")
    assert await bench.venue.holdings() == ()


async def test_an_order_that_filled_first_comes_back_filled_from_its_cancel(bench: Bench) -> None:
    done = await put(bench, order(1, BUY, "0.1"))
    assert await bench.venue.cancel(oid(1), bench.symbol) == done


async def test_cancelling_an_order_never_seen_is_refused(bench: Bench) -> None:
    assert await refusal(bench.venue.cancel(oid("never"), bench.symbol)) is Code.NOT_FOUND


async def test_a_stop_rests_and_closes_at_the_market_when_it_triggers(bench: Bench) -> None:
    if not bench.venue.stops_rest_here:
        pytest.skip("this venue takes no resting stops")
    reports = bench.venue.reports()
    await put(bench, order(1, BUY, "0.1"))
    resting = await put(bench, stop(2, SELL, "0.1", "63000", reduce_only=True))
    assert resting.state is OrderState.ACKED
    await bench.move("63010")
    assert await bench.venue.open_orders() == (resting,)
    await bench.move("62000")
    told = await told_of(reports, 2)
    assert told.state is OrderState.FILLED
    assert all(61_900 < fill.price < 62_000 for fill in told.fills)
    assert await bench.venue.holdings() == ()


async def test_a_stop_limit_waits_for_its_limit_after_the_trigger(bench: Bench) -> None:
    if not bench.venue.stops_rest_here:
        pytest.skip("this venue takes no resting stops")
    await put(bench, stop(1, BUY, "0.1", "65000", order_type=OrderType.STOP_LIMIT, price="65100"))
    await bench.move("66000")
    assert await bench.venue.holdings() == ()
    await bench.reopen()
    await bench.move("65050")
    (held,) = await bench.venue.holdings()
    assert (held.quantity, held.entry_price) == (D("0.1"), 0 if bench.coins else D(65_100))


async def test_a_reducing_order_never_turns_the_holding_round(bench: Bench) -> None:
    only_with_margin(bench)
    await put(bench, order(1, BUY, "0.1"))
    assert await refusal(put(bench, order(2, BUY, "0.1", reduce_only=True))) is Code.REDUCE_ONLY
    closed = await put(bench, order(3, SELL, "0.5", reduce_only=True))
    assert closed.filled == total(closed) == D("0.1")
    assert closed.state in (OrderState.CANCELLED, OrderState.EXPIRED)
    assert await bench.venue.holdings() == ()


async def test_a_holding_nets(bench: Bench) -> None:
    only_with_margin(bench)
    await put(bench, order(1, BUY, "0.1"))
    await put(bench, order(2, SELL, "0.04"))
    (held,) = await bench.venue.holdings()
    assert held.quantity == D("0.06")
    await put(bench, order(3, SELL, "0.1"))
    (held,) = await bench.venue.holdings()
    assert held.quantity == D("-0.04")
    await put(bench, order(4, BUY, "0.04"))
    assert await bench.venue.holdings() == ()


@pytest.mark.parametrize(("direction", "then", "sign"), [(BUY, "65000", 1), (SELL, "65000", -1), (SELL, "63000", 1)])
async def test_profit_is_open_then_booked(bench: Bench, direction, then: str, sign: int) -> None:  # type: ignore[no-untyped-def]
    only_with_margin(bench)
    opened = await put(bench, order(1, direction, "0.1"))
    await bench.move(then)
    account = await bench.venue.account()
    assert (account.equity - account.balance) * sign > 90
    closed = await put(bench, order(2, direction.opposite, "0.1", reduce_only=True))
    (way_in,), (way_out,) = opened.fills, closed.fills
    gain = direction.sign * (way_out.price - way_in.price) * D("0.1")
    after = await bench.venue.account()
    assert after.balance == after.equity == 10_000 + gain - way_in.fee - way_out.fee


async def test_leverage_decides_how_much_is_free(bench: Bench) -> None:
    only_with_margin(bench)
    assert await refusal(bench.venue.setup(bench.symbol, 1000, None)) is Code.LEVERAGE
    assert await refusal(bench.venue.setup(bench.symbol, 0, None)) is Code.LEVERAGE
    await bench.venue.setup(bench.symbol, 10, MarginMode.CROSS)
    assert await refusal(put(bench, order(1, BUY, "1.6"))) in NO_MONEY
    await bench.venue.setup(bench.symbol, 20, None)
    await put(bench, order(2, BUY, "1.6"))
    account = await bench.venue.account()
    assert 4_700 < account.free < 4_900
    if bench.venue.paper:  # elsewhere it is the exchange that says whether it still carries the position
        assert await refusal(bench.venue.setup(bench.symbol, 5, None)) is Code.NO_MARGIN


async def test_a_new_venue_over_the_same_account_goes_on(bench: Bench) -> None:
    await put(bench, order(1, BUY, "0.05"))
    await put(bench, limit(2, BUY, "0.05", "62000"))
    await put(bench, stop(3, SELL, "0.05", "61000", reduce_only=True))

    async def seen() -> tuple[object, ...]:
        venue = bench.venue
        found = [await venue.find(oid(n), bench.symbol) for n in (1, 2, 3)]
        resting = sorted(await venue.open_orders(), key=lambda report: report.client_order_id)
        return await venue.account(), await venue.holdings(), resting, found

    before = await seen()
    await bench.reopen()
    assert await seen() == before
    reports = bench.venue.reports()
    await bench.move("61900")
    assert (await told_of(reports, 2)).state is OrderState.FILLED
    (held,) = await bench.venue.holdings()
    assert held.quantity == D("0.1")


async def test_find_is_conclusive_when_the_caller_of_place_was_cancelled(bench: Bench) -> None:
    waits = bench.venue.expires_after()
    assert waits is None or waits >= 0
    if waits != 0:
        pytest.skip("this venue's orders may still arrive later")
    for pause in range(6):
        task = asyncio.ensure_future(put(bench, order(pause, BUY, "0.001")))
        for _ in range(pause):
            await asyncio.sleep(0)
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
        found = await bench.venue.find(oid(pause), bench.symbol)
        held = sum((h.quantity for h in await bench.venue.holdings()), D(0))
        for _ in range(20):
            await asyncio.sleep(0)
        assert await bench.venue.find(oid(pause), bench.symbol) == found
        assert sum((h.quantity for h in await bench.venue.holdings()), D(0)) == held


async def test_reports_go_to_everybody_and_end_with_the_venue(bench: Bench) -> None:
    first, second = bench.venue.reports(), bench.venue.reports()
    await put(bench, limit(1, BUY, "0.05", "63000"))
    await put(bench, limit(2, BUY, "0.05", "62000"))
    await bench.move("62500")
    await bench.move("61500")
    await bench.venue.close()
    for reports in (first, second):
        assert [report.client_order_id async for report in reports] == [oid(1), oid(2)]


async def test_a_post_only_order_rests_and_one_that_would_trade_is_refused(bench: Bench) -> None:
    before = await bench.venue.account()
    ask = (await bench.venue.quote(await bench.venue.instrument("BTC", "USDT"))).ask
    assert await refusal(put(bench, limit(1, BUY, "0.1", "65000", post_only=True))) is Code.POST_ONLY
    assert await refusal(put(bench, limit(2, BUY, "0.1", str(ask), post_only=True))) is Code.POST_ONLY
    assert (await bench.venue.holdings(), await bench.venue.account()) == ((), before)
    resting = await put(bench, limit(3, BUY, "0.1", "63000", post_only=True))
    assert (resting.state, await bench.venue.open_orders()) == (OrderState.ACKED, (resting,))
    await bench.move("62990")
    found = await bench.venue.find(oid(3), bench.symbol)
    assert found is not None
    assert {fill.price for fill in found.fills} == {D(63_000)}


async def test_what_was_not_held_over_the_hour_was_paid_nothing(bench: Bench) -> None:
    """Or the venue has no funding, and says so."""
    await bench.venue.place(mine(bench, order(1, BUY, "0.01")))
    assert not await bench.venue.funding([bench.symbol], datetime.now(UTC) - timedelta(hours=1))
