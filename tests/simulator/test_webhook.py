"""Webhook delivery: secret header, order, retries, methods in the answer; and aiogram at the other end."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web

from bot.simulator import Person, Simulator
from bot.simulator.webhook import SECRET_HEADER
from tests.clocks import ManualClock
from tests.simulator.conftest import Api, asleep

SPACED = {"url": "http://127.0.0.1:9", "secret_token": "a b"}


class Receiver:
    """A bot's web server that notes what it got and answers from a list of replies."""

    def __init__(self) -> None:
        self.got: list[tuple[str | None, dict[str, Any]]] = []
        self.replies: list[web.Response] = []
        self.url = ""

    async def handle(self, request: web.Request) -> web.Response:
        self.got.append((request.headers.get(SECRET_HEADER), await request.json()))
        return self.replies.pop(0) if self.replies else web.Response()

    def texts(self) -> list[str]:
        return [update["message"]["text"] for _, update in self.got]


async def serve(app: web.Application) -> tuple[web.AppRunner, str]:
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    return runner, f"http://127.0.0.1:{runner.addresses[0][1]}/hook"


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    there = Receiver()
    app = web.Application()
    app.router.add_post("/hook", there.handle)
    runner, there.url = await serve(app)
    yield there
    await runner.cleanup()


async def eventually(condition: Any) -> None:
    async with asyncio.timeout(5):
        while not condition():
            await asyncio.sleep(0.001)


async def test_updates_arrive_in_order_with_the_secret(
    api: Api, sim: Simulator, ann: Person, receiver: Receiver
) -> None:
    sim.say(ann, "before")
    await api("setWebhook", url=receiver.url, secret_token="s3cret")
    for word in ("a", "b"):
        sim.say(ann, word)
    await eventually(lambda: not sim.world.updates.pending)
    assert receiver.texts() == ["before", "a", "b"]
    assert {secret for secret, _ in receiver.got} == {"s3cret"}


async def test_a_failed_delivery_is_repeated(
    api: Api, sim: Simulator, ann: Person, receiver: Receiver, clock: ManualClock
) -> None:
    receiver.replies = [web.Response(status=500), web.Response(status=503)]
    await api("setWebhook", url=receiver.url)
    sim.say(ann, "a")
    sim.say(ann, "b")
    for pause in (1, 2):
        await asleep(clock)
        await clock.advance(pause)
    await eventually(lambda: not sim.world.updates.pending)
    assert receiver.texts() == ["a", "a", "a", "b"]
    info = (await api("getWebhookInfo"))["result"]
    assert info["last_error_message"] == "Wrong response from the webhook: 503 Service Unavailable"
    assert (info["url"], info["pending_update_count"]) == (receiver.url, 0)


async def test_a_dead_address_keeps_the_updates(api: Api, sim: Simulator, ann: Person, clock: ManualClock) -> None:
    await api("setWebhook", url="http://127.0.0.1:9/hook")
    sim.say(ann, "a")
    await asleep(clock)
    info = (await api("getWebhookInfo"))["result"]
    assert info["pending_update_count"] == 1
    assert info["last_error_message"].startswith("Connection failed")
    await api("deleteWebhook")
    assert (await api("getWebhookInfo"))["result"]["url"] == ""
    assert len((await api("getUpdates"))["result"]) == 1
    await api("setWebhook", url="http://127.0.0.1:9/hook", drop_pending_updates=True)
    assert (await api("getWebhookInfo"))["result"]["pending_update_count"] == 0


async def test_a_method_in_the_answer_is_run(api: Api, sim: Simulator, ann: Person, receiver: Receiver) -> None:
    receiver.replies = [
        web.json_response({"method": "sendMessage", "chat_id": ann.id, "text": "by answer"}),
        web.json_response({"method": "sendMessage", "chat_id": 1, "text": "to nobody"}),
        web.json_response({"method": "noSuchThing"}),
        web.Response(text="{broken", content_type="application/json"),
        web.json_response({"method": "deleteWebhook"}),
    ]
    await api("setWebhook", url=receiver.url)
    sim.say(ann, "a")
    await sim.wait_for(lambda: sim.replies(ann))
    for word in ("b", "c", "d"):
        sim.say(ann, word)
    await eventually(lambda: len(receiver.got) == 4)
    assert [call.code for call in sim.calls() if call.method in {"sendMessage", "noSuchThing"}] == [200, 400, 404]
    assert sim.replies(ann)[0].text == "by answer"


async def test_an_answer_may_take_the_webhook_away(api: Api, sim: Simulator, ann: Person, receiver: Receiver) -> None:
    receiver.replies = [web.json_response({"method": "deleteWebhook"})]
    await api("setWebhook", url=receiver.url)
    sim.say(ann, "last")
    await sim.wait_for(lambda: sim.count("deleteWebhook"))
    sim.say(ann, "for the poll")
    await eventually(lambda: len(sim.world.updates.pending) == 1)
    (update,) = (await api("getUpdates"))["result"]
    assert update["message"]["text"] == "for the poll"


@pytest.mark.parametrize(
    ("params", "refusal"),
    [
        pytest.param({"url": "nowhere"}, "bad webhook: invalid URL specified", id="url"),
        pytest.param(SPACED, "secret token contains unallowed characters", id="space"),
    ],
)  # fmt: skip
async def test_a_bad_webhook_is_refused(api: Api, params: dict[str, str], refusal: str) -> None:
    assert (await api("setWebhook", **params))["description"] == f"Bad Request: {refusal}"


@pytest.mark.parametrize("in_background", [True, False], ids=["own-call", "method-in-answer"])
async def test_aiogram_listens_behind_its_secret(sim: Simulator, ann: Person, in_background: bool) -> None:
    from aiogram import Bot, Dispatcher
    from aiogram.client.session.aiohttp import AiohttpSession
    from aiogram.client.telegram import TelegramAPIServer
    from aiogram.types import Message
    from aiogram.webhook.aiohttp_server import SimpleRequestHandler

    bot = Bot(sim.token, session=AiohttpSession(api=TelegramAPIServer.from_base(sim.url)))
    dispatcher = Dispatcher()

    @dispatcher.message()
    async def echo(message: Message) -> Any:
        return message.answer(f"heard {message.text}")

    app = web.Application()
    SimpleRequestHandler(dispatcher, bot, handle_in_background=in_background, secret_token="right").register(
        app, path="/hook"
    )
    runner, url = await serve(app)
    try:
        await bot.set_webhook(url, secret_token="right")
        sim.say(ann, "hello")
        await sim.wait_for(lambda: sim.replies(ann))
        assert sim.replies(ann)[0].text == "heard hello"
        await bot.set_webhook(url, secret_token="wrong")
        sim.say(ann, "again")
        await eventually(lambda: sim.world.webhook.last_error)
        assert sim.world.webhook.last_error[1] == "Wrong response from the webhook: 401 Unauthorized"
    finally:
        await runner.cleanup()
        await bot.session.close()
