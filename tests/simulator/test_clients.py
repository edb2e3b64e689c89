"""aiogram and python-telegram-bot, two clients that do not know each other, against the simulator."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
import telegram
import telegram.error
from aiogram import Bot, Dispatcher, exceptions
from aiogram import types as aiogram_types
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from telegram.ext import ApplicationBuilder, CallbackQueryHandler, MessageHandler, filters

from bot.simulator import Chat, ChatKind, Fault, FaultKind, Person, Simulator, Status
from tests.simulator.conftest import Api
from tests.simulator.pictures import png


@pytest.fixture
async def aio(sim: Simulator) -> AsyncIterator[Bot]:
    bot = Bot(sim.token, session=AiohttpSession(api=TelegramAPIServer.from_base(sim.url)))
    yield bot
    await bot.session.close()


@pytest.fixture
async def ptb(sim: Simulator, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[telegram.Bot]:
    monkeypatch.setenv("PTB_TIMEDELTA", "1")  # else RetryAfter warns that its type will change
    async with telegram.Bot(sim.token, base_url=f"{sim.url}/bot", base_file_url=f"{sim.url}/file/bot") as bot:
        yield bot


async def test_aiogram_polls_and_answers(sim: Simulator, aio: Bot, ann: Person, channel: Chat) -> None:
    dispatcher = Dispatcher()

    @dispatcher.channel_post()
    async def offer(post: aiogram_types.Message) -> None:
        key = aiogram_types.InlineKeyboardButton(text="Take it", callback_data="take")
        markup = aiogram_types.InlineKeyboardMarkup(inline_keyboard=[[key]])
        await aio.send_message(ann.id, f"<b>{post.text}</b>", parse_mode="HTML", reply_markup=markup)

    @dispatcher.callback_query()
    async def take(query: aiogram_types.CallbackQuery) -> None:
        assert isinstance(query.message, aiogram_types.Message)
        await query.answer("Taken")
        await query.message.edit_text("Done")

    async with asyncio.TaskGroup() as group:
        group.create_task(dispatcher.start_polling(aio, polling_timeout=5, handle_signals=False))
        sim.post(channel, "BTC long")
        (offered,) = await sim.wait_for(lambda: sim.replies(ann))
        assert (offered.text, offered.labels) == ("BTC long", (("Take it",),))
        press = sim.press(ann, offered, "Take it")
        await sim.wait_for(lambda: offered.text == "Done")
        assert press.answer == {"text": "Taken", "alert": False, "url": ""}
        await dispatcher.stop_polling()


async def test_python_telegram_bot_polls_and_answers(sim: Simulator, ann: Person) -> None:
    app = ApplicationBuilder().token(sim.token).base_url(f"{sim.url}/bot").base_file_url(f"{sim.url}/file/bot").build()

    async def hear(update: telegram.Update, _context: Any) -> None:
        assert update.effective_message is not None
        markup = telegram.InlineKeyboardMarkup.from_button(telegram.InlineKeyboardButton("Go", callback_data="go"))
        await update.effective_message.reply_html("<i>heard</i>", do_quote=True, reply_markup=markup)

    async def pressed(update: telegram.Update, _context: Any) -> None:
        assert update.callback_query is not None
        await update.callback_query.answer("ok", show_alert=True)

    app.add_handler(MessageHandler(filters.TEXT, hear))
    app.add_handler(CallbackQueryHandler(pressed))
    async with app:
        await app.start()
        assert app.updater is not None
        await app.updater.start_polling(timeout=5, poll_interval=0, allowed_updates=telegram.Update.ALL_TYPES)
        said = sim.say(ann, "/start")
        (heard,) = await sim.wait_for(lambda: sim.replies(ann))
        assert (heard.reply_to, heard.labels) == (said, (("Go",),))
        press = sim.press(ann, heard)
        await sim.wait_for(lambda: press.answer)
        await app.updater.stop()
        await app.stop()


def a_day_in_the_life(sim: Simulator) -> None:
    """Every kind of update the simulator makes."""
    ann, bob = sim.add_person("Ann", username="ann"), sim.add_person("Bob", language=None, hides_forwards=True)
    channel = sim.add_channel("Signals", admins=[ann], members=[bob])
    forum = sim.add_group("Forum", admins=[ann], members=[bob], forum=True, bot_status=Status.ADMINISTRATOR)
    group = sim.add_group("Old", members=[ann, bob], kind=ChatKind.GROUP, bot_status=Status.ADMINISTRATOR)
    post = sim.post(channel, "#BTC long https://e.org 😀")
    sim.edit_post(sim.post(channel, "more", reply_to=post, photo=png(3, 2)), "less")
    sim.forward(post, by=bob)
    said = sim.say(bob, "/start")
    sim.edit_post(said, "/stop")
    sim.forward(said, by=ann)
    sim.forward(sim.say(ann, "file", document=("a.csv", b"1,2")), by=bob)
    sim.say(bob, "in a topic", chat=forum, thread=5)
    offer = sim.world.add_message(
        sim.private(ann), sim.bot, post.body, keyboard=(({"text": "Go", "callback_data": "g"},),)
    )
    sim.press(ann, offer)
    sim.delete_post(offer)
    sim.press(ann, offer)
    for status in (Status.MEMBER, Status.LEFT, Status.KICKED, Status.ADMINISTRATOR):
        sim.set_bot_status(channel, status, ann)
    sim.block_bot(bob)
    sim.unblock_bot(bob)
    sim.migrate(group, ann)


async def test_both_clients_read_every_update(sim: Simulator, api: Api, ptb: telegram.Bot) -> None:
    a_day_in_the_life(sim)
    updates = (await api("getUpdates"))["result"]
    kinds = {key for update in updates for key in update} - {"update_id"}
    assert kinds == {
        "message",
        "edited_message",
        "channel_post",
        "edited_channel_post",
        "callback_query",
        "my_chat_member",
    }
    for raw in updates:
        one = aiogram_types.Update.model_validate(raw)
        two = telegram.Update.de_json(raw, ptb)
        assert one.event_type in kinds
        assert two.update_id == one.update_id
        assert not two.api_kwargs
    origins = [
        update["message"]["forward_origin"]["type"]
        for update in updates
        if "forward_origin" in update.get("message", {})
    ]
    assert origins == ["channel", "hidden_user", "user"]


async def test_both_clients_read_every_answer(
    sim: Simulator, aio: Bot, ptb: telegram.Bot, ann: Person, channel: Chat
) -> None:
    for bot in (aio, ptb):
        assert (await bot.get_me()).username == "simulated_bot"
        assert (await bot.get_chat(channel.id)).title == "Signals"
        assert (await bot.get_chat_member(channel.id, ann.id)).status == "creator"
        assert (await bot.get_chat_member(channel.id, sim.bot.id)).status == "administrator"
        assert [admin.user.id for admin in await bot.get_chat_administrators(channel.id)] == [ann.id]
        assert await bot.send_chat_action(ann.id, "typing")
        assert (await bot.get_webhook_info()).url == ""
        assert await bot.set_my_commands(
            [("start", "Begin")] if bot is ptb else [aiogram_types.BotCommand(command="start", description="Begin")]
        )
        assert [command.command for command in await bot.get_my_commands()] == ["start"]


async def test_both_clients_upload_and_download(sim: Simulator, aio: Bot, ptb: telegram.Bot, ann: Person) -> None:
    picture = png(8, 6)
    one = await aio.send_photo(
        ann.id, aiogram_types.BufferedInputFile(picture, "c.png"), caption="<b>c</b>", parse_mode="HTML"
    )
    assert one.photo is not None
    buffer = await aio.download(one.photo[-1])
    assert buffer is not None
    assert buffer.read() == picture
    two = await ptb.send_document(ann.id, b"1,2", filename="a.csv", reply_to_message_id=one.message_id)
    assert two.document is not None
    assert two.reply_to_message is not None
    assert bytes(await (await two.document.get_file()).download_as_bytearray()) == b"1,2"


Errors = tuple[type[Exception], type[Exception]]
LOST: Errors = (exceptions.TelegramNetworkError, telegram.error.NetworkError)


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        pytest.param(Fault(code=429), (exceptions.TelegramRetryAfter, telegram.error.RetryAfter), id="429"),
        pytest.param(Fault(code=400), (exceptions.TelegramBadRequest, telegram.error.BadRequest), id="400"),
        pytest.param(Fault(code=401), (exceptions.TelegramUnauthorizedError, telegram.error.InvalidToken), id="401"),
        pytest.param(Fault(code=403), (exceptions.TelegramForbiddenError, telegram.error.Forbidden), id="403"),
        pytest.param(Fault(code=409), (exceptions.TelegramConflictError, telegram.error.Conflict), id="409"),
        pytest.param(Fault(code=502), (exceptions.TelegramServerError, telegram.error.NetworkError), id="502"),
        pytest.param(Fault(kind=FaultKind.HTML), (exceptions.ClientDecodeError, LOST[1]), id="html"),
        pytest.param(Fault(kind=FaultKind.RESET), LOST, id="reset"),
        pytest.param(Fault(kind=FaultKind.TRUNCATED), LOST, id="truncated"),
    ],
)  # fmt: skip
async def test_faults_become_each_clients_own_errors(
    sim: Simulator, aio: Bot, ptb: telegram.Bot, ann: Person, fault: Fault, expected: Errors
) -> None:  # fmt: skip
    sends: tuple[Callable[..., Any], ...] = (aio.send_message, ptb.send_message)
    for send, error in zip(sends, expected, strict=True):
        sim.fail("sendMessage", fault)
        with pytest.raises(error):
            await send(ann.id, "x")


async def test_a_migration_reaches_both_clients(sim: Simulator, aio: Bot, ptb: telegram.Bot, ann: Person) -> None:
    group = sim.add_group("Old", members=[ann], kind=ChatKind.GROUP)
    new = sim.migrate(group, ann)
    with pytest.raises(exceptions.TelegramMigrateToChat) as one:
        await aio.send_message(group.id, "x")
    with pytest.raises(telegram.error.ChatMigrated) as two:
        await ptb.send_message(group.id, "x")
    assert one.value.migrate_to_chat_id == two.value.new_chat_id == new.id
