"""A ccxt client as we use it: imported late, exact numbers, one TLS context for all, and a base URL of one's choice.

What a class of ccxt says of an exchange is some hundred kilobytes and takes milliseconds to put together, for every
client anew. Here it is put together once for a place, and the clients of the place share what of it never changes.
"""

from __future__ import annotations

import asyncio
import copy
import importlib
import logging
import re
import ssl
from collections.abc import Mapping
from functools import cache, lru_cache
from typing import Any

_ORIGIN = re.compile(r"^(https?|wss?)://[^/]+")

WANTED = {"spot": ["spot"], "swap": ["linear", "swap"]}
"""What ccxt's exchanges call the markets that we trade, for those that can leave out the others."""

QUIET: dict[str, Any] = {
    "maxRetriesOnFailure": 0,
    "fetchCurrencies": False,
    "fetchMargins": False,
    "warnOnFetchOpenOrdersWithoutSymbol": False,
}
"""Never repeat a request, and ask for nothing that we do not use."""

CONSTANTS = frozenset(
    {
        "api", "ecdsaCurves", "ecdsaPrehashedAlgorithms", "exceptions", "features", "fees", "has", "httpExceptions",
        "requiredCredentials", "timeframes", "urls",
    }
)  # fmt: skip
"""Tables of a ccxt class that no client writes to once it is made."""

COMPRESSED = frozenset({"nado"})
"""Those that refuse a stream which is not offered compressed, as ccxt found."""

TIMEOUT = 10_000
"""Milliseconds until a request without an answer is given up."""


async def open_client(
    exchange_id: str, *, base_url: str | None = None, market: str = "spot", testnet: bool = False,
    credentials: Mapping[str, str] | None = None, streams: bool = False,
) -> Any:  # fmt: skip
    """A client for one market of an exchange; the caller closes it. ``base_url`` replaces the host of every address.

    The import takes half a second and a hundred megabytes, so it happens here, off the event loop. Raises
    ValueError for an exchange that ccxt does not have, or that has no test system when ``testnet``. A request is
    never repeated by ccxt: the caller decides that.
    """
    await asyncio.to_thread(importlib.import_module, "ccxt.pro" if streams else "ccxt.async_support")
    client = _like(_pattern(exchange_id, base_url, market, testnet, streams))
    for name, value in (credentials or {}).items():
        setattr(client, name, value)
    return client


@lru_cache(maxsize=64)
def _pattern(exchange_id: str, base_url: str | None, market: str, testnet: bool, streams: bool) -> Any:
    """The client that those of a place are copies of. It has no key, is never opened and never closed."""
    library = importlib.import_module("ccxt.async_support")
    if exchange_id not in library.exchanges:
        raise ValueError(f"ccxt has no exchange {exchange_id!r}")
    if streams:
        live = importlib.import_module("ccxt.pro")
        library = live if exchange_id in live.exchanges else library
    logging.getLogger("ccxt").setLevel(logging.WARNING)  # below that it writes out requests, keys and all
    client = getattr(library, exchange_id)({"enableRateLimit": True, "timeout": TIMEOUT})
    client.options.update({**QUIET, "defaultType": market, **_lean(client, market)})
    if exchange_id not in COMPRESSED:
        _uncompress(client)
    _without_snapshots(client)
    client.number = str  # numbers arrive as the venue's text; convert.py makes them Decimal
    client.ssl_context = _tls(client.cafile)
    if testnet:
        _to_testnet(client, market)
    if base_url is not None:
        client.timeout_on_exit = 0
        client.urls["api"] = redirected(client.urls["api"], base_url)
        _mark_spot_stream(client, base_url)
    return client


def _like(pattern: Any) -> Any:
    """Another client of its kind: what is only read is the pattern's, everything that may change is its own."""
    client = copy.copy(pattern)
    for name, value in vars(pattern).items():
        if type(value) in (dict, list) and name not in CONSTANTS:
            setattr(client, name, _apart(value))
    client.init_throttler()  # the copied one would count for all
    return client


def _apart(value: Any) -> Any:
    """The same tables and lists, all of them new; what is in them stays what it is."""
    if isinstance(value, dict):
        return {key: _apart(one) for key, one in value.items()}
    return [_apart(one) for one in value] if isinstance(value, list) else value


def _uncompress(client: Any) -> None:
    """The state of compression is 400 kB a stream, for a line that says a few words about our orders."""
    given = client.options.setdefault("ws", {})
    given.get("options", given)["compress"] = 0


def _without_snapshots(client: Any) -> None:
    """A stream of orders would first ask for every position, in two requests, and stumble over numbers as text."""
    known = client.options.get("watchPositions")
    if isinstance(known, Mapping):
        client.options["watchPositions"] = {**known, "fetchPositionsSnapshot": False}


def _lean(client: Any, market: str) -> dict[str, Any]:
    """Load only the markets of this kind, where the exchange lists them apart."""
    listed = client.options.get("fetchMarkets")
    types = listed.get("types") if isinstance(listed, Mapping) else None
    if not isinstance(types, list):
        return {"defaultSubType": "linear"} if market == "swap" else {}
    wanted = [name for name in types if name in WANTED[market]]
    lean: dict[str, Any] = {"fetchMarkets": {**listed, "types": wanted}} if wanted else {}
    return lean | ({"defaultSubType": "linear"} if market == "swap" else {})


def _to_testnet(client: Any, market: str) -> None:
    """Binance has closed the old test system of its futures: what it has instead is called demo trading."""
    if market == "swap" and client.id in ("binance", "binanceusdm"):
        client.enable_demo_trading(True)
        return
    if not client.urls.get("test"):
        raise ValueError(f"{client.id} has no test system")
    client.set_sandbox_mode(True)


@cache
def _tls(authorities: str) -> ssl.SSLContext:
    """Loading the certificate authorities costs 30 ms and a megabyte: once is enough."""
    return ssl.create_default_context(cafile=authorities)


def redirected(urls: Any, base_url: str) -> Any:
    """The same addresses, nested as they are, at another scheme and host; paths stay, and a WebSocket stays one."""
    if isinstance(urls, Mapping):
        return {name: redirected(url, base_url) for name, url in urls.items()}
    if isinstance(urls, str):
        base = base_url.rstrip("/")
        return _ORIGIN.sub(base.replace("http", "ws", 1) if urls.startswith("ws") else base, urls)
    return urls


def _mark_spot_stream(client: Any, base_url: str) -> None:
    """ccxt takes a stream of Binance for spot when its address holds "/stream", the beginning of the host it knows."""
    streams = client.urls["api"].get("ws") if isinstance(client.urls["api"], Mapping) else None
    if client.id == "binance" and isinstance(streams, dict):
        streams["spot"] = redirected("wss://home", base_url) + "/stream/ws"
