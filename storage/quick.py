"""Reading and savepoints without the machinery that SQLAlchemy sets up for each statement.

A command reads a dozen single rows, and working out parameters and results anew for each took longer than SQLite itself.
Where a driver takes parameters by position, as SQLite's does, a select is compiled once and handed to the driver as it is;
values are converted by the columns' own types, so that what comes back is the same.
"""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Dialect, Select
from sqlalchemy.exc import DBAPIError

Converter = Callable[[Any], Any] | None
_PLACE = "__[POSTCOMPILE_{}]"
"""What SQLAlchemy writes where the values of an IN are to stand."""


@dataclass(frozen=True, slots=True)
class _Compiled:
    """A select as a driver takes it.

    Attributes:
        text: with a place for the values of each IN.
        binds: name, converter, whether it is the list of an IN, and the value where the statement itself has one.
        columns: converters of the values that come back.
        row: makes what a row is read as: by position and by name.
    """

    text: str
    binds: tuple[tuple[str, Converter, bool, Any], ...]
    columns: tuple[Converter, ...]
    row: Callable[[Sequence[Any]], Any]


def fetch(
    connection: Connection, statement: Select[Any], values: Mapping[str, Any] | None = None
) -> Sequence[Any]:
    """Return all rows of a select, as `connection.execute(statement, values).all()` does.

    Args:
        connection: inside a transaction.
        statement: kept by its caller, not made anew each time; an IN over more than one column does not belong here.
        values: of its parameters; for an IN, a sequence that is not empty.

    Raises:
        DBAPIError: as SQLAlchemy raises it; it holds no values.
    """
    if not connection.dialect.positional:
        return connection.execute(statement, values or {}).all()
    compiled = _compiled(statement, connection.dialect)
    text = compiled.text
    bound: list[Any] = []
    for name, to, many, fixed in compiled.binds:
        value = fixed if values is None or name not in values else values[name]
        if many:
            text = text.replace(_PLACE.format(name), ", ".join("?" * len(value)))
            bound += value if to is None else [to(each) for each in value]
        else:
            bound.append(value if to is None else to(value))
    found = _run(connection, text, bound)
    return [
        compiled.row(
            [
                value if to is None else to(value)
                for to, value in zip(compiled.columns, each, strict=True)
            ]
        )
        for each in found
    ]


def first(
    connection: Connection, statement: Select[Any], values: Mapping[str, Any] | None = None
) -> Any:  # noqa: ANN401 - a row of whatever columns
    """Return the first row of a select that finds one at most; None when it finds none. See `fetch`."""
    found = fetch(connection, statement, values)
    return found[0] if found else None


class Savepoint:
    """What is done from here on can be undone by itself. Made inside a transaction; ended by one of its two methods.

    Raises:
        DBAPIError: each method, when the database has given up the whole transaction.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        _run(connection, "SAVEPOINT work", ())

    def rollback(self) -> None:
        """Undo what was done since."""
        _run(self._connection, "ROLLBACK TO SAVEPOINT work", ())
        self.commit()

    def commit(self) -> None:
        """Leave what was done to the transaction."""
        _run(self._connection, "RELEASE SAVEPOINT work", ())


def _run(connection: Connection, text: str, bound: Sequence[Any]) -> list[tuple[Any, ...]]:
    cursor = connection.connection.cursor()
    try:
        cursor.execute(text, tuple(bound))
        return [] if cursor.description is None else list(cursor.fetchall())
    except connection.dialect.loaded_dbapi.Error as error:
        base = connection.dialect.loaded_dbapi.Error
        raise DBAPIError.instance(text, None, error, base, dialect=connection.dialect) from error
    finally:
        cursor.close()


@lru_cache(maxsize=256)
def _compiled(statement: Select[Any], dialect: Dialect) -> _Compiled:
    compiled = statement.compile(dialect=dialect)
    binds = []
    for name in compiled.positiontup or ():
        bound = compiled.binds[name]
        to = bound.type.dialect_impl(dialect).bind_processor(dialect)
        binds.append((name, to, bound.expanding, bound.effective_value))
    columns = tuple(statement.selected_columns)
    row = namedtuple("row", [column.key for column in columns])  # type: ignore[misc]
    return _Compiled(
        compiled.string,
        tuple(binds),
        tuple(c.type.dialect_impl(dialect).result_processor(dialect, None) for c in columns),
        row._make,
    )
