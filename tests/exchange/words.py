"""The words of the emulated exchange: what an order can be, what can happen, why the exchange says no."""

from __future__ import annotations

from enum import StrEnum


class Market(StrEnum):
    SPOT = "spot"
    LINEAR = "linear"


class Side(StrEnum):
    BUY = "BUY"
    SELL = "SELL"

    @property
    def sign(self) -> int:
        return 1 if self is Side.BUY else -1

    @property
    def other(self) -> Side:
        return Side.SELL if self is Side.BUY else Side.BUY


class Kind(StrEnum):
    """How an order trades once it is active; a ``trigger`` makes it wait first."""

    MARKET = "MARKET"
    LIMIT = "LIMIT"


class Trigger(StrEnum):
    """STOP fires when the price moves against the holder of the position, TAKE_PROFIT when it moves in favour."""

    STOP = "STOP"
    TAKE_PROFIT = "TAKE_PROFIT"


class Force(StrEnum):
    GTC = "GTC"
    IOC = "IOC"
    FOK = "FOK"
    POST_ONLY = "POST_ONLY"


class Status(StrEnum):
    """WAITING is an untriggered conditional order; TRIGGERED is a conditional order that became another order."""

    WAITING = "WAITING"
    TRIGGERED = "TRIGGERED"
    NEW = "NEW"
    PARTIAL = "PARTIALLY_FILLED"
    FILLED = "FILLED"
    CANCELED = "CANCELED"
    EXPIRED = "EXPIRED"
    REJECTED = "REJECTED"

    @property
    def live(self) -> bool:
        return self in {Status.WAITING, Status.NEW, Status.PARTIAL}


class PositionSide(StrEnum):
    """BOTH is the net position of one-way mode; LONG and SHORT live side by side in hedge mode."""

    BOTH = "BOTH"
    LONG = "LONG"
    SHORT = "SHORT"


class FeeMode(StrEnum):
    """What a fee is taken in. RECEIVED: base of a spot purchase, else quote. THIRD: ``Account.fee_asset``."""

    RECEIVED = "received"
    QUOTE = "quote"
    THIRD = "third"


class DuplicatePolicy(StrEnum):
    """Which earlier orders make a client order id taken: none, the open ones, or all that ever were."""

    NONE = "none"
    OPEN_ONLY = "open_only"
    ALWAYS = "always"


class Reason(StrEnum):
    """Why the exchange says no. A dialect turns it into the venue's own code and words."""

    SYMBOL_UNKNOWN = "symbol_unknown"
    NOT_TRADING = "not_trading"
    BAD_TICK = "bad_tick"
    BAD_STEP = "bad_step"
    QUANTITY_RANGE = "quantity_range"
    MIN_NOTIONAL = "min_notional"
    PRICE_BAND = "price_band"
    FUNDS = "funds"
    MARGIN = "margin"
    DUPLICATE = "duplicate"
    WOULD_TRIGGER = "would_trigger"
    WOULD_TAKE = "would_take"
    REDUCE_ONLY = "reduce_only"
    POSITION_MODE = "position_mode"
    CLOSE_POSITION_EXISTS = "close_position_exists"
    NO_PRICE = "no_price"
    NOT_FOUND = "not_found"
    DONE_ALREADY = "done_already"
    LEVERAGE_RANGE = "leverage_range"
    UNCHANGED = "unchanged"
    ORDERS_OPEN = "orders_open"
    POSITION_OPEN = "position_open"


class Refusal(Exception):
    """The exchange's business no: nothing was done."""

    def __init__(self, reason: Reason, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}" if detail else str(reason))
        self.reason = reason
        self.detail = detail


class What(StrEnum):
    """ORDER a new state of an order, TRADE a fill of it, BALANCE and POSITION new sums, PRICE a new quote."""

    ORDER = "order"
    TRADE = "trade"
    BALANCE = "balance"
    POSITION = "position"
    PRICE = "price"
    FUNDING = "funding"
