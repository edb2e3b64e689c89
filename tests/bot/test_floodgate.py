"""The flood gate against a line that records when each message left; time is a manual clock.

The first three tests are what the stock AIORateLimiter does wrong: its halt after a 429 ends as soon as any other
request ends, it does not pace private chats, and it lets their messages overtake one another.
"""

from __future__ import annotations

import asyncio
import itertools
import random
from dataclasses import dataclass, field
from typing import Any

import pytest
from telegram.error import NetworkError, RetryAfter

from bot.floodgate import HALT_MARGIN, FloodGate
from tests.bot.clocks import settle
from tests.clocks import ManualClock


@dataclass
class Line:
    """Telegram's end: every message takes ``latency`` seconds, some meet a fault."""

    clock: ManualClock
    latency: float = 0.0
    gone: list[tuple[str, float, float]] = field(default_factory=list)
    faults: dict[str, list[Exception]] = field(default_factory=dict)
    slow: dict[str, float] = field(default_factory=dict)

    async def call(self, name: str) -> bool:
        started = self.clock.monotonic()
        if wait := self.slow.get(name, self.latency):
            await self.clock.sleep(wait)
        if faults := self.faults.get(name):
            raise faults.pop(0)
        self.gone.append((name, started, self.clock.monotonic()))
        return True

    @property
    def names(self) -> list[str]:
        return [name for name, _, _ in self.gone]

    def left(self, name: str) -> float:
        return next(started for gone, started, _ in self.gone if gone == name)


class Rig:
    def __init__(self, latency: float = 0.0) -> None:
        self.clock = ManualClock()
        self.gate = FloodGate(self.clock)
        self.line = Line(self.clock, latency)
        self.start = self.clock.monotonic()
        self.tasks: list[asyncio.Task[Any]] = []

    def send(self, name: str, chat_id: Any, *, urgent: bool | None = None) -> asyncio.Task[Any]:
        data = {} if chat_id is None else {"chat_id": chat_id}
        sending = self.gate.process_request(self.line.call, (name,), {}, "sendMessage", data, urgent)
        self.tasks.append(asyncio.get_running_loop().create_task(sending))
        return self.tasks[-1]

    def after(self, name: str) -> float:
        return round(self.line.left(name) - self.start, 3)


async def test_the_halt_after_a_429_lasts_its_whole_time_whatever_else_ends() -> None:
    rig = Rig()
    rig.line.faults["flooded"] = [RetryAfter(2)]
    rig.line.slow["slow"] = 0.4
    rig.send("slow", 1)
    rig.send("flooded", 2)
    await settle()
    for chat in (3, 4, 5):
        rig.send(f"waiting {chat}", chat)
    await rig.clock.advance(2.0)
    assert rig.line.names == ["slow"]
    await rig.clock.advance(1.0)
    assert sorted(rig.line.names) == ["flooded", "slow", "waiting 3", "waiting 4", "waiting 5"]
    assert min(rig.after(name) for name in rig.line.names if name != "slow") >= 2.0 + HALT_MARGIN


async def test_a_private_chat_gets_one_message_a_second() -> None:
    rig = Rig()
    for n in range(5):
        rig.send(f"x{n}", 7)
    await rig.clock.advance(10)
    assert [rig.after(f"x{n}") for n in range(5)] == [0.0, 1.0, 2.0, 3.0, 4.0]


async def test_messages_of_one_chat_never_overtake_one_another() -> None:
    rig = Rig()
    rig.line.slow = {f"x{n}": random.Random(n).random() * 3 for n in range(10)}
    rig.line.faults["x3"] = [RetryAfter(2)]
    for n in range(10):
        rig.send(f"x{n}", 7)
    await rig.clock.advance(100)
    assert rig.line.names == [f"x{n}" for n in range(10)]


async def test_the_pause_of_a_chat_counts_from_the_answer() -> None:
    rig = Rig(latency=0.7)
    rig.send("first", 7)
    rig.send("second", 7)
    await rig.clock.advance(5)
    assert rig.after("second") == 1.7


@pytest.mark.parametrize("group", [-100123, "@channel"], ids=["by id", "by name"])
async def test_a_group_gets_twenty_a_minute(group: int | str) -> None:
    rig = Rig()
    for n in range(45):
        rig.send(f"g{n}", group)
    await rig.clock.advance(300)
    times = [rig.after(f"g{n}") for n in range(45)]
    assert all(later - earlier >= 1.0 for earlier, later in itertools.pairwise(times))
    assert all(times[n + 20] - times[n] >= 60.0 for n in range(25))
    assert times[20] == 60.0


