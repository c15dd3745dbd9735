"""Writing many rows with one statement, past what SQLAlchemy works out anew each time.

SQLite's driver runs a statement for each row in its own code, and that is the fastest there is. A server is sent one
statement whose parameters are arrays, a column each: a statement for each row takes PostgreSQL three times as long.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from operator import itemgetter
from typing import Any

from sqlalchemy import Connection, Dialect
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.dml import UpdateBase

from storage.quick import run, writer

Plan = tuple[tuple[str, Callable[[Any], Any] | None], ...]
"""(name of a parameter, what converts its values), in the order in which the driver takes them."""

Row = tuple[Any, ...]
"""The values of a row, in an order that its writer knows."""

Converted = tuple[tuple[int, Callable[[Any], Any]], ...]
"""(place among the parameters, what converts its values)."""

_PARAMETER = re.compile(r"%\((\w+)\)s(?:::\w+)?")


def run_many(
    connection: Connection, statement: UpdateBase, rows: Sequence[Mapping[str, Any]]
) -> int:
    """Run an INSERT or UPDATE for each row, in the order of the rows, as `connection.execute` does with a list.

    Args:
        connection: inside a transaction.
        statement: kept by its caller, not made anew each time; its parameters are in every row.
        rows: at least one, all of the same keys; no two of them the same row of the table, when it replaces rows.

    Returns:
        The number of rows written in all.

    Raises:
        DBAPIError: as SQLAlchemy raises it.
    """
    return _run(connection, statement, tuple(rows[0]), rows, by_place=False)


def run_rows(
    connection: Connection, statement: UpdateBase, names: tuple[str, ...], rows: Sequence[Row]
) -> int:
    """Do as `run_many` does with rows that are values in the order of `names`, the parameters."""
    return _run(connection, statement, names, rows, by_place=True)


def _run(
    connection: Connection,
    statement: UpdateBase,
    names: tuple[str, ...],
    rows: Sequence[Any],
    *,
    by_place: bool,
) -> int:
    """Run it; `by_place`: a row has its values in the order of `names`, and not by them."""
    if connection.dialect.positional:
        written, pick, converted = _each(statement, connection.dialect, names, by_place)
        values = []
        for row in rows:
            picked = list(pick(row))
            for at, to in converted:
                if picked[at] is not None:
                    picked[at] = to(picked[at])
            values.append(picked)
        return run(connection, written, values, many=True).rowcount
    written, plan = _at_once(statement, connection.dialect, names)
    keys = _keys(names, by_place)
    columns = {name: _column([row[keys[name]] for row in rows], to) for name, to in plan}
    return connection.exec_driver_sql(written, columns).rowcount


def _keys(names: tuple[str, ...], by_place: bool) -> Mapping[str, Any]:
    """Return, for each name, that by which a row has its value."""
    return {name: place if by_place else name for place, name in enumerate(names)}


def _column(values: list[Any], to: Callable[[Any], Any] | None) -> list[Any]:
    return values if to is None else [None if each is None else to(each) for each in values]


@lru_cache(maxsize=256)
def _each(
    statement: UpdateBase, dialect: Dialect, names: tuple[str, ...], by_place: bool
) -> tuple[str, Callable[[Any], tuple[Any, ...]], Converted]:
    """Return the statement, what picks its parameters from a row, and what converts those that are not stored as they are."""
    compiled: Any = statement.compile(dialect=dialect, column_keys=list(names))
    plan = _plan(compiled, compiled.positiontup or (), dialect)
    keys = _keys(names, by_place)
    pick = itemgetter(*(keys[name] for name, _ in plan))
    return str(compiled), pick, tuple((at, to) for at, (_, to) in enumerate(plan) if to)


@lru_cache(maxsize=256)
def _at_once(statement: UpdateBase, dialect: Dialect, keys: tuple[str, ...]) -> tuple[str, Plan]:
    """Return the statement over a table made of its parameters: each is the column that bears its name."""
    compiled: Any = statement.compile(dialect=dialect, column_keys=list(keys))
    names = list(compiled.binds)
    arrays = ", ".join(
        f"%({name})b::{compiled.binds[name].type.compile(dialect=dialect)}[]" for name in names
    )
    given = f" FROM unnest({arrays}) AS given ({', '.join(names)})"
    written = _PARAMETER.sub(r"given.\1", str(compiled))
    if compiled.isinsert:
        head, _, rest = written.partition(" VALUES (")
        values, _, conflict = rest.partition(")")
        written = f"{head} SELECT {values}{given}{conflict}"
    else:
        change, _, condition = written.partition(" WHERE ")
        written = f"{change}{given} WHERE {condition}"
    return written, _plan(compiled, names, dialect)


def _plan(compiled: SQLCompiler, names: Sequence[str], dialect: Dialect) -> Plan:
    return tuple((name, writer(compiled.binds[name].type, dialect)) for name in names)
