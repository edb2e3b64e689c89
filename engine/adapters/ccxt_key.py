"""What a key may do, as its exchange says; asked once when it is entered, and again now and then."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, NamedTuple

from engine.adapters.ccxt_abilities import Abilities, abilities
from engine.adapters.ccxt_answers import FAMILIES
from engine.adapters.ccxt_client import open_client
from engine.adapters.ccxt_money import Money
from engine.adapters.ccxt_quirks import quirks
from engine.adapters.ccxt_shared import Place, Shared
from engine.adapters.ccxt_wire import Wire
from engine.errors import Code, EngineFault, VenueBusy, VenueLocked, VenueRefused
from engine.ports import Clock
from engine.types import Account, KeyReport


class Rights(NamedTuple):
    """None where the exchange does not say."""

    trade: bool | None = None
    withdraw: bool | None = None
    ip_bound: bool | None = None


UNKNOWN = Rights()


async def ask_key(
    exchange: str, credentials: Mapping[str, str], *, market: str, testnet: bool, urls: Mapping[str, str], clock: Clock
) -> KeyReport:
    """Raises VenueLocked for a key that is not accepted, VenueBusy and VenueSilent when nobody answers."""
    able = abilities(exchange, market)
    if able is None:
        raise VenueRefused(f"{exchange} has no {market} market here", code=Code.NOT_FOUND)
    shared = await Shared.open(Place(exchange, market, testnet), clock, urls.get(exchange))
    try:
        client = await open_client(
            exchange, base_url=urls.get(exchange), market=market, testnet=testnet, credentials=credentials
        )
        client.options.update(quirks(exchange).options)
        wire = Wire(client, market, clock, address=shared.address, skew=shared.skew)
        shared.lend(client)
        try:
            return await _asked(wire, shared, able, clock, testnet=testnet)
        finally:
            await wire.close()
    finally:
        await shared.close()


async def _asked(wire: Wire, shared: Shared, able: Abilities, clock: Clock, *, testnet: bool) -> KeyReport:
    money = Money(wire, shared, able, quirks(able.exchange), clock)
    started = clock.monotonic()
    account, readable = await _account(money)
    latency = round((clock.monotonic() - started) * 1000)
    rights = await _rights(wire, able, testnet=testnet)
    return KeyReport(
        can_read=readable,
        can_trade=rights.trade,
        can_withdraw=rights.withdraw,
        ip_bound=rights.ip_bound,
        latency_ms=latency,
        account=account,
    )


async def _account(money: Money) -> tuple[Account | None, bool]:
    """The account, if the key may read it. A key refused twice in a row is refused."""
    for last in (False, True):
        try:
            return await money.account(), True
        except VenueRefused:
            return None, False
        except VenueBusy as fault:
            if last or fault.retry_after > 1:
                raise
    raise AssertionError("unreachable")


async def _rights(wire: Wire, able: Abilities, *, testnet: bool) -> Rights:
    """That the exchange does not answer this is no fault of the key; that it refuses the key is."""
    read = RIGHTS.get(FAMILIES.get(able.exchange, able.exchange))
    if read is None or (testnet and able.exchange.startswith("binance")):  # its test system has no such question
        return UNKNOWN
    try:
        return await read(wire, able)
    except VenueLocked:
        raise
    except (EngineFault, AttributeError, TypeError, KeyError):
        return UNKNOWN


# --- the exchanges that say what a key may do ----------------------------------------------------------


async def _binance(wire: Wire, able: Abilities) -> Rights:
    answer = await wire.read(wire.client.sapiGetAccountApiRestrictions)
    trades = "enableSpotAndMarginTrading" if able.market == "spot" else "enableFutures"
    return Rights(_flag(answer, trades), _flag(answer, "enableWithdrawals"), _flag(answer, "ipRestrict"))


async def _bybit(wire: Wire, able: Abilities) -> Rights:
    """Permissions by kind of account; a key that reads only says so apart."""
    key = (await wire.read(wire.client.privateGetV5UserQueryApi))["result"]
    permissions = key["permissions"]
    wanted = ("Spot",) if able.market == "spot" else ("ContractTrade", "Derivatives")
    granted = any(permissions.get(name) for name in wanted)
    reads_only = str(key.get("readOnly")) == "1"
    ips = [ip for ip in key.get("ips") or () if ip != "*"]
    return Rights(granted and not reads_only, "Withdraw" in (permissions.get("Wallet") or ()), bool(ips))


async def _okx(wire: Wire, able: Abilities) -> Rights:  # noqa: ARG001
    row = (await wire.read(wire.client.privateGetAccountConfig))["data"][0]
    granted = {one.strip() for one in str(row["perm"]).split(",")}
    return Rights("trade" in granted, "withdraw" in granted, bool(row.get("ip")))


RIGHTS: Mapping[str, Callable[[Wire, Abilities], Awaitable[Rights]]] = {
    "binance": _binance,
    "bybit": _bybit,
    "okx": _okx,
}


def _flag(answer: Any, name: str) -> bool | None:
    found = answer.get(name)
    return found if isinstance(found, bool) else None