@pytest.mark.parametrize("spread", [0.0, 0.05, 2.0], ids=["no latency", "local", "a slow line"])
async def test_no_second_of_telegrams_can_hold_more_than_thirty(spread: float) -> None:
    rig, dice = Rig(), random.Random(3)
    rig.line.slow = {f"m{n}": dice.random() * spread for n in range(200)}
    for n in range(200):
        rig.send(f"m{n}", 1000 + n)
    await rig.clock.advance(60)
    assert len(rig.line.gone) == 200
    # Telegram may count a message at any moment between its leaving and its answer: no choice may break the limit.
    spans = sorted((started, ended) for _, started, ended in rig.line.gone)
    for started, _ in spans:
        assert sum(s <= started and e > started - 1.0 + 1e-9 for s, e in spans) <= 30


async def test_a_thousand_chats_take_no_longer_than_the_limit_allows() -> None:
    rig = Rig(latency=0.01)
    for n in range(1000):
        rig.send(f"m{n}", 1000 + n)
    await rig.clock.advance(1.05 * 1000 / 30)
    assert len(rig.line.gone) == 1000


async def test_an_urgent_message_overtakes_what_waits() -> None:
    rig = Rig()
    for n in range(500):
        rig.send(f"m{n}", 1000 + n)
    await rig.clock.advance(3.0)
    rig.send("urgent 1", 5, urgent=True)
    rig.send("urgent 2", 6, urgent=True)
    await rig.clock.advance(0.15)
    assert rig.after("urgent 1") - 3.0 < 0.035
    assert rig.after("urgent 2") - 3.0 < 0.068
    ordinary = [name for name in rig.line.names if name.startswith("m")]
    assert ordinary == [f"m{n}" for n in range(len(ordinary))]  # none of them lost its place


async def test_an_urgent_message_overtakes_one_that_waits_for_the_same_chat() -> None:
    rig = Rig()
    for n in range(300):
        rig.send(f"m{n}", 1000 + n)
    rig.send("ordinary", 5)
    await rig.clock.advance(1.0)
    rig.send("urgent", 5, urgent=True)
    await rig.clock.advance(20)
    assert rig.after("urgent") < 1.2
    assert rig.after("ordinary") >= rig.after("urgent") + 1.0


async def test_a_chat_that_must_wait_does_not_hold_up_the_others() -> None:
    rig = Rig()
    rig.send("first", 5)
    rig.send("second", 5)
    rig.send("other", 6)
    await rig.clock.advance(0.2)
    assert rig.line.names == ["first", "other"]


async def test_a_429_keeps_the_place_and_is_repeated_until_it_is_taken() -> None:
    rig = Rig()
    rig.line.faults["x0"] = [RetryAfter(3), RetryAfter(5)]
    rig.send("x0", 7)
    rig.send("x1", 7)
    await rig.clock.advance(30)
    assert rig.line.names == ["x0", "x1"]
    assert rig.after("x0") == pytest.approx(8 + 2 * HALT_MARGIN)


async def test_the_longest_halt_wins() -> None:
    rig = Rig()
    rig.line.faults = {"a": [RetryAfter(9)], "b": [RetryAfter(2)]}
    rig.line.slow = {"a": 0.1, "b": 0.2}
    rig.send("a", 1)
    rig.send("b", 2)
    await rig.clock.advance(30)
    assert min(rig.after("a"), rig.after("b")) >= 9.1 + HALT_MARGIN - 1e-9


async def test_other_faults_go_to_the_caller_and_cost_their_place() -> None:
    rig = Rig()
    rig.line.faults["x0"] = [NetworkError("gone")]
    broken = rig.send("x0", 7)
    rig.send("x1", 7)
    await rig.clock.advance(5)
    assert isinstance(broken.exception(), NetworkError)
    assert rig.after("x1") == 1.0  # it may have arrived: it counts


async def test_what_is_not_a_message_is_not_paced() -> None:
    rig = Rig()
    rig.line.faults["flooded"] = [RetryAfter(60)]
    rig.send("flooded", 1)
    await settle()
    for n in range(100):
        rig.send(f"answer {n}", None)
    await settle()
    assert len(rig.line.names) == 100


async def test_who_is_cancelled_while_waiting_leaves_no_trace() -> None:
    rig = Rig()
    rig.send("first", 7)
    await settle()
    waiting = [rig.send(f"w{n}", chat) for n, chat in enumerate([7, 7, 8, 9])]
    await settle()
    waiting[0].cancel()
    waiting[1].cancel()
    rig.send("last", 7)
    await rig.clock.advance(3)
    assert rig.after("last") == 1.0
    assert set(rig.line.names) == {"first", "w2", "w3", "last"}


async def test_quiet_chats_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.floodgate._KEPT_CHATS", 50)
    rig = Rig()
    for n in range(200):
        rig.send(f"m{n}", 1000 + n)
        await rig.clock.advance(0.1)
    await rig.clock.advance(10)
    assert len(rig.line.gone) == 200
    assert len(rig.gate._chats) <= 50
