"""The floor: the very rows that the engine wrote, written again by the plain driver, with nothing decided.

PostgreSQL's is in `postgres`.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.bench.bench import clock

BATCH = 500
"""Deadlines of one transaction of the floor."""

TABLES = ("visit", "escalation", "chain", "journal", "outbox")
"""What deciding writes to."""

Rows = dict[str, list[tuple[Any, ...]]]


@dataclass(frozen=True, slots=True)
class Written:
    """What deciding wrote: table to rows, grouped by visit; "touched" are outbox rows that were marked to be shown anew."""

    by_visit: dict[str, Rows]
    deadlines: int

    def counts(self) -> dict[str, int]:
        """Return how many rows of each table."""
        found: dict[str, int] = {}
        for rows in self.by_visit.values():
            for name, each in rows.items():
                found[name] = found.get(name, 0) + len(each)
        return found

    def each(self) -> float:
        """Return rows per deadline."""
        return sum(self.counts().values()) / max(self.deadlines, 1)

    def listed(self) -> str:
        """Return rows per deadline and table, in words."""
        return ", ".join(f"{n / self.deadlines:.3g} {name}" for name, n in self.counts().items())


_CHANGED = {
    "visit": "SELECT n.id, n.* FROM visit n WHERE EXISTS"
    " (SELECT 1 FROM old.visit o WHERE o.id = n.id AND o.version < n.version)",
    "escalation": "SELECT visit_id, n.* FROM escalation n",
    "chain": "SELECT n.id, n.* FROM chain n JOIN old.chain o USING (id) WHERE n.length > o.length",
    "journal": "SELECT n.chain, n.* FROM journal n JOIN old.chain o ON o.id = n.chain"
    " WHERE n.number > o.length",
    "outbox": "SELECT visit_id, n.* FROM outbox n WHERE n.id > (SELECT max(id) FROM old.outbox)",
    "touched": "SELECT n.visit_id, n.id FROM outbox n JOIN old.outbox o USING (id)"
    " WHERE n.wanted > o.wanted",
}


def written(before: Path, after: Path) -> Written:
    """Return what stands in one closed SQLite database and not in the other."""
    connection = sqlite3.connect(after)
    connection.execute("ATTACH ? AS old", (str(before),))
    found = since(connection.execute)
    connection.close()
    return found


def since(ask: Callable[[str], Iterable[tuple[Any, ...]]]) -> Written:
    """Return what was written since the tables in the schema `old` were as the others are now."""
    by_visit: dict[str, Rows] = {}
    for name, asked in _CHANGED.items():
        for visit, *row in ask(asked):
            by_visit.setdefault(visit, {}).setdefault(name, []).append(tuple(row))
    deadlines = sum(1 for rows in by_visit.values() if "visit" in rows)
    return Written(by_visit, deadlines)


def write(path: Path, rows: Written) -> float:
    """Write the rows into a copy of the database they are missing from; return the seconds it took."""
    connection = sqlite3.connect(path, isolation_level=None)
    for pragma in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = OFF"):
        connection.execute(f"PRAGMA {pragma}").close()
    batches = list(batches_of(rows, _statements(connection)))
    begun = clock()
    for batch in batches:
        connection.execute("BEGIN IMMEDIATE")
        for statement, values in batch:
            connection.executemany(statement, values)
        connection.execute("COMMIT")
    seconds = clock() - begun
    connection.close()
    return seconds


def batches_of(
    rows: Written, statements: Mapping[str, str]
) -> list[list[tuple[str, list[tuple[Any, ...]]]]]:
    """Return one list for each transaction: a table's statement, and the rows for it."""
    visits = list(rows.by_visit.values())
    found = []
    for start in range(0, len(visits), BATCH):
        some = visits[start : start + BATCH]
        found.append(
            [
                (statement, values)
                for name, statement in statements.items()
                if (values := [row for each in some for row in each.get(name, ())])
            ]
        )
    return found


def _statements(connection: sqlite3.Connection) -> dict[str, str]:
    made = {"touched": "UPDATE outbox SET wanted = wanted + 1 WHERE id = ?"}
    for name in TABLES:
        columns = [row[1] for row in connection.execute(f"PRAGMA table_info({name})")]
        made[name] = f"INSERT INTO {name} VALUES ({', '.join('?' * len(columns))})"
        made[name] += replacing(name, columns)
    return made


def replacing(name: str, columns: Sequence[str]) -> str:
    """Return the end of an insert into a table whose rows may be there already; "" for the others."""
    replaced = name in ("visit", "chain")
    return f" ON CONFLICT (id) DO UPDATE SET {_set(columns)}" if replaced else ""


def _set(columns: Sequence[str]) -> str:
    return ", ".join(f"{name} = excluded.{name}" for name in columns if name != "id")
