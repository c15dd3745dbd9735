"""Rows to the domain and back: by the names of the fields, so that a field without a column is found by a test."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import fields
from operator import attrgetter
from typing import Any, ClassVar, Generic, Protocol, TypeAlias, TypeVar

from sqlalchemy import Column, Row, Table

from bot.domain.duress import Duress
from bot.domain.escalation import Escalation
from bot.domain.journal import Entry
from bot.domain.visit import Visit
from storage.rows import table
from storage.tables import DuressRow, EscalationRow, JournalRow, VisitRow

AnyRow: TypeAlias = Row[*tuple[Any, ...]]
"""A row of any columns."""


class Dataclass(Protocol):
    """Any dataclass."""

    __dataclass_fields__: ClassVar[dict[str, Any]]


D = TypeVar("D", bound=Dataclass)


class Mapped(Generic[D]):
    """A dataclass whose every field stands in the column of the same name.

    Args:
        domain: the dataclass.
        rows: its table; it may have columns of its own besides.

    Raises:
        KeyError: a field has no column.
    """

    def __init__(self, domain: type[D], rows: Table) -> None:
        self._make: Callable[..., D] = domain
        self.table = rows
        self.names = tuple(field.name for field in fields(domain))
        """The fields, in their order."""
        self.values: Callable[[D], tuple[Any, ...]] = attrgetter(*self.names)
        """Returns the values of a dataclass, in the order of the fields."""
        self.columns: tuple[Column[Any], ...] = tuple(rows.c[name] for name in self.names)
        """The columns to select, in the order of the fields."""

    def read(self, row: AnyRow) -> D:
        """Return the dataclass of a row of `columns`."""
        return self._make(*row)

    def read_all(self, rows: Iterable[AnyRow]) -> tuple[D, ...]:
        """Return the dataclasses of rows of `columns`, in their order."""
        return tuple([self._make(*row) for row in rows])


VISITS: Mapped[Visit] = Mapped(Visit, table(VisitRow))
ESCALATIONS: Mapped[Escalation] = Mapped(Escalation, table(EscalationRow))
DURESSES: Mapped[Duress] = Mapped(Duress, table(DuressRow))
ENTRIES: Mapped[Entry] = Mapped(Entry, table(JournalRow))
