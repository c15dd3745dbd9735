"""The few statements that each database writes in its own way."""

from __future__ import annotations

from functools import cache

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite

AnyInsert = sqlite.Insert | postgresql.Insert


@cache
def _insert(table: Table, dialect: str) -> AnyInsert:
    return postgresql.insert(table) if dialect == "postgresql" else sqlite.insert(table)


@cache
def _missing(table: Table, dialect: str) -> AnyInsert:
    return _insert(table, dialect).on_conflict_do_nothing()


@cache
def _upsert(table: Table, dialect: str, never_down: str | None) -> AnyInsert:
    insert = _insert(table, dialect)
    keys = {column.name for column in table.primary_key}
    new = {name: insert.excluded[name] for name in table.c.keys() if name not in keys}  # noqa: SIM118 - not a dict
    where = None if never_down is None else table.c[never_down] <= insert.excluded[never_down]
    return insert.on_conflict_do_update(index_elements=sorted(keys), set_=new, where=where)


def missing(connection: Connection, table: Table) -> AnyInsert:
    """Return an insert that leaves out every row of which a unique column is there already."""
    return _missing(table, connection.dialect.name)


def upsert(connection: Connection, table: Table, never_down: str | None = None) -> AnyInsert:
    """Return an insert that replaces the row with the same primary key.

    Args:
        connection: tells which database it is for.
        table: where; every column has to be given.
        never_down: a column that must not become smaller; such a row stays as it is and is not counted.
    """
    return _upsert(table, connection.dialect.name, never_down)
