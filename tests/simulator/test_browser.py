"""The page in a real browser: a person talks to a bot that answers through the Bot API."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest

from bot.simulator import DemoScene, SamplePost, SceneChannel, ScenePerson, Simulator
from tests.simulator.pictures import png

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"]
DESK, PHONE = {"width": 1280, "height": 800}, {"width": 390, "height": 844}
YOU, ADMIN, CHANNEL = 1001, 1002, -1001000000001

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine"),
]

SCENE = DemoScene(
    bot_name="Mirror",
    bot_username="mirror_bot",
    people=(ScenePerson(name="You"), ScenePerson(name="Admin")),
    channels=(
        SceneChannel(
            title="Signals",
            admins=("Admin",),
            members=("You",),
            introduction="<b>Welcome</b>",
            samples=(SamplePost(label="Long BTC", text="BTC long"),),
        ),
    ),
)


class Bot:
    """The bot's side of the conversation, one call at a time."""

    def __init__(self, sim: Simulator, session: aiohttp.ClientSession) -> None:
        self.sim, self.session = sim, session

    async def call(self, method: str, **params: Any) -> Any:
        async with self.session.post(f"{self.sim.url}/bot{self.sim.token}/{method}", json=params) as response:
            answer = await response.json()
            assert answer["ok"], answer
            return answer["result"]

    async def heard(self) -> dict[str, Any]:
        """The next update, confirmed."""
        (update,) = await self.call("getUpdates", timeout=5, limit=1)
        await self.call("getUpdates", offset=update["update_id"] + 1, limit=1)
        return dict(update)


@pytest.fixture
async def sim() -> AsyncIterator[Simulator]:
    async with Simulator(scene=SCENE, limits=None) as simulator:
        yield simulator


@pytest.fixture
def bot(sim: Simulator, session: aiohttp.ClientSession) -> Bot:
    return Bot(sim, session)


Look = Callable[[dict[str, int]], Awaitable[Any]]


@pytest.fixture
async def look(sim: Simulator) -> AsyncIterator[Look]:
    """Open the page in a window of this size. A script error in it fails the test."""
    async with browser() as chromium:
        complaints: list[str] = []

        async def opened(size: dict[str, int]) -> Any:
            page = await chromium.new_page(viewport=size)
            page.set_default_timeout(5_000)
            page.on("pageerror", lambda error: complaints.append(str(error)))
            await page.goto(sim.url)
            return page

        yield opened
        assert complaints == []


@asynccontextmanager
async def browser() -> AsyncIterator[Any]:
    from playwright.async_api import async_playwright

    async with async_playwright() as playwright:
        chromium = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield chromium
        await chromium.close()


async def test_a_conversation_from_start_to_toast(look: Look, bot: Bot) -> None:
    from playwright.async_api import expect

    await bot.call("setMyDescription", description="Trades what channels post.")
    await bot.call(
        "setMyCommands",
        commands=[{"command": "stats", "description": "How it went"}, {"command": "help", "description": "All"}],
    )
    page = await look(DESK)
    seen = page.get_by_test_id
    await expect(page.get_by_text("Trades what channels post.")).to_be_visible()
    await expect(seen("note")).to_contain_text("nothing here is sent to Telegram")

    await seen("start").click()
    assert (await bot.heard())["message"]["text"] == "/start"
    hostile = "<b>bold</b> <code>x</code> &lt;img src=x onerror=alert(1)&gt;"
    markup = {"inline_keyboard": [[{"text": "Go", "callback_data": "go"}, {"text": "Why", "callback_data": "why"}]]}
    await bot.call(
        "sendMessage",
        chat_id=YOU,
        text=hostile,
        parse_mode="HTML",
        reply_markup=markup,
        reply_parameters={"message_id": 1},
    )
    said = seen("message").last
    await expect(said.locator("strong")).to_have_text("bold")
    await expect(said.locator("code")).to_have_text("x")
    await expect(seen("text").last).to_contain_text("<img src=x onerror=alert(1)>")
    assert await said.locator("img").count() == 0
    await expect(said.get_by_test_id("quote")).to_contain_text("/start")

    await page.get_by_role("button", name="Go").click()
    press = (await bot.heard())["callback_query"]
    assert press["data"] == "go"
    await bot.call("answerCallbackQuery", callback_query_id=press["id"], text="Gone")
    await expect(seen("toast")).to_have_text("Gone")
    await bot.call("editMessageText", chat_id=YOU, message_id=2, text="changed", reply_markup=markup)
    await expect(seen("text").last).to_contain_text("changed")
    await expect(seen("edited")).to_be_visible()
    await page.get_by_role("button", name="Why").click()
    press = (await bot.heard())["callback_query"]
    await bot.call("answerCallbackQuery", callback_query_id=press["id"], text="Because", show_alert=True)
    await expect(seen("alert-text")).to_have_text("Because")
    await page.keyboard.press("Enter")
    await expect(seen("alert")).to_be_hidden()

    await seen("draft").fill("/")
    await expect(seen("commands").get_by_role("option")).to_have_count(2)
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Enter")
    assert (await bot.heard())["message"]["text"] == "/help"
    await seen("draft").fill("two\nlines")
    await seen("draft").press("Enter")
    assert (await bot.heard())["message"]["text"] == "two\nlines"
    await expect(seen("draft")).to_have_value("")


