"""A ccxt client without a network: every request it builds is kept, and the one with an order in it ends the call."""

from __future__ import annotations

import base64
import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from tools.abilities.canned import ANSWERS, OPTIONS
from tools.abilities.market import CREDENTIALS, CREDENTIALS_OF, perpetual, spot_market

NOW = 1_800_000_000_000
"""The frozen moment of every client, in milliseconds: the same order makes the same bytes."""

VOLATILE = ("sign", "signature", "nonce", "timestamp", "hash")
"""Fields that depend on the rest of the request."""


class Sent(Exception):
    """The request that carries the order was built; nothing follows it."""


@dataclass(frozen=True, slots=True)
class Request:
    """One request as flat fields: ``data.0.type`` is the type of the first item of a list called data."""

    method: str
    path: str
    fields: Mapping[str, str]
    headers: Mapping[str, str]

    @property
    def endpoint(self) -> str:
        return f"{self.method} {self.path}"

    def holds(self, value: str) -> bool:
        """Whether some field, or the path, is just this value."""
        return value in self.fields.values() or value in self.path.split("/")


@dataclass(slots=True)
class Probe:
    """One exchange and one market of it, offline."""

    client: Any
    symbol: str
    market: str
    seen: list[Request] = field(default_factory=list)

    @classmethod
    def open(cls, library: Any, exchange: str, market: str) -> Probe:
        """KeyError when the exchange does not have this market."""
        client = getattr(library, exchange)(
            {**CREDENTIALS, **CREDENTIALS_OF.get(exchange, {}), "enableRateLimit": False}
        )
        row = spot_market(client) if market == "spot" else perpetual(client)
        client.options.update(OPTIONS.get(exchange, {}))
        client.set_markets([row])
        probe = cls(client, row["symbol"], market)
        freeze(client)
        client.fetch = probe.fetch
        return probe

    async def fetch(self, url: str, method: str = "GET", headers: Any = None, body: Any = None) -> Any:
        """Stands in for ccxt's own: keep the request, answer it if it only prepares, end the call if it is the one."""
        request = read_request(url, method, headers or {}, body)
        self.seen.append(request)
        for part, answer in ANSWERS.get(self.client.id, {}).items():
            if part in url:
                return answer
        raise Sent

    async def request_of(self, call: Callable[[], Awaitable[Any]]) -> Request | str:
        """The request that this call ends in, or the fault that kept it from being built."""
        self.seen.clear()
        try:
            await call()
        except Sent:
            return self.seen[-1]
        except Exception as fault:  # whatever ccxt raises here is the measurement
            return f"{type(fault).__name__}: {fault}"
        return self.seen[-1] if self.seen else "no request"


def freeze(client: Any) -> None:
    """No clock and no chance."""
    client.milliseconds = lambda: NOW
    client.seconds = lambda: NOW // 1000
    client.microseconds = lambda: NOW * 1000
    client.nonce = lambda: NOW
    client.uuid = lambda: "00000000-0000-4000-8000-000000000000"
    client.uuid16 = client.uuid22 = client.uuid5 = lambda *_: "0" * 16


def read_request(url: str, method: str, headers: Mapping[str, Any], body: Any) -> Request:
    """Address and body of any of the shapes that exchanges use, flattened."""
    parts = urlsplit(url)
    fields: dict[str, str] = dict(parse_qsl(parts.query, keep_blank_values=True))
    packed = headers.get("X-GEMINI-PAYLOAD")
    text = base64.b64decode(packed).decode() if packed else body
    if isinstance(text, bytes):
        text = text.decode("utf-8", "replace")
    if isinstance(text, Mapping):
        flatten("", text, fields)
    elif text:
        try:
            flatten("", json.loads(text), fields)
        except ValueError:
            fields.update(parse_qsl(text, keep_blank_values=True))
    # a JSON document inside a field is read too
    for name, value in list(fields.items()):
        if value[:1] in "{[" and value[-1:] in "}]":
            try:
                flatten(name, json.loads(value), fields)
            except ValueError:
                continue
    kept = {name: value for name, value in fields.items() if not name.lower().endswith(VOLATILE)}
    return Request(method, unquote(parts.path), kept, {str(k): str(v) for k, v in headers.items()})


def flatten(name: str, value: Any, into: dict[str, str]) -> None:
    """Nested values under dotted names; booleans and None as JSON writes them."""
    if isinstance(value, Mapping):
        for key, inner in value.items():
            flatten(f"{name}.{key}" if name else str(key), inner, into)
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            flatten(f"{name}.{index}" if name else str(index), inner, into)
    else:
        into[name] = value if isinstance(value, str) else json.dumps(value)
