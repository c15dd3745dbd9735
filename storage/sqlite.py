"""SQLite as Buddyline opens it: durable, one writer at a time, and every transaction begins by our own word."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, StaticPool, create_engine, event

from storage.dialect import READS

MEMORY = ":memory:"
BUSY_TIMEOUT_MS = 5000
_SCHEME = "sqlite:///"


def sqlite_engine(url_or_path: str | Path) -> Engine:
    """Return an engine on a file, made readable by its owner only when it is new, or on ":memory:".

    Each transaction begins with BEGIN IMMEDIATE, so that two of them can never read the same row and then both
    write it; one that only reads (execution option `READS`) begins without the lock.

    Raises:
        ValueError: the address of another database.
    """
    place = str(url_or_path).removeprefix(_SCHEME)
    if "://" in place:
        raise ValueError("not an SQLite file")
    if place in {"", MEMORY}:
        engine = create_engine("sqlite://", poolclass=StaticPool)
    else:
        path = Path(place)
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.touch(mode=0o600)
        engine = create_engine(f"{_SCHEME}{path}")
    event.listen(engine, "connect", _connected)
    event.listen(engine, "begin", _begin)
    return engine


def _connected(raw: Any, _record: object) -> None:  # noqa: ANN401 - the driver's connection
    # The driver's own transactions begin late and end early: without this, updates are lost and DDL commits halfway.
    raw.isolation_level = None
    for pragma in (
        "journal_mode = WAL",
        "synchronous = FULL",
        f"busy_timeout = {BUSY_TIMEOUT_MS}",
        "foreign_keys = OFF",
    ):
        raw.execute(f"PRAGMA {pragma}").close()


def _begin(connection: Connection) -> None:
    reads = connection.get_execution_options().get(READS, False)
    connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")
