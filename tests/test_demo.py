"""The demonstration, from outside: the recorded day as a command prints it, and the page as a person plays with it."""

from __future__ import annotations

import asyncio
import re
import shutil
import socket
import sys
import time
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest

ROOT = Path(__file__).parents[1]
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"]
DESK, PHONE = {"width": 1280, "height": 800}, {"width": 390, "height": 844}
FROM_POST_TO_CHAT = 3.0  # seconds that a confirmation may take to be on the screen of a busy machine
TO_THE_TARGET = 45_000  # milliseconds; the demo's market takes ten to twenty seconds
WIDE = "document.documentElement.scrollWidth > document.documentElement.clientWidth"


@asynccontextmanager
async def demo(*options: str) -> AsyncIterator[asyncio.subprocess.Process]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "run.py", "demo", *options, cwd=ROOT, stdout=PIPE, stderr=PIPE
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.terminate()
        await process.communicate()


# --- the recorded day ------------------------------------------------------------------------------


async def recorded_day() -> tuple[int | None, str, str]:
    async with demo("--once") as process:
        out, err = await process.communicate()
        return process.returncode, out.decode(), err.decode()


async def test_the_recorded_day_is_the_same_every_time() -> None:
    first, second = await asyncio.gather(recorded_day(), recorded_day())
    assert first[::2] == second[::2] == (0, "")
    assert first[1] == second[1]
    for said in (
        "Shall I take it?",
        "opened",
        "not traded",
        "stop moved",
        "TP1 hit",
        "part closed",
        "order waits",
        "Today",
        "Profit factor",
    ):
        assert said in first[1], said
    numbers = [int(number) for number in re.findall(r"^   #(\d+)$", first[1], re.MULTILINE)]
    assert numbers == list(range(1, len(numbers) + 1)), "each notice once, in order"


# --- the page --------------------------------------------------------------------------------------


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
async def url() -> AsyncIterator[str]:
    """The page of a demo that runs in a process of its own."""
    port = free_port()
    async with demo("--port", str(port)) as process:
        assert process.stdout is not None
        while b"http://" not in await asyncio.wait_for(process.stdout.readline(), 30):
            assert process.returncode is None and not process.stdout.at_eof()
        address = f"http://127.0.0.1:{port}"
        await _answers(address)
        yield address


async def _answers(address: str) -> None:
    async with aiohttp.ClientSession() as session, session.get(address) as response:
        assert response.status == 200


@pytest.fixture
async def chromium() -> AsyncIterator[Any]:
    from playwright.async_api import async_playwright

    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        await browser.close()


class Visitor:
    """Hands and eyes of a person at the page. On a phone the list and the chat take turns."""

    def __init__(self, page: Any, *, phone: bool) -> None:
        self.page, self.phone = page, phone
        self.seen = page.get_by_test_id
        self.chat = page.get_by_test_id("thread")

    async def looks_as(self, name: str, kind: str) -> None:
        """Be this person and open the chat with the bot, or the channel."""
        if self.phone and await self.seen("back").is_visible():
            await self.seen("back").click()
        await self.seen("people").get_by_role("radio", name=name).click()
        await self.page.locator(f'[data-kind="{kind}"]').click()

    async def presses(self, label: str | re.Pattern[str]) -> None:
        """The newest button with this label."""
        await self.chat.get_by_role("button", name=label).last.click()

    async def says(self, text: str) -> None:
        await self.seen("draft").fill(text)
        await self.seen("send").click()

    async def sees(self, words: str, timeout: float = 5_000) -> None:
        from playwright.async_api import expect

        await expect(self.chat.get_by_text(words).last).to_be_visible(timeout=timeout)


async def _arrive(chromium: Any, url: str, size: dict[str, int]) -> Visitor:
    page = await chromium.new_page(viewport=size)
    page.set_default_timeout(5_000)
    await page.goto(url)
    return Visitor(page, phone=size is PHONE)


async def _make_an_account(visitor: Visitor) -> None:
    await visitor.looks_as("You", "bot")
    await visitor.seen("start").click()
    await visitor.presses(re.compile("Next"))
    await visitor.presses(re.compile("paper account"))
    await visitor.sees("Your paper account is ready")
    assert await visitor.seen("draft").evaluate("draft => draft.clientHeight") >= 40  # there is room to write


async def _let_the_channel_trade(visitor: Visitor) -> None:
    """Until then every signal is asked about."""
    await visitor.presses("My channels")
    await visitor.sees("your own switch")
    await visitor.presses("Auto")
    await visitor.sees("I trade each signal at once")


async def _post_the_long(visitor: Visitor) -> float:
    """Post the sample as the channel's admin, and be back in the chat; seconds until the trade is confirmed there."""
    await visitor.looks_as("Marta", "channel")
    await visitor.page.get_by_role("button", name="BTC long", exact=True).click()
    posted = time.monotonic()
    await visitor.looks_as("You", "bot")
    await visitor.sees("from post to fill")
    return time.monotonic() - posted


@pytest.mark.browser
@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")
@pytest.mark.parametrize("size", [pytest.param(DESK, id="desk"), pytest.param(PHONE, id="phone")])
async def test_a_post_becomes_a_protected_position(url: str, chromium: Any, size: dict[str, int]) -> None:
    visitor = await _arrive(chromium, url, size)
    await _make_an_account(visitor)
    await _let_the_channel_trade(visitor)
    seconds = await _post_the_long(visitor)
    print(f"\n{seconds:.2f} s from the post to the confirmation on the screen")
    assert seconds < FROM_POST_TO_CHAT
    await visitor.sees("LONG BTC/USDT")
    await visitor.sees("Stop: 63,680")
    assert not await visitor.page.evaluate(WIDE)
    if size is DESK:
        await _to_the_end(visitor)


async def _to_the_end(visitor: Visitor) -> None:
    """The first target, the stop at the entry, the close by hand, and the day."""
    await visitor.sees("TP1 hit", TO_THE_TARGET)
    await visitor.sees("Left: 0.15")
    await visitor.sees("stop moved")
    await visitor.sees("Why: stop at entry")
    await visitor.presses(re.compile("^Close$"))
    await visitor.sees("The button works for one minute.")
    await visitor.presses("Yes, close it")
    await visitor.sees("Why: by your hand")
    await visitor.says("/today")
    await visitor.sees("Closed: 1 · won 100%")
