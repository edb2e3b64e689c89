"""The parameters of a Binance request, read strictly, and numbers as Binance writes them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import TypeVar

from tests.exchange.binance_errors import BAD_CLIENT_ID, PRECISION, ApiError, missing
from tests.exchange.model import ZERO, Side

CODES = {"timeInForce": -1115, "type": -1116, "side": -1117}
Chosen = TypeVar("Chosen")
CLIENT_ID = re.compile(r"[a-zA-Z0-9\-_:./]{1,36}")


class Params:
    """Access by name; a wrong value answers as Binance does."""

    def __init__(self, given: Mapping[str, str]) -> None:
        self._given = given

    def text(self, name: str) -> str:
        """A parameter that must be there."""
        if not self._given.get(name):
            raise missing(name)
        return self._given[name]

    def get(self, name: str, default: str = "") -> str:
        return self._given.get(name) or default

    def whole(self, name: str, default: int = 0) -> int:
        try:
            return int(self._given.get(name) or default)
        except ValueError:
            raise missing(name) from None

    def flag(self, name: str) -> bool:
        return self._given.get(name, "").lower() == "true"

    def money(self, name: str) -> Decimal | None:
        """A positive decimal number, None when it was not sent."""
        if not self._given.get(name):
            return None
        try:
            value = Decimal(self._given[name])
        except InvalidOperation:
            raise missing(name) from None
        if not value.is_finite() or value < 0:
            raise missing(name)
        return value

    def side(self) -> Side:
        return self.choice("side", {str(side): side for side in Side})

    def choice(self, name: str, options: Mapping[str, Chosen], default: str = "") -> Chosen:
        """One of the values Binance knows for this parameter."""
        given = self.get(name, default) if default else self.text(name)
        if given not in options:
            raise ApiError(400, CODES.get(name, -1130), f"Invalid {name}.")
        return options[given]

    def client_id(self, name: str) -> str:
        value = self.get(name)
        if value and not CLIENT_ID.fullmatch(value):
            raise ApiError(*BAD_CLIENT_ID)
        return value


def precise(value: Decimal | None, grain: Decimal) -> Decimal | None:
    """The value, unless it has more decimals than ``grain``."""
    if value is not None and value != value.quantize(grain):
        raise ApiError(*PRECISION)
    return value


def eight(value: Decimal | None) -> str:
    """A spot number: always eight decimals."""
    return f"{value or ZERO:.8f}"


def plain(value: Decimal | None) -> str:
    """A futures number: no trailing zeros."""
    text = f"{value or ZERO:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
