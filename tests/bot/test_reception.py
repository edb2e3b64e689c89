"""A channel's post is kept and decided upon at once; everything else, and whatever goes wrong, takes the usual way."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from aiogram.types import Update

from bot.lanes import Lanes
from bot.ports import InboxRow
from bot.reception import AT_ONCE, Reception, post_of
from engine.types import Post
from handlers import signals
from storage.database import Database
from storage.faults import StoreBusy
from storage.unit_of_work import UnitOfWork
from tests.bot.receptions import Heap, Scribe
from tests.bot.stores import MemoryStore
from tests.clocks import ManualClock
from tests.stores import template

CHANNEL = -100_500
CHAT = {"id": CHANNEL, "type": "channel", "title": "Gold"}


def posted(number: int, text: str = "BUY", kind: str = "channel_post", **more: Any) -> dict[str, Any]:
    message = {"message_id": number, "date": 1_770_000_000, "chat": CHAT, "text": text, **more}
    return {"update_id": number, kind: message}


def said(number: int) -> dict[str, Any]:
    chat = {"id": 7, "type": "private", "first_name": "Ann"}
    return {"update_id": number, "message": {"message_id": 1, "date": 1, "chat": chat, "from": chat, "text": "/start"}}


@dataclass(slots=True)
class Books:
    """A database that counts what is written, and can be out of order for a while."""

    database: Database
    writes: int = 0
    broken: int = 0

    async def write(self, work: Callable[[UnitOfWork], Any], *, urgent: bool = False) -> Any:
        self.writes += 1
        if self.broken:
            self.broken -= 1
            raise StoreBusy("locked")
        return await self.database.write(work, urgent=urgent)

    async def read(self, work: Callable[[UnitOfWork], Any]) -> Any:
        return await self.database.read(work)


class Desk:
    """A reception before a channel that has nothing waiting."""

    def __init__(self, store: Books) -> None:
        self.store, self.heap, self.scribe = store, Heap([], {CHANNEL}), Scribe()
        self.reception = Reception(
            bot_id=42, store=store, clock=ManualClock(), lanes=self.heap, desk=self.scribe
        )  # fmt: skip

    async def waiting(self) -> list[int]:
        """Updates that a restart would take up."""
        return [row.update_id for row in await self.store.read(lambda tx: tx.inbox.waiting(42))]

    @property
    def put(self) -> list[int]:
        return [row.update_id for row in self.heap.rows]

    @property
    def recorded(self) -> list[int]:
        return [post.message_id for post in self.scribe.recorded]

    @property
    def begun(self) -> list[int]:
        return [number for taken in self.scribe.begun for number in taken.late]


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    path = tmp_path / "books.sqlite3"
    shutil.copyfile(template(), path)
    database = Database(f"sqlite:///{path}", ManualClock())
    await database.open()
    yield Desk(Books(database))
    await database.close()


async def test_a_post_is_kept_recorded_and_done_in_one_transaction(desk: Desk) -> None:
    await desk.reception.take([posted(1)])
    assert desk.store.writes == 1
    assert (desk.recorded, desk.begun, desk.put, await desk.waiting()) == ([1], [1], [], [])


async def test_posts_keep_their_order_and_the_rest_goes_to_its_lane(desk: Desk) -> None:
    await desk.reception.take([posted(3), said(4), posted(5), posted(6, kind="edited_channel_post")])
    assert desk.store.writes == 1
    assert (desk.recorded, desk.begun, desk.put, await desk.waiting()) == ([3, 5, 6], [3, 5, 6], [4], [4])


async def test_a_post_that_came_before_is_dropped(desk: Desk) -> None:
    await desk.reception.take([posted(1)])
    await desk.reception.take([posted(1), posted(2)])
    assert (desk.recorded, desk.begun, desk.put) == ([1, 2], [1, 2], [])


async def test_a_post_waits_behind_older_ones_of_its_channel(desk: Desk) -> None:
    desk.heap.clear.clear()
    await desk.reception.take([posted(1)])
    assert (desk.recorded, desk.put, await desk.waiting()) == ([], [1], [1])


async def test_a_crowd_of_posts_takes_the_usual_way(desk: Desk) -> None:
    crowd = [posted(number) for number in range(1, AT_ONCE + 2)]
    await desk.reception.take(crowd)
    assert (desk.recorded, desk.put) == ([], list(range(1, AT_ONCE + 2)))
    desk.heap.rows.clear()
    await desk.reception.take([posted(100 + number) for number in range(AT_ONCE)])
    assert (len(desk.recorded), desk.put) == (AT_ONCE, [])


async def test_posts_that_cannot_be_recorded_are_kept_for_their_lane(desk: Desk) -> None:
    desk.scribe.fails = True
    await desk.reception.take([posted(1), posted(2)])
    assert (desk.begun, desk.put, await desk.waiting()) == ([], [1, 2], [1, 2])


async def test_nothing_begins_when_nothing_was_committed(desk: Desk) -> None:
    desk.store.broken = 2
    with pytest.raises(StoreBusy):
        await desk.reception.take([posted(1)])
    assert (desk.begun, desk.put, await desk.waiting()) == ([], [], [])


UPDATES = [
    posted(1),
    posted(2, kind="edited_channel_post", edit_date=1_770_000_100),
    posted(3, "", caption="with a picture", photo=[]),
    posted(4, reply_to_message={"message_id": 3, "date": 1, "chat": CHAT}),
    posted(5, "") | {"channel_post": {"message_id": 5, "date": 1, "chat": CHAT, "new_chat_title": "Silver"}},
    posted(6, "äöü 📈\nzwei"),
]


@pytest.mark.parametrize("update", UPDATES, ids=["text", "edited", "caption", "reply", "no words", "not ASCII"])
async def test_both_ways_make_the_same_post_of_an_update(update: dict[str, Any]) -> None:
    posts: list[Post] = []

    async def take(post: Post) -> None:
        posts.append(post)

    model = Update.model_validate(update)
    message = model.channel_post or model.edited_channel_post
    assert message is not None
    await signals.posted(message, SimpleNamespace(take=take))  # type: ignore[arg-type]
    assert [one for one in [post_of(update)] if one is not None] == posts


def test_the_moments_of_a_post_are_utc() -> None:
    post = post_of(posted(1, edit_date=1_770_000_100))
    assert post is not None and post.edited
    assert post.at == datetime.fromtimestamp(1_770_000_000, UTC)
    assert post.edited_at == datetime.fromtimestamp(1_770_000_100, UTC)


@pytest.mark.parametrize(
    "update",
    [
        {"update_id": 1},
        said(1),
        posted(1, text=5),  # type: ignore[arg-type]
        posted(1, date="today"),
        posted(1, date=1e300),
        posted(1, date=10**30),
        posted(1, chat=None),
        posted(1, chat={"id": "x"}),
        posted(True),
        posted(1, edit_date="x"),
        posted(1, reply_to_message={"text": "no id"}),
        posted(1, reply_to_message=[1]),
        {"update_id": 1, "channel_post": []},
        {"update_id": 1, "channel_post": "x"},
    ],
)
def test_what_is_no_post_is_left_to_the_usual_way(update: dict[str, Any]) -> None:
    assert post_of(update) is None


async def test_a_channel_is_clear_once_the_inbox_is_taken_up_and_its_lane_is_empty() -> None:
    bot: Any = SimpleNamespace(id=42)
    nobody: Any = None
    lanes = Lanes(bot=bot, dispatcher=nobody, store=MemoryStore(), clock=ManualClock(), voice=nobody)
    row = InboxRow(id=1, update_id=1, lane=CHANNEL, raw={}, received_at=datetime.now(UTC))
    assert not lanes.is_clear(CHANNEL)  # who knows what the inbox holds
    await lanes._take_up()
    assert lanes.is_clear(CHANNEL)
    lanes.put([row])
    assert not lanes.is_clear(CHANNEL)
    assert lanes.is_clear(CHANNEL - 1)
    lanes._channels.turn(CHANNEL)
    assert lanes.is_clear(CHANNEL)
    lanes._resting = True
    assert not lanes.is_clear(CHANNEL)
