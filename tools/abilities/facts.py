"""What no request can show: how a venue reads ids, which ids it refuses twice, when a request becomes too old.

Published rules, not measurements: a wrong one is not found by the suite.
What is not listed here is unknown, and unknown is the careful answer.
"""

from __future__ import annotations

ID_FORMS: dict[str, str] = {
    "gate": "gate",  # "t-" and at most 26 more of [0-9A-Za-z_.-] pass
    "gateeu": "gate",
    "kraken": "uuid",  # cl_ord_id: a UUID, or at most 18 characters
    "hyperliquid": "hex0x",  # cloid: 128 bits in hexadecimal
    "coinbase": "uuid",
    "coinbaseexchange": "uuid",  # client_oid must be one
    "bitfinex": "int45",  # cid: a number of 45 bits
    "htx:swap": "int45",  # client_order_id: a long
    "woo": "int45",
    "ndax": "int45",
    "backpack": "int31",  # clientId: 32 bits
}
"""By exchange, or exchange and market; all others read the usual form (letters and digits, 27 of them)."""

ID_PARAMS = ("clientOrderId", "client_order_id", "client_oid", "clientOid", "clOrdId", "label")
"""Tried in this order until one brings our id to the wire under a name the venue knows."""

STOP_EXTRAS: dict[tuple[str, str], dict[str, dict[str, str | bool]]] = {
    # part of a position, not all of it
    ("bitget", "swap"): {"both": {"planType": "loss_plan"}},
    # 1: at or above the trigger, 2: at or below; ccxt says 1 for both sides
    ("mexc", "swap"): {"buy": {"triggerType": "1"}, "sell": {"triggerType": "2"}},
    ("phemex", "swap"): {"buy": {"triggerDirection": "ascending"}, "sell": {"triggerDirection": "descending"}},
}

DISTRUSTED_STOPS: dict[tuple[str, str], str] = {
    ("gate", "spot"): "the id goes into a field of the trigger that the venue does not document",
    ("gateeu", "spot"): "the id goes into a field of the trigger that the venue does not document",
}
"""Conditional orders whose bytes look right and that are not used all the same."""

DUPLICATE_IDS: dict[tuple[str, str], str] = {}
for _venue, _markets, _rule in (
    ("binance", ("spot", "swap"), "open_only"),
    ("binanceusdm", ("swap",), "open_only"),
    ("binanceus", ("spot",), "open_only"),
    ("whitebit", ("spot", "swap"), "open_only"),
    ("kraken", ("spot",), "open_only"),
    ("coinbase", ("spot", "swap"), "always"),
    ("bitfinex", ("spot", "swap"), "never"),
):
    for _market in _markets:
        DUPLICATE_IDS[_venue, _market] = _rule

REQUEST_WINDOWS: dict[str, float] = {
    "okx": 30.0,  # OK-ACCESS-TIMESTAMP, code 50102
    "myokx": 30.0,
    "okxus": 30.0,
    "bitget": 60.0,  # ACCESS-TIMESTAMP, code 40008; twice what is published: waiting longer is always safe
    "kucoin": 5.0,  # KC-API-TIMESTAMP, code 400002
    "kucoinfutures": 5.0,
    "gate": 120.0,  # Timestamp, REQUEST_EXPIRED; twice what is published
    "gateeu": 120.0,
    "bingx": 30.0,
}
"""Seconds, for venues that measure the age of a time stamp instead of taking a window from the request."""
