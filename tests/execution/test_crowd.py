"""Many accounts at once: nobody waits for somebody else, and a fill waits for nothing but its stop."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from engine.types import ClosedReason, Execution, Holding, MoveStop, OrderType
from tests.execution.bench import Bench
from tests.execution.fake_venue import D, Fault, answer_lost, busy, lost


@pytest.mark.parametrize("fault", [None, answer_lost(), lost(), busy()], ids=["none", "F03", "F02", "F33"])
async def test_between_a_fill_and_its_stop_nothing_waits_behind_new_trades(
    bench: Bench, fault: Fault | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    usual: list[str] = []
    write = bench.books.write

    async def noted(work: Any, *, urgent: bool = False) -> Any:
        if not urgent:
            usual.append(work.func.__name__)
        return await write(work, urgent=urgent)

    monkeypatch.setattr(bench.books, "write", noted)
    bench.venue.script("place", None, fault)
    position = await bench.enter()
    await bench.run(30)
    await bench.trader.act(position, (MoveStop(price=D("95"), reason=ClosedReason.SL),))
    await bench.trader.cancel_entries(position.execution_id, "tired")
    assert len(bench.venue.resting()) == 1 and usual == ["reserve"]


async def crowd(bench: Bench) -> list[int]:
    """Three accounts more, each with a trade; the connections."""

    def follow(tx: Any) -> tuple[Execution, ...]:
        world, now = bench.world, bench.clock.now()
        accounts = [tx.accounts.add_paper(world.ann, f"Account {n}", now) for n in range(3)]
        opened = (tx.executions.open(world.signal, account, now) for account in accounts)
        return tuple(execution for execution in opened if execution is not None)

    executions = await bench.change(follow)
    bench.trader.start(executions)
    await bench.quiet()
    return [execution.connection.id for execution in executions]


async def test_accounts_are_compared_side_by_side(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody gets an answer before all of them have asked."""
    await bench.enter()
    all_ask = asyncio.Barrier(1 + len(await crowd(bench)))
    holdings = bench.venue.holdings

    async def together(symbols: set[str]) -> tuple[Holding, ...]:
        await all_ask.wait()
        return await holdings(symbols)

    monkeypatch.setattr(bench.venue, "holdings", together)
    await bench.recovery.compare()
    await bench.quiet()
    assert bench.venue.count("holdings") == 4


async def test_F35_a_venue_that_keeps_silent_about_what_is_held_delays_no_round(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One account is asked for ten minutes; at another a stop fills unheard and a trade is closed by hand."""
    await bench.enter()
    silent, other, _ = await crowd(bench)
    by_id, holdings = bench.trader.venue_by_id, bench.venue.holdings

    async def venue_of(connection_id: int) -> Any:
        if connection_id == silent:
            await bench.clock.sleep(600)
        return await by_id(connection_id)

    async def nothing(symbols: set[str]) -> tuple[Holding, ...]:
        return tuple(replace(holding, quantity=D(0)) for holding in await holdings(symbols))

    monkeypatch.setattr(bench.trader, "venue_by_id", venue_of)
    bench.spawn("recovery", bench.recovery.run())
    await bench.run(61)
    stop = next(order for order in bench.venue.resting() if order.request.order_type is OrderType.STOP)
    bench.venue.fill(stop, price=D(90))
    await bench.run(61)
    assert not (await bench.position()).is_open
    monkeypatch.setattr(bench.venue, "holdings", nothing)
    await bench.run(70)
    open_now = await bench.database.read(lambda tx: {p.connection_id for p in tx.positions.open()})
    assert silent in open_now and other not in open_now


async def test_F51_an_unforeseen_answer_of_one_account_keeps_nothing_from_the_others(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The venue of the tests is one for all accounts: each sees the forty less what was sold by hand."""
    await bench.enter()
    broken_one, *_ = await crowd(bench)
    bench.venue.foreign("BTC/USDT", D(-34))
    asked: list[int] = []
    by_id = bench.trader.venue_by_id

    async def noted(connection_id: int) -> Any:
        asked.append(connection_id)
        if connection_id == broken_one:
            raise KeyError("assets")
        return await by_id(connection_id)

    monkeypatch.setattr(bench.trader, "venue_by_id", noted)
    bench.spawn("compare", bench.recovery.compare())
    await bench.run(5)
    assert len(asked) == 4
    await bench.run(5)
    assert len([c for c in asked if c == broken_one]) == 1  # it showed no gap: the second reading is of the others
    quantities = await bench.database.read(lambda tx: {p.connection_id: p.quantity for p in tx.positions.open()})
    assert quantities.pop(broken_one) == D(10) and set(quantities.values()) == {D(6)}
