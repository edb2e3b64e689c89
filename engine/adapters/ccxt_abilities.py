"""What each exchange and market can do, as measured on the requests that ccxt builds. Pure: no ccxt here.

The table is ``data/ccxt_abilities.json``; ``python -m tools.abilities`` makes it (docs/exchanges.md).
What was not proven there is not used.
"""

from __future__ import annotations

import base64
import json
import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Any

OUR_ID = re.compile(r"s[a-z2-7]{26}", re.ASCII)

POPULAR = (
    "binance",
    "bybit",
    "okx",
    "bitget",
    "kucoin",
    "gate",
    "mexc",
    "bingx",
    "htx",
    "kraken",
    "hyperliquid",
    "coinbase",
)
"""Those most people look for, in the order they are offered; the rest follow by name."""


class IdForm(StrEnum):
    """How the 16 bytes of our client order id are written for a venue."""

    BASE32 = "base32"
    """``s`` and 26 of ``[a-z2-7]``: as the engine keeps it."""
    GATE = "gate"
    """``t-`` and the 26 of ``[a-z2-7]``: Gate takes no other text, and none longer than 28."""
    UUID = "uuid"
    """8-4-4-4-12 hexadecimal digits."""
    HEX0X = "hex0x"
    """``0x`` and 32 hexadecimal digits."""
    INT45 = "int45"
    """A positive whole number below 2**45, from the first eight bytes. Recomputable, not reversible."""
    INT31 = "int31"
    """A positive whole number below 2**31, from the same."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StopForm:
    """The ccxt parameters that send a native conditional market order, shown on the wire for both sides."""

    price_param: str
    """The parameter that carries the trigger price: ``stopLossPrice`` or ``triggerPrice``."""
    buy: Mapping[str, str | bool]
    """What else a stop that buys needs."""
    sell: Mapping[str, str | bool]
    """What else a stop that sells needs."""
    evidence: str
    """Where the trigger was seen: the address, and the fields that an immediate order does not have."""

    def params(self, trigger: Decimal, *, buys: bool) -> dict[str, Any]:
        """The ``params`` of a market order with ``create_order``, without our id; every number in them is text."""
        return {self.price_param: f"{trigger:f}", **(self.buy if buys else self.sell)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Abilities:
    """One exchange and market, as measured. Every True was seen in the bytes; False means not shown."""

    exchange: str
    title: str
    market: str
    """``spot`` or ``swap`` (linear perpetual)."""
    fields: tuple[str, ...]
    """The credentials that ccxt requires."""
    testnet: bool
    id_form: IdForm
    id_param: str
    """The parameter of ``create_order`` in which our id reaches the wire unchanged."""
    ioc: bool
    fok: bool
    post_only: bool
    reduce_only: bool
    margin_in_order: bool
    """Every order on a swap names its margin mode, and each mode has a leverage of its own."""
    market_needs_price: bool
    """A market order is sent as a limit order beyond this price: the current one has to be given."""
    counts_in_numbers: bool
    """The amount has to be a number, not text; nothing else may ever be one, nor a Decimal (docs/exchanges.md)."""
    buys_by_cost: bool
    """A market order to buy names the money to spend: amount and price have to be given. Elsewhere no price may be."""
    stop: StopForm | None
    """None: a stop can only be kept by us."""
    find_by_id: tuple[str, ...]
    """Where an order can be looked for by our id: order, open, closed, trigger_open, trigger_closed, trades."""
    find_param: str | None
    """The parameter of ``fetch_order`` that takes our id, when "order" is among the places."""
    closed_call: str | None
    """ccxt's method that lists orders that are done, when "closed" is among the places."""
    trigger_params: Mapping[str, bool]
    """What to add to ``params`` to read or cancel conditional orders instead of ordinary ones."""
    duplicate_ids: str
    """Which orders keep their id taken: always | open_only | never | unknown."""
    request_window: float | None
    """Seconds after which the venue refuses a signed request; None: it never expires."""
    lag: float
    """Seconds an accepted order may stay invisible."""
    proven: bool
    """Our id reaches the wire on a market and a limit order, and at least one place can be searched for it."""


def abilities(exchange: str, market: str) -> Abilities | None:
    """What this exchange can do on this market; None when it was not measured there."""
    return _table().get((exchange, market))


@cache
def exchanges() -> tuple[str, ...]:
    """Every exchange with a proven market, popular ones first."""
    known = {exchange for (exchange, _), row in _table().items() if row.proven}
    return (*(name for name in POPULAR if name in known), *sorted(known - set(POPULAR)))


def render_id(digest_id: str, form: IdForm) -> str:
    """Our client order id (engine.execution.ids) in the venue's form; ValueError when it is not one of ours."""
    digest = _digest(digest_id)
    if form is IdForm.GATE:
        return f"t-{digest_id[1:]}"
    if form is IdForm.UUID:
        return str(uuid.UUID(bytes=digest))
    if form is IdForm.HEX0X:
        return f"0x{digest.hex()}"
    if form in (IdForm.INT45, IdForm.INT31):
        return str(int.from_bytes(digest[:8], "big") % (2**45 if form is IdForm.INT45 else 2**31) or 1)
    return digest_id


def read_id(text: str, form: IdForm) -> str | None:
    """Our client order id out of the venue's form; None for a foreign one, and for numbers, which forget too much.

    A foreign UUID looks like ours: whether it is ours, our own rows say.
    """
    try:
        if form is IdForm.BASE32:
            found = text
        elif form is IdForm.GATE:
            found = f"s{text.removeprefix('t-')}"
        elif form in (IdForm.UUID, IdForm.HEX0X):
            digest = uuid.UUID(text).bytes if form is IdForm.UUID else bytes.fromhex(text.removeprefix("0x"))
            found = "s" + base64.b32encode(digest).decode().rstrip("=").lower()
        else:
            return None
        return found if render_id(found, form) == text else None
    except ValueError:
        return None


def is_telling(form: IdForm) -> bool:
    """Whether an id of this form is one that nobody else gives: any program's UUID looks like ours."""
    return form in (IdForm.BASE32, IdForm.GATE)


def _digest(digest_id: str) -> bytes:
    if not OUR_ID.fullmatch(digest_id):
        raise ValueError(f"not an order id of ours: {digest_id!r}")
    return base64.b32decode(digest_id[1:].upper() + "======")


@cache
def _table() -> Mapping[tuple[str, str], Abilities]:
    """The file as values, read once."""
    document = json.loads((files("engine.adapters") / "data" / "ccxt_abilities.json").read_text("utf-8"))
    return {(row["exchange"], row["market"]): _row(row) for row in document["rows"]}


def _row(row: Mapping[str, Any]) -> Abilities:
    stop = row["stop"]
    return Abilities(
        **{
            **row,
            "fields": tuple(row["fields"]),
            "id_form": IdForm(row["id_form"]),
            "stop": None if stop is None else StopForm(**stop),
            "find_by_id": tuple(row["find_by_id"]),
        }
    )
