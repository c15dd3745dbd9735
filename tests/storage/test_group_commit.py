"""One commit for many: who is told what when it fails, when the process stops around it, when a caller goes away."""

from __future__ import annotations

import asyncio
import gc
import sqlite3
import stat
import threading
import weakref
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from bot.domain.errors import StaleVisit
from bot.domain.facts import Reminded
from bot.ports import Ahead, Committed, InTurn, Store, Tx, Unavailable
from bot.sealing import Keyring
from storage.inline import InlineStore
from storage.sqlite import sqlite_engine
from storage.store import BATCH_MAX, SqliteStore
from tests.contract.making import MINUTE, T0, visit
from tests.fakes.ids import SeededIds

IDS = SeededIds()
KEYS = Keyring([bytes(range(32))], IDS)


class Crash(BaseException):
    """The process stops here."""


def pulse(name: str) -> Callable[[Tx], None]:
    return lambda tx: tx.pulses.set(name, T0)


def crash_at(place: str) -> Callable[[str], None]:
    def boundary(name: str) -> None:
        if name == place:
            raise Crash(name)

    return boundary


async def test_both_are_stores(tmp_path: Path) -> None:
    stores: list[Store] = [InlineStore(KEYS, IDS), SqliteStore(tmp_path / "b.db", KEYS, IDS)]
    for store in stores:
        await store.run(pulse("p"), name="w")
        await store.close()


def test_a_transaction_that_is_over_is_gone_without_a_search_for_garbage() -> None:
    store = InlineStore(KEYS, IDS)
    seen: list[weakref.ref[Tx]] = []

    def work(tx: Tx) -> None:
        tx.visits.save(visit(), T0)
        assert tx.next_due() == T0
        seen.append(weakref.ref(tx))

    gc.disable()
    try:
        store.run_now(work, name="w")
        store.read_now(lambda tx: seen.append(weakref.ref(tx)))
        assert [each() for each in seen] == [None, None]
    finally:
        gc.enable()


@pytest.mark.parametrize(("place", "there"), [("commit.before w", False), ("commit.after w", True)])
def test_a_crash_around_the_commit(place: str, there: bool) -> None:
    store = InlineStore(KEYS, IDS)
    told: list[Committed] = []
    crashing = store.sibling(boundary=crash_at(place))
    crashing.on_commit(told.append)
    with pytest.raises(Crash):
        crashing.run_now(pulse("p"), name="w")
    assert told == []
    assert (store.read_now(lambda tx: tx.pulses.get("p")) is not None) is there
    store.run_now(pulse("q"), name="w")


@pytest.mark.parametrize(("place", "there"), [("commit.before w", False), ("commit.after w", True)])
async def test_a_fault_around_the_commit_reaches_the_caller(
    tmp_path: Path, place: str, there: bool
) -> None:
    store = SqliteStore(tmp_path / "b.db", KEYS, IDS, boundary=crash_at(place))
    with pytest.raises(Crash):
        await store.run(pulse("p"), name="w")
    await store.run(pulse("q"), name="other")
    assert (await store.read(lambda tx: tx.pulses.get("p")) is not None) is there
    await store.close()


async def test_works_that_queued_up_share_a_commit_in_order(tmp_path: Path) -> None:
    names: list[str] = []
    store = SqliteStore(tmp_path / "b.db", KEYS, IDS, boundary=names.append)
    gate = threading.Event()
    first = asyncio.create_task(store.run(lambda _: gate.wait(), name="first"))
    rest = [asyncio.create_task(store.run(pulse("p"), name=f"{n}")) for n in range(BATCH_MAX + 3)]
    told: list[Committed] = []
    store.on_commit(told.append)
    await asyncio.wait([first], timeout=0)  # everything is queued now
    gate.set()
    await asyncio.gather(first, *rest)
    order = [name.removeprefix("commit.after ") for name in names if "after" in name]
    assert order == ["first", *(f"{n}" for n in range(BATCH_MAX + 3))]
    assert len(told) <= 3
    await store.close()


async def together(store: SqliteStore, *works: Callable[[Tx], Any]) -> list[Any]:
    """Do works in one commit, and return what came of each."""
    gate, begun = threading.Event(), threading.Event()

    def hold_up(_: Tx) -> None:
        begun.set()
        gate.wait()

    first = asyncio.create_task(store.run(hold_up, name="first"))
    await asyncio.to_thread(begun.wait)
    rest = [asyncio.create_task(store.run(work, name="w")) for work in works]
    await asyncio.wait([first], timeout=0)  # everything is queued now
    gate.set()
    await first
    return await asyncio.gather(*rest, return_exceptions=True)


async def test_what_works_of_one_kind_want_is_read_once_before_them(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "b.db", KEYS, IDS)
    done: list[Any] = []

    def read(_: Tx, wants: Sequence[str]) -> None:
        done.append(list(wants))

    def wanting(what: str) -> InTurn[None]:
        return InTurn(what, lambda _: done.append(what), Ahead(read, what))

    await together(store, wanting("a"), wanting("b"), pulse("p"), wanting("c"))
    assert done == [["a", "b", "c"], "a", "b", "c"]
    done.clear()
    await together(store, wanting("a"), pulse("p"))
    assert done == ["a"]  # there is nothing to read together
    await store.close()


