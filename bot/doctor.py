"""Looks at everything the service needs, names each fault, and says how to mend it, one sentence a finding."""

from __future__ import annotations

import asyncio
import errno
import os
import re
import socket
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import partial

import aiohttp
from aiogram import Bot
from aiogram.exceptions import (
    ClientDecodeError,
    TelegramAPIError,
    TelegramConflictError,
    TelegramNetworkError,
    TelegramNotFound,
    TelegramServerError,
    TelegramUnauthorizedError,
)

from bot.clock import SystemClock
from bot.intake import REFUSED, RawUpdates, TokenRefused, open_bot
from bot.settings import Settings, SettingsFault
from engine.errors import EngineFault, Mistake

PATIENCE = 5.0  # seconds for one examination
CLOCK_WARNS, CLOCK_FAILS = 1.0, 30.0  # seconds
HALF_A_SECOND = timedelta(seconds=0.5)


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
    """Every part at once. The checks of database and keys are handed in: they return a word or raise what is wrong."""
    look: tuple[tuple[str, Callable[[], Awaitable[str]]], ...] = (
        ("Configuration", partial(_configuration, settings)),
        ("Database", partial(asyncio.to_thread, database_check, settings)),
        ("Keys", partial(asyncio.to_thread, keys_check, settings)),
        ("Telegram", partial(_telegram, settings)),
        ("Clock", partial(_clock, settings)),
        ("Webhook", partial(webhook_port, settings)),
        ("Posts over HTTP", partial(signals_port, settings)),
        ("Prices", partial(_prices, settings)),
    )
    return await asyncio.gather(*(_finding(name, check) for name, check in look))


async def _finding(name: str, check: Callable[[], Awaitable[str]]) -> Finding:
    try:
        async with asyncio.timeout(PATIENCE):
            return Finding(name=name, well=True, said=await check())
    except TimeoutError:
        said = f"no answer within {PATIENCE:.0f} s; check the address and the network."
        return Finding(name=name, well=False, said=said)
    except Exception as fault:
        unforeseen = f"this examination failed ({type(fault).__name__}); please report it."
        return Finding(name=name, well=False, said=sentence(fault) or unforeseen)


async def _configuration(settings: Settings) -> str:
    """Who may use the bot at all."""
    if settings.telegram_admin_ids:
        return f"{len(settings.telegram_admin_ids)} administrator(s), enrolment is {settings.enrolment}"
    if settings.enrolment == "closed":
        raise SettingsFault("Nobody can use the bot; put your Telegram user number into TELEGRAM_ADMIN_IDS.")
    return "no administrator; TELEGRAM_ADMIN_IDS names them"


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
    """Without an offset nothing is confirmed: what waits for the service goes on waiting."""
    if (await bot.get_webhook_info()).url:
        return  # polling begins by taking the webhook down
    await bot(RawUpdates(timeout=1))


async def _clock(settings: Settings) -> str:
    """Our clock against the one in Telegram's answer."""
    async with (
        aiohttp.ClientSession() as session,
        session.get(settings.telegram_api_base, allow_redirects=False) as answer,
    ):
        return _offset(answer.headers.get("Date", ""), SystemClock().now())


def _offset(date: str, ours: datetime) -> str:
    """A Date header counts whole seconds: the true time lies within one, so its middle is nearest."""
    try:
        theirs = parsedate_to_datetime(date) + HALF_A_SECOND
        seconds = abs((ours - theirs).total_seconds())
    except (ValueError, TypeError):  # no date, or one without a zone
        return "cannot be compared, Telegram gave no time"
    if seconds > CLOCK_FAILS:
        raise SettingsFault(f"This machine's clock is {seconds:.0f} s off; set it by NTP.")
    if seconds > CLOCK_WARNS:
        return f"{seconds:.1f} s off Telegram's; set it by NTP before it grows"
    return "right to the second"


async def webhook_port(settings: Settings) -> str:
    """Whether the webhook could listen; raises OSError when it could not."""
    if settings.webhook_url is None:
        return "not used, the bot polls"
    server = await asyncio.start_server(lambda *_: None, settings.webhook_host, settings.webhook_port)
    server.close()
    return f"port {settings.webhook_port} is free"


