"""Leverage, margin mode and position mode of one account: read, set where they differ, read back, remembered."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any, NamedTuple

from engine.adapters.ccxt_abilities import Abilities
from engine.adapters.ccxt_budget import Urgency
from engine.adapters.ccxt_orders import check_leverage
from engine.adapters.ccxt_quirks import Quirks
from engine.adapters.ccxt_wire import Wire
from engine.adapters.convert import to_decimal, to_price
from engine.errors import Code, VenueBusy, VenueRefused, VenueSilent
from engine.ports import Clock
from engine.types import Instrument, MarginMode

OTHER_MODE = re.compile(r"position[ _]?(?:side|idx|mode)", re.IGNORECASE)
"""What a venue's words hold when an order was written for the other position mode."""
UNCHANGED = re.compile(r"not (?:be(?:en)? )?(?:modified|changed)|no need to change|already|no change", re.IGNORECASE)
"""What a venue's words hold when it refuses to set what is set."""
BELIEVED = 900.0
"""Seconds that terms which were read are taken to hold: their owner may change them at the exchange at any time."""


class Found(NamedTuple):
    """What the venue has for a symbol now; None for what it does not tell."""

    leverage: Decimal | None
    mode: str | None

    def says(self, leverage: int, mode: MarginMode | None) -> bool:
        """Whether all that was asked for is known to be so."""
        return self.leverage == leverage and (mode is None or self.mode == mode.value)

    def denies(self, leverage: int, mode: MarginMode | None) -> bool:
        """Whether something of it is known to be otherwise."""
        other_mode = mode is not None and self.mode is not None and self.mode != mode.value
        return other_mode or (self.leverage is not None and self.leverage != leverage)

    def __str__(self) -> str:
        return " ".join([*filter(None, [self.mode]), *([f"{self.leverage}x"] if self.leverage is not None else [])])


class Denial(NamedTuple):
    """Why a setting was not granted, in the venue's words; none when it was."""

    words: str
    silent: bool


GRANTED = Denial("", silent=False)


