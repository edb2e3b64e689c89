"""The whole engine over ccxt and the emulated exchange: what the comparison of holdings may end, and what not."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from engine.types import ClosedReason, Target
from storage.tables import execution_connections
from tests.adapters.exchange_bench import SYMBOL, ExchangeBench, desk
from tests.clocks import ManualClock
from tests.exchange.catalog import ALICE
from tests.exchange.model import FeeMode, Kind, Market, PositionSide, Request, Side
from tests.execution.bench import Bench
from tests.storage.worlds import entry, price
from tests.stores import fresh_database

D = Decimal
PLACES = {"binance-spot": ("binance", "spot"), "binance-usdm": ("binance", "swap"), "bybit-linear": ("bybit", "swap")}
SWAPS = ["binance-usdm", "bybit-linear"]


@asynccontextmanager
async def trading(folder: Path, place: str, **account: Any) -> AsyncIterator[tuple[Bench, ExchangeBench]]:
    """A long of BTC that was just opened, with its stop at 60 000 resting at the exchange."""
    clock = ManualClock()
    alice = replace(ALICE, fee_mode=FeeMode.QUOTE, **account)
    async with desk(*PLACES[place], clock=clock, account=alice, stream=False) as at:
        database = await fresh_database(folder, clock)
        bench = await Bench.open(database, clock, at.venue)  # type: ignore[arg-type]
        reading = entry(stop_loss=price("60000"), take_profits=(Target(level=price("70000"), share=D(100)),))
        await bench.change(lambda tx: tx.signals.revise(bench.execution.signal.id, reading, clock.now()))
        bench.trader.start((await database.read(lambda tx: tx.executions.get(bench.execution.id)),))  # type: ignore[arg-type]
        await passes(bench, 6)
        assert (await bench.position()).is_open
        assert resting(at) == 1
        try:
            yield bench, at
        finally:
            await bench.close()
            await database.close()


async def passes(bench: Bench, seconds: int) -> None:
    for _ in range(seconds * 4):
        await asyncio.sleep(0.01)
        await bench.clock.advance(0.25)


async def compared(bench: Bench) -> None:
    await bench.recovery.compare()
    await passes(bench, 15)


def resting(at: ExchangeBench) -> int:
    return sum(order.status.live for order in at.core.store.orders.all())


@pytest.mark.parametrize("place", PLACES)
async def test_a_halt_of_the_market_ends_no_trade(tmp_path: Path, place: str) -> None:
    async with trading(tmp_path, place) as (bench, at):
        at.core.list_instrument(replace(at.core.instrument(at.side, SYMBOL), trading=False))
        await at.venue._shared.refresh(-1)
        await compared(bench)
        assert ((await bench.position()).is_open, resting(at)) == (True, 1)


@pytest.mark.parametrize("place", SWAPS)
async def test_a_hedge_of_the_owners_own_ends_no_trade(tmp_path: Path, place: str) -> None:
    async with trading(tmp_path, place, hedge=True) as (bench, at):
        quantity = (await bench.position()).quantity
        own = Request(
            market=Market.LINEAR, symbol=SYMBOL, side=Side.SELL, kind=Kind.MARKET, quantity=quantity,
            position_side=PositionSide.SHORT,
        )  # fmt: skip
        at.core.place(ALICE.name, own)
        await compared(bench)
        assert ((await bench.position()).is_open, resting(at)) == (True, 1)


@pytest.mark.parametrize("place", SWAPS)
async def test_what_was_closed_by_hand_is_booked_out_and_its_stop_goes(tmp_path: Path, place: str) -> None:
    async with trading(tmp_path, place) as (bench, at):
        quantity = (await bench.position()).quantity
        own = Request(market=Market.LINEAR, symbol=SYMBOL, side=Side.SELL, kind=Kind.MARKET, quantity=quantity)
        at.core.place(ALICE.name, own)
        await compared(bench)
        position = await bench.position()
        assert (position.is_open, position.closed_reason, resting(at)) == (False, ClosedReason.EXTERNAL, 0)


async def funded(
    bench: Bench, at: ExchangeBench, *, own: Decimal | None = None, side: Side = Side.BUY, **which: Any
) -> None:
    """An hour later long pays a ten-thousandth, beside what the owner holds; five minutes after that it is read."""
    await bench.change(lambda tx: tx.connection.execute(update(execution_connections).values(is_paper=False)))
    if own:
        hand = Request(market=Market.LINEAR, symbol=SYMBOL, side=side, kind=Kind.MARKET, quantity=own, **which)
        at.core.place(ALICE.name, hand)
    await bench.clock.advance(3600)
    at.core.fund(SYMBOL, D("0.0001"))
    await bench.clock.advance(300)
    reading = asyncio.ensure_future(bench.funding.run())
    while not reading.done():
        await passes(bench, 1)
    await reading


@pytest.mark.parametrize("place", SWAPS)
async def test_F42_funding_is_booked_with_the_trade_it_was_paid_for(tmp_path: Path, place: str) -> None:
    async with trading(tmp_path, place) as (bench, at):
        before = await bench.position()
        await funded(bench, at)
        [income] = at.core.incomes(ALICE.name, SYMBOL)
        after = await bench.position()
        assert income.amount < 0
        assert (after.funding, after.realised_pnl) == (income.amount, before.realised_pnl + income.amount)


@pytest.mark.parametrize("place", SWAPS)
async def test_F42_funding_of_what_the_owner_holds_besides_is_not_ours(tmp_path: Path, place: str) -> None:
    async with trading(tmp_path, place) as (bench, at):
        await funded(bench, at, own=(await bench.position()).quantity)
        [income] = at.core.incomes(ALICE.name, SYMBOL)
        assert abs((await bench.position()).funding - income.amount / 2) < D("0.0000001")


@pytest.mark.parametrize("place", SWAPS)
async def test_F42_long_and_short_at_once_are_not_told_apart(tmp_path: Path, place: str) -> None:
    async with trading(tmp_path, place, hedge=True) as (bench, at):
        await funded(bench, at, own=D(1), side=Side.SELL, position_side=PositionSide.SHORT)
        assert len(at.core.incomes(ALICE.name, SYMBOL)) == 2
        assert (await bench.position()).funding == 0
