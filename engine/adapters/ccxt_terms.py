"""Leverage, margin mode and position mode of one account: set, read back, remembered."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from engine.adapters.ccxt_abilities import Abilities
from engine.adapters.ccxt_budget import Urgency
from engine.adapters.ccxt_orders import check_leverage
from engine.adapters.ccxt_quirks import Quirks
from engine.adapters.ccxt_wire import Wire
from engine.adapters.convert import to_price
from engine.errors import Code, VenueBusy, VenueRefused, VenueSilent
from engine.types import Instrument, MarginMode

OTHER_MODE = re.compile(r"position[ _]?(?:side|idx|mode)", re.IGNORECASE)
"""What a venue's words hold when an order was written for the other position mode."""


class Terms:
    """The terms that orders of one account go by. On a spot market there are none."""

    def __init__(self, wire: Wire, able: Abilities, quirks: Quirks) -> None:
        self._wire = wire
        self._able = able
        self._quirks = quirks
        self._hedged: bool | None = None
        self._leverage: dict[str, int] = {}
        self._most: dict[str, int] = {}
        self._lock = asyncio.Lock()

    async def setup(self, instrument: Instrument, leverage: int, margin_mode: MarginMode | None) -> None:
        """Set both and read them back. VenueRefused(LEVERAGE) when the account has other terms afterwards.

        That a venue refuses to set what is set already, or while orders are open, decides nothing: what it has then
        does. No order may leave on terms that nobody confirmed.
        """
        check_leverage(leverage, instrument)
        if not instrument.margin:
            return
        async with self._lock:
            self._leverage.pop(instrument.symbol, None)
            refused = await self._set(instrument.symbol, leverage, margin_mode)
            await self._compare(instrument.symbol, leverage, margin_mode, refused)
            self._leverage[instrument.symbol] = leverage

    async def measured(self, instrument: Instrument) -> Instrument:
        """The instrument with its highest leverage, which some venues tell only to their customers."""
        if not instrument.margin or instrument.max_leverage > 1:
            return instrument
        if instrument.symbol not in self._most:
            self._most[instrument.symbol] = await self._highest(instrument.symbol)
        return replace(instrument, max_leverage=self._most[instrument.symbol])

    async def ensure(self, instrument: Instrument, leverage: int) -> None:
        """``setup`` once for a symbol and leverage."""
        if self._leverage.get(instrument.symbol) != leverage:
            await self.setup(instrument, leverage, None)

    async def hedged(self, symbol: str) -> bool:
        """Whether the account keeps long and short apart. VenueRefused when orders would not reach the right side."""
        if self._able.market == "spot":
            return False
        if self._hedged is None:
            self._hedged = await self._read_mode(symbol)
        if self._hedged and not self._quirks.hedge:
            raise VenueRefused(
                "this account keeps long and short positions apart: set one-way mode at the exchange",
                code=Code.VENUE_REFUSED,
            )
        return self._hedged

    def other_mode(self, refusal: VenueRefused) -> bool:
        """Whether this refusal means that the position mode is the other one; from now on it is taken to be."""
        if self._able.market == "spot" or not self._quirks.hedge or not OTHER_MODE.search(refusal.reason):
            return False
        self._hedged = not self._hedged
        return True

    # --- inside ------------------------------------------------------------------------------------

    async def _set(self, symbol: str, leverage: int, margin_mode: MarginMode | None) -> str:
        """The words of a refusal, "" without one."""
        client, refused = self._wire.client, ""
        if margin_mode is not None and client.has.get("setMarginMode"):
            refused = await self._try(client.set_margin_mode, margin_mode.value, symbol, {"leverage": str(leverage)})
        if client.has.get("setLeverage"):
            refused = (
                await self._try(client.set_leverage, leverage, symbol, self._leverage_params(margin_mode)) or refused
            )
        return refused

    def _leverage_params(self, margin_mode: MarginMode | None) -> dict[str, Any]:
        return {} if margin_mode is None else {"marginMode": margin_mode.value}

    async def _try(self, call: Any, *args: Any) -> str:
        """A setting may be set twice without harm, so silence is a reason to read, not to stop."""
        try:
            await self._wire.write(call, *args, urgency=Urgency.ENTRY)
        except (VenueRefused, VenueSilent) as fault:
            return fault.reason or type(fault).__name__
        return ""

    async def _compare(self, symbol: str, leverage: int, margin_mode: MarginMode | None, refused: str) -> None:
        found = await self._read(symbol)
        if found is None:
            if refused:
                raise VenueRefused(refused, code=Code.LEVERAGE, limit=str(leverage))
            return
        has, mode = found
        other_mode = margin_mode is not None and mode is not None and mode != margin_mode.value
        if has != leverage or other_mode:
            reason = refused or f"the account is at {mode or ''} {has}x".replace("  ", " ")
            raise VenueRefused(reason, code=Code.LEVERAGE, limit=str(has))

    async def _read(self, symbol: str) -> tuple[Decimal, str | None] | None:
        """Leverage and margin mode as the venue has them; None when it cannot be asked for them."""
        client = self._wire.client
        if not client.has.get("fetchLeverage"):
            return None
        answer = await self._wire.read(client.fetch_leverage, symbol)
        sides = {_number(answer, "longLeverage"), _number(answer, "shortLeverage")} - {None}
        if len(sides) != 1:
            return None if not sides else (Decimal(0), None)
        (has,) = sides
        return (has, answer.get("marginMode")) if has is not None else None

    async def _highest(self, symbol: str) -> int:
        """What the venue's tiers allow at best; 1 where it cannot be asked."""
        client = self._wire.client
        if client.has.get("fetchMarketLeverageTiers") is True:
            tiers = await self._wire.read(client.fetch_market_leverage_tiers, symbol)
        elif client.has.get("fetchLeverageTiers") is True:
            tiers = (await self._wire.read(client.fetch_leverage_tiers, [symbol])).get(symbol)
        else:
            return 1
        found = [_number(tier, "maxLeverage") for tier in tiers or ()]
        return max((int(most) for most in found if most is not None), default=1)

    async def _read_mode(self, symbol: str) -> bool:
        client = self._wire.client
        if not client.has.get("fetchPositionMode"):
            return False
        answer = await self._wire.read(client.fetch_position_mode, symbol)
        if not isinstance(answer, Mapping) or not isinstance(answer.get("hedged"), bool):
            raise VenueBusy("the position mode is not known")
        return bool(answer["hedged"])


def _number(answer: object, name: str) -> Decimal | None:
    raw = answer.get(name) if isinstance(answer, Mapping) else None
    try:
        return None if raw is None else to_price(raw)
    except ValueError:
        return None
