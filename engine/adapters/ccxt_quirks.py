"""What single exchanges want besides what ccxt unifies. Data, by family; what is not here goes the common way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from engine.adapters.ccxt_answers import FAMILIES


@dataclass(frozen=True, slots=True, kw_only=True)
class FundingForm:
    """How a family shows funding payments through ccxt's ``fetch_funding_history``."""

    sign: int
    """Of an amount that was received: at some exchanges it is the fee, below zero then."""
    page: int
    """The most it lists at once."""
    params: Mapping[str, str] = field(default_factory=dict)
    """What asks for a page of that length, where ccxt's ``limit`` does not."""
    until: bool = True
    """A moment may be named up to which it lists them."""
    numbered: bool = True
    """Each payment has a number of its own."""
    in_quote: bool = False
    """ccxt does not read the currency: it is the one that the contract settles in."""
    size: str | None = None
    """The raw field with the size of the position it was paid for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Quirks:
    """One family of exchanges."""

    options: Mapping[str, Any] = field(default_factory=dict)
    """ccxt's options for the client."""
    id_filter: str | None = None
    """The raw parameter by which lists of orders are narrowed to one of our ids."""
    trades_param: str | None = None
    """The raw parameter by which our trades are narrowed to one order."""
    trades_page: int | None = None
    """The most trades that it lists at once; the rest is behind the cursor that comes with them."""
    child_field: str | None = None
    """Where a conditional order that has triggered names the order it became."""
    entry_stops: bool = False
    """A stop that opens a position, and a stop with a limit, were seen to rest there."""
    spot_filters: Mapping[str, str] = field(default_factory=dict)
    """The ``orderFilter`` of a conditional order on spot, without which a cancel leaves it where it is: by the
    parameter that makes it, and by what it calls itself."""
    stop_direction: bool = False
    """Such a stop on a swap has to say from which side its price is reached."""
    unsided_spot_stops: bool = False
    """A stop on spot waits for its price from whichever side the market is on: one that was passed is not refused."""
    minute: bool = False
    """What may be asked is counted by the minute: most of it may be spent at once."""
    total_is_wallet: bool = False
    """The total of a derivatives balance leaves out the open profit; elsewhere it holds it."""
    one_margin_mode: bool = False
    """Isolated or cross is a setting of the whole account, and what is told of it for one symbol means nothing."""
    cross_only: bool = False
    """ccxt writes cross margin into every order."""
    mode_with_leverage: bool = False
    """A margin mode is set together with the leverage."""
    tells_balances: bool = False
    """The stream of orders was seen to tell every change of a spot account, with its moment."""
    hedge: bool = False
    """Orders were seen to reach the right side of an account that keeps long and short apart."""
    funding: FundingForm | None = None
    """None: payments are not read."""


KNOWN: Mapping[str, Quirks] = {
    "binance": Quirks(
        trades_param="orderId",
        trades_page=1000,
        child_field="actualOrderId",
        entry_stops=True,
        hedge=True,
        minute=True,
        tells_balances=True,
        funding=FundingForm(sign=1, page=1000),
    ),
    "bybit": Quirks(
        options={"fetchOrder": {"acknowledged": True}, "enableUnifiedAccount": True, "enableUnifiedMargin": False},
        id_filter="orderLinkId",
        trades_param="orderId",
        trades_page=100,
        entry_stops=True,
        spot_filters={
            "stopLossPrice": "tpslOrder",
            "triggerPrice": "StopOrder",
            "tpslOrder": "tpslOrder",
            "Stop": "StopOrder",
        },
        stop_direction=True,
        unsided_spot_stops=True,
        total_is_wallet=True,
        one_margin_mode=True,
        hedge=True,
        funding=FundingForm(sign=-1, page=100, params={"limit": "100"}, in_quote=True, size="execQty"),
    ),
    "gate": Quirks(total_is_wallet=True, funding=FundingForm(sign=1, page=100, until=False, numbered=False)),
    "hyperliquid": Quirks(mode_with_leverage=True, funding=FundingForm(sign=1, page=500, numbered=False)),
    "mexc": Quirks(cross_only=True),
    "okx": Quirks(child_field="ordId", mode_with_leverage=True, funding=FundingForm(sign=1, page=100, until=False)),
    "phemex": Quirks(mode_with_leverage=True),
}
USUAL = Quirks()


def quirks(exchange: str) -> Quirks:
    return KNOWN.get(FAMILIES.get(exchange, exchange), USUAL)
