"""What a start found is told to the admins in one message, and to nobody when nothing was."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from engine.execution.recover import SUMMED_UP
from engine.types import ClosedReason, OrderState, Position
from storage.tables import execution_notifications
from tests.execution.bench import Bench
from tests.execution.fake_venue import D, answer_lost, lost
from tests.execution.test_readiness import LONG, started
from tests.execution.test_sides import BTC


@pytest.fixture
async def opened(bench: Bench) -> Position:
    return await bench.enter()


async def summed_up(bench: Bench) -> list[dict[str, Any]]:
    """What the admins were told when a start had had its time; the venue as it is."""
    new = await started(bench)
    new.spawn("recovery", new.recovery.run())
    await new.run(SUMMED_UP + 1)
    await new.close()
    c = execution_notifications.c
    asked = select(c.user_id, c.payload).where(c.type == "start_found")
    rows = await new.database.read(lambda tx: tx.connection.execute(asked).all())
    assert {row.user_id for row in rows} <= {bench.world.admin.id}
    return [row.payload for row in rows]


def found(**counts: int) -> dict[str, int]:
    return {"settled": 0, "unsettled": 0, "ended": 0, "silent": 0, **counts}


async def test_a_start_that_found_everything_as_it_was_says_nothing(bench: Bench, opened: Position) -> None:
    assert await summed_up(bench) == []


async def test_an_order_in_doubt_that_is_clear_now(bench: Bench) -> None:
    bench.venue.script("place", answer_lost())
    bench.venue.script("find", *[lost()] * LONG)
    bench.trader.start((bench.execution,))
    await bench.run(3)
    bench.venue.heal()
    assert await summed_up(bench) == [found(settled=1)]
    assert OrderState.FILLED in await bench.states("E")


async def test_an_order_that_nobody_answers_for(bench: Bench) -> None:
    bench.venue.script("place", answer_lost())
    bench.venue.script("find", *[lost()] * 500)
    bench.trader.start((bench.execution,))
    await bench.run(3)
    assert await summed_up(bench) == [found(unsettled=1)]


async def test_a_trade_that_was_closed_by_hand_meanwhile(bench: Bench, opened: Position) -> None:
    await bench.close()
    bench.venue.foreign(BTC, D(-10))
    assert await summed_up(bench) == [found(ended=1)]
    assert (await bench.position()).closed_reason is ClosedReason.EXTERNAL


async def test_a_trade_whose_stop_filled_meanwhile(bench: Bench, opened: Position) -> None:
    await bench.close()
    (stop,) = bench.venue.resting()
    bench.venue.fill(stop, price=D(90))
    await bench.clock.advance(5)
    assert await summed_up(bench) == [found(ended=1)]
    assert (await bench.position()).closed_reason is ClosedReason.SL


async def test_an_account_that_does_not_show_how_it_stands(bench: Bench, opened: Position) -> None:
    bench.venue.script("holdings", *[lost()] * LONG)
    assert await summed_up(bench) == [found(silent=1)]
