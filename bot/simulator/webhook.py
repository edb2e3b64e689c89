"""Delivery to the bot's own address: one update at a time, in order, retried until it answers 2xx."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import aiohttp

from bot.simulator.params import Upload
from bot.simulator.updates import Update, UpdateQueue

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - the name of a header
LONGEST_PAUSE = 64.0  # seconds between tries
ANSWER_WITHIN = 60.0  # seconds the bot has to answer one update

Perform = Callable[[str, dict[str, Any]], Awaitable[object]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Where updates go; ``secret`` travels in the header."""

    url: str
    secret: str = ""
    max_connections: int = 40


class Webhook:
    """At most one target. ``perform`` runs the method a bot may name in its answer."""

    def __init__(self, updates: UpdateQueue) -> None:
        self.updates = updates
        self.target: Target | None = None
        self.last_error: tuple[int, str] | None = None
        self.perform: Perform | None = None
        self._task: asyncio.Task[None] | None = None

    async def point(self, target: Target | None) -> None:
        """Deliver there from now on; None stops it."""
        await self.stop()
        self.target, self.last_error = target, None
        if target is not None:
            self._task = asyncio.create_task(self._deliver(target))

    async def stop(self) -> None:
        task, self._task = self._task, None
        # A webhook answer may itself call setWebhook: the task cannot wait for its own end.
        if task is not None and task is not asyncio.current_task():
            task.cancel()
            await asyncio.wait({task})

    async def _deliver(self, target: Target) -> None:
        headers = {SECRET_HEADER: target.secret} if target.secret else {}
        timeout = aiohttp.ClientTimeout(total=ANSWER_WITHIN)
        async with aiohttp.ClientSession(headers=headers, timeout=timeout) as session:
            pause = 1.0
            while self.target is target:
                update = await self.updates.first()
                if await self._send(session, target, update):
                    self.updates.drop(update)
                    pause = 1.0
                else:
                    await self.updates.clock.sleep(pause)
                    pause = min(LONGEST_PAUSE, pause * 2)

    async def _send(self, session: aiohttp.ClientSession, target: Target, update: Update) -> bool:
        try:
            async with session.post(target.url, json=update.wire()) as response:
                if response.status // 100 != 2:
                    return self._failed(f"Wrong response from the webhook: {response.status} {response.reason}")
                await self._obey(response)
                return True
        except (aiohttp.ClientError, TimeoutError, ValueError) as error:
            return self._failed(f"Connection failed: {error}")

    async def _obey(self, response: aiohttp.ClientResponse) -> None:
        """Run the method named in the answer, as JSON or as a form; its result is told to nobody."""
        answer = await _body(response)
        method = answer.pop("method", None)
        if self.perform is not None and method:
            await self.perform(str(method), answer)

    def _failed(self, reason: str) -> bool:
        self.last_error = (int(self.updates.clock.now().timestamp()), reason)
        return False


async def _body(response: aiohttp.ClientResponse) -> dict[str, Any]:
    if response.content_type == "application/json":
        answer = await response.json()
        return answer if isinstance(answer, dict) else {}
    if response.content_type == "multipart/form-data":
        return await _form(aiohttp.MultipartReader.from_response(response))
    return {}


async def _form(parts: Any) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    async for part in parts:
        if part.filename is None:
            fields[part.name] = await part.text()
        else:
            mime = part.headers.get("Content-Type", "application/octet-stream")
            fields[part.name] = Upload(name=part.filename, mime=mime, data=bytes(await part.read()))
    return fields
