"""Where an order can be looked for by our id."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from tools.abilities import judge
from tools.abilities.probe import Probe, Request

FOREIGN = "777000777"
"""An order number of the venue that must not be on the wire when we ask by our own."""

FIND_PARAMS = ("clientOrderId", "origClientOrderId", "clientOid", "client_order_id", "cliOrdId")
HISTORY_CALLS = ("fetchCanceledAndClosedOrders", "fetchOrders", "fetchClosedOrders")
TRIGGER_PARAMS = ({"trigger": True}, {"stop": True})
TRADES_NAME_US = frozenset({"bybit", "bybiteu", "bybitid", "okx", "myokx", "okxus", "gate", "gateeu"})
"""Venues whose list of trades repeats our id in each."""


@dataclass(frozen=True, slots=True)
class Places:
    found: tuple[str, ...]
    find_param: str | None
    closed_call: str | None
    trigger_params: dict[str, bool]


async def find_places(probe: Probe, our_id: str, native: frozenset[str]) -> Places:
    """Every place whose request can be built, and whose orders carry our id back."""
    found: list[str] = []
    find_param = await _find_param(probe, our_id)
    if find_param:
        found.append("order")
    closed_call, trigger = None, {}
    if reads_our_id(probe.client):
        if isinstance(await _open(probe, {}), Request):
            found.append("open")
        closed_call = await _closed_call(probe)
        if closed_call:
            found.append("closed")
        trigger = await _trigger(lambda params: _open(probe, params), native)
        if trigger:
            found.append("trigger_open")
            if closed_call and await _differs(lambda params: _history(probe, closed_call, params), trigger, native):
                found.append("trigger_closed")
    if probe.client.id in TRADES_NAME_US:
        found.append("trades")
    return Places(tuple(found), find_param, closed_call, trigger)


def reads_our_id(client: Any) -> bool:
    """Whether the class gives back an id of ours from an order of the venue."""
    return judge.gives(client, "parse_order", "clientOrderId")


async def _find_param(probe: Probe, our_id: str) -> str | None:
    if not probe.client.has.get("fetchOrder"):
        return None
    for param in FIND_PARAMS:
        request = await _by_id(probe, {param: our_id})
        if isinstance(request, Request) and request.holds(our_id) and not request.holds(FOREIGN):
            return param
    return None


async def _by_id(probe: Probe, params: dict[str, str]) -> Request | str:
    return await probe.request_of(lambda: probe.client.fetch_order(FOREIGN, probe.symbol, params))


async def _open(probe: Probe, params: dict[str, bool]) -> Request | str:
    return await probe.request_of(lambda: probe.client.fetch_open_orders(probe.symbol, None, None, dict(params)))


async def _history(probe: Probe, call: str, params: dict[str, bool]) -> Request | str:
    method = getattr(probe.client, call)
    return await probe.request_of(lambda: method(probe.symbol, None, None, dict(params)))


async def _closed_call(probe: Probe) -> str | None:
    for call in HISTORY_CALLS:
        if probe.client.has.get(call) is True and isinstance(await _history(probe, call, {}), Request):
            return call
    return None


async def _trigger(
    ask: Callable[[dict[str, bool]], Awaitable[Request | str]], native: frozenset[str]
) -> dict[str, bool]:
    for params in TRIGGER_PARAMS:
        if await _differs(ask, params, native):
            return dict(params)
    return {}


async def _differs(
    ask: Callable[[dict[str, bool]], Awaitable[Request | str]], params: dict[str, bool], native: frozenset[str]
) -> bool:
    plain, other = await ask({}), await ask(params)
    return judge.understood(plain, other, next(iter(params)), native)
