"""Group commit: everything that waits to be written is written in one transaction, with one sync to disk.

A hundred tasks that each need a durable row share one commit, and each still returns only when its own row is on
disk. When one of them fails, the whole group is rolled back and every function runs again in a transaction of its
own, so that only the guilty caller sees its exception.
"""

from __future__ import annotations

import asyncio
import queue
import threading
from collections.abc import Callable
from typing import Any, NamedTuple

from sqlalchemy import Connection

from storage.faults import named
from storage.links import Link
from storage.unit_of_work import UnitOfWork

GROUP = 500
"""About the most functions in one transaction: keeps the wait of the first one short."""


_THE_END: list[Any] = []


class _Job(NamedTuple):
    work: Callable[[UnitOfWork], Any]
    answer: asyncio.Future[Any]


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

    def submit(self, work: Callable[[UnitOfWork], Any]) -> asyncio.Future[Any]:
        """The answer of ``work``, there when its commit is on disk."""
        # Handed over once a turn of the loop: the thread would otherwise start on the first of many, and the two
        # would fight for the interpreter instead of taking turns.
        if not self._gathered:
            self._loop.call_soon(self._hand_over)
        answer: asyncio.Future[Any] = self._loop.create_future()
        self._gathered.append(_Job(work, answer))
        return answer

    def _hand_over(self) -> None:
        gathered, self._gathered = self._gathered, []
        for start in range(0, len(gathered), GROUP):
            self._jobs.put(gathered[start : start + GROUP])

    def _serve(self) -> None:
        try:
            link = self._open_link()
        except BaseException as error:
            self._tell([_Outcome(self._opened, None, _told(error))])
            return
        self._tell([_Outcome(self._opened, None, None)])
        while jobs := self._waiting():
            self._tell(self._together(link, jobs))
        link.close()

    def _waiting(self) -> list[_Job]:
        """Everything that waits now, at least one; empty at the end."""
        jobs: list[_Job] = []
        while not jobs or (len(jobs) < GROUP and not self._jobs.empty()):
            more = self._jobs.get()
            if not more:
                self._jobs.put(_THE_END)
                return jobs
            jobs.extend(more)
        return jobs

    def _together(self, link: Link, jobs: list[_Job]) -> list[_Outcome]:
        values: list[Any] = []
        started = False

        def run(connection: Connection) -> None:
            nonlocal started
            started = True
            unit = self._unit(connection)
            for job in jobs:
                values.append(job.work(unit))

        try:
            link.transact(run)
        except BaseException as error:
            guilty_among_many = started and len(values) < len(jobs) and len(jobs) > 1
            if guilty_among_many:
                return [outcome for job in jobs for outcome in self._together(link, [job])]
            return [_Outcome(job.answer, None, _told(error)) for job in jobs]
        return [_Outcome(job.answer, value, None) for job, value in zip(jobs, values, strict=True)]

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
