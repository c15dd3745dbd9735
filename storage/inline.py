"""The store of tests and the simulator: the same code on the same tables, run at once in the calling thread."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import TypeVar, cast

from sqlalchemy import Engine

from bot.ports import Boundary, Committed, IdSource, Tx, no_boundary
from bot.sealing import Keyring
from storage.batch import Work, commit_together, read_only
from storage.migrating import migrate
from storage.session import Tools
from storage.sqlite import MEMORY, sqlite_engine

T = TypeVar("T")


class InlineStore:
    """`bot.ports.Store` without threads: `run` and `read` complete without awaiting anything.

    Args:
        keyring: seals, and makes the journal's codes.
        ids: where salts come from.
        url_or_path: a file, or ":memory:" for a database that ends with this object.
        boundary: what it raises before a commit undoes it; what it raises after leaves it in place. Both propagate.

    Raises:
        Unavailable: the database cannot be opened.
    """

    def __init__(
        self,
        keyring: Keyring,
        ids: IdSource,
        url_or_path: str | Path = MEMORY,
        *,
        boundary: Boundary = no_boundary,
    ) -> None:
        in_memory = str(url_or_path) == MEMORY
        self.engine = _SPARE.pop() if in_memory and _SPARE else sqlite_engine(url_or_path)
        self._in_memory = in_memory
        self._tools = Tools(keyring, keyring.sealer(), ids)
        self._boundary = boundary
        self._told: list[Callable[[Committed], None]] = []
        if in_memory:
            _copy(_migrated(), self.engine)
        else:
            migrate(self.engine)

    def sibling(
        self, *, keyring: Keyring | None = None, boundary: Boundary = no_boundary
    ) -> InlineStore:
        """Return another store on the same database: another replica, or this one after a crash.

        It has nothing of this one's memory: no parsed policy, no people, nobody to tell of commits. Closing one closes all.
        """
        keys = keyring or self._tools.keyring
        other = object.__new__(InlineStore)
        other.engine = self.engine
        other._in_memory = self._in_memory
        other._tools = Tools(keys, keys.sealer(), self._tools.ids)
        other._boundary = boundary
        other._told = []
        return other

    async def run(self, work: Callable[[Tx], T], *, name: str) -> T:
        """Run `work` in a transaction of its own (`bot.ports.Store.run`)."""
        return self.run_now(work, name=name)

    async def read(self, work: Callable[[Tx], T]) -> T:
        """Run `work` on a consistent view; what it writes is thrown away."""
        return self.read_now(work)

    def run_now(self, work: Callable[[Tx], T], *, name: str) -> T:
        """Do as `run` does, without a loop."""
        (done,), committed = commit_together(
            self.engine, self._tools, [Work(work, name)], self._boundary
        )
        if done.error is not None:
            raise done.error
        if committed is not None:
            for told in self._told:
                told(committed)
        return cast(T, done.result)

    def read_now(self, work: Callable[[Tx], T]) -> T:
        """Do as `read` does, without a loop."""
        return read_only(self.engine, self._tools, work)

    def on_commit(self, told: Callable[[Committed], None]) -> None:
        """Have `told` called after every commit, before `run` returns."""
        self._told.append(told)

    async def close(self) -> None:
        """Let go of the database; one in memory is gone."""
        self.engine.dispose()
        if self._in_memory and self.engine not in _SPARE:
            _SPARE.append(self.engine)


_SPARE: list[Engine] = []
"""Engines whose database in memory is gone: the next store begins an empty one, and compiles no statement anew."""


@cache
def _migrated() -> Engine:
    """Return an empty database of the newest schema: migrating costs more than most of what is then done with it."""
    engine = sqlite_engine(MEMORY)
    migrate(engine)
    return engine


def _copy(source: Engine, target: Engine) -> None:
    """Copy one database in memory into another."""
    with source.connect() as one, target.connect() as other:
        raw: sqlite3.Connection = one.connection.driver_connection  # type: ignore[assignment]
        raw.backup(other.connection.driver_connection)  # type: ignore[arg-type]
