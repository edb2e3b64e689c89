"""Puts the engine and the bot together: plain constructors, in the order of the road from a post to the chat.

The store, the prices and the routes are handed in, so this file knows neither SQL nor any command.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any, Protocol

from aiogram import Bot, Router

from bot.app import App, Intake, build_dispatcher
from bot.courier import Courier
from bot.examiner import Examiner
from bot.health import Health
from bot.i18n import Catalogue
from bot.inlets.fetch import Fetcher
from bot.inlets.office import open_inlets
from bot.intake import Polling, Webhook
from bot.jobs import Daily, Every, Job, keep_schedule
from bot.lanes import Lanes
from bot.letters import Mouth
from bot.notices import render
from bot.nursery import Loop, Nursery
from bot.ports import Exchanges, Safe, Store
from bot.reception import Reception
from bot.settings import Settings
from engine.adapters import OpenVenues, Surroundings
from engine.adapters.paper_market import PaperMarket
from engine.analytics.daily import DayEnd
from engine.care import Care
from engine.desk import Desk
from engine.errors import Code
from engine.execution.follower import Follower
from engine.execution.funding import Funding
from engine.execution.preview import Preview
from engine.execution.recover import Recovery
from engine.execution.reserve import kept_back
from engine.execution.rush import Rush
from engine.execution.sender import Sender
from engine.execution.trader import Trader
from engine.execution.wishes import Wishes
from engine.keys import Exchanges as KnownExchanges
from engine.panic import Panic
from engine.ports import Clock, Prices
from engine.positions.alerts import Alerts
from engine.positions.monitors import Monitors
from engine.types import Instrument, Position

KEEP = timedelta(days=30)  # how long handled updates and old buttons are kept
KEEP_QUESTIONS = timedelta(days=1)  # after its time: what is typed late is still taken for the secret asked for


class Feed(Prices, Protocol):
    """Prices with the instruments they are for."""

    instruments: dict[str, Instrument]


@dataclass(slots=True)
class Bell:
    """Rung after every commit: the monitor sees the position as it now is, the courier looks into the outbox."""

    monitor: Monitors | None = None
    courier: Courier | None = None

    def __call__(self, position: Position | None = None) -> None:
        if self.monitor is not None:
            self.monitor.changed(position)
        if self.courier is not None:
            self.courier.wake()


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """Every room that somebody outside may want to enter."""

    app: App
    nursery: Nursery
    venues: OpenVenues
    desk: Desk
    trader: Trader
    monitor: Monitors
    recovery: Recovery
    day_end: DayEnd
    market: PaperMarket
    courier: Courier
    lanes: Lanes
    reception: Reception

    async def run(self) -> None:
        """Arm every software stop, then run. Start-up is crash recovery; there is no other start-up."""
        try:
            await self.monitor.load()
            await self.recovery.prepare()
            await self.desk.take_up()
            await self.app.run()
        finally:
            await self.venues.close()


def build(
    *, settings: Settings, store: Store, clock: Clock, feed: Feed, feed_loop: Loop, bot: Bot, mouth: Mouth,
    catalogue: Catalogue, routers: Sequence[Router], once: Loop, safe: Safe | None = None,
    exchanges: Exchanges | None = None, fetcher: Fetcher | None = None,
) -> House:  # fmt: skip
    """``feed_loop`` keeps the prices coming, ``once`` runs at the start; ``bot`` receives, ``mouth`` delivers."""
    nursery, bell = Nursery(), Bell()
    market = PaperMarket(feed, feed.instruments, clock)
    venues = OpenVenues(
        Surroundings(
            store=store, paper=market, clock=clock, spawn=nursery.spawn, secrets=safe,
            urls=settings.exchange_url_overrides, unwanted=_unwanted(store, clock),
        )
    )  # fmt: skip
    rush = Rush(clock=clock, spawn=nursery.spawn)
    sender = Sender(store=store, clock=clock, on_change=bell)
    trader = Trader(
        store=store, venues=venues, clock=clock, sender=sender, install=str(bot.id), spawn=nursery.spawn,
        on_change=bell, rush=rush,
    )  # fmt: skip
    follower = Follower(store=store, clock=clock, trader=trader)
    desk = Desk(
        store=store, clock=clock, trader=trader, follower=follower, spawn=nursery.spawn, on_change=bell,
        price_of=_price_of(feed),
    )  # fmt: skip
    monitor = Monitors(store=store, clock=clock, feed=feed, prices_of=venues.prices, trader=trader, spawn=nursery.spawn)
    funding = Funding(store=store, clock=clock, venue_of=trader.venue_by_id, on_change=bell)
    recovery = Recovery(store=store, clock=clock, trader=trader, funding=funding, spawn=nursery.spawn, on_change=bell)
    day_end = DayEnd(store=store, clock=clock, trader=trader, on_change=bell)
    examiner = Examiner(
        trader=trader,
        clock=clock,
        exchanges=exchanges or KnownExchanges(settings.exchange_url_overrides, clock),
        safe=safe,
        withdrawal_ok=settings.allow_withdrawal_keys,
    )
    care = Care(
        store=store, clock=clock, venues=venues, venue_of=trader.venue_by_id, inspect=examiner.inspect,
        withdrawal_ok=settings.allow_withdrawal_keys, on_change=bell,
    )  # fmt: skip
    alerts = Alerts(
        store=store, clock=clock, venue_of=trader.venue_by_id, silence=monitor.silence, on_change=bell
    )  # fmt: skip
    wishes = Wishes(store=store, clock=clock, trader=trader, on_change=bell)
    panic = Panic(store=store, clock=clock, trader=trader, wishes=wishes, spawn=nursery.spawn, on_change=bell)
    courier = Courier(mouth=mouth, store=store, clock=clock, catalogue=catalogue, render=render, pass_by=rush.pass_by)
    bell.monitor, bell.courier = monitor, courier
    health = Health(store=store, clock=clock, bot_id=bot.id, price_age=monitor.price_age, watching=monitor.count)
    inlets = open_inlets(
        settings=settings, store=store, clock=clock, take=desk.take, safe=safe, told=bell, fetcher=fetcher
    )
    context = {
        "store": store, "clock": clock, "settings": settings, "catalogue": catalogue, "desk": desk, "trader": trader,
        "venues": venues, "examiner": examiner, "panic": panic, "inlets": inlets,
        "health": health, "preview": Preview(store=store, clock=clock, trader=trader),
        "wishes": wishes,
    }  # fmt: skip
    lanes = Lanes(bot=bot, dispatcher=build_dispatcher(routers, context), store=store, clock=clock, voice=courier)
    loops: Mapping[str, Loop] = {
        "tasks": nursery.run,
        "welcome": once,
        "prices": feed_loop,
        "paper market": market.run,
        "monitor": monitor.run,
        "sweep": monitor.sweep,
        "recovery": recovery.run,
        "panic": panic.run,
        "schedule": lambda: keep_schedule(_jobs(store, clock, day_end, care, alerts)),
        **inlets.loops,
    }
    reception = Reception(bot_id=bot.id, store=store, clock=clock, lanes=lanes, desk=desk)
    app = App(intake=_intake(settings, bot, clock, reception), lanes=lanes, courier=courier, clock=clock, loops=loops)
    return House(
        app=app, nursery=nursery, venues=venues, desk=desk, trader=trader, monitor=monitor, recovery=recovery,
        day_end=day_end, market=market, courier=courier, lanes=lanes, reception=reception,
    )  # fmt: skip


def _intake(settings: Settings, bot: Bot, clock: Clock, reception: Reception) -> Intake:
    if settings.webhook_url is None or settings.webhook_secret is None:
        return Polling(bot=bot, clock=clock, take=reception.take)
    return Webhook(
        bot=bot,
        clock=clock,
        take=reception.take,
        url=settings.webhook_url,
        secret=settings.webhook_secret.get_secret_value(),
        host=settings.webhook_host,
        port=settings.webhook_port,
    )


def _jobs(store: Store, clock: Clock, day_end: DayEnd, care: Care, alerts: Alerts) -> list[Job]:
    """Days end at different hours: every ten minutes we look whose is over. Closing one again does nothing."""

    async def forget() -> Any:
        before, asked = clock.now() - KEEP, clock.now() - KEEP_QUESTIONS
        await store.write(lambda tx: (tx.inbox.forget(before), tx.buttons.forget(before), tx.dialogues.forget(asked)))

    return [
        Job(name="day end", when=Every(period=timedelta(minutes=10)), run=day_end.run),
        # Every minute who is due is tested, which each is every five; what broke in between is told within the minute,
        # however long the tests take.
        Job(name="care", when=Every(period=timedelta(minutes=1)), run=care.run),
        Job(name="alarms", when=Every(period=timedelta(minutes=1)), run=care.alarm),
        Job(name="alerts", when=Every(period=timedelta(minutes=1)), run=alerts.run),
        Job(name="retention", when=Daily(hour=2), run=forget),
    ]


def _unwanted(store: Store, clock: Clock) -> Callable[[int, str], Awaitable[Code | None]]:
    """Why an entry that waits at the door of its venue is to stay."""

    async def ask(connection_id: int, client_order_id: str) -> Code | None:
        now = clock.now()
        return await store.read(lambda tx: kept_back(tx, connection_id, client_order_id, now))

    return ask


def _price_of(feed: Feed) -> Any:
    """The price the parser may compare a number with: only one that is known already."""

    def price(base: str, quote: str | None) -> Decimal | None:
        for symbol in (f"{base}/{quote}",) if quote else (f"{base}/USDT", f"{base}/USD"):
            latest = feed.latest(symbol)
            if latest is not None:
                return latest.mid
        return None

    return price
