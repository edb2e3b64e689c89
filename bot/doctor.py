"""Looks at everything the service needs, names each fault, and says how to mend it, one sentence a finding."""

from __future__ import annotations

import asyncio
import errno
import re
import socket
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from functools import partial

import aiohttp
from aiogram import Bot
from aiogram.exceptions import TelegramAPIError, TelegramConflictError, TelegramUnauthorizedError

from bot.clock import SystemClock
from bot.intake import REFUSED, RawUpdates, TokenRefused, open_bot
from bot.settings import Settings, SettingsFault
from engine.errors import EngineFault

PATIENCE = 8.0  # seconds for one examination
CLOCK_WARNS, CLOCK_FAILS = 1.0, 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One part of the service: is it well, and what there is to say."""

    name: str
    well: bool
    said: str

    def __str__(self) -> str:
        return f"{'✅' if self.well else '❌'} {self.name}: {self.said}"


Check = Callable[[Settings], str]


async def examine(settings: Settings, database_check: Check, keys_check: Check) -> list[Finding]:
    """Every part in turn. The checks of database and keys are handed in: they return a word or raise what is wrong."""
    look: tuple[tuple[str, Callable[[], Awaitable[str]]], ...] = (
        ("Database", partial(asyncio.to_thread, database_check, settings)),
        ("Keys", partial(asyncio.to_thread, keys_check, settings)),
        ("Telegram", partial(_telegram, settings)),
        ("Clock", partial(_clock, settings)),
        ("Webhook", partial(_webhook, settings)),
        ("Prices", partial(_prices, settings)),
    )
    return [await _finding(name, check) for name, check in look]


async def _finding(name: str, check: Callable[[], Awaitable[str]]) -> Finding:
    try:
        async with asyncio.timeout(PATIENCE):
            return Finding(name=name, well=True, said=await check())
    except Exception as fault:
        return Finding(name=name, well=False, said=sentence(fault) or f"{type(fault).__name__}: look at the log")


async def _telegram(settings: Settings) -> str:
    """Who the bot is. Another program that polls with the same token answers 409."""
    bot = open_bot(settings.token, settings.telegram_api_base)
    try:
        me = await bot.get_me()
        if settings.webhook_url is None:
            await _alone(bot)
    finally:
        await bot.session.close()
    return f"@{me.username}"


async def _alone(bot: Bot) -> None:
    if (await bot.get_webhook_info()).url:
        return  # polling begins by taking the webhook down
    await bot(RawUpdates(timeout=1), request_timeout=5)


async def _clock(settings: Settings) -> str:
    """Our clock against the one in Telegram's answer, to the second."""
    async with aiohttp.ClientSession() as session, session.get(settings.telegram_api_base) as answer:
        theirs = answer.headers.get("Date")
    if theirs is None:
        return "cannot be compared: Telegram gave no time"
    return _offset(parsedate_to_datetime(theirs), SystemClock().now())


def _offset(theirs: datetime, ours: datetime) -> str:
    seconds = abs((ours - theirs).total_seconds())
    if seconds > CLOCK_FAILS:
        raise SettingsFault(f"this machine's clock is {seconds:.0f} s off; set it by NTP.")
    return f"within {max(CLOCK_WARNS, seconds):.0f} s of Telegram's"


async def _webhook(settings: Settings) -> str:
    if settings.webhook_url is None:
        return "not used, the bot polls"
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind((settings.webhook_host, settings.webhook_port))
    return f"port {settings.webhook_port} is free"


async def _prices(settings: Settings) -> str:
    if settings.price_feed == "simulated":
        return "simulated"
    from engine.adapters.ccxt_feed import CcxtPrices

    base_url = settings.exchange_url_overrides.get(settings.price_feed)
    feed = await CcxtPrices.open(settings.price_feed, SystemClock(), base_url=base_url)
    await feed.close()
    return f"{settings.price_feed}, {len(feed.instruments)} symbols"


# --- one clear sentence ----------------------------------------------------------------------------


def sentence(fault: BaseException) -> str | None:
    """What is wrong and how to mend it, for every fault a command may foresee; None for any other."""
    if isinstance(fault, BaseExceptionGroup):
        return next((said for said in map(sentence, fault.exceptions) if said), None)
    for kind, words in WORDS:
        if isinstance(fault, kind):
            return words(fault)
    if isinstance(fault, aiohttp.ClientError):
        return "Telegram cannot be reached; check TELEGRAM_API_BASE and the network."
    if type(fault).__module__.startswith("ccxt"):
        return f"The price feed does not answer ({type(fault).__name__}); check PRICE_FEED and the network."
    return None


def _occupied(fault: BaseException) -> str | None:
    if not isinstance(fault, OSError):
        return None
    if fault.errno == errno.EADDRINUSE:
        port = re.search(r"\b(\d{2,5})\b(?!.*\b\d{2,5}\b)", str(fault).split("]")[-1])
        named = f"Port {port[1]}" if port else "The port"
        return f"{named} is taken by another program; stop it or choose another port."
    if isinstance(fault, FileNotFoundError | PermissionError):
        return f"{fault.filename} cannot be read ({fault.strerror}); check its path and rights."
    if isinstance(fault, ConnectionError | socket.gaierror):
        return f"The connection was refused ({fault.strerror or fault}); check the address and that the server runs."
    return None


WORDS: tuple[tuple[type[BaseException], Callable[[BaseException], str | None]], ...] = (
    (SettingsFault, str),
    (TokenRefused, str),
    (TelegramUnauthorizedError, lambda _: REFUSED),
    (TelegramConflictError, lambda _: "Another program receives this bot's updates; stop it."),
    (TelegramAPIError, lambda _: "Telegram does not answer; check TELEGRAM_API_BASE and the network."),
    (EngineFault, lambda fault: f"{str(fault)[:1].upper()}{str(fault)[1:]}."),
    (OSError, _occupied),
    (ValueError, lambda fault: f"{fault}."),
    (TimeoutError, lambda _: "No answer in time; check the address and the network."),
)
