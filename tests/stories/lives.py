"""Lives of the service in a child process, killed where the story wants it, over one database file and one Telegram."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from bot.clock import SystemClock
from bot.simulator import Chat, Message, Person, Simulator
from engine.types import Role, SourceMode
from handlers import paper
from storage.database import Database
from storage.unit_of_work import UnitOfWork
from tests.stories.town import BALANCE

T = TypeVar("T")

KILLED = -signal.SIGKILL
PATIENCE = 30.0  # real seconds until a story that hangs is given up
LOOK = 0.02  # real seconds between two looks at the rows of another process
ROOT = Path(__file__).parents[2]


class Warm:
    """A process that has imported everything, and forks a life whenever one is wanted; one at a time."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.stories.child"], cwd=ROOT, text=True, bufsize=1,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )  # fmt: skip

    def start(self, environment: dict[str, str]) -> int:
        """Begin a life; its process number."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(environment) + "\n")
        return self._answer()

    def wait(self) -> int:
        """The exit code of the present life, once it is over."""
        return self._answer()

    def close(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(10)
        assert self._process.stdout is not None
        self._process.stdout.close()

    def _answer(self) -> int:
        assert self._process.stdout is not None
        return int(self._process.stdout.readline())


@dataclass(slots=True, kw_only=True)
class Mortal:
    """The service over this database: it lives, it is killed, it lives again."""

    warm: Warm
    simulator: Simulator
    database: Database
    folder: Path
    owner: Person
    channel: Chat
    deaths: list[str] = field(default_factory=list)
    over: asyncio.Task[int] | None = None
    pid: int = 0
    armed: str = ""

    @property
    def log(self) -> Path:
        return self.folder / "child.log"

    def environment(self) -> dict[str, str]:
        """What the service is told by its environment."""
        return {
            "TELEGRAM_BOT_TOKEN": self.simulator.token, "TELEGRAM_API_BASE": self.simulator.url,
            "DATABASE_URL": f"sqlite:///{self.folder}/town.sqlite3", "PRICE_FEED": "simulated",
            "TELEGRAM_ADMIN_IDS": "",
        }  # fmt: skip

    async def live(self, crashpoints: str = "") -> None:
        """Begin a life, which ends at these crash points (``name:nth``, separated by commas)."""
        about = {"CRASHPOINTS": crashpoints, "CHILD_FOLDER": str(self.folder), "CHILD_LOG": str(self.log)}
        self.armed = crashpoints
        self.pid = await asyncio.to_thread(self.warm.start, self.environment() | about)
        self.over = asyncio.create_task(asyncio.to_thread(self.warm.wait))

    async def kill(self, number: signal.Signals) -> int:
        """Send this signal; the exit code of the life that it ended."""
        assert self.over is not None
        with suppress(ProcessLookupError):  # a crash point was faster
            os.kill(self.pid, number)
        code, self.over = await self.over, None
        return code

    async def until(self, check: Callable[[UnitOfWork], T], *again: str) -> T:
        """The first true answer of ``check``; who dies meanwhile lives again, armed with the next of ``again``."""
        coming = list(again)
        try:
            async with asyncio.timeout(PATIENCE):
                while True:
                    if self.over is not None and self.over.done():
                        assert self.over.result() == KILLED, self.log.read_text()
                        self.deaths.append(self.armed)
                        await self.live(coming.pop(0) if coming else "")
                    if value := await self.database.read(check):
                        return value
                    await asyncio.sleep(LOOK)
        except TimeoutError:
            told = "\n".join(map(str, self.simulator.transcript(self.simulator.private(self.owner))))
            raise TimeoutError(f"deaths: {self.deaths}\n{told}\n{self.log.read_text()[-4000:]}") from None

    def post(self, text: str, *, reply_to: Message | None = None) -> Message:
        return self.simulator.post(self.channel, text, reply_to=reply_to)

    @property
    def told(self) -> list[str]:
        """What the bot has said to the owner."""
        return [message.text for message in self.simulator.replies(self.owner)]


async def settle_in(database: Database, simulator: Simulator) -> tuple[Person, Chat]:
    """One person with a paper account, who follows one channel."""
    owner = simulator.add_person("Ben", username="ben")
    channel = simulator.add_channel("Alpha", admins=[owner])
    now = SystemClock().now()

    def work(tx: UnitOfWork) -> None:
        user = tx.people.enroll(owner.id, owner.username, "en", Role.USER, now)
        paper.open_account(tx, user, "Ben's paper", BALANCE, now)
        source = tx.channels.add(user, channel.id, channel.title, now)
        tx.channels.set_mode(user.id, source.id, SourceMode.AUTO)

    await database.write(work)
    return owner, channel
