"""The Bot API over HTTP: token, method, envelope, and the faults the script asks for."""

from __future__ import annotations

import json
import socket
import struct
from typing import Any

from aiohttp import web

from bot.simulator.errors import ApiError
from bot.simulator.faults import Fault, FaultKind
from bot.simulator.methods import CANONICAL, METHODS
from bot.simulator.methods.sending import file_path
from bot.simulator.params import Params, read_params
from bot.simulator.world import World

LARGEST_REQUEST = 60 * 2**20
BAD_GATEWAY_PAGE = "<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>"


class BotApi:
    """The routes a bot's client talks to."""

    def __init__(self, world: World) -> None:
        self.world = world
        world.webhook.perform = self.perform

    def routes(self) -> list[web.RouteDef]:
        return [
            web.route("*", "/bot{token}/{method}", self.handle),
            web.get("/file/bot{token}/{path:.+}", self.download),
        ]

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """One request: check the token, meet the scripted fault, run the method, wrap the result."""
        method = request.match_info["method"]
        try:
            self._authorize(request)
            method = _known(method)
            params = await read_params(request)
        except ApiError as refusal:
            return self._refuse(method, refusal)
        except web.HTTPRequestEntityTooLarge:
            return self._refuse(method, ApiError(413, "Request Entity Too Large"))
        fault = self.world.faults.next(method)
        if fault is None:
            return await self._run(method, params)
        return await self._spoil(request, method, params, fault)

    async def download(self, request: web.Request) -> web.Response:
        """A file by the path getFile told."""
        try:
            self._authorize(request)
        except ApiError as refusal:
            return _answer(refusal.envelope(), refusal.code)
        path = request.match_info["path"]
        media = self.world.files.get(path.rpartition("/")[2])
        if media is None or file_path(media) != path:
            return _answer(ApiError(404, "Not Found").envelope(), 404)
        return web.Response(body=media.data, content_type="application/octet-stream")

    async def perform(self, method: str, fields: dict[str, Any]) -> web.Response:
        """Run a method named in a webhook answer."""
        try:
            return await self._run(_known(method), Params(fields))
        except ApiError as refusal:
            return self._refuse(method, refusal)

    def _authorize(self, request: web.Request) -> None:
        if request.match_info["token"] != self.world.token:
            raise ApiError(401, "Unauthorized")

    def _refuse(self, method: str, refusal: ApiError, params: Params | None = None) -> web.Response:
        self.world.record(method, params.shown() if params else {}, refusal)
        return _answer(refusal.envelope(), refusal.code)

    async def _run(self, method: str, params: Params) -> web.Response:
        try:
            result = await METHODS[method](self.world, params)
        except ApiError as refusal:
            return self._refuse(method, refusal, params)
        self.world.record(method, params.shown())
        return _answer({"ok": True, "result": result}, 200)

    async def _spoil(self, request: web.Request, method: str, params: Params, fault: Fault) -> web.StreamResponse:
        """Meet the fault: first the effect if the fault comes after it, then what the client gets to see."""
        whole = await self._run(method, params) if fault.after else None
        if fault.kind is FaultKind.SLOW:
            await self.world.clock.sleep(fault.seconds)
            return whole or await self._run(method, params)
        if fault.kind is FaultKind.TRUNCATED:
            return await _truncated(request, whole or await self._run(method, params))
        if whole is None:
            self.world.record(method, params.shown(), fault.error())
        if fault.kind is FaultKind.RESET:
            return _reset(request)
        if fault.kind is FaultKind.HTML:
            return web.Response(text=BAD_GATEWAY_PAGE, content_type="text/html", status=502)
        return _answer(fault.error().envelope(), fault.error().code)


def _known(method: str) -> str:
    """The method's own spelling."""
    if method.lower() not in CANONICAL:
        raise ApiError(404, "Not Found: method not found")
    return CANONICAL[method.lower()]


def _answer(envelope: dict[str, Any], status: int) -> web.Response:
    return web.json_response(envelope, status=status, dumps=_compact)


def _compact(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def _reset(request: web.Request) -> web.Response:
    """Break the connection so that the client sees a reset, not an orderly end."""
    if request.transport is not None:
        peer = request.transport.get_extra_info("socket")
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
