"""The venue lives in the parent process, and outlives every child that is killed while it talks to it."""

from __future__ import annotations

import asyncio
import os
import pickle
import signal
import socket
import struct
from collections.abc import AsyncIterator, Coroutine
from datetime import datetime
from decimal import Decimal
from typing import Any

from engine.types import ExecutionReport
from tests.execution.fake_venue import FakeVenue

HEAD = struct.Struct("!I")


def send(line: socket.socket, what: Any) -> None:
    packed = pickle.dumps(what)
    line.sendall(HEAD.pack(len(packed)) + packed)


def receive(line: socket.socket) -> Any:
    """Raises EOFError when the other side is gone."""
    (size,) = HEAD.unpack(_exactly(line, HEAD.size))
    return pickle.loads(_exactly(line, size))


def _exactly(line: socket.socket, size: int) -> bytes:
    parts = b""
    while len(parts) < size:
        part = line.recv(size - len(parts))
        if not part:
            raise EOFError
        parts += part
    return parts


class Doom:
    """Ends this process, for real, at the nth passing of one kind of moment."""

    def __init__(self, point: str, nth: int) -> None:
        self.point, self.left = point, nth

    def pass_by(self, point: str) -> None:
        if point != self.point:
            return
        self.left -= 1
        if self.left == 0:
            os.kill(os.getpid(), signal.SIGKILL)


class Wire:
    """The child's end. ``call`` is a moment before the request leaves, ``answer`` one before its answer is read."""

    def __init__(self, line: socket.socket, clock: Any, doom: Doom) -> None:
        self._line, self._clock, self._doom = line, clock, doom

    def ask(self, method: str, *args: Any) -> Any:
        self._doom.pass_by("call")
        send(self._line, (self._clock.now(), method, args))
        done, what = receive(self._line)
        self._doom.pass_by("answer")
        if not done:
            raise what
        return what


class RemoteVenue:
    """``engine.ports.Venue`` at the other end of the wire. It reports nothing by itself: whatever happens is found."""

    paper = False
    account_currency = "USDT"
    stops_rest_here = True

    def __init__(self, wire: Wire, *, stops_lock: bool, expires_after: float) -> None:
        self.stops_lock = stops_lock
        self._wire = wire
        self._expires_after = expires_after

    def __getattr__(self, method: str) -> Any:
        async def ask(*args: Any, **_: Any) -> Any:
            return self._wire.ask(method, *args)

        return ask

    async def clock_off(self) -> float:
        return 0.0

    def price(self, price: Decimal) -> None:
        self._wire.ask("price", price)

    async def reports(self) -> AsyncIterator[ExecutionReport]:
        await asyncio.Event().wait()
        yield  # type: ignore[misc]

    def expires_after(self) -> float | None:
        return self._expires_after


class At:
    """The venue's clock: the time of whoever spoke last."""

    def __init__(self, start: datetime) -> None:
        self.moment = start

    def now(self) -> datetime:
        return self.moment


def answer(venue: FakeVenue, method: str, args: tuple[Any, ...]) -> tuple[bool, Any]:
    """What the venue says: done and the answer, or not and the fault."""
    if method == "price":
        venue.bid = venue.ask = args[0]
        return True, None
    try:
        return True, _now(getattr(venue, method)(*args))
    except Exception as fault:
        return False, fault


def _now(work: Coroutine[Any, Any, Any]) -> Any:
    """The venue answers without waiting for anything."""
    try:
        work.send(None)
    except StopIteration as end:
        return end.value
    raise RuntimeError("the venue waits")
