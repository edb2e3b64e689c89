"""The simulator: a world, its stage, and a server on 127.0.0.1 that speaks the Bot API."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from types import TracebackType
from typing import Any, TypeVar

from aiohttp import web

from bot.clock import SystemClock
from bot.simulator.control import Control
from bot.simulator.faults import Fault
from bot.simulator.flood import Limits
from bot.simulator.model import Call
from bot.simulator.scene import NOTE, DemoScene, play
from bot.simulator.server import LARGEST_REQUEST, BotApi
from bot.simulator.stage import Stage
from bot.simulator.world import World
from engine.ports import Clock

T = TypeVar("T")

DEFAULT_TOKEN = "4200:simulated-token"  # noqa: S105 - opens nothing but this simulator
DEFAULT_LIMITS = Limits()
TAIL = 12  # calls named when a wait runs out of time


class Simulator(Stage):
    """A local Telegram for one bot; use it as ``async with Simulator() as sim`` and point clients at ``sim.url``.

    ``clock`` drives dates, long polls, slow answers and flood limits. ``limits`` None switches those off.
    ``press_life`` is how many seconds a button press may stay unanswered.
    """

    def __init__(
        self, *, token: str = DEFAULT_TOKEN, host: str = "127.0.0.1", port: int = 0, clock: Clock | None = None,
        limits: Limits | None = DEFAULT_LIMITS, press_life: float = 60.0, scene: DemoScene | None = None,
    ) -> None:  # fmt: skip
        super().__init__(World(token, clock or SystemClock(), limits, press_life))
        self.host = host
        self.port = port
        samples = play(scene, self) if scene else {}
        self.control = Control(self, samples, scene.note if scene else NOTE)
        self._runner: web.AppRunner | None = None

    async def __aenter__(self) -> Simulator:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()

    async def start(self) -> None:
        app = web.Application(client_max_size=LARGEST_REQUEST)
        app.add_routes([*BotApi(self.world).routes(), *self.control.routes()])
        self._runner = web.AppRunner(app, access_log=None, handler_cancellation=True, shutdown_timeout=0.2)
        await self._runner.setup()
        site = web.TCPSite(self._runner, self.host, self.port)
        await site.start()
        self.port = self._runner.addresses[0][1]

    async def stop(self) -> None:
        self.world.updates.close()
        self.world.changes.publish("closed")
        await self.world.webhook.stop()
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    # --- for clients -------------------------------------------------------------------------------

    @property
    def url(self) -> str:
        """Base for ``TelegramAPIServer.from_base``; python-telegram-bot adds /bot and /file/bot to it."""
        return f"http://{self.host}:{self.port}"

    @property
    def token(self) -> str:
        return self.world.token

    def rotate_token(self, token: str) -> None:
        """The old token is refused with 401 from now on. The bot's id stays."""
        if token.partition(":")[0] != str(self.bot.id):
            raise ValueError("a new token keeps the bot's id")
        self.world.token = token

    # --- for tests ---------------------------------------------------------------------------------

    def fail(self, method: str, fault: Fault, *, nth: int = 1, times: int = 1) -> None:
        """Let the ``nth`` coming call of this method ("*": any) meet a fault, ``times`` calls in a row."""
        self.world.faults.add(method, fault, nth=nth, times=times)

    def calls(self, method: str | None = None) -> tuple[Call, ...]:
        """Finished requests, oldest first."""
        return tuple(call for call in self.world.calls if method in {None, call.method})

    def count(self, method: str) -> int:
        """Finished requests of this method since the start."""
        return self.world.counts[method]

    @property
    def violations(self) -> int:
        """Messages refused because they came too fast."""
        return self.world.flood.violations.total()

    def hold_updates(self) -> None:
        """Keep coming updates back, to be let go in another order."""
        self.world.updates.hold()

    def release_updates(self, order: tuple[int, ...] | None = None) -> None:
        """Deliver the held updates in the order of these indices; by default the last one first."""
        self.world.updates.release(order)

    def redeliver(self, update_id: int | None = None, times: int = 1) -> None:
        """Deliver an update again, the latest by default, as Telegram does after a lost confirmation."""
        self.world.updates.redeliver(update_id, times)

    async def wait_for(self, predicate: Callable[[], T], timeout: float = 5.0) -> T:
        """The first truthy value of ``predicate``, asked anew whenever something happens.

        ``timeout`` is in real seconds whatever the clock; TimeoutError then names the latest calls.
        """
        with self.world.changes.listen() as news:
            try:
                async with asyncio.timeout(timeout):
                    while not (value := predicate()):
                        await news.get()
                    return value
            except TimeoutError:
                raise TimeoutError(f"not within {timeout} s; latest calls: {self._tail()}") from None

    def _tail(self) -> list[Any]:
        return [f"{call.method} {call.code}" for call in list(self.world.calls)[-TAIL:]]
