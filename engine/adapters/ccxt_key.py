"""What a key may do, as its exchange says; asked once when it is entered, and again now and then."""

from __future__ import annotations

from collections.abc import Mapping

from engine.adapters.ccxt_abilities import Abilities, abilities
from engine.adapters.ccxt_client import open_client
from engine.adapters.ccxt_money import Money
from engine.adapters.ccxt_quirks import quirks
from engine.adapters.ccxt_rights import UNKNOWN, Rights, rights_reader
from engine.adapters.ccxt_shared import Place, Shared
from engine.adapters.ccxt_wire import Wire
from engine.errors import Code, EngineFault, VenueBusy, VenueLocked, VenueRefused
from engine.ports import Clock
from engine.types import Account, KeyReport


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
    money = Money(wire, shared, able, quirks(able.exchange))
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
        uid=rights.uid,
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
    read = rights_reader(able.exchange)
    if read is None or (testnet and able.exchange.startswith("binance")):  # its test system has no such question
        return UNKNOWN
    try:
        return await read(wire, able)
    except VenueLocked:
        raise
    except (EngineFault, AttributeError, TypeError, KeyError, IndexError, ValueError):
        return UNKNOWN
