"""Binance's refusals: the core's reasons in the codes and words of spot and of USD-M futures."""

from __future__ import annotations

from tests.exchange.model import Market, Reason, Refusal

SPOT: dict[Reason, tuple[int, str]] = {
    Reason.SYMBOL_UNKNOWN: (-1121, "Invalid symbol."),
    Reason.NOT_TRADING: (-1013, "Market is closed."),
    Reason.BAD_TICK: (-1013, "Filter failure: PRICE_FILTER"),
    Reason.BAD_STEP: (-1013, "Filter failure: LOT_SIZE"),
    Reason.QUANTITY_RANGE: (-1013, "Filter failure: LOT_SIZE"),
    Reason.MIN_NOTIONAL: (-1013, "Filter failure: NOTIONAL"),
    Reason.PRICE_BAND: (-1013, "Filter failure: PERCENT_PRICE_BY_SIDE"),
    Reason.FUNDS: (-2010, "Account has insufficient balance for requested action."),
    Reason.DUPLICATE: (-2010, "Duplicate order sent."),
    Reason.WOULD_TRIGGER: (-2010, "Stop price would trigger immediately."),
    Reason.WOULD_TAKE: (-2010, "Order would immediately match and take."),
    Reason.NO_PRICE: (-1013, "Market is closed."),
    Reason.NOT_FOUND: (-2013, "Order does not exist."),
    Reason.DONE_ALREADY: (-2011, "Unknown order sent."),
}
USDM: dict[Reason, tuple[int, str]] = {
    Reason.SYMBOL_UNKNOWN: (-1121, "Invalid symbol."),
    Reason.NOT_TRADING: (-4141, "Symbol is closed."),
    Reason.BAD_TICK: (-4014, "Price not increased by tick size."),
    Reason.BAD_STEP: (-4023, "Quantity not increased by step size."),
    Reason.QUANTITY_RANGE: (-4005, "Quantity greater than max quantity."),
    Reason.MIN_NOTIONAL: (-4164, "Order's notional must be no smaller than {} (unless you choose reduce only)."),
    Reason.PRICE_BAND: (-4016, "Limit price can't be higher than the allowed multiplier."),
    Reason.MARGIN: (-2019, "Margin is insufficient."),
    Reason.DUPLICATE: (-4116, "ClientOrderId is duplicated."),
    Reason.WOULD_TRIGGER: (-2021, "Order would immediately trigger."),
    Reason.WOULD_TAKE: (
        -5022,
        "Due to the order could not be executed as maker, the Post Only order will be rejected.",
    ),
    Reason.REDUCE_ONLY: (-2022, "ReduceOnly Order is rejected."),
    Reason.POSITION_MODE: (-4061, "Order's position side does not match user's setting."),
    Reason.CLOSE_POSITION_EXISTS: (
        -4130,
        "An open stop or take profit order with GTE and closePosition in the direction is existing.",
    ),
    Reason.NO_PRICE: (-4131, "The counterparty's best price does not meet the PERCENT_PRICE filter limit."),
    Reason.NOT_FOUND: (-2013, "Order does not exist."),
    Reason.DONE_ALREADY: (-2011, "Unknown order sent."),
    Reason.LEVERAGE_RANGE: (-4028, "Leverage {} is not valid"),
}
BY_STATUS: dict[int, tuple[int, str]] = {
    401: (-2015, "Invalid API-key, IP, or permissions for action."),
    403: (-1000, "Forbidden by the firewall."),
    418: (-1003, "Way too much request weight used; IP banned. Please use WebSocket Streams to avoid bans."),
    429: (-1003, "Too much request weight used; current limit is 6000 per 1 MINUTE."),
    500: (-1000, "An unknown error occurred while processing the request."),
    502: (-1006, "An unexpected response was received from the message bus. Execution status unknown."),
    503: (-1001, "Internal error; unable to process your request. Please try again."),
    504: (-1007, "Timeout waiting for response from backend server. Send status unknown; execution status unknown."),
}
KEY_FORMAT = (401, -2014, "API-key format invalid.")
KEY_REFUSED = (401, -2015, "Invalid API-key, IP, or permissions for action.")
SIGNATURE = (400, -1022, "Signature for this request is not valid.")
AHEAD = (400, -1021, "Timestamp for this request was 1000ms ahead of the server's time.")
EXPIRED = (400, -1021, "Timestamp for this request is outside of the recvWindow.")
PRECISION = (400, -1111, "Precision is over the maximum defined for this asset.")
USE_ALGO = (
    400, -4120, "Order type not supported for this endpoint. Please use the Algo Order API endpoints instead.",
)  # fmt: skip
UNKNOWN_ORDER = (400, -2011, "Unknown order sent.")
BAD_CLIENT_ID = (
    400,
    -1100,
    "Illegal characters found in parameter 'newClientOrderId'; legal range is '^[a-zA-Z0-9-_:./]{1,36}$'.",
)  # the venue's own words
NOT_REQUIRED = (400, -1106, "Parameter 'reduceonly' sent when not required.")
LISTEN_KEY = (400, -1125, "This listenKey does not exist.")
MARGIN_TYPE = {
    Reason.UNCHANGED: (400, -4046, "No need to change margin type."),
    Reason.ORDERS_OPEN: (400, -4047, "Margin type cannot be changed if there exists open orders."),
    Reason.POSITION_OPEN: (400, -4048, "Margin type cannot be changed if there exists position."),
}
POSITION_SIDE = {
    Reason.UNCHANGED: (400, -4059, "No need to change position side."),
    Reason.ORDERS_OPEN: (400, -4067, "Position side cannot be changed if there exists open orders."),
    Reason.POSITION_OPEN: (400, -4068, "Position side cannot be changed if there exists position."),
}


class ApiError(Exception):
    """HTTP status, Binance code and message."""

    def __init__(self, status: int, code: int, message: str) -> None:
        super().__init__(f"{code} {message}")
        self.status, self.code, self.message = status, code, message


def missing(name: str) -> ApiError:
    return ApiError(400, -1102, f"Mandatory parameter '{name}' was not sent, was empty/null, or malformed.")


def refused(market: Market, refusal: Refusal) -> ApiError:
    """A refusal of the core as this market words it."""
    code, message = (SPOT if market is Market.SPOT else USDM)[refusal.reason]
    if refusal.reason is Reason.PRICE_BAND and market is Market.LINEAR and refusal.detail == "low":
        code, message = -4024, "Limit price can't be lower than the allowed multiplier."
    if refusal.reason is Reason.QUANTITY_RANGE and market is Market.LINEAR and not refusal.detail.strip("0."):
        code, message = -4003, "Quantity less than or equal to zero."
    return ApiError(400, code, message.format(refusal.detail))
