"""Target 9: from the command to polling, and the memory of the idle bot: ``python -m benchmarks.start``.

Every start is a fresh process against a Bot API server on this machine; it is over when the server is asked for
updates. Beside ``run.py run``, on a database that is there already: ``import aiogram`` alone, and the same libraries
(aiogram, python-telegram-bot, SQLAlchemy, ccxt) behind an empty aiogram bot. Rounds alternate; medians count.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import statistics
import sys
import tempfile
import time
from asyncio.subprocess import DEVNULL, Process
from collections.abc import Mapping
from pathlib import Path

from bot.clock import SystemClock
from bot.simulator import Person, Simulator

ROOT = Path(__file__).parents[1]
ROUNDS = 5
PATIENCE = 60.0  # seconds that a start may take
IDLE = 1.0  # seconds after which the memory of an idle bot is read
SLOWER, LARGEST = 1.15, 300
BARE = """
import asyncio, os
import ccxt.async_support, sqlalchemy.ext.asyncio, telegram.ext
from aiogram import Bot, Dispatcher
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer

async def main():
    server = TelegramAPIServer.from_base(os.environ["TELEGRAM_API_BASE"])
    bot = Bot(os.environ["TELEGRAM_BOT_TOKEN"], session=AiohttpSession(api=server))
    engine = sqlalchemy.ext.asyncio.create_async_engine("sqlite+aiosqlite:///" + os.environ["DATABASE_FILE"])
    async with engine.connect() as connection:
        await connection.execute(sqlalchemy.text("SELECT 1"))
    await Dispatcher().start_polling(bot)

asyncio.run(main())
"""


async def started(
    sim: Simulator, visitor: Person, command: list[str], environment: Mapping[str, str]
) -> tuple[float, float]:  # fmt: skip
    """Seconds from the command to its first question for updates, and then its idle memory in MB."""
    sim.say(visitor, "Hello")  # something to fetch: the first question is answered at once, and counted
    asked, begun = sim.count("getUpdates"), time.perf_counter()
    process = await asyncio.create_subprocess_exec(
        *command, cwd=ROOT, env={**os.environ, **environment}, stdout=DEVNULL, stderr=DEVNULL
    )
    try:
        await sim.wait_for(lambda: sim.count("getUpdates") > asked or process.returncode is not None, timeout=PATIENCE)
        took = time.perf_counter() - begun
        if process.returncode is not None:
            raise RuntimeError(f"it ended with {process.returncode} instead of polling: {' '.join(command)}")
        await asyncio.sleep(IDLE)
        return took, await resident(process.pid)
    finally:
        await _end(process)


async def imported(module: str) -> float:
    """Seconds until a fresh interpreter has imported this module and ended."""
    begun = time.perf_counter()
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", f"import {module}", cwd=ROOT)
    if await process.wait():
        raise RuntimeError(f"{module} cannot be imported")
    return time.perf_counter() - begun


async def resident(pid: int) -> float:
    """Memory of a process that is in RAM, in MB."""
    asking = await asyncio.create_subprocess_exec("ps", "-o", "rss=", "-p", str(pid), stdout=asyncio.subprocess.PIPE)
    said, _ = await asking.communicate()
    return int(said) / 1024


async def _end(process: Process) -> None:
    if process.returncode is None:
        process.terminate()
        try:
            async with asyncio.timeout(15):
                await process.wait()
        except TimeoutError:
            process.kill()
            await process.wait()


async def main(rounds: int) -> None:
    alone: list[float] = []
    ours: list[tuple[float, float]] = []
    bare: list[tuple[float, float]] = []
    with tempfile.TemporaryDirectory() as folder:
        async with Simulator(clock=SystemClock(), limits=None) as sim:
            visitor = sim.add_person("Visitor")
            environment = {
                "TELEGRAM_BOT_TOKEN": sim.token, "TELEGRAM_API_BASE": sim.url, "PRICE_FEED": "simulated",
                "DATABASE_URL": f"sqlite:///{folder}/start.sqlite3", "DATABASE_FILE": f"{folder}/bare.sqlite3",
            }  # fmt: skip
            run = [sys.executable, "run.py", "run"]
            first, _ = await started(
                sim, visitor, run, environment
            )  # makes the database, and the byte code of a fresh copy
            for _ in range(rounds):
                alone.append(await imported("aiogram"))
                bare.append(await started(sim, visitor, [sys.executable, "-c", BARE], environment))
                ours.append(await started(sim, visitor, run, environment))
    print(f"the very first start, which makes the database: {first:.2f} s")
    print(f"{'import aiogram':<32}{statistics.median(alone):6.2f} s")
    for name, side in (("bare stack, to polling", bare), ("heliograph run, to polling", ours)):
        print(f"{name:<32}{_median(side, 0):6.2f} s   idle {_median(side, 1):4.0f} MB")
    ratio = statistics.median(one / other for (one, _), other in zip(ours, alone, strict=True))
    print(f"start beside import aiogram alone {ratio:.2f}x; target <= {SLOWER}x: {_verdict(ratio <= SLOWER)}")
    memory = _median(ours, 1)
    print(f"memory of the idle bot {memory:.0f} MB; target <= {LARGEST} MB: {_verdict(memory <= LARGEST)}")


def _median(side: list[tuple[float, float]], index: int) -> float:
    return statistics.median(one[index] for one in side)


def _verdict(reached: bool) -> str:
    return "reached" if reached else "MISSED"


if __name__ == "__main__":
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rounds", type=int, default=ROUNDS)
    asyncio.run(main(options.parse_args().rounds))
