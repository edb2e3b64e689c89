"""Bybit's refusals: the core's reasons in the codes and words of linear contracts and of spot, v5."""

from __future__ import annotations

from tests.exchange.model import Market, Reason, Refusal

Wording = tuple[int, str]

LINEAR: dict[Reason, Wording] = {
    Reason.SYMBOL_UNKNOWN: (10001, "params error: symbol invalid {}"),
    Reason.NOT_TRADING: (110074, "This contract is not live"),
    Reason.BAD_TICK: (10001, "Price invalid"),
    Reason.BAD_STEP: (10001, "Qty invalid"),
    Reason.QUANTITY_RANGE: (10001, "The number of contracts exceeds maximum limit allowed: {}"),
    Reason.MIN_NOTIONAL: (110094, "Order does not meet minimum order value 5USDT"),
    Reason.PRICE_BAND: (110003, "Order price exceeds the allowable range."),
    Reason.FUNDS: (110007, "ab not enough for new order"),
    Reason.MARGIN: (110007, "ab not enough for new order"),
    Reason.DUPLICATE: (110072, "OrderLinkedID is duplicate"),
    Reason.WOULD_TRIGGER: (10001, "trigger price {} has been reached already"),
    Reason.REDUCE_ONLY: (110017, "current position is zero, cannot fix reduce-only order qty"),
    Reason.POSITION_MODE: (10001, "position idx not match position mode"),
    Reason.CLOSE_POSITION_EXISTS: (110061, "Under partial TP/SL mode, TP/SL set more than 20"),
    Reason.NO_PRICE: (110074, "This contract is not live"),
    Reason.NOT_FOUND: (110001, "order not exists or too late to cancel"),
    Reason.DONE_ALREADY: (110001, "order not exists or too late to cancel"),
    Reason.LEVERAGE_RANGE: (110013, "cannot set leverage [{}] gt maxLeverage by risk limit"),
}
SPOT: dict[Reason, Wording] = {
    Reason.SYMBOL_UNKNOWN: (170121, "Invalid symbol."),
    Reason.NOT_TRADING: (170151, "The trading pair is not open yet."),
    Reason.BAD_TICK: (170134, "Order price has too many decimals."),
    Reason.BAD_STEP: (170137, "Order quantity has too many decimals."),
    Reason.QUANTITY_RANGE: (170136, "Order quantity exceeded lower limit."),
    Reason.MIN_NOTIONAL: (170140, "Order value exceeded lower limit."),
    Reason.PRICE_BAND: (170193, "Buy order price cannot be higher than the limit."),
    Reason.FUNDS: (170131, "Insufficient balance."),
    Reason.DUPLICATE: (170141, "Duplicate clientOrderId."),
    Reason.WOULD_TRIGGER: (170130, "Data sent for parameter 'triggerPrice' is not valid."),
    Reason.NO_PRICE: (170151, "The trading pair is not open yet."),
    Reason.NOT_FOUND: (170213, "Order does not exist."),
    Reason.DONE_ALREADY: (170213, "Order does not exist."),
}
POSITION_MODE: dict[Reason, Wording] = {
    Reason.UNCHANGED: (110025, "Position mode is not modified"),
    Reason.ORDERS_OPEN: (110028, "You have existing open orders, so position mode cannot be switched"),
    Reason.POSITION_OPEN: (110024, "You have an existing position, so position mode cannot be switched"),
}
LEVERAGE_SAME = (110043, "leverage not modified")
MARGIN_MODE_FAILED = (3400045, "Set margin mode failed")
TRADING_STOP_SAME = (34040, "not modified")
NO_POSITION = (10001, "can not set tp/sl/ts for zero position")

NO_KEY = (10001, "empty value: apiTimestamp[] apiKey[] apiSignature[]: openapi sign params error!")
KEY_UNKNOWN = (10003, "API key is invalid.")
KEY_EXPIRED = (33004, "Your api key has expired.")
SIGNATURE = (10004, "error sign! origin_string[{}]")
WINDOW = (
    10002,
    "invalid request, please check your server timestamp or recv_window param. "
    "req_timestamp[{}],server_timestamp[{}],recv_window[{}]",
)  # the venue's own words
PERMISSION = (10005, "Permission denied, please check your API key permissions.")
ROUTE = (10017, "Route not found.")
TOO_MANY = (10006, "Too many visits. Exceeded the API Rate Limit.")
TOO_MANY_FROM_IP = (10018, "Exceeded the IP Rate Limit.")
SERVER_ERROR = (10016, "Internal server error.")
SERVER_TIMEOUT = (10000, "Server Timeout")


class ApiError(Exception):
    """A Bybit code and message. It travels with HTTP status 200."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(f"{code} {message}")
        self.code, self.message = code, message


def invalid(name: str) -> ApiError:
    """A parameter that is missing or makes no sense."""
    return ApiError(10001, f"params error: {name} invalid")


def refused(market: Market, refusal: Refusal) -> ApiError:
    """A refusal of the core as this market words it."""
    code, message = (SPOT if market is Market.SPOT else LINEAR)[refusal.reason]
    if refusal.reason is Reason.PRICE_BAND and market is Market.SPOT and refusal.detail == "low":
        code, message = 170194, "Sell order price cannot be lower than the limit."
    return ApiError(code, message.format(refusal.detail))
