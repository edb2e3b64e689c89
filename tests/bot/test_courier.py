"""The courier over a mouth that is a fake: queues, retries, and what is written down afterwards."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Any

import pytest

from bot.courier import BROKEN_TRIES, Courier
from bot.i18n import Catalogue
from bot.mouth import Gone, Keys, Moved, Refused, Unheard
from bot.ports import Notice
from bot.replies import Button, Reply, Texts
from tests.bot.clocks import settle
from tests.bot.stores import MemoryStore
from tests.clocks import ManualClock

CATALOGUE = Catalogue.load()


class FakeMouth:
    """Keeps what it is told. ``faults`` are met one after the other, per chat; while not ``open`` everybody waits."""

    def __init__(self) -> None:
        self.said: list[tuple[int, str]] = []
        self.edits: list[tuple[int, int, str]] = []
        self.keys: list[Keys] = []
        self.faults: dict[int, list[Exception | None]] = {}
        self.edit_faults: list[Exception] = []
        self.open = asyncio.Event()
        self.open.set()
        self.number = 0

    async def send(self, chat_id: int, text: str, keys: Keys = (), *, urgent: bool = False) -> int:
        await self.open.wait()
        if (faults := self.faults.get(chat_id)) and (fault := faults.pop(0)):
            raise fault
        self.said.append((chat_id, text))
        self.keys.append(keys)
        self.number += 1
        return self.number

    async def edit(self, chat_id: int, message_id: int, text: str, keys: Keys = (), *, urgent: bool = False) -> int:
        if self.edit_faults:
            raise self.edit_faults.pop(0)
        self.edits.append((chat_id, message_id, text))
        return message_id

    def texts(self, chat_id: int) -> list[str]:
        return [text for chat, text in self.said if chat == chat_id]


def render(notice: Notice, t: Texts, now: datetime) -> Reply:
    if notice.payload["text"] == "broken":
        raise KeyError("no words for it")
    rows = tuple((Button(label="Go", action="go", args={"n": n}),) for n in range(notice.payload["buttons"]))
    return Reply(text=notice.payload["text"], rows=rows)


class Rig:
    def __init__(self) -> None:
        self.clock, self.store, self.mouth = ManualClock(), MemoryStore(), FakeMouth()
        self.courier = Courier(
            mouth=self.mouth, store=self.store, clock=self.clock, catalogue=CATALOGUE, render=render
        )  # fmt: skip
        self.outbox = self.store.tx.deliveries

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        running = asyncio.get_running_loop().create_task(self.courier.run())
        await settle()
        try:
            yield
        finally:
            running.cancel()
            with pytest.raises(asyncio.CancelledError):
                await running


@pytest.fixture
def rig() -> Rig:
    return Rig()


async def test_a_reply_leaves_at_once_and_gives_its_message_id(rig: Rig) -> None:
    async with rig.running():
        assert await rig.courier.reply(7, Reply(text="hello")) == 1
    assert rig.mouth.said == [(7, "hello")]


async def test_replies_posted_before_the_start_wait_for_it(rig: Rig) -> None:
    rig.courier.post(7, Reply(text="one"))
    rig.courier.post(7, Reply(text="two"))
    async with rig.running():
        await rig.courier.idle()
    assert rig.mouth.texts(7) == ["one", "two"]


async def test_a_long_reply_goes_in_pages_with_the_buttons_under_the_last(rig: Rig) -> None:
    rig.store.enrol(7)
    button = Button(label="A &amp; B", action="go", args={"x": 1}, expires_in=timedelta(seconds=60))
    async with rig.running():
        await rig.courier.reply(7, Reply(text="\n".join(["line " * 20] * 100), rows=((button,),)))
    assert [text[-5:] for text in rig.mouth.texts(7)] == ["(1/3)", "(2/3)", "(3/3)"]
    assert [bool(keys) for keys in rig.mouth.keys] == [False, False, True]
    assert rig.mouth.keys[2] == [[("A & B", "token-0")]]
    assert rig.store.tx.buttons.rows["token-0"] == (7, "go", {"x": 1}, True, rig.clock.now() + timedelta(seconds=60))


async def test_an_edit_takes_the_place_of_the_message(rig: Rig) -> None:
    async with rig.running():
        assert await rig.courier.reply(7, Reply(text="new"), edit_message_id=44) == 44
    assert (rig.mouth.edits, rig.mouth.said) == ([(7, 44, "new")], [])


async def test_what_cannot_be_edited_is_sent_anew(rig: Rig) -> None:
    rig.mouth.edit_faults = [Refused("message can't be edited")]
    async with rig.running():
        await rig.courier.reply(7, Reply(text="new"), edit_message_id=44)
    assert rig.mouth.said == [(7, "new")]


async def test_a_reply_is_tried_again_with_growing_pauses_then_given_up(rig: Rig) -> None:
    rig.mouth.faults[7] = [Unheard("502")] * 5
    async with rig.running():
        rig.courier.post(7, Reply(text="lost"))
        rig.courier.post(7, Reply(text="next"))
        await rig.clock.advance(14.9)
        assert rig.mouth.said == []
        await rig.clock.advance(0.2)
        assert rig.mouth.said == [(7, "next")]


async def test_a_page_that_was_sent_is_not_sent_again(rig: Rig) -> None:
    rig.mouth.faults[7] = [None, Unheard("reset")]
    async with rig.running():
        rig.courier.post(7, Reply(text="x" * 5000))
        await rig.clock.advance(5)
    assert [text[-5:] for text in rig.mouth.texts(7)] == ["(1/2)", "(2/2)"]


async def test_notices_are_delivered_in_order_and_marked(rig: Rig) -> None:
    for n in range(5):
        rig.outbox.owe(7, f"<b>n{n}</b>\nbody")
    async with rig.running():
        await settle()
    assert rig.mouth.texts(7) == [f"<b>n{n}</b>\nbody" for n in range(5)]
    assert rig.outbox.delivered[1] == (1, "n0", "n0\nbody")
    assert rig.outbox.backlog() == 0


async def test_wake_delivers_at_once_and_the_sweep_within_a_second(rig: Rig) -> None:
    async with rig.running():
        rig.outbox.owe(7, "woken")
        rig.courier.wake()
        await settle()
        assert rig.mouth.texts(7) == ["woken"]
        rig.outbox.owe(7, "swept")
        await settle()
        assert rig.mouth.texts(7) == ["woken"]
        await rig.clock.advance(1.0)
        assert rig.mouth.texts(7) == ["woken", "swept"]


async def test_a_notice_is_not_taken_twice_while_it_is_under_way(rig: Rig) -> None:
    rig.mouth.open.clear()
    rig.outbox.owe(7, "once")
    async with rig.running():
        await rig.clock.advance(10)
        rig.mouth.open.set()
        await rig.clock.advance(10)
    assert rig.mouth.texts(7) == ["once"]


async def test_trouble_with_one_chat_does_not_delay_the_others(rig: Rig) -> None:
    rig.mouth.faults[7] = [Unheard("timeout")]
    rig.outbox.owe(7, "late")
    rig.outbox.owe(8, "prompt")
    async with rig.running():
        await settle()
        assert rig.mouth.said == [(8, "prompt")]
        await rig.clock.advance(3)
    assert rig.mouth.said == [(8, "prompt"), (7, "late")]


async def test_what_is_behind_a_failed_notice_waits_with_it(rig: Rig) -> None:
    rig.mouth.faults[7] = [Unheard("timeout"), Unheard("502")]
    for n in range(3):
        rig.outbox.owe(7, f"n{n}")
    async with rig.running():
        await rig.clock.advance(30)
    assert rig.mouth.texts(7) == ["n0", "n1", "n2"]
    assert rig.outbox.errors == ["timeout", "502"]


async def test_an_hour_without_telegram_loses_nothing(rig: Rig) -> None:
    rig.mouth.faults = {chat: [Unheard("down")] * 60 for chat in (7, 8)}
    for n in range(6):
        rig.outbox.owe(7 + n % 2, f"n{n}")
    async with rig.running():
        await rig.clock.advance(3600 + 120)
    assert rig.mouth.texts(7) == ["n0", "n2", "n4"]
    assert rig.mouth.texts(8) == ["n1", "n3", "n5"]


async def test_who_blocked_the_bot_is_marked_and_told_when_they_are_back(rig: Rig) -> None:
    rig.store.enrol(7)
    rig.mouth.faults[7] = [Gone("bot was blocked by the user")]
    rig.outbox.owe(7, "unread")
    rig.outbox.owe(7, "and this")
    async with rig.running():
        await rig.clock.advance(3600)
        assert rig.store.tx.people.unreachable == {7}
        assert (rig.mouth.said, rig.outbox.errors) == ([], ["bot was blocked by the user"])
        rig.store.tx.people.set_reachable(7, True)
        await rig.clock.advance(60)
    assert rig.mouth.texts(7) == ["unread", "and this"]
    assert not rig.outbox.dropped


async def test_a_chat_that_moved_is_followed(rig: Rig) -> None:
    rig.mouth.faults[-7] = [Moved(-1007)]
    rig.outbox.owe(-7, "hello")
    async with rig.running():
        await settle()
    assert rig.mouth.said == [(-1007, "hello")]
    assert rig.store.tx.people.moved == [(-7, -1007)]


async def test_a_notice_that_telegram_never_takes_is_dropped(rig: Rig) -> None:
    rig.mouth.faults[7] = [Refused("message is empty")]
    rig.outbox.owe(7, "first")
    rig.outbox.owe(7, "second")
    async with rig.running():
        await settle()
    assert rig.mouth.texts(7) == ["second"]
    assert rig.outbox.dropped == {1: "message is empty"}


async def test_a_notice_without_words_is_dropped_after_some_tries(rig: Rig) -> None:
    rig.outbox.owe(7, "broken")
    rig.outbox.owe(7, "fine")
    async with rig.running():
        await rig.clock.advance(120)
    assert len(rig.outbox.errors) == BROKEN_TRIES - 1
    assert list(rig.outbox.dropped) == [1]
    assert rig.mouth.texts(7) == ["fine"]


async def test_an_urgent_notice_overtakes_those_of_its_own_chat(rig: Rig) -> None:
    sent: list[str] = []
    rig.mouth.open.clear()

    async def slowly(chat_id: int, text: str, keys: Keys = (), *, urgent: bool = False) -> int:
        await rig.clock.sleep(0 if urgent else 1)
        sent.append(text)
        return 1

    rig.mouth.send = slowly  # type: ignore[method-assign]
    for n in range(10):
        rig.outbox.owe(7, f"n{n}")
    async with rig.running():
        await rig.clock.advance(2.5)
        rig.outbox.owe(7, "stop hit", urgent=True)
        rig.courier.wake()
        await rig.clock.advance(0)
        assert sent == ["n0", "n1", "stop hit"]


async def test_a_backlog_larger_than_a_batch_is_all_delivered(rig: Rig) -> None:
    for n in range(1200):
        rig.outbox.owe(1000 + n % 100, f"n{n}")
    async with rig.running():
        for _ in range(100):
            await settle()
        assert rig.outbox.backlog() == 0
    assert [text for chat, text in rig.mouth.said if chat == 1000] == [f"n{n}" for n in range(0, 1200, 100)]


async def test_a_database_that_is_away_after_the_sending_repeats_nothing(rig: Rig) -> None:
    rig.outbox.owe(7, "once")
    async with rig.running():
        rig.store.fail(5)
        await rig.clock.advance(30)
    assert rig.mouth.texts(7) == ["once"]
    assert list(rig.outbox.delivered) == [1]


async def test_after_a_crash_only_the_message_under_way_is_repeated_with_its_number(rig: Rig) -> None:
    for n in range(3):
        rig.outbox.owe(7, f"number {n + 1}")
    taken = asyncio.Event()
    marked = rig.outbox.sent

    def crash_before_the_second_mark(notice_id: int, *rest: Any) -> None:
        if notice_id == 2 and not taken.is_set():
            taken.set()
            raise OSError("power cut")
        marked(notice_id, *rest)

    rig.outbox.sent = crash_before_the_second_mark  # type: ignore[method-assign]
    async with rig.running():
        await asyncio.wait_for(taken.wait(), 5)
    again = Rig()
    again.store, again.outbox = rig.store, rig.outbox
    again.courier = Courier(
        mouth=rig.mouth, store=rig.store, clock=again.clock, catalogue=CATALOGUE, render=render
    )  # fmt: skip
    async with again.running():
        await settle()
    assert rig.mouth.texts(7) == ["number 1", "number 2", "number 2", "number 3"]


async def test_run_again_after_a_stop_it_goes_on_where_it_was(rig: Rig) -> None:
    rig.mouth.open.clear()
    async with rig.running():
        rig.courier.post(7, Reply(text="reply"))
        await settle()
    rig.mouth.open.set()
    async with rig.running():
        await rig.courier.idle()
    assert rig.mouth.texts(7) == ["reply"]


async def test_a_look_that_began_before_a_delivery_ended_does_not_deliver_again(rig: Rig) -> None:
    rig.outbox.owe(7, "once")
    rig.mouth.open.clear()
    async with rig.running():
        shown = asyncio.Event()

        async def slowly(work: Any) -> Any:
            answer = work(rig.store.tx)
            await shown.wait()
            return answer

        rig.store.read = slowly  # type: ignore[method-assign]
        rig.courier.wake()
        await settle()
        rig.mouth.open.set()
        await settle()
        assert rig.outbox.delivered.keys() == {1}
        shown.set()
        await settle()
    assert rig.mouth.texts(7) == ["once"]
