"""One trial: one signal, a venue full of faults, and an engine killed again and again until it comes through."""

from __future__ import annotations

import os
import random
import shutil
import signal
import socket
from dataclasses import dataclass, field
from pathlib import Path

from tests.clocks import NOON
from tests.execution.fake_venue import FakeVenue, Fault, answer_lost, broken, busy, late, lost
from tests.kill import life, naive
from tests.kill.life import Start
from tests.kill.link import At, answer, receive, send

NESTED = 6
POINTS = {
    "read": 1, "recorded": 1, "reserved": 1, "before_send": 4, "sent": 4, "absorbed": 6, "stop_reserved": 3,
    "exit_reserved": 2, "cancelling": 2, "write": 14, "commit": 14, "call": 16, "answer": 16,
}  # fmt: skip
"""Where a life may end, and up to which passing. A naive strategy passes only the last four."""


@dataclass
class Outcome:
    """How a trial ended: empty verdict, or what was broken; how often the process was killed, and where."""

    seed: int
    verdict: str = "no verdict"
    kills: list[str] = field(default_factory=list)


def run(seed: int, path: Path, template: Path, strategy: str | None = None) -> Outcome:
    """The engine's own way without ``strategy``. The same seed makes the same faults and the same deaths.

    ``path`` is where the books are kept; whatever lies there is replaced by ``template``.
    """
    dice = random.Random(seed)
    at = At(NOON)
    window = dice.choice([2.0, 6.0])
    venue = FakeVenue(at, expires_after=window, lag=dice.choice([0.0, 0.0, 1.0]))  # type: ignore[arg-type]
    venue.stops_lock = strategy is None and dice.random() < 0.5
    for call, faults in FAULTS.items():
        venue.script(call, *(dice.choice([None, None, *faults]) for _ in range(dice.randrange(8))))
    for left in path.parent.glob(f"{path.stem}.*"):
        left.unlink()
    shutil.copyfile(template, path)
    outcome, phase = Outcome(seed), 0
    for nested in range(NESTED + 1):
        point = dice.choice(list(POINTS) if strategy is None else list(POINTS)[-4:])
        nth = dice.randint(1, POINTS[point]) if strategy is None else dice.randint(1, 3)
        start = Start(path, at.moment, phase, point, nth if nested < NESTED else 0, venue.stops_lock, window + 2)
        phase, verdict, died = _one_life(start, venue, at, strategy)
        if not died:
            outcome.verdict = verdict
            break
        outcome.kills.append(f"{point}:{nth}")
    return outcome


FAULTS: dict[str, list[Fault]] = {
    "place": [lost(), answer_lost(), answer_lost(), late(1), late(3), late(5), broken(), busy(1)],
    "cancel": [lost(), answer_lost(), broken()],
    "find": [lost(), broken()],
}


def _one_life(start: Start, venue: FakeVenue, at: At, strategy: str | None) -> tuple[int, str, bool]:
    """The phase it came to, its verdict if it came through, and whether it was killed."""
    here, there = socket.socketpair()
    child = os.fork()
    if child == 0:
        here.close()
        if strategy is None:
            life.live(there, start)
        naive.live(there, start, strategy or "")
    there.close()
    phase, verdict = start.phase, "it ended without a verdict"
    try:
        while True:
            at.moment, method, args = receive(here)
            if method == "phase":
                phase, said = args[0], (True, None)
            elif method == "verdict":
                verdict, said = args[0], (True, None)
            elif method == "snapshot":
                venue.orders()
                said = (True, venue.book)
            else:
                said = answer(venue, method, args)
            send(here, said)
    except (EOFError, ConnectionError):
        pass
    here.close()
    _, status = os.waitpid(child, 0)
    return phase, verdict, os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
