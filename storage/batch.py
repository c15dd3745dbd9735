"""Group commit: several works in one transaction. Both stores run on this.

Nearly always all of them succeed. So they share what they read and what they are going to write, and the rows of all are
written at the end together, as if they were one work. When one raises, or the rows cannot be written, nothing has happened
yet: the transaction is undone, and all are done anew, each in a savepoint of its own, so that only the one at fault fails.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import (
    DataError,
    DBAPIError,
    IntegrityError,
    NotSupportedError,
    ProgrammingError,
)

from bot.ports import Boundary, Committed, InTurn, Tx, Unavailable
from storage.dialect import READS
from storage.quick import Savepoint
from storage.roster_cache import RosterReading
from storage.session import Tools, merged
from storage.unit import SqlTx

T = TypeVar("T")

_OURS = (IntegrityError, ProgrammingError, DataError, NotSupportedError)
"""What a statement of ours did wrong; everything else a driver raises is the database's trouble."""


@dataclass(frozen=True, slots=True)
class Work(Generic[T]):
    """A work function and the name of its commit."""

    do: Callable[[Tx], T]
    name: str


@dataclass(frozen=True, slots=True)
class Done(Generic[T]):
    """What came of one work: a result or an error, never both."""

    result: T | None = None
    error: BaseException | None = None


@contextmanager
def unavailable() -> Iterator[None]:
    """Turn the database's own trouble (locked, full, unreadable) into Unavailable."""
    try:
        yield
    except DBAPIError as trouble:
        if isinstance(trouble, _OURS):
            raise
        raise Unavailable("the database takes nothing now") from trouble


def commit_together(
    engine: Engine, tools: Tools, works: Sequence[Work[Any]], boundary: Boundary
) -> tuple[list[Done[Any]], Committed | None]:
    """Run works in order in one transaction and commit it.

    Args:
        engine: whose transactions begin by taking the write lock.
        tools: of the store.
        works: at least one.
        boundary: called around the commit for each work that did not raise.

    Returns:
        What came of each work, in their order, and what the commit may wake; None when every work raised, and
        nothing was written.

    Raises:
        Unavailable: nothing was written.
        Whatever `boundary` raises: before the commit, nothing was written; after it, everything was.
    """
    with unavailable(), engine.connect() as connection:
        shared = _in_one(connection, tools, works, boundary) if len(works) > 1 else None
        done, committed = shared or _each(connection, tools, works, boundary)
    for work, one in zip(works, done, strict=True):
        if one.error is None:
            boundary(f"commit.after {work.name}")
    return done, committed


_Committed = tuple[list[Done[Any]], Committed | None]


def _in_one(
    connection: Connection, tools: Tools, works: Sequence[Work[Any]], boundary: Boundary
) -> _Committed | None:
    """Commit works that share everything; None when that did not succeed, and nothing was written."""
    with connection.begin() as transaction:
        tx = SqlTx(connection, tools, RosterReading(connection, tools.rosters))
        try:
            _read_ahead(tx, works)
            done: list[Done[Any]] = [Done(result=work.do(tx)) for work in works]
            tx.finish()
        except BaseException:  # noqa: BLE001 - whose it is, and what it is, shows when each is done by itself
            transaction.rollback()
            return None
        for work in works:
            boundary(f"commit.before {work.name}")
        return done, tx.told.committed()


def _read_ahead(tx: SqlTx, works: Sequence[Work[Any]]) -> None:
    """Read at once what works of one kind will each ask for."""
    wanted: dict[Callable[[Tx, Sequence[Any]], None], list[Any]] = {}
    for work in works:
        ahead = work.do.ahead if isinstance(work.do, InTurn) else None
        if ahead is not None:
            wanted.setdefault(ahead.read, []).append(ahead.wants)
    for read, wants in wanted.items():
        if len(wants) > 1:
            read(tx, wants)


def _each(
    connection: Connection, tools: Tools, works: Sequence[Work[Any]], boundary: Boundary
) -> _Committed:
    """Commit those works that do not raise; None in place of what it may wake when every one did."""
    with connection.begin() as transaction:
        done, told = [], []
        rosters = RosterReading(connection, tools.rosters)
        for work in works:
            tx = SqlTx(connection, tools, rosters)
            one, committed = apart(tx, rosters, connection, work, alone=len(works) == 1)
            done.append(one)
            if committed is not None:
                told.append(committed)
        if not told:
            transaction.rollback()
            return done, None
        for work, one in zip(works, done, strict=True):
            if one.error is None:
                boundary(f"commit.before {work.name}")
    return done, merged(told)


def read_only(engine: Engine, tools: Tools, work: Callable[[Tx], T]) -> T:
    """Run a work on a consistent view, and throw away what it writes.

    Raises:
        Whatever `work` raises; Unavailable when the database cannot be read.
    """
    with unavailable(), engine.connect() as connection:
        reading = connection.execution_options(**{READS: True})
        with reading.begin() as transaction:
            try:
                return work(SqlTx(reading, tools, RosterReading(reading, tools.rosters)))
            finally:
                transaction.rollback()


def apart(
    tx: SqlTx, rosters: RosterReading, connection: Connection, work: Work[T], *, alone: bool
) -> tuple[Done[T], Committed | None]:
    """Run one work so that its failure undoes it alone; one without company is undone with the transaction."""
    savepoint = None if alone else Savepoint(connection)
    try:
        with unavailable():
            result = work.do(tx)
            tx.finish()
    except BaseException as error:  # noqa: BLE001 - whatever it is, it belongs to this work's caller alone
        # When the database itself gave up the whole transaction, this raises, and the batch ends.
        rosters.undone()
        if savepoint is not None:
            savepoint.rollback()
        return Done(error=error), None
    if savepoint is not None:
        savepoint.commit()
    return Done(result=result), tx.told.committed()