async def test_what_one_work_saved_is_what_the_next_reads_and_one_row_is_written(
    tmp_path: Path,
) -> None:
    store = SqliteStore(tmp_path / "b.db", KEYS, IDS)

    def more(tx: Tx) -> int:
        known = tx.visits.get("vis_1") or visit()
        tx.visits.save(replace(known, version=known.version + 1), None)
        tx.journal.append("vis_1", Reminded(), at=T0, by=None)
        return known.version + 1

    assert await together(store, more, more, more) == [2, 3, 4]
    assert await store.read(lambda tx: tx.journal.verify("vis_1")) is None
    assert len(await store.read(lambda tx: tx.journal.read("vis_1"))) == 3
    await store.close()


async def test_of_works_that_share_a_commit_the_one_at_fault_is_undone_alone(
    tmp_path: Path,
) -> None:
    names: list[str] = []
    store = SqliteStore(tmp_path / "b.db", KEYS, IDS, boundary=names.append)
    kept = await together(
        store,
        lambda tx: tx.visits.save(visit(version=5), None),
        lambda tx: tx.visits.save(visit(version=2), None),
        pulse("p"),
    )
    assert [type(one) for one in kept] == [type(None), StaleVisit, type(None)]
    assert names == [
        *("commit.before first", "commit.after first"),
        *["commit.before w"] * 2,
        *["commit.after w"] * 2,
    ]
    found = await store.read(lambda tx: (tx.visits.get("vis_1"), tx.pulses.get("p")))
    assert found == (visit(version=5), T0)
    await store.close()


async def test_a_caller_who_goes_away_disturbs_nobody(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "b.db", KEYS, IDS)
    gate = threading.Event()
    gone = asyncio.create_task(store.run(lambda _: gate.wait(), name="slow"))
    await asyncio.wait([gone], timeout=0)
    gone.cancel()
    waiting = asyncio.create_task(store.run(pulse("p"), name="w"))
    await asyncio.wait([waiting], timeout=0)
    gate.set()
    await waiting
    assert gone.cancelled()
    await store.close()


async def test_closing_finishes_what_was_begun(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "b.db", KEYS, IDS)
    begun = [asyncio.create_task(store.run(pulse(f"{n}"), name="w")) for n in range(20)]
    await asyncio.wait(begun, timeout=0)
    await store.close()
    await store.close()
    assert await asyncio.gather(*begun) == [None] * 20
    with pytest.raises(Unavailable):
        await store.run(pulse("p"), name="w")
    with pytest.raises(Unavailable):
        await store.read(lambda tx: tx.pulses.get("p"))


async def test_a_commit_that_fails_is_everybody_s(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = SqliteStore(tmp_path / "b.db", KEYS, IDS)

    def full(_connection: object) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    with monkeypatch.context() as patch:
        patch.setattr(store.engine.dialect, "do_commit", full)
        works = [store.run(pulse(f"{n}"), name="w") for n in range(5)]
        results = await asyncio.gather(*works, return_exceptions=True)
    assert [type(result) for result in results] == [Unavailable] * 5
    assert await store.read(lambda tx: tx.pulses.get("0")) is None
    await store.run(pulse("p"), name="w")  # and it goes on
    await store.close()


async def test_a_database_locked_by_another_is_unavailable_until_it_is_not(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "b.db", KEYS, IDS)
    event.listen(store.engine, "checkout", _impatient)
    other = sqlite_engine(tmp_path / "b.db")
    with other.connect() as connection, connection.begin(), pytest.raises(Unavailable):
        await store.run(pulse("p"), name="w")
    await store.run(pulse("p"), name="w")
    other.dispose()
    await store.close()


def _impatient(raw: Any, *_: object) -> None:
    raw.execute("PRAGMA busy_timeout = 0").close()


async def test_a_work_that_raises_stop_iteration_still_answers(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "b.db", KEYS, IDS)
    with pytest.raises(RuntimeError):
        await store.run(lambda _: next(iter(())), name="w")
    await store.close()


async def test_reading_goes_on_while_somebody_writes(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "b.db", KEYS, IDS)
    await store.run(pulse("p"), name="w")
    gate, begun = threading.Event(), threading.Event()

    def slow(tx: Tx) -> None:
        tx.pulses.set("p", T0 + MINUTE)
        begun.set()
        gate.wait()

    writing = asyncio.create_task(store.run(slow, name="slow"))
    await asyncio.to_thread(begun.wait)
    assert await store.read(lambda tx: tx.pulses.get("p")) == T0
    gate.set()
    await writing
    assert await store.read(lambda tx: tx.pulses.get("p")) == T0 + MINUTE
    await store.close()


def test_a_new_database_is_its_owner_s_only_and_durable(tmp_path: Path) -> None:
    engine = sqlite_engine(f"sqlite:///{tmp_path}/new/b.db")
    with engine.connect() as connection:
        asked = [
            connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "busy_timeout")
        ]
    assert asked == ["wal", 2, 5000]
    assert stat.S_IMODE((tmp_path / "new" / "b.db").stat().st_mode) == 0o600
    engine.dispose()


def test_another_database_s_address_is_refused() -> None:
    with pytest.raises(ValueError, match="not an SQLite file"):
        sqlite_engine("postgresql://localhost/b")
