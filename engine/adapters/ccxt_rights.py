"""The exchanges that say what a key may do, and how each says it.

What an exchange does not say in words that we know is None, never "no": a key that may withdraw must not pass as one
that may not. Each answer is read as its exchange documents it.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Mapping
from typing import Any, NamedTuple

from engine.adapters.ccxt_abilities import Abilities
from engine.adapters.ccxt_answers import FAMILIES
from engine.adapters.ccxt_wire import Wire
from engine.errors import EngineFault


class Rights(NamedTuple):
    """None where the exchange does not say."""

    trade: bool | None = None
    withdraw: bool | None = None
    ip_bound: bool | None = None
    uid: str | None = None


UNKNOWN = Rights()
Reader = Callable[[Wire, Abilities], Awaitable[Rights]]


def rights_reader(exchange: str) -> Reader | None:
    """How to ask this exchange; None when it has no such question."""
    return RIGHTS.get(FAMILIES.get(exchange, exchange))


async def _binance(wire: Wire, able: Abilities) -> Rights:
    rights = _flags(await wire.read(wire.client.sapiGetAccountApiRestrictions), able)
    try:
        account = await wire.read(wire.client.privateGetAccount, {"omitZeroBalances": "true"})
    except EngineFault:  # a key for futures alone; its rights are known all the same
        return rights
    return rights._replace(uid=_number(account, "uid"))


async def _bybit(wire: Wire, able: Abilities) -> Rights:
    """Permissions by kind of account; a key that reads only says so apart."""
    key = (await wire.read(wire.client.privateGetV5UserQueryApi))["result"]
    permissions = key["permissions"]
    wanted = ("Spot",) if able.market == "spot" else ("ContractTrade", "Derivatives")
    granted = any(permissions.get(name) for name in wanted)
    reads_only = str(key.get("readOnly")) == "1"
    ips = [ip for ip in key.get("ips") or () if ip != "*"]
    return Rights(
        granted and not reads_only, "Withdraw" in (permissions.get("Wallet") or ()), bool(ips), _number(key, "userID")
    )


async def _okx(wire: Wire, able: Abilities) -> Rights:  # noqa: ARG001
    row = (await wire.read(wire.client.privateGetAccountConfig))["data"][0]
    granted = {one.strip() for one in str(row["perm"]).split(",")}
    return Rights("trade" in granted, "withdraw" in granted, bool(row.get("ip")), _number(row, "uid"))


async def _kucoin(wire: Wire, able: Abilities) -> Rights:
    """ "Transfer" is the right to withdraw; moving money between one's own accounts is "InnerTransfer"."""
    row = (await wire.read(wire.client.privateGetUserApiKey))["data"]
    granted = {one.strip() for one in str(row["permission"]).split(",")}
    if "General" not in granted:
        return UNKNOWN
    wanted = {"Trade", "Spot"} if able.market == "spot" else {"Futures"}
    withdraws = bool(granted & {"Transfer", "Withdrawal"})
    return Rights(bool(granted & wanted), withdraws, bool(row.get("ipWhitelist")), _number(row, "uid"))


async def _gate(wire: Wire, able: Abilities) -> Rights:
    """All keys of the account, each with its end hidden: ours has to be the only one that begins like it.

    Whether the right to write to the wallet lets money out is not documented, so with it nobody knows.
    """
    listed = await wire.read(wire.client.privateAccountGetMainKeys)
    ours = str(wire.client.apiKey)
    keys = [key for key in (listed if isinstance(listed, list) else [listed]) if _begins(ours, key.get("key"))]
    if len(keys) != 1:
        return UNKNOWN
    writes = {str(one["name"]) for one in keys[0]["perms"] if one.get("read_only") is not True}
    withdraws = True if "withdraw" in writes else None if "wallet" in writes else False
    wanted = "spot" if able.market == "spot" else "futures"
    return Rights(wanted in writes, withdraws, bool(keys[0].get("ip_whitelist")))


