"""The store of production on PostgreSQL: a few threads, each with one work in one transaction at a time.

Several processes may share the database, each with an engine and a relay of its own. What keeps them apart is in the
statements: rows are locked, due rows that somebody has locked are skipped, messages are leased.

**One work a transaction.** Unlike SQLite, the server itself lets commits that come together share a disk sync. Works of
several people in one transaction would hold each other's locks until the last of them is done, and two such
transactions could wait for each other.

**A work is run again** when it could not be committed through no fault of its own: a deadlock, a connection that was
lost. Nothing of the first run is left then, so the second is the first as far as anybody can tell.

**When the connection is lost during the commit itself**, nobody knows what became of it. The database does: every
transaction begins by leaving a number in its writer's row, and after connecting again we look there. Committed: the
result of the run stands. Undone: it is run again. Only when the server cannot be asked for long is the caller told
Unavailable, and may then be wrong about it, which each caller can bear. An inbound event that comes again is found in the inbox
and has no effect. A deadline that was decided on is not due any more; its messages are known by their `dedupe`, its
visit by its version. A claim that nobody knows of ends with its lease. A result recorded twice is refused the
second time, because its lease ended with the first.
"""

from __future__ import annotations

import asyncio
import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from queue import SimpleQueue
from typing import Any, TypeVar

import psycopg
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from bot.ports import Boundary, Committed, IdSource, InTurn, Tx, Unavailable, no_boundary
from bot.sealing import Keyring
from storage.batch import Done, Work, apart, read_only, unavailable
from storage.dialect import MARK, TURN
from storage.migrating import migrate
from storage.postgres import (
    again,
    connect,
    for_migrations,
    forget_writers,
    lost,
    postgres_engine,
    was_committed,
)
from storage.postgres_wake import CHANNEL, Listener, written
from storage.roster_cache import RosterReading
from storage.session import Told, Tools
from storage.store import call_in
from storage.unit import SqlTx

T = TypeVar("T")

WRITERS = 6
READERS = 3
PAUSES = (0.0, 0.1, 0.4, 1.0, 2.0)
"""Seconds before each further run of a work: together long enough for a server that is started anew."""
ASKS = (0.1, 0.4, 1.0, 2.0, 2.0, 2.0, 2.0)
"""Seconds before each question what became of a commit."""

_NOTIFY = text("SELECT pg_notify(:channel, :payload)")


@dataclass(frozen=True, slots=True)
class _Job:
    work: Work[Any]
    turn: str | None
    loop: asyncio.AbstractEventLoop
    future: asyncio.Future[Any]


class _OutcomeUnknown(Exception):
    """The connection was lost while a transaction was being committed."""

    def __init__(self, mark: tuple[str, int], done: Done[Any], committed: Committed) -> None:
        super().__init__()
        self.mark, self.done, self.committed = mark, done, committed