async def signals_port(settings: Settings) -> str:
    """Whether posts from elsewhere could be taken; raises OSError when they could not."""
    if settings.signals_port is None:
        return "not taken"
    server = await asyncio.start_server(lambda *_: None, settings.signals_host, settings.signals_port)
    server.close()
    return f"port {settings.signals_port} is free"


async def _prices(settings: Settings) -> str:
    if settings.price_feed == "simulated":
        return "simulated"
    from engine.adapters.ccxt_feed import CcxtPrices

    base_url = settings.exchange_url_overrides.get(settings.price_feed)
    try:
        feed = await CcxtPrices.open(settings.price_feed, SystemClock(), base_url=base_url)
    except ValueError as fault:
        raise Mistake(f"PRICE_FEED cannot be used: {fault}") from fault
    await feed.close()
    return f"{settings.price_feed}, {len(feed.instruments)} symbols"


# --- one clear sentence ----------------------------------------------------------------------------

MENDING = {
    "StoreBusy": "stop the program that holds the database",
    "StoreFull": "make room on its disk",
    "StoreLost": "check DATABASE_URL and that the database is there",
    "StoreCorrupt": "check DATABASE_URL, or restore a backup",
    "LeaseLost": "start it again; with PostgreSQL behind a pooler, pool by session",
    "LeaseHeld": "stop it, or give this one a database of its own",
}
"""What to do about a fault of the store, by the name of its class: this package knows no storage."""


def sentence(fault: BaseException) -> str | None:
    """What is wrong and how to mend it, for every fault a command may foresee.

    None for any other, and for a group with any other in it: its traceback is what the reader needs.
    """
    if isinstance(fault, BaseExceptionGroup):
        said = [sentence(one) for one in fault.exceptions]
        return said[0] if all(said) else None
    for kind, words in WORDS:
        if isinstance(fault, kind):
            return words(fault)
    if type(fault).__module__.startswith("ccxt."):
        return f"The price feed does not answer ({type(fault).__name__}); check PRICE_FEED and the network."
    return None


def _engine(fault: BaseException) -> str:
    said = f"{str(fault)[:1].upper()}{str(fault)[1:]}"
    mend = MENDING.get(type(fault).__name__)
    return f"{said}; {mend}." if mend else f"{said}."


def _system(fault: BaseException) -> str | None:
    """A port, a file, an address; a fault of the system that names none of them is not foreseen."""
    if not isinstance(fault, OSError):
        return None
    at = re.search(r"address \('([^']*)', (\d+)", str(fault))  # asyncio names it in the text only
    if at and fault.errno == errno.EADDRINUSE:
        return f"Port {at[2]} is taken by another program; stop it or choose another port."
    if at and fault.errno:
        return f"Nothing can listen at {at[1]}:{at[2]} ({os.strerror(fault.errno)}); choose another address or port."
    if fault.filename is not None:
        return f"{fault.filename} cannot be used ({fault.strerror}); check its path and rights."
    return None


UNREACHABLE = "Telegram cannot be reached; check TELEGRAM_API_BASE and the network."

WORDS: tuple[tuple[type[BaseException], Callable[[BaseException], str | None]], ...] = (
    (SettingsFault, str),
    (TokenRefused, str),
    (TelegramUnauthorizedError, lambda _: REFUSED),
    (TelegramNotFound, lambda _: REFUSED),
    (TelegramConflictError, lambda _: "Another program receives this bot's updates, maybe the service; run only one."),
    (TelegramNetworkError, lambda _: UNREACHABLE),
    (TelegramServerError, lambda _: "Telegram is out of order; wait, or check TELEGRAM_API_BASE."),
    (TelegramAPIError, lambda fault: f"{str(fault).splitlines()[0]}; check the settings it speaks of."),
    (ClientDecodeError, lambda _: "TELEGRAM_API_BASE does not speak Telegram's language; check the address."),
    (aiohttp.ClientError, lambda _: UNREACHABLE),
    (EngineFault, _engine),
    (socket.gaierror, lambda _: "A host name in the settings cannot be found; check the addresses and the network."),
    (OSError, _system),
)
"""Kind of fault → its words; the first row that fits, so the special ones come before the general."""
