"""The daily report: about which days, and whom an exchange that keeps silent holds up."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from engine.analytics.daily import DayEnd
from engine.events import DayClosed
from tests.execution.bench import Bench
from tests.execution.test_crowd import crowd

A_DAY = 86_400


def day_end(bench: Bench) -> DayEnd:
    return DayEnd(store=bench.books, clock=bench.clock, trader=bench.trader, on_change=lambda: None)


async def reports(bench: Bench) -> list[dict[str, Any]]:
    return [payload for kind, payload in await bench.told() if kind == DayClosed.kind]


async def test_a_day_on_which_an_account_was_not_there_yet_is_not_reported(bench: Bench) -> None:
    assert await day_end(bench).run() == 0
    assert await reports(bench) == []
    await bench.clock.advance(A_DAY)
    assert await day_end(bench).run() > 0


async def test_an_account_that_is_made_today_waits_for_tomorrow(bench: Bench) -> None:
    await bench.clock.advance(A_DAY)
    told = await day_end(bench).run()
    await crowd(bench)
    assert await day_end(bench).run() == 0
    await bench.clock.advance(A_DAY)
    assert await day_end(bench).run() == told + 3


async def test_a_silent_exchange_keeps_no_report_from_the_others(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    silent, account = (await crowd(bench))[0], bench.trader.account

    async def asked(connection: Any) -> Any:
        if connection.id == silent:
            await bench.clock.sleep(600)
        return await account(connection)

    monkeypatch.setattr(bench.trader, "account", asked)
    await bench.clock.advance(A_DAY)
    accounts = len(await bench.database.read(lambda tx: tx.connections.active()))
    closing = asyncio.get_running_loop().create_task(day_end(bench).run())
    await bench.quiet()
    assert len(await reports(bench)) == accounts - 1
    await bench.clock.advance(601)
    assert await closing == accounts
