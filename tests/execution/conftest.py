"""A bench for every test; when it is over, nothing is doubled, lost or left behind."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.clocks import ManualClock
from tests.execution.bench import Bench
from tests.execution.fake_venue import FakeVenue
from tests.stores import fresh_database


@pytest.fixture
async def bench(tmp_path: Path) -> AsyncIterator[Bench]:
    clock = ManualClock()
    database = await fresh_database(tmp_path, clock)
    bench = await Bench.open(database, clock, FakeVenue(clock))
    yield bench
    await bench.close()
    await database.close()
