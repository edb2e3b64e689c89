"""Receives updates. One rule: what Telegram is told we have is on our disk.

Both ways in commit the raw updates to the inbox first. Polling moves its offset, and the webhook answers 200, only
after that; what comes twice is dropped by the inbox.
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Awaitable, Callable
from typing import Any

import structlog
from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import (
    ClientDecodeError,
    TelegramAPIError,
    TelegramConflictError,
    TelegramNotFound,
    TelegramRetryAfter,
    TelegramUnauthorizedError,
)
from aiogram.methods import TelegramMethod
from aiohttp import web

from engine.crashpoint import crashpoint
from engine.ports import Clock

ALLOWED_UPDATES = [
    "message", "edited_message", "channel_post", "edited_channel_post", "callback_query", "my_chat_member",
]  # fmt: skip
REFUSED = "Telegram refuses TELEGRAM_BOT_TOKEN; put the bot's current token there."
LONG_POLL = 25
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 60.0
LARGEST_UPDATE = 1024 * 1024
_log = structlog.get_logger(__name__)

Take = Callable[[list[dict[str, Any]]], Awaitable[None]]
"""``bot.reception.Reception.take``: returns when the updates are on disk."""


class TokenRefused(Exception):
    """Telegram does not know the bot token."""


class RawUpdates(TelegramMethod[list[dict[str, Any]]]):
    """getUpdates without a model of an update: a shape that is new to us must not stop the ones behind it."""

    __returning__ = list[dict[str, Any]]
    __api_method__ = "getUpdates"

    offset: int | None = None
    timeout: int = LONG_POLL
    allowed_updates: list[str] = ALLOWED_UPDATES


def open_bot(token: str, api_base: str) -> Bot:
    """aiogram's client of this bot: it receives, answers presses and sets the menu. Close it with ``session.close``."""
    return Bot(token, session=AiohttpSession(api=TelegramAPIServer.from_base(api_base)))


async def check_token(bot: Bot) -> None:
    """Raise TokenRefused if Telegram does not know the token. If Telegram cannot be asked, that is for later."""
    try:
        await bot.get_me(request_timeout=5)
    except (TelegramUnauthorizedError, TelegramNotFound):
        raise TokenRefused(REFUSED) from None
    except (TelegramAPIError, ClientDecodeError) as fault:
        _log.warning("telegram does not answer", reason=str(fault))


class Polling:
    """Asks Telegram for updates, and for the next ones once these are taken."""

    def __init__(self, *, bot: Bot, clock: Clock, take: Take) -> None:
        self._bot, self._clock, self._take = bot, clock, take
        self._pause = FIRST_PAUSE

    async def run(self) -> None:
        """Poll until cancelled, through every outage. Raises TokenRefused, and what the store raises."""
        offset: int | None = None
        await self._patiently(lambda: self._bot.delete_webhook(drop_pending_updates=False))
        while True:
            # An offset only confirms what it follows. It is sent until Telegram heard it and then left out: after a
            # quiet week Telegram numbers updates anew, and an old offset would confirm the new ones unseen.
            updates = await self._patiently(lambda: self._fetch(offset))  # noqa: B023 - called before it changes
            offset = await self._taken(updates) if updates else None

    async def _taken(self, updates: list[dict[str, Any]]) -> int:
        """The offset that confirms them, once they are taken."""
        crashpoint("fetched")
        await self._take(updates)
        return max(int(update["update_id"]) for update in updates) + 1

    async def _fetch(self, offset: int | None) -> list[dict[str, Any]]:
        return await self._bot(RawUpdates(offset=offset), request_timeout=LONG_POLL + 15)

    async def _patiently(self, call: Callable[[], Any]) -> Any:
        """The answer of ``call``, however many times it has to be asked."""
        while True:
            try:
                answer = await call()
            except TelegramUnauthorizedError:
                raise TokenRefused(REFUSED) from None
            except TelegramConflictError as fault:
                _log.error("another program receives this bot's updates; stop it", reason=fault.message)
            except TelegramRetryAfter as fault:
                self._pause = max(self._pause, float(fault.retry_after))
            except (TelegramAPIError, ClientDecodeError) as fault:
                _log.warning("telegram does not answer", reason=str(fault), again_in_seconds=self._pause)
            else:
                self._pause = FIRST_PAUSE
                return answer
            await self._clock.sleep(self._pause)
            self._pause = min(2 * self._pause, LONGEST_PAUSE)


class Webhook:
    """Lets Telegram bring updates to ``url``; a proxy in front does the TLS and passes them on to ``host:port``."""

    def __init__(
        self, *, bot: Bot, clock: Clock, take: Take, url: str, secret: str, host: str, port: int,
    ) -> None:  # fmt: skip
        self._bot, self._clock, self._take = bot, clock, take
        self._url, self._secret, self._host, self._port = url, secret.encode(), host, port

    async def run(self) -> None:
        """Serve until cancelled."""
        runner = web.AppRunner(self.application(), access_log=None)
        await runner.setup()
        try:
            await web.TCPSite(runner, self._host, self._port).start()
            await self._bot.set_webhook(
                self._url,
                secret_token=self._secret.decode(),
                allowed_updates=ALLOWED_UPDATES,
                max_connections=1,  # one after the other: the order of a channel's posts is worth more than speed
            )
            while True:
                await self._clock.sleep(3600)
        finally:
            await runner.cleanup()

    def application(self) -> web.Application:
        """POST on any path: the path is the proxy's choice, the secret is what is checked."""
        app = web.Application(client_max_size=LARGEST_UPDATE)
        app.router.add_post("/{path:.*}", self._accept)
        return app

    async def _accept(self, request: web.Request) -> web.Response:
        given = request.headers.get("X-Telegram-Bot-Api-Secret-Token", "").encode()
        if not hmac.compare_digest(given, self._secret):
            return web.Response(status=403)
        update = _update(await request.read())
        if update is None:
            return web.Response(status=400)
        await self._take([update])
        return web.Response()


def _update(body: bytes) -> dict[str, Any] | None:
    try:
        found = json.loads(body)
    except ValueError:
        return None
    return found if isinstance(found, dict) and isinstance(found.get("update_id"), int) else None
