"""The parameters of a Bybit request, read strictly, and numbers and ids as Bybit writes them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import TypeVar

from tests.exchange.bybit_errors import ApiError, invalid
from tests.exchange.model import ZERO, Market, Order, PositionSide, Side
from tests.exchange.wallets import GRAIN

Chosen = TypeVar("Chosen")
CATEGORIES = {"spot": Market.SPOT, "linear": Market.LINEAR}
SIDES = {"Buy": Side.BUY, "Sell": Side.SELL}
POSITIONS = {"0": PositionSide.BOTH, "1": PositionSide.LONG, "2": PositionSide.SHORT}
LINK_ID = re.compile(r"[A-Za-z0-9_-]{1,36}")
UUID_END = "-7f21-4079-913d-e6523a9cfffa"
SPOT_BASE = 1_800_000_000_000_000_000


class Params:
    """Access by name; a wrong value answers as Bybit does."""

    def __init__(self, given: Mapping[str, str]) -> None:
        self._given = given

    def text(self, name: str) -> str:
        """A parameter that must be there."""
        if not self._given.get(name):
            raise invalid(name)
        return self._given[name]

    def get(self, name: str, default: str = "") -> str:
        return self._given.get(name) or default

    def sent(self, name: str) -> bool:
        return name in self._given

    def whole(self, name: str, default: int = 0) -> int:
        try:
            return int(self._given.get(name) or default)
        except ValueError:
            raise invalid(name) from None

    def flag(self, name: str) -> bool:
        return self._given.get(name, "").lower() == "true"

    def money(self, name: str) -> Decimal | None:
        """A number of zero or more; None when it was not sent."""
        if not self._given.get(name):
            return None
        try:
            value = Decimal(self._given[name])
        except InvalidOperation:
            raise invalid(name) from None
        if not value.is_finite() or value < 0:
            raise invalid(name)
        return value

    def choice(self, name: str, options: Mapping[str, Chosen], default: str = "") -> Chosen:
        """One of the values Bybit knows for this parameter."""
        given = self.get(name, default)
        if given not in options:
            raise invalid(name)
        return options[given]

    def market(self) -> Market:
        return self.choice("category", CATEGORIES)

    def limit(self, default: int, most: int) -> int:
        """Rows a page."""
        size = self.whole("limit", default)
        if not 1 <= size <= most:
            raise invalid("limit")
        return size

    def link_id(self) -> str:
        value = self.get("orderLinkId")
        if value and not LINK_ID.fullmatch(value):
            raise ApiError(10001, "params error: OrderLinkId invalid")
        return value

    def order_number(self, market: Market) -> int:
        """The core's number of the order with this id; 0 when none was sent, -1 for an id that is nobody's."""
        value = self.get("orderId")
        return parsed_id(market, value) if value else 0


def order_id(order: Order) -> str:
    """The venue's id: a UUID for contracts, nineteen digits for spot."""
    return written_id(order.market, order.id)


def written_id(market: Market, number: int) -> str:
    return f"{number:08x}{UUID_END}" if market is Market.LINEAR else str(SPOT_BASE + number)


def parsed_id(market: Market, text: str) -> int:
    """The number in an id; -1 for what is none of ours."""
    if market is Market.SPOT:
        number = int(text) - SPOT_BASE if re.fullmatch("[0-9]{1,19}", text) else 0
    else:
        head = text.removesuffix(UUID_END)
        number = int(head, 16) if head != text and re.fullmatch("[0-9a-f]{8}", head) else 0
    return number if number > 0 else -1


def link_id(order: Order) -> str:
    """What the customer called the order; orders without a name have none at Bybit."""
    return "" if order.client_id.startswith(("web_", "autoclose-")) else order.client_id


def plain(value: Decimal | None) -> str:
    """A number without trailing zeros, at most eight decimals."""
    whole = value or ZERO
    if int(whole.as_tuple().exponent) < -8:
        whole = whole.quantize(GRAIN)
    text = f"{whole:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def filled_in(value: Decimal | None) -> str:
    """A number, or "" where there is none."""
    return plain(value) if value else ""
