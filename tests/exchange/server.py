"""The exchange on a local port: dialects, the faults of the script, the log of calls, and the control API.

A dialect is synchronous: it gets a whole ``Call`` and gives a whole ``Answer``, so that a fault may process a request
early, late or not at all. It checks signature and request window itself, at the moment it is asked: a request that
is processed late may have expired by then.
"""

from __future__ import annotations

import asyncio
import json
import socket
import struct
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any, Protocol
from urllib.parse import parse_qsl

from aiohttp import web

from tests.exchange.calls import CallLog, Logged
from tests.exchange.core import Exchange
from tests.exchange.faults import Call, Fault, FaultKind, FaultScript
from tests.exchange.streams import Hub

PROXY_PAGE = "<html><head><title>{0}</title></head><body><center><h1>{0}</h1></center></body></html>"
GONE_POLL = 0.01


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What goes back: ``payload`` as JSON. ``text`` replaces it as it is."""

    payload: Any = None
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    text: str | None = None

    def response(self) -> web.Response:
        text = self.text if self.text is not None else json.dumps(self.payload, separators=(",", ":"))
        return web.Response(text=text, status=self.status, headers=dict(self.headers), content_type="application/json")


class Dialect(Protocol):
    """One venue's words. ``prefixes`` are the beginnings of its paths; ``hub`` is set by the server."""

    name: str
    prefixes: tuple[str, ...]
    hub: Hub

    def key(self, call: Call) -> str:
        """The API key of a request, "" when it has none."""

    def answer(self, call: Call) -> Answer:
        """Do what the request asks, after checking who asks and until when."""

    def error(self, status: int, code: int, message: str, headers: Mapping[str, str]) -> Answer:
        """The venue's error body. ``code`` 0: the one it uses with this HTTP status."""

    def sockets(self) -> list[web.RouteDef]:
        """Its WebSocket endpoints."""


class Server:
    """Routes requests to dialects and spoils them as the script says."""

    def __init__(self, exchange: Exchange, dialects: Sequence[Dialect]) -> None:
        self.exchange, self.dialects = exchange, dialects
        self.faults, self.hub = FaultScript(), Hub()
        self.log = CallLog(exchange.store)
        self.base_url = ""
        self.crashes: list[Exception] = []
        self._banned_until: dict[tuple[str, str], int] = {}
        self._later: set[asyncio.Task[None]] = set()
        for dialect in dialects:
            dialect.hub = self.hub

    def app(self) -> web.Application:
        from tests.exchange.control import Control

        app = web.Application()
        app.add_routes(Control(self).routes())
        for dialect in self.dialects:
            app.add_routes(dialect.sockets())
        app.router.add_route("*", "/{path:.*}", self.handle)
        return app

    def calls(self, endpoint: str = "*") -> list[Logged]:
        """The calls so far whose "METHOD /path" matches the pattern, oldest first."""
        return [call for call in self.log.all() if fnmatchcase(call.endpoint, endpoint)]

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """One request: log it, meet the scripted fault, process it, answer."""
        dialect, call = await self._read(request)
        if dialect is None:
            return web.json_response({"error": f"no dialect speaks {request.path}"}, status=404)
        number = self.log.arrived(dialect.name, call, self.exchange.now())
        banned = self._ban(dialect, call)
        if banned is not None:
            self.log.banned(number, banned.status)
            return banned.response()
        fault = self.faults.next(call)
        if fault is None:
            return self._process(dialect, call, number).response()
        self.log.spoiled(number, fault.kind)
        return await self._spoil(request, dialect, call, number, fault)

    async def _read(self, request: web.Request) -> tuple[Dialect | None, Call]:
        body = await request.read()
        params = dict(parse_qsl(request.query_string, keep_blank_values=True))
        if request.content_type == "application/x-www-form-urlencoded":
            params |= dict(parse_qsl(body.decode(), keep_blank_values=True))
        elif body:
            params |= _fields(body)
        query, headers = request.rel_url.raw_query_string, {name.lower(): v for name, v in request.headers.items()}
        call = Call(method=request.method, path=request.path, query=query, body=body, params=params, headers=headers)
        for dialect in self.dialects:
            if call.path.startswith(dialect.prefixes):
                return dialect, Call(
                    method=call.method, path=call.path, query=query, body=body, params=params, headers=headers,
                    key=dialect.key(call),
                )  # fmt: skip
        return None, call

    def _process(self, dialect: Dialect, call: Call, number: int, fault: Fault | None = None) -> Answer:
        skew = fault.seconds if fault and fault.kind is FaultKind.SKEW else 0.0
        lag = fault.seconds if fault and fault.kind is FaultKind.LAG else 0.0
        try:
            with self.exchange.bent(skew=skew, lag=lag):
                answer = dialect.answer(call)
        except Exception as crash:  # a mistake of the emulator: the client sees a 500, the test sees the mistake
            self.crashes.append(crash)
            answer = Answer(payload={"crash": repr(crash)}, status=500)
        self.log.processed(number, answer.status)
        return answer

    def _ban(self, dialect: Dialect, call: Call) -> Answer | None:
        until = max(self._banned_until.get((dialect.name, key), 0) for key in ("", call.key))
        left = until - self.exchange.now()
        return _throttled(dialect, 418, left / 1000) if left > 0 else None

    async def _spoil(
        self, request: web.Request, dialect: Dialect, call: Call, number: int, fault: Fault
    ) -> web.StreamResponse:  # fmt: skip
        kind = fault.kind
        if kind in {FaultKind.SKEW, FaultKind.LAG}:
            return self._process(dialect, call, number, fault).response()
        if kind is FaultKind.SLOW:
            early = self._process(dialect, call, number) if fault.after else None
            await self.exchange.clock.sleep(fault.seconds)
            return (early or self._process(dialect, call, number)).response()
        if kind is FaultKind.LATE:
            self._start(self._process_late(dialect, call, number, fault.seconds))
            return await _broken(request, hang=fault.hang)
        effect = kind in {FaultKind.ANSWER_LOST, FaultKind.TRUNCATED, FaultKind.ERROR_AFTER, FaultKind.WRONG_JSON}
        whole = self._process(dialect, call, number) if effect or fault.after else None
        return await self._spoilt_answer(request, dialect, call, fault, whole)

    async def _spoilt_answer(
        self, request: web.Request, dialect: Dialect, call: Call, fault: Fault, whole: Answer | None
    ) -> web.StreamResponse:  # fmt: skip
        kind, status = fault.kind, fault.answered
        if kind in {FaultKind.LOST, FaultKind.ANSWER_LOST}:
            return await _broken(request, hang=fault.hang)
        if kind is FaultKind.TRUNCATED and whole is not None:
            return await _truncated(request, whole.response())
        if kind is FaultKind.HTML:
            return web.Response(text=PROXY_PAGE.format(f"{status} Proxy"), content_type="text/html", status=status)
        if kind is FaultKind.WRONG_JSON:
            return Answer(text=fault.body, status=status).response()
        if kind is FaultKind.THROTTLED:
            whom = call.key if fault.by_key else ""
            self._banned_until[dialect.name, whom] = self.exchange.now() + int(fault.seconds * 1000)
            return _throttled(dialect, status, fault.seconds).response()
        return dialect.error(status, fault.code, fault.message, {}).response()

    async def _process_late(self, dialect: Dialect, call: Call, number: int, seconds: float) -> None:
        await self.exchange.clock.sleep(seconds)
        self._process(dialect, call, number)

    def _start(self, work: Any) -> None:
        task = asyncio.create_task(work)
        self._later.add(task)
        task.add_done_callback(self._later.discard)

    async def close(self) -> None:
        """Drop what was to be processed late and hang up on everybody."""
        for task in list(self._later):
            task.cancel()
        self.hub.cut()


