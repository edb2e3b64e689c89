"""The registry of adapters, and the one live venue of each connection."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from decimal import Decimal

import pytest

from engine.adapters import ADAPTERS, OpenVenues, Surroundings
from engine.adapters.paper_market import PaperMarket
from engine.errors import Code, VenueLocked
from engine.market.simulated import SimulatedPrices
from engine.types import Connection, Preset
from tests.adapters.contract import BTC, BUY, limit
from tests.adapters.fakes import FakeStore
from tests.clocks import ManualClock

PAPER = Connection(
    id=1,
    user_id=7,
    admin_id=None,
    name="Paper",
    exchange_name="paper",
    status="active",
    is_active=True,
    is_admin_owned=False,
    trade_execution_enabled=True,
    is_paper=True,
    preset=Preset(),
)


@pytest.fixture
def around() -> Surroundings:
    prices = SimulatedPrices(ManualClock(), 1)
    return Surroundings(store=FakeStore(), paper=PaperMarket(prices, prices.instruments, ManualClock()))


def test_every_adapter_is_listed_under_its_own_name_with_a_title() -> None:
    assert all(spec.name == name and spec.title for name, spec in ADAPTERS.items())
    assert ADAPTERS["paper"].fields == ()


async def test_a_connection_has_one_venue_however_often_it_is_opened(around: Surroundings) -> None:
    venues = OpenVenues(around)
    opened = await asyncio.gather(*(venues.open(PAPER) for _ in range(5)))
    assert len({id(venue) for venue in opened}) == 1
    assert await venues.open(replace(PAPER, id=2)) is not opened[0]


async def test_a_paper_connection_is_a_paper_account_whatever_exchange_it_names(around: Surroundings) -> None:
    venue = await OpenVenues(around).open(replace(PAPER, exchange_name="binance"))
    assert venue.paper


async def test_settings_say_what_a_new_account_holds(around: Surroundings) -> None:
    venue = await OpenVenues(around).open(replace(PAPER, settings={"starting_balance": "2500.50", "currency": "EUR"}))
    account = await venue.account()
    assert (account.balance, account.currency) == (Decimal("2500.50"), "EUR")


async def test_without_an_adapter_the_connection_is_locked(around: Surroundings) -> None:
    with pytest.raises(VenueLocked) as locked:
        await OpenVenues(around).open(replace(PAPER, is_paper=False, exchange_name="nowhere"))
    assert locked.value.code is Code.NOT_FOUND


async def test_a_discarded_venue_is_closed_and_the_next_one_goes_on(around: Surroundings) -> None:
    venues = OpenVenues(around)
    first = await venues.open(PAPER)
    await first.place(limit(1, BUY, "0.1", "63000"))
    reports = first.reports()
    await venues.discard(1)
    await venues.discard(1)
    assert [report async for report in reports] == []
    second = await venues.open(PAPER)
    assert second is not first
    assert await second.find("o1", BTC) is not None


async def test_closing_closes_every_venue(around: Surroundings) -> None:
    venues = OpenVenues(around)
    streams = [(await venues.open(replace(PAPER, id=n))).reports() for n in (1, 2, 3)]
    await venues.close()
    for reports in streams:
        assert [report async for report in reports] == []
