"""Group commit: everything that waits to be written is written in one transaction, with one sync to disk.

A hundred tasks that each need a durable row share one commit, and each still returns only when its own row is on
disk. When one of them fails, the whole group is rolled back and every function runs again in a transaction of its
own, so that only the guilty caller sees its exception. What is urgent (a fill, a stop, a close) is written before what
is not, and a group lasts a moment at most, less when something urgent waits: a crowd of new orders does not keep a
filled one waiting.
"""

from __future__ import annotations

import asyncio
import queue
import threading
import time
from collections import deque
from collections.abc import Callable
from typing import Any, NamedTuple

from sqlalchemy import Connection

from storage.faults import named
from storage.links import Link
from storage.unit_of_work import UnitOfWork

GROUP = 500
"""The most functions in one transaction."""

MOMENT = 0.05
"""Seconds after which a transaction takes no more functions in: twenty times what a sync to disk costs."""

BRIEFLY = 0.02
"""The same for what is not urgent, as soon as something urgent waits: less would halve what a burst gets done."""

_THE_END: list[Any] = []


class _Job(NamedTuple):
    work: Callable[[UnitOfWork], Any]
    answer: asyncio.Future[Any]
    urgent: bool


class _Outcome(NamedTuple):
    answer: asyncio.Future[Any]
    value: Any
    error: BaseException | None


class Writer:
    """The only thread that writes. ``link`` opens its connection there; ``unit`` makes the repositories over it."""

    def __init__(self, link: Callable[[], Link], unit: Callable[[Connection], UnitOfWork]) -> None:
        self._open_link = link
        self._unit = unit
        self._gathered: list[_Job] = []
        self._jobs: queue.SimpleQueue[list[_Job]] = queue.SimpleQueue()
        self._urgent: deque[_Job] = deque()  # these two belong to the thread
        self._usual: deque[_Job] = deque()
        self._hurry = False  # something urgent was handed over that the thread has not taken up
        self._ending = False
        self._loop = asyncio.get_running_loop()
        self._opened: asyncio.Future[None] = self._loop.create_future()
        self._thread = threading.Thread(target=self._serve, name="storage-writer", daemon=True)

    async def start(self) -> None:
        """Open the connection; raises what opening it raised."""
        self._thread.start()
        await self._opened

    async def stop(self) -> None:
        """Write what still waits, then end."""
        self._hand_over()
        self._jobs.put(_THE_END)
        await asyncio.to_thread(self._thread.join)

    def submit(self, work: Callable[[UnitOfWork], Any], *, urgent: bool = False) -> asyncio.Future[Any]:
        """The answer of ``work``, there when its commit is on disk. What is urgent overtakes what is not."""
        # Handed over once a turn of the loop: the thread would otherwise start on the first of many, and the two
        # would fight for the interpreter instead of taking turns.
        if not self._gathered:
            self._loop.call_soon(self._hand_over)
        answer: asyncio.Future[Any] = self._loop.create_future()
        self._gathered.append(_Job(work, answer, urgent))
        return answer

    def _hand_over(self) -> None:
        gathered, self._gathered = self._gathered, []
        if gathered:
            self._jobs.put(gathered)
            self._hurry |= any(job.urgent for job in gathered)

    def _serve(self) -> None:
        try:
            link = self._open_link()
        except BaseException as error:
            self._tell([_Outcome(self._opened, None, _told(error))])
            return
        self._tell([_Outcome(self._opened, None, None)])
        while jobs := self._waiting():
            outcomes = self._together(link, jobs)
            self._put_back(jobs[len(outcomes) :])
            self._tell(outcomes)
        link.close()

    def _waiting(self) -> list[_Job]:
        """What is to be written next, the urgent first; waits for at least one. Empty at the end."""
        self._hurry = False
        while not self._jobs.empty() or not (self._urgent or self._usual or self._ending):
            more = self._jobs.get()
            self._ending |= not more
            for job in more:
                (self._urgent if job.urgent else self._usual).append(job)
        ready = (self._urgent.popleft() if self._urgent else self._usual.popleft() for _ in range(GROUP))
        return [next(ready) for _ in range(min(GROUP, len(self._urgent) + len(self._usual)))]

    def _put_back(self, jobs: list[_Job]) -> None:
        for job in reversed(jobs):
            (self._urgent if job.urgent else self._usual).appendleft(job)

    def _together(self, link: Link, jobs: list[_Job]) -> list[_Outcome]:
        """The outcomes of the first of these jobs: as many as a moment allows."""
        values: list[Any] = []
        at_work = False

        def run(connection: Connection) -> None:
            nonlocal at_work
            unit, begun, at_work = self._unit(connection), time.monotonic(), True
            for job in jobs:
                patience = BRIEFLY if self._hurry and not job.urgent else MOMENT
                if values and time.monotonic() - begun > patience:
                    break
                values.append(job.work(unit))
            at_work = False

        try:
            link.transact(run)
        except BaseException as error:
            if at_work and len(jobs) > 1:
                return [outcome for job in jobs[: len(values) + 1] for outcome in self._together(link, [job])]
            failed = jobs[: len(values)] or jobs  # a transaction that did not even begin fails them all
            return [_Outcome(job.answer, None, _told(error)) for job in failed]
        done = zip(jobs, values, strict=False)  # those a moment was too short for come with the next group
        return [_Outcome(job.answer, value, None) for job, value in done]

    def _tell(self, outcomes: list[_Outcome]) -> None:
        # One wake-up of the loop for the whole group: waking it for each answer would cost more than the write.
        self._loop.call_soon_threadsafe(_deliver, outcomes)


def _told(error: BaseException) -> BaseException:
    fault = named(error)
    if fault is not error:
        fault.__cause__ = error
    return fault


def _deliver(outcomes: list[_Outcome]) -> None:
    for answer, value, error in outcomes:
        if answer.done():  # its caller was cancelled; the write stands
            continue
        if error is None:
            answer.set_result(value)
        else:
            answer.set_exception(error)
