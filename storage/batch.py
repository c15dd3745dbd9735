"""Group commit: several works in one transaction, each in a savepoint of its own. Both stores run on this."""

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

from bot.ports import Boundary, Committed, Tx, Unavailable
from storage.dialect import READS
from storage.quick import Savepoint
from storage.session import RosterCache, Tools, merged
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
    with unavailable(), engine.connect() as connection, connection.begin() as transaction:
        done, told, rosters = [], [], RosterCache()
        for work in works:
            one, committed = apart(
                SqlTx(connection, tools, rosters), rosters, connection, work, alone=len(works) == 1
            )
            done.append(one)
            if committed is not None:
                told.append(committed)
        names = [work.name for work, one in zip(works, done, strict=True) if one.error is None]
        if not told:
            transaction.rollback()
            return done, None
        for name in names:
            boundary(f"commit.before {name}")
    for name in names:
        boundary(f"commit.after {name}")
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
                return work(SqlTx(reading, tools, RosterCache()))
            finally:
                transaction.rollback()


def apart(
    tx: SqlTx, rosters: RosterCache, connection: Connection, work: Work[T], *, alone: bool
) -> tuple[Done[T], Committed | None]:
    """Run one work so that its failure undoes it alone; one without company is undone with the transaction."""
    savepoint = None if alone else Savepoint(connection)
    try:
        with unavailable():
            result = work.do(tx)
            tx.flush()
    except BaseException as error:  # noqa: BLE001 - whatever it is, it belongs to this work's caller alone
        # When the database itself gave up the whole transaction, this raises, and the batch ends.
        rosters.clear()
        if savepoint is not None:
            savepoint.rollback()
        return Done(error=error), None
    if savepoint is not None:
        savepoint.commit()
    return Done(result=result), tx.told.committed()