class Terms:
    """The terms that orders of one account go by. On a spot market there are none."""

    def __init__(self, wire: Wire, able: Abilities, quirks: Quirks, clock: Clock) -> None:
        self._wire = wire
        self._able = able
        self._quirks = quirks
        self._clock = clock
        self._hedged: bool | None = None
        self._confirmed: dict[str, tuple[int, MarginMode | None, float]] = {}
        self._most: dict[str, int] = {}
        self._lock = asyncio.Lock()

    async def setup(self, instrument: Instrument, leverage: int, margin_mode: MarginMode | None) -> None:
        """Have the symbol at this leverage, and in this margin mode if one is named; confirmed terms cost no call.

        Raises VenueRefused, and no order may leave: LEVERAGE and MARGIN_MODE when the account has, or may have, other
        terms afterwards; OTHER_TERMS when something is open on other terms, which are not ours to change. VenueBusy
        when a setting went without an answer and is not seen to hold: it may be tried again.
        """
        check_leverage(leverage, instrument)
        if not instrument.margin:
            return
        symbol = instrument.symbol
        if self._quirks.cross_only:
            if margin_mode is MarginMode.ISOLATED:
                raise VenueRefused(f"orders to {self._able.title} go in cross margin", code=Code.MARGIN_MODE)
            margin_mode = None
        async with self._lock:
            if self._is_confirmed(symbol, leverage, margin_mode):
                return
            self._confirmed.pop(symbol, None)
            found = await self._read(symbol, margin_mode)
            if not found.says(leverage, margin_mode):
                await self._change(symbol, found, leverage, margin_mode)
            self._confirmed[symbol] = (leverage, margin_mode, self._clock.monotonic())

    async def measured(self, instrument: Instrument) -> Instrument:
        """The instrument with its highest leverage, which some venues tell only to their customers."""
        if not instrument.margin or instrument.max_leverage > 1:
            return instrument
        if instrument.symbol not in self._most:
            self._most[instrument.symbol] = await self._highest(instrument.symbol)
        return replace(instrument, max_leverage=self._most[instrument.symbol])

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

    # --- setting -----------------------------------------------------------------------------------

    def _is_confirmed(self, symbol: str, leverage: int, margin_mode: MarginMode | None) -> bool:
        known = self._confirmed.get(symbol)
        if known is None or self._clock.monotonic() - known[2] > BELIEVED:
            return False
        return known[0] == leverage and margin_mode in (None, known[1])

    async def _change(self, symbol: str, found: Found, leverage: int, mode: MarginMode | None) -> None:
        """Set what differs and read it back. What the venue has then decides, whatever it said to the setting."""
        if mode is not None and found.mode not in (None, *MarginMode):
            raise VenueRefused(f"the account is in {found.mode} margin", code=Code.MARGIN_MODE, limit=str(found))
        if found.denies(leverage, mode):
            await self._refuse_if_held(symbol, found, mode)
        mode_no = leverage_no = GRANTED
        if mode is not None and found.mode != mode.value and not self._able.margin_in_order:
            mode_no = await self._set_mode(symbol, leverage, mode)
        if found.leverage != leverage:
            leverage_no = await self._set_leverage(symbol, leverage, mode)
        after = await self._read(symbol, mode)
        if after.says(leverage, mode):
            return
        bad_leverage = leverage_no.words if after.leverage is None else "" if after.leverage == leverage else str(after)
        bad_mode = mode_no.words if after.mode is None else "" if mode in (None, after.mode) else str(after)
        if not (bad_leverage or bad_mode):
            return
        if mode_no.silent or leverage_no.silent:
            raise VenueBusy("a setting went without an answer")
        code, said = (Code.LEVERAGE, leverage_no) if bad_leverage else (Code.MARGIN_MODE, mode_no)
        raise VenueRefused(said.words or f"the account is at {after}", code=code, limit=str(after))

    async def _refuse_if_held(self, symbol: str, found: Found, mode: MarginMode | None) -> None:
        """Terms belong to what is open on them, a position or an order that may become one; a margin mode may be that
        of the whole account. A list of all positions may be that of one currency only."""
        client = self._wire.client
        positions, ours, orders = await asyncio.gather(
            self._wire.read(client.fetch_positions),
            self._wire.read(client.fetch_positions, [symbol]),
            self._wire.read(client.fetch_open_orders, symbol),
        )
        wide = self._quirks.one_margin_mode and mode is not None and found.mode != mode.value
        if any(wide or one.get("symbol") == symbol for one in (*positions, *ours) if _is_held(one)):
            raise VenueRefused(f"a position is open at {found}", code=Code.OTHER_TERMS, has=str(found))
        if any(one.get("reduceOnly") is not True for one in orders):
            raise VenueRefused(f"an order is open at {found}", code=Code.OTHER_TERMS, has=str(found))

    async def _set_mode(self, symbol: str, leverage: int, mode: MarginMode) -> Denial:
        client = self._wire.client
        if not client.has.get("setMarginMode"):
            return Denial(f"the margin mode cannot be set at {self._able.title} from here", silent=False)
        params = {"leverage": str(leverage)} if self._quirks.mode_with_leverage else {}
        return await self._try(client.set_margin_mode, mode.value, symbol, params)

    async def _set_leverage(self, symbol: str, leverage: int, mode: MarginMode | None) -> Denial:
        client = self._wire.client
        if not client.has.get("setLeverage"):
            return Denial(f"the leverage cannot be set at {self._able.title} from here", silent=False)
        return await self._try(client.set_leverage, leverage, symbol, self._with_mode(mode))

    def _with_mode(self, mode: MarginMode | None) -> dict[str, Any]:
        """Where every order names its mode, each mode has a leverage of its own."""
        return {"marginMode": mode.value} if mode is not None and self._able.margin_in_order else {}

    async def _try(self, call: Any, *args: Any) -> Denial:
        """What came of a setting, which may be set twice without harm."""
        try:
            await self._wire.write(call, *args, urgency=Urgency.ENTRY)
        except (VenueRefused, VenueSilent) as fault:
            if not UNCHANGED.search(fault.reason):
                return Denial(fault.reason or type(fault).__name__, silent=isinstance(fault, VenueSilent))
        return GRANTED

    # --- reading -----------------------------------------------------------------------------------

    async def _read(self, symbol: str, mode: MarginMode | None) -> Found:
        """What the venue has now, as far as it tells; the margin mode only when it matters."""
        client = self._wire.client
        if not client.has.get("fetchLeverage"):
            return Found(None, await self._read_margin_mode(symbol) if mode is not None else None)
        answer = await self._wire.read(client.fetch_leverage, symbol, self._with_mode(mode))
        sides = {_number(answer, "longLeverage"), _number(answer, "shortLeverage")} - {None}
        leverage = None if not sides else next(iter(sides)) if len(sides) == 1 else Decimal(0)
        if mode is None:
            return Found(leverage, None)
        said = None if self._quirks.one_margin_mode else _mode(answer)
        return Found(leverage, said or await self._read_margin_mode(symbol))

    async def _read_margin_mode(self, symbol: str) -> str | None:
        client = self._wire.client
        if not client.has.get("fetchMarginMode"):
            return None
        return _mode(await self._wire.read(client.fetch_margin_mode, symbol))

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


def _mode(answer: object) -> str | None:
    """In our words; one that is neither is told as the venue calls it, so that it equals none of ours."""
    raw = answer.get("marginMode") if isinstance(answer, Mapping) else None
    said = str(raw).lower() if raw else ""
    return {"crossed": "cross", "regular_margin": "cross", "isolated_margin": "isolated"}.get(said, said) or None


def _is_held(position: object) -> bool:
    """Whether this position is open; one whose size cannot be read counts as open."""
    if not isinstance(position, Mapping):
        return True
    try:
        return bool(to_decimal(position.get("contracts") or 0))
    except ValueError:
        return True
