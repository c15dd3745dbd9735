"""The few statements that each database writes in its own way."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import Connection, Select, Table, bindparam
from sqlalchemy.dialects import postgresql, sqlite

POSTGRESQL = "postgresql"
"""The name of that dialect."""
READS = "buddyline_reads"
"""The execution option of a transaction that only reads."""
TURN = "buddyline_turn"
"""The execution option with the number of the turn that a transaction is done in; only PostgreSQL looks at it."""

MARK = "buddyline_mark"
"""The execution option with what a transaction leaves of itself; only PostgreSQL looks at it."""

AnyInsert = sqlite.Insert | postgresql.Insert


@cache
def _insert(table: Table, dialect: str) -> AnyInsert:
    insert = postgresql.insert(table) if dialect == POSTGRESQL else sqlite.insert(table)
    # How many rows were written is asked for by most, and not kept for an insert of its own accord.
    return insert.execution_options(preserve_rowcount=True)


@cache
def _missing(table: Table, dialect: str) -> AnyInsert:
    return _insert(table, dialect).on_conflict_do_nothing()


@cache
def _renewal(table: Table, dialect: str, instant: str) -> AnyInsert:
    values = {name: bindparam(name, type_=column.type) for name, column in table.c.items()}
    insert = _insert(table, dialect).values(values)
    return insert.on_conflict_do_update(
        index_elements=[column.name for column in table.primary_key],
        set_={instant: insert.excluded[instant]},
        where=table.c[instant] <= bindparam("before", type_=table.c[instant].type),
    )


@cache
def _upsert(table: Table, dialect: str, never_down: str | None) -> AnyInsert:
    insert = _insert(table, dialect)
    keys = {column.name for column in table.primary_key}
    new = {name: insert.excluded[name] for name in table.c.keys() if name not in keys}  # noqa: SIM118 - not a dict
    where = None if never_down is None else table.c[never_down] <= insert.excluded[never_down]
    return insert.on_conflict_do_update(index_elements=sorted(keys), set_=new, where=where)


@cache
def _adding(table: Table, dialect: str, column: str) -> Any:  # noqa: ANN401 - an INSERT that returns
    insert = _insert(table, dialect)
    keys = sorted(each.name for each in table.primary_key)
    total = table.c[column] + insert.excluded[column]
    return insert.on_conflict_do_update(index_elements=keys, set_={column: total}).returning(
        table.c[column]
    )


@dataclass(frozen=True, slots=True)
class Locking:
    """A select in two forms. SQLite writes both alike: there the transaction itself is the lock.

    Attributes:
        plain: for a transaction that only reads: it waits for nobody.
        locking: locks the rows it finds until the transaction ends.
    """

    plain: Select[Any]
    locking: Select[Any]


def locking(statement: Select[Any], *, skip: bool = False) -> Locking:
    """Return both forms; with `skip`, rows that somebody else has locked are left out, not waited for."""
    return Locking(statement, statement.with_for_update(skip_locked=skip))


def inserting(table: Table, dialect: str) -> AnyInsert:
    """Return a plain insert, for a caller that says by itself what a row that is there already means. It keeps it."""
    return _insert(table, dialect)


def missing(connection: Connection, table: Table) -> AnyInsert:
    """Return an insert that leaves out every row of which a unique column is there already."""
    return _missing(table, connection.dialect.name)


def renewal(connection: Connection, table: Table, instant: str) -> AnyInsert:
    """Return an insert that replaces one column where it is at most the parameter `before`; otherwise nothing."""
    return _renewal(table, connection.dialect.name, instant)


def adding(connection: Connection, table: Table, column: str) -> Any:  # noqa: ANN401 - an INSERT that returns
    """Return an insert that adds one column to that of the row with the same primary key, and returns what it is then."""
    return _adding(table, connection.dialect.name, column)


def upsert(connection: Connection, table: Table, never_down: str | None = None) -> AnyInsert:
    """Return an insert that replaces the row with the same primary key.

    Args:
        connection: tells which database it is for.
        table: where; every column has to be given.
        never_down: a column that must not become smaller; such a row stays as it is and is not counted.
    """
    return _upsert(table, connection.dialect.name, never_down)
