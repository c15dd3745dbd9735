"""Reading and savepoints without the machinery that SQLAlchemy sets up for each statement.

A command reads a dozen single rows, and working out parameters and results anew for each took longer than SQLite itself.
A select is compiled once, and its values are converted by the columns' own types, so that what comes back is the same.
SQLite's driver is handed it as it is. A server is sent the values of an IN as one array: the same text each time, however
many they are, is planned once.
"""

from __future__ import annotations

import sqlite3
from collections import namedtuple
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any

from sqlalchemy import Connection, CursorResult, Dialect, Select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql.dml import UpdateBase
from sqlalchemy.types import Boolean, LargeBinary, TypeEngine

from storage.types import Ours

Converter = Callable[[Any], Any] | None
_PLACE = "__[POSTCOMPILE_{}]"
"""What SQLAlchemy writes where the values of an IN are to stand."""


@dataclass(frozen=True, slots=True)
class _Compiled:
    """A statement as a driver takes it.

    Attributes:
        text: for SQLite, with a place for the values of each IN.
        binds: name, converter, whether it is the list of an IN, and the value where the statement itself has one.
        columns: place and converter of each value that does not come back as it is to be.
        row: makes what a row is read as: by position and by name.
    """

    text: str
    binds: tuple[tuple[str, Converter, bool, Any], ...]
    columns: tuple[tuple[int, Callable[[Any], Any]], ...]
    row: Callable[[Sequence[Any]], Any]


def fetch(
    connection: Connection,
    statement: Select[Any] | UpdateBase,
    values: Mapping[str, Any] | None = None,
) -> Sequence[Any]:
    """Return all rows of a select, or of a change that returns some, as `connection.execute(statement, values).all()` does.

    Args:
        connection: inside a transaction.
        statement: kept by its caller, not made anew each time; an IN over more than one column does not belong here.
        values: of its parameters; for an IN, a sequence that is not empty.

    Raises:
        DBAPIError: as SQLAlchemy raises it; it holds no values.
    """
    compiled = _compiled(statement, connection.dialect)
    found: Sequence[Sequence[Any]]
    if connection.dialect.positional:
        found = run(connection, *_by_position(compiled, values or {})).fetchall()
    else:
        found = _by_name(connection, compiled, values or {}).all()
    make, columns = compiled.row, compiled.columns
    if not columns:
        return [make(each) for each in found]
    made = []
    for each in found:
        row = list(each)
        for at, to in columns:
            if row[at] is not None:
                row[at] = to(row[at])
        made.append(make(row))
    return made


def first(
    connection: Connection, statement: Select[Any], values: Mapping[str, Any] | None = None
) -> Any:  # noqa: ANN401 - a row of whatever columns
    """Return the first row of a select that finds one at most; None when it finds none. See `fetch`."""
    found = fetch(connection, statement, values)
    return found[0] if found else None


def change(connection: Connection, statement: UpdateBase, values: Mapping[str, Any]) -> int:
    """Run one UPDATE or DELETE; return how many rows it changed. Otherwise as `fetch`."""
    compiled = _compiled(statement, connection.dialect)
    if connection.dialect.positional:
        return run(connection, *_by_position(compiled, values)).rowcount
    return _by_name(connection, compiled, values).rowcount


def _by_position(compiled: _Compiled, values: Mapping[str, Any]) -> tuple[str, list[Any]]:
    text = compiled.text
    bound: list[Any] = []
    for name, to, many, fixed in compiled.binds:
        value = values.get(name, fixed)
        if many:
            text = text.replace(_PLACE.format(name), ", ".join("?" * len(value)))
            bound += value if to is None else map(to, value)
        else:
            bound.append(value if to is None or value is None else to(value))
    return text, bound


def _by_name(
    connection: Connection, compiled: _Compiled, values: Mapping[str, Any]
) -> CursorResult[Any]:
    bound: dict[str, Any] = {}
    for name, to, many, fixed in compiled.binds:
        value = values.get(name, fixed)
        if many:
            bound[name] = list(value) if to is None else [to(each) for each in value]
        else:
            bound[name] = value if to is None or value is None else to(value)
    # By SQLAlchemy all the same: it notices a server that has gone, and lets go of the connection.
    return connection.exec_driver_sql(compiled.text, bound)


class Savepoint:
    """What is done from here on can be undone by itself. Made inside a transaction; ended by one of its two methods.

    Raises:
        DBAPIError: each method, when the database has given up the whole transaction.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        run(connection, "SAVEPOINT work", ())

    def rollback(self) -> None:
        """Undo what was done since."""
        run(self._connection, "ROLLBACK TO SAVEPOINT work", ())
        self.commit()

    def commit(self) -> None:
        """Leave what was done to the transaction."""
        run(self._connection, "RELEASE SAVEPOINT work", ())


def run(
    connection: Connection, text: str, bound: Sequence[Any], *, many: bool = False
) -> sqlite3.Cursor:
    """Hand a statement to SQLite's driver as it is; with `many`, once for each row of `bound`.

    Raises:
        DBAPIError: as SQLAlchemy raises it; it holds no values.
    """
    driver: sqlite3.Connection = connection.connection.driver_connection  # type: ignore[assignment]
    try:
        return driver.executemany(text, bound) if many else driver.execute(text, bound)
    except sqlite3.Error as error:
        raise DBAPIError.instance(
            text, None, error, sqlite3.Error, dialect=connection.dialect
        ) from error


_BITS: Mapping[bool, int] = {False: 0, True: 1}


def writer(kind: TypeEngine[Any], dialect: Dialect) -> Converter:
    """Return what makes of a value that is not None what a driver stores in a column of this type; None: the value itself.

    It does as SQLAlchemy does, in fewer calls.
    """
    known = kind.dialect_impl(dialect)
    if isinstance(known, Ours):
        return known.store
    if isinstance(known, Boolean) and not dialect.supports_native_boolean:
        return _BITS.__getitem__  # anything else is an error, there as here
    if isinstance(known, LargeBinary) and dialect.positional:
        return bytearray  # SQLite's driver asks of bytes whether somebody would convert them first
    return known.bind_processor(dialect)


def reader(kind: TypeEngine[Any], dialect: Dialect) -> Converter:
    """Return what makes a value, never None, of what a driver has read from a column of this type; None: the value itself."""
    known = kind.dialect_impl(dialect)
    return known.load if isinstance(known, Ours) else known.result_processor(dialect, None)


@lru_cache(maxsize=256)
def _compiled(statement: Select[Any] | UpdateBase, dialect: Dialect) -> _Compiled:
    compiled: Any = statement.compile(dialect=dialect)
    binds, text = [], compiled.string
    names = compiled.positiontup if compiled.positional else tuple(compiled.binds)
    for name in names or ():
        bound = compiled.binds[name]
        to = writer(bound.type, dialect)
        binds.append((name, to, bound.expanding, bound.effective_value))
        if bound.expanding and not compiled.positional:
            array = f"%({name})b::{bound.type.compile(dialect=dialect)}[]"
            text = text.replace(f"IN ({_PLACE.format(name)})", f"= ANY({array})")
    columns = tuple(statement.exported_columns)  # of a change: what it returns, mostly nothing
    row = namedtuple("row", [column.key for column in columns])  # type: ignore[misc]
    read = [reader(column.type, dialect) for column in columns]
    return _Compiled(
        text,
        tuple(binds),
        tuple((at, to) for at, to in enumerate(read) if to is not None),
        partial(tuple.__new__, row),  # without what `_make` checks: each row has all columns
    )
