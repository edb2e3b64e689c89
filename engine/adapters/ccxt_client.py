"""A ccxt client as we use it: imported late, exact numbers, one TLS context for all, and a base URL of one's choice."""

from __future__ import annotations

import asyncio
import importlib
import re
import ssl
from collections.abc import Mapping
from functools import cache
from typing import Any

_ORIGIN = re.compile(r"^https?://[^/]+")

LEAN: dict[str, dict[str, Any]] = {
    "binance": {"fetchCurrencies": False, "fetchMargins": False, "fetchMarkets": {"types": ["spot"]}},
}
"""Options that keep a client from asking for what we do not use, by exchange."""


async def open_client(exchange_id: str, *, base_url: str | None = None) -> Any:
    """A client of ``ccxt.async_support``; the caller closes it. ``base_url`` replaces the host of every address.

    The import takes half a second and a hundred megabytes, so it happens here, off the event loop. Raises
    ValueError for an exchange that ccxt does not have. A request is never repeated by ccxt: the caller decides that.
    """
    library = await asyncio.to_thread(importlib.import_module, "ccxt.async_support")
    if exchange_id not in library.exchanges:
        raise ValueError(f"ccxt has no exchange {exchange_id!r}")
    options = {"maxRetriesOnFailure": 0, **LEAN.get(exchange_id, {})}
    client = getattr(library, exchange_id)({"enableRateLimit": True, "options": options})
    client.number = str  # numbers arrive as the venue's text; convert.py makes them Decimal
    client.ssl_context = _tls(client.cafile)
    if base_url is not None:
        client.urls["api"] = redirected(client.urls["api"], base_url)
    return client


@cache
def _tls(authorities: str) -> ssl.SSLContext:
    """Loading the certificate authorities costs 30 ms and a megabyte: once is enough."""
    return ssl.create_default_context(cafile=authorities)


def redirected(urls: Any, base_url: str) -> Any:
    """The same addresses, nested as they are, at another scheme and host; paths stay."""
    if isinstance(urls, Mapping):
        return {name: redirected(url, base_url) for name, url in urls.items()}
    if isinstance(urls, str):
        return _ORIGIN.sub(base_url.rstrip("/"), urls)
    return urls
