"""The rows that need PostgreSQL: a server of our own, on the same disk as the rest, writing as one in production does."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg

from bot.clock import SystemIds
from storage.postgres_store import PostgresStore
from tests.bench import floor
from tests.bench.bench import Bench, Figure, clock, middle
from tests.bench.due import decide, of_which
from tests.bench.town import keyring, overdue, posted_to
from tests.fakes.postgres import TestServer

REPLICAS = ("a", "b")
LONGEST = 400.0


async def decided_postgres(bench: Bench) -> Figure:
    """Measure deadlines decided per second by one process against the floor, in pairs."""
    count = bench.sizes.due
    shares, rates, leasts, rows = [], [], [], floor.Written({}, 0)
    with _server(bench) as server:
        bench.say("building: visits that are all overdue at once, on PostgreSQL")
        before = await _overdue(server, count, bench.sizes.due_teams)
        for _ in range(bench.sizes.repeats):
            bench.say("deciding, and the floor")
            url = server.copy(before)
            seconds = await decide(_open(url))
            with psycopg.connect(url) as raw:
                rows = floor.since(lambda asked, raw=raw: raw.execute(asked))  # type: ignore[misc]
            assert rows.deadlines == count, "not everything was decided"
            server.drop(url)
            url = server.copy(before)
            least = _write(url, rows)
            server.drop(url)
            shares.append(100 * least / seconds)
            rates.append(count / seconds)
            leasts.append(least)
    return Figure(middle(shares), of_which(rates, leasts, rows, shares))


async def two_replicas(bench: Bench) -> Figure:
    """Measure whether two processes share what is due: nothing lost, nothing twice, each at least a tenth."""
    count = bench.sizes.shared
    with _server(bench) as server:
        bench.say("building: visits for two processes")
        url = await _overdue(server, count, bench.sizes.teams)
        bench.say("two processes")
        begun = clock()
        async with asyncio.timeout(LONGEST):
            await asyncio.gather(*(_replica(url, name) for name in REPLICAS))
        seconds = clock() - begun
        with psycopg.connect(url) as raw:
            found: dict[str, int] = dict(raw.execute(_SHARES).fetchall())
            lost, twice = raw.execute(_WRONG).fetchone() or (0, 0)
    shares = [found.get(name, 0) / count for name in REPLICAS]
    right = (
        not lost and not twice and sum(found.values()) == count and min(shares) >= bench.sizes.least
    )
    parts = " and ".join(f"{100 * share:.0f} %" for share in shares)
    note = (
        f"{lost} lost, {twice} twice; {parts} of {count}; {count / seconds:.0f} a second together"
    )
    return Figure(float(right), note)


_SHARES = "SELECT split_part(id, '/', 1), count(*) FROM escalation GROUP BY 1"
"""Each process marks the ids that it gives."""
_WRONG = """
SELECT (SELECT count(*) FROM visit v WHERE NOT EXISTS (SELECT 1 FROM escalation e WHERE e.visit_id = v.id)
            OR NOT EXISTS (SELECT 1 FROM outbox o WHERE o.visit_id = v.id AND o.escalation_id IS NOT NULL)),
       (SELECT count(*) FROM (SELECT visit_id FROM escalation GROUP BY 1 HAVING count(*) > 1) AS again)
"""


@contextmanager
def _server(bench: Bench) -> Iterator[TestServer]:
    server = TestServer(durable=True, folder=bench.folder)
    try:
        yield server
    finally:
        server.close()


def _open(url: str) -> PostgresStore:
    return PostgresStore(url, keyring(), SystemIds())


async def _overdue(server: TestServer, count: int, teams: int) -> str:
    """Return a database in which `count` visits are overdue, everything said of them was sent, and nobody is connected."""
    url = server.make()
    store = _open(url)
    await overdue(store, count, teams)
    await store.close()
    sealed = posted_to()
    with psycopg.connect(url, autocommit=True) as raw:
        rows = raw.execute("SELECT id, person_id, team_id FROM outbox").fetchall()
        raw.execute(
            "UPDATE outbox SET shown = wanted, state = 'sent', digest = 'x', ref = 'm' || outbox.id, ref_way = given.way"
            " FROM unnest(%b::bigint[], %b::bytea[]) AS given (id, way) WHERE outbox.id = given.id",
            ([row[0] for row in rows], [sealed(*row) for row in rows]),
        )
        raw.execute("CREATE SCHEMA old")
        for name, columns in _OLD.items():
            raw.execute(f"CREATE TABLE old.{name} AS SELECT {columns} FROM {name}".encode())
        raw.execute("VACUUM ANALYZE")
        raw.execute("CHECKPOINT")
    return url


_OLD = {"visit": "id, version", "chain": "id, length", "outbox": "id, wanted"}
"""What `floor.since` compares with."""


def _write(url: str, rows: floor.Written) -> float:
    """Write the rows into the database they are missing from, a table and batch at once; return the seconds it took."""
    with psycopg.connect(url, autocommit=True) as raw:
        columns: dict[str, list[tuple[str, str]]] = {}
        for name, column, kind in raw.execute(_COLUMNS, (list(floor.TABLES),)):
            columns.setdefault(name, []).append((column, kind))
        statements = {"touched": _TOUCH} | {
            name: f"INSERT INTO {name} SELECT * FROM unnest({', '.join(f'%b::{kind}[]' for _, kind in each)})"
            + floor.replacing(name, [column for column, _ in each])
            for name, each in columns.items()
        }
        batches = [
            [
                (said.encode(), [list(column) for column in zip(*some, strict=True)])
                for said, some in batch
            ]
            for batch in floor.batches_of(rows, statements)
        ]
        begun = clock()
        for batch in batches:
            with raw.transaction():
                for statement, values in batch:
                    raw.execute(statement, values)
        return clock() - begun


_TOUCH = "UPDATE outbox SET wanted = wanted + 1 WHERE id = ANY(%b::bigint[])"
_COLUMNS = """
SELECT table_name, column_name, data_type FROM information_schema.columns
WHERE table_schema = 'public' AND table_name = ANY(%s) ORDER BY table_name, ordinal_position
"""


async def _replica(url: str, name: str) -> None:
    process: Any = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.bench.replica", json.dumps([url, name]))
    )
    if await process.wait() != 0:
        raise RuntimeError("a process failed")
