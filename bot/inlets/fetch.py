"""Reads an address that a user gave, and nothing that such an address could be bent to.

https only; the name is resolved once, every address it has must be on the open internet, and the connection goes to
one of those and no other. No redirect is followed, no proxy asked, no cookie kept; five seconds and one mebibyte.
"""

from __future__ import annotations

import asyncio
import ipaddress
import re
import socket
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from ssl import SSLContext
from urllib.parse import urlsplit

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult

from engine.errors import Code, Mistake

PATIENCE = 5.0
LARGEST = 1024 * 1024
LONGEST = 500  # characters of an address
Lookup = Callable[[str, int], Awaitable[tuple[str, ...]]]
_HEADERS = {
    "Accept-Encoding": "identity",
    "Accept": "application/rss+xml, application/atom+xml, application/xml, text/xml",
}
# Letters of other scripts may become digits on the way to the resolver: such names are written as xn--.
_HOST = re.compile(r"[A-Za-z0-9._-]+|[0-9A-Fa-f:.]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """The answer, with what the server wants to hear next time."""

    body: bytes
    etag: str | None
    modified: str | None


def checked(address: str) -> str:
    """The address without what a server never sees. Raises Mistake(FEED_ADDRESS) for one that is not https."""
    try:
        parts = urlsplit(address.strip())
        port = parts.port
    except ValueError:
        raise Mistake(code=Code.FEED_ADDRESS) from None
    if parts.scheme != "https" or not parts.hostname or parts.username is not None or parts.password is not None:
        raise Mistake(code=Code.FEED_ADDRESS)
    if len(address) > LONGEST or not _HOST.fullmatch(parts.hostname) or port == 0:
        raise Mistake(code=Code.FEED_ADDRESS)
    return parts._replace(fragment="").geturl()


def is_public(address: str) -> bool:
    """On the open internet: not this machine, not this network, nothing that stands for one of those."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        within = ip.ipv4_mapped or ip.sixtofour
        if within is not None:
            return is_public(str(within))
        if ip.teredo is not None or ip.is_site_local:
            return False
    return ip.is_global and not ip.is_multicast and not ip.is_reserved and not ip.is_unspecified


async def look_up(host: str, port: int) -> tuple[str, ...]:
    """Every address of this name. Raises OSError when it has none."""
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return tuple(dict.fromkeys(str(sockaddr[0]) for *_, sockaddr in found))


class _Pinned(AbstractResolver):
    """Answers with the addresses that were checked, whatever the name says by now."""

    def __init__(self, addresses: tuple[str, ...]) -> None:
        self._addresses = addresses

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:  # fmt: skip
        wanted = (address for address in self._addresses if family in (socket.AF_UNSPEC, _family(address)))
        return [
            ResolveResult(hostname=host, host=one, port=port, family=_family(one), proto=0, flags=socket.AI_NUMERICHOST)
            for one in wanted
        ]

    async def close(self) -> None:
        """Nothing is held."""


def _family(address: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in address else socket.AF_INET


class Fetcher:
    """``look_up`` resolves names, ``allowed`` says which addresses may be reached, ``tls`` whom to believe."""

    def __init__(
        self, *, look_up: Lookup = look_up, allowed: Callable[[str], bool] = is_public, tls: SSLContext | None = None
    ) -> None:  # fmt: skip
        self._look_up, self._allowed, self._tls = look_up, allowed, tls

    async def fetch(self, address: str, *, etag: str | None = None, modified: str | None = None) -> Fetched | None:
        """What stands there; None when it has not changed since.

        Raises Mistake: FEED_ADDRESS when it must not be read, FEED_SILENT when it does not answer as it should,
        FEED_UNREADABLE when the answer is too large.
        """
        url = checked(address)
        known = {"If-None-Match": etag, "If-Modified-Since": modified}
        headers = _HEADERS | {name: value for name, value in known.items() if value}
        try:
            async with asyncio.timeout(PATIENCE):
                return await self._fetch(url, await self._addresses(url), headers)
        except TimeoutError:
            raise Mistake(code=Code.FEED_SILENT, after=f"{PATIENCE:.0f} s") from None
        except (aiohttp.ClientError, OSError, ValueError) as fault:
            raise Mistake(code=Code.FEED_SILENT, what=type(fault).__name__) from None

    async def _addresses(self, url: str) -> tuple[str, ...]:
        parts = urlsplit(url)
        found = await self._look_up(parts.hostname or "", parts.port or 443)
        if not found or not all(map(self._allowed, found)):
            raise Mistake(code=Code.FEED_ADDRESS)
        return found

    async def _fetch(self, url: str, addresses: tuple[str, ...], headers: dict[str, str]) -> Fetched | None:
        connector = aiohttp.TCPConnector(
            resolver=_Pinned(addresses), use_dns_cache=False, ssl=True if self._tls is None else self._tls
        )
        async with (
            aiohttp.ClientSession(
                connector=connector, cookie_jar=aiohttp.DummyCookieJar(), trust_env=False, auto_decompress=False
            ) as session,
            session.get(url, headers=headers, allow_redirects=False) as answer,
        ):
            if answer.status == 304:
                return None
            if answer.status != 200:
                raise Mistake(code=Code.FEED_SILENT, what=f"HTTP {answer.status}")
            if answer.headers.get("Content-Encoding", "identity") != "identity":
                raise Mistake(code=Code.FEED_UNREADABLE)
            body = await _limited(answer)
            return Fetched(body=body, etag=_header(answer, "ETag"), modified=_header(answer, "Last-Modified"))


async def _limited(answer: aiohttp.ClientResponse) -> bytes:
    body = bytearray()
    async for chunk in answer.content.iter_any():
        body += chunk
        if len(body) > LARGEST:
            raise Mistake(code=Code.FEED_UNREADABLE)
    return bytes(body)


def _header(answer: aiohttp.ClientResponse, name: str) -> str | None:
    value = answer.headers.get(name)
    return value if value is not None and len(value) <= LONGEST else None
