"""The store of production on SQLite: one writer thread with group commit, a few threads that read.

One disk sync is what a commit costs, so whatever has queued up while the last one was under way shares the next. A work
that raises is undone alone; when the commit fails, nobody's work was written and everybody is told.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any, TypeVar

from bot.ports import Boundary, Committed, IdSource, Tx, Unavailable, no_boundary
from bot.sealing import Keyring
from storage.batch import Done, Work, commit_together, read_only
from storage.migrating import migrate
from storage.session import Tools
from storage.sqlite import sqlite_engine

T = TypeVar("T")

BATCH_MAX = 200
"""Works of one commit: bounds how long the first of them waits for the last."""
READERS = 4


@dataclass(frozen=True, slots=True)
class _Job:
    work: Work[Any]
    loop: asyncio.AbstractEventLoop
    future: asyncio.Future[Any]


class SqliteStore:
    """`bot.ports.Store` on an SQLite file. Made once, in any thread; used from one event loop.

    Args:
        url_or_path: "sqlite:///…" or a path; made and migrated when needed, before this returns.
        keyring: seals, and makes the journal's codes.
        ids: where salts come from.
        boundary: called in the writer thread around every commit.

    Raises:
        Unavailable: the database cannot be opened.
    """

    def __init__(
        self,
        url_or_path: str | Path,
        keyring: Keyring,
        ids: IdSource,
        *,
        boundary: Boundary = no_boundary,
    ) -> None:
        self.engine = sqlite_engine(url_or_path)
        self._tools = Tools(keyring, keyring.sealer(), ids)
        self._boundary = boundary
        self._told: list[Callable[[Committed], None]] = []
        self._queue: SimpleQueue[_Job | None] = SimpleQueue()
        self._closed = False
        migrate(self.engine)
        self._readers = ThreadPoolExecutor(READERS, thread_name_prefix="store-read")
        # A daemon: a process that ends without closing loses nothing that anybody was told is on disk.
        self._writer = threading.Thread(target=self._write, name="store-write", daemon=True)
        self._writer.start()

    async def run(self, work: Callable[[Tx], T], *, name: str) -> T:
        """Run `work` in the writer thread and return its result once that is on disk.

        A caller who is cancelled does not learn what came of it: the work is done or it is not, as always.

        Raises:
            Whatever `work` raises, with nothing written; Unavailable when the database takes no commit, or the
            store is closed.
        """
        if self._closed:
            raise Unavailable("the store is closed")
        loop = asyncio.get_running_loop()
        future: asyncio.Future[T] = loop.create_future()
        self._queue.put(_Job(Work(work, name), loop, future))
        return await future

    async def read(self, work: Callable[[Tx], T]) -> T:
        """Run `work` in a reading thread on a consistent view; what it writes is thrown away.

        Raises:
            Whatever `work` raises; Unavailable when the database cannot be read, or the store is closed.
        """
        if self._closed:
            raise Unavailable("the store is closed")
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._readers, read_only, self.engine, self._tools, work)

    def on_commit(self, told: Callable[[Committed], None]) -> None:
        """Have `told` called, in the event loop, after every commit, before its callers go on."""
        self._told.append(told)

    async def close(self) -> None:
        """Finish what was begun and let go of the database. What is asked of it afterwards is Unavailable."""
        if self._closed:
            return
        self._closed = True
        self._queue.put(None)
        await asyncio.get_running_loop().run_in_executor(None, self._shut)

    def _shut(self) -> None:
        self._writer.join()
        self._readers.shutdown()
        self.engine.dispose()

    # --- in the writer thread ----------------------------------------------------------------------

    def _write(self) -> None:
        while jobs := self._next_batch():
            done, committed = self._commit(jobs)
            by_loop: dict[asyncio.AbstractEventLoop, list[tuple[_Job, Done[Any]]]] = {}
            for job, one in zip(jobs, done, strict=True):
                by_loop.setdefault(job.loop, []).append((job, one))
            for loop, settled in by_loop.items():
                call_in(loop, self._settle, settled, committed)

    def _next_batch(self) -> list[_Job]:
        """Wait for a job and return it with those behind it; empty when the store closes."""
        jobs: list[_Job] = []
        try:
            while len(jobs) < BATCH_MAX:
                job = self._queue.get(block=not jobs)
                if job is None:
                    self._queue.put(None)  # for the next turn, which ends the thread
                    break
                jobs.append(job)
        except Empty:
            pass
        return jobs

    def _commit(self, jobs: list[_Job]) -> tuple[list[Done[Any]], Committed | None]:
        works = [job.work for job in jobs]
        try:
            return commit_together(self.engine, self._tools, works, self._boundary)
        except BaseException as error:  # noqa: BLE001 - the writer outlives everything; the callers are told
            return [Done(error=error) for _ in jobs], None

    # --- in the event loop -------------------------------------------------------------------------

    def _settle(self, settled: list[tuple[_Job, Done[Any]]], committed: Committed | None) -> None:
        for job, one in settled:
            if job.future.done():
                continue  # its caller was cancelled
            if one.error is None:
                job.future.set_result(one.result)
            elif isinstance(one.error, StopIteration):
                job.future.set_exception(RuntimeError("a work raised StopIteration"))
            else:
                job.future.set_exception(one.error)
        if committed is not None:
            for told in self._told:
                told(committed)


def call_in(loop: asyncio.AbstractEventLoop, do: Callable[..., None], *values: object) -> None:
    """Have something done in an event loop, from any other thread; nothing when the loop has ended."""
    try:
        loop.call_soon_threadsafe(do, *values)
    except RuntimeError:
        return  # the loop is closed: nobody waits any more


__all__ = ["BATCH_MAX", "SqliteStore", "call_in"]
