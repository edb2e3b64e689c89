"""The trades of our orders: asked for until they cover what the order says, and told in base units."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from engine.adapters import ccxt_reports as words
from engine.adapters.ccxt_quirks import Quirks
from engine.adapters.ccxt_wire import Wire
from engine.adapters.convert import to_price, to_time
from engine.ports import Clock
from engine.types import ZERO, Fill, Instrument

TRIES = 3
PAGES = 50
SHORTEST_PAGE = 20
"""A list of fewer trades than this was not cut off."""
PAUSE = 0.2  # seconds until a trade that an order speaks of is asked for again, then twice as long

Raw = Mapping[str, Any]


class Fills:
    """Trades of one account."""

    def __init__(self, wire: Wire, quirks: Quirks, clock: Clock) -> None:
        self._wire = wire
        self._quirks = quirks
        self._clock = clock

    async def of(self, order: Raw, instrument: Instrument) -> tuple[Fill, ...]:
        """The trades of this order, asked for until they cover what the order says; perhaps they never do."""
        claimed, number = words.filled_of(order, instrument), words.order_id(order) or ""
        if not claimed:
            return ()
        pause, at = PAUSE, order.get("lastTradeTimestamp") or order.get("timestamp")
        now = self._clock.now() if at is None else to_time(at)
        fills = words.fills_of(order.get("trades") or (), number, instrument, otherwise_at=now)
        if not self._wire.client.has.get("fetchMyTrades"):
            return fills or self._whole(order, claimed, instrument)
        for left in reversed(range(TRIES)):
            if sum((fill.quantity for fill in fills), ZERO) >= claimed:
                break
            trades = await self._trades(number, order, instrument.symbol)
            fills = words.fills_of(trades, number, instrument, otherwise_at=now)
            if left and sum((fill.quantity for fill in fills), ZERO) < claimed:
                await self._clock.sleep(pause)
                pause *= 2
        return fills

    async def _trades(self, number: str, order: Raw, symbol: str) -> list[Raw]:
        """Trades that name this order; one that names none is of nobody knows which."""
        client, param = self._wire.client, self._quirks.trades_param
        if param is not None:
            found = await self._behind_cursors(symbol, {param: number})
        elif client.has.get("fetchOrderTrades") is True:
            found = await self._wire.guard(client.fetch_order_trades, number, symbol)
        else:
            found = await self._since(symbol, order.get("timestamp"))
        return [trade for trade in found if str(trade.get("order")) == number]

    async def _behind_cursors(self, symbol: str, params: Raw) -> list[Raw]:
        """Every page of what these parameters narrow it down to."""
        found: list[Raw] = []
        limit, cursor = self._quirks.trades_page, None
        for _ in range(PAGES):
            more = {**params, "cursor": cursor} if cursor else dict(params)
            page = await self._wire.guard(self._wire.client.fetch_my_trades, symbol, None, limit, more)
            found += page
            cursor = next((one for trade in page if (one := _cursor(trade))), None)
            if limit is None or len(page) < limit or cursor is None:
                break
        return found

    async def _since(self, symbol: str, since: Any) -> list[Raw]:
        """Every page from this moment on; where a list begins with the newest, what there is on one."""
        found: dict[str, Raw] = {}
        start = None if since is None else int(since) - 1000
        for _ in range(PAGES):
            page = await self._wire.guard(self._wire.client.fetch_my_trades, symbol, start)
            fresh = {str(trade.get("id")): trade for trade in page if str(trade.get("id")) not in found}
            found |= fresh
            last = max((int(trade.get("timestamp") or 0) for trade in page), default=0)
            if not fresh or len(page) < SHORTEST_PAGE or start is None or last <= start:
                break
            start = last
        return list(found.values())

    def _whole(self, order: Raw, claimed: Decimal, instrument: Instrument) -> tuple[Fill, ...]:
        """Where a venue shows no trades, an order that is done counts as one fill at its average price."""
        if not words.is_done(order):
            return ()
        trade = {
            "id": f"order-{words.order_id(order)}",
            "order": words.order_id(order),
            "amount": claimed / instrument.contract_size,
            "price": to_price(order.get("average") or order.get("price")),
            "fee": order.get("fee"),
            "timestamp": order.get("lastTradeTimestamp") or order.get("timestamp"),
        }
        return words.fills_of([trade], str(words.order_id(order)), instrument, otherwise_at=self._clock.now())


def _cursor(trade: Raw) -> str | None:
    info = trade.get("info")
    return str(info.get("nextPageCursor") or "") or None if isinstance(info, Mapping) else None
