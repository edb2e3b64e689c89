"""An account at the exchange through bare ccxt, for the straightforward stack."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

from engine.types import OrderRequest, OrderState


@dataclass
class BareAccount:
    """Asks and sends by itself what the stack wants to know; ccxt's numbers become Decimals by their text."""

    client: Any

    async def instrument(self, base: str, quote: str) -> Any:
        market = self.client.market(f"{base}/{quote}")
        return SimpleNamespace(symbol=market["symbol"], lot_step=Decimal(str(market["precision"]["amount"])))

    async def account(self) -> Any:
        balance = await self.client.fetch_balance()
        return SimpleNamespace(equity=Decimal(str(balance["USDT"]["total"])))

    async def quote(self, instrument: Any) -> Any:
        best = (await self.client.fetch_bids_asks([instrument.symbol]))[instrument.symbol]
        return SimpleNamespace(ask=Decimal(str(best["ask"])))

    async def place(self, request: OrderRequest) -> Any:
        answer = await self.client.create_order(
            request.symbol, "market", request.direction.value, float(request.quantity), None,
            {"clientOrderId": request.client_order_id},
        )  # fmt: skip
        state = OrderState.FILLED if answer["status"] == "closed" else OrderState.ACKED
        fills = [SimpleNamespace(price=Decimal(str(answer["average"])))] if answer["average"] else []
        return SimpleNamespace(state=state, fills=fills)
