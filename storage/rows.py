"""What every table is made of: the base of all rows, and the columns that several of them have."""

from __future__ import annotations

from enum import StrEnum
from typing import Any, ClassVar

from sqlalchemy import BigInteger, Column, Date, Index, Integer, MetaData, Table, text
from sqlmodel import Field, SQLModel

from storage.types import Instant, Names, Word


class Row(SQLModel):
    """The base of all rows: one metadata with names for every constraint, so that a migration can speak of them."""

    metadata: ClassVar[MetaData] = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


def table(row: type[Row]) -> Table:
    """Return the Core table of a row type."""
    return Row.metadata.tables[str(row.__tablename__)]


def numbered() -> Any:  # noqa: ANN401 - a pydantic field, as are those below
    """Return the column of a key that the database counts by itself."""
    # SQLite numbers rows by itself only in a column of exactly this type.
    kind = BigInteger().with_variant(Integer(), "sqlite")
    return Field(sa_column=Column(kind, primary_key=True, autoincrement=True))


def instant() -> Any:  # noqa: ANN401
    """Return a column for an instant that is always there (UTC)."""
    return Field(sa_column=Column(Instant, nullable=False))


def maybe_instant() -> Any:  # noqa: ANN401
    """Return a column for an instant that may be missing (UTC)."""
    return Field(sa_column=Column(Instant, nullable=True))


def maybe_day() -> Any:  # noqa: ANN401
    """Return a column for a day of the calendar that may be missing."""
    return Field(sa_column=Column(Date, nullable=True))


def names(*, nullable: bool = False) -> Any:  # noqa: ANN401
    """Return a column for some short words in their order, none among them missing."""
    return Field(sa_column=Column(Names, nullable=nullable))


def word(kind: type[StrEnum], *, nullable: bool = False) -> Any:  # noqa: ANN401
    """Return a column for one word of an enumeration."""
    return Field(sa_column=Column(Word(kind), nullable=nullable))


def partial_index(name: str, *columns: str, where: str, unique: bool = False) -> Index:
    """Return an index over the rows that `where` holds for, in SQL that both databases read."""
    return Index(
        name, *columns, unique=unique, sqlite_where=text(where), postgresql_where=text(where)
    )
