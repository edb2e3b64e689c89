"""What exchanges answer to the questions that ccxt asks before it builds an order, and what some need set."""

from __future__ import annotations

from typing import Any

ANSWERS: dict[str, dict[str, Any]] = {
    "aster": {"builder": []},
    "bittrade": {"account/accounts": {"status": "ok", "data": [{"id": 1234567, "type": "spot", "state": "working"}]}},
    "bullish": {
        "users/hmac/login": {"token": "a"},
    },
    "htx": {"account/accounts": {"status": "ok", "data": [{"id": 1234567, "type": "spot", "state": "working"}]}},
    "ndax": {"GetUserAccounts": [1234567]},
    "paradex": {"system/config": {"result": {}}},
}
"""By exchange and a part of the address."""

OPTIONS: dict[str, dict[str, Any]] = {
    "aster": {"builderFee": False, "initializedBuilder": True, "approvedBuilderFee": True},
    "bitvavo": {"operatorId": 1234567890},
    "bybit": {"enableUnifiedMargin": False, "enableUnifiedAccount": True},
    "bullish": {"tradingAccountId": "1234567"},
    "cex": {"createOrder": {"accountId": "main"}},
    "kucoin": {"uta": False},
    "ndax": {"sessionToken": "a"},
}
OPTIONS["bybiteu"] = OPTIONS["bybitid"] = OPTIONS["bybit"]
OPTIONS["kucoinfutures"] = OPTIONS["kucoin"]

INFO: dict[str, dict[str, Any]] = {}
"""Fields of the venue's own market listing that its order builder looks at, by ``exchange:market``."""

SPOT_TYPES = ["LIMIT", "LIMIT_MAKER", "MARKET", "STOP_LOSS", "STOP_LOSS_LIMIT", "TAKE_PROFIT", "TAKE_PROFIT_LIMIT"]
SWAP_TYPES = ["LIMIT", "MARKET", "STOP", "STOP_MARKET", "TAKE_PROFIT", "TAKE_PROFIT_MARKET", "TRAILING_STOP_MARKET"]
for _name in ("binance", "binanceus", "binanceusdm", "tokocrypto", "bitrue", "aster"):
    INFO[f"{_name}:spot"] = {"orderTypes": SPOT_TYPES}
    INFO[f"{_name}:swap"] = {"orderTypes": SWAP_TYPES}
