"""Posts that are brought over HTTP: one unguessable address a source, and a signature where its owner wants one.

A proxy in front does the TLS. 202 means that the post is on our disk; what is done with it is told in the chat, never
here. Every other answer is a code and nothing else: no word of what was sent, or of whose address it was.
"""

from __future__ import annotations

import asyncio
import ipaddress
from collections.abc import Callable

import structlog
from aiohttp import web
from aiohttp.typedefs import Handler

from bot.inlets import body as bodies
from bot.inlets import fingerprint, token_hash
from bot.inlets.body import LARGEST, TYPES, Brought
from bot.inlets.signature import is_fresh, is_signed
from bot.middlewares import Quota
from bot.ports import BotTx, Safe, Store
from engine.errors import Code, VenueLocked
from engine.inlets import SECRET, Arrival, Inlet
from engine.ports import Clock

PATH = "/s/"
A_MINUTE = 60.0
OF_A_SOURCE, OF_AN_ADDRESS = 30, 120  # requests a minute
PATIENCE = 10.0  # seconds for a body to arrive
_STATUS = {
    Code.NOT_FOUND: 404, Code.NOT_ALLOWED: 405, Code.TOO_LARGE: 413, Code.TOO_MANY: 429, Code.BAD_INPUT: 400,
    Code.BAD_SIGNATURE: 401, Code.TOO_OLD: 401, Code.KEY_LOST: 503, Code.UNAVAILABLE: 503,
}  # fmt: skip
_HEADERS = {Code.NOT_ALLOWED: {"Allow": "POST"}, Code.TOO_MANY: {"Retry-After": "60"}}
_log = structlog.get_logger(__name__)


class Refused(Exception):
    """The request is not taken; ``code`` says why."""

    def __init__(self, code: Code) -> None:
        super().__init__(code)
        self.code = code


class Doorway:
    """Takes posts at ``host:port``; ``kept`` is called after each commit. ``safe`` opens the secrets of sources."""

    def __init__(
        self, *, store: Store, clock: Clock, safe: Safe | None, kept: Callable[[], None], host: str, port: int
    ) -> None:  # fmt: skip
        self._store, self._clock, self._safe, self._kept = store, clock, safe, kept
        self._host, self._port = host, port
        self._of_source, self._of_address = Quota(OF_A_SOURCE, A_MINUTE), Quota(OF_AN_ADDRESS, A_MINUTE)

    async def run(self) -> None:
        """Serve until cancelled."""
        runner = web.AppRunner(self.application(), access_log=None)  # an address is as good as a password
        await runner.setup()
        try:
            await web.TCPSite(runner, self._host, self._port).start()
            await asyncio.Event().wait()
        finally:
            await runner.cleanup()

    def application(self) -> web.Application:
        app = web.Application(client_max_size=LARGEST, middlewares=[_coded])
        app.router.add_route("*", "/{path:.*}", self._accept)
        return app

    async def _accept(self, request: web.Request) -> web.Response:
        if not self._of_address.take(_address(request), self._clock.monotonic()):
            raise Refused(Code.TOO_MANY)
        inlet = await self._inlet(request)
        if not self._of_source.take(inlet.source_id, self._clock.monotonic()):
            raise Refused(Code.TOO_MANY)
        body = await _body(request)
        mac = self._checked(inlet, request, body)
        brought = bodies.read(body, request.content_type)
        if brought is None:
            raise Refused(Code.BAD_INPUT)
        await self._keep(inlet, brought, fingerprint(body), mac)
        return web.Response(status=202)

    async def _inlet(self, request: web.Request) -> Inlet:
        token = request.path.removeprefix(PATH) if request.path.startswith(PATH) else ""
        wanted = token_hash(token)
        inlet = await self._store.read(lambda tx: tx.inlets.by_token(wanted)) if token else None
        if inlet is None:
            raise Refused(Code.NOT_FOUND)
        if request.method != "POST":
            raise Refused(Code.NOT_ALLOWED)
        return inlet

    def _checked(self, inlet: Inlet, request: web.Request, body: bytes) -> str | None:
        """The signature, if this source wants one."""
        if not inlet.is_signed:
            return None
        timestamp, given = request.headers.get("X-Timestamp", ""), request.headers.get("X-Signature", "")
        if not is_signed(self._secret(inlet), timestamp, body, given):
            raise Refused(Code.BAD_SIGNATURE)
        if not is_fresh(timestamp, self._clock.now()):
            raise Refused(Code.TOO_OLD)
        return given

    def _secret(self, inlet: Inlet) -> str:
        """Without the master key nobody can be told from a forger, so nobody is let in."""
        if self._safe is None:
            raise Refused(Code.KEY_LOST)
        try:
            return self._safe.unseal(inlet.owner_id, inlet.source_id, inlet.sealed)[SECRET].reveal()
        except VenueLocked:
            _log.error("secret of a source cannot be opened", source=inlet.source_id)
            raise Refused(Code.KEY_LOST) from None

    async def _keep(self, inlet: Inlet, brought: Brought, digest: str, mac: str | None) -> None:
        """On disk before we answer. What was kept before is not kept again, and is answered like the first time."""
        now = self._clock.now()
        own = f"id:{brought.id}" if brought.id is not None else f"mac:{mac}" if mac is not None else None
        key = own or f"at:{now.isoformat()}:{digest}"
        named = fingerprint(key.encode("utf-8", "surrogatepass"))
        arrival = Arrival(key=named, digest=digest, text=brought.text, at=now)

        def work(tx: BotTx) -> None:
            if own is not None or not tx.inlets.came_just_now(inlet.source_id, digest, now):
                tx.inlets.receive(inlet.source_id, [arrival], now)

        await self._store.write(work)
        self._kept()


@web.middleware
async def _coded(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Every no is a code. What is not foreseen is logged, and says no more than that it may be tried again."""
    try:
        return await handler(request)
    except Refused as refused:
        code = refused.code
    except web.HTTPRequestEntityTooLarge:
        code = Code.TOO_LARGE
    except web.HTTPException as fault:
        return web.json_response({"code": Code.BAD_INPUT}, status=fault.status)
    except Exception:
        _log.exception("post from elsewhere not kept")
        code = Code.UNAVAILABLE
    return web.json_response({"code": code}, status=_STATUS[code], headers=_HEADERS.get(code))


async def _body(request: web.Request) -> bytes:
    """Not read at all when its size or its type is not one that we take."""
    if (request.content_length or 0) > LARGEST:
        raise Refused(Code.TOO_LARGE)
    if request.content_type not in TYPES or "Content-Encoding" in request.headers:
        raise web.HTTPUnsupportedMediaType
    try:
        async with asyncio.timeout(PATIENCE):
            return await request.read()
    except TimeoutError:
        raise web.HTTPRequestTimeout from None


def _address(request: web.Request) -> str:
    """Who brings it: behind a proxy on this machine, the address the proxy saw, which it writes last.

    Who has one address of IPv6 has a whole network of them, and counts as one.
    """
    peer = ipaddress.ip_address(request.remote or "::")
    said = request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip()
    try:
        seen = ipaddress.ip_address(said) if peer.is_loopback else peer
    except ValueError:
        seen = peer
    return str(ipaddress.ip_network((int(seen), 64), strict=False)) if seen.version == 6 else str(seen)
