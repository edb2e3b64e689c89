"""What each exchange says of a key, in the shape that it documents; and what is not said is not known."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from types import SimpleNamespace
from typing import Any

import ccxt.async_support as library
import pytest

from engine.adapters import adapter
from engine.adapters.ccxt_abilities import Abilities, abilities
from engine.adapters.ccxt_key import _rights
from engine.adapters.ccxt_rights import RIGHTS, UNKNOWN, Rights

KEY = "abcdef0123456789"


class Told:
    """A wire on which one exchange answers each of its questions; a question that ccxt does not know fails."""

    def __init__(self, exchange: str, **answers: Any) -> None:
        known = getattr(library, exchange)
        assert all(hasattr(known, name) for name in answers), "ccxt has no such call any more"
        self.client = SimpleNamespace(
            apiKey=KEY, **{name: lambda *_, said=said: said for name, said in answers.items()}
        )

    async def read(self, call: Callable[..., Any], *args: Any) -> Any:
        return call(*args)


async def asked(exchange: str, market: str, **answers: Any) -> Rights:
    able = abilities(exchange, market)
    assert isinstance(able, Abilities)
    read: Callable[..., Awaitable[Rights]] = _rights
    return await read(Told(exchange, **answers), able, testnet=False)


def kucoin(permission: str, ips: str = "") -> dict[str, Any]:
    return {"privateGetUserApiKey": {"code": "200000", "data": {"permission": permission, "ipWhitelist": ips}}}


def gate(*perms: tuple[str, bool], shown: str = "abcdef01****") -> dict[str, Any]:
    rows = [{"name": name, "read_only": read_only} for name, read_only in perms]
    other = {"key": "zzz****", "perms": [{"name": "withdraw", "read_only": False}], "ip_whitelist": []}
    return {"privateAccountGetMainKeys": [other, {"key": shown, "perms": rows, "ip_whitelist": ["1.2.3.4"]}]}


def bitget(*authorities: str) -> dict[str, Any]:
    return {"privateSpotGetV2SpotAccountInfo": {"data": {"authorities": list(authorities), "ips": "1.2.3.4"}}}


def bingx(**row: Any) -> dict[str, Any]:
    return {"accountV1PrivateGetAccountApiPermissions": row}


def htx(permission: str, key: str = KEY) -> dict[str, Any]:
    rows = [{"accessKey": "other", "permission": "readOnly,withdraw"}, {"accessKey": key, "permission": permission}]
    return {"spotPrivateGetV2UserUid": {"code": 200, "data": 7}, "spotPrivateGetV2UserApiKey": {"data": rows}}


def coinbase(**row: Any) -> dict[str, Any]:
    return {"v3PrivateGetBrokerageKeyPermissions": row}


def kraken(*permissions: str) -> dict[str, Any]:
    return {"privatePostGetApiKeyInfo": {"error": [], "result": {"permissions": list(permissions), "ip_allowlist": []}}}


@pytest.mark.parametrize(
    ("exchange", "market", "answer", "rights"),
    [
        ("kucoin", "spot", kucoin("General,Spot", "1.2.3.4"), (True, False, True)),
        ("kucoin", "swap", kucoin("General,Spot,InnerTransfer"), (False, False, False)),
        ("kucoin", "swap", kucoin("General,Futures,Transfer"), (True, True, False)),
        ("kucoin", "spot", kucoin("Something"), UNKNOWN),
        ("gate", "spot", gate(("spot", False)), (True, False, True)),
        ("gate", "swap", gate(("spot", False), ("futures", True)), (False, False, True)),
        ("gate", "swap", gate(("futures", False), ("withdraw", False)), (True, True, True)),
        ("gate", "spot", gate(("spot", False), ("wallet", False)), (True, None, True)),
        ("gate", "spot", gate(("spot", False), shown="nobody****"), UNKNOWN),
        ("bitget", "spot", bitget("stow", "stor"), (True, False, True)),
        ("bitget", "swap", bitget("stow", "coor"), (False, False, True)),
        ("bitget", "swap", bitget("coow", "wwow"), (True, True, True)),
        ("bitget", "spot", bitget("trade", "readonly", "withdraw"), (True, True, True)),
        ("bitget", "spot", bitget("stow", "xxow"), (True, None, True)),
        ("bitget", "spot", bitget("xxow"), UNKNOWN),
        ("bingx", "swap", bingx(permissions=[2, 3], ipAddresses=["1.2.3.4"]), (True, False, True)),
        ("bingx", "spot", bingx(data={"permissions": [2, 3, 5], "ipAddresses": []}), (False, True, False)),
        ("bingx", "swap", bingx(data={"enableFutures": True, "enableWithdrawals": True}), (True, True, None)),
        ("htx", "spot", htx("readOnly,trade"), (True, False, False)),
        ("htx", "spot", htx("readOnly,trade,withdraw"), (True, True, False)),
        ("htx", "spot", htx("readOnly", key="not-ours"), UNKNOWN),
        ("coinbase", "spot", coinbase(can_view=True, can_trade=True, can_transfer=False), (True, False, None)),
        ("coinbase", "spot", coinbase(can_view=True, can_trade=False, can_transfer=True), (False, True, None)),
        ("coinbase", "spot", coinbase(), UNKNOWN),
        ("kraken", "spot", kraken("query-funds", "modify-trades"), (True, False, False)),
        ("kraken", "spot", kraken("query-funds", "withdraw-funds"), (None, True, False)),
        ("kraken", "spot", kraken(), UNKNOWN),
    ],
)  # fmt: skip
async def test_F37_each_exchange_is_understood_in_its_own_words(
    exchange: str, market: str, answer: dict[str, Any], rights: tuple[bool | None, ...]
) -> None:
    found = await asked(exchange, market, **answer)
    assert found[:3] == tuple(rights)[:3]
    assert found.uid == ("7" if exchange == "htx" and rights is not UNKNOWN else None)


@pytest.mark.parametrize("exchange", sorted(set(RIGHTS) - {"binance", "bybit", "okx"}))
async def test_an_answer_in_another_shape_says_nothing(exchange: str) -> None:
    calls = {"kucoin": kucoin(""), "gate": gate(), "bitget": bitget(), "bingx": bingx(), "htx": htx(""),
             "coinbase": coinbase(), "kraken": kraken()}[exchange]  # fmt: skip
    for nonsense in ({}, [], {"data": None}, {"result": {"permissions": None}}, "page", None):
        assert await asked(exchange, "spot", **dict.fromkeys(calls, nonsense)) == UNKNOWN


def test_it_is_known_who_cannot_be_asked() -> None:
    told = {name: found.tells_rights for name in ("binance", "bybiteu", "kraken", "mexc") if (found := adapter(name))}
    assert told == {"binance": True, "bybiteu": True, "kraken": True, "mexc": False}
