"""The WebSocket side: sockets, what they are subscribed to, and ways in which a stream misbehaves."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterable
from enum import StrEnum
from typing import Any

from aiohttp import WSCloseCode, WSMsgType, web


class Mode(StrEnum):
    """LIVE sends; ZOMBIE keeps the socket open and answers pings but sends no data; HELD keeps data for ``release``."""

    LIVE = "live"
    ZOMBIE = "zombie"
    HELD = "held"


class Stream:
    """One socket. ``kind`` is "public" or "user"; the latter has an ``account``; ``topics`` are as subscribed."""

    def __init__(self, kind: str, *, account: str = "", topics: Iterable[str] = ()) -> None:
        self.kind, self.account, self.topics = kind, account, set(topics)
        self.notes: dict[str, Any] = {}
        self.outbox: asyncio.Queue[str | None] = asyncio.Queue()

    def reply(self, payload: object) -> None:
        """Send something that is no data: an answer to a subscription, a pong. No mode holds it back."""
        self.outbox.put_nowait(json.dumps(payload))

    def close(self) -> None:
        self.outbox.put_nowait(None)


class Hub:
    """All sockets of one server."""

    def __init__(self) -> None:
        self.streams: list[Stream] = []
        self.modes: dict[str, Mode] = {"public": Mode.LIVE, "user": Mode.LIVE}
        self.sent = 0
        self._held: list[tuple[Stream, str]] = []

    async def run(
        self, request: web.Request, stream: Stream, hear: Callable[[Stream, str], None]
    ) -> web.WebSocketResponse:
        """Serve one socket to its end; ``hear`` gets every text the client sends."""
        socket = web.WebSocketResponse(autoping=True)
        await socket.prepare(request)
        self.streams.append(stream)
        writer = asyncio.create_task(_write(socket, stream))
        try:
            async for message in socket:
                if message.type is WSMsgType.TEXT:
                    hear(stream, message.data)
        finally:
            self.streams.remove(stream)
            writer.cancel()
        return socket

    def data(self, stream: Stream, payload: object) -> None:
        """Send data down one stream, unless its mode keeps it."""
        mode, text = self.modes[stream.kind], json.dumps(payload)
        if mode is Mode.LIVE:
            self.sent += 1
            stream.outbox.put_nowait(text)
        elif mode is Mode.HELD:
            self._held.append((stream, text))

    def users(self, account: str) -> list[Stream]:
        """The user streams of an account."""
        return [stream for stream in self.streams if stream.kind == "user" and stream.account == account]

    def publics(self, topic: str) -> list[Stream]:
        """The streams that subscribed to a public topic."""
        return [stream for stream in self.streams if topic in stream.topics]

    def release(self, *, reverse: bool = False, duplicate: bool = False) -> int:
        """Send what was held: in order, reversed, each twice; the mode is LIVE again. Returns how many were sent."""
        held, self._held = self._held, []
        self.modes = dict.fromkeys(self.modes, Mode.LIVE)
        for stream, text in reversed(held) if reverse else held:
            for _ in range(2 if duplicate else 1):
                self.sent += 1
                stream.outbox.put_nowait(text)
        return len(held) * (2 if duplicate else 1)

    def cut(self, kind: str = "") -> int:
        """Close every socket (of a kind); returns how many."""
        closed = [stream for stream in self.streams if kind in {"", stream.kind}]
        for stream in closed:
            stream.close()
        return len(closed)


async def _write(socket: web.WebSocketResponse, stream: Stream) -> None:
    while (text := await stream.outbox.get()) is not None:
        await socket.send_str(text)
    await socket.close(code=WSCloseCode.GOING_AWAY)
