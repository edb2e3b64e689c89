"""A recorded trading day, played through the real bot: posts and taps in, the chat printed as it grew.

The clock is the story's own, and prices move when the story says so; everything in between is the product itself,
talking HTTP to the simulator. Every scene names what must appear in the chat, and a day without it fails.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal

from aiogram import Router

from bot.demo import scene
from bot.demo.clock import StoryClock
from bot.demo.stage import Publish, Stage, set_up
from bot.ports import BotTx, Store
from bot.simulator.model import Chat, Message
from bot.simulator.transcript import Line

GOLD = """\
GOLD SELL NOW
SL 2352
TP1 2334
TP2 2322"""

ETH = """\
#ETH/USDT buy limit 3085
Stop 3050
Targets 3120 - 3160"""

SECOND_BTC = """\
BTC/USDT LONG
Entry: 64010
TP: 65000
SL: 63500"""

PATIENCE = 20.0  # real seconds that a scene may take
LOOK = 0.01  # real seconds between two looks


async def tell(
    *, store: Store, clock: StoryClock, routers: Sequence[Router], publish: Publish, say: Callable[[str], None]
) -> None:  # fmt: skip
    """Play the day and print it. Raises TimeoutError naming the scene whose words did not come."""
    world = set_up(store=store, clock=clock, routers=routers, publish=publish, port=0, interval=None)
    async with world as stage, _running(stage):
        await _day(Story(stage=stage, clock=clock, say=say))


@asynccontextmanager
async def _running(stage: Stage) -> AsyncIterator[None]:
    async with asyncio.TaskGroup() as group:
        task = group.create_task(stage.house.run())
        yield
        task.cancel()


@dataclass(slots=True, kw_only=True)
class Story:
    """The hands of the story: what people do, what the market does, and what was said since."""

    stage: Stage
    clock: StoryClock
    say: Callable[[str], None]
    printed: dict[tuple[int, int], str] = field(default_factory=dict)

    def act(self, title: str) -> None:
        self.say(f"\n== {self.clock.now():%H:%M} · {title}")

    async def you_say(self, text: str, *expected: str) -> None:
        self.stage.simulator.say(self.stage.person(scene.YOU), text)
        await self.until(*expected)

    async def you_press(self, label: str, *expected: str) -> None:
        """Press the newest button with this label in the chat with the bot."""
        you = self.stage.person(scene.YOU)
        holding = ((m, name) for m in reversed(self.stage.simulator.replies(you)) for name in _named(m, label))
        self.stage.simulator.press(you, *next(holding))
        await self.until(*expected)

    async def channel_posts(self, text: str, *expected: str, reply_to: Message | None = None) -> Message:
        post = self.stage.simulator.post(self.stage.channel, text, reply_to=reply_to)
        await self.until(*expected)
        return post

    async def market_moves(self, symbol: str, price: str, *expected: str) -> None:
        self.say(f"   … {symbol} at {price}")
        self.stage.feed.set_price(symbol, Decimal(price))
        await self.until(*expected)

    async def time_passes(self, **span: float) -> None:
        await self.clock.leap(timedelta(**span).total_seconds())

    async def until(self, *expected: str) -> None:
        """Wait until these words are new in your chat and nothing is on its way, then print what is new."""
        try:
            async with asyncio.timeout(PATIENCE):
                while not (await self._is_quiet() and all(word in self._news() for word in expected)):
                    await _real(LOOK)
                    await self.clock.run_on(0.2)
        except TimeoutError:
            raise TimeoutError(f"{expected} did not come; the chat says:\n{self._news()}") from None
        self.say(self._news().rstrip())
        self._turn_page()

    async def _is_quiet(self) -> bool:
        """Everything that was said has been heard, handled and answered."""
        try:
            async with asyncio.timeout(LOOK):  # a message may wait for the clock, which moves in between
                await self.stage.house.lanes.idle()
                await self.stage.house.courier.idle()
        except TimeoutError:
            return False
        last, waiting, owed = await self.stage.store.read(self._traffic)
        return last == self.stage.simulator.world.updates.next_id - 1 and not waiting and not owed

    def _traffic(self, tx: BotTx) -> tuple[int | None, int, int]:
        bot_id = self.stage.bot.id
        return tx.inbox.last_update_id(bot_id), len(tx.inbox.waiting(bot_id, 1)), tx.deliveries.backlog()

    def _chats(self) -> tuple[Chat, Chat]:
        return self.stage.channel, self.stage.simulator.private(self.stage.person(scene.YOU))

    def _news(self) -> str:
        """What was written or changed since the page was turned, without the times of a clock that runs by itself."""
        return "\n".join(_shown(chat, line) for chat in self._chats() for line in self._fresh(chat))

    def _fresh(self, chat: Chat) -> list[Line]:
        lines = self.stage.simulator.transcript(chat)
        return [line for line in lines if self.printed.get((chat.id, line.id)) != line.text]

    def _turn_page(self) -> None:
        for chat in self._chats():
            self.printed.update({(chat.id, line.id): line.text for line in self._fresh(chat)})


def _shown(chat: Chat, line: Line) -> str:
    who = f"{chat.title or 'Chat'} · {line.author}" + (" (edited)" if line.edited else "")
    rows = ["  ".join(f"[{label}]" for label in row) for row in line.buttons]
    return "\n".join([f"\n{who}", *(f"   {text}" for text in [*line.text.split("\n"), *rows])])


def _named(message: Message, words: str) -> list[str]:
    """The labels of its buttons that contain these words."""
    return [label for row in message.labels for label in row if words in label]


async def _real(seconds: float) -> None:
    await asyncio.sleep(seconds)  # noqa: TID251  # the story's own clock stands still meanwhile


async def _day(story: Story) -> None:
    story.act("You press Start")
    await story.you_say("/start", "Welcome")
    await story.you_press("Next", "2 of 3")
    await story.you_press("paper account", "3 of 3")

    story.act("The channel talks, nothing happens")
    await story.channel_posts("Good morning! BTC looks strong today 🚀")

    story.act("A signal is shown, and you take it")
    await story.channel_posts(scene.LONG, "Shall I take it?")
    await story.you_press("Take", "opened")

    story.act("From here on the channel may trade by itself, within your limits")
    await story.you_say("/sources", "your own switch")
    await story.you_press("Auto", "I trade each signal at once")

    story.act("A second one for the same symbol is refused")
    await story.channel_posts(SECOND_BTC, "not traded")

    await story.time_passes(minutes=37)
    story.act("Gold is sold short, then its stop is tightened by the channel")
    gold = await story.channel_posts(GOLD, "opened")
    await story.channel_posts("Move SL to 2346", "stop moved", "2,346", reply_to=gold)

    await story.time_passes(minutes=55)
    story.act("Bitcoin reaches its first target, and the stop moves to the entry")
    await story.market_moves("BTC/USDT", "64335", "TP1 hit", "stop moved")

    await story.time_passes(hours=1, minutes=12)
    story.act("Gold is stopped")
    await story.market_moves("XAU/USD", "2346.5", "closed")

    story.act("An order waits for its price")
    await story.channel_posts(ETH, "3,085")
    await story.time_passes(minutes=20)
    await story.market_moves("ETH/USDT", "3084", "opened")
    await story.channel_posts("Close 50% of ETH", "part closed")

    await story.time_passes(hours=2)
    story.act("Bitcoin comes back to its entry")
    await story.market_moves("BTC/USDT", "63995", "closed")

    story.act("You look, and close the rest by hand")
    await story.you_say("/positions", "ETH/USDT")
    await story.you_press("Close", "at the market?")
    await story.you_press("Yes", "closed")
    await story.you_say("/today", "Today")

    await story.time_passes(hours=12)
    story.act("The day is over")
    await story.stage.house.day_end.run()
    await story.until("Result")
