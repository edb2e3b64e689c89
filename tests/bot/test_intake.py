"""Receiving, against the simulator over HTTP and against a bot that answers by script."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from io import BytesIO
from typing import Any

import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramNetworkError, TelegramRetryAfter
from aiohttp.test_utils import TestClient, TestServer

from bot.intake import ALLOWED_UPDATES, LARGEST_UPDATE, Polling, RawUpdates, TokenRefused, Webhook, open_bot
from bot.ports import InboxRow
from bot.simulator import Fault, FaultKind, Simulator
from tests.bot.clocks import FastClock, settle
from tests.bot.receptions import reception
from tests.bot.stores import MemoryStore
from tests.clocks import ManualClock

SECRET = "s3cret-s3cret-s3cret-s3cret-s3cret"


class Rig:
    def __init__(self, sim: Simulator, clock: FastClock) -> None:
        self.sim, self.clock, self.store = sim, clock, MemoryStore()
        self.bot = open_bot(sim.token, sim.url)
        self.rows: list[InboxRow] = []
        self.polling = Polling(
            bot=self.bot, clock=clock, take=reception(self.store, clock, self.rows, self.bot.id).take
        )
        self.ann = sim.add_person("Ann")

    @property
    def texts(self) -> list[str]:
        return [row.raw["message"]["text"] for row in self.rows if "message" in row.raw]

    @asynccontextmanager
    async def polled(self) -> AsyncIterator[None]:
        running = asyncio.get_running_loop().create_task(self.polling.run())
        try:
            yield
        finally:
            running.cancel()
            with suppress(asyncio.CancelledError):
                await running


@pytest.fixture
async def rig() -> AsyncIterator[Rig]:
    clock = FastClock(50)
    async with Simulator(clock=clock, limits=None) as sim:
        rig = Rig(sim, clock)
        yield rig
        await rig.bot.session.close()


def offsets(sim: Simulator) -> list[int | None]:
    return [int(value) if (value := call.params.get("offset")) else None for call in sim.calls("getUpdates")]


async def test_updates_are_committed_then_given_on_then_confirmed(rig: Rig) -> None:
    async with rig.polled():
        rig.sim.say(rig.ann, "one")
        rig.sim.say(rig.ann, "two")
        await rig.sim.wait_for(lambda: len(rig.rows) == 2)
        last = rig.rows[-1].update_id
        await rig.sim.wait_for(lambda: last + 1 in offsets(rig.sim))
    assert rig.texts == ["one", "two"]
    assert [row.lane for row in rig.rows] == [rig.ann.id] * 2


async def test_every_kind_we_serve_is_asked_for_and_nothing_else(rig: Rig) -> None:
    async with rig.polled():
        rig.sim.say(rig.ann, "one")
        await rig.sim.wait_for(lambda: rig.rows)
        call = await rig.sim.wait_for(lambda: rig.sim.calls("getUpdates"))
    asked = call[0].params["allowed_updates"]
    assert (json.loads(asked) if isinstance(asked, str) else asked) == ALLOWED_UPDATES


async def test_the_offset_does_not_move_before_the_commit(rig: Rig) -> None:
    rig.store.fail(1)
    rig.sim.say(rig.ann, "one")
    with pytest.raises(OSError, match="disk is full"):
        await rig.polling.run()
    assert set(offsets(rig.sim)) <= {None}
    assert rig.rows == []
    async with rig.polled():  # as the nursery does
        await rig.sim.wait_for(lambda: rig.rows)
    assert rig.texts == ["one"]


async def test_after_a_crash_before_the_offset_moved_nothing_is_handled_twice(rig: Rig) -> None:
    rig.sim.say(rig.ann, "one")
    async with rig.polled():
        await rig.sim.wait_for(lambda: rig.rows)
    rig.sim.redeliver()
    rig.sim.say(rig.ann, "two")
    async with rig.polled():
        await rig.sim.wait_for(lambda: len(rig.rows) == 2)
    assert rig.texts == ["one", "two"]


async def test_an_offset_is_left_out_once_it_was_heard() -> None:
    bot = ScriptedBot([[{"update_id": 900}], [], [], [{"update_id": 17}], []])
    rig_store, clock = MemoryStore(), ManualClock()
    rows: list[InboxRow] = []
    polling = Polling(bot=bot, clock=clock, take=reception(rig_store, clock, rows).take)  # type: ignore[arg-type]
    with pytest.raises(EndOfScript):
        await polling.run()
    assert bot.offsets == [None, 901, None, None, 18, None]
    assert [row.update_id for row in rows] == [900, 17]  # numbered anew after a quiet week


@pytest.mark.parametrize(
    "fault",
    [
        Fault(code=409),
        Fault(code=502),
        Fault(code=429, retry_after=3),
        Fault(kind=FaultKind.RESET),
        Fault(kind=FaultKind.HTML),
        Fault(kind=FaultKind.TRUNCATED),
    ],
    ids=["409", "502", "429", "reset", "a web page", "cut short"],
)
async def test_polling_survives(rig: Rig, fault: Fault) -> None:
    rig.sim.fail("getUpdates", fault, times=2)
    async with rig.polled():
        rig.sim.say(rig.ann, "after all")
        await rig.sim.wait_for(lambda: rig.rows)
    assert rig.texts == ["after all"]


async def test_pauses_grow_and_honour_retry_after() -> None:
    method = RawUpdates()
    faults = [TelegramNetworkError(method, "down")] * 3 + [TelegramRetryAfter(method, "slow down", 209)]
    bot, clock = ScriptedBot([*faults, [], *faults]), ManualClock()
    polling = Polling(bot=bot, clock=clock, take=reception(MemoryStore(), clock, []).take)  # type: ignore[arg-type]
    running = asyncio.get_running_loop().create_task(polling.run())
    for seconds, calls in [(0, 1), (0.9, 1), (0.1, 2), (2, 3), (4, 4), (208, 4), (1, 6), (0.9, 6), (0.1, 7)]:
        await clock.advance(seconds)
        assert bot.calls == calls
    running.cancel()
    await settle()


async def test_a_refused_token_is_a_clear_fault(rig: Rig) -> None:
    rig.sim.rotate_token(f"{rig.sim.bot.id}:another-token")
    with pytest.raises(TokenRefused, match="TELEGRAM_BOT_TOKEN"):
        await rig.polling.run()


async def test_polling_takes_a_webhook_away_without_dropping_updates(rig: Rig) -> None:
    await rig.bot.set_webhook("https://example.org/hook", secret_token=SECRET)
    rig.sim.say(rig.ann, "one")
    async with rig.polled():
        await rig.sim.wait_for(lambda: rig.rows)
    assert rig.texts == ["one"]


class EndOfScript(Exception):
    pass


class ScriptedBot:
    """Answers getUpdates from a list; an exception in it is raised."""

    id = 42

    def __init__(self, script: list[Any]) -> None:
        self.script = script
        self.offsets: list[int | None] = []
        self.calls = 0

    async def delete_webhook(self, drop_pending_updates: bool) -> bool:
        assert drop_pending_updates is False
        return True

    async def __call__(self, method: RawUpdates, request_timeout: int) -> Any:
        self.offsets.append(method.offset)
        self.calls += 1
        assert request_timeout > method.timeout
        if not self.script:
            raise EndOfScript
        answer = self.script.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


# --- webhook ---------------------------------------------------------------------------------------


class Hook:
    def __init__(self) -> None:
        self.store, self.rows = MemoryStore(), list[InboxRow]()
        clock = ManualClock()
        self.webhook = Webhook(
            bot=Bot("42:token"), clock=clock, take=reception(self.store, clock, self.rows).take,
            url="https://example.org/hook", secret=SECRET, host="127.0.0.1", port=0,
        )  # fmt: skip


@pytest.fixture
async def hook() -> AsyncIterator[tuple[Hook, TestClient[Any, Any]]]:
    hook = Hook()
    async with TestClient(TestServer(hook.webhook.application())) as client:
        yield hook, client


def update(number: int = 1) -> dict[str, Any]:
    return {"update_id": number, "message": {"message_id": 1, "chat": {"id": 7}, "text": "x"}}


WITH_SECRET = {"X-Telegram-Bot-Api-Secret-Token": SECRET}


async def test_webhook_commits_then_answers(hook: tuple[Hook, TestClient[Any, Any]]) -> None:
    rig, client = hook
    answer = await client.post("/hook", json=update(), headers=WITH_SECRET)
    assert answer.status == 200
    assert [row.update_id for row in rig.rows] == [1]
    again = await client.post("/hook", json=update(), headers=WITH_SECRET)
    assert (again.status, len(rig.rows)) == (200, 1)


async def test_webhook_does_not_say_200_when_nothing_was_committed(hook: tuple[Hook, TestClient[Any, Any]]) -> None:
    rig, client = hook
    rig.store.fail(1)
    assert (await client.post("/hook", json=update(), headers=WITH_SECRET)).status == 500
    assert rig.rows == []


@pytest.mark.parametrize(
    ("method", "headers", "body", "status"),
    [
        ("POST", {}, b"{}", 403),
        ("POST", {"X-Telegram-Bot-Api-Secret-Token": SECRET[:-1]}, b"{}", 403),
        ("POST", {"X-Telegram-Bot-Api-Secret-Token": SECRET + "x"}, b"{}", 403),
        ("GET", WITH_SECRET, b"", 405),
        ("PUT", WITH_SECRET, b"{}", 405),
        ("POST", WITH_SECRET, b"not json", 400),
        ("POST", WITH_SECRET, b"[1]", 400),
        ("POST", WITH_SECRET, b'{"message": {}}', 400),
        ("POST", WITH_SECRET, b'{"update_id": 1, "x": "' + b"y" * LARGEST_UPDATE + b'"}', 413),
    ],
    ids=["no secret", "short", "long", "GET", "PUT", "no JSON", "no object", "no update", "too large"],
)
async def test_webhook_refuses(
    hook: tuple[Hook, TestClient[Any, Any]], method: str, headers: dict[str, str], body: bytes, status: int
) -> None:
    rig, client = hook
    answer = await client.request(method, "/hook", data=BytesIO(body), headers=headers)
    assert answer.status == status
    assert rig.store.writes == 0


async def test_webhook_is_registered_with_secret_and_order(rig: Rig) -> None:
    webhook = Webhook(
        bot=rig.bot, clock=rig.clock, take=reception(rig.store, rig.clock, rig.rows).take,
        url="https://example.org/hook", secret=SECRET, host="127.0.0.1", port=0,
    )  # fmt: skip
    running = asyncio.get_running_loop().create_task(webhook.run())
    (call,) = await rig.sim.wait_for(lambda: rig.sim.calls("setWebhook"))
    running.cancel()
    with suppress(asyncio.CancelledError):
        await running
    assert call.params["secret_token"] == SECRET
    assert int(call.params["max_connections"]) == 1
