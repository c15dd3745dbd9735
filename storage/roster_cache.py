"""What was read of teams and people, kept from one transaction to the next for as long as nobody has written any of it.

Every decision and every message needs people, and they hardly ever change. Each change of a team or a person raises one
number in the database, with the change and by whichever process: whoever finds the number that they know has nothing to
read anew. A transaction that changes something itself reads for itself alone from then on, whatever becomes of it.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, field

from sqlalchemy import Connection, select, update

from bot.domain.people import Person
from storage.quick import change, first
from storage.roster_tables import RosterChangeRow
from storage.rows import table

_CHANGES = table(RosterChangeRow)
_NUMBER = select(_CHANGES.c.number)
_RAISE = update(_CHANGES).values(number=_CHANGES.c.number + 1)

KEPT = 20_000
"""Answers kept in one process; all of them are let go of when there are more."""


@dataclass(slots=True)
class RosterCache:
    """What was read under one number. Several threads read and fill it: whatever is put in is whole, and never changes."""

    people: dict[str, Person | None] = field(default_factory=dict)
    names: dict[str, Person | None] = field(default_factory=dict)
    """The same people without how they are reached: nothing of them had to be opened."""
    read: dict[tuple[object, ...], object] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.people) + len(self.names) + len(self.read)


class RosterMemory:
    """The newest of what one process has read. Safe to use from several threads."""

    def __init__(self, most: int = KEPT) -> None:
        self._most = most
        self._number = -1
        self._cache = RosterCache()
        self._lock = threading.Lock()

    def at(self, number: int) -> RosterCache:
        """Return what is known under this number; of an older one than the newest seen nothing is."""
        with self._lock:
            if number < self._number:
                return RosterCache()
            if number > self._number or len(self._cache) > self._most:
                self._number, self._cache = number, RosterCache()
            return self._cache


class RosterReading:
    """What one transaction reads of teams and people; works that share a transaction share it."""

    def __init__(self, connection: Connection, memory: RosterMemory) -> None:
        self._connection, self._memory = connection, memory
        self._cache: RosterCache | None = None
        self._changed = False

    @property
    def cache(self) -> RosterCache:
        """What is known. The number is read before anything else is, so that nothing is older than it says."""
        if self._cache is None:
            row = first(self._connection, _NUMBER)
            self._cache = self._memory.at(row.number) if row is not None else RosterCache()
        return self._cache

    def changed(self) -> None:
        """Note that this transaction has written of teams or people."""
        self._cache, self._changed = RosterCache(), True

    def undone(self) -> None:
        """Note that what a work did was undone: what it read of its own changes must not be read by the next."""
        self._cache, self._changed = RosterCache(), False

    def flush(self) -> None:
        """Raise the number when something was changed. Last of all: others who change something wait from here on."""
        if self._changed:
            self._changed = False
            change(self._connection, _RAISE, {})
