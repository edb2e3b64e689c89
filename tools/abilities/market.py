"""The smallest market that an exchange class of ccxt can build an order for, and credentials of the right shape."""

from __future__ import annotations

from typing import Any

from tools.abilities.canned import INFO

CREDENTIALS = {
    "apiKey": "a" * 64,
    "secret": "a" * 64,  # valid as text, as hexadecimal and as base64
    "password": "a" * 16,
    "uid": "1234567",
    "login": "a" * 16,
    "twofa": "123456",
    "accountId": "1234567",
    "privateKey": "0x" + "11" * 32,
    "walletAddress": "0x" + "22" * 20,
    "token": "a" * 32,
}


BASE58_OF_32_BYTES = "2AJZGjzMRzNPS7JHpPGnWnEnVdAvMvRTGGQdGBEKBsxP"
CREDENTIALS_OF: dict[str, dict[str, str]] = {
    "lbank": {"secret": "a" * 32},  # longer ones are read as RSA keys
    "modetrade": {"secret": BASE58_OF_32_BYTES},
    "woofipro": {"secret": BASE58_OF_32_BYTES},
    "pacifica": {"privateKey": BASE58_OF_32_BYTES},
}


TICK_SIZE = 4
"""ccxt's precisionMode in which a precision is a step."""

IDS = {"ndax": "1"}
"""Where a market is not called by letters."""


def spot_market(client: Any) -> dict[str, Any]:
    """BTC/USDT."""
    return _market(client, "BTC/USDT", "spot", {"spot": True, "contract": False})


def perpetual(client: Any) -> dict[str, Any]:
    """BTC/USDT:USDT, linear, one contract being one coin."""
    return _market(
        client,
        "BTC/USDT:USDT",
        "swap",
        {
            "swap": True,
            "contract": True,
            "linear": True,
            "inverse": False,
            "subType": "linear",
            "settle": "USDT",
            "settleId": "USDT",
            "contractSize": 1.0,
        },
    )


def _market(client: Any, symbol: str, kind: str, more: dict[str, Any]) -> dict[str, Any]:
    in_steps = client.precisionMode == TICK_SIZE
    step, tick, fine = (0.001, 0.01, 1e-8) if in_steps else (6, 6, 8)  # else decimals, or significant digits
    return client.safe_market_structure(  # type: ignore[no-any-return]
        {
            "id": IDS.get(client.id, "BTCUSDT"),
            "lowercaseId": "btcusdt",
            "uppercaseId": "BTCUSDT",
            "numericId": 1,
            "symbol": symbol,
            "base": "BTC",
            "quote": "USDT",
            "baseId": "0" if client.id == "hyperliquid" else "BTC",
            "quoteId": "USDT",
            "type": kind,
            "spot": False,
            "margin": False,
            "swap": False,
            "future": False,
            "option": False,
            "active": True,
            "taker": 0.001,
            "maker": 0.001,
            "precision": dict.fromkeys(("base", "quote", "cost"), fine) | {"amount": step, "price": tick},
            "limits": {
                "amount": {"min": 0.001, "max": 1000},
                "price": {"min": 0.01},
                "cost": {"min": 1},
                "leverage": {},
            },
            "priceScale": 8,
            "valueScale": 8,
            "info": INFO.get(f"{client.id}:{kind}", {}),
            **more,
        }
    )
