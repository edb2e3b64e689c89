"""ccxt's unified market structure into an Instrument. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from engine.adapters.convert import optional_amount, to_price
from engine.market.instruments import pip_size
from engine.types import ZERO, Instrument


def instrument_from_market(market: Mapping[str, Any]) -> Instrument:
    """One market of an exchange whose precision is given in steps, in base units.

    ccxt counts the amounts of a contract market in contracts; a linear contract is ``contractSize`` base units.
    The largest size is one that a market order may have too: a stop and a close are market orders.
    Raises ValueError for what we do not trade: an inverse contract, a missing step.
    """
    if market.get("inverse"):
        raise ValueError(f"{market.get('symbol')} is not traded here")
    contract = to_price(market["contractSize"]) if market.get("contract") else Decimal(1)
    tick = to_price(market["precision"]["price"])
    step = to_price(market["precision"]["amount"]) * contract
    least = _limit(market, "amount", "min")
    most = [limit for of in ("amount", "market") if (limit := _limit(market, of, "max"))]
    leverage = _limit(market, "leverage", "max") or Decimal(1)
    return Instrument(
        symbol=str(market["symbol"]),
        base=str(market["base"]),
        quote=str(market["quote"]),
        tick_size=tick,
        lot_step=step,
        min_qty=least * contract if least else step,
        max_qty=min(most) * contract if most else None,
        min_notional=_limit(market, "cost", "min") or ZERO,
        pip_size=pip_size(str(market["base"]), str(market["quote"]), tick),
        contract_size=contract,
        margin=bool(market.get("contract")),
        max_leverage=max(1, int(leverage)),
    )


def _limit(market: Mapping[str, Any], of: str, end: str) -> Decimal | None:
    """A limit, or None when the venue names none; venues write "no limit" as 0 too."""
    return optional_amount((market["limits"].get(of) or {}).get(end)) or None


def is_trading(market: Mapping[str, Any]) -> bool:
    """Whether the venue takes orders for it now; one that does not say does."""
    return market.get("active") is not False


def instruments_from_markets(markets: Mapping[str, Mapping[str, Any]]) -> dict[str, Instrument]:
    """Every market that can be read, by symbol. One odd listing does not hide the others."""
    found: dict[str, Instrument] = {}
    for symbol, market in markets.items():
        try:
            found[symbol] = instrument_from_market(market)
        except (ValueError, KeyError, TypeError):
            continue
    return found