async def test_reply_edit_delete_block_and_photo(look: Look, bot: Bot, sim: Simulator) -> None:
    from playwright.async_api import expect

    you = sim.world.accounts[YOU]
    sim.say(you, "first")
    page = await look(DESK)
    seen = page.get_by_test_id

    async def choose(action: str) -> None:
        await seen("message").first.hover()
        await seen("more").first.click()
        await seen(f"menu-{action}").click()

    await bot.heard()
    await choose("reply")
    await expect(seen("strip")).to_contain_text("Reply to You")
    await seen("draft").fill("second")
    await seen("send").click()
    assert (await bot.heard())["message"]["reply_to_message"]["text"] == "first"
    await choose("edit")
    await expect(seen("draft")).to_have_value("first")
    await seen("draft").fill("FIRST")
    await seen("draft").press("Enter")
    assert (await bot.heard())["edited_message"]["text"] == "FIRST"
    await expect(seen("text").first).to_contain_text("FIRST")
    await choose("delete")
    await expect(seen("message")).to_have_count(1)
    media = sim.world.add_file(png(40, 30), "c.png", "image/png", photo=True)
    await bot.call("sendPhoto", chat_id=YOU, photo=media.file_id, caption="chart")
    await expect(seen("photo")).to_have_js_property("naturalWidth", 40)
    await seen("photo").click()
    await expect(seen("viewer")).to_be_visible()
    await page.keyboard.press("Escape")
    await seen("chat-menu").click()
    await seen("menu-block").click()
    assert (await bot.heard())["my_chat_member"]["new_chat_member"]["status"] == "kicked"
    await expect(seen("start")).to_have_text("Restart bot")


async def test_one_pane_on_a_phone(look: Look, bot: Bot) -> None:
    from playwright.async_api import expect

    page = await look(PHONE)
    seen = page.get_by_test_id
    await expect(seen("draft")).to_be_hidden()
    await seen(f"person-{ADMIN}").click()
    await seen(f"chat-{CHANNEL}").click()
    await expect(seen("chats")).to_be_hidden()
    await seen("sample").click()
    assert (await bot.heard())["channel_post"]["text"] == "BTC long"
    await expect(seen("text").last).to_contain_text("BTC long")
    wide = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
    assert not await page.evaluate(wide)
    shown = "[...document.querySelectorAll('button')].filter((button) => button.checkVisibility())"
    assert await page.evaluate(f"{shown}.every((button) => button.textContent.trim() || button.ariaLabel)")

    await seen("back").click()
    await seen(f"person-{YOU}").click()
    await expect(seen(f"chat-{CHANNEL}").get_by_test_id("unread")).to_have_text("1")
    await seen(f"chat-{CHANNEL}").click()
    await expect(seen("readonly")).to_be_visible()
    await seen("message").last.hover()
    await seen("more").last.click()
    await seen("menu-forward").click()
    origin = (await bot.heard())["message"]["forward_origin"]
    assert (origin["type"], origin["chat"]["title"], origin["message_id"]) == ("channel", "Signals", 2)
    await expect(seen("chat-title")).to_have_text("Mirror")
    await expect(seen("forwarded")).to_have_text("Forwarded from Signals")
    await page.go_back()
    await expect(seen("chats")).to_be_visible()
    await expect(seen("unread")).to_have_count(0)


async def test_the_page_finds_a_restarted_simulator(sim: Simulator, look: Look) -> None:
    from playwright.async_api import expect

    page = await look(DESK)
    await expect(page.get_by_test_id("title")).to_have_text("Chats")
    await sim.stop()
    await expect(page.get_by_test_id("title")).to_have_text("Connecting…")
    async with Simulator(scene=SCENE, port=sim.port) as again:
        await expect(page.get_by_test_id("title")).to_have_text("Chats")
        again.say(again.world.accounts[YOU], "after the restart")
        await expect(page.get_by_test_id("text").last).to_contain_text("after the restart")
        await page.close()
