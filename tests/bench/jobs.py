"""What Buddyline is held against: one APScheduler job per visit, in its SQLAlchemy job store, none dropped for being late."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from apscheduler.jobstores.sqlalchemy import SQLAlchemyJobStore
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from sqlalchemy import create_engine, event

from tests.bench.bench import clock, slow_down

LONGEST = 600.0
_handed: list[float] = []
_waiting: dict[str, Any] = {}


async def remind(visit_id: str) -> None:
    """Hand a message to a sender that takes no time. A job is found by its name, so this stands alone."""
    _handed.append(clock())
    if len(_handed) == _waiting["count"]:
        _waiting["there"].set()


def _store(path: Path, *, as_ours: bool, slow: bool = False) -> SQLAlchemyJobStore:
    engine = create_engine(f"sqlite:///{path}")
    if slow:
        slow_down(engine)

    def connected(raw: Any, _record: object) -> None:
        for pragma in ("journal_mode = WAL", "synchronous = FULL"):
            raw.execute(f"PRAGMA {pragma}").close()

    if as_ours:
        event.listen(engine, "connect", connected)
    return SQLAlchemyJobStore(engine=engine)


async def last_of(path: Path, count: int, *, as_ours: bool = False, slow: bool = False) -> float:
    """Return the seconds from its start until the last of `count` jobs, all due, has handed its message over.

    Args:
        as_ours: with the PRAGMAs that we give our own database; otherwise as APScheduler opens it.
        slow: on a disk whose commits take their time.
    """
    _fill(path, count)
    _handed.clear()
    there = asyncio.Event()
    _waiting.update(count=count, there=there)
    scheduler = AsyncIOScheduler(
        jobstores={"default": _store(path, as_ours=as_ours, slow=slow)}, timezone=UTC
    )
    begun = clock()
    scheduler.start()
    async with asyncio.timeout(LONGEST):
        await there.wait()
    seconds = _handed[-1] - begun
    scheduler.shutdown(wait=False)
    for each in path.parent.glob(f"{path.name}*"):
        each.unlink()
    return seconds


def _fill(path: Path, count: int) -> None:
    """Write the jobs as APScheduler itself does, but in one commit: how they got there is not measured."""
    from pickle import dumps

    store = _store(path, as_ours=False)
    scheduler = AsyncIOScheduler(timezone=UTC)  # never started: it only makes the job
    store.start(scheduler, "default")
    due = datetime.now(UTC) - timedelta(minutes=1)  # noqa: TID251 - jobs know the host's clock only
    job = scheduler.add_job(remind, "date", run_date=due, args=("v",), misfire_grace_time=None)
    job._modify(next_run_time=due)
    job._modify(max_instances=1, coalesce=False)
    like, rows = job.__getstate__(), []
    for number in range(count):
        state = like | {"id": f"v{number}", "args": (f"v{number}",)}
        rows.append(
            {"id": f"v{number}", "next_run_time": due.timestamp(), "job_state": dumps(state)}
        )
    with store.engine.begin() as connection:
        connection.execute(store.jobs_t.insert(), rows)
