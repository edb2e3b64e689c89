"""What of the sources beside Telegram is switched on here: the loops that run, and what handlers need of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from bot.inlets.feed import Feeds
from bot.inlets.fetch import Fetcher
from bot.inlets.http import PATH, Doorway
from bot.inlets.pump import Pump, Take
from bot.nursery import Loop
from bot.ports import Safe, Store
from bot.settings import Settings
from engine.ports import Clock


@dataclass(frozen=True, slots=True, kw_only=True)
class Inlets:
    """``url`` is where posts are brought to, None when nothing is taken over HTTP; ``feeds`` None when none is read.

    ``safe`` seals the secrets of sources; without master keys there is none, and no source can want a signature.
    """

    url: str | None = None
    feeds: Feeds | None = None
    safe: Safe | None = None
    loops: Mapping[str, Loop] = field(default_factory=dict)

    @property
    def are_open(self) -> bool:
        return self.url is not None or self.feeds is not None

    def address(self, token: str) -> str:
        """The whole address of a source; its last part is a secret."""
        return f"{self.url}{PATH}{token}"


def open_inlets(
    *, settings: Settings, store: Store, clock: Clock, take: Take, safe: Safe | None, told: Callable[[], None],
    fetcher: Fetcher | None = None,
) -> Inlets:  # fmt: skip
    """Everything off unless the settings say otherwise. ``take`` is the desk, ``told`` rings for the courier."""
    pump = Pump(store=store, clock=clock, take=take)
    loops: dict[str, Loop] = {}
    url, feeds = None, None
    if settings.signals_port is not None:
        door = Doorway(
            store=store, clock=clock, safe=safe, kept=pump.wake, host=settings.signals_host, port=settings.signals_port
        )
        url = settings.signals_url or f"http://{settings.signals_host}:{settings.signals_port}"
        loops["posts over HTTP"] = door.run
    if settings.signals_feeds:
        feeds = Feeds(store=store, clock=clock, fetcher=fetcher or Fetcher(), kept=pump.wake, told=told)
        loops["feeds"] = feeds.run
    if loops:
        loops["posts from elsewhere"] = pump.run
    return Inlets(url=url, feeds=feeds, safe=safe, loops=loops)
