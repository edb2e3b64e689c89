"""The registry of adapters, and the one live venue of each connection."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from bot.nursery import Nursery
from engine.adapters import ADAPTERS, OpenVenues, Surroundings, adapter, exchanges, offered
from engine.adapters.ccxt_abilities import abilities
from engine.adapters.paper_market import PaperMarket
from engine.errors import Code, VenueLocked
from engine.market.simulated import SimulatedPrices
from engine.types import Connection, Preset
from tests.adapters.contract import BTC, BUY, limit
from tests.adapters.exchange_bench import desk
from tests.adapters.fakes import FakeStore
from tests.clocks import ManualClock
from tests.exchange.catalog import ALICE

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
    clock = ManualClock()
    prices = SimulatedPrices(clock, 1)
    market = PaperMarket(prices, prices.instruments, clock)
    return Surroundings(store=FakeStore(), paper=market, clock=clock, spawn=Nursery().spawn)


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


def test_every_exchange_says_what_it_needs_and_popular_ones_come_first() -> None:
    listed = exchanges()
    assert [spec.name for spec in listed[:3]] == ["binance", "bybit", "okx"]
    assert len(listed) > 60
    for spec in listed:
        assert adapter(spec.name) is spec
        assert spec.title
        assert spec.fields
        assert spec.markets
        assert set(spec.markets) <= {"spot", "swap"}
    okx = adapter("okx")
    assert okx is not None
    assert (okx.fields, okx.markets, okx.testnet) == (("apiKey", "secret", "password"), ("spot", "swap"), True)
    assert adapter("nowhere") is None


def test_a_market_where_nothing_can_be_reduced_safely_is_not_offered() -> None:
    able = abilities("binance", "swap")
    assert able is not None
    assert offered(able)
    assert not offered(replace(able, reduce_only=False))
    assert not offered(replace(able, proven=False))
    spot = abilities("binance", "spot")
    assert spot is not None
    assert not spot.reduce_only
    assert offered(spot)


def test_the_table_of_exchanges_is_read_without_ccxt() -> None:
    """ccxt costs half a second and a hundred megabytes: a house that trades on paper never pays them."""
    code = "import sys, engine.adapters as a; a.exchanges(); print([m for m in sys.modules if m.startswith('ccxt')])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.strip() == "[]"


class Shown:
    def __init__(self, value: str) -> None:
        self.value = value

    def reveal(self) -> str:
        return self.value


class Keys:
    """Secrets of connection 5 of user 7."""

    def __init__(self, **values: str) -> None:
        self.values = values

    async def read(self, owner_id: int, connection_id: int) -> Mapping[str, Shown]:
        assert (owner_id, connection_id) == (7, 5)
        return {name: Shown(value) for name, value in self.values.items()}


REAL = replace(PAPER, id=5, is_paper=False, exchange_name="binance", settings={"market": "swap", "testnet": False})


async def test_an_exchange_opens_with_the_key_of_its_owner_and_shares_its_markets(around: Surroundings) -> None:
    async with desk("binance", "swap", stream=False) as bench:
        keys = Keys(apiKey=ALICE.key, secret=ALICE.secret)
        spawned = bench.nursery.spawn
        house = replace(around, secrets=keys, urls={"binance": bench.server.base_url}, spawn=spawned, clock=bench.clock)
        venues = OpenVenues(house)
        venue = await venues.open(REAL)
        assert (venue.paper, venue.stops_rest_here, venue.account_currency) == (False, True, "USDT")
        assert (await venue.account()).equity == 10_000
        loaded = len(bench.server.calls("GET /fapi/v1/exchangeInfo"))
        prices = await venues.prices(REAL)
        assert await venues.prices(replace(REAL, id=6)) is prices
        assert (await prices.quote("BTC/USDT:USDT")).bid > 0
        assert len(bench.server.calls("GET /fapi/v1/exchangeInfo")) == loaded
        assert await venues.prices(PAPER) is around.paper.prices
        await venues.close()


@pytest.mark.parametrize(
    ("keys", "changes", "code"),
    [
        (None, {}, Code.KEY_LOST),
        (Keys(), {}, Code.KEY_LOST),
        (Keys(apiKey="k"), {}, Code.KEY_LOST),
        (Keys(apiKey="k", secret="s"), {"settings": {"market": "moon"}}, Code.NOT_FOUND),
    ],
    ids=["no-safe", "no-key", "half-a-key", "no-such-market"],
)
async def test_what_cannot_be_opened_is_locked(
    around: Surroundings, keys: Keys | None, changes: dict[str, Any], code: Code
) -> None:
    with pytest.raises(VenueLocked) as locked:
        await OpenVenues(replace(around, secrets=keys)).open(replace(REAL, **changes))
    assert locked.value.code is code


async def test_closing_closes_every_venue(around: Surroundings) -> None:
    venues = OpenVenues(around)
    streams = [(await venues.open(replace(PAPER, id=n))).reports() for n in (1, 2, 3)]
    await venues.close()
    for reports in streams:
        assert [report async for report in reports] == []
