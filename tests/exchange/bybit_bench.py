"""Short words for tests of Bybit: its two symbols, raw requests, the code of a refusal, one order by its name."""

from __future__ import annotations

import re
from typing import Any

import ccxt
import pytest

from tests.clocks import ManualClock
from tests.exchange.bench import BTC
from tests.exchange.server import Server

COINS, SWAP = "BTC/USDT", "BTC/USDT:USDT"
CODE = re.compile(r'"retCode":(\d+)')


async def passes(server: Server, seconds: float) -> None:
    assert isinstance(server.exchange.clock, ManualClock)
    await server.exchange.clock.advance(seconds)


async def code(attempt: Any) -> int:
    """The retCode of what ccxt raises."""
    with pytest.raises(ccxt.BaseError) as caught:
        await attempt
    found = CODE.search(str(caught.value))
    assert found, caught.value
    return int(found[1])


async def raw(trader: Any, category: str, **given: str) -> Any:
    """A market order in Bybit's own words, changed by ``given``."""
    usual = {"symbol": BTC, "side": "Buy", "orderType": "Market", "qty": "0.01"}
    return await trader.privatePostV5OrderCreate({"category": category, **usual, **given})


async def one(trader: Any, symbol: str, name: str) -> Any:
    """The order with this client order id, open or closed."""
    (found,) = await trader.fetch_open_orders(symbol, params={"orderLinkId": name})
    return found


async def buy(trader: Any, name: str = "one") -> Any:
    """A market purchase of contracts under this name."""
    return await trader.create_order(SWAP, "market", "buy", 0.01, None, {"clientOrderId": name})


def orders(server: Server) -> int:
    """How many orders there have ever been."""
    return len(server.exchange.store.orders.all())