async def _bitget(wire: Wire, able: Abilities) -> Rights:
    """Rights in five words of four letters, the last of which is r for reading and w for writing, or in plain ones."""
    row = (await wire.read(wire.client.privateSpotGetV2SpotAccountInfo))["data"]
    granted = {str(one) for one in row["authorities"]}
    coded = {"stow"} if able.market == "spot" else {"coow"}
    if not granted & (PLAIN_WORDS | BITGET_WORDS):
        return UNKNOWN
    withdraws = any("withdraw" in one for one in granted) or "wwow" in granted
    strange = granted - PLAIN_WORDS - BITGET_WORDS
    may_withdraw = True if withdraws else None if strange else False
    return Rights(bool(granted & (coded | {"trade"})), may_withdraw, bool(row.get("ips")), _number(row, "userId"))


def _number(row: Mapping[str, Any], name: str) -> str | None:
    """The number of the account; a main account and its sub-accounts have one each."""
    return str(row[name]) if row.get(name) else None


PLAIN_WORDS = frozenset({"trade", "readonly", "read", "withdraw"})
BITGET_WORDS = frozenset(f"{what}o{how}" for what in ("co", "cp", "st", "sm", "wt", "ww") for how in "rw")


async def _bingx(wire: Wire, able: Abilities) -> Rights:
    """Either a flag for each right, or their numbers: 1 spot, 2 reading, 3 perpetual futures, 5 withdrawing."""
    answer = await wire.read(wire.client.accountV1PrivateGetAccountApiPermissions)
    row = answer.get("data") or answer
    if "permissions" not in row:
        return _flags(row, able)
    granted = {int(one) for one in row["permissions"]}
    return Rights((1 if able.market == "spot" else 3) in granted, 5 in granted, bool(row.get("ipAddresses")))


async def _htx(wire: Wire, able: Abilities) -> Rights:  # noqa: ARG001
    """Of the keys of the account, the one that we have."""
    uid = (await wire.read(wire.client.spotPrivateGetV2UserUid))["data"]
    listed = (await wire.read(wire.client.spotPrivateGetV2UserApiKey, {"uid": uid}))["data"]
    (key,) = [one for one in listed if one.get("accessKey") == wire.client.apiKey]
    granted = {one.strip() for one in str(key["permission"]).split(",")}
    if "readOnly" not in granted:
        return UNKNOWN
    return Rights("trade" in granted, "withdraw" in granted, bool(key.get("ipAddresses")), str(uid))


async def _coinbase(wire: Wire, able: Abilities) -> Rights:  # noqa: ARG001
    """A key that may transfer may send money away."""
    answer = await wire.read(wire.client.v3PrivateGetBrokerageKeyPermissions)
    return Rights(_flag(answer, "can_trade"), _flag(answer, "can_transfer"), None)


async def _kraken(wire: Wire, able: Abilities) -> Rights:  # noqa: ARG001
    """Rights as words joined by hyphens, as in "withdraw-funds"."""
    row = (await wire.read(wire.client.privatePostGetApiKeyInfo))["result"]
    granted = {str(one).lower() for one in row["permissions"]}
    if not granted:
        return UNKNOWN
    trades = any("modify" in one or "create" in one for one in granted)
    return Rights(trades or None, any("withdraw" in one for one in granted), _any(row, ("ip_allowlist", "ipAllowlist")))


RIGHTS: Mapping[str, Reader] = {
    "binance": _binance,
    "bingx": _bingx,
    "bitget": _bitget,
    "bybit": _bybit,
    "coinbase": _coinbase,
    "gate": _gate,
    "htx": _htx,
    "kraken": _kraken,
    "kucoin": _kucoin,
    "okx": _okx,
}


def _flags(row: Any, able: Abilities) -> Rights:
    """A flag for each right, as Binance and BingX write them."""
    trades = "enableSpotAndMarginTrading" if able.market == "spot" else "enableFutures"
    return Rights(_flag(row, trades), _flag(row, "enableWithdrawals"), _flag(row, "ipRestrict"))


def _flag(answer: Any, name: str) -> bool | None:
    found = answer.get(name)
    return found if isinstance(found, bool) else None


def _any(row: Any, names: Collection[str]) -> bool | None:
    found = [row[name] for name in names if name in row]
    return bool(found[0]) if found else None


def _begins(ours: str, shown: object) -> bool:
    """Whether a key whose end is hidden by stars can be ours."""
    start = str(shown or "").partition("*")[0]
    return bool(start) and ours.startswith(start)
