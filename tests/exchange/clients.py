"""The real ccxt classes, pointed at the emulated exchange."""

from __future__ import annotations

import importlib
import re
import ssl
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from functools import cache
from types import MethodType
from typing import Any

from tests.exchange.model import Account
from tests.exchange.server import Server

HOST = re.compile(r"^(?:http|ws)s?://[^/]+")
OPTIONS: dict[str, dict[str, Any]] = {
    "binance": {"fetchCurrencies": False, "fetchMargins": False, "fetchMarkets": {"types": ["spot"]}},
    "binanceusdm": {"fetchCurrencies": False, "fetchMargins": False, "fetchMarkets": {"types": ["linear"]}},
    "bybit": {"fetchMarkets": {"types": ["spot", "linear"]}},
}


@asynccontextmanager
async def client(
    exchange_id: str, server: Server, account: Account | None = None, *, pro: bool = False, **config: Any
) -> AsyncIterator[Any]:  # fmt: skip
    """A client of ccxt (or ccxt.pro) with the account's key, closed at the end. Times out after two seconds."""
    library = importlib.import_module("ccxt.pro" if pro else "ccxt.async_support")
    keys = {"apiKey": account.key, "secret": account.secret} if account else {}
    options = {"maxRetriesOnFailure": 0, **OPTIONS.get(exchange_id, {}), **config.pop("options", {})}
    made = getattr(library, exchange_id)(
        {"timeout": 2000, "enableRateLimit": False, "options": options, **keys, **config}
    )
    made.timeout_on_exit = 0  # it waits for TLS connections to close, and there are none
    made.ssl_context = _tls()
    redirect(made, server.base_url)
    try:
        yield made
    finally:
        await made.close()


@cache
def _tls() -> ssl.SSLContext:
    """Nothing here is encrypted, but ccxt reads the certificate authorities for every client: 25 ms each."""
    return ssl.create_default_context()


def redirect(made: Any, base_url: str) -> None:
    """Every address to this host, paths as they are, and the errors read as at home.

    ccxt picks its table of error codes by the host of the address, so it has to see the real one; and it takes a
    stream for spot when its address contains "/stream", which is the beginning of the real host's name.
    """
    homes = _homes(made.urls["api"], base_url)
    made.urls["api"] = redirected(made.urls["api"], base_url)
    if "ws" in made.urls["api"] and made.id == "binance":
        made.urls["api"]["ws"]["spot"] = _socket(base_url) + "/stream/ws"
    if not hasattr(made, "get_exceptions_by_url"):
        return
    pick = made.get_exceptions_by_url

    def by_home(self: Any, url: str, kind: str) -> Any:
        known = [home for here, home in homes.items() if url.startswith(here)]
        return pick(max(known, key=len) if known else url, kind)

    made.get_exceptions_by_url = MethodType(by_home, made)


def redirected(urls: Any, base_url: str) -> Any:
    """The same addresses, nested as they are, at another host; a WebSocket stays one."""
    if isinstance(urls, Mapping):
        return {name: redirected(url, base_url) for name, url in urls.items()}
    if isinstance(urls, str):
        return HOST.sub(_socket(base_url) if urls.startswith("ws") else base_url, urls)
    return urls


def _socket(base_url: str) -> str:
    return base_url.replace("http", "ws", 1)


def _homes(urls: Any, base_url: str) -> dict[str, str]:
    """Where each address of ours stands for at home."""
    if isinstance(urls, Mapping):
        return {here: home for url in urls.values() for here, home in _homes(url, base_url).items()}
    return {redirected(urls, base_url): urls} if isinstance(urls, str) else {}
