"""A fresh database under every desk."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.clocks import ManualClock
from tests.desk.bench import Bench
from tests.stores import fresh_database


@pytest.fixture
async def bench(tmp_path: Path) -> AsyncIterator[Bench]:
    database = await fresh_database(tmp_path, ManualClock())
    yield Bench(database)
    await database.close()