def _fields(body: bytes) -> dict[str, str]:
    """The fields of a JSON object, as text; nothing for any other body."""
    try:
        given = json.loads(body)
    except ValueError:
        return {}
    return {name: str(value) for name, value in given.items()} if isinstance(given, dict) else {}


def _throttled(dialect: Dialect, status: int, seconds: float) -> Answer:
    return dialect.error(status, 0, "", {"Retry-After": str(int(seconds + 0.999))})


async def _broken(request: web.Request, *, hang: bool) -> web.Response:
    """Break the connection so that the client sees a reset; ``hang``: only when the client has given up."""
    while hang and request.transport is not None and not request.transport.is_closing():
        await asyncio.sleep(GONE_POLL)
    if request.transport is not None:
        peer = request.transport.get_extra_info("socket")
        with suppress(OSError):
            peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        request.transport.abort()
    return web.Response()


async def _truncated(request: web.Request, whole: web.Response) -> web.StreamResponse:
    """Promise the whole answer, send half of it, hang up."""
    body = bytes(whole.body) if isinstance(whole.body, bytes | bytearray) else b""
    half = web.StreamResponse(status=whole.status, headers={"Content-Type": "application/json"})
    half.content_length = len(body)
    half.force_close()
    await half.prepare(request)
    await half.write(body[: len(body) // 2])
    if request.transport is not None:
        request.transport.close()
    return half


@asynccontextmanager
async def serve(exchange: Exchange, *dialects: Dialect, port: int = 0) -> AsyncIterator[Server]:
    """The exchange on 127.0.0.1, at ``server.base_url``. A mistake of the emulator itself is raised at the end."""
    server = Server(exchange, dialects)
    runner = web.AppRunner(server.app(), shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", port)
    await site.start()
    host, bound = runner.addresses[0][:2]
    server.base_url = f"http://{host}:{bound}"
    try:
        yield server
    finally:
        await server.close()
        await runner.cleanup()
    if server.crashes:
        raise ExceptionGroup("the emulator made a mistake", server.crashes)
