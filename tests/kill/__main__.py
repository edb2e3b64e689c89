"""``python -m tests.kill [N]``: kill the engine N times with SIGKILL, and print what came of it beside two usual ways.

The trials are shared out among ``--jobs`` processes, each with a database of its own; the figures are of all of them.
Status 1 when anything was broken, with the seeds that did it: ``--seed S`` plays one trial again.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import multiprocessing
import os
import shutil
import sys
import tempfile
import time
from collections import Counter
from functools import cache
from pathlib import Path

from engine.types import Role, SourceMode
from storage import links, readers
from storage.database import Database
from tests.clocks import NOON, ManualClock
from tests.kill import naive
from tests.kill.life import CHANNEL, Start, rehearse
from tests.kill.trial import Outcome, run
from tests.stores import fresh_database


def template(folder: Path) -> Path:
    """A database in which one person follows one channel with one account."""
    asyncio.run(_make(folder))
    (made,) = folder.glob("*.sqlite3")
    return made.rename(folder / "template")


async def _make(folder: Path) -> None:
    database: Database = await fresh_database(folder, ManualClock())

    def people(tx):  # type: ignore[no-untyped-def]
        ann = tx.people.enroll(101, "ann", "en", Role.USER, NOON)
        tx.accounts.add_paper(ann, "Paper", NOON)
        channel = tx.channels.add(ann, CHANNEL, "Signals", NOON)
        tx.channels.set_mode(ann.id, channel.id, SourceMode.AUTO)

    await database.write(people)
    await database.close()


def work(first: int, step: int, kills: int, folder: str, made: str, strategy: str | None) -> list[Outcome]:
    """Trials first, first + step, … until there were enough kills. The verdict of each is kept."""
    log = os.open(Path(folder) / f"log-{first}", os.O_WRONLY | os.O_CREAT)
    os.dup2(log, 1)
    os.dup2(log, 2)
    path = Path(folder) / f"books-{first}.sqlite3"
    if strategy is None:
        warm_up(path, Path(made))
    done: list[Outcome] = []
    seed = first
    while sum(len(o.kills) for o in done) < kills:
        done.append(run(seed, path, Path(made), strategy))
        seed += step
    return done


def warm_up(path: Path, made: Path) -> None:
    """Live once in this process, so that its children find everything imported and every statement compiled."""
    links.sqlite_writing = cache(links.sqlite_writing)  # type: ignore[assignment]
    readers.sqlite_reading = cache(readers.sqlite_reading)  # type: ignore[assignment]
    shutil.copyfile(made, path)
    rehearse(Start(path, NOON, 0, "none", 0, stops_lock=False, expires_after=4))
    gc.collect()
    gc.freeze()


# A killed process loses nothing that it wrote, on disk or in memory: without waiting for the disk it goes faster.
MEMORY = "/dev/shm" if Path("/dev/shm").is_dir() else None


def measure(kills: int, strategy: str | None, jobs: int) -> list[Outcome]:
    with tempfile.TemporaryDirectory(prefix="kill-", dir=MEMORY) as folder:
        with multiprocessing.get_context("fork").Pool(1) as pool:  # threads of the database stay out of this process
            made = pool.apply(template, (Path(folder),))
        parts = [(n, jobs, -(-kills // jobs), folder, str(made), strategy) for n in range(jobs)]
        with multiprocessing.get_context("fork").Pool(jobs) as pool:
            return [outcome for part in pool.starmap(work, parts) for outcome in part]


def show(name: str, outcomes: list[Outcome], seconds: float) -> None:
    kills = sum(len(o.kills) for o in outcomes)
    bad = Counter(o.verdict.partition(":")[0] for o in outcomes if o.verdict)
    deep = max((len(o.kills) for o in outcomes), default=0)
    print(f"{name:<34} {len(outcomes):>7} {kills:>8} {deep:>5} {bad['duplicate']:>10} {bad['lost']:>6} "
          f"{bad.total() - bad['duplicate'] - bad['lost']:>6} {seconds:>7.0f} s")  # fmt: skip


def main() -> int:
    asked = argparse.ArgumentParser(prog="tests.kill", description=__doc__)
    asked.add_argument("kills", nargs="?", type=int, default=1000)
    asked.add_argument("--seed", type=int)
    asked.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    options = asked.parse_args()
    if options.seed is not None:
        with tempfile.TemporaryDirectory(prefix="kill-", dir=MEMORY) as folder:
            made = template(Path(folder))
            outcome = run(options.seed, Path(folder) / "books.sqlite3", made)
        print(outcome)
        return 1 if outcome.verdict else 0
    print(f"{'':<34} {'signals':>7} {'SIGKILLs':>8} {'deep':>5} {'duplicates':>10} {'lost':>6} {'other':>6}")
    for strategy in naive.STRATEGIES:
        begun = time.monotonic()
        show(strategy, measure(min(options.kills, 1000), strategy, options.jobs), time.monotonic() - begun)
    begun = time.monotonic()
    outcomes = measure(options.kills, None, options.jobs)
    show("Heliograph", outcomes, time.monotonic() - begun)
    where = Counter(kill.partition(":")[0] for o in outcomes for kill in o.kills)
    print("killed at: " + ", ".join(f"{point} {count}" for point, count in where.most_common()))
    broken = [o for o in outcomes if o.verdict]
    for outcome in broken[:20]:
        print(f"--seed {outcome.seed}: {outcome.verdict} (killed at {', '.join(outcome.kills)})")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