class PostgresStore:
    """`bot.ports.Store` on PostgreSQL. Made once, in any thread; used from one event loop.

    Args:
        url: "postgresql://…"; the schema is brought up to date before this returns.
        keyring: seals, and makes the journal's codes. Every process on the database needs the same keys.
        ids: where salts come from.
        boundary: called in a writing thread around every commit.

    Raises:
        Unavailable: the database cannot be reached or used.
    """

    def __init__(
        self, url: str, keyring: Keyring, ids: IdSource, *, boundary: Boundary = no_boundary
    ) -> None:
        self.engine = postgres_engine(url, connections=WRITERS + READERS)
        self._url = url
        self._tools = Tools(keyring, keyring.sealer(), ids)
        self._boundary = boundary
        self._origin = ids.new("store")
        self._told: list[Callable[[Committed], None]] = []
        self._loop: asyncio.AbstractEventLoop | None = None
        self._closed = False
        self._down = False
        self._stopping = threading.Event()
        self._marks = threading.local()
        # Under the lock: the queue's waiting turns, how much is under way, and the earliest deadline known.
        self._lock = threading.Lock()
        self._queue: SimpleQueue[_Job | None] = SimpleQueue()
        self._turns: dict[str, deque[_Job]] = {}
        self._under_way = 0
        self._all_done = threading.Condition(self._lock)
        self._earliest: datetime | None = None
        self._migrate()
        self._readers = ThreadPoolExecutor(READERS, thread_name_prefix="store-read")
        self._writers = [
            threading.Thread(target=self._write, name=f"store-write-{n}", daemon=True)
            for n in range(WRITERS)
        ]
        for writer in self._writers:
            writer.start()
        self._listener = Listener(url, self._origin, self._heard)

    def _migrate(self) -> None:
        try:
            migrate(for_migrations(self.engine))
            with unavailable(), self.engine.begin() as connection:
                forget_writers(connection)
        except BaseException:
            self.engine.dispose()
            raise

    async def run(self, work: Callable[[Tx], T], *, name: str) -> T:
        """Run `work` in a transaction of its own and return its result once that is on disk.

        An `InTurn` waits for those before it in the same turn; everything else runs side by side. A caller who is
        cancelled does not learn what came of it: the work is done or it is not, as always.

        Raises:
            Whatever `work` raises, with nothing written; Unavailable when the database takes no commit, or the
            store is closed.
        """
        if self._closed:
            raise Unavailable("the store is closed")
        self._loop = loop = asyncio.get_running_loop()
        future: asyncio.Future[T] = loop.create_future()
        turn = work.turn if isinstance(work, InTurn) else None
        self._put(_Job(Work(work, name), turn, loop, future))
        return await future

    async def read(self, work: Callable[[Tx], T]) -> T:
        """Run `work` in a reading thread on a consistent view; what it writes is thrown away.

        Raises:
            Whatever `work` raises; Unavailable when the database cannot be read, or the store is closed.
        """
        if self._closed:
            raise Unavailable("the store is closed")
        self._loop = loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._readers, self._read, work)

    def on_commit(self, told: Callable[[Committed], None]) -> None:
        """Have `told` called, in the event loop, after every commit here, and for what others announce."""
        self._told.append(told)

    async def close(self) -> None:
        """Finish what was begun and let go of the database. What is asked of it afterwards is Unavailable."""
        if self._closed:
            return
        self._closed = True
        await asyncio.get_running_loop().run_in_executor(None, self._shut)

    def _shut(self) -> None:
        with self._all_done:
            self._all_done.wait_for(lambda: not self._under_way)
        self._stopping.set()
        for _ in self._writers:
            self._queue.put(None)
        for writer in self._writers:
            writer.join()
        self._listener.close()
        self._readers.shutdown()
        self.engine.dispose()

    # --- the queue ---------------------------------------------------------------------------------

    def _put(self, job: _Job) -> None:
        with self._lock:
            self._under_way += 1
            if job.turn is not None:
                if job.turn in self._turns:
                    self._turns[job.turn].append(job)
                    return
                self._turns[job.turn] = deque()
        self._queue.put(job)

    def _finished(self, job: _Job) -> None:
        with self._all_done:
            self._under_way -= 1
            if job.turn is not None:
                waiting = self._turns[job.turn]
                if waiting:
                    self._queue.put(waiting.popleft())
                else:
                    del self._turns[job.turn]
            if not self._under_way:
                self._all_done.notify_all()

    # --- in a writing thread -----------------------------------------------------------------------

    def _write(self) -> None:
        while (job := self._queue.get()) is not None:
            try:
                done, committed = self._commit(job)
            except BaseException as error:  # noqa: BLE001 - the writer outlives everything; the caller is told
                done, committed = Done(error=error), None
            call_in(job.loop, self._settle, job, done, committed)
            self._finished(job)

    def _commit(self, job: _Job) -> tuple[Done[Any], Committed | None]:
        """Run a work until it is committed, has failed by itself, or the database has been tried often enough."""
        pauses = iter(() if self._down else PAUSES)
        while True:
            done, committed = self._once(job)
            trouble = None if done.error is None else done.error.__cause__ or done.error
            if not again(trouble):
                self._down = False
                return done, committed
            pause = next(pauses, None)
            if pause is None:
                # Until one succeeds, each is tried once: a queue that fails slowly keeps everybody waiting.
                self._down = lost(trouble)
                return done, None
            self._stopping.wait(pause)

    def _once(self, job: _Job) -> tuple[Done[Any], Committed | None]:
        try:
            return self._transaction(job)
        except _OutcomeUnknown as unknown:
            return self._ask(unknown)
        except BaseException as error:  # noqa: BLE001 - the caller is told
            return Done(error=error), None

    def _transaction(self, job: _Job) -> tuple[Done[Any], Committed | None]:
        with unavailable(), self.engine.connect() as plain:
            mark = self._next_mark()
            turn = None if job.turn is None else self._number(job.turn)
            connection = plain.execution_options(**{MARK: mark, TURN: turn})
            rosters = RosterReading(connection, self._tools.rosters)
            with connection.begin() as transaction:
                tx = SqlTx(connection, self._tools, rosters)
                done, committed = apart(tx, rosters, connection, job.work, alone=True)
                if committed is None:
                    transaction.rollback()
                    return done, None
                self._announce(connection, tx.told)
                self._boundary(f"commit.before {job.work.name}")
                try:
                    transaction.commit()
                except DBAPIError as trouble:
                    if lost(trouble):
                        raise _OutcomeUnknown(mark, done, committed) from trouble
                    raise
        self._boundary(f"commit.after {job.work.name}")
        return done, committed

    def _next_mark(self) -> tuple[str, int]:
        """Return what this thread's next transaction leaves of itself: its writer, and a number not used before."""
        number = getattr(self._marks, "number", 0) + 1
        self._marks.number = number
        return f"{self._origin}/{threading.get_native_id()}", number

    def _number(self, turn: str) -> int:
        """Return the number of a turn. It is keyed: the server may write it into its log."""
        return int.from_bytes(self._tools.keyring.mac("turn", turn.encode())[:8], signed=True)

    def _ask(self, unknown: _OutcomeUnknown) -> tuple[Done[Any], Committed | None]:
        """Ask the database what became of a commit. One that was undone counts as a lost connection before it."""
        for pause in ASKS:
            self._stopping.wait(pause)
            try:
                with connect(self._url) as raw:
                    committed = was_committed(raw, *unknown.mark)
            except psycopg.Error:
                continue
            if committed:
                return unknown.done, unknown.committed
            return Done(error=unknown.__cause__), None
        return Done(error=Unavailable("nobody knows whether it was committed")), None

    def _announce(self, connection: Connection, told: Told) -> None:
        """Tell other processes of an alarm, or of a deadline before all that are known.

        Not in every commit: the server lets one commit with a notification through at a time.
        """
        due_at = told.due_at
        with self._lock:
            if told.next_due is not None:
                self._earliest = told.next_due[0]
            if due_at is None or (self._earliest is not None and due_at >= self._earliest):
                due_at = None
            else:
                self._earliest = due_at
        if due_at is not None or told.urgent:
            payload = written(self._origin, due_at, messages=told.urgent)
            connection.execute(_NOTIFY, {"channel": CHANNEL, "payload": payload})

    # --- in a reading thread -----------------------------------------------------------------------

    def _read(self, work: Callable[[Tx], T]) -> T:
        pauses = iter(() if self._down else PAUSES)
        while True:
            try:
                return read_only(self.engine, self._tools, work)
            except Unavailable as trouble:
                pause = next(pauses, None)
                if pause is None or not again(trouble.__cause__):
                    raise
            self._stopping.wait(pause)

    # --- in the listening thread -------------------------------------------------------------------

    def _heard(self, committed: Committed) -> None:
        with self._lock:
            if committed.due_at is not None and self._earliest is not None:
                self._earliest = min(self._earliest, committed.due_at)
        if self._loop is not None:
            call_in(self._loop, self._tell, committed)

    # --- in the event loop -------------------------------------------------------------------------

    def _settle(self, job: _Job, done: Done[Any], committed: Committed | None) -> None:
        future = job.future
        if not future.done():  # its caller was not cancelled
            if done.error is None:
                future.set_result(done.result)
            elif isinstance(done.error, StopIteration):
                future.set_exception(RuntimeError("a work raised StopIteration"))
            else:
                future.set_exception(_shown(done.error))
        if committed is not None:
            self._tell(committed)

    def _tell(self, committed: Committed) -> None:
        for told in self._told:
            told(committed)


def _shown(error: BaseException) -> BaseException:
    """Return the error for the caller: the database's own trouble has one name."""
    if isinstance(error, DBAPIError) and again(error):
        shown = Unavailable("the database takes nothing now")
        shown.__cause__ = error
        return shown
    return error


__all__ = ["PostgresStore"]
