"""A town whose Binance is the one on this machine."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from bot.clock import SystemClock
from storage.safe import Safe
from storage.vault import KeyRing, Vault, new_key
from tests.exchange.binance import Binance
from tests.exchange.catalog import ALICE, furnish
from tests.exchange.core import Exchange
from tests.exchange.server import serve
from tests.stores import fresh_database
from tests.stories.town import Town, open_town

WITHDRAWS = replace(ALICE, name="wanda", key="wanda-key", secret="wanda-secret", can_withdraw=True)


@dataclass(frozen=True, slots=True)
class Harbour:
    """The town, and the exchange that it trades at."""

    town: Town
    exchange: Exchange


@asynccontextmanager
async def open_harbour(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Harbour]:
    clock = SystemClock()
    core = furnish(Exchange(clock), ALICE, WITHDRAWS)
    database = await fresh_database(tmp_path, clock)
    async with serve(core, Binance(core)) as server:
        monkeypatch.setenv("EXCHANGE_URL_OVERRIDES", json.dumps({"binance": server.base_url}))
        safe = Safe(database, Vault(KeyRing.parse(new_key("k1"))), clock)
        async with open_town(database, clock, safe=safe) as town:
            yield Harbour(town, core)
            await town.settled()
        server.crashes.clear()
    await database.close()
