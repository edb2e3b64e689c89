"""Lanes with a real dispatcher: order within a chat, independence of chats, retries, and starting again."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from aiogram import Bot, Dispatcher, Router
from aiogram.types import CallbackQuery, Message

from bot.lanes import PATIENCE, TRIES, Lanes
from bot.replies import Reply
from engine.mail import URGENT
from tests.bot.clocks import settle
from tests.bot.stores import MemoryStore
from tests.clocks import ManualClock

TOKEN = "42:test-token"
CHANNEL = -1001


def message(update_id: int, chat_id: int, text: str) -> dict[str, Any]:
    chat = {"id": chat_id, "type": "private", "first_name": "Ann"} if chat_id > 0 else {
        "id": chat_id, "type": "channel", "title": "Signals",
    }  # fmt: skip
    body: dict[str, Any] = {"message_id": update_id, "date": 1_790_000_000, "chat": chat, "text": text}
    if chat_id > 0:
        body["from"] = {"id": chat_id, "is_bot": False, "first_name": "Ann"}
    return {"update_id": update_id, "message" if chat_id > 0 else "channel_post": body}


def press(update_id: int, chat_id: int, token: str) -> dict[str, Any]:
    person = {"id": chat_id, "is_bot": False, "first_name": "Ann"}
    shown = message(update_id, chat_id, "a card")["message"]
    query = {"id": str(update_id), "from": person, "chat_instance": "1", "data": token, "message": shown}
    return {"update_id": update_id, "callback_query": query}


@dataclass
class Heard:
    """The voice: what it was given to say."""

    posts: list[tuple[int, str, int | None]] = field(default_factory=list)
    woken: int = 0

    def post(self, chat_id: int, reply: Reply, *, edit_message_id: int | None = None) -> None:
        self.posts.append((chat_id, reply.text, edit_message_id))

    def wake(self) -> None:
        self.woken += 1


class Rig:
    def __init__(self, workers: int = 4, store: MemoryStore | None = None) -> None:
        self.clock, self.store, self.voice = ManualClock(), store or MemoryStore(), Heard()
        self.handled: list[str] = []
        self.act: Callable[[str], Awaitable[Any]] = self._note
        self.bot = Bot(TOKEN)
        dispatcher, router = Dispatcher(), Router()
        router.message.register(self._handler)
        router.channel_post.register(self._handler)
        router.callback_query.register(self._pressed)
        dispatcher.include_router(router)
        self.lanes = Lanes(
            bot=self.bot, dispatcher=dispatcher, store=self.store, clock=self.clock, voice=self.voice, workers=workers
        )  # fmt: skip

    async def _note(self, text: str) -> Any:
        self.handled.append(text)

    async def _handler(self, message: Message) -> Any:
        return await self.act(message.text or "")

    async def _pressed(self, query: CallbackQuery) -> Any:
        return await self.act(query.data or "")

    def give(self, *updates: dict[str, Any]) -> None:
        self.lanes.put(self.store.tx.inbox.add(self.bot.id, updates, self.clock.now()))

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        running = asyncio.get_running_loop().create_task(self.lanes.run())
        await settle()
        try:
            yield
        finally:
            running.cancel()
            with pytest.raises(asyncio.CancelledError):
                await running

    async def slowly(self, text: str) -> None:
        await self.clock.sleep(float(text.split()[-1]))
        self.handled.append(text)

    async def slowly_or_at_once(self, text: str) -> None:
        await (self.slowly(text) if text[-1].isdigit() else self._note(text))


async def test_a_chat_is_handled_strictly_in_order() -> None:
    rig = Rig()
    rig.act = rig.slowly
    async with rig.running():
        rig.give(*(message(n, CHANNEL, f"post {n} {10 - n}") for n in range(1, 10)))
        await rig.clock.advance(60)
    assert [text.split()[1] for text in rig.handled] == [str(n) for n in range(1, 10)]


async def test_chats_are_handled_side_by_side() -> None:
    rig = Rig()
    rig.act = rig.slowly
    async with rig.running():
        rig.give(message(1, CHANNEL, "slow 5"), message(2, -1002, "quick 1"), message(3, 7, "command 2"))
        await rig.clock.advance(2)
    assert rig.handled == ["quick 1", "command 2"]


async def test_two_hundred_posts_and_many_channels_never_delay_a_command() -> None:
    rig = Rig(workers=2)
    rig.act = rig.slowly
    async with rig.running():
        posts = [message(n, CHANNEL - n % 20, f"post{n} 1") for n in range(1, 201)]
        rig.give(*posts, message(999, 7, "command 0"))
        await rig.clock.advance(0)
        assert rig.handled == ["command 0"]


@pytest.mark.parametrize("word", ["/halt", "/panic", "/halt@heliograph_bot now"])
async def test_a_halt_does_not_wait_for_what_its_person_asked_before(word: str) -> None:
    """An exchange that hangs keeps a card waiting for half a minute: that is when people halt."""
    rig = Rig()
    rig.act = rig.slowly_or_at_once
    async with rig.running():
        rig.give(message(1, 7, "/connections 30"), message(2, 7, "/today 1"), message(3, 7, word))
        await rig.clock.advance(0)
        assert rig.handled == [word]
        await rig.clock.advance(31)
    assert rig.handled == [word, "/connections 30", "/today 1"]


async def test_a_halt_does_not_wait_for_other_people_either() -> None:
    """Whoever asks an exchange that hangs keeps a worker: when they are all kept, a halt has one of its own."""
    rig = Rig(workers=2)
    rig.act = rig.slowly_or_at_once
    async with rig.running():
        rig.give(*(message(number, number, "/positions 30") for number in range(1, 6)), message(9, 9, "/halt"))
        await rig.clock.advance(0)
        assert rig.handled == ["/halt"]


async def test_a_press_that_stops_trading_goes_past_the_others() -> None:
    rig = Rig()
    rig.act = rig.slowly_or_at_once
    async with rig.running():
        rig.give(message(1, 7, "/connections 30"), press(2, 7, "other"), press(3, 7, f"{URGENT}token"))
        await rig.clock.advance(0)
    assert rig.handled == [f"{URGENT}token"]


async def test_words_that_only_look_like_it_keep_their_turn() -> None:
    """Nor do a channel's posts stop anybody's trading, nor what is typed like the token of a button."""
    rig = Rig()
    rig.act = rig.slowly_or_at_once
    async with rig.running():
        rig.give(message(1, 7, "/connections 30"), message(2, 7, "/halting"), message(3, 7, f"{URGENT}token"))
        rig.give(message(4, CHANNEL, "post 30"), message(5, CHANNEL, "/halt"))
        await rig.clock.advance(0)
    assert not rig.handled


async def test_a_long_lane_takes_turns_with_a_short_one() -> None:
    rig = Rig(workers=1)
    async with rig.running():
        rig.give(*(message(n, CHANNEL, f"long {n}") for n in range(1, 50)), message(99, -1002, "short"))
        await rig.lanes.idle()
    assert rig.handled.index("short") == 1


async def test_the_reply_goes_to_its_chat_and_the_row_is_done() -> None:
    rig = Rig()

    async def answer(text: str) -> list[Reply]:
        return [Reply(text=text.upper()), Reply(toast="only a toast")]

    rig.act = answer
    async with rig.running():
        rig.give(message(1, 7, "hello"))
        await rig.lanes.idle()
    assert rig.voice.posts == [(7, "HELLO", None)]
    assert rig.voice.woken == 1
    assert rig.store.tx.inbox.rows == {}


async def test_a_row_that_fails_is_tried_three_times_then_the_lane_goes_on(caplog: pytest.LogCaptureFixture) -> None:
    rig = Rig()
    tried: list[float] = []

    async def fail(text: str) -> None:
        if text == "bad":
            tried.append(rig.clock.monotonic())
            raise RuntimeError("no luck")
        rig.handled.append(text)

    rig.act = fail
    async with rig.running():
        rig.give(message(1, 7, "bad"), message(2, 7, "good"))
        await rig.clock.advance(30)
    assert [round(at - tried[0], 3) for at in tried] == [0.0, 0.5, 2.5]
    assert rig.handled == ["good"]
    assert rig.store.tx.inbox.errors == ["RuntimeError: no luck"] * TRIES
    assert rig.store.tx.inbox.rows == {}


async def test_tries_before_a_crash_count() -> None:
    rig = Rig()
    rig.act = _fail
    rig.store.tx.inbox.add(rig.bot.id, [message(1, 7, "bad")], rig.clock.now())
    for _ in range(2):
        rig.store.tx.inbox.failed(1, "before", rig.clock.now())
    async with rig.running():
        await rig.clock.advance(10)
    assert len(rig.store.tx.inbox.errors) == 3


async def _fail(text: str) -> None:
    raise RuntimeError(text)


async def test_a_handler_that_hangs_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.lanes.PATIENCE", 0.01)
    rig = Rig()

    async def hang(text: str) -> None:
        if text == "hangs":
            await asyncio.Event().wait()
        rig.handled.append(text)

    rig.act = hang
    async with rig.running():
        rig.give(message(1, 7, "hangs"), message(2, 7, "next"))
        for _ in range(20):
            await asyncio.sleep(0.01)
            await rig.clock.advance(1)
    assert rig.handled == ["next"]
    assert PATIENCE > 30


@pytest.mark.parametrize(
    "raw",
    [
        {"update_id": 1, "message": {"message_id": 1, "chat": {"id": 7}}},
        {"update_id": 1, "quantum_entanglement": {"id": 7}},
    ],
    ids=["a message that is none", "an update of a later Telegram"],
)
@pytest.mark.filterwarnings("ignore:Detected unknown update type")
async def test_an_update_of_unknown_shape_is_passed_over(raw: dict[str, Any]) -> None:
    rig = Rig()
    async with rig.running():
        rig.give(raw, message(2, 7, "next"))
        await rig.clock.advance(0)
    assert rig.handled == ["next"]
    assert rig.store.tx.inbox.rows == {}


async def test_everything_that_waits_is_taken_up_first_and_once() -> None:
    rig = Rig()
    for n in range(1, 4):
        rig.give(message(n, CHANNEL, f"before {n}"))
    async with rig.running():
        rig.give(message(4, CHANNEL, "after 4"))
        await rig.lanes.idle()
    assert rig.handled == ["before 1", "before 2", "before 3", "after 4"]


async def test_a_backlog_of_several_pages_keeps_the_order(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.lanes.PAGE", 3)
    rig = Rig()
    rig.act = rig.slowly
    rig.store.tx.inbox.add(rig.bot.id, [message(n, CHANNEL, f"{n} 1") for n in range(1, 9)], rig.clock.now())
    async with rig.running():
        rig.give(message(9, CHANNEL, "9 1"), message(10, -1002, "10 1"))
        await rig.clock.advance(30)
    mine = [int(text.split()[0]) for text in rig.handled if not text.startswith("10 ")]
    assert mine == list(range(1, 10))
    assert len(rig.handled) == 10


async def test_a_crash_in_the_middle_handles_the_rest_once() -> None:
    rig = Rig()
    rig.act = rig.slowly
    async with rig.running():
        rig.give(*(message(n, 7, f"{n} 1") for n in range(1, 5)))
        await rig.clock.advance(2.5)
    again = Rig(store=rig.store)
    async with again.running():
        await again.lanes.idle()
    assert rig.handled == ["1 1", "2 1"]
    assert again.handled == ["3 1", "4 1"]


async def test_a_database_that_is_away_is_waited_for() -> None:
    rig = Rig()
    async with rig.running():
        rig.store.fail(4)
        rig.give(message(1, 7, "one"), message(2, 7, "two"))
        await rig.clock.advance(30)
    assert rig.handled == ["one", "two"]
    assert rig.store.tx.inbox.rows == {}


async def test_rest_finishes_what_is_in_hand_and_takes_nothing_more() -> None:
    rig = Rig()
    rig.act = rig.slowly
    async with rig.running():
        rig.give(message(1, 7, "in hand 2"), message(2, 7, "left 2"))
        await rig.clock.advance(1)
        resting = asyncio.get_running_loop().create_task(rig.lanes.rest())
        await settle()
        assert not resting.done()
        await rig.clock.advance(10)
        await resting
    assert rig.handled == ["in hand 2"]
    assert [row.update_id for row in rig.store.tx.inbox.rows.values()] == [2]


async def test_rest_ends_the_taking_up_of_a_long_backlog(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.lanes.PAGE", 2)
    rig = Rig()
    rig.act = rig.slowly
    rig.store.tx.inbox.add(rig.bot.id, [message(n, 7, f"{n} 1") for n in range(1, 6)], rig.clock.now())
    reads = 0
    waiting = rig.store.tx.inbox.waiting

    def counted(bot_id: int, limit: int = 10_000) -> Any:
        nonlocal reads
        reads += 1
        return waiting(bot_id, limit)

    rig.store.tx.inbox.waiting = counted  # type: ignore[method-assign]
    async with rig.running():
        resting = asyncio.get_running_loop().create_task(rig.lanes.rest())
        await rig.clock.advance(5)
        await resting
    assert rig.handled == ["1 1"]
    assert reads <= 2
